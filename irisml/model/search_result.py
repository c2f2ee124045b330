"""Result of a search for a better configuration: what it found, and how good such a search is. Imports no numpy."""

import msgspec

from irisml.domain.intervals import wilson_interval
from irisml.model.config import TrainingConfig


class OuterFold(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A search on four fifths of the flowers, judged by the last fifth.

    Parameters
    ----------
    config : TrainingConfig
        What the search has chosen.
    n_correct, n_test : int
        Correct predictions of that configuration on the flowers that the search has not seen, and number of these.
    """

    config: TrainingConfig
    n_correct: int
    n_test: int


class SearchResult(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="event", tag="found"
):
    """Result of a search; as JSON, one of the `irisml.jobs.events`.

    The score by which a search chooses is the best of many and too high, so it is not kept. `accuracy` is that of the
    whole procedure: the search is repeated without each fifth of the flowers, and its choice is judged by that fifth.

    Parameters
    ----------
    config : TrainingConfig
        What the search on all flowers has chosen.
    n_candidates : int
        Configurations that were tried in each search.
    n_fits : int
        Models fitted in all.
    outer : tuple of OuterFold
        The searches without a fifth of the flowers.
    seconds : float

    Examples
    --------
    >>> fold = OuterFold(config=TrainingConfig(), n_correct=29, n_test=30)
    >>> found = SearchResult(config=TrainingConfig(), n_candidates=20, n_fits=606, outer=(fold,) * 5, seconds=45.0)
    >>> found.n_correct, found.n_samples, round(found.accuracy, 3)
    (145, 150, 0.967)
    """

    config: TrainingConfig
    n_candidates: int
    n_fits: int
    outer: tuple[OuterFold, ...]
    seconds: float

    @property
    def n_correct(self) -> int:
        """Flowers classified correctly by a search that had not seen them."""
        return sum(fold.n_correct for fold in self.outer)

    @property
    def n_samples(self) -> int:
        """Flowers, each of which was left out of one search."""
        return sum(fold.n_test for fold in self.outer)

    @property
    def accuracy(self) -> float:
        """Nested accuracy: fraction of `n_correct`, in [0, 1]."""
        return self.n_correct / self.n_samples

    @property
    def interval(self) -> tuple[float, float]:
        """95 % Wilson interval of `accuracy`."""
        return wilson_interval(self.n_correct, self.n_samples)
