"""Expressions that templates write into the page, and statements of their language: `template.output`, `template.tag`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.values import Const
from pentalint.match.patterns import Compiler
from pentalint.match.template_files import TemplateFile
from pentalint.match.template_keys import PARTS, Spot, Trace, keys_of, listed, one_of, regex
from pentalint.templates.outputs import CONTEXTS, Output
from pentalint.templates.outputs import Value as Written
from pentalint.templates.treatments import REASONS, harm, resolve


class OutputTest:
    """Expressions that are written into the page."""

    def __init__(self, table: Mapping[str, Any], compiler: Compiler) -> None:
        self.harm = one_of(table.get("harm", []), REASONS, "output.harm")
        self.context = one_of(table.get("context", []), CONTEXTS, "output.context")
        self.position = one_of(table.get("position", []), ("name", "value"), "output.position")
        self.filters = frozenset(listed(table.get("filters", [])))
        self.not_filters = frozenset(listed(table.get("not-filters", [])))
        self.expression = regex(table, "expression")
        self.not_expression = regex(table, "not-expression")
        self.names = regex(table, "names")
        self.not_names = regex(table, "not-names")
        self.attribute = regex(table, "attribute")
        self.within = regex(table, "within")
        self.known = bool(table.get("known", False))

    def possible(self, data: bytes, low: bytes) -> bool:
        if self.filters and not any(name.encode() in data for name in self.filters):
            return False
        if self.position == ("value",) and not has_unquoted(data):
            return False
        if self.context and set(self.context) <= {"script", "event"}:
            return any(word in low for word in _CODE) or has_handler(low)
        return True

    def spots(self, file: TemplateFile, engine: Interpreter, at: str) -> Iterator[Spot]:
        for output in file.template.outputs:
            if self.holds(output, file):
                yield Spot(output.span, ", ".join(output.names), output.expression)

    def holds(self, output: Output, file: TemplateFile) -> bool:
        """Whether one output is as asked for."""
        if self.context and output.context not in self.context:
            return False
        if self.filters and self.filters.isdisjoint(output.filters):
            return False
        if not self.not_filters.isdisjoint(output.filters):
            return False
        if self.expression is not None and not self.expression.search(output.expression):
            return False
        if self.not_expression is not None and self.not_expression.search(output.expression):
            return False
        if self.position and position_of(output, file) not in self.position:
            return False
        if self.attribute is not None and not self.attribute.fullmatch(attribute_of(output, file)):
            return False
        if self.within is not None and not self.within.fullmatch(tag_of(output, file)):
            return False
        if not (self.harm or self.names or self.not_names or self.known):
            return True
        return any(self.harms(value, output, file) for value in output.values)

    def harms(self, value: Written, output: Output, file: TemplateFile) -> bool:
        """Whether one of the values written is as asked for, in an environment that escapes."""
        if self.known and value.through:
            return False
        if self.names is not None and not self.names.search(value.name):
            return False
        if self.not_names is not None and self.not_names.search(value.name):
            return False
        treatment = resolve(value.treatment, True)
        whole = file.language != "chameleon"
        return (
            not self.harm
            or harm(output.context, output.quote, output.script_quote, treatment, whole) in self.harm
        )


_UNQUOTED = re.compile(rb"=\s*[^\s\"'>=]{0,200}(?:\{\{|\$\{|\{%)")
_ATTRIBUTE = re.compile(rb"[\s\"'/}][^\s\"'<>/=?&]{1,60}\s*\Z")
_CODE = (b"<script", b"javascript:", b"srcdoc", b"tal:attributes")
_HANDLER = re.compile(rb"on[a-z]{3,}\s*=")
_VALUE = re.compile(r"=\s*[^\s\"'>=]*\Z")
_TAG = re.compile(r"<([a-zA-Z][^\s/>]*)")
_NAMED = re.compile(r"([^\s=/>\"']+)\s*=\s*(?:\"[^\"]*|'[^']*|[^\s\"'>]*)\Z")


def has_unquoted(data: bytes) -> bool:
    """Whether something may be written into an attribute without quotes."""
    return any(
        _ATTRIBUTE.search(data, max(found.start() - 70, 0), found.start())
        for found in _UNQUOTED.finditer(data)
    )


def has_handler(low: bytes) -> bool:
    """Whether an attribute `on...` is set in a text in lower case. (With `\\b` before it the pattern is tried at each word, which
    takes eight times as long.)"""
    return any(
        not (low[at - 1 : at].isalnum() or low[at - 1 : at] == b"_")
        for at in (found.start() for found in _HANDLER.finditer(low))
    )


def position_of(output: Output, file: TemplateFile) -> str:
    """Whether an output in a tag outside of quotes is (part of) a value, or of a name."""
    return "value" if _VALUE.search(before(output, file)) else "name"


def attribute_of(output: Output, file: TemplateFile) -> str:
    """The attribute that an output is written into; "" for none."""
    found = _NAMED.search(before(output, file))
    return found.group(1).lower() if found else ""


def tag_of(output: Output, file: TemplateFile) -> str:
    """The name, as written, of the tag that an output stands in; "" for none."""
    text = before(output, file)
    found = _TAG.match(text, max(text.rfind("<"), 0))
    return found.group(1) if found else ""


def before(output: Output, file: TemplateFile) -> str:
    """What stands before an output, with holes."""
    start = file.offset(output.span.line, output.span.column)
    return file.mask[max(start - 2000, 0) : start]


class TagTest:
    """Statements of the template language."""

    def __init__(self, table: Mapping[str, Any], compiler: Compiler) -> None:
        self.names = frozenset(listed(table["name"]))
        self.argument = compiler.condition(table["argument"]) if "argument" in table else None
        self.bytes = [name.encode() for name in self.names]
        self.written = regex(table, "written")
        self.trace = Trace(self.written)
        inner = table.get("holds")
        if inner is not None:
            keys_of(inner, PARTS["output"], "template.tag.holds")
        self.inner = OutputTest(inner, compiler) if inner is not None else None

    def possible(self, data: bytes, low: bytes) -> bool:
        return any(name in data for name in self.bytes) and self.trace.possible(data, low)

    def spots(self, file: TemplateFile, engine: Interpreter, at: str) -> Iterator[Spot]:
        for tag in file.outline.tags:
            if tag.name not in self.names:
                continue
            if self.written is not None and not self.written.search(file.text, tag.start, tag.end):
                continue
            if self.argument is not None and not self.argument(Const(tag.argument), engine):
                continue
            if self.inner is not None:
                block = file.block_of(tag)
                inner = file.outputs_in(*block, file.template) if block is not None else ()
                if not any(self.inner.holds(one, file) for one in inner):
                    continue
            yield Spot(file.places.span(tag.start, tag.end), tag.name, tag.argument)
