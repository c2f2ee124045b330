"""Who may train: everyone on a laptop, the presenter where it is public."""

import pytest

from tests.app.app_page import button_keys, go_to, open_page, texts
from web import presenter
from web.session import get_service

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


def test_on_a_laptop_nobody_signs_in(page):
    """Retrain stands there, and no door."""
    assert "retrain" in button_keys(page)
    assert not page.text_input


def test_a_visitor_sees_no_button_that_changes_the_model(public):
    """On no page; predicting and looking stay."""
    app = open_page()
    for name in ("predict", "quality", "train", "data", "pipeline", "share"):
        go_to(app, name)
        assert not app.exception
        forbidden = {"retrain", "promote", "roll-back", "undo", "cancel", "run-checks"}
        assert forbidden.isdisjoint(button_keys(app))
        assert "FormSubmitter:training-Train a challenger" not in button_keys(app)


def test_a_visitor_sees_a_training_but_cannot_cancel_it(public):
    """The progress is for all, the button for the presenter."""
    app = open_page()
    job = get_service().start_training(get_service().retrain_config())
    app.run()
    assert "cancel" not in button_keys(app)
    assert app.get("progress")
    job.cancel()


def test_the_right_passphrase_opens_the_door_and_signing_out_closes_it(public):
    """Retrain appears, and goes."""
    app = sign_in(open_page(), PASSPHRASE)
    assert "retrain" in button_keys(app)
    app.button(key="sign-out").click().run()
    assert "retrain" not in button_keys(app)


def test_a_wrong_passphrase_is_refused(public):
    """With a word of why."""
    app = sign_in(open_page(), "petals in the sun")
    assert "retrain" not in button_keys(app)
    assert app.error[0].value == "That is not the passphrase."


def test_signing_in_is_for_one_session(public):
    """The next visitor is a visitor."""
    sign_in(open_page(), PASSPHRASE)
    assert "retrain" not in button_keys(open_page())


def test_tries_are_limited(public):
    """After five, even the right passphrase has to wait; another visitor need not."""
    app = open_page()
    for _ in range(presenter.TRIES_A_MINUTE):
        sign_in(app, "wrong")
    sign_in(app, PASSPHRASE)
    assert app.error[0].value == "Too many tries. Wait a minute."
    assert "retrain" in button_keys(sign_in(open_page(), PASSPHRASE))


def test_all_visitors_together_are_limited_too(public, monkeypatch):
    """New sessions do not buy new tries without end."""
    monkeypatch.setattr(presenter, "TRIES_OF_ALL_A_MINUTE", 2)
    for _ in range(2):
        sign_in(open_page(), "wrong")
    assert sign_in(open_page(), PASSPHRASE).error[0].value == "Too many tries. Wait a minute."


@pytest.mark.parametrize("passphrase", ["", "short"])
def test_without_a_passphrase_worth_its_name_training_is_off(public, monkeypatch, passphrase):
    """And the page says how to turn it on."""
    monkeypatch.setenv("IRISML_PRESENTER_PASSPHRASE", passphrase)
    app = open_page("train")
    assert "set IRISML_PRESENTER_PASSPHRASE (8 characters or more)" in texts(app)
    assert not app.text_input
    assert presenter.sign_in(passphrase) == "Signing in is switched off here."
