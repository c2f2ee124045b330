"""Controls: images with one defect each, which the tests of this folder must detect."""

import pytest

from tools.container_engine import STOP_LIMIT_S, started

pytestmark = pytest.mark.container

SERVE = '"python", "-m", "streamlit", "run", "streamlit_app.py", "--server.headless=true"'


@pytest.fixture
def spoilt(engine, image, tmp_path):
    """Build the image with one additional line, and return its name."""

    def build(line: str) -> str:
        (tmp_path / "Dockerfile").write_text(f"FROM {image}\n{line}\n")
        engine.build("irisml:spoilt", tmp_path)
        return "irisml:spoilt"

    yield build
    engine("rmi", "--force", "irisml:spoilt")


def wait_inside(container, port: int) -> None:
    """Wait until the app answers inside the container."""
    container.run("python", "-m", "ops.probe", f"http://127.0.0.1:{port}", "--within", "60")


def test_the_container_of_the_talk_is_detected(engine, spoilt):
    """It prints its accuracy and exits; the message has its output."""
    talk = spoilt("""CMD ["python", "-c", "print('Accuracy sur le jeu de test : 1.00')"]""")
    with (
        started(engine, talk, 8000) as container,
        pytest.raises(AssertionError, match=r"the container has exited:\nAccuracy sur le jeu de test : 1\.00"),
    ):
        container.wait_for("/healthz")


def test_an_app_that_listens_on_localhost_only_is_detected(engine, spoilt):
    """It answers inside the container only, which App Service cannot reach."""
    shy = spoilt(f'CMD [{SERVE}, "--server.address=127.0.0.1", "--server.port=8000"]')
    with started(engine, shy, 8000) as container:
        wait_inside(container, 8000)
        assert container.get("/healthz") == (0, "")


def test_a_hard_coded_port_is_detected(engine, spoilt):
    """Nothing answers on the port that PORT names."""
    stubborn = spoilt(f'CMD [{SERVE}, "--server.address=0.0.0.0", "--server.port=8000"]')
    with started(engine, stubborn, 8123, "--env=PORT=8123") as container:
        wait_inside(container, 8000)
        assert container.get("/healthz") == (0, "")


def test_a_shell_around_the_server_is_detected(engine, spoilt):
    """The shell does not forward SIGTERM, so the container is killed at the time limit."""
    wrapped = spoilt('CMD ["sh", "-c", "python -m web.start; true"]')
    with started(engine, wrapped, 8000) as container:
        container.wait_for("/healthz")
        seconds, code = container.stop()
    assert seconds >= STOP_LIMIT_S
    assert code == 137


def test_the_user_root_is_detected(engine, spoilt):
    """Read from process 1, whatever the image declares."""
    with started(engine, spoilt("USER root"), 8000) as container:
        container.wait_for("/healthz")
        assert "Uid:\t0\t0" in container.run("cat", "/proc/1/status")


def test_an_additional_30_mb_are_detected(engine, spoilt, image):
    heavy = spoilt("USER root\nRUN head -c 30000000 /dev/urandom > /weight")
    assert engine.inspect(heavy)["Size"] - engine.inspect(image)["Size"] >= 30_000_000
