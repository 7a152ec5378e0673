"""The HTML elements of a template, as far as its text shows them.

What the template language writes is opaque: `<a href="{{ url }}">` has an attribute `href` with the text `{{ url }}`, and
`<form {{ attributes }}>` may have any attribute at all. Tags are read as in "Tokenization" of the HTML standard; a comment
holds no elements, nor does the content of `script`, `style`, `textarea` and `title`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pentalint.dataclass import dataclass
from pentalint.model import Span
from pentalint.templates.outputs import Template
from pentalint.templates.places import Places
from pentalint.templates.words import words

HOLE = "\ue000"
"""Stands for every character of what the language writes or does."""

_OPENING = re.compile(rf"<!--|<([a-zA-Z][^\s/>{HOLE}]*)")
_ATTRIBUTE = re.compile(
    rf"""[\s/]*(?:(?P<end>>)|(?P<hole>{HOLE}+)|(?P<name>[^\s=/>"'{HOLE}][^\s=/>]*)"""
    r"""(?:\s*=\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s"'>][^\s>]*)))?)"""
)
_REST = re.compile(
    rf"""(?:[\s/]*(?:{HOLE}+|[^\s=/>"'{HOLE}][^\s=/>]*(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'>][^\s>]*))?))*(?:[\s/]*>)?"""
)
"""All the attributes of a start tag, and its end: for those that nobody asks for."""
_RAW = frozenset({"script", "style", "textarea", "title"})
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())  # noqa: SIM905
CONTROL = words(
    "if elif elseif else endif unless for empty endfor while endwhile with endwith spaceless endspaceless ifequal endifequal",
    "ifnotequal endifnotequal ifchanged endifchanged comment endcomment raw endraw verbatim endverbatim set load end",
)
"""Statements that say when, or how often, what stands between them is written, and write nothing themselves."""

_TAL = re.compile(r"(?:tal|metal):(?:attributes|replace|use-macro|fill-slot|omit-tag)")


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute: its name in lower case, its text as written and without quotes ("" when it has none)."""

    name: str
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Element:
    """A start tag, and what is between it and its end tag. `open` says that the language may add attributes that are not
    seen here. `inside` are the offsets of the content; None when the end tag is not in this file. `span` is that of the
    start tag."""

    name: str
    attributes: tuple[Attribute, ...]
    span: Span
    start: int
    end: int
    open: bool
    inside: tuple[int, int] | None

    def named(self, name: str) -> list[Attribute]:
        """The attributes of a name: several when branches write different ones."""
        return [one for one in self.attributes if one.name == name]


def masked(text: str, template: Template) -> str:
    """The text with holes where the language writes something, and blanks where it writes nothing."""
    if template.language == "chameleon":
        return _masked_page_template(text)
    parts: list[str] = []
    at = 0
    for start, end in sorted(template.literals):
        if start > at:
            parts.append(HOLE * (start - at))
        if end > at:
            parts.append(text[max(start, at) : end])
            at = end
    parts.append(HOLE * (len(text) - at))
    controls = [(tag.start, tag.end) for tag in template.tags if tag.name in CONTROL]
    return _blanked("".join(parts), [*template.comments, *controls])


def _blanked(mask: str, ranges: list[tuple[int, int]]) -> str:
    """The mask with blanks in some ranges of offsets, which may overlap."""
    parts: list[str] = []
    at = 0
    for start, end in sorted(ranges):
        if start > at:
            parts.append(mask[at:start])
        parts.append(" " * (end - max(start, at)))
        at = max(at, end)
    return "".join([*parts, mask[at:]])


_EXPRESSION = re.compile(r"\$\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}|<!--!.*?-->|<\?python.*?\?>", re.DOTALL)


def _masked_page_template(text: str) -> str:
    return _EXPRESSION.sub(
        lambda found: (HOLE if found.group()[0] == "$" else " ") * len(found.group()), text
    )


def read_elements(text: str, mask: str, places: Places, names: frozenset[str]) -> Iterator[Element]:
    """The elements of the given names (`*`: of any), in the order of the text."""
    every = "*" in names
    closings = _Closings(mask)
    at = 0
    while found := _OPENING.search(mask, at):
        if found.group(1) is None:
            end = mask.find("-->", found.end())
            at = end + 3 if end >= 0 else len(mask)
            continue
        name = found.group(1).lower()
        attributes, at, is_open = _start_tag(text, mask, found.end(), places, every or name in names)
        empty = name in _VOID or mask[at - 2 : at] == "/>"
        inside = (
            (at, at)
            if empty
            else closings.content(name, at)
            if every or name in names or name in _RAW
            else None
        )
        if every or name in names:
            span = places.span(found.start(), at)
            yield Element(name, attributes, span, found.start(), at, is_open, inside)
        if name in _RAW and inside is not None:
            at = inside[1]


def _start_tag(
    text: str, mask: str, at: int, places: Places, wanted: bool
) -> tuple[tuple[Attribute, ...], int, bool]:
    """The attributes of a start tag, where it ends, and whether it may have more; of one that is not wanted, where it ends."""
    if not wanted:
        rest = _REST.match(mask, at)
        return (), rest.end() if rest else at, False
    attributes: list[Attribute] = []
    is_open = False
    while found := _ATTRIBUTE.match(mask, at):
        at = found.end()
        if found.group("end"):
            break
        if found.group("hole"):
            is_open = True
            continue
        name = found.group("name").lower()
        is_open = is_open or HOLE in name or _TAL.fullmatch(name) is not None
        group = next((one for one in ("double", "single", "bare") if found.group(one) is not None), "")
        value = text[found.start(group) : found.end(group)] if group else ""
        attributes.append(Attribute(name, value, places.span(found.start("name"), at)))
    return tuple(attributes), at, is_open


class _Closings:
    """Where elements end. Asked with growing offsets, each end tag is looked for once."""

    def __init__(self, mask: str) -> None:
        self.mask = mask
        self._next: dict[str, int] = {}

    def content(self, name: str, at: int) -> tuple[int, int] | None:
        """The content of an element whose start tag ends at an offset."""
        known = self._next.get(name, 0)
        if 0 <= known < at or known == 0:
            found = re.compile(rf"</{re.escape(name)}(?=[\s/>])", re.IGNORECASE).search(self.mask, at)
            known = self._next[name] = found.start() if found else -1
        return (at, known) if known >= 0 else None
