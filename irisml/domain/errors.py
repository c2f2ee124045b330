"""Exceptions of irisml.

IrisError
├── InputError                    invalid input                       (also ValueError)
│   ├── NotANumberError           a measurement that is not a number
│   ├── DateError                 a date where a measurement should be
│   ├── OutOfRangeError           a measurement that no iris could have
│   ├── WrongLengthError          not four numbers
│   ├── UnknownSpeciesError       a label that is none of the three species
│   ├── InvalidTableError         a table whose columns or rows are not those of irises
│   │   ├── EmptyTableError       a file without a row
│   │   ├── MissingColumnsError   no column for a length
│   │   ├── RepeatedColumnsError  more than one column for a length
│   │   ├── SecondHeaderError     another table below the first one
│   │   ├── HeaderNeededError     no header, and unclear which columns are the lengths
│   │   ├── ColumnOrderError      no header, and values that fit another column order
│   │   ├── UnknownUnitError      a column in a unit other than cm and mm
│   │   ├── MillimetresError      lengths in mm, in a column without that unit
│   │   ├── NoSpeciesError        a file without species, to learn from
│   │   ├── ImpossibleColumnError a column with many lengths that no iris has
│   │   ├── BrokenCsvError        invalid CSV: an unclosed quote, a cell without an end
│   │   ├── NotATableError        a file of another kind: JSON, PDF, a picture
│   │   └── UnreadableTableError  a workbook or a Parquet file that is damaged
│   ├── RowLengthError            a row with too few or too many cells
│   ├── AboveHeaderError          a row above the header
│   ├── RowCountError             fewer or more rows than the first line announces
│   ├── MissingSpeciesError       a row without a species, where others have one
│   ├── ContradictoryLabelsError  a row with two labels that differ
│   ├── InvalidRowsError          rows of a CSV file that cannot be read
│   ├── TooManyRowsError          a file with more flowers than allowed
│   ├── FileTooLargeError         a file with more bytes than allowed
│   ├── SpeciesNumbersError       species written as ambiguous numbers
│   ├── UnreadableFileError       a file that is absent or cannot be read
│   ├── OutputUnusableError       a file that cannot be written
│   ├── InvalidConfigError        a hyper-parameter out of its bounds
│   ├── InvalidSettingError       an environment variable with a value that it cannot have
│   ├── UnknownModelTypeError     a model type that is not in the table
│   ├── InvalidSourceError        a source of data that is empty, too long or not printable
│   ├── UnknownActError           an act that is not in the table
│   ├── MissingReasonError        a forced promotion without a reason
│   ├── MissingDataReasonError    data added by force without a reason
│   └── InvalidReasonError        a reason that is too long, or not text
├── VersionNotFoundError          no such version or alias            (also LookupError)
├── DatasetNotFoundError          no such data set                    (also LookupError)
├── DamagedDatasetError           a data set whose rows do not match its record
├── DataRefusedError              a data set that the checks refused, added without force
├── NothingServesError            versions, but the gate refused the newest and none was promoted
├── RegistryUnusableError         the registry cannot be read or written now
│   └── TrackingServerError       it is on a tracking server
├── ClusterError                  a Dask cluster that cannot be used, or was lost
├── DifferentVersionsError        a worker of a cluster with other versions
├── NotInstalledError             a package that an extra of irisml brings is missing
├── EventsUnusableError           the files of events cannot be read now
├── ChampionMovedError            the champion was changed in the meantime
├── DamagedVersionError           a version whose files do not match its manifest
├── NewerFormatError              a file that a newer irisml wrote
├── DifferentDataError            an evaluation on data the run was not trained on
├── NoCountsError                 trees of an older format, without the counts for explanations
├── ForestMismatchError           predictions of the exported trees differ from scikit-learn's
├── GateRefusedError              a version that the gate refused, promoted without force
├── NothingToRollBackError        no previous champion
├── CheckFailedError              the checks could not be run
├── TrainingBusyError             another training is under way
├── TrainingFailedError           the training process ended without a version
│   └── TrainingInterruptedError  it ended while saving, so a version may exist
└── TrainingCancelledError        the training was cancelled
"""

from typing import ClassVar

from irisml.domain.i18n import fill, sentence
from irisml.domain.names import FEATURES, SPECIES

