"""Everything that irisml can raise.

IrisError
├── InputError                    what was given cannot be used       (also ValueError)
│   ├── NotANumberError           a measurement that is no number
│   ├── DateError                 a date where a measurement should be
│   ├── OutOfRangeError           a measurement that no iris could have
│   ├── WrongLengthError          not four numbers
│   ├── UnknownSpeciesError       a label that is none of the three species
│   ├── InvalidTableError         a table whose columns or rows are not those of irises
│   │   ├── EmptyTableError       a file without a row
│   │   ├── MissingColumnsError   no column for a length
│   │   ├── RepeatedColumnsError  more than one column for a length
│   │   ├── SecondHeaderError     another table below the first one
│   │   ├── HeaderNeededError     columns without a header, of which the lengths are not clear
│   │   ├── ColumnOrderError      columns without a header that fit another order
│   │   ├── UnknownUnitError      a column in a unit other than cm and mm
│   │   ├── MillimetresError      lengths in mm, in a column that does not say so
│   │   ├── BrokenCsvError        a quote that is not closed, a cell without an end
│   │   ├── NotATableError        a file of another kind: JSON, PDF, a picture
│   │   └── UnreadableTableError  a workbook or a Parquet file that is damaged
│   ├── RowLengthError            a row with too few or too many cells
│   ├── AboveHeaderError          a row above the header
│   ├── RowCountError             fewer or more rows than the first line announces
│   ├── MissingSpeciesError       a row without a species, where others have one
│   ├── ContradictoryLabelsError  a row with two labels that differ
│   ├── InvalidRowsError          rows of a CSV file that cannot be read
│   ├── TooManyRowsError          a file with more flowers than are predicted at once
│   ├── FileTooLargeError         a file with more bytes than are read at once
│   ├── SpeciesNumbersError       species written as numbers that do not say which they mean
│   ├── UnreadableFileError       a file that is absent or cannot be read
│   ├── InvalidConfigError        a hyper-parameter out of its bounds
│   ├── UnknownModelTypeError     a model type that is not in the table
│   ├── MissingReasonError        a forced promotion without a reason
│   └── InvalidReasonError        a reason that is too long, or is no text
├── VersionNotFoundError          no such version or alias            (also LookupError)
├── NothingServesError            versions, but the gate refused the newest and none was promoted
├── RegistryUnusableError         the place where versions are kept cannot be read or written now
├── ChampionMovedError            somebody else changed the champion in the meantime
├── DamagedVersionError           a version whose files are not what its manifest says
├── NewerFormatError              a file that a newer irisml wrote
├── DifferentDataError            an evaluation on data the run was not trained on
├── NoCountsError                 trees of an older format, which cannot say why
├── ForestMismatchError           the exported trees do not answer as scikit-learn does
├── GateRefusedError              a version that the gate refused, promoted without force
├── NothingToRollBackError        no previous champion
├── CheckFailedError              the checks could not be run
├── TrainingBusyError             another training is under way
├── TrainingFailedError           the training process ended without a version
│   └── TrainingInterruptedError  it ended while it saved, so there may be one
└── TrainingCancelledError        the training was cancelled
"""

from typing import ClassVar

from irisml.domain.i18n import fill, sentence

_MOST_LINES = 100
"""More than anyone reads in a terminal; the error itself carries all rows."""


class IrisError(Exception):
    """Base of all errors here: one sentence (what, why, what to do now) and its values.

    Parameters
    ----------
    **values
        What the placeholders of `template` stand for.

    Attributes
    ----------
    template : str
        The English sentence with its placeholders; a screen translates it before filling it.
    values : dict
        The values, for a program that handles the error.

    Examples
    --------
    >>> try:
    ...     raise VersionNotFoundError(version="7")
    ... except IrisError as error:
    ...     print(error, error.values)
    There is no version 7. "irisml versions" shows those that exist, "irisml train" makes one. {'version': '7'}
    """

    template: ClassVar[str] = "{problem}"

    def __init__(self, **values: object) -> None:
        self.values = values
        super().__init__(fill(self.template, values))


class InputError(IrisError, ValueError):
    """What was given cannot be used; nothing was written."""


class NotANumberError(InputError):
    """A measurement that is no finite number."""

    template = sentence('{feature} is "{value}", which is not a finite number. Give a length in cm, like 5.1.')


class DateError(InputError):
    """A date where a measurement should be."""

    template = sentence(
        '{feature} is "{value}", which looks like a date: spreadsheets make one of 6.1. '
        "Format the column as text, and write the length again."
    )


class OutOfRangeError(InputError):
    """A measurement that no iris could have; carries feature, value, low and high (cm)."""

    template = sentence("{feature} is {value} cm, but an iris has {low} to {high} cm. Is the value in centimetres?")


class WrongLengthError(InputError):
    """Not four numbers."""

    template = sentence(
        "{n} numbers were given, but a flower has 4: sepal length, sepal width, petal length, petal width, in cm."
    )


