"""irisml.jobs.training_job: a child process that trains, reports progress, and may end at any moment."""

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
    """Wait until another process fulfils *claim*; fail after LIMIT_S."""
    end = time.monotonic() + LIMIT_S
    while not claim():
        assert time.monotonic() < end, f"not true after {LIMIT_S} s"
        time.sleep(0.01)


@pytest.mark.slow
def test_a_job_registers_a_version(registry):
    """Progress was reported, on_end was called, and the registry has the result."""
    ended = []
    job = TrainingJob(QUICK, str(registry.folder), on_end=lambda: ended.append(job.running))
    result = job.wait(LIMIT_S)
    assert not job.running
    assert ended == [True]
    assert (job.progress.done, job.progress.of) == (51, 51)
    assert registry.get(result.version).manifest.config == QUICK


@pytest.mark.slow
def test_a_cancelled_job_registers_nothing(registry):
    """Champion and versions are unchanged."""
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
@pytest.mark.skipif(os.name == "nt", reason="a process cannot be stopped by a signal there")
def test_a_job_that_does_not_react_has_ended_when_cancel_returns(registry, monkeypatch):
    """The next training can start at once, although this one had to be killed."""
    monkeypatch.setattr("irisml.jobs.training_job._KILL_AFTER_S", 1)
    job = TrainingJob(SLOW, str(registry.folder))
    os.kill(job._child.pid, signal.SIGSTOP)
    job.cancel()
    assert not job.running
    assert isinstance(job.failure(), TrainingCancelledError)


@pytest.mark.slow
def test_a_job_that_is_saving_cannot_be_cancelled(registry):
    """Its version may exist already, so "nothing was saved" could be false."""
    job = TrainingJob(QUICK, str(registry.folder))
    wait_until(lambda: job.progress is not None and job.progress.step == "save")
    job.cancel()
    assert job.wait(LIMIT_S).version == 3


@pytest.mark.slow
def test_a_failed_job_has_its_reason_in_one_sentence(tmp_path):
    """The registry is a file, so nothing can be saved in it."""
    (tmp_path / "models").write_text("not a folder")
    job = TrainingJob(QUICK, str(tmp_path / "models"))
    with pytest.raises(TrainingFailedError, match=r"failed: .*models.* cannot be used: Not a directory\. Check"):
        job.wait(LIMIT_S)


@pytest.mark.slow
def test_wait_has_a_timeout(registry):
    """The job goes on, and can be waited for again."""
    job = TrainingJob(SLOW, str(registry.folder))
    with pytest.raises(TimeoutError):
        job.wait(0.05)
    job.cancel()


def test_cancelling_a_finished_job_does_nothing(registry):
    job = TrainingJob(QUICK, str(registry.folder))
    number = job.wait(LIMIT_S).version
    job.cancel()
    assert not job.cancelled
    assert job.wait(0).version == number


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_training_killed_while_fitting_leaves_nothing(registry):
    """registry/test_crashes.py covers all writes."""
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
    """Run code at the start of each Python process, to simulate output of a library."""
    (tmp_path / "sitecustomize.py").write_text(code)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))


@pytest.mark.slow
def test_output_of_a_library_does_not_break_a_training(registry, tmp_path, monkeypatch):
    """On standard output, between the events; also bytes that are not UTF-8."""
    stray_output(tmp_path, monkeypatch, "import os; os.write(1, b'hello \\xff\\n{}\\n[1]\\n')")
    ended = []
    job = TrainingJob(QUICK, str(registry.folder), on_end=lambda: ended.append(True))
    assert job.wait(LIMIT_S).version == 3
    assert ended == [True]


@pytest.mark.slow
def test_a_warning_is_not_reported_as_the_reason_of_a_kill(registry, tmp_path, monkeypatch):
    """Out of memory, the system kills without a message; the last log line may be an unrelated warning."""
    code = "import os, signal, sys; sys.stderr.write('UserWarning: threads\\n'); os.kill(os.getpid(), signal.SIGKILL)"
    stray_output(tmp_path, monkeypatch, code)
    with pytest.raises(TrainingFailedError, match="its process was ended by signal 9"):
        TrainingJob(QUICK, str(registry.folder)).wait(LIMIT_S)


def test_a_process_that_ends_while_saving_is_reported_as_interrupted(registry):
    """Its version may exist and be champion."""
    job = TrainingJob(SLOW, str(registry.folder))
    job._child.kill()
    for reader in job._readers:
        reader.join()
    job.progress = Progress("save", 51, 51)  # the last event that it had sent
    with pytest.raises(TrainingInterruptedError, match="Check the list of versions") as caught:
        job.wait(LIMIT_S)
    assert "No version was made" not in str(caught.value)


@pytest.mark.slow
def test_the_reason_of_a_failed_training_is_translated(tmp_path):
    """The child process sends template and values separately."""
    (tmp_path / "models").write_text("not a folder")
    with pytest.raises(TrainingFailedError) as caught:
        TrainingJob(QUICK, str(tmp_path / "models")).wait(LIMIT_S)
    said = language("fr").error(caught.value)
    assert "Impossible d’utiliser" in said
    assert "cannot be used" not in said


def test_the_child_process_gets_no_passphrase(monkeypatch):
    """It needs the signing key to register, but nobody signs in there."""
    monkeypatch.setenv("IRISML_PRESENTER_PASSPHRASE", "petals in the rain")
    monkeypatch.setenv("IRISML_SIGNING_KEY", "a key")
    environment = child_environment()
    assert "IRISML_PRESENTER_PASSPHRASE" not in environment
    assert environment["IRISML_SIGNING_KEY"] == "a key"


@pytest.mark.slow
def test_a_cancel_request_while_saving_is_ignored(registry):
    """The child process decides under a lock, so "nothing was saved" is always true."""
    command = [sys.executable, "-m", "irisml", "--registry", str(registry.folder), "train", "--progress=json"]
    child = subprocess.Popen([*command, *QUICK.as_options()], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    line = ""
    while '"save"' not in line:
        line = child.stdout.readline()
    child.stdin.write("cancel\n")
    child.stdin.flush()
    assert '"result"' in child.communicate()[0]
    assert registry.alias("champion") == 3


def test_a_job_knows_its_folds(tmp_path):
    """Fifty of thirty flowers, as the version keeps them."""
    job = TrainingJob(TrainingConfig("decision_tree"), str(tmp_path / "models"))
    version = FolderRegistry(tmp_path / "models").get(job.wait(60).version)
    cv = version.evaluation.cross_validation
    assert job.folds == tuple(zip(cv.split_n_correct, cv.split_n_test, strict=True))
