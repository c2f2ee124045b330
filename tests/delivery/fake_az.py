#!/usr/bin/env python3
"""Fake ``az`` for tests: record each call, and keep the state of what was created.

FAKE_AZ is a folder: calls.jsonl has each call, and stdin.jsonl what a call got as input; state.json has
what exists, which image is on which side of an app, and which sides are stopped; fails.txt may name a
command that fails, once if there is a file fails_once.
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
    if "@-" in words:
        with (folder / "stdin.jsonl").open("a") as inputs:
            inputs.write(sys.stdin.read() + "\n")
    state_file = folder / "state.json"
    state = json.loads(state_file.read_text()) if state_file.exists() else {"exists": [], "images": {}, "stopped": []}
    command = " ".join(word for word in words if not word.startswith("-"))
    fails = folder / "fails.txt"
    if fails.exists() and command.startswith(fails.read_text()):
        once = folder / "fails_once"
        if once.exists():
            once.unlink()
            fails.unlink()
        sys.exit("ERROR: not today")
    app, side = option(words, "--name"), "slot" if "--slot" in words else "live"
    thing = f"{words[0]} {words[1]} {app} {side}"
    url = option(words, "--url").partition("?")[0]
    if words[0] == "rest" and "/secrets" in url:
        vault, _, secret = url.partition("/vaults/")[2].partition("/secrets")
        if option(words, "--method") == "put":
            state["exists"].append(f"secret {vault} {secret.strip('/')}")
        elif f"secret {vault} signing-key" in state["exists"]:
            print("/its/id")
    elif words[0] == "rest" and "/configreferences/" in url and option(words, "--method") == "get":
        given = folder / "references.json"
        print(given.read_text() if given.exists() else '{"value": [{"properties": {"status": "Resolved"}}]}')
    elif words[:3] == ["storage", "file", "list"]:
        print("versions\nreleases" if any(state["images"].values()) else "")
    elif words[:3] == ["acr", "repository", "show"]:
        print(f"sha256:{('a' if 'irisml' in option(words, '--image') else 'c') * 64}")
    elif words[:2] == ["container", "create"]:
        state["exists"].append("container")
    elif words[:2] == ["webapp", "stop"]:
        state["stopped"].append(f"{app} {side}")
    elif words[:2] == ["webapp", "start"]:
        state["stopped"] = [one for one in state["stopped"] if one != f"{app} {side}"]
    elif words[:3] == ["webapp", "config", "show"]:
        image = state["images"].get(f"{app} {side}")
        if "ipSecurity" in option(words, "--query"):
            print("yes" if f"restricted {app} {side}" in state["exists"] else "")
        else:
            print("yes" if image and "contains(" in option(words, "--query") else image or "")
    elif words[0] == "role":
        principal = option(words, "--assignee-object-id") or option(words, "--query").split("'")[1]
        scoped = f"role {option(words, '--role')} {option(words, '--scope')} {principal}"
        if words[2] == "create":
            state["exists"].append(scoped)
        elif scoped in state["exists"]:
            print("/its/id")
    elif "saved-search" in words:
        if "create" in words:
            state["exists"].append("saved-search")
        elif "saved-search" in state["exists"]:
            print("/its/id")
    elif words[0] == "provider":
        print("")
    elif words[:4] == ["monitor", "metrics", "alert", "create"]:
        state["exists"].append(f"monitor {app} live")
    elif words[0] == "rest" and "ipSecurityRestrictions" in option(words, "--body"):
        site = url.partition("/sites/")[2].partition("/config/")[0]
        state["exists"].append(f"restricted {site.partition('/')[0]} {'slot' if '/slots/' in site else 'live'}")
    elif words[:3] == ["acr", "manifest", "list-metadata"]:
        print((folder / "manifests.json").read_text())
    elif words[:2] == ["webapp", "show"] and option(words, "--query") == "defaultHostName":
        print(f"{app}-{side}.example")
    elif asked := re.fullmatch(r"\[\?name=='(.+)'\]\.id", option(words, "--query")):
        slot = words[:4] == ["webapp", "deployment", "slot", "list"]
        thing = f"webapp {app} slot" if slot else f"{'deleted ' * ('list-deleted' in words)}{words[0]} {asked[1]} live"
        if thing in state["exists"]:
            print("/its/id")
    elif words[:2] == ["webapp", "create"] or words[:4] == ["webapp", "deployment", "slot", "create"]:
        state["exists"].append(f"webapp {app} {side}")
    elif words[:3] == ["appservice", "plan", "create"] or words[:2] in (["keyvault", "create"], ["group", "create"]):
        state["exists"].append(f"{words[0]} {app} live")
    elif words[:2] == ["group", "delete"]:
        vault = f"keyvault {app.removeprefix('rg-')}-vault live"
        state["exists"] = [
            *(one for one in state["exists"] if one not in (f"group {app} live", vault)),
            f"deleted {vault}",
        ]
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
        answer = ANSWERS.get(option(words, "--query"), f"{thing}.example")
        print(answer if "key" in answer else f"{answer}-of-{app or option(words, '--workspace-name')}")
    state_file.write_text(json.dumps(state))


if __name__ == "__main__":
    main(sys.argv[1:])
