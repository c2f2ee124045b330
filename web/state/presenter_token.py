"""Signed tokens of the presenter: the cookie that outlives a reload, and the ticket that signs in an open page.

A token is valid for its lifetime and one generation. "Sign out everywhere" begins a new generation, in one file that
is replaced in one step; no list of tokens is kept. The key is IRISML_COOKIE_KEY, else a file of the registry's folder
that the first process makes; without a writable folder, it lasts as long as the process. The passphrase is part of
the key: a new one ends all tokens.
"""

import base64
import hmac
import logging
import os
import secrets
import time
from datetime import date
from functools import cache
from pathlib import Path

from itsdangerous import BadSignature, URLSafeTimedSerializer

from irisml.domain.settings import settings
from irisml.registry import registry_location

COOKIE = "irisml_presenter"
COOKIE_LIFE_S = 12 * 3600
"""One day on stage."""
TICKET_LIFE_S = 30
_COOKIE_SALT, _TICKET_SALT = "cookie", "ticket"
_KEY_BYTES, _LOOK_AGAIN_S = 32, 1.0
_log = logging.getLogger(__name__)


def new_cookie() -> str:
    """Return a token for the cookie."""
    return _signer(_COOKIE_SALT).dumps(_generation())


def new_ticket() -> str:
    """Return a token that signs in one open page within `TICKET_LIFE_S`."""
    return _signer(_TICKET_SALT).dumps(_generation())


def is_cookie(token: str | None) -> bool:
    """Whether *token* is a valid one for the cookie; 40 microseconds."""
    return _is_valid(token, _COOKIE_SALT, COOKIE_LIFE_S)


def is_ticket(token: str | None) -> bool:
    """Whether *token* is a valid ticket."""
    return _is_valid(token, _TICKET_SALT, TICKET_LIFE_S)


def end_all() -> None:
    """End every cookie and ticket: everybody is signed out.

    Raises
    ------
    OSError
        If it cannot be written; then nobody is signed out.
    """
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f"generation-{secrets.token_hex(8)}"
    draft.write_text(secrets.token_hex(8), encoding="ascii")
    draft.replace(folder / _GENERATION)


def passphrase_of_the_day(today: date) -> str:
    """Return a passphrase for a server that was given none: after a restart on the same day it is the same.

    Examples
    --------
    >>> passphrase_of_the_day(date(2026, 11, 26)) == passphrase_of_the_day(date(2026, 11, 27))
    False
    """
    digest = hmac.digest(_key(str(_folder())).encode(), f"passphrase of {today}".encode(), "sha256")
    letters = base64.b32encode(digest).decode().lower()
    return "-".join(letters[at : at + 4] for at in (0, 4, 8))


def _is_valid(token: str | None, salt: str, life_s: int) -> bool:
    if not token:
        return False
    try:
        generation = _signer(salt).loads(token, max_age=life_s)
    except BadSignature:  # also one that has expired
        return False
    try:
        return bool(generation == _generation())
    except OSError as error:  # cannot be read now: not signed in, but not signed out either
        _log.warning("the presenter's sign-in cannot be checked: %s", error)
        return False


def _signer(salt: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(f"{_key(str(_folder()))}\0{settings().presenter_passphrase}", salt=salt)


def _generation() -> str:
    try:
        return (_folder() / _GENERATION).read_text(encoding="ascii")
    except FileNotFoundError:
        return ""  # nobody was signed out yet


def _folder() -> Path:
    return Path(registry_location()) / "presenter"


@cache
def _key(folder: str) -> str:
    if key := settings().cookie_key:
        return key
    try:
        return _key_in_file(Path(folder) / "key")
    except OSError as error:
        _log.warning("the presenter's sign-in ends with this process, as its key cannot be kept: %s", error)
        return secrets.token_urlsafe(_KEY_BYTES)


def _key_in_file(path: Path) -> str:
    """Return the key; the first of several processes makes it, and the others wait until it is written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        end = time.monotonic() + _LOOK_AGAIN_S
        while not (key := path.read_text(encoding="ascii")):
            if time.monotonic() > end:
                raise OSError(0, "the key is empty; remove the file, so that it is made again", str(path)) from None
            time.sleep(0.01)
        return key
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        key = secrets.token_urlsafe(_KEY_BYTES)
        file.write(key)
    return key


_GENERATION = "generation"
