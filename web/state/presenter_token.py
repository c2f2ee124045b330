"""Signed tokens of the presenter: the cookie that outlives a reload, and the ticket that signs in an open page.

A token is valid for its lifetime and one generation. "Sign out everywhere" begins a new generation; no list of tokens
is kept. Key and generation are one file in the folder of the registry, made by the first sign-in and replaced in one
step, so they are there together or not at all. Where the file is missing, damaged or cannot be read now, no token is
valid. The passphrase is part of the key: a new one ends all tokens.
"""

import base64
import hmac
import logging
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from itsdangerous import BadSignature, URLSafeTimedSerializer

from irisml.domain.settings import settings
from irisml.registry import disk, local_folder, registry_location

COOKIE = "irisml_presenter"
COOKIE_LIFE_S = 12 * 3600
"""One day on stage."""
TICKET_LIFE_S = 30
_COOKIE_SALT, _TICKET_SALT = "cookie", "ticket"
_KEY_BYTES, _GENERATION_BYTES = 32, 8
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _State:
    """What the file holds, in one line each."""

    key: str
    generation: str


def new_cookie() -> str:
    """Return a token for the cookie.

    Raises
    ------
    OSError
        If the key cannot be read or made.
    """
    return _token(_COOKIE_SALT)


def new_ticket() -> str:
    """Return a token that signs in an open page within `TICKET_LIFE_S`; errors as `new_cookie`."""
    return _token(_TICKET_SALT)


def is_cookie(token: str | None) -> bool:
    """Whether *token* is a valid one for the cookie."""
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
    state = _State(_state().key, secrets.token_hex(_GENERATION_BYTES))
    path = _path()
    with disk.incoming_folder(_incoming()) as draft:
        _write(draft / path.name, state)
        (draft / path.name).replace(path)


def passphrase_of_the_day(today: date) -> str:
    """Return a passphrase for a server that was given none: after a restart on the same day it is the same.

    Raises
    ------
    OSError
        If the key cannot be read or made.
    """
    digest = hmac.digest(_made_state().key.encode(), f"passphrase of {today}".encode(), "sha256")
    letters = base64.b32encode(digest).decode().lower()
    return "-".join(letters[at : at + 4] for at in (0, 4, 8))


def _token(salt: str) -> str:
    state = _made_state()
    return _signer(state, salt).dumps(state.generation)


def _is_valid(token: str | None, salt: str, life_s: int) -> bool:
    if not token:
        return False
    try:
        state = _state()
        return bool(_signer(state, salt).loads(token, max_age=life_s) == state.generation)
    except BadSignature:  # also one that has expired
        return False
    except OSError as error:
        _log.warning("the presenter's sign-in cannot be checked: %s", error)
        return False


def _signer(state: _State, salt: str) -> URLSafeTimedSerializer:
    key = settings().cookie_key or state.key
    return URLSafeTimedSerializer(f"{key}\0{settings().presenter_passphrase}", salt=salt)


def _path() -> Path:
    return local_folder(registry_location()) / "presenter" / "sign-in"


def _incoming() -> Path:
    return local_folder(registry_location()) / "incoming"


def _state() -> _State:
    """Read the file; raise an OSError also if its content is wrong, with what to do."""
    path = _path()
    lines = path.read_text(encoding="ascii", errors="replace").split()
    if len(lines) != 2:
        raise OSError(0, "is damaged; move it away and sign in again", str(path))
    return _State(*lines)


def _made_state() -> _State:
    """Read the file, and make it if there is none: of several processes one does, and the others read its file."""
    path = _path()
    with suppress(FileNotFoundError):
        return _state()
    with disk.incoming_folder(_incoming()) as draft:
        state = _State(secrets.token_urlsafe(_KEY_BYTES), secrets.token_hex(_GENERATION_BYTES))
        _write(draft / path.name, state)
        if disk.take(draft, path.parent):
            return state
        with suppress(FileNotFoundError):
            return _state()
        # Only the file was moved away, as a message advises. Of two processes that do this at once both may sign
        # somebody in, and one of these is asked again.
        (draft / path.name).replace(path)
    return _state()


def _write(path: Path, state: _State) -> None:
    disk.write_flushed(path, f"{state.key}\n{state.generation}\n".encode(), mode=0o600)
