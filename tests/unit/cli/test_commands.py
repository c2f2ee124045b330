"""irisml.cli.commands: exit codes, one-line errors, JSON."""

import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from irisml import FEATURES, SPECIES, FolderRegistry
from irisml.cli.commands import main
from irisml.monitoring.event_files import EventWriter, events_folder
from irisml.releases.champion import promote
from tests.unit.data.flowers import drawn
from tests.unit.monitoring.halls import DRIFTS, event, hall

FLOWER = ["5.1", "3.5", "1.4", "0.2"]


@pytest.fixture
def run(registry):
    """Run the command on the registry of two versions."""
    return lambda *words: CliRunner().invoke(main, [*words])


def content(registry):
    """Return all files of a registry, to check that nothing was written."""
    return {path: path.read_bytes() for path in registry.folder.rglob("*") if path.is_file()}


def test_predict_prints_species_probabilities_and_version(run):
    result = run("predict", *FLOWER)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[:2] == ["Iris setosa (model version 2)", "  setosa     100.0%  5 of 5 trees"]


def write_events(registry, n, drift=lambda x, species: x):
    events = [event(x, time=time.time(), species="setosa" if x[2] < 2.5 else "virginica") for x in hall(n, 0, drift)]
    EventWriter(events_folder(str(registry.folder))).write(events)


def test_watch_without_an_alarm_is_0_and_says_too_few(run, registry):
    write_events(registry, 29)
    result = run("watch", "--json")
    told = json.loads(result.stdout)
    assert (result.exit_code, told["n"], told["too_few"], told["alarm"]) == (0, 29, True, False)
    assert "Too few to say: 29 of at least 30 answers." in run("watch").stdout


def test_watch_with_an_alarm_is_1(run, registry):
    write_events(registry, 60, DRIFTS["mm"])
    result = run("watch", "--json")
    told = json.loads(result.stdout)
    assert (result.exit_code, told["n"], told["too_few"], told["alarm"]) == (1, 60, False, True)
    assert [drift["feature"] for drift in told["drift"] if drift["direction"] == "larger"] == ["petal_width"]
    assert "ALARM. Label some of these flowers" in run("watch").stdout


def test_watch_of_a_champion_that_is_too_old_is_1(run, registry):
    assert run("watch", "--max-age", "1").exit_code == 0
    result = run("watch", "--max-age", "0")
    assert (result.exit_code, "STALE" in result.stdout) == (1, True)
    assert json.loads(run("watch", "--max-age", "0", "--json").stdout)["stale"] is True


def test_watch_counts_only_the_last_hours(run, registry):
    write_events(registry, 40)
    assert json.loads(run("watch", "--json", "--hours", "0.01").stdout)["n"] == 40
    writer = EventWriter(events_folder(str(registry.folder)))
    writer.write([event(time=time.time() - 7200)])
    assert json.loads(run("watch", "--json", "--hours", "1").stdout)["n"] == 40
    assert json.loads(run("watch", "--json").stdout)["n"] == 41


def test_a_version_can_wait_as_challenger(run, registry):
    result = run("train", "--n-estimators", "5", "--random-state", "2", "--as-challenger", "--json")
    told = json.loads(result.stdout)
    assert (told["passed"], told["promoted"], told["outcome"]) == (True, False, "challenger")
    assert registry.releases().champion == 2
    assert registry.alias("challenger") == told["version"]
    assert run("train", "--as-challenger", "--must-promote").exit_code == 2


def test_watch_of_events_that_cannot_be_read_is_2_and_no_verdict(run, registry):
    folder = events_folder(str(registry.folder))
    folder.write_text("a file where the folder should be")
    result = run("watch")
    assert result.exit_code == 2
    assert "cannot be read" in result.stderr


def test_predict_json_prints_one_object(run):
    told = json.loads(run("predict", *FLOWER, "--json").stdout)
    assert told["species"] == "setosa"
    assert told["probabilities"] == {"setosa": 1.0, "versicolor": 0.0, "virginica": 0.0}
    assert told["votes"] == {"setosa": 5, "versicolor": 0, "virginica": 0}
    assert told["version"] == 2


