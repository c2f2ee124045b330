"""MLflow's REST API with the standard library: what a serving process can import.

``import mlflow`` takes a second and 150 MB, and its client repeats what it has sent, for up to twenty minutes.
"""

import base64
import http.client
import json
import threading
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from irisml.domain.settings import settings

READ_S, WRITE_S = 2.0, 10.0
"""Seconds until a server that does not answer counts as away."""
_API = "/api/2.0/mlflow"
_ARTIFACTS = "/api/2.0/mlflow-artifacts/artifacts"
_PROXIED = "mlflow-artifacts:"
_BUSY = 429
_MOST_SHOWN = 300
_WHOLE_S, _MOST_BYTES, _PIECE = 30.0, 256 << 20, 1 << 20
"""Limits of one answer: its time, and its size; it is read in pieces."""


class ServerAwayError(OSError):
    """The tracking server does not answer, or says that it cannot now."""


class RefusedError(OSError):
    """The tracking server refuses: no permission, or a request that it does not take."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(0, f"the tracking server answered {status} {code}: {message[:_MOST_SHOWN]}")
        self.code = code


class NotOnServerError(FileNotFoundError):
    """The tracking server has no such model, version or file."""


class Rest:
    """Requests to one tracking server.

    Each request uses a new connection, but the reads of a server's thread, which looks twice a second, keep theirs;
    if it was closed meanwhile, they are repeated once. Writes are never repeated: the first one may have arrived.

    Parameters
    ----------
    url : str
    read_s, write_s : float
        Seconds to wait for an answer.

    Attributes
    ----------
    keeps_connections : bool
        Whether reads keep their connection, one per thread.
    """

    def __init__(self, url: str, *, read_s: float = READ_S, write_s: float = WRITE_S) -> None:
        self._at = urlsplit(url)
        self.keeps_connections = False
        self._read_s, self._write_s = read_s, write_s
        self._local = threading.local()

    def get(self, path: str, **query: object) -> dict[str, Any]:
        """Ask the API; raises as `get_file`."""
        return _json(self._read(f"{_API}/{path}?{urlencode(query)}"))

    def get_file(self, folder: str, name: str) -> bytes:
        """Return a file in a folder of artifacts.

        Raises
        ------
        NotOnServerError, ServerAwayError, RefusedError
        """
        return self._read(f"{_artifact_path(folder)}/{quote(name)}")

    def send(self, method: str, path: str, body: Mapping[str, object]) -> dict[str, Any]:
        """Change something through the API.

        Raises
        ------
        ServerAwayError
            If there was no answer: whether it was done is unknown.
        NotOnServerError, RefusedError
            If the server refused.
        """
        return _json(self._write(method, f"{_API}/{path}", json.dumps(body).encode(), "application/json"))

    def put_file(self, folder: str, name: str, content: bytes) -> None:
        """Store a file in a folder of artifacts; raises as `send`."""
        self._write("PUT", f"{_artifact_path(folder)}/{quote(name)}", content, "application/octet-stream")

    def _read(self, path: str) -> bytes:
        kept: http.client.HTTPConnection | None = getattr(self._local, "connection", None)
        if kept is not None:
            try:
                return _answer(kept, "GET", self._at.path + path, None, _headers("application/json"))
            except (ConnectionError, http.client.HTTPException):
                kept.close()  # the server has closed the idle connection
            except (ServerAwayError, RefusedError, NotOnServerError):
                raise
            except OSError as error:
                self._forget(kept)
                raise self._away(error) from error
        fresh = self._connection(self._read_s)
        if self.keeps_connections:
            self._local.connection = fresh
        return self._only_once(fresh, "GET", path, None, "application/json")

    def _write(self, method: str, path: str, content: bytes, kind: str) -> bytes:
        return self._only_once(self._connection(self._write_s), method, path, content, kind)

    def _only_once(
        self, connection: http.client.HTTPConnection, method: str, path: str, content: bytes | None, kind: str
    ) -> bytes:
        try:
            return _answer(connection, method, self._at.path + path, content, _headers(kind))
        except (ServerAwayError, RefusedError, NotOnServerError):
            raise
        except (OSError, http.client.HTTPException, ValueError) as error:  # ValueError: an address that cannot be sent
            self._forget(connection)
            raise self._away(error) from error
        finally:
            if connection is not getattr(self._local, "connection", None):
                connection.close()

    def close(self) -> None:
        """Close the connection that this thread keeps."""
        if (kept := getattr(self._local, "connection", None)) is not None:
            self._forget(kept)

    def _connection(self, timeout_s: float) -> http.client.HTTPConnection:
        kind = http.client.HTTPSConnection if self._at.scheme == "https" else http.client.HTTPConnection
        return kind(self._at.hostname or "", self._at.port, timeout=timeout_s)

    def _forget(self, connection: http.client.HTTPConnection) -> None:
        connection.close()
        if connection is getattr(self._local, "connection", None):
            self._local.connection = None

    def _away(self, error: Exception) -> ServerAwayError:
        return ServerAwayError(0, f"the tracking server does not answer ({str(error) or type(error).__name__})")


def _answer(
    connection: http.client.HTTPConnection, method: str, path: str, content: bytes | None, headers: Mapping[str, str]
) -> bytes:
    connection.request(method, path, body=content, headers=dict(headers))
    response = connection.getresponse()
    answer = _content(response)
    if http.client.OK <= response.status < http.client.MULTIPLE_CHOICES:
        return answer
    if response.status < http.client.BAD_REQUEST:  # a page for signing in, in front of it
        raise ServerAwayError(0, f"what answers there is no tracking server: it answered {response.status}")
    try:
        told = json.loads(answer)
        code, message = str(told["error_code"]), str(told["message"])
    except (ValueError, KeyError, TypeError):
        code, message = response.reason, answer.decode(errors="replace")
    if response.status >= http.client.INTERNAL_SERVER_ERROR or response.status == _BUSY:
        raise ServerAwayError(0, f"the tracking server answered {response.status} {code}")
    if response.status == http.client.NOT_FOUND and code == "RESOURCE_DOES_NOT_EXIST":
        raise NotOnServerError(0, message[:_MOST_SHOWN])
    raise RefusedError(response.status, code, message)


def _content(response: http.client.HTTPResponse) -> bytes:
    """Read a whole answer: the timeout of a connection is one for each piece, of which a slow server sends many."""
    end, pieces, n = time.monotonic() + _WHOLE_S, [], 0
    while piece := response.read1(_PIECE):
        pieces.append(piece)
        n += len(piece)
        if n > _MOST_BYTES or time.monotonic() > end:
            response.close()
            raise TimeoutError(f"its answer is not complete after {n >> 20} MB and {_WHOLE_S:.0f} s")
    if response.length:  # the connection ended before
        raise http.client.IncompleteRead(b"".join(pieces), response.length)
    return b"".join(pieces)


class _Answer(dict[str, Any]):
    """An object of an answer; what answers without a part that MLflow has is something else."""

    def __missing__(self, key: str) -> Any:
        raise ServerAwayError(0, f"what answers there is no tracking server: its answer has no {key}")


def _json(content: bytes) -> dict[str, Any]:
    try:
        read = json.loads(content or b"{}", object_hook=_Answer)
    except ValueError as error:
        raise ServerAwayError(0, "what answers there is no tracking server: its answer is not JSON") from error
    if not isinstance(read, dict):
        raise ServerAwayError(0, "what answers there is no tracking server: its answer is no object")
    return read


def _artifact_path(folder: str) -> str:
    if not folder.startswith(_PROXIED):
        problem = f"its files are in {folder}; start the server with --artifacts-destination, so that it serves them"
        raise RefusedError(http.client.BAD_REQUEST, "artifacts", problem)
    return f"{_ARTIFACTS}/{quote(urlsplit(folder).path.strip('/'))}"


def _headers(kind: str) -> dict[str, str]:
    """Return the headers of a request, signed in with MLflow's own variables."""
    here, headers = settings(), {"Content-Type": kind}
    if here.mlflow_token:
        headers["Authorization"] = f"Bearer {here.mlflow_token}"
    elif here.mlflow_username:
        pair = f"{here.mlflow_username}:{here.mlflow_password}".encode()
        headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
    return headers
