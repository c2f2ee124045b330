"""Form for the training parameters, with bounds and help, and the button that starts it."""

from functools import partial

import streamlit as st

from irisml.model.config import TrainingConfig
from irisml.model.estimators import BOUNDS, MODEL_TYPES
from irisml.registry.dataset_version import DatasetRecord
from irisml.registry.version import REFERENCE_NUMBER
from irisml.service.model_service import ModelService
from web.frame.presenter_sign_in import presenter_sign_in
from web.frame.training_panel import start_training, watch_training
from web.i18n.text import Language
from web.i18n.vocabulary import model_type_name
from web.state.presenter import is_presenter

_KEY = "config-{}".format
_MODEL_TYPE, _DATASET, _WAITS = "chosen-model-type", "config-dataset", "config-waits"


def training_form(service: ModelService, language: Language) -> None:
    """Draw the form; while a training runs, its progress; for visitors, the sign-in form."""
    if watch_training(service, language):
        return
    if not is_presenter():
        presenter_sign_in(language, explain=True)
        return
    start = service.serving_version().manifest.config
    datasets = {dataset.number: dataset.record for dataset in service.serving.datasets()}
    with st.form("training", border=False):
        st.selectbox(
            language.text("Data set to learn from"),
            list(datasets),
            list(datasets).index(serving) if (serving := service.serving_version().manifest.dataset) in datasets else 0,
            format_func=lambda number: _dataset_name(datasets[number], language),
            persist_state="session",
            key=_DATASET,
            help=language.text(
                "Whatever a version learns from, it is judged by the {n} reference flowers.",
                n=datasets[REFERENCE_NUMBER].n_samples,
            ),
        )
        st.selectbox(
            language.text("Model type"),
            list(MODEL_TYPES),
            list(MODEL_TYPES).index(st.session_state.get(_MODEL_TYPE, start.model_type)),
            format_func=lambda name: model_type_name(name, language),
            persist_state="session",
            key=_KEY(f"model_type-{language.code}"),  # otherwise the browser keeps the label of the other language
        )
        st.slider(
            language.text("Number of trees"),
            *BOUNDS["n_estimators"],
            start.n_estimators,
            key=_KEY("n_estimators"),
            persist_state="session",
            help=language.text("More trees make predictions more stable, but slower. A decision tree always has one."),
        )
        low, high = BOUNDS["max_depth"]
        st.select_slider(
            language.text("Maximum depth"),
            [*range(low, high + 1), None],
            start.max_depth,
            format_func=lambda depth: language.text("no limit") if depth is None else str(depth),
            key=_KEY("max_depth"),
            persist_state="session",
            help=language.text("A shallow tree underfits; one grown until its leaves are pure overfits."),
        )
        st.slider(
            language.text("Minimum leaf size (flowers)"),
            *BOUNDS["min_samples_leaf"],
            start.min_samples_leaf,
            key=_KEY("min_samples_leaf"),
            persist_state="session",
            help=language.text("Each split leaves at least this many flowers on both sides."),
        )
        st.number_input(
            language.text("Random seed"),
            *BOUNDS["random_state"],
            service.retrain_config().random_state,
            key=_KEY("random_state"),
            persist_state="session",
            help=language.text("random_state. The same seed and data give the same model, to the last bit."),
        )
        st.toggle(
            language.text("Let it wait as challenger"),
            key=_WAITS,
            persist_state="session",
            help=language.text("It is asked the same in the background, and the hall can vote on it."),
        )
        st.form_submit_button(
            language.text("Train a challenger"),
            type="primary",
            width="stretch",
            on_click=start_training,
            args=(service, partial(_config, language), language),
            kwargs={
                "dataset": lambda: int(st.session_state[_DATASET]),
                "as_challenger": lambda: bool(st.session_state[_WAITS]),
            },
        )
    st.button(
        language.text("Search for a configuration"),
        key="search",
        width="stretch",
        on_click=start_training,
        args=(service, service.retrain_config, language),
        kwargs={"dataset": lambda: int(st.session_state[_DATASET]), "searches": True},
        help=language.text(
            "20 of 60 configurations by nested cross-validation, a minute or two. What is found waits as challenger."
        ),
    )
    presenter_sign_in(language)


def _dataset_name(record: DatasetRecord, language: Language) -> str:
    return language.text(
        "{number}: {source}, {n} flowers",
        number=record.number,
        source=record.source,
        n=record.n_samples,
    )


def _config(language: Language) -> TrainingConfig:
    model_type = st.session_state[_KEY(f"model_type-{language.code}")]
    st.session_state[_MODEL_TYPE] = model_type  # for the widget of the other language
    chosen = {name: st.session_state.get(_KEY(name)) for name in TrainingConfig.__struct_fields__}
    return TrainingConfig(**{**chosen, "model_type": model_type})
