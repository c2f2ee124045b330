"""The servers of a run: irisml, and what it is compared with."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.served_app import Served, served

HEALTH = "_stcore/health"
_NO_QUESTION = ("--server.showEmailPrompt=false", "--browser.gatherUsageStats=false")
_PAGES = Path(__file__).with_name("pages")


@contextmanager
def irisml(registry: Path, **environment: str) -> Iterator[Served]:
    """Serve irisml; without limits that would refuse simulated visitors of one address."""
    limits = {"IRISML_LIMIT_API_PER_SECOND": "100000", **environment}
    with served(registry, environment=limits) as app:
        yield app


@contextmanager
def page(registry: Path, name: str, *, stock: bool = False) -> Iterator[Served]:
    """Serve one of `benchmarks.pages`, with this project's settings or, in a folder without any, Streamlit's own."""
    if not stock:
        with served(registry, f"benchmarks/pages/{name}.py", HEALTH) as app:
            yield app
        return
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(_PAGES / f"{name}.py", folder)
        with served(registry, f"{name}.py", HEALTH, options=_NO_QUESTION, folder=Path(folder)) as app:
            yield app


def cpu_s(app: Served) -> float:
    """Return the CPU time that a server has taken so far, in seconds; 0 where the system does not say."""
    try:
        fields = Path(f"/proc/{app.pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / 100


def memory_mib(app: Served, kind: str = "VmHWM") -> float:
    """Return the largest memory that a server has used ("VmHWM") or its present one ("VmRSS"), in MiB; 0 if unknown."""
    try:
        lines = Path(f"/proc/{app.pid}/status").read_text().splitlines()
    except FileNotFoundError:
        return 0.0
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(kind))
