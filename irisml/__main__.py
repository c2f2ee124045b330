"""``python -m irisml`` is the command ``irisml``."""

from irisml.cli import main

main()
