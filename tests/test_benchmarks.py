"""The benchmarks run: a few visitors for seconds, and no claim about times."""

import subprocess
import sys

import pytest

from benchmarks.__main__ import CHAPTERS
from tools.served_app import ROOT


@pytest.mark.browser
def test_the_short_form_measures_every_chapter():
    asked = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--short"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert asked.returncode == 0, asked.stderr[-3000:]
    table = asked.stdout
    for words in (
        "start to the first healthy answer",
        "one flower predicted",
        "first page, cold",
        "steps shown",
        "one visitor, move to answer",
        "stale answers",
        "visitors join",
        "during a training",
        "POST /api/predict",
        "a demo that fits at each rerun",
        "promotion to told",
        "soak of",
    ):
        assert words in table
    assert len(table.splitlines()) > 3 * len(CHAPTERS)