def test_a_flower_outside_the_training_range_is_cautioned(run):
    """A petal of 8 cm is longer than any in the training data."""
    assert (
        "Caution: the petal length is outside the range of the training flowers."
        in run("predict", "5.1", "3.5", "8", "0.2").stdout
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["5.1", "3.5", "1.4"], "3 numbers were given"),
        (["5.1", "3.5", "1.4", "0.2", "7"], "5 numbers were given"),
        (["5.1", "3.5", "wide", "0.2"], 'petal_length is "wide", which is not a finite number'),
        (["5.1", "3.5", "nan", "0.2"], 'petal_length is "nan"'),
        (["51", "35", "14", "2"], "sepal_length is 51.0 cm, but an iris has"),
        (["-5.1", "3.5", "1.4", "0.2"], "sepal_length is -5.1 cm"),
        (["5.1", "3.5", "1.4", "0.2", "--jsn"], "No such option"),
        ([], "Give four lengths in cm, or --csv FILE"),
        (["--csv", "no-such.csv"], "no-such.csv cannot be read"),
    ],
)
def test_invalid_input_is_one_sentence_and_exit_code_2(run, registry, words, message):
    """On standard error; nothing on standard output, nothing written, no traceback."""
    before = content(registry)
    result = run("predict", *words)
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    assert content(registry) == before


def test_each_row_of_a_csv_file_is_predicted(run, tmp_path):
    """As CSV, and as a JSON list."""
    file = tmp_path / "flowers.csv"
    file.write_text("5.1,3.5,1.4,0.2,setosa\n6.5,3.0,5.6,2.1,virginica\n")
    lines = run("predict", "--csv", str(file)).stdout.splitlines()
    assert lines[0] == (
        "line_in_file,species,sepal_length,sepal_width,petal_length,petal_width,"
        "predicted_species,p_setosa,p_versicolor,p_virginica,outside_training_range"
    )
    assert lines[1] == "1,setosa,5.1,3.5,1.4,0.2,setosa,1.0,0.0,0.0,"
    told = json.loads(run("predict", "--csv", str(file), "--json").stdout)
    assert [(row["line"], row["label"], row["species"]) for row in told] == [
        (1, "setosa", "setosa"),
        (2, "virginica", "virginica"),
    ]


def test_a_csv_file_can_be_read_from_standard_input(registry):
    """In any supported encoding."""
    result = CliRunner().invoke(main, ["predict", "--csv", "-"], input="5,1;3,5;1,4;0,2\n".encode("utf-16"))
    assert result.exit_code == 0
    assert result.stdout.splitlines()[1].startswith("1,5.1,3.5,1.4,0.2,setosa,")


HEAD = "sepal_length,sepal_width,petal_length,petal_width,species"


def test_invalid_rows_and_labels_do_not_stop_the_others(run, tmp_path):
    """Valid rows are predicted; the others are listed by line, with exit code 3."""
    file = tmp_path / "flowers.csv"
    file.write_text(f"{HEAD}\n5.1,3.5,x,0.2,setosa\n5.1,3.5,1.4,0.2,virginica\n6.1,2.7,4.3,1.2,versicolo\n6,3,4,1,\n")
    result = run("predict", "--csv", str(file))
    assert result.exit_code == 3
    assert [line.split(",")[0] for line in result.stdout.splitlines()[1:]] == ["3", "4", "5"]
    assert 'Rows without a prediction: 1 of 4.\n  line 2: petal_length is "x"' in result.stderr
    assert (
        'Labels that are not a species: 1. These flowers are predicted, not scored.\n  line 4: "versicolo"'
        in result.stderr
    )
    assert "Classified correctly: 0 of 1 labelled flowers (95 % 0.00 to 0.79); 2 have no label." in result.stderr
    assert "  line 3: virginica, predicted setosa" in result.stderr


def test_an_invalid_label_alone_is_not_a_failure(run, tmp_path):
    """Every flower has its prediction."""
    file = tmp_path / "flowers.csv"
    file.write_text(f"{HEAD}\n5.1,3.5,1.4,0.2,tulip\n")
    assert run("predict", "--csv", str(file)).exit_code == 0


def test_strict_refuses_a_file_with_an_invalid_row_or_label(run, tmp_path):
    """All of them are listed, and nothing is predicted."""
    file = tmp_path / "flowers.csv"
    file.write_text(f"{HEAD}\n5.1,3.5,x,0.2,setosa\n5.1,3.5,1.4,0.2,tulip\n5.1,3.5,99,0.2,setosa\n")
    result = run("predict", "--csv", str(file), "--strict")
    assert (result.exit_code, result.stdout) == (2, "")
    for words in ('line 2: petal_length is "x"', 'line 3: "tulip" is not a species', "line 4: petal_length is 99.0 cm"):
        assert words in result.stderr


