"""Several processes change the champion at once: the log equals the releases that they were returned."""

import multiprocessing
import random
import time

import pytest

from irisml.domain.errors import ChampionMovedError, NothingToRollBackError
from irisml.registry import open_registry
from irisml.registry.actor import Actor
from irisml.registry.release_log import ReleaseLog
from irisml.releases.champion import promote, roll_back

N_PROCESSES, N_VERSIONS = 8, 4
FOR_S, FOR_S_ON_A_SERVER = 3, 10


def _move_at_random(location, k, start, reports, for_s):
    """Promote and roll back for some seconds, half of the time with *follows*; report releases and refusals."""
    registry = open_registry(location)
    chance, actor = random.Random(k), Actor("command line", f"process {k}")
    made, moved, nothing = [], 0, 0
    start.wait()
    end = time.monotonic() + for_s
    while time.monotonic() < end:
        follows = registry.releases().last if chance.random() < 0.5 else None
        try:
            if chance.random() < 0.6:
                version = chance.randint(1, N_VERSIONS)
                made.append(promote(registry, version, f"{k}-{len(made)}", by=actor, follows=follows))
            else:
                made.append(roll_back(registry, f"{k}-{len(made)}", by=actor, follows=follows))
        except ChampionMovedError:
            moved += 1
        except NothingToRollBackError:
            nothing += 1
    reports.put((made, moved, nothing))


@pytest.mark.slow
def test_concurrent_releases_are_neither_lost_nor_duplicated(kind, tmp_path, monkeypatch, candidate):
    """Eight processes: each release was reported to its caller, and names the champion that it replaced."""
    monkeypatch.setenv("IRISML_LOCAL", str(tmp_path / "local"))
    registry = kind.new(tmp_path / "models")
    location = str(registry.folder) if kind.url is None else registry.location
    for _ in range(N_VERSIONS):
        registry.register(candidate)
    context = multiprocessing.get_context("spawn")
    start, reports = context.Barrier(N_PROCESSES), context.Queue()
    for_s = FOR_S if kind.url is None else FOR_S_ON_A_SERVER
    arguments = [(location, k, start, reports, for_s) for k in range(N_PROCESSES)]
    movers = [context.Process(target=_move_at_random, args=own) for own in arguments]
    for mover in movers:
        mover.start()
    told = [reports.get(timeout=120) for _ in movers]
    for mover in movers:
        mover.join()

    releases = kind.reopened(registry).releases().releases
    reported = sorted((release for made, _, _ in told for release in made), key=lambda release: release.number)
    assert list(releases) == reported
    assert [release.number for release in releases] == list(range(1, len(releases) + 1))
    log = ReleaseLog()
    for release in releases:
        assert release.replaced == log.champion
        if release.action == "roll_back":
            assert release.champion == log.previous
        log = log.extended([release])
    assert len(releases) > (20 if kind.url is None else 5)
    assert sum(moved for _, moved, _ in told) > 0
    if kind.url is None:
        assert list((registry.folder / "incoming").iterdir()) == []
