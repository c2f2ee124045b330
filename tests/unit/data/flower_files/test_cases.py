"""Small files that failed once, similar ones, and their expected results."""

import io

import pytest

from irisml.data.flower_files.reading import read_measurements_csv
from irisml.domain.errors import (
    BrokenCsvError,
    ColumnOrderError,
    HeaderNeededError,
    InvalidRowsError,
    MillimetresError,
    MissingColumnsError,
    NotATableError,
    RowCountError,
    SecondHeaderError,
    SpeciesNumbersError,
    UnknownUnitError,
    UnreadableTableError,
)

HEAD = "sepal_length,sepal_width,petal_length,petal_width"


def read(content: str | bytes, **options):
    data = content.encode() if isinstance(content, str) else content
    return read_measurements_csv(io.BytesIO(data), strict=False, **options)


@pytest.mark.parametrize(
    ("content", "flowers"),
    [
        pytest.param(f"# my bed\n{HEAD}\n5.1,3.3,1.5,0.3\n", [(5.1, 3.3, 1.5, 0.3)], id="comment above the header"),
        pytest.param(f"{HEAD}\n5.1,3.3,1.5,0.3\n# n = 1\n", [(5.1, 3.3, 1.5, 0.3)], id="comment below"),
        pytest.param(f"{HEAD}\n% bed 2\n5.1,3.3,1.5,0.3\n", [(5.1, 3.3, 1.5, 0.3)], id="comment between"),
        pytest.param(f"\ufeff\ufeff{HEAD}\n5.1,3.3,1.5,0.3\n", [(5.1, 3.3, 1.5, 0.3)], id="two byte order marks"),
        pytest.param("sep=;\n5,1;3,3;1,5;0,3\n", [(5.1, 3.3, 1.5, 0.3)], id="sep="),
        pytest.param('"sep=|"\n5.1|3.3|1.5|0.3\n', [(5.1, 3.3, 1.5, 0.3)], id="sep= in quotes"),
        pytest.param(f"date,{HEAD}\n2026-05-01,5.1,3.3,1.5,0.3\n", [(5.1, 3.3, 1.5, 0.3)], id="a date beside"),
        pytest.param(f"{HEAD},sepal_area\n5.1,3.3,1.5,0.3,16.8\n", [(5.1, 3.3, 1.5, 0.3)], id="an area beside"),
        pytest.param(f"{HEAD},\n5.1,3.3,1.5,0.3,\n", [(5.1, 3.3, 1.5, 0.3)], id="trailing commas"),
        pytest.param(f"{HEAD}\n5.1,3.3,1.5,0.3,,\n", [(5.1, 3.3, 1.5, 0.3)], id="trailing commas in the row"),
        pytest.param("5.1 3.3 1.5 0.3\n6.1  2.7\t4.3 1.2\n", [(5.1, 3.3, 1.5, 0.3), (6.1, 2.7, 4.3, 1.2)], id="spaces"),
        pytest.param("5,1 3,3 1,5 0,3\n", [(5.1, 3.3, 1.5, 0.3)], id="spaces and decimal commas"),
        pytest.param("5.1, 3.3, 1.5, 0.3\n", [(5.1, 3.3, 1.5, 0.3)], id="comma and space"),
        pytest.param(
            '"Sepal.Length" "Sepal.Width" "Petal.Length" "Petal.Width"\n"1" 5.1 3.3 1.5 0.3\n"2" 6.1 2.7 4.3 1.2\n',
            [(5.1, 3.3, 1.5, 0.3), (6.1, 2.7, 4.3, 1.2)],
            id="R's write.table",
        ),
        pytest.param(
            "| SL | SW | PL | PW |\n|---|---:|---|---|\n| 5.1 | 3.3 | 1.5 | 0.3 |\n",
            [(5.1, 3.3, 1.5, 0.3)],
            id="Markdown",
        ),
        pytest.param(
            "# petal_length,petal_width,sepal_length,sepal_width\n1.5,0.3,5.1,3.3\n",
            [(5.1, 3.3, 1.5, 0.3)],
            id="numpy's header",
        ),
        pytest.param(f"My irises\n\n{HEAD}\n5.1,3.3,1.5,0.3\n", [(5.1, 3.3, 1.5, 0.3)], id="a title"),
        pytest.param("1,4\n5.1,3.3,1.5,0.3\n", [(5.1, 3.3, 1.5, 0.3)], id="counts"),
        pytest.param(
            "1,5.1,3.3,1.5,0.3\n2,6.1,2.7,4.3,1.2\n", [(5.1, 3.3, 1.5, 0.3), (6.1, 2.7, 4.3, 1.2)], id="running number"
        ),
        pytest.param(f"{HEAD}\n5.1 cm,33 mm,1.5,0.3\n", [(5.1, 3.3, 1.5, 0.3)], id="units in cells"),
        pytest.param(
            f"{HEAD}\n5.1,3.3,1.5,0.3\n{HEAD}\n6.1,2.7,4.3,1.2\n",
            [(5.1, 3.3, 1.5, 0.3), (6.1, 2.7, 4.3, 1.2)],
            id="two files in one",
        ),
        pytest.param(
            "NA,3.3,1.5,0.3,setosa\n6.1,2.7,4.3,1.2,versicolor\n", [(6.1, 2.7, 4.3, 1.2)], id="a bad first row"
        ),
        pytest.param(
            f"{HEAD}\n5.1,3.3,1.5,0.3\n5.1,NA,1.5,0.3\n6.1,2.7,4.3,1.2\n",
            [(5.1, 3.3, 1.5, 0.3), (6.1, 2.7, 4.3, 1.2)],
            id="a missing value",
        ),
    ],
)
def test_valid_rows_are_read(content, flowers):
    """Each row without NA is read; the others are reported."""
    table = read(content)
    assert [tuple(flower) for flower in table.measurements] == flowers
    text = content if isinstance(content, str) else content.decode()
    assert len(table.problems) == text.count("NA")


