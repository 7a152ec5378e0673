"""What `template` tables may say, and how it is read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pentalint.dataclass import dataclass
from pentalint.match.conditions import ConditionError
from pentalint.model import Span

PARTS: dict[str, frozenset[str]] = {
    "output": frozenset(
        [
            *("harm", "context", "position", "filters", "not-filters", "expression", "not-expression"),
            *("names", "not-names", "attribute", "within", "known"),
        ]
    ),
    "tag": frozenset(["name", "argument", "written", "holds"]),
    "element": frozenset(["name", "attributes", "some-attribute", "written", "content", "lacks", "has", "plain"]),
}  # fmt: skip
"""What can be asked about, with the keys of each."""

COMMON = frozenset(["language", "files", "not-files", "versions", "plain"])
"""Keys that all have."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something matched: its place, what it is called, and its text."""

    span: Span
    name: str
    value: str


def keys_of(table: Any, known: frozenset[str], where: str) -> None:
    """Raise `ConditionError` for a key that there is not."""
    if not isinstance(table, Mapping):
        raise ConditionError(f"`{where}` is a table")
    for key in table:
        if key not in known:
            raise ConditionError(f"`{where}.{key}` is not a key; one of {', '.join(sorted(known))}")


def one_of(value: Any, known: tuple[str, ...], where: str) -> tuple[str, ...]:
    """One word or several of a closed list. Raises `ConditionError` for another."""
    found = tuple(listed(value))
    for word in found:
        if word not in known:
            raise ConditionError(f"`{where}`: {word} is none of {', '.join(known)}")
    return found


def listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def regex(table: Mapping[str, Any], key: str) -> re.Pattern[str] | None:
    """The regular expression under a key."""
    return re.compile(table[key]) if key in table else None


_PLACED = re.compile(r"[\^$]|\\[AZ]|\(\?[=!<]")
"""What makes a regex depend on where a text begins and ends: such a one says nothing of the file around it."""


class Trace:
    """What a file must hold for a part of it to fit a regex: the prefilter. Lower-case text is searched in lower-case bytes,
    which is faster than to ignore the case."""

    def __init__(self, written: re.Pattern[str] | None) -> None:
        text = "" if written is None or _PLACED.search(written.pattern) else written.pattern
        self.folded = text.startswith("(?i)") and text[4:] == text[4:].lower()
        self.regex = re.compile((text[4:] if self.folded else text).encode()) if text else None

    def possible(self, data: bytes, low: bytes) -> bool:
        """Whether a file with these bytes, which are `low` in lower case, may hold it."""
        return self.regex is None or self.regex.search(low if self.folded else data) is not None
