"""The front end: what a browser or a client talks to. Every number on it comes from irisml."""
