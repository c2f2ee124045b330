"""web.app_address and the code of it"""

import segno

from web.app_address import address_in_network, app_address, is_loopback, with_query
from web.charts.qr_code import qr_code_figure


def test_the_app_is_found_from_any_page_of_it():
    """With and without a path in front, with a slash at the end or not."""
    for page in ("https://iris.example/share?lang=fr", "https://iris.example/share/", "https://iris.example/"):
        assert app_address(page, "share") == "https://iris.example/"
    assert app_address("http://10.0.0.1:8501/demo/share", "share") == "http://10.0.0.1:8501/demo/"


def test_only_names_of_the_machine_itself_are_loopback():
    """A name that merely contains one is not."""
    assert is_loopback("http://[::1]:8501/")
    assert is_loopback("http://127.0.0.1/")
    assert not is_loopback("http://localhost.example/")


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
    assert expected.svg_inline(dark="#17241e", light="#fff", border=2, omitsize=True, svgclass="qr") in svg
    assert 'role="img" aria-label="QR"' in svg
