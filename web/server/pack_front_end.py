"""Make Streamlit's own page light, once, when the app is installed or its image is built: ``poe pack``.

Streamlit sends its scripts uncompressed, 3 MB for the landing page, and a browser learns of them one after the other.
A packed front end holds each of these files compressed as far as possible, an icon font without the icons that no
script names, and a document that names at once every script of the landing page.
"""

import gzip
import io
import re
import string
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import brotli
from fontTools import subset

from web.server.packed_files import DOCUMENT, SUFFIXES, packed_folder, streamlit_files

FIRST_PAGE = (
    "BidiComponent", "Button", "ButtonGroup", "Html", "Slider", "StreamlitMarkdown", "rehype-raw",
)  # fmt: skip
"""Scripts that Streamlit loads when an element of the landing page is drawn for the first time."""
_NOT_DRAWN = re.compile(
    "DeckGl|ECharts|GraphViz|Vega|vega|embed|SyntaxHighlighter|katex|mermaid|[dD]iagram|elk-|cose-|cytoscape|swimlanes"
    "|chunk-|expression|ColorPicker|DateField"
    "|Mermaid|architecture|timeline|mindmap|kanban|definition|gitGraph|sankey|dagre|rough|JsonView"
    "|wavesurfer|Audio|Camera|ChatInput|Video|Snow|Balloons|Particles|DateTime"
)
"""Scripts of maps, graphs, formulas, code and media, which no page draws: half of the bytes. Streamlit serves them."""
_IMPORT = re.compile(r"""(?:import|from)\s*["']\./([\w.-]+\.js)["']""")
_ICON = re.compile(r"""["'`](?::?material/)?([a-z0-9_]+):?["'`]""")
_FONT_FACE = re.compile(r"@font-face\{font-family:Source (?:Sans|Serif)[^}]*\}")
"""A page wears it only until the theme of .streamlit/config.toml is there, and would load it all the same."""
_FONT_LINK = re.compile(r'<link\s+rel="preload"[^>]*as="font"[^>]*/?>\s*')


def pack(target: Path) -> None:
    """Write the packed front end of the installed Streamlit; of several processes, one does."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as temporary:
        draft = Path(temporary) / "draft"
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda item: _write(draft, *item), _contents()))
        try:
            draft.rename(target)
        except OSError:
            if not target.is_dir():
                raise


def _contents() -> Iterator[tuple[str, bytes]]:
    files = streamlit_files()
    scripts = {path.name: path.read_text(encoding="utf-8") for path in files.values() if path.suffix == ".js"}
    for url, path in files.items():
        if path.suffix == ".js" and not _NOT_DRAWN.search(path.name):
            yield url, path.read_bytes()
        elif path.suffix == ".css":
            yield url, _FONT_FACE.sub("", path.read_text(encoding="utf-8")).encode()
        elif path.name.startswith("MaterialSymbols"):
            yield url, icon_font(path, named_icons(scripts.values()))
    yield DOCUMENT, document(files[DOCUMENT].read_text(encoding="utf-8"), scripts).encode()


def _write(folder: Path, url: str, content: bytes) -> None:
    path = folder / url.lstrip("/")
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix in (".woff2", ".html"):  # one is compressed by its format, the other is completed by the server
        path.write_bytes(content)
        return
    (path.parent / f"{path.name}{SUFFIXES['br']}").write_bytes(brotli.compress(content, mode=brotli.MODE_TEXT))
    (path.parent / f"{path.name}{SUFFIXES['gzip']}").write_bytes(gzip.compress(content, 9, mtime=0))


def document(page: str, scripts: Mapping[str, str]) -> str:
    """Return Streamlit's document without the font that this app replaces, and with every script of the landing page.

    Examples
    --------
    >>> page = '<head><script src="./static/js/index.a.js"></script></head>'
    >>> document(page, {"Slider.b.js": 'import "./lib.c.js"', "lib.c.js": "", "Table.d.js": ""}).count("modulepreload")
    2
    """
    roots = [name for name in scripts if name.split(".")[0] in FIRST_PAGE]
    links = "".join(
        f'<link rel="modulepreload" fetchpriority="low" crossorigin href="./static/js/{name}">'
        for name in _needed(roots, scripts)
        if f"/{name}" not in page
    )
    return _FONT_LINK.sub("", page).replace("</head>", f"{links}</head>")


def _needed(roots: Sequence[str], scripts: Mapping[str, str]) -> list[str]:
    """Return scripts and all that they import, each once."""
    needed: dict[str, None] = {}
    left = list(roots)
    while left:
        name = left.pop()
        if name in scripts and name not in needed:
            needed[name] = None
            left += _IMPORT.findall(scripts[name])
    return list(needed)


def named_icons(scripts: Iterable[str]) -> set[str]:
    """Return every word in quotes that may be the name of an icon.

    Examples
    --------
    >>> sorted(named_icons(['f("menu"),g(":material/close:")']))
    ['close', 'menu']
    """
    return {name for text in scripts for name in _ICON.findall(text)}


def icon_font(path: Path, names: Set[str]) -> bytes:
    """Return the font of Material icons with the icons of these names only; other names in *names* are ignored."""
    options = subset.Options(flavor="woff2", layout_features=["*"], notdef_outline=True, layout_closure=False)
    with subset.load_font(str(path), options) as font:
        letters = {glyph: chr(code) for code, glyph in font.getBestCmap().items()}
        icons = [
            ligature.LigGlyph
            for lookup in font["GSUB"].table.LookupList.Lookup
            for table in lookup.SubTable
            for first, ligatures in getattr(table, "ExtSubTable", table).ligatures.items()
            for ligature in ligatures
            if "".join(letters[glyph] for glyph in (first, *ligature.Component)) in names
        ]
        subsetter = subset.Subsetter(options)
        subsetter.populate(glyphs=icons, text=string.ascii_lowercase + string.digits + "_")
        subsetter.subset(font)
        packed = io.BytesIO()
        font.flavor = "woff2"
        font.save(packed)
    return packed.getvalue()


def main() -> None:
    """Pack the front end, unless it is there already; without it the app works, too, so a failure ends nothing."""
    if packed_folder().is_dir():
        return
    sys.stdout.write("Packing Streamlit's page (once, half a minute) ...\n")
    sys.stdout.flush()
    try:
        pack(packed_folder())
    except OSError as error:
        sys.stderr.write(
            f"Streamlit's page could not be packed: {error}. It is served as it is, with four times the bytes.\n"
        )


if __name__ == "__main__":
    main()
