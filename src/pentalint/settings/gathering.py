"""The interpreter for configuration that is one for the whole process: what it holds where code reads it back, and what is
changed in place."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterable
from typing import Any

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.events import Frame
from pentalint.evaluate.methods import MUTATORS
from pentalint.evaluate.modules import Module
from pentalint.evaluate.values import (
    UNKNOWN,
    Bound,
    Builtin,
    Const,
    Dict,
    Function,
    List,
    Ref,
    Value,
    join,
    join_all,
    options,
)
from pentalint.match.bodies import side_of
from pentalint.settings.called import CallingInterpreter, key_of
from pentalint.settings.model import Variable
from pentalint.settings.written import Path, Written, body_of, reaches

Told = Callable[[str, Value, ast.AST, Frame, str], None]
"""Hears that a setting is changed in place: its name, what it holds then, where, and by which method."""


class GatheringInterpreter(CallingInterpreter):
    """`containers` are the paths of the configuration. `held` are the writes of each run, in order: a run begins with a
    module's body, or with a function that is evaluated by itself."""

    def __init__(self, *arguments: Any, containers: Iterable[str] = (), **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.containers = frozenset(containers)
        self.held: dict[int, list[Written]] = {}
        self.sets: dict[Function, set[str]] = {}
        self.assigned: Collection[tuple[str, str]] = ()
        """Attributes that some file assigns, after the last name of their owner."""
        self.told_of: Told | None = None
        self.opened: Callable[[ast.AST, Frame], None] = lambda node, frame: None
        """Is told that a mapping is loaded of which nothing is known."""
        self.handed: dict[int, tuple[Value, str, Path]] = {}
        self.recalled: list[dict[str, Variable]] = []
        """What that depends on which has been read back in the expression at hand."""

    def invoke(self, callee: Value, arguments: Arguments, node: ast.Call, frame: Frame) -> Value:
        """A function that is given the configuration may write to it."""
        function = callee.function if isinstance(callee, Bound) else callee
        if isinstance(function, Function) and any(
            isinstance(one, Ref) and one.path in self.containers for one in arguments.every()
        ):
            self.taking.add(key_of(function))
        return super().invoke(callee, arguments, node, frame)

    def result(self, function: Function) -> Value:
        """A function that is not followed with its arguments leaves what it writes unknown for the run that calls it."""
        caller = self.calling
        value = super().result(function)
        if caller is not None:
            frame, node = caller
            for name in self.sets.get(function, ()):
                written = Written("", name, UNKNOWN, frame.module, node, node)
                self.held.setdefault(self.root(frame), []).append(written)
        return value

    def member(self, module: Module, name: str) -> Value:
        """What a module holds that others put into it (`shop.PLACE = ...`) is not what its body says alone."""
        value = super().member(module, name)
        if (module.name.rpartition(".")[2], name) not in self.assigned:
            return value
        if not self.blame:
            self.blame = f"`{module.name}.{name}` is assigned from outside of the module"
        return join(self.force(value), UNKNOWN)

    # -- what is read back -----------------------------------------------------------------------------------------

    def only_asks(self, name: str, frame: Frame, at: ast.AST) -> bool:
        """Whether all that is asked on the way to a statement is whether a setting is there already."""
        found = 0
        for one, call in self.chain(frame):
            asked = sum(self.asks(test, name, one, call or at) for test in one.tests) if one.way else 0
            if len(one.way) > asked:
                return False
            found += asked
        return found > 0

    def asks(self, test: ast.expr, name: str, frame: Frame, at: ast.AST) -> bool:
        """Whether a test is `"name" not in config`, and a statement stands where it holds."""
        if not isinstance(test, ast.Compare) or len(test.ops) != 1 or not isinstance(test.ops[0], ast.NotIn):
            return False
        left, holder = test.left, test.comparators[0]
        if not isinstance(left, ast.Constant) or left.value != name:
            return False
        line = getattr(at, "lineno", 0)
        return self.named(holder, frame) in self.containers and side_of(test, line, body_of(frame)) is True

    def holding(self, name: str) -> Value | None:
        """What a setting holds where evaluation is, as this run has written it; None where it may be anything."""
        frame = self.standing
        if frame is None:
            return None
        path = self.path(frame)
        last: list[Written] = []
        certain = False
        for step in self.held.get(path[0][0], ()):
            if step.name != name or step.section:
                continue
            if reaches(step.path, path) or (step.asked and not last):
                last, certain = [], True
            last.append(step)
        if not certain:
            return None
        for step in last:
            for option in options(step.live):
                if isinstance(option, (Dict, List)):
                    self.handed[id(option)] = (option, name, step.path)
        self.recalled.append({one.name: one for step in last for one in step.variables})
        return join_all(step.live for step in last)

    def api_item(self, path: str, index: Value) -> Value:
        if path in self.containers and isinstance(index, Const) and isinstance(index.value, str):
            found = self.holding(index.value)
            if found is not None:
                return found
        return super().api_item(path, index)

    def call_api(self, callee: Ref, arguments: Arguments, node: ast.Call, frame: Frame) -> Value:
        owner, _, method = callee.path.rpartition(".")
        if method == "get" and owner in self.containers and arguments.positional:
            key = self.force(arguments.positional[0])
            found = self.holding(key.value) if isinstance(key, Const) and isinstance(key.value, str) else None
            if found is not None:
                return found
        if callee.path == "builtins.map" and len(arguments.positional) == 2:
            self.each(arguments, node, frame)
        return super().call_api(callee, arguments, node, frame)

    def each(self, arguments: Arguments, node: ast.Call, frame: Frame) -> None:
        """`map(config.update, several)` calls a loader with each of several things, once somebody goes through it."""
        loader, source = self.force(arguments.positional[0]), self.iterated(arguments.positional[1])
        if not isinstance(loader, Ref) or not self.asked(loader.path, self.listener.call_paths):
            return
        for item in source.items if isinstance(source, List) else [UNKNOWN]:
            one = Arguments()
            one.add(item, node.args[1])
            self.invoke(loader, one, node, frame)
        if not isinstance(source, List) or not source.complete:
            self.opened(node, frame)

    def compared(self, op: ast.cmpop, left: Value, right: Value) -> Value:
        """`"name" in config` is true after this run has set it."""
        if isinstance(op, (ast.In, ast.NotIn)) and isinstance(right, Ref) and right.path in self.containers:
            if (
                isinstance(left, Const)
                and isinstance(left.value, str)
                and self.holding(left.value) is not None
            ):
                return Const(isinstance(op, ast.In))
        return super().compared(op, left, right)

    def subscription(self, node: ast.Subscript, frame: Frame) -> Value:
        """What is read back depends on what was written, not on how the configuration was come by."""
        outer = dict(self.reads)
        before = len(self.recalled)
        try:
            return super().subscription(node, frame)
        finally:
            for found in self.recalled[before:]:
                self.reads = outer | found
            del self.recalled[before:]

    def operands(self, node: ast.BoolOp, frame: Frame) -> Value:
        """`config or {}` is the configuration: it holds the defaults of the framework at least."""
        if isinstance(node.op, ast.Or) and self.named(node.values[0], frame) in self.containers:
            return self.force(self.eval(node.values[0], frame))
        return super().operands(node, frame)

    # -- what is changed in place ----------------------------------------------------------------------------------

    def may_change(self, container: List | Dict, node: ast.expr, frame: Frame) -> bool:
        return id(container) in self.handed or super().may_change(container, node, frame)

    def call_builtin_method(
        self, callee: Builtin, arguments: Arguments, node: ast.Call, frame: Frame
    ) -> Value:
        value = super().call_builtin_method(callee, arguments, node, frame)
        if callee.name in MUTATORS:
            self.tell(callee.receiver, node, frame, callee.name)
        return value

    def set_item(self, target: Value, key: Value, value: Value, node: ast.AST, frame: Frame) -> None:
        super().set_item(target, key, value, node, frame)
        self.tell(target, node, frame, "set item")

    def tell(self, target: Value, node: ast.AST, frame: Frame, how: str) -> None:
        """A container is changed: when it is a setting's, that is told. Under a test the setting may be as before."""
        known = self.handed.get(id(target))
        if known is not None and known[0] is target and self.told_of is not None:
            sure = reaches(self.path(frame), known[2])
            self.told_of(known[1], target if sure else UNKNOWN, node, frame, how)
