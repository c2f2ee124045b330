"""Data set number 1: the reference, which comes with irisml and is in every registry. Imports no numpy."""

import csv
import struct
from functools import cache
from hashlib import sha256
from importlib.resources import files

from irisml.domain.measurements import FEATURES, SPECIES
from irisml.registry.dataset_version import DatasetRecord, DatasetVersion
from irisml.registry.version import REFERENCE_NUMBER

SOURCE = "scikit-learn load_iris (Fisher 1936)"


@cache
def reference_version() -> DatasetVersion:
    """Return the reference with its fingerprint, computed from the file of this package.

    A server lists it without numpy; a test compares it with `load_iris`.

    Examples
    --------
    >>> reference_version().record.class_counts
    (50, 50, 50)
    """
    with (files("irisml") / "data" / "iris.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    lengths = [float(row[feature]) for row in rows for feature in FEATURES]
    y = [SPECIES.index(row["species"]) for row in rows]
    a, b, c = map(y.count, range(len(SPECIES)))
    values = struct.pack(f"<{len(lengths)}d", *lengths) + struct.pack(f"<{len(y)}q", *y)
    record = DatasetRecord(
        number=REFERENCE_NUMBER,
        created=None,
        by=None,
        source=SOURCE,
        parent=None,
        n_samples=len(rows),
        class_counts=(a, b, c),
        fingerprint=sha256(values).hexdigest(),
        checks=(),
    )
    return DatasetVersion(record, "irisml/data/iris.csv", _not_stored)


def _not_stored() -> bytes:
    raise FileNotFoundError("the reference comes with irisml")
