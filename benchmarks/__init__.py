"""Benchmarks, each beside its baseline: ``poe bench``. Compare the ratios; the times depend on the machine."""
