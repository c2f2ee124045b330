"""The loop of a model in production: six stations, each with one figure of this moment."""

from dataclasses import dataclass

from markupsafe import Markup

from irisml.domain.measurements import FEATURES, SPECIES
from irisml.model.prediction import Prediction
from irisml.monitoring.watch import WatchReport
from irisml.registry.release_log import ReleaseLog
from irisml.registry.version import ModelVersion
from web.html.flower import flower
from web.i18n.text import Language

DATA, TRAIN, EVALUATE, GATE, RELEASE, WATCH = range(6)


@dataclass(frozen=True, slots=True)
class Station:
    """One station.

    Parameters
    ----------
    page : str
        Name of the page that shows more.
    name, figure, unit, small : str
        In the visitor's language: its figure is the large number, *small* says what it depends on.
    file : str
        Where that is kept: a file of the registry.
    is_here : bool
        Whether something happens there now.
    """

    page: str
    name: str
    figure: str
    unit: str
    small: str
    file: str
    is_here: bool


def loop_table(
    version: ModelVersion,
    log: ReleaseLog,
    watch: WatchReport | None,
    language: Language,
    *,
    is_training: bool,
    waits: ModelVersion | None,
) -> tuple[Station, ...]:
    """Collect the figures.

    Parameters
    ----------
    version : ModelVersion
        The serving version.
    watch : WatchReport or None
        None if it cannot be computed now.
    is_training : bool
    waits : ModelVersion or None
        The challenger that waits.
    """
    here = TRAIN if is_training else GATE if waits is not None else WATCH
    stations = (
        _data(version, language),
        _train(version, language),
        _evaluate(version, language),
        _gate(version, waits, language),
        _release(version, log, language),
        _watch(watch, language),
    )
    return tuple(Station(*station, is_here=place == here) for place, station in enumerate(stations))


def number_figure(place: int, *, is_here: bool) -> Markup:
    """Draw the number of a station, which stands on the line."""
    return Markup('<p class="loop-number{}" aria-hidden="true">{}</p>').format(" here" if is_here else "", place + 1)


def station_figure(station: Station) -> Markup:
    """Draw the figure of a station, what it depends on, and where that is kept."""
    return Markup(
        '<div class="station"><p class="figure"><b>{}</b> {}</p><p class="small">{}</p>'
        '<p class="file"><code>{}</code></p></div>'
    ).format(station.figure, station.unit, station.small, station.file)


def middle_figure(prediction: Prediction, version: int, n_phones: int, note: str, language: Language) -> Markup:
    """Draw what flows around: the visitor's flower in the colours of its prediction, and what the version does now."""
    numbers = dict(zip(FEATURES, prediction.measurement, strict=True))
    values = {name: language.number(value) for name, value in numbers.items()}
    words = language.plural(
        "v{version} answers {n} phone.", "v{version} answers {n} phones.", n=n_phones, version=version
    )
    return Markup(
        '<div class="loop-middle s{}">{}<div><p class="name">{}</p><p class="soft">{}</p></div></div>'
    ).format(SPECIES.index(prediction.species), flower(numbers, values, language), words, note)


_Facts = tuple[str, str, str, str, str, str]


def _data(version: ModelVersion, language: Language) -> _Facts:
    manifest = version.manifest
    small = language.text(
        "data set {dataset}, fingerprint {sha256}", dataset=manifest.dataset, sha256=manifest.data_fingerprint[:8]
    )
    file = "irisml/data/iris.csv" if manifest.dataset == 1 else f"datasets/{manifest.dataset:04}/flowers.csv"
    return "data", language.text("Data"), str(manifest.n_samples), language.text("flowers"), small, file


def _train(version: ModelVersion, language: Language) -> _Facts:
    manifest = version.manifest
    small = language.text("{n} flowers, {trees} trees", n=manifest.n_learned, trees=len(version.load_forest().roots))
    seconds = language.number(manifest.duration_s, 2)
    return "train", language.text("Train"), seconds, "s", small, f"versions/{version.number:04}/model.joblib"


def _evaluate(version: ModelVersion, language: Language) -> _Facts:
    evaluation = version.evaluation
    small = language.text(
        "{confidence} interval: {low} to {high}",
        confidence=language.percentage(0.95),
        low=language.percentage(evaluation.interval[0]),
        high=language.percentage(evaluation.interval[1]),
    )
    unit = language.text("of {n}", n=evaluation.n_test)
    file = f"versions/{version.number:04}/version.json"
    return "quality", language.text("Evaluate"), str(evaluation.n_correct), unit, small, file


def _gate(version: ModelVersion, waits: ModelVersion | None, language: Language) -> _Facts:
    judged = waits or version
    gate = judged.manifest.gate
    passed = sum(check.passed for check in gate.checks)
    if waits is not None:
        small = language.text("v{version} waits as challenger", version=waits.number)
    elif gate.champion is None:
        small = language.text("v{version}, the first champion", version=version.number)
    else:
        small = language.text("v{version} against champion v{old}", version=version.number, old=gate.champion)
    unit = language.text("of {n} rules", n=len(gate.checks))
    file = f"versions/{judged.number:04}/version.json"
    return "train", language.text("Gate"), str(passed), unit, small, file


def _release(version: ModelVersion, log: ReleaseLog, language: Language) -> _Facts:
    name = language.text("Release")
    release = next((one for one in reversed(log.releases) if one.champion == version.number), None)
    if release is None:
        return "train", name, f"v{version.number}", "", language.text("not released"), "releases/"
    since = language.text("since {time} UTC", time=f"{release.time:%H:%M}")
    file = f"releases/{release.number:06}/release.json"
    return "train", name, f"v{version.number}", since, language.release_reason(release), file


def _watch(watch: WatchReport | None, language: Language) -> _Facts:
    name, file = language.text("Watch"), "events/"
    if watch is None or watch.outside is None:
        return "watch", name, "0", language.text("answers"), language.text("nothing was asked yet"), file
    small = language.text(
        "{share} outside ({low} to {high})",
        share=language.percentage(watch.outside.share, 1),
        low=language.percentage(watch.outside.interval[0], 1),
        high=language.percentage(watch.outside.interval[1], 1),
    )
    if watch.alarm:
        small = language.text("{small}; the lengths drift", small=small)
    return "watch", name, str(watch.n), language.text("answers"), small, file
