"""irisml.jobs.training_job: a child process that trains, tells how far it is, and can end at any moment"""

import os
import signal
import subprocess
import sys
import time

import pytest

from irisml import FolderRegistry, TrainingConfig, TrainingJob
from irisml.domain.errors import TrainingCancelledError, TrainingFailedError, TrainingInterruptedError
from irisml.jobs.child_process import child_environment
from irisml.training.progress import Progress
from web.i18n.text import language

QUICK = TrainingConfig(n_estimators=2, random_state=3)
SLOW = TrainingConfig(n_estimators=500)
LIMIT_S = 60


def wait_until(claim):
    """Wait for something that another process does; it fails by being late, not by being slow."""
    end = time.monotonic() + LIMIT_S
    while not claim():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


@pytest.mark.slow
def test_a_job_ends_in_a_version(registry):
    """It was told how far it is, someone was told that it ended, and the result is what the registry holds."""
    ended = []
    job = TrainingJob(QUICK, str(registry.folder), on_end=lambda: ended.append(job.running))
    result = job.wait(LIMIT_S)
    assert not job.running
    assert ended == [True]
    assert (job.progress.done, job.progress.of) == (51, 51)
    assert registry.get(result.version).manifest.config == QUICK


@pytest.mark.slow
def test_a_cancelled_job_leaves_nothing(registry):
    """The champion and the list of versions are as before."""
    job = TrainingJob(SLOW, str(registry.folder))
    wait_until(lambda: job.progress is not None)
    assert job.seconds_left is None or job.seconds_left > 0
    job.cancel()
    with pytest.raises(TrainingCancelledError):
        job.wait(LIMIT_S)
    assert not job.running
    assert [version.number for version in registry.versions()] == [1, 2]
    assert registry.alias("champion") == 2


@pytest.mark.slow
def test_a_job_that_is_saving_cannot_be_cancelled(registry):
    """Its version may be there already: "nothing was kept" would be a lie."""
    job = TrainingJob(QUICK, str(registry.folder))
    wait_until(lambda: job.progress is not None and job.progress.step == "save")
    job.cancel()
    assert job.wait(LIMIT_S).version == 3


@pytest.mark.slow
def test_a_job_that_fails_says_why_in_one_sentence(tmp_path):
    """The registry is a file, so nothing can be kept in it."""
    (tmp_path / "models").write_text("not a folder")
    job = TrainingJob(QUICK, str(tmp_path / "models"))
    with pytest.raises(TrainingFailedError, match=r"failed: .*models.* cannot be used: Not a directory\. Check"):
        job.wait(LIMIT_S)


@pytest.mark.slow
def test_waiting_has_an_end(registry):
    """While it runs, wait gives up after its time, and can be asked again."""
    job = TrainingJob(SLOW, str(registry.folder))
    with pytest.raises(TimeoutError):
        job.wait(0.05)
    job.cancel()


def test_cancelling_what_has_ended_changes_nothing(registry):
    """A click that came too late is no error."""
    job = TrainingJob(QUICK, str(registry.folder))
    number = job.wait(LIMIT_S).version
    job.cancel()
    assert not job.cancelled
    assert job.wait(0).version == number


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_training_that_is_killed_while_it_fits_leaves_nothing(registry):
    """What is killed while it writes is enumerated in registry/test_crashes.py."""
    command = [sys.executable, "-m", "irisml", "--registry", str(registry.folder), "train", "--progress=json"]
    child = subprocess.Popen([*command, *QUICK.as_options()], stdout=subprocess.PIPE, text=True)
    for _ in range(20):
        child.stdout.readline()
    child.send_signal(signal.SIGKILL)
    child.communicate()
    reopened = FolderRegistry(registry.folder)
    assert [version.number for version in reopened.versions()] == [1, 2]
    assert reopened.alias("champion") == 2


def stray_output(tmp_path, monkeypatch, code):
    """Let each Python that starts run some code first, as a library with much to say does."""
    (tmp_path / "sitecustomize.py").write_text(code)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))


@pytest.mark.slow
def test_what_a_library_prints_ends_no_training(registry, tmp_path, monkeypatch):
    """On standard output, where the events are; not even bytes that are no text."""
    stray_output(tmp_path, monkeypatch, "import os; os.write(1, b'hello \\xff\\n{}\\n[1]\\n')")
    ended = []
    job = TrainingJob(QUICK, str(registry.folder), on_end=lambda: ended.append(True))
    assert job.wait(LIMIT_S).version == 3
    assert ended == [True]


@pytest.mark.slow
def test_a_warning_is_not_why_a_process_was_killed(registry, tmp_path, monkeypatch):
    """Out of memory the system kills without a word; the last line of the log is somebody's warning."""
    code = "import os, signal, sys; sys.stderr.write('UserWarning: threads\\n'); os.kill(os.getpid(), signal.SIGKILL)"
    stray_output(tmp_path, monkeypatch, code)
    with pytest.raises(TrainingFailedError, match="its process was ended by signal 9"):
        TrainingJob(QUICK, str(registry.folder)).wait(LIMIT_S)


def test_a_process_that_ends_while_it_saves_is_not_told_to_have_made_nothing(registry):
    """Its version may be there, and may be champion: look before you train again."""
    job = TrainingJob(SLOW, str(registry.folder))
    job._child.kill()
    for reader in job._readers:
        reader.join()
    job.progress = Progress("save", 51, 51)  # the last word that it had sent
    with pytest.raises(TrainingInterruptedError, match="Look at the list of versions") as caught:
        job.wait(LIMIT_S)
    assert "No version was made" not in str(caught.value)


@pytest.mark.slow
def test_why_a_training_failed_is_said_in_french(tmp_path):
    """The child sends its sentence with the values apart, so the catalogue knows it."""
    (tmp_path / "models").write_text("not a folder")
    with pytest.raises(TrainingFailedError) as caught:
        TrainingJob(QUICK, str(tmp_path / "models")).wait(LIMIT_S)
    said = language("fr").error(caught.value)
    assert "Impossible d’utiliser" in said
    assert "cannot be used" not in said


def test_the_child_learns_no_passphrase(monkeypatch):
    """It trains; nobody signs in there. The key it needs, to sign what it registers."""
    monkeypatch.setenv("IRISML_PRESENTER_PASSPHRASE", "petals in the rain")
    monkeypatch.setenv("IRISML_SIGNING_KEY", "a key")
    environment = child_environment()
    assert "IRISML_PRESENTER_PASSPHRASE" not in environment
    assert environment["IRISML_SIGNING_KEY"] == "a key"


@pytest.mark.slow
def test_an_order_to_cancel_that_comes_while_it_saves_is_not_followed(registry):
    """The child decides, under a lock; so "nothing was kept" is true whenever it is said."""
    command = [sys.executable, "-m", "irisml", "--registry", str(registry.folder), "train", "--progress=json"]
    child = subprocess.Popen([*command, *QUICK.as_options()], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    line = ""
    while '"save"' not in line:
        line = child.stdout.readline()
    child.stdin.write("cancel\n")
    child.stdin.flush()
    assert '"result"' in child.communicate()[0]
    assert registry.alias("champion") == 3
