"""Progress of a training as a bar and a sentence, which news.js updates on pages that do not poll."""

from markupsafe import Markup

from irisml.training.progress import Progress
from web.i18n.text import Language


def training_progress_figure(progress: Progress | None, seconds_left: float | None, language: Language) -> Markup:
    """Draw the bar; *seconds_left* is None before the first fits are done."""
    return Markup(
        '<div class="training-progress" data-training><span>{text}</span>'
        '<progress max="1" value="{share:.3f}" aria-label="{label}"></progress></div>'
    ).format(
        text=_text(progress, seconds_left, language),
        share=progress.done / progress.of if progress else 0,
        label=language.text("Training"),
    )


def _text(progress: Progress | None, seconds_left: float | None, language: Language) -> str:
    if progress is None:
        return language.text("Training starts …")
    if progress.step == "search":
        return language.text("Search: {done} of {of} models", done=progress.done, of=progress.of)
    if seconds_left is None:
        return language.text("Training: {done} of {of} models", done=progress.done, of=progress.of)
    return language.text(
        "Training: {done} of {of} models, about {seconds} s left",
        done=progress.done,
        of=progress.of,
        seconds=round(seconds_left),
    )
