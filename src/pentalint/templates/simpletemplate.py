"""SimpleTemplate, the templates of Bottle. Source: Bottle "SimpleTemplate Engine".

What matters for escaping: `{{x}}` is escaped, `{{!x}}` is not, and `noescape=True` swaps the two. `{{!base}}` is the
page that was rebased. Included and rebased templates see all variables.
"""

from __future__ import annotations

import re

from pentalint.templates.collector import Collector
from pentalint.templates.flows import treat
from pentalint.templates.outputs import Template
from pentalint.templates.page import Page
from pentalint.templates.python_expressions import read_expression
from pentalint.templates.python_statements import Act, read_code, read_loop, read_parameters
from pentalint.templates.treatments import mark_safe

_OPENING = re.compile(r"\{\{|^[ \t]*(?:\\(?:%|<%)|<%|%)", re.MULTILINE)
_STRING = re.compile(
    r"\"{3}.*?\"{3}|'{3}.*?'{3}|\"[^\"\\\n]*(?:\\.[^\"\\\n]*)*\"|'[^'\\\n]*(?:\\.[^'\\\n]*)*'", re.DOTALL
)
_INLINE_MARKS = re.compile(r"\}\}|[\"'\n]")
_CODE_MARKS = re.compile(r"%>|[\"'#\n()\[\]{}]")
_OLD_CALL = re.compile(r"(include|rebase)\s+([\w./-]+)\s*,?\s*(.*)", re.DOTALL)
_KEYWORD = re.compile(r"(\w+)")
_OPENERS = frozenset({"if", "for", "while", "with", "try", "def", "class"})
_NEXT = frozenset({"elif", "else", "except", "finally"})


def read_simple(text: str, path: str, page: Page) -> Template:
    """Read a SimpleTemplate; what makes no sense is passed over."""
    walk = _Walk(Collector(text, path, "simpletemplate", page))
    walk.run()
    return walk.into.finish()


