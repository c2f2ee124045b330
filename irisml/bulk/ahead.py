"""Let a thread make the next items while the present one is used."""

import queue
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")
_END = object()


def ahead(items: Iterator[T], n: int = 1) -> Iterator[T]:
    """Yield *items* in their order; a thread makes up to *n* of them in advance.

    An exception of the iterator is raised here, in its place. Use it where the items are made outside of Python, as
    pyarrow and numpy do, so that a second core can work.

    Examples
    --------
    >>> list(ahead(iter([1, 2, 3])))
    [1, 2, 3]
    """
    made: queue.Queue[object] = queue.Queue(n)
    stop = threading.Event()

    def put(item: object) -> None:
        while not stop.is_set():
            with suppress(queue.Full):
                made.put(item, timeout=0.1)
                return

    def make() -> None:
        try:
            for item in items:
                put(item)
                if stop.is_set():
                    return
            put(_END)
        except BaseException as error:  # noqa: BLE001 - raised again by whoever takes the items
            put(_Raised(error))

    thread = threading.Thread(target=make, name="irisml-ahead", daemon=True)
    thread.start()
    try:
        while (item := made.get()) is not _END:
            if isinstance(item, _Raised):
                raise item.error
            yield item  # type: ignore[misc]  # what the iterator made
    finally:
        stop.set()
        thread.join()


class _Raised:
    def __init__(self, error: BaseException) -> None:
        self.error = error
