"""One prediction by the library, compared with one sample in scikit-learn."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from benchmarks.row import Row
from benchmarks.size import Size
from irisml import Forest, load_iris, predict, train

FLOWER = [5.9, 2.8, 4.8, 1.6]


def milliseconds(call: Callable[[], object], n: int) -> float:
    """Return the median time of *n* calls in ms, after a warm-up call."""
    call()
    times = []
    for _ in range(n):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return 1000 * median(times)


def rows(registry: Path, size: Size) -> Iterator[Row]:
    """Predict one flower, as each slider change does."""
    iris = load_iris()
    run = train(iris)
    known = iris.X[run.split.train]
    forest = Forest.from_estimator(run.estimator, zip(known.min(axis=0), known.max(axis=0), strict=True))
    ours = milliseconds(lambda: predict(forest, FLOWER), 100 * size.n_moves)
    theirs = milliseconds(lambda: run.estimator.predict_proba([FLOWER]), 10 * size.n_moves)
    reason = "scikit-learn is made for many rows at once"
    yield Row("one flower predicted by the library", "ms", ours, theirs, "RandomForestClassifier", 0, 0.1, reason)
