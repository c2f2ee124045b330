"""Tests of the prediction of whole files: the same rows as the reader of small files gives, whatever the dialect."""

import csv
import io
import os
import threading
import tracemalloc

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from irisml import predict_table, read_measurements_csv
from irisml.bulk import sources, text_blocks
from irisml.bulk.predict_file import predict_file
from irisml.domain.errors import (
    EmptyTableError,
    InvalidRowsError,
    MissingColumnsError,
    NotATableError,
    OutputUnusableError,
    SecondHeaderError,
    UnreadableFileError,
    UnreadableTableError,
)
from irisml.domain.measurements import FEATURES

HEADER = "sepal_length,sepal_width,petal_length,petal_width"
FLOWERS = ["5.1,3.5,1.4,0.2", "6.3,2.9,5.6,1.8", "7.0,3.2,4.7,1.4", "9.9,3.2,4.7,1.4"]
DIALECTS = {
    "plain": "\n".join([HEADER, *FLOWERS]),
    "ends with a line end": "\n".join([HEADER, *FLOWERS, ""]),
    "Windows": "\r\n".join([HEADER, *FLOWERS, ""]),
    "classic Mac OS": "\r".join([HEADER, *FLOWERS]),
    "classic Mac OS, a cell of two lines": f'{HEADER},n\r5.1,3.5,1.4,0.2,"l\n2"\r6.3,2.9,5.6,1.8,b\r',
    "line ends of two systems": f"{HEADER}\r5.1,3.5,1.4,0.2\r\n6.3,2.9,5.6,1.8\n7.0,3.2,4.7,1.4\r",
    "no header": "\n".join(FLOWERS),
    "title and header": "\n".join(["My irises", HEADER, *FLOWERS]),
    "decimal comma": "SL;SW;PL;PW\n5,1;3,5;1,4;0,2\n6,3;2,9;5,6;1,8\n",
    "mm": "sepal length (mm),SW mm,PL (mm),PW (mm)\n51,35,14,2\n63,29,56,18\n",
    "units in cells": f"{HEADER}\n5.1 cm,3.5,14 mm,0.2\n6.3,2.9,5.6,1.8\n",
    "another order, own columns": "bed,PW,PL,species,SW,SL\nnorth,0.2,1.4,setosa,3.5,5.1\nsouth,1.8,5.6,,2.9,6.3\n",
    "tabs": "\n".join([HEADER, *FLOWERS]).replace(",", "\t"),
    "spaces": "\n".join([HEADER, *FLOWERS]).replace(",", "  "),
    "Markdown": "| SL | SW | PL | PW |\n|---|---|---|---|\n| 5.1 | 3.5 | 1.4 | 0.2 |\n",
    "Excel's sep": "sep=;\nSL;SW;PL;PW\n5,1;3,5;1,4;0,2\n",
    "quotes": f'{HEADER},note\n5.1,3.5,1.4,0.2,"north, by the wall"\n6.3,2.9,5.6,1.8,"he said ""no"""\n',
    "a cell of two lines": f'{HEADER},note\n5.1,3.5,1.4,0.2,"first\nsecond"\n6.3,2.9,5.6,1.8,x\n',
    "comments and empty lines": f"# my bed\n{HEADER}\n\n5.1,3.5,1.4,0.2\n# a pause\n  \n6.3,2.9,5.6,1.8\n",
    "empty cells at the end": f"{HEADER},,\n5.1,3.5,1.4,0.2,,\n6.3,2.9,5.6,1.8,,,,\n7.0,3.2,4.7,1.4\n",
    "padded": f"{HEADER}\n 5.1 , 3.5 ,1.4, 0.2\n6.3,2.9,5.6,1.8\n",
    "bad rows": f"{HEADER}\n5.1,3.5,1.4,0.2\nx,2.9,5.6,1.8\n6.3,2.9,5.6\n6.3,2.9,5.6,1.8\n6.3,,5.6,1.8\n06.01,1,1,1\n",
    "far outside": f"{HEADER}\n5.1,3.5,1.4,0.2\n510,35,14,2\n",
    "the header again": "\n".join([HEADER, *FLOWERS, HEADER, *FLOWERS]),
    "two byte order marks": "\ufeff\ufeff" + "\n".join([HEADER, *FLOWERS]),
    "predictions of an earlier time": f"line_in_file,{HEADER},predicted_species\n2,5.1,3.5,1.4,0.2,setosa\n",
    "empty rows": f"{HEADER}\n5.1,3.5,1.4,0.2\n,,,\n6.3,2.9,5.6,1.8\n",
    "many digits": f"{HEADER}\n5.123456789,3.5,1.4,0.2\n6.3,2.9,5.600000000000000001,1.8\n",
}


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def check_against_the_small_reader(forest, content, source, output):
    """Same lines, own cells, lengths and probabilities, and the same lines without a prediction."""
    source.write_bytes(content)
    table = read_measurements_csv(io.BytesIO(content), strict=False)
    done = predict_file(forest, source, output)
    rows = rows_of(output)
    assert [int(row["line_in_file"]) for row in rows] == list(table.lines)
    assert [[row[name] for name in table.own_columns] for row in rows] == [
        list(c) for c in table.own_cells or [()] * len(rows)
    ]
    expected = predict_table(forest, table.measurements)
    for row, prediction in zip(rows, expected, strict=True):
        assert tuple(float(row[name]) for name in FEATURES) == tuple(prediction.measurement)
        assert (
            tuple(float(row[f"p_{name}"]) for name in ("setosa", "versicolor", "virginica")) == prediction.probabilities
        )
        assert row["predicted_species"] == prediction.species
        assert row["outside_training_range"] == " ".join(prediction.outside_training_range)
    bad = rows_of(done.problems) if done.problems else []
    told = [(line, "; ".join(map(str, problems))) for line, problems in sorted(table.problems, key=lambda one: one[0])]
    assert sorted((int(row["line_in_file"]), row["problem"]) for row in bad) == sorted(told)
    assert (done.n_samples, done.n_bad) == (len(rows), len(bad))


