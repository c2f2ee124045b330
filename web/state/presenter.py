"""Authorization to train, promote and roll back.

If the server is reachable from this machine only, every visitor is the presenter. If IRISML_PUBLIC
is set, or the server listens to other machines, visitors can only view and predict, and the
presenter signs in with the passphrase of IRISML_PRESENTER_PASSPHRASE. Streamlit keeps widgets that
were drawn once, so each action checks the authorization again.

Wrong attempts are throttled per address. The right passphrase is never refused, so nobody can lock
the presenter out.
"""

import hmac
import time
from collections.abc import Callable
from functools import cache

import streamlit as st
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from irisml.domain.i18n import sentence
from irisml.domain.settings import SHORTEST_PASSPHRASE, settings
from web.state.app_address import is_loopback
from web.state.client_address import forwarded_address

FREE_TRIES, FREE_TRIES_OF_ALL = 5, 100
"""Wrong attempts per minute without delay, per address and in total."""
LONGEST_WAIT_S = 8
_SIGNED_IN = "presenter"
_MOST_COUNTED = 1000


def is_public() -> bool:
    """Whether the presenter has to sign in: if IRISML_PUBLIC is set or other machines can reach the server."""
    if settings().public:
        return True
    address = st.get_option("server.address")
    return not (address and is_loopback(address))


def is_presenter() -> bool:
    """Whether this visitor may train, promote and roll back."""
    return not is_public() or bool(st.session_state.get(_SIGNED_IN))


def can_sign_in() -> bool:
    """Whether a passphrase of at least `SHORTEST_PASSPHRASE` characters is set."""
    return len(_passphrase()) >= SHORTEST_PASSPHRASE


def sign_in(passphrase: str, wait: Callable[[float], None] = time.sleep) -> str | None:
    """Sign in as the presenter if the passphrase is right; delayed after many wrong attempts.

    Parameters
    ----------
    passphrase : str
    wait : callable
        Takes seconds; replaced in tests. Blocks only the page of this visitor.

    Returns
    -------
    str or None
        English sentence with the reason of the refusal; None on success.
    """
    if not can_sign_in():
        return sentence("Signing in is switched off here.")
    address = _address()
    if seconds := _seconds_to_wait(address):
        wait(seconds)
    if not hmac.compare_digest(passphrase.encode(), _passphrase().encode()):
        for key in (address, _ALL):
            _limiter().hit(_COUNTED, key)
        return sentence("That is not the passphrase.")
    st.session_state[_SIGNED_IN] = True
    return None


def sign_out() -> None:
    """Sign out: return to the rights of a visitor."""
    st.session_state.pop(_SIGNED_IN, None)


_COUNTED, _ALL = RateLimitItemPerMinute(_MOST_COUNTED), "all"


def _seconds_to_wait(address: str) -> float:
    """Return the delay of an attempt: 1, 2, 4 … s beyond the free ones per address, 2 s beyond those in total."""
    of_one, of_all = _wrong_tries(address) - FREE_TRIES, _wrong_tries(_ALL) - FREE_TRIES_OF_ALL
    return max(min(2.0**of_one, LONGEST_WAIT_S) if of_one >= 0 else 0, 2.0 if of_all >= 0 else 0)


def _wrong_tries(key: str) -> int:
    return _MOST_COUNTED - _limiter().get_window_stats(_COUNTED, key).remaining


def _address() -> str:
    # Without a proxy the header can be forged: then the limit for all addresses applies.
    return forwarded_address(st.context.headers.get("X-Forwarded-For")) or st.context.ip_address or "this machine"


def _passphrase() -> str:
    return settings().presenter_passphrase


@cache
def _limiter() -> MovingWindowRateLimiter:
    return MovingWindowRateLimiter(MemoryStorage())
