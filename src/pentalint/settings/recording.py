"""The interpreter once more, remembering who wrote what: each contribution to a name of a module or class, the environment
variables it depends on, and the first thing in it that was not understood."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

from pentalint.evaluate import expressions, statements
from pentalint.evaluate.blocks import jumps
from pentalint.evaluate.events import Frame
from pentalint.evaluate.methods import MUTATORS
from pentalint.evaluate.models import Model
from pentalint.evaluate.modules import Module
from pentalint.evaluate.rounds import root
from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.values import UNKNOWN, Class, Instance, Lazy, Package, Ref, Unknown, Value
from pentalint.settings.model import Contribution, Variable
from pentalint.settings.quoting import shown, source
from pentalint.settings.remarks import Remarking
from pentalint.settings.secrets import mask_code

Key = tuple[str, str]
"""Path of the module, with `:` and the qualified name when it is a class's; and the name."""

TESTS = 3
"""Conditions of a statement that are shown, innermost last."""

HOW = {ast.AugAssign: "add", ast.ImportFrom: "import", ast.Import: "import", ast.Delete: "delete"}


class Recorder(Remarking):
    """Remembers, beside the values. `told` are contributions, `depends` variables, `reasons` why a value is not known."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.told: dict[Key, list[Contribution]] = {}
        self.depends: dict[Key, dict[str, Variable]] = {}
        self.reasons: dict[Key, str] = {}
        self.reads: dict[str, Variable] = {}
        self.blame = ""
        self.hosts: dict[str, str] = {}
        self.fine = False
        """Whether the statements of functions are told apart as well."""
        self.trail: dict[str, Variable] = {}
        self.presets: dict[ast.AST, Value] = {}
        """Values of expressions that have been evaluated ahead of what they stand in."""
        self.entries: dict[ast.AST, tuple[dict[str, Variable], str]] = {}
        """What entries of dictionaries read, and what in them is not understood."""
        self.expressions = methods_of(self, expressions.HANDLERS)
        self.statements = methods_of(self, statements.HANDLERS)

    # -- statements of modules and classes -----------------------------------------------------------------------

    def run_body(self, body: list[ast.stmt], frame: Frame) -> bool:
        """Each statement of a module starts with what the statements around it depend on."""
        for statement in body:
            handler = self.statements.get(type(statement))
            reads, blame = self.reads, self.blame
            if frame.function is None or self.fine:
                self.reads = dict(reads)
            if frame.function is not None and self.fine:
                self.blame = ""
            try:
                if handler is not None and handler(statement, frame) is False:
                    return False
            finally:
                if frame.function is None:
                    decided = self.reads if jumps(statement) else {}
                    self.reads, self.blame = {**reads, **decided}, blame
                elif self.fine:
                    self.trail.update(self.reads)
                    self.reads, self.blame = reads, blame
        return True

    def load(self, module: Module) -> Module:
        if module.state:
            return super().load(module)
        reads, blame = self.reads, self.blame
        self.reads, self.blame = {}, ""
        try:
            return super().load(module)
        finally:
            self.reads, self.blame = reads, blame

    # -- what is read ------------------------------------------------------------------------------------------

    def lookup(self, name: str, frame: Frame) -> Value:
        value = super().lookup(name, frame)
        if self.fine and frame.function is not None and name in frame.env:
            self.follow((self.owner(frame), name), value)
        elif frame.function is None or name not in frame.env:
            if frame.in_class_body and name in frame.env:
                self.follow((self.owner(frame), name), value)
            else:
                self.follow((self.host(frame.module.path), name), value)
        if isinstance(value, Unknown) and not self.blame:
            self.blame = f"nothing is known of the name `{name}`"
        return value

    def member(self, module: Module, name: str) -> Value:
        value = super().member(module, name)
        self.follow((module.path, name), value)
        return value

    def class_attribute(self, cls: Class, name: str, node: ast.AST, frame: Frame) -> Value:
        value = super().class_attribute(cls, name, node, frame)
        self.follow_class(cls, name, value)
        return value

    def instance_attribute(self, value: Instance, name: str, node: ast.AST, frame: Frame) -> Value:
        found = super().instance_attribute(value, name, node, frame)
        self.follow_class(value.cls, name, found)
        return found

    def follow_class(self, cls: Class, name: str, value: Value) -> None:
        for ancestor in self.linear(cls):
            if isinstance(ancestor, Class) and name in ancestor.members:
                self.follow((class_owner(ancestor), name), value)
                return

    def follow(self, key: Key, value: Value) -> None:
        """What is computed now depends on what a name depends on."""
        found = self.depends.get(key)
        if found:
            self.reads.update(found)
        if not self.blame and key in self.reasons:
            self.blame = self.reasons[key]

    def dictionary(self, node: ast.Dict, frame: Frame) -> Value:
        """Where settings are entries of a dictionary, each depends on what it reads itself."""
        if not self.fine:
            return super().dictionary(node, frame)
        outer, blame = self.reads, self.blame
        everything = dict(outer)
        for item in node.values:
            self.reads, self.blame = {}, ""
            self.presets[item] = self.eval(item, frame)
            self.entries[item] = (self.reads, self.blame)
            everything.update(self.reads)
        self.reads, self.blame = everything, blame
        made = super().dictionary(node, frame)
        for item in node.values:
            self.presets.pop(item, None)
        return made

    def entered(self, node: ast.AST) -> tuple[dict[str, Variable], str] | None:
        """What an entry of a dictionary reads, and what in it is not understood; None for what is no entry."""
        item = getattr(node, "value", None)
        return self.entries.get(item if isinstance(item, ast.AST) else node)

    def eval(self, node: ast.expr, frame: Frame) -> Value:
        if node in self.presets:
            return self.presets[node]
        handler = self.expressions.get(type(node))
        value = UNKNOWN if handler is None else handler(node, frame)
        if isinstance(value, Unknown) and not self.blame:
            self.blame = f"`{shown(node)}` ({frame.module.path}:{getattr(node, 'lineno', 0)}) is not followed"
        return value

    def call(self, node: ast.Call, frame: Frame) -> Value:
        """A container that a method changes depends on what the arguments read, and so does a configuration that takes in files."""
        value = super().call(node, frame)
        function = node.func
        if isinstance(function, ast.Attribute) and frame.function is None and self.reads:
            name, method = root(function.value), function.attr
            target = self.named_value(name, frame) if name else None
            takes = isinstance(target, Model) and method.startswith("read")
            if takes or (name and method in MUTATORS and not isinstance(target, (Ref, Package))):
                self.depends.setdefault((self.owner(frame), name), {}).update(self.reads)
        return value

    # -- what is written ---------------------------------------------------------------------------------------

    def bind(self, name: str, value: Value, node: ast.AST, frame: Frame) -> None:
        super().bind(name, value, node, frame)
        if frame.function is not None and name not in frame.globals_ and not self.fine:
            return
        key = (self.owner(frame), name)
        if isinstance(value, Lazy):
            if name.isupper():
                self.force(value)
                self.inherit(key, (value.module.path, value.name))
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                return
        elif not frame.branches:
            self.depends.pop(key, None)
            self.reasons.pop(key, None)
        self.note(key, node, frame, HOW.get(type(node), "set"))

    def note(self, key: Key, node: ast.AST, frame: Frame, how: str) -> None:
        """A statement had a part in a value."""
        if self.reads:
            self.depends.setdefault(key, {}).update(self.reads)
        if self.blame:
            self.reasons.setdefault(key, mask_code(self.blame, key[1]))
        if key[1].isupper() or key[1].startswith("_"):
            told = self.told.setdefault(key, [])
            one = self.contribution(key[1], node, frame, how)
            if one not in told:
                told.append(one)

    def contribution(self, name: str, node: ast.AST, frame: Frame, how: str) -> Contribution:
        line = getattr(node, "lineno", 0)
        tests = tuple(dict.fromkeys(shown(test) for test in frame.tests if hasattr(test, "lineno")))
        return Contribution(
            frame.module.path, line, how, mask_code(source(node, frame), name), " and ".join(tests[-TESTS:])
        )

    def inherit(self, key: Key, base: Key) -> None:
        """A name is another's: by import."""
        for table in (self.told, self.depends, self.reasons):
            mine: dict[Key, Any] = table
            found = mine.get(base)
            if found is None:
                mine.pop(key, None)
            else:
                mine[key] = found if isinstance(found, str) else found.copy()

    def note_change(self, container: ast.expr, node: ast.AST, frame: Frame) -> None:
        super().note_change(container, node, frame)
        inside: list[ast.expr] = []
        while isinstance(container, (ast.Subscript, ast.Attribute)):
            inside.append(container)
            container = container.value
        if frame.function is not None or not isinstance(container, ast.Name):
            return
        how = "set item"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            how = node.func.attr
            for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
                self.blamed(argument, frame)
        elif isinstance(node, ast.Delete):
            how = "delete item"
        self.note((self.owner(frame), container.id), node, frame, how)

    def blamed(self, node: ast.expr, frame: Frame) -> None:
        """What the names in an argument depend on, for it is evaluated later."""
        for inner in ast.walk(node):
            if isinstance(inner, ast.Name):
                self.follow((self.host(frame.module.path), inner.id), self.named_value(inner.id, frame))

    def named_value(self, name: str, frame: Frame) -> Value:
        return super().lookup(name, frame)

    def delete_item(self, target: ast.Subscript, frame: Frame) -> None:
        self.note_change(target.value, ast.copy_location(ast.Delete([target]), target), frame)
        super().delete_item(target, frame)

    def delete(self, node: ast.Delete, frame: Frame) -> None:
        for target in node.targets:
            if isinstance(target, ast.Name) and frame.function is None:
                self.note((self.owner(frame), target.id), node, frame, "delete")
        super().delete(node, frame)

    def import_star(self, base: str, module: Module | None, ours: bool, node: ast.AST, frame: Frame) -> None:
        super().import_star(base, module, ours, node, frame)
        if module is not None and frame.function is None and module is not frame.module:
            owner = self.owner(frame)
            for name in self.public(module):
                self.inherit((owner, name), (module.path, name))

    # -- owners ------------------------------------------------------------------------------------------------

    def owner(self, frame: Frame) -> str:
        """Whose names a frame binds."""
        if frame.in_class_body and frame.cls is not None:
            return class_owner(frame.cls)
        if self.fine and frame.function is not None:
            return f"{frame.module.path}:{frame.function.qualname}()"
        return self.host(frame.module.path)

    def host(self, path: str) -> str:
        """The module whose names a file writes: its own, or those of the module that includes it."""
        return self.hosts.get(path, path)


def methods_of(
    engine: Interpreter, handlers: Mapping[Any, Callable[..., Any]]
) -> dict[Any, Callable[..., Any]]:
    """The methods of an engine that stand for a table of handlers: its own where it has them."""
    return {node: getattr(engine, handler.__name__) for node, handler in handlers.items()}


def class_owner(cls: Class) -> str:
    """The owner of a class's names."""
    return f"{cls.module.path}:{cls.qualname}"
