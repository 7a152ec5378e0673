"""Calls of a project's own functions with what may be registered, and what their parameters are then."""

from __future__ import annotations

import ast

from pentalint.dataclass import dataclass
from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.blocks import statements
from pentalint.evaluate.events import Frame
from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.values import (
    Bound,
    Choice,
    Class,
    Const,
    Dict,
    Function,
    Instance,
    Lazy,
    List,
    Ref,
    Text,
    Unknown,
    Value,
    lift,
)


@dataclass(slots=True, eq=False)
class Handed:
    """A call of a project function with something that may be registered, or register; `outer` are the arguments of the function
    it is nested in. What it returns is applied to `target`, as the decorator at `place`."""

    function: Function
    arguments: Arguments
    node: ast.AST
    frame: Frame
    outer: Arguments | None = None
    target: Function | Class | None = None
    place: int = -1


def loop_of(node: ast.AST, frame: Frame) -> ast.stmt | None:
    """The outermost loop around a node in the function or module it stands in."""
    source = frame.module.source
    if frame.function is not None:
        body = frame.function.node.body
    elif frame.cls is not None:
        body = frame.cls.node.body
    else:
        body = source.tree.body if source is not None else []
    for statement in statements(body if isinstance(body, list) else []):
        if isinstance(statement, (ast.For, ast.AsyncFor)) and any(
            inner is node for inner in ast.walk(statement)
        ):
            return statement
    return None


def matters(value: Value) -> bool:
    """Whether it may make a difference to a function that registers something to be given a value: what is registered, what
    it is registered on, or text."""
    kind = type(value)  # four in five are one of these
    if kind is Unknown:
        return False
    if kind is Const:
        return isinstance(value.value, str)  # type: ignore[union-attr]
    if kind is Ref:
        return value.arguments is not None  # type: ignore[union-attr]
    if isinstance(value, Choice):
        return any(map(matters, value.values))
    if isinstance(value, List):
        return any(map(matters, value.items[:4]))
    if isinstance(value, Ref):
        return value.arguments is not None
    if isinstance(value, Const):
        return isinstance(value.value, str)
    return isinstance(value, (Function, Class, Bound, Instance, Lazy))


def is_open(value: Value) -> bool:
    """Whether a value is not known, or in parts not known."""
    if isinstance(value, Choice):
        return any(map(is_open, value.values))
    return isinstance(value, (Unknown, Text))


def has_parameters(function: Function) -> bool:
    """Whether a function takes anything besides `self`."""
    arguments = function.node.args
    count = len(arguments.posonlyargs) + len(arguments.args) - (function.owner is not None)
    return count > 0 or bool(arguments.kwonlyargs or arguments.vararg or arguments.kwarg)


def bind(function: Function, given: Arguments, engine: Interpreter) -> dict[str, Value]:
    """The parameters of a function for one call; what the call does not say is as it is for any."""
    env = engine.parameters(function)
    arguments = function.node.args
    names = [one.arg for one in (*arguments.posonlyargs, *arguments.args)]
    defaults = arguments.defaults
    for name, node in zip(names[len(names) - len(defaults) :], defaults):
        if isinstance(node, ast.Constant) and name in env:
            env[name] = lift(node.value)
    if (
        function.owner is not None
        and names
        and not any("builtins.staticmethod" in decorator.paths for decorator in function.decorators)
    ):
        names = names[1:]
    for name, value in zip(names, given.positional):
        env[name] = value
    if arguments.vararg is not None:
        rest = given.positional[len(names) :]
        env[arguments.vararg.arg] = List(rest, "tuple", not given.open_positional)
    known = {*names, *(one.arg for one in arguments.kwonlyargs)}
    more = {name: value for name, value in given.keywords.items() if name not in known}
    env.update({name: value for name, value in given.keywords.items() if name in known})
    if arguments.kwarg is not None:
        env[arguments.kwarg.arg] = Dict(dict(more), not given.open_keyword)
    return env
