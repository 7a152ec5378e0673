"""A template as rules see it: its text, what is read in it, and the templates that it puts in."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import field
from functools import cached_property

from pentalint.dataclass import dataclass
from pentalint.model import Span
from pentalint.templates.django_mask import mask_django
from pentalint.templates.elements import Element, masked, read_elements
from pentalint.templates.outputs import Output, Tag, Template
from pentalint.templates.places import Places
from pentalint.templates.reader import read_template
from pentalint.templates.words import words

Find = Callable[[str, str], "TemplateFile | None"]
"""The name of a template, and the path of the one that names it -> that template."""

DEEPEST = 5
"""Templates put into each other so deeply are looked at."""

_INCLUDES = words("include inclusion_tag")
_OPAQUE = words("block call caller slot yield cache_include render_block")
"""Tags whose content another template may write."""
_KNOWN = words(
    "if elif else endif for empty endfor with endwith load url static now csrf_token comment endcomment spaceless",
    "endspaceless trans translate blocktrans endblocktrans blocktranslate endblocktranslate plural pluralize language",
    "endlanguage get_current_language localize endlocalize localtime endlocaltime timezone endtimezone cycle resetcycle",
    "firstof widthratio regroup ifchanged endifchanged ifequal endifequal ifnotequal endifnotequal autoescape endautoescape",
    "filter endfilter verbatim endverbatim raw endraw lorem querystring templatetag get_static_prefix get_media_prefix",
    "set endset do endtrans from import extends include debug break continue get_flashed_messages while endwhile end",
    "elseif except try endtry cache endcache endcall endblock endmacro",
)
"""Statements that come with the languages and write no markup of their own."""


@dataclass()
class TemplateFile:
    """One template: `path`, `language`, its whole `text`. It is read when something in it is first asked for."""

    path: str
    language: str
    text: str
    find: Find = field(default=lambda name, referrer: None, repr=False)
    _elements: dict[frozenset[str], list[Element]] = field(default_factory=dict, repr=False)

    @cached_property
    def template(self) -> Template:
        """What the reader of its language finds."""
        return read_template(self.text, self.path, self.language)

    @cached_property
    def outline(self) -> Template:
        """The same, but for the contexts of outputs: most rules are about elements and tags, and ask for none."""
        if "template" in vars(self):
            return self.template
        return read_template(self.text, self.path, self.language, outline=True)

    @cached_property
    def places(self) -> Places:
        return Places(self.text)

    @cached_property
    def _masked(self) -> tuple[str, list[tuple[int, int]]]:
        if self.language == "django" and vars(self).keys().isdisjoint(("template", "outline")):
            return mask_django(self.text)
        return masked(self.text, self.outline), sorted(self.outline.comments)

    @property
    def mask(self) -> str:
        """The text with holes for what the language does."""
        return self._masked[0]

    @property
    def _comments(self) -> list[tuple[int, int]]:
        return self._masked[1]

    @cached_property
    def _tag_starts(self) -> list[int]:
        return [tag.start for tag in self.outline.tags]

    def elements(self, names: frozenset[str]) -> list[Element]:
        """The HTML elements of some names. Several patterns of a rule ask for the same."""
        known = self._elements.get(names)
        if known is None:
            known = self._elements[names] = list(read_elements(self.text, self.mask, self.places, names))
        return known

    def offset(self, line: int, column: int) -> int:
        """The offset of a 1-based line and column."""
        return self.places.offset(line, column)

    def written(self, span: Span) -> str:
        """The text of a range."""
        return self.text[self.offset(span.line, span.column) : self.offset(span.end_line, span.end_column)]

    @cached_property
    def _output_starts(self) -> list[int]:
        return [self.offset(one.span.line, one.span.column) for one in self.outline.outputs]

    def outputs_in(self, start: int, end: int, template: Template) -> Sequence[Output]:
        """What is written between two offsets, as `template` or `outline` know it."""
        starts = self._output_starts
        return template.outputs[bisect_left(starts, start) : bisect_left(starts, end)]

    def tags_in(self, start: int, end: int) -> Sequence[Tag]:
        """The statements between two offsets."""
        starts = self._tag_starts
        return self.outline.tags[bisect_left(starts, start) : bisect_left(starts, end)]

    @cached_property
    def _ends(self) -> dict[int, int]:
        """Where what a tag begins ends: the offset of the tag -> that of the one that ends it."""
        found: dict[int, int] = {}
        opened: dict[str, list[int]] = {}
        for tag in self.outline.tags:
            name = tag.name.removeprefix("end").removeprefix("/")
            if name == tag.name:
                opened.setdefault(name, []).append(tag.start)
            elif opened.get(name):
                found[opened[name].pop()] = tag.start
        return found

    def block_of(self, tag: Tag) -> tuple[int, int] | None:
        """The offsets between a tag and the one that ends it; None when nothing does."""
        end = self._ends.get(tag.start)
        return (tag.end, end) if end is not None else None

    def visible(self, start: int, end: int) -> str:
        """The text between two offsets without comments."""
        parts: list[str] = []
        comments = self._comments
        for first, last in comments[bisect_left(comments, (start, 0)) :]:
            if first >= end:
                break
            if first >= start and last <= end:
                parts.append(self.text[start:first])
                start = last
        return "".join([*parts, self.text[start:end]])

    def certainly_lacks(
        self, wanted: re.Pattern[str], plain: re.Pattern[str] | None, start: int, end: int, depth: int = 0
    ) -> bool:
        """Whether nothing that is written between two offsets contains `wanted`: neither the text, nor the templates that
        are put in here. Not certain when something is written of which nothing is known; `plain` are expressions and names of
        tags that certainly bring none."""
        if wanted.search(self.visible(start, end)) or depth > DEEPEST:
            return False
        for tag in self.tags_in(start, end):
            if tag.name in _OPAQUE or (tag.name not in _KNOWN and not _is_plain(tag, plain)):
                return False
            if tag.name in ("include", "import", "from") and not self._brings_none(tag, wanted, plain, depth):
                return False
        return self._page_template_shows(start, end) and all(
            _is_transparent(one, plain) for one in self.outputs_in(start, end, self.outline)
        )

    def _page_template_shows(self, start: int, end: int) -> bool:
        """Whether a page template writes all of it itself: macros and slots are written elsewhere."""
        return self.language != "chameleon" or not re.search(
            r"metal:|\bstructure\b|\bload:", self.text[start:end]
        )

    def _brings_none(
        self, tag: Tag, wanted: re.Pattern[str], plain: re.Pattern[str] | None, depth: int
    ) -> bool:
        """Whether a template that is put in here certainly contains no `wanted`."""
        if tag.name != "include":
            return True  # names of macros: their calls are judged where they stand
        name = re.match(r"""\(?\s*(?:file\s*=\s*)?["']([^"'{}]+)["']""", tag.argument)
        other = self.find(name.group(1), self.path) if name else None
        return other is not None and other.certainly_lacks(wanted, plain, 0, len(other.text), depth + 1)


_CALL = re.compile(r"(?<![\w.])([^\W\d][\w.]*)\s*\(")
_HARMLESS = words(
    "url_for _ gettext ngettext pgettext lazy_gettext len str int loop.index loop.cycle range format",
    "request.route_url request.route_path request.static_url request.static_path request.args.get request.form.get",
    "request.GET.get request.POST.get request.params.get get_flashed_messages h.url dict defined",
)


def _is_plain(tag: Tag, plain: re.Pattern[str] | None) -> bool:
    return tag.name.startswith("end") or (plain is not None and plain.search(tag.name) is not None)


def _is_transparent(output: Output, plain: re.Pattern[str] | None) -> bool:
    """Whether what an expression writes is text or a field, as far as its calls tell."""
    called = [name for name in _CALL.findall(output.expression) if name not in _HARMLESS]
    return all(plain is not None and plain.search(name) for name in called)
