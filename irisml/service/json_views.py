"""Results as JSON objects, for ``--json`` and the responses of the API."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from irisml.data.flower_files.reading import MeasurementTable
from irisml.domain.findings import Finding
from irisml.domain.measurements import FEATURES, POSSIBLE_CM, SPECIES
from irisml.jobs.checks import CHECKS
from irisml.model.flower_counts import DataStudy, FlowerCounts
from irisml.model.prediction import Prediction
from irisml.monitoring.drift import TESTS
from irisml.monitoring.watch import Share, WatchReport
from irisml.registry.dataset_version import DatasetVersion
from irisml.registry.version import ModelVersion

Facts = dict[str, Any]


def prediction_facts(prediction: Prediction, version: int) -> Facts:
    """Return one prediction as a JSON object."""
    return {
        "species": prediction.species,
        "probabilities": dict(zip(SPECIES, prediction.probabilities, strict=True)),
        "votes": dict(zip(SPECIES, prediction.votes, strict=True)),
        "measurement": dict(zip(FEATURES, prediction.measurement, strict=True)),
        "outside_training_range": list(prediction.outside_training_range),
        "version": version,
    }


def table_facts(table: MeasurementTable, predictions: Sequence[Prediction], version: int) -> list[Facts]:
    """Return the predictions of a file, each with its line, its label as a species, and the file's own cells."""
    species = table.species or [None] * len(predictions)
    own_cells = table.own_cells or [()] * len(predictions)
    return [
        {
            "line": line,
            "label": label,
            "columns": [[name, cell] for name, cell in zip(table.own_columns, own, strict=True)],
            **prediction_facts(prediction, version),
        }
        for line, label, own, prediction in zip(table.lines, species, own_cells, predictions, strict=True)
    ]


def evaluation_facts(version: ModelVersion) -> Facts:
    """Return the evaluation of a version as a JSON object."""
    evaluation, cv = version.evaluation, version.evaluation.cross_validation
    return {
        "version": version.number,
        "dataset": version.manifest.dataset,
        "n_correct": evaluation.n_correct,
        "n_test": evaluation.n_test,
        "accuracy": evaluation.accuracy,
        "interval": evaluation.interval,
        "confusion": evaluation.confusion,
        "misses": [miss._asdict() for miss in evaluation.misses],
        "species": {
            species: score._asdict() for species, score in zip(SPECIES, evaluation.species_scores, strict=True)
        },
        "importances": dict(zip(FEATURES, evaluation.importances, strict=True)),
        "cross_validation": {
            "accuracy": cv.accuracy,
            "interval": cv.interval,
            "n_samples": cv.n_samples,
            "n_repeats": cv.n_repeats,
            "split_accuracies": cv.split_accuracies,
            "n_correct": cv.n_correct,
        },
        "yardsticks": {one.name: counts_facts(one) for one in version.manifest.yardsticks},
    }


def model_facts(version: ModelVersion) -> Facts:
    """Return a version as a JSON object: what it is, what it takes, and how often it was right."""
    manifest, evaluation = version.manifest, version.evaluation
    cv, training_range = evaluation.cross_validation, version.load_forest().training_range
    return {
        "version": version.number,
        "model_type": manifest.config.model_type,
        "created": manifest.created.isoformat(timespec="seconds"),
        "species": list(SPECIES),
        "features": [
            {"name": feature, "unit": "cm", "possible": POSSIBLE_CM[feature], "training": within}
            for feature, within in zip(FEATURES, training_range, strict=True)
        ],
        "n_correct": evaluation.n_correct,
        "n_test": evaluation.n_test,
        "accuracy": evaluation.accuracy,
        "interval": evaluation.interval,
        "cross_validated": cv.accuracy,
        "cross_validated_interval": cv.interval,
        "n_samples": cv.n_samples,
        "forest_sha256": version.forest_sha256,
        "commit": manifest.commit,
        "build": manifest.build,
    }


def check_facts(finding: Finding) -> Facts:
    """Return the result of one check as a JSON object."""
    return {
        "name": CHECKS[finding.rule],
        "passed": finding.passed,
        "reason": finding.reason,
        "values": finding.values,
    }


