"""``irisml predict --output`` as a process: standard input, and the signal to end."""

import os
import signal
import subprocess
import sys
import time

import pytest

HEADER = "sepal_length,sepal_width,petal_length,petal_width\n"

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has neither")


def predict(registry, *words, **options):
    command = [sys.executable, "-m", "irisml", "--registry", str(registry.folder), "predict", *words]
    return subprocess.Popen(command, stderr=subprocess.PIPE, **options)


def test_standard_input_is_read(registry, tmp_path):
    with predict(registry, "--csv", "-", "--output", str(tmp_path / "out.csv"), stdin=subprocess.PIPE) as ran:
        ran.communicate(f"{HEADER}5.1,3.5,1.4,0.2\n".encode())
    assert ran.returncode == 0
    assert len((tmp_path / "out.csv").read_text().splitlines()) == 2


def test_the_signal_to_end_leaves_no_part_of_the_output(registry, tmp_path):
    """The pipe stays open, so that the process waits for more."""
    folder = tmp_path / "output"
    folder.mkdir()
    with predict(registry, "--csv", "-", "--output", str(folder / "out.csv"), stdin=subprocess.PIPE) as ran:
        ran.stdin.write((HEADER + "5.1,3.5,1.4,0.2\n" * 200_000).encode())
        ran.stdin.flush()
        end = time.monotonic() + 30
        while not list(folder.iterdir()) and time.monotonic() < end:
            time.sleep(0.05)
        assert list(folder.iterdir())
        ran.send_signal(signal.SIGTERM)
        time.sleep(0.2)
        ran.stdin.close()
        ran.wait(30)
    assert ran.returncode == 128 + signal.SIGTERM
    assert list(folder.iterdir()) == []
