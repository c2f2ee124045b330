"""``python -m infra.secret random|typed``: print a secret, for a plan that stores it."""

import getpass
import json
import secrets
import sys

SHORTEST = 8
"""Of a passphrase, as in `irisml.domain.settings`; this package needs Python alone."""


def made(kind: str) -> str:
    """Return a secret as it stands within the quotes of a JSON string.

    Parameters
    ----------
    kind : {"random", "typed"}
        256 random bits in hexadecimal, or what a person types at a prompt, which does not show it.

    Raises
    ------
    ValueError
        If what is typed is shorter than `SHORTEST`, or is not the same twice.
    """
    if kind == "random":
        return secrets.token_hex(32)
    try:
        typed = getpass.getpass(f"Passphrase, {SHORTEST} characters or more: ")
    except EOFError as error:
        raise ValueError("There is no terminal to type a passphrase at.") from error
    if len(typed) < SHORTEST:
        raise ValueError(f"The passphrase has {len(typed)} characters. Give it {SHORTEST} or more.")
    if getpass.getpass("Once more: ") != typed:
        raise ValueError("These are two different passphrases. Nothing was stored.")
    return json.dumps(typed)[1:-1]


def main(kind: str) -> None:
    """Print a secret, or exit with one sentence."""
    try:
        print(made(kind))
    except ValueError as error:
        sys.exit(f"Error: {error}")


if __name__ == "__main__":
    main(sys.argv[1])
