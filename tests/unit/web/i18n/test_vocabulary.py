"""web.i18n.vocabulary: names of the model in the visitor's language."""

import pytest

from irisml.model.estimators import MODEL_TYPES
from web.i18n.text import language
from web.i18n.vocabulary import model_type_name


@pytest.mark.parametrize("model_type", MODEL_TYPES)
def test_every_model_type_has_a_french_name(model_type):
    assert model_type_name(model_type, language("fr")) not in (model_type, model_type_name(model_type, language("en")))


@pytest.mark.parametrize("model_type", ["of_a_newer_irisml", "with {braces}", "<b>"])
def test_an_unknown_model_type_is_shown_as_it_is(model_type):
    """A manifest of another irisml may hold any text."""
    assert model_type_name(model_type, language("fr")) == model_type
