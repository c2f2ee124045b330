"""The file flowers.csv of a data set in a registry: exact values, and which reference flower each row is."""

import csv
import io

import numpy as np

from irisml.data.datasets import NEW_FLOWER, Dataset
from irisml.domain.errors import InvalidTableError
from irisml.domain.measurements import FEATURES, SPECIES

_HEADER = ("reference_row", *FEATURES, "species")


def write_dataset(dataset: Dataset) -> bytes:
    r"""Return the rows as CSV; `read_dataset` restores them exactly.

    Examples
    --------
    >>> write_dataset(Dataset([[5.1, 3.5, 1.4, 0.2]], [0], "one flower")).decode().splitlines()[1]
    ',5.1,3.5,1.4,0.2,setosa'
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_HEADER)
    for row, x, y in zip(dataset.reference_rows.tolist(), dataset.X.tolist(), dataset.y.tolist(), strict=True):
        writer.writerow(["" if row == NEW_FLOWER else row, *x, SPECIES[y]])
    return out.getvalue().encode()


def read_dataset(content: bytes, source: str) -> Dataset:
    """Read what `write_dataset` has written.

    Raises
    ------
    InvalidTableError
        If it is anything else.
    """
    try:
        header, *rows = csv.reader(io.StringIO(content.decode(), newline=""), strict=True)
        if tuple(header) != _HEADER:
            raise InvalidTableError(problem=f"The columns are {', '.join(header)}.")
        cells = list(zip(*rows, strict=True))
        reference_rows = [int(cell) if cell else NEW_FLOWER for cell in cells[0]]
        X = np.array([[float(cell) for cell in column] for column in cells[1:-1]]).T
        y = [SPECIES.index(cell) for cell in cells[-1]]
    except (ValueError, IndexError, csv.Error) as error:
        if isinstance(error, InvalidTableError):
            raise
        raise InvalidTableError(problem=f"It is not a list of flowers: {error}.") from error
    return Dataset(X, np.array(y), source, np.array(reference_rows))