def test_a_file_without_a_valid_row_is_refused(run, tmp_path):
    file = tmp_path / "flowers.csv"
    file.write_text(f"{HEAD}\nx,3.5,1.4,0.2,setosa\n")
    assert run("predict", "--csv", str(file)).exit_code == 2


def test_at_most_100_invalid_rows_are_listed(run, tmp_path):
    file = tmp_path / "flowers.csv"
    file.write_text("5.1,3.5,1.4,0.2\n" + "x,3.5,1.4,0.2\n" * 150)
    result = run("predict", "--csv", str(file))
    assert result.exit_code == 3
    assert "  ... and 50 more" in result.stderr


def test_flowers_of_a_file_outside_the_training_range_are_cautioned(run, tmp_path):
    """In a summary, and in the row."""
    file = tmp_path / "flowers.csv"
    file.write_text("12.0,3.3,1.5,0.3\n")
    result = run("predict", "--csv", str(file))
    assert "Caution: 1 of 1 flowers are outside" in result.stderr
    assert result.stdout.splitlines()[1].endswith(",sepal_length")


def test_lengths_may_have_a_decimal_comma_or_a_unit(run):
    """As in a file."""
    assert run("predict", "5,1", "35mm", "1.4cm", "0,2").stdout.startswith("Iris setosa")


def test_a_flower_together_with_a_file_is_refused(run):
    assert run("predict", *FLOWER, "--csv", "x.csv").exit_code == 2


def test_train_prints_accuracy_with_n_and_interval(run):
    """As the line of the talk, with n and interval."""
    result = run("train", "--n-estimators", "5", "--random-state", "2")
    assert result.exit_code == 0
    assert result.stdout.startswith("Accuracy on the test set: 0.")
    assert " of 30, 95 % 0." in result.stdout
    assert "Version 3 is champion now" in result.stdout


def test_train_json_prints_one_object(run):
    """The pipeline reads it."""
    told = json.loads(run("train", "--n-estimators=5", "--random-state=2", "--json").stdout)
    assert (told["version"], told["n_test"], told["promoted"]) == (3, 30, True)
    assert told["accuracy"] == told["n_correct"] / 30
    assert told["interval"][0] < told["accuracy"] < told["interval"][1]
    assert len(told["reasons"]) == 6


def test_train_with_json_progress_prints_one_object_per_line(run):
    """The training job reads them: progress, and the result at the end."""
    lines = [json.loads(line) for line in run("train", "--n-estimators=2", "--progress=json").stdout.splitlines()]
    assert lines[0] == {"event": "progress", "step": "fit", "done": 0, "of": 51}
    assert lines[-2]["step"] == "save"
    assert (lines[-1]["event"], lines[-1]["version"]) == ("result", 3)


def test_must_promote_fails_if_the_gate_refuses_the_version(run, registry):
    """A tree of depth 1: exit code 1, without the option 0. The version is kept as challenger."""
    stump = ["train", "--model-type", "decision_tree", "--max-depth", "1"]
    result = run(*stump, "--must-promote")
    assert result.exit_code == 1
    assert "was refused by the gate" in result.stderr
    assert run(*stump).exit_code == 0
    assert (registry.alias("champion"), registry.alias("challenger")) == (2, 4)


@pytest.mark.parametrize(
    "option", [["--n-estimators", "0"], ["--max-depth", "31"], ["--model-type", "perceptron"], ["--random-state", "-1"]]
)
def test_an_invalid_parameter_trains_nothing(run, registry, option):
    """Exit code 2, and no new version."""
    assert run("train", *option).exit_code == 2
    assert len(registry.versions()) == 2


def test_versions_are_listed_with_their_aliases(run):
    told = json.loads(run("versions", "--json").stdout)
    assert [(row["version"], row["aliases"]) for row in told] == [(1, ["previous"]), (2, ["champion"])]
    assert run("versions").stdout.splitlines()[1].endswith("champion")


def test_an_empty_registry_is_explained(empty_registry):
    """With the command to train; predict exits with 2."""
    empty = CliRunner()
    assert 'Train one with "irisml train"' in empty.invoke(main, ["versions"]).stdout
    asked = empty.invoke(main, ["predict", *FLOWER])
    assert (asked.exit_code, asked.stdout) == (2, "")
    assert "There is no version champion" in asked.stderr


