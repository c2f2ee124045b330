"""Events of data checks and acts: lines of JSON that a child process writes."""

import msgspec

from irisml.domain.findings import Finding, Values
from irisml.domain.i18n import Phrase
from irisml.jobs.events import plain_values
from irisml.model.config import TrainingConfig
from irisml.registry.dataset_version import DatasetDraft


class Note(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a file was interpreted: a sentence with its values; a page translates it."""

    template: str
    values: Values


class Examined(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="event", tag="examined"):
    """Event: a file was read and checked.

    Parameters
    ----------
    n_samples : int
        Flowers of the data set.
    class_counts : tuple of int, length 3
    first_row : int
        Row of the data set, from 1, that is the first flower of the file.
    checks : tuple of Finding
    notes : tuple of Note
    """

    n_samples: int
    class_counts: tuple[int, int, int]
    first_row: int
    checks: tuple[Finding, ...]
    notes: tuple[Note, ...]

    @classmethod
    def of(cls, draft: DatasetDraft, n_read: int, notes: tuple[Phrase, ...]) -> "Examined":
        """Create the event of a draft with *n_read* flowers of a file."""
        told = tuple(Note(note.template, plain_values(note.values)) for note in notes)
        first_row = draft.dataset.n_samples - n_read + 1
        return cls(draft.dataset.n_samples, draft.dataset.class_counts, first_row, draft.checks, told)


class Added(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="event", tag="added"):
    """Event: a data set was added, with this number."""

    number: int


class Performed(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="event", tag="performed", kw_only=True
):
    """Result of an act.

    Parameters
    ----------
    act : str
        A key of `ACTS`.
    caught : str
        What caught it: "data checks", "hash", or "" where that is left to the gate.
    reason : str
        English sentence with placeholders; a page translates it before filling it in.
    values : dict
    checks : tuple of Finding
        Results of the data checks, or of the checks of a version.
    dataset : int or None
        Data set to train on next: the gate judges what comes of it. None if nothing is to be trained.
    config : TrainingConfig or None
        Configuration to train with; that of the serving version, with an unused seed, if None.
    can_be_forced : bool
        Whether the data set can be added although a check refuses it.
    """

    act: str
    caught: str = ""
    reason: str
    values: Values
    checks: tuple[Finding, ...] = ()
    dataset: int | None = None
    config: TrainingConfig | None = None
    can_be_forced: bool = False
