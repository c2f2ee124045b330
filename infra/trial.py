"""``python -m infra try``: try on a real subscription what the tests can only assume, and write a dated report.

Each assumption of docs/azure.md that a program can try, in the order in which to try them. It creates the resources,
deploys to Dev, and changes nothing in production but its settings.
"""

import json
import os
import socket
import ssl
import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from infra import release, resources
from infra.arm import site_url
from infra.plan import Plan
from infra.runner import AzureError, NoAnswerError, output, run
from infra.settings import BASE_REPOSITORY, BASE_TAG, REPOSITORY, SKU, Settings, checked_image

HOLDS, FAILS, NOT_TRIED = "holds", "does not hold", "not tried"
_TRIED_IN = "dev"
_ON_SHARE = "User 10001 writes to the share."
_BY_HAND = """Not tried by this program: a rename on the share is exclusive between two machines; somebody who is not
allowed gets 403 from Dev and the slots; the pipeline, its connections and the approval; an alert arrives."""


@dataclass(frozen=True)
class Assumption:
    """Something that only Azure can tell.

    Parameters
    ----------
    claim : str
        One sentence.
    attempt : callable
        Tries it; raises AzureError or NoAnswerError if it does not hold.
    needed : bool
        Whether the later ones cannot be tried without it.
    """

    claim: str
    attempt: Callable[[], None]
    needed: bool = False


@dataclass(frozen=True)
class Outcome:
    """What came of an assumption: `HOLDS`, `FAILS` or `NOT_TRIED`, after how many seconds, and what was said."""

    claim: str
    result: str
    seconds: float
    said: str = ""


def assumptions(settings: Settings, image: str | None, build: str, *, with_roles: bool = True) -> list[Assumption]:
    """Return the assumptions in the order in which to try them.

    Parameters
    ----------
    settings : Settings
    image : str or None
        Image with its digest. None builds one in the registry, which a subscription with free credit cannot.
    build : str
        Build that /healthz must report; the build argument BUILD of the image.
    with_roles : bool
        See `infra.resources.create`.
    """
    found: list[str] = [checked_image(image)] if image else []

    def make_image() -> None:
        found[:] = found or [_built(settings, build)]

    def deploy() -> None:
        run(release.release(settings, _TRIED_IN, found[0], build))

    def plan(made: Plan) -> Callable[[], None]:
        return lambda: run(made)

    tried = [
        Assumption(
            f"All resources can be created, {'with' if with_roles else 'without'} their roles.",
            plan(resources.create(settings, with_roles=with_roles)),
            needed=True,
        ),
        Assumption("The registry has the base image, and an image is built on it.", make_image, needed=True),
        Assumption(
            "App Service takes an image by its digest, pulls it as the identity, reads the signing key from the vault, "
            "warms it up by /healthz and swaps it.",
            deploy,
            needed=True,
        ),
        Assumption("Every reference to a secret is resolved.", lambda: _references(settings)),
        Assumption(_ON_SHARE, lambda: _share(settings)),
        Assumption("A websocket is opened over HTTPS, without compression.", lambda: _websocket(settings)),
        Assumption("The identity still pulls after a swap: a second release.", deploy),
        Assumption(
            "A roll back starts the stopped slot and swaps.", plan(release.roll_back(settings, _TRIED_IN, build))
        ),
        Assumption("A second create keeps image and mount.", lambda: _again(settings, build, with_roles=with_roles)),
        Assumption(
            "A container instance pulls as the identity, and is deleted.", lambda: _instance(settings, found[0], build)
        ),
    ]
    return [each for each in tried if settings.share or each.claim != _ON_SHARE]


def attempt(tried: Sequence[Assumption]) -> list[Outcome]:
    """Try all of them; after one that is needed and fails, the rest is not tried."""
    outcomes: list[Outcome] = []
    stopped = False
    for number, each in enumerate(tried, 1):
        if stopped:
            outcomes.append(Outcome(each.claim, NOT_TRIED, 0.0))
            continue
        print(f"\n=== {number}. {each.claim}", flush=True)
        begin = time.monotonic()
        try:
            each.attempt()
        except (AzureError, NoAnswerError, OSError) as error:
            outcomes.append(Outcome(each.claim, FAILS, time.monotonic() - begin, str(error)))
            stopped = each.needed
        else:
            outcomes.append(Outcome(each.claim, HOLDS, time.monotonic() - begin))
    return outcomes


def report(settings: Settings, outcomes: Sequence[Outcome], day: date) -> str:
    """Return the report as Markdown: what holds, what does not and why, and what nobody has tried.

    Examples
    --------
    >>> print(report(Settings("myirises"), [Outcome("It starts.", HOLDS, 61.2)], date(2026, 11, 27)))
    # irisml on Azure, tried on 2026-11-27
    <BLANKLINE>
    Region westeurope, size P0v3, 1 machine(s), 1 process(es). 1 of 1 assumptions hold.
    <BLANKLINE>
    | | assumption | result | seconds |
    |---|---|---|---|
    | 1 | It starts. | holds | 61 |
    <BLANKLINE>
    Not tried by this program: a rename on the share is exclusive between two machines; somebody who is not
    allowed gets 403 from Dev and the slots; the pipeline, its connections and the approval; an alert arrives.
    <BLANKLINE>
    """
    n = sum(outcome.result == HOLDS for outcome in outcomes)
    size = f"{settings.sku or SKU}, {settings.instances or 1} machine(s), {settings.workers or 1} process(es)"
    rows = [f"| {at} | {each.claim} | {each.result} | {each.seconds:.0f} |" for at, each in enumerate(outcomes, 1)]
    said = [f"## {at}. {each.claim}\n\n    {each.said}\n" for at, each in enumerate(outcomes, 1) if each.said]
    return "\n".join(
        [
            f"# irisml on Azure, tried on {day.isoformat()}\n",
            f"Region {settings.location}, size {size}. {n} of {len(outcomes)} assumptions hold.\n",
            "| | assumption | result | seconds |\n|---|---|---|---|",
            *rows,
            f"\n{_BY_HAND}\n",
            *said,
        ]
    )


