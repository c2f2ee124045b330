"""The pages: file, name in the navigation, and heading of each."""

from dataclasses import dataclass

import streamlit as st

from irisml.domain.i18n import sentence
from web.i18n.text import Language
from web.state.presenter import is_presenter
from web.state.session import get_hall


@dataclass(frozen=True, slots=True)
class PageEntry:
    """One page.

    Parameters
    ----------
    name : str
        Name of its file, also used in its address.
    title, heading : str
        English texts: short in the navigation, a full sentence on the page.
    for_presenter : bool
        Whether the navigation shows it to the presenter only.
    shown_while_open : bool
        Whether the navigation shows it only while the hall is asked something.
    """

    name: str
    title: str
    heading: str
    for_presenter: bool = False
    shown_while_open: bool = False

    @property
    def path(self) -> str:
        """File of the page, as expected by `st.Page` and `st.switch_page`."""
        return f"web/{self.name}/{self.name}.py"


PAGES = (
    PageEntry("predict", sentence("Predict"), sentence("Which iris is this?")),
    PageEntry("quality", sentence("Quality"), sentence("Can it be trusted?")),
    PageEntry("train", sentence("Train"), sentence("Who will be champion?")),
    PageEntry("data", sentence("Data"), sentence("What does it learn from?")),
    PageEntry("watch", sentence("Watch"), sentence("What does the hall ask?")),
    PageEntry("pipeline", sentence("Pipeline"), sentence("The life of a model")),
    PageEntry("share", sentence("Share"), sentence("Try it on your phone")),
    PageEntry("play", sentence("Play"), sentence("Play"), shown_while_open=True),
    PageEntry("wall", sentence("Wall"), sentence("The hall on one wall"), for_presenter=True),
    PageEntry("stage", sentence("Stage"), sentence("On stage"), for_presenter=True),
)
"""In the order of the navigation; the first one is the landing page."""
PREDICT = PAGES[0].path
WITHOUT_NEWS = ("play", "wall", "stage")
"""Pages that show by themselves what the hall is asked and which version serves."""


def page_path(name: str) -> str:
    """Return the file of a page, as expected by `st.page_link`.

    Examples
    --------
    >>> page_path("train")
    'web/train/train.py'
    """
    return next(entry.path for entry in PAGES if entry.name == name)


def pages(language: Language) -> list[st.Page]:
    """Return the pages for `st.navigation`, named in the visitor's language."""
    return [
        st.Page(
            entry.path,
            title=language.text(entry.title),
            url_path=entry.name,
            default=entry is PAGES[0],
            visibility="visible" if _is_shown(entry) else "hidden",
        )
        for entry in PAGES
    ]


def _is_shown(entry: PageEntry) -> bool:
    if entry.shown_while_open:
        return get_hall().activity is not None
    return is_presenter() or not entry.for_presenter


def heading(url_path: str, language: Language) -> str:
    """Return the heading of the page at that address; the landing page's is empty."""
    entry = next((entry for entry in PAGES if entry.name == url_path), PAGES[0])
    return language.text(entry.heading)
