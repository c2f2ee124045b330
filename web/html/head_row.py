"""The first row of a table, in HTML."""


def head_row(*words: str) -> str:
    """Return a head with one column a word.

    Examples
    --------
    >>> head_row("Species", "F1")
    '<thead><tr><th scope="col">Species</th><th scope="col">F1</th></tr></thead>'
    """
    cells = "".join(f'<th scope="col">{word}</th>' for word in words)
    return f"<thead><tr>{cells}</tr></thead>"
