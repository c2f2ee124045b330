"""irisml.domain.settings: from the environment, and as documented."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from irisml.domain.settings import Settings
from web.limits import Limits

DOCUMENT = (Path(__file__).parents[3] / "docs/settings.md").read_text(encoding="utf-8")
READ_ELSEWHERE = {"PORT", "IRISML_AZURE_NAME", "CHROMIUM"}


class Recorded(dict):
    """An empty environment that records the names that are read."""

    def get(self, name, default=None):
        self[name] = None
        return super().get(name) or default


def documented(pattern: str) -> set[str]:
    return set(re.findall(rf"^\| `({pattern})` \|", DOCUMENT, re.MULTILINE))


def test_the_document_lists_every_variable():
    environment = Recorded()
    Settings.of(environment)
    in_table = documented(r"(?!IRISML_LIMIT_)\w+")
    assert set(environment) - {"", "IRISML_SEED"} == in_table - READ_ELSEWHERE
    assert len(in_table - READ_ELSEWHERE) == len(fields(Settings))


def test_the_document_lists_every_limit_with_its_default():
    rows = dict(re.findall(r"^\| `IRISML_LIMIT_(\w+)` \| (\d+) \|", DOCUMENT, re.MULTILINE))
    limits = Limits()
    assert {name.lower(): int(value) for name, value in rows.items()} == {
        name: getattr(limits, name) for name in limits.__struct_fields__
    }


def test_an_empty_variable_counts_as_not_set():
    names = documented(r"(?!IRISML_LIMIT_)\w+")
    assert Settings.of(dict.fromkeys(names, "")) == Settings()


def test_the_old_name_of_the_bundled_models_works_with_a_warning():
    with pytest.warns(DeprecationWarning, match="IRISML_SEED is called IRISML_BUNDLED_MODELS now"):
        assert Settings.of({"IRISML_SEED": "/app/models"}).bundled_models == "/app/models"


def test_the_new_name_takes_precedence_over_the_old_one():
    environment = {"IRISML_SEED": "/old", "IRISML_BUNDLED_MODELS": "/new"}
    assert Settings.of(environment).bundled_models == "/new"


@pytest.mark.parametrize(("value", "public"), [("1", True), ("yes", True), ("0", False), ("", False)])
def test_public_is_on_for_every_value_but_0(value, public):
    assert Settings.of({"IRISML_PUBLIC": value}).public is public


def test_secrets_are_not_in_the_representation():
    """A log line with the settings must not contain them."""
    shown = repr(Settings.of({"IRISML_SIGNING_KEY": "secret-key", "IRISML_PRESENTER_PASSPHRASE": "petals"}))
    assert "secret-key" not in shown
    assert "petals" not in shown
