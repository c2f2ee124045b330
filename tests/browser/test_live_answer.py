"""While a slider is dragged, the page shows the prediction that Python will return; after release it is Python's.

Tested: in every frame the page matches the sliders; nothing is sent before release; and
a page that was dragged equals a fresh page of the same flower on which no script of ours ran.
"""

import json
import random

import pytest

from irisml import MODEL_TYPES, Forest, TrainingConfig, train
from irisml.domain.measurements import FEATURES
from tests.unit.model.test_forest import bits, tricky_rows
from tools.served_app import SETTLED
from web.frame.page_scripts import script_address
from web.i18n.text import whole_percents

LIVE_ANSWER = script_address("predict/live_answer.js")

# All that is visible or read aloud of the prediction. Sizes as numbers: "1" and "1.0" draw the same.
SHOWN = """() => {
  const answer = document.querySelector("[data-answer]")
  const sizes = (e) => e.dataset.numbers.split(" ").map((name) => Number(e.style.getPropertyValue(`--${name}`)))
  const look = (e) => { const s = getComputedStyle(e); return [s.stopColor, s.color, s.display, s.fontSize].join() }
  return {
    text: answer.textContent,
    species: answer.dataset.species,
    outside: answer.dataset.outside,
    labels: [...answer.querySelectorAll("[data-label]")].map((e) => e.getAttribute("aria-label")),
    sizes: [...answer.querySelectorAll("[data-numbers]")].flatMap(sizes),
    looks: [...answer.querySelectorAll("stop, .name, .mark, .probabilities b")].map(look),
  }
}"""

# Runs in each frame, before it is painted, and records what does not match the sliders.
WATCH = """(keys) => {
  window.misfits = []; window.frames = 0; window.answers = new Set()
  const check = () => {
    const inputs = keys.map((key) => document.querySelector(`.st-key-${key} input`))
    const x = inputs.map((input) => input.valueAsNumber.toFixed(1).replace(".", ","))
    const answer = document.querySelector("[data-answer]")
    const captions = [...answer.querySelectorAll(".captions [data-text]")].map((e) => e.textContent)
    const thumbs = [...document.querySelectorAll("[data-testid=stSliderThumbValue]")].map((e) => e.textContent)
    const percents = [...answer.querySelectorAll(".probabilities b")].map((e) => parseInt(e.textContent))
    const fits = captions[0] === `pétale ${x[2]} × ${x[3]}` && captions[1] === `sépale ${x[0]} × ${x[1]}`
      && thumbs.join(" ") === x.join(" ") && percents.reduce((a, b) => a + b) === 100
    window.frames += 1
    window.answers.add([...x, ...percents].join(" "))
    if (!fits) window.misfits.push([x, captions, thumbs, percents].join(" | "))
    requestAnimationFrame(check)
  }
  check()
}"""


def thumb(page, key):
    box = page.locator(f".st-key-{key} [data-testid=stSliderThumbValue]").locator("..").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def track(page, key):
    return page.locator(f".st-key-{key} [role=group] > div").bounding_box()


def next_frame(page):
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


# A French page whose script is running: only the script writes a comma on the slider labels.
LIVE = "() => document.querySelector('[data-testid=stSliderThumbValue]').textContent.includes(',')"


@pytest.fixture
def page(new_page):
    page = new_page("lang=fr", reduced_motion="no-preference")
    page.wait_for_function(LIVE)
    page.evaluate(WATCH, list(FEATURES))
    return page


def test_a_dragged_page_equals_a_fresh_page_without_our_script(page, new_page):
    """Four drags, two of them back to the start: then the server sends nothing new to redraw."""
    rng = random.Random(1)
    for turn in range(4):
        key = rng.choice(FEATURES)
        start, y = thumb(page, key)
        at = track(page, key)
        page.mouse.move(start, y)
        page.mouse.down()
        for _ in range(6):
            page.mouse.move(at["x"] + at["width"] * rng.random(), y)
            next_frame(page)
        if turn % 3 == 0:
            page.mouse.move(start, y)
        page.mouse.up()
        page.wait_for_function(SETTLED)
        x = {key: page.locator(f".st-key-{key} input").input_value() for key in FEATURES}
        fresh = new_page("&".join(["lang=fr", *(f"{key}={value}" for key, value in x.items())]), script=False)
        expected = fresh.evaluate(SHOWN)
        page.wait_for_function(f"(expected) => JSON.stringify(({SHOWN})()) === JSON.stringify(expected)", arg=expected)
        fresh.close()
    assert page.evaluate("window.misfits") == []
    assert page.evaluate("window.frames") > 50


