"""The watch over production: a report of what was asked and answered, computed from events."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from irisml.domain.i18n import Phrase, sentence
from irisml.domain.intervals import wilson_interval
from irisml.domain.measurements import SPECIES
from irisml.monitoring.drift import FEWEST, Flower, LengthDrift, length_drifts
from irisml.monitoring.events import Lengths, PredictionEvent

HOURS = 24.0
SURE = 0.95
"""Probability from which nothing is learned from a label."""
_MOST_KINDS = 4


@dataclass(frozen=True, slots=True)
class Share:
    """A share with its 95 % interval.

    Parameters
    ----------
    k, n : int
        *n* is at least 1.
    """

    k: int
    n: int

    @property
    def share(self) -> float:
        """In [0, 1]."""
        return self.k / self.n

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's interval, in [0, 1]."""
        return wilson_interval(self.k, self.n)


@dataclass(frozen=True, slots=True)
class VersionAnswers:
    """What one version answered: events of each species, in the order of `SPECIES`."""

    version: int
    counts: tuple[int, ...]

    @property
    def shares(self) -> tuple[Share, ...]:
        """Share of each species among the answers of this version."""
        return tuple(Share(k, sum(self.counts)) for k in self.counts)


@dataclass(frozen=True, slots=True)
class ShadowKind:
    """A kind of disagreement: what the version answered, what the challenger would have; the newest flower of it."""

    answered: str
    would_answer: str
    n: int
    x: Lengths


@dataclass(frozen=True, slots=True)
class ShadowReport:
    """The challenger, asked the same in the background.

    Parameters
    ----------
    version : int
        The challenger.
    otherwise : Share
        Events that it would have answered otherwise, among those that it was asked.
    kinds : tuple of ShadowKind
        The most frequent ones first.
    """

    version: int
    otherwise: Share
    kinds: tuple[ShadowKind, ...]


@dataclass(frozen=True, slots=True)
class WatchReport:
    """What production asked and was answered.

    Parameters
    ----------
    n : int
        Events.
    since : float
        Time of the oldest of them, in seconds since 1970; that of the report if there is none.
    version : int
        The serving version.
    age_s : float
        Age of the serving version, in seconds.
    answers : tuple of VersionAnswers
        Oldest version first.
    outside : Share or None
        Events with a length outside the training range; None without events.
    latency_ms : tuple of (float, float) or None
        Median and 95th percentile of the time of a prediction.
    drifts : tuple of LengthDrift
    shadow : ShadowReport or None
        None if no challenger waits, or it was not asked yet.
    n_damaged : int
        Lines of the files that are no events.
    """

    n: int
    since: float
    version: int
    age_s: float
    answers: tuple[VersionAnswers, ...]
    outside: Share | None
    latency_ms: tuple[float, float] | None
    drifts: tuple[LengthDrift, ...]
    shadow: ShadowReport | None
    n_damaged: int

    @property
    def too_few(self) -> bool:
        """Whether there are too few events to say anything on drift."""
        return self.n < FEWEST

    @property
    def drifted(self) -> tuple[LengthDrift, ...]:
        """The lengths that have drifted."""
        return tuple(drift for drift in self.drifts if drift.drifted)

    @property
    def alarm(self) -> bool:
        """Whether a length has drifted."""
        return bool(self.drifted)

    @property
    def proposal(self) -> Phrase:
        """What to do; the watch itself starts nothing."""
        if self.too_few:
            return Phrase(_TOO_FEW, {"n": self.n, "fewest": FEWEST})
        return Phrase(_LABEL_FIRST if self.alarm else _NOTHING, {})


_TOO_FEW = sentence("Too few to say: {n} of at least {fewest} answers.")
_NOTHING = sentence("Nothing to do: no drift found.")
_LABEL_FIRST = sentence(
    "Label some of these flowers, then train on them. Another training on the same flowers would not help: "
    "nobody has said yet what the new ones are."
)


def watch_report(
    events: Sequence[PredictionEvent],
    *,
    version: int,
    created: datetime,
    learned: Sequence[Flower],
    challenger: int | None,
    now: float,
    hours: float = HOURS,
    n_damaged: int = 0,
) -> WatchReport:
    """Compute the report of the events of the last hours.

    Parameters
    ----------
    events : sequence of PredictionEvent
        Oldest first.
    version : int
        The serving version.
    created : datetime
        When it was trained, in UTC.
    learned : sequence of Flower
        The flowers that it learned from.
    challenger : int or None
        The version that waits.
    now : float
        Seconds since 1970.
    hours : float
        Older events are left out.
    n_damaged : int
        Of the reader.
    """
    recent = [event for event in events if now - event.time <= 3600 * hours]
    counts: dict[int, Counter[str]] = {}
    for event in recent:
        counts.setdefault(event.version, Counter())[event.species] += 1
    times = sorted(event.ms for event in recent)
    return WatchReport(
        n=len(recent),
        since=recent[0].time if recent else now,
        version=version,
        age_s=max(0.0, now - created.timestamp()),
        answers=tuple(
            VersionAnswers(number, tuple(counts[number][species] for species in SPECIES)) for number in sorted(counts)
        ),
        outside=Share(sum(event.outside for event in recent), len(recent)) if recent else None,
        latency_ms=(_percentile(times, 0.5), _percentile(times, 0.95)) if times else None,
        drifts=length_drifts(
            [(event.x, event.species if event.version == version else None) for event in recent], learned
        ),
        shadow=None if challenger is None else _shadow(recent, challenger),
        n_damaged=n_damaged,
    )


def least_sure(
    events: Sequence[PredictionEvent], n: int, *, version: int, now: float, hours: float = HOURS
) -> tuple[Lengths, ...]:
    """Return the flowers whose answers were the least sure, each once: those that a label teaches most about.

    Parameters
    ----------
    events : sequence of PredictionEvent
        Oldest first.
    n : int
        The most flowers that are returned; fewer, if the version was sure of the others.
    version : int
        Only what this version answered counts, and of a flower its newest answer.
    now : float
        Seconds since 1970.
    hours : float
        Older events are left out.

    References
    ----------
    D. D. Lewis, W. A. Gale (1994), A sequential algorithm for training text classifiers, SIGIR, 3-12: uncertainty
    sampling.
    """
    found: dict[Lengths, float] = {}
    for event in events:
        if event.version == version and now - event.time <= 3600 * hours:
            found[event.x] = event.probability
    unsure = [x for x, probability in found.items() if probability < SURE]
    return tuple(sorted(unsure, key=lambda x: (found[x], x))[:n])


def _shadow(events: Sequence[PredictionEvent], challenger: int) -> ShadowReport | None:
    asked = [event for event in events if event.shadow is not None and event.shadow.version == challenger]
    if not asked:
        return None
    otherwise = [event for event in asked if event.answered_otherwise]
    kinds: Counter[tuple[str, str]] = Counter()
    newest: dict[tuple[str, str], Lengths] = {}
    for event in otherwise:
        assert event.shadow is not None
        kind = (event.species, event.shadow.species)
        kinds[kind] += 1
        newest[kind] = event.x
    return ShadowReport(
        challenger,
        Share(len(otherwise), len(asked)),
        tuple(ShadowKind(*kind, n, newest[kind]) for kind, n in kinds.most_common(_MOST_KINDS)),
    )


def _percentile(values: Sequence[float], share: float) -> float:
    return values[max(0, ceil(share * len(values)) - 1)]