@pytest.mark.parametrize(
    "header",
    [
        "sepal_len,sepal_wid,petal_len,petal_wid",
        "SL,SW,PL,PW",
        "SepLen,SepWid,PetLen,PetWid",
        "s_length,s_width,p_length,p_width",
        "1. sepal length in cm,2. sepal width in cm,3. petal length in cm,4. petal width in cm",
        "Sepal length [cm],Sepal width [cm],Petal length [cm],Petal width [cm]",
        "length of sepal,width of sepal,length of petal,width of petal",
        "Longueur du sépale (cm),Largeur du sépale (cm),Longueur du pétale (cm),Largeur du pétale (cm)",
        "longueur_sepale,largeur_sepale,longueur_petale,largeur_petale",
        "Long. sépale,Larg. sépale,Long. pétale,Larg. pétale",
        "iris sepal length,iris sepal width,iris petal length,iris petal width",
        "sepallengthcm,sepalwidthcm,petallengthcm,petalwidthcm",
        "sepal length centimeters,sepal width centimetres,petal length cm,petal width cm",
        "'sepal length','sepal width','petal length','petal width'",
    ],
)
def test_other_header_names_are_recognised(header):
    """Short, long, French and UCI names."""
    table = read(f"{header}\n5.1,3.3,1.5,0.3\n")
    assert [tuple(flower) for flower in table.measurements] == [(5.1, 3.3, 1.5, 0.3)]


@pytest.mark.parametrize(
    "name",
    ["Name", "type", "flower", "iris", "response", "Iris plant", "target_name", "flowertype", "Espèce", "whatever"],
)
def test_the_label_column_is_found_by_name_or_content(name):
    assert read(f"{HEAD},{name}\n5.1,3.3,1.5,0.3,Iris setosa\n").species == ("setosa",)


