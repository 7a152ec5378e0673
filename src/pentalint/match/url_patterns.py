"""URL patterns: the parameters a pattern gives to its view, one function for each syntax."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_SRE: Any = getattr(re, "_parser", None) or getattr(re, "sre_parse", None)
"""The parser of regular expressions: `sre_parse` until Python 3.11, which gave it another name."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a URL pattern. `converter` is its type as written ("" when none is); it is `clean` when its
    value can hold nothing but letters, digits, `_`, `-` and what numbers are written with; `characters` says which in
    the syntax of a character class ("" when they are not known: anything)."""

    name: str
    converter: str = ""
    clean: bool = False
    characters: str = ""


DIGITS = "0-9"
HEX = "0-9a-fA-F-"
SLUG = "-a-zA-Z0-9_"
FLOAT = "-+.0-9einfa"

_CONVERTERS = {
    "int": DIGITS,
    "float": FLOAT,
    "uuid": HEX,
    "slug": SLUG,
}
"""Converters of the frameworks by what their values are made of; others let anything through."""

_WERKZEUG = re.compile(r"<(?:(?P<converter>[a-zA-Z_]\w*)(?:\((?P<args>[^)]*)\))?:)?(?P<name>[a-zA-Z_]\w*)>")
_DJANGO = re.compile(r"<(?:(?P<converter>[^>:\s]+):)?(?P<name>[^>\s]+)>")
_BOTTLE = re.compile(
    r"(\\*)(?:(?::([a-zA-Z_][a-zA-Z_0-9]*)?()(?:#(.*?)#)?)|(?:<([a-zA-Z_][a-zA-Z_0-9]*)?(?::([a-zA-Z_]*)(?::((?:\\.|[^\\>])+)?)?)?>))"
)
_PYRAMID = re.compile(r"\{(?P<name>[a-zA-Z_]\w*)(?::(?P<regex>(?:[^{}]|\{[^{}]*\})*))?\}")
_STAR = re.compile(r"\*(?P<name>\w+)$")
_COLON = re.compile(r"(?<![\w:]):(?P<name>[a-zA-Z_]\w*)")


def converted(name: str, converter: str) -> Parameter:
    """A parameter with a named converter."""
    characters = _CONVERTERS.get(converter, "")
    return Parameter(name, converter, bool(characters), characters)


def restricted(name: str, regex: str) -> Parameter:
    """A parameter that must match a regular expression in full."""
    characters = characters_of(regex)
    return Parameter(name, regex, characters is not None, characters or "")


def werkzeug(pattern: str) -> list[Parameter]:
    """Flask: `<int:id>`, `<any(a, b):kind>`, `<name>`."""
    found = []
    for match in _WERKZEUG.finditer(pattern):
        if match["converter"] == "any":
            found.append(Parameter(match["name"], "any", True, ""))
        else:
            found.append(converted(match["name"], match["converter"] or ""))
    return found


def django_path(pattern: str) -> list[Parameter]:
    """Django's `path()`: `<int:id>`, `<name>`."""
    return [converted(match["name"], match["converter"] or "") for match in _DJANGO.finditer(pattern)]


def bottle(pattern: str) -> list[Parameter]:
    """Bottle: `<name>`, `<name:int>`, `<name:re:[a-z]+>` and the old `:name`, `:name#[a-z]+#`."""
    found = []
    for match in _BOTTLE.finditer(pattern):
        if len(match[1]) % 2:
            continue
        old = match[3] is not None
        name, kind, argument = (match[2], "re", match[4]) if old else (match[5], match[6], match[7])
        if not name:
            continue
        if kind in (None, "", "re"):
            found.append(restricted(name, argument) if argument else Parameter(name))
        else:
            found.append(converted(name, kind))
    return found


def pyramid(pattern: str) -> list[Parameter]:
    """Pyramid: `{name}`, `{name:\\d+}`, `*rest` at the end, and the old `:name`."""
    text = _COLON.sub(r"{\g<name>}", pattern) if "{" not in pattern else pattern
    found = [
        restricted(match["name"], match["regex"]) if match["regex"] else Parameter(match["name"])
        for match in _PYRAMID.finditer(text)
    ]
    star = _STAR.search(text)
    if star is not None:
        found.append(Parameter(star["name"]))
    return found


