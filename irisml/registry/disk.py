"""Atomic writes of files and folders, and reads that distinguish absence, damage and transient failures.

Every write of a registry goes through this module. A folder is prepared beside its target,
flushed, and renamed; the rename fails if the target exists, so it is a compare-and-set.
"""

import errno
import logging
import os
import shutil
import stat
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_log = logging.getLogger(__name__)
_ABANDONED_S = 3600
"""Temporary folders older than this are leftovers of a killed process: a writer needs less than a second."""
_RETRY_AFTER_S = (0.05, 0.1, 0.2, 0.4)
"""On Windows a rename fails while a virus scanner has a file of the folder open."""
LARGEST_FILE = 256 * 1024 * 1024
"""In bytes; a forest of 500 trees has 1 MB. A larger file is damaged, and is not read into memory."""


class WrongContentError(ValueError):
    """A path is not a regular file, or the file is too large for a registry."""


def read_file(path: Path, largest: int = LARGEST_FILE) -> bytes:
    """Read a whole file.

    Raises
    ------
    FileNotFoundError
        If there is none.
    WrongContentError
        If it is a folder, a pipe or a device, or larger than *largest* bytes.
    OSError
        If it cannot be read now.
    """
    try:
        # Without O_NONBLOCK, opening a named pipe waits for a writer.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except OSError as error:
        if error.errno == errno.ENXIO:
            raise WrongContentError(f"{path.name} is a socket") from error
        raise
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise WrongContentError(f"{path.name} is not a regular file")
        if status.st_size > largest:
            raise WrongContentError(f"{path.name} has {status.st_size} bytes, more than {largest}")
        with open(descriptor, "rb", closefd=False) as file:
            return file.read()
    finally:
        os.close(descriptor)


def is_folder(path: Path) -> bool:
    """Whether the path is a folder; unlike `Path.is_dir`, a disk error is raised on every version of Python.

    Raises
    ------
    OSError
        If the disk cannot be read now.
    """
    try:
        return stat.S_ISDIR(os.stat(path).st_mode)  # noqa: PTH116 - Path.is_dir returns False on an error from 3.14 on
    except FileNotFoundError:
        return False


def names_in(folder: Path) -> list[str]:
    """Return the names in a folder; none if it is absent.

    Raises
    ------
    OSError
        If it cannot be listed now.
    """
    try:
        return os.listdir(folder)  # noqa: PTH208 - names are all that is needed
    except FileNotFoundError:
        return []


def write_flushed(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Write a new file and wait until it is on the disk.

    Raises
    ------
    OSError
        If it exists, or cannot be written completely.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
    try:
        rest = memoryview(content)
        while rest:  # on a nearly full disk a part is written, without an error
            rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def flush_folder(folder: Path) -> None:
    """Flush the entries of a folder to the disk, if the file system supports it.

    Windows does not need it, and a network share refuses it.
    """
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(descriptor)


def take(incoming: Path, target: Path) -> bool:
    """Rename a prepared folder to *target*; return False if the name is already taken.

    The caller must not create *target* first: on Linux a rename replaces an empty folder.

    Raises
    ------
    OSError
        If the rename failed for another reason; then nothing was changed.
    """
    flush_folder(incoming)
    for pause in (*_RETRY_AFTER_S, None):
        try:
            os.rename(incoming, target)  # noqa: PTH104 - not os.replace, nor a method that may change to it
        except OSError as error:
            # The error depends on the target: EEXIST or ENOTEMPTY here, EACCES on a share, ENOTDIR for a file.
            if _is_there(target):
                if _is_there(incoming):
                    return False
                break  # a share repeats a request if its response was lost: the first one succeeded
            if pause is None or not isinstance(error, PermissionError):
                raise
            time.sleep(pause)
        else:
            break
    try:
        flush_folder(target.parent)
    except OSError as error:
        # The folder is already visible to other processes, so the call has succeeded.
        _log.warning("%s was written, but could not be flushed: %s", target, error)
    return True


def _is_there(path: Path) -> bool:
    try:
        os.lstat(path)
    except FileNotFoundError:
        return False
    return True


@contextmanager
def incoming_folder(place: Path) -> Iterator[Path]:
    """Create a temporary folder in *place*, and remove it at the end unless it was renamed.

    Leftovers of killed writers in *place* are removed.
    """
    os.makedirs(place, exist_ok=True)  # noqa: PTH103 - the registry's writes are all calls of os
    incoming = place / uuid.uuid4().hex
    os.mkdir(incoming)  # noqa: PTH102
    try:
        sweep(place, beside=incoming)
        yield incoming
    finally:
        shutil.rmtree(incoming, ignore_errors=True)


def sweep(folder: Path, *, beside: Path, prefix: str = "") -> None:
    """Remove the files and folders with a prefix that killed writers have left; failures are ignored.

    Parameters
    ----------
    folder : Path
    beside : Path
        A path created just now: its time is used, because this machine's clock may differ from the share's.
    prefix : str
    """
    with suppress(OSError):
        oldest = os.stat(beside).st_mtime - _ABANDONED_S  # noqa: PTH116
        for name in names_in(folder):
            path = folder / name
            if not name.startswith(prefix):
                continue
            with suppress(OSError):  # another writer may also remove it, or has just finished
                status = os.lstat(path)
                if status.st_mtime > oldest:
                    continue
                if stat.S_ISDIR(status.st_mode):
                    shutil.rmtree(path, ignore_errors=True)
                else:
                    os.unlink(path)  # noqa: PTH108
