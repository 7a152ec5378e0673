"""Entry points that settings name: middleware in a list of dotted names, functions in a configuration dictionary (`settings`
tables)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pentalint.evaluate.events import Call, ClassDefined, Frame
from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.values import Const, List, Value
from pentalint.match.entry_tables import EntryTable, EntryTables
from pentalint.match.handlers import dotted
from pentalint.match.registrations import Registration
from pentalint.match.settings import Setting, class_attribute_settings, glob, loaded
from pentalint.match.url_lists import loaded as loaded_modules


class SettingEntries:
    """Knows where settings are written. `call_paths` are the calls to be told of, `words` the names of settings."""

    def __init__(self, tables: EntryTables) -> None:
        self.tables = [
            (table, [glob(name) for name in table.paths])
            for table in tables.tables
            if table.kind == "settings"
        ]
        self.models = {table.framework: tables.settings[table.framework] for table, _ in self.tables}
        self.loaders = {
            path: (framework, mode)
            for framework, model in self.models.items()
            for path, mode in model.loaders.items()
        }
        self.call_paths = frozenset(self.loaders)
        self.words = frozenset(
            max(re.findall(r"\w+", name), key=len).encode()
            for table, _ in self.tables
            for name in table.paths
        )
        self.calls: list[Call] = []
        self.classes: list[ClassDefined] = []

    def called(self, event: Call) -> None:
        """A call that loads settings."""
        self.calls.append(event)

    def declared(self, event: ClassDefined) -> None:
        """A class that may hold settings."""
        if any(
            name in event.cls.members for model in self.models.values() for name in model.class_attributes
        ):
            self.classes.append(event)

    def registrations(self, engine: Interpreter) -> Iterator[Registration]:
        """What the settings name."""
        if not self.tables:
            return
        for event in self.calls:
            framework, mode = self.loaders[event.path]
            for setting in loaded(mode, event.arguments, event.node, event.frame.module, "", engine):
                yield from self.named(setting, framework, event.frame, engine)
        for declared in self.classes:
            for framework, model in self.models.items():
                for setting in class_attribute_settings(declared.cls, model.class_attributes, engine):
                    yield from self.named(setting, framework, declared.frame, engine)
        for module in loaded_modules(engine):
            frameworks = engine.frameworks(module.path) if module.file.role.main else frozenset()
            for table, names in self.tables if frameworks else ():
                if table.framework not in frameworks:
                    continue
                for name in [name for name in module.env if name.isupper()]:
                    if name in module.origins and any(wanted.fullmatch(name) for wanted in names):
                        path, node = module.origins[name]
                        owner = engine.index.modules.get(path, module)
                        if owner is module:
                            frame = Frame(module, module.env)
                            yield from items(table, module.env[name], node, frame, engine)

    def named(
        self, setting: Setting, framework: str, frame: Frame, engine: Interpreter
    ) -> Iterator[Registration]:
        """The functions that one setting holds."""
        for table, names in self.tables:
            if table.framework == framework and any(wanted.fullmatch(setting.name) for wanted in names):
                yield from items(table, setting.value, setting.node, frame, engine)


def items(
    table: EntryTable, value: Value, node: object, frame: Frame, engine: Interpreter
) -> Iterator[Registration]:
    """One registration for a value, or for each item of a list; text is a dotted name."""
    value = engine.force(value)
    for item in value.items if isinstance(value, List) else [value]:
        item = engine.force(item)
        if isinstance(item, Const) and isinstance(item.value, str):
            item = dotted(item.value, engine, frame)
        yield Registration(table, item, None, None, node, frame)  # type: ignore[arg-type]
