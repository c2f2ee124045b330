"""Copies of a registry's files on this machine, named after their content."""

from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from irisml.registry import disk


class FileCache:
    """Files under their SHA-256; each is checked whenever it is read.

    What cannot be read or written here is fetched from the server again: a cache is never a reason to fail.

    Parameters
    ----------
    folder : Path
        Created with the first file.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, digest: str) -> bytes | None:
        """Return the content with that SHA-256; None if it is not here, or was altered."""
        try:
            content = disk.read_file(self._folder / digest)
        except (OSError, ValueError):
            return None
        return content if sha256(content).hexdigest() == digest else None

    def keep(self, content: bytes) -> None:
        """Keep a copy; a reader never sees half of it."""
        digest = sha256(content).hexdigest()
        if self.read(digest) is None:
            with suppress(OSError):
                write_over(self._folder / digest, content)


def write_over(path: Path, content: bytes) -> None:
    """Write a file beside *path* and rename it over it.

    Raises
    ------
    OSError
        If it cannot be written; then the old file stands.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{uuid4().hex}")
    try:
        disk.write_flushed(beside, content)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
