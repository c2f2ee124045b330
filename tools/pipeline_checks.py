"""Offline checks of the pipeline, without Azure DevOps; each returns a list of problems."""

import re
import shlex
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from infra.__main__ import parser
from tools.pipeline_conditions import condition_problem

_GIVEN = re.compile(r"(Build|System|Pipeline|Agent|Environment|Strategy)\.")
_MACRO = re.compile(r"\$\(([A-Za-z_][\w.]*)\)")
_OUTPUT = re.compile(r"(stageDependencies|dependencies)\.(\w+)\.(\w+)\.outputs\['(\w+)\.(\w+)'\]")
_ONLY_MAIN = "eq(variables['Build.SourceBranch'], 'refs/heads/main')"
_CONNECTIONS = ("azureSubscription", "containerRegistry", "dockerRegistryServiceConnection", "connectedServiceName")
_ROOT = Path(__file__).parents[1]
_PUSHED = ("$(taggedImage)", "$copy")  # the second one is that of the base image
_SET = re.compile(r"##vso\[task\.setvariable variable=(\w+)")


@dataclass(frozen=True)
class Pipeline:
    """The files of a pipeline in a folder."""

    folder: Path

    @property
    def main(self) -> Path:
        return self.folder / "azure-pipelines.yml"

    @property
    def files(self) -> list[Path]:
        return [self.main, *sorted((self.folder / "pipelines").glob("*.yml"))]

    @property
    def stages(self) -> list[dict]:
        return yaml.safe_load(self.main.read_text(encoding="utf-8"))["stages"]

    def mappings(self) -> Iterator[dict]:
        """Yield every mapping of every file, at any depth."""
        for file in self.files:
            yield from _mappings(yaml.safe_load(file.read_text(encoding="utf-8")))

    def steps(self) -> list[dict]:
        kinds = {"task", "script", "bash", "publish", "download", "checkout"}
        return [mapping for mapping in self.mappings() if kinds & mapping.keys()]

    def scripts(self) -> list[str]:
        inline = [step["inputs"].get("inlineScript") for step in self.steps() if "inputs" in step]
        return [text for text in (*(s.get("script") or s.get("bash") for s in self.steps()), *inline) if text]


def _mappings(value: object) -> Iterator[dict]:
    if isinstance(value, dict):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _mappings(part)


def schema_problems(pipeline: Pipeline) -> list[str]:
    """Violations of the schema of Azure Pipelines, tasks and their inputs included."""
    problems = []
    for file in pipeline.files:
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / file.name
            copy.write_text(_known_to_the_schema(file.read_text(encoding="utf-8")), encoding="utf-8")
            # The tool's default engine cannot compile the regular expressions of the schema.
            options = ["--builtin-schema=vendor.azure-pipelines", "--data-transform=azure-pipelines"]
            command = [sys.executable, "-m", "check_jsonschema", *options, "--regex-variant=python", str(copy)]
            ran = subprocess.run(command, capture_output=True, text=True, check=False)
        if ran.returncode:
            problems.append(ran.stdout + ran.stderr)
    return problems


def _known_to_the_schema(text: str) -> str:
    """Replace the one task whose inputs the schema does not describe by its previous version."""
    return re.sub(
        r"PublishCodeCoverageResults@2((?:.*\n)*?)( +)(summaryFileLocation: .*\n)",
        r"PublishCodeCoverageResults@1\1\2codeCoverageTool: Cobertura\n\2\3",
        text,
    )


def stage_problems(pipeline: Pipeline) -> list[str]:
    """Stages that depend on a missing stage, or read an output of a stage that they do not depend on."""
    names = [stage["stage"] for stage in pipeline.stages]
    problems = [f"two stages are called {name}" for name in set(names) if names.count(name) > 1]
    for at, stage in enumerate(pipeline.stages):
        before = names[max(at - 1, 0) : at]
        waits_for = stage.get("dependsOn", before)
        waits_for = [waits_for] if isinstance(waits_for, str) else waits_for
        problems += [
            f"{stage['stage']} depends on {name}, which does not exist" for name in waits_for if name not in names
        ]
        for _, source, job, step, variable in _OUTPUT.findall(str(stage)):
            if source not in waits_for:
                problems.append(f"{stage['stage']} reads from {source} without depending on it")
            elif not _sets(pipeline, source, job, step, variable):
                problems.append(f"{stage['stage']} reads {source}.{job}.{step}.{variable}, which is not set")
    return problems


