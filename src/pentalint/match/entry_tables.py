"""The `[[entry-points]]` of the packs, compiled: which functions a framework calls, and what it gives them (docs/rules.md,
"Entry points")."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import Any

from pentalint.dataclass import dataclass
from pentalint.match.conditions import paths_of
from pentalint.rule import Pack, SettingsModel

FUNCTIONS = ("decorators", "calls", "subclass", "settings")
"""Tables that say which functions are called; the others say how URLs are put together, and what guards views."""


@dataclass(frozen=True, slots=True)
class Guards:
    """How a framework's views are protected: by decorators and base classes (patterns on their last names), by arguments of
    the registration, by class attributes, by settings (patterns on their names). A value that `never` matches protects nothing.
    """

    decorators: re.Pattern[str] | None = None
    bases: re.Pattern[str] | None = None
    settings: re.Pattern[str] | None = None
    never: re.Pattern[str] | None = None
    arguments: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Action:
    """A URL that a registered class answers below the one it is registered for: with which of its methods, by HTTP method."""

    path: str
    methods: Mapping[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class EntryTable:
    """One table about functions. `kind` says how a function is found: it carries one of `paths` as a decorator, it is the
    argument `paths[path]` of a call, it is a method (`methods`) of a subclass of one, or the value of a setting whose name
    matches one.

    Arguments of the registration: `rule` holds the URL pattern (in `syntax`), `name` the name, `verbs_argument` the HTTP methods
    (`verbs` when it does not; `verbs_attribute` is the attribute of a class that does), `route` the name of a pattern, `attr`
    the method of a class that answers (`call` when it does not). `defaults` are class decorators whose arguments
    count as well.

    Of the function: `parameters` is what its parameters carry (all of them under "", or by index or name), `rest` what `*args`
    does; `types` are API types by index or name (`@0`: of argument 0 of the registration); it `returns` "html" when the text it
    returns is sent as HTML, `unless` an argument or decorator says otherwise. `through` is the method of a registered
    object that is called; of what is `returned` by it the same is said. `makes`: the class is made for every request.

    A `hook` has no URL of its own; `unplaced`: nor has it one when an argument is of an API class whose path matches. `alone`: it
    counts only when nothing else is known of the function; `below`: decorators above this one do not guard; `listed`: the
    URL depends on the lists the result is in; `actions` are further URLs of a class, `extra` the decorators of those of
    single methods; `prefix_attribute` is the class attribute that holds what comes before (`prefix_otherwise` a template of
    it, with attributes as fields; the name of the class stands for one it has not). `having`: attributes of
    which a class must have one, instead of an ancestor.
    """

    framework: str
    kind: str
    paths: Mapping[str, str]
    methods: re.Pattern[str] | None = None
    rule: str = ""
    syntax: str = ""
    name: str = ""
    verbs_argument: str = ""
    verbs_attribute: str = ""
    verbs: tuple[str, ...] = ()
    route: str = ""
    attr: str = ""
    call: str = ""
    defaults: frozenset[str] = frozenset()
    parameters: Mapping[str, str] = field(default_factory=dict)
    rest: str = ""
    types: Mapping[str, str] = field(default_factory=dict)
    returns: str = ""
    unless: Mapping[str, Any] = field(default_factory=dict)
    through: str = ""
    returned: bool = False
    makes: bool = False
    hook: bool = False
    alone: bool = False
    below: bool = False
    listed: bool = False
    having: tuple[str, ...] = ()
    unplaced: Mapping[str, re.Pattern[str]] = field(default_factory=dict)
    prefix_attribute: str = ""
    prefix_otherwise: str = ""
    actions: tuple[Action, ...] = ()
    extra: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class PlaceTable:
    """One table about how URLs are put together; `kind` is its first key, `paths` what that holds, `keys` the others; `entry` what
    it says of the functions in the tree of objects it is about."""

    framework: str
    kind: str
    paths: Mapping[str, str]
    keys: Mapping[str, Any]
    entry: EntryTable | None = None

    def text(self, key: str) -> str:
        """A key's string, "" when it is not there."""
        return str(self.keys.get(key, ""))


