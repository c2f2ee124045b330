"""A pretended Azure behind the real az: which requests does az send, and what does it make of the answers?

Run by the Python of the Azure CLI. Each line of standard input is a JSON object ``{"words", "stdin", "faults"}``;
each line of standard output is ``{"code", "out", "err", "calls"}``. The state of the pretended subscription lasts as
long as the process; ``{"state": name}`` keeps it under a name, and later returns to it. A fault is
``{"method", "path", "status"}``: the path is a regular expression. Status 0 stands for an answer that is lost after the
request was carried out.

It knows what irisml uses, and nothing more; `docs/adr/0010` says what that proves.
"""

import copy
import io
import json
import logging
import os
import re
import sys
import time
from contextlib import redirect_stderr, redirect_stdout
from urllib.parse import parse_qs, urlparse

# Before the CLI is imported: it reads its settings, and its home folder, at import.
os.environ.setdefault("AZURE_CORE_COLLECT_TELEMETRY", "no")

import requests
import urllib3
from azure.cli.core import get_default_cli
from azure.cli.core._profile import Profile
from azure.core.credentials import AccessToken, AccessTokenInfo
from requests.adapters import HTTPAdapter

SUBSCRIPTION, TENANT = "00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002"
_LONGEST_WAIT_S = 0.01
_SITE = re.compile(r"(.*/sites/[^/]+(?:/slots/[^/]+)?)/(?!slots(?:/|$))(.+)$")
_KEPT_IN_SLOT = {"appSettingNames": None, "connectionStringNames": None, "azureStorageConfigNames": None}
_PROFILES = (
    '<publishData><publishProfile profileName="x" publishMethod="MSDeploy" publishUrl="x:443" userName="u"/>'
    '<publishProfile profileName="y" publishMethod="FTP" publishUrl="ftp://x" userName="u"/></publishData>'
)


def merged(into, more):
    """Merge *more* into *into*, as ARM merges a PATCH."""
    for name, value in more.items():
        if isinstance(value, dict) and isinstance(into.get(name), dict):
            merged(into[name], value)
        elif value is not None:
            into[name] = value
    return into


