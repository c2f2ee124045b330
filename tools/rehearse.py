"""Rehearse the talk: check what can be checked of the list in docs/stage.md; ``poe rehearse [--site URL]``.

Each check says in one sentence what it found and, if it fails, the cure. Nothing is changed: the app is started on a
free port with a registry of its own, and a site is only asked.
"""

import argparse
import io
import json
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from irisml.data.flower_files.reading import read_measurements_csv
from irisml.domain.errors import InvalidRowsError
from irisml.domain.settings import SHORTEST_PASSPHRASE, Settings, settings
from ops.probe import finding
from tools.served_app import ROOT, free_port, served
from web.data.csv_prediction import csv_template
from web.html.qr_code import n_modules
from web.i18n.text import LANGUAGES, language
from web.stage.talk_script import MINUTES, talk_script
from web.start import LAPTOP_PORT
from web.state.app_address import address_in_network, is_loopback
from web.state.passphrase import is_hash

OPENS_WITHIN_S = 10
"""As docs/stage.md says."""
MOST_MODULES = 33
"""A code of version 4, which holds 78 letters: about as large as the back row can scan."""
_PATIENCE_S = 8


@dataclass(frozen=True, slots=True)
class Check:
    """Result of one check.

    Parameters
    ----------
    passed : bool or None
        None if it cannot be checked here.
    sentence : str
        What was found.
    cure : str
        What to do, if it failed.
    """

    passed: bool | None
    sentence: str
    cure: str = ""


def opens_quickly(seconds: float | None) -> Check:
    """Check how long the app took to answer, in seconds; None if it did not."""
    cure = "Run python3 run.py app and read what it prints."
    if seconds is None:
        return Check(False, "The app does not start.", cure)
    said = f"The app answers after {seconds:.1f} s (allowed: {OPENS_WITHIN_S} s)."
    return Check(seconds <= OPENS_WITHIN_S, said, "Close other programs, and plug in the charger.")


def needs_no_network(policy: str) -> Check:
    """Check the content security policy of the page: with it, the page loads nothing from another host."""
    sources = [source for rule in policy.split(";") for source in rule.split()[1:]]
    foreign = [source for source in sources if not re.fullmatch(r"'[^']+'|data:|blob:", source)]
    if not sources or foreign:
        return Check(False, "The page may load from other hosts.", "See web/server/headers.py.")
    return Check(True, "The page loads nothing from another host, so it works without the Wi-Fi.")


def phones_reach(address: str) -> Check:
    """Check the address of this machine in its network."""
    host = urlsplit(address).hostname
    if is_loopback(host):
        cure = "Open the hotspot of the laptop or join the network of the hall."
        return Check(False, "This machine has no address that phones can reach.", cure)
    return Check(True, f"The address in this network is {host}: try it with a phone.")


def port_is_free(port: int, listens: Callable[[int], bool]) -> Check:
    """Check the port of ``run.py app`` and ``run.py stage``."""
    if listens(port):
        return Check(False, f"Something listens on port {port}.", f"End it, or set PORT to another port than {port}.")
    return Check(True, f"Port {port} is free.")


def passphrase_is_set(found: Settings) -> Check:
    """Check the passphrase of the presenter."""
    passphrase = found.presenter_passphrase
    if not passphrase:
        return Check(True, "No passphrase is set: python3 run.py stage shows one of the day in the terminal.")
    if len(passphrase) < SHORTEST_PASSPHRASE and not is_hash(passphrase):
        cure = f"Give IRISML_PRESENTER_PASSPHRASE {SHORTEST_PASSPHRASE} characters or more."
        return Check(False, f"The passphrase has only {len(passphrase)} characters.", cure)
    return Check(True, "The passphrase is set.")


def error_csv_is_refused(template: str) -> Check:
    """Check the file of minute 13, made by its recipe from a template of the page Data."""
    broken = re.sub("5[.,]1", "5.1x", template, count=1)
    try:
        read_measurements_csv(io.BytesIO(broken.encode()))
    except InvalidRowsError as error:
        if error.rows[0][0] == 2 and "5.1x" in str(error):
            return Check(True, 'error.csv is refused: line 2, "5.1x".')
        return Check(False, f"error.csv is refused for another reason: {error}", "Make it again as docs/stage.md says.")
    return Check(False, "error.csv is accepted.", "Make it again as docs/stage.md says.")


def script_fits(minutes: Sequence[int]) -> Check:
    """Check the minutes of the script that the page Stage shows."""
    if not minutes or minutes[0] != 0 or list(minutes) != sorted(set(minutes)) or minutes[-1] >= MINUTES:
        return Check(False, "The minutes of the script do not rise from 0.", "Correct the table of docs/stage.md.")
    return Check(True, f"The script has {len(minutes)} lines, the last at minute {minutes[-1]} of {MINUTES}.")


