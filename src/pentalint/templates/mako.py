"""Mako templates. Source: Mako "Syntax", "Defs and Blocks", "Filtering and Buffering", "Inheritance", "Namespaces".

What matters for escaping: the default filters come first, then those of `<%page expression_filter>`, then those
behind the `|` of the expression; `n` among the latter two drops the ones before. `h` is MarkupSafe's escape, which
leaves alone what is marked as safe; `u` percent-encodes. A `filter` of a def or block is applied to its whole output.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from pentalint.templates.collector import Collector
from pentalint.templates.flows import NOTHING, Flow, treat
from pentalint.templates.functions import apply_function
from pentalint.templates.outputs import Template, Value
from pentalint.templates.page import Page
from pentalint.templates.python_expressions import read_expression
from pentalint.templates.python_statements import Act, read_code, read_loop, read_parameters
from pentalint.templates.treatments import URL, escape, force_escape, mark_safe

_OPENING = re.compile(r"\$\{|<%|</%|^[ \t]*(?:%(?!%)|##)", re.MULTILINE)
_LINE = re.compile(r"(?:\\\r?\n|[^\r\n])*(?:\r?\n)?")
_TAG = re.compile(r"<%([\w.:]+)")
_ATTRIBUTE = re.compile(
    r"""\s*(?:(?P<name>\w+)\s*(?:=\s*(?:"(?P<double>[^"]{0,4000})"|'(?P<single>[^']{0,4000})'))?|,|(?P<end>/?>))"""
)
_CLOSING = re.compile(r"</%[ \t]*([^\s>]{1,200})[ \t]*>")
_PAGE = re.compile(r"""<%page\b[^>]{0,2000}?\sexpression_filter\s*=\s*["']([^"']{0,200})""")
_CONTROL = re.compile(r"(end)?(\w+)")
_TREATMENTS: dict[str, Callable[[str], str]] = {
    "h": escape,
    "x": force_escape,
    "entity": force_escape,
    "u": lambda _: URL,
}
_KEEP = frozenset({"trim", "str", "unicode"})

Attributes = dict[str, str]


def read_mako(text: str, path: str, page: Page) -> Template:
    """Read a Mako template; what makes no sense is passed over."""
    walk = _Walk(Collector(text, path, "mako", page))
    walk.run()
    return walk.into.finish()


