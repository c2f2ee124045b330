"""Report of a version for its reviewer: data checks, gate, disagreements with another version, yardsticks, matrix.

The delivery pipeline publishes it as Markdown with each run; `irisml.releases.report_page` shows it as a page.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from irisml.domain.findings import Finding
from irisml.domain.intervals import wilson_interval
from irisml.domain.measurements import FEATURES, SPECIES
from irisml.model.comparison import disagreements
from irisml.registry.dataset_version import DatasetRecord
from irisml.registry.version import ModelVersion


@dataclass(frozen=True, slots=True)
class Section:
    """Part of a report.

    Parameters
    ----------
    title : str
    lines : tuple of str
        Sentences, each a paragraph.
    head : tuple of str
        Header of its table; empty if it has none.
    rows : tuple of tuple of str
    """

    title: str
    lines: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """Report of a version: the verdict in one sentence, and its sections."""

    title: str
    verdict: str
    sections: tuple[Section, ...]


def version_report(
    version: ModelVersion, dataset: DatasetRecord, checks: Sequence[Finding], against: ModelVersion | None
) -> Report:
    """Write the report of a version.

    Parameters
    ----------
    version : ModelVersion
    dataset : DatasetRecord
        What it learned from.
    checks : sequence of Finding
        Results of the data checks; empty if they were not run.
    against : ModelVersion or None
        Version of the last release, to compare with flower by flower.
    """
    gate = version.manifest.gate
    verdict = (
        "passed the gate" if gate.passed else f"was refused by the gate ({len(gate.refusals)} of {len(gate.checks)})"
    )
    return Report(
        f"Version {version.number} {verdict}",
        _accuracy(version),
        (
            _data(dataset, checks),
            Section("Gate", (), ("rule", "verdict", "finding"), _findings(gate.checks)),
            _disagreements(version, against),
            _yardsticks(version),
            _matrix(version),
            _provenance(version, dataset),
        ),
    )


def _accuracy(version: ModelVersion) -> str:
    evaluation, cv = version.evaluation, version.evaluation.cross_validation
    (low, high), (cv_low, cv_high) = evaluation.interval, cv.interval
    return (
        f"{evaluation.n_correct} of {evaluation.n_test} unseen flowers are right (95 % {low:.2f} to {high:.2f}); "
        f"cross-validated accuracy {cv.accuracy:.3f} ({cv.n_samples} flowers, 95 % {cv_low:.2f} to {cv_high:.2f})."
    )


def _data(dataset: DatasetRecord, checks: Sequence[Finding]) -> Section:
    counts = ", ".join(f"{n} {species}" for n, species in zip(dataset.class_counts, SPECIES, strict=True))
    forced = (f"It was added although a check refused it: {dataset.reason}",) if dataset.forced else ()
    line = f"Data set {dataset.number}, {dataset.source}: {dataset.n_samples} flowers ({counts})."
    if not checks:
        return Section("Data", (line, *forced))
    return Section("Data", (line, *forced), ("check", "verdict", "finding"), _findings(checks))


def _findings(checks: Sequence[Finding]) -> tuple[tuple[str, ...], ...]:
    return tuple((check.rule, check.verdict, str(check)) for check in checks)


def _disagreements(version: ModelVersion, against: ModelVersion | None) -> Section:
    title = "Disagreements"
    if against is None:
        return Section(title, ("There is no other release to compare with.",))
    if against.manifest.judged_by != version.manifest.judged_by:
        return Section(title, (f"Version {against.number} was judged by other flowers: they cannot be compared.",))
    ours, theirs = version.evaluation.cross_validation, against.evaluation.cross_validation
    found = disagreements(ours, theirs)
    line = (
        f"Against version {against.number} (data set {against.manifest.dataset}), on the same {ours.n_samples} "
        f"reference flowers: {len(found.won)} won, {len(found.lost)} lost (McNemar p = {found.p:.3g})."
    )
    rows = [(row, "won") for row in found.won] + [(row, "lost") for row in found.lost]
    cells = tuple((f"no. {row + 1}", SPECIES[ours.y_true[row]], side) for row, side in sorted(rows))
    return Section(title, (line,), ("flower", "species", "side") if cells else (), cells)


def _yardsticks(version: ModelVersion) -> Section:
    ours = version.evaluation.cross_validation
    if not version.manifest.yardsticks:
        return Section("Yardsticks", ("This version is from an older irisml: no simple model was measured.",))
    rows = []
    for one in version.manifest.yardsticks:
        found = disagreements(one, ours)
        sides = f"{len(found.won)} / {len(found.lost)}"
        rows.append((one.name, *_right(one.n_correct, one.n_samples), sides, f"{found.p:.3g}"))
    rows.append(
        (f"{version.manifest.config.model_type} (this version)", *_right(ours.n_correct, ours.n_samples), "", "")
    )
    head = ("model", "right", "95 % interval", "won / lost against this version", "p")
    return Section("Yardsticks", (), head, tuple(rows))


def _right(n_correct: int, n: int) -> tuple[str, str]:
    low, high = wilson_interval(n_correct, n)
    return f"{n_correct} of {n}", f"{low:.3f} to {high:.3f}"


def _matrix(version: ModelVersion) -> Section:
    head = ("actual \\ predicted", *SPECIES)
    rows = zip(SPECIES, version.evaluation.confusion, strict=True)
    cells = tuple((species, *map(str, counts)) for species, counts in rows)
    return Section(f"Confusion matrix of the {version.evaluation.n_test} unseen flowers", (), head, cells)


def _provenance(version: ModelVersion, dataset: DatasetRecord) -> Section:
    manifest = version.manifest
    importances = ", ".join(
        f"{feature} {share:.2f}" for feature, share in zip(FEATURES, version.evaluation.importances, strict=True)
    )
    parameters = ", ".join(f"{name} {value}" for name, value in manifest.config.parameters.items())
    return Section(
        "Provenance",
        (),
        ("what", "value"),
        (
            ("trained", f"{manifest.created:%Y-%m-%d %H:%M} UTC, on {manifest.n_learned} flowers"),
            ("parameters", parameters),
            ("feature importances", importances),
            ("data", f"data set {dataset.number}, SHA-256 {manifest.data_fingerprint}"),
            ("reference", f"SHA-256 {manifest.judged_by}"),
            ("commit", manifest.commit or "unknown"),
            ("build", manifest.build or "none"),
            ("trees", f"SHA-256 {version.forest_sha256}"),
        ),
    )


def as_markdown(report: Report) -> str:
    """Return a report as Markdown.

    Examples
    --------
    >>> print(as_markdown(Report("Version 1 passed the gate", "All is well.", (Section("Data", ("150 flowers",)),))))
    # Version 1 passed the gate
    <BLANKLINE>
    All is well.
    <BLANKLINE>
    ## Data
    <BLANKLINE>
    150 flowers
    <BLANKLINE>
    """
    parts = [f"# {report.title}", report.verdict]
    for section in report.sections:
        parts += [f"## {section.title}", *map(markdown_text, section.lines)]
        if section.head:
            lines = [section.head, tuple("---" for _ in section.head), *section.rows]
            parts.append("\n".join(f"| {' | '.join(map(markdown_text, line))} |" for line in lines))
    return "\n\n".join(parts) + "\n"


def markdown_text(text: str) -> str:
    r"""Escape a person's text on one line, so that Markdown shows it and makes nothing else of it.

    Examples
    --------
    >>> print(markdown_text("a | b <img> ![x](y)"))
    a \| b \<img> \!\[x\](y)
    """
    return re.sub(r"[\\`*\[\]!|<#]", r"\\\g<0>", " ".join(text.split()))
