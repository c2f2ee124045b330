"""What irisml asks of a tracking server: runs, files, and three registered models."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

from irisml.registry.mlflow.mirror import (
    ALIAS_TAG,
    FILES_TAG,
    REGISTRY_TAG,
    TOKEN_TAG,
    Entry,
    Mirror,
    entry,
    tags,
)
from irisml.registry.mlflow.rest import NotOnServerError, RefusedError, Rest, ServerAwayError
from irisml.registry.protocol import CHAMPION

VERSIONS: Final = 0
DATASETS: Final = 1
RELEASES: Final = 2
_SUFFIXES = ("", "-datasets", "-releases")
_PAGE = 1000
_EXISTS = "RESOURCE_ALREADY_EXISTS"


@dataclass(frozen=True)
class Run:
    """A run of MLflow: its id, and where its files are."""

    run_id: str
    files: str


class Store:
    """The three registered models of a registry: versions, data sets, releases.

    MLflow gives each new version of a registered model the next number, in one transaction, and never the same one
    twice; it offers no other operation of which only one of several writers can succeed.

    Every method raises OSError if the server cannot be read or written now.

    Parameters
    ----------
    rest : Rest
    name : str
        Of the registered model with the versions, and of the experiment with the runs.
    """

    def __init__(self, rest: Rest, name: str) -> None:
        self.rest = rest
        self.name = name
        self.models = tuple(f"{name}{suffix}" for suffix in _SUFFIXES)

    # --- reading ----------------------------------------------------------------------------------------

    def read(self, before: Mirror, *, whole: bool) -> Mirror:
        """Return the current state.

        If nothing is new, that is one request; one more for each of the three lists with more than one new entry.

        Parameters
        ----------
        before : Mirror
            As it was read before.
        whole : bool
            Whether to read the lists again, also to see what was deleted.
        """
        found = {model["name"]: model for model in self._registered_models()}
        own = found.get(self.name, {})
        lists: list[tuple[Entry, ...]] = []
        latest: list[int] = []
        for kind, known in enumerate((before.versions, before.datasets, before.tickets)):
            newest = [entry(item) for item in found.get(self.models[kind], {}).get("latest_versions", ())]
            number = max((item.number for item in newest), default=0)
            # Of a ticket the tags decide, and the server can show it a moment before them.
            is_whole = kind != RELEASES or all(item.token for item in (*known[-1:], *newest))
            if number == before.latest[kind] and is_whole and not whole:
                lists.append(known)
            elif number == before.latest[kind] + 1 and is_whole and not whole:
                lists.append((*known, *(item for item in newest if item.number == number)))
            else:
                lists.append(self._entries(self.models[kind]) if number else ())
            # Of the list, which is read later and can have more: what is known must not be added again.
            latest.append(max((item.number for item in lists[kind]), default=0))
        told = tags(own)
        aliases = {alias["alias"]: int(alias["version"]) for alias in own.get("aliases", ())}
        set_for = told.get(ALIAS_TAG, "")
        return Mirror(
            registry=told.get(REGISTRY_TAG) or None,
            versions=lists[VERSIONS],
            datasets=lists[DATASETS],
            tickets=lists[RELEASES],
            latest=(latest[VERSIONS], latest[DATASETS], latest[RELEASES]),
            alias=aliases.get(CHAMPION),
            alias_release=int(set_for) if set_for.isdecimal() else 0,
        )

    def _registered_models(self) -> Iterator[dict[str, Any]]:
        yield from self._pages("registered-models/search", "registered_models", f"name LIKE '{self.name}%'", 100)

    def _entries(self, model: str) -> tuple[Entry, ...]:
        items = self._pages("model-versions/search", "model_versions", f"name='{model}'", _PAGE)
        return tuple(sorted((entry(item) for item in items), key=lambda item: item.number))

    def _pages(self, path: str, key: str, condition: str, n: int) -> Iterator[dict[str, Any]]:
        query: dict[str, object] = {"filter": condition, "max_results": n}
        while True:
            answer = self.rest.get(path, **query)
            yield from answer.get(key, ())
            if not (token := answer.get("next_page_token")):
                return
            query["page_token"] = token

    # --- writing ----------------------------------------------------------------------------------------

    def prepare(self) -> str:
        """Create experiment and registered model, unless they are there; return the registry's id."""
        self.experiment()
        self._create_model(VERSIONS, {REGISTRY_TAG: uuid4().hex})
        told = tags(self.rest.get("registered-models/get", name=self.name)["registered_model"])
        if not (registry_id := told.get(REGISTRY_TAG)):
            problem = f"its model {self.name} was not made by irisml; take another name: IRISML_REGISTRY=…?name=…"
            raise RefusedError(409, "name", problem)
        return registry_id

    def experiment(self) -> str:
        """Return the id of the experiment; create it if there is none."""
        for _ in range(2):
            try:
                found = self.rest.get("experiments/get-by-name", experiment_name=self.name)
                return str(found["experiment"]["experiment_id"])
            except NotOnServerError:
                self._create("experiments/create", {"name": self.name})
        raise ServerAwayError(0, f"the experiment {self.name} was deleted; restore it in MLflow")

    def start_run(self, name: str, started_ms: int, told: Mapping[str, str]) -> Run:
        """Create a run."""
        body = {
            "experiment_id": self.experiment(),
            "run_name": name,
            "start_time": started_ms,
            "tags": _as_tags(told),
        }
        info = self.rest.send("POST", "runs/create", body)["run"]["info"]
        return Run(info["run_id"], info["artifact_uri"])

    def end_run(self, run: Run) -> None:
        """Mark a run as finished."""
        body = {"run_id": run.run_id, "status": "FINISHED", "end_time": int(1000 * time.time())}
        self.rest.send("POST", "runs/update", body)

    def add(
        self,
        kind: int,
        source: str,
        run_id: str,
        told: Mapping[str, str],
        *,
        files: str = "",
        model_id: str = "",
        description: str = "",
    ) -> int:
        """Add a version to one of the registered models, and return its number: the one call that makes it visible.

        If there is no answer, the list tells whether it was added.
        """
        token = uuid4().hex
        body: dict[str, object] = {
            "name": self.models[kind],
            "source": source,
            "run_id": run_id,
            "tags": _as_tags({**told, FILES_TAG: files, TOKEN_TAG: token}),
            "description": description,
        }
        if model_id:
            body["model_id"] = model_id
        try:
            try:
                answer = self.rest.send("POST", "model-versions/create", body)
            except NotOnServerError:
                if kind == VERSIONS:  # it was deleted; made again, it would give the numbers again
                    raise
                self._create_model(kind, {})
                answer = self.rest.send("POST", "model-versions/create", body)
        except ServerAwayError:
            return self._number_of(kind, token)
        return int(answer["model_version"]["version"])

    def _number_of(self, kind: int, token: str) -> int:
        for item in self._entries(self.models[kind]):
            if item.token == token:
                return item.number
        raise ServerAwayError(
            0, "the tracking server did not answer, and shows nothing new yet; look before you repeat"
        )

    def delete(self, kind: int, number: int) -> None:
        """Delete a version of one of the registered models; its number is never given again."""
        self.rest.send("DELETE", "model-versions/delete", {"name": self.models[kind], "version": str(number)})

    def tag(self, kind: int, number: int, key: str, value: str) -> None:
        """Set a tag of a version."""
        body = {"name": self.models[kind], "version": str(number), "key": key, "value": value}
        self.rest.send("POST", "model-versions/set-tag", body)

    def set_alias(self, version: int, release: int) -> None:
        """Let the alias "champion" point to a version, and then note for which release."""
        body = {"name": self.name, "alias": CHAMPION, "version": str(version)}
        try:
            self.rest.send("POST", "registered-models/alias", body)
        except RefusedError:
            # Two that set an alias for the first time insert the same row; the server says 400 to one of them.
            self.rest.send("POST", "registered-models/alias", body)
        self.note_alias(release)

    def note_alias(self, release: int) -> None:
        """Note for which release the alias "champion" was set."""
        body = {"name": self.name, "key": ALIAS_TAG, "value": str(release)}
        self.rest.send("POST", "registered-models/set-tag", body)

    def probe(self) -> None:
        """Write something that changes nothing, to see whether writing is allowed."""
        body = {"experiment_id": self.experiment(), "key": "irisml", "value": self.name}
        self.rest.send("POST", "experiments/set-experiment-tag", body)

    def _create_model(self, kind: int, told: Mapping[str, str]) -> None:
        self._create("registered-models/create", {"name": self.models[kind], "tags": _as_tags(told)})

    def _create(self, path: str, body: Mapping[str, object]) -> None:
        try:
            self.rest.send("POST", path, body)
        except RefusedError as error:
            if error.code != _EXISTS:
                raise


def _as_tags(told: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in told.items() if value]