def tree_is_clean(status: str | None) -> Check:
    """Check the output of ``git status --porcelain``; None without git."""
    if status is None:
        return Check(None, "Not checked: whether the checkout is clean (git does not answer).")
    if status.strip():
        cure = "Commit or put aside the changes: on stage only the commit of one word may be new."
        return Check(False, f"The checkout has {len(status.strip().splitlines())} uncommitted changes.", cure)
    return Check(True, "The checkout is clean.")


def image_is_there(listed: str | None) -> Check:
    """Check the output of ``docker image ls``; None without an engine."""
    if listed is None:
        return Check(None, "Not checked: whether an image is on the disk (no docker or podman here).")
    if "irisml" not in listed:
        return Check(False, "No image irisml is on the disk.", "Build one: docker build --tag irisml:42 .")
    return Check(True, "An image irisml is on the disk.")


def site_is_healthy(healthy: bool, said: str) -> Check:
    """Check the answer of the site's /healthz."""
    if healthy:
        return Check(True, f"The site answers: {said}.")
    return Check(False, f"The site does not answer as it should: {said}.", "See docs/azure.md, section 6.")


def sign_in_works(status: int | None) -> Check:
    """Check the status of a sign-in on the site with the passphrase of this terminal; None if there is none."""
    if status is None:
        cure = "Not checked: the sign-in on the site. Export IRISML_PRESENTER_PASSPHRASE in this terminal to check it."
        return Check(None, cure)
    if status == 200:
        return Check(True, "The passphrase of this terminal signs in on the site.")
    cure = "Set IRISML_PRESENTER_PASSPHRASE of the site, see docs/azure.md, and restart it."
    return Check(False, f"The passphrase of this terminal does not sign in on the site (status {status}).", cure)


def code_is_coarse(modules: int) -> Check:
    """Check the size of the QR code of the address."""
    said = f"The QR code has {modules} by {modules} modules (allowed: {MOST_MODULES})."
    return Check(modules <= MOST_MODULES, said, "Use a shorter address; leave flower and language out.")


def local_checks() -> list[Check]:
    """Run the checks that need no site."""
    seconds, policy = _start()
    return [
        opens_quickly(seconds),
        needs_no_network(policy),
        phones_reach(address_in_network(f"http://localhost:{LAPTOP_PORT}/")),
        port_is_free(LAPTOP_PORT, _listens),
        passphrase_is_set(settings()),
        *(error_csv_is_refused(csv_template(language(code))) for code in LANGUAGES),
        *(script_fits([line.minute for line in talk_script(code)]) for code in LANGUAGES),
        tree_is_clean(_output("git", "status", "--porcelain")),
        image_is_there(_output("docker", "image", "ls") or _output("podman", "image", "ls")),
    ]


def site_checks(site: str) -> list[Check]:
    """Run the checks of a site."""
    site = site.rstrip("/")
    healthy, said = finding(site)
    return [site_is_healthy(healthy, said), sign_in_works(_sign_in(site)), code_is_coarse(n_modules(f"{site}/"))]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print one line per check; return 1 if one failed."""
    parser = argparse.ArgumentParser(prog="run.py rehearse", description="Check what the talk needs.")
    parser.add_argument("--site", help="address of the deployed app, like https://irisml.example")
    site = parser.parse_args(arguments).site
    checks = local_checks() + (site_checks(site) if site else [])
    for check in checks:
        mark = {True: "ok   ", False: "FAILS", None: "-    "}[check.passed]
        print(f"{mark} {check.sentence}{f' {check.cure}' if check.passed is False else ''}")
    if not site:
        print("-     Not checked: the site. Add --site https://…")
    print("By hand: the video, the printed QR code, a phone on mobile data, the projector (key P), notifications off.")
    return int(any(check.passed is False for check in checks))


def _start() -> tuple[float | None, str]:
    """Start the app with the models of this checkout; return the seconds until its page answers, and its policy."""
    with tempfile.TemporaryDirectory() as folder:
        registry = Path(folder) / "models"
        with suppress(FileNotFoundError):
            shutil.copytree(ROOT / Settings.of({}).registry, registry)
        began = time.monotonic()
        try:
            with (
                served(registry, health="_stcore/health", port=free_port()) as app,
                urllib.request.urlopen(app.address, timeout=_PATIENCE_S) as page,
            ):
                return time.monotonic() - began, page.headers.get("content-security-policy", "")
        except (AssertionError, OSError):
            return None, ""


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _sign_in(site: str) -> int | None:
    passphrase = settings().presenter_passphrase
    if not passphrase or is_hash(passphrase):
        return None
    parts = urlsplit(site)
    headers = {"content-type": "application/json", "origin": f"{parts.scheme}://{parts.netloc}"}
    body = json.dumps({"passphrase": passphrase}).encode()
    request = urllib.request.Request(f"{site}/presenter/sign-in", body, headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=_PATIENCE_S) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def _output(*command: str) -> str | None:
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=_PATIENCE_S, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None


if __name__ == "__main__":
    sys.exit(main())
