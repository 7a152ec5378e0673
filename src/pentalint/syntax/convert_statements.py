"""libcst compound statements (`if`, `def`, `with`, ...) to `ast`."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pentalint.syntax.convert_displays import parameters
from pentalint.syntax.convert_expressions import call_arguments, identifier, stored
from pentalint.syntax.convert_patterns import pattern
from pentalint.syntax.convert_simple import small_statement, type_parameters
from pentalint.syntax.cursor import Cursor

if TYPE_CHECKING:
    import libcst as cst


_Class = Callable[..., ast.stmt]


def statements(c: Cursor, nodes: Sequence[Any]) -> list[ast.stmt]:
    """Convert the statements of a module or of a block."""
    found: list[ast.stmt] = []
    for node in nodes:
        kind = type(node).__name__
        if kind == "SimpleStatementLine":
            found.extend(small_statement(c, small) for small in node.body)
        else:
            found.append(_COMPOUND[kind](c, node))
    return found


def _suite(c: Cursor, node: cst.BaseSuite) -> list[ast.stmt]:
    c.take(b":")
    if type(node).__name__ == "IndentedBlock":
        return statements(c, node.body)
    return [small_statement(c, small) for small in node.body]  # type: ignore[arg-type]


def _if(c: Cursor, node: cst.If) -> ast.stmt:
    """One `if` with its ladder of `elif`s, which are nested nodes in both trees, without recursion."""
    rungs: list[tuple[int, ast.expr, list[ast.stmt]]] = []
    rung: Any = node
    while type(rung).__name__ == "If":
        start = c.take(b"elif" if rungs else b"if")
        test = c.expression(rung.test)
        rungs.append((start, test, _suite(c, rung.body)))
        rung = rung.orelse
    orelse = _else(c, rung)
    for start, test, body in reversed(rungs):
        orelse = [c.place(ast.If(test=test, body=body, orelse=orelse), start)]
    return orelse[0]


def _else(c: Cursor, node: cst.Else | None) -> list[ast.stmt]:
    if node is None:
        return []
    c.take(b"else")
    return _suite(c, node.body)


def _while(c: Cursor, node: cst.While) -> ast.stmt:
    start = c.take(b"while")
    test = c.expression(node.test)
    body = _suite(c, node.body)
    return c.place(ast.While(test=test, body=body, orelse=_else(c, node.orelse)), start)


def _for(c: Cursor, node: cst.For) -> ast.stmt:
    start = c.here()
    cls = _asynchronous(c, node, ast.AsyncFor, ast.For)
    c.take(b"for")
    target = stored(c.expression(node.target))
    c.take(b"in")
    iterable = c.expression(node.iter)
    body = _suite(c, node.body)
    orelse = _else(c, node.orelse)
    return c.place(cls(target=target, iter=iterable, body=body, orelse=orelse, type_comment=None), start)


def _with(c: Cursor, node: cst.With) -> ast.stmt:
    start = c.here()
    cls = _asynchronous(c, node, ast.AsyncWith, ast.With)
    c.take(b"with")
    opened = type(node.lpar).__name__ == "LeftParen" and c.accept(b"(")
    items = []
    for item in node.items:
        context = c.expression(item.item)
        target = None
        if item.asname is not None:
            c.take(b"as")
            target = stored(c.expression(item.asname.name))
        items.append(ast.withitem(context_expr=context, optional_vars=target))
        c.accept(b",")
    if opened:
        c.take(b")")
    return c.place(cls(items=items, body=_suite(c, node.body), type_comment=None), start)


def _try(c: Cursor, node: cst.Try | cst.TryStar) -> ast.stmt:
    """`except*` becomes a plain `try` before Python 3.11, which has no node for it."""
    start = c.take(b"try")
    grouped = type(node).__name__ == "TryStar"
    body = _suite(c, node.body)
    handlers = [_handler(c, handler, grouped=grouped) for handler in node.handlers]
    orelse = _else(c, node.orelse)
    final: list[ast.stmt] = []
    if node.finalbody is not None:
        c.take(b"finally")
        final = _suite(c, node.finalbody.body)
    if grouped and sys.version_info >= (3, 11):
        return c.place(ast.TryStar(body=body, handlers=handlers, orelse=orelse, finalbody=final), start)
    return c.place(ast.Try(body=body, handlers=handlers, orelse=orelse, finalbody=final), start)


def _handler(c: Cursor, node: Any, *, grouped: bool) -> ast.ExceptHandler:
    start = c.take(b"except")
    if grouped:
        c.take(b"*")
    kind = c.expression(node.type) if node.type is not None else None
    name = None
    if node.name is not None:
        c.take(b"as")
        name = identifier(c, node.name.name)
    body = _suite(c, node.body)
    return c.place(ast.ExceptHandler(type=kind, name=name, body=body), start)


def _match(c: Cursor, node: cst.Match) -> ast.stmt:
    start = c.take(b"match")
    subject = c.expression(node.subject)
    c.take(b":")
    cases = []
    for case in node.cases:
        c.take(b"case")
        matched = pattern(c, case.pattern)
        guard = None
        if case.guard is not None:
            c.take(b"if")
            guard = c.expression(case.guard)
        cases.append(ast.match_case(pattern=matched, guard=guard, body=_suite(c, case.body)))
    return c.place(ast.Match(subject=subject, cases=cases), start)


def _function(c: Cursor, node: cst.FunctionDef) -> ast.stmt:
    decorators = _decorators(c, node.decorators)
    start = c.here()
    cls = _asynchronous(c, node, ast.AsyncFunctionDef, ast.FunctionDef)
    c.take(b"def")
    name = identifier(c, node.name)
    type_params = type_parameters(c, node.type_parameters)
    c.take(b"(")
    arguments = parameters(c, node.params)
    c.take(b")")
    returns = None
    if node.returns is not None:
        c.take(b"->")
        returns = c.expression(node.returns.annotation)
    fields = {
        "name": name,
        "args": arguments,
        "body": _suite(c, node.body),
        "decorator_list": decorators,
        "returns": returns,
        "type_comment": None,
    }
    if sys.version_info >= (3, 12):
        fields["type_params"] = type_params
    return c.place(cls(**fields), start)


def _class(c: Cursor, node: cst.ClassDef) -> ast.stmt:
    decorators = _decorators(c, node.decorators)
    start = c.take(b"class")
    name = identifier(c, node.name)
    type_params = type_parameters(c, node.type_parameters)
    bases: list[ast.expr] = []
    keywords: list[ast.keyword] = []
    if c.accept(b"("):
        bases, keywords = call_arguments(c, [*node.bases, *node.keywords])
        c.take(b")")
    fields: dict[str, Any] = {
        "name": name,
        "bases": bases,
        "keywords": keywords,
        "body": _suite(c, node.body),
        "decorator_list": decorators,
    }
    if sys.version_info >= (3, 12):
        fields["type_params"] = type_params
    return c.place(ast.ClassDef(**fields), start)


def _decorators(c: Cursor, nodes: Sequence[cst.Decorator]) -> list[ast.expr]:
    found = []
    for node in nodes:
        c.take(b"@")
        found.append(c.expression(node.decorator))
    return found


def _asynchronous(c: Cursor, node: Any, yes: _Class, no: _Class) -> _Class:
    if node.asynchronous is None:
        return no
    c.take(b"async")
    return yes


_COMPOUND: Mapping[str, Callable[[Cursor, Any], ast.stmt]] = {
    "ClassDef": _class,
    "For": _for,
    "FunctionDef": _function,
    "If": _if,
    "Match": _match,
    "Try": _try,
    "TryStar": _try,
    "While": _while,
    "With": _with,
}
