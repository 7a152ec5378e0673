"""The expression language of Jinja2 as flows.

Source: Jinja2 "Template Designer Documentation", Expressions. Filters bind tighter than every operator; the values
of tests, comparisons and conditions do not reach the result.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pentalint.templates.flows import (
    NOTHING,
    Flow,
    attribute,
    constant,
    join,
    mix,
    named,
    sequence,
    silent,
)
from pentalint.templates.functions import call
from pentalint.templates.jinja_filters import apply_filter
from pentalint.templates.python_expressions import guess
from pentalint.templates.treatments import SETTLED

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<string>"[^"\\]*(?:\\.[^"\\]*)*"|'[^'\\]*(?:\\.[^'\\]*)*')
      | (?P<number>\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?)
      | (?P<name>[^\W\d]\w*)
      | (?P<sign>==|!=|<=|>=|//|\*\*|\S)
    )""",
    re.VERBOSE | re.DOTALL,
)
_LONGEST = 20_000
_DEEPEST = 40
_LEVELS: dict[str, int] = {
    "or": 1, "and": 2, "in": 4, "not": 4, "==": 4, "!=": 4, "<": 4, ">": 4, "<=": 4, ">=": 4,
    "+": 5, "-": 5, "~": 6, "*": 7, "/": 7, "//": 7, "%": 7, "**": 8,
}  # fmt: skip
"""How tight each infix operator binds. 3 is `not`."""
_COMPARE = 4


class Broken(Exception):
    """The text is no expression, or one too deep to be read."""


