#!/usr/bin/env python3
"""Fake ``az`` for tests: record each call, and keep the state of what was created.

FAKE_AZ is a folder: calls.jsonl has each call; state.json has what exists and which image is on
which side of an app; fails.txt may name a command that fails, once if there is a file fails_once.
"""

import json
import os
import re
import sys
from pathlib import Path

ANSWERS = {"principalId": "principal-1", "clientId": "client-1", "id": "/the/full/name", "[0].value": "secret-key=="}


def option(words, name):
    return words[words.index(name) + 1] if name in words else ""


def main(words):
    folder = Path(os.environ["FAKE_AZ"])
    with (folder / "calls.jsonl").open("a") as calls:
        calls.write(json.dumps(words) + "\n")
    state_file = folder / "state.json"
    state = json.loads(state_file.read_text()) if state_file.exists() else {"exists": [], "images": {}}
    command = " ".join(word for word in words if not word.startswith("-"))
    fails = folder / "fails.txt"
    if fails.exists() and command.startswith(fails.read_text()):
        once = folder / "fails_once"
        if once.exists():
            once.unlink()
            fails.unlink()
        sys.exit("ERROR: not today")
    app, side = option(words, "--name"), "slot" if "--slot" in words else "live"
    thing = f"{words[0]} {words[1]} {app} {side} {option(words, '--custom-id') or 'registry'}"
    if words[:3] == ["webapp", "config", "storage-account"]:
        if words[3] == "add":
            state["exists"].append(f"mount {app} {side}")
        elif f"mount {app} {side}" in state["exists"]:
            print("registry")
    elif words[:2] == ["webapp", "show"] and option(words, "--query") == "defaultHostName":
        print(f"{app}-{side}.example")
    elif asked := re.fullmatch(r"\[\?name=='(.+)'\]\.id", option(words, "--query")):
        slot = words[:4] == ["webapp", "deployment", "slot", "list"]
        thing = f"webapp {app} slot" if slot else f"{words[0]} {asked[1]} live"
        if thing in state["exists"]:
            print("/its/id")
    elif words[:2] == ["webapp", "create"] or words[:4] == ["webapp", "deployment", "slot", "create"]:
        state["exists"].append(f"webapp {app} {side}")
    elif words[:3] == ["appservice", "plan", "create"]:
        state["exists"].append(f"appservice {app} live")
    elif words[:4] == ["webapp", "deployment", "slot", "swap"]:
        images = state["images"]
        live, slot = f"{app} live", f"{app} slot"
        images[live], images[slot] = images.get(slot), images.get(live)
    elif words[0] == "rest" and "linuxFxVersion" in option(words, "--body"):
        site = option(words, "--url").partition("/sites/")[2].partition("/config/")[0]
        app, _, slot = site.partition("/slots/")
        image = json.loads(option(words, "--body"))["properties"]["linuxFxVersion"]
        state["images"][f"{app} {'slot' if slot else 'live'}"] = image.removeprefix("DOCKER|")
    elif "show" in words or "list" in words:
        print(ANSWERS.get(option(words, "--query"), f"{thing}.example"))
    state_file.write_text(json.dumps(state))


if __name__ == "__main__":
    main(sys.argv[1:])
