"""Ten thousand files in random conventions, undamaged and damaged: what is read equals what was written."""

import csv
import io
import random
from dataclasses import replace

import pytest

from irisml.data.datasets import load_iris
from irisml.data.flower_files.reading import MeasurementTable, read_measurements_csv
from irisml.domain.errors import InputError
from irisml.domain.measurements import SPECIES, Measurement
from tests.unit.data.flower_files.conventions import HEADERS, LABELS, Style

N_FILES, N_SEEDS = 10_000, 4
IRIS = load_iris()
NAMES = [names for name, names in LABELS.items() if names and "two of three" not in name]


def flowers_of(rng: random.Random) -> tuple[list[Measurement], list[str]]:
    """Return real flowers, at least one of each species, so that integer labels are unambiguous."""
    rows = [rng.randrange(50 * k, 50 * k + 50) for k in range(3)] + rng.sample(range(150), rng.randrange(12))
    rng.shuffle(rows)
    return [Measurement.from_vector(IRIS.X[row].tolist()) for row in rows], [SPECIES[IRIS.y[row]] for row in rows]


def style_of(rng: random.Random) -> Style:
    """Return a random combination of conventions."""
    delimiter = rng.choice(",;\t| ")
    header = rng.choice(list(HEADERS.values()))
    labels = rng.choice([None, *NAMES])
    row_numbers = rng.choice(["none", "none", "named", "unnamed"] if header else ["none", "named"])
    return Style(
        header=header,
        labels=labels,
        delimiter=delimiter,
        decimal=rng.choice(".,"),
        encoding=rng.choice(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"]),
        end=rng.choice(["\n", "\r\n"]),
        above=rng.choice([(), (), ("# my bed",), ("# 1,2,3,4", "#")]),
        below=rng.choice([(), ("# end",), ("",)]),
        row_numbers=row_numbers,
        last=delimiter if delimiter not in " |" and row_numbers != "unnamed" and rng.random() < 0.2 else "",
        quote=rng.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
        order=rng.choice([(0, 1, 2, 3), (2, 3, 0, 1), (3, 2, 1, 0)]) if header else (0, 1, 2, 3),
    )


def read(content: bytes) -> MeasurementTable:
    return read_measurements_csv(io.BytesIO(content), strict=False)


def test_an_undamaged_file_is_read_as_written(seed):
    rng = random.Random(seed)
    for _ in range(N_FILES // N_SEEDS // 2):
        style = style_of(rng)
        flowers, species = flowers_of(rng)
        table = read(style.written(flowers, species))
        assert list(table.measurements) == flowers, style
        assert table.species == (tuple(species) if style.labels else None), style
        assert (table.problems, table.label_problems) == ((), ()), style


def test_one_invalid_cell_is_reported_and_all_other_rows_are_read(seed):
    rng = random.Random(seed)
    for _ in range(N_FILES // N_SEEDS // 4):
        style = replace(style_of(rng), encoding="utf-8", quote=csv.QUOTE_MINIMAL, last="")
        flowers, species = flowers_of(rng)
        lines = style.written(flowers, species).decode().splitlines()
        first = len(style.above) + (style.header is not None)
        hit = rng.randrange(len(flowers))
        cells = next(csv.reader([lines[first + hit]], delimiter=style.delimiter))
        place = rng.randrange(4) + (style.row_numbers != "none")
        spoiled = rng.choice(["", "NA", "x", "06.01", "-1", "51", "nan", "1_5", "5.1.2"])
        if spoiled in ("", "x") and style.delimiter == " ":
            spoiled = "NA"
        cells[place] = spoiled
        out = io.StringIO()
        csv.writer(out, delimiter=style.delimiter, lineterminator="").writerow(cells)
        lines[first + hit] = out.getvalue()
        table = read("\n".join(lines).encode())
        assert list(table.measurements) == flowers[:hit] + flowers[hit + 1 :], (style, spoiled)
        assert [line for line, _ in table.problems] == [first + hit + 1], (style, spoiled)
        wanted = species[:hit] + species[hit + 1 :]
        assert table.species == (tuple(wanted) if style.labels else None), (style, spoiled)


def test_a_damaged_file_is_refused_or_every_row_is_accounted_for(seed):
    """Bytes are changed, cut out or inserted, or the file is truncated.

    A line that the damage did not touch is read as written or reported. Only touched lines may hold another
    flower, for 5.1 and 5.7 are one byte apart.
    """
    rng = random.Random(seed)
    for _ in range(N_FILES // N_SEEDS // 4):
        style = replace(style_of(rng), labels=rng.choice([None, SPECIES]), above=(), below=())
        flowers, species = flowers_of(rng)
        content = style.written(flowers, species)
        at, size = rng.randrange(len(content)), rng.randrange(1, 5)
        put = bytes(rng.randrange(256) for _ in range(size))
        damaged, end = rng.choice(
            [
                (content[:at] + put + content[at + size :], at + size),
                (content[:at] + content[at + size :], at + size),
                (content[:at] + put + content[at:], at),
                (content[:at], len(content)),
            ]
        )
        try:
            table = read(damaged)
        except InputError:
            continue  # reported, and nothing was read
        lines = (
            content[:at].decode(style.encoding, errors="ignore").splitlines(),
            content[:end].decode(style.encoding, errors="ignore").splitlines(),
        )
        first = style.header is not None
        before, after = max(0, len(lines[0]) - first - 1), len(lines[1]) - first + 1
        rows = list(zip(table.measurements, table.species or [None] * len(table.lines), strict=True))
        wanted = list(zip(flowers, species if table.species else [None] * len(flowers), strict=True))
        told = len(table.problems) + len(table.label_problems)
        assert rows[:before] == wanted[:before] or told, (style, damaged)
        n_after = len(wanted) - after
        if n_after > 0:
            assert rows[-n_after:] == wanted[-n_after:] or told, (style, damaged)
        # A deleted or inserted line break joins or splits rows.
        assert len(rows) + len(table.problems) + 1 >= len(wanted) or end == len(content), (style, damaged)


def test_one_missing_quote_loses_no_row(seed):
    """Every cell is quoted: the file is refused, or every row is read or reported."""
    rng = random.Random(seed)
    for _ in range(N_FILES // N_SEEDS // 8):
        style = replace(style_of(rng), quote=csv.QUOTE_ALL, encoding="utf-8", above=(), below=())
        flowers, species = flowers_of(rng)
        text = style.written(flowers, species).decode()
        at = rng.choice([at for at, sign in enumerate(text) if sign == '"'])
        try:
            table = read((text[:at] + text[at + 1 :]).encode())
        except InputError:
            continue
        assert len(table.measurements) + len(table.problems) >= len(flowers), (style, at)
        assert set(table.measurements) <= set(flowers), (style, at)


@pytest.fixture(params=range(N_SEEDS))
def seed(request) -> int:
    return 20_261_126 + request.param
