"""The command ``irisml``: every step of a model's life cycle in a terminal.

Exit codes: 0 success; 1 failure; 2 invalid input or usage, nothing was written; 3 partial
success: some rows of a file have no prediction and are listed by line.
"""

import errno
import os
import signal
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import click
import msgspec

import irisml
from irisml.cli import text
from irisml.data.flower_files.lengths import length_cm
from irisml.data.flower_files.writing import predictions_csv
from irisml.domain.errors import DatasetNotFoundError, InputError, IrisError, VersionNotFoundError, WrongLengthError
from irisml.domain.findings import Finding
from irisml.domain.measurements import FEATURES
from irisml.jobs.child_process import CancellableUntilSaved
from irisml.jobs.data_events import Added, Examined
from irisml.jobs.events import Failure, TrainingResult
from irisml.model.config import TrainingConfig
from irisml.model.estimators import BOUNDS, MODEL_TYPES
from irisml.model.search_result import SearchResult
from irisml.monitoring.watch import HOURS
from irisml.registry import open_registry, shown_location
from irisml.registry.actor import Actor, current_actor
from irisml.registry.version import REFERENCE_NUMBER, ModelVersion
from irisml.releases.champion import aliases, champion_of
from irisml.releases.model_card import model_card
from irisml.releases.report import as_markdown, version_report
from irisml.releases.report_page import report_page
from irisml.service import json_views
from irisml.service.model_service import ModelService
from irisml.training.progress import OnProgress, Progress

as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
reason = click.option("--reason", default="", help="Reason, kept in the history (at most 200 characters).")
version_argument = click.argument("version", required=False)


_DONE_IN_PART = 3
_MOST_BAD_ROWS = 10_000
"""Per file: reading stops there, because the file is not a table of flowers."""


