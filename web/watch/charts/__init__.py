"""Charts of the page Watch."""
