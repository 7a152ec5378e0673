"""What the settings of one deployment will be, defaults of the framework's version included."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import field

from pentalint.dataclass import dataclass
from pentalint.evaluate.modules import Module
from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.values import UNKNOWN, UNSET, Const, Function, Value, join_all, lift
from pentalint.match.settings import Setting
from pentalint.match.views import alternatives
from pentalint.rule import Defaults, SettingsModel, covers


@dataclass(slots=True)
class Deployment:
    """What one settings module, settings class or call sets.

    `written` are the settings that are set, by name; `open` is true when others may be too, in ways that cannot be
    seen. `deployed` is false for development. `node` is where findings about what is not set point. `versions` are
    those of the framework that may be in use."""

    module: Module
    node: ast.AST
    written: Mapping[str, Setting]
    open: bool
    deployed: bool
    versions: tuple[str, ...]
    scope: str = ""
    known: dict[tuple[str, str], Value | None] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What tells it from the others of the project."""
        return f"{self.module.path}:{self.scope}:{getattr(self.node, 'lineno', 0)}"

    def value(self, name: str, version: str, model: SettingsModel, engine: Interpreter) -> Value | None:
        """What a setting will be with a version of the framework; None when it will not exist."""
        key = (name, version)
        if key not in self.known:
            self.known[key] = self._value(name, version, model, engine)
        return self.known[key]

    def _value(self, name: str, version: str, model: SettingsModel, engine: Interpreter) -> Value | None:
        setting = self.written.get(name)
        if setting is None:
            return UNKNOWN if self.open else default(model, name, version)
        possible = alternatives(computed(setting.value, engine), engine)
        if not any(option is UNSET for option in possible):
            return join_all(possible)
        otherwise = UNKNOWN if self.open else default(model, name, version)
        return join_all((otherwise or UNKNOWN) if option is UNSET else option for option in possible)


def computed(value: Value, engine: Interpreter) -> Value:
    """The value of a setting; of a property in a settings class, what it gives."""
    if isinstance(value, Function) and value.owner is not None and value.decorators:
        return UNKNOWN
    return value


def default(model: SettingsModel, name: str, version: str) -> Value | None:
    """What a framework makes of a setting that nobody sets; None when it has no such setting."""
    found: Value | None = None
    for part in model.defaults:
        if name in part.values and covers(part.versions, version):
            found = plain_default(part, name)
    return found


def plain_default(part: Defaults, name: str) -> Value:
    """A default as a value."""
    value = part.values[name]
    return Const(None) if value is None else lift(value)
