"""``python -m infra``: create, roles, passphrase, release, roll-back, logs, instance, images, try, destroy."""

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from infra import images, release, resources, runner, trial, vault
from infra.plan import Plan, as_script
from infra.settings import AGENTS, ENVIRONMENTS, SKU, SLOT, Settings, checked_build, checked_image


def main(words: Sequence[str] | None = None) -> int:
    """Run a task; return 0 on success, 1 on failure, and exit with 2 if the arguments are invalid."""
    command_line = parser()
    arguments = command_line.parse_args(words)
    try:
        settings = _settings(arguments)
        plan = _plan(arguments, settings)
    except ValueError as error:
        command_line.error(str(error))
    if arguments.task == "try":
        return _try(settings, arguments)
    try:
        if arguments.task == "images":
            # Not known before the registry and the sites are asked.
            plan = images.retain(settings, arguments.keep)
        if arguments.dry_run:
            print(as_script(plan))
            return 0
        runner.run(plan)
    except (runner.AzureError, runner.NoAnswerError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    return 0


def _try(settings: Settings, arguments: argparse.Namespace) -> int:
    tried = trial.assumptions(settings, arguments.image, arguments.build, with_roles=not arguments.no_roles)
    if arguments.dry_run:
        print("\n".join(f"{number}. {each.claim}" for number, each in enumerate(tried, 1)))
        return 0
    outcomes = trial.attempt(tried)
    day = datetime.now(UTC).date()
    text = trial.report(settings, outcomes, day)
    print(f"\n{text}\nWritten to {trial.write(text, Path('reports'), day)}")
    return 0 if all(each.result == trial.HOLDS for each in outcomes) else 1


def _settings(arguments: argparse.Namespace) -> Settings:
    return Settings(
        arguments.name,
        getattr(arguments, "location", Settings.location),
        getattr(arguments, "sku", None),
        getattr(arguments, "instances", None),
        getattr(arguments, "workers", None),
        tuple(getattr(arguments, "allow", None) or ()),
        getattr(arguments, "alert_email", None),
        not getattr(arguments, "no_share", False),
    )


def _plan(arguments: argparse.Namespace, settings: Settings) -> Plan:
    match arguments.task:
        case "create":
            return resources.create(settings, with_roles=not arguments.no_roles)
        case "roles":
            return resources.roles(settings)
        case "passphrase":
            return vault.passphrase(settings, arguments.environment)
        case "base":
            return (resources.import_base(settings),)
        case "release":
            image = checked_image(arguments.image)
            return release.release(settings, arguments.environment, image, checked_build(arguments.build))
        case "roll-back":
            build = None if arguments.build is None else checked_build(arguments.build)
            return release.roll_back(settings, arguments.environment, build)
        case "logs":
            return release.logs(settings, arguments.environment, arguments.side, arguments.file)
        case "instance":
            return release.instance(settings, checked_image(arguments.image), checked_build(arguments.build))
        case "end-instance":
            return release.end_instance(settings)
        case "destroy":
            return resources.destroy(settings)
        case "try":
            checked_build(arguments.build)
            if arguments.image:
                checked_image(arguments.image)
            return ()
        case "images" if arguments.keep < 1:
            raise ValueError(f"{arguments.keep} is not a number of images to keep. Give 1 or more.")
        case _:
            return ()


def parser() -> argparse.ArgumentParser:
    """Return the argument parser; a test parses the pipeline's commands with it."""
    shared = argparse.ArgumentParser(add_help=False)
    name = os.environ.get("IRISML_AZURE_NAME")
    shared.add_argument("--name", default=name, required=not name, help="globally unique name [IRISML_AZURE_NAME]")
    shared.add_argument("--dry-run", action="store_true", help="print the commands as a shell script, run none")

    wanted = argparse.ArgumentParser(add_help=False)
    wanted.add_argument("--location", default=Settings.location, help="region of new resource groups [%(default)s]")
    kept = "[as it is; at first {}]"
    wanted.add_argument("--sku", help=f"size of the App Service plan {kept.format(SKU)}")
    wanted.add_argument("--instances", type=int, help=f"machines of the plan {kept.format(1)}")
    wanted.add_argument("--workers", type=int, help=f"server processes in each container {kept.format(1)}")
    wanted.add_argument(
        "--allow",
        action="append",
        metavar="ADDRESS",
        help=f"who reaches Dev and the slots: address, range or service tag; once for each {kept.format(AGENTS)}",
    )
    wanted.add_argument("--alert-email", metavar="ADDRESS", help="who is told when production is unhealthy")
    wanted.add_argument("--no-roles", action="store_true", help="leave out what only an owner may do: the task roles")
    wanted.add_argument("--no-share", action="store_true", help="no storage account, where a policy forbids its keys")

    environment = argparse.ArgumentParser(add_help=False)
    environment.add_argument("--environment", choices=ENVIRONMENTS, required=True, help="which app")

    image = argparse.ArgumentParser(add_help=False)
    image.add_argument("--image", required=True, help="registry/repository@sha256:...")
    image.add_argument("--build", required=True, help="build that /healthz must report")

    whole = argparse.ArgumentParser(prog="python -m infra", description="Azure resources and deployments as code.")
    tasks = whole.add_subparsers(dest="task", required=True, metavar="TASK")
    tasks.add_parser("create", parents=[shared, wanted], help="create all resources, or restore their settings")
    tasks.add_parser("roles", parents=[shared], help="assign the roles of the identities, as an owner")
    tasks.add_parser("passphrase", parents=[shared, environment], help="store the presenter's passphrase")
    tasks.add_parser("base", parents=[shared], help="import the newest base image into the registry")
    tasks.add_parser("release", parents=[shared, environment, image], help="deploy to the slot, probe, and swap")
    back = tasks.add_parser("roll-back", parents=[shared, environment], help="swap back to the build before")
    back.add_argument("--build", help="build that the slot must hold [any that responds]")
    logs = tasks.add_parser("logs", parents=[shared, environment], help="download the container logs of one side")
    logs.add_argument("--side", choices=("live", SLOT), default=SLOT, help="the app itself, or its slot [%(default)s]")
    logs.add_argument("--file", default="logs.zip", help="output file [%(default)s]")
    tasks.add_parser("instance", parents=[shared, image], help="run the image as a container instance")
    tasks.add_parser("end-instance", parents=[shared], help="delete the container instance")
    images = tasks.add_parser("images", parents=[shared], help="delete images that are old and in no app")
    images.add_argument("--keep", type=int, default=10, help="newest images that are kept [%(default)s]")
    attempt = tasks.add_parser(
        "try", parents=[shared, wanted], help="try the assumptions on a real subscription, and report"
    )
    attempt.add_argument("--image", help="registry/repository@sha256:... [one that is built in the registry]")
    attempt.add_argument("--build", default="try-1", help="build of the image [%(default)s]")
    destroy = tasks.add_parser("destroy", parents=[shared], help="delete everything, trained versions included")
    destroy.add_argument("--yes", action="store_true", required=True, help="confirm the deletion")
    return whole


if __name__ == "__main__":
    sys.exit(main())
