"""azure-pipelines.yml: offline checks, and controls that each check can fail."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools import pipeline_checks as checks
from tools.pipeline_checks import CHECKS, Pipeline
from tools.pipeline_conditions import condition_problem
from tools.served_app import ROOT

RELEASE = "pipelines/release.yml"
MAIN = "azure-pipelines.yml"


@pytest.fixture
def copy(tmp_path) -> Path:
    """A copy of the files that the checks read, to be broken by a test."""
    for name in (MAIN, "Dockerfile", "pyproject.toml", ".yamllint.yml"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "pipelines", tmp_path / "pipelines")
    return tmp_path


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_pipeline_has_no_problems(check):
    assert check(Pipeline(ROOT)) == []


SPOILT = [
    (checks.schema_problems, MAIN, "failTaskOnFailedTests: true", "failTaskOnFailedTest: true", "failTaskOnFailedTest"),
    (checks.schema_problems, MAIN, "AzureCLI@2", "AzureCLI@9", "AzureCLI@9"),
    (checks.schema_problems, MAIN, "scriptType: bash", "scriptType: fish", "fish"),
    (checks.schema_problems, MAIN, "testResultsFormat: JUnit", "testResultsFormat: Junit5", "Junit5"),
    (checks.schema_problems, MAIN, "    dependsOn: Docker_Deploy", "    dependOn: Docker_Deploy", "dependOn"),
    (checks.schema_problems, RELEASE, "runOnce:", "runTwice:", "runTwice"),
    (checks.schema_problems, RELEASE, "            - checkout: self", "            - chekout: self", "chekout"),
    (checks.stage_problems, MAIN, "dependsOn: Build_Test", "dependsOn: Build_Tests", "Build_Tests, which does not"),
    (checks.stage_problems, MAIN, "[Docker_Deploy, Dev]", "[Dev]", "reads from Docker_Deploy without depending"),
    (checks.stage_problems, MAIN, "name: pushed", "name: push", "which is not set"),
    (checks.stage_problems, MAIN, ";isOutput=true", "", "which is not set"),
    (checks.stage_problems, MAIN, "- stage: Dev", "- stage: Production", "two stages are called Production"),
    (
        checks.template_problems,
        MAIN,
        "template: pipelines/release.yml",
        "template: release.yml",
        "no template release.yml",
    ),
    (checks.template_problems, MAIN, "environment: dev", "environment: test", "cannot be test"),
    (checks.template_problems, MAIN, "environment: dev", "enviroment: dev", "has no parameter enviroment"),
    (checks.condition_problems, MAIN, "and(succeeded(), eq(", "and(succeeded(), eq((", "stands where"),
    (checks.condition_problems, MAIN, "condition: succeededOrFailed()", "condition: succeedOrFailed()", "no function"),
    (checks.condition_problems, MAIN, "'refs/heads/main'))", "'refs/heads/main')", "the end stands where"),
    (
        checks.variable_problems,
        MAIN,
        "imageRepository: irisml",
        "imageRepo: irisml",
        "$(imageRepository) is not defined",
    ),
    (checks.variable_problems, RELEASE, "--build $(Build.BuildId)", "--build $(build)", "$(build) is not defined"),
    (
        checks.variable_problems,
        MAIN,
        "  vmImage: ubuntu",
        "  spare: 1\n  vmImage: ubuntu",
        "spare is defined and not used",
    ),
    (
        checks.variable_problems,
        MAIN,
        "platformImage: macos-15\n",
        "image: macos-15\n",
        "$(platformImage) is not defined",
    ),
    (checks.variable_problems, RELEASE, "irisml-${{ parameters.env", "irisml-${{ parameters.n", "parameter nironment"),
    (checks.command_problems, MAIN, "run.py test --maxfail=1", "run.py tests --maxfail=1", "no task tests"),
    (checks.command_problems, MAIN, "python run.py test --maxfail=1", "pytest --maxfail=1", "the task test is not run"),
    (checks.command_problems, RELEASE, "--image $(image)", "--picture $(image)", "infra does not accept"),
    (checks.release_problems, MAIN, "failTaskOnFailedTests: true", "failTaskOnFailedTests: false", "do not fail"),
    (checks.release_problems, MAIN, "condition: succeededOrFailed()", "condition: succeeded()", "are not published"),
    (checks.release_problems, MAIN, "--tag $(taggedImage) .", "--tag irisml:latest .", "another image: irisml:latest"),
    (checks.release_problems, MAIN, 'docker push "$(taggedImage)"', "docker push irisml", "another image: irisml"),
    (checks.release_problems, MAIN, "environment: dev", "environment: production", "['production', 'production']"),
    (
        checks.release_problems,
        RELEASE,
        "environment: irisml-${{",
        "environment: other-${{",
        "two runs could use one slot",
    ),
    (checks.order_problems, MAIN, "[Docker_Deploy, Dev]", "[Docker_Deploy]", "does not wait for Dev"),
    (checks.order_problems, MAIN, "IRISML_TEST_IMAGE: $(taggedImage)", "OTHER: x", "another image"),
    (checks.order_problems, MAIN, "--image $(image) ", "--image $(taggedImage) ", "not of the digest"),
    (checks.order_problems, RELEASE, "--image $(image) ", "--image $(taggedImage) ", "not of the digest"),
    (
        checks.pull_request_problems,
        MAIN,
        "${{ if eq(variables['Build.SourceBranch'], 'refs/heads/main') }}",
        "${{ if true }}",
        "reaches irisml-dev in Docker_Deploy",
    ),
    (
        checks.pull_request_problems,
        MAIN,
        "condition: and(succeeded(), eq(variables['Build.SourceBranch'], 'refs/heads/main'))",
        "condition: succeeded()",
        "in Dev",
    ),
    (
        checks.connection_problems,
        MAIN,
        "azureSubscription: ${{ variables.devConnection }}",
        "azureSubscription: $(devConnection)",
        "not known before the run",
    ),
    (
        checks.connection_problems,
        RELEASE,
        "${{ parameters.connection }}",
        "$(connection)",
        "not known before the run",
    ),
    (
        checks.boundary_problems,
        MAIN,
        "connection: ${{ variables.productionConnection }}",
        "connection: ${{ variables.devConnection }}",
        "Production names irisml-dev",
    ),
    (
        checks.boundary_problems,
        MAIN,
        "connection: ${{ variables.devConnection }}",
        "connection: ${{ variables.productionConnection }}",
        "Dev names irisml-dev, irisml-production",
    ),
    (
        checks.boundary_problems,
        MAIN,
        "azureSubscription: ${{ variables.devConnection }}",
        "azureSubscription: ${{ variables.productionConnection }}",
        "Docker_Deploy names irisml-dev, irisml-production",
    ),
    (
        checks.boundary_problems,
        RELEASE,
        "azureSubscription: ${{ parameters.connection }}",
        "azureSubscription: ${{ variables.devConnection }}",
        "Production names irisml-dev, irisml-production",
    ),
    (checks.path_problems, MAIN, "dependsOn: Build_Test", "dependsOn: []", "does not wait for the tests"),
    (checks.path_problems, MAIN, "imageTag: $(Build.BuildId)", "imageTag: latest", "the tag latest can move"),
    (checks.path_problems, RELEASE, "--build $(Build.BuildId)", "--build 1", "the build of its run"),
    (checks.path_problems, MAIN, "BUILD=$(Build.BuildId)", "BUILD=1", "does not know its build"),
    (checks.path_problems, MAIN, "{{index .RepoDigests 0}}", "{{.Id}}", "without its digest"),
    (checks.path_problems, MAIN, "base/python@$digest", "base/python:3.13-slim", "not pulled by its digest"),
    (checks.path_problems, MAIN, " --must-promote", "", "the gate refused"),
    (checks.path_problems, MAIN, '| cmp - "', '| grep . "', "not compared with the tested one"),
    (checks.path_problems, RELEASE, "irisml-${{ parameters.environment }}", "irisml-dev", "that it names"),
    (checks.path_problems, RELEASE, "          failure:", "          success:", "are lost"),
    (checks.path_problems, MAIN, "        pool: server\n", "", "needs an agent"),
    (checks.path_problems, MAIN, "dependsOn: [instance, look]", "dependsOn: [instance]", "before somebody looks"),
    (checks.cache_problems, MAIN, '"$(pythonVersion)" |', "$(pythonVersion) |", "is taken for a file"),
    (checks.cache_problems, MAIN, "requirements-mlflow.txt", "requirements-flow.txt", "is taken for a file"),
    (checks.scan_problems, MAIN, "python run.py scan-image", "echo scan-image", "pushed before it is scanned"),
    (
        checks.scan_problems,
        MAIN,
        "IRISML_TEST_IMAGE: $(taggedImage)\n              TRIVY",
        "IRISML_TEST_IMAGE: irisml:417\n              TRIVY",
        "irisml:417 is scanned, another image is pushed",
    ),
    (checks.instance_problems, MAIN, "condition: always()", "condition: succeeded()", "billed for ever"),
    (checks.instance_problems, MAIN, "infra end-instance", "infra logs", "billed for ever"),
    (checks.command_problems, MAIN, "infra end-instance", "infra end-it", "infra does not accept"),
    (checks.schedule_problems, MAIN, "always: 'true'", "always: 'false'", "not rebuilt regularly"),
    (checks.artifact_problems, MAIN, "model-$(System.JobAttempt)", "model", "model cannot be published twice"),
    (checks.artifact_problems, RELEASE, "- download: none", "- checkout: none", "downloads all artifacts"),
    (
        checks.result_problems,
        MAIN,
        "Location: reports/coverage",
        "Location: reports/cover",
        "no task writes reports/cover.xml",
    ),
    (checks.result_problems, MAIN, "reports/tests.xml", "results.xml", "no task writes results.xml"),
    (
        checks.checkout_problems,
        RELEASE,
        "              - checkout: self  # this hook",
        "              # this hook",
        "nothing is",
    ),
    (
        checks.checkout_problems,
        RELEASE,
        "            - checkout: self  # a dep",
        "            # a dep",
        "nothing is checked out",
    ),
    (checks.python_problems, "Dockerfile", "ARG PYTHON=3.13", "ARG PYTHON=3.12", "3.13, the image on 3.12"),
    (checks.secret_problems, MAIN, "variables:\n", "variables:\n  registryPassword: x\n", "looks like a secret"),
    (checks.secret_problems, MAIN, "$(azureName)images.azurecr", "myimages.azurecr", "should be a variable"),
]


@pytest.mark.parametrize(
    ("check", "file", "right", "wrong", "said"), SPOILT, ids=[f"{row[0].__name__}: {row[3].strip()}" for row in SPOILT]
)
def test_each_check_detects_a_broken_pipeline(copy, check, file, right, wrong, said):
    """Each case changes one place."""
    text = (copy / file).read_text(encoding="utf-8")
    assert right in text
    (copy / file).write_text(text.replace(right, wrong, 1), encoding="utf-8")
    assert said in "\n".join(check(Pipeline(copy)))


def test_a_pull_request_reaches_two_stages_and_no_connection():
    """Without a connection there is no credential that its code could use."""
    assert checks.reached(Pipeline(ROOT), "refs/pull/7/merge") == {"Build_Test": [], "Docker_Deploy": []}


def test_main_reaches_every_stage():
    found = checks.reached(Pipeline(ROOT), "refs/heads/main")
    assert list(found) == ["Build_Test", "Docker_Deploy", "Dev", "Production", "Container_Instance"]
    assert found == {
        "Build_Test": [],
        "Docker_Deploy": ["irisml-dev"],
        "Dev": ["irisml-dev"],
        "Production": ["irisml-production"],
        "Container_Instance": ["irisml-dev"],
    }


@pytest.mark.parametrize(
    "condition",
    ["always()", "not(eq(variables.a, 1))", "or(in(x['a.b'], 'it''s', 'b'), dependencies.A.outputs['b.c'])"],
)
def test_valid_conditions_are_accepted(condition):
    """Functions, dotted names, strings with an apostrophe."""
    assert condition_problem(condition) is None


# --- the linters that the task check runs ---------------------------------------------------------------------------


def lint(*command: str, folder: Path) -> str:
    """Run a linter as the task check does; return its output if it fails."""
    ran = subprocess.run([sys.executable, "-m", *command], cwd=folder, capture_output=True, text=True, check=False)
    return ran.stdout + ran.stderr if ran.returncode else ""


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("stages:\n", "stages:\n\n\n\n", "too many blank lines"),
        ("pool:\n", "pool: {}\npool:\n", "duplication of key"),
        ("  vmImage: $(vmImage)\n", "   vmImage: $(vmImage)\n  x: 1\n", "syntax error"),
    ],
)
def test_yamllint_rejects_a_broken_file_and_accepts_ours(copy, right, wrong, said):
    command = ("yamllint", "--strict", MAIN, "pipelines")
    assert lint(*command, folder=copy) == ""
    text = (copy / MAIN).read_text(encoding="utf-8")
    (copy / MAIN).write_text(text.replace(right, wrong, 1), encoding="utf-8")
    assert said in lint(*command, folder=copy)


@pytest.mark.parametrize(
    ("right", "wrong", "rule"),
    [
        ("USER 10001:10001\n", "USER root\n", "DL3002"),
        ('CMD ["python", "-m", "web.start"]', "CMD python -m web.start", "DL3025"),
        ("FROM ${BASE}\n", "FROM python:latest\n", "DL3007"),
        ("WORKDIR /app\nCOPY irisml", "WORKDIR app\nCOPY irisml", "DL3000"),
    ],
)
def test_hadolint_rejects_a_broken_dockerfile_and_accepts_ours(copy, right, wrong, rule):
    """Root user, shell form of CMD, floating base image, relative WORKDIR."""
    program = shutil.which("hadolint", path=str(Path(sys.executable).parent))

    def found() -> str:
        return subprocess.run([program, copy / "Dockerfile"], capture_output=True, text=True, check=False).stdout

    assert found() == ""
    text = (copy / "Dockerfile").read_text()
    assert right in text
    (copy / "Dockerfile").write_text(text.replace(right, wrong, 1))
    assert rule in found()


def test_every_way_to_run_the_tests_has_the_same_azure_cli():
    """The wire test reads what this version sends."""
    files = (".ci/run", MAIN, ".github/workflows/azure.yml")
    found = [re.findall(r"azure-cli==(\S+)", (ROOT / file).read_text(encoding="utf-8")) for file in files]
    assert found == [["2.91.0"]] * 3
