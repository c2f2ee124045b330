"""Version of the model: its manifest, its trees and its estimator."""

import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import sha256

import msgspec

from irisml.domain.errors import DamagedVersionError, RegistryUnusableError
from irisml.domain.i18n import Phrase, sentence
from irisml.model.config import TrainingConfig
from irisml.model.estimators import Estimator
from irisml.model.flower_counts import Yardstick
from irisml.model.forest import Forest
from irisml.model.gate_report import GateReport
from irisml.model.scores import Evaluation
from irisml.registry.disk import WrongContentError

FORMAT = 3
"""Increment it whenever a field is added or changes its meaning; a test compares the schema."""
REFERENCE_NUMBER = 1
"""Number of the data set that comes with irisml: the reference flowers. It is in every registry, and not stored."""
_FILE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")
MANIFEST, ESTIMATOR_FILE, FOREST_FILE = "version.json", "model.joblib", "forest.json"


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, eq=False, kw_only=True):
    """Content of version.json: the metadata of a version.

    Parameters
    ----------
    format : int
        Number of this format; 1 has no registry.
    version : int
        From 1, never used twice.
    registry : str or None
        Id of the registry that it was registered in: with a key, a version of another registry is refused.
    created : datetime
        When training began, in UTC.
    duration_s : float
        Seconds that fitting the model took.
    config : TrainingConfig
    dataset : int
        Number of the data set that it learned from; 1, the reference, before format 3.
    data_source, data_fingerprint, n_samples
        That data set, see `Dataset`.
    n_train : int or None
        Flowers that the kept model learned from, without the held-out ones; None before format 3.
    reference : str or None
        Fingerprint of the flowers that it was judged by; None before format 3, when these were the data set itself.
    evaluation : Evaluation
    yardsticks : tuple of Yardstick
        What simple models reach on the same folds and flowers; empty before format 3.
    gate : GateReport
        The gate's verdict when it was registered.
    software : dict of str
        Versions of Python and of the libraries that trained it.
    commit, build : str or None
        Git commit of the code, and the build that ran it.
    files : dict of str
        SHA-256 of each other file, as hexadecimal.
    """

    format: int = FORMAT
    version: int
    registry: str | None = None
    created: datetime
    duration_s: float
    config: TrainingConfig
    dataset: int = REFERENCE_NUMBER
    data_source: str
    data_fingerprint: str
    n_samples: int
    n_train: int | None = None
    reference: str | None = None
    evaluation: Evaluation
    yardsticks: tuple[Yardstick, ...] = ()
    gate: GateReport
    software: dict[str, str]
    commit: str | None
    build: str | None
    files: dict[str, str]

    @property
    def judged_by(self) -> str:
        """Fingerprint of the flowers that it was judged by."""
        return self.reference or self.data_fingerprint

    @property
    def n_learned(self) -> int:
        """Flowers that the kept model learned from."""
        return self.n_samples - self.evaluation.n_test if self.n_train is None else self.n_train

    def __post_init__(self) -> None:
        if self.dataset < REFERENCE_NUMBER:
            raise ValueError(f"{self.dataset} is not the number of a data set")
        if not 1 <= self.format <= FORMAT:
            raise ValueError(f"manifest format {self.format}, this irisml reads 1 to {FORMAT}")
        if FOREST_FILE not in self.files:
            raise ValueError(f"no hash of {FOREST_FILE}")
        for name in self.files:
            if not _FILE_NAME.fullmatch(name):
                raise ValueError(f"{name[:100]!r} is not the name of a file in a version")


@dataclass(frozen=True, eq=False)
class ModelVersion:
    """Immutable version in a registry; aliases are not part of it.

    Parameters
    ----------
    manifest : Manifest
    location : str
        Where it is kept, for messages.
    read_file : callable
        Returns the unchecked content of one of the version's files; raises FileNotFoundError if it is absent,
        WrongContentError if it is not a regular file, and any other OSError if it cannot be read now.
    """

    manifest: Manifest
    location: str
    read_file: Callable[[str], bytes]

    @property
    def number(self) -> int:
        """Number of the version, from 1."""
        return self.manifest.version

    @property
    def evaluation(self) -> Evaluation:
        """Evaluation of the version."""
        return self.manifest.evaluation

    @property
    def forest_sha256(self) -> str:
        """Hash of the trees: versions with the same hash make the same predictions."""
        return self.manifest.files[FOREST_FILE]

    def load_forest(self) -> Forest:
        """Return the trees for prediction; read once, and checked against the manifest.

        Raises
        ------
        DamagedVersionError, RegistryUnusableError
            See `checked_file`.
        """
        return self._forest

    @property
    def forest(self) -> Forest:
        """Deprecated: use `load_forest`, which says that it may read a file."""
        warnings.warn("ModelVersion.forest: use load_forest()", DeprecationWarning, stacklevel=2)
        return self.load_forest()

    @cached_property
    def forest_file(self) -> bytes:
        """The file with the trees, read once.

        Raises
        ------
        DamagedVersionError, RegistryUnusableError
            See `checked_file`.
        """
        return self.checked_file(FOREST_FILE)

    @cached_property
    def _forest(self) -> Forest:
        try:
            return Forest.from_json(self.forest_file)
        except msgspec.DecodeError as error:
            raise self.damaged(_MAKES_NO_SENSE, file=FOREST_FILE, error=str(error)) from error

    def verify(self) -> None:
        """Load and check the trees, so that this version can serve without its files.

        Raises
        ------
        DamagedVersionError, RegistryUnusableError
            See `checked_file`.
        """
        self.load_forest()

    def load_estimator(self) -> Estimator:
        """Load the fitted scikit-learn estimator. This unpickles: use it with your own versions only.

        Raises
        ------
        DamagedVersionError
            If the file does not match the manifest, or cannot be loaded.
        RegistryUnusableError
            If it cannot be read now.
        """
        import io

        import joblib

        content = self.checked_file(ESTIMATOR_FILE)
        try:
            return joblib.load(io.BytesIO(content))
        # Unpickling can raise any exception; in each case the version is damaged.
        except Exception as error:
            raise self.damaged(
                sentence("{file} does not load: {error}"), file=ESTIMATOR_FILE, error=str(error)
            ) from error

    def checked_file(self, name: str) -> bytes:
        """Return the content of one of the version's files, checked against its hash in the manifest.

        Raises
        ------
        DamagedVersionError
            If it is missing, or does not match the manifest.
        RegistryUnusableError
            If it cannot be read now; the version may be undamaged.
        """
        try:
            content = self.read_file(name)
        except FileNotFoundError as error:
            raise self.damaged(sentence("{file} is missing"), file=name) from error
        except WrongContentError as error:
            raise self.damaged(_MAKES_NO_SENSE, file=name, error=str(error)) from error
        except OSError as error:
            problem = error.strerror or str(error)
            raise RegistryUnusableError(path=f"{self.location}/{name}", problem=problem) from error
        if sha256(content).hexdigest() != self.manifest.files.get(name):
            raise self.damaged(sentence("{file} was altered"), file=name)
        return content

    def damaged(self, template: str, **values: object) -> DamagedVersionError:
        """Return the error that describes the damage to this version."""
        return DamagedVersionError(version=self.number, problem=Phrase(template, values), path=self.location)


_MAKES_NO_SENSE = sentence("{file}: {error}")
