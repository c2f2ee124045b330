"""web.server.front_end and pack_front_end: Streamlit's own page, packed once and served to phones."""

import pytest
import streamlit
from fontTools.ttLib import TTFont
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from web.frame.browser_document import SCRIPTS
from web.frame.page_scripts import script_address
from web.frame.page_styles import styles, styles_address
from web.server import live_files, pack_front_end
from web.server.front_end import FrontEnd
from web.server.packed_files import streamlit_files

PAGE = "<html>Streamlit's own</html>"


@pytest.fixture
def client():
    """Stand in for Streamlit behind the middleware: any path that is no file is its document."""

    def page(request):
        if request.url.path == "/gone":
            return HTMLResponse("gone", 410)
        if "if-none-match" in request.headers or "if-modified-since" in request.headers:
            return Response(status_code=304)
        return HTMLResponse(PAGE[:3], 206) if "range" in request.headers else HTMLResponse(PAGE, headers={"etag": "x"})

    app = Starlette(
        routes=[
            Route("/static/{rest:path}", lambda _: PlainTextResponse("plain")),
            Route("/app/static/figtree.woff2", lambda _: PlainTextResponse("font")),
            Route("/app/static/{rest:path}", lambda _: PlainTextResponse("none", 404)),
            *live_files.routes(""),
            Route("/{rest:path}", page),
        ],
        middleware=[Middleware(FrontEnd)],
    )
    return TestClient(app)


def a_script() -> str:
    """Return the path of Streamlit's main script, as a browser requests it."""
    return next(path for path in streamlit_files() if path.startswith("/static/js/index."))


def get(client, url, encoding="br", **headers):
    return client.get(url, headers={"accept-encoding": encoding, **headers})


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_scripts_are_packed_without_changes(client, encoding):
    """And stay in the browser's cache for a year, under a name that contains their hash."""
    answer = get(client, a_script(), encoding)
    assert answer.headers["content-encoding"] == encoding
    assert answer.headers["vary"] == "accept-encoding"
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.content == streamlit_files()[a_script()].read_bytes()


def test_brotli_is_preferred_and_a_quarter_of_the_size(client):
    answer = get(client, a_script(), "gzip, deflate, br, zstd")
    assert answer.headers["content-encoding"] == "br"
    assert int(answer.headers["content-length"]) < len(answer.content) / 3.5


@pytest.mark.parametrize(
    "headers",
    [
        {"accept-encoding": "identity"},
        {"accept-encoding": ""},
        {"accept-encoding": "gzip;q=0, br;q=0"},
        {"accept-encoding": "zstd"},
        {"accept-encoding": "br", "range": "bytes=0-9"},
    ],
)
def test_a_request_that_accepts_no_packed_file_is_passed_on(client, headers):
    """A range refers to the bytes of the plain file."""
    assert client.get(a_script(), headers=headers).text == "plain"


@pytest.mark.parametrize(
    "path",
    [
        "/static/none.js",
        f"/static/{'x' * 300}.js",
        f"{a_script()}.br",
        f"{a_script()}.gz",
    ],
)
def test_other_paths_are_passed_on(client, path):
    assert get(client, path).text == "plain"


def test_an_html_file_that_is_offered_for_download_is_passed_on(client):
    """It is not a page of the app: the report of a version."""
    assert get(client, "/media/6e1e1cd0.html").text == "<html>Streamlit's own</html>"


def test_the_document_names_every_script_of_the_landing_page_once(client):
    """Also those that a script imports; every one exists. The font that the theme replaces is not in it."""
    page = get(client, "/").text
    links = [part.split('"')[0] for part in page.split('href="./static/js/')[1:]]
    assert len(links) == len(set(links))
    assert {link.split(".")[0] for link in links} >= {"Slider", "BidiComponent", "StreamlitMarkdown", "useFormReset"}
    assert [link for link in links if f"/static/js/{link}" not in streamlit_files()] == []
    assert "SourceSans" not in page
    assert all(
        f'<link rel="modulepreload" fetchpriority="low" href="./{script_address(file)}">' in page for file in SCRIPTS
    )
    assert 'src="./static/js/index.' in page


def test_the_name_of_the_app_is_there_before_the_scripts(client):
    """With its logo and its colours, and nothing that would have to be loaded."""
    opening = get(client, "/").text.split('<div id="root">')[1].split("</div>")[0]
    assert ">irisml</p>" in opening
    assert 'src="data:image/svg+xml;base64,' in opening
    assert "url(" not in opening


@pytest.mark.parametrize("path", ["/", "/quality", "/no-such-page"])
def test_every_page_gets_the_packed_document(client, path):
    """It is asked for again at each visit, because its name has no hash."""
    answer = get(client, path, "gzip")
    assert PAGE not in answer.text
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "etag" not in answer.headers


@pytest.mark.parametrize(
    "condition",
    [{"if-none-match": "x"}, {"if-modified-since": "Thu, 26 Nov 2026 00:00:00 GMT"}, {"range": "bytes=0-9"}],
)
def test_a_browser_that_still_has_streamlits_document_gets_ours(client, condition):
    """It would have no styles."""
    answer = get(client, "/quality", "gzip", **condition)
    assert (answer.status_code, "irisml" in answer.text) == (200, True)


@pytest.mark.parametrize("url", ["/", a_script()])
def test_the_head_is_that_of_the_whole_answer(client, url):
    """Without its body."""
    head, whole = (client.request(method, url, headers={"accept-encoding": "gzip"}) for method in ("HEAD", "GET"))
    assert head.content == b""
    assert head.headers == whole.headers


def test_the_document_does_not_name_an_interface_that_is_off(client):
    page = get(client, "/").text
    assert "agent" not in page
    assert page.count("<noscript>") == 1


