"""Header row of an HTML table."""


def head_row(*words: str) -> str:
    """Return a table head with one column per word.

    Examples
    --------
    >>> head_row("Species", "F1")
    '<thead><tr><th scope="col">Species</th><th scope="col">F1</th></tr></thead>'
    """
    cells = "".join(f'<th scope="col">{word}</th>' for word in words)
    return f"<thead><tr>{cells}</tr></thead>"
