"""One version: comparison with the champion, gate results, downloads, and provenance."""

import streamlit as st
from markupsafe import Markup

from irisml.domain.errors import DamagedVersionError, NoCountsError, RegistryUnusableError
from irisml.model.comparison import disagreements
from irisml.registry.dataset_version import DatasetRecord
from irisml.registry.disk import WrongContentError
from irisml.registry.version import ESTIMATOR_FILE, FOREST_FILE, MANIFEST, ModelVersion
from irisml.releases.model_card import model_card
from irisml.releases.report import version_report
from irisml.releases.report_page import report_page
from web.frame.drawing import draw
from web.html.confusion_matrix import confusion_matrix_figure, confusion_matrix_table
from web.html.gate_lights import gate_figure, gate_lights
from web.html.versions import held_out_sentence, versions_figure, versions_table
from web.i18n.text import Language

_MOST_NUMBERS = 12


def side_by_side(version: ModelVersion, other: ModelVersion | None, champion: int | None, language: Language) -> None:
    """Draw a version beside another one, if there is one, and their disagreements."""
    shown = [version] if other is None else [version, other]
    draw(versions_figure(versions_table(shown, champion), language))
    for column, one in zip(st.columns(len(shown), gap="medium"), shown, strict=True):
        with column:
            caption = language.text("Version {version}", version=one.number)
            draw(confusion_matrix_figure(confusion_matrix_table(one.evaluation.confusion), language, caption))
    if other is not None:
        said = held_out_sentence(version, other, language)
        st.markdown(f"{said} {_changed(version, other, language)}".strip())


def _changed(version: ModelVersion, other: ModelVersion, language: Language) -> str:
    if version.manifest.judged_by != other.manifest.judged_by:
        return language.text("The two were judged by different flowers, which cannot be compared one by one.")
    learned = ""
    if version.manifest.data_fingerprint != other.manifest.data_fingerprint:
        learned = language.text(
            "They learned from data sets {first} and {second}, and were judged by the same {n} reference flowers.",
            first=version.manifest.dataset,
            second=other.manifest.dataset,
            n=version.evaluation.cross_validation.n_samples,
        )
    return f"{learned} {_sides(version, other, language)}".strip()


def _sides(version: ModelVersion, other: ModelVersion, language: Language) -> str:
    sides = disagreements(version.evaluation.cross_validation, other.evaluation.cross_validation)
    if not sides.won and not sides.lost:
        return language.text("Out of fold, both get the same flowers right.")
    return language.text(
        "Out of fold, only version {version} gets these right: {won}. Only version {other}: {lost}.",
        version=version.number,
        other=other.number,
        won=_numbers(sides.won, language),
        lost=_numbers(sides.lost, language),
    )


def _numbers(rows: tuple[int, ...], language: Language) -> str:
    shown = ", ".join(language.text("no. {n}", n=row + 1) for row in rows[:_MOST_NUMBERS]) or language.text("none")
    left = len(rows) - _MOST_NUMBERS
    return language.text("{numbers} and {n} more", numbers=shown, n=left) if left > 0 else shown


def gate_verdict(version: ModelVersion, language: Language) -> None:
    """Draw the result of each gate rule."""
    gate = version.manifest.gate
    verdict = (
        language.text("Version {version} passed the gate.", version=version.number)
        if gate.passed
        else language.text("The gate refused version {version}.", version=version.number)
    )
    (st.success if gate.passed else st.warning)(verdict)
    draw(gate_figure(gate_lights(gate, language), language))


def version_downloads(
    version: ModelVersion,
    dataset: DatasetRecord | None,
    against: ModelVersion | None,
    language: Language,
    *,
    registry_is_away: bool,
) -> None:
    """Draw the download buttons of the version's files; while the registry is unavailable, a message."""
    if registry_is_away:
        st.warning(language.text("The registry is unavailable: its files cannot be read now."))
        return
    name = f"iris-v{version.number}"
    st.download_button(
        language.text("Model card (Markdown)"),
        model_card(version),
        f"{name}.md",
        "text/markdown",
        on_click="ignore",
        key=f"download-{name}.md",
    )
    _report_download(version, dataset, against, name, language)
    for file, mime in (
        (FOREST_FILE, "application/json"),
        (MANIFEST, "application/json"),
        (ESTIMATOR_FILE, "application/octet-stream"),
    ):
        try:
            content = version.read_file(file) if file == MANIFEST else version.checked_file(file)
        except (FileNotFoundError, WrongContentError, DamagedVersionError):
            st.warning(language.text("{file} is missing or was altered: it cannot be downloaded.", file=file))
        except (OSError, RegistryUnusableError):
            st.warning(language.text("{file} cannot be read now. Try again.", file=file))
        else:
            st.download_button(file, content, f"{name}-{file}", mime, on_click="ignore", key=f"download-{name}-{file}")


def _report_download(
    version: ModelVersion, dataset: DatasetRecord | None, against: ModelVersion | None, name: str, language: Language
) -> None:
    if dataset is None:
        st.warning(
            language.text("Data set {dataset} cannot be read: there is no report.", dataset=version.manifest.dataset)
        )
        return
    report = version_report(version, dataset, dataset.checks, against)
    try:
        page = report_page(report, version.load_forest(), model_card(version))
    except NoCountsError as error:
        st.warning(language.error(error))
        return
    st.download_button(
        language.text("Report that works offline (HTML)"),
        page,
        f"{name}.html",
        "text/html",
        on_click="ignore",
        key=f"download-{name}.html",
    )


def lineage(version: ModelVersion, language: Language) -> None:
    """Draw the provenance of a version: data, code, build, software, hashes."""
    manifest = version.manifest
    config = ", ".join(f"{name} {value}" for name, value in manifest.config.parameters.items())
    rows = (
        (language.text("Trained"), language.moment(manifest.created)),
        (language.text("Parameters"), config),
        (language.text("Data set"), f"{manifest.dataset}: {manifest.data_source}, {manifest.n_samples}"),
        (language.text("Data fingerprint"), manifest.data_fingerprint),
        (language.text("Reference"), manifest.judged_by),
        (language.text("Commit"), manifest.commit or language.text("unknown")),
        (language.text("Build"), manifest.build or language.text("no build")),
        (language.text("Software"), ", ".join(f"{name} {number}" for name, number in manifest.software.items())),
        *((name, sha256) for name, sha256 in manifest.files.items()),
    )
    items = Markup("").join(
        Markup("<dt>{term}</dt><dd>{fact}</dd>").format(term=term, fact=fact) for term, fact in rows
    )
    draw(Markup('<dl class="lineage">{items}</dl>').format(items=items))
