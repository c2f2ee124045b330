"""Tests of irisml.data.flower_files.writing."""

import csv
import io

import pytest

from irisml.data.flower_files.reading import read_measurements_csv
from irisml.data.flower_files.writing import predictions_csv
from irisml.domain.measurements import SPECIES
from irisml.model.prediction import predict_table

HEAD = "id,sepal_length,sepal_width,petal_length,petal_width,species,note"
CONTENT = f'{HEAD}\n17,5.1,3.3,1.5,0.3,Iris-virginica,"a, b"\n18,x,2.7,4.3,1.2,setosa,c\n19,6.1,2.7,4.3,1.2,,=1+1\n'


def read(text: str):
    return read_measurements_csv(io.BytesIO(text.encode()), strict=False)


@pytest.fixture
def forest(registry):
    return registry.get(2).load_forest()


def test_the_columns_of_the_file_are_written_beside_the_predictions(forest):
    """Id, label and note unchanged; the prediction in a column of its own."""
    table = read(CONTENT)
    rows = list(csv.DictReader(io.StringIO(predictions_csv(table, predict_table(forest, table.measurements)))))
    assert [(row["line_in_file"], row["id"], row["species"], row["note"]) for row in rows] == [
        ("2", "17", "Iris-virginica", "a, b"),
        ("4", "19", "", "=1+1"),
    ]
    assert [row["predicted_species"] for row in rows] == ["setosa", "versicolor"]


def test_a_flower_outside_the_training_range_is_marked(forest):
    """The cell lists the lengths that are outside."""
    table = read("12.0,3.3,1.5,0.3\n5.1,3.3,1.5,0.3\n")
    rows = list(csv.DictReader(io.StringIO(predictions_csv(table, predict_table(forest, table.measurements)))))
    assert [row["outside_training_range"] for row in rows] == ["sepal_length", ""]


@pytest.mark.parametrize(("delimiter", "decimal"), [(",", "."), (";", ",")])
def test_written_predictions_can_be_read_again(forest, delimiter, decimal):
    """In the French format, too, and twice in a row."""
    first = read(CONTENT)
    second = first
    for _ in range(2):
        predictions = predict_table(forest, second.measurements)
        second = read(predictions_csv(second, predictions, delimiter=delimiter, decimal=decimal))
        assert second.measurements == first.measurements
        assert second.species == first.species == ("virginica", None)
        assert (second.own_columns, second.own_cells) == (first.own_columns, first.own_cells)


def test_probabilities_are_written_without_rounding(forest):
    """Other programs read them."""
    table = read("5.9,2.8,4.8,1.6\n")
    predictions = predict_table(forest, table.measurements)
    row = next(csv.DictReader(io.StringIO(predictions_csv(table, predictions))))
    assert tuple(float(row[f"p_{species}"]) for species in SPECIES) == predictions[0].probabilities
