"""Words, numbers and dates in the visitor's language."""
