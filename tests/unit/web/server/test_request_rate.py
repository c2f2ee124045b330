"""web.server.request_rate and web.state.client_address: how much, and by whom."""

import pytest

from irisml.domain.errors import InvalidSettingError
from irisml.domain.settings import Settings
from web.server import request_rate
from web.server.request_rate import RequestRate
from web.state.client_address import client_address


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


def test_a_burst_is_allowed_and_then_the_rate():
    """5 a second over 2 seconds: ten at once, and then one more each fifth of a second."""
    clock = Clock()
    rate = RequestRate(5, 2, clock)
    assert [rate.allows("a") for _ in range(11)] == [True] * 10 + [False]
    clock.now += 0.2
    assert [rate.allows("a") for _ in range(2)] == [True, False]
    clock.now += 100
    assert [rate.allows("a") for _ in range(11)] == [True] * 10 + [False]


def test_a_refused_request_costs_nothing():
    """Whoever waits as told gets in, also after a flood."""
    clock = Clock()
    rate = RequestRate(1, 1, clock)
    for _ in range(1000):
        rate.allows("a")
    clock.now += 1
    assert rate.allows("a")


def test_a_request_can_be_as_much_work_as_several():
    """What does not fit is refused and costs nothing, so nobody waits longer than the burst."""
    clock = Clock()
    rate = RequestRate(1, 10, clock)
    assert [rate.allows("a", 8), rate.allows("a", 3), rate.allows("a", 2), rate.allows("a")] == [
        True,
        False,
        True,
        False,
    ]
    clock.now += 10
    assert rate.allows("a", 10)


def test_the_number_of_addresses_in_memory_is_bounded(monkeypatch):
    """The oldest one is forgotten."""
    monkeypatch.setattr(request_rate, "_MOST_ADDRESSES", 3)
    rate = RequestRate(1, 1, Clock())
    assert [rate.allows(address) for address in ("a", "b", "c", "d", "b", "a")] == [True] * 4 + [False, True]


def test_the_address_that_was_heard_last_is_kept_longest(monkeypatch):
    """Otherwise a flood of addresses would let a known one begin again."""
    monkeypatch.setattr(request_rate, "_MOST_ADDRESSES", 2)
    rate = RequestRate(1, 2, Clock())
    assert [rate.allows(address) for address in ("a", "b", "a", "c", "a")] == [True] * 4 + [False]


def scope(*forwarded: str, peer: str = "192.0.2.1"):
    return {"type": "http", "client": (peer, 5), "headers": [(b"x-forwarded-for", one.encode()) for one in forwarded]}


@pytest.mark.parametrize(
    ("n_proxies", "forwarded", "address"),
    [
        (0, ["198.51.100.7"], "192.0.2.1"),
        (1, ["198.51.100.7"], "198.51.100.7"),
        (1, ["198.51.100.7:41234"], "198.51.100.7"),
        (1, ["203.0.113.9, 198.51.100.7"], "198.51.100.7"),
        (1, ["203.0.113.9", "198.51.100.7"], "198.51.100.7"),
        (2, ["203.0.113.9, 198.51.100.7"], "203.0.113.9"),
        (2, ["forged, 203.0.113.9, 198.51.100.7"], "203.0.113.9"),
        (2, ["198.51.100.7"], "192.0.2.1"),
        (1, [], "192.0.2.1"),
        (1, ["no address"], "no address"),
        (1, ["2001:db8:1:2:3:4:5:6"], "2001:db8:1:2::/64"),
        (1, ["[2001:db8:1:2::9]:443"], "2001:db8:1:2::/64"),
        (1, ["::ffff:198.51.100.7"], "198.51.100.7"),
    ],
)
def test_the_address_is_the_one_that_a_trusted_proxy_reports(monkeypatch, n_proxies, forwarded, address):
    """What a client wrote before that is ignored; an IPv6 network is one customer."""
    monkeypatch.setenv("IRISML_TRUSTED_PROXIES", str(n_proxies))
    assert client_address(scope(*forwarded)) == address


def test_a_number_of_proxies_that_is_none_is_refused():
    with pytest.raises(InvalidSettingError, match="IRISML_TRUSTED_PROXIES"):
        Settings.of({"IRISML_TRUSTED_PROXIES": "all"})
