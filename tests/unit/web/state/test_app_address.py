"""Tests of web.state.app_address and its QR code."""

import pytest
import segno

from web.html.qr_code import qr_code_figure
from web.state.app_address import LOCAL, address_in_network, app_address, is_loopback, web_address, with_query


def test_the_base_address_is_found_from_any_page():
    """With and without a path in front or a slash at the end."""
    for page in ("https://iris.example/share?lang=fr", "https://iris.example/share/", "https://iris.example/"):
        assert app_address(page, "share") == "https://iris.example/"
    assert app_address("http://10.0.0.1:8501/demo/share", "share") == "http://10.0.0.1:8501/demo/"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.9.1", "::1"])
def test_names_of_the_local_machine_are_loopback(host):
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["localhost.example", "192.168.1.20", "iris.example", "0.0.0.0", None])
def test_other_names_are_not_loopback(host):
    """Not even one that contains such a name."""
    assert not is_loopback(host)


@pytest.mark.parametrize("typed", ["", "http://", "http://[::1", "ftp://iris.example", "two words", "http://a:99999/"])
def test_an_invalid_web_address_is_rejected(typed):
    assert web_address(typed) is None


def test_a_scheme_is_added_and_query_and_fragment_are_removed():
    """The app adds its own query; after a fragment it would be ignored."""
    assert web_address("iris.example:8501/app") == "http://iris.example:8501/app"
    assert web_address("https://iris.example/?x=1#y") == "https://iris.example/"


def test_the_network_address_keeps_scheme_port_and_path():
    """Also if the machine is in no network."""
    found = address_in_network("http://localhost:8501/demo/")
    assert found.startswith("http://")
    assert found.endswith(":8501/demo/")


def test_a_query_is_url_encoded():
    assert with_query("https://iris.example/", {"a": "x y&z"}) == "https://iris.example/?a=x+y%26z"


def test_the_qr_code_encodes_the_address():
    """The same modules as segno draws, dark on white."""
    svg = qr_code_figure("https://iris.example/", "QR")
    expected = segno.make("https://iris.example/", micro=False, error="l", boost_error=False)
    assert expected.svg_inline(dark="#17241e", light="#fff", border=4, omitsize=True, svgclass="qr") in svg
    assert 'role="img" aria-label="QR"' in svg


def test_an_invalid_host_header_gives_the_local_address():
    assert app_address("http://[::1", "share") == LOCAL


@pytest.mark.parametrize("typed", ["htp:/bad", "iris", "http://iris", "iris.example:", "http://:8501"])
def test_a_typing_error_is_no_address(typed):
    """Phones would get a code that leads nowhere."""
    assert web_address(typed) is None


@pytest.mark.parametrize("typed", ["localhost:8501", "192.0.2.7:8501", "http://[2001:db8::1]:8501/", "iris.example"])
def test_names_addresses_and_this_machine_are_addresses(typed):
    assert web_address(typed) is not None
