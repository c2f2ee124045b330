"""The id of a registry in a folder: what was signed with one key for several registries belongs to one of them."""

from pathlib import Path
from uuid import uuid4

import msgspec

from irisml.registry import disk
from irisml.registry.signing import signing_key

_FILE = "registry.json"


class _Identity(msgspec.Struct, frozen=True):
    id: str


class FolderIdentity:
    """The id of the registry in *folder*, made by its first writer.

    Parameters
    ----------
    folder : Path
        The registry.
    incoming : Path
        Where things are prepared.
    signed : bool
        Whether a key, where it is set, holds here.
    """

    def __init__(self, folder: Path, incoming: Path, *, signed: bool) -> None:
        self._folder = folder / "identity"
        self._releases = folder / "releases"
        self._incoming = incoming
        self._signed = signed

    def own_id(self) -> str:
        """Return the id; make it if there is none.

        Raises
        ------
        OSError
            If it cannot be read or written now, or makes no sense; with a key, also if it was lost.
        """
        if (found := self._read()) is None:
            if signing_key() and disk.is_folder(self._releases):
                # A new id would make everything that was signed for the old one "of another registry", for good.
                raise OSError(0, f"{_FILE} is missing; restore it from a copy", str(self._folder))
            with disk.incoming_folder(self._incoming) as incoming:
                disk.write_flushed(incoming / _FILE, msgspec.json.encode(_Identity(uuid4().hex)))
                disk.take(incoming, self._folder)
            found = self._read()
        if found is None:
            raise OSError(0, f"{_FILE} is missing", str(self._folder))
        return found

    def check(self, registry_id: str | None) -> None:
        """Refuse what was signed with our key for another registry; what an older irisml signed names none.

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
