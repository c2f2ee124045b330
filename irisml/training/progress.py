"""Progress of a training, and the callback that the job, the command line and the tests share."""

from collections.abc import Callable

import msgspec


class Progress(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    tag_field="event",
    tag="progress",
):
    """Progress of a training; as JSON, one of the `irisml.jobs.events`.

    Parameters
    ----------
    step : str
        "search", "fit", "cross-validate", "study" or "save".
    done, of : int
        Models fitted so far in the training, and in total.
    n_correct, n_test : int or None
        Correct predictions of the model fitted last on the flowers of its fold, and number of these; None for a step
        without a fold.
    """

    step: str
    done: int
    of: int
    n_correct: int | None = None
    n_test: int | None = None


OnProgress = Callable[[Progress], None]


def ignore_progress(progress: Progress) -> None:
    """Ignore the progress; the default callback."""
