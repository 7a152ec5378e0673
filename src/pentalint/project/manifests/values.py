"""What an expression of a setup script may be."""

from __future__ import annotations

import ast
from dataclasses import field, replace

from pentalint.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Item:
    """One string with the line it stands on. `conditional`: only some branch of the script gives it."""

    text: str
    line: int
    conditional: bool = False


@dataclass(slots=True)
class Value:
    """What an expression may be.

    `items` are its strings (one for a string), `entries` a table's values, `files` the lists of requirements
    it reads, and `unknown` the lines of what could not be told.
    """

    items: list[Item] = field(default_factory=list)
    entries: dict[str, Value] = field(default_factory=dict)
    files: list[tuple[int, str]] = field(default_factory=list)
    unknown: list[int] = field(default_factory=list)
    string: bool = False

    @property
    def known(self) -> bool:
        """Whether nothing is missing."""
        return not self.unknown

    def plus(self, other: Value) -> Value:
        """Both values together: lists and tables joined."""
        entries = dict(self.entries)
        for key, value in other.entries.items():
            entries[key] = value
        return Value(
            [*self.items, *other.items],
            entries,
            [*self.files, *(file for file in other.files if file not in self.files)],
            [*self.unknown, *(line for line in other.unknown if line not in self.unknown)],
        )

    def conditional(self) -> Value:
        """The same, given only by some branch."""
        return Value(
            [replace(item, conditional=True) for item in self.items],
            {key: value.conditional() for key, value in self.entries.items()},
            list(self.files),
            list(self.unknown),
            self.string,
        )


def text(value: Value) -> str:
    """The one string a value is, or ""."""
    return value.items[0].text if value.string and len(value.items) == 1 else ""


def split_text(value: Value, method: str, node: ast.Call) -> Value:
    """The parts of `.split()` or `.splitlines()` with their lines; the text of a file stays the file."""
    if not value.string:
        return value
    item = value.items[0] if value.items else Item("", node.lineno)
    separator = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else None
    found: list[Item] = []
    for offset, line in enumerate(item.text.split("\n")):
        parts = line.split(separator if isinstance(separator, str) and separator != "\n" else None)
        if method == "splitlines" or separator == "\n":
            parts = [line]
        found += [Item(part.strip(), item.line + offset, item.conditional) for part in parts if part.strip()]
    return Value(found)


def union(first: Value, second: Value) -> Value:
    """Either value: strings of both, tables joined key by key."""
    entries = dict(first.entries)
    for key, value in second.entries.items():
        entries[key] = union(entries[key], value) if key in entries else value
    items = list(first.items)
    items += [item for item in second.items if item not in items]
    files = [*first.files, *(file for file in second.files if file not in first.files)]
    unknown = [*first.unknown, *(line for line in second.unknown if line not in first.unknown)]
    return Value(items, entries, files, unknown, first.string and second.string and len(items) == 1)
