"""Print the table of benchmarks."""

import tempfile
from pathlib import Path

from benchmarks import page, prediction
from irisml import FolderRegistry, train_version


def main() -> None:
    """Run all benchmarks, and print one line per benchmark."""
    with tempfile.TemporaryDirectory() as models:
        train_version(FolderRegistry(models))
        table = [*prediction.rows(), *page.rows(Path(models))]
    print(f"{'':<72}{'left':>10}{'right':>10}{'ratio':>8}")
    for name, left, right in table:
        print(f"{name:<72}{left:>10.3f}{right:>10.3f}{left / right:>8.2f}")


if __name__ == "__main__":
    main()
