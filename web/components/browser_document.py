"""Tells the browser's document what Streamlit does not: its language, and what is a step of its history."""

import streamlit as st

from web.text import Language

# Streamlit always says English (WCAG 3.1.1).
#
# It pushes a step for a page, and one more when Python writes the address of that page. A visitor who goes back would
# stand on the same page twice. So what is pushed without an act of the visitor is no step, and arrow keys that follow
# each other on one slider are one act.
_SCRIPT = """
const ONE_ACT_MS = 2000
let acted = true, slider = null, keyed = 0

function act(event) {
  const again = event.type === "keydown" && event.target === slider && event.timeStamp - keyed < ONE_ACT_MS
  slider = event.type === "keydown" && event.target.type === "range" ? event.target : null
  keyed = event.timeStamp
  if (!again) acted = true
}

export default function ({ data }) {
  document.documentElement.lang = data.language
  if (window.irismlHistory) return
  window.irismlHistory = true
  for (const type of ["pointerdown", "click", "keydown"]) window.addEventListener(type, act, { capture: true })
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
    component(key="browser-document", data={"language": language.code})
