"""Tests of irisml.data.flower_files.contents and .workbooks."""

import datetime
import io
from contextlib import suppress

import pyarrow
import pytest
from pyarrow import parquet

from irisml.data.flower_files.reading import read_measurements_csv
from irisml.domain.errors import InputError, NotATableError
from irisml.domain.measurements import Measurement
from tests.unit.data.flower_files.workbook import workbook

SETOSA, VERSICOLOR = Measurement(5.1, 3.3, 1.5, 0.3), Measurement(6.1, 2.7, 4.3, 1.2)
TABLE = "Longueur sépale;Largeur sépale;Longueur pétale;Largeur pétale;Espèce;Note\n5,1;3,3;1,5;0,3;setosa;étang\n"


def read(content: bytes, **options):
    return read_measurements_csv(io.BytesIO(content), **options)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1", "iso8859-15"]
)
def test_unicode_and_latin_encodings_are_read_with_their_accents(encoding):
    """Also the user's own cells, which are written beside the predictions."""
    table = read(TABLE.encode(encoding))
    assert (table.measurements, table.species) == ((SETOSA,), ("setosa",))
    assert table.own_cells == (("setosa", "étang"),)


@pytest.mark.parametrize("encoding", ["mac_roman", "cp850", "cp1250", "koi8-r", "shift_jis", "gb18030"])
def test_in_other_encodings_flowers_and_species_are_right(encoding):
    """Digits and species names are ASCII; a note tells which encoding was assumed."""
    words = {"koi8-r": "пруд", "shift_jis": "花の庭のそばの池", "gb18030": "池塘旁边的花园里的花"}.get(
        encoding, "étang"
    )
    content = f"sepal_length;sepal_width;petal_length;petal_width;species;note\n5,1;3,3;1,5;0,3;setosa;{words}\n"
    table = read(content.encode(encoding))
    assert (table.measurements, table.species) == ((SETOSA,), ("setosa",))
    assert "not in UTF-8; it was read as" in " ".join(map(str, table.notes))


def test_unicode_text_of_excel_is_read():
    """UTF-16 with byte order mark, tabs and decimal commas."""
    text = "Sepal.Length\tSepal.Width\tPetal.Length\tPetal.Width\r\n5,1\t3,3\t1,5\t0,3\r\n"
    assert read(text.encode("utf-16")).measurements == (SETOSA,)


HEAD: list[object] = ["Sepal length (cm)", "Sepal width (cm)", "Petal length (cm)", "Petal width (cm)", "Species"]


def test_an_excel_workbook_is_read():
    """The line of a flower is its row in the worksheet."""
    table = read(workbook({"irises": [HEAD, [5.1, 3.3, 1.5, 0.3, "setosa"], [6.1, 2.7, 4.3, 1.2, "versicolor"]]}))
    assert (table.measurements, table.species, table.lines) == ((SETOSA, VERSICOLOR), ("setosa", "versicolor"), (2, 3))


def test_integer_labels_of_a_workbook_are_recognised():
    """Excel stores every number as a float."""
    rows: list[list[object]] = [[5.1, 3.3, 1.5, 0.3, 0], [6.1, 2.7, 4.3, 1.2, 1], [6.7, 3.1, 5.6, 2.2, 2]]
    table = read(workbook({"irises": rows}))
    assert table.species == ("setosa", "versicolor", "virginica")
    assert table.own_cells == (("0",), ("1",), ("2",))


def test_a_date_in_a_workbook_is_not_a_length():
    """Excel converted 6.1 to a date."""
    rows = [HEAD, [5.1, 3.3, 1.5, 0.3, "setosa"], [datetime.date(2026, 1, 6), 2.7, 4.3, 1.2, "versicolor"]]
    table = read(workbook({"irises": rows}), strict=False)
    assert [(line, "looks like a date" in str(error)) for line, (error,) in table.problems] == [(3, True)]


def test_the_worksheet_that_was_read_is_noted():
    """The first one that is not empty."""
    table = read(workbook({"empty": [], "a": [HEAD, [5.1, 3.3, 1.5, 0.3, "setosa"]], "b": [["notes"]]}))
    assert table.measurements == (SETOSA,)
    assert "One of 3 sheets was read: a." in map(str, table.notes)


def test_a_worksheet_with_flowers_takes_precedence_over_notes():
    table = read(workbook({"notes": [["from the pond"]], "irises": [HEAD, [5.1, 3.3, 1.5, 0.3, "setosa"]]}))
    assert table.measurements == (SETOSA,)


def test_a_damaged_parquet_file_raises_only_input_errors():
    """One byte is inverted at a time."""
    out = io.BytesIO()
    parquet.write_table(pyarrow.table({"sepal_length": [5.1], "species": ["setosa"]}), out)
    whole = out.getvalue()
    for at in range(0, len(whole), 7):
        with suppress(InputError):
            read(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :], strict=False)


@pytest.mark.parametrize("kind", [pyarrow.float64(), pyarrow.float32()])
def test_a_parquet_file_is_read(kind):
    """A 32-bit float is not exactly 5.1."""
    names = ("sepal_length", "sepal_width", "petal_length", "petal_width")
    columns = {
        name: pyarrow.array(values, kind)
        for name, values in zip(names, zip(SETOSA, VERSICOLOR, strict=True), strict=True)
    }
    table = pyarrow.table(
        {**columns, "species": pyarrow.array(["setosa", None]).dictionary_encode(), "tags": [[1], [2]]}
    )
    out = io.BytesIO()
    parquet.write_table(table, out)
    found = read(out.getvalue(), strict=False)
    assert (found.measurements, found.species, found.lines) == ((SETOSA, VERSICOLOR), ("setosa", None), (1, 2))


def test_text_only_refuses_excel_and_parquet():
    """For uploads by visitors: a small workbook can fill the memory."""
    with pytest.raises(NotATableError, match="The file is Excel, not a text table"):
        read(workbook({"irises": [HEAD]}), text_only=True)
    with pytest.raises(NotATableError, match="is Parquet"):
        read(b"PAR1....PAR1", text_only=True)
