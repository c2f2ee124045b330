"""A prediction as an event: what was asked, what was answered, by which version. Nothing of the person who asked."""

from collections.abc import Iterable
from typing import Literal

import msgspec

from irisml.domain.measurements import SPECIES, predicted_species
from irisml.model.forest import Forest
from irisml.model.prediction import Prediction

Door = Literal["page", "file", "api"]
"""How a prediction was asked for: a slider that was released, a row of a file, a flower of an API call."""
Lengths = tuple[float, float, float, float]


def as_lengths(x: Iterable[float]) -> Lengths:
    """Return four lengths as a tuple.

    Examples
    --------
    >>> as_lengths([5.1, 3.5, 1.4, 0.2])
    (5.1, 3.5, 1.4, 0.2)
    """
    sepal_length, sepal_width, petal_length, petal_width = x
    return sepal_length, sepal_width, petal_length, petal_width


class Shadow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, array_like=True):
    """Answer of the challenger to the same flower; nobody saw it.

    Parameters
    ----------
    version : int
    species : str
    probability : float
        Of that species, in [0, 1].
    """

    version: int
    species: str
    probability: float


class PredictionEvent(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """One prediction.

    Parameters
    ----------
    time : float
        Seconds since 1970, UTC.
    version : int
        Version that answered.
    dataset : int
        Data set that it learned from.
    x : tuple of float, length 4
        Lengths in cm, in the order of `FEATURES`.
    species : str
    probability : float
        Of that species, in [0, 1].
    outside : bool
        Whether a length is smaller or larger than every training flower's.
    door : str
        "page", "file" or "api".
    ms : float
        Time that the prediction took, in milliseconds.
    shadow : Shadow or None
        Answer of the challenger, if one was waiting.

    Examples
    --------
    >>> event = PredictionEvent(time=0.0, version=1, dataset=1, x=(5.1, 3.5, 1.4, 0.2), species="setosa",
    ...     probability=1.0, outside=False, door="api", ms=0.1)
    >>> event.answered_otherwise
    False
    """

    time: float
    version: int
    dataset: int
    x: Lengths
    species: str
    probability: float
    outside: bool
    door: Door
    ms: float
    shadow: Shadow | None = None

    def __post_init__(self) -> None:
        if self.species not in SPECIES or not 0 <= self.probability <= 1:
            raise ValueError("an event needs one of the three species, and a probability from 0 to 1")

    @property
    def answered_otherwise(self) -> bool:
        """Whether the challenger answered with another species."""
        return self.shadow is not None and self.shadow.species != self.species


def event_of(
    prediction: Prediction, *, version: int, dataset: int, door: Door, ms: float, time: float
) -> PredictionEvent:
    """Return the event of a prediction; see `PredictionEvent`."""
    return PredictionEvent(
        time=round(time, 3),
        version=version,
        dataset=dataset,
        x=as_lengths(prediction.measurement),
        species=prediction.species,
        probability=round(max(prediction.probabilities), 4),
        outside=bool(prediction.outside_training_range),
        door=door,
        ms=round(ms, 3),
    )


def with_shadow(event: PredictionEvent, version: int, forest: Forest) -> PredictionEvent:
    """Ask the challenger the same, and return the event with its answer."""
    probabilities = forest.predict_proba(event.x)
    shadow = Shadow(version, predicted_species(probabilities), round(max(probabilities), 4))
    return msgspec.structs.replace(event, shadow=shadow)
