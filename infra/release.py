"""A release: the tested image goes to the slot, proves itself there, and is swapped in; or all is as before."""

from infra import azure_cli
from infra.resources import ask_identity
from infra.settings import PORT, SLOT, Settings
from infra.steps import Step
from web import probe

_START_S = 600
"""Pulling an image of 900 MB and starting it, twice the time that App Service gives a container."""
_SWAP_S = 300


class ReleaseFailedError(RuntimeError):
    """The release is not live; the sentence says what is."""


def release(settings: Settings, environment: str, image: str, build: str) -> None:
    """Put *image* live, or leave what is live.

    Parameters
    ----------
    settings : Settings
    environment : str
        One of `infra.settings.ENVIRONMENTS`.
    image : str
        By its digest, see `infra.settings.checked_image`.
    build : str
        What /healthz must say.

    Raises
    ------
    ReleaseFailedError
        If the slot does not answer, or the swap does not lead to the new build; it was swapped back then.
    AzureError
        If a command fails before anything went live.
    """
    known = azure_cli.run((*addresses(settings, environment), set_image(settings, environment, image)))
    if not probe.wait(f"https://{known['slot']}", build, _START_S):
        raise ReleaseFailedError(f"Build {build} does not answer in the slot; {environment} was not touched.")
    azure_cli.run((swap(settings, environment),))
    if probe.wait(f"https://{known['live']}", build, _SWAP_S):
        return
    roll_back(settings, environment)
    raise ReleaseFailedError(f"Build {build} did not answer after the swap; {environment} was swapped back.")


def roll_back(settings: Settings, environment: str) -> None:
    """Swap once more: what was live before is live again. The model has a roll back of its own, ``irisml rollback``.

    Raises
    ------
    ReleaseFailedError
        If what was live before does not answer either.
    """
    known = azure_cli.run((*addresses(settings, environment), swap(settings, environment)))
    if not probe.wait(f"https://{known['live']}", None, _SWAP_S):
        raise ReleaseFailedError(f"{environment} was swapped back, but does not answer. Look at: az webapp log tail")


def addresses(settings: Settings, environment: str) -> tuple[Step, ...]:
    """Return the steps that learn where an app and its slot answer: newer apps have a random part in their names."""
    show = f"webapp show {_app(settings, environment)} --query defaultHostName --output tsv"
    return (
        Step(f"{environment}: where it answers", show, gives="live"),
        Step(f"{environment}: where its slot answers", f"{show} --slot {SLOT}", gives="slot"),
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


def logs(settings: Settings, environment: str, file: str) -> Step:
    """Return the step that fetches what the slot said: a build that failed is there, whether it was swapped or not."""
    app = _app(settings, environment)
    return Step(f"{environment}: what the slot said", f"webapp log download {app} --slot {SLOT} --log-file '{file}'")


def instance(settings: Settings, image: str) -> tuple[Step, ...]:
    """Return the steps that run an image as a container instance: no plan, no slot, no HTTPS, paid by the second.

    It has no share: a container instance mounts one for root only, and ours is not root. What is
    trained there is gone when it ends.
    """
    named = f"--resource-group {settings.group} --name {settings.instance}"
    return (
        ask_identity(settings),
        Step(
            "The image as a container instance",
            f"container create {named} --location {settings.location} --image {image} --os-type Linux "
            '--cpu 1 --memory 1.5 --restart-policy Always --assign-identity "${identity}" '
            f'--acr-identity "${{identity}}" --ip-address Public --ports {PORT} '
            f"--dns-name-label {settings.instance} --environment-variables PORT={PORT} --output none",
        ),
        Step("Where it answers", f"container show {named} --query ipAddress.fqdn --output tsv", gives="instance"),
    )


def run_instance(settings: Settings, image: str, build: str) -> None:
    """Run an image as a container instance, and wait until it answers.

    Raises
    ------
    ReleaseFailedError
        If it does not.
    AzureError
        If a command fails.
    """
    known = azure_cli.run(instance(settings, image))
    if not probe.wait(f"http://{known['instance']}:{PORT}", build, _START_S):
        raise ReleaseFailedError(f"Build {build} does not answer. Look at: az container logs")


def _app(settings: Settings, environment: str) -> str:
    return f"--resource-group {settings.group} --name {settings.app(environment)}"