@pytest.mark.parametrize("rows", ["5.1,3.3,1.5,0.3,4.0\n6.1,2.7,4.3,1.2,4.0\n", "6,3,5,2,1\n7,3,6,2,2\n"])
def test_an_additional_last_cell_is_not_taken_for_row_names(rows):
    """R omits the name of its first column. If that gives no irises, every length would be shifted."""
    with pytest.raises(InvalidRowsError, match="Cells in this row: 5; columns of the table: 4"):
        read(f"{HEAD}\n{rows}")


def test_a_column_named_like_labels_but_without_species_is_no_label():
    """A column "name" can be that of the person who measured."""
    table = read(f"{HEAD},name\n5.1,3.3,1.5,0.3,Ada\n")
    assert (table.species, table.own_columns, table.label_problems) == (None, ("name",), ())


def test_a_numeric_label_beside_a_species_name_is_ignored():
    """plotly writes both, pandas often does."""
    table = read(f"{HEAD},species,species_id\n5.1,3.3,1.5,0.3,setosa,1\n6.1,2.7,4.3,1.2,versicolor,2\n")
    assert table.species == ("setosa", "versicolor")


def test_two_label_columns_that_differ_are_reported_by_line():
    table = read(f"{HEAD},species,target_name\n5.1,3.3,1.5,0.3,setosa,setosa\n6.1,2.7,4.3,1.2,versicolor,virginica\n")
    assert table.species == ("setosa", None)
    assert [(line, str(error)) for line, (error,) in table.label_problems] == [
        (3, "One column says versicolor, another one virginica. Keep one of them.")
    ]


@pytest.mark.parametrize("codes", [("1", "2"), ("0", "1"), ("1.0", "2.0"), ("0", "2"), ("2", "3")])
def test_two_integer_labels_are_ambiguous_but_the_flowers_are_read(codes):
    """1 and 2 can be the first two species or the last two; the strict mode refuses the file."""
    content = f"5.1,3.3,1.5,0.3,{codes[0]}\n6.1,2.7,4.3,1.2,{codes[1]}\n"
    table = read(content)
    assert (len(table.measurements), table.species) == (2, None)
    assert "Numbers are accepted only if all three occur" in " ".join(map(str, table.notes))
    with pytest.raises(SpeciesNumbersError):
        read_measurements_csv(io.BytesIO(content.encode()))


@pytest.mark.parametrize("codes", [("0.0", "1.0", "2.0"), ("1", "2", "3"), ("0.000e+00", "1.000e+00", "2.000e+00")])
def test_the_meaning_of_integer_labels_is_noted(codes):
    """It is a convention, so the user should see it."""
    rows = ("5.1,3.3,1.5,0.3", "6.1,2.7,4.3,1.2", "6.7,3.1,5.6,2.2")
    if "e" in codes[0]:
        codes = ("0.000e+00", "1.0", "2.0")
    table = read("\n".join(f"{row},{code}" for row, code in zip(rows, codes, strict=True)))
    assert table.species == ("setosa", "versicolor", "virginica")
    assert "= setosa" in " ".join(map(str, table.notes))


def test_an_invalid_label_keeps_the_valid_ones():
    """Three flowers: an empty label, a valid one and an unknown one."""
    table = read(f"{HEAD},species\n5.1,3.3,1.5,0.3,\n6.1,2.7,4.3,1.2,versicolor\n6.7,3.1,5.6,2.2,versicolo\n")
    assert table.species == (None, "versicolor", None)
    assert [line for line, _ in table.label_problems] == [4]


def test_millimetres_named_in_the_header_are_converted_exactly():
    """51.3 mm is the float 5.13, not 51.3 / 10."""
    table = read("sepal_length (mm),sepal_width_mm,Petal length in mm,petal_width [mm]\n51.3,33,15,3\n")
    assert [tuple(flower) for flower in table.measurements] == [(5.13, 3.3, 1.5, 0.3)]
    assert "Converted from mm to cm" in " ".join(map(str, table.notes))


