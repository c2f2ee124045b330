"""A release: the tested image goes to the slot, proves itself there, and is swapped in; or all is as before."""

import shlex

from infra.plan import Plan, Probe, Step
from infra.resources import ask_identity
from infra.settings import PORT, SLOT, Settings

_START_S = 600
"""To pull an image of 900 MB, and what App Service gives it then to start (230 s), with room."""
_SWAP_S = 300


def release(settings: Settings, environment: str, image: str, build: str) -> Plan:
    """Return the plan that puts *image* live, or leaves what is live.

    Parameters
    ----------
    settings : Settings
    environment : str
        One of `infra.settings.ENVIRONMENTS`.
    image : str
        By its digest, see `infra.settings.checked_image`.
    build : str
        What /healthz must say.
    """
    return (
        *_addresses(settings, environment),
        set_image(settings, environment, image),
        Probe(
            f"{environment}: the slot must answer",
            "https://${slot}",
            build,
            _START_S,
            failure=f"Build {build} does not answer in the slot; {environment} was not touched.",
        ),
        swap(settings, environment),
        Probe(
            f"{environment}: the live side must answer, or it is swapped back",
            "https://${live}",
            build,
            _SWAP_S,
            failure=f"Build {build} did not answer after the swap; {environment} was swapped back.",
            otherwise=(swap(settings, environment), _still_answers(environment)),
        ),
    )


def roll_back(settings: Settings, environment: str, build: str | None) -> Plan:
    """Return the plan that swaps once more, if what is in the slot answers: as a rule, what was live before.

    It brings back the code. The model has a roll back of its own, ``irisml rollback``.

    Parameters
    ----------
    settings : Settings
    environment : str
    build : str or None
        What the slot must hold. None takes whatever answers, which after a failed release is the failed one.
    """
    return (
        *_addresses(settings, environment),
        Probe(
            f"{environment}: what is in the slot must answer",
            "https://${slot}",
            build,
            _SWAP_S,
            failure=f"The slot of {environment} does not hold what you want back; nothing was swapped.",
        ),
        swap(settings, environment),
        _still_answers(environment),
    )


def set_image(settings: Settings, environment: str, image: str) -> Step:
    """Return the step that gives the slot an image.

    Not by ``az webapp config container set``: with ``--slot`` that command also writes a setting
    of the live side (azure-cli 2.91, ``update_container_settings``).
    """
    return Step(
        f"{environment}: the slot gets the image",
        f"webapp config set {_app(settings, environment)} --slot {SLOT} "
        f"""--generic-configurations '{{"linuxFxVersion": "DOCKER|{image}"}}'""",
    )


def swap(settings: Settings, environment: str) -> Step:
    """Return the step that swaps the slot and the live side."""
    app = _app(settings, environment)
    return Step(
        f"{environment}: slot and live side change places",
        f"webapp deployment slot swap {app} --slot {SLOT} --target-slot production",
    )


def logs(settings: Settings, environment: str, file: str) -> Plan:
    """Return the plan that fetches what the slot said: a build that failed is there, whether it was swapped or not."""
    app = _app(settings, environment)
    return (
        Step(
            f"{environment}: what the slot said",
            f"webapp log download {app} --slot {SLOT} --log-file {shlex.quote(file)}",
        ),
    )


def instance(settings: Settings, image: str, build: str) -> Plan:
    """Return the plan that runs an image as a container instance: no plan, no slot, no HTTPS, paid by the second.

    It has no share: a container instance mounts one for root only, and ours is not root. What is
    trained there is gone when it ends.
    """
    named = f"--resource-group {settings.group} --name {settings.instance}"
    return (
        ask_identity(settings),
        Step(
            "The image as a container instance",
            f"container create {named} --image {image} --os-type Linux "
            '--cpu 1 --memory 1.5 --restart-policy Always --assign-identity "${identity}" '
            f'--acr-identity "${{identity}}" --ip-address Public --ports {PORT} '
            f"--dns-name-label {settings.instance} --environment-variables PORT={PORT} --output none",
        ),
        Step("Where it answers", f"container show {named} --query ipAddress.fqdn --output tsv", gives="instance"),
        Probe(
            "It must answer",
            f"http://${{instance}}:{PORT}",
            build,
            _START_S,
            failure=f"Build {build} does not answer. Look at: az container logs {named}",
        ),
    )


def _addresses(settings: Settings, environment: str) -> tuple[Step, Step]:
    """Learn where an app and its slot answer: newer apps have a random part in their names."""
    show = f"webapp show {_app(settings, environment)} --query defaultHostName --output tsv"
    return (
        Step(f"{environment}: where it answers", show, gives="live"),
        Step(f"{environment}: where its slot answers", f"{show} --slot {SLOT}", gives="slot"),
    )


def _still_answers(environment: str) -> Probe:
    return Probe(
        f"{environment}: what was live before must answer",
        "https://${live}",
        None,
        _SWAP_S,
        failure=f"{environment} was swapped back, but does not answer. Look at: az webapp log tail",
    )


def _app(settings: Settings, environment: str) -> str:
    return f"--resource-group {settings.group} --name {settings.app(environment)}"
