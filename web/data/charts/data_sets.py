"""The data sets of the registry: what each holds, its source, and the verdict of its checks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from irisml.registry.actor import Actor
from irisml.registry.dataset_version import DatasetVersion
from web.html.head_row import head_row
from web.i18n.text import Language


@dataclass(frozen=True, slots=True)
class DatasetRow:
    """One data set."""

    number: int
    n_samples: int
    source: str
    created: datetime | None
    by: Actor | None
    reason: str
    n_checks: int
    n_refused: int
    n_warned: int
    is_serving: bool


def datasets_table(datasets: Iterable[DatasetVersion], serving: int) -> list[DatasetRow]:
    """Return one row per data set, the newest first; *serving* is the one that the serving version learned from."""
    rows = [
        DatasetRow(
            one.number,
            one.record.n_samples,
            one.record.source,
            one.record.created,
            one.record.by,
            one.record.reason,
            len(one.record.checks),
            sum(check.refuses for check in one.record.checks),
            sum(not check.passed and not check.refuses for check in one.record.checks),
            one.number == serving,
        )
        for one in datasets
    ]
    return rows[::-1]


def datasets_figure(rows: Iterable[DatasetRow], language: Language) -> Markup:
    """Draw the table."""
    head = head_row(
        language.text("No."), language.text("Flowers"), language.text("Source"), language.text("Data checks")
    )
    body = Markup("").join(_row(row, language) for row in rows)
    return Markup('<table class="figures datasets">{head}<tbody>{body}</tbody></table>').format(head=head, body=body)


def _row(row: DatasetRow, language: Language) -> Markup:
    serving = Markup(' <small class="alias champion">{}</small>').format(language.text("champion"))
    return Markup(
        '<tr><th scope="row">{number}{serving}</th><td>{n}</td><td>{source} <small>{added}</small></td>'
        "<td>{said}</td></tr>"
    ).format(
        number=row.number,
        serving=serving if row.is_serving else "",
        n=row.n_samples,
        source=row.source,
        added=_added(row, language),
        said=_said(row, language),
    )


def _added(row: DatasetRow, language: Language) -> str:
    if row.created is None or row.by is None:
        return ""
    # The name of a user is not for visitors.
    by = language.actor(row.by, with_name=False)
    return language.text("{time}, by {actor}", time=language.moment(row.created), actor=by)


def _said(row: DatasetRow, language: Language) -> str:
    if not row.n_checks:
        return language.text("the reference")
    if row.n_refused:
        forced = language.plural(
            "refused by {n} check, added by force", "refused by {n} checks, added by force", n=row.n_refused
        )
        return language.text("{line}: {reason}", line=forced, reason=row.reason)
    if row.n_warned:
        return language.plural("passed, with {n} warning", "passed, with {n} warnings", n=row.n_warned)
    return language.text("all passed")
