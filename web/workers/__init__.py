"""Several server processes, called workers, behind one port: each visitor stays with one of them.

Streamlit keeps a page's session in the process that opened it, so connections cannot be spread at random. One process
accepts (`front`), reads a request's cookie without taking it from the connection, and hands the connection itself to a
worker; no byte of a page passes through it. Linux and macOS can hand over a connection, Windows cannot.
"""
