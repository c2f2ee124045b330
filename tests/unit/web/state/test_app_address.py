"""web.state.app_address and the code of it"""

import pytest
import segno

from web.share.charts.qr_code import qr_code_figure
from web.state.app_address import LOCAL, address_in_network, app_address, is_loopback, web_address, with_query


def test_the_app_is_found_from_any_page_of_it():
    """With and without a path in front, with a slash at the end or not."""
    for page in ("https://iris.example/share?lang=fr", "https://iris.example/share/", "https://iris.example/"):
        assert app_address(page, "share") == "https://iris.example/"
    assert app_address("http://10.0.0.1:8501/demo/share", "share") == "http://10.0.0.1:8501/demo/"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.9.1", "::1"])
def test_names_of_the_machine_itself_are_loopback(host):
    """Any of them."""
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["localhost.example", "192.168.1.20", "iris.example", "0.0.0.0", None])
def test_other_names_are_not(host):
    """Not even one that contains such a name."""
    assert not is_loopback(host)


@pytest.mark.parametrize("typed", ["", "http://", "http://[::1", "ftp://iris.example", "two words", "http://a:99999/"])
def test_what_is_no_web_address_is_told_from_one(typed):
    """A phone would make nothing of it."""
    assert web_address(typed) is None


def test_an_address_is_completed_and_freed_of_its_query():
    """The query is ours; a fragment would swallow it."""
    assert web_address("iris.example:8501/app") == "http://iris.example:8501/app"
    assert web_address("https://iris.example/?x=1#y") == "https://iris.example/"


def test_the_network_address_keeps_scheme_port_and_path():
    """Whatever the machine's address is, or where it is in no network at all."""
    found = address_in_network("http://localhost:8501/demo/")
    assert found.startswith("http://")
    assert found.endswith(":8501/demo/")


def test_a_query_is_written_as_addresses_are():
    """Spaces and signs are escaped."""
    assert with_query("https://iris.example/", {"a": "x y&z"}) == "https://iris.example/?a=x+y%26z"


def test_the_code_is_that_of_the_address():
    """The same squares that segno makes of it, dark on white."""
    svg = qr_code_figure("https://iris.example/", "QR")
    expected = segno.make("https://iris.example/", micro=False, error="l", boost_error=False)
    assert expected.svg_inline(dark="#17241e", light="#fff", border=4, omitsize=True, svgclass="qr") in svg
    assert 'role="img" aria-label="QR"' in svg


def test_what_a_client_forges_as_its_address_is_no_failure():
    """The page Share then proposes this machine's own."""
    assert app_address("http://[::1", "share") == LOCAL
