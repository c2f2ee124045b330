"""Tests of web.state.kept_file."""

import gc
from types import SimpleNamespace

import pytest

from web.state import kept_file


@pytest.fixture
def sessions(monkeypatch):
    """Two sessions, of which the first is current. Together they may keep ten bytes."""
    monkeypatch.setenv("IRISML_LIMIT_UPLOAD_BYTES", "10")
    monkeypatch.setattr(kept_file, "_total", kept_file._Total())
    both = [SimpleNamespace(session_state={}), SimpleNamespace(session_state={})]
    monkeypatch.setattr(kept_file, "st", both[0])
    return both


def test_all_sessions_share_a_size_limit(sessions, monkeypatch):
    """The second session reads its file, but does not keep it."""
    kept_file.keep_file("a.csv", b"123456")
    monkeypatch.setattr(kept_file, "st", sessions[1])
    assert kept_file.keep_file("b.csv", b"123456").content == b"123456"
    assert kept_file.kept_file() is None


def test_the_bytes_of_an_ended_session_are_released(sessions, monkeypatch):
    """Otherwise the server would keep no file after some hours."""
    kept_file.keep_file("a.csv", b"123456")
    sessions[0].session_state.clear()
    gc.collect()
    monkeypatch.setattr(kept_file, "st", sessions[1])
    kept_file.keep_file("b.csv", b"123456")
    assert kept_file.kept_file() is not None


def test_the_same_file_is_kept_once(sessions):
    """Each rerun of a page passes it again."""
    first = kept_file.keep_file("a.csv", b"123456")
    assert kept_file.keep_file("a.csv", b"123456") is first


def test_another_file_replaces_the_kept_one(sessions):
    """Also if the new one is too large to be kept."""
    kept_file.keep_file("a.csv", b"123456")
    kept_file.keep_file("a.csv", b"12345678901")
    assert kept_file.kept_file() is None
