"""README and documents match the code."""

import io
import re
from pathlib import Path

import pytest

import irisml
from irisml import read_measurements_csv
from irisml.cli.commands import main
from irisml.domain.errors import InvalidRowsError
from web.data.csv_prediction import csv_template
from web.i18n.text import language

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
TREE = (ROOT / "docs/extending.md").read_text(encoding="utf-8").split("```")[1]


def test_the_python_example_predicts_setosa(registry):
    code = re.search(r"```python\n(.*?)```", README, re.DOTALL)[1]
    *statements, last = code.strip().splitlines()
    names = {}
    exec("\n".join(statements), names)
    assert eval(last.partition("#")[0], names) == "setosa"


def test_the_readme_has_fewer_than_80_lines():
    assert len(README.splitlines()) < 80


def test_every_folder_and_file_of_the_tree_exists():
    named = re.findall(r"[\w.]+\.py\b|(?<!\S)[\w.]+/(?=\s)", TREE)
    places = (ROOT, ROOT / "irisml", ROOT / "web")
    assert len(named) > 25
    assert [name for name in named if not any((place / name).exists() for place in places)] == []


@pytest.mark.parametrize("package", ["irisml", "web"])
def test_every_package_is_in_the_tree(package):
    packages = {f"{path.parent.name}/" for path in (ROOT / package).glob("*/__init__.py")}
    assert len(packages) > 8
    assert sorted(packages - set(re.findall(r"\w+/", TREE))) == []


def test_every_file_that_a_document_names_exists():
    """In backticks; xx stands for any language, and the tutorial makes a file."""
    missing = [
        f"{document.relative_to(ROOT)}: {name}"
        for document in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"))
        if document.name != "CHANGELOG.md"
        for name in re.findall(
            r"`((?:irisml|web|ops|infra|tests|tools|benchmarks)/[\w/.]+\.\w+)`", document.read_text("utf-8")
        )
        if "/xx/" not in name and name != "tests/unit/releases/test_tree_limit.py" and not (ROOT / name).exists()
    ]
    assert missing == []


@pytest.mark.parametrize(
    "document", [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")], ids=lambda path: str(path.relative_to(ROOT))
)
def test_relative_links_point_to_existing_files(document):
    text = document.read_text(encoding="utf-8")
    targets = [target for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text) if "://" not in target]
    assert [target for target in targets if not document.parent.joinpath(target).exists()] == []


def test_every_command_is_named_in_the_readme():
    assert [name for name in main.commands if name not in README] == []


def test_the_changelog_starts_with_the_current_version():
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(r"^## \[([\d.]+)\]", changes, re.MULTILINE)[1] == irisml.__version__


@pytest.fixture(params=["docs/stage.md", "docs/stage.fr.md"])
def script(request) -> str:
    return (ROOT / request.param).read_text(encoding="utf-8")


def test_the_script_has_the_same_minutes_and_files_in_both_languages():
    english, french = ((ROOT / name).read_text(encoding="utf-8") for name in ("docs/stage.md", "docs/stage.fr.md"))
    for pattern in (r"^\| (\d+) \|", r"^\| \d+ \|.*?(`[^`]+`)", r"^## ()", r"^- \[ \] ()", r"\]\((\.\./[^)]+)\)"):
        found = re.findall(pattern, english, re.MULTILINE)
        assert found == re.findall(pattern, french, re.MULTILINE)
        assert len(found) > 3


def test_the_script_fits_into_45_minutes(script):
    minutes = [int(minute) for minute in re.findall(r"^\| (\d+) \|", script, re.MULTILINE)]
    assert minutes == sorted(set(minutes))
    assert minutes[0] == 0
    assert minutes[-1] < 45


@pytest.mark.parametrize("code", ["en", "fr"])
def test_error_csv_made_by_the_recipe_names_the_line_and_the_value(code):
    """The template of the page Data, with the first length replaced as the script says."""
    template = csv_template(language(code))
    broken = re.sub("5[.,]1", "5.1x", template, count=1)
    assert broken != template
    with pytest.raises(InvalidRowsError) as caught:
        read_measurements_csv(io.BytesIO(broken.encode()))
    assert caught.value.rows[0][0] == 2
    assert '"5.1x"' in str(caught.value)
