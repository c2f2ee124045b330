"""Why a forest answers as it does, for one flower. Exact, and without scikit-learn."""

from irisml.explanation.changes import STEP_CM, Change, changes
from irisml.explanation.contributions import Contributions, contributions, node_means
from irisml.explanation.neighbours import NearFlower, loneliest_distance, nearest_flowers
from irisml.explanation.tree_paths import Question, TreePath, tree_path, tree_votes

__all__ = [
    "STEP_CM",
    "Change",
    "Contributions",
    "NearFlower",
    "Question",
    "TreePath",
    "changes",
    "contributions",
    "loneliest_distance",
    "nearest_flowers",
    "node_means",
    "tree_path",
    "tree_votes",
]
