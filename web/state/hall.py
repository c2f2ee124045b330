"""The hall: whose phones are here, where their flowers are, and what they are asked. In memory; knows no Streamlit.

One lock, bounded, anonymous: a phone is a random number that no other phone is ever shown. At most one activity is
open at a time: a round against the model, labelling, or a vote. Whoever opens, reveals or ends one says which state
they saw (`follows`); of two who saw the same state, one succeeds.
"""

import random
import secrets
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from irisml.monitoring.events import Lengths

Kind = Literal["round", "labels", "vote"]
QUESTIONS_PER_PHONE = 5
VOTE_QUESTION: Lengths = (0.0, 0.0, 0.0, 0.0)
"""A vote has one question, which is no flower."""
YES, NO = 1, 0
"""Choices of a vote; in a round and in labelling a choice is an index into `SPECIES`."""
_GONE_AFTER_S = 90.0


@dataclass(frozen=True, slots=True)
class Dot:
    """A phone on the wall.

    Parameters
    ----------
    slot : int
        Place in the drawing, the same as long as the phone is here.
    x : tuple of float, length 4
        Its flower, in cm.
    species : int
        What the version answered, an index into `SPECIES`.
    version : int
        That answered.
    is_away : bool
        Whether its connection is lost; after a while it is gone.
    """

    slot: int
    x: Lengths
    species: int
    version: int
    is_away: bool


@dataclass(frozen=True, slots=True)
class Activity:
    """What the phones are asked.

    Parameters
    ----------
    number : int
        Of this process, from 1.
    kind : str
        "round", "labels" or "vote".
    questions : tuple of (float, float, float, float)
        Flowers, lengths in cm; for a vote `VOTE_QUESTION` alone.
    truth, model : tuple of int
        In a round, for each flower, its species and the one that the model predicts: indices into `SPECIES`.
    version : int
        Serving version; in a vote, the one that votes decide about.
    is_open : bool
        Whether answers are taken. Until then nobody sees them.
    """

    number: int
    kind: Kind
    questions: tuple[Lengths, ...]
    truth: tuple[int, ...] = ()
    model: tuple[int, ...] = ()
    version: int = 0
    is_open: bool = True


Answers = tuple[tuple[int, int, int], ...]
"""Phone, question and choice of each answer, in order of arrival; phones are numbered by their arrival."""


@dataclass(frozen=True, slots=True)
class Told:
    """Answers of the activity.

    Parameters
    ----------
    n_phones : int
        Phones that take part.
    per_phone : tuple of int
        Answers of each, the fewest first: nobody finds their own.
    answers : Answers
        Empty while the activity is open.
    n_answers : int
    """

    n_phones: int
    per_phone: tuple[int, ...]
    answers: Answers
    n_answers: int


@dataclass(slots=True)
class _Phone:
    dot: Dot
    seen_at: float


@dataclass(slots=True)
class _Taking:
    """Who takes part in an activity, and what they said."""

    asked: dict[str, tuple[int, ...]] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    given: dict[tuple[str, int], int] = field(default_factory=dict)


