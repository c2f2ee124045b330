"""Scripts of the pages: files beside the code, served under an address with a hash of their content."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import streamlit as st

_WEB = Path(__file__).parents[1]

# Streamlit runs inline code of a component from a blob, where relative imports fail: hence document.baseURI.
_SHIM = """
export default async function (given) {
  const component = { ...given, data: JSON.parse(given.data.json) }
  const addresses = component.data.scripts.map((script) => new URL(script, document.baseURI).href)
  const scripts = await Promise.allSettled(addresses.map((address) => import(address)))
  const cleanups = scripts.map((script) => script.value?.default(component))
  return () => cleanups.forEach((clean) => clean?.())
}
"""


@cache
def scripts() -> dict[str, bytes]:
    """Return the content of each script by its name in the address."""
    contents = (file.read_bytes() for file in sorted(_WEB.rglob("*.js")))
    return {_name(content): content for content in contents}


@cache
def script_address(file: str) -> str:
    """Return the address of a script, relative to the page; *file* is its path within `web`."""
    return f"api/live/{_name((_WEB / file).read_bytes())}"


def _name(content: bytes) -> str:
    return f"{sha256(content).hexdigest()[:16]}.js"


def run_scripts(
    key: str,
    files: Sequence[str],
    data: Mapping[str, object],
    **callbacks: Any,
) -> Any:
    """Mount scripts on the page; return what the component returns.

    Nothing that depends on the visitor is given to the component itself, which all sessions share by its name: words
    and states travel as data.

    Parameters
    ----------
    key : str
        Of the component; unique on the page.
    files : sequence of str
        Paths within `web`; each exports a function of the component.
    data : mapping
        Passed to each script; sent again with each run of the page that changes it.
    callbacks : callable
        ``on_name_change``, called if a script sets the trigger *name*.
    """
    component = st.components.v2.component(
        key.replace("-", "_"),
        js=_SHIM,
        isolate_styles=False,  # no shadow root: the scripts search their ancestors
    )
    # As one string: for a list or a mapping Streamlit imports pandas, to see whether it is a table.
    content = json.dumps({"scripts": [script_address(file) for file in files], **data})
    return component(key=key, data={"json": content}, **callbacks)
