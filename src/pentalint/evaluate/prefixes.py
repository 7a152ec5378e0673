"""Which part of a built string decides: of an address, what comes before its host is settled; of a dotted name, its first part."""

from __future__ import annotations

import re

from pentalint.evaluate.taint import SEGMENT, taints_of
from pentalint.evaluate.values import UNKNOWN, Choice, Const, Text, Value

ADDRESSES = frozenset({"redirect", "url", "import"})
"""Kinds of sink that take the address of a server, or the name of a module."""

NAMES = frozenset({"path", "template-name"})
"""Kinds of sink that take a name below a directory."""

_SETTLED = re.compile(r"^(?:[a-zA-Z][\w+.-]*:)?///*[^/?#@\\]+[/?#]|^/(?![/\\])|^[?#]|^\.|^[\w-]+/|^mailto:")
"""The beginning of an address after which no other host can be chosen."""


CONTINUES = "_-."
"""What the beginning of a file's name ends in, when something is to follow."""

BUILT = ("+", "f-string", "%", "format", "join")
"""How a text is built that is read from left to right."""

NESTED = 3
"""Texts within texts, and parts with alternatives, are looked through this deep."""

_PLACE = re.compile(r"%(?:\([^)]*\))?[sdr]|\{[^{}]*\}")
"""Where a value goes in a format."""


def deciding(kind: str, value: Value, depth: int = NESTED) -> Value:
    """The part of a value that a sink of a kind depends on: all of it, but of an address built up only what can
    still choose the host, of a path only what begins a name of its own, and of a template's name what may lead elsewhere.
    `depth` is how many parts with alternatives are gone through one by one."""
    if kind not in ADDRESSES and kind not in NAMES:
        return value
    if isinstance(value, Choice):
        return Choice(tuple(deciding(kind, option, depth) for option in value.values))
    if not isinstance(value, Text) or value.how not in BUILT:
        return value
    if kind == "path":
        return beginning_names(value)
    if kind == "template-name":
        return leaving(value)
    parts = expanded(value)
    lead = ""
    kept: list[Value] = []
    for place, part in enumerate(parts):
        if isinstance(part, Const):
            lead += str(part.value) if isinstance(part.value, str) else ""
            if settled(kind, lead):
                break
        elif isinstance(part, Choice) and not kept and depth:
            before, after = (Const(lead),) if lead else (), parts[place + 1 :]
            ways = (Text((*before, option, *after), "+") for option in part.values)
            return Choice(tuple(deciding(kind, way, depth - 1) for way in ways))
        elif any(taint.harms(kind) and taint.origin.kind != "host" for taint in taints_of(part)):
            kept.append(part)
            lead += "x"
        elif kept:
            lead += "x"
        else:
            break  # a base address of the application's own
    return Text(tuple(kept), value.how) if kept else UNKNOWN


def expanded(value: Text, depth: int = NESTED) -> list[Value]:
    """The parts of a text from left to right, those of texts within it in their place, and those of a format in theirs,
    when each has one."""
    found: list[Value] = []
    for part in placed(value):
        if depth and isinstance(part, Text) and part.how in BUILT:
            found.extend(expanded(part, depth - 1))
        else:
            found.append(part)
    return found


def leaving(value: Text) -> Value:
    """The parts of a template's name that may lead out of the directory named before them: a segment of a URL, which holds
    no separator, stays in it."""
    kept: list[Value] = []
    below = False
    for part in expanded(value):
        if isinstance(part, Const):
            below = below or "/" in str(part.value)
        elif not below or any(
            taint.harms("path") and SEGMENT not in taint.cleared for taint in taints_of(part)
        ):
            kept.append(part)
    return Text(tuple(kept), value.how) if any(taints_of(part) for part in kept) else UNKNOWN


def placed(value: Text) -> list[Value]:
    """The parts of a text from left to right; those of a format in their places, when each has one, and what joins others
    between these."""
    parts = list(value.parts)
    if value.how == "join":
        return [part for item in parts[1:] for part in (parts[0], item)][1:]
    if value.how not in ("%", "format") or not parts or not isinstance(parts[0], Const):
        return parts
    pieces = _PLACE.split(str(parts[0].value))
    if len(pieces) != len(parts):
        lead: list[Value] = [Const(pieces[0])]
        return [*lead, *parts[1:]]
    found: list[Value] = []
    for place, piece in enumerate(pieces):
        found.append(Const(piece))
        if place + 1 < len(parts):
            found.append(parts[place + 1])
    return found


def settled(kind: str, lead: str) -> bool:
    """Whether what an address begins with leaves no other host, or module, to be chosen."""
    return _SETTLED.match(lead) is not None or (kind == "import" and "." in lead)


def beginning_names(value: Text) -> Value:
    """The parts of a path that may lead elsewhere: not those that continue the name of a file (`img_` + x), for they
    would need a directory of that name; behind what may be a directory (`/srv/files` + x) a separator is enough."""
    if value.how not in ("+", "f-string"):
        return value
    kept: list[Value] = []
    last = "/"
    for part in value.parts:
        if isinstance(part, Const):
            last = str(part.value)[-1:] or last
        else:
            if last not in CONTINUES or not taints_of(part):
                kept.append(part)
            last = "/"
    return Text(tuple(kept), value.how) if any(taints_of(part) for part in kept) else UNKNOWN
