"""Header row of an HTML table."""

from markupsafe import Markup


def head_row(*words: str) -> Markup:
    """Return a table head with one column per word.

    Examples
    --------
    >>> str(head_row("Species", "F1"))
    '<thead><tr><th scope="col">Species</th><th scope="col">F1</th></tr></thead>'
    """
    cells = Markup("").join(Markup('<th scope="col">{word}</th>').format(word=word) for word in words)
    return Markup("<thead><tr>{cells}</tr></thead>").format(cells=cells)
