"""A visitor's own flowers: upload a file, see the predictions, download them."""

import io
import secrets
import time
from collections.abc import Sequence

import streamlit as st

from irisml.data.flower_files.reading import LineProblems, MeasurementTable, read_measurements_csv
from irisml.data.flower_files.writing import predictions_csv
from irisml.domain.errors import FileTooLargeError, InputError, InvalidRowsError, TooManyRowsError
from irisml.domain.i18n import Phrase
from irisml.domain.intervals import wilson_interval
from irisml.domain.measurements import FEATURES, SPECIES, TALK_SAMPLE, TYPICAL_FLOWERS
from irisml.model.prediction import Prediction, predict_table
from irisml.model.scores import confusion_matrix
from irisml.registry.version import ModelVersion
from irisml.service.model_service import ModelService
from web.frame.drawing import draw
from web.html.confusion_matrix import confusion_matrix_figure, confusion_matrix_table
from web.i18n.text import Language, plain_markdown
from web.i18n.vocabulary import feature_name
from web.limits import limits, refusals
from web.state.asked_flower import record_file
from web.state.kept_file import KeptFile, drop_file, keep_file, kept_file

_UPLOAD = "upload-key"
_MOST_LISTED = 20
"""Misclassified lines listed in the sentence; the table has them all."""


def csv_template(language: Language) -> str:
    """Return a CSV template: a header and two example flowers, in the CSV dialect of spreadsheets in that language."""
    delimiter = _delimiter(language)
    rows = [TALK_SAMPLE, TYPICAL_FLOWERS[SPECIES[-1]]]
    lines = [
        delimiter.join((*FEATURES, "species")),
        *(delimiter.join([*map(language.exact, row), ""]) for row in rows),
    ]
    return "\n".join(lines) + "\n"


def _delimiter(language: Language) -> str:
    return "," if language.decimal == "." else ";"


def csv_prediction(service: ModelService, language: Language) -> None:
    """Draw the upload; below it the predictions and the problems of the file."""
    st.download_button(
        language.text("Download a template"),
        csv_template(language),
        "flowers.csv",
        "text/csv",
        on_click="ignore",
        key="template",
    )
    file = _chosen_file(language)
    if file is None:
        st.markdown(
            language.text(
                "One flower per line with its four lengths, and a species column if you know it: CSV as written by "
                "spreadsheets, R or Python, with or without a header, in cm, or in mm if the header names the unit."
            )
        )
        return
    table = _read(file, language)
    if table is not None:
        champion = service.serving_version()
        began = time.perf_counter()
        predictions = predict_table(champion.load_forest(), table.measurements)
        record_file(service, file, predictions, champion, time.perf_counter() - began)
        _predictions(table, predictions, champion, language)


def _chosen_file(language: Language) -> KeptFile | None:
    """Draw the upload and return its file, or the one uploaded before the visitor changed the page."""
    # One key per session: after a reconnection to a new session the browser would still show the old, lost file.
    key = st.session_state.setdefault(_UPLOAD, f"upload-{secrets.token_hex(4)}")
    with st.container(key="csv"):
        uploaded = st.file_uploader(
            language.text("Your CSV file"), max_upload_size=1, key=key, on_change=_forget_removed_file, args=(key,)
        )
    if uploaded is not None:
        return keep_file(uploaded.name, uploaded.getvalue())
    kept = kept_file()
    if kept is not None:
        with st.container(key="kept-file", horizontal=True, vertical_alignment="center"):
            st.markdown(language.text("Your file: {name}", name=plain_markdown(kept.name)), width="stretch")
            st.button(language.text("Remove"), key="drop-file", on_click=drop_file)
    return kept


def _forget_removed_file(key: str) -> None:
    if st.session_state[key] is None:
        drop_file()


def _read(file: KeptFile, language: Language) -> MeasurementTable | None:
    """Return the flowers of a file; if there are none, show why and return None."""
    try:
        return read_upload(file)
    except InvalidRowsError as error:
        if error.stopped:
            refusals.count("csv_bad_rows")
        _no_rows(error, language)
    except InputError as error:
        if isinstance(error, FileTooLargeError | TooManyRowsError):
            refusals.count("csv_rows" if isinstance(error, TooManyRowsError) else "csv_bytes")
        st.error(language.error(error))
    return None


