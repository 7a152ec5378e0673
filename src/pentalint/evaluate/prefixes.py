"""Which part of a built string decides: of an address, what comes before its host is settled; of a dotted name, its first part."""

from __future__ import annotations

import re

from pentalint.evaluate.taint import taints_of
from pentalint.evaluate.values import UNKNOWN, Choice, Const, Text, Value

ADDRESSES = frozenset({"redirect", "url", "import"})
"""Kinds of sink that take the address of a server, or the name of a module."""

_SETTLED = re.compile(r"^(?:[a-zA-Z][\w+.-]*:)?//[^/?#@\\]+[/?#]|^/(?![/\\])|^[?#]|^\.|^[\w-]+/|^mailto:")
"""The beginning of an address after which no other host can be chosen."""


def deciding(kind: str, value: Value) -> Value:
    """The part of a value that a sink of a kind depends on: all of it, but of an address built up only what can
    still choose the host."""
    if kind not in ADDRESSES:
        return value
    if isinstance(value, Choice):
        return Choice(tuple(deciding(kind, option) for option in value.values))
    if not isinstance(value, Text) or value.how not in ("+", "f-string", "%", "format", "join"):
        return value
    parts = list(value.parts)
    if value.how in ("%", "format") and parts and isinstance(parts[0], Const):
        template = str(parts[0].value)
        lead = re.split(r"%(?:\([^)]*\))?[sdr]|\{[^{}]*\}", template, maxsplit=1)[0]
        return UNKNOWN if _SETTLED.match(lead) or (kind == "import" and "." in lead) else value
    lead = ""
    kept: list[Value] = []
    for part in parts:
        if isinstance(part, Const):
            lead += str(part.value) if isinstance(part.value, str) else ""
            if _SETTLED.match(lead) or (kind == "import" and "." in lead):
                break
        elif taints_of(part):
            kept.append(part)
            lead += "x"
        else:
            if not kept:
                break  # a base address of the application's own
            lead += "x"
    return Text(tuple(kept), value.how) if kept else UNKNOWN
