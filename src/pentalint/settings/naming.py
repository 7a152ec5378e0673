"""Names that are set by other means than assignment, and modules that are not there."""

from __future__ import annotations

import ast
from typing import Any

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.events import Frame
from pentalint.evaluate.modules import Module
from pentalint.evaluate.values import (
    NONE,
    UNKNOWN,
    UNSET,
    Const,
    Dict,
    Package,
    Ref,
    Value,
    join,
)
from pentalint.settings.disk import Disk
from pentalint.settings.namespaces import Namespace
from pentalint.settings.quoting import shown


class Naming(Disk):
    """`importing` is the star import that is being made."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.importing = ""

    def namespace_call(self, callee: Ref, arguments: Arguments, node: ast.Call, frame: Frame) -> Value | None:
        """`globals()`, `locals()` and `vars()`, and what is done with them."""
        path, base = callee.path, callee.base
        if path in ("builtins.globals", "builtins.locals", "builtins.vars") and not arguments.positional:
            if frame.function is None or path == "builtins.globals":
                return Namespace(frame.module)
            return None
        if not isinstance(base, Namespace):
            return None
        method = path.rpartition(".")[2]
        if method in ("update", "setdefault"):
            self.update_namespace(base, method, arguments, node, frame)
            return NONE
        if method == "get" and arguments.positional and isinstance(arguments.positional[0], Const):
            name = str(arguments.positional[0].value)
            fallback = arguments.positional[1] if len(arguments.positional) > 1 else NONE
            return self.module_value(base.module, name) if name in base.module.env else fallback
        return None

    def update_namespace(
        self, target: Namespace, method: str, arguments: Arguments, node: ast.Call, frame: Frame
    ) -> None:
        pairs: dict[Any, Value] = dict(arguments.keywords)
        if method == "setdefault" and len(arguments.positional) == 2:
            name = arguments.positional[0]
            if isinstance(name, Const) and name.value not in target.module.env:
                pairs = {name.value: arguments.positional[1]}
        elif method == "update":
            for value in arguments.positional:
                if isinstance(value, Dict) and value.complete:
                    pairs.update(value.entries)
                else:
                    text = f"`{shown(node)}` ({frame.module.path}:{node.lineno}) may set anything"
                    self.open(frame, text)
                    if isinstance(value, Dict):
                        pairs.update(value.entries)
        for key, value in pairs.items():
            if isinstance(key, str):
                self.bind_global(key, value, node, frame)

    def module_value(self, module: Module, name: str) -> Value:
        value = self.force(module.env[name])
        self.follow((self.host(module.path), name), value)
        return value

    def bind_global(self, name: str, value: Value, node: ast.AST, frame: Frame) -> None:
        """Set a name of the module a frame belongs to."""
        outer = Frame(frame.module, frame.module.env) if frame.function is not None else frame
        outer.tests = frame.tests
        if frame.function is not None and (frame.branches or frame.conditional):
            value = join(outer.env.get(name, UNSET), value)
        self.bind(name, value, node, outer)

    def set_item(self, target: Value, key: Value, value: Value, node: ast.AST, frame: Frame) -> None:
        if isinstance(target, Namespace):
            if isinstance(key, Const) and isinstance(key.value, str):
                self.bind_global(key.value, value, node, frame)
            else:
                place = f"{frame.module.path}:{getattr(node, 'lineno', 0)}"
                self.open(frame, f"a name that is not known is set at {place}")
            return
        super().set_item(target, key, value, node, frame)

    def set_attribute(self, target: Value, name: str, value: Value, node: ast.AST, frame: Frame) -> None:
        target = self.force(target)
        if isinstance(target, Package) and (target.module is frame.module or target.module.state == 1):
            if target.module is frame.module:
                self.bind_global(name, value, node, frame)
            else:
                self.bind(name, value, node, Frame(target.module, target.module.env, tests=frame.tests))
            return
        super().set_attribute(target, name, value, node, frame)

    def missing(self, body: list[ast.stmt], frame: Frame) -> str | None:
        """The module of the project that one of some imports asks for and that is not there."""
        for statement in body:
            if not isinstance(statement, ast.ImportFrom):
                continue
            base = self.absolute(statement, frame.module)
            if base is None or self.index.find(base, frame.module) is not None:
                continue
            star = any(alias.name == "*" for alias in statement.names)
            if statement.level and not star and self.index.is_namespace(base):
                continue
            names = [alias.name for alias in statement.names]
            if statement.level and any(self.index.find(f"{base}.{name}", frame.module) for name in names):
                continue
            if statement.level or self.index.owns(base) or (star and "." not in base):
                return base
        return None

    def import_star(self, base: str, module: Module | None, ours: bool, node: ast.AST, frame: Frame) -> None:
        self.importing = f"{frame.module.path}:{getattr(node, 'lineno', 0)} takes all names of {base}"
        super().import_star(base, module, ours, node, frame)

    def open_names(self, frame: Frame) -> None:
        reason = f"{self.importing}, which is not in the project"
        for name in [name for name in frame.env if name.isupper()]:
            self.remark(reason)
            frame.env[name] = self.force(frame.env[name])
            self.reasons[(self.owner(frame), name)] = reason
        super().open_names(frame)

    def open(self, frame: Frame, reason: str) -> None:
        """Anything may have been set: no name that was set before is certain."""
        self.remark(reason)
        env = frame.module.env
        for name, value in env.items():
            if name.isupper():
                env[name] = join(self.force(value), UNKNOWN)
                self.reasons[(self.host(frame.module.path), name)] = reason
