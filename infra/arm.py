"""Requests to Azure Resource Manager itself, where a command of the CLI would send more than is meant."""

import json

from infra.plan import Step, in_double_quotes
from infra.settings import SLOT, Settings

WEB_API = "2024-11-01"


def rest(why: str, method: str, path: str, body: object, version: str = WEB_API) -> Step:
    """Return the step that sends one request to Azure Resource Manager; ``${name}`` is filled in."""
    words = in_double_quotes(json.dumps(body))
    return Step(why, f"rest --method {method} --url '{path}?api-version={version}' --body {words} --output none")


def resource_url(settings: Settings, environment: str, resource: str) -> str:
    """Return the address of a resource of an environment."""
    group = settings.group(environment)
    return f"/subscriptions/{{subscriptionId}}/resourceGroups/{group}/providers/{resource}"


def site_url(settings: Settings, environment: str, side: str) -> str:
    """Return the address of one side of an app in ARM."""
    app = settings.app(environment)
    name = f"{app}/slots/{SLOT}" if side == SLOT else app
    return resource_url(settings, environment, f"Microsoft.Web/sites/{name}")
