"""Benchmarks, each beside what it is compared with: ``python3 run.py bench``.

Compare the ratios: a time depends on the machine, and on a shared one it changes within minutes. So whatever is
compared runs in turn, in one run.
"""
