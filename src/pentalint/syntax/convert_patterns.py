"""libcst `match` patterns to `ast`."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pentalint.syntax.convert_expressions import identifier
from pentalint.syntax.cursor import Cursor

if TYPE_CHECKING:
    import libcst as cst

_SINGLETONS: Mapping[str, object] = {"None": None, "True": True, "False": False}


def pattern(c: Cursor, node: cst.MatchPattern) -> ast.pattern:
    """Convert a pattern with its parentheses."""
    kind = type(node).__name__
    if kind == "MatchValue":
        return _value(c, node)  # type: ignore[arg-type]
    own = kind == "MatchTuple"
    start = -1
    for _ in node.lpar:
        start = c.take(b"(")
    if start < 0 or not own:
        start = c.here()
    found = _PATTERNS[kind](c, node, start)
    for _ in node.rpar[1:] if own else node.rpar:
        c.take(b")")
    return found


def _value(c: Cursor, node: cst.MatchValue) -> ast.pattern:
    # The parentheses libcst shows on this pattern are its expression's.
    value = c.expression(node.value)
    return ast.copy_location(ast.MatchValue(value=value), value)


def _singleton(c: Cursor, node: cst.MatchSingleton, start: int) -> ast.pattern:
    value = _SINGLETONS[identifier(c, node.value)]
    return c.place(ast.MatchSingleton(value=value), start)  # type: ignore[arg-type]


def _list(c: Cursor, node: cst.MatchList, start: int) -> ast.pattern:
    if node.lbracket is not None:
        c.take(b"[")
    items = _items(c, node.patterns)
    if node.rbracket is not None:
        c.take(b"]")
    return c.place(ast.MatchSequence(patterns=items), start)


def _tuple(c: Cursor, node: cst.MatchTuple, start: int) -> ast.pattern:
    items = _items(c, node.patterns)
    c.take(b")")
    return c.place(ast.MatchSequence(patterns=items), start)


def _items(c: Cursor, elements: Sequence[cst.MatchSequenceElement | cst.MatchStar]) -> list[ast.pattern]:
    found: list[ast.pattern] = []
    for element in elements:
        if type(element).__name__ == "MatchStar":
            start = c.take(b"*")
            name = _capture(c, element.name)  # type: ignore[union-attr]
            found.append(c.place(ast.MatchStar(name=name), start))
        else:
            found.append(pattern(c, element.value))  # type: ignore[union-attr]
        c.accept(b",")
    return found


def _capture(c: Cursor, name: cst.Name | None) -> str | None:
    if name is None:
        c.take(b"_")
        return None
    return identifier(c, name)


def _mapping(c: Cursor, node: cst.MatchMapping, start: int) -> ast.pattern:
    c.take(b"{")
    keys: list[ast.expr] = []
    patterns: list[ast.pattern] = []
    for element in node.elements:
        keys.append(c.expression(element.key))
        c.take(b":")
        patterns.append(pattern(c, element.pattern))
        c.accept(b",")
    rest = None
    if node.rest is not None:
        c.take(b"**")
        rest = identifier(c, node.rest)
        c.accept(b",")
    c.take(b"}")
    return c.place(ast.MatchMapping(keys=keys, patterns=patterns, rest=rest), start)


def _class(c: Cursor, node: cst.MatchClass, start: int) -> ast.pattern:
    cls = c.expression(node.cls)
    c.take(b"(")
    patterns = _items(c, node.patterns)
    names: list[str] = []
    named: list[ast.pattern] = []
    for element in node.kwds:
        names.append(identifier(c, element.key))
        c.take(b"=")
        named.append(pattern(c, element.pattern))
        c.accept(b",")
    c.take(b")")
    found = ast.MatchClass(cls=cls, patterns=patterns, kwd_attrs=names, kwd_patterns=named)
    return c.place(found, start)


def _as(c: Cursor, node: cst.MatchAs, start: int) -> ast.pattern:
    if node.pattern is None:
        return c.place(ast.MatchAs(pattern=None, name=_capture(c, node.name)), start)
    inner = pattern(c, node.pattern)
    c.take(b"as")
    return c.place(ast.MatchAs(pattern=inner, name=_capture(c, node.name)), start)


def _or(c: Cursor, node: cst.MatchOr, start: int) -> ast.pattern:
    found = []
    for element in node.patterns:
        found.append(pattern(c, element.pattern))
        c.accept(b"|")
    return c.place(ast.MatchOr(patterns=found), start)


_PATTERNS: Mapping[str, Callable[[Cursor, Any, int], ast.pattern]] = {
    "MatchAs": _as,
    "MatchClass": _class,
    "MatchList": _list,
    "MatchMapping": _mapping,
    "MatchOr": _or,
    "MatchSingleton": _singleton,
    "MatchTuple": _tuple,
}
