"""``python -m infra``: create, release, roll-back, logs, instance, destroy."""

import argparse
import os
import sys
from collections.abc import Sequence

from infra import release, resources, runner
from infra.plan import Plan, as_script
from infra.settings import ENVIRONMENTS, Settings, checked_image


def main(words: Sequence[str] | None = None) -> int:
    """Run a task; return 0 on success, 1 on failure, and exit with 2 if the arguments are invalid."""
    command_line = parser()
    arguments = command_line.parse_args(words)
    try:
        plan = _plan(arguments)
    except ValueError as error:
        command_line.error(str(error))
    if arguments.dry_run:
        print(as_script(plan))
        return 0
    try:
        runner.run(plan)
    except (runner.AzureError, runner.NoAnswerError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    return 0


def _plan(arguments: argparse.Namespace) -> Plan:
    settings = Settings(arguments.name, arguments.location, arguments.sku, arguments.instances, arguments.workers)
    match arguments.task:
        case "create":
            return resources.create(settings)
        case "release":
            image = checked_image(arguments.image)
            return release.release(settings, arguments.environment, image, arguments.build)
        case "roll-back":
            return release.roll_back(settings, arguments.environment, arguments.build)
        case "logs":
            return release.logs(settings, arguments.environment, arguments.file)
        case "instance":
            return release.instance(settings, checked_image(arguments.image), arguments.build)
        case _:
            return resources.destroy(settings)


def parser() -> argparse.ArgumentParser:
    """Return the argument parser; a test parses the pipeline's commands with it."""
    shared = argparse.ArgumentParser(add_help=False)
    name = os.environ.get("IRISML_AZURE_NAME")
    shared.add_argument("--name", default=name, required=not name, help="globally unique name [IRISML_AZURE_NAME]")
    shared.add_argument("--location", default=Settings.location, help="region [%(default)s]")
    shared.add_argument("--sku", default=Settings.sku, help="size of the App Service plan [%(default)s]")
    shared.add_argument("--instances", type=int, default=1, help="machines of the plan [%(default)s]")
    shared.add_argument("--workers", type=int, default=1, help="server processes in each container [%(default)s]")
    shared.add_argument("--dry-run", action="store_true", help="print the commands as a shell script, run none")

    environment = argparse.ArgumentParser(add_help=False)
    environment.add_argument("--environment", choices=ENVIRONMENTS, required=True)

    image = argparse.ArgumentParser(add_help=False)
    image.add_argument("--image", required=True, help="registry/repository@sha256:...")
    image.add_argument("--build", required=True, help="build that /healthz must report")

    whole = argparse.ArgumentParser(prog="python -m infra", description="Azure resources and deployments as code.")
    tasks = whole.add_subparsers(dest="task", required=True, metavar="TASK")
    tasks.add_parser("create", parents=[shared], help="create all resources, or restore their settings")
    tasks.add_parser("release", parents=[shared, environment, image], help="deploy to the slot, probe, and swap")
    back = tasks.add_parser("roll-back", parents=[shared, environment], help="swap back to the build before")
    back.add_argument("--build", help="build that the slot must hold [any that responds]")
    logs = tasks.add_parser("logs", parents=[shared, environment], help="download the container logs of the slot")
    logs.add_argument("--file", default="logs.zip", help="output file [%(default)s]")
    tasks.add_parser("instance", parents=[shared, image], help="run the image as a container instance")
    destroy = tasks.add_parser("destroy", parents=[shared], help="delete everything, trained versions included")
    destroy.add_argument("--yes", action="store_true", required=True, help="confirm the deletion")
    return whole


if __name__ == "__main__":
    sys.exit(main())
