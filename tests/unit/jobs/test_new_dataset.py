"""Tests of irisml.jobs.new_dataset, and of training on what it adds."""

import io

import pytest

from irisml import FEATURES, SPECIES, TrainingConfig, train_version
from irisml.data.dataset_csv import read_dataset, write_dataset
from irisml.data.identity import identified
from irisml.domain.errors import (
    DataRefusedError,
    ImpossibleColumnError,
    InvalidSourceError,
    InvalidTableError,
    IrisError,
    MissingDataReasonError,
    TooManyRowsError,
)
from irisml.jobs.new_dataset import add_dataset, check_again, draft_dataset, read_flower_file
from irisml.registry.actor import Actor
from irisml.registry.dataset_flowers import load_flowers
from tests.unit.data.flowers import IRIS, TEST_ROWS, drawn

TREE = TrainingConfig("decision_tree")


def as_file(dataset) -> io.BytesIO:
    return io.BytesIO(write_dataset(dataset).replace(b"reference_row,", b"row,"))


@pytest.fixture
def good() -> io.BytesIO:
    return as_file(drawn(5, 17))


def test_a_file_is_read_with_its_species(good):
    read = read_flower_file(good, " a walk ").dataset
    assert (read.source, read.class_counts, set(read.reference_rows.tolist())) == ("a walk", (17, 17, 17), {-1})


@pytest.mark.parametrize("content", [b"5.1,3.5,1.4,0.2\n", b"5.1,3.5,1.4,0.2,setosa\n5.0,3.4,1.5,0.2,\n"])
def test_a_flower_without_a_species_is_refused(content):
    with pytest.raises(IrisError, match="species"):
        read_flower_file(io.BytesIO(content), "half")


@pytest.mark.parametrize("source", ["", "  ", "x" * 201, "a\0b", "bell \a"])
def test_a_source_is_required_short_and_printable(good, source):
    with pytest.raises(InvalidSourceError, match="1 to 200"):
        read_flower_file(good, source)


def test_a_source_is_written_on_one_line(good):
    assert read_flower_file(good, "a walk\n\n# in the pasture").dataset.source == "a walk # in the pasture"


def test_reference_flowers_in_a_file_are_recognised_once():
    """The 150 are the 150 again, rows 101 and 142 included, whatever their label; a copy stays new."""
    new = read_dataset(write_dataset(IRIS), "x")
    anonymous = type(IRIS)(IRIS.X, IRIS.y, "a file")
    assert identified(anonymous, IRIS).reference_rows.tolist() == list(range(150)) == new.reference_rows.tolist()
    assert set(identified(anonymous, IRIS, known=IRIS).reference_rows.tolist()) == {-1}


def test_a_known_identity_is_kept_though_the_measurements_were_changed():
    stretched = type(IRIS)(IRIS.X * 1.1, IRIS.y, "stretched", IRIS.reference_rows)
    assert identified(stretched, IRIS).reference_rows.tolist() == list(range(150))


def test_good_rows_are_added_and_a_version_says_what_it_learned_from(empty_registry, good):
    draft = draft_dataset(empty_registry, read_flower_file(good, "a walk").dataset, parent=1, append=True)
    added = add_dataset(empty_registry, draft)
    assert (added.number, added.record.n_samples, added.record.forced) == (2, 201, False)
    first, second = train_version(empty_registry, TREE), train_version(empty_registry, TREE, dataset=2)
    manifest = empty_registry.get(second.version).manifest
    assert (first.dataset, second.dataset, manifest.dataset, manifest.n_samples) == (1, 2, 2, 201)
    assert manifest.judged_by == IRIS.fingerprint
    compared = {check.rule: check for check in manifest.gate.checks}
    assert "McNemar" in str(compared["not_worse"])
    assert str(compared["sound_data"]) == "Data set 2 (201 flowers) passed its checks."


def wrong_labels() -> io.BytesIO:
    new = drawn(6, 17)
    y = new.y.copy()
    y[::2] = (y[::2] + 1) % 3
    return as_file(type(new)(new.X, y, "careless"))


