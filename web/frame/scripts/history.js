// Filters the entries of the browser's history.
//
// Streamlit pushes one history entry per page, and a second one when Python writes the address of that page: going back
// would show the same page twice. So an entry pushed without user input replaces the current one, and consecutive arrow
// keys on one slider count as one input.
//
// If "back" and another input arrive together, Streamlit sends one message, in which "back" is no longer recognizable.
// So the page is inert until Python has processed the navigation, which is when data.opened changes.
const ONE_ACT_MS = 2000, LONGEST_STEP_MS = 3000
let acted = true, slider = null, keyed = 0, opened = null, waiting = null

function act(event) {
  const again = event.type === "keydown" && event.target === slider && event.timeStamp - keyed < ONE_ACT_MS
  slider = event.type === "keydown" && event.target.type === "range" ? event.target : null
  keyed = event.timeStamp
  if (!again) acted = true
}

const page = () => document.querySelector("[data-testid=stMain]")
function hold() {
  slider = null
  page()?.toggleAttribute("inert", true)
  clearTimeout(waiting)
  waiting = setTimeout(release, LONGEST_STEP_MS)
}
function release() {
  clearTimeout(waiting)
  page()?.toggleAttribute("inert", false)
}

export default function ({ data }) {
  if (opened !== data.opened) release()
  opened = data.opened
  if (window.irismlHistory) return
  window.irismlHistory = true
  for (const type of ["pointerdown", "click", "keydown"]) window.addEventListener(type, act, { capture: true })
  window.addEventListener("popstate", hold)
  const push = history.pushState.bind(history)
  history.pushState = (state, title, address) => {
    if (acted) push(state, title, address)
    else history.replaceState(state, title, address)
    acted = false
  }
}