@pytest.mark.parametrize(
    ("content", "error", "words"),
    [
        pytest.param(
            f'{HEAD},id\n5.1,3.3,1.5,0.3,"1\n6.1,2.7,4.3,1.2,2\n', BrokenCsvError, "Line 2", id="quote to the end"
        ),
        pytest.param(
            f'{HEAD},id\n5.1,3.3,1.5,0.3,"1\n6.1,2.7,4.3,1.2,2\n6.7,3.1,5.6,2.2,"3"\n',
            BrokenCsvError,
            "Line 2",
            id="quote to the next",
        ),
        pytest.param(f'{HEAD},id\n5.1,3.3,1.5,0.3,"1', BrokenCsvError, "Line 2", id="quote in the last line"),
        pytest.param(
            "4.3,1.2,6.1,2.7,versicolor\n5.6,2.2,6.7,3.1,virginica\n",
            ColumnOrderError,
            "petal_length, petal_width, sepal_length",
            id="petals first",
        ),
        pytest.param("4.3;1.2;6.1;2.7\n", ColumnOrderError, "in 1 of 1 rows", id="petals first, one row"),
        pytest.param(
            "2.7,6.1,1.2,4.3\n3.1,6.7,2.2,5.6\n", ColumnOrderError, "sepal_width, sepal_length", id="widths first"
        ),
        pytest.param(
            "5,1,3,3,1,5,0,3\n", HeaderNeededError, "8 columns contain numbers", id="decimal commas between commas"
        ),
        pytest.param("5.1,3.3,1.5,0.3,7.7\n", HeaderNeededError, "5 columns", id="a fifth number"),
        pytest.param(f"{HEAD}\n51,33,15,3\n61,27,43,12\n", MillimetresError, "All 2 rows", id="mm without a word"),
        pytest.param(
            "sepal_length (in),sepal_width,petal_length,petal_width\n2,1,1,1\n", UnknownUnitError, '"in"', id="inches"
        ),
        pytest.param(
            "sepal length in inches,sepal_width,petal_length,petal_width\n2,1,1,1\n",
            UnknownUnitError,
            "inches",
            id="inches in words",
        ),
        pytest.param(
            "V1,V2,V3,V4,V5\n5.1,3.3,1.5,0.3,setosa\n",
            MissingColumnsError,
            "The other columns: V1, V2, V3, V4, V5",
            id="names that say nothing",
        ),
        pytest.param('[{"sepalLength":5.1}]', NotATableError, "is JSON", id="JSON"),
        pytest.param('{\n "a": [1]}', NotATableError, "is JSON", id="JSON object"),
        pytest.param("[[5.1, 3.3, 1.5, 0.3]]", NotATableError, "is JSON", id="JSON rows"),
        pytest.param("% 1. Title\n@RELATION iris\n@DATA\n5.1,3.3,1.5,0.3\n", NotATableError, "is ARFF", id="ARFF"),
        pytest.param("<html><table></table></html>", NotATableError, "is HTML or XML", id="HTML"),
        pytest.param(b"\x89PNG\r\n\x1a\n", NotATableError, "is PNG", id="a picture"),
        pytest.param(b"%PDF-1.7\n", NotATableError, "is PDF", id="PDF"),
        pytest.param(b"\x1f\x8b\x08\x00", NotATableError, "Unpack it", id="gzip"),
        pytest.param(b"PK\x03\x04....", NotATableError, "Unpack it", id="ZIP"),
        pytest.param(b"\x80\x04\x95", NotATableError, "is pickle", id="pickle"),
        pytest.param(b"PAR1....PAR1", UnreadableTableError, "Parquet file cannot be read", id="broken Parquet"),
        pytest.param(
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", UnreadableTableError, "Excel file cannot be read", id="broken Excel"
        ),
        pytest.param(b"\x00\x01\x02\x03" * 9, NotATableError, "is binary data", id="bytes"),
        pytest.param(b"\x7fELF\x02\x01", NotATableError, "is binary data", id="a program"),
    ],
)
def test_an_ambiguous_or_damaged_file_is_refused_with_the_reason(content, error, words):
    with pytest.raises(error, match=words) as caught:
        read(content)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    "value", ["06.01", "06. Jan", "6-janv", "1/6", "2026-01-06", "6.1.2026", "Jan 06", "06-Jan-26"]
)
def test_a_length_converted_to_a_date_is_reported(value):
    """A spreadsheet saved 6.1 as 06.01, which used to be read as 6.01 cm."""
    table = read(f"{HEAD}\n5.1,3.3,1.5,0.3\n{value},2.7,4.3,1.2\n")
    assert [(line, str(error)) for line, (error,) in table.problems] == [
        (
            3,
            f'sepal_length is "{value}", which looks like a date: spreadsheets turn 6.1 into one. '
            "Format the column as text, and enter the length again.",
        )
    ]


