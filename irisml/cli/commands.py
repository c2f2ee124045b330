"""The command ``irisml``: every step of a model's life cycle in a terminal.

Exit codes: 0 success; 1 failure; 2 invalid input or usage, nothing was written; 3 partial
success: some rows of a file have no prediction and are listed by line.
"""

import errno
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
from irisml.domain.errors import InputError, IrisError, VersionNotFoundError, WrongLengthError
from irisml.domain.measurements import FEATURES
from irisml.jobs.child_process import CancellableUntilSaved
from irisml.jobs.events import Failure
from irisml.model.config import TrainingConfig
from irisml.model.estimators import BOUNDS, MODEL_TYPES
from irisml.registry.actor import Actor
from irisml.registry.version import ModelVersion
from irisml.releases.champion import aliases
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
            slip = isinstance(error, InputError | VersionNotFoundError)
            place = ""
            if isinstance(error, VersionNotFoundError) and isinstance(ctx.obj, ModelService):
                place = f" The registry is {Path(ctx.obj.location).absolute()}; set IRISML_REGISTRY to use another."
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
@click.option("--progress", type=click.Choice(["bar", "json"]), default="bar", help="json: one object per line.")
@click.option("--must-promote", is_flag=True, help="Exit with 1 if the new version does not become champion.")
@click.option("--by", type=click.Choice(["presenter", "server"]), hidden=True)  # set by a page that starts this process
@as_json
@click.pass_obj
def train(service: ModelService, /, progress: str, must_promote: bool, by: Any, as_json: bool, **config: Any) -> None:
    """Train a new version; promote it if it passes the gate."""
    from irisml.jobs.pipeline import train_version  # imports scikit-learn, which the other commands do not need

    run = partial(train_version, service.registry, TrainingConfig(**config), by=Actor(by) if by else None)
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


# A negative number looks like an option; it is passed on so that it is refused with a reason.
@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("measurement", nargs=-1, metavar=f"[{' '.join(FEATURES).upper()}]")
@click.option("--csv", "file", metavar="FILE", help="Predict each row of a file instead; - is standard input.")
@click.option("--strict", is_flag=True, help="Predict nothing if one row or label of the file cannot be read.")
@as_json
@click.pass_obj
def predict(service: ModelService, measurement: tuple[str, ...], file: str | None, strict: bool, as_json: bool) -> None:
    """Predict the species of one flower from four lengths in cm, or of each row of a file.

    The predictions go to standard output, notes and problems of the file to standard error. Exit
    code 3: some rows have no prediction.
    """
    for word in measurement:
        if word.startswith("-") and not word.lstrip("-").replace(".", "", 1).isdecimal():
            raise click.NoSuchOption(word)
    if (file is None) == (not measurement):
        raise click.UsageError("Give four lengths in cm, or --csv FILE.")
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
    source = sys.stdin.buffer if file == "-" else Path(file)
    table = irisml.read_measurements_csv(source, strict=strict, most_bad_rows=_MOST_BAD_ROWS)
    predictions = irisml.predict_table(champion.load_forest(), table.measurements)
    if as_json:
        _print_json(json_views.table_facts(table, predictions, champion.number))
    else:
        click.echo(predictions_csv(table, predictions), nl=False)
    if said := text.table_text(table, predictions):
        click.echo(said, err=True)
    if table.problems or table.n_missing:
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
        click.echo(text.versions_text(rows, str(Path(service.location).absolute())))


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


def _with_bar(run: Callable[[OnProgress], Any]) -> Any:
    # The bar goes to standard error, so that standard output holds only the result.
    with click.progressbar(length=100, label="Training", file=sys.stderr) as bar:

        def show(progress: Progress) -> None:
            bar.update(100 * progress.done // progress.of - bar.pos)

        return run(show)


def _print_json(value: Any) -> None:
    click.echo(msgspec.json.encode(value, enc_hook=str).decode())


def _fail(message: str, exit_code: int) -> NoReturn:
    click.echo(f"Error: {message}", err=True)
    raise SystemExit(exit_code)
