"""Who may train: everyone on a local server, the presenter on a public one."""

import os
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import streamlit

from irisml.registry import disk
from tests.app.app_page import button_keys, go_to, open_page, texts
from web.state import presenter, presenter_token
from web.state.presenter import TOKEN
from web.state.session import get_service

PASSPHRASE = "petals in the rain"


@pytest.fixture
def public(registry, monkeypatch):
    monkeypatch.setenv("IRISML_PUBLIC", "1")
    monkeypatch.setenv("IRISML_PRESENTER_PASSPHRASE", PASSPHRASE)
    return registry


def sign_in(app):
    """Sign in an open page, as the ticket of the server does."""
    app.session_state[TOKEN] = presenter_token.new_cookie()
    return app.run()


def sign_out(app):
    app.session_state[TOKEN] = None


@pytest.fixture
def cookie(monkeypatch):
    """Set the cookie that the browser sends when a page connects."""

    def set_cookie(value):
        monkeypatch.setattr("web.state.presenter._cookie", lambda: value)

    return set_cookie


def test_a_local_server_needs_no_sign_in(page):
    assert "retrain" in button_keys(page)
    assert not page.text_input


def test_a_visitor_sees_no_button_that_changes_the_model(public):
    app = open_page()
    for name in ("predict", "quality", "train", "data", "pipeline", "share", "stage"):
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
    assert "data-training" in texts(app)
    job.cancel()


def test_a_visitor_sees_the_form_and_the_presenter_the_buttons(public):
    app = open_page()
    assert "sign-in" in components(app)
    assert "retrain" in button_keys(sign_in(app))


def components(app) -> str:
    return "".join(str(element.proto) for element in app.get("bidi_component"))


def test_a_reload_is_still_signed_in(public, cookie):
    """A new session, with the cookie of the browser; a restarted server reads the same key."""
    cookie(presenter_token.new_cookie())
    assert "retrain" in button_keys(open_page())


@pytest.mark.parametrize("damage", [str.swapcase, lambda token: token[:-1], lambda _: "x", lambda _: None])
def test_a_forged_cookie_signs_nobody_in(public, cookie, damage):
    cookie(damage(presenter_token.new_cookie()))
    assert "retrain" not in button_keys(open_page())


def test_a_cookie_ends_after_twelve_hours(public, cookie, monkeypatch):
    cookie(presenter_token.new_cookie())
    now = time.time()
    monkeypatch.setattr("time.time", lambda: now + 12 * 3600 + 2)
    assert "retrain" not in button_keys(open_page())


def test_signing_out_everywhere_ends_cookies_and_open_pages(public, cookie):
    """Those that were made before; a new one is valid."""
    cookie(presenter_token.new_cookie())
    app = sign_in(open_page())
    presenter_token.end_all()
    assert "retrain" not in button_keys(app.run())
    assert "retrain" not in button_keys(open_page())
    cookie(presenter_token.new_cookie())
    assert "retrain" in button_keys(open_page())


def test_another_passphrase_ends_the_sign_in(public, cookie, monkeypatch):
    cookie(presenter_token.new_cookie())
    monkeypatch.setenv("IRISML_PRESENTER_PASSPHRASE", "sepals in the sun")
    assert "retrain" not in button_keys(open_page())


def test_signing_in_applies_to_one_session(public):
    sign_in(open_page())
    assert "retrain" not in button_keys(open_page())


def test_a_ticket_is_valid_for_thirty_seconds(public, monkeypatch):
    ticket = presenter_token.new_ticket()
    assert presenter_token.is_ticket(ticket)
    assert not presenter_token.is_cookie(ticket)
    now = time.time()
    monkeypatch.setattr("time.time", lambda: now + 32)
    assert not presenter_token.is_ticket(ticket)


def test_a_sign_in_that_cannot_be_checked_now_is_not_valid(public, cookie, monkeypatch, caplog):
    """It is neither accepted nor lost: the next look may succeed."""
    cookie(presenter_token.new_cookie())
    with monkeypatch.context() as away:

        def cannot_be_read(*_, **__):
            raise PermissionError(13, "Permission denied")

        away.setattr("web.state.presenter_token.Path.read_text", cannot_be_read)
        assert not presenter.is_presenter()
    assert "cannot be checked" in caplog.text
    assert presenter.is_presenter()


