"""Directories that lie within each other: the `overlap` of a `settings` pattern."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.values import Dict, List, Value, truth
from pentalint.match.conditions import ConditionError
from pentalint.match.path_texts import path_text
from pentalint.match.patterns import Compiler
from pentalint.match.views import Predicate, alternatives

Lookup = Callable[[str], "Value | None"]
"""The value of a setting by name."""

SOMEWHERE = "/".join(["", *(f"above-{number}" for number in range(12))])
"""Stands for what lies above a directory that is only known by a name such as `<project>`."""


class Overlap:
    """`overlap = { of = "CACHES", entry = COND, key = "LOCATION", with = [..] }`: an entry of the dictionary `of` that
    satisfies `entry` has a path under `key` that equals, holds or lies in a directory that a setting of `with` names."""

    def __init__(self, table: Mapping[str, Any], compiler: Compiler) -> None:
        for name in ("of", "key", "with"):
            if name not in table:
                raise ConditionError(f"`overlap` needs `{name}`")
        self.of: str = table["of"]
        self.key: str = table["key"]
        self.entry: Predicate = compiler.condition(table.get("entry", {"type": "dict"}))
        self.others: tuple[str, ...] = tuple(table["with"])

    def holds(self, lookup: Lookup, engine: Interpreter) -> bool:
        """Whether it certainly is so."""
        container = lookup(self.of)
        if container is None:
            return False
        options = alternatives(container, engine)
        return bool(options) and all(self.exposed(option, lookup, engine) for option in options)

    def exposed(self, container: Value, lookup: Lookup, engine: Interpreter) -> bool:
        entries = container.entries.values() if isinstance(container, Dict) else ()
        for entry in entries:
            for one in alternatives(entry, engine):
                if not isinstance(one, Dict) or self.key not in one.entries or not self.entry(one, engine):
                    continue
                places = [path_text(option) for option in alternatives(one.entries[self.key], engine)]
                if all(place is not None and self.lies_near(place, lookup, engine) for place in places):
                    return True
        return False

    def lies_near(self, place: str, lookup: Lookup, engine: Interpreter) -> bool:
        return any(
            all(related(place, found, engine) for found in alternatives(value, engine))
            for value in map(lookup, self.others)
            if value is not None
        )


def related(place: str, value: Value, engine: Interpreter) -> bool:
    """Whether a path and a directory, or one of a list of directories, certainly lie within each other."""
    if truth(value) is False:
        return False
    return any(overlapping(place, other) for other in directories(value, engine))


def directories(value: Value, engine: Interpreter) -> Iterator[str]:
    """The paths that a value, or a list of paths and of pairs with a path, names."""
    found = path_text(value)
    if found is not None:
        yield found
    elif isinstance(value, List):
        for item in value.items:
            options = alternatives(item, engine)
            only = options[0] if len(options) == 1 else None
            if isinstance(only, List) and only.exact and len(only.items) == 2:
                only = only.items[1]
            found = path_text(only) if only is not None else None
            if found is not None:
                yield found


def overlapping(one: str, other: str) -> bool:
    """Whether two paths are the same, or one lies in the other."""
    left, right = located(one), located(other)
    if left is None or right is None:
        return False
    return (
        left == right
        or f"{right}/".startswith(f"{left.rstrip('/')}/")
        or f"{left}/".startswith(f"{right.rstrip('/')}/")
    )


def located(path: str) -> str | None:
    """A path without `.` and `..`; None when the working directory decides."""
    if path.startswith("<"):
        name, _, rest = path.partition("/")
        path = f"{SOMEWHERE}/{name}/{rest}"
    return posixpath.normpath(path) if path.startswith("/") else None