@pytest.mark.parametrize("size", [24, 1 << 20], ids=["small blocks", "one block"])
@pytest.mark.parametrize("text", DIALECTS.values(), ids=DIALECTS)
def test_each_dialect_is_read_as_by_the_reader_of_small_files(forest, tmp_path, monkeypatch, text, size):
    """Also if the file is cut into blocks behind its beginning, from which it is understood."""
    monkeypatch.setattr(text_blocks, "BLOCK_BYTES", size)
    if size < 1000:
        whole = text_blocks.text_blocks
        head = max(size, text.encode().find(b"5.1"), text.encode().find(b"5,1"), text.encode().find(b"51")) + 60
        monkeypatch.setattr(sources, "text_blocks", lambda file: _cut(whole(file), head, size))
    check_against_the_small_reader(forest, text.encode(), tmp_path / "in.csv", tmp_path / "out.csv")


def _cut(blocks, head, size):
    """Blocks of a large first part and then of some bytes each, between two rows."""
    content = b"".join(block.content for block in blocks)
    reader = io.BytesIO(content)
    pieces = [reader.read(head), *iter(lambda: reader.read(size), b"")]
    line, rest = 1, b""
    for piece in pieces:
        rest += piece
        if end := text_blocks._end_of_rows(rest):
            block = text_blocks.Block(line, rest[:end])
            yield block
            line, rest = line + block.n_lines, rest[end:]
    if rest:
        yield text_blocks.Block(line, rest)


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-16-le", "utf-32", "utf-8-sig"])
def test_each_encoding_is_read(forest, tmp_path, encoding):
    text = "longueur du sépale;largeur du sépale;longueur du pétale;largeur du pétale;Lieu\n5,1;3,5;1,4;0,2;forêt\n"
    check_against_the_small_reader(forest, text.encode(encoding), tmp_path / "in.csv", tmp_path / "out.csv")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "cp1252"])
def test_line_ends_of_classic_mac_os_are_read_in_each_encoding(forest, tmp_path, encoding):
    text = DIALECTS["classic Mac OS"]
    check_against_the_small_reader(forest, text.encode(encoding), tmp_path / "in.csv", tmp_path / "out.csv")


@pytest.mark.parametrize("size", range(1, 8))
def test_a_line_end_of_two_signs_is_not_cut(size):
    blocks = list(text_blocks.text_blocks(io.BytesIO(b"a\r\nb\r\nc\rd\r"), size))
    assert b"".join(block.content for block in blocks) == b"a\r\nb\r\nc\nd\n"


