"""The hall: whose phones are here, where their flowers are, and what they are asked. In memory; knows no Streamlit.

One lock, bounded, anonymous: a phone is a random number that no other phone is ever shown. At most one activity is
open at a time: a round against the model, labelling, or a vote. Whoever opens, reveals or ends one says which state
they saw (`follows`); of two who saw the same state, one succeeds.
"""

import hmac
import random
import secrets
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hmac import compare_digest
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
    release : int
        Number of the newest release when it was opened: a vote decides on that state.
    is_open : bool
        Whether answers are taken; while they are, nobody sees them.
    """

    number: int
    kind: Kind
    questions: tuple[Lengths, ...]
    truth: tuple[int, ...] = ()
    model: tuple[int, ...] = ()
    version: int = 0
    release: int = 0
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


@dataclass(frozen=True, slots=True)
class HallState:
    """What is asked and answered, all of one moment.

    Parameters
    ----------
    revision : int
        Number of changes so far.
    activity : Activity or None
        None if nothing was opened or it has ended.
    told : Told
    is_busy : bool
        Whether somebody decides about it right now: nobody else can.
    outcome : object
        What became of that; None if nothing was decided.
    """

    revision: int
    activity: Activity | None
    told: Told
    is_busy: bool
    outcome: object


@dataclass(frozen=True, slots=True)
class PhoneState:
    """What one phone is asked, and what it has answered: question to choice; all of one moment."""

    activity: Activity | None
    asked: tuple[int, ...]
    given: Mapping[int, int]


@dataclass(slots=True)
class _Phone:
    dot: Dot
    seen_at: float


@dataclass(slots=True)
class _Taking:
    """Who takes part in an activity, and what they said."""

    asked: dict[str, tuple[int, ...]] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    n_numbered: int = 0
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
        self._is_busy = False
        self._outcome: object = None
        self._left: dict[str, float] = {}
        self._key = secrets.token_bytes(16)
        self._draw = random.Random()  # noqa: S311 - which flowers a phone is asked about is no secret

    # --- who is here --------------------------------------------------------------------------------------

    def arrive(self, seat: str) -> None:
        """Note that the connection of a phone has begun, or is there again."""
        with self._lock:
            self._left.pop(seat, None)
            if (phone := self._phones.get(seat)) is not None:
                phone.dot = replace(phone.dot, is_away=False)

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
            # A page that is still being drawn when its connection ends must not bring its phone back.
            self._phones[seat] = _Phone(Dot(slot, x, species, version, is_away=seat in self._left), now)

    def leave(self, seat: str) -> None:
        """Note that the connection of a phone has ended: it is away, and gone if it does not come back."""
        now = self._clock()
        with self._lock:
            self._left[seat] = now
            if (phone := self._phones.get(seat)) is not None:
                phone.dot = replace(phone.dot, is_away=True)
                phone.seen_at = now
            self._forget_gone(now)

    def dots(self) -> tuple[Dot, ...]:
        """Return the phones that are here or away, by their slot."""
        with self._lock:
            self._forget_gone(self._clock())
            return tuple(sorted((phone.dot for phone in self._phones.values()), key=lambda dot: dot.slot))

    def _forget_gone(self, now: float) -> None:
        self._left = {seat: at for seat, at in self._left.items() if now - at <= _GONE_AFTER_S}
        self._phones = {
            seat: phone
            for seat, phone in self._phones.items()
            if not phone.dot.is_away or now - phone.seen_at <= _GONE_AFTER_S
        }

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
        release: int = 0,
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
            if self._revision != follows or self._is_busy:
                return False
            self._activity = Activity(
                self._revision + 1, kind, tuple(questions), tuple(truth), tuple(model), version, release, is_open=True
            )
            self._start_over()
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
            if self._revision != follows or self._activity is None or self._is_busy:
                return False
            self._activity = None
            self._start_over()
            return True

    def begin(self, *, follows: int) -> HallState | None:
        """Reserve the decision about a closed activity; until `finish` nothing else can be done with it.

        Returns
        -------
        HallState or None
            What is decided about; None if somebody else was faster, or it is open.
        """
        with self._lock:
            activity = self._activity
            if self._revision != follows or activity is None or activity.is_open or self._is_busy:
                return None
            self._is_busy = True
            self._revision += 1
            return self._state()

    def finish(self, outcome: object, *, ends: bool = False) -> None:
        """End the decision that `begin` has reserved, and with *ends* the activity, too."""
        with self._lock:
            self._is_busy, self._outcome = False, outcome
            if ends:
                self._activity = None
                self._start_over()
            else:
                self._revision += 1

    def state(self) -> HallState:
        """Return what is asked and answered."""
        with self._lock:
            return self._state()

    def phone_state(self, phone: str) -> PhoneState:
        """Return what a phone is asked and has answered; see `questions`."""
        with self._lock:
            asked = self._questions(phone)
            given = {q: self._taking.given[phone, q] for q in asked if (phone, q) in self._taking.given}
            return PhoneState(self._activity, asked, given)

    def new_phone(self) -> str:
        """Return a number for a phone, which this process recognises."""
        token = secrets.token_hex(8)
        return f"{token}{self._signed(token)}"

    def is_phone(self, number: str) -> bool:
        """Whether this process has given that number: a client cannot make numbers up."""
        return compare_digest(self._signed(number[:16]), number[16:])

    def forget(self, phone: str) -> None:
        """Give the questions of a phone back, unless it has answered one."""
        with self._lock:
            if not any(phone == of for of, _ in self._taking.given):
                self._taking.asked.pop(phone, None)
                self._taking.numbers.pop(phone, None)

    def _signed(self, token: str) -> str:
        return hmac.new(self._key, token.encode(), "sha256").hexdigest()[:16]

    def _start_over(self) -> None:
        self._taking, self._outcome = _Taking(), None
        self._revision += 1

    def _state(self) -> HallState:
        return HallState(self._revision, self._activity, self._told(), self._is_busy, self._outcome)

    def questions(self, phone: str) -> tuple[int, ...]:
        """Return the questions of a phone, as indices into those of the activity; it takes part from now on.

        Each phone gets the flowers that were given to the fewest phones so far, in random order. Empty if there is no
        activity, it is closed and the phone took no part, or too many phones take part.
        """
        with self._lock:
            return self._questions(phone)

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

    def told(self) -> Told:
        """Return how much was answered; what, only when the activity is closed."""
        with self._lock:
            return self._told()

    def _told(self) -> Told:
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

    def _questions(self, phone: str) -> tuple[int, ...]:
        activity, taking = self._activity, self._taking
        if activity is None:
            return ()
        if phone not in taking.asked and activity.is_open and len(taking.asked) < 2 * self._most:
            taking.numbers[phone] = taking.n_numbered
            taking.n_numbered += 1
            taking.asked[phone] = self._least_asked(activity)
        return taking.asked.get(phone, ())

    def _least_asked(self, activity: Activity) -> tuple[int, ...]:
        times = dict.fromkeys(range(len(activity.questions)), 0)
        for asked in self._taking.asked.values():
            for question in asked:
                times[question] += 1
        order = sorted(times, key=lambda question: (times[question], self._draw.random()))
        chosen = order[:QUESTIONS_PER_PHONE]
        self._draw.shuffle(chosen)
        return tuple(chosen)
