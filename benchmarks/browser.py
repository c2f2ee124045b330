"""A real Chromium: the first page on a phone's network, and a slider that is dragged, also on a slow phone."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.row import Row
from benchmarks.servers import irisml, page
from benchmarks.size import Size
from benchmarks.visitors import quantile
from tools.served_app import ARGUMENTS, CHROMIUM, QUIET, SETTLED

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "locale": "en-US"}
NETWORK = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 93_750}
"""1.6 Mbit/s and 150 ms, in bytes per second."""
_SLIDERS = "() => document.querySelectorAll('input[type=range]').length === 4"
# Our script's callback is the observer that calls `refresh`; its time is all that a step of a drag costs in script.
_TIMED = """
  window.spent = []
  const Observer = window.MutationObserver
  window.MutationObserver = class extends Observer {
    constructor(callback) {
      const ours = String(callback).includes("this.refresh()")
      super((...given) => {
        const start = performance.now()
        callback(...given)
        if (ours) window.spent.push(performance.now() - start)
      })
    }
  }
"""
_FRAMES = """() => {
  window.gaps = []; let last = performance.now()
  const frame = (now) => { window.gaps.push(now - last); last = now; requestAnimationFrame(frame) }
  requestAnimationFrame(frame)
}"""


def rows(registry: Path, size: Size) -> Iterator[Row]:
    """Open pages with an empty cache, and drag."""
    with ExitStack() as opened, sync_playwright() as playwright:
        ours = opened.enter_context(irisml(registry)).address
        bare = opened.enter_context(page(registry, "bare_page")).address
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for path, most in (("", 1.2), ("data", 2.0)):
            name = f"{path or 'first'} page, cold"
            mib, _ = _opened(browser, f"{ours}/{path}", QUIET if path else SETTLED)
            yield Row(f"{name}, received", "MiB", mib, None, "", 0, most, "Streamlit's scripts, packed")
        network = NETWORK if size.slow_network else None
        turns = [
            (_opened(browser, ours, SETTLED, network)[1], _opened(browser, bare, _SLIDERS, network)[1])
            for _ in range(min(3, size.rounds))
        ]
        seconds = [quantile([turn[i] for turn in turns], 0.5) for i in (0, 1)]
        reason = "half of the bytes, and all scripts named at the start"
        yield Row("first page at 1.6 Mbit/s and 150 ms, usable", "s", *seconds, "four bare sliders", 0, None, reason)
        for slower in (1, 4, 6):
            yield from _drag(browser, ours, slower, steps=60 if size.rounds > 1 else 10)
        browser.close()


def _opened(browser: Browser, address: str, drawn: str, network: dict | None = None) -> tuple[float, float]:
    """Return the MiB received and the seconds until the page can be used."""
    context = browser.new_context(**PHONE)
    tab = context.new_page()
    devtools = context.new_cdp_session(tab)
    devtools.send("Network.enable")
    if network:
        devtools.send("Network.emulateNetworkConditions", network)
    received: list[float] = []
    devtools.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    start = time.perf_counter()
    tab.goto(address, wait_until="commit")
    tab.wait_for_function(drawn, timeout=120_000)
    seconds = time.perf_counter() - start
    if not network:
        tab.wait_for_load_state("networkidle")
    context.close()
    return sum(received) / 1024**2, seconds


def _drag(browser: Browser, address: str, slower: int, steps: int) -> Iterator[Row]:
    context = browser.new_context(**PHONE)
    context.add_init_script(_TIMED)
    tab = context.new_page()
    sent: list[object] = []
    tab.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    tab.goto(address)
    tab.wait_for_function(SETTLED)
    tab.wait_for_load_state("networkidle")
    context.new_cdp_session(tab).send("Emulation.setCPUThrottlingRate", {"rate": slower})
    tab.evaluate(_FRAMES)
    sent.clear()
    tab.evaluate("() => { window.spent.length = 0 }")
    n_shown = _move_thumb(tab, steps)
    during = len(sent)
    tab.mouse.up()
    spent, gaps = tab.evaluate("() => [window.spent, window.gaps]")
    context.close()
    phone = "this machine" if slower == 1 else f"a {slower} x slower phone"
    most = 4.0 if slower == 6 else None
    yield Row(
        f"drag on {phone}, script of a step, 95 %",
        "ms",
        quantile(spent, 0.95),
        None,
        "",
        0,
        most,
        "a frame has 16.7 ms",
    )
    yield Row(f"drag on {phone}, time between frames, 95 %", "ms", quantile(gaps, 0.95), None, "", 16.7, None, "60 Hz")
    yield Row(f"drag on {phone}, messages sent", "messages", during, None, "", 0, 0, "the browser predicts by itself")
    yield Row(f"drag on {phone}, steps shown", "share", n_shown / steps, None, "", 1, None, "one for each place")


def _move_thumb(tab: Page, steps: int) -> int:
    """Drag along the track, a step in each frame, with the button held; return the number of frames that show it."""
    track = tab.locator(".st-key-petal_length [data-testid=stSlider] input").locator("xpath=../../..").bounding_box()
    thumb = tab.locator(".st-key-petal_length [data-testid=stSliderThumbValue]").locator("..").bounding_box()
    assert track is not None
    assert thumb is not None
    y = thumb["y"] + thumb["height"] / 2
    tab.mouse.move(thumb["x"] + thumb["width"] / 2, y)
    tab.mouse.down()
    n_shown = 0
    for step in range(steps):
        tab.mouse.move(track["x"] + track["width"] * (0.05 + 0.9 * step / steps), y)
        n_shown += tab.evaluate("""() => new Promise((done) => requestAnimationFrame(() => {
          const length = document.querySelector(".st-key-petal_length input").valueAsNumber.toFixed(1)
          done(document.querySelector("[data-answer]").textContent.includes(`petal ${length} `))
        }))""")
    return n_shown
