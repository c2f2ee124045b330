"""docs/ml-test-score.md: its tests exist, its sums are right."""

import re
from pathlib import Path

from irisml import FEATURES, load_iris

ROOT = Path(__file__).parents[1]
DOCUMENT = (ROOT / "docs/ml-test-score.md").read_text(encoding="utf-8")
SECTIONS = {
    title: re.findall(r"^\| (\d) \| (.*?) \| ([\d.]+) \| (.*) \|$", text, re.MULTILINE)
    for title, text in re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", DOCUMENT, re.MULTILINE | re.DOTALL)
}


def test_there_are_four_sections_of_seven_tests():
    assert list(SECTIONS) == ["Data", "Model", "Infrastructure", "Monitoring"]
    assert {title: [int(row[0]) for row in rows] for title, rows in SECTIONS.items()} == {
        title: [1, 2, 3, 4, 5, 6, 7] for title in SECTIONS
    }


def test_every_test_that_is_named_exists():
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", DOCUMENT)
    assert len(named) > 25
    missing = [
        f"{file}::{name}"
        for file, name in named
        if not (ROOT / file).exists() or f"\ndef {name}(" not in (ROOT / file).read_text(encoding="utf-8")
    ]
    assert missing == []


def test_a_full_point_names_a_test_and_a_missing_one_its_reason():
    for rows in SECTIONS.values():
        for _, name, score, evidence in rows:
            assert score in ("0", "0.5", "1"), name
            assert score != "1" or "::test_" in evidence, name
            assert score != "0" or evidence.startswith("No, because"), name


def test_the_sums_are_right_and_the_weakest_section_is_the_score():
    sums = {title: sum(float(row[2]) for row in rows) for title, rows in SECTIONS.items()}
    told = dict(re.findall(r"^\| (\w+) \| ([\d.]+) \|$", DOCUMENT, re.MULTILINE))
    assert {title: float(value) for title, value in told.items()} == sums
    assert float(re.search(r"\*\*Score\*\* \| \*\*([\d.]+)\*\*", DOCUMENT)[1]) == min(sums.values())


def test_the_requirements_of_the_features_match_the_code():
    """The table in docs/data.md: one row per feature, with the range of the reference and without personal data."""
    text = (ROOT / "docs/data.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\w+) \| cm, to 0\.1 \| ([\d.]+) to ([\d.]+) \| [^|]+ \| no \|$", text, re.MULTILINE)
    X = load_iris().X
    expected = [(name, X[:, i].min(), X[:, i].max()) for i, name in enumerate(FEATURES)]
    assert [(name, float(low), float(high)) for name, low, high in rows] == expected
