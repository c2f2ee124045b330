"""Writing of predictions beside the columns of the input file, so that `read_measurements_csv` can read them."""

import csv
import io
from collections.abc import Sequence

from irisml.data.flower_files.reading import MeasurementTable
from irisml.domain.measurements import FEATURES, SPECIES
from irisml.model.prediction import Prediction

_SAID = ("predicted_species", *(f"p_{species}" for species in SPECIES), "outside_training_range")


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
    # A column of the file is renamed if irisml adds one of that name.
    own = [f"{name}_in_file" if name in ("line_in_file", *_SAID) else name for name in table.own_columns]
    writer.writerow(("line_in_file", *own, *FEATURES, *_SAID))
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
