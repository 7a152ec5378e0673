"""HTML elements of templates: `template.element`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.values import UNKNOWN, Const, Value
from pentalint.match.patterns import Compiler
from pentalint.match.template_files import TemplateFile
from pentalint.match.template_keys import Spot, Trace, listed, regex
from pentalint.templates.elements import Element


class ElementTest:
    """HTML elements."""

    def __init__(self, table: Mapping[str, Any], compiler: Compiler) -> None:
        self.names = frozenset(name.lower() for name in listed(table["name"]))
        self.attributes = {
            name.lower(): compiler.condition(wanted) for name, wanted in table.get("attributes", {}).items()
        }
        self.some = [
            (re.compile(one["name"]), compiler.condition(one["value"]))
            for one in table.get("some-attribute", [])
        ]
        self.content = compiler.condition(table["content"]) if "content" in table else None
        self.tags = [b"<"] if "*" in self.names else [f"<{name}".encode() for name in self.names]
        self.written = regex(table, "written")
        self.trace = Trace(self.written)
        self.lacks = regex(table, "lacks")
        self.has = regex(table, "has")
        self.plain = regex(table, "plain")

    def possible(self, data: bytes, low: bytes) -> bool:
        return any(tag in low for tag in self.tags) and self.trace.possible(data, low)

    def spots(self, file: TemplateFile, engine: Interpreter, at: str) -> Iterator[Spot]:
        for element in file.elements(self.names):
            if self.holds(element, file, engine):
                named = element.named(at) if at else []
                span = named[0].span if named else element.span
                yield Spot(span, element.name, named[0].text if named else file.written(span))

    def holds(self, element: Element, file: TemplateFile, engine: Interpreter) -> bool:
        """Whether an element is as asked for. Conditions see attributes as they are written, what the language writes
        included; an attribute that branches write differently, or that may be added, is not known."""
        if self.written is not None and not self.written.search(file.text, element.start, element.end):
            return False
        for name, condition in self.attributes.items():
            if not condition(value_of(element, name), engine):
                return False
        for name, condition in self.some:
            if not any(
                name.fullmatch(one.name) and condition(Const(one.text), engine) for one in element.attributes
            ):
                return False
        if self.lacks is not None and (
            element.inside is None or self.lacks.search(file.visible(*element.inside))
        ):
            return False  # what most forms fail: it is found sooner than what else they hold
        if self.content is not None:
            if element.inside is None or not self.content(Const(file.visible(*element.inside)), engine):
                return False
        if self.has is not None:
            if element.inside is None or not self.has.search(file.visible(*element.inside)):
                return False
        if self.lacks is None:
            return True
        assert element.inside is not None
        return file.certainly_lacks(self.lacks, self.plain, element.inside[0], element.inside[1])


def value_of(element: Element, name: str) -> Value | None:
    """An attribute's text as written; None when the element certainly has none."""
    texts = {one.text for one in element.named(name)}
    if len(texts) == 1:
        return Const(texts.pop())
    return UNKNOWN if texts or element.open else None
