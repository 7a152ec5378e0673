"""Registries: containers of a module that decorators of the project fill with the functions they stand above.

    HANDLERS = {}

    def handler(name):
        def register(function):
            HANDLERS[name] = function
            return function
        return register

The interpreter sees what a decorator returns; what it writes down elsewhere is added here, before data is followed: under the
key it was given, where that is a constant, else under one that is not known."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.blocks import statements
from pentalint.evaluate.dictionaries import put
from pentalint.evaluate.signatures import Signature
from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.values import UNKNOWN, Const, Decorator, Dict, Function, List, Value

ADDING = frozenset({"append", "add"})
"""Methods that put their argument into a list or a set."""


def fill_registries(engine: Interpreter) -> None:
    """Put the functions of all modules that have been evaluated into the registries their decorators name."""
    for module in engine.index.modules.values():
        for function in module.functions:
            for decorator, decorating in decorators_of(function, engine):
                register(decorating, decorator, function)


def decorators_of(function: Function, engine: Interpreter) -> Iterator[tuple[Decorator, Function]]:
    """The decorators of a function that are the project's own, each with the function it is given to."""
    for decorator in function.decorators:
        value = engine.force(decorator.value)
        if isinstance(value, Function):
            yield decorator, value


def register(decorating: Function, decorator: Decorator, function: Function) -> None:
    """Put a function into the containers that a function which decorates it writes it down in."""
    node = decorating.node
    if not isinstance(node, ast.FunctionDef) or len(node.args.args) != 1:
        return
    for name, key in written_down(node, node.args.args[0].arg):
        container = decorating.module.env.get(name)
        if isinstance(container, Dict) and key is not None:
            put(container, key_of(key, decorating, decorator, function), function)
            container.complete = False
        elif isinstance(container, List) and key is None:
            container.items.append(function)
            container.complete = False


def written_down(node: ast.FunctionDef, parameter: str) -> Iterator[tuple[str, ast.expr | None]]:
    """The names of the containers a body puts its parameter into, each with the key; None in a list."""
    for statement in statements(node.body):
        if isinstance(statement, ast.Assign) and is_name(statement.value, parameter):
            for target in statement.targets:
                if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
                    yield target.value.id, target.slice
        elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            call = statement.value
            if (
                isinstance(call.func, ast.Attribute)
                and call.func.attr in ADDING
                and isinstance(call.func.value, ast.Name)
                and any(is_name(argument, parameter) for argument in call.args)
            ):
                yield call.func.value.id, None


def is_name(node: ast.expr, name: str) -> bool:
    """Whether an expression is a name."""
    return isinstance(node, ast.Name) and node.id == name


def key_of(key: ast.expr, decorating: Function, decorator: Decorator, function: Function) -> Value:
    """The key a function is put under: a constant, its name, or what the decorator was called with; else it is not known."""
    if isinstance(key, ast.Constant):
        return Const(key.value)
    if isinstance(key, ast.Attribute) and key.attr == "__name__":
        return Const(function.name)
    outer = decorating.closure.function if decorating.closure is not None else None
    if isinstance(key, ast.Name) and outer is not None:
        given = Signature(outer.node).bind(decorator.arguments or Arguments(), None)
        return given.get(key.id, UNKNOWN)
    return UNKNOWN
