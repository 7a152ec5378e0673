"""Settings as they will be: the interpreter with what settings modules do beside assigning. What it adds is in eight files, each
building on the one before: `recording` (who wrote what), `reading` (the environment), `disk` (paths and files), `naming`
(`globals()` and its like, modules that are not there), `included` (files taken in), `following` (own functions), `libraries`
(calls of others), and this one (names, control flow)."""

from __future__ import annotations

import ast
from typing import Any

from pentalint.evaluate.events import Frame
from pentalint.evaluate.models import Model
from pentalint.evaluate.modules import Module
from pentalint.evaluate.rounds import ROUNDS
from pentalint.evaluate.values import (
    UNKNOWN,
    Const,
    Dict,
    Instance,
    List,
    Package,
    Ref,
    Value,
)
from pentalint.evaluate.walks import walk
from pentalint.settings import paths
from pentalint.settings.environment import Read
from pentalint.settings.libraries import Libraries
from pentalint.settings.namespaces import Namespace
from pentalint.settings.objects import CONSTANTS, AbsentModule, Fields
from pentalint.settings.paths import ROOT, PathValue
from pentalint.settings.reading import FromEnvironment, as_text

KEY_FAULTS = frozenset(["", "KeyError", "LookupError", "Exception", "BaseException"])


IMPORT_FAULTS = frozenset(["", "ImportError", "ModuleNotFoundError", "Exception", "BaseException"])


TEXT_METHODS = frozenset("strip lstrip rstrip split lower upper title replace startswith endswith".split())  # noqa: SIM905
"""Methods of strings that raise no `KeyError`."""


LONG = 100
"""Rounds of a loop over known elements that are followed one by one."""