class _Walk:
    """One pass over the text, mark by mark."""

    def __init__(self, into: Collector) -> None:
        self.into = into
        self.text = into.text
        page = _PAGE.match(self.text, max(self.text.find("<%page"), 0))
        self._page_filters = _names(page.group(1)) if page else []
        self._open: list[tuple[str, Callable[[int], None]]] = []  # tags, each with what closes it

    def run(self) -> None:
        at = 0
        while opening := _OPENING.search(self.text, at):
            self.into.literal(at, opening.start())
            mark = opening.group()
            if mark == "${":
                at = self._expression(opening.start())
            elif mark == "<%":
                at = self._tag_or_code(opening.start())
            elif mark == "</%":
                at = self._closing(opening.start())
            else:
                at = self._line(opening.start(), opening.end(), mark.endswith("##"))
        self.into.literal(at, len(self.text))

    # Expressions.

    def _expression(self, start: int) -> int:
        ends = self.into.finder.brace_end(start + 2, len(self.text))
        if ends is None:
            self.into.literal(start, start + 2)
            return start + 2
        stop, bar = ends
        expression = self.text[start + 2 : bar if bar >= 0 else stop].strip()
        filters = _names(self.text[bar + 1 : stop]) if bar >= 0 else []
        flow = read_expression(expression)
        if any(call.name.startswith("parent.") for call in flow.calls):
            self.into.inherit_block()
        self.into.output(start, stop + 1, self.text[start + 2 : stop].strip(), self._filtered(flow, filters))
        return stop + 1

    def _filtered(self, flow: Flow, filters: list[str]) -> Flow:
        bare = "n" in filters or "n" in self._page_filters
        if "n" not in filters:
            filters = [*self._page_filters, *filters]
        for name in filters:
            if name in _TREATMENTS:
                flow = treat(flow, _TREATMENTS[name], markup=True)
            elif name != "n" and name not in _KEEP and not name.startswith("decode."):
                flow = apply_function(name, flow)
        if bare:
            flow = treat(flow, mark_safe)
        return Flow(
            flow.values, flow.treatment, flow.markup, flow.constants, flow.calls, (*flow.filters, *filters)
        )

    # Lines and code.

    def _line(self, start: int, inside: int, comment: bool) -> int:
        found = _LINE.match(self.text, inside)
        end = found.end() if found else len(self.text)
        code = self.text[inside:end].replace("\\\r\n", " ").replace("\\\n", " ").strip()
        word = _CONTROL.match(code)
        if comment or word is None:
            self.into.comment(start, end)
            return end
        stop = start + len(self.text[start:end].rstrip())
        self.into.tag(start, stop, word.group(), code[word.end() :].strip())
        if word.group(1):
            self._end_control(word.group(2), start)
        else:
            self._control(word.group(2), code, start, stop, end)
        return end

    def _control(self, keyword: str, code: str, start: int, stop: int, end: int) -> None:
        if keyword == "for":
            bound, flow = read_loop(code)
            self.into.calls(start, stop, flow)
            self.into.open_scope()
            for names, value in bound:
                self.into.bind(names, value, "loop", start, stop)
        elif keyword in ("if", "try"):
            self.into.open_branch(end)
        elif keyword in ("elif", "else", "except", "finally"):
            self.into.next_branch(end)

    def _end_control(self, keyword: str, start: int) -> None:
        if keyword == "for":
            self.into.close_scope(start)
        elif keyword in ("if", "try"):
            self.into.close_branch(start)

    def _code(self, start: int) -> int:
        inside = start + 3 if self.text.startswith("<%!", start) else start + 2
        stop = self.into.finder.find("%>", inside)
        if stop < 0:
            return len(self.text)
        for act in read_code(self.text[inside:stop]):
            self._act(act, start, stop + 2)
        return stop + 2

    def _act(self, act: Act, start: int, end: int) -> None:
        self.into.calls(start, end, act.flow)
        if act.kind == "write":
            self.into.output(start, end, "context.write", treat(act.flow, mark_safe))
        elif act.kind != "call":
            self.into.bind(act.names, act.flow, act.kind, start, end, act.adds)

    # Tags.

    def _tag_or_code(self, start: int) -> int:
        tag = _TAG.match(self.text, start)
        if tag is None:
            return self._code(start)
        attributes: Attributes = {}
        at = tag.end()
        while found := _ATTRIBUTE.match(self.text, at):
            at = found.end()
            if found.group("end"):
                return self._tag(tag.group(1), attributes, start, at, found.group("end") == "/>")
            if found.group("name"):
                attributes[found.group("name")] = found.group("double") or found.group("single") or ""
        return self._code(start)

    def _tag(self, name: str, attributes: Attributes, start: int, end: int, alone: bool) -> int:
        if name in ("text", "doc") and not alone:
            stop = self.text.find(f"</%{name}>", end)
            stop = stop if stop >= 0 else len(self.text)
            if name == "text":
                self.into.literal(end, stop)
            else:
                self.into.comment(start, min(stop + len(name) + 4, len(self.text)))
            return min(stop + len(name) + 4, len(self.text))
        self.into.tag(start, end, name, self.text[start + 2 + len(name) : end].strip("/> \t\r\n"))
        close = self._opened(name, attributes, start, end)
        if alone:
            close(end)
        else:
            self._open.append((name, close))
        return end

    def _opened(self, name: str, attributes: Attributes, start: int, end: int) -> Callable[[int], None]:
        """Do what a tag does, and return what is to be done where it closes."""
        into = self.into
        file = attributes.get("file", "")
        constant = file if "${" not in file else ""
        if name == "inherit" and constant and into.extends is None:
            into.extends = constant
        elif name == "include":
            if constant:
                into.include(start, end, constant, _arguments(attributes.get("args", "")))
            into.page.write()
        elif name == "namespace" and constant:
            names = tuple((one, one) for one in _names(attributes.get("import", "")))
            into.imported(start, end, constant, attributes.get("name", ""), names)
        elif name == "call":
            into.calls(start, end, read_expression(attributes.get("expr", "")))
        elif ":" in name:
            into.calls(start, end, _call_of(name, attributes))
        elif name in ("def", "block"):
            return self._part(name, attributes, start)
        return lambda at: None

    def _part(self, kind: str, attributes: Attributes, start: int) -> Callable[[int], None]:
        """A def or a block, with the filter that is applied to all of it."""
        into = self.into
        filters = _names(attributes.get("filter", ""))
        escapes = any(one in _TREATMENTS for one in filters)
        name, parameters = read_parameters(attributes.get("name", ""))
        if kind == "def":
            into.open_macro(name, parameters, start)
        else:
            into.open_block(name, start, aside=into.extends is not None and bool(name), apart=False)
        if escapes:
            into.open_region("forced", start)

        def close(at: int) -> None:
            if escapes:
                into.close_region(at)
            if kind == "def":
                into.close_macro(at)
            else:
                into.close_block(at)

        return close

    def _closing(self, start: int) -> int:
        found = _CLOSING.match(self.text, start)
        if found is None:
            self.into.literal(start, start + 3)
            return start + 3
        name = found.group(1)
        self.into.tag(start, found.end(), f"/{name}", "")
        if any(name == one for one, _ in self._open[-20:]):
            while True:
                opened, close = self._open.pop()
                close(start)
                if opened == name:
                    break
        return found.end()


def _names(text: str) -> list[str]:
    """`h, trim` as a list; a call among the filters keeps its name only."""
    return [name for one in text.split(",") if (name := one.partition("(")[0].strip())]


def _arguments(text: str) -> tuple[tuple[str, tuple[Value, ...]], ...]:
    """The keywords of `a=b, c=d`."""
    flow = read_expression(f"arguments({text})") if text else NOTHING
    named = [call for call in flow.calls if call.name == "arguments"]
    return named[0].arguments if named else ()


def _call_of(name: str, attributes: Attributes) -> Flow:
    """`<%forms:field label="${q}">` as the call that it is."""
    words = []
    for key, text in attributes.items():
        inside = text.strip()
        if inside.startswith("${") and inside.endswith("}"):
            words.append(f"{key}=({inside[2:-1]})")
    return read_expression(f"{name.replace(':', '.')}({', '.join(words)})")
