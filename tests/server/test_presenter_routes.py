"""Sign-in of the presenter over HTTP: cookie, ticket, refusals, delays."""

import asyncio

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from tests import coroutines
from web.server import presenter_routes
from web.server.presenter_routes import FREE_TRIES, SignIn
from web.state import presenter_token
from web.state.passphrase import hashed

PASSPHRASE = "petals in the rain"
OURS = {"origin": "http://testserver"}


@pytest.fixture(autouse=True)
def setting(monkeypatch, tmp_path):
    monkeypatch.setenv("IRISML_REGISTRY", str(tmp_path))
    monkeypatch.setenv("IRISML_PRESENTER_PASSPHRASE", PASSPHRASE)


@pytest.fixture
def waited():
    return []


@pytest.fixture
def client(waited):
    """A browser; delays are recorded instead of waited for."""

    async def wait(seconds):
        waited.append(seconds)

    found = SignIn(wait)
    routes = [
        Route("/presenter/sign-in", found.sign_in, methods=["POST"]),
        Route("/presenter/sign-out", found.sign_out, methods=["POST"]),
    ]
    return TestClient(Starlette(routes=routes))


def sign_in(client, passphrase=PASSPHRASE, **headers):
    return client.post("/presenter/sign-in", json={"passphrase": passphrase}, headers={**OURS, **headers})


def test_the_right_passphrase_sets_a_cookie_that_no_script_can_read(client):
    """And answers with a ticket for the page that is open."""
    response = sign_in(client)
    assert response.status_code == 200
    assert presenter_token.is_ticket(response.json()["ticket"])
    cookie = response.headers["set-cookie"].lower()
    assert {"httponly", "samesite=strict", "path=/", "max-age=43200"} <= {part.strip() for part in cookie.split(";")}
    assert "secure" not in cookie
    assert presenter_token.is_cookie(client.cookies[presenter_token.COOKIE])


def test_over_https_the_cookie_is_secure(client):
    """The platform terminates TLS, and says so in a header."""
    assert "secure" in sign_in(client, **{"x-forwarded-proto": "https"}).headers["set-cookie"].lower()


def test_a_hashed_passphrase_is_a_setting_too(client, monkeypatch):
    """Then the setting does not show the passphrase."""
    monkeypatch.setenv("IRISML_PRESENTER_PASSPHRASE", hashed(PASSPHRASE))
    assert sign_in(client).status_code == 200
    assert sign_in(client, hashed(PASSPHRASE)).status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://elsewhere.example"},
        {"origin": ""},
        {"sec-fetch-site": "cross-site"},
        {"content-type": "text/plain"},
    ],
)
def test_another_site_cannot_sign_in(client, headers):
    response = sign_in(client, **headers)
    assert (response.status_code, "set-cookie" in response.headers) == (403, False)


def test_behind_a_proxy_that_changes_the_host_our_page_is_known(client):
    headers = {"origin": "https://iris.example", "x-forwarded-host": "iris.example"}
    assert sign_in(client, **headers).status_code == 200


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"passphrase": 1}', '{"passphrase": "' + "x" * 2000 + '"}'])
def test_a_body_without_a_passphrase_is_refused(client, body):
    headers = {**OURS, "content-type": "application/json"}
    assert client.post("/presenter/sign-in", content=body, headers=headers).status_code == 422


def test_wrong_passphrases_delay_their_address_and_lock_nobody_out(client, waited, monkeypatch):
    """After five attempts 1, 2, 4, 8, 8 seconds; the right passphrase still signs in."""
    for _ in range(FREE_TRIES + 5):
        assert sign_in(client, "wrong").status_code == 401
    assert waited == [1, 2, 4, 8, 8]
    assert sign_in(client).status_code == 200
    waited.clear()
    monkeypatch.setenv("IRISML_TRUSTED_PROXIES", "1")
    sign_in(client, "wrong", **{"x-forwarded-for": "198.51.100.8"})
    assert waited == []


def test_wrong_passphrases_from_many_addresses_are_delayed_too(client, waited, monkeypatch):
    """Whoever has many."""
    monkeypatch.setenv("IRISML_TRUSTED_PROXIES", "1")
    monkeypatch.setattr(presenter_routes, "FREE_TRIES_OF_ALL", 2)
    for k in range(3):
        sign_in(client, "wrong", **{"x-forwarded-for": f"198.51.100.{k}"})
    assert waited == [2]


@pytest.mark.parametrize("passphrase", ["", "short"])
def test_without_a_passphrase_nobody_can_sign_in(client, monkeypatch, passphrase):
    monkeypatch.setenv("IRISML_PRESENTER_PASSPHRASE", passphrase)
    assert sign_in(client, passphrase).status_code == 403


def test_signing_out_here_removes_the_cookie_and_leaves_the_others(client):
    sign_in(client)
    other = client.cookies[presenter_token.COOKIE]
    assert client.post("/presenter/sign-out", headers=OURS).status_code == 200
    assert presenter_token.COOKIE not in client.cookies
    assert presenter_token.is_cookie(other)


def test_signing_out_everywhere_needs_the_cookie(client):
    """Otherwise a visitor could sign out the presenter."""
    valid = presenter_token.new_cookie()
    assert client.post("/presenter/sign-out?everywhere=1", headers=OURS).status_code == 403
    assert presenter_token.is_cookie(valid)
    sign_in(client)
    client.post("/presenter/sign-out?everywhere=1", headers=OURS)
    assert not presenter_token.is_cookie(valid)


def test_a_failure_to_sign_out_everywhere_is_reported(client, monkeypatch):
    """Nobody is signed out then, so the cookie stays."""
    sign_in(client)

    def full():
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("web.server.presenter_routes.end_all", full)
    response = client.post("/presenter/sign-out?everywhere=1", headers=OURS)
    assert response.status_code == 503
    assert presenter_token.COOKIE in client.cookies


def test_passphrases_sent_together_delay_each_other(waited):
    """They are counted before they are checked, and few of them wait at once."""
    under_way, most = 0, 0

    async def wait(seconds):
        nonlocal under_way, most
        waited.append(seconds)
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0)
        under_way -= 1

    found = SignIn(wait)

    async def attack():
        return await asyncio.gather(*(found._is_right("wrong", "192.0.2.1") for _ in range(40)))

    assert coroutines.run(attack()) == [False] * 40
    assert len(waited) == 40 - FREE_TRIES
    assert most <= 8


def test_a_key_that_cannot_be_kept_is_one_sentence(client, monkeypatch):
    def full():
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("web.server.presenter_routes.new_cookie", full)
    response = sign_in(client)
    assert (response.status_code, "set-cookie" in response.headers) == (503, False)
