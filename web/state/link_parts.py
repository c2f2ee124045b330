"""Query parameters of the pages: name, meaning and default of each."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from irisml.domain.i18n import Phrase, sentence
from irisml.domain.measurements import DIGITS, FEATURES, MAP_FEATURES, SPECIES, STEP_CM
from web.i18n.text import supported
from web.i18n.vocabulary import FEATURE_NAMES
from web.state.slider_limits import FIRST_FLOWER, LAST_FLOWER, SLIDER_CM

EVERY_PAGE = ""
_LONGEST_SHOWN = 20


class NoSuchPartError(ValueError):
    """An invalid value in an address."""


@dataclass(frozen=True, slots=True)
class LinkPart:
    """One query parameter of an address.

    Parameters
    ----------
    page, name : str
        Page, or `EVERY_PAGE`; and its name in the address.
    read : callable
        Parses the text in the address; raises NoSuchPartError.
    write : callable
        Formats the value for the address.
    default : object
        Value if the address does not contain the parameter.
    """

    page: str
    name: str
    read: Callable[[str], Any]
    write: Callable[[Any], str] = str
    default: Any = None

    @property
    def key(self) -> str:
        """Key of the parameter, unique among all pages."""
        return f"{self.page}.{self.name}" if self.page else self.name


def slider_length(text: str) -> float:
    """Read a length in cm, with a point or a comma; it may be outside the range of the slider.

    Examples
    --------
    >>> slider_length("0,2")
    0.2
    """
    try:
        length = float(text.replace(",", ".").replace("_", "?"))
    except ValueError as error:
        raise NoSuchPartError from error
    if not math.isfinite(length):
        raise NoSuchPartError
    return length


def _one_of(values: tuple[str, ...]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in values:
            raise NoSuchPartError
        return text

    return read


def _whole(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdecimal() and len(text) <= len(str(most)) and least <= int(text) <= most):
            raise NoSuchPartError
        return int(text)

    return read


def _yes(text: str) -> bool:
    return bool(_whole(0, 1)(text))


def _write_yes(value: bool) -> str:
    return str(int(value))


def _language(text: str) -> str:
    code = supported(text)
    if code is None:
        raise NoSuchPartError
    return code


def _cell(text: str) -> tuple[int, int]:
    true, _, predicted = text.partition("-")
    species = _one_of(SPECIES)
    return SPECIES.index(species(true)), SPECIES.index(species(predicted))


def _write_cell(cell: tuple[int, int]) -> str:
    return "-".join(SPECIES[k] for k in cell)


def _species(text: str) -> tuple[int, ...]:
    if text == "none":
        return ()
    return tuple(sorted({SPECIES.index(_one_of(SPECIES)(name)) for name in text.split("-")}))


def _write_species(chosen: tuple[int, ...]) -> str:
    return "-".join(SPECIES[k] for k in chosen) or "none"


def _range(text: str) -> tuple[float, float]:
    low, _, high = text.partition("-")
    limits = (slider_length(low), slider_length(high))
    if limits[0] > limits[1]:
        raise NoSuchPartError
    return limits


def _write_range(limits: tuple[float, float]) -> str:
    return "-".join(f"{limit:.{DIGITS}f}" for limit in limits)


PANELS = ("why", "what-if", "among", "trees", "map")
"""Panels below the prediction."""
_FEATURE = _one_of(FEATURES)
_MOST_TREES, _LAST_VERSION, _LAST_SECOND = 500, 9999, 9_999_999_999
_PARTS = (
    LinkPart(EVERY_PAGE, "lang", _language),
    LinkPart(EVERY_PAGE, "view", _one_of(("projector",))),
    *(
        LinkPart(EVERY_PAGE, feature, slider_length, f"{{:.{DIGITS}f}}".format, FIRST_FLOWER[feature])
        for feature in FEATURES
    ),
    LinkPart("predict", "open", _one_of(PANELS)),
    LinkPart("predict", "tree", _whole(1, _MOST_TREES), default=1),
    LinkPart("predict", "trees", _whole(1, _MOST_TREES)),
    LinkPart("predict", "unseen", _whole(1, LAST_FLOWER)),
    LinkPart("predict", "revealed", _yes, _write_yes, default=False),
    LinkPart("quality", "cell", _cell, _write_cell),
    LinkPart("quality", "x", _FEATURE, default=MAP_FEATURES[0]),
    LinkPart("quality", "y", _FEATURE, default=MAP_FEATURES[1]),
    LinkPart("train", "version", _whole(1, _LAST_VERSION)),
    LinkPart("train", "history", _yes, _write_yes, default=False),
    LinkPart("data", "x", _FEATURE, default=MAP_FEATURES[0]),
    LinkPart("data", "x_cm", _range, _write_range),
    LinkPart("data", "y", _FEATURE, default=MAP_FEATURES[1]),
    LinkPart("data", "y_cm", _range, _write_range),
    LinkPart("data", "species", _species, _write_species, default=tuple(range(len(SPECIES)))),
    LinkPart("data", "table", _yes, _write_yes, default=False),
    LinkPart("stage", "started", _whole(0, _LAST_SECOND)),
    LinkPart("share", "flower", _yes, _write_yes, default=False),
    LinkPart("share", "language", _yes, _write_yes, default=False),
    LinkPart("share", "alone", _yes, _write_yes, default=False),
)
PARTS = {part.key: part for part in _PARTS}
"""Parameters by key, in the order of the address."""
State = Mapping[str, Any]
"""Values by key; a parameter with its default value may be omitted."""


def parts_of(page: str) -> list[LinkPart]:
    """Return the query parameters of a page."""
    return [part for part in PARTS.values() if part.page in (EVERY_PAGE, page)]


def read_query(page: str, query: Mapping[str, str]) -> tuple[dict[str, Any], list[Phrase]]:
    """Read the query parameters of a page from its address.

    Returns
    -------
    state : dict
        Values of all parameters of this page, including defaults.
    notices : list of Phrase
        Invalid values in the link, and what is shown instead.

    Examples
    --------
    >>> state, notices = read_query("predict", {"petal_width": "0,2", "open": "nothing"})
    >>> state["petal_width"], str(notices[0])
    (0.2, 'This part of the link cannot be followed: open=nothing')
    """
    state, notices = {}, []
    for part in parts_of(page):
        state[part.key] = part.default
        if part.name not in query:
            continue
        text = query[part.name]
        try:
            value = part.read(text)
        except NoSuchPartError:
            notices.append(_not_read(part.name, query) if part.key not in FEATURES else _no_length(part.key, text))
            continue
        if part.key in FEATURES:
            value, notice = _on_slider(part.key, value)
            notices += [notice] if notice else []
        state[part.key] = value
    return state, [*notices, *_fitted(page, state, query)]


def _fitted(page: str, state: dict[str, Any], query: Mapping[str, str]) -> Iterator[Phrase]:
    """Make the two features of a page and their ranges consistent; yield a notice for each dropped value."""
    across, up = f"{page}.x", f"{page}.y"
    if across in PARTS and state[across] == state[up]:
        if "y" in query:
            yield _not_read("y", query)
        state[up] = next(feature for feature in reversed(FEATURES) if feature != state[across])
        if f"{up}_cm" in state:
            state[f"{up}_cm"] = None
    for axis in (across, up):
        limits = state.get(f"{axis}_cm")
        if limits is None:
            continue
        low, high = SLIDER_CM[state[axis]]
        shown = tuple(round(limit, DIGITS) for limit in limits)
        if shown != limits or shown[0] < low or shown[1] > high:
            yield _not_read(f"{axis.partition('.')[2]}_cm", query)
            state[f"{axis}_cm"] = None


def _not_read(name: str, query: Mapping[str, str]) -> Phrase:
    return Phrase(
        sentence("This part of the link cannot be followed: {part}"), {"part": f"{name}={_shown(query[name])}"}
    )


def _no_length(feature: str, text: str) -> Phrase:
    words = sentence('{feature} of the link is "{value}", which is not a length. It is shown as {shown} cm.')
    name = Phrase(FEATURE_NAMES[feature], {})
    return Phrase(words, {"feature": name, "value": _shown(text), "shown": FIRST_FLOWER[feature]})


def _shown(text: str) -> str:
    """Return user text shortened, and without control characters such as bidirectional overrides."""
    plain = "".join(sign if sign.isprintable() else "?" for sign in text[: _LONGEST_SHOWN + 1])
    return plain if len(plain) <= _LONGEST_SHOWN else f"{plain[:_LONGEST_SHOWN]}…"


def _on_slider(feature: str, length: float) -> tuple[float, Phrase | None]:
    """Return the slider position for a length in a link, and a notice if it differs from that length."""
    low, high = SLIDER_CM[feature]
    name = Phrase(FEATURE_NAMES[feature], {})
    if not low <= length <= high:
        shown = FIRST_FLOWER[feature]
        words = sentence(
            "{feature} of the link is {value} cm, but the slider goes from {low} to {high} cm. "
            "It is shown as {shown} cm."
        )
        return shown, Phrase(words, {"feature": name, "value": length, "low": low, "high": high, "shown": shown})
    # A slider has steps: with another value Python and the browser, which reads the slider, would differ.
    shown = round(length, DIGITS)
    if shown == length:
        return shown, None
    words = sentence(
        "{feature} of the link is {value} cm. It is shown as {shown} cm: the slider goes in steps of {step} cm."
    )
    return shown, Phrase(words, {"feature": name, "value": length, "shown": shown, "step": STEP_CM})


def written_query(page: str, state: State) -> dict[str, str]:
    """Return the query of a page's address; it has all four lengths, or none for the default flower.

    Examples
    --------
    >>> written_query("data", {"petal_width": 0.2, "data.species": (0, 2), "quality.x": "sepal_width"})
    {'sepal_length': '5.9', ..., 'petal_width': '0.2', 'species': 'setosa-virginica'}
    """
    another_flower = any(state.get(feature, FIRST_FLOWER[feature]) != FIRST_FLOWER[feature] for feature in FEATURES)
    query = {}
    for part in parts_of(page):
        value = state.get(part.key, part.default)
        if value != part.default or (another_flower and part.key in FEATURES):
            query[part.name] = part.write(value)
    return query
