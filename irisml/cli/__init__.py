"""The command irisml."""
