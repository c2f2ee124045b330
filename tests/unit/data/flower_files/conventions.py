"""Conventions for files of irises, as found in the wild: styles in which a file can be written.

``python -m tests.unit.data.flower_files.conventions`` writes docs/files.md.
"""

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow
from click.testing import CliRunner
from pyarrow import parquet

from irisml.cli.commands import main
from irisml.data.flower_files.reading import read_measurements_csv
from irisml.domain.errors import InputError
from irisml.domain.measurements import FEATURES, SPECIES, TYPICAL_FLOWERS, Measurement
from tests.unit.data.flower_files.workbook import workbook
from web.data.csv_prediction import read_upload
from web.server.flower_body import BodyError, read_flowers
from web.state.kept_file import KeptFile

DOCUMENT = Path(__file__).parents[4] / "docs/files.md"

_MARKER = "<!-- From here on: python -m tests.unit.data.flower_files.conventions -->\n"
FLOWERS = tuple(TYPICAL_FLOWERS.values())
OURS = ("sepal_length", "sepal_width", "petal_length", "petal_width", "species")


@dataclass(frozen=True)
class Style:
    """Style of a file.

    Parameters
    ----------
    header : tuple of str or None
        Names of the four lengths and the label, or None.
    labels : tuple of str or None
        Labels of the three species; None for a file without labels.
    delimiter, decimal, encoding, end : str
    power : int
        Power of ten from cm to the unit of the file.
    above, below : tuple of str
        Lines above the header and below the last row.
    row_numbers : {"none", "named", "unnamed"}
        Whether the first column has row numbers, and whether the header names it.
    last : str
        Text at the end of each line.
    quote : int
        Quoting constant of `csv`.
    """

    header: tuple[str, ...] | None = OURS
    labels: tuple[str, ...] | None = SPECIES
    delimiter: str = ","
    decimal: str = "."
    encoding: str = "utf-8"
    end: str = "\n"
    power: int = 0
    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()
    row_numbers: str = "none"
    last: str = ""
    quote: int = csv.QUOTE_MINIMAL
    order: tuple[int, ...] = field(default=(0, 1, 2, 3))

    def written(self, flowers: Sequence[Measurement], species: Sequence[str]) -> bytes:
        """Write these flowers in this style."""
        out = io.StringIO()
        writer = csv.writer(out, delimiter=self.delimiter, lineterminator=f"{self.last}{self.end}", quoting=self.quote)
        out.write("".join(f"{line}{self.end}" for line in self.above))
        n_columns = len(FEATURES) + (self.labels is not None)
        if self.header is not None:
            names = [self.header[at] for at in self.order] + list(self.header[len(FEATURES) : n_columns])
            writer.writerow([*(["row"] if self.row_numbers == "named" else []), *names])
        for number, (flower, name) in enumerate(zip(flowers, species, strict=True), 1):
            lengths = list(flower)
            cells = [self.length(lengths[at]) for at in self.order]
            if self.labels is not None:
                cells.append(self.labels[SPECIES.index(name)])
            writer.writerow([*([] if self.row_numbers == "none" else [number]), *cells])
        out.write("".join(f"{line}{self.end}" for line in self.below))
        return out.getvalue().encode(self.encoding)

    def length(self, cm: float) -> str:
        """Write a length."""
        text = str(cm if not self.power else round(cm * 10**self.power, 6))
        return text.replace(".", self.decimal)


@dataclass(frozen=True)
class Convention:
    """A row of the table: its name, a file of this convention, and a body for the API, if possible."""

    group: str
    name: str
    content: bytes
    body: bytes | None = None


def of_style(group: str, name: str, style: Style, body: bytes | None = None) -> Convention:
    """Write the three typical flowers in a style."""
    return Convention(group, name, style.written(FLOWERS, SPECIES), body)


def body_of(names: Sequence[str], write: Callable[[float], object] = lambda cm: cm) -> bytes:
    """Return a body for the API with these field names."""
    return json.dumps({name: write(cm) for name, cm in zip(names, FLOWERS[0], strict=False)}).encode()


def headers(pattern: str, label: str = "species", words: str = "sepal petal length width") -> tuple[str, ...]:
    """Return a header by a pattern with {part} and {kind}."""
    sepal, petal, length, width = words.split()
    pairs = ((sepal, length), (sepal, width), (petal, length), (petal, width))
    names = (
        pattern.format(part=part, kind=kind, Part=part.capitalize(), Kind=kind.capitalize()) for part, kind in pairs
    )
    return (*names, label)


