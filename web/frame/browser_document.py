"""Set the language of the document, and filter the entries of the browser's history."""

import streamlit as st

from web.i18n.text import Language
from web.state.page_state import n_opened

# Streamlit always sets the language to English (WCAG 3.1.1).
#
# It pushes one history entry per page, and a second one when Python writes the address of that page: going back would
# show the same page twice. So an entry pushed without user input replaces the current one, and consecutive arrow keys
# on one slider count as one input.
#
# If "back" and another input arrive together, Streamlit sends one message, in which "back" is no longer recognizable.
# So the page is inert until Python has processed the navigation, which is when data.opened changes.
_SCRIPT = """
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
  document.documentElement.lang = data.language
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
"""


def browser_document(language: Language) -> None:
    """Set the language of the document, for screen readers and hyphenation, and filter its history."""
    component = st.components.v2.component("browser_document", js=_SCRIPT)
    component(key="browser-document", data={"language": language.code, "opened": n_opened()})