def _sets(pipeline: Pipeline, stage: str, job: str, step: str, variable: str) -> bool:
    jobs = next(each for each in pipeline.stages if each["stage"] == stage)["jobs"]
    steps = [found for each in jobs if each.get("job") == job for found in _mappings(each["steps"])]
    named = [each for each in steps if each.get("name") == step]
    scripts = [each.get("bash") or each.get("inputs", {}).get("inlineScript", "") for each in named]
    return any(f"variable={variable};isOutput=true]" in script for script in scripts)


def template_problems(pipeline: Pipeline) -> list[str]:
    """Missing templates, and missing or invalid template parameters."""
    problems = []
    for use in pipeline.mappings():
        if "template" not in use:
            continue
        file = pipeline.folder / use["template"]
        if not file.exists():
            problems.append(f"there is no template {use['template']}")
            continue
        asked = {each["name"]: each for each in yaml.safe_load(file.read_text(encoding="utf-8"))["parameters"]}
        given = use.get("parameters", {})
        problems += [f"{use['template']} has no parameter {name}" for name in given.keys() - asked.keys()]
        for name, parameter in asked.items():
            if name not in given and "default" not in parameter:
                problems.append(f"{use['template']} needs {name}")
            elif name in given and given[name] not in parameter.get("values", [given[name]]):
                problems.append(f"{name} of {use['template']} cannot be {given[name]}")
    return problems


def condition_problems(pipeline: Pipeline) -> list[str]:
    """Conditions with a syntax error."""
    conditions = [mapping["condition"] for mapping in pipeline.mappings() if "condition" in mapping]
    read = {condition: condition_problem(re.sub(r"\$\{\{.*?\}\}", "x", condition)) for condition in conditions}
    return [f"{condition}: {problem}" for condition, problem in read.items() if problem]


def variable_problems(pipeline: Pipeline) -> list[str]:
    """Variables that are used but not defined, or defined but not used."""
    texts = "\n".join(file.read_text(encoding="utf-8") for file in pipeline.files)
    defined = {*_SET.findall(texts)}
    for mapping in pipeline.mappings():
        if isinstance(variables := mapping.get("variables"), dict):
            defined |= variables.keys()
        if isinstance(matrix := mapping.get("matrix"), dict):  # a variable that one entry lacks is undefined there
            defined |= set.intersection(*(set(entry) for entry in matrix.values()))
    used = {*_MACRO.findall(texts), *re.findall(r"variables(?:\['|\.)([\w.]+)", texts)}
    unknown = {name for name in used - defined if not _GIVEN.match(name)}
    asked = {
        each["name"] for mapping in pipeline.mappings() for each in mapping.get("parameters", ()) if "name" in each
    }
    unknown_parameters = set(re.findall(r"\$\{\{ *(?:\w+\()?parameters\.(\w+)", texts)) - asked
    return [
        *(f"$({name}) is not defined" for name in sorted(unknown)),
        *(f"{name} is defined and not used" for name in sorted(defined - used)),
        *(f"parameter {name} is not declared" for name in sorted(unknown_parameters)),
    ]