class Reader:
    """Reads the expressions of one tag, from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        if len(text) > _LONGEST:
            raise Broken
        self.tokens = [
            (str(found.lastgroup), found.group(found.lastgroup or 0)) for found in _TOKEN.finditer(text)
        ]
        self.at = 0
        self._depth = 0

    @property
    def kind(self) -> str:
        return self.tokens[self.at][0] if self.at < len(self.tokens) else "end"

    @property
    def token(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def sees(self, *words: str) -> bool:
        """Whether the next token is one of some names or signs."""
        return self.kind in ("name", "sign") and self.token in words

    def take(self) -> str:
        token = self.token
        self.at += 1
        return token

    def skip(self, *words: str) -> bool:
        """Step over the next token if it is one of some names or signs."""
        if self.sees(*words):
            self.at += 1
            return True
        return False

    def names(self) -> tuple[str, ...]:
        """The target of an assignment or a loop: every name up to `in`, `=` or the end; `ns.x` counts as `ns`."""
        found: list[str] = []
        while self.kind in ("name", "sign") and self.token not in ("in", "=", "|"):
            if self.kind == "name":
                found.append(self.take())
                while self.skip("."):
                    self.take()
            else:
                self.take()
        return tuple(found)

    def items(self) -> Flow:
        """An expression, or several with commas between them."""
        parts = [self.expression()]
        while self.skip(","):
            if self.kind == "end" or self.sees(")", "]", "}"):
                break
            parts.append(self.expression())
        return parts[0] if len(parts) == 1 else sequence(parts)

    def expression(self, conditional: bool = True) -> Flow:
        """One expression; without `conditional` a following `if` belongs to the tag, as in `for`."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise Broken
        flow = self._binary(1)
        while conditional and self.skip("if"):
            test = silent(self._binary(1))
            other = self.expression() if self.skip("else") else NOTHING
            flow = join([flow, other, test])
        self._depth -= 1
        return flow

    def _binary(self, level: int) -> Flow:
        if level <= 3 and self.skip("not"):
            left = silent(self._binary(3))
        else:
            left = self._unary()
        while True:
            word = self.token if self.kind in ("name", "sign") else ""
            own = _LEVELS.get(word, 0)
            if own < level or not own:
                return left
            self.take()
            if word == "not" and not self.skip("in"):
                raise Broken
            # `**` binds to the right; a chain of comparisons gives nothing either way.
            right = self._binary(own if word == "**" else own + 1)
            left = _combine(word, own, left, right)

    def _unary(self) -> Flow:
        signs = False
        while self.skip("-", "+"):
            signs = True
        path = self.token if self.kind == "name" else ""
        flow = self._filtered(self._postfix(self._primary(), path))
        return silent(flow) if signs else flow

    def _primary(self) -> Flow:
        kind, token = self.kind, self.take()
        if kind == "name":
            if token in ("true", "false", "none", "True", "False", "None"):
                return silent(NOTHING)
            return named(token)
        if kind == "number":
            return silent(NOTHING)
        if kind == "string":
            texts = [token[1:-1]]
            while self.kind == "string":
                texts.append(self.take()[1:-1])
            return constant("".join(texts))
        if token == "(":
            if self.skip(")"):
                return NOTHING
            flow = self.items()
            self._close(")")
            return flow
        if token == "[":
            return self._list("]")
        if token == "{":
            return self._pairs()
        raise Broken

    def _list(self, closer: str) -> Flow:
        parts = []
        while not self.skip(closer):
            parts.append(self.expression())
            if not self.skip(",") and not self.sees(closer):
                raise Broken
        return sequence(parts)

    def _pairs(self) -> Flow:
        parts = []
        while not self.skip("}"):
            self.expression()
            self._close(":")
            parts.append(self.expression())
            if not self.skip(",") and not self.sees("}"):
                raise Broken
        return join(parts)

    def _postfix(self, flow: Flow, path: str = "") -> Flow:
        receiver: Flow | None = None
        while True:
            if self.skip("."):
                receiver = flow
                name = self.take()
                flow = attribute(flow, name)
                path = f"{path}.{name}"
            elif self.skip("["):
                receiver = flow
                flow, path = self._subscript(flow), ""
            elif self.skip("("):
                positional, keywords = self.arguments()
                flow = call(path, receiver, positional, keywords) if path else join([flow, *positional])
                path, receiver = "", None
            else:
                return flow

    def _subscript(self, owner: Flow) -> Flow:
        key = ""
        if (
            self.kind in ("string", "number")
            and self.at + 1 < len(self.tokens)
            and self.tokens[self.at + 1][1] == "]"
        ):
            key = self.take().strip("\"'")
        else:
            sliced = False
            while not self.sees("]"):
                if self.skip(":", ","):
                    sliced = True
                else:
                    self.expression()
            if sliced:
                self._close("]")
                return owner
        self._close("]")
        return attribute(owner, key)

    def arguments(self) -> tuple[list[Flow], list[tuple[str, Flow]]]:
        """The arguments of a call, behind its opening parenthesis and up to its closing one."""
        positional: list[Flow] = []
        keywords: list[tuple[str, Flow]] = []
        while not self.skip(")"):
            self.skip("*", "**")
            following = self.tokens[self.at + 1] if self.at + 1 < len(self.tokens) else ("end", "")
            if self.kind == "name" and following == ("sign", "="):
                name = self.take()
                self.take()
                keywords.append((name, self.expression()))
            else:
                positional.append(self.expression())
            if not self.skip(",") and not self.sees(")"):
                raise Broken
        return positional, keywords

    def filters(self, flow: Flow) -> Flow:
        """The filters that follow, each behind its `|`."""
        while self.skip("|"):
            flow = self._filter(flow)
        return flow

    def _filter(self, flow: Flow) -> Flow:
        if self.kind != "name":
            raise Broken
        name = self.take()
        while self.skip("."):
            name = f"{name}.{self.take()}"
        arguments: list[tuple[str, Flow]] = []
        if self.skip("("):
            positional, keywords = self.arguments()
            arguments = [*(("", one) for one in positional), *keywords]
        return apply_filter(name, flow, arguments)

    def _filtered(self, flow: Flow) -> Flow:
        while True:
            if self.skip("|"):
                flow = self._filter(flow)
            elif self.skip("is"):
                self.skip("not")
                self._test()
                flow = silent(flow)
            elif self.sees("(", "[", "."):
                flow = self._postfix(flow)
            else:
                return flow

    def _test(self) -> None:
        """The name of a test and its argument, which may stand without parentheses."""
        self.take()
        while self.skip("."):
            self.take()
        if self.skip("("):
            self.arguments()
        elif self.kind in ("name", "string", "number") and not self.sees(
            "else", "or", "and", "is", "if", "in", "not"
        ):
            self._postfix(self._primary())

    def _close(self, sign: str) -> None:
        if not self.skip(sign):
            raise Broken


def _combine(word: str, level: int, left: Flow, right: Flow) -> Flow:
    if word == "or":
        return join([left, right])
    if word == "and":
        return join([silent(left), right])
    if level == _COMPARE:
        return silent(join([left, right]))
    if word == "~":
        return mix([left, right], SETTLED)
    if word in ("+", "%"):
        return mix([left, right])
    return join([left, right]) if word == "*" else silent(join([left, right]))


@lru_cache(maxsize=2048)
def read_expression(text: str) -> Flow:
    """The flow of the inside of `{{ }}`. One that does not parse counts as all the names in it."""
    try:
        reader = Reader(text)
        if reader.kind == "end":
            return NOTHING
        flow = reader.items()
        if reader.kind != "end":
            raise Broken
        return flow
    except (Broken, RecursionError):
        return guess(text)