class Arm:
    """The resources of a subscription, by their lower-case path."""

    def __init__(self):
        self.resources = {}
        self.sites = {}
        self.sticky = {}
        self.registered = set()

    def answer(self, method, path, query, body):
        """Return status and content of an answer."""
        key = path.lower()
        if provider := re.search(r"^/subscriptions/[^/]+/providers/([^/]+)(/register)?$", key):
            if provider[2]:
                self.registered.add(provider[1])
            state = "Registered" if provider[1] in self.registered else "NotRegistered"
            return 200, {"id": path, "namespace": provider[1], "registrationState": state, "resourceTypes": []}
        if "/providers/microsoft.insights/" in key and "microsoft.insights" not in self.registered:
            return 409, {"error": {"code": "MissingSubscriptionRegistration", "message": "Microsoft.Insights"}}
        if "/providers/microsoft.insights/" not in key and (found := _SITE.match(key)):
            site, part = found.groups()
            if site in self.resources:
                return self._site(method, site, part, body)
        for pattern, content in self._fixed(key, query):
            if re.search(pattern, key):
                return 200, content
        if method == "GET":
            return (200, self.resources[key]) if key in self.resources else self._absent(path)
        if method == "DELETE":
            for held in [held for held in self.resources if held.startswith(key)]:
                del self.resources[held]
            return 200, None
        if method == "POST" and key.endswith("/importimage"):
            return 200, None
        if "/savedsearches/" in key and method == "PUT" and key in self.resources:
            return 409, {"error": {"code": "Conflict", "message": "without the etag of the one that exists"}}
        if method in ("PUT", "PATCH"):
            return 200, self._put(method, path, copy.deepcopy(body or {}))
        return self._absent(path)

    def _absent(self, path):
        return 404, {"error": {"code": "ResourceNotFound", "message": f"{path} was not found."}}

    def _fixed(self, key, query):
        kind = (query.get("$filter") or [""])[0].lower()
        if re.search(
            r"/(sites|serverfarms|slots|registries|vaults|secrets|deletedvaults|storageaccounts|resourcegroups|metricalerts|savedsearches)$",
            key,
        ):
            yield "", {"value": self._listed(key)}
        yield r"/resources$", {"value": [r for r in self.resources.values() if r.get("type", "").lower() in kind]}
        yield r"/checknameavailability$", {"nameAvailable": True}
        yield r"stacks$", {"value": []}
        yield r"/listkeys$", {"keys": [{"keyName": "key1", "value": "c2VjcmV0", "permissions": "FULL"}]}
        yield r"/roledefinitions$", {"value": [self._role(query)]}
        if key.endswith("/roleassignments"):
            given = [r for k, r in self.resources.items() if k.startswith(key)]
            yield (
                "",
                {
                    "value": [
                        {**r, "properties": {**r["properties"], "scope": key.partition("/providers/microsoft.auth")[0]}}
                        for r in given
                    ]
                },
            )

    def _listed(self, key):
        if key.endswith("/resourcegroups"):
            return [r for k, r in self.resources.items() if k.rpartition("/")[0] == key]
        if "/resourcegroups/" in key:
            return [
                r for k, r in self.resources.items() if k.startswith(key + "/") and k.count("/") == key.count("/") + 1
            ]
        tail = re.escape(key.split("/providers/")[1])
        return [r for k, r in self.resources.items() if re.search(rf"/providers/{tail}/[^/]+$", k)]

    def _role(self, query):
        named = re.search(r"roleName eq '(.+)'", (query.get("$filter") or [""])[0])
        name = named[1] if named else "AcrPull"
        path = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/role-{name}"
        return {"id": path, "name": f"role-{name}", "properties": {"roleName": name, "permissions": []}}

    # --- sites ------------------------------------------------------------------------------------------

    def _parts(self, site):
        empty = {"linuxFxVersion": "", "ipSecurityRestrictions": [], "scmIpSecurityRestrictions": []}
        return self.sites.setdefault(site, {"web": empty, "appsettings": {}, "azurestorageaccounts": {}, "logs": {}})

    def _site(self, method, site, part, body):
        held, resource = self._parts(site), self.resources[site]
        root = site.partition("/slots/")[0]
        sticky = self.sticky.setdefault(root, dict(_KEPT_IN_SLOT))
        properties = (body or {}).get("properties", {})

        def shown(name, value):
            return 200, {"id": resource["id"], "name": name, "type": "x", "location": "westeurope", "properties": value}

        if part == "config/web":
            if method in ("PUT", "PATCH"):
                mounts = properties.get("azureStorageAccounts") or {}
                if any(not mount.get("accessKey") for mount in mounts.values()):
                    return 400, {"Code": "BadRequest", "Message": "Required parameter AccessKey is missing."}
                merged(held["web"], properties)
            # ARM shows a mount, and never its key.
            keyless = {n: {**m, "accessKey": None} for n, m in held["azurestorageaccounts"].items()}
            return shown("web", {**held["web"], **({"azureStorageAccounts": keyless} if keyless else {})})
        if part == "config/slotconfignames":
            merged(sticky, properties if method == "PUT" else {})
            return shown("slotConfigNames", sticky)
        if part == "slotsswap":
            self._swap(root, f"{root}/slots/{body['targetSlot'].lower()}" if site == root else site)
            return 200, None
        if part.startswith("publishxml"):
            return 200, _PROFILES
        if part.startswith("basicpublishingcredentialspolicies"):
            policies = held.setdefault("policies", {})
            if method in ("PUT", "PATCH"):
                policies[part.rsplit("/", 1)[1]] = properties
            return shown(part.rsplit("/", 1)[1], policies.get(part.rsplit("/", 1)[1], {"allow": True}))
        if part == "config/configreferences/appsettings/refresh":
            return 200, None
        if part in ("stop", "start"):
            resource["properties"]["state"] = "Stopped" if part == "stop" else "Running"
            return 200, None
        name = part.removeprefix("config/").removesuffix("/list")
        if name in held:
            if method == "PUT":
                held[name] = properties
            return shown(name, held[name])
        return self._absent(f"{site}/{part}")

    def _swap(self, root, slot):
        live, staged = self._parts(root), self._parts(slot)
        kept = self.sticky.get(root, {}).get("appSettingNames") or []
        before = [{name: side["appsettings"].get(name) for name in kept} for side in (live, staged)]
        for part in ("web", "appsettings", "azurestorageaccounts", "logs"):
            live[part], staged[part] = staged[part], live[part]
        for side, values in zip((live, staged), before, strict=True):
            side["appsettings"].update({name: value for name, value in values.items() if value})

    # --- other resources --------------------------------------------------------------------------------

    def _put(self, method, path, body):
        key = path.lower()
        is_site = "/microsoft.web/sites/" in key
        resource = copy.deepcopy(self.resources.get(key, {})) if method == "PATCH" or is_site else {}
        merged(resource, body)
        typed = re.findall(r"/providers/([^/]+)((?:/[^/]+/[^/]+)+)$", path)
        kind = f"{typed[-1][0]}/{'/'.join(typed[-1][1].strip('/').split('/')[0::2])}" if typed else "resourceGroups"
        resource.update(id=path, name=path.rsplit("/", 1)[1], type=kind)
        resource.setdefault("location", "westeurope")
        properties = resource.setdefault("properties", {})
        if isinstance(properties, dict):
            self._complete(key, resource, properties)
        self.resources[key] = resource
        return resource

    def _complete(self, key, resource, properties):
        """Add what ARM adds, as far as az reads it."""
        properties["provisioningState"] = "Succeeded"
        if "/microsoft.web/sites/" in key:
            name = key.split("/sites/")[1]
            held, given = self._parts(key), properties.pop("siteConfig", None) or {}
            for setting in given.pop("appSettings", None) or []:
                held["appsettings"][setting["name"]] = setting["value"]
            merged(held["web"], given)
            host = name.replace("/slots/", "-")
            resource.update(kind="app,linux,container", name=name.replace("/slots/", "/"))
            scm = {"name": f"{host}.scm.azurewebsites.net", "hostType": "Repository"}
            properties.update(
                reserved=True, defaultHostName=f"{host}.azurewebsites.net", siteConfig=None, hostNameSslStates=[scm]
            )
            properties.setdefault("state", "Running")
            properties.setdefault("serverFarmId", "plan")
            properties.setdefault("sku", "Premium0V3")
            properties.setdefault("resourceGroup", key.split("/resourcegroups/")[1].partition("/")[0])
            for identity in (resource.get("identity") or {}).get("userAssignedIdentities") or {}:
                resource["identity"]["userAssignedIdentities"][identity] = {
                    "principalId": "p-1",
                    "clientId": "client-1",
                }
        elif "/serverfarms/" in key:
            properties["reserved"] = True
        elif "/registries/" in key:
            properties.update(loginServer=f"{resource['name']}.azurecr.io")
        elif "/userassignedidentities/" in key:
            properties.update(principalId=f"p-{resource['name']}", clientId="client-1", tenantId=TENANT)
        elif "/containergroups/" in key:
            properties.setdefault("ipAddress", {})["fqdn"] = f"{resource['name']}.westeurope.azurecontainer.io"
        elif "/storageaccounts/" in key:
            properties["primaryEndpoints"] = {}


