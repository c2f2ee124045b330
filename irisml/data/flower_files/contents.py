"""Detection of the file type by the first bytes, and decoding of text."""

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
"""Size of the sample from which the encoding is detected."""
_WESTERN = ("cp1252", "mac_roman", "cp850")
_NAMES = {"cp1252": "Windows-1252", "mac_roman": "Mac Roman", "cp850": "code page 850"}
"""Common names of the encodings."""
_FRENCH_HEADERS = ("sépale", "pétale", "espèce")
"""Words that distinguish the encodings of Windows, classic Mac OS and DOS, if one occurs."""
_FOREIGN_RUN = 3
"""Mean length of non-ASCII runs from which a text is in another script: accented letters are isolated."""

EXCEL, PARQUET = "Excel", "Parquet"
_SAVE_AS_CSV = sentence("Save the table as CSV")
_CONVERT = sentence("Convert it, for example in Python: {command}")
_RELATION = re.compile(r"^[ \t]*@relation\b", re.IGNORECASE | re.MULTILINE)
_BEFORE_RELATION = 100_000
"""Characters searched for @relation, which may follow comments."""
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
"""Members by which a ZIP is a workbook of Excel (.xlsx, .xlsb) or LibreOffice (.ods)."""


def binary_kind(content: bytes) -> str | None:
    """Return the name of a binary file type; None if the file may be text.

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
    """Return the text of a file, and the name of its encoding if that was a guess.

    A byte order mark decides. Without one, UTF-8 is tried: text in another encoding is not valid
    UTF-8 by chance. Else charset-normalizer detects the encodings of other scripts. It is unreliable
    for text with a few accents. Such text is read as Windows-1252, unless a French header is valid in
    another encoding: numbers and names of species are the same bytes in all of them.

    Raises
    ------
    NotATableError
        If it is not text.

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
        if encoding != "utf-8":
            raise damaged_text(encoding) from error
        guess = _detected(content, error.start)
        text = content.decode(guess, errors="replace")
    # Concatenated files have a mark each; DOS ended a text with a control character.
    text = text.replace("\ufeff", "").removesuffix("\x1a")
    refuse_binary_text(text)
    return text, guess and _NAMES.get(guess, guess)


def damaged_text(encoding: str) -> NotATableError:
    """Return the error for a text that is not valid in its encoding: what follows the damage is unreliable."""
    kind = Phrase(sentence("a damaged text in {encoding}"), {"encoding": encoding.upper()})
    return NotATableError(kind=kind, cure=Phrase(_SAVE_AS_CSV, {}))


def refuse_binary_text(text: str) -> None:
    """Refuse what has signs at its beginning that no text has.

    Raises
    ------
    NotATableError
    """
    if any(sign < "\t" for sign in text[:_SAMPLE_BYTES]):
        raise NotATableError(kind=Phrase(sentence("binary data"), {}), cure=Phrase(_SAVE_AS_CSV, {}))


def guessed_name(encoding: str) -> str | None:
    """Return the common name of an encoding that was a guess; None for those that a file shows by itself.

    Examples
    --------
    >>> guessed_name("cp1252"), guessed_name("utf-16")
    ('Windows-1252', None)
    """
    return None if encoding.startswith("utf-") else _NAMES.get(encoding, encoding)


def guessed_encoding(name: str) -> Phrase:
    """Return the note that the encoding of a text was guessed."""
    return Phrase(sentence("The text is not in UTF-8; it was read as {encoding}."), {"encoding": name})


def encoding_of(head: bytes) -> str:
    """Return the encoding of a text as `decoded` finds it, from its beginning alone.

    Examples
    --------
    >>> encoding_of("espèce;5,1".encode("cp1252"))
    'cp1252'
    """
    marked = (encoding for mark, encoding in _BYTE_ORDER_MARKS if head.startswith(mark))
    encoding = next(marked, None) or _wide(head[:_SAMPLE_BYTES])
    if encoding is not None:
        return encoding
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)  # which may end within a character
    except UnicodeDecodeError as error:
        return _detected(head, error.start)
    return "utf-8"


def _wide(sample: bytes) -> str | None:
    """Return UTF-16 if every second byte is mostly zero: digits and separators of a table need one byte."""
    zeros = (sample[::2].count(0), sample[1::2].count(0))
    if 4 * max(zeros) < len(sample):
        return None
    return "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"


def _detected(content: bytes, first: int) -> str:
    start = max(0, first - _SAMPLE_BYTES // 2)
    sample = content[start : start + _SAMPLE_BYTES]
    runs = re.findall(rb"[\x80-\xff]+", sample)
    if sum(map(len, runs)) >= _FOREIGN_RUN * len(runs):
        from charset_normalizer import from_bytes  # takes 50 ms to import and is rarely needed

        best = from_bytes(sample).best()
        if best is not None:
            return best.encoding
    header = [(sample.decode(encoding, errors="replace").lower(), encoding) for encoding in _WESTERN]
    return max(header, key=lambda read: sum(word in read[0] for word in _FRENCH_HEADERS))[1]


def refuse_other_text(text: str) -> None:
    """Refuse text in another format, with its name and how to convert it.

    Raises
    ------
    NotATableError

    Examples
    --------
    >>> refuse_other_text('[{"sepal_length": 5.1}]')
    Traceback (most recent call last):
    irisml.domain.errors.NotATableError: The file is JSON, not a text table. Convert it, ... pandas.read_json(...)...
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
    """Refuse a binary file, with its type and how to convert it.

    Raises
    ------
    NotATableError
    """
    unpack = Phrase(sentence("Unpack it, and use the table inside"), {})
    cure = unpack if kind in ("ZIP", "gzip") else Phrase(_SAVE_AS_CSV, {})
    raise NotATableError(kind=kind, cure=cure)
