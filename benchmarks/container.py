"""Start and stop times of the container, and size of its image: ``poe bench-container``.

The baseline of the start is a bare Streamlit page in the same image; that of the size, the packages' own files.
"""

import statistics
import time

from tools.container_engine import BUILD_ARGUMENTS, Container, Engine, find_engine, started

_TURNS = 5
_BARE = "import streamlit as st\nst.write('bare')\n"


def main() -> None:
    """Print the measurements of the image that ``poe container`` has built."""
    engine = find_engine()
    if engine is None:
        raise SystemExit("Neither docker nor podman responds. Start one of them.")
    image = BUILD_ARGUMENTS["IMAGE"]
    bare = ("sh", "-c", f'echo "{_BARE}" > /tmp/bare.py; exec streamlit run /tmp/bare.py --server.port=8000')
    ours, theirs = _measured(engine, image), _measured(engine, image, *bare, path="/_stcore/health")
    print(f"size of {image}: {engine.inspect(image)['Size'] / 1e6:.0f} MB")
    for what, values in (("start to first 200, /healthz", ours[0]), ("the same, a bare page", theirs[0])):
        print(f"{what}: median {statistics.median(values):.2f} s, longest {max(values):.2f} s of {_TURNS}")
    print(f"SIGTERM to the end: median {statistics.median(ours[1]):.2f} s, longest {max(ours[1]):.2f} s of {_TURNS}")


def _measured(engine: Engine, image: str, *command: str, path: str = "/healthz") -> tuple[list[float], list[float]]:
    """Return the seconds to the first response, and those from SIGTERM to the end."""
    starts, stops = [], []
    for _ in range(_TURNS):
        began = time.monotonic()
        with started(engine, image, 8000, command=command) as container:
            container.wait_for(path)
            starts.append(time.monotonic() - began)
            stops.append(_stopped(container))
    return starts, stops


def _stopped(container: Container) -> float:
    seconds, code = container.stop()
    assert code in (0, 143), f"it had to be killed: {code}"
    return seconds


if __name__ == "__main__":
    main()
