"""One tree as a picture: every node with its training flowers, and the way of the visitor's flower.

Drawn twice: as SVG where there is room for all branches, and as a list, which shows the way on a phone and is what a
screen reader reads. live_answer.js sets data-on of both while a slider moves.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from irisml.domain.measurements import DIGITS, SPECIES
from irisml.model.explanation import TreeNode
from web.html.species_mark import mark_path, species_label
from web.i18n.text import Language
from web.i18n.vocabulary import feature_name

_IN_A_COLUMN, _PITCH, _MARK = 5, 6.2, 2.5
_PAD, _GAP, _LABEL, _BETWEEN, _LEAF_WIDTH, _QUESTION_WIDTH = 4.0, 12.0, 15.0, 26.0, 34.0, 128.0
_LEAST_WIDTH = 330.0


@dataclass(frozen=True, slots=True)
class PlacedNode:
    """A node in the drawing: its centre and top in units of the drawing, and the node above it."""

    node: TreeNode
    x: float
    top: float
    parent: "PlacedNode | None"

    @property
    def width(self) -> float:
        """Width of its marks."""
        return max(1, -(-sum(self.node.counts) // _IN_A_COLUMN)) * _PITCH

    @property
    def height(self) -> float:
        """Height of its marks."""
        return min(_IN_A_COLUMN, max(1, sum(self.node.counts))) * _PITCH

    @property
    def bottom(self) -> float:
        """Where its branches begin."""
        return self.top + self.height + 2 * _PAD + _LABEL


@dataclass(frozen=True, slots=True)
class TreeTable:
    """A tree laid out, and the nodes that the visitor's flower passes."""

    root: int
    nodes: tuple[PlacedNode, ...]
    passed: frozenset[int]
    width: float
    height: float


def tree_table(root: TreeNode, passed: Sequence[int]) -> TreeTable:
    """Lay out a tree from its root, with the indices of the nodes that the flower passes."""
    width = max(_width(root), _LEAST_WIDTH)
    nodes = tuple(_placed(root, (width - _width(root)) / 2, 2.0, None))
    return TreeTable(root.node, nodes, frozenset(passed), width, max(node.bottom for node in nodes))


