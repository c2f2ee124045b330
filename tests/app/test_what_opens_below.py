"""Below the prediction: presets and explanations."""

import re

import pytest

from irisml import TrainingConfig, train_version
from irisml.domain.measurements import FEATURES, TYPICAL_FLOWERS
from irisml.jobs.new_dataset import add_dataset, draft_dataset
from irisml.model.explanation import Contributions, changes, contributions
from tests.app.app_page import answer, button_keys, markdown_with, open_page, texts
from tests.unit.data.flowers import drawn
from web.predict import look_deeper
from web.predict.charts.contributions import contributions_table
from web.state.slider_limits import FIRST_FLOWER, SLIDER_CM

FLOWER = list(FIRST_FLOWER.values())


def lengths(app):
    return [app.slider(key=feature).value for feature in FEATURES]


def ask(app, key):
    app.button_group(key="look-deeper").set_value(key)
    return app.run()


@pytest.mark.parametrize("species", TYPICAL_FLOWERS)
def test_a_preset_sets_sliders_and_prediction(page, species):
    """The typical flower of each species is predicted as that species."""
    page.button(key=f"preset-{species}").click().run()
    assert lengths(page) == list(TYPICAL_FLOWERS[species])
    assert f"Iris {species}" in answer(page)


def test_the_preset_of_the_talk_has_its_values(page):
    page.button(key="preset-talk").click().run()
    assert lengths(page) == [5.1, 3.5, 1.4, 0.2]


def test_a_preset_replaces_the_values_of_the_url(registry):
    """The URL sets the initial values only."""
    app = open_page(petal_length="6.0")
    app.button(key="preset-setosa").click().run()
    assert app.slider(key="petal_length").value == 1.5


def test_the_species_of_an_unseen_flower_is_hidden_until_revealed(page, registry, iris):
    """The flower is from the test set."""
    page.button(key="preset-unseen").click().run()
    row = int(re.search(r"Flower no. (\d+) was held out", texts(page))[1]) - 1
    evaluation = registry.get(2).evaluation
    assert row in evaluation.test_rows
    assert lengths(page) == iris.X[row].tolist()
    assert "the model is right" not in texts(page)
    assert "the model predicts" not in texts(page)
    page.button(key="reveal").click().run()
    true = ("setosa", "versicolor", "virginica")[iris.y[row]]
    assert re.search(rf"Flower no. {row + 1} is .*<i lang=\"la\">{true}</i>", texts(page))
    assert "reveal" not in button_keys(page)


def test_the_question_disappears_when_a_slider_changes(page):
    """With another length it is another flower."""
    page.button(key="preset-unseen").click().run()
    page.slider(key="sepal_width").set_value(4.5).run()
    assert "was held out" not in texts(page)


def test_a_misclassified_test_flower_shows_actual_and_predicted_species(page, registry, monkeypatch):
    (miss, *_) = registry.get(2).evaluation.misses
    monkeypatch.setattr("web.predict.flower_presets.secrets.choice", lambda rows: miss.row)
    page.button(key="preset-unseen").click().run()
    page.button(key="reveal").click().run()
    assert re.search(rf"Flower no. {miss.row + 1} is .*, but the model predicts ", texts(page))


def test_explanations_are_computed_only_when_opened(registry, monkeypatch):
    """Neither at the start nor when a slider changes."""

    def forbidden(*_):
        raise AssertionError("computed without a request")

    for name in ("contributions", "changes", "tree_path", "tree_votes", "nearest_flowers"):
        monkeypatch.setattr(look_deeper, name, forbidden)
    app = open_page()
    app.slider(key="petal_length").set_value(1.4).run()
    assert not app.exception
    assert not app.error


def test_why_shows_baseline_contributions_and_probability(page, registry):
    """Contributions add up from the baseline to the probability."""
    told = contributions(registry.get(2).load_forest(), FLOWER)
    table = markdown_with(ask(page, "why"), 'class="contributions')
    assert f"{told.baseline[1]:.1%}" in table
    assert f"{told.probabilities[1]:.1%}" in table
    greatest = max(row[1] for row in told.by_feature)
    assert f"+{100 * greatest:.1f} points" in table


def test_why_explains_the_predicted_species_in_a_tie():
    """Rounding in the sum can put the second species slightly above the first."""
    tie = Contributions((0.5, 0.5, 0.0), ((0.0, 1e-16, 0.0),) * 4, (0.5, 0.5, 0.0))
    assert contributions_table(tie, FLOWER).species == 0


