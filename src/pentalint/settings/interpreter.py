"""Settings as they will be: the interpreter with what settings modules do beside assigning. What it adds is in eleven files, each
building on the one before: `remarks` (notes), `recording` (who wrote what), `reading` (the environment), `disk` (paths and
files), `naming` (`globals()` and its like, modules that are not there), `included` (files taken in), `following` (own
functions), `libraries` (calls of others), `catching` and `stopping` (errors), and this
one (names, control flow)."""

from __future__ import annotations

import ast
from collections.abc import Sequence
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
    plain,
)
from pentalint.evaluate.walks import walk
from pentalint.settings import paths
from pentalint.settings.environment import Read
from pentalint.settings.namespaces import Namespace
from pentalint.settings.objects import CONSTANTS, AbsentModule, Fields, same_type
from pentalint.settings.paths import ROOT, PathValue
from pentalint.settings.reading import FromEnvironment, as_text
from pentalint.settings.stopping import Stopping

OLDEST = (3, 5)
"""A version of Python that is older than all that the frameworks run on."""


LONG = 100
"""Rounds of a loop over known elements that are followed one by one."""

STEPS = 8_000
"""Statements that all rounds of a longer loop may have together, as one over the lines of a file."""


class SettingsInterpreter(Stopping):
    """`served` says that what is evaluated is imported by a server: it is no script, and no test runs."""

    def __init__(self, *arguments: Any, served: bool = True, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.served = served

    def lookup(self, name: str, frame: Frame) -> Value:
        if name == "__file__":
            return Const(f"{ROOT}/{frame.module.path}")
        if name == "__name__" and (self.served or frame.module.is_package):
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
        if isinstance(op, (ast.In, ast.NotIn)) and isinstance(right, Package) and isinstance(left, Const):
            return Const((left.value in right.module.env) is isinstance(op, ast.In))
        verdict = same_type(op, left, right)
        verdict = newer(op, left, right) if verdict is None else verdict
        if verdict is not None:
            return Const(verdict)
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
            if (
                found is not None
                and found.exact
                and len(found.items) > ROUNDS
                and self.is_short(node, found.items)
            ):
                walk(source)
                return self.rounds_of(node, source, found.items, frame)
        return super().for_(node, frame)

    def is_short(self, node: ast.For, items: Sequence[Value]) -> bool:
        """Whether the rounds of a loop are few, or its body little beside them."""
        return len(items) <= LONG or len(items) * self.carried(node).size <= STEPS

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


def newer(op: ast.cmpop, left: Value, right: Value) -> bool | None:
    """How the version of Python compares to one that nothing runs on any more; None where that is not asked."""
    if not isinstance(left, Ref) or not isinstance(op, (ast.Lt, ast.LtE, ast.Gt, ast.GtE)):
        return None
    try:
        wanted = plain(right)
    except ValueError:
        return None
    number = left.path in ("sys.version_info.major", "sys.version_info[]")
    if number and left.path.endswith("[]"):
        key = left.arguments.get("0") if left.arguments is not None else None
        number = isinstance(key, Const) and key.value == 0
    if left.path == "sys.version_info" and isinstance(wanted, tuple) and wanted:
        ancient = all(isinstance(one, int) for one in wanted) and wanted <= OLDEST
    else:
        ancient = number and isinstance(wanted, int) and wanted < OLDEST[0]
        if number and wanted == OLDEST[0] and isinstance(op, (ast.Lt, ast.GtE)):
            ancient = True
    return isinstance(op, (ast.Gt, ast.GtE)) if ancient else None


__all__ = ["FromEnvironment", "SettingsInterpreter"]
