"""The page Train: challenger, gate, promotion and roll back."""

import re

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
    """Version 3, a decision tree of depth 1."""
    return train_version(registry, TrainingConfig("decision_tree", max_depth=1)).version


def test_the_form_trains_the_chosen_configuration(page, registry):
    page.selectbox(key="config-model_type-en").set_value("decision_tree")
    page.select_slider(key="config-max_depth").set_value(2)
    page.slider(key="config-min_samples_leaf").set_value(3)
    page.number_input(key="config-random_state").set_value(7)
    page.button(key="FormSubmitter:training-Train a challenger").click().run()
    assert "cancel" in button_keys(page)
    get_service().training_slot.job.wait(LIMIT_S)
    page.run()
    assert registry.get(3).manifest.config == TrainingConfig("decision_tree", 5, 2, 3, 7)
    assert "Version 3 passed the gate and is now serving." in texts(page)


def test_a_chosen_version_is_compared_with_the_champion(page, registry):
    """Metrics and matrices of both, and the flowers that only one classifies correctly."""
    look_at(page, 1)
    assert "95%" not in markdown_with(page, 'class="versions"').partition("<tbody>")[0]
    table = markdown_with(page, 'class="versions"')
    assert table.index(">v1<") < table.index(">v2 ")
    assert sum('class="confusion"' in element.value for element in page.markdown) == 2
    assert "Out of fold" in texts(page)


def test_the_champion_is_compared_with_the_previous_one(page):
    """Version 2 first, version 1 beside it."""
    table = markdown_with(page, 'class="versions"')
    assert table.index(">v2 ") < table.index(">v1<")


def test_promoting_needs_a_reason(page, registry):
    look_at(page, 1)
    page.button(key="promote").click().run()
    page.button(key="release").click().run()
    assert registry.alias("champion") == 2
    assert page.error[0].value == "Enter a reason: it is kept in the history."


def test_a_promotion_is_recorded_with_its_reason(page, registry):
    """Markup in the reason is escaped."""
    look_at(page, 1)
    page.button(key="promote").click().run()
    page.text_input(key="release-reason").set_value("it is *ours*")
    page.button(key="release").click().run()
    assert registry.alias("champion") == 1
    assert "Version 1 is champion now." in texts(page)
    last = registry.releases().releases[-1]
    assert (last.reason, last.by.kind) == ("it is *ours*", "presenter")
    assert r"**v1** by the presenter: it is \*ours\*" in texts(page)


def test_rolling_back_serves_the_previous_version(page, registry):
    page.button(key="roll-back").click().run()
    page.text_input(key="release-reason").set_value("a bad feeling")
    page.button(key="release").click().run()
    assert registry.alias("champion") == 1
    assert registry.releases().releases[-1].action == "roll_back"


def test_roll_back_is_refused_if_the_champion_changed(page, registry):
    """The page showed the previous champion."""
    page.button(key="roll-back").click().run()
    page.text_input(key="release-reason").set_value("too late")
    get_service().promote(1, "quicker")
    page.button(key="release").click().run()
    assert registry.alias("champion") == 1
    assert page.error[0].value.startswith("Meanwhile the command line (")


def test_promotion_is_refused_if_the_champion_changed(page, registry):
    """The history has one promotion, not two."""
    look_at(page, 1)
    page.button(key="promote").click().run()
    page.text_input(key="release-reason").set_value("too late")
    get_service().promote(1, "quicker")
    page.button(key="release").click().run()
    assert page.error[0].value.startswith("Meanwhile the command line (")
    assert registry.releases().releases[-1].reason == "quicker"


def test_a_refused_version_cannot_be_promoted_on_the_page(refused, page):
    """The reasons are shown, and the command that forces it."""
    assert version_choice(page).value == refused
    assert page.warning[0].value == "The gate refused version 3."
    lights = markdown_with(page, 'class="gate"')
    assert re.search(r'class="refused".*?Cross-validated accuracy is only', lights)
    assert "`irisml promote 3 --force --reason …`" in texts(page)
    assert "promote" not in button_keys(page)


def test_the_history_lists_all_versions_with_their_aliases(refused, page):
    """Newest first."""
    table = markdown_with(page, "figures history")
    assert table.index(">v3") < table.index(">v2") < table.index(">v1")
    assert '>v2 <small class="alias champion">champion</small>' in table
    assert '<td class="refused">refused</td>' in table


def test_lineage_names_data_code_and_software(page, registry):
    manifest = registry.get(2).manifest
    lineage = markdown_with(page, 'class="lineage"')
    for fact in (manifest.data_fingerprint, manifest.commit, manifest.software["numpy"], *manifest.files.values()):
        assert fact in lineage


def test_every_file_of_a_version_can_be_downloaded(page, registry):
    buttons = [element.proto for element in page.get("download_button")]
    assert [button.label for button in buttons] == [
        "Model card (Markdown)",
        "Report that works offline (HTML)",
        "forest.json",
        "version.json",
        "model.joblib",
    ]
    assert all(button.url for button in buttons)


def test_a_version_deleted_while_the_page_is_open_is_left_out(page, registry):
    import shutil

    shutil.rmtree(registry.folder / "versions/0001")
    page.run()
    assert not page.exception
    assert version_choice(page).options == ["v2"]


def test_the_outcome_of_a_training_is_shown_on_the_landing_page_too(page, registry):
    get_service().training_slot.start(get_service().retrain_config()).wait(LIMIT_S)
    assert "Version 3 passed the gate and is now serving." in texts(go_to(page, "predict"))


def test_visitors_do_not_see_the_name_of_a_user(registry, monkeypatch):
    """They see "the command line"; the presenter also sees the name."""
    promote(registry, 1, "why", by=Actor("command line", "anna"))
    assert "the command line (anna)" in texts(open_page("train"))
    monkeypatch.setenv("IRISML_PUBLIC", "1")
    assert "by the command line: why" in texts(open_page("train"))


def test_the_reason_is_kept_if_a_promotion_fails(page, registry):
    """The champion changed meanwhile; the reason need not be typed again."""
    look_at(page, 1)
    page.button(key="promote").click().run()
    page.text_input(key="release-reason").set_value("because")
    promote(registry, 2, "quicker")
    page.button(key="release").click().run()
    assert page.error
    page.button(key="promote").click().run()
    assert page.text_input(key="release-reason").value == "because"
