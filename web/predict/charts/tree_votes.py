"""Votes of the trees of a forest, and the vote of one of them."""

from dataclasses import dataclass

from markupsafe import Markup

from irisml.domain.measurements import SPECIES
from irisml.model.explanation import TreePath
from web.html.species_mark import mark_path, species_label
from web.i18n.text import Language

_IN_A_ROW, _CELL = 25, 12


@dataclass(frozen=True, slots=True)
class VotesTable:
    """Votes per species, and the vote of each tree in order, as an index into `SPECIES`."""

    counts: tuple[int, ...]
    votes: tuple[int, ...]


def votes_table(votes: list[str]) -> VotesTable:
    """Count the votes per species."""
    species = tuple(SPECIES.index(vote) for vote in votes)
    return VotesTable(tuple(species.count(k) for k in range(len(SPECIES))), species)


def votes_figure(table: VotesTable, tree: int, language: Language) -> Markup:
    """Draw one mark per tree, in rows, with a ring around the selected tree (index from 0)."""
    counts = Markup("").join(
        Markup('<li class="s{k}">{} <b>{count}</b></li>').format(species_label(k), k=k, count=count)
        for k, count in enumerate(table.counts)
    )
    total = language.plural("Vote of {n} tree", "Votes of {n} trees", n=len(table.votes))
    paths = []
    for k in range(len(SPECIES)):
        data = "".join(mark_path(k, *_centre(i), 3.6) for i, vote in enumerate(table.votes) if vote == k)
        paths.append(Markup('<path class="s{k}" d="{data}"/>').format(k=k, data=data))
    x, y = _centre(tree)
    rows = -(-len(table.votes) // _IN_A_ROW)
    return Markup(
        '<div class="votes"><p>{total}</p><ul>{counts}</ul>'
        '<svg viewBox="0 0 {} {}" aria-hidden="true">{}<circle class="looked-at" cx="{x}" cy="{y}" r="5.5"/>'
        "</svg></div>"
    ).format(_IN_A_ROW * _CELL, rows * _CELL, Markup("").join(paths), total=total, counts=counts, x=x, y=y)


def _centre(tree: int) -> tuple[int, int]:
    row, column = divmod(tree, _IN_A_ROW)
    return column * _CELL + _CELL // 2, row * _CELL + _CELL // 2


def tree_vote_figure(path: TreePath, language: Language) -> Markup:
    """Say what the tree votes for, and how its leaf came to that."""
    share = max(path.distribution)
    vote = language.markup(
        "This tree votes for {species}: {share} of the training flowers in this leaf are of this species.",
        species=species_label(SPECIES.index(path.species)),
        share=language.percentage(share),
    )
    return Markup('<p class="tree-vote">{vote}</p>').format(vote=vote)
