"""irisml.data.flower_files.contents and .workbooks"""

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
def test_an_encoding_is_read_with_its_accents(encoding):
    """Also in the user's own words, which come back with the predictions."""
    table = read(TABLE.encode(encoding))
    assert (table.measurements, table.species) == ((SETOSA,), ("setosa",))
    assert table.own_cells == (("setosa", "étang"),)


@pytest.mark.parametrize("encoding", ["mac_roman", "cp850", "cp1250", "koi8-r", "shift_jis", "gb18030"])
def test_in_other_encodings_flowers_and_species_are_right(encoding):
    """Digits and names are the same bytes in all of them; of the rest it is said how it was read."""
    words = {"koi8-r": "пруд", "shift_jis": "花の庭のそばの池", "gb18030": "池塘旁边的花园里的花"}.get(
        encoding, "étang"
    )
    content = f"sepal_length;sepal_width;petal_length;petal_width;species;note\n5,1;3,3;1,5;0,3;setosa;{words}\n"
    table = read(content.encode(encoding))
    assert (table.measurements, table.species) == ((SETOSA,), ("setosa",))
    assert "not in UTF-8; it was read as" in " ".join(map(str, table.notes))


def test_excels_unicode_text_is_read():
    """UTF-16 with a mark, tabs and decimal commas."""
    text = "Sepal.Length\tSepal.Width\tPetal.Length\tPetal.Width\r\n5,1\t3,3\t1,5\t0,3\r\n"
    assert read(text.encode("utf-16")).measurements == (SETOSA,)


HEAD: list[object] = ["Sepal length (cm)", "Sepal width (cm)", "Petal length (cm)", "Petal width (cm)", "Species"]


def test_a_workbook_of_excel_is_read():
    """Numbers as they are, labels, and the row of the sheet as line."""
    table = read(workbook({"irises": [HEAD, [5.1, 3.3, 1.5, 0.3, "setosa"], [6.1, 2.7, 4.3, 1.2, "versicolor"]]}))
    assert (table.measurements, table.species, table.lines) == ((SETOSA, VERSICOLOR), ("setosa", "versicolor"), (2, 3))


def test_numbers_for_species_in_a_workbook_are_whole():
    """Excel keeps every number as a float."""
    rows: list[list[object]] = [[5.1, 3.3, 1.5, 0.3, 0], [6.1, 2.7, 4.3, 1.2, 1], [6.7, 3.1, 5.6, 2.2, 2]]
    table = read(workbook({"irises": rows}))
    assert table.species == ("setosa", "versicolor", "virginica")
    assert table.own_cells == (("0",), ("1",), ("2",))


def test_a_date_in_a_workbook_is_no_length():
    """Excel made it of 6.1."""
    rows = [HEAD, [5.1, 3.3, 1.5, 0.3, "setosa"], [datetime.date(2026, 1, 6), 2.7, 4.3, 1.2, "versicolor"]]
    table = read(workbook({"irises": rows}), strict=False)
    assert [(line, "looks like a date" in str(error)) for line, (error,) in table.problems] == [(3, True)]


def test_of_several_sheets_it_is_told_which_one_was_read():
    """The first that is not empty."""
    table = read(workbook({"empty": [], "a": [HEAD, [5.1, 3.3, 1.5, 0.3, "setosa"]], "b": [["notes"]]}))
    assert table.measurements == (SETOSA,)
    assert "Of the 3 sheets this one was read: a." in map(str, table.notes)


def test_a_sheet_with_flowers_goes_before_one_with_notes():
    """Whichever stands first."""
    table = read(workbook({"notes": [["from the pond"]], "irises": [HEAD, [5.1, 3.3, 1.5, 0.3, "setosa"]]}))
    assert table.measurements == (SETOSA,)


def test_a_damaged_parquet_file_is_an_error_of_ours():
    """Byte by byte: it is read, or told in one sentence."""
    out = io.BytesIO()
    parquet.write_table(pyarrow.table({"sepal_length": [5.1], "species": ["setosa"]}), out)
    whole = out.getvalue()
    for at in range(0, len(whole), 7):
        with suppress(InputError):
            read(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :], strict=False)


@pytest.mark.parametrize("kind", [pyarrow.float64(), pyarrow.float32()])
def test_a_parquet_file_is_read(kind):
    """Also where a float of 32 bits is not exactly 5.1."""
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


def test_where_only_text_is_read_the_others_are_named():
    """Of a page's visitor: a small workbook can fill the memory."""
    with pytest.raises(NotATableError, match="The file is Excel, not a table of text"):
        read(workbook({"irises": [HEAD]}), text_only=True)
    with pytest.raises(NotATableError, match="is Parquet"):
        read(b"PAR1....PAR1", text_only=True)