def regex(pattern: str) -> list[Parameter]:
    """A regular expression with named groups; groups without a name are named by their number."""
    try:
        parsed = _SRE.parse(pattern)
    except (re.error, OverflowError, RecursionError):
        return []
    state = parsed.state
    names = {number: name for name, number in state.groupdict.items()}
    bodies: dict[int, object] = {}
    _groups(parsed, bodies)
    found = []
    for number in range(1, state.groups):
        if names and number not in names:
            continue  # with named groups, the others are not given to the view
        body = bodies.get(number)
        characters = _characters(body) if body is not None else None
        found.append(Parameter(names.get(number, str(number)), "", characters is not None, characters or ""))
    return found


SYNTAXES: dict[str, Callable[[str], list[Parameter]]] = {
    "werkzeug": werkzeug,
    "django-path": django_path,
    "regex": regex,
    "pyramid": pyramid,
    "bottle": bottle,
}
"""The syntaxes that packs may name."""


def parameters_of(pattern: str, syntax: str) -> list[Parameter]:
    """The parameters of a pattern, in order; none for an unknown syntax."""
    parse = SYNTAXES.get(syntax)
    return parse(pattern) if parse is not None else []


# -- what a regular expression lets through ----------------------------------------------------------------------


def characters_of(pattern: str) -> str | None:
    """The characters that full matches of a regular expression are made of, when all of them are letters, digits,
    `_`, `-` or plain `.`; None when anything else may be among them."""
    try:
        return _characters(_SRE.parse(pattern))
    except (re.error, OverflowError, RecursionError):
        return None


_HARMLESS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")


def _characters(parsed: Any) -> str | None:
    found: set[str] = set()
    return _class_of(found) if _collect(parsed, found) else None


def _class_of(found: set[str]) -> str:
    parts = []
    rest = set(found)
    for piece, members in (
        ("0-9", "0123456789"),
        ("a-z", "abcdefghijklmnopqrstuvwxyz"),
        ("A-Z", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
        ("a-f", "abcdef"),
        ("A-F", "ABCDEF"),
    ):
        if set(members) <= rest:
            parts.append(piece)
            rest -= set(members)
    dash = "-" if "-" in rest else ""
    return dash + "".join(parts) + "".join(sorted(rest - {"-"}))


def _groups(parsed: Any, bodies: dict[int, object]) -> None:
    for op, argument in parsed:
        name = str(op)
        if name == "SUBPATTERN":
            number, _, _, inner = argument
            if number is not None:
                bodies[number] = inner
            _groups(inner, bodies)
        elif name == "BRANCH":
            for inner in argument[1]:
                _groups(inner, bodies)
        elif name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            _groups(argument[2], bodies)
        elif name == "ATOMIC_GROUP":
            _groups(argument, bodies)


def _collect(parsed: Any, found: set[str]) -> bool:
    """Gather the characters of a parsed expression; False when some are not harmless or not known."""
    return all(_add(str(op), argument, found) for op, argument in parsed)


def _add(op: str, argument: Any, found: set[str]) -> bool:
    if op == "LITERAL":
        return _literal(argument, found)
    if op == "IN":
        return all(_member(str(kind), value, found) for kind, value in argument)
    if op in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        return _collect(argument[2], found)
    if op == "SUBPATTERN":
        return _collect(argument[3], found)
    if op == "ATOMIC_GROUP":
        return _collect(argument, found)
    if op == "BRANCH":
        return all(_collect(inner, found) for inner in argument[1])
    return op in ("AT", "ASSERT", "ASSERT_NOT")


def _literal(code: object, found: set[str]) -> bool:
    character = chr(code) if isinstance(code, int) else ""
    found.add(character)
    return character in _HARMLESS


def _member(kind: str, value: Any, found: set[str]) -> bool:
    if kind == "LITERAL":
        return _literal(value, found)
    if kind == "RANGE":
        low, high = value
        if high > 127:
            return False
        return all(_literal(code, found) for code in range(low, high + 1))
    if kind == "CATEGORY":
        # On text these let other alphabets' digits and letters through as well; none of those does harm.
        if str(value) == "CATEGORY_DIGIT":
            found.update("0123456789")
            return True
        if str(value) == "CATEGORY_WORD":
            found.update(_HARMLESS - {"-"})
            return True
    return False