class Wire:
    """What az sends: answered by the pretended ARM, and recorded."""

    def __init__(self):
        self.arm = Arm()
        self.kept = {}
        self.calls = []
        self.faults = []

    def keep(self, name):
        """Return to the state of this name; the present one gets it if there is none. "empty" is always empty."""
        if name == "empty":
            self.arm = Arm()
        elif name in self.kept:
            self.arm = copy.deepcopy(self.kept[name])
        else:
            self.kept[name] = copy.deepcopy(self.arm)

    def send(self, _, request, **__):
        at = urlparse(request.url)
        raw = request.body.decode() if isinstance(request.body, bytes) else request.body
        body = json.loads(raw) if raw and raw[:1] in "{[" else None
        status, content = 404, {"error": {"code": "outside", "message": at.netloc}}
        if at.netloc == "management.azure.com":
            fault = next(
                (f for f in self.faults if f["method"] == request.method and re.search(f["path"], at.path)), None
            )
            if fault and fault["status"]:
                status, content = fault["status"], {"error": {"code": "Pretended", "message": "a pretended fault"}}
            else:
                status, content = self.arm.answer(request.method, at.path, parse_qs(at.query), body)
            self.calls.append(
                {"method": request.method, "path": at.path, "query": at.query, "body": body, "status": status}
            )
            if fault and not fault["status"]:
                raise requests.exceptions.ReadTimeout("the answer was lost", request=request)
        return _response(request, status, content)

    def download(self, _, method, url, headers=None, **__):
        """Answer what az fetches from the tools of a site; with which kind of credential is recorded."""
        at = urlparse(url)
        kind = (headers or {}).get("authorization", (headers or {}).get("Authorization", "")).partition(" ")[0]
        call = {"method": method, "path": at.path, "query": at.query, "host": at.netloc, "credential": kind}
        self.calls.append({**call, "body": None, "status": 200})
        raw = _Raw(b"the logs")
        raw.status, raw.reason = 200, "pretended"
        return raw