class Hall:
    """Phones, and what they are asked.

    Parameters
    ----------
    most_phones : int
        On the wall; of more, the one that was seen the longest ago gives way. Twice as many can take part in an
        activity.
    clock : callable
        Returns seconds; for tests.

    Attributes
    ----------
    boot : str
        Of this process: whoever knows another one knows that the answers of before are lost.

    Examples
    --------
    >>> hall = Hall()
    >>> hall.see("a seat", (5.9, 3.0, 4.3, 1.3), 1, version=2)
    >>> [(dot.slot, dot.version) for dot in hall.dots()]
    [(0, 2)]
    """

    def __init__(self, most_phones: int = 400, clock: Callable[[], float] = time.monotonic) -> None:
        self.boot = secrets.token_hex(4)
        self._most = most_phones
        self._clock = clock
        self._lock = threading.Lock()
        self._phones: dict[str, _Phone] = {}
        self._revision = 0
        self._activity: Activity | None = None
        self._taking = _Taking()
        self._draw = random.Random()  # noqa: S311 - which flowers a phone is asked about is no secret

    # --- who is here --------------------------------------------------------------------------------------

    def see(self, seat: str, x: Lengths, species: int, *, version: int) -> None:
        """Note the flower of a phone, and the version that answered it; a microsecond."""
        now = self._clock()
        with self._lock:
            known = self._phones.get(seat)
            if known is None:
                if len(self._phones) >= self._most:
                    del self._phones[min(self._phones, key=lambda key: self._phones[key].seen_at)]
                slot = self._free_slot()
            else:
                slot = known.dot.slot
            self._phones[seat] = _Phone(Dot(slot, x, species, version, is_away=False), now)

    def leave(self, seat: str) -> None:
        """Note that the connection of a phone has ended: it is away, and gone if it does not come back."""
        with self._lock:
            if (phone := self._phones.get(seat)) is not None:
                phone.dot = replace(phone.dot, is_away=True)
                phone.seen_at = self._clock()

    def dots(self) -> tuple[Dot, ...]:
        """Return the phones that are here or away, by their slot."""
        now = self._clock()
        with self._lock:
            for seat in [
                seat
                for seat, phone in self._phones.items()
                if phone.dot.is_away and now - phone.seen_at > _GONE_AFTER_S
            ]:
                del self._phones[seat]
            return tuple(sorted((phone.dot for phone in self._phones.values()), key=lambda dot: dot.slot))

    def _free_slot(self) -> int:
        taken = {phone.dot.slot for phone in self._phones.values()}
        return next(slot for slot in range(len(taken) + 1) if slot not in taken)

    # --- what they are asked ------------------------------------------------------------------------------

    @property
    def revision(self) -> int:
        """Number of changes of the activity; pages compare it with what they show."""
        return self._revision

    @property
    def activity(self) -> Activity | None:
        """What the phones are asked, or were asked last; None if nothing was opened or it has ended."""
        return self._activity

    def open(
        self,
        kind: Kind,
        questions: Sequence[Lengths],
        *,
        follows: int,
        version: int,
        truth: Sequence[int] = (),
        model: Sequence[int] = (),
    ) -> bool:
        """Open an activity; its predecessor and the answers to it are dropped.

        Parameters
        ----------
        follows : int
            The `revision` that the caller saw.

        Returns
        -------
        bool
            Whether it was opened; False if somebody else has changed the activity meanwhile.
        """
        with self._lock:
            if self._revision != follows:
                return False
            self._activity = Activity(
                self._revision + 1, kind, tuple(questions), tuple(truth), tuple(model), version, is_open=True
            )
            self._taking = _Taking()
            self._revision += 1
            return True

    def close(self, *, follows: int) -> bool:
        """Take no further answers, and let them be seen; parameters as of `open`."""
        with self._lock:
            if self._revision != follows or self._activity is None or not self._activity.is_open:
                return False
            self._activity = replace(self._activity, is_open=False)
            self._revision += 1
            return True

    def end(self, *, follows: int) -> bool:
        """End the activity and drop the answers; parameters as of `open`."""
        with self._lock:
            if self._revision != follows or self._activity is None:
                return False
            self._activity, self._taking = None, _Taking()
            self._revision += 1
            return True

    def questions(self, phone: str) -> tuple[int, ...]:
        """Return the questions of a phone, as indices into those of the activity; it takes part from now on.

        Each phone gets the flowers that were given to the fewest phones so far, in random order. Empty if there is no
        activity, it is closed and the phone took no part, or too many phones take part.
        """
        with self._lock:
            activity, taking = self._activity, self._taking
            if activity is None:
                return ()
            if phone not in taking.asked and activity.is_open and len(taking.asked) < 2 * self._most:
                taking.numbers[phone] = len(taking.numbers)
                taking.asked[phone] = self._least_asked(activity)
            return taking.asked.get(phone, ())

    def answer(self, phone: str, number: int, question: int, choice: int) -> bool:
        """Take an answer: one for each phone and question, the first one counts.

        Parameters
        ----------
        phone : str
        number : int
            Of the activity that the phone showed.
        question, choice : int

        Returns
        -------
        bool
            Whether it counts.
        """
        with self._lock:
            activity, taking = self._activity, self._taking
            if activity is None or activity.number != number or not activity.is_open:
                return False
            if question not in taking.asked.get(phone, ()) or (phone, question) in taking.given:
                return False
            taking.given[phone, question] = choice
            return True

    def given(self, phone: str) -> Mapping[int, int]:
        """Return the answers of a phone: question to choice."""
        with self._lock:
            asked = self._taking.asked.get(phone, ())
            return {q: self._taking.given[phone, q] for q in asked if (phone, q) in self._taking.given}

    def told(self) -> Told:
        """Return how much was answered; what, only when the activity is closed."""
        with self._lock:
            activity, taking = self._activity, self._taking
            per_phone = dict.fromkeys(taking.asked, 0)
            for phone, _ in taking.given:
                per_phone[phone] += 1
            answers: Answers = ()
            if activity is not None and not activity.is_open:
                answers = tuple(
                    (taking.numbers[phone], question, choice) for (phone, question), choice in taking.given.items()
                )
            return Told(len(taking.asked), tuple(sorted(per_phone.values())), answers, len(taking.given))

    def _least_asked(self, activity: Activity) -> tuple[int, ...]:
        times = dict.fromkeys(range(len(activity.questions)), 0)
        for asked in self._taking.asked.values():
            for question in asked:
                times[question] += 1
        order = sorted(times, key=lambda question: (times[question], self._draw.random()))
        chosen = order[:QUESTIONS_PER_PHONE]
        self._draw.shuffle(chosen)
        return tuple(chosen)
