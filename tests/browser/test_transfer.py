"""Transfer to a phone with an empty cache: scripts and styles are compressed, and the total is small."""

from dataclasses import dataclass, field

import pytest

from tests.browser.test_live_answer import LIVE, thumb, track
from tools.served_app import QUIET, SETTLED, served
from web.frame.navigation import PAGES

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "locale": "en-US"}
NAMES = [entry.name for entry in PAGES]
SMALL = 1024
"""Bytes from which Streamlit compresses a response."""
MIB = 1024 * 1024
LANDING_PAGE_MIB, DATA_PAGE_MIB, OTHER_PAGE_MIB = 0.85, 1.9, 0.95
"""Maximum HTTP transfer per page; the page Data includes plotly."""


@dataclass
class Transfer:
    """Network transfer of one page: bytes of each URL, and the URLs that were not compressed."""

    n_bytes: dict[str, int] = field(default_factory=dict)
    plain: list[str] = field(default_factory=list)

    @property
    def mib(self) -> float:
        return sum(self.n_bytes.values()) / MIB


def cold_transfer(browser, address: str, path: str = "") -> Transfer:
    """Open a page on a phone with an empty cache, and count the bytes received."""
    transfer, addresses = Transfer(), {}
    context = browser.new_context(**PHONE)
    page = context.new_page()
    network = context.new_cdp_session(page)
    network.send("Network.enable")

    def on_response(event):
        response = event["response"]
        addresses[event["requestId"]] = response["url"]
        headers = {name.lower(): value for name, value in response["headers"].items()}
        is_code = response["mimeType"] in ("text/javascript", "application/javascript", "text/css")
        is_small = int(headers.get("content-length", SMALL)) < SMALL
        if is_code and response["url"].startswith("http") and "content-encoding" not in headers and not is_small:
            transfer.plain.append(response["url"])

    def on_finish(event):
        if addresses.get(event["requestId"], "").startswith("http"):
            transfer.n_bytes[addresses[event["requestId"]]] = event["encodedDataLength"]

    network.on("Network.responseReceived", on_response)
    network.on("Network.loadingFinished", on_finish)
    page.goto(f"{address}/{path}")
    page.wait_for_function(QUIET if path else SETTLED)
    page.wait_for_load_state("networkidle")
    context.close()
    return transfer


@pytest.mark.parametrize("name", NAMES)
def test_every_page_is_compressed_and_within_its_size_limit(browser, server, name):
    """As received by Chromium with an empty cache."""
    landing = name == NAMES[0]
    transfer = cold_transfer(browser, server, "" if landing else name)
    assert transfer.plain == []
    assert len(transfer.n_bytes) > 10
    most = LANDING_PAGE_MIB if landing else DATA_PAGE_MIB if name == "data" else OTHER_PAGE_MIB
    print(f"{name}: {transfer.mib:.2f} MiB in {len(transfer.n_bytes)} responses")
    assert transfer.mib <= most, sorted(transfer.n_bytes.items(), key=lambda one: -one[1])[:10]


def test_a_page_works_below_a_base_path(browser, registry):
    """Fonts, scripts, live predictions, links and QR code are all below /iris."""
    with served(registry.folder, options=["--server.baseUrlPath=iris"]) as app:
        page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="fr-CA")
        failed = []
        page.on("response", lambda response: response.status >= 400 and failed.append(response.url))
        page.on("requestfailed", lambda request: failed.append(request.url))
        page.goto(f"{app.address}/iris/")
        page.wait_for_function(SETTLED)
        page.wait_for_function(LIVE)
        assert page.evaluate("() => document.fonts.ready.then((f) => [...f].some((one) => one.status === 'loaded'))")
        x, y = thumb(page, "petal_length")
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(track(page, "petal_length")["x"], y, steps=5)
        page.wait_for_function("() => document.querySelector('[data-answer]').dataset.species === '0'")
        page.mouse.up()
        page.goto(f"{app.address}/iris/share")
        page.wait_for_function(QUIET)
        assert "/iris/" in page.locator("[aria-label*='QR']").get_attribute("aria-label")
        assert [address for address in failed if "/_stcore/" not in address] == []
        page.close()