def test_why_follows_the_sliders(page):
    ask(page, "why")
    page.slider(key="petal_length").set_value(1.4)
    page.slider(key="petal_width").set_value(0.2).run()
    assert '<i lang="la">setosa</i></caption>' in markdown_with(page, 'class="contributions')


def test_the_buttons_of_what_if_change_the_prediction_as_stated(page, registry):
    first, *_ = changes(registry.get(2).load_forest(), FLOWER, SLIDER_CM)
    ask(page, "what-if")
    assert f"*{first.species}*" in texts(page)
    page.button(key=f"do-{first.feature}").click().run()
    assert page.slider(key=first.feature).value == first.value
    assert f"Iris {first.species}" in answer(page)


def test_what_if_says_that_no_single_length_changes_the_prediction(page, monkeypatch):
    """There is no button then."""
    monkeypatch.setattr(look_deeper, "changes", lambda *_: ())
    ask(page, "what-if")
    assert "No single length" in texts(page)
    assert [key for key in button_keys(page) if key.startswith("do-")] == []


def test_among_real_flowers_lists_the_nearest_with_distance(page):
    """The flower of the talk is flower no. 1 of the data set: distance 0."""
    page.button(key="preset-talk").click().run()
    ask(page, "among")
    assert re.search(r"no. 1</small></th>.*?<td>0.00</td>", markdown_with(page, "Nearest real flowers"))
    assert "Your flower is at 1.4 and 0.2 cm." in markdown_with(page, 'class="plane"')
    assert not page.warning


def test_a_flower_far_from_all_others_shows_a_warning(registry):
    """Sepals of a setosa, petals of a virginica."""
    app = open_page(sepal_length="4.0", sepal_width="4.5", petal_length="7.0", petal_width="0.1")
    ask(app, "among")
    assert app.warning[0].value.startswith("No real flower is close to this one: the nearest is ")


def test_a_flower_outside_the_training_range_is_marked(registry):
    """In the text as well, for screen readers."""
    app = open_page(sepal_width="4.5")
    assert 'data-outside="1"' in answer(app)
    assert "Outside the training range: unreliable.</p></section>" in answer(app)
    assert 'data-outside="0"' in answer(open_page())


def test_each_tree_shows_its_path_and_the_votes_are_counted(page, registry):
    """Five trees; the paths of the first two differ."""
    ask(page, "trees")
    assert "Votes of 5 trees" in texts(page)
    first = lit(markdown_with(page, 'class="tree"'))
    assert first == registry.get(2).load_forest().path(0, FLOWER)
    page.number_input(key="tree").set_value(2).run()
    assert lit(markdown_with(page, 'class="tree"')) == registry.get(2).load_forest().path(1, FLOWER)


def test_trees_that_learned_from_other_flowers_say_whose_are_drawn(registry):
    draft = draft_dataset(registry, drawn(5, 17), parent=1, append=True)
    config = TrainingConfig(n_estimators=5, random_state=4)
    assert train_version(registry, config, dataset=add_dataset(registry, draft).number).promoted
    app = ask(open_page(), "trees")
    assert "The trees learned from data set 2. The flowers that are drawn are those of the reference." in texts(app)
    assert not app.exception


def lit(drawing) -> list[int]:
    """Return the nodes of the lit path, as the list for screen readers has them."""
    return [int(node) for node in re.findall(r'<li data-node="(\d+)" data-on="1"', drawing)]


def test_the_map_shows_what_the_first_trees_predict(page, registry):
    """With all trees nothing is in the address."""
    ask(page, "map")
    whole = markdown_with(page, 'class="plane"')
    page.slider(key="first-trees").set_value(1).run()
    assert page.query_params["trees"] == "1"
    assert markdown_with(page, 'class="plane"') != whole
    page.slider(key="first-trees").set_value(5).run()
    assert markdown_with(page, 'class="plane"') == whole
    assert "trees" not in page.query_params


def test_why_is_unavailable_for_trees_of_an_old_format(registry, monkeypatch):
    """One sentence; the prediction is still shown."""
    old = registry.get(2).load_forest()
    fields = {name: getattr(old, name) for name in old.__struct_fields__}
    forest = type(old)(**{**fields, "format": 1, "n_node_samples": ()})
    monkeypatch.setattr("irisml.registry.version.ModelVersion.load_forest", lambda version: forest)
    app = ask(open_page(), "why")
    assert app.info[0].value.startswith("This version is from an older irisml: its predictions cannot be explained.")
    assert not app.exception
