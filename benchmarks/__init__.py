"""What is fast, each beside its floor: ``poe bench``. Read the ratios; the milliseconds are this machine's."""
