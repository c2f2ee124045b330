"""Acts for the stage: challengers that something must catch, each a function of the registry.

An act by itself changes nothing that serves. What a check refuses is not added; with *force* a data set is added, so
that the gate can be seen to refuse what is trained on it.
"""

import pickle
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import numpy as np

from irisml.data.datasets import Dataset, load_iris
from irisml.domain.errors import DamagedVersionError, UnknownActError
from irisml.domain.i18n import sentence
from irisml.domain.measurements import FEATURES, POSSIBLE_CM
from irisml.jobs.checks import check_version
from irisml.jobs.data_events import Performed
from irisml.jobs.new_dataset import add_dataset, draft_dataset
from irisml.model.config import TrainingConfig
from irisml.registry.actor import Actor
from irisml.registry.protocol import Registry
from irisml.registry.version import ESTIMATOR_FILE, FOREST_FILE, REFERENCE_NUMBER, ModelVersion
from irisml.releases.champion import serving_version
from irisml.training.fitting import unfitted_estimator
from irisml.training.splits import fixed_split

N_SWAPPED = 15
_CM_PER_INCH = 2.54
_TEN_ROWS = (0, 1, 2, 3, 50, 51, 52, 100, 101, 102)


@dataclass(frozen=True, slots=True)
class Act:
    """An act: what it does, and which practice it shows.

    Parameters
    ----------
    title, practice : str
        English sentences, marked for translation.
    file : str
        Where that practice is in this repository.
    perform : callable
        Takes the registry, whether to force, and who acts.
    """

    title: str
    practice: str
    file: str
    perform: "Callable[[Registry, bool, Actor], Performed]"


def perform(registry: Registry, act: str, *, force: bool, by: Actor) -> Performed:
    """Perform an act.

    Raises
    ------
    UnknownActError
        If there is no such act.
    IrisError
        If the registry cannot be used, or no version serves.

    Examples
    --------
    >>> import tempfile
    >>> from irisml import FolderRegistry
    >>> with tempfile.TemporaryDirectory() as models:
    ...     perform(FolderRegistry(models), "one_leaf", force=False, by=Actor("presenter")).config.min_samples_leaf
    75
    """
    if act not in ACTS:
        raise UnknownActError(act=act, known=", ".join(ACTS))
    return ACTS[act].perform(registry, force, by)


def as_it_is(registry: Registry, force: bool, by: Actor) -> Performed:
    """Train on the reference with an unused seed: the control, which nothing may catch."""
    serving_version(registry)  # nothing to compare with: the error says how to train a first version
    return Performed(
        act="as_it_is",
        reason=sentence("Nothing is wrong with it: it learns from the reference, and the gate decides."),
        values={},
        dataset=REFERENCE_NUMBER,
    )


def swapped_labels(registry: Registry, force: bool, by: Actor) -> Performed:
    """Call the versicolors that are nearest to a virginica virginica: a slip that looks plausible."""
    iris = load_iris()
    first, second = np.flatnonzero(iris.y == 1), np.flatnonzero(iris.y == 2)
    distances = ((iris.X[first][:, None, :] - iris.X[second][None, :, :]) ** 2).sum(axis=2).min(axis=1)
    y = iris.y.copy()
    y[first[distances.argsort(kind="stable")[:N_SWAPPED]]] = 2
    return _with_data(registry, "swapped_labels", replace(iris, y=y, source=f"{N_SWAPPED} labels swapped"), force, by)


def inches(registry: Registry, force: bool, by: Actor) -> Performed:
    """Give one column in inches; every value is still one that an iris could have."""
    iris = load_iris()
    X, column = iris.X.copy(), FEATURES.index("petal_length")
    possible = X[:, column] / _CM_PER_INCH >= POSSIBLE_CM["petal_length"][0]
    X[:, column] /= _CM_PER_INCH
    converted = replace(iris, X=np.where(possible[:, None], X, iris.X)).take(
        np.flatnonzero(possible), "petal_length in inches"
    )
    return _with_data(registry, "inches", converted, force, by)


def ten_flowers(registry: Registry, force: bool, by: Actor) -> Performed:
    """Learn from ten flowers only."""
    return _with_data(registry, "ten_flowers", load_iris().take(_TEN_ROWS, "ten flowers"), force, by)


def leaked_test(registry: Registry, force: bool, by: Actor) -> Performed:
    """Add the held-out flowers to what is learned, as new flowers, and show what the accuracy would have claimed."""
    iris = load_iris()
    split = fixed_split(iris)
    leaked = Dataset(iris.X[split.test], iris.y[split.test], "the held-out flowers, as new ones")
    told = _with_data(registry, "leaked_test", leaked, force, by, append=True)
    model = unfitted_estimator(TrainingConfig()).fit(iris.X, iris.y)
    claimed = int((model.predict(iris.X[split.test]) == iris.y[split.test]).sum())
    honest = unfitted_estimator(TrainingConfig()).fit(iris.X[split.train], iris.y[split.train])
    n_correct = int((honest.predict(iris.X[split.test]) == iris.y[split.test]).sum())
    values: dict[str, str | int | float] = {"claimed": claimed, "n_correct": n_correct, "n": len(split.test)}
    reason = sentence(
        "Trained on its own test, the model would claim {claimed} of {n}; honestly it gets {n_correct}. Even by force "
        "it would not: a flower is left out wherever it is judged."
    )
    return msgspec.structs.replace(told, reason=reason, values=values)


