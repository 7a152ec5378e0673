"""Conditions on what surrounds an event: `within`, `outside`, `module`, `used`."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from typing import Any

from pentalint.evaluate.events import Frame
from pentalint.evaluate.modules import Module
from pentalint.evaluate.statements import Interpreter
from pentalint.match.conditions import ConditionError, paths_of
from pentalint.match.views import every

FrameTest = Callable[[Frame, Interpreter], bool]

Groups = Mapping[str, tuple[str, ...]]


def compile_context(table: Mapping[str, Any], groups: Groups) -> FrameTest:
    """The conjunction of a match table's `within`, `outside` and `module` tables."""
    tests: list[FrameTest] = []
    for key, operand in table.get("within", {}).items():
        tests.append(_surrounding(key, operand, groups))
    for key, operand in table.get("outside", {}).items():
        inner = _surrounding(key, operand, groups)
        tests.append(lambda frame, engine, inner=inner: not inner(frame, engine))  # type: ignore[misc]
    for key, operand in table.get("module", {}).items():
        tests.append(_module(key, operand, groups))
    return tests[0] if len(tests) == 1 else lambda frame, engine: every(tests, frame, engine)


def _surrounding(key: str, operand: Any, groups: Groups) -> FrameTest:
    if key == "decorator":
        wanted = frozenset(paths_of(operand, groups))
        return lambda frame, engine: any(
            not wanted.isdisjoint(decorator.paths)
            for function in _functions(frame)
            for decorator in function.decorators
        )
    if key == "subclass":
        wanted = frozenset(paths_of(operand, groups))
        return lambda frame, engine: (
            frame.cls is not None and not wanted.isdisjoint(engine.ancestors(frame.cls))
        )
    if key == "function":
        pattern = re.compile(operand)
        return lambda frame, engine: any(
            pattern.search(function.name) is not None for function in _functions(frame)
        )
    if key == "assigned":
        name = re.compile(operand)
        return lambda frame, engine: (
            frame.target is not None and name.search(assigned_name(frame.target)) is not None
        )
    if key == "async":
        return lambda frame, engine: (frame.function is not None and frame.function.is_async) is operand
    if key == "loop":
        return lambda frame, engine: (frame.loops > 0) is operand
    if key == "level":
        return lambda frame, engine: level(frame) == operand
    if key == "class":
        pattern = re.compile(operand)
        return lambda frame, engine: frame.cls is not None and pattern.search(frame.cls.name) is not None
    if key == "catches":
        return lambda frame, engine: swallowed(frame, frozenset(operand))
    if key == "handles":
        wanted = frozenset(operand)
        return lambda frame, engine: any(
            name.removeprefix("!") in wanted for handlers in frame.catches for name in handlers
        )
    if key == "handler":
        caught = frozenset(operand)
        return lambda frame, engine: not caught.isdisjoint(frame.handling)
    if key == "tests":
        paths = frozenset(paths_of(operand, groups))
        return lambda frame, engine: any(
            engine.named(node, frame) in paths
            for test in frame.tests
            for node in ast.walk(test)
            if isinstance(node, (ast.Name, ast.Attribute))
        )
    if key == "condition":
        stated = re.compile(operand)
        return lambda frame, engine: any(stated.search(ast.unparse(test)) is not None for test in frame.tests)
    if key == "branch":
        return lambda frame, engine: (frame.branches > 0) is operand
    raise ConditionError(
        f"`within.{key}` is not known; one of decorator, subclass, function, class, assigned, async, loop, branch, tests, "
        "condition, level, catches, handles, handler"
    )


def assigned_name(target: ast.expr) -> str:
    """The name, attribute or constant key that is assigned to; "" for anything else."""
    if isinstance(target, ast.Subscript):
        return str(target.slice.value) if isinstance(target.slice, ast.Constant) else ""
    return (
        target.id
        if isinstance(target, ast.Name)
        else target.attr
        if isinstance(target, ast.Attribute)
        else ""
    )


def _functions(frame: Frame) -> list[Any]:
    """The enclosing functions, innermost first."""
    found = []
    current: Frame | None = frame
    while current is not None:
        if current.function is not None and current.function not in found:
            found.append(current.function)
        current = current.parent
    return found


def level(frame: Frame) -> str:
    """Where a statement stands: module, class or function."""
    if frame.in_class_body:
        return "class"
    return "module" if frame.function is None else "function"


def swallowed(frame: Frame, names: frozenset[str]) -> bool:
    """Whether the innermost `try` that handles one of `names` swallows it; a handler of that `try` that raises
    again saves it."""
    for handlers in reversed(frame.catches):
        if any(name.startswith("!") for name in handlers):
            return False
        if not names.isdisjoint(handlers):
            return True
    return False


def _module(key: str, operand: Any, groups: Groups) -> FrameTest:
    wanted = frozenset(paths_of(operand, groups))
    below = tuple(f"{path}." for path in wanted)
    importing: set[Module] = set()  # what a module has imported it goes on to import
    tried: dict[Module, int] = {}  # how many names had been imported when none of them was wanted

    def imports(frame: Frame, engine: Interpreter) -> bool:
        module = frame.module
        if module in importing:
            return True
        count = len(module.imported) + len(module.stars)
        if tried.get(module) == count:
            return False
        found = not wanted.isdisjoint(module.imported) or any(
            name in wanted or name.startswith(below) for name in (*module.imported, *module.stars)
        )
        if found:
            importing.add(module)
        else:
            tried[module] = count
        return found

    if key == "imports":
        return imports
    if key == "not-imports":
        return lambda frame, engine: not imports(frame, engine)
    raise ConditionError(f"`module.{key}` is not known; imports or not-imports")