def test_promote_and_roll_back(run, registry):
    assert run("promote", "1", "--reason", "older is wiser").stdout == "Version 1 is champion now.\n"
    last = registry.releases().releases[-1]
    assert (last.reason, last.by.kind) == ("older is wiser", "command line")
    assert run("rollback").stdout == "Version 2 is champion again.\n"
    assert run("rollback").stdout == "Version 1 is champion again.\n"


def test_a_reason_that_is_not_valid_text_changes_nothing(run, registry):
    """A Latin-1 terminal gives bytes that are not UTF-8: exit code 2, and the champion stays."""
    for words in (["promote", "1"], ["rollback"]):
        result = run(*words, "--reason", "d\udce9mo")
        assert (result.exit_code, result.stdout) == (2, "")
        assert "bytes that are not text" in result.stderr
    assert registry.releases().last == 2


def test_a_forced_promotion_needs_a_reason(run, registry):
    """The history records the reason."""
    result = run("promote", "1", "--force")
    assert result.exit_code == 2
    assert "requires a reason; it is kept in the history. Give one." in result.stderr
    assert registry.releases().last == 2


def test_a_version_whose_champion_changed_meanwhile_is_not_called_refused(run, registry, monkeypatch):
    """It passed the gate; the log of the pipeline has the actual reason."""
    register = FolderRegistry.register

    def slowly(self, candidate):
        promote(self, 1, "meanwhile")
        return register(self, candidate)

    monkeypatch.setattr(FolderRegistry, "register", slowly)
    result = run("train", "--n-estimators=5", "--random-state=2", "--must-promote")
    assert result.exit_code == 1
    assert "passed the gate, but meanwhile another version became champion" in result.stderr


def test_an_unwritable_registry_is_reported_before_the_training(tmp_path, monkeypatch):
    """A training takes a minute."""
    monkeypatch.setattr("irisml.jobs.pipeline.train", lambda *_: pytest.fail("it trained"))
    (tmp_path / "file").write_text("")
    result = CliRunner().invoke(main, ["--registry", str(tmp_path / "file"), "train"])
    assert result.exit_code == 1
    assert "cannot be used" in result.stderr


@pytest.mark.parametrize("words", [["promote", "9"], ["evaluate", "9"], ["check", "nobody"]])
def test_an_unknown_version_exits_with_2(run, words):
    result = run(*words)
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: There is no version")


def test_nothing_to_roll_back_exits_with_1(run, registry):
    assert run("rollback").exit_code == 0
    assert run("rollback").exit_code == 1


def test_evaluate_prints_all_metrics(run):
    """Both accuracies, the spread over splits, the confusion matrix, misclassified rows."""
    text = run("evaluate").stdout
    for words in (
        "Accuracy on the test set",
        "out of fold",
        "Luck of the split",
        "Confusion matrix",
        "precision",
        "row 83",
    ):
        assert words in text
    told = json.loads(run("evaluate", "1", "--json").stdout)
    assert told["version"] == 1
    assert sum(map(sum, told["confusion"])) == told["n_test"] == 30
    assert len(told["cross_validation"]["split_accuracies"]) == 50


def test_check_runs_three_checks_and_exits_with_1_if_one_fails(run, registry):
    result = run("check")
    assert result.exit_code == 0
    assert result.stdout.count("passed") == 3
    (registry.folder / "versions/0002/model.joblib").write_bytes(b"")
    failed = run("check")
    assert failed.exit_code == 1
    assert "FAILED" in failed.stdout
    assert [check["passed"] for check in json.loads(run("check", "1", "--json").stdout)] == [True] * 3


def test_an_unusable_registry_is_one_line_and_exit_code_1(tmp_path):
    (tmp_path / "file").write_text("")
    result = CliRunner().invoke(main, ["--registry", str(tmp_path / "file"), "predict", *FLOWER])
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ")
    assert "cannot be used: Not a directory" in result.stderr


def test_the_registry_can_be_given_as_an_option(run, tmp_path):
    said = run("--registry", str(tmp_path / "other"), "versions").stdout
    assert f"no version in {tmp_path / 'other'} yet" in said


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_an_output_error_is_one_line(registry):
    """As for a full disk behind a redirection."""
    command = [sys.executable, "-m", "irisml", "versions"]
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert ran.returncode == 1
    assert ran.stderr.startswith("Error: The output cannot be written: No space left on device")
    assert "Traceback" not in ran.stderr


