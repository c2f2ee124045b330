"""Tests of irisml.data.flower_files.reading."""

import io

import pytest

from irisml import Measurement, read_measurements_csv
from irisml.data.flower_files.labels import species_name
from irisml.domain.errors import (
    HeaderNeededError,
    InvalidRowsError,
    InvalidTableError,
    MissingColumnsError,
    SpeciesNumbersError,
    TooManyRowsError,
    UnknownSpeciesError,
    UnreadableFileError,
)

FLOWER = Measurement(5.1, 3.5, 1.4, 0.2)


def read(text: str | bytes):
    return read_measurements_csv(io.BytesIO(text.encode() if isinstance(text, str) else text))


@pytest.mark.parametrize(
    "header",
    [
        "sepal length (cm),sepal width (cm),petal length (cm),petal width (cm)",
        "sepal length,sepal width,petal length,petal width",
        "sepal_length,sepal_width,petal_length,petal_width",
        "sepalLength,sepalWidth,petalLength,petalWidth",
        "Sepal.Length,Sepal.Width,Petal.Length,Petal.Width",
        "SepalLengthCm,SepalWidthCm,PetalLengthCm,PetalWidthCm",
        "sepallength,sepalwidth,petallength,petalwidth",
        "SEPAL_LENGTH,SEPAL_WIDTH,PETAL_LENGTH,PETAL_WIDTH",
        '"sepal.length","sepal.width","petal.length","petal.width"',
    ],
)
def test_common_header_names_are_read(header):
    """scikit-learn with and without unit, seaborn, vega, R, Kaggle, upper case, quoted."""
    assert read(f"{header}\n5.1,3.5,1.4,0.2\n").measurements == (FLOWER,)


def test_columns_can_be_in_any_order():
    assert read("petal_width,sepal_length,petal_length,sepal_width\n0.2,5.1,1.4,3.5").measurements == (FLOWER,)


def test_without_a_header_the_default_column_order_is_used():
    """As in UCI's file, with its labels."""
    table = read("5.1,3.5,1.4,0.2,Iris-setosa\n6.3,3.3,6.0,2.5,Iris-virginica\n")
    assert table.measurements == (FLOWER, Measurement(6.3, 3.3, 6.0, 2.5))
    assert table.species == ("setosa", "virginica")


@pytest.mark.parametrize("cells", ["5,1;3,5;1,4;0,2", "5.1;3.5;1.4;0.2", "5,1\t3,5\t1,4\t0,2"])
def test_decimal_commas_are_read_with_semicolons_and_tabs(cells):
    """As French and German spreadsheets write them."""
    assert read(f"{cells}\n").measurements == (FLOWER,)


def test_a_byte_order_mark_crlf_and_blank_lines_are_accepted():
    """As Excel writes them; line numbers include blank lines."""
    table = read(b"\xef\xbb\xbfsepal_length,sepal_width,petal_length,petal_width\r\n\r\n5.1,3.5,1.4,0.2\r\n,,,\r\n")
    assert (table.measurements, table.lines) == ((FLOWER,), (3,))


@pytest.mark.parametrize("column", ["", "Id", "rownames", "Unnamed: 0"])
def test_row_numbers_are_ignored(column):
    """pandas, R and Kaggle write them."""
    header = f"{column},sepal_length,sepal_width,petal_length,petal_width,species"
    table = read(f"{header}\n7,5.1,3.5,1.4,0.2,setosa\n")
    assert (table.measurements, table.species) == ((FLOWER,), ("setosa",))


def test_the_csv_file_of_scikit_learn_is_read():
    """Line 1 has the counts of rows and features and the species; labels are integers."""
    table = read("1,4,setosa,versicolor,virginica\n5.1,3.5,1.4,0.2,0\n")
    assert (table.measurements, table.species) == ((FLOWER,), ("setosa",))


def test_an_empty_label_column_counts_as_absent():
    """As in the template. In a file where other rows have a label, an empty one is an error."""
    header = "sepal_length,sepal_width,petal_length,petal_width,species\n"
    assert read(header + "5.1,3.5,1.4,0.2,\n").species is None
    with pytest.raises(InvalidRowsError, match="line 3: The species is empty"):
        read(header + "5.1,3.5,1.4,0.2,setosa\n5.1,3.5,1.4,0.2,\n")


def test_without_a_label_column_species_is_none():
    assert read("5.1,3.5,1.4,0.2\n").species is None


@pytest.mark.parametrize(
    "label",
    [
        "setosa",
        "Setosa",
        "Iris-setosa",
        "iris setosa",
        "I. setosa",
        " SETOSA ",
        "IrisSetosa",
        "'setosa'",
        "b'setosa'",
        "Setósa",
    ],
)
def test_common_spellings_of_a_species_are_recognised(label):
    """With and without genus, quoted, as numpy writes bytes, and with a wrong accent."""
    assert species_name(label) == "setosa"


@pytest.mark.parametrize("label", ["tulip", "3", "", "0"])
def test_an_unknown_species_is_refused(label):
    """The meaning of a single integer is unknown."""
    with pytest.raises(UnknownSpeciesError, match=f'"{label}" is not a species'):
        species_name(label)