def tampered_file(registry: Registry, force: bool, by: Actor) -> Performed:
    """Change one byte of the served trees, in memory: the hash in the manifest does not match."""
    version = serving_version(registry)
    content = bytearray(version.read_file(FOREST_FILE))
    content[len(content) // 2] ^= 1
    altered = _altered(version, FOREST_FILE, bytes(content))
    try:
        altered.verify()
    except DamagedVersionError:
        return Performed(
            act="tampered_file",
            caught="hash",
            reason=sentence("One byte of {file} was changed: its hash does not match, and the version is not served."),
            values={"file": FOREST_FILE},
        )
    return Performed(
        act="tampered_file", reason=sentence("{file} was changed, and nothing noticed."), values={"file": FOREST_FILE}
    )


def pickle_bomb(registry: Registry, force: bool, by: Actor) -> Performed:
    """Exchange model.joblib for a pickle that runs a command when it is opened: here, it makes a folder."""
    version = serving_version(registry)
    with tempfile.TemporaryDirectory() as place:
        trace = Path(place) / "opened"
        checks = check_version(_altered(version, ESTIMATOR_FILE, pickle.dumps(_Bomb(str(trace)))))
        was_opened = trace.exists()
    stopped = not was_opened and any(check.refuses for check in checks)
    reason = (
        sentence("{file} was exchanged for a pickle that runs a command. Its hash did not match: it was never opened.")
        if stopped
        else sentence("{file} was exchanged for a pickle that runs a command, and it was opened.")
    )
    return Performed(
        act="pickle_bomb",
        caught="hash" if stopped else "",
        reason=reason,
        values={"file": ESTIMATOR_FILE},
        checks=checks,
    )


def one_leaf(registry: Registry, force: bool, by: Actor) -> Performed:
    """Train a tree of a single leaf, which predicts one species for every flower."""
    return Performed(
        act="one_leaf",
        reason=sentence("A tree of a single leaf predicts the same species for every flower. Its data is sound."),
        values={},
        dataset=REFERENCE_NUMBER,
        config=TrainingConfig("decision_tree", min_samples_leaf=75),
    )


ACTS = {
    "as_it_is": Act(
        sentence("As it is"),
        sentence("A control: what is sound must pass."),
        "irisml/jobs/pipeline.py",
        as_it_is,
    ),
    "swapped_labels": Act(
        sentence("15 labels swapped"),
        sentence("Check labels against their neighbours before you fit."),
        "irisml/data/data_checks.py",
        swapped_labels,
    ),
    "inches": Act(
        sentence("One column in inches"),
        sentence("Check units against a reference: every value alone looks possible."),
        "irisml/data/data_checks.py",
        inches,
    ),
    "ten_flowers": Act(
        sentence("Ten flowers only"),
        sentence("Require enough data of each class."),
        "irisml/data/data_checks.py",
        ten_flowers,
    ),
    "leaked_test": Act(
        sentence("The test leaked into the training data"),
        sentence("Keep what a model is judged by apart from what it learns from."),
        "irisml/training/splits.py",
        leaked_test,
    ),
    "tampered_file": Act(
        sentence("A file of the model was altered"),
        sentence("Hash every file of a version, and check the hash before use."),
        "irisml/registry/version.py",
        tampered_file,
    ),
    "pickle_bomb": Act(
        sentence("A pickle bomb as model.joblib"),
        sentence("Never open a pickle to serve: serve data."),
        "irisml/model/forest.py",
        pickle_bomb,
    ),
    "one_leaf": Act(
        sentence("A tree of one leaf"),
        sentence("A gate with floors that a model must reach."),
        "irisml/releases/gate.py",
        one_leaf,
    ),
}
"""The acts, by name."""


class _Bomb:
    """Runs `os.mkdir` when it is unpickled."""

    def __init__(self, trace: str) -> None:
        self._trace = trace

    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        import os

        return os.mkdir, (self._trace,)


def _altered(version: ModelVersion, name: str, content: bytes) -> ModelVersion:
    """Return the version with another content of one file; nothing on the disk is touched."""
    return replace(version, read_file=lambda wanted: content if wanted == name else version.read_file(wanted))


def _with_data(
    registry: Registry, act: str, flowers: Dataset, force: bool, by: Actor, *, append: bool = False
) -> Performed:
    """Draft a data set; add it if no check refuses it, or by force."""
    draft = draft_dataset(registry, flowers, parent=REFERENCE_NUMBER, append=append, by=by)
    if draft.refusals and not force:
        first = draft.refusals[0]
        return Performed(
            act=act,
            caught="data checks",
            reason=first.reason,
            values=first.values,
            checks=draft.checks,
            can_be_forced=all(draft.dataset.class_counts),
        )
    held = [
        one for one in registry.datasets() if one.record.fingerprint == draft.dataset.fingerprint and one.record.forced
    ]
    added = held[0] if held else add_dataset(registry, draft, force=bool(draft.refusals), reason=ACTS[act].title)
    return Performed(
        act=act,
        reason=sentence("Data set {dataset} was added although a check refused it. Now the gate has to catch it."),
        values={"dataset": added.number},
        checks=draft.checks,
        dataset=added.number,
    )
