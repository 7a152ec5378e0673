"""The shape of `[[entry-points]]` tables; `match.entry_tables` gives them meaning."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pentalint.errors import RuleError
from pentalint.packs.checks import check_table, one_of

ENTRY_KINDS: dict[str, dict[str, type | tuple[type, ...]]] = {
    "decorators": {"decorators": list, "below": bool},
    "calls": {"calls": dict},
    "subclass": {"subclass": list, "having": list},
    "settings": {"settings": list},
    "guards": {"guards": dict},
    "owners": {"owners": dict, "parent": str, "otherwise": str, "placed": bool},
    "mounts": {"mounts": dict, "prefix": str, "reversed": bool},
    "lists": {
        "lists": list, "roots": list, "patterns": dict, "view": str, "rule": str, "includes": dict, "prefixed": dict,
    },
    "names": {
        "names": dict, "rule": str, "syntax": str, "verbs-argument": str, "includes": dict, "prefix": str, "contexts": list,
        "tail": str,
    },
    "objects": {
        "objects": dict, "prefix": str, "exposed": list, "attribute": str, "index": str, "default": str, "segments": list,
        "verbs": str,
    },
    "narrows": {"narrows": dict},
    "provides": {"provides": dict},
}  # fmt: skip
"""The keys of an `[[entry-points]]` table by what it is about: exactly one of these stands in it."""

ENTRY_FUNCTIONS: dict[str, type | tuple[type, ...]] = {
    "methods": str, "rule": str, "syntax": str, "name": str, "verbs-argument": str, "verbs-attribute": str, "verbs": list,
    "route": str, "attr": str, "call": str, "defaults": list, "parameters": (str, dict), "rest": str, "types": dict,
    "returns": str, "unless": dict, "through": str, "returned": bool, "makes": bool, "hook": bool, "alone": bool,
    "listed": bool, "prefix-attribute": str, "prefix-otherwise": str, "actions": list, "extra": dict, "unplaced": dict,
}  # fmt: skip
"""Further keys of the tables about functions."""

ENTRY_GUARDS: dict[str, type | tuple[type, ...]] = {
    "decorators": str, "bases": str, "settings": str, "never": str, "arguments": list, "attributes": list,
}  # fmt: skip

ENTRY_RESULTS = ("parameters", "rest", "types", "returns", "unless")
"""What a table about objects may say of their methods."""

PARTS = ("query", "form", "body", "header", "cookie", "path", "file-name", "file-content")
"""The parts of a request that user input comes from."""


def check_entry(entry: Mapping[str, Any], path: str) -> None:
    """One `[[entry-points]]` table has only keys there are, and says what it is about. Raises `RuleError`."""
    where = f"{path}: entry-points"
    found = [kind for kind in ENTRY_KINDS if kind in entry]
    if len(found) != 1:
        raise RuleError(f"{where}: each needs exactly one of {', '.join(ENTRY_KINDS)}.")
    keys = dict(ENTRY_KINDS[found[0]])
    if found[0] in ("decorators", "calls", "subclass", "settings"):
        keys.update(ENTRY_FUNCTIONS)
    elif found[0] == "objects":
        keys.update({key: ENTRY_FUNCTIONS[key] for key in ENTRY_RESULTS})
    check_table(entry, keys, where)
    guards = entry.get("guards", {})
    check_table(guards, ENTRY_GUARDS, f"{where}: guards")
    stated = entry.get("parameters", {})
    for part in stated.values() if isinstance(stated, dict) else [stated]:
        one_of(part, PARTS, "entry-points.parameters", path)
    for pattern in (entry.get("methods"), entry.get("verbs"), *guards.values()):
        if isinstance(pattern, str):
            check_pattern(pattern, where)


def check_pattern(pattern: str, where: str) -> None:
    """A regular expression. Raises `RuleError`."""
    try:
        re.compile(pattern)
    except re.error as error:
        raise RuleError(f"{where}: {pattern!r} is not a regular expression: {error}.") from None
