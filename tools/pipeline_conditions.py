"""Parser for conditions of Azure Pipelines, which the schema accepts as any string.

Grammar: a literal, a dotted name (``variables['x']``, ``a.b``), or a known function of conditions.
"""

import re

FUNCTIONS = {
    **dict.fromkeys(("always", "canceled", "failed", "succeeded", "succeededOrFailed"), range(10)),
    **dict.fromkeys(("eq", "ne", "gt", "ge", "lt", "le", "contains", "startsWith", "endsWith", "xor"), range(2, 3)),
    **dict.fromkeys(("and", "or", "in", "notIn"), range(2, 100)),
    **dict.fromkeys(("not", "length", "lower", "upper", "trim"), range(1, 2)),
    "coalesce": range(1, 100),
}
_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<name>[A-Za-z_]\w*)|(?P<number>\d+(?:\.\d+)*)|(?P<sign>[(),.\[\]]))"
)


def condition_problem(condition: str) -> str | None:
    """Return the syntax error of a condition, or None."""
    tokens, at = [], 0
    while at < len(condition.rstrip()):
        found = _TOKEN.match(condition, at)
        if not found:
            return f"cannot be read from {condition[at:]!r} on"
        tokens.append((found.lastgroup, found[found.lastgroup]))
        at = found.end()
    try:
        _Reader(tokens).read_all()
    except ValueError as error:
        return str(error)
    return None


class _Reader:
    def __init__(self, tokens):
        self.tokens = [*tokens, ("end", "the end")]

    def read_all(self):
        self.expression()
        self.take("the end")

    def expression(self):
        kind, word = self.tokens.pop(0)
        if kind in ("text", "number"):
            return
        if kind != "name":
            raise ValueError(f"{word} stands where a value should")
        if self.tokens[0][1] == "(":
            self.call(word)
        while self.tokens[0][1] in (".", "["):
            if self.tokens.pop(0)[1] == ".":
                self.take_name()
            else:
                self.expression()
                self.take("]")

    def call(self, function):
        self.take("(")
        n = 0
        while self.tokens[0][1] != ")":
            if n:
                self.take(",")
            self.expression()
            n += 1
        self.take(")")
        if function not in FUNCTIONS:
            raise ValueError(f"there is no function {function}")
        if n not in FUNCTIONS[function]:
            raise ValueError(f"{function} has {n} arguments")

    def take(self, wanted):
        _, word = self.tokens.pop(0)
        if word != wanted:
            raise ValueError(f"{word} stands where {wanted} should")

    def take_name(self):
        kind, word = self.tokens.pop(0)
        if kind != "name":
            raise ValueError(f"{word} stands where a name should")
