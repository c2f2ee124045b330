"""Two versions beside each other for a vote: what each got right, with n and interval."""

from markupsafe import Markup

from irisml.registry.version import ModelVersion
from web.html.interval_bar import interval_bar
from web.i18n.text import Language
from web.i18n.vocabulary import model_type_name


def ballot_figure(challenger: ModelVersion, champion: ModelVersion, language: Language) -> Markup:
    """Draw both versions; the interval bars share an axis that begins where the lower one needs it."""
    least = min(0.8, *(version.evaluation.cross_validation.interval[0] - 0.02 for version in (challenger, champion)))
    both = Markup("").join(
        _version(version, role, least, language)
        for version, role in ((challenger, language.text("challenger")), (champion, language.text("serves now")))
    )
    ends = language.text(
        "The axis goes from {low} to {high}.", low=language.percentage(least), high=language.percentage(1)
    )
    return Markup('<div class="ballot">{}</div><p class="soft ballot-note">{}</p>').format(both, ends)


def _version(version: ModelVersion, role: str, least: float, language: Language) -> Markup:
    cv, evaluation = version.evaluation.cross_validation, version.evaluation
    return Markup(
        '<section><p class="name" role="heading" aria-level="3">v{} <small>{}</small></p><p class="big">{}</p>{}'
        '<p>{}<br>{}<br><span class="soft">{}</span></p></section>'
    ).format(
        version.number,
        role,
        language.percentage(cv.accuracy, 1),
        interval_bar(cv.accuracy, cv.interval, least=least),
        language.text(
            "cross-validated on {n} flowers, {interval}", n=cv.n_samples, interval=language.interval(*cv.interval)
        ),
        language.text("{k} of {n} unseen flowers", k=evaluation.n_correct, n=evaluation.n_test),
        language.text(
            "{model_type}, data set {dataset}",
            model_type=model_type_name(version.manifest.config.model_type, language),
            dataset=version.manifest.dataset,
        ),
    )
