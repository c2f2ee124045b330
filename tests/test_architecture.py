"""What must never be imported where, seen at run time; import-linter sees the rest."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tools import requirements_agree

ROOT = Path(__file__).parents[1]
HEAVY = {"sklearn", "scipy", "pandas"}

PREDICT = """
import sys
import tomllib
from irisml.cli.commands import main
main(["predict", "5.1", "3.5", "1.4", "0.2"], standalone_mode=False)
print(*{name.partition(".")[0] for name in sys.modules})
"""

SERVE = """
import sys
import tomllib
from streamlit.testing.v1 import AppTest
app = AppTest.from_file("streamlit_app.py", default_timeout=60).run()
assert len(app.slider) == 4, app
print(*{name.partition(".")[0] for name in sys.modules})
"""


def modules_after(code: str) -> set[str]:
    """Run *code* in a fresh process and return the packages that it imported."""
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(ran.stdout.splitlines()[-1].split())


def test_a_process_that_only_predicts_imports_nothing_that_learns(registry):
    """No scikit-learn, scipy or pandas, nor a screen; not even numpy."""
    imported = modules_after(PREDICT)
    assert "irisml" in imported
    assert imported & (HEAVY | {"numpy", "streamlit", "plotly"}) == set()


def test_the_landing_page_imports_nothing_that_learns(registry):
    """A page that needs a table may import pandas when somebody opens it; this one needs none."""
    assert modules_after(SERVE) & HEAVY == set()


def test_importing_irisml_loads_no_submodule():
    """The public names load on first use."""
    loaded = modules_after("import irisml, sys; print(*sys.modules)")
    assert [name for name in loaded if name.startswith("irisml.")] == []


def test_every_public_name_is_there():
    """The list in __init__.pyi promises nothing that does not exist."""
    import irisml

    for name in irisml.__all__:
        assert getattr(irisml, name) is not None


def test_the_image_is_labelled_with_the_version_of_the_app():
    """A label cannot be read from the code, so it stands in the Dockerfile once more."""
    import irisml

    assert f"ARG VERSION={irisml.__version__}\n" in (ROOT / "Dockerfile").read_text()


@pytest.mark.parametrize("name", requirements_agree.SOURCES)
def test_the_pinned_requirements_are_hashed_and_name_no_address(name):
    """Each pin has its hashes; where to fetch it from is everybody's own affair."""
    text = (ROOT / name).read_text()
    assert "://" not in text
    blocks = [block for block in text.replace("\\\n", " ").splitlines() if "==" in block]
    assert all("--hash=sha256:" in block for block in blocks)
    assert len(blocks) > 30


@pytest.mark.parametrize(
    ("section", "name", "value"),
    [
        ("server", "showEmailPrompt", False),  # else the first start waits for an e-mail address in the terminal
        ("server", "fileWatcherType", "none"),  # else each visitor costs a fifth of a second of CPU
        ("runner", "postScriptGC", False),  # likewise
        ("client", "showErrorDetails", "none"),  # no traceback ever reaches the page
        ("browser", "gatherUsageStats", False),  # nothing leaves the machine
    ],
)
def test_the_settings_that_must_not_get_lost_are_there(section, name, value):
    """Each has a reason that nobody sees until it is gone."""
    settings = tomllib.loads((ROOT / ".streamlit/config.toml").read_text(encoding="utf-8"))
    assert settings[section][name] == value