def test_an_error_page_is_passed_on(client):
    assert (get(client, "/gone").status_code, get(client, "/gone").text) == (410, "gone")


def test_a_packed_file_is_read_once(client, monkeypatch):
    """Also 200 phones that ask for it do not read the disk."""
    first = get(client, a_script()).content
    monkeypatch.setattr("pathlib.Path.read_bytes", lambda path: 1 / 0)
    assert get(client, a_script()).content == first


def test_a_packed_file_that_cannot_be_read_is_streamlits(client, monkeypatch, caplog):
    def fail(path):
        raise PermissionError(13, "no", str(path))

    get(client, "/")
    monkeypatch.setattr("pathlib.Path.read_bytes", fail)
    assert get(client, a_script()).text == "plain"
    assert "cannot be read" in caplog.text


def test_a_browser_that_takes_no_compression_gets_the_same_document(client):
    answer = get(client, "/", "identity")
    assert "content-encoding" not in answer.headers
    assert answer.content == get(client, "/", "gzip").content


def test_the_document_links_the_styles_behind_streamlits(client):
    """Compressed, cached for a year, under a name that contains their hash."""
    page = get(client, "/").text
    root, link = page.index('id="root"'), page.rindex('<link rel="stylesheet" href="./')
    assert root < link
    answer = get(client, "/" + page[link:].split('href="./')[1].split('"')[0], "gzip")
    assert answer.content == styles()
    assert answer.headers["content-encoding"] == "gzip"
    assert "immutable" in answer.headers["cache-control"]
    assert client.get("/api/live/0123456789abcdef.css").status_code == 404


def test_the_apps_fonts_stay_in_the_cache(client):
    assert "max-age=2592000" in get(client, "/app/static/figtree.woff2").headers["cache-control"]
    assert "cache-control" not in get(client, "/app/static/none.woff2").headers


def icons(path) -> set[str]:
    """Return the names of a font's icons, each a ligature of letters."""
    with TTFont(path) as font:
        letters = {glyph: chr(code) for code, glyph in font.getBestCmap().items()}
        return {
            "".join(letters[glyph] for glyph in (first, *ligature.Component))
            for lookup in font["GSUB"].table.LookupList.Lookup
            for table in lookup.SubTable
            for first, ligatures in getattr(table, "ExtSubTable", table).ligatures.items()
            for ligature in ligatures
        }


def test_every_icon_that_a_script_names_is_in_the_packed_font(client, tmp_path):
    """A missing one would be drawn as its name."""
    url = next(url for url in streamlit_files() if "MaterialSymbols" in url)
    (tmp_path / "packed.woff2").write_bytes(get(client, url).content)
    packed, whole = icons(tmp_path / "packed.woff2"), icons(streamlit_files()[url])
    named = set()
    for path in streamlit_files().values():
        if path.suffix == ".js":
            words = path.read_text().replace("'", '"').replace("`", '"').split('"')
            named |= whole & {word.removeprefix(":material/").removesuffix(":") for word in words}
    assert {"close", "menu", "keyboard_double_arrow_left"} & named
    assert named - packed == set()
    assert (tmp_path / "packed.woff2").stat().st_size < streamlit_files()[url].stat().st_size / 5


def test_the_icon_font_ignores_words_that_are_no_icons():
    font = next(path for url, path in streamlit_files().items() if "MaterialSymbols" in url)
    assert pack_front_end.icon_font(font, {"close", "no-such-icon"}) == pack_front_end.icon_font(font, {"close"})


def test_without_a_packed_front_end_streamlit_serves_its_own_files(tmp_path, caplog):
    """With the styles all the same; the log says how to pack."""
    app = Starlette(
        routes=[
            Route("/static/{rest:path}", lambda _: PlainTextResponse("plain")),
            Route("/{rest:path}", lambda _: HTMLResponse(PAGE)),
        ],
        middleware=[Middleware(FrontEnd, folder=tmp_path / "none")],
    )
    client = TestClient(app)
    assert get(client, a_script()).text == "plain"
    assert styles_address() in get(client, "/").text
    assert "run.py pack" in caplog.text


@pytest.fixture
def small_streamlit(tmp_path, monkeypatch):
    """A front end of one script, which is packed at once."""
    (tmp_path / "index.html").write_text("<head></head><body></body>")
    (tmp_path / "Slider.a.js").write_text("let x = 1")
    files = {"/index.html": tmp_path / "index.html", "/static/js/Slider.a.js": tmp_path / "Slider.a.js"}
    monkeypatch.setattr(pack_front_end, "streamlit_files", lambda: files)


def test_an_interrupted_packing_leaves_nothing(small_streamlit, tmp_path, monkeypatch):
    def fail(*args, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(pack_front_end.gzip, "compress", fail)
    with pytest.raises(KeyboardInterrupt):
        pack_front_end.pack(tmp_path / "share/packed")
    assert list((tmp_path / "share").iterdir()) == []


def test_of_two_that_pack_at_once_one_is_taken(small_streamlit, tmp_path):
    """The folder that is there stays as it is: a server may read it."""
    target = tmp_path / "share/packed"
    pack_front_end.pack(target)
    before = target.stat().st_ino
    pack_front_end.pack(target)
    assert target.stat().st_ino == before
    assert sorted(path.name for path in target.rglob("*.js.*")) == ["Slider.a.js.br", "Slider.a.js.gz"]
    assert list((tmp_path / "share").iterdir()) == [target]


def test_it_works_below_a_base_path(client):
    streamlit.config.set_option("server.baseUrlPath", "iris")
    try:
        assert get(client, f"/iris{a_script()}").headers["content-encoding"] == "br"
    finally:
        streamlit.config.set_option("server.baseUrlPath", "")
