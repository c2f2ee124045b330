"""The presenter's passphrase: as a setting in plain text, or as a hash that the command passphrase prints."""

import getpass
import hashlib
import hmac
import secrets
import sys

from irisml.domain.settings import SHORTEST_PASSPHRASE

SCHEME = "scrypt:"
"""How a hash begins."""
_COST, _BLOCK, _PARALLEL, _MEMORY = 2**14, 8, 1, 64 * 1024 * 1024


def hashed(passphrase: str, salt: bytes | None = None) -> str:
    """Return the hash for the setting IRISML_PRESENTER_PASSPHRASE.

    Examples
    --------
    >>> is_passphrase("petals in the rain", hashed("petals in the rain"))
    True
    """
    salt = secrets.token_bytes(16) if salt is None else salt
    digest = hashlib.scrypt(passphrase.encode(), salt=salt, n=_COST, r=_BLOCK, p=_PARALLEL, maxmem=_MEMORY)
    return f"{SCHEME}{salt.hex()}:{digest.hex()}"


def is_hash(setting: str) -> bool:
    """Whether a setting is a hash, and not a passphrase.

    Examples
    --------
    >>> is_hash("petals in the rain")
    False
    """
    salt, _, digest = setting.removeprefix(SCHEME).partition(":")
    try:
        return setting.startswith(SCHEME) and len(bytes.fromhex(salt)) > 0 and len(bytes.fromhex(digest)) == 64
    except ValueError:
        return False


def is_passphrase(typed: str, setting: str) -> bool:
    """Whether somebody typed the passphrase of the setting; takes 30 ms for a hash.

    Examples
    --------
    >>> is_passphrase("petals", "petals in the rain"), is_passphrase("petals in the rain", "petals in the rain")
    (False, True)
    """
    if is_hash(setting):
        typed, setting = hashed(typed, bytes.fromhex(setting.split(":")[1])), setting.lower()
    return hmac.compare_digest(typed.encode(), setting.encode())


def main() -> None:
    """Ask for a passphrase and print its hash."""
    passphrase = getpass.getpass("Passphrase: ")
    if len(passphrase) < SHORTEST_PASSPHRASE:
        sys.exit(f"Error: the passphrase has {len(passphrase)} characters; give it {SHORTEST_PASSPHRASE} or more.")
    sys.stdout.write(f"IRISML_PRESENTER_PASSPHRASE={hashed(passphrase)}\n")


if __name__ == "__main__":
    main()
