"""libcst statements of one line (assignments, imports, `return`, ...) to `ast`."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pentalint.syntax.convert_expressions import BINARY, DELETE, STORE, identifier, stored
from pentalint.syntax.cursor import Cursor, Mismatch

if TYPE_CHECKING:
    import libcst as cst

SimpleHandler = Callable[[Cursor, Any, int], ast.stmt]

_AUGMENTED = {
    "DivideAssign": "Divide",
    "FloorDivideAssign": "FloorDivide",
    **{f"{name}Assign": name for name in BINARY},
}


def small_statement(c: Cursor, node: cst.BaseSmallStatement) -> ast.stmt:
    """Convert one statement of a line, and take the semicolon behind it."""
    start = c.here()
    found = _SIMPLE[type(node).__name__](c, node, start)
    c.place(found, start)
    c.accept(b";")
    return found


def _expression(c: Cursor, node: cst.Expr, start: int) -> ast.stmt:
    return ast.Expr(value=c.expression(node.value))


def _assign(c: Cursor, node: cst.Assign, start: int) -> ast.stmt:
    targets = []
    for target in node.targets:
        targets.append(stored(c.expression(target.target)))
        c.take(b"=")
    return ast.Assign(targets=targets, value=c.expression(node.value), type_comment=None)


def _annotated(c: Cursor, node: cst.AnnAssign, start: int) -> ast.stmt:
    target = stored(c.expression(node.target))
    if not isinstance(target, (ast.Name, ast.Attribute, ast.Subscript)):
        raise Mismatch("only single target (not tuple) can be annotated", start)
    c.take(b":")
    annotation = c.expression(node.annotation.annotation)
    value = None
    if node.value is not None:
        c.take(b"=")
        value = c.expression(node.value)
    simple = int(isinstance(target, ast.Name) and not node.target.lpar)
    return ast.AnnAssign(target=target, annotation=annotation, value=value, simple=simple)


def _augmented(c: Cursor, node: cst.AugAssign, start: int) -> ast.stmt:
    target = stored(c.expression(node.target))
    if not isinstance(target, (ast.Name, ast.Attribute, ast.Subscript)):
        raise Mismatch("illegal expression for augmented assignment", start)
    token, operator = BINARY[_AUGMENTED[type(node.operator).__name__]]
    c.take(token + b"=")
    return ast.AugAssign(target=target, op=operator, value=c.expression(node.value))


def _delete(c: Cursor, node: cst.Del, start: int) -> ast.stmt:
    c.take(b"del")
    target = stored(c.expression(node.target), DELETE)
    several = isinstance(target, ast.Tuple) and not node.target.lpar
    return ast.Delete(targets=target.elts if several else [target])  # type: ignore[attr-defined]


def _return(c: Cursor, node: cst.Return, start: int) -> ast.stmt:
    c.take(b"return")
    return ast.Return(value=c.expression(node.value) if node.value is not None else None)


def _raise(c: Cursor, node: cst.Raise, start: int) -> ast.stmt:
    c.take(b"raise")
    exception = c.expression(node.exc) if node.exc is not None else None
    cause = None
    if node.cause is not None:
        c.take(b"from")
        cause = c.expression(node.cause.item)
    return ast.Raise(exc=exception, cause=cause)


def _assert(c: Cursor, node: cst.Assert, start: int) -> ast.stmt:
    c.take(b"assert")
    test = c.expression(node.test)
    message = None
    if node.msg is not None:
        c.take(b",")
        message = c.expression(node.msg)
    return ast.Assert(test=test, msg=message)


def _pass(c: Cursor, node: cst.Pass, start: int) -> ast.stmt:
    c.take(b"pass")
    return ast.Pass()


def _break(c: Cursor, node: cst.Break, start: int) -> ast.stmt:
    c.take(b"break")
    return ast.Break()


def _continue(c: Cursor, node: cst.Continue, start: int) -> ast.stmt:
    c.take(b"continue")
    return ast.Continue()


def _global(c: Cursor, node: cst.Global, start: int) -> ast.stmt:
    c.take(b"global")
    return ast.Global(names=_name_list(c, node.names))


def _nonlocal(c: Cursor, node: cst.Nonlocal, start: int) -> ast.stmt:
    c.take(b"nonlocal")
    return ast.Nonlocal(names=_name_list(c, node.names))


def _name_list(c: Cursor, items: Sequence[cst.NameItem]) -> list[str]:
    names = []
    for item in items:
        names.append(identifier(c, item.name))
        c.accept(b",")
    return names


def _import(c: Cursor, node: cst.Import, start: int) -> ast.stmt:
    c.accept(b"lazy")  # PEP 810: when a module is loaded does not matter here
    c.take(b"import")
    return ast.Import(names=_aliases(c, node.names))


def _import_from(c: Cursor, node: cst.ImportFrom, start: int) -> ast.stmt:
    c.accept(b"lazy")
    c.take(b"from")
    for _ in node.relative:
        c.take(b".")
    module = _dotted(c, node.module) if node.module is not None else None
    c.take(b"import")
    if type(node.names).__name__ == "ImportStar":
        star = c.take(b"*")
        names = [c.place(ast.alias(name="*", asname=None), star)]
    else:
        opened = c.accept(b"(")
        names = _aliases(c, node.names)  # type: ignore[arg-type]
        if opened:
            c.take(b")")
    return ast.ImportFrom(module=module, names=names, level=len(node.relative))


def _aliases(c: Cursor, items: Sequence[cst.ImportAlias]) -> list[ast.alias]:
    found = []
    for item in items:
        start = c.here()
        name = _dotted(c, item.name)
        asname = None
        if item.asname is not None:
            c.take(b"as")
            asname = identifier(c, item.asname.name)  # type: ignore[arg-type]
        found.append(c.place(ast.alias(name=name, asname=asname), start))
        c.accept(b",")
    return found


def _dotted(c: Cursor, node: cst.Attribute | cst.Name) -> str:
    names: list[cst.Name] = []
    inner: Any = node
    while type(inner).__name__ == "Attribute":
        names.append(inner.attr)
        inner = inner.value
    found = [identifier(c, inner)]
    for name in reversed(names):
        c.take(b".")
        found.append(identifier(c, name))
    return ".".join(found)


def _type_alias(c: Cursor, node: cst.TypeAlias, start: int) -> ast.stmt:
    """`type X[T] = Y` (PEP 695); an assignment on an interpreter that has no node for it."""
    c.take(b"type")
    begin = c.here()
    name = c.place(ast.Name(id=identifier(c, node.name), ctx=STORE), begin)
    parameters = type_parameters(c, node.type_parameters)
    c.take(b"=")
    value = c.expression(node.value)
    if sys.version_info >= (3, 12):
        return ast.TypeAlias(name=name, type_params=parameters, value=value)
    return ast.Assign(targets=[name], value=value, type_comment=None)


def type_parameters(c: Cursor, node: cst.TypeParameters | None) -> list[Any]:
    """`[T: int = str, *Ts, **P]`, dropped before Python 3.12; defaults are kept from 3.13 on."""
    if node is None:
        return []
    found = []
    c.take(b"[")
    for item in node.params:
        start = c.here()
        found.append(_type_parameter(c, item, start))
        c.accept(b",")
    c.take(b"]")
    return found if sys.version_info >= (3, 12) else []


def _type_parameter(c: Cursor, item: cst.TypeParam, start: int) -> Any:
    param: Any = item.param
    kind = type(param).__name__
    if kind != "TypeVar":
        c.take(b"*" if kind == "TypeVarTuple" else b"**")
    fields: dict[str, Any] = {"name": identifier(c, param.name)}
    if kind == "TypeVar":
        fields["bound"] = None
        if param.bound is not None:
            c.take(b":")
            fields["bound"] = c.expression(param.bound)
    end = c.at
    if item.default is not None:
        c.take(b"=")
        begin = c.here()
        starred = c.accept(b"*") if item.star else False
        default = c.expression(item.default)
        if starred:
            default = c.place(ast.Starred(value=default, ctx=ast.Load()), begin)
        end = c.at
    else:
        default = None
    if sys.version_info >= (3, 13):
        fields["default_value"] = default
    cls = getattr(ast, kind, None)
    return None if cls is None else c.place(cls(**fields), start, end)


_SIMPLE: Mapping[str, SimpleHandler] = {
    "AnnAssign": _annotated,
    "Assert": _assert,
    "Assign": _assign,
    "AugAssign": _augmented,
    "Break": _break,
    "Continue": _continue,
    "Del": _delete,
    "Expr": _expression,
    "Global": _global,
    "Import": _import,
    "ImportFrom": _import_from,
    "LazyImport": _import,
    "LazyImportFrom": _import_from,
    "Nonlocal": _nonlocal,
    "Pass": _pass,
    "Raise": _raise,
    "Return": _return,
    "TypeAlias": _type_alias,
}
