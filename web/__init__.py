"""Web front end: pages for browsers and an API for clients. Every number comes from irisml."""
