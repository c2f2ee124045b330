"""How often the data checks refuse clean data: ``python -m benchmarks.data_checks [N]``."""

import sys
from collections import Counter

import numpy as np

from irisml import Dataset, fixed_split, load_iris
from irisml.data.checked_data import CheckedData
from irisml.data.data_checks import check_data

IRIS = load_iris()
TEST_ROWS = tuple(fixed_split(IRIS).test.tolist())


def drawn(rng: np.random.Generator, n: int) -> Dataset:
    """Draw flowers from the normal distribution of each species, to a tenth of a centimetre."""
    known = [IRIS.X[IRIS.y == species] for species in range(3)]
    X = np.concatenate([rng.multivariate_normal(X.mean(axis=0), np.cov(X.T), n) for X in known])
    return Dataset(np.maximum(X.round(1), [2.1, 1.0, 0.5, 0.1]), np.repeat([0, 1, 2], n), "drawn")


def cases(rng: np.random.Generator):
    """Yield each kind of clean data with its parent."""
    yield "150 of the reference, with replacement", IRIS.take(rng.integers(0, 150, 150)), None
    yield "150 drawn instead of the reference", drawn(rng, 50), IRIS
    yield "51 drawn, added to the reference", IRIS.followed_by(drawn(rng, 17), "more"), IRIS


def main() -> None:
    """Print how many of N data sets of each kind are refused, and which checks warn."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    refused, warned, rules = Counter(), Counter(), Counter()
    for seed in range(n):
        for name, dataset, parent in cases(np.random.default_rng(seed)):
            failed = [one for one in check_data(CheckedData(dataset, IRIS, parent, TEST_ROWS)) if not one.passed]
            refused[name] += any(one.refuses for one in failed)
            warned[name] += bool(failed)
            rules.update((name, one.rule) for one in failed)
    for name, _, _ in cases(np.random.default_rng(0)):
        said = ", ".join(f"{rule} {k}" for (of, rule), k in sorted(rules.items()) if of == name)
        print(f"{name}: {refused[name]} of {n} refused, {warned[name]} with a warning ({said or 'none'})")


if __name__ == "__main__":
    main()
