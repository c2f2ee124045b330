"""Words that the glossary replaces are in no source, document or translation."""

import re
import subprocess
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[1]
GLOSSARY = ROOT / "docs/glossary.md"
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in GLOSSARY.read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and not line.startswith("| English")
]
ALSO_NOT = re.search(r"^Also not used in English: (.*)\.$", GLOSSARY.read_text(encoding="utf-8"), re.MULTILINE)[1]
NOT_ENGLISH = [*(word for row in ROWS for word in row[3].split(", ") if word), *ALSO_NOT.split(", ")]
NOT_FRENCH = [word for row in ROWS for word in row[4].split(", ") if word]
FRENCH = ("LISEZMOI.md", "docs/stage.fr.md")
HISTORY = ("CHANGELOG.md", "docs/glossary.md", "tests/test_glossary.py", "web/i18n/kept_sentences.py")
TEXT = (".py", ".js", ".css", ".md", ".toml", ".yml", ".yaml", ".cff", ".json", "")


def english_files() -> list[str]:
    """Files of the repository that people read; without git, as in an archive, none."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True).stdout.splitlines()
    return [
        name
        for name in listed
        if Path(name).suffix in TEXT and name not in (*FRENCH, *HISTORY) and not name.startswith("tests/data/")
    ]


def found(words: list[str], text: str) -> list[str]:
    """Return the words that a text has, also if a line break or a comment sign is between them."""
    text = re.sub(r"\s+(?:#|//|\*)?\s*|\"\s+\"", " ", text)
    return [word for word in words if re.search(rf"(?<![\w’'-]){re.escape(word)}(?![\w-]|\.\w)", text, re.IGNORECASE)]


def test_every_row_has_five_cells_and_a_meaning():
    assert len(ROWS) > 40
    assert [row for row in ROWS if len(row) != 5 or not all(row[:3])] == []


@pytest.mark.parametrize("name", english_files())
def test_an_english_file_uses_the_words_of_the_glossary(name):
    assert found(NOT_ENGLISH, (ROOT / name).read_text(encoding="utf-8")) == []


def test_a_banned_phrase_is_found_across_a_line_break():
    """Control for the tests above."""
    assert found(["goes on serving"], "# it goes on\n    # serving from memory") == ["goes on serving"]


def test_the_french_catalogue_uses_the_words_of_the_glossary():
    with (ROOT / "web/i18n/locales/fr/irisml.po").open("rb") as file:
        messages = [" ".join([m.string] if isinstance(m.string, str) else m.string) for m in read_po(file) if m.id]
    assert [(message, words) for message in messages if (words := found(NOT_FRENCH, message))] == []


@pytest.mark.parametrize("name", FRENCH)
def test_a_french_document_uses_the_words_of_the_glossary(name):
    assert found(NOT_FRENCH, (ROOT / name).read_text(encoding="utf-8")) == []