def read_upload(file: KeptFile) -> MeasurementTable:
    """Read a visitor's file within the limits of this server.

    Raises
    ------
    InputError
        As `read_measurements_csv`, and if the file is too large.
    """
    allowed = limits()
    if len(file.content) > allowed.csv_bytes:  # the limit in the browser can be bypassed
        raise FileTooLargeError(most=allowed.csv_bytes // 1024)
    return read_measurements_csv(
        io.BytesIO(file.content),
        strict=False,
        most_rows=allowed.csv_rows,
        most_bad_rows=allowed.csv_bad_rows,
        text_only=True,
    )


def _no_rows(error: InvalidRowsError, language: Language) -> None:
    words = (
        language.text("The first {n} rows that cannot be read are listed; there are more.", n=len(error.rows))
        if error.stopped
        else language.text(
            "Rows that cannot be read: {n} of {n_rows}.", n=error.values["n"], n_rows=error.values["n_rows"]
        )
    )
    advice = language.text("Nothing was predicted: fix them and upload the file again.")
    st.error(f"{words} {advice}")
    _problems(error.rows, language)


def _problems(problems: Sequence[LineProblems], language: Language) -> None:
    lines = [
        {language.text("Line"): line, language.text("Problem"): " ".join(map(language.error, errors))}
        for line, errors in problems
    ]
    st.table(lines, hide_index=True)


def _predictions(
    table: MeasurementTable, predictions: Sequence[Prediction], champion: ModelVersion, language: Language
) -> None:
    st.success(
        language.plural(
            "Version {version} classified {n} flower.",
            "Version {version} classified {n} flowers.",
            n=len(predictions),
            version=champion.number,
        )
    )
    _understood(table.notes, language)
    if table.problems:
        n_rows = len(table.lines) + len(table.problems)
        st.warning(language.text("Rows that cannot be read: {n} of {n_rows}.", n=len(table.problems), n_rows=n_rows))
        _problems(table.problems, language)
    outside = sum(bool(prediction.outside_training_range) for prediction in predictions)
    if outside:
        st.warning(
            language.plural(
                "{n} flower is outside the training range: its prediction is unreliable.",
                "{n} flowers are outside the training range: their predictions are unreliable.",
                n=outside,
            )
        )
    if table.label_problems:
        most = limits().csv_bad_rows
        n = len(table.label_problems)
        st.warning(
            language.plural(
                "{n} label is not a species: this flower is not scored.",
                "{n} labels are not a species: these flowers are not scored.",
                n=n,
            )
        )
        _problems(table.label_problems[:most], language)
    if table.species is not None:
        _score(table, predictions, language)
    st.dataframe(
        prediction_rows(table, predictions, language),
        hide_index=True,
        alt=language.text("Predictions, one flower per row"),
        key="predictions",
    )
    mark = "" if language.decimal == "." else "\ufeff"  # byte order mark, by which spreadsheets detect UTF-8
    st.download_button(
        language.text("Download the predictions"),
        mark + predictions_csv(table, predictions, delimiter=_delimiter(language), decimal=language.decimal),
        "predictions.csv",
        "text/csv",
        on_click="ignore",
        key="predictions-csv",
    )


def _understood(notes: Sequence[Phrase], language: Language) -> None:
    if notes:
        st.info("\n".join(f"- {language.notice(note.template, note.values)}" for note in notes))


def _score(table: MeasurementTable, predictions: Sequence[Prediction], language: Language) -> None:
    scored = [
        (line, SPECIES.index(true), SPECIES.index(prediction.species))
        for line, true, prediction in zip(table.lines, table.species or (), predictions, strict=True)
        if true is not None
    ]
    if not scored:
        return
    misses = [line for line, true, said in scored if true != said]
    n_correct = len(scored) - len(misses)
    low, high = wilson_interval(n_correct, len(scored))
    st.markdown(
        language.text(
            "Correct for **{n_correct} of {n}** flowers, {accuracy} ({confidence} confidence interval: {low} "
            "to {high}).",
            n_correct=n_correct,
            n=len(scored),
            accuracy=language.percentage(n_correct / len(scored)),
            confidence=language.percentage(0.95),
            low=language.percentage(low),
            high=language.percentage(high),
        )
    )
    if unlabelled := len(predictions) - len(scored) - len(table.label_problems):
        st.markdown(language.plural("{n} flower has no label.", "{n} flowers have no label.", n=unlabelled))
    if misses:
        shown = ", ".join(map(str, misses[:_MOST_LISTED])) + (" …" if len(misses) > _MOST_LISTED else "")
        st.markdown(language.text("Wrong in these lines: {lines}", lines=shown))
    caption = language.plural(
        "Confusion matrix of your file, {n} flower", "Confusion matrix of your file, {n} flowers", n=len(scored)
    )
    counts = confusion_matrix([true for _, true, _ in scored], [said for _, _, said in scored])
    draw(confusion_matrix_figure(confusion_matrix_table(counts), language, caption))


def prediction_rows(
    table: MeasurementTable, predictions: Sequence[Prediction], language: Language
) -> list[dict[str, object]]:
    """Return the table on the page: line, true species if the file has it, prediction, and the lengths."""
    species = table.species
    rows = []
    for at, (line, prediction) in enumerate(zip(table.lines, predictions, strict=True)):
        row: dict[str, object] = {language.text("Line"): line}
        if species is not None:
            true = species[at]
            mark = "" if true is None else "✓ " if true == prediction.species else "✗ "
            row[language.text("In your file")] = f"{mark}{true or '–'}"
        row[language.text("Prediction")] = prediction.species
        row[language.text("Probability")] = language.percentage(max(prediction.probabilities))
        lengths = zip(FEATURES, prediction.measurement, strict=True)
        row |= {feature_name(feature, language): language.exact(value) for feature, value in lengths}
        if prediction.outside_training_range:
            row[language.text("Outside")] = ", ".join(
                feature_name(feature, language) for feature in prediction.outside_training_range
            )
        rows.append(row)
    return rows
