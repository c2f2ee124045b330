"""History of all versions: accuracy, gate result and aliases of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from irisml.domain.i18n import sentence
from irisml.registry.protocol import CHALLENGER, CHAMPION, PREVIOUS
from irisml.registry.version import ModelVersion
from irisml.releases.gate import ACCURACY_FLOOR
from web.html.head_row import head_row
from web.i18n.text import Language
from web.i18n.vocabulary import model_type_name

ALIAS_NAMES = {
    CHAMPION: sentence("champion"),
    PREVIOUS: sentence("previous"),
    CHALLENGER: sentence("challenger"),
}
_WIDTH, _HEIGHT, _TOP, _LEFT = 320.0, 110.0, 8.0, 30.0


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One version; fractions in [0, 1].

    Parameters
    ----------
    number : int
    created : str
        When it was trained, in the visitor's language.
    model_type : str
    n_correct, n_test : int
    accuracy, low, high : float
        Cross-validated, with its 95 % interval.
    passed : bool
        Whether it passed the gate.
    aliases : tuple of str
    """

    number: int
    created: str
    model_type: str
    n_correct: int
    n_test: int
    accuracy: float
    low: float
    high: float
    passed: bool
    aliases: tuple[str, ...]


def history_table(versions: Sequence[ModelVersion], aliases: Mapping[str, int], language: Language) -> list[HistoryRow]:
    """Return one row per version, the newest first."""
    return [
        HistoryRow(
            version.number,
            language.moment(version.manifest.created),
            version.manifest.config.model_type,
            version.evaluation.n_correct,
            version.evaluation.n_test,
            version.evaluation.cross_validation.accuracy,
            *version.evaluation.cross_validation.interval,
            version.manifest.gate.passed,
            tuple(name for name, number in aliases.items() if number == version.number),
        )
        for version in sorted(versions, key=lambda version: -version.number)
    ]


def history_rows_figure(rows: Sequence[HistoryRow], language: Language) -> Markup:
    """Draw the versions as an HTML table."""
    head = head_row(
        language.text("Version"),
        language.text("Trained"),
        language.text("Model type"),
        language.text("Unseen flowers"),
        language.text("Cross-validated"),
        language.text("Gate"),
    )
    body = Markup("").join(_row(row, language) for row in rows)
    return Markup('<table class="figures history">{head}<tbody>{body}</tbody></table>').format(head=head, body=body)


def _row(row: HistoryRow, language: Language) -> Markup:
    aliases = Markup("").join(
        Markup(' <small class="alias {name}">{}</small>').format(language.text(ALIAS_NAMES[name]), name=name)
        for name in row.aliases
    )
    counts = language.text("{n_correct} of {n_test}", n_correct=row.n_correct, n_test=row.n_test)
    interval = language.interval(row.low, row.high)
    gate = language.text("passed") if row.passed else language.text("refused")
    return Markup(
        '<tr><th scope="row">v{}{aliases}</th><td>{}</td><td>{}</td><td>{counts}</td>'
        '<td>{} <small>{interval}</small></td><td class="{}">{gate}</td></tr>'
    ).format(
        row.number,
        row.created,
        model_type_name(row.model_type, language),
        language.percentage(row.accuracy, 1),
        "passed" if row.passed else "refused",
        aliases=aliases,
        counts=counts,
        interval=interval,
        gate=gate,
    )


def history_figure(rows: Sequence[HistoryRow], language: Language) -> Markup:
    """Draw each version's cross-validated accuracy with its interval and the gate's floor, the oldest first."""
    oldest_first = list(reversed(rows))[-_MOST:]
    bottom = min([ACCURACY_FLOOR, *(row.low for row in oldest_first)]) - 0.03
    step = (_WIDTH - _LEFT) / len(oldest_first)

    def y(share: float) -> float:
        return _TOP + _HEIGHT * (1 - share) / (1 - bottom)

    bars = []
    for i, row in enumerate(oldest_first):
        x = _LEFT + step * (i + 0.5)
        kind = "champion" if CHAMPION in row.aliases else "passed" if row.passed else "refused"
        bars.append(
            Markup(
                '<g class="{kind}"><path d="M{x:.1f} {:.1f}V{:.1f}"/><circle cx="{x:.1f}" cy="{:.1f}" r="{}"/>'
                '</g><text x="{x:.1f}" y="{:g}" text-anchor="middle">v{}</text>'
            ).format(
                y(row.high),
                y(row.low),
                y(row.accuracy),
                5 if kind == "champion" else 3.5,
                _TOP + _HEIGHT + 13,
                row.number,
                kind=kind,
                x=x,
            )
        )
    alt = (
        language.text("Cross-validated accuracy of each version:")
        + " "
        + ", ".join(f"v{row.number} {language.percentage(row.accuracy, 1)}" for row in oldest_first)
    )
    floor = y(ACCURACY_FLOOR)
    scale = Markup("").join(
        Markup('<text x="{:g}" y="{:.1f}" text-anchor="end">{}</text>').format(
            _LEFT - 6, y(share) + 3, language.percentage(share)
        )
        for share in (1.0, ACCURACY_FLOOR)
    )
    return Markup(
        '<svg class="history-chart" viewBox="0 0 {_WIDTH:g} {:g}" role="img" aria-label="{alt}">'
        '<path class="floor" d="M{_LEFT:g} {floor:.1f}H{_WIDTH:g}"/>{scale}{}</svg>'
    ).format(_TOP + _HEIGHT + 18, Markup("").join(bars), _WIDTH=_WIDTH, alt=alt, _LEFT=_LEFT, floor=floor, scale=scale)


_MOST = 20
"""Maximum number of versions in the chart; with more, the labels would overlap. The table shows all versions."""
