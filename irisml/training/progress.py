"""Progress of a training, and the callback that the job, the command line and the tests share."""

from collections.abc import Callable

import msgspec


class Progress(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="event", tag="progress"):
    """Progress of a training; as JSON, one of the `irisml.jobs.events`.

    Parameters
    ----------
    step : str
        "fit", "cross-validate" or "save".
    done, of : int
        Models fitted so far in the training, and in total.
    """

    step: str
    done: int
    of: int


OnProgress = Callable[[Progress], None]


def ignore_progress(progress: Progress) -> None:
    """Ignore the progress; the default callback."""