HEADERS = {
    "sepal_length (seaborn)": OURS,
    "sepal length (cm) (scikit-learn)": headers("{part} {kind} (cm)", "target"),
    "Sepal.Length (R)": headers("{Part}.{Kind}", "Species"),
    "SepalLengthCm (Kaggle)": headers("{Part}{Kind}Cm", "Species"),
    "sepalLength (vega)": headers("{part}{Kind}"),
    "SEPAL_LENGTH": tuple(name.upper() for name in OURS),
    "sepal length in cm (UCI)": headers("{part} {kind} in cm", "class"),
    "Sepal length [cm]": headers("{Part} {kind} [cm]"),
    "sepal_len (H2O)": headers("{part}_{kind}", "class", "sepal petal len wid"),
    "SL, SW, PL, PW": ("SL", "SW", "PL", "PW", "Species"),
    "SepLen": ("SepLen", "SepWid", "PetLen", "PetWid", "Type"),
    "length of sepal": headers("{kind} of {part}"),
    "Longueur du sépale (cm)": headers("{Kind} du {part} (cm)", "Espèce", "sépale pétale longueur largeur"),
    "longueur_sepale": headers("{kind}_{part}", "espece", "sepale petale longueur largeur"),
    "none": None,
}
LABELS = {
    "setosa": SPECIES,
    "Iris-setosa (UCI)": tuple(f"Iris-{name}" for name in SPECIES),
    "Iris Setosa, Iris Versicolour": ("Iris Setosa", "Iris Versicolour", "Iris Virginica"),
    "I. setosa": tuple(f"I. {name}" for name in SPECIES),
    "SETOSA": tuple(name.upper() for name in SPECIES),
    "0, 1, 2 (scikit-learn)": ("0", "1", "2"),
    "1, 2, 3": ("1", "2", "3"),
    "0.0, 1.0, 2.0 (numpy)": ("0.0", "1.0", "2.0"),
    "b'setosa' (numpy)": tuple(f"b'{name}'" for name in SPECIES),
    "1, 2 (two of three)": ("1", "2", "2"),
    "none": None,
}
_FRENCH = HEADERS["Longueur du sépale (cm)"]


def _files() -> list[Convention]:
    found = []
    for name, header in HEADERS.items():
        body = body_of(header) if header else None
        found.append(of_style("Header", name, Style(header=header), body))
    found.append(of_style("Header", "a, b, c, d, e", Style(header=("a", "b", "c", "d", "e")), body_of("abcd")))
    found += [of_style("Label", name, Style(labels=labels)) for name, labels in LABELS.items()]
    for name, delimiter in {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|", "space": " "}.items():
        found.append(of_style("Separator", name, Style(delimiter=delimiter)))
    found.append(of_style("Separator", "sep=; in the first line", Style(delimiter=";", above=("sep=;",))))
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "mac_roman"):
        body = body_of(OURS).decode().encode(encoding)
        found.append(of_style("Encoding", encoding, Style(header=_FRENCH, encoding=encoding), body))
    commas = body_of(OURS, lambda cm: str(cm).replace(".", ","))
    found += [
        of_style("Decimals", "5.1", Style(), body_of(OURS)),
        of_style("Decimals", '"5.1"', Style(quote=csv.QUOTE_ALL), body_of(OURS, str)),
        of_style("Decimals", "5,1 between semicolons", Style(delimiter=";", decimal=","), commas),
        of_style("Decimals", '"5,1" between commas', Style(decimal=",")),
        Convention("Decimals", "5,1 between commas, without quotes", b"5,0,3,4,1,5,0,2\n5,9,2,8,4,3,1,3\n"),
        Convention("Decimals", "06.01 (a date of Excel)", b"5.0,3.4,1.5,0.2\n06.01,2.8,4.3,1.3\n6.5,3.0,5.6,2.0\n"),
    ]
    mm, inches = headers("{part}_{kind}_mm"), headers("{part} {kind} (in)")
    found += [
        of_style("Unit", "mm in the header", Style(header=mm, power=1), body_of(mm, lambda cm: round(cm * 10, 6))),
        of_style("Unit", "mm without a word", Style(power=1), body_of(OURS, lambda cm: round(cm * 10, 6))),
        of_style("Unit", "inches in the header", Style(header=inches), body_of(inches)),
    ]
    petals_first = (2, 3, 0, 1)
    codes = ("0", "1", "2")
    names = "3,4,setosa,versicolor,virginica"
    found += [
        of_style("Layout", "columns in another order", Style(order=petals_first), body_of(OURS)),
        of_style("Layout", "another order, no header", Style(order=petals_first, header=None)),
        of_style("Layout", "comments (#)", Style(above=("# my bed",), below=("# n = 3",))),
        of_style("Layout", "a title above", Style(above=("My irises", ""))),
        of_style("Layout", "rows counted (pandas)", Style(row_numbers="named")),
        of_style("Layout", "rows counted, no header", Style(row_numbers="named", header=None)),
        of_style("Layout", "rows counted, no header for them (R)", Style(row_numbers="unnamed", delimiter=" ")),
        of_style("Layout", "counts in line 1 (scikit-learn)", Style(header=None, labels=codes, above=(names,))),
        of_style("Layout", "counts in line 1, a row missing", Style(header=None, above=("4,4",))),
        of_style("Layout", "separator at the end", Style(last=",")),
        of_style("Layout", "lines of Windows", Style(end="\r\n")),
        Convention("Layout", "a quote that is not closed", b'5.0,3.4,1.5,0.2,"setosa\n5.9,2.8,4.3,1.3,versicolor\n'),
        Convention("Layout", "one bad row", b"5.0,3.4,1.5,0.2\n5.9,x,4.3,1.3\n6.5,3.0,5.6,2.0\n"),
        Convention("Layout", "no row", b"sepal_length,sepal_width,petal_length,petal_width\n"),
    ]
    rows = [list(OURS), *([*flower, name] for flower, name in zip(FLOWERS, SPECIES, strict=True))]
    found += [
        Convention("Kind", "Excel (.xlsx)", workbook({"irises": rows})),
        Convention("Kind", "Parquet", _parquet()),
        Convention("Kind", "JSON", b"[" + body_of(OURS) + b"]", b"[" + body_of(OURS) + b"]"),
        Convention("Kind", "ARFF", b"@relation iris\n@data\n5.0,3.4,1.5,0.2\n"),
        Convention("Kind", "HTML", b"<table></table>"),
        Convention("Kind", "a picture (PNG)", b"\x89PNG\r\n"),
    ]
    return found


