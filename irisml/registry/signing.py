"""Signatures of manifests: with IRISML_SIGNING_KEY set, only versions signed with that key are opened."""

import hmac
import os

SIGNATURE_FILE = "version.sig"


def signing_key() -> bytes | None:
    """Return the key from the environment; None where versions are not signed."""
    return os.environ.get("IRISML_SIGNING_KEY", "").encode() or None


def sign(manifest: bytes, key: bytes) -> bytes:
    """Return the HMAC-SHA256 of a manifest, as hexadecimal.

    Examples
    --------
    >>> sign(b"{}", b"secret")[:8]
    b'77325902'
    """
    return hmac.new(key, manifest, "sha256").hexdigest().encode()


def is_signed(manifest: bytes, signature: bytes, key: bytes) -> bool:
    """Whether *signature* was made for *manifest* with *key*; compared in constant time."""
    return hmac.compare_digest(sign(manifest, key), signature)
