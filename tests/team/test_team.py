"""Two instances of the app on one registry behind nginx: what `run.py team` and team/compose.yaml start."""

import http.client
import json
import re
import shutil
import subprocess
import time
import urllib.request
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest
import yaml

from irisml import TrainingConfig, train_version
from irisml.domain.settings import Settings
from irisml.registry import open_registry
from irisml.releases.champion import promote
from tests.unit.registry.faults import ALICE
from tools.served_app import ROOT, free_port, served
from tools.team import NGINX_CONF, nginx, nginx_conf, team
from tools.tracking_server import SETTINGS
from web.state.presenter_token import is_cookie

PUBLIC = {"IRISML_PUBLIC": "1", "IRISML_PRESENTER_PASSPHRASE": "petals in the rain"}
SHOWN_WITHIN_S = 1.5
"""Half a second between two looks, and this machine is busy; the benchmark has the figure."""


@pytest.fixture(scope="module")
def running(request, tmp_path_factory):
    if not request.config.getoption("--tracking-servers"):
        pytest.skip("needs a tracking server: the task backends")
    folder = tmp_path_factory.mktemp("team")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("IRISML_LOCAL", str(folder / "here"))
        with team(folder, on_postgresql=False) as running:
            registry = open_registry(f"mlflow+{running.mlflow}")
            wait_until(lambda: registry.alias("champion"))  # the first instance trains it
            yield running


@pytest.fixture
def registry(running):
    return open_registry(f"mlflow+{running.mlflow}")


def wait_until(true, within_s=120):
    end = time.monotonic() + within_s
    while not (value := true()):
        assert time.monotonic() < end
        time.sleep(0.02)
    return value


def shown(address):
    """Version that an instance says it serves."""
    with urllib.request.urlopen(f"{address}/api/live/now", timeout=5) as answer:
        return json.load(answer)["version"]


def test_team_an_empty_registry_gets_one_first_version_at_a_time(running, registry):
    """Both instances may train; what they release is one log without a gap."""
    wait_until(lambda: all(shown(instance) for instance in running.instances))
    log = registry.releases()
    assert [release.number for release in log.releases] == list(range(1, log.last + 1))


def test_team_a_release_by_hand_shows_on_both_instances_within_a_second(running, registry):
    number = train_version(registry, TrainingConfig(n_estimators=10, random_state=7), as_challenger=True).version
    for version in (number, registry.releases().champion, number):
        promote(registry, version, "a test", by=ALICE, force=True)
        began = time.monotonic()
        wait_until(lambda version=version: {shown(each) for each in running.instances} == {version}, 10)
        assert time.monotonic() - began < SHOWN_WITHIN_S


@pytest.fixture(scope="module")
def two(_trained, tmp_path_factory):
    """Two instances on a shared folder behind nginx, each with a name that its health check shows."""
    if not shutil.which("nginx"):
        pytest.skip("nginx is not installed")
    folder = tmp_path_factory.mktemp("two")
    shutil.copytree(_trained, folder / "models")
    with ExitStack() as stack:
        names = ("app1", "app2")
        apps = [
            stack.enter_context(served(folder / "models", environment={**PUBLIC, "IRISML_BUILD": name}))
            for name in names
        ]
        address = stack.enter_context(nginx([app.address for app in apps], free_port(), folder))
        wait_until(lambda: answer_of(address))
        yield address, [app.address for app in apps]


def answer_of(address, cookie=None):
    """Name of the instance that answers, and the cookie that decides it; None if none answers."""
    asked = urllib.request.Request(f"{address}/healthz", headers={"Cookie": cookie} if cookie else {})
    try:
        with urllib.request.urlopen(asked, timeout=5) as answer:
            given = answer.headers.get_all("Set-Cookie") or []
            visitor = next((one.partition(";")[0] for one in given if one.startswith("irisml_visitor=")), cookie)
            return json.load(answer)["build"], visitor
    except OSError:
        return None


