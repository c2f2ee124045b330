"""Charts of the page Wall."""
