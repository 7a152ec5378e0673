"""URL patterns: the parameters a pattern gives to its view, one function for each syntax. Checked against Werkzeug 3.1, Django 5.2,
Pyramid 2.1 and Bottle 0.13."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator
from functools import lru_cache

from pentalint.dataclass import dataclass
from pentalint.evaluate.characters import characters

HARMLESS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
"""What a value may be made of without meaning anything to whoever reads it."""

CONVERTED = frozenset({"int", "float", "uuid", "signed_int"})
"""Converters that give a number or an identifier, not text."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a URL pattern. `converter` is its type as written ("" when none is); `regex` is what its value
    matches as a whole ("" when that is not known: anything)."""

    name: str
    converter: str = ""
    regex: str = ""

    @property
    def clean(self) -> bool:
        """Whether the value can hold nothing but letters, digits, `_` and `-`, or is no text at all."""
        if self.converter in CONVERTED:
            return True
        return self.regex != "" and is_harmless(self.regex)


@lru_cache(maxsize=512)
def is_harmless(pattern: str) -> bool:
    """Whether what a pattern takes as a whole can mean nothing. The parameters of a project have few patterns in all."""
    allowed = characters(pattern, True)
    return allowed is not None and allowed <= HARMLESS


_WERKZEUG = re.compile(
    r"<(?:(?P<converter>[a-zA-Z_][a-zA-Z0-9_]*)(?:\((?P<arguments>.*?)\))?:)?(?P<name>[a-zA-Z_][a-zA-Z0-9_]*)>"
)
_DJANGO = re.compile(r"<(?:(?P<converter>[^>:\s]+):)?(?P<name>[^>\s]+)>")
_BOTTLE = re.compile(
    r"(?P<escapes>\\*)(?:(?::(?P<old>[a-zA-Z_][a-zA-Z_0-9]*)?(?:#(?P<within>.*?)#)?)"
    r"|(?:<(?P<name>[a-zA-Z_][a-zA-Z_0-9]*)?(?::(?P<kind>[a-zA-Z_]*)(?::(?P<argument>(?:\\.|[^\\>])+)?)?)?>))"
)
_PYRAMID = re.compile(r"\{(?P<name>[_a-zA-Z][^{}:]*)(?::(?P<regex>(?:[^{}]|\{[^{}]*\})*))?\}")
_PYRAMID_OLD = re.compile(r":(?P<name>[_a-zA-Z]\w*)")
_PYRAMID_REST = re.compile(r"\*(?P<name>\w+)$")

_WERKZEUG_REGEXES = {"": "[^/]+", "default": "[^/]+", "string": "[^/]+", "path": "[^/].*?", "int": r"\d+"}
_DJANGO_REGEXES = {"": "[^/]+", "str": "[^/]+", "slug": "[-a-zA-Z0-9_]+", "path": ".+", "int": "[0-9]+"}
_BOTTLE_REGEXES = {"int": r"-?\d+", "float": r"-?[\d.]+", "path": ".+?"}


def werkzeug(pattern: str) -> Iterator[Parameter]:
    """Flask: `<int:id>`, `<any(a, b):kind>`, `<name>`."""
    for match in _WERKZEUG.finditer(pattern):
        converter = match["converter"] or ""
        regex = _WERKZEUG_REGEXES.get(converter, "")
        if converter == "any":
            words = [word.strip().strip("\"'") for word in (match["arguments"] or "").split(",")]
            regex = "|".join(map(re.escape, words))
        yield Parameter(match["name"], converter, regex)


def django_path(pattern: str) -> Iterator[Parameter]:
    """Django's `path()`: `<int:id>`, `<name>`."""
    for match in _DJANGO.finditer(pattern):
        converter = match["converter"] or ""
        yield Parameter(match["name"], converter, _DJANGO_REGEXES.get(converter, ""))


def bottle(pattern: str) -> Iterator[Parameter]:
    """Bottle: `<name>`, `<name:int>`, `<name:re:[a-z]+>` and the old `:name`, `:name#[a-z]+#`."""
    for match in _BOTTLE.finditer(pattern):
        if len(match["escapes"]) % 2:
            continue
        name, kind, argument = match["name"], match["kind"] or "", match["argument"]
        if match["old"]:
            name, kind, argument = match["old"], "", match["within"]
        if name and kind in ("", "re"):
            yield Parameter(name, kind, argument or "[^/]+")
        elif name:
            yield Parameter(name, kind, _BOTTLE_REGEXES.get(kind, ""))


def pyramid(pattern: str) -> Iterator[Parameter]:
    """Pyramid: `{name}`, `{name:\\d+}`, `*rest` at the end, and the old `:name`."""
    if _PYRAMID_OLD.search(pattern) and not _PYRAMID.search(pattern):
        pattern = _PYRAMID_OLD.sub(r"{\g<name>}", pattern)
    for match in _PYRAMID.finditer(pattern):
        yield Parameter(match["name"], "", match["regex"] or "[^/]+")
    rest = _PYRAMID_REST.search(pattern)
    if rest is not None:
        yield Parameter(rest["name"], "", ".*?")


def regex(pattern: str) -> Iterator[Parameter]:
    """A regular expression with named groups; without, groups are named by their number."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of nested sets: no business of ours
        try:
            compiled = re.compile(pattern)
        except (re.error, OverflowError, RecursionError):
            return
    bodies = dict(groups(pattern))
    if len(bodies) != compiled.groups:
        bodies = {}  # written in a way that is not read here
    names = compiled.groupindex
    if names:
        for name, number in names.items():
            yield Parameter(name, "", bodies.get(number, ""))
    else:
        for number in range(1, compiled.groups + 1):
            yield Parameter(str(number), "", bodies.get(number, ""))


def groups(pattern: str) -> Iterator[tuple[int, str]]:
    """Number and inner text of each capturing group of a regular expression."""
    stack: list[tuple[int, int]] = []
    number = place = 0
    while place < len(pattern):
        character = pattern[place]
        if character == "\\":
            place += 1
        elif character == "[":
            place = class_end(pattern, place)
        elif character == "(":
            opening = _OPENING.match(pattern, place)
            captures = opening is None or opening["name"] is not None
            number += captures
            stack.append((number if captures else 0, opening.end() if opening is not None else place + 1))
        elif character == ")" and stack:
            own, start = stack.pop()
            if own:
                yield own, pattern[start:place]
        place += 1


_OPENING = re.compile(r"\(\?(?:P<(?P<name>\w+)>|.)")


def class_end(pattern: str, place: int) -> int:
    """Where the character class that begins at a place ends."""
    place += 2 if pattern[place + 1 : place + 2] == "^" else 1
    if pattern[place : place + 1] == "]":
        place += 1
    while place < len(pattern) and pattern[place] != "]":
        place += 2 if pattern[place] == "\\" else 1
    return place


SYNTAXES: dict[str, Callable[[str], Iterator[Parameter]]] = {
    "werkzeug": werkzeug,
    "django-path": django_path,
    "regex": regex,
    "pyramid": pyramid,
    "bottle": bottle,
}
"""The syntaxes that packs may name."""


def parameters_of(pattern: str, syntax: str) -> list[Parameter]:
    """The parameters of a pattern, in order; none for a syntax that is not known."""
    parse = SYNTAXES.get(syntax)
    return list(parse(pattern)) if parse is not None else []
