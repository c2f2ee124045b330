"""Notice for visitors with an open page: the serving version has changed, and how."""

import streamlit as st

from irisml.domain.errors import RegistryUnusableError
from irisml.jobs.training_job import TrainingJob
from irisml.model.prediction import predict
from irisml.registry.version import ModelVersion
from irisml.service.model_service import ModelService
from web.i18n.text import Language
from web.state.chosen_flower import chosen_flower
from web.state.known_version import know_champion, replaced_version
from web.state.session import MY_JOB


def model_news(service: ModelService, language: Language) -> None:
    """Draw the notice until the visitor closes it; nothing while the serving version is unchanged."""
    champion = service.serving_version()
    mine: TrainingJob | None = st.session_state.get(MY_JOB)
    if mine is not None and not mine.running and mine.failure() is None and mine.wait().version == champion.number:
        know_champion(champion.number)  # the outcome of their own training is shown instead
    replaced = replaced_version(champion.number)
    if replaced is None:
        return
    with st.container(key="news", horizontal=True, vertical_alignment="center"):
        st.info(_news(champion, _before(service, replaced), replaced, language))
        st.button(language.text("Got it"), key="news-read", on_click=know_champion, args=(champion.number,))


def _before(service: ModelService, replaced: int) -> ModelVersion | None:
    try:
        return service.find(replaced)
    except RegistryUnusableError:
        return None  # the notice works without it, and the version in memory keeps serving


def _news(champion: ModelVersion, before: ModelVersion | None, replaced: int, language: Language) -> str:
    news = language.text("Version {version} has replaced version {old}.", version=champion.number, old=replaced)
    if before is None:
        return f"**{news}**"
    scores = language.text(
        "Cross-validated on {n} flowers: {new}; before, {old}.",
        new=_accuracy(champion, language),
        n=champion.evaluation.cross_validation.n_samples,
        old=_accuracy(before, language),
    )
    flower = chosen_flower()
    now, then = predict(champion.load_forest(), flower), predict(before.load_forest(), flower)
    values = {
        "species": f"*{now.species}*",
        "share": language.percentage(max(now.probabilities)),
        "old_species": f"*{then.species}*",
        "old_share": language.percentage(max(then.probabilities)),
    }
    if now.probabilities == then.probabilities:
        yours = language.text("Same prediction for your flower: {species}, {share}.", **values)
    elif now.species == then.species:
        yours = language.text("Your flower is still {species}: {share}; before, {old_share}.", **values)
    else:
        yours = language.text("Your flower: {species}, {share}; before, {old_species}, {old_share}.", **values)
    return f"**{news}** {scores} {yours}"


def _accuracy(version: ModelVersion, language: Language) -> str:
    cv = version.evaluation.cross_validation
    return f"{language.percentage(cv.accuracy, 1)} ({language.interval(*cv.interval)})"
