"""Channel by which accepted connections reach a worker: a pair of UNIX sockets, one byte and one descriptor each."""

import errno
import logging
import socket

_log = logging.getLogger(__name__)
READY = b"r"
"""What a worker says when it takes connections."""
_SIGN = b"c"
_CLOSED_ON_EXEC = getattr(socket, "MSG_CMSG_CLOEXEC", 0)  # Linux; a training process must not inherit a visitor
_IS_FULL = {errno.EAGAIN, errno.EWOULDBLOCK, errno.ENOBUFS, errno.ETOOMANYREFS}


def channel() -> tuple[socket.socket, socket.socket]:
    """Return both ends, the front's and the worker's; neither blocks."""
    front, worker = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    front.setblocking(False)
    worker.setblocking(False)
    return front, worker


def hand_over(end: socket.socket, connection: socket.socket) -> bool:
    """Hand a connection to the other end, and close it here; return False if that end has no room at the moment.

    Raises
    ------
    OSError
        If the other end is closed.
    """
    try:
        socket.send_fds(end, [_SIGN], [connection.fileno()])
    except OSError as error:
        if error.errno in _IS_FULL:
            return False
        raise
    connection.close()
    return True


def taken(end: socket.socket) -> list[socket.socket]:
    """Return the connections that have arrived.

    Raises
    ------
    EOFError
        If the other end is closed.
    """
    arrived: list[socket.socket] = []
    while True:
        try:
            sign, descriptors, flags, _ = socket.recv_fds(end, len(_SIGN), 1, _CLOSED_ON_EXEC)
        except BlockingIOError:
            return arrived
        if not sign:
            raise EOFError
        if flags & socket.MSG_CTRUNC:
            _log.warning("a connection was lost: this process may open no more files (ulimit -n)")
        arrived += [socket.socket(fileno=descriptor) for descriptor in descriptors]
