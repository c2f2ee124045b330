"""The rules of the gate as a row of lights, each with its sentence."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from irisml.domain.i18n import sentence
from irisml.model.gate_report import GateReport
from irisml.releases.gate import GATE_RULES
from web.i18n.text import Language

_RULE_NAMES = {
    "accuracy_floor": sentence("Accuracy"),
    "recall_floor": sentence("Recall"),
    "self_check": sentence("Typical flowers"),
    "sound_data": sentence("Data"),
    "no_better_yardstick": sentence("Simple models"),
    "not_worse": sentence("Not worse"),
}


@dataclass(frozen=True, slots=True)
class Light:
    """One rule: its name, its verdict (None before there is one) and the sentence with its figures."""

    name: str
    passed: bool | None
    sentence: str


def gate_lights(report: GateReport, language: Language) -> list[Light]:
    """Return one light per rule of a verdict; a rule without a display name is shown by its name in the code."""
    return [
        Light(
            _name(check.rule, language),
            check.passed,
            language.finding(check),
        )
        for check in report.checks
    ]


def waiting_lights(language: Language) -> list[Light]:
    """Return the lights of a gate that has not decided yet."""
    return [Light(_name(rule.__name__, language), None, "") for rule in GATE_RULES]


def _name(rule: str, language: Language) -> str:
    return language.text(_RULE_NAMES[rule]) if rule in _RULE_NAMES else rule.replace("_", " ")


def gate_figure(lights: Sequence[Light], language: Language) -> Markup:
    """Draw the lights on one wire; they come on one after the other. A refusal is an open ring with a cross."""
    return Markup('<ol class="gate" style="--lights:{n}">{items}</ol>').format(
        n=len(lights), items=Markup("").join(_light(place, light, language) for place, light in enumerate(lights))
    )


def _light(place: int, light: Light, language: Language) -> Markup:
    kind, mark, verdict = _KINDS[light.passed]
    return Markup(
        '<li class="{kind}" style="--place:{place}"><span class="lamp" aria-hidden="true">{mark}</span>'
        '<b>{name}<span class="heard">: {verdict}</span></b><p>{sentence}</p></li>'
    ).format(
        kind=kind, place=place, mark=mark, name=light.name, verdict=language.text(verdict), sentence=light.sentence
    )


_KINDS = {
    True: ("passed", "✓", sentence("passed")),
    False: ("refused", "✕", sentence("refused")),
    None: ("waiting", "", sentence("not decided yet")),
}