def test_all_invalid_rows_are_reported_with_their_lines():
    """Line 1 is the header. Every problem of a row is listed."""
    text = (
        "sepal_length,sepal_width,petal_length,petal_width,species\n"
        "5.1,3.5,1.4,0.2,setosa\n"
        "5.1,wide,1.4,0.2,setosa\n"
        "51,3.5,14,0.2,tulip\n"
        "5.1,3.5,1.4\n"
        "nan,3.5,1.4,0.2,setosa\n"
        "5.1,3.5,,0.2,setosa\n"
        "5_1,3.5,1.4,0.2,setosa\n"
    )
    with pytest.raises(InvalidRowsError, match="6 of 7 rows cannot be read") as caught:
        read(text)
    lines = {line: "; ".join(map(str, problems)) for line, problems in caught.value.rows}
    assert list(lines) == [3, 4, 5, 6, 7, 8]
    assert 'sepal_width is "wide"' in lines[3]
    assert "sepal_length is 51.0 cm" in lines[4]
    assert "petal_length is 14.0 cm" in lines[4]
    assert '"tulip" is not a species' in lines[4]
    assert lines[5] == "Cells in this row: 3; columns of the table: 5."
    assert 'sepal_length is "nan"' in lines[6]
    assert 'petal_length is ""' in lines[7]
    assert 'sepal_length is "5' in lines[8]


def test_a_quoted_line_break_does_not_shift_the_line_numbers():
    with pytest.raises(InvalidRowsError) as caught:
        read('5.1,3.5,1.4,0.2,"Iris\n-setosa"\n5.1,3.5,x,0.2,setosa\n')
    assert [line for line, _ in caught.value.rows] == [3]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "The file has no row"),
        ("\n \n", "The file has no row"),
        ("sepal_length,sepal_width,petal_length,petal_width\n", "The file has no row"),
        ("sepal_length,sepal_width,petal_length\n1,2,3\n", "There is no column petal_width"),
        ("a,b,c,d\n5.1,3.5,1.4,0.2\n", "The other columns: a, b, c, d"),
        (
            "sepal_length,sepal_width,petal_length,petal_width,petalWidth\n1,1,1,1,1\n",
            "more than one column for petal_width",
        ),
    ],
)
def test_a_file_without_the_required_columns_is_refused(text, message):
    with pytest.raises(InvalidTableError, match=message):
        read(text)


def test_five_numeric_columns_without_a_header_are_refused():
    """It is unknown which four of them are the lengths."""
    with pytest.raises(HeaderNeededError, match="5 columns contain numbers"):
        read("5.1,3.5,1.4,0.2,7.5\n")


def test_a_missing_file_is_named_in_the_error(tmp_path):
    with pytest.raises(UnreadableFileError, match=r"flowers\.csv cannot be read: No such file"):
        read_measurements_csv(tmp_path / "flowers.csv")


@pytest.mark.parametrize("label", ["9" * 5000, "३", "3", "-1"])
def test_a_number_without_a_species_is_refused(label):
    """5000 digits, digits of another script, negative numbers."""
    with pytest.raises(UnknownSpeciesError):
        species_name(label)


def test_reading_stops_at_the_row_limit():
    """The remaining content is not parsed."""
    with pytest.raises(TooManyRowsError, match="more than 3 flowers"):
        read_measurements_csv(io.BytesIO(b"5.1,3.5,1.4,0.2\n" * 4), most_rows=3)
    assert len(read_measurements_csv(io.BytesIO(b"5.1,3.5,1.4,0.2\n" * 3), most_rows=3).measurements) == 3


def test_reading_stops_after_the_limit_of_invalid_rows():
    """Errors are kept without traceback: their frames took 800 MB for a file of 1 MB."""
    with pytest.raises(InvalidRowsError) as caught:
        read_measurements_csv(io.BytesIO(b"5.1,3.5,1.4,0.2\n" + b"a,b,c,d\n" * 100_000), most_bad_rows=200)
    assert (len(caught.value.rows), caught.value.stopped) == (200, True)
    problems = [problem for _, problems in caught.value.rows for problem in problems]
    assert all(problem.__traceback__ is problem.__context__ is problem.__cause__ is None for problem in problems)


def test_a_header_of_100000_columns_gives_one_short_message():
    """Counting each name separately took 20 seconds; repeating all of them filled the page."""
    with pytest.raises(InvalidTableError, match="A row has 100000 cells") as caught:
        read(",".join(f"class{n}" for n in range(100_000)) + "\n1,2\n")
    assert len(str(caught.value)) < 500
    with pytest.raises(MissingColumnsError) as caught:
        read(",".join("x" * 1000 for _ in range(1000)) + "\n1,2\n")
    assert len(str(caught.value)) < 1000


ROW = {"setosa": "5.1,3.5,1.4,0.2", "versicolor": "5.9,2.8,4.3,1.3", "virginica": "6.5,3.0,5.6,2.0"}


@pytest.mark.parametrize("codes", [("0", "1", "2"), ("1", "2", "3"), ("0.0", "1.0", "2.0")])
def test_three_integer_labels_are_recognised(codes):
    """Counted from 0 or from 1, also as numpy writes them."""
    table = read("\n".join(f"{row},{code}" for row, code in zip(ROW.values(), codes, strict=True)))
    assert table.species == tuple(ROW)


@pytest.mark.parametrize("codes", [("1", "2"), ("0", "1"), ("2",), ("0", "1", "2", "3"), ("7", "8", "9")])
def test_other_integer_labels_are_refused(codes):
    """1 and 2 can be the first two species or the last two; a score would rest on a guess."""
    with pytest.raises(SpeciesNumbersError, match=f"written as {', '.join(codes)}"):
        read("\n".join(f"{ROW['setosa']},{code}" for code in codes))
