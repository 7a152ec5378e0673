"""Jinja2 templates. Source: Jinja2 "Template Designer Documentation"; Extensions (i18n, do, autoescape).

What matters for escaping: `{% autoescape %}` reaches to its end in the text and no further: not into blocks inside
it, not into included or inherited templates. The result of a macro, of a `{% set %}` block and of `caller()` is
marked as safe, for its outputs are escaped where they stand.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from pentalint.templates.collector import Collector
from pentalint.templates.flows import NOTHING
from pentalint.templates.jinja_expressions import Broken, Reader, read_expression
from pentalint.templates.outputs import Template, Value
from pentalint.templates.page import Page
from pentalint.templates.treatments import ENVIRONMENT

_OPENING = re.compile(r"\{\{|\{%|\{\#")
_RAW = re.compile(r"[-+]?\s*raw\s*[-+]?%\}")
_RAW_END = re.compile(r"\{%[-+]?\s*endraw\s*[-+]?%\}")
_WORD = re.compile(r"[-+]?\s*([^\W\d]\w*)")


def read_jinja(text: str, path: str, page: Page) -> Template:
    """Read a Jinja2 template; what makes no sense is passed over."""
    walk = _Walk(Collector(text, path, "jinja2", page))
    walk.run()
    return walk.into.finish()


class _Walk:
    """One pass over the text, tag by tag."""

    def __init__(self, into: Collector) -> None:
        self.into = into
        self.text = into.text
        self._filters: list[bool] = []  # for each open `{% filter %}`: whether it escapes

    def run(self) -> None:
        at = 0
        while opening := _OPENING.search(self.text, at):
            start = opening.start()
            self.into.literal(at, start)
            at = self._tag(opening.group(), start, opening.end())
        self.into.literal(at, len(self.text))

    def _tag(self, opening: str, start: int, inside: int) -> int:
        """Read one tag and return where the text goes on."""
        text, finder = self.text, self.into.finder
        if opening == "{#":
            end = finder.find("#}", inside)
            stop = end + 2 if end >= 0 else len(text)
            self.into.comment(start, stop)
            return stop
        if opening == "{%" and (raw := _RAW.match(text, inside)):
            found = _RAW_END.search(text, raw.end())
            self.into.literal(raw.end(), found.start() if found else len(text))
            return found.end() if found else len(text)
        ends = finder.tag_end(inside, "}}" if opening == "{{" else "%}")
        if ends is None:
            self.into.literal(start, inside)
            return inside
        if opening == "{{":
            expression = text[inside + 1 if text[inside] in "-+" else inside : ends[0]].strip()
            self._output(start, ends[1], expression)
        else:
            self._statement(start, ends[1], inside, ends[0])
        return ends[1]

    def _output(self, start: int, end: int, expression: str) -> None:
        flow = read_expression(expression)
        if "super" in expression and any(call.name in ("super", "super.super") for call in flow.calls):
            self.into.inherit_block()
        self.into.output(start, end, expression, flow)

    def _statement(self, start: int, end: int, inside: int, stop: int) -> None:
        word = _WORD.match(self.text, inside, stop)
        if word is None:
            return
        self.into.tag(start, end, word.group(1), self.text[word.end() : stop].strip())
        action = _ACTIONS.get(word.group(1))
        if action is None:
            self.into.page.write()
            return
        try:
            action(self, start, end, Reader(self.text[word.end() : stop]))
        except (Broken, RecursionError):
            self._broken(word.group(1), start)

    def _broken(self, word: str, start: int) -> None:
        """A tag whose inside makes no sense still opens what its end closes."""
        if word in ("for", "with"):
            self.into.open_scope()
            if word == "for":
                self.into.open_branch(start)
        elif word == "macro":
            self.into.open_macro("", (), start)

    # Branches.

    def _if(self, start: int, end: int, reader: Reader) -> None:
        self.into.open_branch(end)
        self.into.calls(start, end, reader.items())

    def _else(self, start: int, end: int, reader: Reader) -> None:
        self.into.next_branch(end)

    def _endif(self, start: int, end: int, reader: Reader) -> None:
        self.into.close_branch(start)

    # Names.

    def _for(self, start: int, end: int, reader: Reader) -> None:
        names = reader.names()
        reader.skip("in")
        flow = reader.expression(conditional=False)
        while reader.skip(","):
            reader.expression(conditional=False)
        self.into.calls(start, end, flow)
        self.into.open_scope()
        self.into.open_branch(end)
        self.into.bind(names, flow, "loop", start, end)

    def _endfor(self, start: int, end: int, reader: Reader) -> None:
        self.into.close_branch(start)
        self.into.close_scope(start)

    def _set(self, start: int, end: int, reader: Reader) -> None:
        item = reader.text.split("=", 1)[0]
        names = reader.names()
        if reader.skip("="):
            flow = reader.items()
            self.into.calls(start, end, flow)
            self.into.bind(names, flow, "set", start, end, adds="." in item)
            return
        # A block: its content is written when the name is, and escaped where it stands.
        self.into.bind(names, NOTHING, "set", start, end)
        self.into.open_aside()

    def _endset(self, start: int, end: int, reader: Reader) -> None:
        self.into.close_aside()

    def _with(self, start: int, end: int, reader: Reader) -> None:
        self.into.open_scope()
        while reader.kind == "name":
            names = reader.names()
            if not reader.skip("="):
                break
            self.into.bind(names, reader.expression(), "with", start, end)
            reader.skip(",")

    def _endwith(self, start: int, end: int, reader: Reader) -> None:
        self.into.close_scope(start)

    # Macros.

    def _macro(self, start: int, end: int, reader: Reader) -> None:
        name = reader.take()
        self.into.open_macro(name, _parameters(reader), start)

    def _endmacro(self, start: int, end: int, reader: Reader) -> None:
        self.into.close_macro(start)

    def _call(self, start: int, end: int, reader: Reader) -> None:
        self.into.open_scope()
        if reader.skip("("):
            reader.at -= 1
            names = tuple(name for name, _ in _parameters(reader))
            self.into.bind(names, NOTHING, "parameter", start, end)
        self.into.calls(start, end, reader.expression())

    # Other templates.

    def _extends(self, start: int, end: int, reader: Reader) -> None:
        constants = reader.items().constants
        if constants and self.into.extends is None:
            self.into.extends = constants[0]

    def _include(self, start: int, end: int, reader: Reader) -> None:
        flow = reader.expression()
        reader.skip("ignore")
        reader.skip("missing")
        for name in flow.constants:
            self.into.include(start, end, name, only=reader.sees("without"))
        self.into.page.write()

    def _import(self, start: int, end: int, reader: Reader) -> None:
        constants = reader.expression().constants
        if constants and reader.skip("as"):
            self.into.imported(start, end, constants[0], reader.take())

    def _from(self, start: int, end: int, reader: Reader) -> None:
        constants = reader.expression().constants
        names: list[tuple[str, str]] = []
        reader.skip("import")
        while reader.kind == "name" and not reader.sees("with", "without"):
            theirs = ours = reader.take()
            if reader.skip("as"):
                ours = reader.take()
            names.append((theirs, ours))
            reader.skip(",")
        if constants:
            self.into.imported(start, end, constants[0], "", tuple(names))

    def _block(self, start: int, end: int, reader: Reader) -> None:
        self.into.open_block(reader.take(), start, aside=self.into.extends is not None, apart=True)

    def _endblock(self, start: int, end: int, reader: Reader) -> None:
        self.into.close_block(start)

    # Escaping.

    def _autoescape(self, start: int, end: int, reader: Reader) -> None:
        states = {"true": "on", "false": "off", "True": "on", "False": "off", "on": "on", "off": "off"}
        self.into.open_region(states.get(reader.token, ENVIRONMENT), start)

    def _endautoescape(self, start: int, end: int, reader: Reader) -> None:
        self.into.close_region(end)

    def _filter(self, start: int, end: int, reader: Reader) -> None:
        names = set(re.findall(r"\w+", reader.text))
        forced = "forceescape" in names
        escapes = forced or (bool(names & {"e", "escape"}) and self.into.escaping != "on")
        self._filters.append(escapes)
        if escapes:
            self.into.open_region("forced" if forced else "on", start)

    def _endfilter(self, start: int, end: int, reader: Reader) -> None:
        if self._filters and self._filters.pop():
            self.into.close_region(end)

    def _trans(self, start: int, end: int, reader: Reader) -> None:
        self.into.open_scope()
        while reader.kind == "name":
            name = reader.take()
            if reader.skip("="):
                self.into.bind((name,), reader.expression(), "with", start, end)
            reader.skip(",")

    def _do(self, start: int, end: int, reader: Reader) -> None:
        self.into.calls(start, end, reader.items())

    def _nothing(self, start: int, end: int, reader: Reader) -> None:
        return


def _parameters(reader: Reader) -> tuple[tuple[str, tuple[Value, ...]], ...]:
    """`(a, b=1)` of a macro or a call block."""
    found: list[tuple[str, tuple[Value, ...]]] = []
    reader.skip("(")
    while reader.kind == "name":
        name = reader.take()
        found.append((name, reader.expression().values if reader.skip("=") else ()))
        if not reader.skip(","):
            break
    reader.skip(")")
    return tuple(found)


_Action = Callable[[_Walk, int, int, Reader], None]
_ACTIONS: dict[str, _Action] = {
    "if": _Walk._if, "elif": _Walk._else, "else": _Walk._else, "endif": _Walk._endif, "pluralize": _Walk._nothing,
    "for": _Walk._for, "endfor": _Walk._endfor, "set": _Walk._set, "endset": _Walk._endset,
    "with": _Walk._with, "endwith": _Walk._endwith, "macro": _Walk._macro, "endmacro": _Walk._endmacro,
    "call": _Walk._call, "endcall": _Walk._endwith, "extends": _Walk._extends, "include": _Walk._include,
    "import": _Walk._import, "from": _Walk._from, "block": _Walk._block, "endblock": _Walk._endblock,
    "autoescape": _Walk._autoescape, "endautoescape": _Walk._endautoescape, "filter": _Walk._filter,
    "endfilter": _Walk._endfilter, "trans": _Walk._trans, "endtrans": _Walk._endwith, "do": _Walk._do,
    "break": _Walk._nothing, "continue": _Walk._nothing, "debug": _Walk._nothing,
}  # fmt: skip
