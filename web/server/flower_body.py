"""One flower or many in a request body: validated strictly; each problem names the field, the value and the fix."""

import json
from collections import Counter
from typing import Any

from irisml.data.flower_files.headers import column
from irisml.data.flower_files.lengths import MM, length_cm
from irisml.domain.errors import InputError
from irisml.domain.measurements import FEATURES, TALK_SAMPLE, Measurement, checked_cm

EXAMPLE = dict(zip(FEATURES, TALK_SAMPLE, strict=True))
_EXAMPLE = json.dumps(EXAMPLE)
_MOST_BAD = 10
_LONGEST = 40
"""Maximum length of a name or value quoted in a message, in characters."""

Where = list[str | int]
Problems = list[tuple[Where, str]]
"""For each problem its location in the body, and the message."""


class BodyError(Exception):
    """A body that is not a valid flower.

    Attributes
    ----------
    problems : list of (list of str or int, str)
        All problems of the body; of many flowers, those of the first ten that have any.
    """

    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        super().__init__("; ".join(sentence for _, sentence in problems))


def read_flowers(body: bytes, most: int) -> Measurement | list[Measurement]:
    """Parse a body, regardless of its Content-Type.

    Parameters
    ----------
    body : bytes
        A JSON object with the four lengths in cm, or a list of such objects.
    most : int
        Flowers that a list may have.

    Raises
    ------
    BodyError
        If it is not one valid flower or a list of them; lists every problem.

    Examples
    --------
    >>> flower = b'{"sepal_length": 5.1, "sepal_width": 3.5, "petal_length": 1.4, "petal_width": 0.2}'
    >>> read_flowers(flower, 2).petal_width, len(read_flowers(b"[" + flower + b"," + flower + b"]", 2))
    (0.2, 2)
    >>> read_flowers(b'{"sepal_length": 51, "sepalWidth": 3.5, "petal_length": "1,4", "petal_width": 0.2}', 2)
    Traceback (most recent call last):
    web.server.flower_body.BodyError: There is no field "sepalWidth": call it sepal_width.; sepal_length is 51.0 cm, ...
    """
    found = _json(body)
    if not isinstance(found, list):
        return _flower(found, ["body"])
    if not 1 <= len(found) <= most:
        raise BodyError([(["body"], f"The list has {len(found)} flowers. Send 1 to {most} in one request.")])
    flowers, problems, n_bad = [], Problems(), 0
    for index, fields in enumerate(found):
        try:
            flowers.append(_flower(fields, ["body", index]))
        except BodyError as error:
            problems += error.problems
            n_bad += 1
            if n_bad == _MOST_BAD:
                break
    if problems:
        raise BodyError(problems)
    return flowers


def _flower(found: object, where: Where) -> Measurement:
    if not isinstance(found, _Fields):
        raise BodyError([(where, f"This is not an object with four lengths. Send {_EXAMPLE}")])
    times = Counter(name for name, _ in found)
    problems = [
        ([*where, name], f'The field "{name}" occurs {n} times. Send it once.') for name, n in times.items() if n > 1
    ]
    named = set()
    for name in times:
        feature, sentence = _wrong_name(name)
        named.add(feature)
        if sentence:
            problems.append(([*where, name], sentence))
    values = dict(found)
    lengths = {}
    for feature in FEATURES:
        if feature in values:
            try:
                lengths[feature] = checked_cm(feature, _shown(values[feature]))
            except InputError as error:
                problems.append(([*where, feature], f"{error}{_cure(feature, values[feature])}"))
        elif feature not in named:
            problems.append(
                ([*where, feature], f"The field {feature} is missing: a length in cm, like {EXAMPLE[feature]}.")
            )
    if problems:
        raise BodyError(problems)
    return Measurement(**lengths)


def _json(body: bytes) -> object:
    """Parse JSON; an object becomes the list of its fields, including duplicates."""
    try:
        return json.loads(body, object_pairs_hook=_Fields)
    except UnicodeDecodeError as error:
        raise BodyError([(["body"], f"The body is not UTF-8 text. Send JSON: {_EXAMPLE}")]) from error
    except (ValueError, RecursionError) as error:
        raise BodyError(
            [(["body"], f"The body is not JSON. Send {_EXAMPLE} as Content-Type: application/json.")]
        ) from error


class _Fields(tuple[tuple[str, Any], ...]):
    """Names and values of a JSON object, in document order."""

    __slots__ = ()


def _wrong_name(name: str) -> tuple[str | None, str | None]:
    """Return the feature that a field name stands for, and the problem with the name."""
    if name in FEATURES:
        return name, None
    shown, meant = _cut(name), column(name)
    if meant.unit:
        return meant.feature, f'There is no field "{shown}": call it {meant.feature} and give the length in cm.'
    if meant.feature is None:
        return None, f'There is no field "{shown}". There are {", ".join(FEATURES)}, in cm.'
    unit = " and divide the millimetres by 10" if meant.power == MM else ""
    return meant.feature, f'There is no field "{shown}": call it {meant.feature}{unit}.'


def _shown(value: Any) -> object:
    """Return a value in a form that can be quoted in a message."""
    match value:
        case str():
            return _cut(value)
        case None | bool():
            return json.dumps(value)
        case _Fields() | list():
            return "an object" if isinstance(value, _Fields) else "a list"
    return value


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _cure(feature: str, value: Any) -> str:
    """Return a suggested fix for an invalid value, if it is valid as a number or in cm."""
    if isinstance(value, str):
        try:
            meant = length_cm(feature, value)
        except InputError:
            return ""
        return f" Send it as a number, without quotes: {meant}"
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            meant = checked_cm(feature, value / 10)
        except (InputError, OverflowError):
            return ""
        return f" If it is in mm, send {meant}"
    return ""