@dataclass(frozen=True, slots=True)
class EntryTables:
    """All tables of the packs in use, in their order; each framework's guards; how each loads its settings."""

    tables: tuple[EntryTable, ...] = ()
    places: tuple[PlaceTable, ...] = ()
    guards: Mapping[str, Guards] = field(default_factory=dict)
    settings: Mapping[str, SettingsModel] = field(default_factory=dict)

    def of(self, kind: str) -> list[PlaceTable]:
        """The tables of a kind about URLs."""
        return [table for table in self.places if table.kind == kind]


PLACES = ("owners", "mounts", "lists", "names", "objects", "narrows", "provides")
"""Kinds of tables about URLs."""


def compile_entries(packs: Iterable[Pack]) -> EntryTables:
    """The entry points of several packs. Raises `ConditionError` for an unknown group."""
    tables: list[EntryTable] = []
    places: list[PlaceTable] = []
    guards: dict[str, Guards] = {}
    settings: dict[str, SettingsModel] = {}
    for pack in packs:
        settings[pack.id] = pack.settings
        for table in pack.flow.entry_points:
            if "guards" in table:
                guards[pack.id] = compile_guards(table["guards"])
            elif any(kind in table for kind in FUNCTIONS):
                tables.append(compile_table(table, next(kind for kind in FUNCTIONS if kind in table), pack))
            else:
                kind = next(kind for kind in PLACES if kind in table)
                keys = {key: value for key, value in table.items() if key != kind}
                entry = compile_table(table, kind, pack) if kind == "objects" else None
                places.append(PlaceTable(pack.id, kind, argument_paths(table[kind], pack), keys, entry))
    return EntryTables(tuple(tables), tuple(places), guards, settings)


def argument_paths(stated: Any, pack: Pack) -> dict[str, Any]:
    """Path -> argument; "" for paths in a list."""
    return dict(stated) if isinstance(stated, dict) else dict.fromkeys(paths_of(stated, pack.groups), "")


def compile_guards(table: Mapping[str, Any]) -> Guards:
    """A `guards` table."""

    def pattern(key: str) -> re.Pattern[str] | None:
        return re.compile(table[key]) if key in table else None

    return Guards(
        pattern("decorators"),
        pattern("bases"),
        pattern("settings"),
        pattern("never"),
        tuple(table.get("arguments", ())),
        tuple(table.get("attributes", ())),
    )


def compile_table(table: Mapping[str, Any], kind: str, pack: Pack) -> EntryTable:
    """One table about functions."""
    carried = table.get("parameters", "")
    parameters = dict(carried) if isinstance(carried, dict) else {"": carried} if carried else {}
    return EntryTable(
        framework=pack.id,
        kind=kind,
        paths=argument_paths(table[kind], pack),
        methods=re.compile(table["methods"]) if "methods" in table else None,
        rule=table.get("rule", ""),
        syntax=table.get("syntax", ""),
        name=table.get("name", ""),
        verbs_argument=table.get("verbs-argument", ""),
        verbs_attribute=table.get("verbs-attribute", ""),
        verbs=tuple(table.get("verbs", ())),
        route=table.get("route", ""),
        attr=table.get("attr", ""),
        call=table.get("call", ""),
        defaults=frozenset(table.get("defaults", ())),
        parameters=parameters,
        rest=table.get("rest", parameters.get("", "")),
        types=table.get("types", {}),
        returns=table.get("returns", ""),
        unless=table.get("unless", {}),
        through=table.get("through", ""),
        returned=table.get("returned", False),
        makes=table.get("makes", False),
        hook=table.get("hook", False) or kind == "settings",
        alone=table.get("alone", False),
        below=table.get("below", False),
        listed=table.get("listed", False),
        unplaced={key: re.compile(pattern) for key, pattern in table.get("unplaced", {}).items()},
        having=tuple(table.get("having", ())),
        prefix_attribute=table.get("prefix-attribute", ""),
        prefix_otherwise=table.get("prefix-otherwise", ""),
        extra=table.get("extra", {}),
        actions=tuple(Action(one["path"], one["methods"]) for one in table.get("actions", ())),
    )
