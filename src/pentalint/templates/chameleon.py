"""Page templates (TAL, METAL) as Chameleon reads them. Source: Chameleon "Language Reference".

What matters for escaping: every `${...}`, `tal:content`, `tal:replace` and `tal:attributes` is escaped, but for what
`structure` marks; `<`, `>` and `&` everywhere, a quote only in an attribute that it encloses, and nothing at all in a
CDATA section. A value with `__html__` counts as structure. Macros and slots see the variables of where they are used.
"""

from __future__ import annotations

import re
from dataclasses import field
from html import unescape

from pentalint.dataclass import dataclass
from pentalint.templates.collector import Collector
from pentalint.templates.flows import NOTHING, Flow, treat
from pentalint.templates.outputs import Template
from pentalint.templates.page import RAW, Page, Place, is_event, is_url
from pentalint.templates.python_statements import read_code
from pentalint.templates.tal_expressions import interpolations, read_tales, split_parts
from pentalint.templates.treatments import mark_safe
from pentalint.templates.words import words

_OPENING = re.compile(r"<!--|<!\[CDATA\[|<\?python\b|</?[a-zA-Z_](?:[\w.-]|:[\w.-])*|\$+\{?")
_ATTRIBUTE = re.compile(
    r"""[\s/]*(?:(?P<end>>)|(?P<name>[^\s=/>"']+)(?:\s*=\s*(?:(?P<quote>["'])|(?P<bare>[^\s"'>]+))?)?)"""
)
_DEFINE = re.compile(r"(?:(global|local)\s+)?(\([^()]*\)|[^\W\d][\w-]*)\s+(.+)", re.DOTALL)
_NAMED = re.compile(r"([^\s{}'\"]+)\s+(\S.*)", re.DOTALL)
_TEMPLATE = re.compile(r"[^\s'\"]+\.(?:pt|zpt|cpt|html?|xml)")
_STATEMENTS = ("tal", "metal", "i18n", "meta")
_VOID = words("area base br col embed hr img input link meta param source track wbr")


@dataclass(slots=True)
class _Attribute:
    name: str
    start: int
    end: int
    value: int  # where the value begins and stops, without its quotes
    stop: int
    quote: str


@dataclass(slots=True)
class _Element:
    name: str
    block: bool = False
    dead: bool = False
    silent: bool = False
    scope: bool = False
    statements: dict[str, _Attribute] = field(default_factory=dict)
    others: list[_Attribute] = field(default_factory=list)


def read_chameleon(text: str, path: str, page: Page) -> Template:
    """Read a page template; what makes no sense is passed over."""
    walk = _Walk(Collector(text, path, "chameleon", page))
    if path.endswith(".txt"):
        walk.interpolated(0, len(text))
    else:
        walk.run()
    return walk.into.finish()


