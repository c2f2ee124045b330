"""Load and validate data sets, separate from training."""

import csv
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from irisml.domain.errors import InputError, InvalidTableError, UnknownSpeciesError
from irisml.domain.measurements import FEATURES, SPECIES, checked_cm

NEW_FLOWER = -1
"""In `Dataset.reference_rows`: a flower that is none of the reference flowers."""


@dataclass(frozen=True, eq=False)
class Dataset:
    """Measured flowers of known species. The arrays are read-only.

    Parameters
    ----------
    X : ndarray of shape (n_samples, 4), float64
        Lengths in cm, columns in the order of `FEATURES`.
    y : ndarray of shape (n_samples,), int64
        Species as an index into `SPECIES`, in [0, 2].
    source : str
        Origin of the flowers, for display.
    reference_rows : ndarray of shape (n_samples,), int64, optional
        Which reference flower each row is, as a row of `load_iris`; `NEW_FLOWER` for one that is none. By default all
        are new. A reference flower keeps its row even if its values or its label were changed.

    Raises
    ------
    InvalidTableError
        If the shapes do not match, there is no row, or a value is out of range.

    Examples
    --------
    >>> Dataset([[5.1, 3.5, 1.4, 0.2]], [0], "one flower").n_samples
    1
    """

    X: NDArray[np.float64]
    y: NDArray[np.int64]
    source: str
    reference_rows: NDArray[np.int64] = field(default_factory=lambda: np.array([], dtype=np.int64))

    def __post_init__(self) -> None:
        try:
            X, y = np.array(self.X, dtype=np.float64), np.array(self.y)
            reference_rows = np.array(self.reference_rows, dtype=np.int64)
        except (TypeError, ValueError) as error:
            raise InvalidTableError(problem=f"The values are not a table of numbers: {error}.") from error
        if not len(reference_rows):
            reference_rows = np.full(y.shape, NEW_FLOWER)
        if X.ndim != 2 or X.shape[1:] != (len(FEATURES),) or y.shape != X.shape[:1] or not len(y):
            raise InvalidTableError(problem=f"X has the shape {X.shape} and y {y.shape}.")
        if not np.issubdtype(y.dtype, np.integer) or not np.isin(y, range(len(SPECIES))).all():
            raise InvalidTableError(problem=f"y holds {sorted(set(y.tolist()) - {0, 1, 2})}, not 0, 1 and 2 only.")
        if reference_rows.shape != y.shape or reference_rows.min() < NEW_FLOWER:
            raise InvalidTableError(problem=f"reference_rows has the shape {reference_rows.shape} or a negative row.")
        y = y.astype(np.int64)
        for row, flower in enumerate(X.tolist()):
            for feature, value in zip(FEATURES, flower, strict=True):
                try:
                    checked_cm(feature, value)
                except InputError as error:
                    raise InvalidTableError(problem=f"Row {row}: {error}") from error
        for name, array in (("X", X), ("y", y), ("reference_rows", reference_rows)):
            array.setflags(write=False)
            object.__setattr__(self, name, array)

    @classmethod
    def from_columns(cls, columns: Mapping[str, Sequence[Any]], source: str) -> "Dataset":
        """Create a data set from named columns, such as a dict or a pandas DataFrame.

        Parameters
        ----------
        columns : mapping of str to sequence
            The four `FEATURES` in cm and "species" (names of `SPECIES`), and no other column.

        Raises
        ------
        InvalidTableError
            If a column is missing or extra, or a value is out of range.
        UnknownSpeciesError
            If a label is none of `SPECIES`.

        Examples
        --------
        >>> Dataset.from_columns({"sepal_length": [5.1], "sepal_width": [3.5]}, "half a flower")
        Traceback (most recent call last):
        irisml.domain.errors.InvalidTableError: Missing column: petal_length, petal_width, species. Expected: ...
        """
        wanted, given = (*FEATURES, "species"), list(columns)
        for kind, names in (
            ("Missing", [name for name in wanted if name not in given]),
            ("Extra", [name for name in given if name not in wanted]),
        ):
            if names:
                raise InvalidTableError(problem=f"{kind} column: {', '.join(map(str, names))}.")
        for label in columns["species"]:
            if label not in SPECIES:
                raise UnknownSpeciesError(value=label)
        lengths = {name: len(columns[name]) for name in wanted}
        if len(set(lengths.values())) > 1:
            raise InvalidTableError(problem=f"The columns differ in length: {lengths}.")
        texts = [value for name in FEATURES for value in columns[name] if isinstance(value, str)]
        if any("_" in text for text in texts):  # Python itself would read "5_1" as 51
            raise InvalidTableError(problem="A measurement is not a number: it has an underscore.")
        try:
            X = np.column_stack([np.asarray(columns[name], dtype=np.float64) for name in FEATURES])
        except (TypeError, ValueError) as error:
            raise InvalidTableError(problem=f"A measurement is not a number: {error}.") from error
        return cls(X, np.array([SPECIES.index(label) for label in columns["species"]]), source)

    @property
    def n_samples(self) -> int:
        """Number of flowers."""
        return len(self.y)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the lengths and species in hexadecimal, the same on every machine."""
        values = self.X.astype("<f8").tobytes() + self.y.astype("<i8").tobytes()
        return hashlib.sha256(values).hexdigest()

    @cached_property
    def class_counts(self) -> tuple[int, int, int]:
        """Number of flowers of each species, in the order of `SPECIES`."""
        a, b, c = np.bincount(self.y, minlength=len(SPECIES)).tolist()
        return a, b, c

    def take(self, rows: Sequence[int] | NDArray[np.int64], source: str | None = None) -> "Dataset":
        """Return the data set of these rows, in this order; a row may occur more than once.

        Examples
        --------
        >>> load_iris().take([0, 149]).y.tolist()
        [0, 2]
        """
        chosen = np.asarray(rows, dtype=np.int64)
        return Dataset(self.X[chosen], self.y[chosen], source or self.source, self.reference_rows[chosen])

    def followed_by(self, other: "Dataset", source: str) -> "Dataset":
        """Return the data set of these rows and, after them, those of *other*."""
        return Dataset(
            np.concatenate([self.X, other.X]),
            np.concatenate([self.y, other.y]),
            source,
            np.concatenate([self.reference_rows, other.reference_rows]),
        )

    @cached_property
    def identical_rows(self) -> NDArray[np.int64]:
        """Group number of each flower, of shape (n_samples,); identical measurements have the same one."""
        return np.unique(self.X, axis=0, return_inverse=True)[1].reshape(-1)


def load_iris() -> Dataset:
    """Load the 150 irises of Fisher (1936), with the values of scikit-learn's ``load_iris``.

    They are read from a file of this package, so that a server that shows flowers does not
    import scikit-learn, which takes a second.

    Returns
    -------
    Dataset
        50 flowers of each species. Rows 101 and 142 are identical.

    References
    ----------
    R. A. Fisher (1936), "The use of multiple measurements in taxonomic problems",
    Annals of Eugenics 7, 179-188, https://doi.org/10.1111/j.1469-1809.1936.tb02137.x.
    scikit-learn's copy equals R's; the one at UCI has errors in two rows (35th and 38th).

    Examples
    --------
    >>> iris = load_iris()
    >>> iris.n_samples, iris.X[0].tolist(), SPECIES[iris.y[0]]
    (150, [5.1, 3.5, 1.4, 0.2], 'setosa')
    """
    with (files("irisml.data") / "iris.csv").open(encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    columns = dict(zip(header, zip(*rows, strict=True), strict=True))
    flowers = Dataset.from_columns(columns, "scikit-learn load_iris (Fisher 1936)")
    return replace(flowers, reference_rows=np.arange(flowers.n_samples))