def test_nothing_is_sent_before_release(new_page, server):
    """Different predictions while dragging, but no websocket frame; one rerun on release."""
    page = new_page("lang=fr")
    page.wait_for_function(LIVE)
    client = page.context.new_cdp_session(page)
    client.send("Network.enable")
    frames = []
    client.on("Network.webSocketFrameSent", lambda frame: frames.append(frame))
    page.evaluate(WATCH, list(FEATURES))
    start, y = thumb(page, "petal_length")
    at = track(page, "petal_length")
    page.mouse.move(start, y)
    page.mouse.down()
    for step in range(21):
        page.mouse.move(at["x"] + at["width"] * step / 20, y)
        next_frame(page)
    assert page.evaluate("window.answers.size") > 20
    assert frames == []
    page.mouse.up()
    page.wait_for_function(SETTLED)
    assert len(frames) >= 1
    assert page.evaluate("window.misfits") == []


def test_a_drawing_that_python_has_replaced_is_followed(new_page):
    """The words of another language in the same elements, and the path in a tree that was opened after a drag."""
    page = new_page("lang=fr")
    page.wait_for_function(LIVE)
    at = track(page, "petal_length")

    def drag_to(share: float) -> None:
        x, y = thumb(page, "petal_length")
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(at["x"] + at["width"] * share, y, steps=4)
        next_frame(page)

    drag_to(0.2)
    page.mouse.up()
    page.wait_for_function(SETTLED)
    page.locator(".st-key-language button", has_text="EN").click()
    page.wait_for_function("() => document.querySelector('.captions').textContent.includes('petal ')")
    drag_to(0.6)
    length = page.locator(".st-key-petal_length input").input_value()
    width = page.locator(".st-key-petal_width input").input_value()
    caption = page.locator(".captions [data-text]").first
    assert caption.text_content() == f"petal {float(length):.1f} × {float(width):.1f}"
    page.mouse.up()
    page.wait_for_function(SETTLED)
    page.get_by_text("The trees", exact=True).click()
    page.wait_for_selector("[data-tree] [data-on='1']")
    lit = "() => [...document.querySelectorAll(\"[data-tree] [data-on='1']\")].map((e) => e.dataset.node).join()"
    before = page.evaluate(lit)
    drag_to(0.05)
    assert page.evaluate(lit) != before
    page.mouse.up()


def test_touch_moves_the_prediction(new_page):
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    page = new_page("lang=fr", **phone)
    page.wait_for_function(LIVE)
    page.evaluate(WATCH, list(FEATURES))
    client = page.context.new_cdp_session(page)
    start, y = thumb(page, "petal_width")
    at = track(page, "petal_width")

    def touch(kind, x):
        points = [] if kind == "touchEnd" else [{"x": x, "y": y}]
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", start)
    for step in range(11):
        touch("touchMove", at["x"] + at["width"] * step / 10)
        next_frame(page)
    assert page.evaluate("window.answers.size") > 8
    touch("touchEnd", 0)
    page.wait_for_function(SETTLED)
    assert page.locator(".st-key-petal_width input").input_value() == "2.5"
    assert page.evaluate("window.misfits") == []


def test_without_the_forest_the_prediction_of_the_server_stays(browser, server):
    """While dragging the last prediction stays; after release the server's is shown."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.route("**/api/live/*/*.json", lambda route: route.abort())
    page.goto(f"{server}/?lang=fr&petal_width=0.2")
    page.wait_for_function(SETTLED)
    page.wait_for_function(LIVE)
    before = page.evaluate(SHOWN)["text"]
    start, y = thumb(page, "petal_length")
    page.mouse.move(start, y)
    page.mouse.down()
    page.mouse.move(track(page, "petal_length")["x"], y)
    next_frame(page)
    assert page.evaluate(SHOWN)["text"] == before
    assert page.locator("[data-answer][data-waiting]").count() == 1
    page.mouse.up()
    page.wait_for_function("() => document.querySelector('[data-answer] .name').textContent === 'Iris setosa'")
    context.close()


@pytest.mark.parametrize("model_type", MODEL_TYPES)
def test_browser_python_and_scikit_learn_predict_bit_identically(new_page, iris, model_type):
    """3000 rows on and beside the thresholds; the rounded percentages agree, too."""
    estimator = train(iris, TrainingConfig(model_type, min_samples_leaf=3)).estimator
    forest = Forest.from_estimator(estimator, [(0.1, 7.9)] * 4)
    rows = tricky_rows(forest.thresholds, 3000)
    told = new_page().evaluate(
        """async ([script, forest, rows]) => {
          const { predict, wholePercents } = await import(script)
          const trees = JSON.parse(forest), p = JSON.parse(rows).map((x) => predict(trees, x))
          return JSON.stringify({ p, whole: p.map(wholePercents) })
        }""",
        [f"/{LIVE_ANSWER}", forest.to_json().decode(), json.dumps(rows.tolist())],
    )
    told = json.loads(told)
    ours = forest.predict_proba_many(rows.tolist())
    assert bits(estimator.predict_proba(rows)) == bits(ours) == bits(told["p"])
    assert [whole_percents(p) for p in ours] == told["whole"]
    assert len(set(map(tuple, told["p"]))) > 2