@pytest.mark.parametrize(("announced", "n_missing"), [(3, 1), (1, 0)])
def test_a_row_count_that_differs_from_line_1_is_noted(announced, n_missing):
    """The file may be truncated; the strict mode refuses it."""
    content = f"{announced},4,setosa,versicolor,virginica\n5.1,3.3,1.5,0.3,0\n6.1,2.7,4.3,1.2,1\n"
    table = read(content)
    assert (len(table.measurements), table.n_missing) == (2, n_missing)
    assert f"The first line announces {announced} flowers, but the file has 2." in " ".join(map(str, table.notes))
    with pytest.raises(RowCountError):
        read_measurements_csv(io.BytesIO(content.encode()))


def test_predictions_of_older_versions_are_not_labels():
    """Their column "species" was the prediction; scored against itself it would always be correct."""
    table = read(f"{HEAD},species,p_setosa,p_versicolor,p_virginica\n5.1,3.3,1.5,0.3,setosa,1.0,0.0,0.0\n")
    assert (len(table.measurements), table.species, table.own_columns) == (1, None, ())


def test_improbable_flowers_are_noted_with_their_line():
    """The header decides, but two columns may be mixed up."""
    table = read("petal_length,petal_width,sepal_length,sepal_width\n6.1,2.7,4.3,1.2\n")
    assert "the first in line 2" in " ".join(map(str, table.notes))


SETOSA, VERSICOLOR, VIRGINICA = (5.1, 3.3, 1.5, 0.3), (6.1, 2.7, 4.3, 1.2), (6.7, 3.1, 5.6, 2.2)
ROWS = ["5.1,3.3,1.5,0.3", "6.1,2.7,4.3,1.2", "6.7,3.1,5.6,2.2"]


@pytest.mark.parametrize("missing", [0, 1])
@pytest.mark.parametrize("place", range(5))
def test_a_missing_quote_never_loses_a_row(place, missing):
    """In any column, opening or closing quote: the file is refused, or every row is read or reported."""
    lines = []
    for n, row in enumerate(ROWS):
        cells = row.split(",")
        cells.insert(place, f'"note {n}"')
        lines.append(",".join(cells))
    quotes = [at for at, sign in enumerate(lines[0]) if sign == '"']
    lines[0] = lines[0][: quotes[missing]] + lines[0][quotes[missing] + 1 :]
    header = HEAD.split(",")
    header.insert(place, "note")
    content = "\n".join([",".join(header), *lines])
    try:
        table = read(content)
    except BrokenCsvError:
        return
    assert len(table.measurements) + len(table.problems) == len(ROWS)


def test_a_quoted_cell_with_a_line_break_is_kept():
    table = read(f'{HEAD},note\n5.1,3.3,1.5,0.3,"by the pond,\nin 2 rows"\n6.1,2.7,4.3,1.2,b\n')
    assert (table.lines, table.own_cells[0]) == ((2, 4), ("by the pond,\nin 2 rows",))