class _Walk:
    """One pass over the text, mark by mark."""

    def __init__(self, into: Collector) -> None:
        self.into = into
        self.text = into.text
        self._open: list[str] = []

    def run(self) -> None:
        at = 0
        while opening := _OPENING.search(self.text, at):
            self.into.literal(at, opening.start())
            mark = opening.group().lstrip()
            if mark == "{{":
                at = self._inline(opening.start())
            elif mark.startswith("\\") or (mark == "%" and self.text.startswith("%", opening.end())):
                at = self._escaped(opening.end())
            else:
                start = opening.end() - len(mark)
                at = self._code(start, opening.end(), mark == "<%")
        self.into.literal(at, len(self.text))

    def _escaped(self, at: int) -> int:
        """A line that only looks like code: its mark is text, and so is the rest."""
        end = at + 1 if self.text.startswith("%", at) else at
        self.into.literal(at - 1, at)
        return end

    def _inline(self, start: int) -> int:
        stop = self._inline_end(start + 2)
        if stop < 0:
            self.into.literal(start, start + 2)
            return start + 2
        expression = self.text[start + 2 : stop].strip()
        raw = expression.startswith("!")
        flow = read_expression(expression[1:] if raw else expression)
        self.into.output(start, stop + 2, expression, treat(flow, mark_safe) if raw else flow)
        self._templates(expression.lstrip("! "), start, stop + 2)
        return stop + 2

    def _inline_end(self, at: int) -> int:
        if self.into.finder.find("}}", at) < 0:
            return -1
        limit = min(at + 2000, len(self.text))
        while found := _INLINE_MARKS.search(self.text, at, limit):
            token = found.group()
            if token == "}}":
                return found.start()
            string = _STRING.match(self.text, found.start(), found.start() + 4000) if token != "\n" else None
            if string is None:
                return -1
            at = string.end()
        return -1

    # Code.

    def _code(self, start: int, inside: int, block: bool) -> int:
        """Read a line of code, or all lines up to `%>`; return where the text goes on."""
        at = inside
        done = False
        while not done:
            stop, at, done = self._logical_line(at, block)
            self._line(self.text[inside:stop].strip(), start, max(stop, inside))
            done = done or not block
            inside = at
        return at

    def _logical_line(self, at: int, block: bool) -> tuple[int, int, bool]:
        """Where a line of code stops, where the next one begins, and whether the code ends there."""
        depth = 0
        while found := _CODE_MARKS.search(self.text, at):
            token = found.group()
            at = found.end()
            if token == "%>":
                if block:
                    return found.start(), at, True
            elif token in "\"'":
                string = _STRING.match(self.text, found.start(), found.start() + 4000)
                at = string.end() if string else at
            elif token == "#":
                newline = self.into.finder.find("\n", at) if depth <= 0 else -1
                end = newline if newline >= 0 else at
                closing = self.text.find("%>", at, end) if block else -1
                at = closing if closing >= 0 else end
            elif token in "([{":
                depth += 1
            elif token in ")]}":
                depth -= 1
            elif depth <= 0 or not block:
                return found.start(), at, False
        return len(self.text), len(self.text), True

    def _line(self, code: str, start: int, stop: int) -> None:
        word = _KEYWORD.match(code)
        keyword = word.group(1) if word else ""
        if keyword:
            self.into.tag(start, stop, keyword, code[len(keyword) :].strip())
        if keyword == "end" and not code[3:].strip().startswith(("=", ".", "(", "[")):
            self._end(start)
        elif keyword in _OPENERS:
            self._opener(keyword, code, start, stop)
        elif keyword in _NEXT:
            self.into.next_branch(stop)
        elif keyword:
            old = _OLD_CALL.fullmatch(code)
            if old and not old.group(3).startswith(("=", "(")):
                code = f"{old.group(1)}('{old.group(2)}', {old.group(3)})"
            for act in read_code(code):
                self._act(act, start, stop)
            self._templates(code, start, stop)

    def _opener(self, keyword: str, code: str, start: int, stop: int) -> None:
        self._open.append(keyword)
        if keyword == "for":
            bound, flow = read_loop(code)
            self.into.calls(start, stop, flow)
            self.into.open_scope()
            for names, value in bound:
                self.into.bind(names, value, "loop", start, stop)
        elif keyword == "def":
            name, parameters = read_parameters(code[3:].strip().rstrip(":"))
            self.into.open_macro(name, parameters, start)
        elif keyword in ("if", "try"):
            self.into.open_branch(stop)

    def _end(self, at: int) -> None:
        keyword = self._open.pop() if self._open else ""
        if keyword == "for":
            self.into.close_scope(at)
        elif keyword == "def":
            self.into.close_macro(at)
        elif keyword in ("if", "try"):
            self.into.close_branch(at)

    def _act(self, act: Act, start: int, stop: int) -> None:
        self.into.calls(start, stop, act.flow)
        if act.kind == "write":
            self.into.output(start, stop, "_stdout", treat(act.flow, mark_safe))
        elif act.kind != "call":
            self.into.bind(act.names, act.flow, act.kind, start, stop, act.adds)

    def _templates(self, code: str, start: int, stop: int) -> None:
        """`include('x', a=b)` and `rebase('x', a=b)`, as a line or an expression."""
        if not code.startswith(("include", "rebase")):
            return
        for call in read_expression(code).calls:
            if call.name in ("include", "rebase"):
                name, passed = _named(code), tuple(pair for pair in call.arguments if pair[0])
                if name and call.name == "rebase" and self.into.extends is None:
                    self.into.extends = name
                if name:
                    self.into.include(start, stop, name, passed)


def _named(code: str) -> str:
    """The constant first argument of a call."""
    found = re.match(r"\w+\s*\(\s*(?:_name\s*=\s*)?([\"'])([^\"']+)\1", code)
    return found.group(2) if found else ""