def test_a_column_of_the_file_does_not_hide_one_of_ours(forest, tmp_path):
    """A column of that name is renamed, as everywhere."""
    (tmp_path / "in.csv").write_text(f"p_setosa,{HEADER}\n7,5.1,3.5,1.4,0.2\n")
    predict_file(forest, tmp_path / "in.csv", tmp_path / "out.csv")
    assert float(rows_of(tmp_path / "out.csv")[0]["p_setosa"]) in (0.8, 1.0)


def table_of(**columns):
    X = {"sepal_length": [5.1, 6.3, 7.0], "sepal_width": [3.5, 2.9, 3.2]}
    return pa.table({**X, "petal_length": [1.4, 5.6, 4.7], "petal_width": [0.2, 1.8, 1.4], **columns})


def test_parquet_is_read_and_written_with_its_columns(forest, tmp_path):
    """Types stay, rows stand for lines, and a missing length is a bad row."""
    table = table_of(petal_width=[0.2, None, 1.4], when=pa.array([1, 2, 3], pa.date32()), n=[[1], [], [2]])
    parquet.write_table(table, tmp_path / "in.parquet")
    done = predict_file(forest, tmp_path / "in.parquet", tmp_path / "out.parquet")
    written = parquet.read_table(tmp_path / "out.parquet")
    assert written["line_in_file"].to_pylist() == [1, 3]
    assert written["when"].type == pa.date32()
    assert written["n"].to_pylist() == [[1], [2]]
    assert [row["line_in_file"] for row in rows_of(done.problems)] == ["2"]


def test_parquet_to_csv_equals_csv_to_csv(forest, tmp_path):
    parquet.write_table(table_of(), tmp_path / "in.parquet")
    lines = [",".join(map(str, row.values())) for row in table_of().to_pylist()]
    (tmp_path / "in.csv").write_text("\n".join([HEADER, *lines]))
    for suffix in ("csv", "parquet"):
        predict_file(forest, tmp_path / f"in.{suffix}", tmp_path / f"{suffix}.csv")
    of_csv, of_parquet = rows_of(tmp_path / "csv.csv"), rows_of(tmp_path / "parquet.csv")
    assert [{**row, "line_in_file": 0} for row in of_csv] == [{**row, "line_in_file": 0} for row in of_parquet]


def test_32_bit_floats_of_parquet_are_the_numbers_that_were_written(forest, tmp_path):
    """5.1, not 5.099999904632568."""
    narrow = table_of().cast(pa.schema([(name, pa.float32()) for name in FEATURES]))
    parquet.write_table(narrow, tmp_path / "in.parquet")
    predict_file(forest, tmp_path / "in.parquet", tmp_path / "out.csv")
    assert rows_of(tmp_path / "out.csv")[0]["sepal_length"] == "5.1"


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", EmptyTableError),
        (f"{HEADER}\n".encode(), EmptyTableError),
        (b"a,b,c,d\nx,y,z,w\n", MissingColumnsError),
        (f"{HEADER}\nx,3.5,1.4,0.2\n".encode(), InvalidRowsError),
        (b"%PDF-1.7", NotATableError),
        (b'[{"sepal_length": 5.1}]', NotATableError),
        (b"PAR1 and no more", UnreadableTableError),
        (f"{HEADER}\n5.1,3.5,1.4,0.2\nPW,PL,SW,SL\n1,2,3,4\n".encode(), SecondHeaderError),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_a_file_that_is_refused_leaves_nothing(forest, tmp_path, content, error):
    """An earlier output stands as it was."""
    (tmp_path / "in.csv").write_bytes(content)
    (tmp_path / "out.csv").write_text("earlier")
    with pytest.raises(error):
        predict_file(forest, tmp_path / "in.csv", tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text() == "earlier"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv", "out.csv"]


def test_paths_that_cannot_be_used_are_named(forest, tmp_path):
    with pytest.raises(UnreadableFileError, match=r"absent\.csv"):
        predict_file(forest, tmp_path / "absent.csv", tmp_path / "out.csv")
    (tmp_path / "in.csv").write_text(DIALECTS["plain"])
    with pytest.raises(OutputUnusableError, match="absent"):
        predict_file(forest, tmp_path / "in.csv", tmp_path / "absent" / "out.csv")
    with pytest.raises(OutputUnusableError, match=r"it would be CSV, not \.gz"):
        predict_file(forest, tmp_path / "in.csv", tmp_path / "out.csv.gz")
    with pytest.raises(OutputUnusableError, match="it is the file that is read"):
        predict_file(forest, tmp_path / "in.csv", tmp_path / "in.csv")
    assert (tmp_path / "in.csv").read_text() == DIALECTS["plain"]


def test_memory_does_not_grow_with_the_file(forest, tmp_path, monkeypatch):
    """Six times as many blocks, the same memory in Python; that of pyarrow is in the benchmark."""
    monkeypatch.setattr(text_blocks, "BLOCK_BYTES", 1 << 14)
    monkeypatch.setattr(text_blocks.text_blocks, "__defaults__", (1 << 14,))
    peaks = []
    for n in (15_000, 90_000):
        X = np.round(np.random.default_rng(0).uniform(2.2, 4.9, (n, 4)), 1)
        np.savetxt(tmp_path / "in.csv", X, "%.1f", ",", header=HEADER, comments="")
        predict_file(forest, tmp_path / "in.csv", tmp_path / "out.csv")  # what is loaded once
        tracemalloc.start()
        predict_file(forest, tmp_path / "in.csv", tmp_path / "out.csv")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0]


