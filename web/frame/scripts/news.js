// Asks the server every four seconds which version serves and how a training goes: a phone that nobody touches learns
// of a new champion. One small request; a rerun of the script by all phones at once would block the sliders.
const EVERY_MS = 4000, JITTER = .1, PHONES_PER_S = 15, LONGEST_SPREAD_MS = 15000
let shown = {}, texts = {}, send = () => {}, asking = null, rerunning = null, latest = null

const fill = (template, values) => template.replace(/\{(\w+)\}/g, (_, name) => values[name])

// Outside React's tree, so it can be added and removed.
function announce(text) {
  let bar = document.getElementById("irisml-news")
  if (!text) { bar?.remove(); return }
  if (!bar) {
    bar = document.createElement("p")
    bar.id = "irisml-news"
    bar.setAttribute("role", "status")
    document.querySelector(".stApp").append(bar)
  }
  if (bar.textContent !== text) bar.textContent = text
}

function progress(now) {
  const bar = document.querySelector("[data-training] progress"), words = document.querySelector("[data-training] span")?.firstChild
  if (!bar || !now.of) return
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
  const attempt = () => {
    rerunning = null
    if (!differs(latest)) return
    if (document.querySelector("[data-dragging]") || document.activeElement?.matches?.("input:not([type=range]), textarea")) {
      rerunning = setTimeout(attempt, 1000)
    } else send("stale", Date.now())
  }
  rerunning = setTimeout(attempt, Math.random() * spread)
}

const differs = (now) => now && (now.version !== shown.version || (shown.training && !now.of))

async function ask() {
  clearTimeout(asking)
  asking = setTimeout(ask, EVERY_MS * (1 + JITTER * (2 * Math.random() - 1)))
  if (document.hidden) return
  try {
    const response = await fetch(new URL("api/live/now", document.baseURI), { cache: "no-store" })
    if (!response.ok) return
    take(await response.json())
  } catch {
    if (!navigator.onLine || latest) document.documentElement.dataset.connection = "lost"
  }
}

function take(now) {
  latest = now
  delete document.documentElement.dataset.connection
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
