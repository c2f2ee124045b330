"""web.server.lifespan: what is done before the first visitor comes"""

import asyncio

import pytest

from irisml import FolderRegistry
from web.server import lifespan as module
from web.state.session import get_service


@pytest.fixture(autouse=True)
def _leaves_this_process_alone(monkeypatch):
    """Freezing the collector and remembering the theme are for servers."""
    monkeypatch.setattr(module, "remember_theme", lambda: None)
    monkeypatch.setattr(module.gc, "freeze", lambda: None)


def start() -> None:
    """Start and stop a server."""

    async def run() -> None:
        async with module.lifespan(None):
            pass

    asyncio.run(run())


def test_an_empty_registry_gets_the_images_model(registry, tmp_path, monkeypatch):
    """And so trains none."""
    monkeypatch.setenv("IRISML_BUNDLED_MODELS", str(registry.folder))
    monkeypatch.setenv("IRISML_REGISTRY", str(tmp_path / "site"))
    start()
    assert FolderRegistry(tmp_path / "site").alias("champion") == 1
    assert get_service().training.job is None


def test_a_broken_image_is_told_and_what_is_there_serves(registry, tmp_path, monkeypatch, caplog):
    """The log says what is wrong; the registry's champion is as before."""
    monkeypatch.setenv("IRISML_BUNDLED_MODELS", str(tmp_path / "nothing"))
    start()
    assert "the image's model was not taken over: There is no version champion" in caplog.text
    assert get_service().serving_version().number == 2
    assert get_service().training.job is None


def test_a_registry_that_cannot_be_used_does_not_end_the_server(registry, tmp_path, monkeypatch, caplog):
    """It starts, and /healthz tells why there is no model."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("IRISML_BUNDLED_MODELS", str(registry.folder))
    monkeypatch.setenv("IRISML_REGISTRY", str(tmp_path / "file"))
    start()
    assert "cannot be used" in caplog.text
