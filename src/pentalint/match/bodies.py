"""The statements of a function or module: which of them may be left out, and where it returns early."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from pentalint.evaluate.modules import Module
from pentalint.evaluate.values import Function

Place = Function | Module
"""Where statements stand: a function, or a module's body."""


def bodies(place: Place) -> list[ast.stmt]:
    """The statements of a function or module."""
    if isinstance(place, Module):
        return place.source.tree.body if place.source is not None else []
    return place.node.body if not isinstance(place.node, ast.Lambda) else []


def own_statements(place: Place) -> Iterator[ast.stmt]:
    """The statements of a function or module, without those of functions and classes in it."""
    pending = list(bodies(place))
    while pending:
        statement = pending.pop()
        yield statement
        if not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            for inner in ast.iter_child_nodes(statement):
                if isinstance(inner, ast.stmt):
                    pending.append(inner)
                elif isinstance(inner, (ast.ExceptHandler, ast.match_case)):
                    pending.extend(inner.body)


def short_circuited(place: Place) -> frozenset[int]:
    """The calls (by identity of their nodes) that an expression may leave out: in `x and f()`, `f() if x else g()`."""
    found: set[int] = set()
    for statement in own_statements(place):
        for node in ast.iter_child_nodes(statement):
            if isinstance(node, ast.expr):
                for inner in ast.walk(node):
                    found.update(id(call) for part in optional_parts(inner) for call in ast.walk(part))
    return frozenset(found)


def optional_parts(node: ast.AST) -> Iterable[ast.AST]:
    """The parts of an expression that may not be evaluated."""
    if isinstance(node, ast.IfExp):
        return (node.body, node.orelse)
    if isinstance(node, ast.BoolOp):
        return node.values[1:]
    if isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp)):
        return (node.elt,)
    return ()


def early_returns(place: Place) -> list[int]:
    """The lines of `return` statements that others come after, in order."""
    body = bodies(place)
    last = body[-1] if body else None
    return sorted(
        statement.lineno
        for statement in own_statements(place)
        if isinstance(statement, ast.Return) and statement is not last
    )


def side_of(test: ast.expr, line: int, body: Iterable[ast.stmt]) -> bool | None:
    """How the test of an `if` has to come out for what stands on a line below it to be reached; None where that is no test of an
    `if` of these statements around the line."""
    for statement in body:
        for inner in ast.walk(statement):
            if isinstance(inner, ast.If) and inner.test is test:
                for block, needed in ((inner.body, True), (inner.orelse, False)):
                    if block and block[0].lineno <= line <= (block[-1].end_lineno or 0):
                        return needed
    return None
