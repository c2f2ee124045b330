"""Tells the browser the language of the page: Streamlit always says English (WCAG 3.1.1)."""

import streamlit as st

from web.text import Language

_SCRIPT = """
export default function ({ data }) {
  document.documentElement.lang = data.language
}
"""


def page_language(language: Language) -> None:
    """Set the language of the document, for screen readers and hyphenation."""
    component = st.components.v2.component("page_language", js=_SCRIPT)
    component(key="page-language", data={"language": language.code})