_MOST_LINES = 100
"""More than anyone reads in a terminal; the error itself carries all rows."""


class IrisError(Exception):
    """Base class of all errors: a sentence (what, why, what to do) and its values.

    Parameters
    ----------
    **values
        What the placeholders of `template` stand for.

    Attributes
    ----------
    template : str
        The English sentence with its placeholders; a page translates it before filling it in.
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
    facts: ClassVar[dict[str, object]] = {}
    """Values that are the same for every error of the class."""

    def __init__(self, **values: object) -> None:
        self.values = {**self.facts, **values}
        super().__init__(fill(self.template, self.values))


class InputError(IrisError, ValueError):
    """Invalid input; nothing was written."""


class NotANumberError(InputError):
    """A measurement that is not a finite number."""

    template = sentence('{feature} is "{value}", which is not a finite number. Give a length in cm, like {example}.')


class DateError(InputError):
    """A date where a measurement should be."""

    template = sentence(
        '{feature} is "{value}", which looks like a date: spreadsheets turn 6.1 into one. '
        "Format the column as text, and enter the length again."
    )


class OutOfRangeError(InputError):
    """A measurement that no iris could have; carries feature, value, low and high (cm)."""

    template = sentence("{feature} is {value} cm, but an iris has {low} to {high} cm. Is the value in centimetres?")


class WrongLengthError(InputError):
    """Not four numbers."""

    facts: ClassVar[dict[str, object]] = {
        "n_features": len(FEATURES),
        "features": ", ".join(FEATURES).replace("_", " "),
    }
    template = sentence("{n} numbers were given, but a flower has {n_features}: {features}, in cm.")


class UnknownSpeciesError(InputError):
    """A label that is none of the three species."""

    facts: ClassVar[dict[str, object]] = {"species": ", ".join(SPECIES)}
    template = sentence('"{value}" is not a species of this data set. Use one of {species}.')


class InvalidTableError(InputError):
    """A table whose columns or rows are not those of irises."""

    facts: ClassVar[dict[str, object]] = {"features": ", ".join(FEATURES)}
    template = sentence("{problem} Expected: {features} (cm) and species.")


class EmptyTableError(InvalidTableError):
    """A file without a row."""

    template = sentence("The file has no row with a flower. Write one flower per line, with its four lengths in cm.")


class MissingColumnsError(InvalidTableError):
    """Lengths without a column; carries the names of the other columns."""

    template = sentence(
        "There is no column {missing}. The other columns: {others}. Expected: {features} (cm) and, if known, species."
    )


class RepeatedColumnsError(InvalidTableError):
    """Lengths for which there is more than one column."""

    template = sentence("There is more than one column for {repeated}. Keep one of them, or rename the others.")


class SecondHeaderError(InvalidTableError):
    """A header below the first one, with other columns."""

    template = sentence("Line {line} starts a table with other columns. Put it in a separate file.")


class AboveHeaderError(InputError):
    """A row with numbers above the header."""

    template = sentence("This row is above the header, so its columns are unknown.")


class HeaderNeededError(InvalidTableError):
    """No header, and unclear which columns are the four lengths."""

    template = sentence(
        "There is no header, and {n} columns contain numbers: it is unclear which four are the lengths. "
        "Write the column names in the first line: {features}."
    )


class ColumnOrderError(InvalidTableError):
    """No header, and values that fit another column order better."""

    template = sentence(
        "There is no header, and in {n} of {n_rows} rows the values fit another order than the expected one: {order}. "
        "Write the column names in the first line."
    )


class UnknownUnitError(InvalidTableError):
    """A column in a unit other than cm and mm."""

    template = sentence(
        'The column {column} is in "{unit}". Lengths must be in cm or mm: convert the column, and name its unit.'
    )


class MillimetresError(InvalidTableError):
    """Lengths in mm, in a column without that unit."""

    facts: ClassVar[dict[str, object]] = {"feature": FEATURES[0]}
    template = sentence(
        "All {n} rows that were read are out of range in cm, but plausible in mm. "
        "Name the unit in the header, as in {feature}_mm, or divide the lengths by 10."
    )


class BrokenCsvError(InvalidTableError):
    """Invalid CSV: an unclosed quote, or a cell without an end."""

    template = sentence("Line {line} is not valid CSV: {problem}. Fix this line, or delete it.")


class NotATableError(InvalidTableError):
    """A file of another kind; carries the kind and what to do."""

    template = sentence("The file is {kind}, not a text table. {cure}.")


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
        Line number in the file (the first line is 1) and its problems.
    stopped : bool
        Whether reading stopped at the last of them, so that there may be more.
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
    """A file with more flowers than allowed."""

    template = sentence("The file has more than {most} flowers. Split it, or use a terminal: irisml predict --csv")


class FileTooLargeError(InputError):
    """A file with more bytes than allowed."""

    template = sentence("The file has more than {most} kB. Split it, or use a terminal: irisml predict --csv")


class SpeciesNumbersError(InputError):
    """Species written as ambiguous numbers."""

    facts: ClassVar[dict[str, object]] = {"species": ", ".join(SPECIES)}
    template = sentence(
        "The species are written as {found}. Numbers are accepted only if all three occur, as 0, 1, 2 or as 1, 2, 3. "
        "Write the names instead: {species}."
    )


class UnreadableFileError(InputError):
    """A file that is absent or cannot be read."""

    template = sentence("{path} cannot be read: {problem}.")


class OutputUnusableError(InputError):
    """A file that cannot be written."""

    template = sentence("{path} cannot be written: {problem}. Give another place with --output.")


class InvalidConfigError(InputError):
    """A hyper-parameter out of its bounds."""

    template = sentence("{name} is {value}, but must be a whole number from {low} to {high}.")


class InvalidSettingError(InputError):
    """An environment variable with a value that it cannot have."""

    template = sentence('{name} is "{value}". Set it to {allowed}, or remove it.')


class UnknownModelTypeError(InputError):
    """A model type that is not in the table."""

    template = sentence("There is no model type {value}. Use one of {known}.")


class NoSpeciesError(InvalidTableError):
    """A file without species, from which nothing can be learned."""

    template = sentence("There is no column with the species: a model cannot learn from these flowers.")


class ImpossibleColumnError(InvalidTableError):
    """A column with many lengths that no iris has; carries feature, k, n, median and typical (cm)."""

    template = sentence(
        "{k} of {n} rows have a {feature} that no iris has (their median is {median}, that of the reference {typical} "
        "cm). Is the column in another unit, or exchanged with another one?"
    )


class MissingDataReasonError(InputError):
    """Data that a check refused, added by force without a reason."""

    template = sentence("Adding data by force requires a reason; give one with --reason.")


class InvalidSourceError(InputError):
    """The source of a data set that is empty, too long, or not printable."""

    template = sentence("The source has {n} characters; give 1 to {most} that can be printed, on one line.")


class UnknownActError(InputError):
    """An act that is not in `irisml.jobs.acts.ACTS`."""

    template = sentence('There is no act "{act}". Known: {known}.')


class MissingReasonError(InputError):
    """A forced promotion without a reason; nothing was changed."""

    template = sentence(
        "Promoting a version that the gate refused requires a reason; it is kept in the history. Give one."
    )


class InvalidReasonError(InputError):
    """A reason that is too long, or has bytes that are not text; nothing was changed."""

    template = sentence("A reason is text of at most {most} characters. This one has {n}, or bytes that are not text.")


class VersionNotFoundError(IrisError, LookupError):
    """No such version or alias."""

    template = sentence(
        'There is no version {version}. "irisml versions" shows those that exist, "irisml train" makes one.'
    )


class DatasetNotFoundError(IrisError, LookupError):
    """There is no such data set."""

    template = sentence('There is no data set {number}. "irisml data list" shows those that exist.')


class DamagedDatasetError(IrisError):
    """A data set whose rows do not match its record; carries number, problem and path."""

    template = sentence("Data set {number} is damaged: {problem} ({path}). Restore it from a copy, or add it again.")


class DataRefusedError(IrisError):
    """A data set that the checks refused; nothing was added."""

    template = sentence(
        "The data checks refused this data set: {reasons} Nothing was added. To add it anyway, use --force and give a "
        "reason."
    )


class NothingServesError(IrisError):
    """There are versions, but the gate refused the newest one and none was promoted: there is no serving version."""

    template = sentence(
        "No model serves yet: the gate refused version {version}. {reasons} "
        "Train another one, or promote this one with a reason: irisml promote {version} --force --reason ..."
    )


class RegistryUnusableError(IrisError):
    """The registry cannot be read or written now; its versions may be intact."""

    template = sentence("{path} cannot be used: {problem}. Check IRISML_REGISTRY and the permissions of that folder.")


class TrackingServerError(RegistryUnusableError):
    """The registry on a tracking server cannot be read or written now."""

    template = sentence("{path} cannot be used: {problem}. Check that the tracking server runs, and IRISML_REGISTRY.")


class ClusterError(IrisError):
    """A Dask cluster that cannot be used, or was lost."""

    template = sentence(
        "The cluster {address} cannot be used: {problem}. Start it and search again, or search here without --cluster."
    )


class DifferentVersionsError(IrisError):
    """A worker of a cluster with other versions: its results would differ in the last bit."""

    template = sentence(
        "The worker {worker} has other versions: {versions}. Install the same requirements there, and search again."
    )


class NotInstalledError(IrisError):
    """A part of irisml that needs a package which is not installed."""

    template = sentence("{what} needs {package}. Install it: pip install irisml[{extra}]")


class EventsUnusableError(IrisError):
    """The files of events cannot be read now; they may be intact."""

    template = sentence("The events in {path} cannot be read: {problem}. Check the permissions of that folder.")


class ChampionMovedError(IrisError):
    """The champion was changed in the meantime; nothing was done."""

    template = sentence(
        "Meanwhile {by} made version {champion} the champion ({time}), so nothing was changed. "
        "Check the current champion, then decide."
    )


class DamagedVersionError(IrisError):
    """A version whose files do not match its manifest; it is never served."""

    template = sentence(
        "Version {version} is damaged ({problem}) and is not used. Restore {path} from a copy, or train a new version."
    )


class NewerFormatError(IrisError):
    """A file that a newer irisml wrote: it is not damaged, but this irisml cannot read it."""

    template = sentence(
        "{path} was written by a newer irisml (format {format}; this one reads up to {known}). Update irisml to use it."
    )


class DifferentDataError(IrisError):
    """An evaluation on another data set than that of the run; the scores would be too high."""

    template = sentence("The run was trained on data {expected}, but these are {fingerprint}. Use the same data.")


class NoCountsError(IrisError):
    """Trees of format 1, without the number of flowers at each node that explanations need."""

    template = sentence("This version is from an older irisml: its predictions cannot be explained. Train a new one.")


class ForestMismatchError(IrisError):
    """Predictions of the exported trees differ from scikit-learn's, so the trees are not saved."""

    template = sentence(
        "The exported trees predict differently from scikit-learn on {n} of {n_rows} flowers. "
        "Nothing was saved. Is this version of scikit-learn supported?"
    )


