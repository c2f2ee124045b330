"""Prints the table."""

import tempfile
from pathlib import Path

from benchmarks import page, prediction
from irisml import FolderRegistry, train_version


def main() -> None:
    """Measure all, and print a line each."""
    with tempfile.TemporaryDirectory() as models:
        train_version(FolderRegistry(models))
        table = [*prediction.rows(), *page.rows(Path(models))]
    print(f"{'':<72}{'ours':>10}{'floor':>10}{'ratio':>8}")
    for name, ours, floor in table:
        print(f"{name:<72}{ours:>10.3f}{floor:>10.3f}{ours / floor:>8.2f}")


if __name__ == "__main__":
    main()
