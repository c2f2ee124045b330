"""What everybody may be told of an error: the log and the presenter learn the rest."""

from irisml.domain.errors import (
    DamagedVersionError,
    IrisError,
    NewerFormatError,
    RegistryUnusableError,
    TrainingFailedError,
)
from irisml.domain.i18n import sentence


class RegistryAwayError(IrisError):
    """A registry that cannot be read, without the folder where it is."""

    template = sentence("The registry cannot be read. Try again in a moment.")


class NoFirstModelError(IrisError):
    """A first training that failed, without the reason, which may name a folder."""

    template = sentence("The first training failed. The presenter can start another one.")


def for_everybody(error: IrisError) -> IrisError:
    """Return an error that names no folder of the server.

    Examples
    --------
    >>> str(for_everybody(RegistryUnusableError(path="/srv/secret", problem="Host is down")))
    'The registry cannot be read. Try again in a moment.'
    """
    if isinstance(error, RegistryUnusableError | DamagedVersionError | NewerFormatError):
        return RegistryAwayError()
    return NoFirstModelError() if isinstance(error, TrainingFailedError) else error
