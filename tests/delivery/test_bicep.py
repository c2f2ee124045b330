"""infra/main.bicep: its grammar, the scanner, and whether it creates what the commands create."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from infra.site import table
from tests.delivery.bicep_template import Template, grammar_problems
from tests.delivery.conftest import IRISES
from tests.delivery.test_wire import calls_of_create, process  # noqa: F401 - fixtures
from tools.scan_image import programs
from tools.served_app import ROOT

MAIN = ROOT / "infra/main.bicep"
ROLES = {  # names of built-in roles, whose ids are the same everywhere
    "7f951dda-4ed3-4680-a7ca-43fe172d538d": "AcrPull",
    "4633458b-17de-408a-b874-0445c86b69e6": "Key Vault Secrets User",
}
# Azure makes them by itself, or they are compared by their values.
IMPLIED = {"Microsoft.Storage/storageAccounts/fileServices", "Microsoft.Authorization/roleAssignments"}


@pytest.fixture
def copy(tmp_path) -> Path:
    """A copy of the templates, to be broken by a test."""
    for file in (*MAIN.parent.glob("*.bicep"), MAIN.parent / "site.json", MAIN.parent / ".checkov.baseline"):
        shutil.copy(file, tmp_path)
    return tmp_path / MAIN.name


def template(file: Path, environment: str) -> Template:
    given = {"name": "myirises", "environment": environment, "location": "westeurope"}
    return Template(file, **given, alertEmail="me@example.org", signingKey="x")


def created_by_commands(calls: list[dict], environment: str) -> dict[tuple[str, str], list[dict]]:
    """What the commands send, by kind and name of the resource, in their order."""
    group = f"/resourceGroups/{IRISES.group(environment)}/providers/".lower()
    found: dict[tuple[str, str], list[dict]] = {}
    for call in calls:
        if call["method"] in ("PUT", "PATCH") and group in call["path"].lower():
            words = call["path"].rpartition("/providers/")[2].split("/")
            key = ("/".join((words[0], *words[1::2])), "/".join(words[2::2]))
            found.setdefault(key, []).append(call["body"])
    return found


def differences(file: Path, calls: list[dict], environment: str) -> list[str]:
    """Return what the template and the commands do not have in common."""
    sent = created_by_commands(calls, environment)
    read = template(file, environment)
    ours = {(one.kind, one.name): one.properties for one in read.resources() if one.kind not in IMPLIED}
    problems = []
    names = {key for key in sent if not re.search("roleAssignments|/config$", key[0])}
    for kind, name in names ^ {key for key in ours if not key[0].endswith("/config")}:
        problems.append(f"{kind} {name} is in only one of them")
    known = {
        "<storage.name>": IRISES.storage(environment),
        "<identity.property_accessor.properties.clientId>": "client-1",
    }
    for side, site in (("live", IRISES.app(environment)), ("staging", f"{IRISES.app(environment)}/staging")):
        kind = "Microsoft.Web/sites" + "/slots" * (side != "live")
        body = ours[kind, site]
        config = {key: known.get(str(value), value) for key, value in body["siteConfig"].items()}
        config.pop("linuxFxVersion")  # of a release
        mount = {key: known.get(value, value) for key, value in config.pop("azureStorageAccounts")["registry"].items()}
        patches = [
            body for body in sent[f"{kind}/config", f"{site}/web"] if "location" not in body
        ]  # not of webapp create
        [mounts] = sent[f"{kind}/config", f"{site}/azurestorageaccounts"]
        same = {
            "configuration": (config, {key: value for body in patches for key, value in body["properties"].items()}),
            "app settings": (
                ours[f"{kind}/config", f"{site}/appsettings"],
                sent[f"{kind}/config", f"{site}/appsettings"][-1]["properties"],
            ),
            "mount": ({**mount, "accessKey": ""}, {**mounts["properties"]["registry"], "accessKey": ""}),
            "https and affinity": (
                {key: value for key, value in body.items() if key in ("httpsOnly", "clientAffinityEnabled")},
                {"httpsOnly": True, "clientAffinityEnabled": True},
            ),
        }
        problems += [f"{what} of {side}: {a} and {b}" for what, (a, b) in same.items() if a != b]
    for key in ours.keys() & names:
        problems += _contradictions(key, ours[key], sent[key][-1].get("properties", {}))
    roles = [read.module_parameters("mayPull")["role"]]
    roles += [
        one.properties["roleDefinitionId"]
        for one in read.resources()
        if one.kind == "Microsoft.Authorization/roleAssignments"
    ]
    scopes = [one.body["scope"] for one in read.resources() if one.kind == "Microsoft.Authorization/roleAssignments"]
    if scopes != ["vault"]:
        problems.append(f"roles in {scopes}")
    named = [ROLES.get(re.sub(r".* |>$", "", role), role) for role in roles]
    if named != ["AcrPull", "Key Vault Secrets User"]:
        problems.append(f"roles: {named}")
    return problems


def _contradictions(key: tuple[str, str], ours: dict, sent: dict) -> list[str]:
    """Properties that both name, with different values; those that only Azure knows are left out."""
    different = [
        f"{key[1]}: {name} is {ours[name]} and {sent[name]}"
        for name in ours.keys() & sent.keys() - {"siteConfig", "criteria", "value"}
        if ours[name] != sent[name] and "<" not in str(ours[name])
    ]
    if "criteria" in ours:
        for name in ("metricName", "operator", "threshold", "timeAggregation"):
            pair = [one["criteria"]["allOf"][0][name] for one in (ours, sent)]
            if pair[0] != pair[1]:
                different.append(f"{key[1]}: {name} is {pair[0]} and {pair[1]}")
    return different


@pytest.mark.parametrize("environment", ["production", "dev"])
def test_the_template_creates_what_the_commands_create(calls_of_create, environment):  # noqa: F811
    assert differences(MAIN, calls_of_create, environment) == []


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("name: '${name}images'", "name: '${name}registry'", "myirisesregistry is in only one"),
        ("name: 'versions'", "name: 'models'", "models is in only one of them"),
        ("shareName: 'versions'", "shareName: 'version'", "mount of live"),
        ("${mountPath}/staging", "${mountPath}/live", "app settings of staging"),
        ("var mountPath = '/registry'", "var mountPath = '/models'", "mount of live"),
        ("SecretName=signing-key", "SecretName=signing", "app settings of live"),
        ("ipSecurityRestrictionsDefaultAction: 'Deny'", "ipSecurityRestrictionsDefaultAction: 'Allow'", "of staging"),
        ("4633458b-17de-408a-b874", "b86a8fe4-44ce-4948-aee5", "roles: "),
        ("scope: vault", "scope: storage", "roles in ['storage']"),
        ("table.siteConfig, {", "{}, {", "configuration of live"),
        ("enableRbacAuthorization: true", "enableRbacAuthorization: false", "enableRbacAuthorization is False"),
        ("adminUserEnabled: false", "adminUserEnabled: true", "adminUserEnabled is True"),
        ("clientAffinityEnabled: true", "clientAffinityEnabled: false", "https and affinity of live"),
        ("properties: { allow: false }", "properties: { allow: true }", "allow is True"),
        ("windowSize: 'PT5M'", "windowSize: 'PT1H'", "windowSize is PT1H"),
    ],
)
def test_a_template_that_differs_is_detected(copy, calls_of_create, right, wrong, said):  # noqa: F811
    spoil(copy, right, wrong)
    assert said in "\n".join(differences(copy, calls_of_create, "production"))


def spoil(file: Path, right: str, wrong: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert right in text
    file.write_text(text.replace(right, wrong, 1), encoding="utf-8")


@pytest.mark.parametrize("file", sorted(MAIN.parent.glob("*.bicep")), ids=lambda file: file.name)
def test_the_grammar_of_bicep_allows_every_line(file):
    assert grammar_problems(file) == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("param sku string", "param sku = string"), ("= if (isProduction) {", "= if isProduction {"), ("}\n", "\n")],
)
def test_what_the_grammar_does_not_allow_is_detected(copy, right, wrong):
    spoil(copy, right, wrong)
    assert grammar_problems(copy) != []


def scan(folder: Path) -> str:
    """Return the findings of the scanner that are not in the committed baseline."""
    program = programs() / "checkov"
    options = ["--framework=bicep", "--skip-download", "--quiet", "--compact", "--baseline", ".checkov.baseline"]
    ran = subprocess.run(
        [program, "--directory", ".", *options],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode in (0, 1), ran.stderr
    return ran.stdout if ran.returncode else ""


def test_the_scanner_finds_nothing_new(copy):
    """What it finds and why it stays: docs/azure.md, What is left out."""
    assert scan(copy.parent) == ""


@pytest.mark.parametrize(
    ("right", "wrong", "rule"),
    [
        ("supportsHttpsTrafficOnly: true", "supportsHttpsTrafficOnly: false", "CKV_AZURE_3"),
        ("minimumTlsVersion: 'TLS1_2'", "minimumTlsVersion: 'TLS1_0'", "CKV_AZURE_44"),
        ("httpsOnly: true", "httpsOnly: false", "CKV_AZURE_14"),
    ],
)
def test_the_scanner_detects_what_is_new(copy, right, wrong, rule):
    spoil(copy, right, wrong)
    assert rule in scan(copy.parent)


def test_the_template_reads_the_table_of_the_commands():
    """One file for both, so that a setting cannot be in one of them only."""
    assert "loadJsonContent('site.json')" in MAIN.read_text(encoding="utf-8")
    assert Template(MAIN).variable("table") == table()
