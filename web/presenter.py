"""Who may train, promote and roll back.

On a laptop everyone is the presenter. Where IRISML_PUBLIC is set, visitors look and predict,
and the presenter signs in with the passphrase of IRISML_PRESENTER_PASSPHRASE. A widget that
was not drawn for a session cannot be clicked in it, so it is enough not to draw it.
"""

import hmac
import os
import secrets
from functools import cache

import streamlit as st
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from irisml.sentences import sentence

SHORTEST_PASSPHRASE = 8
TRIES_A_MINUTE, TRIES_OF_ALL_A_MINUTE = 5, 100
"""Wrong ones, of one visitor and of all together: too few to guess by. Who is signed in already is never locked out."""
_SIGNED_IN, _VISITOR = "presenter", "sign-in-visitor"


def is_public() -> bool:
    """Whether visitors are kept apart from the presenter."""
    return os.environ.get("IRISML_PUBLIC", "") not in ("", "0")


def is_presenter() -> bool:
    """Whether this visitor may train, promote and roll back."""
    return not is_public() or bool(st.session_state.get(_SIGNED_IN))


def can_sign_in() -> bool:
    """Whether a passphrase is set that is worth its name."""
    return len(_passphrase()) >= SHORTEST_PASSPHRASE


def sign_in(passphrase: str) -> str | None:
    """Let this visitor be the presenter, if the passphrase is right.

    Returns
    -------
    str or None
        English sentence of why not; None where it was right.
    """
    if not can_sign_in():
        return sentence("Signing in is switched off here.")
    limiter, mine = _limiter(), st.session_state.setdefault(_VISITOR, secrets.token_hex())
    of_one, of_all = RateLimitItemPerMinute(TRIES_A_MINUTE), RateLimitItemPerMinute(TRIES_OF_ALL_A_MINUTE)
    if not limiter.test(of_one, mine) or not limiter.test(of_all, "all"):
        return sentence("Too many tries. Wait a minute.")
    if not hmac.compare_digest(passphrase.encode(), _passphrase().encode()):
        limiter.hit(of_one, mine)
        limiter.hit(of_all, "all")
        return sentence("That is not the passphrase.")
    st.session_state[_SIGNED_IN] = True
    return None


def sign_out() -> None:
    """Let this visitor be a visitor again."""
    st.session_state.pop(_SIGNED_IN, None)


def _passphrase() -> str:
    return os.environ.get("IRISML_PRESENTER_PASSPHRASE", "")


@cache
def _limiter() -> MovingWindowRateLimiter:
    return MovingWindowRateLimiter(MemoryStorage())
