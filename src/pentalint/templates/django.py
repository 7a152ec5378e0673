"""Django templates. Source: Django "The Django template language", "Built-in template tags and filters", "Translation".

What matters for escaping: the state of `{% autoescape %}` goes along when the page is rendered, into included
templates and into blocks that a child template fills; around a block of a child template it does nothing.
`{% firstof %}`, `{% cycle %}`, `{% translate %}` write values as `{{ }}` does.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from pentalint.templates.collector import Collector
from pentalint.templates.django_filters import read_expression
from pentalint.templates.flows import NOTHING, Flow, join, silent, through
from pentalint.templates.outputs import Template, Value
from pentalint.templates.page import Page
from pentalint.templates.treatments import ENVIRONMENT

_OPENING = re.compile(r"\{\{|\{%|\{\#")
_ENDS = {"{{": "}}", "{%": "%}", "{#": "#}"}
BIT = re.compile(r"""(?:"[^"\\]*(?:\\.[^"\\]*)*"|'[^'\\]*(?:\\.[^'\\]*)*'|[^\s"'])+|["']""", re.DOTALL)
_PAIR = re.compile(r"(\w+)=(.+)", re.DOTALL)
ENDCOMMENT = re.compile(r"\{%[ \t]*endcomment\b[^\n]*?%\}")

Bits = list[str]


def read_django(text: str, path: str, page: Page) -> Template:
    """Read a Django template; what makes no sense is passed over."""
    walk = _Walk(Collector(text, path, "django", page))
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
            at = self._tag(opening.group(), start)
        self.into.literal(at, len(self.text))

    def _tag(self, opening: str, start: int) -> int:
        """Read one tag and return where the text goes on. A tag ends in its line or is none."""
        finder = self.into.finder
        stop = finder.find(_ENDS[opening], start + 2)
        newline = finder.find("\n", start + 2)
        if stop < 0 or 0 <= newline < stop:
            self.into.literal(start, start + 2)
            return start + 2
        end = stop + 2
        inside = self.text[start + 2 : stop].strip()
        if opening == "{{":
            if inside == "block.super":
                self.into.inherit_block()
                self.into.page.write()
            else:
                self.into.output(start, end, inside, read_expression(inside))
        elif opening == "{%":
            return self._statement(start, end, inside)
        else:
            self.into.comment(start, end)
        return end

    def _statement(self, start: int, end: int, inside: str) -> int:
        bits = BIT.findall(inside)
        if not bits:
            return end
        word = bits[0]
        self.into.tag(start, end, word, inside[len(word) :].strip())
        if word == "verbatim":
            return self._verbatim(end, inside)
        if word == "comment":
            found = ENDCOMMENT.search(self.text, end)
            stop = found.end() if found else len(self.text)
            self.into.comment(start, stop)
            return stop
        action = _ACTIONS.get(word)
        if action is not None:
            action(self, start, end, bits[1:])
        elif not word.startswith("end"):
            self._unknown(start, end, bits)
        return end

    def _verbatim(self, end: int, inside: str) -> int:
        start, stop = end_of_verbatim(self.text, end, inside)
        self.into.literal(end, start)
        return stop

    def _unknown(self, start: int, end: int, bits: Bits) -> None:
        """A tag of the project: what it writes is not known; `as x` at its end binds a name."""
        if len(bits) > 2 and bits[-2] == "as":
            flow = join(read_expression(_PAIR.sub(r"\2", bit)) for bit in bits[1:-2])
            self.into.bind((bits[-1],), through(flow, bits[0]), "set", start, end)
        else:
            self.into.page.write()

    # Branches and names.

    def _if(self, start: int, end: int, bits: Bits) -> None:
        self.into.open_branch(end)

    def _else(self, start: int, end: int, bits: Bits) -> None:
        self.into.next_branch(end)

    def _endif(self, start: int, end: int, bits: Bits) -> None:
        self.into.close_branch(start)

    def _for(self, start: int, end: int, bits: Bits) -> None:
        where = bits.index("in") if "in" in bits else len(bits)
        names = tuple(name for bit in bits[:where] for name in bit.split(",") if name)
        flow = read_expression(bits[where + 1]) if where + 1 < len(bits) else NOTHING
        self.into.open_scope()
        self.into.open_branch(end)
        self.into.bind(names, flow, "loop", start, end)

    def _endfor(self, start: int, end: int, bits: Bits) -> None:
        self.into.close_branch(start)
        self.into.close_scope(start)

    def _with(self, start: int, end: int, bits: Bits) -> None:
        self.into.open_scope()
        for name, flow in _pairs(bits):
            self.into.bind((name,), flow, "with", start, end)

    def _endwith(self, start: int, end: int, bits: Bits) -> None:
        self.into.close_scope(start)

    def _regroup(self, start: int, end: int, bits: Bits) -> None:
        if len(bits) > 2 and bits[-2] == "as":
            self.into.bind((bits[-1],), read_expression(bits[0]), "set", start, end)

    # Tags that write values.

    def _firstof(self, start: int, end: int, bits: Bits) -> None:
        flow = join(read_expression(bit) for bit in bits)
        self._write(start, end, bits, flow)

    def _cycle(self, start: int, end: int, bits: Bits) -> None:
        bits = [bit for bit in bits if bit != "silent"]
        flow = join(read_expression(bit) for bit in bits if bit != "as")
        self._write(start, end, bits, flow)

    def _translate(self, start: int, end: int, bits: Bits) -> None:
        self._write(start, end, bits, read_expression(bits[0]) if bits else NOTHING)

    def _write(self, start: int, end: int, bits: Bits, flow: Flow) -> None:
        if len(bits) > 2 and "as" in bits[-2:-1]:
            self.into.bind((bits[-1],), flow, "set", start, end)
        elif flow.values:
            inside = self.text[start + 2 : end - 2].strip()
            self.into.output(start, end, inside, flow)
        else:
            self.into.page.write()

    def _number(self, start: int, end: int, bits: Bits) -> None:
        if len(bits) > 2 and bits[-2] == "as":
            self.into.bind((bits[-1],), silent(NOTHING), "set", start, end)
        else:
            self.into.page.write()

    # Other templates.

    def _extends(self, start: int, end: int, bits: Bits) -> None:
        constants = read_expression(bits[0]).constants if bits else ()
        if constants and self.into.extends is None:
            self.into.extends = constants[0]

    def _include(self, start: int, end: int, bits: Bits) -> None:
        constants = read_expression(bits[0]).constants if bits else ()
        passed: tuple[tuple[str, tuple[Value, ...]], ...] = ()
        if "with" in bits:
            passed = tuple((name, flow.values) for name, flow in _pairs(bits[bits.index("with") + 1 :]))
        for name in constants:
            self.into.include(start, end, name, passed, "only" in bits[1:])
        self.into.page.write()

    def _block(self, start: int, end: int, bits: Bits) -> None:
        child = self.into.extends is not None
        self.into.open_block(bits[0] if bits else "", start, aside=child, apart=child)

    def _endblock(self, start: int, end: int, bits: Bits) -> None:
        self.into.close_block(start)

    # Escaping.

    def _autoescape(self, start: int, end: int, bits: Bits) -> None:
        self.into.open_region(bits[0] if bits and bits[0] in ("on", "off") else ENVIRONMENT, start)

    def _endautoescape(self, start: int, end: int, bits: Bits) -> None:
        self.into.close_region(end)

    def _filter(self, start: int, end: int, bits: Bits) -> None:
        # What a block gives is marked as safe, so that `escape` does nothing to it.
        escapes = bool(bits) and "force_escape" in bits[0].split("|")
        self._filters.append(escapes)
        if escapes:
            self.into.open_region("forced", start)

    def _endfilter(self, start: int, end: int, bits: Bits) -> None:
        if self._filters and self._filters.pop():
            self.into.close_region(end)

    def _nothing(self, start: int, end: int, bits: Bits) -> None:
        return


def end_of_verbatim(text: str, at: int, inside: str) -> tuple[int, int]:
    """The tag behind an offset that ends `{% inside %}`, or the end of the text."""
    closing = re.compile(r"\{%[ \t]*end" + r"[ \t]+".join(map(re.escape, inside.split())) + r"[ \t]*%\}")
    found = closing.search(text, at)
    return found.span() if found else (len(text), len(text))


def _pairs(bits: Bits) -> list[tuple[str, Flow]]:
    """`a=b c=d` and the older `b as a and d as c`; words between them are skipped."""
    found = []
    for place, bit in enumerate(bits):
        pair = _PAIR.match(bit)
        if pair:
            found.append((pair.group(1), read_expression(pair.group(2))))
        elif bit == "as" and 0 < place < len(bits) - 1:
            found.append((bits[place + 1], read_expression(bits[place - 1])))
    return found


_Action = Callable[[_Walk, int, int, Bits], None]
_ACTIONS: dict[str, _Action] = {
    "if": _Walk._if, "elif": _Walk._else, "else": _Walk._else, "endif": _Walk._endif,
    "ifchanged": _Walk._if, "endifchanged": _Walk._endif, "ifequal": _Walk._if, "endifequal": _Walk._endif,
    "ifnotequal": _Walk._if, "endifnotequal": _Walk._endif,
    "for": _Walk._for, "empty": _Walk._else, "endfor": _Walk._endfor, "with": _Walk._with, "endwith": _Walk._endwith,
    "regroup": _Walk._regroup, "firstof": _Walk._firstof, "cycle": _Walk._cycle, "resetcycle": _Walk._nothing,
    "trans": _Walk._translate, "translate": _Walk._translate, "blocktrans": _Walk._with,
    "blocktranslate": _Walk._with, "endblocktrans": _Walk._endwith, "endblocktranslate": _Walk._endwith,
    "plural": _Walk._nothing, "widthratio": _Walk._number, "now": _Walk._number, "url": _Walk._number,
    "static": _Walk._number, "get_static_prefix": _Walk._number, "get_media_prefix": _Walk._number,
    "csrf_token": _Walk._number, "lorem": _Walk._number, "querystring": _Walk._number,
    "extends": _Walk._extends, "include": _Walk._include, "block": _Walk._block, "endblock": _Walk._endblock,
    "autoescape": _Walk._autoescape, "endautoescape": _Walk._endautoescape, "filter": _Walk._filter,
    "endfilter": _Walk._endfilter, "load": _Walk._nothing, "spaceless": _Walk._nothing,
    "localize": _Walk._nothing, "localtime": _Walk._nothing, "timezone": _Walk._nothing,
    "language": _Walk._nothing, "get_current_language": _Walk._nothing, "cache": _Walk._nothing,
}  # fmt: skip
