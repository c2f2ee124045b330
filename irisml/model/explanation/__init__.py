"""Explanations of a forest's prediction for one flower. Exact, and without scikit-learn."""

from irisml.model.explanation.changes import Change, changes
from irisml.model.explanation.contributions import Contributions, contributions, node_means
from irisml.model.explanation.tree_paths import Question, TreeNode, TreePath, tree_nodes, tree_path, tree_votes

__all__ = [
    "Change",
    "Contributions",
    "Question",
    "TreeNode",
    "TreePath",
    "changes",
    "contributions",
    "node_means",
    "tree_nodes",
    "tree_path",
    "tree_votes",
]