class UnknownSpeciesError(InputError):
    """A label that is none of the three species."""

    template = sentence('"{value}" is no species of this data set. Use setosa, versicolor or virginica.')


class InvalidTableError(InputError):
    """A table whose columns or rows are not those of irises."""

    template = sentence("{problem} Expected: sepal_length, sepal_width, petal_length, petal_width (cm) and species.")


class EmptyTableError(InvalidTableError):
    """A file without a row."""

    template = sentence("The file has no row with a flower. Give one flower a line, with its four lengths in cm.")


class MissingColumnsError(InvalidTableError):
    """Lengths for which there is no column; carries the names of the columns that are none of them."""

    template = sentence(
        "There is no column {missing}. The other columns: {others}. "
        "Expected: sepal_length, sepal_width, petal_length, petal_width (cm) and, if known, species."
    )


class RepeatedColumnsError(InvalidTableError):
    """Lengths for which there is more than one column."""

    template = sentence("There is more than one column for {repeated}. Keep one of them, or name the others otherwise.")


class SecondHeaderError(InvalidTableError):
    """A header below the first one, with other columns."""

    template = sentence("Line {line} begins a table with other columns. Give it in a file of its own.")


class AboveHeaderError(InputError):
    """A row with numbers above the header."""

    template = sentence("This row stands above the header, so its columns are not known.")


class HeaderNeededError(InvalidTableError):
    """Columns without a header, of which the four lengths are not clear."""

    template = sentence(
        "There is no header, and {n} columns hold numbers: it is not clear which four are the lengths. "
        "Write their names into the first line: sepal_length, sepal_width, petal_length, petal_width."
    )


class ColumnOrderError(InvalidTableError):
    """Columns without a header whose values fit irises better in another order."""

    template = sentence(
        "There is no header, and in {n} of {n_rows} rows the values fit another order than the usual one: {order}. "
        "Write the names of the columns into the first line."
    )


class UnknownUnitError(InvalidTableError):
    """A column in a unit other than cm and mm."""

    template = sentence(
        'The column {column} is in "{unit}". Lengths are read in cm and in mm: convert the column, and name its unit.'
    )


class MillimetresError(InvalidTableError):
    """Lengths in mm, in a column that does not say so."""

    template = sentence(
        "All {n} rows that were read are impossible in cm, but would be irises in mm. "
        "Name the unit in the header, as in sepal_length_mm, or divide the lengths by 10."
    )


class BrokenCsvError(InvalidTableError):
    """A quote that is not closed, or a cell without an end."""

    template = sentence("Line {line} is not valid CSV: {problem}. Fix this line, or delete it.")


class NotATableError(InvalidTableError):
    """A file of another kind; carries its name and the way out."""

    template = sentence("The file is {kind}, not a table of text. {cure}.")


class UnreadableTableError(InvalidTableError):
    """A workbook or a Parquet file that is damaged, or has a password."""

    template = sentence("The {kind} file cannot be read: {problem}. Open it, and save the table as CSV.")


class RowLengthError(InputError):
    """A row with too few or too many cells."""

    template = sentence("Cells in this row: {n}; columns of the table: {expected}.")


class RowCountError(InputError):
    """Fewer or more rows than the first line announces."""

    template = sentence("The first line announces {announced} flowers, but the file has {n}. Is it cut off?")


class ContradictoryLabelsError(InputError):
    """A row with two labels that differ."""

    template = sentence("One column says {first}, another one {second}. Keep one of them.")


class MissingSpeciesError(InputError):
    """A row without a species, where other rows have one."""

    template = sentence("The species is empty, but other rows have one.")


class InvalidRowsError(InputError):
    """Rows of a CSV file that cannot be read.

    Attributes
    ----------
    rows : tuple of (int, tuple of InputError)
        Line number in the file (the first line is 1) and all that is wrong with it.
    stopped : bool
        Whether reading stopped there, so that there may be more of them.
    """

    template = sentence("{n} of {n_rows} rows cannot be read. Fix these lines; no row was used:\n{lines}")

    def __init__(
        self, rows: "tuple[tuple[int, tuple[InputError, ...]], ...]", n_rows: int, *, stopped: bool = False
    ) -> None:
        self.rows, self.stopped = rows, stopped
        lines = [f"line {line}: {'; '.join(map(str, problems))}" for line, problems in rows[:_MOST_LINES]]
        if len(rows) > _MOST_LINES:
            lines.append(f"... and {len(rows) - _MOST_LINES} more{', where reading stopped' if stopped else ''}")
        super().__init__(n=len(rows), n_rows=n_rows, lines="\n".join(lines))


class TooManyRowsError(InputError):
    """A file with more flowers than are predicted at once."""

    template = sentence("The file has more than {most} flowers. Split it, or ask in a terminal: irisml predict --csv")


class FileTooLargeError(InputError):
    """A file with more bytes than are read at once."""

    template = sentence("The file has more than {most} kB. Split it, or ask in a terminal: irisml predict --csv")


