"""A Dask cluster for `irisml.training.search`: connected, of the same versions, and with its failures in words."""

import asyncio
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec

import irisml
from irisml.domain.errors import ClusterError, DifferentVersionsError, NotInstalledError

CONNECT_S = WORKERS_S = 10
_LIBRARIES = ("scikit-learn", "numpy", "scipy", "joblib")


def versions() -> dict[str, str]:
    """Return what decides the last bit of a result; the client compares it with every worker.

    Dask itself only warns, and looks at neither scikit-learn nor joblib.

    Examples
    --------
    >>> sorted(versions())
    ['irisml', 'joblib', 'numpy', 'python', 'scikit-learn', 'scipy']
    """
    found = {"python": platform.python_version(), "irisml": irisml.__version__}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


class Cluster:
    """A Dask cluster.

    Parameters
    ----------
    address : str
        Of its scheduler, such as ``tcp://scheduler:8786``. Whoever reaches a scheduler runs code on its workers: keep
        it in a closed network, or use TLS.

    Raises
    ------
    NotInstalledError
        If irisml was installed without its extra "dask".
    """

    def __init__(self, address: str) -> None:
        if find_spec("distributed") is None:
            raise NotInstalledError(what="A search on a cluster", package="distributed", extra="dask")
        self._address = address

    @contextmanager
    def connected(self) -> Iterator["Cluster"]:
        """Connect, and check that every worker has the same versions.

        Raises
        ------
        ClusterError
            If there is no scheduler or no worker, or all of them are lost before the end.
        DifferentVersionsError
        """
        from distributed import Client

        try:
            asyncio.run(self._ask_scheduler())
            client = Client(self._address, timeout=CONNECT_S)  # type: ignore[no-untyped-call]
        except (OSError, ValueError, TypeError) as error:  # TypeError: TLS without its settings
            problem = str(error).partition("\n")[0] or type(error).__name__
            raise ClusterError(address=self._address, problem=f"no scheduler answers ({problem})") from error
        try:
            with self._in_words():
                try:
                    client.wait_for_workers(1, timeout=WORKERS_S)
                except TimeoutError as error:
                    raise ClusterError(address=self._address, problem="it has no worker") from error
                try:
                    answers = client.run(versions)
                except (ImportError, RuntimeError, AttributeError) as error:
                    problem = f"its workers cannot run irisml ({str(error)[:200]})"
                    raise ClusterError(address=self._address, problem=problem) from error
                self._compare(answers)
            yield self
        finally:
            client.close(timeout=CONNECT_S)  # type: ignore[no-untyped-call]

    async def _ask_scheduler(self) -> None:
        """Ask what is there who it is: a client waits for ever if something else has the port."""
        from distributed import rpc

        async with asyncio.timeout(CONNECT_S), rpc(self._address) as scheduler:  # type: ignore[no-untyped-call]
            await scheduler.identity()

    @contextmanager
    def fits(self) -> Iterator[None]:
        """Compute joblib's tasks on the cluster.

        Raises
        ------
        ClusterError
            If all workers or the scheduler are lost.
        """
        import joblib

        with self._in_words(), joblib.parallel_config("dask", wait_for_workers_timeout=WORKERS_S):
            yield

    def _compare(self, answers: dict[str, dict[str, str]]) -> None:
        here = versions()
        for worker, there in answers.items():
            different = [name for name in here if here[name] != there.get(name)]
            if different:
                told = ", ".join(f"{name} {here[name]} here, {there.get(name, 'none')} there" for name in different)
                raise DifferentVersionsError(worker=worker, versions=told)

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        from concurrent.futures import CancelledError

        from distributed import KilledWorker
        from distributed.client import FutureCancelledError
        from distributed.comm.core import CommClosedError

        lost = (FutureCancelledError, CancelledError, KilledWorker, CommClosedError, TimeoutError, OSError)
        try:
            yield
        except lost as error:
            problem = "its scheduler or all its workers were lost; nothing was saved"
            raise ClusterError(address=self._address, problem=problem) from error