def _response(request, status, content):
    text = content if isinstance(content, str) else "" if content is None else json.dumps(content)
    response = requests.models.Response()
    response.status_code, response.url, response.request, response.reason = status, request.url, request, "pretended"
    response.headers["Content-Type"] = "text/xml" if isinstance(content, str) else "application/json"
    if status == 429:
        response.headers["Retry-After"] = "0"
    response.raw = _Raw(text.encode())
    response.encoding = "utf-8"
    return response


class _Raw(io.BytesIO):
    """What requests reads a body from."""

    enforce_content_length = False

    def stream(self, n, decode_content=True):
        while piece := self.read(n):
            yield piece

    def release_conn(self):
        pass


class _Credential:
    def get_token(self, *_, **__):
        return AccessToken("token", int(time.time()) + 3600)

    def get_token_info(self, *_, **__):
        return AccessTokenInfo("token", int(time.time()) + 3600)

    def acquire_token(self, *_, **__):
        return {"access_token": "token", "expires_in": 3600}


def sign_in():
    """Let the CLI believe that somebody has signed in."""
    user = {"name": "me", "type": "user"}
    account = {"id": SUBSCRIPTION, "tenantId": TENANT, "name": "pretended", "user": user}
    account |= {"environmentName": "AzureCloud", "state": "Enabled", "isDefault": True}
    Profile.get_login_credentials = lambda *_, **__: (_Credential(), SUBSCRIPTION, TENANT)
    Profile.get_subscription = lambda *_, **__: account
    Profile.get_subscription_id = lambda *_, **__: SUBSCRIPTION
    Profile.get_raw_token = lambda *_, **__: (("Bearer", "token", {}), SUBSCRIPTION, TENANT)


def main():
    """Answer each line with what az has done."""
    wire = Wire()
    HTTPAdapter.send = lambda adapter, request, **options: wire.send(adapter, request, **options)
    urllib3.PoolManager.request = lambda manager, *words, **options: wire.download(manager, *words, **options)
    sleep = time.sleep
    time.sleep = lambda s: sleep(min(s, _LONGEST_WAIT_S))  # between the looks at an operation, and before a retry
    sign_in()
    lines, answers = sys.stdin, sys.stdout
    for line in lines:
        asked = json.loads(line)
        if "state" in asked:
            wire.keep(asked["state"])
            answers.write("{}\n")
            answers.flush()
            continue
        wire.faults, wire.calls = asked.get("faults", []), []
        out, err = io.StringIO(), io.StringIO()
        sys.stdin = io.StringIO(asked.get("stdin") or "")
        with redirect_stdout(out), redirect_stderr(err):
            try:
                code = get_default_cli().invoke(asked["words"], out_file=out)
            except SystemExit as stopped:
                code = stopped.code
        for handler in list(logging.getLogger("cli").handlers):  # each invocation adds one, on its own stream
            logging.getLogger("cli").removeHandler(handler)
        answer = {"code": code, "out": out.getvalue(), "err": err.getvalue(), "calls": wire.calls}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
