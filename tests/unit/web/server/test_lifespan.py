"""web.server.lifespan: the start of the server."""

import asyncio
import threading

import pytest

from irisml import FolderRegistry
from tests import coroutines
from web.server import idle_work
from web.server import lifespan as module
from web.state.session import get_service


@pytest.fixture(autouse=True)
def _leaves_this_process_alone(monkeypatch):
    """Do not freeze the garbage collector nor cache the theme in the test process."""
    monkeypatch.setattr(module, "remember_theme", lambda: None)
    monkeypatch.setattr(module.gc, "freeze", lambda: None)


def start() -> None:
    """Start and stop a server."""

    async def run() -> None:
        async with module.lifespan(None):
            pass

    coroutines.run(run())


def test_an_empty_registry_gets_the_bundled_model(registry, tmp_path, monkeypatch):
    """So no training is needed."""
    monkeypatch.setenv("IRISML_BUNDLED_MODELS", str(registry.folder))
    monkeypatch.setenv("IRISML_REGISTRY", str(tmp_path / "site"))
    start()
    assert FolderRegistry(tmp_path / "site").alias("champion") == 1
    assert get_service().training_slot.job is None


def test_libraries_are_loaded_while_nobody_waits(registry, monkeypatch):
    """The first visitor of a page with tables then does not hold up the others."""
    loaded = threading.Event()
    monkeypatch.setattr(idle_work, "EVERY_S", 0.001)
    monkeypatch.setattr(module, "load_table_libraries", loaded.set)

    async def run() -> None:
        async with module.lifespan(None):
            assert await asyncio.to_thread(loaded.wait, 10)

    coroutines.run(run())


def test_an_unusable_bundled_model_is_logged_and_the_champion_serves(registry, tmp_path, monkeypatch, caplog):
    monkeypatch.setenv("IRISML_BUNDLED_MODELS", str(tmp_path / "nothing"))
    start()
    assert "the bundled model was not added to the registry: There is no version champion" in caplog.text
    assert get_service().serving_version().number == 2
    assert get_service().training_slot.job is None


def test_an_unusable_registry_does_not_end_the_server(registry, tmp_path, monkeypatch, caplog):
    """/healthz has the reason why there is no model."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("IRISML_BUNDLED_MODELS", str(registry.folder))
    monkeypatch.setenv("IRISML_REGISTRY", str(tmp_path / "file"))
    start()
    assert "cannot be used" in caplog.text


def test_an_old_name_of_a_variable_works_and_is_logged_with_the_new_one(registry, tmp_path, monkeypatch, caplog):
    """Also in an image, which sets the new name."""
    monkeypatch.setenv("IRISML_SEED", str(registry.folder))
    monkeypatch.setenv("IRISML_BUNDLED_MODELS", str(tmp_path / "of-the-image"))
    monkeypatch.setenv("IRISML_REGISTRY", str(tmp_path / "site"))
    start()
    assert "IRISML_SEED is called IRISML_BUNDLED_MODELS now: rename the variable" in caplog.text
    assert FolderRegistry(tmp_path / "site").alias("champion") == 1
