"""web.i18n.text: the catalogues are complete, and numbers are localised."""

import ast
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from irisml.domain.errors import (
    BrokenCsvError,
    ChampionMovedError,
    DamagedVersionError,
    GateRefusedError,
    InvalidConfigError,
    OutOfRangeError,
    RegistryUnusableError,
    TrainingFailedError,
)
from irisml.domain.findings import Finding
from irisml.domain.i18n import Phrase
from irisml.registry.actor import Actor
from web.i18n.text import LANGUAGES, LOCALES, best_language, language, whole_percents

KEYWORDS = {"text": None, "markup": None, "template": None, "sentence": None, "plural": (1, 2)}
ROOT = Path(__file__).parents[4]
TRANSLATED = LANGUAGES[1:]
PLACEHOLDER = re.compile(r"\{\w+\}")


@pytest.fixture(scope="module")
def sentences() -> set[str]:
    """Every message that the code marks for translation."""
    return {
        message
        for folder in ("irisml", "web")
        for _, _, message, *_ in extract_from_dir(ROOT / folder, [("**.py", "python")], keywords=KEYWORDS)
    }


@pytest.fixture(params=TRANSLATED)
def catalogue(request):
    with (LOCALES / request.param / "irisml.po").open("rb") as file:
        return read_po(file, locale=request.param)


def test_the_catalogue_has_exactly_the_messages_of_the_code(catalogue, sentences):
    """Run "poe catalogue" and translate what is new."""
    assert len(sentences) > 40
    assert {message.id for message in catalogue if message.id} == sentences


def test_every_message_is_translated_and_none_is_fuzzy(catalogue):
    """An empty translation would show English."""
    assert [
        message.id for message in catalogue if message.id and (message.fuzzy or not all(forms(message.string)))
    ] == []


def forms(text: str | tuple[str, ...]) -> tuple[str, ...]:
    """Return singular and plural, or the only form."""
    return (text,) if isinstance(text, str) else text


def test_no_message_is_inside_an_f_string():
    """In Python 3.11 it has no token of its own there, so the extractor would miss it."""
    hidden = [
        f"{file.name}:{call.lineno}"
        for folder in ("irisml", "web")
        for file in (ROOT / folder).rglob("*.py")
        for string in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(string, ast.JoinedStr)
        for call in ast.walk(string)
        if isinstance(call, ast.Call)
        and getattr(call.func, "attr", getattr(call.func, "id", "")) in KEYWORDS
        and call.args
        and isinstance(call.args[0], ast.Constant)
    ]
    assert hidden == []


def test_translations_have_the_same_placeholders(catalogue):
    """In any order; a singular may say "one" instead of its number."""
    for message in catalogue:
        if not message.id:
            continue
        for source, translation in zip(forms(message.id), forms(message.string), strict=True):
            found, expected = (sorted(PLACEHOLDER.findall(text)) for text in (translation, source))
            if message.pluralizable and source == message.id[0] and "{n}" not in found:
                expected.remove("{n}")
            assert found == expected


def test_french_has_narrow_spaces_and_typographic_quotes():
    """U+202F before ? ! ; and % and inside guillemets, U+00A0 before : and units; no straight quotes or apostrophes."""
    with (LOCALES / "fr/irisml.po").open("rb") as file:
        for message in read_po(file, locale="fr"):
            for form in forms(message.string) if message.id else ():
                text = PLACEHOLDER.sub("0", form)
                assert re.findall(r"(?<!\u202f)[?!;»%]|(?<!\u00a0):|«(?!\u202f)|[\"']", text) == [], text
                assert re.findall(r"\d[^\u00a0_]?(?:cm|mm|s|ko|Mo|octets|caractères)\b", text) == [], text


@pytest.mark.parametrize(
    ("code", "number", "share", "percent"),
    [("en", "5.1", "95.3%", "97%"), ("fr", "5,1", "95,3\u202f%", "97\u202f%")],
)
def test_numbers_are_formatted_as_in_the_language(code, number, share, percent):
    """Decimal separator, and the space before the percent sign."""
    words = language(code)
    assert (words.number(5.1), words.percentage(0.953, digits=1), words.whole_percent(97)) == (number, share, percent)