def test_progress_is_told(forest, tmp_path):
    (tmp_path / "in.csv").write_text(DIALECTS["bad rows"])
    told = []
    predict_file(forest, tmp_path / "in.csv", tmp_path / "out.csv", lambda *at: told.append(at))
    assert told[-1] == (6, 1.0)


# --- what large files have and small ones have not --------------------------------------------------------


def many(*rows, n=3000, own="north"):
    """A file of many blocks of 64 kB, whose last rows are *rows*; the first ones have no accent."""
    return "\n".join([f"{HEADER},bed", *[f"5.1,3.5,1.4,0.2,{own}"] * n, *rows, ""])


@pytest.fixture
def small_blocks(monkeypatch):
    monkeypatch.setattr(sources, "BLOCK_BYTES", 1 << 16)
    monkeypatch.setattr(sources, "text_blocks", lambda file: text_blocks.text_blocks(file, 1 << 14))


def test_an_accent_of_windows_far_behind_the_beginning_is_read_and_told(forest, tmp_path, small_blocks):
    """As the reader of small files reads it, which sees the whole file before it decides."""
    content = many("6.3,2.9,5.6,1.8,forêt").encode("cp1252")
    check_against_the_small_reader(forest, content, tmp_path / "in.csv", tmp_path / "out.csv")
    done = predict_file(forest, tmp_path / "in.csv", tmp_path / "out.csv")
    assert any("Windows-1252" in str(note) for note in done.notes)


@pytest.mark.parametrize("size", range(1, 12))
def test_a_character_is_not_cut(size):
    """Characters of one to four bytes, in pieces of any size."""
    text = "a\né\n€\n😀\n"
    blocks = text_blocks.text_blocks(io.BytesIO(text.encode()), size)
    assert b"".join(block.content for block in blocks).decode() == text


def test_a_sign_that_is_no_text_at_the_end_of_a_file_is_shown_as_such():
    """A file that was cut within a character."""
    blocks = list(text_blocks.text_blocks(io.BytesIO("ab\né".encode()[:-1])))
    assert blocks[-1].content.decode().endswith("�")


def test_a_damaged_wide_text_is_refused(forest, tmp_path):
    (tmp_path / "in.csv").write_bytes(many().encode("utf-16") + b"\x00\xd8\x00\x00\x0a")
    with pytest.raises(NotATableError, match="UTF-16"):
        predict_file(forest, tmp_path / "in.csv", tmp_path / "out.csv")


@pytest.mark.parametrize(
    "row",
    ['6.3,2.9,5.6,1.8,5" pot', '6.3,2.9,5.6,1.8,a "red" pot', '# a 5" pot, "the red one\n6.3,2.9,5.6,1.8,south'],
    ids=["inches", "a word in quotes", "a comment"],
)
def test_a_quote_within_a_cell_or_a_comment_opens_nothing(forest, tmp_path, small_blocks, row):
    """Otherwise all rows below would be one cell."""
    monkey = many(row, *["5.1,3.5,1.4,0.2,north"] * 3000)
    check_against_the_small_reader(forest, monkey.encode(), tmp_path / "in.csv", tmp_path / "out.csv")


def test_dos_ended_a_text_with_a_sign(forest, tmp_path):
    (tmp_path / "in.csv").write_bytes(DIALECTS["Windows"].encode() + b"\x1a")
    assert predict_file(forest, tmp_path / "in.csv", tmp_path / "out.csv").n_bad == 0


