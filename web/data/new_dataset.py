"""A new data set from an uploaded file: the presenter sees what was read and what the checks say, and trains on it."""

from hashlib import sha256

import msgspec
import streamlit as st

from irisml.domain.errors import InvalidRowsError
from irisml.jobs.data_child import add_in_child
from irisml.jobs.data_events import Added, Examined
from irisml.jobs.events import Failure
from irisml.jobs.new_dataset import LONGEST_SOURCE
from irisml.registry.actor import Actor
from irisml.releases.champion import LONGEST_REASON
from irisml.service.model_service import ModelService
from web.frame.data_child import ask_child, failure_text
from web.frame.drawing import draw
from web.frame.training_panel import start_training
from web.html.data_checks import check_rows, checks_figure
from web.i18n.text import Language
from web.state.kept_file import KeptFile
from web.state.presenter import is_presenter

_TOLD, _SOURCE, _REASON = "new-dataset-told", "new-dataset-source", "new-dataset-reason"


class _Told(msgspec.Struct, frozen=True):
    """What a child process said about a file."""

    file: str
    append: bool
    parent: int
    examined: Examined | None
    result: Added | Failure


def new_dataset(file: KeptFile, service: ModelService, language: Language) -> None:
    """Draw the form, and what became of the file."""
    parent = service.serving_version().manifest.dataset
    st.header(language.text("Learn from these flowers"), anchor=False)
    source = st.text_input(
        language.text("Where do they come from?"),
        key=_SOURCE,
        max_chars=LONGEST_SOURCE,
        persist_state="session",
        placeholder=file.name,
    )
    choices = {
        True: language.text("add them to data set {dataset}", dataset=parent),
        False: language.text("use them instead of data set {dataset}", dataset=parent),
    }
    append = st.radio(
        language.text("What to do with them"),
        list(choices),
        format_func=choices.__getitem__,
        key=f"new-dataset-append-{language.code}",
    )
    clicked = st.button(language.text("Check them and make a data set"), key="new-dataset", width="stretch")
    if clicked and _ask(file, source or file.name, parent, append, "", service, language):
        st.rerun()  # the list of data sets stands outside of this fragment
    told: _Told | None = st.session_state.get(_TOLD)
    if told is not None and told.file == _sha256(file):
        _show(told, file, source or file.name, service, language)


def _ask(
    file: KeptFile, source: str, parent: int, append: bool, reason: str, service: ModelService, language: Language
) -> bool:
    """Ask a child process, and return whether it answered."""
    if not is_presenter():
        return False
    by = Actor("presenter")
    answer = ask_child(
        lambda: add_in_child(
            service.location, file.content, source=source, parent=parent, append=append, by=by, reason=reason
        ),
        language,
    )
    if answer is None:
        return False
    st.session_state[_TOLD] = _Told(_sha256(file), append, parent, *answer)
    service.serving.look()  # the list of data sets has it at once
    return True


def _sha256(file: KeptFile) -> str:
    return sha256(file.content).hexdigest()


def _show(told: _Told, file: KeptFile, source: str, service: ModelService, language: Language) -> None:
    if told.examined is None:
        assert isinstance(told.result, Failure)
        st.error(_unreadable(told.result, language))
        return
    with st.container(key="new-dataset-told"):
        if isinstance(told.result, Added):
            values = {"dataset": told.result.number, "n": told.examined.n_samples}
            if any(check.refuses for check in told.examined.checks):
                st.warning(language.text("Data set {dataset} has {n} flowers. It was added by force.", **values))
            else:
                st.success(language.text("Data set {dataset} has {n} flowers.", **values))
        else:
            st.warning(language.text("The data checks refused it. Nothing was added."))
        if told.examined.first_row > 1:
            st.markdown(
                language.text(
                    "Your flowers are rows {first} to {last} of the data set.",
                    first=told.examined.first_row,
                    last=told.examined.n_samples,
                )
            )
        if told.examined.notes:
            st.info("\n".join(f"- {language.notice(note.template, note.values)}" for note in told.examined.notes))
        draw(checks_figure(check_rows(told.examined.checks, language), language))
        if isinstance(told.result, Added):
            _train_button(told.result.number, service, language)
        else:
            _force(told, file, source, service, language)


def _unreadable(failure: Failure, language: Language) -> str:
    """Return why a file cannot be learned from; rows that cannot be read are listed above, by the prediction."""
    if failure.template == InvalidRowsError.template:
        return language.text("Not every row can be read: see the list above. Every flower must be fixed or removed.")
    return failure_text(failure, language)


def _train_button(dataset: int, service: ModelService, language: Language) -> None:
    clicked = st.button(
        language.text("Train on data set {dataset}", dataset=dataset),
        type="primary",
        key="train-on-dataset",
        width="stretch",
        disabled=service.training_slot.busy,
    )
    if clicked:
        start_training(service, service.retrain_config, language, dataset=dataset)
        st.rerun()  # of the whole page, which has the training below it: this is a fragment


def _force(told: _Told, file: KeptFile, source: str, service: ModelService, language: Language) -> None:
    reason = st.text_input(
        language.text("Reason to add it anyway: the gate will refuse what learns from it"),
        key=_REASON,
        max_chars=LONGEST_REASON,
    )
    if st.button(language.text("Add it by force"), key="new-dataset-force"):
        if not reason.strip():
            st.error(language.text("Enter a reason: it is kept in the history."))
            return
        if _ask(file, source, told.parent, told.append, reason, service, language):
            st.rerun()
