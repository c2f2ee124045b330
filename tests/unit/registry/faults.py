"""Paths within a folder registry, and simulated failures of calls of the operating system."""

import os

from irisml.registry.actor import Actor

ALICE = Actor("command line", "alice")


def folder_of(registry, number=1):
    return registry.folder / "versions" / f"{number:04}"


def refuse_to(monkeypatch, call, error, path_has=""):
    """Make a call of the operating system fail, as on a share that is unavailable for a moment."""
    real = getattr(os, call)

    def refused(path, *args, **kwargs):
        if path_has in str(path):
            raise error
        return real(path, *args, **kwargs)

    monkeypatch.setattr(os, call, refused)


def release_file(registry, number):
    return registry.folder / f"releases/{number:06}/release.json"