def test_team_a_visitor_stays_with_one_instance(two):
    """By the cookie of nginx; new visitors come to both."""
    seen = set()
    for _ in range(20):
        first, cookie = answer_of(two[0])
        assert {answer_of(two[0], cookie)[0] for _ in range(3)} == {first}
        seen.add(first)
    assert seen == {"app1", "app2"}


def test_team_one_sign_in_holds_on_both_instances(two, monkeypatch, tmp_path_factory):
    """Signed in at one, and signed out at the other."""
    one, other = two[1]
    cookie = sent(one, "sign-in", {"passphrase": PUBLIC["IRISML_PRESENTER_PASSPHRASE"]})
    folder = next(path for path in tmp_path_factory.getbasetemp().glob("two*/models"))
    for name, value in {**PUBLIC, "IRISML_REGISTRY": str(folder)}.items():
        monkeypatch.setenv(name, value)
    assert is_cookie(cookie.partition("=")[2])  # as any process on this registry sees it
    sent(other, "sign-out?everywhere=1", {}, cookie)
    assert not is_cookie(cookie.partition("=")[2])


def sent(address, what, body, cookie=""):
    """Answer of a route of the presenter: its cookie."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=10)
    headers = {"Content-Type": "application/json", "Origin": address, "Sec-Fetch-Site": "same-origin", "Cookie": cookie}
    connection.request("POST", f"/presenter/{what}", json.dumps(body), headers)
    answer = connection.getresponse()
    assert answer.status < 300, answer.read()
    connection.close()
    return answer.headers["Set-Cookie"].partition(";")[0]


def test_team_the_other_instance_answers_when_one_is_away(two, tmp_path):
    """nginx leads its visitors to the one that is there."""
    with nginx([two[1][0], "http://127.0.0.1:9"], free_port(), tmp_path) as address:
        wait_until(lambda: answer_of(address), 10)
        assert {answer_of(address)[0] for _ in range(10)} == {"app1"}


# --- the files of team/ ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((ROOT / "team/compose.yaml").read_text())


def test_team_the_compose_file_sets_what_the_app_reads(compose):
    """Each variable exists; both instances have the same ones, and share a folder."""
    one, two = compose["services"]["app1"], compose["services"]["app2"]
    assert one["environment"] == two["environment"]
    assert one["volumes"] == two["volumes"] == ["shared:/registry"]
    values = {name: "petals in the rain" if "$" in value else value for name, value in one["environment"].items()}
    read = Settings.of(values)
    assert (read.registry, read.local, read.trusted_proxies) == ("mlflow+http://mlflow:5000", "/registry", 1)
    assert (read.mlflow_username, bool(read.mlflow_password)) == ("admin", True)


def test_team_the_compose_file_starts_the_server_as_the_tests_do(compose):
    """Same variables, one worker; reachable by its name in the network and from this machine only."""
    server = compose["services"]["mlflow"]
    assert SETTINGS.items() <= server["environment"].items()
    assert {"--workers=1", "--app-name=basic-auth", "--allowed-hosts=mlflow:5000,localhost:5000"} <= set(
        server["command"]
    )
    assert server["ports"] == ["127.0.0.1:5000:5000"]
    assert (ROOT / server["build"]["dockerfile"]).is_file()


def test_team_every_name_in_nginx_conf_is_a_service(compose):
    hosts = re.findall(r"server (\w+):8000", NGINX_CONF.read_text())
    assert sorted(hosts) == ["app1", "app2"]
    assert set(hosts) < compose["services"].keys()


def test_team_nginx_accepts_its_configuration(tmp_path):
    if not shutil.which("nginx"):
        pytest.skip("nginx is not installed")
    conf = tmp_path / "nginx.conf"
    conf.write_text(nginx_conf(["http://127.0.0.1:1", "http://127.0.0.1:2"], 12345, tmp_path))
    assert "app1:8000" not in conf.read_text()
    tried = subprocess.run(["nginx", "-t", "-c", conf], capture_output=True, text=True, check=False)
    assert tried.returncode == 0, tried.stderr
