"""Life cycle of the serving model, from data to deployment, in the steps of the talk."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from irisml.domain.findings import Finding
from irisml.jobs.checks import CHECKS
from irisml.registry.version import ESTIMATOR_FILE, ModelVersion
from web.i18n.text import Language
from web.i18n.vocabulary import model_type_name


@dataclass(frozen=True, slots=True)
class Running:
    """Where the app runs, and its provenance; None if unknown."""

    place: str
    commit: str | None
    build: str | None
    image: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its name, its facts for this model, and a good practice."""

    name: str
    facts: tuple[str, ...]
    practice: str


def life_table(
    version: ModelVersion, checks: Sequence[Finding] | None, running: Running, language: Language
) -> tuple[Step, ...]:
    """Collect the facts of each step; *checks* is None if they were not run yet."""
    return (
        _data(version, language),
        _train(version, language),
        _evaluate(version, language),
        _save(version, language),
        _test(checks, language),
        _pack(running, language),
        _deploy(version, running, language),
    )


def life_figure(steps: Sequence[Step]) -> Markup:
    """Draw the steps as an ordered list."""
    items = Markup("").join(
        Markup("<li><h2>{}</h2>").format(step.name)
        + Markup("").join(Markup('<p class="fact">{fact}</p>').format(fact=fact) for fact in step.facts)
        + Markup('<p class="practice">{}</p></li>').format(step.practice)
        for step in steps
    )
    return Markup('<ol class="life">{items}</ol>').format(items=items)


def _data(version: ModelVersion, language: Language) -> Step:
    manifest = version.manifest
    facts = (
        language.text("data set {dataset}, {n} flowers", dataset=manifest.dataset, n=manifest.n_samples),
        language.text("fingerprint {sha256}", sha256=manifest.data_fingerprint[:12]),
    )
    return Step(language.text("Data"), facts, language.text("Loading is separate from training."))


def _train(version: ModelVersion, language: Language) -> Step:
    manifest = version.manifest
    facts = (
        model_type_name(manifest.config.model_type, language),
        language.text(
            "{n} flowers in {seconds} s",
            n=manifest.n_learned,
            seconds=language.number(manifest.duration_s, 2),
        ),
        language.moment(manifest.created),
    )
    return Step(language.text("Train"), facts, language.text("One job everywhere: laptop, page, image and pipeline."))


def _evaluate(version: ModelVersion, language: Language) -> Step:
    evaluation = version.evaluation
    cv = evaluation.cross_validation
    facts = (
        language.text(
            "{n_correct} of {n_test} unseen flowers", n_correct=evaluation.n_correct, n_test=evaluation.n_test
        ),
        language.interval(*evaluation.interval),
        language.text(
            "cross-validated {share} (n = {n})", share=language.percentage(cv.accuracy, digits=1), n=cv.n_samples
        ),
    )
    return Step(language.text("Evaluate"), facts, language.text("No accuracy without its n and its interval."))


def _save(version: ModelVersion, language: Language) -> Step:
    facts = (
        language.text("version {version}", version=version.number),
        language.text("model.joblib {sha256}", sha256=version.manifest.files.get(ESTIMATOR_FILE, "")[:12]),
    )
    return Step(language.text("Save"), facts, language.text("Every version is kept; none is overwritten."))


def _test(checks: Sequence[Finding] | None, language: Language) -> Step:
    facts = (
        (language.text("not run yet"),)
        if checks is None
        else tuple(f"{'✓' if check.passed else '✗'} {language.text(CHECKS[check.rule])}" for check in checks)
    )
    return Step(language.text("Test"), facts, language.text("Also test that it loads: a pickle is code."))


def _pack(running: Running, language: Language) -> Step:
    facts = (
        (
            language.text("image {image}", image=running.image)
            if running.image
            else language.text("running from source, no image")
        ),
        language.text("commit {commit}", commit=(running.commit or language.text("unknown"))[:12]),
        language.text("build {build}", build=running.build) if running.build else language.text("no build"),
    )
    return Step(language.text("Pack"), facts, language.text("The image contains its model and serves it on a port."))


def _deploy(version: ModelVersion, running: Running, language: Language) -> Step:
    facts = (running.place, language.text("version {version} serves", version=version.number))
    return Step(language.text("Deploy"), facts, language.text("A person approves; a rollback takes one click."))
