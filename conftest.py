"""What pytest leaves out when it collects doctests: a page is a script that draws when it is imported."""

from pathlib import Path

collect_ignore = [str(file) for file in Path(__file__).parent.glob("web/*/*.py") if file.stem == file.parent.name]
