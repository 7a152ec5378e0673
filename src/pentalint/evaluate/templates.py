"""What `%`, `format` and f-strings write: each template in pieces, those with known values written out."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pentalint.evaluate.folding import FAULTS, numbers_within, shown
from pentalint.evaluate.texts import text
from pentalint.evaluate.values import UNKNOWN, Choice, Const, Dict, List, Ref, Text, Value, join_all, plain

PIECES = 400
"""A template of more pieces than this is not looked into."""

_CONVERSION = re.compile(
    r"%(?:\((?P<key>[^()]*)\))?(?P<flags>[#0\- +]*)(?P<width>\*|\d*)(?:\.(?P<precision>\*|\d*))?[hlL]?(?P<letter>.)",
    re.DOTALL,
)

_CONVERSIONS: dict[str, Callable[[Any], str]] = {"r": repr, "s": str, "a": ascii}

_FIELD = re.compile(r"\w*")


def percent(template: Value, right: Value) -> Value:
    """`template % right`."""
    given = list(right.items) if isinstance(right, List) and right.kind == "tuple" else [right]
    pieces: list[Value] | None = None
    if isinstance(template, Const) and isinstance(template.value, str):
        pieces = percent_pieces(template.value, right)
    elif isinstance(template, Const):
        pieces = _percent_bytes(template.value, right)
    return judged(text((template, *given), "%", pieces), (template, right))


def judged(found: Value, given: Sequence[Value]) -> Value:
    """A built string, unless all that it is built from is known: then building it fails, or its text is not known."""
    return UNKNOWN if isinstance(found, Text) and all(map(is_plain, given)) else found


def is_plain(value: Value) -> bool:
    """Whether a value is fully known."""
    if isinstance(value, Const):
        return True
    try:
        plain(value)
    except ValueError:
        return False
    return True


def _percent_bytes(template: bytes, right: Value) -> list[Value] | None:
    try:
        if b"*" not in template and numbers_within(template.decode("latin-1")):
            return [Const(template % shown(right))]
    except FAULTS:
        pass
    return None


def percent_pieces(template: str, right: Value) -> list[Value] | None:
    """The pieces of `template % right`; None when there are not as many values as it asks for, or nothing can be said."""
    named = isinstance(right, Dict)
    spread = isinstance(right, List) and right.kind == "tuple"
    if spread and isinstance(right, List) and not right.exact:
        return None
    given: list[Value] = list(right.items) if isinstance(right, List) and spread else [right]
    pieces: list[Value] = []
    place = taken = 0
    while True:
        start = template.find("%", place)
        if start < 0:
            break
        found = _CONVERSION.match(template, start)
        if found is None or len(pieces) > PIECES or "*" in (found["width"], found["precision"] or ""):
            return None
        pieces.append(Const(template[place:start]))
        place = found.end()
        if found["letter"] == "%":
            if found.group() != "%%":
                return None
            pieces.append(Const("%"))
            continue
        if found["key"] is not None:
            pieces.append(_converted(found, _entry(right, found["key"])))
            continue
        if taken >= len(given):
            return None
        pieces.append(_converted(found, given[taken]))
        taken += 1
    pieces.append(Const(template[place:]))
    if (
        taken < len(given)
        and not (named and taken == 0)
        and (spread or taken or isinstance(right, (Const, Text)))
    ):
        return None
    return pieces


def _entry(right: Value, key: str) -> Value:
    return right.entries.get(key, UNKNOWN) if isinstance(right, Dict) else UNKNOWN


def _converted(found: re.Match[str], value: Value) -> Value:
    """One conversion of a `%` template."""
    if isinstance(value, Text) and not (found["flags"] or found["width"] or found["precision"]):
        return (
            value
            if found["letter"] == "s" and isinstance(value.head, str) and isinstance(value.tail, str)
            else UNKNOWN
        )
    whole = found["letter"] == "s" and not (found["flags"] or found["width"] or found["precision"])
    if isinstance(value, Choice) or (isinstance(value, Ref) and not whole):
        return UNKNOWN
    if isinstance(value, Ref):
        return value
    spec = "%" + found["flags"] + found["width"]
    spec += ("" if found["precision"] is None else "." + found["precision"]) + found["letter"]
    try:
        if numbers_within(spec):
            return Const(spec % (shown(value),))
    except FAULTS:
        pass
    return UNKNOWN


def formatted(
    template: Value, positional: Sequence[Value], keywords: Mapping[str, Value], complete: bool = True
) -> Value:
    """`template.format(*positional, **keywords)`; `complete` says that these are all the arguments."""
    parts = (template, *positional, *keywords.values())
    pieces = None
    if isinstance(template, Const) and isinstance(template.value, str) and complete:
        pieces = format_pieces(template.value, positional, keywords)
    return judged(text(parts, "format", pieces), parts) if complete else text(parts, "format")


def format_pieces(
    template: str, positional: Sequence[Value], keywords: Mapping[str, Value]
) -> list[Value] | None:
    """The pieces of `template.format(...)`; None when it is no template for these values."""
    pieces: list[Value] = []
    automatic = 0
    try:
        for literal, name, spec, conversion in string.Formatter().parse(template):
            pieces.append(Const(literal))
            if name is None:
                continue
            if len(pieces) > PIECES:
                return None
            if name == "":
                name = str(automatic)
                automatic += 1
            if not _FIELD.fullmatch(name):
                pieces.append(UNKNOWN)  # an attribute or item of a value
                continue
            if (name.isdecimal() and int(name) >= len(positional)) or (
                not name.isdecimal() and name not in keywords
            ):
                return None
            value = positional[int(name)] if name.isdecimal() else keywords[name]
            pieces.append(UNKNOWN if "{" in (spec or "") else written(value, conversion or "", spec or ""))
    except FAULTS:
        return None
    return pieces


def written(value: Value, conversion: str, spec: str | None) -> Value:
    """One value as a format writes it: with a conversion (r, s, a or none) and a format specification, None for one that
    is not known. Known pieces are constants, built strings stay what they are."""
    if isinstance(value, Text) and conversion in ("", "s") and spec == "" and isinstance(value.head, str):
        return value
    if isinstance(value, Ref) and conversion in ("", "s") and spec == "":
        return value
    if isinstance(value, Choice) and all(isinstance(option, Const) for option in value.values):
        return join_all([written(option, conversion, spec) for option in value.values])
    try:
        if spec is None or not numbers_within(spec):
            return UNKNOWN
        thing: Any = shown(value)
        return Const(format(_CONVERSIONS[conversion](thing) if conversion else thing, spec))
    except FAULTS:
        return UNKNOWN
