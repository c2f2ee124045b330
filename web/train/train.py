"""Train page: train a challenger, compare it with the champion, promote or roll back."""

import streamlit as st

from irisml.registry.protocol import CHALLENGER, CHAMPION, PREVIOUS
from irisml.releases.champion import aliases
from web.frame.drawing import draw
from web.frame.expander import expander
from web.state.presenter import is_presenter
from web.state.session import get_language, get_service
from web.train.acts_panel import acts_panel
from web.train.charts.version_history import history_figure, history_rows_figure, history_table
from web.train.release_form import release_form, release_log
from web.train.shadow_line import shadow_line
from web.train.training_form import training_form
from web.train.version_choice import version_choice
from web.train.version_details import gate_verdict, lineage, side_by_side, version_downloads

language, service = get_language(), get_service()
champion = service.serving_version()
# The champion keeps serving from memory, even if its files are missing.
versions = {version.number: version for version in (champion, *service.versions())}
names = aliases(service.registry)
rows = history_table(list(versions.values()), names, language)

left, right = st.columns([3, 2], gap="medium")
with right, st.container(key="trust"):
    st.header(language.text("A new challenger"), anchor=False)
    training_form(service, language)
with left, st.container(key="versions-sheet"):
    newest_first = sorted(versions, reverse=True)
    number = version_choice(newest_first, names.get(CHALLENGER, champion.number), language)
    version = versions[number]
    # Compare with the champion; compare the champion with the previous one.
    other = champion.number if number != champion.number else names.get(PREVIOUS)
    side_by_side(version, versions.get(other) if other is not None else None, names.get(CHAMPION), language)
    gate_verdict(version, language)
    shadow_line(number, service, language)
    if is_presenter():
        release_form(version, service, language)
if is_presenter():
    with left, st.container(key="acts"):
        acts_panel(service, language)
left, right = st.columns([3, 2], gap="medium")
with left, st.container(key="history"):
    st.header(language.text("All versions"), anchor=False)
    draw(history_figure(rows, language))
    draw(history_rows_figure(rows, language))
    with expander(language.text("Who became champion, and why"), "train.history", "train-history"):
        release_log(service, language)
with right, st.container(key="lineage"):
    st.header(language.text("Download version {version}", version=number), anchor=False)
    with st.container(horizontal=True, key="downloads"):
        notice = service.serving.notice
        version_downloads(
            version,
            service.dataset_of(version),
            versions.get(version.manifest.gate.champion or 0),
            language,
            registry_is_away=notice is not None and notice.registry_is_away,
        )
    st.header(language.text("Provenance"), anchor=False)
    lineage(version, language)