def _width(node: TreeNode) -> float:
    columns = max(1, -(-sum(node.counts) // _IN_A_COLUMN))
    own = max(_LEAF_WIDTH, columns * _PITCH + 2 * _PAD) + _GAP
    if node.yes is None or node.no is None:
        return own
    return max(own, _QUESTION_WIDTH, _width(node.yes) + _width(node.no))


def _placed(node: TreeNode, left: float, top: float, parent: PlacedNode | None) -> Iterator[PlacedNode]:
    if node.yes is None or node.no is None:
        yield PlacedNode(node, left + _width(node) / 2, top, parent)
        return
    spare = (_width(node) - _width(node.yes) - _width(node.no)) / 2
    split = left + spare + _width(node.yes)
    # Above the middle of its children, as far as its own question has room.
    middle = left + spare + (_width(node.yes) / 2 + _width(node.yes) + _width(node.no) / 2) / 2
    half = _QUESTION_WIDTH / 2
    own = PlacedNode(node, min(max(middle, left + half), left + _width(node) - half), top, parent)
    yield own
    yield from _placed(node.yes, left + spare, own.bottom + _BETWEEN, own)
    yield from _placed(node.no, split, own.bottom + _BETWEEN, own)


def tree_figure(table: TreeTable, language: Language) -> Markup:
    """Draw the tree; yes goes left, no goes right, and the branches that the flower takes are heavy."""
    branches = Markup("").join(_branch(node, table, language) for node in table.nodes if node.parent)
    boxes = Markup("").join(_box(node, table, language) for node in table.nodes)
    items = _item(table.nodes[0], table, language, "")
    return Markup(
        '<div class="tree" data-tree="{root}"><svg viewBox="0 0 {width:g} {height:g}" style="--units:{width:g}" '
        'aria-hidden="true">{branches}{boxes}</svg><ul>{items}</ul></div>'
    ).format(root=table.root, width=table.width, height=table.height + 2, branches=branches, boxes=boxes, items=items)


def _on(node: PlacedNode, table: TreeTable) -> int:
    return int(node.node.node in table.passed)


def _branch(node: PlacedNode, table: TreeTable, language: Language) -> Markup:
    assert node.parent is not None
    parent = node.parent
    yes = parent.node.yes is node.node
    middle = (parent.bottom + node.top) / 2
    word = language.text("Yes") if yes else language.text("No")
    return Markup(
        '<g data-node="{node}" data-on="{on}"><path class="branch" d="M{x1:.1f} {y1:.1f}C{x1:.1f} {m:.1f} {x2:.1f} '
        '{m:.1f} {x2:.1f} {y2:.1f}"/><text class="turn" x="{tx:.1f}" y="{ty:.1f}" text-anchor="{anchor}">'
        "{word}</text></g>"
    ).format(
        node=node.node.node,
        on=_on(node, table),
        x1=parent.x,
        y1=parent.bottom + 2,
        x2=node.x,
        y2=node.top,
        m=middle,
        tx=node.x + (-7 if yes else 7),
        ty=node.top - 5,
        anchor="end" if yes else "start",
        word=word,
    )


def _box(node: PlacedNode, table: TreeTable, language: Language) -> Markup:
    left = node.x - node.width / 2
    label = _short_question(node.node, language) if node.node.feature else _share(node.node)
    words = Markup('<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle">{label}</text>').format(
        x=node.x, y=node.top + node.height + 2 * _PAD + _LABEL - 3, label=label
    )
    return Markup(
        '<g data-node="{node}" data-on="{on}"><rect class="node" x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" '
        'height="{h:.1f}" rx="5"/>{marks}{words}</g>'
    ).format(
        node=node.node.node,
        on=_on(node, table),
        x=left - _PAD,
        y=node.top,
        w=node.width + 2 * _PAD,
        h=node.height + 2 * _PAD,
        marks=_marks(node.node.counts, left, node.top + _PAD),
        words=words,
    )


def _marks(counts: Sequence[int], left: float, top: float) -> Markup:
    species = [k for k, count in enumerate(counts) for _ in range(count)]
    paths = []
    for k in range(len(SPECIES)):
        data = "".join(
            mark_path(
                k,
                round(left + (place // _IN_A_COLUMN + 0.5) * _PITCH, 1),
                round(top + (place % _IN_A_COLUMN + 0.5) * _PITCH, 1),
                _MARK,
            )
            for place, one in enumerate(species)
            if one == k
        )
        if data:
            paths.append(Markup('<path class="flower s{k}" d="{data}"/>').format(k=k, data=data))
    return Markup("").join(paths)


def _short_question(node: TreeNode, language: Language) -> str:
    return language.text(
        "{feature} ≤ {threshold}",
        feature=feature_name(node.feature or "", language),
        threshold=language.number(node.threshold, DIGITS + 1),
    )


def _share(node: TreeNode) -> str:
    # The marks above it say which species: its name would be wider than the leaf.
    most, of = max(node.counts), sum(node.counts)
    return str(of) if most == of else f"{most}/{of}"


def _item(placed: PlacedNode, table: TreeTable, language: Language, turn: str) -> Markup:
    node = placed.node
    few = Markup('<svg class="few" viewBox="0 0 {w:g} {h:g}" style="--wide:{w:g}" aria-hidden="true">{marks}</svg>')
    words: Markup | str
    if node.feature:
        words = language.text(
            "{feature} at most {threshold} cm?",
            feature=feature_name(node.feature, language),
            threshold=language.number(node.threshold, DIGITS + 1),
        )
    else:
        words = Markup(", ").join(
            Markup("{} {}").format(species_label(k), count) for k, count in enumerate(node.counts) if count
        ) or language.text("no flower")
    below = Markup("").join(
        _item(child, table, language, language.text("Yes") if child.node is node.yes else language.text("No"))
        for child in table.nodes
        if child.parent is placed
    )
    on = _on(placed, table)
    return Markup(
        '<li data-node="{node}" data-on="{on}" aria-current="{current}"><div>{turn}{marks}<span>{words}</span></div>'
        "{below}</li>"
    ).format(
        node=node.node,
        on=on,
        current="true" if on else "false",
        turn=Markup('<b class="turn">{turn}</b> ').format(turn=turn) if turn else "",
        marks=few.format(w=placed.width, h=placed.height, marks=_marks(node.counts, 0, 0)),
        words=words,
        below=Markup("<ul>{below}</ul>").format(below=below) if below else "",
    )
