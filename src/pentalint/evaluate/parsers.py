"""`configparser`: sections and keys of a parser, known or not, kept apart."""

from __future__ import annotations

import configparser
from collections.abc import Callable
from typing import Any

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.folding import FAULTS, TEXT_LIMIT, any_of, rest_of, shown
from pentalint.evaluate.models import Model
from pentalint.evaluate.sections import CONVERTERS, Section
from pentalint.evaluate.values import NONE, UNKNOWN, Const, Dict, List, Ref, Text, Value, plain
from pentalint.evaluate.walks import Walk

NOWHERE = "\0"
"""The name of a default section that no text has: each section is read for itself."""

Options = dict[str, Value]


class Parser(Model):
    """A `ConfigParser`. `sections` by name, `defaults` those of the default section; `closed` says that there are
    no others. An option whose value may be another one has it in its alternatives."""

    METHODS = frozenset(
        """get getint getfloat getboolean items sections options has_section has_option add_section set read_string
        read_dict read read_file remove_option remove_section defaults clear pop popitem update setdefault readfp""".split()  # noqa: SIM905
    )
    CHANGES = frozenset(
        """add_section set read_string read_dict read read_file remove_option remove_section clear pop popitem update
        setdefault readfp""".split()  # noqa: SIM905
    )

    def __init__(self, path: str, arguments: Arguments, options: dict[str, Any], raw: bool) -> None:
        super().__init__(path, arguments)
        self.options = options
        self.raw = raw
        self.fold = True
        self.closed = True
        self.tables: dict[str, Options] = {}
        self.shared: Options = {}
        self.rest: Value | None = None
        self.broken = False

    def twin(self, copy: Callable[[Value], Value]) -> Model:
        twin = Parser(self.path, Arguments(), self.options, self.raw)
        twin.fold, twin.closed, twin.rest, twin.broken = self.fold, self.closed, self.rest, self.broken
        twin.tables = {name: dict(table) for name, table in self.tables.items()}
        twin.shared = dict(self.shared)
        return twin

    # -- what is known -------------------------------------------------------------------------------------------

    @property
    def default_section(self) -> str:
        """The name of the section whose options all others have."""
        return str(self.options.get("default_section", "DEFAULT"))

    def key(self, value: Value) -> str:
        """The name an option has. Raises `ValueError` when it is not known."""
        name = plain(value)
        if not isinstance(name, str):
            raise ValueError("no name")
        return name.lower() if self.fold else name

    def table(self, section: Value) -> Options | None:
        """The options of a section without the defaults; None when there is no such section, as far as is known.
        Raises `ValueError` when its name is not known."""
        name = plain(section)
        return self.shared if name == self.default_section else self.tables.get(name)

    def forget(self) -> None:
        values = [value for table in (self.shared, *self.tables.values()) for value in table.values()]
        found = rest_of([*values, self.rest])
        self.rest = None if found is None else any_of([found])
        self.tables, self.shared, self.closed = {}, {}, False

    def missing(self) -> Value:
        """What an option is that is not among those known."""
        return UNKNOWN if self.rest is None else self.rest

    def find(self, section: Value, option: Value, raw: bool = False) -> Value | None:
        """The value of an option; None when there is certainly none."""
        try:
            table, key = self.table(section), self.key(option)
        except FAULTS:
            return self.anything()
        for options in (table or {}, self.shared if table is not None else {}) if not self.broken else ():
            if key in options:
                return options[key] if raw or self.raw else interpolated(options[key])
        return None if self.closed else self.missing()

    def anything(self) -> Value:
        """What any option may be."""
        values = [value for table in (self.shared, *self.tables.values()) for value in table.values()]
        return any_of([*values, *([] if self.rest is None else [self.rest])])

    # -- methods -------------------------------------------------------------------------------------------------

    def call(self, name: str, arguments: Arguments) -> Value | None:
        if arguments.open_positional or arguments.open_keyword or self.broken:
            if name in self.CHANGES:
                self.forget()
            return None
        try:
            method: Callable[[Arguments], Value | None] | None = getattr(self, f"_{name}", None)
            if method is not None:
                return method(arguments)
            if name in CONVERTERS:
                return self._converted(name, arguments)
        except (*FAULTS, configparser.Error):
            pass
        if name in self.CHANGES:
            self.forget()
        return None

    def _get(self, arguments: Arguments) -> Value | None:
        section, option = arguments.get("0=section"), arguments.get("1=option")
        if (
            section is None
            or option is None
            or not set(arguments.keywords) <= {"section", "option", "raw", "fallback"}
        ):
            return self.anything()
        raw = "raw" in arguments.keywords and bool(plain(arguments.keywords["raw"]))
        found = self.find(section, option, raw)
        if found is None:
            return arguments.keywords.get("fallback", UNKNOWN)
        fallback = arguments.keywords.get("fallback")
        return any_of([found, fallback]) if fallback is not None and found is self.missing() else found

    def _converted(self, name: str, arguments: Arguments) -> Value | None:
        found = self._get(arguments)
        if found is not None and found is arguments.keywords.get("fallback"):
            return found
        if isinstance(found, Const) and isinstance(found.value, str):
            return Const(CONVERTERS[name](found.value))
        return None

    def _items(self, arguments: Arguments) -> Value | None:
        if len(arguments.positional) != 1 or not set(arguments.keywords) <= {"raw"}:
            return None
        names = self.names(arguments.positional[0], defaults_first=True)
        raw = "raw" in arguments.keywords and bool(plain(arguments.keywords["raw"]))
        if names is None:
            return List([], complete=False, rest=List([UNKNOWN, self.anything()], "tuple"))
        section = arguments.positional[0]
        rows = [(name, self.find(section, Const(name), raw) or UNKNOWN) for name in names]
        return List([List([Const(name), value], "tuple") for name, value in rows], complete=self.closed)

    def names(self, section: Value, defaults_first: bool = False) -> list[str] | None:
        """The options of a section, the defaults among them; None when it is not known."""
        table = self.table(section)
        if table is None:
            return None
        first, second = (self.shared, table) if defaults_first else (table, self.shared)
        return list({**first, **second})

    def _options(self, arguments: Arguments) -> Value | None:
        names = self.names(arguments.positional[0])
        return None if names is None else List([Const(name) for name in names], complete=self.closed)

    def _sections(self, arguments: Arguments) -> Value | None:
        return List([Const(name) for name in self.tables], complete=self.closed)

    def _has_section(self, arguments: Arguments) -> Value | None:
        found = plain(arguments.positional[0]) in self.tables
        return Const(found) if found or self.closed else None

    def _has_option(self, arguments: Arguments) -> Value | None:
        section, option = arguments.positional
        self.key(option)
        found = self.find(Const(plain(section) or self.default_section), option, raw=True)
        if found is None:
            return Const(False)
        return Const(True) if found is not self.missing() or self.closed else None

    def _defaults(self, arguments: Arguments) -> Value | None:
        return Dict(dict(self.shared), self.closed)

    def _add_section(self, arguments: Arguments) -> Value | None:
        self.tables.setdefault(str(plain(arguments.positional[0])), {})
        return NONE

    def _set(self, arguments: Arguments) -> Value | None:
        section, option = arguments.get("0=section"), arguments.get("1=option")
        value = arguments.get("2=value")
        if section is not None and option is not None:
            self.put(section, option, NONE if value is None else value)
            return NONE
        return None

    def put(self, section: Value, option: Value, value: Value) -> None:
        """Give an option a value."""
        try:
            name = plain(section)
            key = self.key(option)
        except FAULTS:
            self.forget()
            found = rest_of([value, self.rest])
            self.rest = None if found is None else any_of([found])
            return
        table = self.shared if name in ("", None, self.default_section) else self.tables.setdefault(name, {})
        table[key] = value

    def _read_string(self, arguments: Arguments) -> Value | None:
        source = plain(arguments.positional[0])
        if not isinstance(source, str) or len(source) > TEXT_LIMIT:
            raise ValueError("no text")
        reader = configparser.RawConfigParser(**{**self.options, "default_section": NOWHERE})
        if not self.fold:
            reader.optionxform = str  # type: ignore[assignment]
        reader.read_string(source)
        for name in reader.sections():
            table = self.shared if name == self.default_section else self.tables.setdefault(name, {})
            table.update({key: Const(value) for key, value in reader.items(name)})
        return NONE

    def _read_dict(self, arguments: Arguments) -> Value | None:
        source = arguments.positional[0]
        if not isinstance(source, Dict) or not source.complete:
            raise ValueError("no dictionary that is known")
        for name, table in source.entries.items():
            if not isinstance(table, Dict) or not table.complete:
                raise ValueError("no dictionary that is known")
            section = str(name)
            if section != self.default_section:
                self.tables.setdefault(section, {})
            for key, value in table.entries.items():
                self.put(Const(section), Const(str(key)), as_text(value))
        return NONE

    def _remove_option(self, arguments: Arguments) -> Value | None:
        table, key = self.table(arguments.positional[0]), self.key(arguments.positional[1])
        if table is None:
            return None
        found = table.pop(key, None)
        return Const(found is not None) if self.closed else None

    def _remove_section(self, arguments: Arguments) -> Value | None:
        found = self.tables.pop(plain(arguments.positional[0]), None)
        return Const(found is not None) if self.closed else None

    # -- items ---------------------------------------------------------------------------------------------------

    def item(self, key: Value) -> Value | None:
        return Section(self, key)

    def set_item(self, key: Value, value: Value) -> None:
        arguments = Arguments()
        arguments.positional = [Dict({plain(key): value})] if isinstance(key, Const) else [UNKNOWN]
        if isinstance(key, Const):
            table = self.table(key)
            if table is not None:
                table.clear()
        self.call("read_dict", arguments)

    def delete_item(self, key: Value) -> None:
        arguments = Arguments()
        arguments.positional = [key]
        self.call("remove_section", arguments)

    def set_attribute(self, name: str, value: Value) -> None:
        plain_names = isinstance(value, Ref) and value.path == "builtins.str"
        if name == "optionxform" and plain_names and not self.tables and not self.shared:
            self.fold = False
        else:
            self.forget()
            self.broken = True

    def holds(self, key: Value) -> bool | None:
        try:
            if self.table(key) is not None:
                return True
        except FAULTS:
            return None
        return False if self.closed else None

    def keys(self) -> Walk | None:
        names: list[Value] = [Const(self.default_section), *map(Const, self.tables)]
        return Walk(names, self.closed)


def interpolated(value: Value) -> Value:
    """The value of an option where `%` refers to others: known when there is none in it."""
    if isinstance(value, Const) and isinstance(value.value, str) and "%" in value.value:
        return UNKNOWN
    return value


def as_text(value: Value) -> Value:
    """What `read_dict` makes of a value."""
    if isinstance(value, Text) or (isinstance(value, Const) and value.value is None):
        return value
    try:
        return Const(str(shown(value)))
    except FAULTS:
        return value
