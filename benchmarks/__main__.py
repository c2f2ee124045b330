"""Run the benchmarks, print their table, and keep it: ``python3 run.py bench [--short] [--save] [chapter ...]``."""

import argparse
import importlib.metadata
import json
import os
import platform
import sys
import tempfile
from datetime import date
from pathlib import Path

from benchmarks import api, browser, crowd, hall, news, others, prediction, soak, start
from benchmarks.row import Row, markdown, number, plain
from benchmarks.size import FULL, SHORT
from irisml import FolderRegistry, TrainingConfig, train_version

CHAPTERS = {
    "start": start,
    "prediction": prediction,
    "browser": browser,
    "crowd": crowd,
    "hall": hall,
    "api": api,
    "others": others,
    "news": news,
    "soak": soak,
}
RESULTS = Path(__file__).with_name("results.json")
DOCUMENT = Path(__file__).parents[1] / "docs" / "performance.md"
_PACKAGES = ("irisml", "streamlit", "starlette", "uvicorn", "scikit-learn")


def main() -> None:
    """Run the chapters that are named, by default all."""
    parser = argparse.ArgumentParser(prog="run.py bench", description=__doc__)
    parser.add_argument("--short", action="store_true", help="a few visitors for seconds: whether all of it runs")
    parser.add_argument("--save", action="store_true", help="keep the table as this release's, in docs/performance.md")
    parser.add_argument("chapters", nargs="*", metavar="chapter", help=", ".join(CHAPTERS))
    asked = parser.parse_args()
    if asked.save and (asked.short or asked.chapters):
        parser.error("--save keeps a whole run: without --short, and with every chapter")
    if unknown := set(asked.chapters) - set(CHAPTERS):
        parser.error(f"there is no chapter {', '.join(sorted(unknown))}; there are {', '.join(CHAPTERS)}")
    last = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {"rows": []}
    before = {row["name"]: row["compared"] for row in last["rows"]}
    table = []
    with tempfile.TemporaryDirectory() as models:
        train_version(FolderRegistry(models))
        train_version(FolderRegistry(models), TrainingConfig(random_state=1))
        for name in asked.chapters or CHAPTERS:
            for row in CHAPTERS[name].rows(Path(models), SHORT if asked.short else FULL):
                sys.stderr.write(f"{row.name}: {number(row.value)} {row.unit}\n")
                table.append(row)
    print(machine())
    print(plain(table, before))
    if asked.save:
        save(table, before)


def machine() -> str:
    """Return what the times depend on."""
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in _PACKAGES)
    return (
        f"{date.today()}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}, {versions}"
    )


def save(table: list[Row], before: dict[str, float]) -> None:
    """Write the results, and the document with them beside those of the last release."""
    rows = [{"name": row.name, "value": row.value, "beside": row.beside, "compared": row.compared} for row in table]
    RESULTS.write_text(json.dumps({"machine": machine(), "rows": rows}, indent=1) + "\n", encoding="utf-8")
    text = DOCUMENT.read_text(encoding="utf-8")
    head, _, rest = text.partition("<!-- table -->\n")
    _, _, foot = rest.partition("<!-- end -->\n")
    reasons = "\n".join(f"- {row.name}: {row.reason}." for row in table)
    DOCUMENT.write_text(
        f"{head}<!-- table -->\n{machine()}\n\n{markdown(table, before)}\n\n"
        f"Why a floor is where it is:\n\n{reasons}\n<!-- end -->\n{foot}",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
