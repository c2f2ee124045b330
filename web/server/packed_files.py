"""Where the packed front end is; imports neither Streamlit nor the rest of this package."""

import hashlib
import importlib.metadata
import importlib.util
import sysconfig
from pathlib import Path

DOCUMENT = "/index.html"
SUFFIXES = {"br": ".br", "gzip": ".gz"}
"""Encodings of a packed file, best first, and the ending of its name."""


def packed_folder() -> Path:
    """Return the folder of the packed front end, in the environment whose Streamlit it is made from.

    Its name contains the version of Streamlit and a hash of the code that packs. It is renamed into place when it is
    complete, so it is there as a whole or not at all, and never changes.

    Examples
    --------
    >>> importlib.metadata.version("streamlit") in packed_folder().name
    True
    """
    recipe = hashlib.sha256(Path(__file__).with_name("pack_front_end.py").read_bytes()).hexdigest()
    name = f"{importlib.metadata.version('streamlit')}-{recipe[:12]}"
    return Path(sysconfig.get_path("data")) / "share" / "irisml" / "front-end" / name


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
