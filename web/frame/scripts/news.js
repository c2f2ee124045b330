// Asks the server every four seconds which version serves and how a training goes: a phone that nobody touches learns
// of a new champion. One small request; a rerun of the script by all phones at once would block the sliders.
const EVERY_MS = 4000, JITTER = .1, PHONES_PER_S = 15, LONGEST_SPREAD_MS = 15000, LONGEST_PATIENCE_MS = 20000
const TYPING = "input[type=text]:not([role=combobox]), input[type=password], input[type=number], textarea"
let shown = {}, texts = {}, send = () => {}, asking = null, rerunning = null, latest = null

const fill = (template, values) => template.replace(/\{(\w+)\}/g, (_, name) => values[name])

// Outside React's tree, so it can be added and removed; hence its colours do not depend on the theme.
function announce(text) {
  let bar = document.getElementById("irisml-news")
  if (!text) { bar?.remove(); return }
  if (!bar) {
    bar = document.createElement("p")
    bar.id = "irisml-news"
    bar.setAttribute("role", "status")
    document.body.append(bar)
  }
  if (bar.textContent !== text) bar.textContent = text
}

function progress(now) {
  const told = document.querySelector("[data-training]:not(.st-key-training-sheet *)")
  const bar = told?.querySelector("progress"), words = told?.querySelector("span")?.firstChild
  if (!bar || !words || !now.of) return
  bar.value = now.done / now.of
  const text = fill(texts.training, now)
  if (words.data !== text) words.data = text
}

function count(now) {
  document.querySelectorAll("[data-here]").forEach((element) => {
    const text = fill(texts.here, { n: now.here })
    if (element.firstChild && element.firstChild.data !== text) element.firstChild.data = text
  })
}

// Spread over the phones, and not while a thumb moves: then the page is drawn by Python with all its numbers.
function rerun(now) {
  if (rerunning) return
  const spread = Math.min(LONGEST_SPREAD_MS, 1000 * now.here / PHONES_PER_S)
  const since = Date.now()
  const attempt = () => {
    rerunning = null
    if (!differs(latest)) return
    const busy = document.querySelector("[data-dragging]") || document.activeElement?.matches(TYPING)
    if (busy && Date.now() - since < LONGEST_PATIENCE_MS) rerunning = setTimeout(attempt, 1000)
    else send("stale", Date.now())
  }
  rerunning = setTimeout(attempt, Math.random() * spread)
}

const differs = (now) => now && (now.version !== shown.version || shown.training !== now.training || shown.hall !== now.hall)

async function ask() {
  clearTimeout(asking)
  asking = setTimeout(ask, EVERY_MS * (1 + JITTER * (2 * Math.random() - 1)))
  if (document.hidden) return
  let response
  try {
    response = await fetch(new URL("api/live/now", document.baseURI), { cache: "no-store" })
  } catch {
    announce(texts.lost)                                   // until the next answer
    return
  }
  if (response.ok) take(await response.json())
}

function take(now) {
  latest = now
  progress(now)
  count(now)
  const news = now.version !== null && shown.version !== null && now.version !== shown.version
  announce(news ? fill(texts.news, now) : "")
  if (differs(now)) rerun(now)
}

export default function ({ data, setTriggerValue }) {
  shown = data.shown
  texts = data.texts
  send = setTriggerValue
  if (latest?.version === shown.version) announce("")
  if (window.irismlNews) { ask(); return }
  window.irismlNews = true
  for (const [target, type] of [[document, "visibilitychange"], [window, "online"]]) target.addEventListener(type, ask)
  ask()
}
