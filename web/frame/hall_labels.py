"""A data set of what the hall labelled: the presenter has it checked, and trains on it if no check refuses it."""

import threading
from dataclasses import dataclass

import streamlit as st

from irisml.domain.errors import IrisError
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
from web.frame.data_child import failure_text
from web.frame.drawing import draw
from web.frame.training_panel import start_training
from web.html.data_checks import check_rows, checks_figure
from web.i18n.text import Language
from web.state.hall import Hall, HallState
from web.state.presenter import is_presenter
from web.state.session import get_hall


@dataclass(frozen=True, slots=True)
class Labelled:
    """What a child process said of the labels: what it read, and the data set or why there is none."""

    examined: Examined | None
    result: Added | Failure


def hall_labels(state: HallState) -> tuple[LabelledFlower, ...]:
    """Return the labels of the activity, once it is closed; none of another activity than labelling."""
    activity = state.activity
    if activity is None or activity.kind != "labels":
        return ()
    return labelled_flowers(activity.questions, state.told.answers)


def labels_form(state: HallState, service: ModelService, language: Language) -> None:
    """Draw the button that makes a data set, and what became of it, on whichever device it was pressed."""
    flowers = hall_labels(state)
    agreed = [flower for flower in flowers if flower.is_agreed]
    rule = language.text(
        "A flower is learned from if at least {n} phones labelled it, and {share} of them agree.",
        n=FEWEST_LABELS,
        share=language.percentage(LEAST_AGREEMENT),
    )
    count = language.text("{k} of {n} flowers can be learned from.", k=len(agreed), n=len(flowers))
    st.markdown(f"{count} {rule}")
    if isinstance(state.outcome, Labelled):
        _show(state.outcome, service, language)
    elif agreed:
        st.button(
            language.text("Check them and make a data set"),
            key="hall-dataset",
            type="primary",
            on_click=_ask,
            args=(state.revision, service),
        )


def _ask(revision: int, service: ModelService) -> None:
    """Have the labels checked in a thread: what is drawn again meanwhile must not interrupt it."""
    if not is_presenter():
        return
    state = get_hall().begin(follows=revision)
    if state is not None:  # else another device was faster, and this page is drawn again
        threading.Thread(target=_make_dataset, args=(get_hall(), state, service), name="irisml-labels").start()


def _make_dataset(hall: Hall, state: HallState, service: ModelService) -> None:
    flowers = hall_labels(state)
    n_agreed = sum(flower.is_agreed for flower in flowers)
    outcome = None
    try:
        examined, result = add_in_child(
            service.location,
            labelled_csv(flowers),
            source=f"labelled by a hall: {n_agreed} flowers, {state.told.n_phones} phones",
            parent=service.serving_version().manifest.dataset,
            append=True,
            by=Actor("presenter"),
        )
        outcome = Labelled(examined, result)
        service.serving.look()  # the list of data sets has it at once
    except IrisError as error:
        outcome = outcome or Labelled(None, Failure.of(error))
    finally:
        hall.finish(outcome)


def _show(labelled: Labelled, service: ModelService, language: Language) -> None:
    examined, result = labelled.examined, labelled.result
    if examined is None:
        assert isinstance(result, Failure)
        st.error(failure_text(result, language))
        return
    if isinstance(result, Failure):
        st.warning(language.text("The data checks refused it. Nothing was added."))
        st.markdown(
            language.text(
                "Your flowers are rows {first} to {last} of the data set.",
                first=examined.first_row,
                last=examined.n_samples,
            )
        )
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
