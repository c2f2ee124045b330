"""Writing of predictions beside the columns of the input file, so that `read_measurements_csv` can read them."""

import csv
import io
from collections.abc import Sequence

from irisml.data.flower_files.headers import OURS
from irisml.data.flower_files.reading import MeasurementTable
from irisml.domain.measurements import FEATURES
from irisml.model.prediction import Prediction

_SAID = OURS[1:]


def own_names(headers: Sequence[str]) -> tuple[str, ...]:
    """Return the names of a file's own columns beside ours: one that we add, or that occurs twice, is renamed.

    Examples
    --------
    >>> own_names(["bed", "p_setosa", "p_setosa_in_file", "bed"])
    ('bed', 'p_setosa_in_file', 'p_setosa_in_file_2', 'bed_2')
    """
    names: list[str] = []
    for header in headers:
        wanted = f"{header}_in_file" if header in (*OURS, *FEATURES) else header
        free = (wanted, *(f"{wanted}_{n}" for n in range(2, len(headers) + 2)))
        names.append(next(name for name in free if name not in names))
    return tuple(names)


def predictions_csv(
    table: MeasurementTable, predictions: Sequence[Prediction], *, delimiter: str = ",", decimal: str = "."
) -> str:
    """Write predictions as CSV: line in the file, the file's own columns, lengths in cm, and the predictions.

    Parameters
    ----------
    table : MeasurementTable
    predictions : sequence of Prediction, length n_samples
        Predictions of its flowers, in the same order.
    delimiter, decimal : str
        ";" and "," for a spreadsheet in a language with a decimal comma.

    Examples
    --------
    >>> from irisml.domain.measurements import TALK_SAMPLE
    >>> table = MeasurementTable((TALK_SAMPLE,), ("setosa",), (2,), ("bed",), (("7",),))
    >>> print(predictions_csv(table, [Prediction(TALK_SAMPLE, (0.98, 0.02, 0.0), (98, 2, 0), ())]))
    line_in_file,bed,sepal_length,...,petal_width,predicted_species,p_setosa,...,p_virginica,outside_training_range
    2,7,5.1,3.5,1.4,0.2,setosa,0.98,0.02,0.0,
    """

    def number(value: float) -> str:
        return str(value).replace(".", decimal)

    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow(("line_in_file", *own_names(table.own_columns), *FEATURES, *_SAID))
    own_cells = table.own_cells or [()] * len(predictions)
    for line, cells, prediction in zip(table.lines, own_cells, predictions, strict=True):
        writer.writerow(
            (
                line,
                *cells,
                *map(number, prediction.measurement),
                prediction.species,
                *map(number, prediction.probabilities),
                " ".join(prediction.outside_training_range),
            )
        )
    return out.getvalue()