def version_facts(version: ModelVersion, aliases: Mapping[str, int]) -> Facts:
    """Return an entry of the list of versions as a JSON object."""
    manifest, evaluation = version.manifest, version.evaluation
    return {
        "version": version.number,
        "aliases": [name for name, number in aliases.items() if number == version.number],
        "created": manifest.created.isoformat(timespec="seconds"),
        "model_type": manifest.config.model_type,
        "dataset": manifest.dataset,
        "n_correct": evaluation.n_correct,
        "n_test": evaluation.n_test,
        "interval": evaluation.interval,
        "cross_validated": evaluation.cross_validation.accuracy,
        "n_samples": evaluation.cross_validation.n_samples,
        "gate_passed": manifest.gate.passed,
        "commit": manifest.commit,
        "build": manifest.build,
    }


def dataset_facts(dataset: DatasetVersion) -> Facts:
    """Return a data set as a JSON object."""
    record = dataset.record
    return {
        "number": record.number,
        "created": None if record.created is None else record.created.isoformat(timespec="seconds"),
        "by": None if record.by is None else str(record.by),
        "source": record.source,
        "parent": record.parent,
        "n_samples": record.n_samples,
        "class_counts": dict(zip(SPECIES, record.class_counts, strict=True)),
        "fingerprint": record.fingerprint,
        "forced": record.forced,
        "reason": record.reason,
        "checks": [data_check_facts(check) for check in record.checks],
    }


def data_check_facts(check: Finding) -> Facts:
    """Return the result of one data check as a JSON object."""
    return {
        "rule": check.rule,
        "passed": check.passed,
        "severity": check.severity,
        "sentence": str(check),
        "values": check.values,
        "rows": check.rows,
    }


def study_facts(study: DataStudy) -> Facts:
    """Return what a data set can teach as a JSON object."""
    return {
        "learning_curve": [{"n_train": one.n_train, **counts_facts(one)} for one in study.curve],
        "without": {one.feature: counts_facts(one) for one in study.without},
    }


def counts_facts(counts: FlowerCounts) -> Facts:
    """Return how many flowers a model classifies correctly out of fold, with the interval."""
    return {"n_correct": counts.n_correct, "n": counts.n_samples, "interval": counts.interval}


def watch_facts(report: WatchReport) -> Facts:
    """Return the report of the watch as a JSON object."""
    shadow = report.shadow
    return {
        "n": report.n,
        "too_few": report.too_few,
        "alarm": report.alarm,
        "proposal": str(report.proposal),
        "version": report.version,
        "age_s": round(report.age_s),
        "since": datetime.fromtimestamp(report.since, UTC).isoformat(timespec="seconds"),
        "answers": [
            {
                "version": answers.version,
                "species": {
                    species: _share_facts(share) for species, share in zip(SPECIES, answers.shares, strict=True)
                },
            }
            for answers in report.answers
        ],
        "outside": None if report.outside is None else _share_facts(report.outside),
        "latency_ms": None
        if report.latency_ms is None
        else dict(zip(("median", "p95"), report.latency_ms, strict=True)),
        "test": TESTS,
        "drift": [
            {
                "feature": drift.feature,
                "n": drift.n,
                "n_learned": drift.n_learned,
                "median": drift.median,
                "median_learned": drift.median_learned,
                "statistic": drift.statistic,
                "p": drift.p,
                "species": drift.species,
                "direction": drift.direction,
            }
            for drift in report.drifts
        ],
        "shadow": None
        if shadow is None
        else {
            "version": shadow.version,
            "otherwise": _share_facts(shadow.otherwise),
            "kinds": [
                {
                    "answered": kind.answered,
                    "would_answer": kind.would_answer,
                    "n": kind.n,
                    "measurement": dict(zip(FEATURES, kind.x, strict=True)),
                }
                for kind in shadow.kinds
            ],
        },
        "n_damaged": report.n_damaged,
    }


def _share_facts(share: Share) -> Facts:
    return {"k": share.k, "n": share.n, "share": share.share, "interval": share.interval}
