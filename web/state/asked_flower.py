"""Record what a visitor asks: each flower of theirs once, not each time that the page draws it."""

from collections.abc import Sequence

import streamlit as st

from irisml.model.prediction import Prediction
from irisml.monitoring.events import Door
from irisml.registry.version import ModelVersion
from irisml.service.model_service import ModelService
from web.state.kept_file import KeptFile

_ASKED, _FILE = "asked-flower", "asked-file"


def record_flower(service: ModelService, prediction: Prediction, version: ModelVersion, seconds: float) -> None:
    """Record a prediction of the page; the flower that it opens with was asked by nobody."""
    x, asked = tuple(prediction.measurement), st.session_state.get(_ASKED)
    st.session_state[_ASKED] = x
    if asked is not None and asked != x:
        _record(service, [prediction], version, "page", seconds)


def record_file(
    service: ModelService, file: KeptFile, predictions: Sequence[Prediction], version: ModelVersion, seconds: float
) -> None:
    """Record the predictions of a file, once for each version that answers it."""
    # Not the file itself: its bytes count until nothing refers to it.
    asked = (file.name, hash(file.content), version.number)
    if st.session_state.get(_FILE) != asked:
        st.session_state[_FILE] = asked
        _record(service, predictions, version, "file", seconds)


def _record(
    service: ModelService, predictions: Sequence[Prediction], version: ModelVersion, door: Door, seconds: float
) -> None:
    service.recorder.record(predictions, version, door, seconds)
