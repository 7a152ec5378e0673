"""The `config` pattern: keys of ini, conf and env files."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from pentalint.dataclass import dataclass
from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.values import UNKNOWN, Const, Value, lift
from pentalint.match.patterns import Compiler
from pentalint.match.place import Hit
from pentalint.match.settings import glob, setting_name
from pentalint.model import Span
from pentalint.rule import SettingsModel
from pentalint.syntax.framework_files import UNDECIDED, NotAValue, python_value
from pentalint.syntax.ini import Entry

_REFERENCE = re.compile(r"%\(([^)]+)\)s")

ANY_KEY = "*"
"""The key of an entry that stands for those that are not known."""


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """What one file comes to. `deployed` is false for development, test and example files; `written` are the entries as
    they stand in the file, where those differ: facts about the project are taken from them too."""

    path: str
    entries: tuple[Entry, ...]
    deployed: bool
    written: tuple[Entry, ...] = ()


class ConfigPattern:
    """`config = "[section] key"` with `where.value` on the text; `files` and `not-files` are globs on the base name.

    `not-sections` are globs of sections that are not meant. `beside.NAME` are conditions on other keys of the same
    section. `shadowed` names a section that has the same key with another value (of the file as it is written), `refers` is
    a regex on a name that the value refers to and that only the deployment knows. With `written = true` the text is judged
    also where it refers to such names. With `where.value = {absent = true}` it matches a section that lacks the key, at
    the section's first entry.
    """

    def __init__(self, table: Mapping[str, Any], compiler: Compiler) -> None:
        self.names = tuple(setting_name(name) for name in compiler.paths(table["config"]))
        self.value = compiler.value(table)
        self.asks_absence = bool(table.get("where") or table.get("where-any"))
        self.not_sections = tuple(glob(name) for name in as_list(table.get("not-sections", [])))
        self.beside = {name: compiler.condition(wanted) for name, wanted in table.get("beside", {}).items()}
        self.written = bool(table.get("written", False))
        self.shadowed = str(table.get("shadowed", ""))
        self.refers = re.compile(table["refers"]) if "refers" in table else None
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
            for entry in (swallowed(file, self.shadowed) if self.shadowed else file.entries)
            if entry.key != ANY_KEY
            and self.is_named(entry)
            and self.value(Const(entry.value) if self.written else value_of(entry), engine)
            and self.stands_beside(entry, file, engine)
            and (self.refers is None or any(map(self.refers.search, _REFERENCE.findall(entry.value))))
        ]
        if not hits and self.asks_absence and self.value(None, engine):
            hits.extend(self.absent(file, rule, facts, once))
        return hits

    def stands_beside(self, entry: Entry, file: ConfigFile, engine: Interpreter) -> bool:
        """Whether the other keys of the entry's section are as `beside` wants them."""
        for name, holds in self.beside.items():
            other = next(
                (one for one in file.entries if one.section == entry.section and one.key == name), None
            )
            unknown = other is None and is_open(entry.section, file)
            value = UNKNOWN if unknown else None if other is None else value_of(other)
            if not holds(value, engine):
                return False
        return True

    def is_named(self, entry: Entry) -> bool:
        return not any(name.fullmatch(entry.section) for name in self.not_sections) and any(
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
            if (
                not is_open(entry.section, file)
                and any(section is not None and section.fullmatch(entry.section) for section, _ in self.names)
                and not any(self.is_named(other) for other in file.entries if other.section == entry.section)
            ):
                hits.append(make_hit(entry, file, rule, facts, once))
        return hits


def swallowed(file: ConfigFile, section: str) -> list[Entry]:
    """The entries, as they are written, whose key stands in `section` with another value."""
    shared = {entry.key: entry.value for entry in file.written if entry.section == section}
    return [
        entry
        for entry in file.written
        if entry.section != section and shared.get(entry.key, entry.value) != entry.value
    ]


def value_of(entry: Entry) -> Value:
    """An entry's text; unknown when it is left to the deployment."""
    return Const(entry.value) if entry.known else UNKNOWN


def is_open(section: str, file: ConfigFile) -> bool:
    """Whether a section may have more keys than are known: it goes on in a file that is not there."""
    return any(entry.key == ANY_KEY and entry.section == section for entry in file.entries)


def literal(text: str) -> Value:
    """The value of an entry that is written as Python; its text when that is none, unknown for what only a program gives."""
    try:
        value = python_value(text)
    except NotAValue:
        return Const(text)
    return UNKNOWN if value is UNDECIDED else lift(value)


def with_bundles(entries: Iterable[Entry], model: SettingsModel) -> Iterator[tuple[Entry, Value]]:
    """Entries with their values, and the settings that some values bring with them where nothing beside them says
    otherwise (CherryPy's `environment`)."""
    written = [(entry, literal(entry.value) if entry.known else UNKNOWN) for entry in entries]
    yield from written
    for entry, value in written:
        if entry.key not in model.bundles or entry.section != "global" or not isinstance(value, Const):
            continue
        beside = {other.key for other, _ in written if other.section == entry.section}
        for name, brought in model.bundles[entry.key].get(str(value.value), {}).items():
            if name not in beside:
                yield replace(entry, key=name), lift(brought)


def make_hit(
    entry: Entry, file: ConfigFile, rule: str, facts: tuple[tuple[str, bool], ...], once: str
) -> Hit:
    """The hit at an entry's line."""
    scope = f"[{entry.section}]" if entry.section else ""
    shown = entry.value if len(entry.value) < 60 else entry.value[:59] + "…"
    return Hit(
        rule,
        entry.path or file.path,
        Span(entry.line, entry.column, entry.line, max(entry.end_column, entry.column + 1)),
        scope,
        f"{entry.key} = {entry.value}",
        {
            "name": entry.key,
            "value": shown,
            "callee": entry.key,
            "scope": scope,
            "deployment": ", ".join(entry.loaded),
        },
        facts,
        once,
    )


def as_list(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


__all__ = ["ConfigFile", "ConfigPattern", "glob"]
