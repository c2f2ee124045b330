"""benchmarks.row and benchmarks.__main__: the table, and the document that keeps it."""

import json

import pytest

from benchmarks import __main__ as command
from benchmarks.row import Row, markdown, plain

BESIDE = Row("move", "ms", 12.0, 10.0, "bare", 1.0, 1.1, "the page does more")
ALONE = Row("first page", "MiB", 0.79, None, "", 0, 1.2, "scripts")


def test_a_ratio_is_compared_where_there_is_a_baseline_and_else_the_value():
    assert (BESIDE.ratio, BESIDE.compared) == (1.2, 1.2)
    assert (ALONE.ratio, ALONE.compared) == (None, 0.79)


def test_the_last_release_stands_beside_each_measurement():
    """A regression shows; a new measurement has nothing beside it."""
    lines = markdown([BESIDE, ALONE], {"move": 1.05}).splitlines()
    assert lines[2] == "| move | ms | 12 | 10 (bare) | 1.20 | 1.05 | 1.1 – missed | 1 |"
    assert lines[3] == "| first page | MiB | 0.79 | – | – | – | 1.2 | 0 |"
    assert "1.05" in plain([BESIDE], {"move": 1.05}).splitlines()[1]


def test_saving_replaces_the_table_and_keeps_the_rest_of_the_document(tmp_path, monkeypatch):
    document, results = tmp_path / "performance.md", tmp_path / "results.json"
    document.write_text("head\n<!-- table -->\nold\n<!-- end -->\nfoot\n", encoding="utf-8")
    monkeypatch.setattr(command, "DOCUMENT", document)
    monkeypatch.setattr(command, "RESULTS", results)
    command.save([BESIDE], {})
    text = document.read_text(encoding="utf-8")
    assert text.startswith("head\n")
    assert text.endswith("foot\n")
    assert "old" not in text
    assert "| move |" in text
    assert json.loads(results.read_text())["rows"][0]["compared"] == 1.2


@pytest.mark.parametrize("words", [["--save", "--short"], ["--save", "start"]])
def test_a_part_of_a_run_is_not_kept(monkeypatch, words, capsys):
    """It would take the place of the release's table."""
    monkeypatch.setattr("sys.argv", ["bench", *words])
    with pytest.raises(SystemExit):
        command.main()
    assert "--save keeps a whole run" in capsys.readouterr().err


def test_an_unknown_chapter_is_refused(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["bench", "speed"])
    with pytest.raises(SystemExit):
        command.main()
    assert "there is no chapter speed; there are start" in capsys.readouterr().err
