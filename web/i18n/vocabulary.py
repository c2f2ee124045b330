"""Names of features and model types in the visitor's language."""

from irisml.domain.i18n import sentence
from web.i18n.text import Language

FEATURE_NAMES = {
    "sepal_length": sentence("Sepal length"),
    "sepal_width": sentence("Sepal width"),
    "petal_length": sentence("Petal length"),
    "petal_width": sentence("Petal width"),
}
SHORT_FEATURE_NAMES = {
    "sepal_length": sentence("Sepal l."),
    "sepal_width": sentence("Sepal w."),
    "petal_length": sentence("Petal l."),
    "petal_width": sentence("Petal w."),
}
"""For the head of a narrow table."""
_MODEL_TYPE_NAMES = {
    "random_forest": sentence("random forest"),
    "extra_trees": sentence("extra trees"),
    "decision_tree": sentence("decision tree"),
}


def feature_name(feature: str, language: Language) -> str:
    """Return the name of a feature, without its unit."""
    return language.text(FEATURE_NAMES[feature])


def model_type_name(model_type: str, language: Language) -> str:
    """Return the name of a model type; one without a translated name is shown by its key."""
    # A type of another irisml is no message: it may hold braces.
    return language.text(_MODEL_TYPE_NAMES[model_type]) if model_type in _MODEL_TYPE_NAMES else model_type
