"""Deployment: the tested image is set in the slot, probed and swapped in; swapped back if it then does not respond."""

import shlex

from infra.plan import Plan, Probe, Step, VerifiedStep
from infra.resources import ask_identity
from infra.settings import PORT, SLOT, Settings
from infra.site import patch_site_config

_START_S = 600
"""To pull an image of 900 MB and start it (230 s, the limit of App Service), with a margin."""
_SWAP_S = 300
_WAS_SWAPPED_S = 120
"""After a swap that has failed, or whose answer was lost: it fails now and then, and the second one succeeds."""


def release(settings: Settings, environment: str, image: str, build: str) -> Plan:
    """Return the plan that deploys *image*, or keeps the build that serves.

    Parameters
    ----------
    settings : Settings
    environment : str
        One of `infra.settings.ENVIRONMENTS`.
    image : str
        Image with its digest, see `infra.settings.checked_image`.
    build : str
        Build that /healthz must report.
    """
    return (
        *_addresses(settings, environment),
        set_image(settings, environment, image),
        start_slot(settings, environment),
        Probe(
            f"{environment}: the slot must respond",
            "https://${slot}",
            build,
            _START_S,
            failure=f"Build {build} does not respond in the slot; {environment} was not touched.",
        ),
        Step(
            f"{environment}: start the app, which is stopped before its first release",
            f"webapp start {_app(settings, environment)}",
        ),
        VerifiedStep(swap(settings, environment), "https://${live}", "https://${slot}", build, _WAS_SWAPPED_S),
        Probe(
            f"{environment}: the production slot must respond, or it is swapped back",
            "https://${live}",
            build,
            _SWAP_S,
            failure=f"Build {build} did not respond after the swap; {environment} was swapped back.",
            otherwise=(
                swap(settings, environment),
                _responds(environment, f"{environment} was swapped back, but does not respond."),
            ),
        ),
        stop_slot(settings, environment),
    )


def roll_back(settings: Settings, environment: str, build: str | None) -> Plan:
    """Return the plan that swaps again if the slot responds; usually it holds the build that served before.

    It rolls back the code. The champion is rolled back by ``irisml rollback``.

    Parameters
    ----------
    settings : Settings
    environment : str
    build : str or None
        Build that the slot must hold. None accepts any, which after a failed deployment is the failed one.
    """
    return (
        *_addresses(settings, environment),
        start_slot(settings, environment),
        Probe(
            f"{environment}: the build in the slot must respond",
            "https://${slot}",
            build,
            _START_S,
            failure=f"The slot of {environment} does not respond with the requested build; nothing was swapped.",
        ),
        VerifiedStep(swap(settings, environment), "https://${live}", "https://${slot}", build, _WAS_SWAPPED_S)
        if build
        else swap(settings, environment),
        _responds(environment, f"{environment} was rolled back, but does not respond."),
        stop_slot(settings, environment),
    )


def probe_live(settings: Settings, environment: str, build: str) -> Plan:
    """Return the plan that asks whether the production slot responds with a build."""
    return (
        *_addresses(settings, environment),
        Probe(
            f"{environment}: the production slot must respond",
            "https://${live}",
            build,
            _START_S,
            failure=f"Build {build} does not respond.",
        ),
    )


def start_slot(settings: Settings, environment: str) -> Step:
    """Return the step that starts the slot, which is stopped between releases; one that runs goes on."""
    return Step(f"{environment}: start the slot", f"webapp start {_app(settings, environment)} --slot {SLOT}")


def stop_slot(settings: Settings, environment: str) -> Step:
    """Return the step that stops the slot: it has the memory of the sites beside it, and nobody visits it.

    After a release that has failed it runs on, so that its log can be read.
    """
    return Step(f"{environment}: stop the slot", f"webapp stop {_app(settings, environment)} --slot {SLOT}")


def set_image(settings: Settings, environment: str, image: str) -> Step:
    """Return the step that sets the image of the slot, see `infra.site.patch_site_config`.

    Not by ``az webapp config container set`` either: with ``--slot`` that command also writes a setting
    of the production slot (azure-cli 2.91, ``update_container_settings``).
    """
    why = f"{environment}: set the image of the slot"
    return patch_site_config(why, settings, environment, SLOT, {"linuxFxVersion": f"DOCKER|{image}"})


def swap(settings: Settings, environment: str) -> Step:
    """Return the step that swaps the staging and production slots."""
    app = _app(settings, environment)
    return Step(
        f"{environment}: swap the staging and production slots",
        f"webapp deployment slot swap {app} --slot {SLOT} --target-slot production",
    )


def logs(settings: Settings, environment: str, side: str, file: str) -> Plan:
    """Return the plan that downloads the logs of one side; a failed build is in the slot."""
    if "$" in file:
        raise ValueError(f'"{file}" has a $, which a script would fill in. Give another name.')
    slot = f" --slot {SLOT}" if side == SLOT else ""
    return (
        Step(
            f"{environment}: download the logs of {side}",
            f"webapp log download {_app(settings, environment)}{slot} --log-file {shlex.quote(file)}",
        ),
    )


def instance(settings: Settings, image: str, build: str) -> Plan:
    """Return the plan that runs an image as a container instance of Dev: no plan, no slot, no HTTPS, billed per second.

    It has no share: a container instance mounts shares for root only, and the image does not run as
    root. Versions trained there are lost when it ends.
    """
    named = _instance(settings)
    return (
        ask_identity(settings, "dev"),
        Step(
            "Run the image as a container instance",
            f"container create {named} --image {image} --os-type Linux "
            '--cpu 1 --memory 1.5 --restart-policy Always --assign-identity "${identity}" '
            f'--acr-identity "${{identity}}" --ip-address Public --ports {PORT} '
            f"--dns-name-label {settings.instance} --environment-variables PORT={PORT} --output none",
        ),
        Step("Address of instance", f"container show {named} --query ipAddress.fqdn --output tsv", gives="instance"),
        Probe(
            "The instance must respond",
            f"http://${{instance}}:{PORT}",
            build,
            _START_S,
            failure=f"Build {build} does not respond. See: az container logs {named}",
        ),
    )


def end_instance(settings: Settings) -> Plan:
    """Return the plan that deletes the container instance; it is billed until then."""
    return (Step("Delete the container instance", f"container delete {_instance(settings)} --yes --output none"),)


def _instance(settings: Settings) -> str:
    return f"--resource-group {settings.group('dev')} --name {settings.instance}"


def _addresses(settings: Settings, environment: str) -> tuple[Step, Step]:
    """Query the host names of an app and its slot: those of newer apps have a random part."""
    show = f"webapp show {_app(settings, environment)} --query defaultHostName --output tsv"
    return (
        Step(f"{environment}: host name of the production slot", show, gives="live"),
        Step(f"{environment}: host name of the staging slot", f"{show} --slot {SLOT}", gives="slot"),
    )


def _responds(environment: str, failure: str) -> Probe:
    return Probe(
        f"{environment}: the build after the swap must respond",
        "https://${live}",
        None,
        _SWAP_S,
        failure=f"{failure} See: az webapp log tail",
    )


def _app(settings: Settings, environment: str) -> str:
    return f"--resource-group {settings.group(environment)} --name {settings.app(environment)}"