class SettingsInterpreter(Libraries):
    """`served` says that what is evaluated is imported by a server: it is no script, and no test runs."""

    def __init__(self, *arguments: Any, served: bool = True, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.served = served

    def lookup(self, name: str, frame: Frame) -> Value:
        if name == "__file__":
            return Const(f"{ROOT}/{frame.module.path}")
        if name == "__name__" and self.served:
            return Const(frame.module.name)
        if name == "__package__":
            return Const(frame.module.package)
        return super().lookup(name, frame)

    def attribute(self, value: Value, name: str, node: ast.AST, frame: Frame) -> Value:
        if isinstance(value, Instance):
            return self.instance_attribute(value, name, node, frame)  # with its state
        return super().attribute(value, name, node, frame)

    def api_attribute(
        self, path: str, name: str, node: ast.AST, frame: Frame, base: Value | None = None
    ) -> Value:
        if isinstance(base, PathValue):
            found = paths.attribute(base, name)
            if found is not None:
                return found
        if isinstance(base, Fields) and name in base.fields:
            return base.fields[name]
        if isinstance(base, AbsentModule) and name.isupper():
            return self.read_variable(Read(f"{base.name}.{name}", None, "str"), node, None, frame)
        known = CONSTANTS.get(f"{path}.{name}")
        if known is not None:
            return Const(known)
        if path == "sys" and name == "argv" and self.served:
            return List([Const("<server>")])
        if path == "sys.modules" and name == "keys" and self.served:
            return UNKNOWN
        return super().api_attribute(path, name, node, frame, base)

    def api_item(self, path: str, index: Value) -> Value:
        if path == "os.environ" and isinstance(index, Const) and isinstance(index.value, str):
            return self.read_variable(Read(index.value, None, "str"), None)
        if path == "sys.modules" and isinstance(index, Const):
            module = self.index.find(str(index.value))
            if module is not None:
                return Package(module)
        return super().api_item(path, index)

    def compared(self, op: ast.cmpop, left: Value, right: Value) -> Value:
        if isinstance(op, (ast.In, ast.NotIn)) and type(right) is Ref and isinstance(left, Const):
            if right.path == "os.environ" and isinstance(left.value, str):
                here = self.is_set(left.value)
                return UNKNOWN if here is None else Const(here is isinstance(op, ast.In))
            if right.path == "sys.modules" and self.served and left.value in ("pytest", "unittest", "nose"):
                return Const(isinstance(op, ast.NotIn))
        if isinstance(left, PathValue) or isinstance(right, PathValue):
            left, right = as_text(left), as_text(right)
        return super().compared(op, left, right)

    def for_(self, node: ast.For | ast.AsyncFor, frame: Frame) -> bool:
        """Round by round over longer iterables than usual: names are made in loops."""
        if isinstance(node, ast.For) and frame.turns == 1:
            source = self.iterated(self.eval(node.iter, frame))
            found = walk(source, look=True) if isinstance(source, (List, Dict)) else None
            if found is not None and found.exact and not found.items:
                return self.run_body(node.orelse, frame)
            if found is not None and found.exact and ROUNDS < len(found.items) <= LONG:
                walk(source)
                return self.rounds_of(node, source, found.items, frame)
        return super().for_(node, frame)

    def subscription(self, node: ast.Subscript, frame: Frame) -> Value:
        container = self.force(self.eval(node.value, frame))
        if (
            isinstance(container, Ref)
            and not isinstance(container, Model)
            and not isinstance(node.slice, ast.Slice)
        ):
            key = self.force(self.eval(node.slice, frame))
            if isinstance(container, Namespace):
                name = key.value if isinstance(key, Const) else None
                return self.module_value(frame.module, str(name)) if name in frame.module.env else UNKNOWN
            found = self.api_item(container.path, key)
            if type(found) is Ref and found.base is None:
                return Ref(found.path, found.arguments, base=container)
            return found
        if isinstance(container, Ref) and not isinstance(container, Model):
            return Ref(f"{container.path}[]", base=container)  # a slice
        self.presets[node.value] = container
        try:
            return super().subscription(node, frame)
        finally:
            self.presets.pop(node.value, None)

    def member(self, module: Module, name: str) -> Value:
        if name == "__file__":
            return Const(f"{ROOT}/{module.path}")
        return super().member(module, name)

    def try_(self, node: ast.Try, frame: Frame) -> bool:
        """Local settings that are not in the project are not there: the handler runs, and that is said."""
        place, missing = next(
            ((place, name) for place, one in enumerate(node.body) if (name := self.missing([one], frame))),
            (0, None),
        )
        faults = IMPORT_FAULTS
        if missing is None:
            if node.handlers and self.finds_variables(node, frame):
                goes_on = self.run_body(node.body, frame) and self.run_body(node.orelse, frame)
                return self.run_body(node.finalbody, frame) and goes_on
            faults = KEY_FAULTS
            place = next((at for at, one in enumerate(node.body) if self.lacks_variable(one, frame)), -1)
            if place < 0:
                return super().try_(node, frame)
        if place and not self.run_body(node.body[:place], frame):
            return False
        for handler in node.handlers:
            if not faults.isdisjoint(self.handled(handler, frame)):
                if missing is None:
                    return self.run_body(handler.body, frame) and self.run_body(node.finalbody, frame)
                where = f"{frame.module.path}:{node.body[place].lineno}"
                self.notes[
                    f"{missing}, imported at {where}, is not in the project; where it is there, it may set anything"
                ] = None
                return self.run_body(handler.body, frame) and self.run_body(node.finalbody, frame)
        return super().try_(node, frame)

    def raised(self, node: ast.Raise, frame: Frame) -> bool:
        """A module that stops with an error is not deployed: where it does, more is set than is known here, and it goes
        on."""
        certain = not frame.branches and not frame.catches
        if frame.function is None and not frame.in_class_body and certain:
            self.notes[
                f"{self.place(node, frame)} raises an error with what is known here; a deployment sets more"
            ] = None
            return True
        return super().raised(node, frame)

    def finds_variables(self, node: ast.Try, frame: Frame) -> bool:
        """Whether a `try` can only fail for a variable that is not set, and all it reads are set."""
        found = False
        for handler in node.handlers:
            if not set(self.handled(handler, frame)) <= {"KeyError", "LookupError"}:
                return False
        for inner in (one for statement in node.body for one in ast.walk(statement)):
            if isinstance(inner, ast.Subscript) and isinstance(inner.ctx, ast.Load):
                key = self.force(self.eval(inner.slice, frame))
                if self.named(inner.value, frame) != "os.environ" or not isinstance(key, Const):
                    return False
                if not isinstance(key.value, str) or self.is_set(key.value) is not True:
                    return False
                found = True
            elif (isinstance(inner, ast.Call) and not raises_no_key_error(inner.func)) or isinstance(
                inner, ast.Raise
            ):
                return False
        return found

    def lacks_variable(self, statement: ast.stmt, frame: Frame) -> bool:
        """Whether a plain statement reads `os.environ[...]` of a variable that is not set."""
        if self.world != "unset" or not isinstance(
            statement, (ast.Assign, ast.AnnAssign, ast.Return, ast.Expr)
        ):
            return False
        found = False
        for inner in ast.walk(statement):
            if (
                isinstance(inner, ast.Subscript)
                and isinstance(inner.ctx, ast.Load)
                and self.named(inner.value, frame) == "os.environ"
            ):
                key = self.force(self.eval(inner.slice, frame))
                if isinstance(key, Const) and isinstance(key.value, str) and self.is_set(key.value) is False:
                    found = True
        return found


def raises_no_key_error(function: ast.expr) -> bool:
    """Whether calling it is a conversion, or a method of strings that finds or changes text."""
    if isinstance(function, ast.Name):
        return function.id in ("int", "float", "bool", "str")
    return isinstance(function, ast.Attribute) and function.attr in TEXT_METHODS


__all__ = ["FromEnvironment", "SettingsInterpreter"]
