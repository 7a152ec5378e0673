"""The `config` pattern: keys of ini, conf and env files."""

from __future__ import annotations

import ast
import fnmatch
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.values import Const, Value, lift
from pentalint.match.patterns import Compiler
from pentalint.match.place import Hit
from pentalint.match.settings import glob, setting_name
from pentalint.model import Span
from pentalint.syntax.ini import Entry


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """One file's entries. `deployed` is false for development, test and example files."""

    path: str
    entries: tuple[Entry, ...]
    deployed: bool


class ConfigPattern:
    """`config = "[section] key"` with `where.value` on the text; `files` and `not-files` are globs on the base name.

    With `where.value = {absent = true}` it matches a section that lacks the key, at the section's first entry.
    """

    def __init__(self, table: Mapping[str, Any], compiler: Compiler) -> None:
        self.names = tuple(setting_name(name) for name in compiler.paths(table["config"]))
        self.value = compiler.value(table)
        self.asks_absence = bool(table.get("where") or table.get("where-any"))
        self.files = as_list(table.get("files", []))
        self.not_files = as_list(table.get("not-files", []))

    def applies(self, path: str) -> bool:
        base = path.rpartition("/")[2]
        return (not self.files or any(fnmatch.fnmatch(base, name) for name in self.files)) and not any(
            fnmatch.fnmatch(base, name) for name in self.not_files
        )

    def match(
        self, file: ConfigFile, rule: str, facts: tuple[tuple[str, bool], ...], once: str, engine: Interpreter
    ) -> list[Hit]:
        """The hits in one file."""
        if not self.applies(file.path):
            return []
        hits = [
            make_hit(entry, file, rule, facts, once)
            for entry in file.entries
            if self.is_named(entry) and self.value(Const(entry.value), engine)
        ]
        if not hits and self.asks_absence and self.value(None, engine):
            hits.extend(self.absent(file, rule, facts, once))
        return hits

    def is_named(self, entry: Entry) -> bool:
        return any(
            name.fullmatch(entry.key) and (section is None or section.fullmatch(entry.section))
            for section, name in self.names
        )

    def absent(
        self, file: ConfigFile, rule: str, facts: tuple[tuple[str, bool], ...], once: str
    ) -> list[Hit]:
        """Sections that match and hold no such key."""
        hits: list[Hit] = []
        done: set[str] = set()
        for entry in file.entries:
            if entry.section in done:
                continue
            done.add(entry.section)
            if any(
                section is not None and section.fullmatch(entry.section) for section, _ in self.names
            ) and not any(self.is_named(other) for other in file.entries if other.section == entry.section):
                hits.append(make_hit(entry, file, rule, facts, once))
        return hits


def literal(text: str) -> Value:
    """The value of an entry that is written as a Python literal; its text when it is none."""
    try:
        return lift(ast.literal_eval(text))
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        return Const(text)


def make_hit(
    entry: Entry, file: ConfigFile, rule: str, facts: tuple[tuple[str, bool], ...], once: str
) -> Hit:
    """The hit at an entry's line."""
    scope = f"[{entry.section}]" if entry.section else ""
    shown = entry.value if len(entry.value) < 60 else entry.value[:59] + "…"
    return Hit(
        rule,
        file.path,
        Span(entry.line, entry.column, entry.line, max(entry.end_column, entry.column + 1)),
        scope,
        f"{entry.key} = {entry.value}",
        {"name": entry.key, "value": shown, "callee": entry.key, "scope": scope},
        facts,
        once,
    )


def as_list(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


__all__ = ["ConfigFile", "ConfigPattern", "glob"]