@pytest.mark.parametrize(
    ("asked", "locale", "code"),
    [
        ("fr", "en-US", "fr"),
        (None, "fr-CA", "fr"),
        ("en", "fr-FR", "en"),
        ("xx", "fr", "fr"),
        (None, "ja", "en"),
        (None, None, "en"),
    ],
)
def test_the_language_is_that_of_the_url_then_of_the_browser_then_english(asked, locale, code):
    """An unsupported language counts as not given."""
    assert best_language(asked, locale) == code


@given(st.lists(st.integers(0, 1000), min_size=3, max_size=3).filter(any))
def test_whole_percents_sum_to_100_and_are_off_by_less_than_one(counts):
    """For example 1, 79 and 21 add up to 101."""
    shares = [count / sum(counts) for count in counts]
    whole = whole_percents(shares)
    assert sum(whole) == 100
    assert all(abs(n - 100 * share) < 1 for n, share in zip(whole, shares, strict=True))


def test_errors_and_gate_results_are_translated():
    """With a decimal comma."""
    french = language("fr")
    error = OutOfRangeError(feature="petal_width", value=9.5, low=0.05, high=5.0)
    assert french.error(error).startswith("petal_width vaut 9,5\u00a0cm, or un iris a de 0,05 à 5\u00a0cm.")
    check = Finding(
        "accuracy_floor",
        True,
        "Cross-validated accuracy is {accuracy} (required: {floor}).",
        {"accuracy": 0.9531, "floor": 0.9},
    )
    assert french.finding(check) == "L’exactitude en validation croisée est de 0,9531 (seuil\u00a0: 0,9)."


@pytest.mark.parametrize(
    ("share", "digits", "words"),
    [(0.996, 0, "99%"), (299 / 300, 0, "99%"), (0.9996, 1, "99.9%"), (1, 0, "100%"), (0.004, 0, "1%"), (0, 0, "0%")],
)
def test_only_1_is_100_percent(share, digits, words):
    """Nothing is rounded up to 100% or down to 0%."""
    assert language("en").percentage(share, digits) == words


def test_a_negative_value_that_rounds_to_zero_has_no_minus():
    assert language("en").signed(-0.001) == "+0.0"


def test_values_in_messages_are_escaped():
    """Also if a value is not text: a folder called *x* is not emphasis."""
    error = RegistryUnusableError(path=Path("/srv/_models_/*x*"), problem=OSError("`why`"))
    said = language("en").error(error)
    assert r"\*x\*" in said
    assert r"\`why\`" in said


@pytest.mark.parametrize(
    "error",
    [
        InvalidConfigError(name="n_estimators", value=0, low=1, high=500),
        GateRefusedError(
            version=3,
            reasons=(Finding("recall_floor", True, "All {n} reference flowers are classified correctly.", {"n": 4}),),
        ),
        TrainingFailedError(problem=Phrase("its process ended with exit code {code}.", {"code": 1})),
        DamagedVersionError(version=2, problem=Phrase("{file} was altered", {"file": "forest.json"}), path="models"),
        ChampionMovedError(
            champion=2, by=Actor("command line", "anna"), time=datetime(2026, 11, 24, 19, 5, tzinfo=UTC)
        ),
        BrokenCsvError(line=3, problem=Phrase("a quote that opens there is not closed", {})),
    ],
    ids=lambda error: type(error).__name__,
)
def test_values_inside_a_french_message_are_translated_too(error):
    """Also times and actors."""
    english, french = str(error), language("fr").error(error)
    words = {"the", "was", "file", "must", "ended", "known", "whole", "line", "with"}
    assert words & set(re.findall(r"[a-z]+", english.lower()))
    assert words & set(re.findall(r"[a-zà-ÿ]+", french.lower())) == set()


def test_a_measured_value_is_not_rounded_in_a_message():
    """15.84 cm would become 15.8, which is allowed."""
    error = OutOfRangeError(feature="sepal_length", value=15.84, low=2.1, high=15.8)
    assert language("fr").error(error).startswith("sepal_length vaut 15,84\u00a0cm")