class _Walk:
    """One pass over the text, tag by tag."""

    def __init__(self, into: Collector) -> None:
        self.into = into
        self.text = into.text
        self._elements: list[_Element] = []
        self._dead = 0  # open elements whose content is replaced
        self._silent = 0  # open elements without interpolation

    def run(self) -> None:
        at = 0
        while opening := _OPENING.search(self.text, at):
            start = opening.start()
            self.into.literal(at, start)
            at = self._mark(opening.group(), start, opening.end())
        self.into.literal(at, len(self.text))

    def _mark(self, mark: str, start: int, inside: int) -> int:
        text, into = self.text, self.into
        if mark[0] == "$":
            return self._dollar(mark, start, inside)
        if mark == "<?python":
            end = into.finder.find("?>", inside)
            end = end if end >= 0 else len(text)
            self._code(text[inside:end], start, end)
            return min(end + 2, len(text))
        if mark.startswith("<!"):
            return self._section(mark, start, inside)
        name = mark.lstrip("</").lower()
        hidden = name.partition(":")[0] in ("tal", "metal") and ":" in name
        if into.page.state.mode == RAW and not hidden and name != into.page.state.tag:
            into.literal(start, inside)
            return inside
        return (
            self._closing(name, start, inside, hidden)
            if mark[1] == "/"
            else self._element(name, start, inside, hidden)
        )

    def _dollar(self, mark: str, start: int, inside: int) -> int:
        counts = mark.endswith("{") and len(mark) % 2 == 0  # `$${` is text
        ends = None if not counts else self.into.finder.brace_end(inside, len(self.text))
        if ends is None:
            self.into.literal(start, inside)
            return inside
        self._interpolation(inside - 2, ends[0] + 1)
        return ends[0] + 1

    def _section(self, mark: str, start: int, inside: int) -> int:
        """A comment or a CDATA section, with its interpolations."""
        closing = "-->" if mark == "<!--" else "]]>"
        end = self.into.finder.find(closing, inside)
        end = end + 3 if end >= 0 else len(self.text)
        if mark == "<!--" and self.text[inside : inside + 1] in ("!", "?"):
            self.into.literal(start, end)
        else:
            self.into.literal(start, inside)
            self.interpolated(inside, end, raw=mark != "<!--")
        return end

    def interpolated(self, start: int, end: int, raw: bool = False) -> None:
        """Text with `${...}` in it."""
        at = start
        for first, last in interpolations(self.text, start, end, self.into.finder):
            self.into.literal(at, first)
            self._interpolation(first, last, raw)
            at = last
        self.into.literal(at, end)

    def _interpolation(self, start: int, end: int, raw: bool = False) -> None:
        if self._silent or self._dead:
            return
        expression = self.text[start + 2 : end - 1].strip()
        flow = read_tales(unescape(expression))
        self.into.output(start, end, expression, treat(flow, mark_safe) if raw else flow)

    def _code(self, code: str, start: int, end: int) -> None:
        for act in read_code(code):
            self.into.calls(start, end, act.flow)
            if act.kind in ("set", "loop"):
                self.into.bind(act.names, act.flow, act.kind, start, end, act.adds)

    # Elements.

    def _element(self, name: str, start: int, inside: int, hidden: bool) -> int:
        element = _Element(name)
        at = self._attributes(element, inside, hidden)
        place = self.into.page.place
        self._before(element, place)
        if not hidden:
            self.into.literal(start, inside)
            for attribute in element.others:
                self._attribute(attribute)
            self.into.page.feed(">" if at < len(self.text) or self.text.endswith(">") else "")
        alone = name in _VOID or self.text[at - 2 : at] == "/>"
        if content := element.statements.get("content"):
            self._content(content, self.into.page.place if not hidden else place)
            element.dead = True
        if interpolation := element.statements.get("interpolation"):
            element.silent = self._value(interpolation).strip() in ("false", "off", "0")
        self._dead += element.dead
        self._silent += element.silent
        self._elements.append(element)
        if alone:
            if not hidden and name not in _VOID and self.into.page.state.mode == RAW:
                self.into.page.feed(f"</{name}>")
            self._pop(at)
        return at

    def _attributes(self, element: _Element, at: int, hidden: bool) -> int:
        """Read the attributes of a tag; return where it ends."""
        text = self.text
        own = element.name.partition(":")[0] if hidden else ""
        while found := _ATTRIBUTE.match(text, at):
            at = found.end()
            if found.group("end"):
                break
            name, quote = found.group("name"), found.group("quote") or ""
            value, stop = (at - len(found.group("bare")), at) if found.group("bare") else (at, at)
            if quote:
                stop = self.into.text.find(quote, at, at + 20_000)
                stop = stop if stop >= 0 else at
                at = min(stop + 1, len(text))
            attribute = _Attribute(name, found.start("name"), at, value, stop, quote)
            prefix, _, rest = name.rpartition(":")
            if prefix in _STATEMENTS:
                element.statements[f"i18n:{rest}" if prefix == "i18n" else rest] = attribute
            elif own and not prefix:
                element.statements[name] = attribute
            elif not name.startswith("xmlns"):
                element.others.append(attribute)
        return at

    def _attribute(self, attribute: _Attribute) -> None:
        """An attribute as it stands, with its interpolations."""
        self.into.page.feed(" ")
        self.into.literal(attribute.start, attribute.value)
        self.interpolated(attribute.value, attribute.stop)
        self.into.literal(attribute.stop, attribute.end)

    def _before(self, element: _Element, place: Place) -> None:
        """The statements of a tag that come before its content, in the order in which they are carried out."""
        statements = element.statements
        if (
            slot := statements.get("fill-slot")
            or statements.get("define-slot")
            or statements.get("define-macro")
        ):
            element.block = True
            self.into.open_block(self._value(slot).strip(), slot.start, aside=False, apart=False)
        element.scope = "define" in statements or "repeat" in statements
        if element.scope:
            self.into.open_scope()
        if define := statements.get("define"):
            self._define(define, "define")
        for kind in ("switch", "condition", "case", "omit-tag"):
            if one := statements.get(kind):
                self.into.calls(one.start, one.end, read_tales(self._value(one)))
        if repeat := statements.get("repeat"):
            self._define(repeat, "loop")
        for kind in ("use-macro", "extend-macro"):
            if macro := statements.get(kind):
                self._use(macro)
        for kind in ("replace", "on-error"):
            if one := statements.get(kind):
                self._content(one, place)
                element.dead = element.dead or kind == "replace"
        if attributes := statements.get("attributes"):
            self._set_attributes(attributes, element.name)

    def _define(self, attribute: _Attribute, kind: str) -> None:
        for offset, part in split_parts(self.text[attribute.value : attribute.stop]):
            found = _DEFINE.match(part)
            if found is None:
                continue
            names = tuple(name.strip() for name in found.group(2).strip("()").split(",") if name.strip())
            flow = read_tales(unescape(found.group(3)))
            start = attribute.value + offset
            self.into.calls(start, attribute.end, flow)
            end = min(start + len(part), attribute.end)
            self.into.bind(names, flow, kind, start, end, everywhere=found.group(1) == "global")

    def _content(self, attribute: _Attribute, place: Place) -> None:
        expression = self._value(attribute).strip()
        flow = read_tales(expression.removeprefix("text "))
        self._write(attribute.start, attribute.end, expression, flow, place)

    def _set_attributes(self, attribute: _Attribute, tag: str) -> None:
        for offset, part in split_parts(self.text[attribute.value : attribute.stop]):
            found = _NAMED.match(part)
            name, expression = (found.group(1), found.group(2)) if found else ("", part)
            start = attribute.value + offset
            end = min(start + len(part), attribute.end)
            flow = read_tales(unescape(expression))
            self._write(start, end, unescape(expression), flow, _place_of(tag, name.lower(), expression))

    def _write(self, start: int, end: int, expression: str, flow: Flow, place: Place) -> None:
        if not self._dead and expression not in ("nothing", "default"):
            self.into.output(start, end, expression, flow, place)

    def _use(self, attribute: _Attribute) -> None:
        flow = read_tales(self._value(attribute))
        for name in flow.constants[:1]:
            if _TEMPLATE.fullmatch(name):
                self.into.include(attribute.start, attribute.end, name)
        self.into.calls(attribute.start, attribute.end, flow if flow.calls else NOTHING)

    def _closing(self, name: str, start: int, inside: int, hidden: bool) -> int:
        end = self.text.find(">", inside, inside + 200)
        end = end + 1 if end >= 0 else inside
        if any(element.name == name for element in self._elements[-50:]):
            while self._pop(start) != name:
                pass
        if not hidden:
            self.into.literal(start, end)
        return end

    def _pop(self, at: int) -> str:
        element = self._elements.pop()
        self._dead -= element.dead
        self._silent -= element.silent
        if element.scope:
            self.into.close_scope(at)
        if element.block:
            self.into.close_block(at)
        return element.name

    def _value(self, attribute: _Attribute) -> str:
        return unescape(self.text[attribute.value : attribute.stop])


def _place_of(tag: str, name: str, expression: str) -> Place:
    """Where `tal:attributes` writes; it quotes by itself. A dictionary of attributes has no name."""
    if is_event(name):
        return Place("event", '"')
    if name == "style":
        return Place("style", '"')
    fixed = re.match(r"\s*string:(?!\$)\S", expression) is not None
    return Place("url" if is_url(tag, name) and not fixed else "attribute", '"')
