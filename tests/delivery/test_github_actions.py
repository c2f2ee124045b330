""".github/workflows/azure.yml: the same four stages as azure-pipelines.yml, and controls that each check can fail."""

import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from infra.__main__ import parser
from tools.pipeline_checks import Pipeline
from tools.served_app import ROOT

FILE = ROOT / ".github/workflows/azure.yml"
TAGGED = "${{ env.TAGGED }}"
PUSH = 'docker push "${TAGGED}"'


def read(file: Path) -> dict[str, dict]:
    return yaml.safe_load(file.read_text(encoding="utf-8"))["jobs"]


def scripts(jobs: dict[str, dict]) -> list[str]:
    return [step["run"] for job in jobs.values() for step in job["steps"] if "run" in step]


def schema_problems(file: Path) -> list[str]:
    """Violations of the schema of GitHub's workflows."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema=vendor.github-workflows", str(file)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    return [ran.stdout + ran.stderr] if ran.returncode else []


def command_problems(file: Path) -> list[str]:
    """Tasks that do not exist or are not run, and commands that infra does not accept."""
    tasks = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["poe"]["tasks"]
    ran = [task for script in scripts(read(file)) for task in re.findall(r"python run\.py ([\w-]+)", script)]
    asked = [task for script in Pipeline(ROOT).scripts() for task in re.findall(r"python run\.py ([\w-]+)", script)]
    left_out = {"reference", "screenshots", "library", "report"}  # of the pipeline on Azure DevOps alone
    problems = [f"run.py has no task {task}" for task in ran if task not in tasks]
    problems += [f"the task {task} is not run" for task in sorted(set(asked) - set(ran) - left_out)]
    for script in scripts(read(file)):
        for words in re.findall(r"python3 -m infra (.*)", script):
            try:
                parser().parse_args(shlex.split(re.sub(r'"\$\{IMAGE\}"', "image", words)))
            except SystemExit:
                problems.append(f"infra does not accept: {words}")
    return problems


def boundary_problems(file: Path) -> list[str]:
    """Ways to Azure without a check of the branch, and to production without its reviewers or past Dev."""
    jobs = read(file)
    problems = []
    for name, job in jobs.items():
        signs_in = [step for step in job["steps"] if str(step.get("uses")).startswith("azure/login")]
        environment = str(job.get("environment", ""))
        if bool(signs_in) != (job.get("permissions", {}).get("id-token") == "write"):
            problems.append(f"{name} may ask for a token and does not sign in, or the other way round")
        if signs_in and "irisml-" not in environment:
            problems.append(f"{name} signs in outside an environment")
        if ("production" in environment) != (name == "production"):
            problems.append(f"{name} is in {environment or 'no environment'}")
        guarded = f"{job.get('if', '')} {[step.get('if', '') for step in signs_in]}"
        if signs_in and "github.event_name != 'pull_request'" not in guarded:
            problems.append(f"a pull request signs in, in {name}")
    if "pull_request_target" in str(yaml.safe_load(file.read_text(encoding="utf-8"))):
        problems.append("a pull request runs with the rights of main")
    if any("always()" in str(job.get("if")) for job in jobs.values()):
        problems.append("a job runs although the one before has failed")
    if jobs["image"]["needs"] != "build-test" or "AZURE_NAME" not in jobs["build-test"]["if"]:
        problems.append("the image does not wait for the tests, or a copy of the repository runs all this")
    if set(jobs["production"]["needs"]) != {"image", "dev"}:
        problems.append("production does not wait for Dev")
    return problems


def image_problems(file: Path) -> list[str]:
    """An image that is pushed before it was tested and scanned, or another one that is released."""
    runs = [step["run"] for step in read(file)["image"]["steps"] if "run" in step]
    order = [[at for at, run in enumerate(runs) if word in run] for word in ("container", "scan-image", PUSH)]
    problems = [] if all(order) and order[0] < order[1] < order[2] else ["pushed before it is tested and scanned"]
    releases = [step for job in read(file).values() for step in job["steps"] if "infra release" in step.get("run", "")]
    problems += [
        f"{name} releases to another environment"
        for name, job in read(file).items()
        for step in job["steps"]
        if "infra release" in step.get("run", "") and f"--environment {name} " not in step["run"]
    ]
    steps = read(file)["image"]["steps"]
    if {step["env"]["IRISML_TEST_IMAGE"] for step in steps if "IRISML_TEST_IMAGE" in step.get("env", {})} != {TAGGED}:
        problems.append("another image is tested than the one that is pushed")
    if "RepoDigests" not in str(steps):
        problems.append("handed on without its digest")
    digests = {step["env"]["IMAGE"] for step in releases}
    if digests != {"${{ needs.image.outputs.image }}"} or len(releases) != 2:
        problems.append(f"released: {sorted(digests)}")
    return problems


CHECKS = (schema_problems, command_problems, boundary_problems, image_problems)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_workflow_has_no_problems(check):
    assert check(FILE) == []


@pytest.mark.parametrize(
    ("check", "right", "wrong", "said"),
    [
        (schema_problems, "runs-on:", "run-on:", "run-on"),
        (command_problems, "run.py scan-image", "run.py scan", "no task scan"),
        (command_problems, "python run.py check", "echo", "the task check is not run"),
        (command_problems, "infra images --name", "infra pictures --name", "infra does not accept"),
        (boundary_problems, "    environment: irisml-dev\n", "", "dev signs in outside an environment"),
        (boundary_problems, "environment: irisml-dev\n", "environment: irisml-production\n", "dev is in irisml-prod"),
        (
            boundary_problems,
            "        if: github.event_name != 'pull_request'\n        with",
            "        with",
            "in image",
        ),
        (boundary_problems, "needs: [image, dev]", "needs: [image]", "does not wait for Dev"),
        (boundary_problems, "      id-token: write\n", "", "may ask for a token"),
        (boundary_problems, "  pull_request:", "  pull_request_target:", "with the rights of main"),
        (boundary_problems, "    needs: build-test\n", "    needs: []\n", "does not wait for the tests"),
        (boundary_problems, "    if: github.ref ==", "    if: always() && github.ref ==", "before has failed"),
        (image_problems, "--environment production ", "--environment dev ", "to another environment"),
        (image_problems, "IRISML_TEST_IMAGE: ${{ env.TAGGED }}", "IRISML_TEST_IMAGE: other", "another image is tested"),
        (image_problems, "{{index .RepoDigests 0}}", "{{.Id}}", "without its digest"),
        (image_problems, "python run.py scan-image", "python run.py lint-image", "before it is tested"),
        (image_problems, "IMAGE: ${{ needs.image.outputs.image }}", "IMAGE: irisml:latest", "irisml:latest"),
    ],
)
def test_each_check_detects_a_broken_workflow(tmp_path, check, right, wrong, said):
    """Each case changes one place."""
    copy = tmp_path / FILE.name
    shutil.copy(FILE, copy)
    text = copy.read_text(encoding="utf-8")
    assert right in text
    copy.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    assert said in "\n".join(check(copy))


def test_the_image_is_built_on_the_same_python_as_its_tests():
    text = FILE.read_text(encoding="utf-8")
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    [version] = re.findall(r"^ARG PYTHON=(\S+)", dockerfile, re.MULTILINE)
    assert f"PYTHON: '{version}'" in text
    assert f"python:{version}-slim" in text