class _Commands(click.Group):
    """Error boundary: prints each IrisError as one line and sets the exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except IrisError as error:
            # A version that does not exist is most likely a typing error, so it counts as bad input.
            slip = isinstance(error, InputError | VersionNotFoundError | DatasetNotFoundError)
            place = ""
            if isinstance(error, VersionNotFoundError) and isinstance(ctx.obj, ModelService):
                place = f" The registry is {shown_location(ctx.obj.location)}; set IRISML_REGISTRY to use another."
            _fail(f"{error}{place}", exit_code=2 if slip else 1)
        except OSError as error:
            if error.filename is not None or error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO):
                raise
            # Standard output cannot be written, for example if it is redirected to a full disk.
            _fail(f"The output cannot be written: {error.strerror or error}.", exit_code=1)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(irisml.__version__)
@click.option("--registry", metavar="FOLDER", help="Folder of the registry [IRISML_REGISTRY, else models].")
@click.pass_context
def main(ctx: click.Context, registry: str | None) -> None:
    """Train, evaluate, version and use a model of 150 irises."""
    ctx.obj = ModelService(registry)


@main.command()
@click.option("--model-type", type=click.Choice(list(MODEL_TYPES)), default=TrainingConfig().model_type)
@click.option("--n-estimators", type=click.IntRange(*BOUNDS["n_estimators"]), default=TrainingConfig().n_estimators)
@click.option("--max-depth", type=click.IntRange(*BOUNDS["max_depth"]), help="No limit if omitted.")
@click.option(
    "--min-samples-leaf", type=click.IntRange(*BOUNDS["min_samples_leaf"]), default=TrainingConfig().min_samples_leaf
)
@click.option("--random-state", type=click.IntRange(*BOUNDS["random_state"]), default=TrainingConfig().random_state)
@click.option("--data", "dataset", type=click.IntRange(1), default=1, show_default=True, help="Data set to learn from.")
@click.option("--progress", type=click.Choice(["bar", "json"]), default="bar", help="json: one object per line.")
@click.option("--must-promote", is_flag=True, help="Exit with 1 if the new version does not become champion.")
@click.option("--as-challenger", is_flag=True, help="Do not promote it: it waits, and is asked in the background.")
@click.option("--by", type=click.Choice(["presenter", "server"]), hidden=True)  # set by a page that starts this process
@as_json
@click.pass_obj
def train(
    service: ModelService,
    /,
    dataset: int,
    progress: str,
    must_promote: bool,
    as_challenger: bool,
    by: Any,
    as_json: bool,
    **config: Any,
) -> None:
    """Train a new version; promote it if it passes the gate."""
    from irisml.jobs.pipeline import train_version  # imports scikit-learn, which the other commands do not need

    if must_promote and as_challenger:
        raise click.UsageError("--must-promote and --as-challenger contradict each other.")
    options: dict[str, Any] = {"by": Actor(by) if by else None, "dataset": dataset, "as_challenger": as_challenger}
    run = partial(train_version, service.registry, TrainingConfig(**config), **options)
    result = _with_events(run) if progress == "json" else _with_bar(run)
    if as_json or progress == "json":
        _print_json(result)
    else:
        click.echo(text.training_text(result))
    if must_promote and not result.promoted:
        _fail(f"Version {result.version} {text.verdict(result)}.", exit_code=1)


@main.command()
@version_argument
@as_json
@click.pass_obj
def evaluate(service: ModelService, version: str | None, as_json: bool) -> None:
    """Show the evaluation of a VERSION (number or alias; by default the champion)."""
    wanted = _version(service, version)
    if as_json:
        _print_json(json_views.evaluation_facts(wanted))
    else:
        click.echo(text.evaluation_text(wanted))


def _not_empty(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    if value is not None and not value.strip():  # as of a variable that is not set
        raise click.BadParameter("it is empty.")
    return value


@main.command()
@click.option("--candidates", "n_candidates", type=click.IntRange(2, 60), default=20, show_default=True)
@click.option("--random-state", type=click.IntRange(*BOUNDS["random_state"]), default=TrainingConfig().random_state)
@click.option("--data", "dataset", type=click.IntRange(1), default=1, show_default=True, help="Data set to learn from.")
@click.option("--jobs", "n_jobs", type=click.IntRange(1), help="Processes at once; one per core if omitted.")
@click.option(
    "--cluster",
    metavar="ADDRESS",
    callback=_not_empty,
    help="Dask scheduler that computes instead, such as tcp://host:8786.",
)
@click.option("--progress", type=click.Choice(["bar", "json"]), default="bar", help="json: one object per line.")
@click.option("--by", type=click.Choice(["presenter"]), hidden=True)  # set by a page that starts this process
@as_json
@click.pass_obj
def search(service: ModelService, /, progress: str, by: Any, as_json: bool, n_jobs: int | None, **options: Any) -> None:
    """Search for a better configuration, and train it as a challenger.

    The accuracy that is shown is that of the whole procedure, nested: each fold judges a search that
    has not seen it. The best score within a search would be too high, and is not shown.
    """
    from irisml.jobs.searching import search_version  # imports scikit-learn, which the other commands do not need

    as_lines = progress == "json"
    actor = Actor(by) if by else None

    def tell_found(found: SearchResult) -> None:
        if as_lines or as_json:
            _print_json(found)
        else:
            click.echo(f"\n{text.search_text(found)}")

    def run(on_progress: OnProgress) -> TrainingResult:
        chosen = {**options, "by": actor, "n_jobs": -1 if n_jobs is None else n_jobs}
        return search_version(service.registry, on_progress, tell_found, **chosen)

    result = _with_events(run) if as_lines else _with_bar(run, "Searching")
    if as_json or as_lines:
        _print_json(result)
    else:
        click.echo(text.training_text(result))


# A negative number looks like an option; it is passed on so that it is refused with a reason.
@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("measurement", nargs=-1, metavar=f"[{' '.join(FEATURES).upper()}]")
@click.option("--csv", "file", metavar="FILE", help="Predict each row of a file instead; - is standard input.")
@click.option("--parquet", metavar="FILE", help="The same; the type of a file is seen from its content.")
@click.option(
    "--output", metavar="FILE", help="Write here instead, batch by batch, a file of any size: CSV or .parquet."
)
@click.option("--strict", is_flag=True, help="Predict nothing if one row or label of the file cannot be read.")
@as_json
@click.pass_obj
def predict(
    service: ModelService,
    measurement: tuple[str, ...],
    file: str | None,
    parquet: str | None,
    output: str | None,
    strict: bool,
    as_json: bool,
) -> None:
    """Predict the species of one flower from four lengths in cm, or of each row of a file.

    The predictions go to standard output, notes and problems of the file to standard error. With
    --output they go to that file, and rows that cannot be read to FILE.problems.csv beside it. Exit
    code 3: some rows have no prediction.
    """
    for word in measurement:
        if word.startswith("-") and not word.lstrip("-").replace(".", "", 1).isdecimal():
            raise click.NoSuchOption(word)
    if [bool(measurement), file is not None, parquet is not None].count(True) != 1:
        raise click.UsageError("Give four lengths in cm, or --csv FILE, or --parquet FILE.")
    file = parquet if file is None else file
    if output is not None:
        if file == "-" and os.name != "nt":
            file = "/dev/stdin"
        if file is None or "-" in (file, output) or strict or as_json:
            raise click.UsageError("--output FILE requires --csv FILE or --parquet FILE, without --strict or --json.")
        _predict_file(service, file, output)
        return
    if strict and file is None:
        raise click.UsageError("--strict requires --csv FILE.")
    champion = service.serving_version()
    if file is None:
        prediction = irisml.predict(champion.load_forest(), _numbers(measurement))
        if as_json:
            _print_json(json_views.prediction_facts(prediction, champion.number))
        else:
            click.echo(text.prediction_text(prediction, champion.number))
        return
    table = irisml.read_measurements_csv(_file(file), strict=strict, most_bad_rows=_MOST_BAD_ROWS)
    predictions = irisml.predict_table(champion.load_forest(), table.measurements)
    if as_json:
        _print_json(json_views.table_facts(table, predictions, champion.number))
    else:
        click.echo(predictions_csv(table, predictions), nl=False)
    if said := text.table_text(table, predictions):
        click.echo(said, err=True)
    if table.problems or table.n_missing:
        raise SystemExit(_DONE_IN_PART)


def _predict_file(service: ModelService, file: str, output: str) -> None:
    from irisml.bulk.predict_file import predict_file  # imports numpy and pyarrow, which one flower does not need

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # so that no part of the output stays
    champion = service.serving_version()
    with click.progressbar(length=100, label="Predicting", file=sys.stderr) as bar:

        def progress(_: int, fraction: float) -> None:
            bar.update(int(100 * fraction) - bar.pos)

        done = predict_file(champion.load_forest(), Path(file), Path(output), progress)
    click.echo(text.file_text(done, output, champion.number), err=True)
    if done.n_bad or done.n_missing:
        raise SystemExit(_DONE_IN_PART)


@main.command()
@as_json
@click.pass_obj
def versions(service: ModelService, as_json: bool) -> None:
    """List the versions with their aliases."""
    numbers = aliases(service.registry)
    rows = [json_views.version_facts(version, numbers) for version in service.versions()]
    if as_json:
        _print_json(rows)
    else:
        click.echo(text.versions_text(rows, shown_location(service.location)))


@main.command()
@click.argument("version")
@reason
@click.option("--force", is_flag=True, help="Promote even if the gate refused the version.")
@click.pass_obj
def promote(service: ModelService, version: str, reason: str, force: bool) -> None:
    """Make VERSION (number or alias) the champion."""
    release = service.promote(version, reason, force=force)
    click.echo(f"Version {release.champion} is champion now.")


@main.command()
@reason
@click.pass_obj
def rollback(service: ModelService, reason: str) -> None:
    """Make the previous champion the champion again; a second rollback goes one further back."""
    release = service.roll_back(reason)
    click.echo(f"Version {release.champion} is champion again.")


@main.command()
@version_argument
@as_json
@click.pass_obj
def check(service: ModelService, version: str | None, as_json: bool) -> None:
    """Run the three checks on a VERSION (by default the champion)."""
    checks = service.check(version)
    if as_json:
        _print_json([json_views.check_facts(one) for one in checks])
    else:
        click.echo(text.checks_text(checks))
    if not all(one.passed for one in checks):
        raise SystemExit(1)


@main.command()
@click.option(
    "--hours", type=click.FloatRange(0.01, 24 * 9999), default=HOURS, show_default=True, help="Up to this age."
)
@click.option("--max-age", type=click.FloatRange(0), metavar="DAYS", help="Exit with 1 if the champion is older.")
@as_json
@click.pass_obj
def watch(service: ModelService, hours: float, max_age: float | None, as_json: bool) -> None:
    """Report what production asked and was answered, and whether the four lengths have drifted.

    Exit code 1: alarm, a length has drifted, or the champion is too old. It starts nothing. Exit code 2: the events
    cannot be read.
    """
    try:
        report = service.watching.compute(hours)
    except IrisError as error:
        _fail(str(error), exit_code=2)  # 1 is a verdict
    is_stale = max_age is not None and report.age_s > 86_400 * max_age
    if as_json:
        _print_json(json_views.watch_facts(report) | {"stale": is_stale})
    else:
        click.echo(text.watch_text(report))
        if is_stale:
            click.echo(f"STALE. The champion is older than {max_age:g} days: train on newer flowers, if there are any.")
    if report.alarm or is_stale:
        raise SystemExit(1)


@main.command()
@version_argument
@click.option("--against", metavar="VERSION", help="Version to compare with [the one that the gate compared it with].")
@click.option(
    "--against-registry", metavar="FOLDER", help="Compare with the champion of another registry, if it has one."
)
@click.option("--output", metavar="FILE", help="Write to a file: .html is one page that works offline, else Markdown.")
@click.pass_obj
def report(
    service: ModelService, version: str | None, against: str | None, against_registry: str | None, output: str | None
) -> None:
    """Print the report of a VERSION (by default the champion) as Markdown, for its reviewer."""
    from irisml.jobs.new_dataset import check_again  # imports numpy and scipy, which the other commands do not need

    wanted = _version(service, version)
    dataset = service.registry.dataset(wanted.manifest.dataset)
    if against_registry is not None:
        other = champion_of(open_registry(against_registry))
    else:
        other = service.compared_with(wanted) if against is None else service.registry.get(against)
    told = version_report(wanted, dataset.record, check_again(service.registry, dataset.number), other)
    is_page = output is not None and Path(output).suffix.lower() in (".html", ".htm")
    content = report_page(told, wanted.load_forest(), model_card(wanted)) if is_page else as_markdown(told).encode()
    if output is None:
        click.echo(content, nl=False)
        return
    try:
        Path(output).write_bytes(content)
    except OSError as error:
        _fail(f"{output} cannot be written: {error.strerror or error}.", exit_code=1)


@main.group(cls=_Commands)
def data() -> None:
    """List, check and add data sets: what a model learns from."""


@data.command("list")
@as_json
@click.pass_obj
def list_data(service: ModelService, as_json: bool) -> None:
    """List the data sets. Number 1 is the reference: every version is judged by it, whatever it learned from."""
    rows = [json_views.dataset_facts(dataset) for dataset in service.registry.datasets()]
    if as_json:
        _print_json(rows)
    else:
        click.echo(text.datasets_text(rows))


@data.command("show")
@click.argument("number", type=click.IntRange(1))
@as_json
@click.pass_obj
def show_data(service: ModelService, number: int, as_json: bool) -> None:
    """Show data set NUMBER: its source, its parent, its checks, and what it can teach."""
    dataset, study = service.registry.dataset(number), service.registry.study(number)
    if number != REFERENCE_NUMBER:
        dataset.checked_flowers()  # what is shown must be what can be trained on
    if as_json:
        facts = json_views.dataset_facts(dataset) | {"study": None if study is None else json_views.study_facts(study)}
        _print_json(facts)
    else:
        click.echo(text.dataset_text(json_views.dataset_facts(dataset), dataset.record.checks, study))


parent_option = click.option(
    "--parent", type=click.IntRange(1), default=1, show_default=True, help="Data set that it is compared with."
)
append_option = click.option("--append", is_flag=True, help="The rows of the parent come first, then those of FILE.")


@data.command("check")
@click.argument("wanted", metavar="FILE|NUMBER")
@parent_option
@append_option
@as_json
@click.pass_obj
def check_data(service: ModelService, wanted: str, parent: int, append: bool, as_json: bool) -> None:
    """Check a FILE of flowers with species, or the data set of a NUMBER; nothing is added.

    Exit code 1: a check refuses it. Exit code 2: it cannot be read.
    """
    from irisml.jobs import new_dataset  # imports numpy, which the other commands do not need

    try:
        if wanted.isdecimal():
            checks = new_dataset.check_again(service.registry, int(wanted))
        else:
            flowers = new_dataset.read_flower_file(_file(wanted), "to check").dataset
            draft = new_dataset.draft_dataset(service.registry, flowers, parent=parent, append=append)
            _tell_rows(draft.dataset.n_samples, flowers.n_samples)
            checks = draft.checks
    except IrisError as error:
        _fail(str(error), exit_code=2)  # 1 is a verdict
    _show_data_checks(checks, as_json)
    if any(check.refuses for check in checks):
        raise SystemExit(1)


@data.command("add")
@click.argument("file")
@click.option("--source", required=True, help="Where the flowers come from, in your words (at most 200 characters).")
@parent_option
@append_option
@click.option("--force", is_flag=True, help="Add it even if a check refuses it; requires --reason.")
@reason
@click.option("--by", type=click.Choice(["presenter"]), hidden=True)  # set by a page that starts this process
@click.option("--events", is_flag=True, hidden=True)
@as_json
@click.pass_obj
def add_data(
    service: ModelService,
    file: str,
    source: str,
    parent: int,
    append: bool,
    force: bool,
    reason: str,
    by: Any,
    events: bool,
    as_json: bool,
) -> None:
    """Add a FILE of flowers with species as a new data set, if no check refuses it; - is standard input.

    A flower with exactly the measurements of a reference flower is that flower: it never helps to learn where it is
    judged.
    """
    from irisml.jobs import new_dataset  # imports numpy, which the other commands do not need

    try:
        flowers = new_dataset.read_flower_file(_file(file), source)
        draft = new_dataset.draft_dataset(
            service.registry, flowers.dataset, parent=parent, append=append, by=Actor(by) if by else None
        )
        _tell_rows(draft.dataset.n_samples, flowers.dataset.n_samples)
        if events:
            _print_json(Examined.of(draft, flowers.dataset.n_samples, flowers.notes))
        added = new_dataset.add_dataset(service.registry, draft, force=force, reason=reason)
    except IrisError as error:
        if events:
            _print_json(Failure.of(error))
        raise
    if events:
        _print_json(Added(added.number))
    elif as_json:
        _print_json(json_views.dataset_facts(added))
    else:
        for note in flowers.notes:
            click.echo(f"Note: {note}", err=True)
        _show_data_checks(draft.checks, as_json=False)
        click.echo(
            f"Data set {added.number} has {added.record.n_samples} flowers. "
            f"Train on it: irisml train --data {added.number}"
        )


def _file(name: str) -> Any:
    return sys.stdin.buffer if name == "-" else Path(name)


def _tell_rows(n_samples: int, n_read: int) -> None:
    """Say which rows of the data set a file became, if others come first."""
    if n_read < n_samples:
        click.echo(f"Note: the rows of the file are rows {n_samples - n_read + 1} to {n_samples}.", err=True)


def _show_data_checks(checks: Sequence[Finding], as_json: bool) -> None:
    if as_json:
        _print_json([json_views.data_check_facts(check) for check in checks])
    else:
        click.echo(text.data_checks_text(checks))


@main.command()
@click.argument("name", required=False)
@click.option(
    "--force", is_flag=True, help="Add the data although a check refuses it, and let the gate judge the model."
)
@click.option("--by", type=click.Choice(["presenter"]), hidden=True)  # set by a page that starts this process
@as_json
@click.pass_obj
def act(service: ModelService, name: str | None, force: bool, by: Any, as_json: bool) -> None:
    """Try one of the challengers that a check must catch; without a NAME, list them.

    The champion changes only if the gate lets the model pass; "irisml rollback" restores it.
    """
    from irisml.jobs import acts  # imports scikit-learn, which the other commands do not need

    if name is None:
        click.echo(text.acts_text(acts.ACTS.items()))
        return
    try:
        performed = acts.perform(service.registry, name, force=force, by=Actor(by) if by else current_actor())
    except IrisError as error:
        if as_json:
            _print_json(Failure.of(error))
        raise
    if as_json:  # a page trains by itself what is to be trained
        _print_json(performed)
        return
    click.echo(text.performed_text(performed, acts.ACTS[name]))
    if performed.dataset is not None:
        from irisml.jobs.pipeline import train_version

        config = performed.config or service.retrain_config()
        click.echo(
            text.training_text(_with_bar(partial(train_version, service.registry, config, dataset=performed.dataset)))
        )


def _version(service: ModelService, version: str | None) -> ModelVersion:
    return service.serving_version() if version is None else service.registry.get(version)


def _numbers(texts: Sequence[str]) -> list[float]:
    if len(texts) != len(FEATURES):
        raise WrongLengthError(n=len(texts))
    return [length_cm(feature, text) for feature, text in zip(FEATURES, texts, strict=True)]


def _with_events(run: Callable[[OnProgress], Any]) -> Any:
    """Run a training as the job's child process: events on standard output, cancellation on standard input."""
    cancellable = CancellableUntilSaved()

    def tell(progress: Progress) -> None:
        if progress.step == "save":
            cancellable.saving()
        _print_json(progress)

    try:
        return run(tell)
    except IrisError as error:
        _print_json(Failure.of(error))
        raise


def _with_bar(run: Callable[[OnProgress], Any], label: str = "Training") -> Any:
    # The bar goes to standard error, so that standard output holds only the result.
    with click.progressbar(length=100, label=label, file=sys.stderr) as bar:

        def show(progress: Progress) -> None:
            bar.update(100 * progress.done // progress.of - bar.pos)

        return run(show)


def _print_json(value: Any) -> None:
    click.echo(msgspec.json.encode(value, enc_hook=str).decode())


def _fail(message: str, exit_code: int) -> NoReturn:
    click.echo(f"Error: {message}", err=True)
    raise SystemExit(exit_code)