class SpeciesNumbersError(InputError):
    """Species written as numbers that do not say which species they mean."""

    template = sentence(
        "The species are written as {found}. Numbers are understood where all three occur, as 0, 1, 2 or as 1, 2, 3. "
        "Write the names instead: setosa, versicolor, virginica."
    )


class UnreadableFileError(InputError):
    """A file that is absent or cannot be read."""

    template = sentence("{path} cannot be read: {problem}.")


class InvalidConfigError(InputError):
    """A hyper-parameter out of its bounds."""

    template = sentence("{name} is {value}, but must be a whole number from {low} to {high}.")


class UnknownModelTypeError(InputError):
    """A model type that is not in the table."""

    template = sentence("There is no model type {value}. Use one of {known}.")


class MissingReasonError(InputError):
    """A forced promotion without a reason; nothing was changed."""

    template = sentence(
        "A version that the gate refused is promoted with a reason only: it is kept in the history. Say why."
    )


class InvalidReasonError(InputError):
    """A reason that is too long, or has bytes that are no text; nothing was changed."""

    template = sentence("A reason is text of at most {most} characters. This one has {n}, or bytes that are no text.")


class VersionNotFoundError(IrisError, LookupError):
    """No such version or alias."""

    template = sentence(
        'There is no version {version}. "irisml versions" shows those that exist, "irisml train" makes one.'
    )


class NothingServesError(IrisError):
    """There are versions, but the gate refused the newest one and none was promoted: no model serves."""

    template = sentence(
        "No model serves yet: the gate refused version {version}. {reasons} "
        "Train another one, or promote this one with a reason: irisml promote {version} --force --reason ..."
    )


class RegistryUnusableError(IrisError):
    """The place where versions are kept cannot be read or written now; that says nothing about what is in it."""

    template = sentence(
        "{path} cannot be used: {problem}. Check where IRISML_REGISTRY points, and who may write there."
    )


class ChampionMovedError(IrisError):
    """Somebody else changed the champion in the meantime; nothing was done."""

    template = sentence(
        "Meanwhile {by} made version {champion} the champion ({time}), so nothing was changed. "
        "Look again before you decide."
    )


class DamagedVersionError(IrisError):
    """A version whose files are not what its manifest says; it is never served."""

    template = sentence(
        "Version {version} is damaged ({problem}) and is not used. Restore {path} from a copy, or train a new version."
    )


class NewerFormatError(IrisError):
    """A file that a newer irisml wrote: it is not damaged, but this irisml cannot read it."""

    template = sentence(
        "{path} was written by a newer irisml (format {format}; this one reads up to {known}). Update irisml to use it."
    )


class DifferentDataError(IrisError):
    """An evaluation on data that the run was not trained on would flatter the model."""

    template = sentence("The run was trained on data {expected}, but got {fingerprint}. Evaluate on the same data.")


class NoCountsError(IrisError):
    """Trees of format 1 predict, but did not keep how many flowers passed each node."""

    template = sentence("This version was made by an older irisml and cannot say why it answers so. Train a new one.")


class ForestMismatchError(IrisError):
    """The exported trees do not answer as scikit-learn does, so they must not be saved."""

    template = sentence(
        "The exported trees differ from scikit-learn's on {n} of {n_rows} flowers. "
        "Nothing was saved; is this scikit-learn newer than irisml knows?"
    )


class GateRefusedError(IrisError):
    """A version that the gate refused."""

    template = sentence(
        "The gate refused version {version}: {reasons} To promote it all the same, use --force and say why."
    )


class NothingToRollBackError(IrisError):
    """There is no previous champion."""

    template = sentence("There is no previous champion to go back to. Promote a version by its number instead.")


class CheckFailedError(IrisError):
    """The checks could not be run, which says nothing about the model."""

    template = sentence("The checks could not be run: {problem} Try again.")


class TrainingBusyError(IrisError):
    """One training at a time."""

    template = sentence("A training is already under way. Wait until it has ended, or cancel it.")


class TrainingFailedError(IrisError):
    """The training process ended without a version; whatever served goes on serving."""

    template = sentence("The training failed: {problem} No version was made; try again.")


class TrainingInterruptedError(TrainingFailedError):
    """The training process ended while it saved: its version may be there, and may be champion."""

    template = sentence(
        "The training ended while it saved: {problem} Look at the list of versions before you train again."
    )


class TrainingCancelledError(IrisError):
    """The training was cancelled; nothing of it was kept."""

    template = sentence("The training was cancelled. Nothing of it was kept.")


def without_traceback(error: InputError) -> InputError:
    """Drop the frames that an error holds, and return it: a file of 1 MB has hundreds of thousands of errors.

    Examples
    --------
    >>> without_traceback(MissingSpeciesError()).__traceback__ is None
    True
    """
    error.__cause__ = error.__context__ = None
    error.__traceback__ = None
    return error
