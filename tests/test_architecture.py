"""Forbidden imports, checked at run time; import-linter checks the others."""

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


def test_predicting_on_the_command_line_imports_no_training_library(registry):
    """No scikit-learn, scipy, pandas, streamlit or plotly; not even numpy."""
    imported = modules_after(PREDICT)
    assert "irisml" in imported
    assert imported & (HEAVY | {"numpy", "streamlit", "plotly"}) == set()


def test_the_landing_page_imports_neither_scikit_learn_nor_scipy_nor_pandas(registry):
    """Pages with a table may import pandas when they are opened; this page has none."""
    assert modules_after(SERVE) & HEAVY == set()


def test_importing_irisml_loads_no_submodule():
    """The public names are imported on first use."""
    loaded = modules_after("import irisml, sys; print(*sys.modules)")
    assert [name for name in loaded if name.startswith("irisml.")] == []


def test_every_name_in_all_exists():
    import irisml

    for name in irisml.__all__:
        assert getattr(irisml, name) is not None


def test_the_dockerfile_has_the_version_of_the_package():
    """A label cannot read the version from the code, so the Dockerfile repeats it."""
    import irisml

    assert f"ARG VERSION={irisml.__version__}\n" in (ROOT / "Dockerfile").read_text()


@pytest.mark.parametrize("name", requirements_agree.SOURCES)
def test_pinned_requirements_have_hashes_and_no_index_url(name):
    """The package index is a setting of each machine."""
    text = (ROOT / name).read_text()
    assert "://" not in text
    blocks = [block for block in text.replace("\\\n", " ").splitlines() if "==" in block]
    assert all("--hash=sha256:" in block for block in blocks)
    assert len(blocks) >= {"requirements-pack.txt": 2}.get(name, 30)


@pytest.mark.parametrize(
    ("section", "name", "value"),
    [
        ("server", "showEmailPrompt", False),  # otherwise the first start asks for an e-mail address in the terminal
        ("server", "fileWatcherType", "none"),  # otherwise each visitor costs 0.2 s of CPU
        ("runner", "postScriptGC", False),  # likewise
        ("client", "showErrorDetails", "none"),  # no traceback is shown on a page
        ("browser", "gatherUsageStats", False),  # no data are sent to Streamlit
    ],
)
def test_required_streamlit_settings_are_present(section, name, value):
    """The effect of a missing setting is easily overlooked; the comments give the reasons."""
    settings = tomllib.loads((ROOT / ".streamlit/config.toml").read_text(encoding="utf-8"))
    assert settings[section][name] == value
