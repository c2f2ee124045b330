"""News: each open session shows that another version serves."""

import pytest

from irisml import train_version
from irisml.domain.errors import RegistryUnusableError
from tests.app.app_page import LIMIT_S, button_keys, go_to, open_page, texts
from web.state.session import get_service


def news(app) -> list[str]:
    return [info.value for info in app.info if "has replaced version" in info.value]


def test_the_next_slider_change_shows_what_the_new_version_changes(page, registry):
    """Versions, cross-validated accuracy of both, and the prediction for the visitor's flower."""
    get_service().promote(1, "by somebody else")
    page.slider(key="petal_length").set_value(5.0).run()
    (told,) = news(page)
    new, old = (registry.get(n).evaluation.cross_validation.accuracy for n in (1, 2))
    assert told.startswith("**Version 1 has replaced version 2.**")
    assert f"Cross-validated on 150 flowers: {new:.1%} (" in told
    assert f"before, {old:.1%} (" in told
    assert "Your flower is still *versicolor*: " in told


@pytest.mark.parametrize("name", ["quality", "train", "data", "pipeline", "share"])
def test_news_is_shown_on_every_page_until_dismissed(page, name):
    get_service().promote(1, "by somebody else")
    assert len(news(go_to(page, name))) == 1
    assert len(news(page.run())) == 1
    page.button(key="news-read").click().run()
    assert news(page) == []


def test_a_new_session_gets_no_news(page):
    """Nothing has changed for this visitor."""
    get_service().promote(1, "by somebody else")
    assert news(open_page()) == []


def test_the_session_that_rolled_back_gets_no_news(page, registry):
    """Other sessions do."""
    other = open_page()
    go_to(page, "train")
    page.button(key="roll-back").click().run()
    page.text_input(key="release-reason").set_value("on stage")
    page.button(key="release").click().run()
    assert registry.alias("champion") == 1
    assert news(page) == []
    assert len(news(other.run())) == 1


def test_news_is_shown_if_the_old_version_was_deleted(page, registry):
    """Only the version numbers are shown then."""
    import shutil

    get_service().promote(1, "by somebody else")
    shutil.rmtree(registry.folder / "versions/0002")
    assert news(page.run()) == ["**Version 1 has replaced version 2.**"]


def test_news_is_shown_if_the_registry_is_unavailable(page, monkeypatch):
    """The model in memory serves, so no page may fail because of its predecessor."""
    get_service().promote(1, "by somebody else")

    def away(*_, **__):
        raise RegistryUnusableError(path="share", problem="Host is down")

    monkeypatch.setattr("irisml.registry.folder.FolderRegistry.get", away)
    assert news(page.run()) == ["**Version 1 has replaced version 2.**"]
    assert not page.error


@pytest.mark.slow
def test_a_training_is_news_in_other_sessions(page):
    other = open_page()
    page.button(key="retrain").click().run()
    get_service().training_slot.job.wait(LIMIT_S)
    assert news(other.run())[0].startswith("**Version 3 has replaced version 2.**")
    assert "Version 3 passed the gate and is now serving." in texts(page.run())
    assert "undo" in button_keys(page)


def test_news_that_changes_nothing_for_the_flower_says_so(page, registry):
    """Two versions with the same trees: not two equal lines."""
    twin = train_version(registry, registry.get(2).manifest.config)
    assert twin.same_trees_as == 2
    (told,) = news(page.run())
    assert "Same prediction for your flower: *versicolor*" in told
    assert "before, *" not in told
