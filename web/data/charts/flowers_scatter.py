"""Interactive plotly charts: flowers along two features, and the distribution of one feature."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from irisml.data.datasets import Dataset
from irisml.domain.measurements import FEATURES, SPECIES
from web.html.species_mark import PLOTLY_SYMBOLS
from web.i18n.text import Language
from web.i18n.vocabulary import feature_name
from web.state.slider_limits import SLIDER_CM

if TYPE_CHECKING:  # importing plotly takes a second, and only one page needs it
    from plotly.graph_objects import Figure


@dataclass(frozen=True, slots=True)
class FlowerRow:
    """One flower of the data set.

    Parameters
    ----------
    row : int
        Row of the data set.
    lengths : tuple of float, length 4
        In cm, in the order of `FEATURES`.
    species : int
        Index into `SPECIES`.
    unseen : bool
        Whether it was held out for the test.
    """

    row: int
    lengths: tuple[float, ...]
    species: int
    unseen: bool


def flowers_table(
    dataset: Dataset, test_rows: Sequence[int], species: Sequence[int], limits: dict[str, tuple[float, float]]
) -> tuple[FlowerRow, ...]:
    """Return the flowers of those species within the limits (cm, inclusive)."""
    unseen = set(test_rows)
    within = [limits.get(feature, (0.0, float("inf"))) for feature in FEATURES]
    return tuple(
        FlowerRow(row, tuple(x), k, row in unseen)
        for row, (x, k) in enumerate(zip(dataset.X.tolist(), dataset.y.tolist(), strict=True))
        if k in species and all(low <= value <= high for value, (low, high) in zip(x, within, strict=True))
    )


@dataclass(frozen=True, slots=True)
class PlotColours:
    """Colours of the visitor's theme: of the species, in the order of `SPECIES`, and of text."""

    species: tuple[str, ...]
    ink: str


@lru_cache(maxsize=64)
def scatter_figure(
    rows: tuple[FlowerRow, ...], x_feature: str, y_feature: str, colours: PlotColours, language: Language
) -> "Figure":
    """Draw each flower as the mark of its species; one figure for all who have chosen the same: do not change it."""
    from plotly.graph_objects import Figure, Scatter

    column, other = FEATURES.index(x_feature), FEATURES.index(y_feature)
    figure = Figure()
    for k, species in enumerate(SPECIES):
        flowers = [row for row in rows if row.species == k]
        figure.add_trace(
            Scatter(
                x=[row.lengths[column] for row in flowers],
                y=[row.lengths[other] for row in flowers],
                text=[language.text("no. {n}", n=row.row + 1) for row in flowers],
                hovertemplate="%{text}: %{x} × %{y} cm",
                name=f"<i>{species}</i>",
                mode="markers",
                marker={"symbol": PLOTLY_SYMBOLS[k], "color": colours.species[k], "size": 10, "opacity": 0.8},
            )
        )
    figure.update_xaxes(title=f"{feature_name(x_feature, language)} (cm)", range=_range(x_feature))
    figure.update_yaxes(title=f"{feature_name(y_feature, language)} (cm)", range=_range(y_feature))
    return _dressed(figure, colours, language)


def scatter_alt(rows: Sequence[FlowerRow], x_feature: str, y_feature: str, language: Language) -> str:
    """Return the text alternative of the scatter plot: count and ranges per species."""
    column, other = FEATURES.index(x_feature), FEATURES.index(y_feature)
    parts = []
    for k, species in enumerate(SPECIES):
        flowers = [row.lengths for row in rows if row.species == k]
        if flowers:
            parts.append(
                language.text(
                    "{species} ({n}): {x_low} to {x_high} by {y_low} to {y_high} cm",
                    species=species,
                    n=len(flowers),
                    x_low=language.number(min(x[column] for x in flowers)),
                    x_high=language.number(max(x[column] for x in flowers)),
                    y_low=language.number(min(x[other] for x in flowers)),
                    y_high=language.number(max(x[other] for x in flowers)),
                )
            )
    names = f"{feature_name(x_feature, language)} × {feature_name(y_feature, language)}"
    return f"{names}. {'; '.join(parts)}"


@lru_cache(maxsize=64)
def distribution_figure(
    rows: tuple[FlowerRow, ...], feature: str, colours: PlotColours, language: Language
) -> "Figure":
    """Draw the distribution of a feature per species: a violin, and every flower as a point; shared, as the scatter."""
    from plotly.graph_objects import Figure, Violin

    column = FEATURES.index(feature)
    figure = Figure()
    for k, species in enumerate(SPECIES):
        figure.add_trace(
            Violin(
                x=[row.lengths[column] for row in rows if row.species == k],
                name=f"<i>{species}</i>",
                orientation="h",
                spanmode="hard",  # no violin extends beyond its data
                points="all",
                pointpos=-0.9,
                jitter=0.6,
                marker={"symbol": PLOTLY_SYMBOLS[k], "color": colours.species[k], "size": 6},
                line={"color": colours.species[k]},
                hoverinfo="x",
                showlegend=False,
            )
        )
    figure.update_xaxes(title=f"{feature_name(feature, language)} (cm)", range=_range(feature))
    figure.update_yaxes(autorange="reversed")
    return _dressed(figure, colours, language)


def distribution_alt(rows: Sequence[FlowerRow], feature: str, language: Language) -> str:
    """Return the text alternative of the violins: median and range per species."""
    column = FEATURES.index(feature)
    parts = []
    for k, species in enumerate(SPECIES):
        lengths = sorted(row.lengths[column] for row in rows if row.species == k)
        if lengths:
            parts.append(
                language.text(
                    "{species}: median {median}, {low} to {high} cm",
                    species=species,
                    median=language.number(_median(lengths)),
                    low=language.number(lengths[0]),
                    high=language.number(lengths[-1]),
                )
            )
    return f"{feature_name(feature, language)}. {'; '.join(parts)}"


def _median(lengths: list[float]) -> float:
    middle = len(lengths) // 2
    return lengths[middle] if len(lengths) % 2 else (lengths[middle - 1] + lengths[middle]) / 2


def _range(feature: str) -> tuple[float, float]:
    """Return the limits of an axis: always the same, so that a filter shows what it removed."""
    low, high = SLIDER_CM[feature]
    margin = (high - low) / 30
    return low - margin, high + margin


def _dressed(figure: "Figure", colours: PlotColours, language: Language) -> "Figure":
    figure.update_layout(
        height=380,
        dragmode=False,
        margin={"l": 10, "r": 10, "t": 10, "b": 10},
        separators=f"{language.decimal}\u202f",
        paper_bgcolor="rgba(0,0,0,0)",  # transparent, to show the page background
        plot_bgcolor="rgba(0,0,0,0)",
        legend={"orientation": "h", "y": 1.08},
        font={"size": 15, "color": colours.ink},
    )
    # Not to be zoomed: a finger that swipes over the plot scrolls the page.
    ink = {"color": colours.ink}
    figure.update_xaxes(title_font=ink, tickfont=ink, fixedrange=True)
    figure.update_yaxes(title_font=ink, tickfont=ink, fixedrange=True)
    figure.update_traces(showlegend=True, selector={"type": "scatter"})
    return figure
