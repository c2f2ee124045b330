"""Tests of every page in every language."""

import gettext
import re

import pytest

from irisml import TrainingConfig, train_version
from tests.app.app_page import go_to, open_page
from tests.app.test_data_page import HEADER, upload
from web.frame.navigation import PAGES
from web.i18n.text import LANGUAGES, Language
from web.state.session import get_service

NAMES = [entry.name for entry in PAGES]
# Words that are the same in every language: names, units, files, commands, terms of Azure and scikit-learn.
NOT_TRANSLATED = {
    *("irisml", "Iris", "setosa", "versicolor", "virginica", "cm", "EN", "FR", "UTC", "SHA", "CSV", "QR", "MB"),
    *(
        "random_state",
        "random_forest",
        "decision_tree",
        "model_type",
        "n_estimators",
        "max_depth",
        "min_samples_leaf",
        "None",
    ),
    *("scikit", "learn", "load_iris", "Fisher", "python", "numpy", "scipy", "joblib", "Python", "Linux", "Azure"),
    *("forest", "json", "version", "model", "check", "http", "irises"),
}
TEXTS = ("markdown", "title", "header", "success", "info", "warning", "error")
WIDGETS = ("button", "slider", "selectbox", "select_slider", "number_input", "text_input", "toggle", "button_group")


UNKNOWN_TO_APPTEST = ("download_button", "plotly_chart", "expander", "file_uploader")


class Pseudo(gettext.NullTranslations):
    """A pseudo-language: every translated message is put in brackets."""

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, one: str, many: str, n: int) -> str:
        return f"⟦{one if n == 1 else many}⟧"


@pytest.fixture
def pseudo(monkeypatch):
    monkeypatch.setenv("WEBSITE_SITE_NAME", "irisml")  # the same name on every machine
    monkeypatch.setattr("web.state.session.language", lambda code: Language(code, Pseudo(), ".", "{n}%"))


def words_without_brackets(text: str) -> set[str]:
    """Return the words of Markdown or HTML that were not translated."""
    text = re.sub(
        r"<(svg|style|code).*?</\1>|<[^>]*>|`[^`]*`|:(orange|violet|blue)\[|[A-Z][a-z]{2} \d+, \d{4}",
        " ",
        text,
        flags=re.DOTALL,
    )
    while "⟦" in text:  # brackets can be nested
        shorter = re.sub(r"⟦[^⟦⟧]*⟧", " ", text)
        assert shorter != text, text
        text = shorter
    return {word for word in re.findall(r"[^\W\d_]\w{1,}", text) if not re.fullmatch(r"v?\d+|[0-9a-f]{6,}", word)}


def untranslated(app) -> set[str]:
    found = set()
    for kind in TEXTS:
        for element in app.get(kind):
            found |= words_without_brackets(element.value)
    for kind in UNKNOWN_TO_APPTEST:
        for element in app.get(kind):
            found |= words_without_brackets(" ".join(getattr(element.proto, part, "") for part in ("label", "alt")))
    for kind in WIDGETS:
        for element in app.get(kind):
            seen = [element.label, getattr(element, "help", "") or "", *map(str, getattr(element, "options", []))]
            found |= words_without_brackets(" ".join(seen))
    return found - NOT_TRANSLATED


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("code", LANGUAGES)
def test_every_page_opens_without_an_error_in_every_language(registry, name, code):
    app = open_page(name, lang=code)
    assert not app.exception
    assert not app.error
    assert app.title[0].value


@pytest.mark.parametrize("name", [name for name in NAMES if name != "share"])  # it uses neither flowers nor model
def test_an_unexpected_error_is_one_sentence_without_traceback(registry, monkeypatch, caplog, name):
    """The log has the traceback."""

    def broken(*_):
        raise ZeroDivisionError("petals per stem")

    app = open_page()
    monkeypatch.setattr("web.state.session.get_iris", broken)
    monkeypatch.setattr("web.state.session.get_service", broken)
    go_to(app, name)
    assert not app.exception
    assert [error.value.partition(".")[0] for error in app.error] == ["Something unexpected went wrong"]
    assert "petals per stem" in caplog.text


@pytest.mark.parametrize("name", NAMES)
def test_every_word_of_a_page_is_translated(registry, pseudo, monkeypatch, name):
    """In a pseudo-language of brackets no word is outside brackets; the script of the talk is a document."""
    monkeypatch.setattr("web.stage.talk_script.talk_script", lambda code: ())
    app = open_page(name)
    assert not app.exception
    # Suffix of the commit of an edited checkout, and host name of this machine.
    assert untranslated(app) - {"dirty", "localhost"} == set()


@pytest.mark.parametrize("asked", ["why", "what-if", "among", "trees"])
def test_every_word_of_the_explanations_is_translated(registry, pseudo, asked):
    app = open_page()
    app.button(key="preset-unseen").click().run()
    app.button(key="reveal").click().run()
    app.button_group(key="look-deeper").set_value(asked)
    assert untranslated(app.run()) == set()


def test_every_word_after_an_action_is_translated(registry, pseudo):
    """A cell, files with valid and invalid rows, a refused version, news."""
    app = open_page("quality")
    app.button(key="matrix-1-1").click().run()
    assert untranslated(app) == set()
    upload(go_to(app, "data"), f"{HEADER},species\n5.1,3.5,1.4,0.2,setosa\n10,3,5,1,virginica\n")
    assert untranslated(app) == set()
    upload(go_to(app, "data"), f"{HEADER}\n5.1,3.5,1.4\n")
    assert untranslated(app) == set()
    train_version(registry, TrainingConfig("decision_tree", max_depth=1))
    get_service().promote(1, "")
    assert untranslated(go_to(app, "train")) - {"dirty", "root"} == set()
    assert any("has replaced version" in info.value for info in app.info)


def test_an_untranslated_word_is_detected():
    """Control for the tests above."""
    assert words_without_brackets("⟦Version ⟦two⟧ serves⟧ <b>now</b> 2.5") == {"now"}
