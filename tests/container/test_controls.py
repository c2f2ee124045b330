"""The controls: images spoilt in one place each, which the tests of this folder must find out."""

import pytest

from tools.container_engine import STOP_LIMIT_S, started

pytestmark = pytest.mark.container

SERVE = '"python", "-m", "streamlit", "run", "streamlit_app.py", "--server.headless=true"'


@pytest.fixture
def spoilt(engine, image, tmp_path):
    """Build the image with one line more, and return its name."""

    def build(line: str) -> str:
        (tmp_path / "Dockerfile").write_text(f"FROM {image}\n{line}\n")
        engine.build("irisml:spoilt", tmp_path)
        return "irisml:spoilt"

    yield build
    engine("rmi", "--force", "irisml:spoilt")


def wait_inside(container, port: int) -> None:
    """Wait until the app answers to the container itself."""
    container.run("python", "-m", "ops.probe", f"http://127.0.0.1:{port}", "--within", "60")


def test_the_talks_own_container_is_found_out(engine, spoilt):
    """It prints its accuracy and ends; the reason is in the message."""
    talk = spoilt("""CMD ["python", "-c", "print('Accuracy sur le jeu de test : 1.00')"]""")
    with (
        started(engine, talk, 8000) as container,
        pytest.raises(AssertionError, match=r"ended by itself:\nAccuracy sur le jeu de test : 1\.00"),
    ):
        container.wait_for("/healthz")


def test_an_app_that_listens_to_itself_alone_is_found_out(engine, spoilt):
    """It answers inside and not outside, as on Azure."""
    shy = spoilt(f'CMD [{SERVE}, "--server.address=127.0.0.1", "--server.port=8000"]')
    with started(engine, shy, 8000) as container:
        wait_inside(container, 8000)
        assert container.get("/healthz") == (0, "")


def test_a_port_that_is_written_down_is_found_out(engine, spoilt):
    """Nobody answers where PORT says."""
    stubborn = spoilt(f'CMD [{SERVE}, "--server.address=0.0.0.0", "--server.port=8000"]')
    with started(engine, stubborn, 8123, "--env=PORT=8123") as container:
        wait_inside(container, 8000)
        assert container.get("/healthz") == (0, "")


def test_a_shell_around_the_server_is_found_out(engine, spoilt):
    """It keeps the signal to itself, and is killed when the time is over."""
    wrapped = spoilt('CMD ["sh", "-c", "python -m web.start; true"]')
    with started(engine, wrapped, 8000) as container:
        container.wait_for("/healthz")
        seconds, code = container.stop()
    assert seconds >= STOP_LIMIT_S
    assert code == 137


def test_root_is_found_out(engine, spoilt):
    """By the first process, whatever the image says of itself."""
    with started(engine, spoilt("USER root"), 8000) as container:
        container.wait_for("/healthz")
        assert "Uid:\t0\t0" in container.run("cat", "/proc/1/status")


def test_weight_is_found_out(engine, spoilt, image):
    """Thirty megabytes that no dependency needs."""
    heavy = spoilt("USER root\nRUN head -c 30000000 /dev/urandom > /weight")
    assert engine.inspect(heavy)["Size"] - engine.inspect(image)["Size"] >= 30_000_000
