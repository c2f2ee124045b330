"""What the README says is so."""

import re
from pathlib import Path

import pytest

import irisml
from irisml.cli.commands import main

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
TREE = README.partition("## The tree")[2].partition("## Where")[0]


def test_the_python_example_says_setosa(registry):
    """Run as it stands."""
    code = re.search(r"```python\n(.*?)```", README, re.DOTALL)[1]
    *statements, last = code.strip().splitlines()
    names = {}
    exec("\n".join(statements), names)
    assert eval(last.partition("#")[0], names) == "setosa"


def test_every_file_of_the_tree_is_there():
    """A newcomer looks for it."""
    named = re.findall(r"[\w/]+\.py\b|\b\w+/(?=\s)", TREE)
    places = (ROOT, ROOT / "irisml", ROOT / "web")
    assert len(named) > 25
    assert [name for name in named if not any((place / name).exists() for place in places)] == []


def test_every_module_of_the_library_is_in_the_tree():
    """A new file gets a line."""
    modules = {path.name for path in (ROOT / "irisml").glob("*.py")}
    hidden = {"__init__.py", "__main__.py"}
    assert sorted(modules - hidden - set(re.findall(r"\w+\.py", TREE))) == []


@pytest.mark.parametrize(
    "document", [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")], ids=lambda path: str(path.relative_to(ROOT))
)
def test_links_lead_somewhere(document):
    """Within the repository."""
    text = document.read_text(encoding="utf-8")
    targets = [target for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text) if "://" not in target]
    assert [target for target in targets if not document.parent.joinpath(target).exists()] == []


def test_every_command_is_named():
    """train, evaluate, predict, versions, promote, rollback, check."""
    assert [name for name in main.commands if name not in README] == []


def test_the_changelog_speaks_of_this_version():
    """Its newest entry is the version of the package."""
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(r"^## \[([\d.]+)\]", changes, re.MULTILINE)[1] == irisml.__version__
