"""irisml.domain.settings: from the environment, and as documented."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from irisml.domain.errors import InvalidSettingError
from irisml.domain.settings import Settings, settings
from web.limits import Limits

DOCUMENT = (Path(__file__).parents[3] / "docs/settings.md").read_text(encoding="utf-8")
READ_ELSEWHERE = {"IRISML_WORKERS", "PORT", "IRISML_AZURE_NAME", "CHROMIUM"}


class Recorded(dict):
    """An empty environment that records the names that are read."""

    def get(self, name, default=None):
        self[name] = None
        return default

    def __contains__(self, name):
        return False


def documented(pattern: str) -> set[str]:
    return set(re.findall(rf"^\| `({pattern})` \|", DOCUMENT, re.MULTILINE))


def test_the_document_lists_every_variable():
    environment = Recorded()
    Settings.of(environment)
    in_table = documented(r"(?!IRISML_LIMIT_)\w+")
    assert set(environment) == in_table - READ_ELSEWHERE
    assert len(in_table - READ_ELSEWHERE) == len({field.name for field in fields(Settings)} - {"old_names"})


def test_the_document_lists_every_limit_with_its_default():
    rows = dict(re.findall(r"^\| `IRISML_LIMIT_(\w+)` \| (\d+) \|", DOCUMENT, re.MULTILINE))
    limits = Limits()
    assert {name.lower(): int(value) for name, value in rows.items()} == {
        name: getattr(limits, name) for name in limits.__struct_fields__
    }


def test_an_empty_variable_counts_as_not_set():
    names = documented(r"(?!IRISML_LIMIT_)\w+")
    assert Settings.of(dict.fromkeys(names, "")) == Settings()


@pytest.mark.parametrize(("old", "bundled"), [("/mine", "/mine"), ("", None)])
def test_the_old_name_takes_precedence_over_the_new_one_that_an_image_sets(old, bundled):
    """Also if it is empty: that was how to run an image without its model."""
    found = Settings.of({"IRISML_SEED": old, "IRISML_BUNDLED_MODELS": "/app/models"})
    assert (found.bundled_models, found.old_names) == (bundled, ("IRISML_SEED",))


@pytest.mark.parametrize(
    ("value", "public"), [("1", True), ("Yes", True), ("0", False), ("", False), ("false", False), (" ", False)]
)
def test_public_is_on_or_off(value, public):
    assert Settings.of({"IRISML_PUBLIC": value}).public is public


def test_another_value_of_public_is_an_error_with_the_remedy():
    with pytest.raises(InvalidSettingError, match=r'IRISML_PUBLIC is "maybe"\. Set it to 1 or 0'):
        Settings.of({"IRISML_PUBLIC": "maybe"})


def test_a_changed_environment_is_read_again(monkeypatch):
    monkeypatch.setenv("IRISML_BUILD", "41")
    assert settings().build == "41"
    monkeypatch.setenv("IRISML_BUILD", "42")
    assert settings().build == "42"


def test_secrets_are_not_in_the_representation():
    """A log line with the settings must not contain them."""
    shown = repr(Settings.of({"IRISML_SIGNING_KEY": "secret-key", "IRISML_PRESENTER_PASSPHRASE": "petals"}))
    assert "secret-key" not in shown
    assert "petals" not in shown


@pytest.mark.parametrize(
    ("name", "value"),
    [("IRISML_EVENTS", "perhaps"), ("IRISML_EVENTS_DAYS", "0"), ("IRISML_EVENTS_DAYS", "-1"), ("IRISML_LOGS", "xml")],
)
def test_a_setting_of_the_watch_that_cannot_be_is_refused(name, value):
    with pytest.raises(InvalidSettingError, match=name):
        Settings.of({name: value})


def test_the_settings_of_the_watch():
    kept = Settings.of({"IRISML_EVENTS": "0", "IRISML_EVENTS_DAYS": "7", "IRISML_LOGS": "json"})
    assert (kept.events, kept.events_days, kept.logs) == (False, 7, "json")
    assert (Settings.of({}).events, Settings.of({}).events_days, Settings.of({}).logs) == (True, 30, "text")


@pytest.mark.parametrize("name", ["IRISML_SIGNING_KEY", "IRISML_PRESENTER_PASSPHRASE", "IRISML_METRICS_TOKEN"])
def test_a_reference_that_was_not_resolved_is_no_secret(name):
    """App Service passes it on as it is if the vault or the right to read it is missing: everybody could know it."""
    reference = "@Microsoft.KeyVault(VaultName=myirises-vault;SecretName=signing-key)"
    with pytest.raises(InvalidSettingError, match=rf"{name} is .*KeyVault.*app's identity can read"):
        Settings.of({name: reference})