def test_missing_rows_that_the_first_line_announces_are_told(forest, tmp_path):
    """As scikit-learn's own file begins."""
    (tmp_path / "in.csv").write_text("150,4,setosa,versicolor,virginica\n5.1,3.5,1.4,0.2,0\n6.3,2.9,5.6,1.8,2\n")
    done = predict_file(forest, tmp_path / "in.csv", tmp_path / "out.csv")
    assert done.n_missing == 148
    assert any("150" in str(note) for note in done.notes)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no named pipes")
def test_a_pipe_is_read(forest, tmp_path):
    """irisml predict --csv <(zcat flowers.csv.gz)."""
    os.mkfifo(tmp_path / "pipe")
    text = many(n=20_000)
    thread = threading.Thread(target=(tmp_path / "pipe").write_text, args=(text,))
    thread.start()
    done = predict_file(forest, tmp_path / "pipe", tmp_path / "out.csv")
    thread.join()
    assert done.n_samples == 20_000


def test_a_source_that_fails_in_the_middle_is_not_called_an_output(forest, tmp_path, monkeypatch):
    def failing(file):
        yield from text_blocks.text_blocks(io.BytesIO(many().encode()))
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(sources, "text_blocks", failing)
    (tmp_path / "in.csv").write_text(many())
    with pytest.raises(UnreadableFileError, match="Input/output error"):
        predict_file(forest, tmp_path / "in.csv", tmp_path / "out.csv")


# --- what stays beside the output -------------------------------------------------------------------------


def test_the_problems_of_an_earlier_run_do_not_stay(forest, tmp_path):
    """They would be taken for those of this file."""
    source, output = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text(DIALECTS["bad rows"])
    assert predict_file(forest, source, output).problems.exists()
    source.write_text(DIALECTS["plain"])
    predict_file(forest, source, output)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv", "out.csv"]


def test_two_outputs_that_differ_in_their_end_have_a_file_of_problems_each(forest, tmp_path):
    (tmp_path / "in.csv").write_text(DIALECTS["bad rows"])
    told = {predict_file(forest, tmp_path / "in.csv", tmp_path / name).problems for name in ("o.csv", "o.parquet")}
    assert len(told) == 2


def test_no_two_columns_of_the_output_have_the_same_name(forest, tmp_path):
    """A column that is renamed can get the name of another."""
    header = "p_setosa,p_setosa_in_file,bed,bed"
    (tmp_path / "in.csv").write_text(f"{header},{HEADER}\n1,2,3,4,5.1,3.5,1.4,0.2\n")
    predict_file(forest, tmp_path / "in.csv", tmp_path / "out.csv")
    names = (tmp_path / "out.csv").read_text().splitlines()[0].split(",")
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("cells", "shown"),
    [
        (pa.array([b"north", None, b"s\xfcd"]), ["north", "", "s\ufffdd"]),
        (pa.array(["north", None, "süd"], pa.string_view()), ["north", "", "süd"]),
        (pa.array([[1], None, [2, 3]]), ["[1]", "", "[2, 3]"]),
        (pa.array(["a", None, "b"]).dictionary_encode(), ["a", "", "b"]),
        (pa.array([True, None, False]), ["true", "", "false"]),
    ],
    ids=["bytes", "string view", "lists", "dictionary", "booleans"],
)
def test_any_column_of_parquet_stands_in_csv(forest, tmp_path, cells, shown):
    """An empty cell where there is none."""
    parquet.write_table(table_of(own=cells), tmp_path / "in.parquet")
    predict_file(forest, tmp_path / "in.parquet", tmp_path / "out.csv")
    assert [row["own"] for row in rows_of(tmp_path / "out.csv")] == shown


@pytest.mark.parametrize("kind", [pa.string_view(), pa.binary_view(), pa.large_string()], ids=str)
def test_a_bad_row_is_taken_out_of_any_column_of_parquet(forest, tmp_path, kind):
    table = table_of(petal_width=[0.2, None, 1.4], own=pa.array(["a", "b", "c"]).cast(kind))
    parquet.write_table(table, tmp_path / "in.parquet")
    predict_file(forest, tmp_path / "in.parquet", tmp_path / "out.csv")
    assert [row["own"] for row in rows_of(tmp_path / "out.csv")] == ["a", "c"]
