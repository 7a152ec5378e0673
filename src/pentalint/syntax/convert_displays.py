"""libcst displays, comprehensions, parameters and lambdas to `ast`."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pentalint.syntax.convert_expressions import LOAD, identifier, stored
from pentalint.syntax.cursor import Cursor, Handler

if TYPE_CHECKING:
    import libcst as cst


def _elements(c: Cursor, elements: Sequence[cst.BaseElement]) -> list[ast.expr]:
    found: list[ast.expr] = []
    for element in elements:
        if type(element).__name__ == "StarredElement":
            start = c.take(b"*")
            found.append(c.place(ast.Starred(value=c.expression(element.value), ctx=LOAD), start))
        else:
            found.append(c.expression(element.value))
        c.accept(b",")
    return found


def _tuple(c: Cursor, node: cst.Tuple, start: int, left: None) -> ast.expr:
    items = _elements(c, node.elements)
    if node.lpar:
        c.take(b")")
    return c.place(ast.Tuple(elts=items, ctx=LOAD), start)


def _list(c: Cursor, node: cst.List, start: int, left: None) -> ast.expr:
    c.take(b"[")
    items = _elements(c, node.elements)
    c.take(b"]")
    return c.place(ast.List(elts=items, ctx=LOAD), start)


def _set(c: Cursor, node: cst.Set, start: int, left: None) -> ast.expr:
    c.take(b"{")
    items = _elements(c, node.elements)
    c.take(b"}")
    return c.place(ast.Set(elts=items), start)


def _dict(c: Cursor, node: cst.Dict, start: int, left: None) -> ast.expr:
    c.take(b"{")
    keys: list[ast.expr | None] = []
    values: list[ast.expr] = []
    for element in node.elements:
        if type(element).__name__ == "StarredDictElement":
            c.take(b"**")
            keys.append(None)
        else:
            keys.append(c.expression(element.key))  # type: ignore[attr-defined]
            c.take(b":")
        values.append(c.expression(element.value))
        c.accept(b",")
    c.take(b"}")
    return c.place(ast.Dict(keys=keys, values=values), start)


def _generator(c: Cursor, node: cst.GeneratorExp, start: int, left: None) -> ast.expr:
    element = c.expression(node.elt)
    generators = _comprehensions(c, node.for_in)
    if node.lpar:
        c.take(b")")
    return c.place(ast.GeneratorExp(elt=element, generators=generators), start)


def _list_comprehension(c: Cursor, node: cst.ListComp, start: int, left: None) -> ast.expr:
    c.take(b"[")
    element = c.expression(node.elt)
    generators = _comprehensions(c, node.for_in)
    c.take(b"]")
    return c.place(ast.ListComp(elt=element, generators=generators), start)


def _set_comprehension(c: Cursor, node: cst.SetComp, start: int, left: None) -> ast.expr:
    c.take(b"{")
    element = c.expression(node.elt)
    generators = _comprehensions(c, node.for_in)
    c.take(b"}")
    return c.place(ast.SetComp(elt=element, generators=generators), start)


def _dict_comprehension(c: Cursor, node: cst.DictComp, start: int, left: None) -> ast.expr:
    c.take(b"{")
    key = c.expression(node.key)
    c.take(b":")
    value = c.expression(node.value)
    generators = _comprehensions(c, node.for_in)
    c.take(b"}")
    return c.place(ast.DictComp(key=key, value=value, generators=generators), start)


def _unpacking_comprehension(c: Cursor, node: cst.StarredDictComp, start: int, left: None) -> ast.expr:
    """`{**d for d in ds}` (PEP 798), which no interpreter before 3.15 has a node for: the mapping stands for
    both.
    """
    c.take(b"{")
    c.take(b"**")
    value = c.expression(node.value)
    generators = _comprehensions(c, node.for_in)
    c.take(b"}")
    return c.place(ast.DictComp(key=value, value=value, generators=generators), start)


def _comprehensions(c: Cursor, clause: cst.CompFor | None) -> list[ast.comprehension]:
    found = []
    while clause is not None:
        if clause.asynchronous is not None:
            c.take(b"async")
        c.take(b"for")
        target = stored(c.expression(clause.target))
        c.take(b"in")
        iterable = c.expression(clause.iter)
        tests = []
        for condition in clause.ifs:
            c.take(b"if")
            tests.append(c.expression(condition.test))
        is_async = int(clause.asynchronous is not None)
        found.append(ast.comprehension(target=target, iter=iterable, ifs=tests, is_async=is_async))
        clause = clause.inner_for_in
    return found


def _lambda(c: Cursor, node: cst.Lambda, start: int, left: None) -> ast.expr:
    c.take(b"lambda")
    arguments = parameters(c, node.params)
    c.take(b":")
    return c.place(ast.Lambda(args=arguments, body=c.expression(node.body)), start)


def parameters(c: Cursor, node: cst.Parameters) -> ast.arguments:
    """The parameters of a function or a lambda, without the parentheses."""
    defaults: list[ast.expr] = []
    positional = [_parameter(c, param, defaults) for param in node.posonly_params]
    if positional:
        c.take(b"/")
        c.accept(b",")
    named = [_parameter(c, param, defaults) for param in node.params]
    rest = None
    star = type(node.star_arg).__name__
    if star == "Param":
        c.take(b"*")
        rest = _parameter(c, node.star_arg, [])  # type: ignore[arg-type]
    elif star == "ParamStar":
        c.take(b"*")
        c.take(b",")
    keyword_only: list[ast.arg] = []
    keyword_defaults: list[ast.expr | None] = []
    for param in node.kwonly_params:
        default: list[ast.expr] = []
        keyword_only.append(_parameter(c, param, default))
        keyword_defaults.append(default[0] if default else None)
    others = None
    if node.star_kwarg is not None:
        c.take(b"**")
        others = _parameter(c, node.star_kwarg, [])
    return ast.arguments(
        posonlyargs=positional,
        args=named,
        vararg=rest,
        kwonlyargs=keyword_only,
        kw_defaults=keyword_defaults,
        kwarg=others,
        defaults=defaults,
    )


def _parameter(c: Cursor, node: cst.Param, defaults: list[ast.expr]) -> ast.arg:
    start = c.here()
    name = identifier(c, node.name)
    annotation = None
    if node.annotation is not None:
        c.take(b":")
        annotation = c.expression(node.annotation.annotation)
    found = c.place(ast.arg(arg=name, annotation=annotation, type_comment=None), start)
    if node.default is not None:
        c.take(b"=")
        defaults.append(c.expression(node.default))
    c.accept(b",")
    return found


DISPLAYS: Mapping[str, Handler] = {
    "Dict": _dict,
    "DictComp": _dict_comprehension,
    "GeneratorExp": _generator,
    "Lambda": _lambda,
    "List": _list,
    "ListComp": _list_comprehension,
    "Set": _set,
    "SetComp": _set_comprehension,
    "StarredDictComp": _unpacking_comprehension,
    "Tuple": _tuple,
}
