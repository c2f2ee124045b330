// Language of the document, names of the sliders, and the projector view with its key.
const KEY = "p"

const inText = (element) => element?.closest?.("input:not([type=range]), textarea, [contenteditable=true]")
let send = () => {}

// Streamlit labels a slider by itself and by its group: a screen reader would say its name twice.
function nameOnce() {
  document.querySelectorAll("[data-testid=stSlider] input[type=range][aria-labelledby]").forEach((input) => {
    if (input.ariaLabel) input.removeAttribute("aria-labelledby")
  })
}

function toggle(event) {
  if (event.key.toLowerCase() !== KEY || event.ctrlKey || event.metaKey || event.altKey || inText(event.target)) return
  const root = document.documentElement
  if (root.dataset.view === "projector") delete root.dataset.view
  else root.dataset.view = "projector"
  send("view", root.dataset.view ?? "")
}

// The focus goes to what opened, and the page moves there; Escape, or closing it, brings the focus back.
let opened, opener = null
function followOpened() {
  const found = document.querySelector("[data-opened]"), now = found?.dataset.opened ?? ""
  if (now === opened) return
  const first = opened === undefined
  opened = now
  if (first) return                                        // the page was opened like this
  if (found) {
    opener = document.activeElement
    found.focus({ preventScroll: true })
    const box = found.getBoundingClientRect(), still = matchMedia("(prefers-reduced-motion: reduce)").matches
    const covered = parseFloat(getComputedStyle(found).scrollMarginTop)
    if (box.top < covered || box.top > innerHeight * .6) found.scrollIntoView({ behavior: still ? "auto" : "smooth" })
  } else if (document.activeElement === document.body && opener?.isConnected) opener.focus({ preventScroll: true })
}

function leave(event) {
  if (event.key === "Escape" && opener?.isConnected && document.activeElement?.matches("[data-opened]")) opener.focus()
}

export default function ({ data, setTriggerValue }) {
  document.documentElement.lang = data.language            // Streamlit always sets English (WCAG 3.1.1)
  if (data.view) document.documentElement.dataset.view = data.view
  else delete document.documentElement.dataset.view
  nameOnce()
  followOpened()
  send = setTriggerValue
  if (window.irismlReading) return
  window.irismlReading = true
  window.addEventListener("keydown", toggle)
  window.addEventListener("keydown", leave)
}
