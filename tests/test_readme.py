"""The README matches the code."""

import re
from pathlib import Path

import pytest

import irisml
from irisml.cli.commands import main

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
TREE = README.partition("## The tree")[2].partition("## Where")[0]


def test_the_python_example_predicts_setosa(registry):
    code = re.search(r"```python\n(.*?)```", README, re.DOTALL)[1]
    *statements, last = code.strip().splitlines()
    names = {}
    exec("\n".join(statements), names)
    assert eval(last.partition("#")[0], names) == "setosa"


def test_every_file_named_in_the_readme_exists():
    named = re.findall(r"[\w/]+\.py\b|\b\w+/(?=\s)", TREE)
    places = (ROOT, ROOT / "irisml", ROOT / "web")
    assert len(named) > 25
    assert [name for name in named if not any((place / name).exists() for place in places)] == []


def test_every_module_of_irisml_is_listed_in_the_readme():
    modules = {path.name for path in (ROOT / "irisml").glob("*.py")}
    hidden = {"__init__.py", "__main__.py"}
    assert sorted(modules - hidden - set(re.findall(r"\w+\.py", TREE))) == []


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
