"""``python -m irisml`` is the command ``irisml``."""

from irisml.cli.commands import main

main()
