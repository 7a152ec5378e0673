"""One section of a `configparser` parser, as the parser's items give it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.folding import FAULTS
from pentalint.evaluate.models import Model
from pentalint.evaluate.values import NONE, UNKNOWN, Const, List, Unknown, Value
from pentalint.evaluate.walks import Walk

if TYPE_CHECKING:
    from pentalint.evaluate.parsers import Parser

TRUTHS = {
    "1": True,
    "yes": True,
    "true": True,
    "on": True,
    "0": False,
    "no": False,
    "false": False,
    "off": False,
}

CONVERTERS: dict[str, Callable[[str], Any]] = {
    "getint": int,
    "getfloat": float,
    "getboolean": lambda text: TRUTHS[text.lower()],
}
"""Methods that convert the text of an option."""


class Section(Model):
    """One section of a parser, as its items give it: a way to look at the parser."""

    METHODS = frozenset(
        [
            "get",
            "getint",
            "getfloat",
            "getboolean",
            "items",
            "keys",
            "values",
            "update",
            "pop",
            "popitem",
            "clear",
            "setdefault",
        ]
    )
    CHANGES = frozenset(["update", "pop", "popitem", "clear", "setdefault"])

    def __init__(self, parser: Parser, name: Value) -> None:
        super().__init__(f"{parser.path}[]", Arguments())
        assert self.arguments is not None
        self.arguments.positional.append(name)
        self.parser = parser
        self.section = name

    def twin(self, copy: Callable[[Value], Value]) -> Model:
        parser = copy(self.parser)
        return Section(parser if isinstance(parser, type(self.parser)) else self.parser, self.section)

    def root(self) -> Model | None:
        return self.parser

    def following(self, before: Value, after: Value) -> Model | None:
        if self.parser is not before or not isinstance(after, type(self.parser)):
            return None
        return Section(after, self.section)

    def forget(self) -> None:
        self.parser.forget()

    def call(self, name: str, arguments: Arguments) -> Value | None:
        if name in self.CHANGES or arguments.open_positional or arguments.open_keyword:
            if name in self.CHANGES:
                self.parser.forget()
            return None
        try:
            if name == "get" or name in CONVERTERS:
                return self._get(name, arguments)
            if name in ("items", "keys", "values"):
                return self._rows(name)
        except FAULTS:
            pass
        return None

    def _get(self, name: str, arguments: Arguments) -> Value | None:
        option = arguments.get("0=option")
        fallback = arguments.get("1=fallback")
        if option is None or not set(arguments.keywords) <= {"option", "fallback"}:
            return None
        given = Arguments()
        given.positional = [self.section, option]
        given.keywords = {"fallback": NONE if fallback is None else fallback}
        return self.parser.call(name, given)

    def _rows(self, name: str) -> Value | None:
        names = self.parser.names(self.section)
        if names is None:
            return None
        found: list[Value] = []
        for option in names:
            value = self.parser.find(self.section, Const(option)) or UNKNOWN
            found.append(
                Const(option)
                if name == "keys"
                else value
                if name == "values"
                else List([Const(option), value], "tuple")
            )
        return List(found, "view", self.parser.closed)

    def item(self, key: Value) -> Value | None:
        found = self.parser.find(self.section, key)
        return None if found is None or isinstance(found, Unknown) else found

    def set_item(self, key: Value, value: Value) -> None:
        self.parser.put(self.section, key, value)

    def delete_item(self, key: Value) -> None:
        given = Arguments()
        given.positional = [self.section, key]
        self.parser.call("remove_option", given)

    def set_attribute(self, name: str, value: Value) -> None:
        return

    def holds(self, key: Value) -> bool | None:
        try:
            self.parser.table(self.section), self.parser.key(key)
        except FAULTS:
            return None
        found = self.parser.find(self.section, key, raw=True)
        if found is None:
            return False
        return True if self.parser.closed or found is not self.parser.missing() else None

    def keys(self) -> Walk | None:
        try:
            names = self.parser.names(self.section)
        except FAULTS:
            return None
        return None if names is None else Walk([Const(name) for name in names], self.parser.closed)