def test_processes_that_start_at_once_have_one_key(public, monkeypatch):
    """One makes it; the others read that one, never a half-written file, however slow the disk is."""
    write_flushed = disk.write_flushed

    def slow_write(path, content, mode):
        half = len(content) // 2
        write_flushed(path, content[:half], mode)
        time.sleep(0.05)
        with path.open("ab") as file:
            file.write(content[half:])

    monkeypatch.setattr(disk, "write_flushed", slow_write)
    with ThreadPoolExecutor(8) as pool:
        keys = {state.key for state in pool.map(lambda _: presenter_token._made_state(), range(32))}
    assert len(keys) == 1
    path = public.folder / "presenter/sign-in"
    assert path.stat().st_mode & 0o077 == 0 or os.name == "nt"


@pytest.mark.parametrize("content", ["", "half", "a b c", "\xff\xfe"])
def test_a_damaged_file_signs_nobody_in_and_says_so(public, cookie, content, caplog):
    """No page fails; the presenter cannot sign in until the file is moved away."""
    cookie(presenter_token.new_cookie())
    (public.folder / "presenter/sign-in").write_text(content, encoding="latin-1")
    assert "retrain" not in button_keys(open_page())
    assert "cannot be checked" in caplog.text
    with pytest.raises(OSError, match="move it away and sign in again"):
        presenter_token.new_cookie()
    (public.folder / "presenter/sign-in").rename(public.folder / "presenter/sign-in.damaged")
    assert presenter_token.is_cookie(presenter_token.new_cookie())


def test_a_lost_file_does_not_revive_ended_cookies(public, cookie):
    """Like an unmounted share: without it no cookie is valid, also not one that was ended."""
    ended = presenter_token.new_cookie()
    presenter_token.end_all()
    (public.folder / "presenter/sign-in").unlink()
    cookie(ended)
    assert "retrain" not in button_keys(open_page())
    presenter_token.new_cookie()
    assert "retrain" not in button_keys(open_page())


@pytest.mark.parametrize(("address", "public"), [("127.0.0.1", False), ("0.0.0.0", True), (None, True), ("::1", False)])
def test_a_server_that_others_can_reach_is_public(registry, address, public):
    """Also where IRISML_PUBLIC is not set; otherwise every visitor would be a presenter."""
    streamlit.config.set_option("server.address", address)
    assert presenter.is_public() is public


def test_cancel_does_nothing_after_sign_out(public):
    """Streamlit keeps the button that was drawn before."""
    app = sign_in(open_page())
    job = get_service().training_slot.start(get_service().retrain_config())
    app.run()
    cancel = app.button(key="cancel")
    sign_out(app)
    cancel.click().run()
    assert not job.cancelled
    job.cancel()


@pytest.mark.parametrize("passphrase", ["", "short"])
def test_without_a_passphrase_of_8_characters_training_is_off(public, monkeypatch, passphrase):
    """The page says how to turn it on."""
    monkeypatch.setenv("IRISML_PRESENTER_PASSPHRASE", passphrase)
    app = open_page("train")
    assert "set IRISML_PRESENTER_PASSPHRASE (8 characters or more)" in texts(app)
    assert "sign-in" not in components(app)


@pytest.mark.parametrize(("key", "name"), [("promote", "train"), ("roll-back", "train"), ("undo", "predict")])
def test_release_buttons_do_nothing_after_sign_out(public, key, name):
    """Streamlit keeps buttons that were drawn before, so each action checks the role again."""
    app = sign_in(open_page())
    if key == "undo":
        get_service().training_slot.start(get_service().retrain_config()).wait(60)
        app.run()
    else:
        go_to(app, name)
        if key == "promote":
            next(choice for choice in app.selectbox if choice.key.startswith("version-of-")).set_value(1)
            app.run()
        app.button(key=key).click().run()
        app.text_input(key="release-reason").set_value("too late")
        key = "release"
    button, before = app.button(key=key), public.releases().last
    sign_out(app)
    button.click().run()
    assert public.releases().last == before


def test_a_visitor_does_not_see_the_path_of_the_registry(tmp_path, monkeypatch):
    """The presenter does, and the log has it."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("IRISML_REGISTRY", str(tmp_path / "file"))
    monkeypatch.setenv("IRISML_PUBLIC", "1")
    assert open_page().error[0].value == "The registry cannot be read. Try again in a moment."
