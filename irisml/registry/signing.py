"""Signatures: if IRISML_SIGNING_KEY is set, only files signed with that key are read."""

import hmac
from pathlib import Path

from irisml.domain.settings import settings
from irisml.registry.disk import read_file, write_flushed

_LARGEST_SIGNATURE = 1000


def signing_key() -> bytes | None:
    """Return the key from the environment; None if files are not signed."""
    return settings().signing_key


def sign(content: bytes, key: bytes) -> bytes:
    """Return the HMAC-SHA256 of *content*, as hexadecimal.

    Examples
    --------
    >>> sign(b"{}", b"secret")[:8]
    b'77325902'
    """
    return hmac.new(key, content, "sha256").hexdigest().encode()


def write_signed(path: Path, content: bytes) -> None:
    """Write a file and, if there is a key, its signature beside it (version.json: version.sig)."""
    write_flushed(path, content)
    if key := signing_key():
        write_flushed(path.with_suffix(".sig"), sign(content, key))


def read_signed(path: Path, *, signed: bool = True) -> bytes:
    """Read a file; if there is a key and *signed* is True, check its signature.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the signature is missing or is not that of the content.
    OSError
        If it cannot be read now.
    """
    content = read_file(path)
    if signed and (key := signing_key()):
        try:
            signature = read_file(path.with_suffix(".sig"), _LARGEST_SIGNATURE)
        except FileNotFoundError as error:
            raise ValueError("it is not signed, but IRISML_SIGNING_KEY is set") from error
        if not hmac.compare_digest(sign(content, key), signature):
            raise ValueError(f"the signature does not match {path.name}")
    return content
