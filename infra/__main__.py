"""``python -m infra``: create, release, roll-back, logs, instance, destroy."""

import argparse
import os
import sys
from collections.abc import Sequence

from infra import azure_cli, release, resources
from infra.settings import ENVIRONMENTS, Settings, checked_image
from infra.steps import Step, as_script


def main(words: Sequence[str] | None = None) -> int:
    """Return 0 if it was done, 1 if it could not be, 2 if it makes no sense."""
    words_of = parser()
    asked = words_of.parse_args(words)
    try:
        settings = Settings(asked.name, asked.location, asked.sku)
        if "image" in asked:
            checked_image(asked.image)
    except ValueError as error:
        words_of.error(str(error))
    if asked.dry_run:
        print(as_script(_steps(asked, settings)))
        return 0
    try:
        _do(asked, settings)
    except (azure_cli.AzureError, release.ReleaseFailedError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    return 0


def _steps(asked: argparse.Namespace, settings: Settings) -> tuple[Step, ...]:
    """Return what would be run; of a release without the waiting and the way back in between."""
    match asked.task:
        case "create":
            return resources.create(settings)
        case "destroy":
            return resources.destroy(settings)
        case "instance":
            return release.instance(settings, asked.image)
        case "logs":
            return (release.logs(settings, asked.environment, asked.file),)
        case "roll-back":
            return (release.swap(settings, asked.environment),)
        case _:
            image = release.set_image(settings, asked.environment, asked.image)
            swap = release.swap(settings, asked.environment)
            return (*release.addresses(settings, asked.environment), image, swap)


def _do(asked: argparse.Namespace, settings: Settings) -> None:
    match asked.task:
        case "release":
            release.release(settings, asked.environment, asked.image, asked.build)
        case "roll-back":
            release.roll_back(settings, asked.environment)
        case "instance":
            release.run_instance(settings, asked.image, asked.build)
        case _:
            azure_cli.run(_steps(asked, settings))


def parser() -> argparse.ArgumentParser:
    """Return what reads the command line; a test reads the pipeline's lines with it."""
    shared = argparse.ArgumentParser(add_help=False)
    name = os.environ.get("IRISML_AZURE_NAME")
    shared.add_argument("--name", default=name, required=not name, help="yours alone in the world [IRISML_AZURE_NAME]")
    shared.add_argument("--location", default=Settings.location, help="region [%(default)s]")
    shared.add_argument("--sku", default=Settings.sku, help="size of the plan [%(default)s]")
    shared.add_argument("--dry-run", action="store_true", help="print the commands and run none")

    environment = argparse.ArgumentParser(add_help=False)
    environment.add_argument("--environment", choices=ENVIRONMENTS, required=True)

    image = argparse.ArgumentParser(add_help=False)
    image.add_argument("--image", required=True, help="registry/repository@sha256:...")
    image.add_argument("--build", required=True, help="what /healthz must say")

    whole = argparse.ArgumentParser(prog="python -m infra", description="What runs on Azure, as code.")
    tasks = whole.add_subparsers(dest="task", required=True, metavar="TASK")
    tasks.add_parser("create", parents=[shared], help="make everything, or set it right again")
    tasks.add_parser("release", parents=[shared, environment, image], help="to the slot, try it, swap it in")
    tasks.add_parser("roll-back", parents=[shared, environment], help="swap back to what was live before")
    logs = tasks.add_parser("logs", parents=[shared, environment], help="fetch what the containers of the slot said")
    logs.add_argument("--file", default="logs.zip", help="where to [%(default)s]")
    tasks.add_parser("instance", parents=[shared, image], help="run the image as a container instance")
    destroy = tasks.add_parser("destroy", parents=[shared], help="take everything down, trained versions included")
    destroy.add_argument("--yes", action="store_true", required=True, help="you mean it")
    return whole


if __name__ == "__main__":
    sys.exit(main())
