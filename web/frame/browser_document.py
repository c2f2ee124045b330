"""Tells the browser's document what Streamlit does not: its language, and what is a step of its history."""

import streamlit as st

from web.i18n.text import Language
from web.state.page_state import n_opened

# Streamlit always says English (WCAG 3.1.1).
#
# It pushes a step for a page, and one more when Python writes the address of that page. A visitor who goes back would
# stand on the same page twice. So what is pushed without an act of the visitor is no step, and arrow keys that follow
# each other on one slider are one act.
#
# A step back and an act that come together reach Python as one message, which does not say any more that it was a step
# back. So until Python has answered a step, which data.opened tells, the page takes no act.
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
    """Set the language of the document, for screen readers and hyphenation, and mind its history."""
    component = st.components.v2.component("browser_document", js=_SCRIPT)
    component(key="browser-document", data={"language": language.code, "opened": n_opened()})
