"""The running container: as on App Service, with stricter options, and with invalid settings."""

import json
import subprocess
import time
import urllib.request

import pytest
from playwright.sync_api import expect
from websockets.sync.client import connect

from tools.container_engine import STOP_LIMIT_S
from tools.served_app import SETTLED

pytestmark = pytest.mark.container

STRICT = ("--read-only", "--cap-drop=all", "--security-opt=no-new-privileges")
BY_SIGTERM = (0, 143)


@pytest.fixture
def strict(engine) -> tuple[str, ...]:
    """Options for a read-only root file system without /tmp, no capabilities, no new privileges."""
    return (*STRICT, "--read-only-tmpfs=false") if engine.is_podman else STRICT


def train(container) -> int:
    """Train a version in the container, and return its number."""
    trained = json.loads(container.run("python", "-m", "irisml", "train", "--n-estimators=7", "--json"))
    assert trained["promoted"]
    return trained["version"]


def test_it_answers_as_on_app_service(start, engine, image):
    """On PORT 8000; /healthz has the model version and the build."""
    container = start("--env=PORT=8000", "--env=WEBSITE_SITE_NAME=irisml")
    body = json.loads(container.wait_for("/healthz"))
    build = engine.inspect(image)["Config"]["Labels"]["irisml.build"]
    assert body == {"status": "ok", "version": 1, "build": build}
    assert container.get("/")[0] == 200
    assert "external IP" not in container.logs  # no request to other hosts, not even at the start


def test_its_websockets_are_not_compressed(start):
    """Proxies of App Service have refused a handshake that offers it; on a laptop it is on."""
    container = start()
    container.wait_for("/healthz", saying='"ok"')
    address = container.address.replace("http", "ws", 1) + "/_stcore/stream"
    with connect(address, subprotocols=["streamlit"], compression="deflate") as page:
        assert page.response.status_code == 101
        assert page.response.headers.get("Sec-WebSocket-Extensions") is None


def test_with_two_workers_visitors_are_spread_and_it_stops_within_the_limit(start):
    """The first worker is up before the second one."""
    container = start("--env=IRISML_WORKERS=2")
    container.wait_for("/healthz", saying='"ok"')
    end, marked = time.monotonic() + 60, set()
    while len(marked) < 2 and time.monotonic() < end:
        asked = urllib.request.Request(container.address, headers={"Accept": "text/html"})
        with urllib.request.urlopen(asked) as answer:
            marked.add(answer.headers["Set-Cookie"].partition("-")[0])
            assert answer.headers["Connection"] == "close"  # behind the platform's proxy each carries one request
    assert marked == {"irisml_worker=1", "irisml_worker=2"}
    seconds, code = container.stop()
    assert seconds < STOP_LIMIT_S
    assert code in BY_SIGTERM


def test_it_listens_on_the_port_of_the_environment(start):
    start("--env=PORT=8123", port=8123).wait_for("/healthz", saying='"ok"')


def test_without_port_it_listens_on_8000(start):
    """WEBSITES_PORT is a setting of App Service and does not reach the container."""
    start("--env=WEBSITES_PORT=9000").wait_for("/healthz", saying='"ok"')


def test_an_invalid_port_ends_it_with_one_sentence(engine, start):
    container = start("--env=PORT=eighty")
    engine("wait", container.name)
    assert container.logs.strip() == (
        'Error: PORT is "eighty", which is not a port. Set it to a number from 1 to 65535, or unset it.'
    )


def test_process_1_is_the_server_and_not_root(start):
    """So that SIGTERM reaches the server."""
    container = start()
    container.wait_for("/healthz")
    status = container.run("cat", "/proc/1/status")
    assert "Uid:\t10001\t10001" in status
    assert b"streamlit" in container.run("cat", "/proc/1/cmdline").encode()


def test_its_health_check_reads_healthz_and_fails_without_a_server(start, engine, image):
    """The command of the image, run in the container."""
    config = engine.inspect(image)
    kind, *command = (config.get("Healthcheck") or config["Config"]["Healthcheck"])["Test"]
    assert kind == "CMD"
    container = start()
    container.wait_for("/healthz")
    assert "responds with version 1 of the model" in container.run(*command)
    elsewhere = subprocess.run([*engine.program, "exec", "--env=PORT=9", container.name, *command], capture_output=True)
    assert elsewhere.returncode == 1


def test_it_stops_within_the_limit_with_an_open_page_and_a_running_training(start, browser):
    """App Service kills the container at the limit."""
    container = start()
    container.wait_for("/healthz")
    page = browser.new_page()
    page.goto(container.address)
    page.wait_for_function(SETTLED)
    container.engine("exec", "--detach", container.name, "python", "-m", "irisml", "train", "--n-estimators=500")
    seconds, code = container.stop()
    page.close()
    assert seconds < STOP_LIMIT_S
    assert code in BY_SIGTERM


def test_it_serves_and_trains_on_a_read_only_root(start, strict, volume):
    """Only the registry is writable."""
    container = start(*strict, f"--volume={volume}:/registry")
    container.wait_for("/healthz", saying='"version":1')
    assert train(container) == 2
    container.wait_for("/healthz", saying='"version":2')


def test_a_trained_version_outlives_the_container(start, volume):
    """The next container on the volume serves it and does not promote its bundled model."""
    first = start(f"--volume={volume}:/registry")
    first.wait_for("/healthz")
    train(first)
    first.stop()
    second = start(f"--volume={volume}:/registry")
    second.wait_for("/healthz", saying='"version":2')
    versions = json.loads(second.run("python", "-m", "irisml", "versions", "--json"))
    assert len(versions) == 2


def test_two_instances_share_a_registry(start, volume):
    """Started together they add the bundled model once; both serve a version promoted by one."""
    one, other = (start(f"--volume={volume}:/registry") for _ in range(2))
    for container in (one, other):
        container.wait_for("/healthz", saying='"version":1')
    assert len(json.loads(one.run("python", "-m", "irisml", "versions", "--json"))) == 1
    assert train(one) == 2
    other.wait_for("/healthz", saying='"version":2')


def test_an_unusable_registry_is_reported_and_does_not_end_the_server(start, tmp_path, browser):
    """/healthz and the page show a general message; the log has the reason."""
    tmp_path.chmod(0o700)  # for this user only; the container runs as another one
    container = start(f"--volume={tmp_path}:/registry")
    container.wait_for("/healthz", 503, saying="The registry cannot be read.")
    assert "cannot be used: Permission denied" in container.logs
    page = browser.new_page()
    page.goto(container.address)
    expect(page.get_by_role("alert")).to_contain_text("The registry cannot be read", timeout=30_000)
    expect(page.get_by_role("alert")).not_to_contain_text("/registry")
    page.close()
    assert container.state["Running"]


def test_with_a_damaged_version_the_bundled_model_serves(start, volume):
    """It gets the next number, and the log names the damaged version."""
    first = start(f"--volume={volume}:/registry")
    first.wait_for("/healthz")
    first.run("sh", "-c", "echo broken > /registry/versions/0001/version.json")
    first.stop()
    second = start(f"--volume={volume}:/registry")
    second.wait_for("/healthz", saying='"version":2')
    assert "Version 1 is damaged" in second.logs
