"""Comparing two `ast` trees field by field and position by position."""

from __future__ import annotations

import ast
import sys

EXACT_STRINGS = sys.version_info >= (3, 12)
"""Whether this interpreter's own `ast` places nodes inside f-strings where they are; before 3.12 it does not.
"""


def differences(left: ast.AST, right: ast.AST, limit: int = 10) -> list[str]:
    """Up to `limit` sentences on where two trees differ, in structure, values or any of the four positions.

    Positions inside f-strings, and whether a text there began with `u`, are left out where the interpreter's own
    are wrong. So are empty texts in
    format specifications, which Python 3.12 alone puts there.
    """
    found: list[str] = []
    pending: list[tuple[object, object, str, bool]] = [(left, right, type(left).__name__, True)]
    while pending and len(found) < limit:
        one, two, path, placed = pending.pop()
        if type(one) is not type(two):
            found.append(f"{path}: {_shown(one)} and {_shown(two)}")
        elif isinstance(one, ast.AST) and isinstance(two, ast.AST):
            if placed:
                found.extend(_displaced(one, two, path))
            inner = placed and (EXACT_STRINGS or not isinstance(one, ast.JoinedStr))
            for name in one._fields:
                if name == "kind" and not inner:
                    continue
                values = (getattr(one, name, None), getattr(two, name, None))
                if name == "format_spec":
                    values = tuple(_without_empty(value) for value in values)
                pending.append((*values, f"{path}.{name}", inner))
        elif isinstance(one, list) and isinstance(two, list):
            if len(one) != len(two):
                found.append(f"{path}: {len(one)} and {len(two)} items")
            else:
                pairs = zip(one, two, strict=True)
                pending.extend((a, b, f"{path}[{at}]", placed) for at, (a, b) in enumerate(pairs))
        elif repr(one) != repr(two):
            found.append(f"{path}: {one!r} and {two!r}")
    return found


def _displaced(one: ast.AST, two: ast.AST, path: str) -> list[str]:
    places = [tuple(getattr(node, name, None) for name in node._attributes) for node in (one, two)]
    if places[0] == places[1]:
        return []
    line, column, end_line, end_column = places[0]
    return [f"{path} at {line}:{column}-{end_line}:{end_column} and {places[1]}"]


def _without_empty(spec: object) -> object:
    if not isinstance(spec, ast.JoinedStr):
        return spec
    kept = [part for part in spec.values if not (isinstance(part, ast.Constant) and part.value == "")]
    return ast.copy_location(ast.JoinedStr(values=kept), spec)


def _shown(value: object) -> str:
    return ast.dump(value)[:80] if isinstance(value, ast.AST) else repr(value)