def _parquet() -> bytes:
    columns = dict(zip(FEATURES, zip(*FLOWERS, strict=True), strict=True))
    out = io.BytesIO()
    parquet.write_table(pyarrow.table({**columns, "species": SPECIES}), out)
    return out.getvalue()


CONVENTIONS = _files()


def _outcome(n_read: int, n_unread: int) -> str:
    return "read" if not n_unread else f"read in part: {n_read} of {n_read + n_unread} rows"


def _sentence(error: Exception) -> str:
    return "refused: " + " ".join(str(error).split()).replace("|", "\\|")


def in_library(one: Convention) -> str:
    """Return the result of `read_measurements_csv`."""
    try:
        table = read_measurements_csv(io.BytesIO(one.content))
    except InputError as error:
        return _sentence(error)
    return _outcome(len(table.lines), 0)


def on_page(one: Convention) -> str:
    """Return the result of the page Data; its own tests check what is shown."""
    try:
        table = read_upload(KeptFile("flowers.csv", one.content))
    except InputError as error:
        return _sentence(error)
    return _outcome(len(table.lines), len(table.problems))


def on_command_line(one: Convention) -> str:
    """Return the result of ``irisml predict --csv -`` with the registry of IRISML_REGISTRY."""
    result = CliRunner().invoke(main, ["predict", "--csv", "-"], input=one.content)
    if result.exit_code not in (0, 3):
        return f"refused, exit code {result.exit_code}"
    n_read = len(list(csv.reader(io.StringIO(result.stdout)))) - 1
    if result.exit_code == 3 and n_read == len(FLOWERS):
        return "read, exit code 3: the file is cut off"
    return _outcome(n_read, len(FLOWERS) - n_read)


def by_api(one: Convention) -> str:
    """Return the result of the API for the body."""
    if one.body is None:
        return "–"
    try:
        read_flowers(one.body, 1)
    except BodyError as error:
        return "refused: " + error.problems[0][1].replace("|", "\\|")
    return "read"


def document(rows: Sequence[tuple[Convention, tuple[str, str, str, str]]]) -> str:
    """Return docs/files.md: the part written by hand, and tables of these cells."""
    by_hand, marker, _ = DOCUMENT.read_text(encoding="utf-8").partition(_MARKER)
    parts = [by_hand, marker]
    for group in dict.fromkeys(one.group for one, _ in rows):
        parts.append(f"\n### {group}\n\n| convention | library | command line | page | API |\n|---|---|---|---|---|\n")
        parts += [f"| {one.name} | {' | '.join(told)} |\n" for one, told in rows if one.group == group]
    return "".join(parts)


def cells(one: Convention) -> tuple[str, str, str, str]:
    """Return the results of library, command line, page and API for a convention."""
    library, page = in_library(one), on_page(one)
    return library, on_command_line(one), "refused, in these words" if page == library != "read" else page, by_api(one)


if __name__ == "__main__":
    DOCUMENT.write_text(document([(one, cells(one)) for one in CONVENTIONS]), encoding="utf-8")