def csv_of(tmp_path, dataset) -> str:
    rows = zip(dataset.X.tolist(), dataset.y.tolist(), strict=True)
    lines = [",".join([*map(str, x), SPECIES[y]]) for x, y in rows]
    file = tmp_path / "flowers.csv"
    file.write_text("\n".join([",".join((*FEATURES, "species")), *lines]))
    return str(file)


def test_a_data_set_is_checked_added_listed_and_shown(run, registry, tmp_path):
    file = csv_of(tmp_path, drawn(5, 17))
    assert run("data", "check", file, "--append").exit_code == 0
    assert len(registry.datasets()) == 1
    added = run("data", "add", file, "--append", "--source=a walk")
    assert (added.exit_code, "Data set 2 has 201 flowers" in added.stdout) == (0, True)
    assert "Note: the rows of the file are rows 151 to 201." in added.stderr
    told = json.loads(run("data", "list", "--json").stdout)
    assert [(one["number"], one["n_samples"], one["source"]) for one in told][1] == (2, 201, "a walk")
    assert "201 flowers" in run("data", "list").stdout
    shown = run("data", "show", "2")
    assert "Made from data set 1" in shown.stdout
    assert "passed   labels" in shown.stdout
    assert "Learning curve" in run("data", "show", "1").stdout
    study = json.loads(run("data", "show", "1", "--json").stdout)["study"]
    assert study["learning_curve"][-1]["n_train"] == 120
    assert json.loads(run("train", "--n-estimators=5", "--data=2", "--json").stdout)["dataset"] == 2


def test_refused_data_exits_with_1_and_its_reasons_and_nothing_is_added(run, registry, tmp_path):
    new = drawn(6, 17)
    file = csv_of(tmp_path, replace(new, y=(new.y + 1) % 3))
    checked = run("data", "check", file, "--append", "--json")
    assert checked.exit_code == 1
    refused = {
        check["rule"] for check in json.loads(checked.stdout) if not check["passed"] and check["severity"] == "refuse"
    }
    assert "labels" in refused
    before = content(registry)
    added = run("data", "add", file, "--append", "--source=careless")
    assert (added.exit_code, content(registry) == before) == (1, True)
    assert "The data checks refused this data set" in added.stderr
    assert run("data", "add", file, "--append", "--source=careless", "--force").exit_code == 2
    forced = run("data", "add", file, "--append", "--source=careless", "--force", "--reason=to see")
    assert (forced.exit_code, registry.dataset(2).record.reason) == (0, "to see")


@pytest.mark.parametrize("words", [("check", "no-such-file.csv"), ("show", "7"), ("check", "7")])
def test_data_that_cannot_be_read_exits_with_2(run, words):
    result = run("data", *words)
    assert (result.exit_code, result.stderr.startswith("Error: ")) == (2, True)


def test_a_damaged_data_set_cannot_be_read_which_is_not_a_refusal(run, registry, tmp_path):
    assert run("data", "add", csv_of(tmp_path, drawn(5, 17)), "--append", "--source=a walk").exit_code == 0
    (registry.folder / "datasets/0002/flowers.csv").write_text("altered")
    checked = run("data", "check", "2")
    assert (checked.exit_code, "flowers.csv was altered" in checked.stderr) == (2, True)


def test_evaluate_json_holds_the_yardsticks_by_name(run):
    told = json.loads(run("evaluate", "--json").stdout)["yardsticks"]
    low, high = told["linear discriminant"].pop("interval")
    assert told["linear discriminant"] == {"n_correct": 147, "n": 150}
    assert 0.94 < low < 0.95 < high < 1


def test_the_acts_are_listed_and_say_what_caught_them(run):
    assert "pickle_bomb" in run("act").stdout
    told = run("act", "pickle_bomb")
    assert (told.exit_code, "Caught by: hash" in told.stdout) == (0, True)
    assert run("act", "magic").exit_code == 2


def test_the_report_is_markdown_or_a_page(run, tmp_path, registry):
    printed = run("report", "1", "--against", "2").stdout
    assert "## Disagreements" in printed
    for name, start in (("report.md", b"# Version 2"), ("report.html", b"<!doctype html>")):
        assert run("report", "--output", str(tmp_path / name)).exit_code == 0
        assert (tmp_path / name).read_bytes().startswith(start)
    elsewhere = run("report", "1", "--against-registry", str(registry.folder)).stdout
    assert "Against version 2" in elsewhere
    assert "no other release" in run("report", "1", "--against-registry", str(tmp_path / "none")).stdout
    assert run("report", "--output", str(tmp_path / "no/such/folder.md")).exit_code == 1
