"""Identity of flowers that come from a file: which of them are reference flowers."""

from dataclasses import replace

import numpy as np

from irisml.data.datasets import NEW_FLOWER, Dataset


def identified(dataset: Dataset, reference: Dataset, known: Dataset | None = None) -> Dataset:
    """Return *dataset* with `reference_rows`: a row with exactly the measurements of a reference flower is that flower.

    A row whose identity is known keeps it, also if its measurements were changed. Each reference flower is found
    once; a second copy, and one that differs below the rounding, stays a new flower, which the data checks look for.
    The label does not count: a flower with another label is the same flower.

    Parameters
    ----------
    dataset, reference : Dataset
    known : Dataset, optional
        Rows that the flowers are added to: what is a reference flower there is not found again.

    Examples
    --------
    >>> from irisml import load_iris
    >>> iris = load_iris()
    >>> identified(Dataset(iris.X[[7, 7]], iris.y[[7, 7]], "a flower and its copy"), iris).reference_rows.tolist()
    [7, -1]
    """
    taken = set(dataset.reference_rows.tolist()) | (set() if known is None else set(known.reference_rows.tolist()))
    free: dict[tuple[float, ...], list[int]] = {}
    for row, x in enumerate(map(tuple, reference.X.tolist())):
        if row not in taken:
            free.setdefault(x, []).append(row)
    rows = [
        row if row != NEW_FLOWER else places.pop(0) if (places := free.get(tuple(x))) else NEW_FLOWER
        for row, x in zip(dataset.reference_rows.tolist(), dataset.X.tolist(), strict=True)
    ]
    return replace(dataset, reference_rows=np.array(rows))
