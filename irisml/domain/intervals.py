"""Confidence interval of an accuracy, McNemar's test of two models, and a binomial tail. Standard library only."""

from math import comb, exp, fsum, lgamma, log, log1p, sqrt
from statistics import NormalDist


def wilson_interval(n_correct: float, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Return Wilson's score interval of a proportion.

    Unlike the normal approximation, it is valid for few flowers and for 30 of 30.

    Parameters
    ----------
    n_correct : float
        Number of successes, in [0, n]; a mean over repeats may be fractional.
    n : int
        Number of trials, at least 1.
    confidence : float
        Confidence level, in (0, 1).

    Returns
    -------
    tuple of (float, float)
        Lower and upper bound, in [0, 1].

    References
    ----------
    E. B. Wilson (1927), Journal of the American Statistical Association 22, 209-212,
    https://doi.org/10.1080/01621459.1927.10502953.

    Examples
    --------
    >>> low, high = wilson_interval(29, 30)
    >>> round(low, 3), round(high, 3)
    (0.833, 0.994)
    """
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share = n_correct / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    # Exactly 0 or 1 where nothing or everything succeeded: rounding errors would show as 1 % or 99 %.
    return (0.0 if n_correct <= 0 else max(0.0, centre - half)), (1.0 if n_correct >= n else min(1.0, centre + half))


def mcnemar_p(only_first: int, only_second: int) -> float:
    """Return the exact two-sided p-value of McNemar's test: two models with the same accuracy on the same flowers.

    Flowers that both classify correctly, or both incorrectly, do not count.

    Parameters
    ----------
    only_first, only_second : int
        Flowers that only the first, or only the second, model classifies correctly.

    Returns
    -------
    float
        In (0, 1]; 1 where they never disagree.

    References
    ----------
    Q. McNemar (1947), Psychometrika 12, 153-157, https://doi.org/10.1007/BF02295996; exact
    form: a binomial test of *only_first* against one half.

    Examples
    --------
    >>> mcnemar_p(3, 9)
    0.14599609375
    """
    n = only_first + only_second
    tail = sum(comb(n, k) for k in range(min(only_first, only_second) + 1))
    return float(min(1.0, 2 * tail / 2**n))


def binomial_tail(k: int, n: int, rate: float) -> float:
    """Return the probability of at least *k* events in *n* independent trials, each with the probability *rate*.

    Parameters
    ----------
    k : int
        In [0, n].
    n : int
        Number of trials.
    rate : float
        In [0, 1].

    Returns
    -------
    float
        In [0, 1]. One-sided p-value of "more events than *rate* explains".

    Examples
    --------
    >>> round(binomial_tail(2, 2, 0.5), 12), binomial_tail(0, 7, 0.1)
    (0.25, 1.0)
    """
    if k <= 0 or rate >= 1:
        return 1.0
    if rate <= 0:
        return 0.0
    # In logarithms: from n = 1,030 on, the binomial coefficient is no float.
    logs = [
        lgamma(n + 1) - lgamma(i + 1) - lgamma(n - i + 1) + i * log(rate) + (n - i) * log1p(-rate)
        for i in range(k, n + 1)
    ]
    return min(1.0, fsum(map(exp, logs)))
