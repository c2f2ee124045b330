"""The tutorial works as it is written: its diff applies, its test passes, its commands print what it shows."""

import doctest
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TUTORIAL = (ROOT / "docs/tutorial.md").read_text(encoding="utf-8")
COPIED = ("irisml", "web", "ops", "infra", "tests", "tools", "conftest.py", "pyproject.toml", "streamlit_app.py")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", TUTORIAL, re.MULTILINE | re.DOTALL)


@pytest.fixture
def checkout(tmp_path) -> Path:
    """A copy of the sources, to be edited as the tutorial says."""
    folder = tmp_path / "irisml"
    folder.mkdir()
    for name in COPIED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    return folder


def run(checkout: Path, command: str, expected: str) -> str:
    """Run a command in the copy, whose packages come before the installed ones, and return all that it prints.

    It must fail exactly if an error is expected.
    """
    words = shlex.split(command)
    words[:1] = {"irisml": [sys.executable, "-m", "irisml"], "python": [sys.executable]}[words[0]]
    environment = {**os.environ, "IRISML_REGISTRY": "tutorial", "PYTHONPATH": str(checkout)}
    ran = subprocess.run(words, cwd=checkout, env=environment, capture_output=True, text=True)
    assert (ran.returncode != 0) == expected.startswith("Error:"), ran.stdout + ran.stderr
    return ran.stdout + ran.stderr.removeprefix("Training\n")  # the progress bar, where there is no terminal


def agree(expected: str, printed: str) -> bool:
    """Compare as a doctest does: three dots stand for anything."""
    return doctest.OutputChecker().check_output(expected, printed, doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)


@pytest.mark.slow
def test_the_tutorial_works_as_written(checkout):
    for kind, text in BLOCKS:
        if kind == "diff":
            subprocess.run(["git", "apply", "-"], cwd=checkout, input=text, text=True, check=True)
        elif kind == "python":
            first, code = text.split("\n", 1)
            (checkout / first.removeprefix("# ")).write_text(code, encoding="utf-8")
        elif kind == "console":
            for command, expected in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", text, re.MULTILINE):
                printed = run(checkout, command, expected)
                assert agree(expected, printed), f"$ {command}\n{printed}"


def test_the_tutorial_has_all_its_parts():
    kinds = [kind for kind, _ in BLOCKS]
    assert (kinds.count("diff"), kinds.count("python"), kinds.count("shell")) == (1, 1, 1)
    assert sum(text.count("$ ") for kind, text in BLOCKS if kind == "console") > 8
