"""Predict each row of a file of any size: batch by batch, in the memory of a batch."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from irisml.bulk.ahead import ahead
from irisml.bulk.array_forest import Lengths, array_forest
from irisml.bulk.sinks import ProblemFile, Sink, problems_path
from irisml.bulk.sources import Batch, Source
from irisml.data.flower_files.headers import OURS
from irisml.data.flower_files.writing import own_names
from irisml.domain.errors import EmptyTableError, InputError, InvalidRowsError, OutputUnusableError
from irisml.domain.i18n import Phrase
from irisml.domain.measurements import FEATURES, SPECIES
from irisml.model.forest import Forest

_MOST_TOLD = 100
_OTHER_KINDS = (".gz", ".zip", ".bz2", ".xz", ".zst", ".xlsx", ".xls", ".ods", ".feather", ".arrow", ".json")


@dataclass(frozen=True)
class FilePrediction:
    """What was done.

    Parameters
    ----------
    n_samples : int
        Rows with a prediction.
    n_bad : int
        Rows without one.
    n_outside : int
        Flowers outside the training range.
    problems : Path or None
        File with the bad rows; None if there is none.
    way : str
        How the forest was asked, see `irisml.bulk.array_forest`.
    seconds : float
    notes : tuple of Phrase
        How the file was read.
    n_missing : int
        Rows that the first line announces and that are missing.
    """

    n_samples: int
    n_bad: int
    n_outside: int
    problems: Path | None
    way: str
    seconds: float
    notes: tuple[Phrase, ...]
    n_missing: int = 0


def predict_file(
    forest: Forest, source: Path, output: Path, progress: Callable[[int, float], None] | None = None
) -> FilePrediction:
    r"""Predict each row of a CSV or Parquet file into another one, with the user's columns, in the order of the file.

    The file is understood from its beginning as `irisml.read_measurements_csv` understands it. Rows that cannot be
    read go to a file beside *output*. Use it for files that do not fit into the memory, or for many rows.

    Parameters
    ----------
    forest : Forest
    source, output : Path
        An existing *output* is replaced when the new one is complete.
    progress : callable, optional
        Called after each batch with the rows and the fraction of the file so far.

    Raises
    ------
    UnreadableFileError, NotATableError, InvalidTableError
        If the file cannot be read, as `irisml.read_measurements_csv`.
    InvalidRowsError
        If no row can be read.
    OutputUnusableError
        If *output* cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from irisml import TrainingConfig, load_iris, train
    >>> run = train(load_iris(), TrainingConfig(n_estimators=5))
    >>> forest = Forest.from_estimator(run.estimator, [(4.3, 7.9), (2.0, 4.4), (1.0, 6.9), (0.1, 2.5)])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     source, output = Path(folder) / "in.csv", Path(folder) / "out.csv"
    ...     _ = source.write_text("SL,SW,PL,PW,bed\n5.1,3.5,1.4,0.2,north\n")
    ...     predict_file(forest, source, output).n_samples, output.read_text().splitlines()[1]
    (1, '2,north,5.1,3.5,1.4,0.2,setosa,1,0,0,')
    """
    began = time.perf_counter()
    _refuse_unusable(source, output)
    output = output.resolve()  # a link keeps leading to it
    model = array_forest(forest)
    told: list[tuple[int, tuple[InputError, ...]]] = []
    n = n_outside = 0
    with Source(source) as flowers:
        own = own_names(flowers.own_columns)
        try:
            with (
                Sink(output) as sink,
                ProblemFile(problems_path(output), flowers.headers) as problems,
                ThreadPoolExecutor(1) as writer,
            ):
                written: Future[None] = writer.submit(lambda: None)
                for batch in ahead(iter(flowers)):
                    for bad in batch.bad:
                        problems.write(bad)
                        if len(told) < _MOST_TOLD:
                            told.append((bad.line, bad.problems))
                    outside = _outside(forest, batch.X)
                    n_outside += int((outside > 0).sum())
                    written.result()
                    written = writer.submit(sink.write, _answered(batch, own, model.predict_proba(batch.X), outside))
                    n += len(batch.X)
                    if progress is not None:
                        progress(n + problems.n, min(1.0, flowers.n_bytes_read / max(1, flowers.n_bytes)))
                written.result()
                if not n:
                    if problems.n:
                        raise InvalidRowsError(tuple(told), problems.n, stopped=problems.n > len(told))
                    raise EmptyTableError
        except OSError as error:
            raise OutputUnusableError(path=output, problem=error.strerror or error) from error
    return FilePrediction(
        n,
        problems.n,
        n_outside,
        problems_path(output) if problems.n else None,
        model.name,
        time.perf_counter() - began,
        tuple(flowers.notes),
        flowers.n_missing,
    )


def _refuse_unusable(source: Path, output: Path) -> None:
    """Refuse what would be lost by writing: the file that is read, a device, a folder."""
    if not output.name:
        raise OutputUnusableError(path=output, problem="it is no name of a file")
    if output.suffix.lower() in _OTHER_KINDS:
        raise OutputUnusableError(path=output, problem=f"it would be CSV, not {output.suffix}")
    for written in (output, problems_path(output)):
        if written.exists() and not written.is_file():
            raise OutputUnusableError(path=written, problem="it is no regular file")
        if source.exists() and written.exists() and written.samefile(source):
            raise OutputUnusableError(path=written, problem="it is the file that is read")


def _outside(forest: Forest, X: Lengths) -> "np.ndarray[tuple[int], np.dtype[np.intp]]":
    """Return, for each flower, the features outside the training range as bits."""
    code = np.zeros(len(X), np.intp)
    for feature, (low, high) in enumerate(forest.training_range):
        code |= ((X[:, feature] < low) | (X[:, feature] > high)).astype(np.intp) << feature
    return code


_OUTSIDE_WORDS = pa.array(
    [" ".join(name for at, name in enumerate(FEATURES) if code >> at & 1) for code in range(1 << len(FEATURES))]
)
_SPECIES = pa.array(SPECIES)


def _answered(
    batch: Batch, own: tuple[str, ...], probabilities: Lengths, outside: "np.ndarray[tuple[int], np.dtype[np.intp]]"
) -> pa.RecordBatch:
    """Return the columns of the output: those of `irisml.data.flower_files.writing.predictions_csv`."""
    arrays = [
        pa.array(batch.lines, pa.int64()),
        *batch.own,
        *(pa.array(batch.X[:, feature]) for feature in range(len(FEATURES))),
        _SPECIES.take(pa.array(probabilities.argmax(axis=1))),
        *(pa.array(probabilities[:, species]) for species in range(len(SPECIES))),
        _OUTSIDE_WORDS.take(pa.array(outside)),
    ]
    return pa.record_batch(arrays, names=["line_in_file", *own, *FEATURES, *OURS[1:]])
