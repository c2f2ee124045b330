// Language of the document, names of the sliders, focus, theme, and the projector view with its key.
const KEY = "p"                                            // not in a text field, and of no use to assistive technology

const inText = (element) => element?.closest?.("input:not([type=range]), textarea, [contenteditable=true]")
let send = () => {}

// Streamlit labels a slider by itself and by its group: a screen reader would say its name twice.
function nameOnce() {
  document.querySelectorAll("[data-testid=stSlider] input[type=range][aria-labelledby]").forEach((input) => {
    if (input.ariaLabel) input.removeAttribute("aria-labelledby")
  })
}

function toggle(event) {
  if (event.key?.toLowerCase() !== KEY || event.repeat || event.ctrlKey || event.metaKey || event.altKey || inText(event.target)) return
  const root = document.documentElement
  if (root.dataset.view === "projector") delete root.dataset.view
  else root.dataset.view = "projector"
  send("view", root.dataset.view ?? "")
}

// The focus goes to what opened, and the page moves there; Escape, or closing it, brings the focus back to what was used
// to open it. Streamlit may have replaced that element by one with the same key.
const keyed = (element) => element?.closest("[class*=st-key-]")
const keyOf = (element) => [...(keyed(element)?.classList ?? [])].find((name) => name.startsWith("st-key-"))
let seen = null, used = null
const openers = new Map()                                  // what is open -> what was used to open it

function back(opener) {
  const again = opener?.element.isConnected ? opener.element : document.querySelector(`.${CSS.escape(opener?.key ?? "none")} button`)
  again?.focus({ preventScroll: true })
}

function followOpened() {
  const found = new Map([...document.querySelectorAll("[data-opened]")].map((element) => [element.dataset.opened, element]))
  const before = seen
  seen = new Set(found.keys())
  if (!before) return                                      // the page was opened like this
  for (const [name, element] of found) {
    if (before.has(name)) continue
    openers.set(name, used)
    go(element)
  }
  for (const name of before) {
    if (found.has(name)) continue
    if (document.activeElement === document.body) back(openers.get(name))
    openers.delete(name)
  }
}

function go(element) {
  const stays = element.dataset.stays !== undefined        // it stands above the page, in sight, and may come by itself
  if (stays ? document.activeElement !== document.body : !justUsed()) return
  element.focus({ preventScroll: true })
  if (stays) return
  const box = element.getBoundingClientRect(), still = matchMedia("(prefers-reduced-motion: reduce)").matches
  const covered = parseFloat(getComputedStyle(element).scrollMarginTop)
  if (box.top < covered || box.top > innerHeight * .6) element.scrollIntoView({ behavior: still ? "auto" : "smooth" })
}

// A panel that was open already is no answer to a link of the navigation.
const ANSWERED_MS = 10000
const justUsed = () => used !== null && performance.now() - used.at < ANSWERED_MS
function note(event) {
  const control = event.target.closest?.("button, [role=radio]")
  used = control ? { element: control, key: keyOf(control), at: performance.now() } : null
}

function leave(event) {
  if (event.key !== "Escape") return
  const at = document.activeElement?.closest("[data-opened]")
  if (at) back(openers.get(at.dataset.opened))
  document.querySelector("[data-testid=stMain]:has(.st-key-qr-alone) .st-key-alone button")?.click()
}

// A chart that Python coloured is drawn again when the theme is switched.
let scheme = null
function followTheme() {
  const now = getComputedStyle(document.querySelector(".stApp")).colorScheme
  if (scheme !== null && scheme !== now) send("theme", now)
  scheme = now
}

let following = null
function follow() {
  following = null
  nameOnce()
  followOpened()
}

export default function ({ data, setTriggerValue }) {
  document.documentElement.lang = data.language            // Streamlit always sets English (WCAG 3.1.1)
  if (data.view) document.documentElement.dataset.view = data.view
  else delete document.documentElement.dataset.view
  follow()
  followTheme()
  send = setTriggerValue
  if (window.irismlReading) return
  window.irismlReading = true
  window.addEventListener("keydown", toggle)
  window.addEventListener("keydown", leave)
  window.addEventListener("click", note, { capture: true })
  // A run of the page that changes no data of this component does not call this script.
  new MutationObserver(() => { following ??= requestAnimationFrame(follow) }).observe(document.body, { subtree: true, childList: true })
  new MutationObserver(followTheme).observe(document.querySelector(".stApp"), { attributes: true, attributeFilter: ["class"] })
}
