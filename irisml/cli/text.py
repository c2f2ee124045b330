"""Text output of the command line: pure functions that format results."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from irisml.data.flower_files.reading import LineProblems, MeasurementTable
from irisml.domain.findings import Finding
from irisml.domain.intervals import wilson_interval
from irisml.domain.measurements import FEATURES, SPECIES
from irisml.jobs.checks import CHECKS
from irisml.jobs.data_events import Performed
from irisml.jobs.events import TrainingResult
from irisml.model.flower_counts import DataStudy, FlowerCounts
from irisml.model.prediction import Prediction
from irisml.model.search_result import SearchResult
from irisml.monitoring.drift import TESTS, LengthDrift
from irisml.monitoring.watch import Share, WatchReport
from irisml.registry.version import ModelVersion
from irisml.service.json_views import Facts

if TYPE_CHECKING:  # these import numpy, pyarrow or scikit-learn
    from irisml.bulk.predict_file import FilePrediction
    from irisml.jobs.acts import Act


def accuracy_line(accuracy: float, n_correct: int, n_test: int, interval: tuple[float, float]) -> str:
    """Format an accuracy, always with its n and its 95 % confidence interval.

    Examples
    --------
    >>> accuracy_line(29 / 30, 29, 30, (0.8333, 0.9941))
    'Accuracy on the test set: 0.97 (29 of 30, 95 % 0.83 to 0.99)'
    """
    low, high = interval
    return f"Accuracy on the test set: {accuracy:.2f} ({n_correct} of {n_test}, 95 % {low:.2f} to {high:.2f})"


def training_text(result: TrainingResult) -> str:
    """Format the result of a training."""
    reasons = "\n".join(f"  - {reason}" for reason in result.reasons)
    low, high = result.cross_validated_interval
    twin = ""
    if result.same_trees_as is not None:
        twin = f"\nIts trees are exactly those of version {result.same_trees_as}: no prediction changes."
    return (
        f"{accuracy_line(result.accuracy, result.n_correct, result.n_test, result.interval)}\n"
        f"Accuracy by cross-validation: {result.cross_validated:.3f} "
        f"({result.n_samples} flowers out of fold, 95 % {low:.2f} to {high:.2f})\n"
        f"Version {result.version} {verdict(result)}:\n{reasons}{twin}"
    )


def search_text(found: SearchResult) -> str:
    """Format the result of a search."""
    low, high = found.interval
    chosen = ", ".join(f"{name} {value}" for name, value in found.config.parameters.items())
    others = sum(fold.config != found.config for fold in found.outer)
    return (
        f"Found among {found.n_candidates} candidates in {found.seconds:.0f} s ({found.n_fits} fits): {chosen}.\n"
        f"Nested accuracy of the search: {found.accuracy:.3f} ({found.n_correct} of {found.n_samples} flowers, each "
        f"judging a search that had not seen it; 95 % {low:.2f} to {high:.2f}).\n"
        f"Searches without a fifth of the flowers that chose another configuration: {others} of {len(found.outer)}."
    )


def verdict(result: TrainingResult) -> str:
    """Describe the outcome for the new version."""
    match result.outcome:
        case "promoted":
            return "is champion now"
        case "challenger":
            return "passed the gate and waits as challenger"
        case "champion_moved":
            return "passed the gate, but meanwhile another version became champion; the two were not compared"
        case "not_released":
            return f"passed the gate, but could not be made champion: {result.problem}"
        case "refused":
            return "was refused by the gate; the champion is unchanged"


def prediction_text(prediction: Prediction, version: int) -> str:
    """Format one prediction."""
    n_trees = sum(prediction.votes)
    rows = "\n".join(
        f"  {species:<10} {p:>6.1%}  {votes} of {n_trees} trees"
        for species, p, votes in zip(SPECIES, prediction.probabilities, prediction.votes, strict=True)
    )
    warning = "".join(
        f"\nCaution: the {feature.replace('_', ' ')} is outside the range of the training flowers."
        for feature in prediction.outside_training_range
    )
    return f"Iris {prediction.species} (model version {version})\n{rows}{warning}"


def table_text(table: MeasurementTable, predictions: Sequence[Prediction], notes_of_most: int = 100) -> str:
    """Format the notes on a file and its predictions, without the predictions themselves.

    How the file was read, which lines have no prediction and why, which labels are not a species,
    how many flowers are outside the training range, and how many labelled flowers are classified
    correctly.
    """
    lines = [f"Note: {note}" for note in table.notes]
    n_rows = len(table.lines) + len(table.problems)
    if table.problems:
        lines.append(f"Rows without a prediction: {len(table.problems)} of {n_rows}.")
        lines += _problem_lines(table.problems, notes_of_most)
    if table.label_problems:
        lines.append(
            f"Labels that are not a species: {len(table.label_problems)}. These flowers are predicted, not scored."
        )
        lines += _problem_lines(table.label_problems, notes_of_most)
    outside = sum(bool(prediction.outside_training_range) for prediction in predictions)
    if outside:
        lines.append(
            f"Caution: {outside} of {len(predictions)} flowers are outside the training range; "
            "see the column outside_training_range."
        )
    lines += _score_lines(table, predictions, notes_of_most)
    return "\n".join(lines)


def file_text(done: "FilePrediction", output: str, version: int, notes_of_most: int = 20) -> str:
    """Format what `irisml.bulk.predict_file.predict_file` did."""
    lines = [f"Note: {note}" for note in done.notes[:notes_of_most]]
    if len(done.notes) > notes_of_most:
        lines.append(f"Note: ... and {len(done.notes) - notes_of_most} more")
    lines.append(
        f"{done.n_samples:,} rows predicted by version {version} into {output}: {done.seconds:.1f} s, "
        f"{done.n_samples / done.seconds:,.0f} rows a second ({done.way})."
    )
    if done.n_bad:
        lines.append(f"Rows without a prediction: {done.n_bad:,}; see {done.problems}.")
    if done.n_outside:
        lines.append(f"Caution: {done.n_outside:,} flowers are outside the training range; see that column.")
    return "\n".join(lines)


def _problem_lines(problems: Sequence[LineProblems], most: int) -> list[str]:
    lines = [f"  line {line}: {'; '.join(map(str, errors))}" for line, errors in problems[:most]]
    return [*lines, f"  ... and {len(problems) - most} more"] if len(problems) > most else lines


def _score_lines(table: MeasurementTable, predictions: Sequence[Prediction], most: int) -> list[str]:
    y_true = table.species or ()
    labelled = [
        (line, true, one.species) for line, true, one in zip(table.lines, y_true, predictions, strict=False) if true
    ]
    if not labelled:
        return []
    misses = [f"  line {line}: {true}, predicted {said}" for line, true, said in labelled if true != said]
    n_correct = len(labelled) - len(misses)
    low, high = wilson_interval(n_correct, len(labelled))
    unlabelled = len(predictions) - len(labelled)
    lines = [
        f"Classified correctly: {n_correct} of {len(labelled)} labelled flowers (95 % {low:.2f} to {high:.2f})"
        f"{f'; {unlabelled} have no label' if unlabelled else ''}.",
        *misses[:most],
    ]
    return [*lines, f"  ... and {len(misses) - most} more"] if len(misses) > most else lines


def evaluation_text(version: ModelVersion) -> str:
    """Format the evaluation of a version."""
    evaluation, cv = version.evaluation, version.evaluation.cross_validation
    low, high = cv.interval
    confusion = "\n".join(
        f"  {species:<12}" + "".join(f"{count:>12}" for count in row)
        for species, row in zip(SPECIES, evaluation.confusion, strict=True)
    )
    scores = "\n".join(
        f"  {species:<12}{score.precision:>12.2f}{score.recall:>12.2f}{score.f1:>12.2f}{score.support:>12}"
        for species, score in zip(SPECIES, evaluation.species_scores, strict=True)
    )
    misses = "".join(
        f"\n  row {miss.row}: {SPECIES[miss.y_true]}, predicted {SPECIES[miss.y_pred]}" for miss in evaluation.misses
    )
    importances = ", ".join(
        f"{feature} {share:.2f}" for feature, share in zip(FEATURES, evaluation.importances, strict=True)
    )
    yardsticks = "".join(f"Yardstick, {one.name}: {_right(one)}\n" for one in version.manifest.yardsticks)
    return (
        f"Version {version.number}, {version.manifest.config.model_type}, data set {version.manifest.dataset}\n"
        f"{accuracy_line(evaluation.accuracy, evaluation.n_correct, evaluation.n_test, evaluation.interval)}\n"
        f"Accuracy by cross-validation: {cv.accuracy:.3f} ({cv.n_samples} flowers out of fold, "
        f"{cv.n_repeats} repeats, 95 % {low:.2f} to {high:.2f})\n"
        f"Luck of the split: of {cv.n_splits} splits, {cv.n_perfect_splits} gave 1.00; "
        f"the worst gave {min(evaluation.cross_validation.split_accuracies):.2f}\n\n"
        f"Confusion matrix (rows: actual, columns: predicted)\n"
        f"  {'':<12}{''.join(f'{species:>12}' for species in SPECIES)}\n{confusion}\n\n"
        f"  {'':<12}{'precision':>12}{'recall':>12}{'f1':>12}{'support':>12}\n{scores}\n\n"
        f"Feature importances: {importances}\n"
        f"{yardsticks}"
        f"Misclassified: {len(evaluation.misses)}{misses}"
    )


def versions_text(rows: Iterable[Facts], location: str) -> str:
    """Format the versions, one per line; if there is none, name the location of the registry."""
    lines = [
        f"{row['version']:>4}  {row['created'][:16].replace('T', ' ')} UTC  {row['model_type']:<14}"
        f"  {row['n_correct']} of {row['n_test']}  cross-validated {row['cross_validated']:.3f} of {row['n_samples']}"
        f"  {', '.join([*row['aliases'], *([] if row['gate_passed'] else ['refused by the gate'])])}".rstrip()
        for row in rows
    ]
    return "\n".join(lines) or f'There is no version in {location} yet. Train one with "irisml train".'


def checks_text(checks: Iterable[Finding]) -> str:
    """Format the results of the checks, one per line."""
    return "\n".join(f"{'passed' if check.passed else 'FAILED'}  {CHECKS[check.rule]}: {check}" for check in checks)


def datasets_text(rows: Iterable[Facts]) -> str:
    """Format the data sets, one per line."""
    return "\n".join(
        f"{row['number']:>4}  {(row['created'] or 'with irisml')[:16].replace('T', ' '):<16}  "
        f"{row['n_samples']:>5} flowers  {row['source']}{' (forced)' if row['forced'] else ''}"
        for row in rows
    )


def dataset_text(facts: Facts, checks: Sequence[Finding], study: DataStudy | None) -> str:
    """Format one data set."""
    counts = ", ".join(f"{n} {species}" for species, n in facts["class_counts"].items())
    lines = [
        f"Data set {facts['number']}: {facts['n_samples']} flowers ({counts})",
        f"Source: {facts['source']}",
        f"Made from data set {facts['parent']}"
        if facts["parent"]
        else "Comes with irisml; every version is judged by it",
        f"SHA-256 of the values: {facts['fingerprint']}",
    ]
    if facts["created"]:
        lines.append(f"Added: {facts['created'][:16].replace('T', ' ')} UTC by {facts['by']}")
    if facts["forced"]:
        lines.append(f"Added although a check refused it: {facts['reason']}")
    if checks:
        lines.append(data_checks_text(checks))
    lines += study_lines(study) if study else ["What it can teach is measured by the first training on it."]
    return "\n".join(lines)


def study_lines(study: DataStudy) -> list[str]:
    """Format the learning curve, and what the model reaches without each feature."""
    return [
        "Learning curve: " + "; ".join(f"{one.n_train} rows {_right(one)}" for one in study.curve),
        *(f"Without {one.feature}: {_right(one)}" for one in study.without),
    ]


def _right(counts: FlowerCounts) -> str:
    low, high = counts.interval
    return f"{counts.n_correct} of {counts.n_samples} (95 % {low:.2f} to {high:.2f})"


def data_checks_text(checks: Iterable[Finding]) -> str:
    """Format the results of the data checks, one per line."""
    return "\n".join(f"{check.verdict:<8} {check.rule}: {check}" for check in checks)


def acts_text(acts: "Iterable[tuple[str, Act]]") -> str:
    """Format the acts, one per line."""
    return "\n".join(f"{name:<15} {act.title}: {act.practice}" for name, act in acts)


def performed_text(performed: Performed, act: "Act") -> str:
    """Format the result of an act: what caught it, and which practice that is."""
    caught = f"Caught by: {performed.caught}" if performed.caught else "Not caught yet"
    checks = f"\n{data_checks_text(performed.checks)}" if performed.checks else ""
    reason = Finding("act", False, performed.reason, performed.values)
    forced = "\nTo see the gate catch it: --force" if performed.can_be_forced else ""
    return f"{act.title}\n{caught}. {reason}{checks}\nPractice: {act.practice} ({act.file}){forced}"


def watch_text(report: WatchReport) -> str:
    """Format the report of the watch."""
    answers_word = "answer" if report.n == 1 else "answers"
    age = _age(report.age_s)
    lines = [f"{report.n} {answers_word}. Version {report.version} serves; it was trained {age} ago."]
    for answers in report.answers:
        shares = ", ".join(f"{species} {_share(share)}" for species, share in zip(SPECIES, answers.shares, strict=True))
        lines.append(f"Version {answers.version} answered {shares}.")
    if report.outside is not None:
        lines.append(f"Outside the training range: {_share(report.outside)}.")
    if report.latency_ms is not None:
        median, p95 = report.latency_ms
        lines.append(f"A prediction took {median:.2f} ms, 95 % of them at most {p95:.2f} ms.")
    if report.drifts:
        lines.append(f"Drift of the four lengths ({TESTS}):")
        lines += [f"  {_drift_line(drift)}" for drift in report.drifts]
    if report.shadow is not None:
        shadow = report.shadow
        lines.append(
            f"Version {shadow.version}, in the shadow, would have answered otherwise for {_share(shadow.otherwise)}."
        )
        lines += [f"  {kind.n} times {kind.would_answer} for {kind.answered}" for kind in shadow.kinds]
    if report.n_damaged:
        lines.append(f"{report.n_damaged} lines of the files of events are damaged and do not count.")
    lines.append(f"{'ALARM. ' if report.alarm else ''}{report.proposal}")
    return "\n".join(lines)


def _drift_line(drift: LengthDrift) -> str:
    medians = f"n = {drift.n}, median {drift.median:g} cm for {drift.median_learned:g} cm"
    if drift.p is None:
        return f"{drift.feature}: too few to say ({medians})"
    found = {"none": "no drift found", "spread": "spread otherwise"}.get(drift.direction, drift.direction)
    p = "p < 0.001" if drift.p < 0.001 else f"p = {drift.p:.3f}"
    where = f" in {drift.species}" if drift.drifted and drift.species is not None else ""
    return f"{drift.feature}: {found}{where}, {p} ({medians})"


def _share(share: Share) -> str:
    low, high = share.interval
    return f"{share.k} of {share.n} (95 % {100 * low:.1f} to {100 * high:.1f} %)"


def _age(seconds: float) -> str:
    for unit, size in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} seconds"
