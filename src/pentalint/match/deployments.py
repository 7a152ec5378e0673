"""One deployment's settings judged together, defaults of the framework's version included: the `settings` patterns."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from packaging.specifiers import SpecifierSet
from packaging.version import Version

from pentalint.evaluate.modules import Module
from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.values import UNKNOWN, UNSET, Const, Dict, Function, List, Value, join_all, lift
from pentalint.match.conditions import ConditionError
from pentalint.match.overlaps import Overlap
from pentalint.match.patterns import Compiler
from pentalint.match.place import Place
from pentalint.match.settings import Setting
from pentalint.match.views import alternatives
from pentalint.rule import Defaults, SettingsModel

Named = Mapping[str, Value | None]
"""The settings of a deployment by name; None for one that does not exist."""


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
        return join_all(
            (otherwise or UNKNOWN) if option is UNSET else option for option in possible
        )


def computed(value: Value, engine: Interpreter) -> Value:
    """The value of a setting; of a property in a settings class, what it gives."""
    if isinstance(value, Function) and value.owner is not None and value.decorators:
        return UNKNOWN
    return value


def default(model: SettingsModel, name: str, version: str) -> Value | None:
    """What a framework makes of a setting that nobody sets; None when it has no such setting."""
    found: Value | None = None
    for part in model.defaults:
        if name in part.values and includes(part.versions, version):
            found = plain_default(part, name)
    return found


def plain_default(part: Defaults, name: str) -> Value:
    """A default as a value."""
    value = part.values[name]
    return Const(None) if value is None else lift(value)


@lru_cache(maxsize=512)
def includes(specifier: str, version: str) -> bool:
    """Whether a version satisfies a specifier ("" is met by all)."""
    return not specifier or SpecifierSet(specifier).contains(Version(version), prereleases=True)


class SettingsPattern:
    """`settings.NAME = COND` for several names: all hold together in one deployment, which sets all of `set` and none of
    `unset`. The finding stands where the first of `at` (by default: of the names) that is set is written."""

    def __init__(self, table: Mapping[str, Any], compiler: Compiler, applies: str = "") -> None:
        tests = table["settings"]
        self.overlap = Overlap(table["overlap"], compiler) if "overlap" in table else None
        if not isinstance(tests, Mapping) or not (tests or self.overlap):
            raise ConditionError("`settings` is a table: the name of a setting = a condition")
        self.tests = [(name, compiler.condition(condition)) for name, condition in tests.items()]
        at = table.get("at", list(tests))
        self.at = as_names(at)
        self.names = tuple(tests)
        self.set = as_names(table.get("set", ()))
        self.unset = as_names(table.get("unset", ()))
        self.versions = tuple(text for text in (applies, table.get("versions", "")) if text)
        for text in self.versions:
            SpecifierSet(text)

    def applies(self, version: str) -> bool:
        """Whether the pattern is about a version of the framework."""
        return all(includes(text, version) for text in self.versions)

    def match(
        self, deployment: Deployment, version: str, model: SettingsModel, engine: Interpreter
    ) -> Place | None:
        """Where to report it, if the deployment has such settings."""
        if any(name not in deployment.written for name in self.set):
            return None
        if any(name in deployment.written for name in self.unset):
            return None
        for name, test in self.tests:
            if not test(deployment.value(name, version, model, engine), engine):
                return None
        if self.overlap is not None and not self.overlap.holds(
            lambda name: deployment.value(name, version, model, engine), engine
        ):
            return None
        subject = self.at[0]
        value = deployment.value(subject, version, model, engine)
        for name in self.at:
            setting = deployment.written.get(name)
            if setting is not None:
                note = "" if name == subject else " by default"
                place = Place(setting.module, setting.node, setting.scope, subject, value, subject)
                break
        else:
            note = " by default"
            place = Place(deployment.module, deployment.node, deployment.scope, subject, value, subject)
        place.note, place.deployment = note, deployment.name
        return place


def as_names(value: str | Iterable[str]) -> tuple[str, ...]:
    """One name or several."""
    return (value,) if isinstance(value, str) else tuple(value)


def silenced(deployment: Deployment, model: SettingsModel, engine: Interpreter) -> frozenset[str]:
    """The ids of checks that a deployment says are not to be reported, in any of the ways it may go."""
    setting = deployment.written.get(model.silences)
    if setting is None:
        return frozenset()
    return frozenset(
        text.value
        for option in alternatives(setting.value, engine)
        for item in strings_in(option)
        for text in alternatives(item, engine)
        if isinstance(text, Const) and isinstance(text.value, str)
    )


def strings_in(value: Value) -> Iterable[Value]:
    """The members of a container."""
    if isinstance(value, List):
        return value.items
    return [lift(key) for key in value.entries] if isinstance(value, Dict) else ()


def verdict(
    patterns: Sequence[SettingsPattern], deployment: Deployment, model: SettingsModel, engine: Interpreter
) -> tuple[int, Place] | None:
    """Which of several alternatives holds, and where: one must in every version that may be in use."""
    found: tuple[int, Place] | None = None
    for version in deployment.versions:
        held = next(holding(patterns, deployment, version, model, engine), None)
        if held is None:
            return None
        found = found or held
    return found


def holding(
    patterns: Sequence[SettingsPattern],
    deployment: Deployment,
    version: str,
    model: SettingsModel,
    engine: Interpreter,
) -> Iterator[tuple[int, Place]]:
    """The alternatives that hold in one version."""
    for number, pattern in enumerate(patterns):
        if pattern.applies(version):
            place = pattern.match(deployment, version, model, engine)
            if place is not None:
                yield number, place
