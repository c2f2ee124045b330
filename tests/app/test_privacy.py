"""A visitor's file stays in the visitor's session: not in the registry, the log, or another session."""

from tests.app.app_page import open_page, texts

MARKER = "garden-of-madame-tremblay"
FILE = f"sepal_length,sepal_width,petal_length,petal_width,species,bed\n5.1,3.5,1.4,0.2,setosa,{MARKER}\n"


def test_an_uploaded_row_is_in_no_other_session_registry_or_log(registry, caplog):
    page = open_page("data")
    page.file_uploader[0].upload(f"{MARKER}.csv", FILE.encode(), "text/csv")
    page.run()
    assert "classified 1 flower" in texts(page)
    assert MARKER not in texts(open_page("data"))
    held = [path for path in registry.folder.rglob("*") if path.is_file() and MARKER.encode() in path.read_bytes()]
    assert held == []
    assert MARKER not in caplog.text
