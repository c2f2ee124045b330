"""Where the packed front end is, and what it depends on; imports neither Streamlit nor the rest of this package."""

import hashlib
import importlib.metadata
import importlib.util
import json
import sysconfig
from pathlib import Path

PACKED = Path(sysconfig.get_path("data")) / "share" / "irisml" / "front-end"
"""In the environment whose Streamlit it was made from, on a laptop and in the image."""
DOCUMENT = "/index.html"
MADE_FROM = "made-from.json"
SUFFIXES = {"br": ".br", "gzip": ".gz"}
"""Encodings of a packed file, best first, and the ending of its name."""


def streamlit_files() -> dict[str, Path]:
    """Return the files of Streamlit's page by URL path; Streamlit itself is not imported.

    Examples
    --------
    >>> any(url.startswith("/static/js/index.") for url in streamlit_files())
    True
    """
    package = importlib.util.find_spec("streamlit")
    assert package is not None
    assert package.submodule_search_locations
    root = Path(package.submodule_search_locations[0]) / "static"
    return {f"/{path.relative_to(root).as_posix()}": path for path in sorted(root.rglob("*")) if path.is_file()}


def made_from() -> dict[str, str]:
    """Return what a packed front end depends on: the version of Streamlit, and the way of packing."""
    recipe = hashlib.sha256(Path(__file__).with_name("pack_front_end.py").read_bytes()).hexdigest()
    return {"streamlit": importlib.metadata.version("streamlit"), "recipe": recipe}


def is_packed(folder: Path) -> bool:
    """Whether *folder* holds the front end of the installed Streamlit, packed by this version of the code."""
    try:
        return bool(json.loads((folder / MADE_FROM).read_text(encoding="utf-8")) == made_from())
    except (FileNotFoundError, ValueError):
        return False
