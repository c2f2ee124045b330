"""The container at work: started as App Service does, and in stricter and odder ways."""

import json
import subprocess

import pytest
from playwright.sync_api import expect

from tools.container_engine import STOP_LIMIT_S
from tools.served_app import SETTLED

pytestmark = pytest.mark.container

STRICT = ("--read-only", "--cap-drop=all", "--security-opt=no-new-privileges")
BY_SIGTERM = (0, 143)


@pytest.fixture
def strict(engine) -> tuple[str, ...]:
    """A read-only root without even a /tmp, no capabilities, no new privileges."""
    return (*STRICT, "--read-only-tmpfs=false") if engine.is_podman else STRICT


def train(container) -> int:
    """Train a version in the container, and return its number."""
    trained = json.loads(container.run("python", "-m", "irisml", "train", "--n-estimators=7", "--json"))
    assert trained["promoted"]
    return trained["version"]


def test_it_answers_as_on_app_service(start, engine, image):
    """On PORT 8000, with the words of /healthz: which model, which build."""
    container = start("--env=PORT=8000", "--env=WEBSITE_SITE_NAME=irisml")
    body = json.loads(container.wait_for("/healthz"))
    build = engine.inspect(image)["Config"]["Labels"]["irisml.build"]
    assert body == {"status": "ok", "version": 1, "build": build}
    assert container.get("/")[0] == 200
    assert "external IP" not in container.logs  # no request leaves the machine, not even at the start


def test_it_answers_on_another_port(start):
    """The one that PORT names."""
    start("--env=PORT=8123", port=8123).wait_for("/healthz", saying='"ok"')


def test_without_a_port_it_answers_on_8000(start):
    """WEBSITES_PORT is a setting of App Service, and does not reach the container."""
    start("--env=WEBSITES_PORT=9000").wait_for("/healthz", saying='"ok"')


def test_a_port_that_is_none_ends_it_with_a_sentence(engine, start):
    """No traceback."""
    container = start("--env=PORT=eighty")
    engine("wait", container.name)
    assert container.logs.strip() == (
        'Error: PORT is "eighty", which is no port. Set it to a number from 1 to 65535, or not at all.'
    )


def test_its_first_process_is_the_server_and_not_root(start):
    """So the signal to stop reaches it."""
    container = start()
    container.wait_for("/healthz")
    status = container.run("cat", "/proc/1/status")
    assert "Uid:\t10001\t10001" in status
    assert b"streamlit" in container.run("cat", "/proc/1/cmdline").encode()


def test_its_health_check_reads_what_the_app_says(start, engine, image):
    """The image's own command, run in the container; it fails where nobody answers."""
    config = engine.inspect(image)
    kind, *command = (config.get("Healthcheck") or config["Config"]["Healthcheck"])["Test"]
    assert kind == "CMD"
    container = start()
    container.wait_for("/healthz")
    assert "answers with version 1 of the model" in container.run(*command)
    elsewhere = subprocess.run([*engine.program, "exec", "--env=PORT=9", container.name, *command], capture_output=True)
    assert elsewhere.returncode == 1


def test_it_stops_in_time_with_a_page_open_and_a_training_under_way(start, browser):
    """Before App Service kills it."""
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


def test_on_a_read_only_root_it_serves_and_trains(start, strict, volume):
    """Only the registry can be written."""
    container = start(*strict, f"--volume={volume}:/registry")
    container.wait_for("/healthz", saying='"version":1')
    assert train(container) == 2
    container.wait_for("/healthz", saying='"version":2')


def test_what_was_trained_outlives_the_container(start, volume):
    """The next container on the same volume serves it, and does not put its own model above it."""
    first = start(f"--volume={volume}:/registry")
    first.wait_for("/healthz")
    train(first)
    first.stop()
    second = start(f"--volume={volume}:/registry")
    second.wait_for("/healthz", saying='"version":2')
    versions = json.loads(second.run("python", "-m", "irisml", "versions", "--json"))
    assert len(versions) == 2


def test_two_instances_share_a_registry(start, volume):
    """Started together they make one version of the image's model; a promotion in one is seen by the other."""
    one, other = (start(f"--volume={volume}:/registry") for _ in range(2))
    for container in (one, other):
        container.wait_for("/healthz", saying='"version":1')
    assert len(json.loads(one.run("python", "-m", "irisml", "versions", "--json"))) == 1
    assert train(one) == 2
    other.wait_for("/healthz", saying='"version":2')


def test_a_registry_that_cannot_be_used_is_told_and_does_not_end_it(start, tmp_path, browser):
    """The probe and the page say so to everybody, the log says why; nothing dies."""
    tmp_path.chmod(0o700)  # this user's alone; the container's is another
    container = start(f"--volume={tmp_path}:/registry")
    container.wait_for("/healthz", 503, saying="The registry cannot be read.")
    assert "cannot be used: Permission denied" in container.logs
    page = browser.new_page()
    page.goto(container.address)
    expect(page.get_by_role("alert")).to_contain_text("The registry cannot be read", timeout=30_000)
    expect(page.get_by_role("alert")).not_to_contain_text("/registry")
    page.close()
    assert container.state["Running"]


def test_a_damaged_version_on_the_volume_stops_nothing(start, volume):
    """The image's model serves under the next number, and the log tells of the damage."""
    first = start(f"--volume={volume}:/registry")
    first.wait_for("/healthz")
    first.run("sh", "-c", "echo broken > /registry/versions/0001/version.json")
    first.stop()
    second = start(f"--volume={volume}:/registry")
    second.wait_for("/healthz", saying='"version":2')
    assert "Version 1 is damaged" in second.logs
