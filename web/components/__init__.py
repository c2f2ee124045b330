"""Pieces of pages: widgets that return plain values, and what is drawn as HTML."""
