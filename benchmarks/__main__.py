"""Print the table of benchmarks."""

import tempfile
from pathlib import Path

from benchmarks import news, page, prediction
from irisml import FolderRegistry, TrainingConfig, train_version


def main() -> None:
    """Run all benchmarks, and print one line per benchmark."""
    with tempfile.TemporaryDirectory() as models:
        train_version(FolderRegistry(models))
        train_version(FolderRegistry(models), TrainingConfig(random_state=1))
        table = [*prediction.rows(), *page.rows(Path(models)), *news.rows(Path(models), version=1)]
    print(f"{'':<72}{'left':>10}{'right':>10}{'ratio':>8}")
    for name, left, right in table:
        print(f"{name:<72}{left:>10.3f}{right:>10.3f}{left / right:>8.2f}")


if __name__ == "__main__":
    main()
