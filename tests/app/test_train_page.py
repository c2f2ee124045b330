"""The page Train: a challenger, the gate, promotion and the way back."""

import pytest

from irisml import TrainingConfig, train_version
from irisml.registry.actor import Actor
from irisml.releases.champion import promote
from tests.app.app_page import LIMIT_S, button_keys, go_to, markdown_with, open_page, texts
from web.state.session import get_service


@pytest.fixture
def page(registry):
    return open_page("train")


def version_choice(page):
    return next(choice for choice in page.selectbox if choice.key.startswith("version-of-"))


def look_at(page, version):
    version_choice(page).set_value(version)
    page.run()


@pytest.fixture
def refused(registry):
    """Version 3, a tree of one cut."""
    return train_version(registry, TrainingConfig("decision_tree", max_depth=1)).version


def test_the_form_trains_what_was_chosen(page, registry):
    """A decision tree of two levels; its outcome stands beside the champion."""
    page.selectbox(key="config-model_type-en").set_value("decision_tree")
    page.select_slider(key="config-max_depth").set_value(2)
    page.slider(key="config-min_samples_leaf").set_value(3)
    page.number_input(key="config-random_state").set_value(7)
    page.button(key="FormSubmitter:training-Train a challenger").click().run()
    assert "cancel" in button_keys(page)
    get_service().training.job.wait(LIMIT_S)
    page.run()
    assert registry.get(3).manifest.config == TrainingConfig("decision_tree", 5, 2, 3, 7)
    assert "Version 3 passed the gate and is live." in texts(page)


def test_a_version_is_held_against_the_champion(page, registry):
    """Figures of both, both matrices, and the flowers that only one gets right."""
    look_at(page, 1)
    assert "95%" not in markdown_with(page, 'class="versions"').partition("<tbody>")[0]
    table = markdown_with(page, 'class="versions"')
    assert table.index(">v1<") < table.index(">v2<")
    assert sum('class="confusion"' in element.value for element in page.markdown) == 2
    assert "Out of fold" in texts(page)


def test_the_champion_is_held_against_the_one_that_it_replaced(page):
    """Version 2 stands first, version 1 beside it."""
    table = markdown_with(page, 'class="versions"')
    assert table.index(">v2<") < table.index(">v1<")


def test_promoting_needs_a_reason(page, registry):
    """Nothing happens without one."""
    look_at(page, 1)
    page.button(key="promote").click().run()
    assert registry.alias("champion") == 2
    assert page.error[0].value == "Say why: the reason is kept in the history."


def test_a_promotion_is_kept_with_its_reason(page, registry):
    """Version 1 is champion at once, and the history says why; what looks like markup stays words."""
    look_at(page, 1)
    page.text_input(key="release-reason").set_value("it is *ours*")
    page.button(key="promote").click().run()
    assert registry.alias("champion") == 1
    assert "Version 1 is champion now." in texts(page)
    last = registry.releases().releases[-1]
    assert (last.reason, last.by.kind) == ("it is *ours*", "presenter")
    assert r"**v1** by the presenter: it is \*ours\*" in texts(page)


def test_rolling_back_serves_the_previous_version(page, registry):
    """Version 1 again."""
    page.text_input(key="release-reason").set_value("a bad feeling")
    page.button(key="roll-back").click().run()
    assert registry.alias("champion") == 1
    assert registry.releases().releases[-1].action == "roll_back"


def test_who_decides_on_an_old_picture_is_told(page, registry):
    """Somebody else promoted version 1 in the meantime: nothing is changed."""
    page.text_input(key="release-reason").set_value("too late")
    get_service().promote(1, "quicker")
    page.button(key="roll-back").click().run()
    assert registry.alias("champion") == 1
    assert page.error[0].value.startswith("Meanwhile the command line (")


def test_who_promotes_on_an_old_picture_is_told(page, registry):
    """The champion that was to be replaced is none any more; the history has one promotion, not two."""
    look_at(page, 1)
    page.text_input(key="release-reason").set_value("too late")
    get_service().promote(1, "quicker")
    page.button(key="promote").click().run()
    assert page.error[0].value.startswith("Meanwhile the command line (")
    assert registry.releases().releases[-1].reason == "quicker"


def test_what_the_gate_refused_is_not_promoted_here(refused, page):
    """Its reasons are told, and where to force it."""
    assert version_choice(page).value == refused
    assert page.warning[0].value == "The gate refused version 3."
    assert "✗ Cross-validated accuracy is only" in texts(page)
    assert "`irisml promote 3 --force --reason …`" in texts(page)
    assert "promote" not in button_keys(page)


def test_all_versions_stand_in_the_history_with_their_aliases(refused, page):
    """The newest first."""
    table = markdown_with(page, "figures history")
    assert table.index(">v3") < table.index(">v2") < table.index(">v1")
    assert '>v2 <small class="alias champion">champion</small>' in table
    assert '<td class="refused">refused</td>' in table


def test_lineage_names_data_code_and_software(page, registry):
    """In full."""
    manifest = registry.get(2).manifest
    lineage = markdown_with(page, 'class="lineage"')
    for fact in (manifest.data_fingerprint, manifest.commit, manifest.software["numpy"], *manifest.files.values()):
        assert fact in lineage


def test_every_file_of_a_version_can_be_taken_away(page, registry):
    """Model card, trees, manifest and estimator."""
    buttons = [element.proto for element in page.get("download_button")]
    assert [button.label for button in buttons] == [
        "Model card (Markdown)",
        "forest.json",
        "version.json",
        "model.joblib",
    ]
    assert all(button.url for button in buttons)


def test_a_version_that_is_gone_is_not_missed(page, registry):
    """Deleted while the page was open: the others are shown."""
    import shutil

    shutil.rmtree(registry.folder / "versions/0001")
    page.run()
    assert not page.exception
    assert version_choice(page).options == ["v2"]


def test_the_outcome_follows_to_the_landing_page(page, registry):
    """A training that was started here is told there too."""
    get_service().training.start(get_service().retrain_config()).wait(LIMIT_S)
    assert "Version 3 passed the gate and is live." in texts(go_to(page, "predict"))


def test_the_hall_does_not_learn_the_name_of_a_user(registry, monkeypatch):
    """Only that it was the command line; the presenter sees whose."""
    promote(registry, 1, "why", by=Actor("command line", "anna"))
    assert "the command line (anna)" in texts(open_page("train"))
    monkeypatch.setenv("IRISML_PUBLIC", "1")
    assert "by the command line: why" in texts(open_page("train"))


def test_a_refused_promotion_keeps_the_reason_that_was_typed(page, registry):
    """Somebody else was quicker: whoever looks again need not type it again."""
    look_at(page, 1)
    page.text_input(key="release-reason").set_value("because")
    promote(registry, 2, "quicker")
    page.button(key="promote").click().run()
    assert page.error
    assert page.text_input(key="release-reason").value == "because"
