"""A visitor's own flowers: upload a CSV file, see what the model says of each, take the answers away."""

import io
from collections.abc import Sequence

import streamlit as st

from irisml.errors import FileTooLargeError, InputError, InvalidRowsError, TooManyRowsError
from irisml.intervals import wilson_interval
from irisml.measurement_csv import MeasurementTable, read_measurements_csv
from irisml.measurements import FEATURES, SPECIES, TALK_SAMPLE, TYPICAL_FLOWERS
from irisml.prediction import Prediction, predict_table
from irisml.registry.version import ModelVersion
from irisml.scores import confusion_matrix
from irisml.terminal import predictions_csv
from web.charts.confusion_matrix import confusion_matrix_figure, confusion_matrix_table
from web.components.drawing import draw
from web.limits import limits, refusals
from web.text import Language
from web.vocabulary import feature_name


def csv_template() -> str:
    """Return a file to fill in: a header, and two flowers as examples."""
    rows = [TALK_SAMPLE, TYPICAL_FLOWERS["virginica"]]
    lines = [",".join((*FEATURES, "species")), *(",".join([*map(str, row), ""]) for row in rows)]
    return "\n".join(lines) + "\n"


def csv_prediction(champion: ModelVersion, language: Language) -> None:
    """Draw the upload; below it the answers, or what is wrong with the file."""
    st.download_button(
        language.text("Template to fill in"),
        csv_template(),
        "flowers.csv",
        "text/csv",
        on_click="ignore",
        key="template",
    )
    file = st.file_uploader(language.text("Your CSV file"), ["csv", "txt", "tsv"], max_upload_size=1, key="csv")
    if file is None:
        st.markdown(
            language.text(
                "Four lengths in cm, one flower a line; a column species if you know it. Comma, semicolon or tab, "
                "decimal point or comma, with or without a header: all are read."
            )
        )
        return
    allowed = limits()
    try:
        if file.size > allowed.csv_bytes:  # the browser was asked to refuse it, and need not have
            raise FileTooLargeError(most=allowed.csv_bytes // 1024)
        table = read_measurements_csv(
            io.BytesIO(file.getvalue()), most_rows=allowed.csv_rows, most_bad_rows=allowed.csv_bad_rows
        )
    except InvalidRowsError as error:
        if error.stopped:
            refusals.count("csv_bad_rows")
        _bad_rows(error, language)
    except InputError as error:
        if isinstance(error, FileTooLargeError | TooManyRowsError):
            refusals.count("csv_rows" if isinstance(error, TooManyRowsError) else "csv_bytes")
        st.error(language.error(error))
    else:
        _answers(table, predict_table(champion.forest, table.measurements), champion, language)


def _bad_rows(error: InvalidRowsError, language: Language) -> None:
    words = (
        language.text("The first {n} rows that cannot be read are listed; there are more.", n=len(error.rows))
        if error.stopped
        else language.text(
            "Rows that cannot be read: {n} of {n_rows}.", n=error.values["n"], n_rows=error.values["n_rows"]
        )
    )
    advice = language.text("Nothing was predicted: fix them and upload the file again.")
    st.error(f"{words} {advice}")
    lines = [
        {language.text("Line"): line, language.text("Problem"): " ".join(map(language.error, problems))}
        for line, problems in error.rows
    ]
    st.table(lines, hide_index=True)


def _answers(
    table: MeasurementTable, predictions: Sequence[Prediction], champion: ModelVersion, language: Language
) -> None:
    st.success(
        language.text("Flowers answered by version {version}: {n}.", n=len(predictions), version=champion.number)
    )
    outside = sum(bool(prediction.outside_training_range) for prediction in predictions)
    if outside:
        st.warning(language.text("Flowers outside what the model has seen: {n}. Their answers are guesses.", n=outside))
    if table.species is not None:
        _score(table.species, predictions, language)
    st.dataframe(
        [_row(line, prediction, language) for line, prediction in zip(table.lines, predictions, strict=True)],
        hide_index=True,
        alt=language.text("Predictions, one flower a row"),
        key="predictions",
    )
    st.download_button(
        language.text("Download the predictions"),
        predictions_csv(predictions),
        "predictions.csv",
        "text/csv",
        on_click="ignore",
        key="predictions-csv",
    )


def _score(species: Sequence[str], predictions: Sequence[Prediction], language: Language) -> None:
    y_true = [SPECIES.index(name) for name in species]
    y_pred = [SPECIES.index(prediction.species) for prediction in predictions]
    n_correct = sum(true == said for true, said in zip(y_true, y_pred, strict=True))
    low, high = wilson_interval(n_correct, len(y_true))
    st.markdown(
        language.text(
            "Right for **{n_correct} of {n}** flowers, {accuracy} ({confidence} interval: {low} to {high}).",
            n_correct=n_correct,
            n=len(y_true),
            accuracy=language.share(n_correct / len(y_true)),
            confidence=language.share(0.95),
            low=language.share(low),
            high=language.share(high),
        )
    )
    caption = language.text("Confusion matrix of your file, {n} flowers", n=len(y_true))
    figure = confusion_matrix_figure(confusion_matrix_table(confusion_matrix(y_true, y_pred)), language, caption)
    draw(figure)


def _row(line: int, prediction: Prediction, language: Language) -> dict[str, object]:
    lengths = zip(FEATURES, prediction.measurement, strict=True)
    return {
        language.text("Line"): line,
        language.text("Prediction"): prediction.species,
        language.text("Probability"): language.share(max(prediction.probabilities)),
        **{feature_name(feature, language): language.number(value, 2) for feature, value in lengths},
    }