def test_refused_rows_are_not_added(empty_registry):
    draft = draft_dataset(empty_registry, read_flower_file(wrong_labels(), "careless").dataset, parent=1, append=True)
    with pytest.raises(DataRefusedError, match="labels disagree"):
        add_dataset(empty_registry, draft)
    with pytest.raises(MissingDataReasonError):
        add_dataset(empty_registry, draft, force=True)
    assert [one.number for one in empty_registry.datasets()] == [1]


def test_forced_data_can_be_trained_on_but_the_gate_refuses_what_comes_of_it(registry):
    """Forcing data is not forcing a release."""
    draft = draft_dataset(registry, read_flower_file(wrong_labels(), "careless").dataset, parent=1, append=True)
    added = add_dataset(registry, draft, force=True, reason="to see")
    result = train_version(registry, TREE, dataset=added.number)
    refused = {check.rule for check in registry.get(result.version).manifest.gate.refusals}
    assert "sound_data" in refused
    assert (result.promoted, registry.alias("champion")) == (False, 2)


def test_the_data_set_of_a_number_is_checked_against_its_parent(empty_registry, good):
    add_dataset(
        empty_registry, draft_dataset(empty_registry, read_flower_file(good, "x").dataset, parent=1, append=True)
    )
    assert [check.passed for check in check_again(empty_registry, 1)] == [True] * 8
    again = {check.rule: check for check in check_again(empty_registry, 2)}
    assert again["labels"].values["n"] == 51


def test_a_data_set_without_a_species_cannot_be_trained_on(empty_registry):
    draft = draft_dataset(
        empty_registry, IRIS.take(range(100), "two species"), parent=1, append=False, by=Actor("server")
    )
    add_dataset(empty_registry, draft, force=True, reason="to see")
    with pytest.raises(InvalidTableError, match="no flower of virginica to learn from"):
        train_version(empty_registry, TREE, dataset=2)


def test_a_leak_added_by_force_changes_no_prediction_of_the_held_out_flowers(empty_registry):
    """They are never learned from where they are judged; in other folds they help, as any flower does."""
    leaked = type(IRIS)(IRIS.X[list(TEST_ROWS)] + 0.03, IRIS.y[list(TEST_ROWS)], "jittered")
    draft = draft_dataset(empty_registry, leaked, parent=1, append=True)
    assert [check.rule for check in draft.refusals] == ["leak"]
    add_dataset(empty_registry, draft, force=True, reason="to see")
    versions = [empty_registry.get(train_version(empty_registry, TREE, dataset=n).version) for n in (1, 2)]
    held_out = [version.evaluation.y_pred for version in versions]
    assert held_out[0] == held_out[1]


def test_what_was_forced_is_examined_again_in_a_child(empty_registry):
    """The same rows do not pass because a forced parent has them."""
    bad = read_flower_file(wrong_labels(), "careless").dataset
    add_dataset(empty_registry, draft_dataset(empty_registry, bad, parent=1, append=True), force=True, reason="to see")
    for child in (
        draft_dataset(empty_registry, drawn(8, 10), parent=2, append=True),
        draft_dataset(empty_registry, load_flowers(empty_registry.dataset(2)), parent=2, append=False),
    ):
        assert "labels" in {check.rule for check in child.refusals}


def test_5000_flowers_are_checked_and_5001_are_refused(empty_registry):
    flowers = drawn(9, 1667).take(range(5000))
    assert draft_dataset(empty_registry, flowers, parent=1, append=False).refusals == ()
    with pytest.raises(TooManyRowsError):
        read_flower_file(as_file(flowers.followed_by(flowers.take([0]), "x")), "too many")


@pytest.mark.parametrize("columns", [(0, 1, 3, 2), (3, 1, 2, 0)])
def test_a_column_of_lengths_that_no_iris_has_is_told_as_such_instead_of_line_by_line(columns):
    lines = [",".join(map(str, x)) + f",{SPECIES[y]}" for x, y in zip(IRIS.X[:, columns].tolist(), IRIS.y, strict=True)]
    content = "\n".join([",".join((*FEATURES, "species")), *lines]).encode()
    with pytest.raises(ImpossibleColumnError, match=r"of 150 rows have a \w+ that no iris has .* exchanged"):
        read_flower_file(io.BytesIO(content), "exchanged")
