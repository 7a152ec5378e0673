"""Reads of the environment as values: nothing is set but what a file of the deployment sets, or (`world` is "set") anything may
be."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.events import Frame
from pentalint.evaluate.values import (
    FALSE,
    TRUE,
    UNKNOWN,
    Choice,
    Class,
    Const,
    Dict,
    Function,
    Instance,
    List,
    Ref,
    Value,
    join,
    plain,
)
from pentalint.settings.environment import Read, parsed
from pentalint.settings.model import OPTIONAL, Variable
from pentalint.settings.paths import PathValue
from pentalint.settings.recording import Recorder

PYDANTIC = frozenset(
    ["pydantic_settings.BaseSettings", "pydantic.BaseSettings", "pydantic.env_settings.BaseSettings"]
)


ALL = "*"
"""Stands for all variables, where a module looks through them."""


class FromEnvironment(Ref):
    """The text of a variable that has to be set, or in the other world of any."""

    __slots__ = ("kind", "name")

    def __init__(self, name: str, kind: str) -> None:
        arguments = Arguments()
        arguments.positional.append(Const(name))
        super().__init__("os.environ[]", arguments)
        self.name = name
        self.kind = kind


class Reading(Recorder):
    """`given` are variables that a file of the deployment sets, `required` those that it has to set, as the project refuses what is
    there without them, each with the place where it does; `latest` is the read that was made last, `direct` the variables that
    were read by name."""

    def __init__(
        self, *arguments: Any, world: str = "unset", given: Mapping[str, str] | None = None, **named: Any
    ) -> None:
        super().__init__(*arguments, **named)
        self.world = world
        self.given: Mapping[str, str] = given or {}
        self.required: Mapping[str, str] = {}
        self.direct: set[str] = set()
        self.variables: dict[tuple[str, str], FromEnvironment] = {}
        self.latest: Read | None = None
        self.has_read = False
        """Whether anything was read."""

    def is_set(self, name: str) -> bool | None:
        """Whether a variable is set: as the deployment says, else not; in the other world nobody knows."""
        self.has_read = True
        self.direct.add(name)
        self.reads.setdefault(name, Variable(name, OPTIONAL, "", 0, self.given.get(name)))
        if name in self.given:
            return True
        return False if self.world == "unset" and name not in self.required else None

    def read_variable(
        self, read: Read, node: ast.AST | None, arguments: Arguments | None = None, frame: Frame | None = None
    ) -> Value:
        """What a read of a variable gives."""
        default = None if read.default is None else self.force(read.default)
        self.latest = read
        self.has_read = True
        self.direct.add(read.name)
        if read.name in self.required:
            default = None
        raw = self.given.get(read.name)
        told = None if default is None else describe(default)
        place = (frame.module.path, getattr(node, "lineno", 0)) if frame is not None else ("", 0)
        before = self.reads.get(read.name)
        if (
            told is None
            and read.name not in self.required
            and before is not None
            and before.default == OPTIONAL
        ):
            told = OPTIONAL  # it was asked whether it is there
        self.reads[read.name] = Variable(read.name, told, *place, raw)
        if raw is not None:
            return self.cast(read, raw, arguments, node, frame)
        fallback = self.fallback(read, default, arguments, node, frame)
        if self.world == "unset" and fallback is not None:
            return fallback
        value = self.variable(read)
        return value if fallback is None else join(fallback, value)

    def fallback(
        self,
        read: Read,
        default: Value | None,
        arguments: Arguments | None,
        node: ast.AST | None,
        frame: Frame | None,
    ) -> Value | None:
        """What an unset variable gives; None when it has to be set."""
        if default is None or not read.parses_default:
            return default
        if isinstance(default, Const) and isinstance(default.value, str):
            return self.cast(read, default.value, arguments, node, frame)
        if read.kind == "bool" and isinstance(default, Const):
            return Const(bool(default.value))
        return default

    def cast(
        self, read: Read, raw: str, arguments: Arguments | None, node: ast.AST | None, frame: Frame | None
    ) -> Value:
        """The text of a variable as the call makes it."""
        if isinstance(read.cast, Function) and isinstance(node, ast.Call) and frame is not None:
            given = Arguments()
            given.add(Const(raw), node)
            return self.invoke(read.cast, given, node, frame)
        found = parsed(raw, read.kind, arguments)
        return UNKNOWN if found is None else found

    def variable(self, read: Read) -> Value:
        """A variable that may be anything."""
        if self.world != "unset" and read.kind == "bool":
            return Choice((TRUE, FALSE))
        key = (read.name, read.kind)
        found = self.variables.get(key)
        if found is None:
            found = self.variables[key] = FromEnvironment(*key)
        return found

    def iterated(self, value: Value) -> Value:
        value = self.force(value)
        if type(value) is Ref and value.path == "os.environ":
            self.has_read = True
            self.reads.setdefault(ALL, Variable(ALL, OPTIONAL, "", 0))
            if self.world == "unset":
                return List([Const(name) for name in self.given])
        return super().iterated(value)

    def instance_attribute(self, value: Instance, name: str, node: ast.AST, frame: Frame) -> Value:
        if name not in value.attributes and not self.ancestors(value.cls).isdisjoint(PYDANTIC):
            read = self.field_read(value.cls, name)
            if read is not None:
                return self.read_variable(read, node, None, frame)
        return super().instance_attribute(value, name, node, frame)

    def field_read(self, cls: Class, name: str) -> Read | None:
        """The read that a field of pydantic's settings is: its variable is its name in capitals, after the prefix."""
        for ancestor in self.linear(cls):
            if not isinstance(ancestor, Class):
                continue
            for statement in ancestor.node.body:
                if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                    if statement.target.id == name:
                        kind = statement.annotation.id if isinstance(statement.annotation, ast.Name) else ""
                        default = self.force(ancestor.members[name]) if name in ancestor.members else None
                        return Read(f"{self.prefix(cls)}{name}".upper(), default, kind)
        return None

    def prefix(self, cls: Class) -> str:
        """`env_prefix` of pydantic's settings."""
        for ancestor in self.linear(cls):
            if isinstance(ancestor, Class):
                made = self.force(ancestor.members.get("model_config", UNKNOWN))
                if isinstance(made, Ref) and made.arguments is not None:
                    given = made.arguments.keywords.get("env_prefix")
                    if isinstance(given, Const):
                        return str(given.value)
                if isinstance(made, Dict) and isinstance(given := made.entries.get("env_prefix"), Const):
                    return str(given.value)
                inner = self.force(ancestor.members.get("Config", UNKNOWN))
                if isinstance(inner, Class) and isinstance(given := inner.members.get("env_prefix"), Const):
                    return str(given.value)
        return ""


def as_text(value: Value) -> Value:
    """A path as the text it becomes."""
    return Const(value.text) if isinstance(value, PathValue) else value


def describe(value: Value) -> str:
    """A default as Python, "…" where it is not a constant."""
    try:
        return repr(plain(value))
    except ValueError:
        return value.text if isinstance(value, PathValue) else "…"
