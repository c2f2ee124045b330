"""A drawn tree: every node has its flowers and its place, and the way of the flower is lit."""

import re
from itertools import combinations

import pytest

from irisml.model.explanation import tree_nodes
from web.i18n.text import language
from web.predict.charts.tree_drawing import tree_figure, tree_table

FLOWER = [5.9, 2.8, 4.8, 1.6]


@pytest.fixture
def root(forest, iris):
    return tree_nodes(forest, 0, iris.X.tolist(), iris.y.tolist())


def nodes(node):
    return [node, *(nodes(node.yes) + nodes(node.no) if node.feature else [])]


def test_the_children_of_a_node_share_its_flowers(root):
    """All 150 are in the root."""
    assert root.counts == (50, 50, 50)
    for node in nodes(root):
        if node.feature:
            both = tuple(a + b for a, b in zip(node.yes.counts, node.no.counts, strict=True))
            assert node.counts == both


def test_no_two_nodes_of_the_drawing_overlap(forest, iris):
    """For each tree of the forest."""
    for tree in range(len(forest.roots)):
        root = tree_nodes(forest, tree, iris.X.tolist(), iris.y.tolist())
        placed = tree_table(root, []).nodes
        for a, b in combinations(placed, 2):
            apart = abs(a.x - b.x) >= (a.width + b.width) / 2
            assert apart or a.bottom <= b.top or b.bottom <= a.top
        assert all(node.x - node.width / 2 >= 0 for node in placed)


def test_the_path_of_the_flower_is_lit_in_picture_and_list(forest, root):
    path = forest.path(0, FLOWER)
    html = tree_figure(tree_table(root, path), language("en"))
    lit = re.findall(r'<li data-node="(\d+)" data-on="1" aria-current="true"', html)
    assert [int(node) for node in lit] == path
    assert {int(node) for node in re.findall(r'<g data-node="(\d+)" data-on="1"', html)} == set(path)


def test_every_training_flower_is_a_mark_in_its_leaf(root):
    """Counted in the picture; each mark begins with a move."""
    html = tree_figure(tree_table(root, []), language("en")).partition("<ul>")[0]
    marks = sum(data.count("M") for data in re.findall(r'class="flower s\d" d="([^"]*)"', html))
    assert marks == sum(sum(node.counts) for node in nodes(root))


def test_a_tree_of_one_leaf_is_drawn(forest, iris):
    """Without a question, and without an answer."""
    leaf = next(node for node in nodes(tree_nodes(forest, 0, iris.X.tolist(), iris.y.tolist())) if not node.feature)
    html = tree_figure(tree_table(leaf, [leaf.node]), language("fr"))
    assert html.count("<li ") == 1
    assert 'class="branch"' not in html
