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

export default function ({ data, setTriggerValue }) {
  document.documentElement.lang = data.language            // Streamlit always sets English (WCAG 3.1.1)
  if (data.view) document.documentElement.dataset.view = data.view
  else delete document.documentElement.dataset.view
  nameOnce()
  send = setTriggerValue
  if (window.irismlReading) return
  window.irismlReading = true
  window.addEventListener("keydown", toggle)
}
