"""Charts of the page Play."""
