"""One registration of a function with a framework, and what can be read from its arguments."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from pentalint.dataclass import dataclass
from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.events import Frame
from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.values import MAYBE, Choice, Class, Const, Function, List, Ref, Text, Unknown, Value
from pentalint.match.entry_tables import EntryTable

UNKNOWN_PART = "..."
"""What stands in a URL for the part of it that is not known."""

_TRANSLATED = re.compile(r"(^|\.)([un]?p?gettext|ugettext)(_lazy|_noop)?\(\)$")
"""What gives a text that is a translation of its first argument."""


_PLACES = {"%": re.compile(r"%(?:\(\w+\))?[sdr]"), "format": re.compile(r"\{\w*\}")}
"""Where a template is filled in. Names and numbers are not looked at: what is put in is rarely known."""


@dataclass(slots=True, eq=False)
class Registration:
    """A function or class that was registered: by which table, with which arguments, on which object (`owner`), where.
    `place` is that of the decorator among those of what it decorates, -1 for a call; `handler_node` what was written for
    the function in a call."""

    table: EntryTable
    handler: Value
    arguments: Arguments | None
    owner: Value | None
    node: ast.AST
    frame: Frame
    signature: tuple[str, ...] = ()
    place: int = -1
    handler_node: ast.AST | None = None

    def find(self, key: str, engine: Interpreter) -> Value | None:
        """An argument, of the class's defaults when the registration has none; None when it is absent or not known
        to be there."""
        if not key:
            return None
        value = self.arguments.get(key, self.signature) if self.arguments is not None else None
        if value is None and self.table.defaults:
            for arguments in self.inherited(engine):
                value = value if value is not None else arguments.get(key)
        return None if value is None or value is MAYBE else engine.force(value)

    def inherited(self, engine: Interpreter) -> Iterable[Arguments]:
        """The arguments of `defaults` decorators on the class, or on the class of the method, nearest first."""
        handler = self.handler
        cls = handler if isinstance(handler, Class) else None
        if isinstance(handler, Function):
            cls = handler.owner
        for ancestor in engine.linear(cls) if cls is not None else ():
            for decorator in ancestor.decorators if isinstance(ancestor, Class) else ():
                if decorator.arguments is not None and not self.table.defaults.isdisjoint(decorator.paths):
                    yield decorator.arguments

    def text(self, key: str, engine: Interpreter) -> str:
        """A string argument; "" when there is none."""
        found = self.texts(key, engine)
        return found[0] if found else ""

    def texts(self, key: str, engine: Interpreter) -> list[str]:
        """The strings an argument is or holds; `0+` stands for all arguments from a position on."""
        if key.endswith("+"):
            first = int(key[:-1])
            given = self.arguments.positional[first:] if self.arguments is not None else []
            return [text for value in given for text in texts(value, engine)]
        return texts(self.find(key, engine), engine)


def texts(value: Value | None, engine: Interpreter) -> list[str]:
    """The strings a value is, or holds, or may be; what is not known of a string is `...`."""
    if value is None or value is MAYBE:
        return []
    value = engine.force(value)
    if isinstance(value, Const):
        return [value.value] if isinstance(value.value, str) else []
    if isinstance(value, List):
        listed = [text for item in value.items for text in texts(item, engine)]
        return listed if value.complete else [*listed, UNKNOWN_PART]
    if isinstance(value, Choice):
        found = [text for option in value.values for text in texts(option, engine)]
        return [text for text in found if UNKNOWN_PART not in text] or found[:1]
    if isinstance(value, Text):
        return [built(value, engine)]
    if isinstance(value, Ref) and value.arguments is not None and _TRANSLATED.search(value.path):
        return texts(value.arguments.get("0"), engine)
    return [UNKNOWN_PART] if isinstance(value, (Unknown, Ref)) else []


def built(value: Text, engine: Interpreter) -> str:
    """A string built at run time, with `...` for its unknown parts."""
    parts = [found[0] if (found := texts(part, engine)) else UNKNOWN_PART for part in value.parts]
    if value.how in ("+", "f-string"):
        return "".join(parts)
    place = _PLACES.get(value.how)
    if place is None or not parts:
        return UNKNOWN_PART
    given = iter(parts[1:])
    return place.sub(lambda match: next(given, UNKNOWN_PART), parts[0])
