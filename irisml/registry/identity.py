"""Id of a registry in a folder: binds signed files to one registry if several registries share a key."""

from pathlib import Path
from uuid import uuid4

import msgspec

from irisml.registry import disk
from irisml.registry.signing import signing_key

_FILE = "registry.json"


class _Identity(msgspec.Struct, frozen=True):
    id: str


class FolderIdentity:
    """Id of the registry in *folder*, created by its first writer.

    Parameters
    ----------
    folder : Path
        The registry.
    incoming : Path
        Folder in which files are prepared.
    signed : bool
        Whether signatures are checked if IRISML_SIGNING_KEY is set.
    """

    def __init__(self, folder: Path, incoming: Path, *, signed: bool) -> None:
        self._folder = folder / "identity"
        self._releases = folder / "releases"
        self._incoming = incoming
        self._signed = signed

    def own_id(self) -> str:
        """Return the id; create it if there is none.

        Raises
        ------
        OSError
            If it cannot be read or written now, or is invalid; with a key, also if it was lost.
        """
        if (found := self._read()) is None:
            if signing_key() and disk.is_folder(self._releases):
                # With a new id, everything that was signed for the old one would be refused from then on.
                raise OSError(0, f"{_FILE} is missing; restore it from a copy", str(self._folder))
            with disk.incoming_folder(self._incoming) as incoming:
                disk.write_flushed(incoming / _FILE, msgspec.json.encode(_Identity(uuid4().hex)))
                disk.take(incoming, self._folder)
            found = self._read()
        if found is None:
            raise OSError(0, f"{_FILE} is missing", str(self._folder))
        return found

    def check(self, registry_id: str | None) -> None:
        """Refuse a file signed with this key for another registry; files of an older irisml have no id.

        Raises
        ------
        ValueError
            If it belongs to another registry.
        """
        if self._signed and signing_key() and registry_id not in (None, self._read()):
            raise ValueError("it belongs to another registry")

    def _read(self) -> str | None:
        try:
            return msgspec.json.decode(disk.read_file(self._folder / _FILE), type=_Identity).id
        except FileNotFoundError:
            return None
        except ValueError as error:
            raise OSError(0, f"{_FILE}: {error}", str(self._folder)) from error
