"""One prediction by the library, compared with one sample in scikit-learn."""

import time
from collections.abc import Callable
from statistics import median

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


def rows() -> list[tuple[str, float, float]]:
    """Return the name of the benchmark, scikit-learn's milliseconds, and the library's."""
    iris = load_iris()
    run = train(iris)
    known = iris.X[run.split.train]
    forest = Forest.from_estimator(run.estimator, zip(known.min(axis=0), known.max(axis=0), strict=True))
    return [
        (
            "one flower: ms, RandomForestClassifier.predict_proba / irisml.predict",
            milliseconds(lambda: run.estimator.predict_proba([FLOWER]), 50),
            milliseconds(lambda: predict(forest, FLOWER), 500),
        )
    ]
