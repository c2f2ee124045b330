"""Errors as shown to visitors: details are only in the log and on the presenter's pages."""

from irisml.domain.errors import (
    DamagedVersionError,
    IrisError,
    NewerFormatError,
    RegistryUnusableError,
    TrainingFailedError,
)
from irisml.domain.i18n import sentence


class RegistryAwayError(IrisError):
    """A registry that cannot be read; does not reveal its folder."""

    template = sentence("The registry cannot be read. Try again in a moment.")


class NoFirstModelError(IrisError):
    """A first training that failed; does not reveal the reason, which may contain a folder."""

    template = sentence("The first training failed. The presenter can start another one.")


def for_everybody(error: IrisError) -> IrisError:
    """Return an error without folders of the server.

    Examples
    --------
    >>> str(for_everybody(RegistryUnusableError(path="/srv/secret", problem="Host is down")))
    'The registry cannot be read. Try again in a moment.'
    """
    if isinstance(error, RegistryUnusableError | DamagedVersionError | NewerFormatError):
        return RegistryAwayError()
    return NoFirstModelError() if isinstance(error, TrainingFailedError) else error
