"""Tests of the charts of simple models and of what data can teach."""

import msgspec
import pytest

from irisml.domain.measurements import FEATURES
from irisml.model.config import TrainingConfig
from irisml.model.flower_counts import CurvePoint, DataStudy, WithoutFeature
from web.i18n.text import language
from web.quality.charts.data_study import (
    curve_figure,
    curve_sentence,
    without_figure,
    without_sentence,
    without_table,
)
from web.quality.charts.yardsticks import yardsticks_figure, yardsticks_sentence, yardsticks_table

EN, FR = language("en"), language("fr")


@pytest.fixture
def rows(registry):
    return yardsticks_table(registry.get(2))


def test_the_serving_model_stands_among_the_simple_ones_by_what_it_gets_right(rows):
    assert [row.n_correct for row in rows] == sorted(row.n_correct for row in rows)
    (serving,) = [row for row in rows if row.is_serving]
    best = max(rows, key=lambda row: row.n_correct)
    assert (best.name, best.n_correct, best.n) == ("linear discriminant", 147, 150)
    assert best.won - best.lost == best.n_correct - serving.n_correct


def test_the_table_shows_n_interval_and_who_is_right_alone(rows):
    html = yardsticks_figure(rows, EN)
    best = rows[-1]
    assert "147 of 150 <small>94% to 99%</small>" in html
    assert f"<td>{best.won}, other {best.lost} <small>p: " in html
    assert html.count('class="serving"') == 1


def with_counts(rows, n_correct, won, lost, p):
    from dataclasses import replace

    serving = next(row for row in rows if row.is_serving)
    other = replace(rows[-1], n_correct=n_correct, won=won, lost=lost, p=p)
    return [serving, other]


@pytest.mark.parametrize(
    ("n_more", "won", "lost", "p", "said"),
    [
        (4, 4, 0, 0.125, "this one has earned nothing over the best of them: Linear discriminant"),
        (9, 9, 0, 0.004, "A simpler model is significantly better"),
        (-3, 0, 3, 0.25, "it cannot be claimed that the best of them is worse"),
        (-9, 0, 9, 0.004, "It is significantly better than every simpler model"),
    ],
)
def test_one_sentence_says_what_is_proven(rows, n_more, won, lost, p, said):
    serving = next(row for row in rows if row.is_serving)
    assert said in yardsticks_sentence(with_counts(rows, serving.n_correct + n_more, won, lost, p), EN)


def test_a_version_of_an_older_irisml_has_no_yardsticks(registry):
    version = registry.get(2)
    manifest = msgspec.structs.replace(version.manifest, yardsticks=())
    assert yardsticks_table(type(version)(manifest, "", version.read_file)) == []


def counts(n_wrong):
    return tuple(int(flower >= n_wrong) for flower in range(150))


def study(*, without=(6, 6, 6, 6), curve=((10, 20), (80, 6), (120, 6))) -> DataStudy:
    return DataStudy(
        fingerprint="f",
        reference_fingerprint="f",
        config=TrainingConfig(),
        without=tuple(
            WithoutFeature(feature=feature, n_repeats=1, flower_n_correct=counts(wrong))
            for feature, wrong in zip(FEATURES, without, strict=True)
        ),
        curve=tuple(CurvePoint(n_train=n, n_repeats=1, flower_n_correct=counts(wrong)) for n, wrong in curve),
    )


def test_the_length_that_costs_most_stands_first_below_all_four():
    rows = without_table(study(without=(6, 7, 20, 8)))
    assert [row.feature for row in rows] == [None, "petal_length", "petal_width", "sepal_width", "sepal_length"]
    assert rows[1].p < 0.001
    assert "without petal length" in without_figure(rows, EN)
    assert without_sentence(rows, EN) == "Needed: petal length. Without it or them, the model is significantly worse."


def test_no_length_is_needed_where_nothing_is_proven():
    assert "No single length is shown to be needed" in without_sentence(without_table(study(without=(6, 7, 8, 9))), EN)


def test_a_flat_end_of_the_learning_curve_says_that_nothing_shows_more_data_to_help():
    assert "nothing shows that more flowers of this kind would help." in curve_sentence(study(), EN)
    rising = study(curve=((10, 60), (80, 30), (120, 6)))
    assert curve_sentence(rising, EN) == (
        "From 80 to 120 training flowers, 120 became 144 of 150: more flowers may still help."
    )
    assert "too few flowers" in curve_sentence(study(curve=((9, 60),)), EN)


def test_the_learning_curve_and_its_text_have_the_same_numbers():
    svg = curve_figure(study(), FR)
    assert svg.count("<circle") == 3
    assert "10: 130 sur 150, 80: 144 sur 150, 120: 144 sur 150" in svg
