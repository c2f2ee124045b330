"""Charts of this page: each a table, and a figure drawn from it."""
