"""Raise the file descriptor limit: each open page needs four descriptors, each closed page three."""

import logging
import sys

_log = logging.getLogger(__name__)
WANTED = (20_000, 10_240, 4_096)
"""Tried in order: macOS reports no hard limit but refuses the first; its default is 256, about 60 pages."""
PER_PAGE = 4


def raise_limit() -> int | None:
    """Raise the soft limit of file descriptors towards the hard one; return it, None on Windows."""
    if sys.platform == "win32":
        return None
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for wanted in WANTED:
        allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        if soft != resource.RLIM_INFINITY and allowed > soft:
            try:
                resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
            except (ValueError, OSError):
                continue
            soft = allowed
            break
    _log.info("%s file descriptors: enough for %s open pages", soft, soft // PER_PAGE)
    return soft
