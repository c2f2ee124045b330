"""What a Bicep template would deploy, as far as ours goes: names and properties of its resources, without the compiler.

Conditions, loops, variables and the few functions that ``infra/main.bicep`` uses are evaluated. A value that only
Azure knows, like the client id of an identity, is its path in the template: ``<identity.properties.clientId>``.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import tree_sitter_bicep
from pycep import BicepParser
from tree_sitter import Language, Node, Parser

_PLACE = re.compile(r"\$\{((?:[^{}]|\{[^{}]*\})*)\}")


def grammar_problems(file: Path) -> list[str]:
    """Places that the grammar of Bicep does not allow."""
    tree = Parser(Language(tree_sitter_bicep.language())).parse(file.read_bytes())
    return [
        f"{file.name}:{node.start_point[0] + 1}" for node in _nodes(tree.root_node) if node.is_error or node.is_missing
    ]


@cache
def _parser() -> BicepParser:
    return BicepParser()  # it compiles its grammar, which takes a second


@cache
def _parsed(text: str) -> dict:
    return _parser().parse(text=text)


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _nodes(child)


@dataclass(frozen=True)
class Resource:
    """One resource that would be deployed."""

    kind: str
    name: str
    properties: Any
    body: dict


class Template:
    """A template with values for its parameters."""

    def __init__(self, file: Path, **parameters: Any) -> None:
        self._file = file
        self._parsed = _parsed(file.read_text(encoding="utf-8"))
        defaults = {name: one.get("default") for name, one in self._parsed["parameters"].items()}
        self._scope = {**defaults, **parameters}

    def resources(self) -> list[Resource]:
        """Return the resources whose condition is true, those of a loop each on its own."""
        return [one for symbol in self._parsed["resources"] for one in self._of(symbol)]

    def variable(self, name: str) -> Any:
        return self._value(name, {})

    def module_parameters(self, name: str) -> dict:
        return self._value(self._parsed["modules"][name]["config"]["config"]["params"], {})

    def _of(self, symbol: str) -> Iterator[Resource]:
        found = self._parsed["resources"][symbol]
        for body, scope in self._bodies(found["config"]):
            name = self._value(body["name"], scope)
            if "parent" in body:
                [parent] = self._of(body["parent"])
                name = f"{parent.name}/{name}"
            yield Resource(found["type"], name, self._value(body.get("properties", {}), scope), body)

    def _bodies(self, config: dict) -> Iterator[tuple[dict, dict]]:
        items: list[dict] = [{}]
        if "loop_type" in config:
            detail = config["loop_type"]["detail"]
            items = [
                {detail["item_name"]: item, detail.get("index_name") or "": at}
                for at, item in enumerate(self._value(detail["array_name"], {}))
            ]
        for scope in items:
            if "config" not in config:
                yield config, scope
            elif config["condition"] is None or self._value(config["condition"], scope):
                yield config["config"], scope

    def _value(self, node: Any, scope: dict) -> Any:
        if isinstance(node, str):
            return self._text(node, scope)
        if isinstance(node, list):
            return [self._value(each, scope) for each in node]
        if not isinstance(node, dict):
            return node
        if "loop_type" in node:
            return [self._value(body, inner) for body, inner in self._bodies(node)]
        if "operands" in node.get("operator", ()):
            return self._operator(node["operator"]["type"], node["operator"]["operands"], scope)
        if "function" in node:
            return self._function(node["function"]["type"], node["function"]["parameters"], scope)
        return {self._key(key.strip("'"), scope): self._value(each, scope) for key, each in node.items()}

    def _key(self, key: str, scope: dict) -> str:
        return self._text(key, scope) if "${" in key else key

    def _text(self, text: str, scope: dict) -> Any:
        if text in scope:
            return scope[text]
        if text in self._scope:
            default = self._scope[text]
            return self._value(default, scope) if default != text else text
        if text in self._parsed["variables"]:
            return self._value(self._parsed["variables"][text]["value"], scope)
        if text.startswith("${") and _PLACE.fullmatch(text):
            return self._expression(text[2:-1], scope)
        return _PLACE.sub(lambda place: str(self._expression(place[1], scope)), text)

    def _expression(self, source: str, scope: dict) -> Any:
        return self._value(_parsed(f"var x = {source}\n")["variables"]["x"]["value"], scope)

    def _operator(self, kind: str, operands: dict, scope: dict) -> Any:
        if kind == "conditional":
            chosen = "true_value" if self._value(operands["condition"], scope) else "false_value"
            return self._value(operands[chosen], scope)
        if kind == "not":
            return not self._value(operands["bool_value"], scope)
        if kind == "property_accessor":
            left, right = operands["operand_1"], operands["operand_2"]
            known = (
                self._value(left, scope) if isinstance(left, str) and left not in self._parsed["resources"] else None
            )
            return known[right] if isinstance(known, dict) else f"<{_path(operands)}>"
        left, right = (self._value(operands[side], scope) for side in ("operand_1", "operand_2"))
        return {"equals": lambda: left == right, "and": lambda: left and right, "add": lambda: left + right}[kind]()

    def _function(self, kind: str, given: dict, scope: dict) -> Any:
        if kind == "load_json_content":
            return json.loads((self._file.parent / given["file_path"]).read_text(encoding="utf-8"))
        values = [self._value(each, scope) for each in given.values() if each is not None]
        match kind:
            case "union":
                return {name: value for each in values for name, value in each.items()}
            case "empty":
                return not values[0]
            case "string":
                return str(values[0])
            case "contains":
                return values[1] in values[0]
            case "replace":
                return values[0].replace(values[1], values[2])
        return f"<{kind} {' '.join(map(str, values))}>"


def _path(node: Any) -> str:
    """Return the names in an expression that only Azure can evaluate, in their order."""
    if isinstance(node, dict):
        return ".".join(_path(each) for key, each in node.items() if key not in ("type", "parameters") or each)
    return str(node)