@pytest.mark.parametrize("sign", ["#", "%"])
def test_a_row_whose_first_cell_starts_like_a_comment_is_read(sign):
    table = read(f"id,{HEAD}\n{sign}1,5.1,3.3,1.5,0.3\n2,6.1,2.7,4.3,1.2\n")
    assert [tuple(flower) for flower in table.measurements] == [SETOSA, VERSICOLOR]
    assert table.own_cells == ((f"{sign}1",), ("2",))


def test_a_column_named_by_a_number_sign_is_read():
    """The line is the header, not a comment."""
    table = read(f"#,{HEAD}\n1,5.1,3.3,1.5,0.3\n2,6.1,2.7,4.3,1.2\n")
    assert (table.own_columns, len(table.measurements)) == (("#",), 2)


def test_a_row_above_the_header_is_reported():
    """Two concatenated files, the first without a header."""
    content = f"{ROWS[0]}\n{HEAD}\n{ROWS[1]}\n"
    assert [(line, str(error)) for line, (error,) in read(content).problems] == [
        (1, "This row is above the header, so its columns are unknown.")
    ]
    with pytest.raises(InvalidRowsError):
        read_measurements_csv(io.BytesIO(content.encode()))


@pytest.mark.parametrize(
    "second", ["petal_length,petal_width,sepal_length,sepal_width", HEAD.replace(",", "_mm,") + "_mm", f"id,{HEAD}"]
)
def test_a_second_header_with_other_columns_is_refused(second):
    """Its rows would be read with the columns or the unit of the first header."""
    with pytest.raises(SecondHeaderError, match="Line 3"):
        read(f"{HEAD}\n{ROWS[0]}\n{second}\n{ROWS[1]}\n")


def test_a_column_named_target_takes_precedence_over_species_names():
    rows = [f"{row},{k},setosa" for k, row in enumerate(ROWS)]
    assert read(f"{HEAD},target,neighbour\n" + "\n".join(rows)).species == ("setosa", "versicolor", "virginica")


@pytest.mark.parametrize("name", ["plant", "flower", "group", "bed", "plant_id"])
def test_a_row_number_is_not_a_label(name):
    """Three plants are not three species."""
    rows = [f"{k},{row}" for k, row in enumerate(ROWS, 1)]
    table = read_measurements_csv(io.BytesIO(f"{name},{HEAD}\n{chr(10).join(rows)}".encode()))
    assert (table.species, table.own_columns) == (None, (name,))


@pytest.mark.parametrize("name", ["label", "plant", "y"])
def test_an_unrelated_column_named_like_a_label_is_accepted(name):
    """In the strict mode, too."""
    table = read_measurements_csv(io.BytesIO(f"{name},{HEAD}\nS-1,{ROWS[0]}\nS-2,{ROWS[1]}\n".encode()))
    assert (table.species, len(table.measurements)) == (None, 2)


def test_predictions_of_other_programs_are_kept():
    """Only columns written by irisml are left out."""
    table = read(f"{HEAD},p_setosa,species\n{ROWS[0]},0.9,setosa\n")
    assert (table.species, table.own_columns) == (("setosa",), ("p_setosa", "species"))


@pytest.mark.parametrize(
    "header",
    [
        "sepal length (in cm),sepal width (cm.),petal length (cm),petal width (en cm)",
        f"{HEAD},petal length (left)",
    ],
)
def test_other_text_in_brackets_is_not_an_unknown_unit(header):
    assert len(read(f"{header}\n5.1,3.3,1.5,0.3{',x' * (header.count(',') - 3)}\n").measurements) == 1


