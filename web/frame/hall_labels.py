"""A data set of what the hall labelled: the presenter has it checked, and trains on it if no check refuses it."""

import streamlit as st

from irisml.domain.measurements import SPECIES
from irisml.jobs.data_child import add_in_child
from irisml.jobs.data_events import Added, Examined
from irisml.jobs.events import Failure
from irisml.monitoring.agreement import (
    FEWEST_LABELS,
    LEAST_AGREEMENT,
    LabelledFlower,
    labelled_csv,
    labelled_flowers,
)
from irisml.registry.actor import Actor
from irisml.service.model_service import ModelService
from web.frame.data_child import ask_child, failure_text
from web.frame.drawing import draw
from web.frame.training_panel import start_training
from web.html.data_checks import check_rows, checks_figure
from web.i18n.text import Language
from web.state.presenter import is_presenter
from web.state.session import get_hall

_TOLD = "hall-dataset-told"


def hall_labels() -> tuple[LabelledFlower, ...]:
    """Return the labels of the activity, once it is closed."""
    hall = get_hall()
    activity = hall.activity
    return () if activity is None else labelled_flowers(activity.questions, hall.told().answers)


def labels_form(service: ModelService, language: Language) -> None:
    """Draw the button that makes a data set, and what became of it."""
    hall, flowers = get_hall(), hall_labels()
    agreed = [flower for flower in flowers if flower.is_agreed]
    rule = language.text(
        "A flower is learned from if at least {n} phones labelled it, and {share} of them agree.",
        n=FEWEST_LABELS,
        share=language.percentage(LEAST_AGREEMENT),
    )
    count = language.text("{k} of {n} flowers can be learned from.", k=len(agreed), n=len(flowers))
    st.markdown(f"{count} {rule}")
    told: tuple[int, Examined | None, Added | Failure] | None = st.session_state.get(_TOLD)
    if told is not None and told[0] == hall.revision:
        _show(told[1], told[2], service, language)
        return
    if agreed and st.button(language.text("Check them and make a data set"), key="hall-dataset", type="primary"):
        _ask(flowers, service, language)
        st.rerun()


def _ask(flowers: tuple[LabelledFlower, ...], service: ModelService, language: Language) -> None:
    if not is_presenter():
        return
    hall = get_hall()
    revision, n_phones = hall.revision, hall.told().n_phones
    n_agreed = sum(flower.is_agreed for flower in flowers)
    answer = ask_child(
        lambda: add_in_child(
            service.location,
            labelled_csv(flowers),
            source=f"labelled by a hall: {n_agreed} flowers, {n_phones} phones",
            parent=service.serving_version().manifest.dataset,
            append=True,
            by=Actor("presenter"),
        ),
        language,
    )
    if answer is not None:
        st.session_state[_TOLD] = (revision, *answer)
        service.serving.look()  # the list of data sets has it at once


def _show(examined: Examined | None, result: Added | Failure, service: ModelService, language: Language) -> None:
    if examined is None:
        assert isinstance(result, Failure)
        st.error(failure_text(result, language))
        return
    if isinstance(result, Failure):
        st.warning(language.text("The data checks refused it. Nothing was added."))
        refused = [check for check in examined.checks if not check.passed]
        draw(checks_figure(check_rows(refused, language), language))
        return
    values = {"dataset": result.number, "n": examined.n_samples}
    st.success(language.text("Data set {dataset} has {n} flowers.", **values))
    counts = zip(SPECIES, examined.class_counts, strict=True)
    st.markdown(", ".join(f"{n} *{species}*" for species, n in counts))
    st.button(
        language.text("Train on data set {dataset}", dataset=result.number),
        key="hall-train",
        type="primary",
        disabled=service.training_slot.busy,
        on_click=start_training,
        args=(service, service.retrain_config, language),
        kwargs={"dataset": result.number, "as_challenger": True},
    )
