"""Run the command ``irisml`` as ``python -m irisml``."""

from irisml.cli.commands import main

main()