def write(text: str, folder: Path, day: date) -> Path:
    """Write the report of a day; a second one of the same day gets a number."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(1, 100):
        file = folder / f"azure-{day.isoformat()}{'' if number == 1 else f'-{number}'}.md"
        try:
            with file.open("x", encoding="utf-8") as new:
                new.write(text)
        except FileExistsError:
            continue
        return file
    raise FileExistsError(f"{folder} has 99 reports of {day.isoformat()} already.")


def _built(settings: Settings, build: str) -> str:
    registry, name = settings.registry, f"{REPOSITORY}:{build}"
    base = _digest(settings, f"{BASE_REPOSITORY}:{BASE_TAG}")
    arguments = {"BASE": f"{settings.registry_host}/{BASE_REPOSITORY}@{base}", "BUILD": build, "IMAGE": name}
    words = [word for key, value in arguments.items() for word in ("--build-arg", f"{key}={value}")]
    output(["acr", "build", "--registry", registry, "--platform", "linux/amd64", "--image", name, *words, "."])
    return f"{settings.registry_host}/{REPOSITORY}@{_digest(settings, name)}"


def _digest(settings: Settings, image: str) -> str:
    named = ["--name", settings.registry, "--image", image]
    return output(["acr", "repository", "show", *named, "--query", "digest", "--output", "tsv"])


def _references(settings: Settings) -> None:
    url = f"{site_url(settings, _TRIED_IN, 'live')}/config/configreferences/appsettings?api-version=2024-11-01"
    found = sorted(_values(json.loads(output(["rest", "--method", "get", "--url", url])), "status"))
    if set(found) != {"Resolved"}:
        raise AzureError(f"The references are: {', '.join(found) or 'none'}.")


def _values(content: object, key: str) -> Iterator[str]:
    """Yield every value of a key, at any depth: older versions of ARM answer with a mapping, newer ones with a list."""
    if isinstance(content, dict):
        if isinstance(content.get(key), str):
            yield content[key]
        content = list(content.values())
    for part in content if isinstance(content, list) else ():
        yield from _values(part, key)


def _share(settings: Settings) -> None:
    account = ["--account-name", settings.storage(_TRIED_IN), "--share-name", "versions"]
    found = output(["storage", "file", "list", *account, "--path", "live", "--query", "[].name", "--output", "tsv"])
    if "versions" not in found.split():
        raise AzureError(f'The share has no folder "live/versions". There is: {found or "nothing"}.')


def _websocket(settings: Settings) -> None:
    host = _host(settings)
    try:
        answer = handshake(host)
    except OSError as error:
        raise NoAnswerError(f"{host}: {error}") from error
    if not answer.startswith("HTTP/1.1 101 "):
        raise NoAnswerError(f"{host} refuses the websocket: {answer.splitlines()[0] if answer else 'no answer'}")
    if "sec-websocket-extensions" in answer.lower():
        raise NoAnswerError(f"{host} compresses websockets.")


def handshake(host: str) -> str:
    """Ask for a websocket of the page, with compression if the server likes; return the head of the answer."""
    key = b64encode(os.urandom(16)).decode()
    lines = (
        *("GET /_stcore/stream HTTP/1.1", f"Host: {host}", f"Origin: https://{host}", "Connection: Upgrade"),
        *("Upgrade: websocket", "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {key}"),
        *("Sec-WebSocket-Extensions: permessage-deflate", "Sec-WebSocket-Protocol: streamlit", "", ""),
    )
    with (
        socket.create_connection((host, 443), timeout=20) as plain,
        ssl.create_default_context().wrap_socket(plain, server_hostname=host) as tls,
    ):
        tls.sendall("\r\n".join(lines).encode())
        answer = b""
        while b"\r\n\r\n" not in answer and (more := tls.recv(4096)):
            answer += more
    return answer.partition(b"\r\n\r\n")[0].decode("latin-1")


def _host(settings: Settings) -> str:
    app = ["--resource-group", settings.group(_TRIED_IN), "--name", settings.app(_TRIED_IN)]
    return output(["webapp", "show", *app, "--query", "defaultHostName", "--output", "tsv"])


def _again(settings: Settings, build: str, *, with_roles: bool) -> None:
    run(resources.create(settings, with_roles=with_roles))
    run(release.probe_live(settings, _TRIED_IN, build))
    if settings.share:
        _share(settings)


def _instance(settings: Settings, image: str, build: str) -> None:
    try:
        run(release.instance(settings, image, build))
    finally:
        run(release.end_instance(settings))