def command_problems(pipeline: Pipeline) -> list[str]:
    """Commands that do not exist, and tests that are not run by a task of pyproject.toml."""
    tasks = tomllib.loads((pipeline.folder / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["poe"]["tasks"]
    ran = [match for script in pipeline.scripts() for match in re.findall(r"python run\.py ([\w-]+)", script)]
    problems = [f"run.py has no task {task}" for task in ran if task not in tasks]
    problems += [
        f"the task {task} is not run" for task in ("check", "test", "container", "scan-image") if task not in ran
    ]
    problems += [f"not by a task: {script}" for script in pipeline.scripts() if re.search(r"\bpytest\b", script)]
    for script in pipeline.scripts():
        for words in re.findall(r"python3 -m infra (.*)", script):
            try:
                parser().parse_args(shlex.split(re.sub(r"\$\{\{ parameters\.environment \}\}", "dev", words)))
            except SystemExit:
                problems.append(f"infra does not accept: {words}")
    return problems


def release_problems(pipeline: Pipeline) -> list[str]:
    """Environments that could get an untested image, and test results that are not published."""
    problems = []
    names = [mapping["environment"] for mapping in pipeline.mappings() if "deployment" in mapping]
    if not names or any(name not in ("irisml-${{ parameters.environment }}", "irisml-instance") for name in names):
        problems.append("a deployment has no environment, so two runs could use one slot at once")
    environments = [m["parameters"]["environment"] for m in pipeline.mappings() if "template" in m]
    if environments != ["dev", "production"]:
        problems.append(f"the environments are {environments}, in this order")
    images = {s["variables"]["image"] for s in pipeline.stages if "image" in s.get("variables", {})}
    if len(images) != 1:
        problems.append(f"the stages get different images: {images}")
    named = [name for script in pipeline.scripts() for name in re.findall(r"--tag (\S+)|docker push (\S+)", script)]
    problems += [f"another image: {name}" for pair in named if (name := "".join(pair).strip('"')) not in _PUSHED]
    for step in pipeline.steps():
        inputs, task = step.get("inputs", {}), step.get("task", "")
        if task.startswith("PublishTestResults@"):
            if inputs.get("failTaskOnFailedTests") is not True:
                problems.append("failed tests do not fail the task that publishes them")
            if step.get("condition") != "succeededOrFailed()":
                problems.append("the results of failed tests are not published")
    return problems


def order_problems(pipeline: Pipeline) -> list[str]:
    """Paths to production that bypass Dev, the tested image, its digest, or the branch main."""
    stages = {stage["stage"]: stage for stage in pipeline.stages}
    problems = []
    if "Dev" not in stages["Production"]["dependsOn"]:
        problems.append("Production does not wait for Dev")
    for name, stage in stages.items():
        if "image" in str(stage.get("variables", {})) and _ONLY_MAIN not in stage.get("condition", ""):
            problems.append(f"{name} runs for other branches than main")
    tests = [step["env"] for step in pipeline.steps() if step.get("script") == "python run.py container"]
    if any(environment.get("IRISML_TEST_IMAGE") != "$(taggedImage)" for environment in tests):
        problems.append("the container tests use another image than the one that is pushed")
    releases = [script for script in pipeline.scripts() if re.search(r"-m infra (release|instance)\b", script)]
    return problems + ["a release is not of the digest" for script in releases if "--image $(image) " not in script]


def path_problems(pipeline: Pipeline) -> list[str]:
    """Links of the chain from a commit to production that are broken: what is built is tested, pushed and released."""
    stages = {stage["stage"]: stage for stage in pipeline.stages}
    variables = yaml.safe_load(pipeline.main.read_text(encoding="utf-8"))["variables"]
    problems = []
    if stages["Docker_Deploy"]["dependsOn"] != "Build_Test":
        problems.append("the image does not wait for the tests")
    if variables["imageTag"] != "$(Build.BuildId)":
        problems.append(f"the tag {variables['imageTag']} can move to another image")
    for script in pipeline.scripts():
        if re.search(r"-m infra (release|instance)\b", script) and "--build $(Build.BuildId)" not in script:
            problems.append("a release does not ask for the build of its run")
        if "docker build" in script and not {"--build-arg BUILD=$(Build.BuildId)", "--build-arg BASE=$(base)"} <= set(
            re.findall(r"--build-arg \S+", script)
        ):
            problems.append("the image does not know its build or its base")
        if "variable=image;" in script and "RepoDigests" not in script:
            problems.append("the image is handed on without its digest")
        if "variable=base]" in script and ("@$digest" not in script or "az acr login" not in script):
            problems.append("the base image is not pulled by its digest from the own registry")
        if re.search(r"irisml .*\btrain\b", script) and "--must-promote" not in script:
            problems.append("a model that the gate refused is released")
        if "docker run" in script and "versions/0001/forest.json" in script and "| cmp - " not in script:
            problems.append("the model in the image is not compared with the tested one")
    for job in [mapping for mapping in pipeline.mappings() if "deployment" in mapping]:
        hooks = job["strategy"]["runOnce"]
        released = "-m infra release" in str(hooks["deploy"])
        if released and job["environment"] != "irisml-${{ parameters.environment }}":
            problems.append("a release is not of the environment that it names")
        if released and "-m infra logs" not in str(hooks.get(True, {}).get("failure")):  # YAML 1.1 reads "on" as true
            problems.append("the logs of a failed release are lost")
    looks = [m for m in pipeline.mappings() if "ManualValidation" in str(m.get("steps"))]
    if any(job.get("pool") != "server" for job in looks):
        problems.append("somebody looks at the instance in a job that needs an agent")
    ends = [m for m in pipeline.mappings() if m.get("job") == "end"]
    problems += ["the instance is deleted before somebody looks" for job in ends if "look" not in job["dependsOn"]]
    return problems


def cache_problems(pipeline: Pipeline) -> list[str]:
    """Parts of the key of a cache that the task takes for a file: with a dot, and not in quotes."""
    keys = [step["inputs"]["key"] for step in pipeline.steps() if str(step.get("task")).startswith("Cache@")]
    parts = [part.strip() for key in keys for part in key.split("|")]
    return [
        f"{part} is taken for a file"
        for part in parts
        if not part.startswith('"') and ("$(" in part or "." in part) and not (_ROOT / part).exists()
    ]


def pull_request_problems(pipeline: Pipeline) -> list[str]:
    """Stages that a pull request reaches and that name a connection, whose check on the branch would fail them."""
    return [
        f"a pull request reaches {connection} in {stage}"
        for stage, found in reached(pipeline, "refs/pull/1/merge").items()
        for connection in found
    ]


def reached(pipeline: Pipeline, branch: str) -> dict[str, list[str]]:
    """Simulate a run of *branch*: the stages that it reaches, and the connections that each of them names.

    A check is evaluated for all that a stage names, also in steps that a condition skips.
    """
    stages: dict[str, list[str]] = {}
    for stage in pipeline.stages:
        only_main = _ONLY_MAIN in stage.get("condition", "")
        if branch != "refs/heads/main" and only_main:
            continue
        expanded = _expanded(stage, branch)
        for use in [mapping for mapping in _mappings(expanded) if "template" in mapping]:
            text = (pipeline.folder / use["template"]).read_text(encoding="utf-8")
            for name, value in use.get("parameters", {}).items():
                text = re.sub(rf"\$\{{\{{ parameters\.{name} \}}\}}", str(value), text)
            expanded = [expanded, _expanded(yaml.safe_load(text), branch)]
        named = [mapping[key] for mapping in _mappings(expanded) for key in _CONNECTIONS if key in mapping]
        variables = yaml.safe_load(pipeline.main.read_text(encoding="utf-8"))["variables"]
        known = {f"${{{{ variables.{name} }}}}": value for name, value in variables.items()}
        stages[stage["stage"]] = sorted({known.get(name, name) for name in named})
    return stages


def boundary_problems(pipeline: Pipeline) -> list[str]:
    """Stages that no approval precedes and that name production's connection, or the other way round."""
    text = pipeline.main.read_text(encoding="utf-8")
    production = yaml.safe_load(text)["variables"]["productionConnection"]
    return [
        f"{stage} names {', '.join(found) or 'no connection'}"
        for stage, found in reached(pipeline, "refs/heads/main").items()
        if (production in found) != (stage == "Production") or (stage == "Production" and len(found) != 1)
    ]


def scan_problems(pipeline: Pipeline) -> list[str]:
    """An image that is pushed before it was scanned, or another one than that which was scanned."""
    steps = [step for stage in pipeline.stages for step in _mappings(stage)]
    scans = [at for at, step in enumerate(steps) if step.get("script") == "python run.py scan-image"]
    scripts = [str(step.get("inputs", {}).get("inlineScript")) for step in steps]
    pushes = [at for at, script in enumerate(scripts) if "docker push" in script.replace('docker push "$copy"', "")]
    if not scans or min(pushes) < max(scans):
        return ["the image is pushed before it is scanned"]
    named = [steps[at]["env"]["IRISML_TEST_IMAGE"] for at in scans]
    return [f"{name} is scanned, another image is pushed" for name in named if name != "$(taggedImage)"]


def instance_problems(pipeline: Pipeline) -> list[str]:
    """A container instance that is not deleted in the end, whatever happened before."""
    jobs = [mapping for mapping in pipeline.mappings() if "job" in mapping and "-m infra end-instance" in str(mapping)]
    ends = [job for job in jobs if job.get("condition") == "always()" and "instance" in job["dependsOn"]]
    return [] if ends else ["the container instance is billed for ever"]


def _expanded(value: Any, branch: str) -> Any:
    """Return a part of the pipeline with the steps of its ``${{ if }}`` for this branch."""
    if isinstance(value, list):
        found = []
        for each in value:
            key = next(iter(each), "") if isinstance(each, dict) else ""
            if not str(key).startswith("${{ if"):
                found.append(_expanded(each, branch))
            elif _ONLY_MAIN not in key or branch == "refs/heads/main":
                found += _expanded(each[key], branch)
        return found
    return {key: _expanded(each, branch) for key, each in value.items()} if isinstance(value, dict) else value


def connection_problems(pipeline: Pipeline) -> list[str]:
    """Connections by a variable that is only known in the run: Azure reads them before."""
    named = [mapping[key] for mapping in pipeline.mappings() for key in _CONNECTIONS if key in mapping]
    return [f"{name} is not known before the run" for name in named if "$(" in str(name)]


def artifact_problems(pipeline: Pipeline) -> list[str]:
    """Artifacts that a second attempt could not publish, and deployments that download all of them."""
    published = [step["artifact"] for step in pipeline.steps() if "publish" in step]
    problems = [f"{name} cannot be published twice" for name in published if not re.search(r"Attempt\)", name)]
    hooks = [mapping["deploy"]["steps"] for mapping in pipeline.mappings() if "deploy" in mapping]
    return problems + ["a deployment downloads all artifacts" for steps in hooks if {"download": "none"} not in steps]


def schedule_problems(pipeline: Pipeline) -> list[str]:
    """No regular rebuild of main: an image without one keeps the faults of its base until somebody commits."""
    schedules = yaml.safe_load(pipeline.main.read_text(encoding="utf-8")).get("schedules", [])
    rebuilds = [one for one in schedules if one.get("always") == "true" and one["branches"]["include"] == ["main"]]
    return [] if rebuilds else ["main is not rebuilt regularly"]


def result_problems(pipeline: Pipeline) -> list[str]:
    """Published result files that no task writes."""
    tasks = (pipeline.folder / "pyproject.toml").read_text(encoding="utf-8")
    inputs = [step["inputs"] for step in pipeline.steps() if "inputs" in step]
    files = [one.get("testResultsFiles") or one.get("summaryFileLocation") for one in inputs]
    return [f"no task writes {file}" for file in files if file and not re.search(rf"xml[=:]{re.escape(file)}\b", tasks)]


def checkout_problems(pipeline: Pipeline) -> list[str]:
    """Deployment hooks that run code of this repository without a checkout."""
    hooks = [mapping for mapping in pipeline.mappings() if "steps" in mapping and "job" not in mapping]
    return [
        f"nothing is checked out before {hook['steps'][0].get('displayName')}"
        for hook in hooks
        if "-m infra" in str(hook["steps"]) and "checkout" not in hook["steps"][0]
    ]


def python_problems(pipeline: Pipeline) -> list[str]:
    """Different Python versions for the tests and the image."""
    in_image = re.search(r"^ARG PYTHON=(\S+)", (pipeline.folder / "Dockerfile").read_text(), re.MULTILINE)[1]
    in_pipeline = yaml.safe_load(pipeline.main.read_text(encoding="utf-8"))["variables"]["pythonVersion"]
    return [] if in_pipeline == in_image else [f"tests run on Python {in_pipeline}, the image on {in_image}"]


def secret_problems(pipeline: Pipeline) -> list[str]:
    """Possible secrets, and host names that should be variables."""
    problems = []
    for file in pipeline.files:
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            if re.search(
                r"(?i)(password|secret|token|accountkey|connectionstring)\w* *[:=]|[0-9a-f]{8}-[0-9a-f]{4}-", line
            ):
                problems.append(f"{file.name}:{number} looks like a secret")
            if re.search(r"azurecr\.io|azurewebsites\.net", line.replace("$(azureName)images.azurecr.io", "")):
                problems.append(f"{file.name}:{number} has a host name that should be a variable")
    return problems


CHECKS = (
    schema_problems,
    stage_problems,
    template_problems,
    condition_problems,
    variable_problems,
    command_problems,
    release_problems,
    order_problems,
    path_problems,
    cache_problems,
    pull_request_problems,
    boundary_problems,
    scan_problems,
    instance_problems,
    connection_problems,
    artifact_problems,
    schedule_problems,
    result_problems,
    checkout_problems,
    python_problems,
    secret_problems,
)
