"""The `[[entry-points]]` of the packs, compiled: which functions a framework calls, and what it gives them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pentalint.match.conditions import paths_of
from pentalint.rule import Pack


@dataclass(frozen=True, slots=True)
class Guards:
    """How a framework's views are protected: by decorators and base classes (patterns on their last names), by arguments of
    the registration, by class attributes."""

    decorators: re.Pattern[str] | None = None
    bases: re.Pattern[str] | None = None
    arguments: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class EntryTable:
    """One table. `kind` says how the function is found: it carries one of the `paths` as a decorator, it is the
    argument `paths[path]` of a call, or it is a method (`methods`) of a subclass of one.

    `rule`, `name` and `verbs_argument` are the arguments that hold the URL pattern, the name and the HTTP methods, `verbs`
    the methods when nothing says them; `syntax` is the pattern's. What the function's own parameters carry is
    `parameters` (`rest` for `*args`), the API types of those that hold something else are `types`, by index or name.
    `returns` is "html" when the text it returns is sent as HTML; `unless` are argument values and decorators with
    which it is not. A `hook` has no URL of its own.
    """

    framework: str
    kind: str
    paths: Mapping[str, str]
    methods: re.Pattern[str] | None = None
    rule: str = ""
    syntax: str = ""
    name: str = ""
    verbs_argument: str = ""
    verbs: tuple[str, ...] = ()
    parameters: str = ""
    rest: str = ""
    returns: str = ""
    unless: Mapping[str, Any] = field(default_factory=dict)
    types: Mapping[str, str] = field(default_factory=dict)
    hook: bool = False
    below: bool = False


@dataclass(frozen=True, slots=True)
class EntryTables:
    """The tables of the packs in use, in their order, and each framework's guards."""

    tables: tuple[EntryTable, ...] = ()
    guards: Mapping[str, Guards] = field(default_factory=dict)
    owners: Mapping[str, str] = field(default_factory=dict)
    mounts: Mapping[str, str] = field(default_factory=dict)


KINDS = ("decorators", "calls", "subclass")


def compile_entries(packs: Iterable[Pack]) -> EntryTables:
    """The entry points of several packs. Raises `ConditionError` for an unknown group."""
    tables: list[EntryTable] = []
    guards: dict[str, Guards] = {}
    for pack in packs:
        for table in pack.flow.entry_points:
            if "guards" in table:
                guards[pack.id] = compile_guards(table["guards"])
                continue
            tables.append(compile_table(table, pack))
    return EntryTables(tuple(tables), guards)


def compile_guards(table: Mapping[str, Any]) -> Guards:
    """A `guards` table."""
    return Guards(
        re.compile(table["decorators"]) if "decorators" in table else None,
        re.compile(table["bases"]) if "bases" in table else None,
        tuple(table.get("arguments", ())),
        tuple(table.get("attributes", ())),
    )


def compile_table(table: Mapping[str, Any], pack: Pack) -> EntryTable:
    """One table of a pack."""
    kind = next(kind for kind in KINDS if kind in table)
    stated = table[kind]
    paths = dict(stated) if isinstance(stated, dict) else dict.fromkeys(paths_of(stated, pack.groups), "")
    verbs = table.get("verbs", ())
    return EntryTable(
        framework=pack.id,
        kind=kind,
        paths=paths,
        methods=re.compile(table["methods"]) if "methods" in table else None,
        rule=table.get("rule", ""),
        syntax=table.get("syntax", ""),
        name=table.get("name", ""),
        verbs_argument=table.get("verbs-argument", ""),
        verbs=tuple(verbs),
        parameters=table.get("parameters", ""),
        rest=table.get("rest", table.get("parameters", "")),
        returns=table.get("returns", ""),
        unless=table.get("unless", {}),
        types=table.get("types", {}),
        hook=table.get("hook", False),
        below=table.get("below", False),
    )
