"""Alerts of production: /healthz, and answers that are errors of the server."""

from collections.abc import Iterator

from infra.plan import Step
from infra.settings import Settings
from infra.site import table

_WORDS = {"Average": "avg", "Total": "total", "LessThan": "<", "GreaterThan": ">"}
"""What the CLI calls the parts of a condition."""


def alerts(settings: Settings) -> Iterator[Step]:
    """Yield the steps that tell somebody when production is unhealthy or answers with errors."""
    group = f"--resource-group {settings.shared_group}"
    action = f"alert-{settings.name}"
    if settings.alert_email:
        yield Step(
            "Who is told of an alert",
            f"monitor action-group create {group} --name {action} --short-name irisml "
            f"--action email irisml {settings.alert_email} --output none",
        )
    yield Step(
        "production: its resource id",
        f"webapp show {group} --name {settings.app('production')} --query id --output tsv",
        gives="site_id",
    )
    for alert in table()["alerts"]:
        condition = f"{_WORDS[alert['aggregation']]} {alert['metric']} {_WORDS[alert['operator']]} {alert['threshold']}"
        yield Step(
            f"production: an alert if {condition}",
            f'monitor metrics alert create {group} --name {settings.name}-{alert["name"]} --scopes "${{site_id}}" '
            f'--condition "{condition}" --window-size 5m --evaluation-frequency 1m --severity 1 '
            + (f"--action {action} " if settings.alert_email else "")
            + "--output none",
            # Without an address: the alert that there is may tell somebody, and would not any more.
            unless=None
            if settings.alert_email
            else f"monitor metrics alert list {group} "
            f"""--query "[?name=='{settings.name}-{alert["name"]}'].id" --output tsv""",
        )
