"""What a file is by its first bytes, and its text in whatever encoding."""

import codecs
import re
import zipfile
from io import BytesIO

from irisml.domain.errors import NotATableError
from irisml.domain.i18n import Phrase, sentence

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: it begins with the same two bytes
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE_BYTES = 20_000
"""Of a text in an unknown encoding: what the detection looks at."""
_WESTERN = ("cp1252", "mac_roman", "cp850")
_NAMES = {"cp1252": "Windows-1252", "mac_roman": "Mac Roman", "cp850": "code page 850"}
"""As people know them."""
_FRENCH_HEADERS = ("sépale", "pétale", "espèce")
"""By which the encodings of Windows, an old Mac and an old console are told apart, if one of them is there."""
_FOREIGN_RUN = 3
"""Bytes beyond ASCII in a row, on average, from which a text is in another script: an accent stands alone."""

EXCEL, PARQUET = "Excel", "Parquet"
_SAVE_AS_CSV = sentence("Save the table as CSV")
_CONVERT = sentence("Convert it, for example in Python: {command}")
_RELATION = re.compile(r"^[ \t]*@relation\b", re.IGNORECASE | re.MULTILINE)
_BEFORE_RELATION = 100_000
"""Characters of the comments that may stand above it."""
_KINDS = (
    (b"PAR1", PARQUET),
    (b"\xd0\xcf\x11\xe0", EXCEL),  # the format before 2007, and any workbook with a password
    (b"PK\x03\x04", "ZIP"),
    (b"\x1f\x8b", "gzip"),
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"\x93NUMPY", "NumPy (.npy)"),
    (b"ARROW1", "Feather"),
    (b"SQLite format 3", "SQLite"),
    (b"RDX", "R data"),
    (b"\x80\x04", "pickle"),
    (b"\x80\x05", "pickle"),
)
_WORKBOOKS = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")
"""What a ZIP holds that is a workbook of Excel (.xlsx, .xlsb) or LibreOffice (.ods)."""


def binary_kind(content: bytes) -> str | None:
    """Return the name of a kind of file that is no text; None where it may be text.

    Examples
    --------
    >>> binary_kind(b"%PDF-1.7"), binary_kind(b"5.1,3.5,1.4,0.2")
    ('PDF', None)
    """
    kind = next((kind for signature, kind in _KINDS if content.startswith(signature)), None)
    return EXCEL if kind == "ZIP" and _is_workbook(content) else kind


def _is_workbook(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return any(name in _WORKBOOKS for name in archive.namelist())
    except zipfile.BadZipFile:
        return False


def decoded(content: bytes) -> tuple[str, str | None]:
    """Return the text of a file, and the name of its encoding where that was a guess.

    A byte order mark tells it; else UTF-8 is tried, which no other encoding passes by chance. Of the
    rest charset-normalizer tells apart those of other scripts. On texts with a few accents it errs, so
    they are read as Windows-1252, unless a French header reads right in another one: a number and
    the name of a species are the same bytes in all of them.

    Raises
    ------
    NotATableError
        If it is no text.

    Examples
    --------
    >>> decoded("espèce".encode("cp1252"))
    ('espèce', 'Windows-1252')
    """
    marked = (encoding for mark, encoding in _BYTE_ORDER_MARKS if content.startswith(mark))
    encoding = next(marked, None) or _wide(content[:_SAMPLE_BYTES]) or "utf-8"
    guess = None
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding != "utf-8":  # what follows the damage may be anything
            damaged = Phrase(sentence("a damaged text in {encoding}"), {"encoding": encoding.upper()})
            raise NotATableError(kind=damaged, cure=Phrase(_SAVE_AS_CSV, {})) from error
        guess = _detected(content, error.start)
        text = content.decode(guess, errors="replace")
    # Files that were put together have a mark each; and DOS wrote a sign at the end.
    text = text.replace("\ufeff", "").removesuffix("\x1a")
    if any(sign < "\t" for sign in text[:_SAMPLE_BYTES]):
        raise NotATableError(kind=Phrase(sentence("binary data"), {}), cure=Phrase(_SAVE_AS_CSV, {}))
    return text, guess and _NAMES.get(guess, guess)


def _wide(sample: bytes) -> str | None:
    """Return UTF-16 where every second byte is zero, as in a table it is: digits and separators need one byte."""
    zeros = (sample[::2].count(0), sample[1::2].count(0))
    if 4 * max(zeros) < len(sample):
        return None
    return "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"


def _detected(content: bytes, first: int) -> str:
    start = max(0, first - _SAMPLE_BYTES // 2)
    sample = content[start : start + _SAMPLE_BYTES]
    runs = re.findall(rb"[\x80-\xff]+", sample)
    if sum(map(len, runs)) >= _FOREIGN_RUN * len(runs):
        from charset_normalizer import from_bytes  # 50 ms to import, and hardly ever needed

        best = from_bytes(sample).best()
        if best is not None:
            return best.encoding
    header = [(sample.decode(encoding, errors="replace").lower(), encoding) for encoding in _WESTERN]
    return max(header, key=lambda read: sum(word in read[0] for word in _FRENCH_HEADERS))[1]


def refuse_other_text(text: str) -> None:
    """Refuse text that is of a kind of its own, by its name and with the way out.

    Raises
    ------
    NotATableError

    Examples
    --------
    >>> refuse_other_text('[{"sepal_length": 5.1}]')
    Traceback (most recent call last):
    irisml.domain.errors.NotATableError: The file is JSON, not a table of text. Convert it, ... pandas.read_json(...)...
    """
    start = text[:2000].lstrip().lower()
    if start.startswith("{") or (start.startswith("[") and start[1:].lstrip()[:1] in ("{", "[", '"')):
        kind, cure = "JSON", Phrase(_CONVERT, {"command": "pandas.read_json(file).to_csv(file, index=False)"})
    elif start.startswith("<"):
        kind, cure = "HTML or XML", Phrase(_SAVE_AS_CSV, {})
    elif _RELATION.search(text, 0, _BEFORE_RELATION):
        kind = "ARFF"
        cure = Phrase(sentence("Delete all lines up to @data, or save the table as CSV in Weka"), {})
    else:
        return
    raise NotATableError(kind=kind, cure=cure)


def refuse_other_kind(kind: str) -> None:
    """Refuse a file that is no text, by its name and with the way out.

    Raises
    ------
    NotATableError
    """
    unpack = Phrase(sentence("Unpack it, and give the table that is in it"), {})
    cure = unpack if kind in ("ZIP", "gzip") else Phrase(_SAVE_AS_CSV, {})
    raise NotATableError(kind=kind, cure=cure)
