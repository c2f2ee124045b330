"""Words that the glossary replaces are in no source, document or translation."""

import re
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
FOLDERS = ("irisml", "web", "ops", "infra", "tests", "tools", "benchmarks", "pipelines", "docs")


def english_files() -> list[Path]:
    files = [
        *ROOT.glob("*.*"),
        *(file for folder in FOLDERS for file in (ROOT / folder).rglob("*") if "data/format" not in file.as_posix()),
    ]
    return [
        file
        for file in files
        if file.suffix in (".py", ".js", ".css", ".md", ".toml", ".yml")
        and file.relative_to(ROOT).as_posix() not in (*FRENCH, *HISTORY)
    ]


def found(words: list[str], text: str) -> list[str]:
    return [word for word in words if re.search(rf"(?<![\w’'-]){re.escape(word)}(?![\w-]|\.\w)", text, re.IGNORECASE)]


def test_every_row_has_five_cells_and_a_meaning():
    assert len(ROWS) > 40
    assert [row for row in ROWS if len(row) != 5 or not all(row[:3])] == []


@pytest.mark.parametrize("file", english_files(), ids=lambda file: file.relative_to(ROOT).as_posix())
def test_an_english_file_uses_the_words_of_the_glossary(file):
    assert found(NOT_ENGLISH, file.read_text(encoding="utf-8")) == []


def test_the_french_catalogue_uses_the_words_of_the_glossary():
    with (ROOT / "web/i18n/locales/fr/irisml.po").open("rb") as file:
        messages = [" ".join([m.string] if isinstance(m.string, str) else m.string) for m in read_po(file) if m.id]
    assert [(message, words) for message in messages if (words := found(NOT_FRENCH, message))] == []


@pytest.mark.parametrize("name", FRENCH)
def test_a_french_document_uses_the_words_of_the_glossary(name):
    assert found(NOT_FRENCH, (ROOT / name).read_text(encoding="utf-8")) == []