class GateRefusedError(IrisError):
    """A version that the gate refused."""

    template = sentence(
        "The gate refused version {version}: {reasons} To promote it anyway, use --force and give a reason."
    )


class NothingToRollBackError(IrisError):
    """There is no previous champion."""

    template = sentence("There is no previous champion to roll back to. Promote a version by its number instead.")


class CheckFailedError(IrisError):
    """The checks could not be run; the state of the model is unknown."""

    template = sentence("The checks could not be run: {problem} Try again.")


class TrainingBusyError(IrisError):
    """Another training is under way."""

    template = sentence("A training is already under way. Wait until it has ended, or cancel it.")


class TrainingFailedError(IrisError):
    """The training process ended without a version; the serving version is unchanged."""

    template = sentence("The training failed: {problem} No version was made; try again.")


class TrainingInterruptedError(TrainingFailedError):
    """The training process ended while saving: its version may exist, and may be champion."""

    template = sentence("The training ended while saving: {problem} Check the list of versions before you train again.")


class TrainingCancelledError(IrisError):
    """The training was cancelled; nothing was saved."""

    template = sentence("The training was cancelled. Nothing was saved.")


def without_traceback(error: InputError) -> InputError:
    """Remove the traceback of an error, and return it: a file of 1 MB can have hundreds of thousands of errors.

    Examples
    --------
    >>> without_traceback(MissingSpeciesError()).__traceback__ is None
    True
    """
    error.__cause__ = error.__context__ = None
    error.__traceback__ = None
    return error