@pytest.mark.parametrize(
    "content",
    [
        f"Petal width (Anna's bed)\n{HEAD}\n{ROWS[0]}\n",
        f"# petal length (longest petal)\n{HEAD}\n{ROWS[0]}\n",
        f"{HEAD},\n{ROWS[0]},my note\n",
        f"{HEAD}\ncm,cm,cm,cm\n{ROWS[0]}\n",
        f"{HEAD}\nmm,mm,mm,mm\n51,33,15,3\n",
        "5.1 cm,3.3 cm,1.5 cm,0.3 cm\n",
        f"My irises\n{ROWS[0]}\n",
        f"{HEAD}\n05.1,3.3,1.5,0.3\n",
        f"{HEAD}\n{ROWS[0]}\n\x1a",
        f"{HEAD},note\n{ROWS[0]},a\x0bb\n",
        f"# my bed\r{HEAD.replace(',', ';')}\r5,1;3,3;1,5;0,3\r",
        f"{HEAD},species\n{ROWS[0]},NA\n",
        f"\ufeff{HEAD}\n\ufeff5.1,3.3,1.5,0.3\n",
    ],
)
def test_common_irregularities_are_read_without_a_problem(content):
    table = read(content)
    assert [tuple(flower) for flower in table.measurements] == [SETOSA]
    assert (table.problems, table.label_problems) == ((), ())


def test_a_row_of_dashes_is_reported_as_invalid():
    """In a table with tabs it is a row without lengths, not a separator."""
    table = read(f"{HEAD.replace(',', chr(9))}\n5.1\t3.3\t1.5\t0.3\n---\t---\t---\t---\n")
    assert [line for line, _ in table.problems] == [3]


def test_a_header_of_100000_spaces_is_parsed_in_linear_time():
    """A backtracking pattern took eight seconds for 1500 spaces."""
    with pytest.raises(MissingColumnsError):
        read(f"petal length ({' ' * 100_000}x,b\n1,2\n")


def test_labels_sorted_by_species_are_recognised():
    """Then the first 1000 rows, the sample, have one label only."""
    rows = [f"{row},{k}" for k, row in enumerate(ROWS) for _ in range(1100)]
    table = read(f"{HEAD},y\n" + "\n".join(rows))
    assert table.species is not None
    assert [table.species[at] for at in (0, 1100, 3299)] == ["setosa", "versicolor", "virginica"]


@pytest.mark.parametrize("text", ["20°C", "François", "étang", "Größe", "naïve", "año", "5 µm"])
def test_cp1252_text_is_decoded_correctly(text):
    """A single accented letter among ASCII letters is not another script."""
    for delimiter in (",", ";", "|"):
        content = f"{HEAD},note\n{ROWS[0]},{text}\n{ROWS[1]},n° 2\n".replace(",", delimiter)
        assert read(content.encode("cp1252")).own_cells[0] == (text,)


def test_cyrillic_cp1251_text_is_decoded_correctly():
    """Whole words identify the encoding."""
    words = "сад у дома возле пруда, рядом с ирисами"
    content = f"{HEAD},note\n" + "".join(f'{row},"{words}"\n' for row in ROWS * 3)
    assert read(content.encode("cp1251")).own_cells[0] == (words,)


@pytest.mark.parametrize("end", range(1, 4))
def test_truncated_utf_16_is_refused(end):
    """After a missing byte all characters would be wrong."""
    with pytest.raises(NotATableError, match="damaged text in UTF-16"):
        read(f"{HEAD}\n{ROWS[0]}\n".encode("utf-16")[: -2 * end + 1])


def test_a_file_without_a_valid_row_is_an_error_in_the_lenient_mode_too():
    with pytest.raises(InvalidRowsError, match="2 of 2 rows"):
        read(f"{HEAD}\nx,3.3,1.5,0.3\n5.1,y,1.5,0.3\n")


def test_a_long_cell_is_shortened_in_the_message():
    table = read(f"{HEAD}\n5.1,3.3,1.5,0.3\n{'x' * 5000},3.3,1.5,0.3\n")
    assert len(str(table.problems[0][1][0])) < 200
