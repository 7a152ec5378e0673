"""What a condition says of where a value comes from: API paths of which the program must name one for the
condition to hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pentalint.match.conditions import paths_of
from pentalint.match.context import Groups

Origins = tuple[tuple[str, ...], ...]
"""Sets of paths; one path of each must be named."""

_NESTED = frozenset({"part", "some-item", "first", "each", "some"})
"""Conditions that hold only if another condition holds of the value, or of something in it."""

_TABLES = frozenset({"argument", "key"})
"""Conditions that hold only if several others hold of things in the value."""


def origins(condition: Any, groups: Groups) -> Origins:
    """The origins one condition asks for: none when it may hold of what is absent, or of values from anywhere."""
    if not isinstance(condition, Mapping) or condition.get("or-absent"):
        return ()
    found: list[tuple[str, ...]] = []
    for key, operand in condition.items():
        if key == "path":
            found.append(paths_of(operand, groups))
        elif key in _NESTED:
            found.extend(origins(operand, groups))
        elif key in _TABLES:
            for part in operand.values():
                found.extend(origins(part, groups))
        elif key == "all":
            for part in operand:
                found.extend(origins(part, groups))
        elif key == "any":
            found.extend(either(origins(part, groups) for part in operand))
    return tuple(found)


def either(alternatives: Iterable[Origins]) -> Origins:
    """What alternatives ask for together: when each asks for something, one path of the first thing any of
    them asks for."""
    listed = list(alternatives)
    if not listed or not all(listed):
        return ()
    return (tuple(path for alternative in listed for path in alternative[0]),)


def table_origins(table: Mapping[str, Any], groups: Groups) -> Origins:
    """The origins that `where` and `where-any` of a match table ask for."""
    return (
        *both(table.get("where", {}), groups),
        *either(both(part, groups) for part in table.get("where-any", ())),
    )


def both(conditions: Mapping[str, Any], groups: Groups) -> Origins:
    """The origins of conditions that must all hold."""
    return tuple(origin for condition in conditions.values() for origin in origins(condition, groups))
