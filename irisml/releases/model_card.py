"""Model card of a version, one page of Markdown: purpose, evaluation, limits and provenance."""

from irisml.domain.measurements import SPECIES
from irisml.registry.version import ModelVersion
from irisml.releases.report import markdown_text


def model_card(version: ModelVersion) -> str:
    """Write the model card of a version.

    References
    ----------
    M. Mitchell et al. (2019), "Model Cards for Model Reporting", https://doi.org/10.1145/3287560.3287596.
    """
    manifest, evaluation, cv = version.manifest, version.evaluation, version.evaluation.cross_validation
    parameters = ", ".join(f"{name}: {value}" for name, value in manifest.config.parameters.items())
    low, high = evaluation.interval
    cv_low, cv_high = cv.interval
    scores = "\n".join(
        f"| *{species}* | {score.precision:.2f} | {score.recall:.2f} | {score.f1:.2f} | {score.support} |"
        for species, score in zip(SPECIES, evaluation.species_scores, strict=True)
    )
    matrix = "\n".join(
        f"| *{species}* | {' | '.join(map(str, row))} |"
        for species, row in zip(SPECIES, evaluation.confusion, strict=True)
    )
    gate = "\n".join(f"- {'passed' if check.passed else 'refused'}: {check}" for check in manifest.gate.checks)
    software = ", ".join(f"{name} {number}" for name, number in manifest.software.items())
    files = "\n".join(f"- `{name}`: {sha256}" for name, sha256 in manifest.files.items())
    yardsticks = "".join(
        f"- Yardstick, {one.name}: {one.n_correct} of {one.n_samples} ({one.interval[0]:.1%} to {one.interval[1]:.1%})"
        f"; this model {cv.n_correct}\n"
        for one in manifest.yardsticks
    )
    source = markdown_text(manifest.data_source)
    return f"""# Iris classifier, version {version.number}

Predicts which of three irises ({", ".join(f"*{species}*" for species in SPECIES)}) a flower is, from the length and
width of its sepals and petals in cm. Made to show the life cycle of a model, not to identify plants in the field.

## Model
- Trees: {len(version.load_forest().roots)}
- {parameters}
- Trained: {manifest.created:%Y-%m-%d %H:%M} UTC, in {manifest.duration_s:.2f} s, on {manifest.n_learned} flowers of \
data set {manifest.dataset}

## Evaluation
- Test set: {evaluation.n_correct} of {evaluation.n_test} unseen flowers classified correctly, \
{evaluation.accuracy:.1%} (95 % confidence interval {low:.1%} to {high:.1%})
- Cross-validated ({cv.n_repeats} times, {cv.n_samples} flowers): {cv.accuracy:.1%} ({cv_low:.1%} to {cv_high:.1%})
- Of {cv.n_splits} splits, {cv.n_perfect_splits} give 100 %: one split alone proves little.
- Judged by the {cv.n_samples} reference flowers, SHA-256 {manifest.judged_by}, whatever it learned from
{yardsticks}
| species | precision | recall | F1 | flowers |
|---|---|---|---|---|
{scores}

| actual \\ predicted | {" | ".join(SPECIES)} |
|---|---|---|---|
{matrix}

## Limits
- Three species only: any other flower is still classified as one of them.
- 150 flowers; two of the species grew in one field on one day: not a representative sample of irises.
- Outside the range of the training flowers, its predictions are unreliable.

## The gate
{gate}

## Provenance
- Data set {manifest.dataset}: {source}, {manifest.n_samples} flowers, SHA-256 {manifest.data_fingerprint}
- Commit: {manifest.commit or "unknown"}; build: {manifest.build or "none"}
- Software: {software}
{files}
"""
