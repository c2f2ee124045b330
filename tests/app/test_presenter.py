"""Who may train: everyone on a local server, the presenter on a public one."""

import pytest
import streamlit

from tests.app.app_page import button_keys, go_to, open_page, texts
from web.state import presenter
from web.state.session import get_service

PASSPHRASE = "petals in the rain"


@pytest.fixture(autouse=True)
def fresh_limits():
    presenter._limiter.cache_clear()
    yield
    presenter._limiter.cache_clear()


@pytest.fixture
def public(registry, monkeypatch):
    monkeypatch.setenv("IRISML_PUBLIC", "1")
    monkeypatch.setenv("IRISML_PRESENTER_PASSPHRASE", PASSPHRASE)
    return registry


def sign_in(app, passphrase):
    app.text_input(key="passphrase").set_value(passphrase)
    return app.button(key="FormSubmitter:sign-in-Sign in").click().run()


def test_a_local_server_needs_no_sign_in(page):
    assert "retrain" in button_keys(page)
    assert not page.text_input


def test_a_visitor_sees_no_button_that_changes_the_model(public):
    app = open_page()
    for name in ("predict", "quality", "train", "data", "pipeline", "share"):
        go_to(app, name)
        assert not app.exception
        forbidden = {"retrain", "promote", "roll-back", "undo", "cancel", "run-checks"}
        assert forbidden.isdisjoint(button_keys(app))
        assert "FormSubmitter:training-Train a challenger" not in button_keys(app)


def test_a_visitor_sees_a_training_but_cannot_cancel_it(public):
    app = open_page()
    job = get_service().training_slot.start(get_service().retrain_config())
    app.run()
    assert "cancel" not in button_keys(app)
    assert app.get("progress")
    job.cancel()


def test_the_right_passphrase_signs_in_until_sign_out(public):
    app = sign_in(open_page(), PASSPHRASE)
    assert "retrain" in button_keys(app)
    app.button(key="sign-out").click().run()
    assert "retrain" not in button_keys(app)


def test_a_wrong_passphrase_is_refused(public):
    app = sign_in(open_page(), "petals in the sun")
    assert "retrain" not in button_keys(app)
    assert app.error[0].value == "That is not the passphrase."


def test_signing_in_applies_to_one_session(public):
    sign_in(open_page(), PASSPHRASE)
    assert "retrain" not in button_keys(open_page())


@pytest.fixture
def waited(monkeypatch):
    """Record the delay of each attempt instead of waiting; all attempts have one address."""
    seconds = []
    monkeypatch.setattr("web.state.presenter._address", lambda: "192.0.2.1")  # AppTest has no connection
    monkeypatch.setattr("web.state.presenter.sign_in.__defaults__", (seconds.append,))
    return seconds


def test_wrong_passphrases_delay_their_address_and_lock_nobody_out(public, waited):
    """After five attempts 1, 2, 4, 8, 8 seconds; the right passphrase still signs in."""
    app = open_page()
    for _ in range(presenter.FREE_TRIES + 5):
        sign_in(app, "wrong")
    assert waited == [1, 2, 4, 8, 8]
    assert "retrain" in button_keys(sign_in(app, PASSPHRASE))


def test_wrong_passphrases_do_not_delay_other_addresses(public, waited, monkeypatch):
    monkeypatch.setattr("web.state.presenter._address", lambda: "198.51.100.7")
    for _ in range(presenter.FREE_TRIES + 1):
        sign_in(open_page(), "wrong")
    assert len(waited) == 1
    monkeypatch.setattr("web.state.presenter._address", lambda: "198.51.100.8")
    assert "retrain" in button_keys(sign_in(open_page(), PASSPHRASE))
    assert len(waited) == 1


def test_wrong_passphrases_from_many_addresses_are_delayed_too(public, waited, monkeypatch):
    """A header with the address can be forged."""
    monkeypatch.setattr(presenter, "FREE_TRIES_OF_ALL", 2)
    for k in range(3):
        monkeypatch.setattr("web.state.presenter._address", lambda k=k: f"198.51.100.{k}")
        sign_in(open_page(), "wrong")
    assert waited == [2]


@pytest.mark.parametrize(("address", "public"), [("127.0.0.1", False), ("0.0.0.0", True), (None, True), ("::1", False)])
def test_a_server_that_others_can_reach_is_public(registry, address, public):
    """Also where IRISML_PUBLIC is not set; otherwise every visitor would be a presenter."""
    streamlit.config.set_option("server.address", address)
    assert presenter.is_public() is public


def test_cancel_does_nothing_after_sign_out(public):
    """Streamlit keeps the button that was drawn before."""
    app = sign_in(open_page(), PASSPHRASE)
    job = get_service().training_slot.start(get_service().retrain_config())
    app.run()
    cancel = app.button(key="cancel")
    app.session_state["presenter"] = False
    cancel.click().run()
    assert not job.cancelled
    job.cancel()


@pytest.mark.parametrize("passphrase", ["", "short"])
def test_without_a_passphrase_of_8_characters_training_is_off(public, monkeypatch, passphrase):
    """The page says how to turn it on."""
    monkeypatch.setenv("IRISML_PRESENTER_PASSPHRASE", passphrase)
    app = open_page("train")
    assert "set IRISML_PRESENTER_PASSPHRASE (8 characters or more)" in texts(app)
    assert not app.text_input
    assert presenter.sign_in(passphrase) == "Signing in is switched off here."


@pytest.mark.parametrize(("key", "name"), [("promote", "train"), ("roll-back", "train"), ("undo", "predict")])
def test_release_buttons_do_nothing_after_sign_out(public, key, name):
    """Streamlit keeps buttons that were drawn before, so each action checks the role again."""
    app = sign_in(open_page(), PASSPHRASE)
    if key == "undo":
        get_service().training_slot.start(get_service().retrain_config()).wait(60)
        app.run()
    else:
        go_to(app, name)
        if key == "promote":
            next(choice for choice in app.selectbox if choice.key.startswith("version-of-")).set_value(1)
            app.run()
        app.text_input(key="release-reason").set_value("too late")
    button, before = app.button(key=key), public.releases().last
    app.session_state["presenter"] = False
    button.click().run()
    assert public.releases().last == before


def test_a_visitor_does_not_see_the_path_of_the_registry(tmp_path, monkeypatch):
    """The presenter does, and the log has it."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("IRISML_REGISTRY", str(tmp_path / "file"))
    monkeypatch.setenv("IRISML_PUBLIC", "1")
    assert open_page().error[0].value == "The registry cannot be read. Try again in a moment."
