"""libcst expressions to `ast` expressions. Handlers read their node in source order (see `cursor`)."""

from __future__ import annotations

import ast
import unicodedata
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pentalint.syntax.cursor import Cursor, Handler, Mismatch

if TYPE_CHECKING:
    import libcst as cst

LOAD = ast.Load()
STORE = ast.Store()
DELETE = ast.Del()

BINARY: Mapping[str, tuple[bytes, ast.operator]] = {
    "Add": (b"+", ast.Add()),
    "BitAnd": (b"&", ast.BitAnd()),
    "BitOr": (b"|", ast.BitOr()),
    "BitXor": (b"^", ast.BitXor()),
    "Divide": (b"/", ast.Div()),
    "FloorDivide": (b"//", ast.FloorDiv()),
    "LeftShift": (b"<<", ast.LShift()),
    "MatrixMultiply": (b"@", ast.MatMult()),
    "Modulo": (b"%", ast.Mod()),
    "Multiply": (b"*", ast.Mult()),
    "Power": (b"**", ast.Pow()),
    "RightShift": (b">>", ast.RShift()),
    "Subtract": (b"-", ast.Sub()),
}
"""libcst's operator to its token and `ast`'s operator; `ast` shares one instance of each too."""

_UNARY: Mapping[str, tuple[bytes, ast.unaryop]] = {
    "BitInvert": (b"~", ast.Invert()),
    "Minus": (b"-", ast.USub()),
    "Not": (b"not", ast.Not()),
    "Plus": (b"+", ast.UAdd()),
}
_BOOLEAN: Mapping[str, tuple[bytes, ast.boolop]] = {"And": (b"and", ast.And()), "Or": (b"or", ast.Or())}
_COMPARE: Mapping[str, tuple[tuple[bytes, ...], ast.cmpop]] = {
    "Equal": ((b"==",), ast.Eq()),
    "GreaterThan": ((b">",), ast.Gt()),
    "GreaterThanEqual": ((b">=",), ast.GtE()),
    "In": ((b"in",), ast.In()),
    "Is": ((b"is",), ast.Is()),
    "IsNot": ((b"is", b"not"), ast.IsNot()),
    "LessThan": ((b"<",), ast.Lt()),
    "LessThanEqual": ((b"<=",), ast.LtE()),
    "NotEqual": ((b"!=",), ast.NotEq()),
    "NotIn": ((b"not", b"in"), ast.NotIn()),
}
_SINGLETONS: Mapping[str, bool | None] = {"None": None, "True": True, "False": False}


def stored(node: ast.expr, context: ast.expr_context = STORE) -> ast.expr:
    """Turn an expression into a target: of an assignment, or of `del` when `context` says so."""
    pending = [node]
    while pending:
        target = pending.pop()
        if isinstance(target, (ast.Name, ast.Attribute, ast.Subscript, ast.Starred, ast.Tuple, ast.List)):
            target.ctx = context
        if isinstance(target, (ast.Tuple, ast.List)):
            pending.extend(target.elts)
        elif isinstance(target, ast.Starred):
            pending.append(target.value)
    return node


def identifier(c: Cursor, node: cst.Name) -> str:
    """Take a name; the name in the normal form the language gives identifiers (PEP 3131)."""
    value = node.value
    c.take(value.encode())
    return value if value.isascii() else unicodedata.normalize("NFKC", value)


def _name(c: Cursor, node: cst.Name, start: int, left: None) -> ast.expr:
    name = identifier(c, node)
    if name in _SINGLETONS:
        return c.place(ast.Constant(value=_SINGLETONS[name], kind=None), start)
    return c.place(ast.Name(id=name, ctx=LOAD), start)


def _ellipsis(c: Cursor, node: cst.Ellipsis, start: int, left: None) -> ast.expr:
    c.take(b"...")
    return c.place(ast.Constant(value=..., kind=None), start)


def _integer(c: Cursor, node: cst.Integer, start: int, left: None) -> ast.expr:
    c.take(node.value.encode())
    try:
        value = int(node.value, 0)
    except ValueError as error:
        raise Mismatch("invalid or too long integer", start) from error
    return c.place(ast.Constant(value=value, kind=None), start)


def _float(c: Cursor, node: cst.Float, start: int, left: None) -> ast.expr:
    c.take(node.value.encode())
    return c.place(ast.Constant(value=float(node.value), kind=None), start)


def _imaginary(c: Cursor, node: cst.Imaginary, start: int, left: None) -> ast.expr:
    c.take(node.value.encode())
    return c.place(ast.Constant(value=complex(0, float(node.value[:-1])), kind=None), start)


def _binary(c: Cursor, node: cst.BinaryOperation, start: int, left: ast.expr) -> ast.expr:
    token, operator = BINARY[type(node.operator).__name__]
    c.take(token)
    return c.place(ast.BinOp(left=left, op=operator, right=c.expression(node.right)), start)


def _boolean(c: Cursor, node: cst.BooleanOperation, start: int, left: ast.expr) -> ast.expr:
    token, operator = _BOOLEAN[type(node.operator).__name__]
    c.take(token)
    right = c.expression(node.right)
    if isinstance(left, ast.BoolOp) and left.op is operator and not node.left.lpar:
        left.values.append(right)
        return c.place(left, start)
    return c.place(ast.BoolOp(op=operator, values=[left, right]), start)


def _comparison(c: Cursor, node: cst.Comparison, start: int, left: ast.expr) -> ast.expr:
    operators: list[ast.cmpop] = []
    comparators: list[ast.expr] = []
    for target in node.comparisons:
        tokens, operator = _COMPARE[type(target.operator).__name__]
        for token in tokens:
            c.take(token)
        operators.append(operator)
        comparators.append(c.expression(target.comparator))
    return c.place(ast.Compare(left=left, ops=operators, comparators=comparators), start)


def _unary(c: Cursor, node: cst.UnaryOperation, start: int, left: None) -> ast.expr:
    token, operator = _UNARY[type(node.operator).__name__]
    c.take(token)
    return c.place(ast.UnaryOp(op=operator, operand=c.expression(node.expression)), start)


def _attribute(c: Cursor, node: cst.Attribute, start: int, left: ast.expr) -> ast.expr:
    c.take(b".")
    return c.place(ast.Attribute(value=left, attr=identifier(c, node.attr), ctx=LOAD), start)


def _call(c: Cursor, node: cst.Call, start: int, left: ast.expr) -> ast.expr:
    opened = c.take(b"(")
    arguments, keywords = call_arguments(c, node.args)
    c.take(b")")
    if len(arguments) == 1 and isinstance(arguments[0], ast.GeneratorExp) and not node.args[0].value.lpar:
        # A generator that is the only argument borrows the call's parentheses.
        c.place(arguments[0], opened)
    return c.place(ast.Call(func=left, args=arguments, keywords=keywords), start)


def call_arguments(c: Cursor, args: Sequence[cst.Arg]) -> tuple[list[ast.expr], list[ast.keyword]]:
    """The arguments between a call's or a class's parentheses, which the caller takes."""
    arguments: list[ast.expr] = []
    keywords: list[ast.keyword] = []
    for arg in args:
        start = c.here()
        if arg.keyword is not None:
            name = identifier(c, arg.keyword)
            c.take(b"=")
            keywords.append(c.place(ast.keyword(arg=name, value=c.expression(arg.value)), start))
        elif arg.star == "**":
            c.take(b"**")
            keywords.append(c.place(ast.keyword(arg=None, value=c.expression(arg.value)), start))
        elif arg.star == "*":
            c.take(b"*")
            arguments.append(c.place(ast.Starred(value=c.expression(arg.value), ctx=LOAD), start))
        else:
            arguments.append(c.expression(arg.value))
        c.accept(b",")
    return arguments, keywords


def _subscript(c: Cursor, node: cst.Subscript, start: int, left: ast.expr) -> ast.expr:
    c.take(b"[")
    first = c.here()
    items: list[ast.expr] = []
    comma = starred = False
    for element in node.slice:
        item: Any = element.slice
        begin = c.here()
        if type(item).__name__ == "Slice":
            items.append(_slice(c, item))
        elif item.star:
            c.take(b"*")
            items.append(c.place(ast.Starred(value=c.expression(item.value), ctx=LOAD), begin))
            starred = True
        else:
            items.append(c.expression(item.value))
        comma = c.accept(b",")
    if comma or starred or len(items) > 1:
        index: ast.expr = c.place(ast.Tuple(elts=items, ctx=LOAD), first)
    else:
        index = items[0]
    c.take(b"]")
    return c.place(ast.Subscript(value=left, slice=index, ctx=LOAD), start)


def _slice(c: Cursor, node: cst.Slice) -> ast.expr:
    start = c.here()
    lower = c.expression(node.lower) if node.lower else None
    c.take(b":")
    upper = c.expression(node.upper) if node.upper else None
    step = None
    if c.accept(b":") and node.step:
        step = c.expression(node.step)
    return c.place(ast.Slice(lower=lower, upper=upper, step=step), start)


def _conditional(c: Cursor, node: cst.IfExp, start: int, left: ast.expr) -> ast.expr:
    c.take(b"if")
    test = c.expression(node.test)
    c.take(b"else")
    return c.place(ast.IfExp(test=test, body=left, orelse=c.expression(node.orelse)), start)


def _walrus(c: Cursor, node: cst.NamedExpr, start: int, left: None) -> ast.expr:
    target = stored(c.expression(node.target))
    assert isinstance(target, ast.Name)
    c.take(b":=")
    return c.place(ast.NamedExpr(target=target, value=c.expression(node.value)), start)


def _await(c: Cursor, node: cst.Await, start: int, left: None) -> ast.expr:
    c.take(b"await")
    return c.place(ast.Await(value=c.expression(node.expression)), start)


def _yield(c: Cursor, node: cst.Yield, start: int, left: None) -> ast.expr:
    c.take(b"yield")
    value = node.value
    if value is None:
        return c.place(ast.Yield(value=None), start)
    if type(value).__name__ == "From":
        c.take(b"from")
        return c.place(ast.YieldFrom(value=c.expression(value.item)), start)  # type: ignore[union-attr]
    return c.place(ast.Yield(value=c.expression(value)), start)  # type: ignore[arg-type]


def _starred(c: Cursor, node: cst.StarredElement, start: int, left: None) -> ast.expr:
    c.take(b"*")
    return c.place(ast.Starred(value=c.expression(node.value), ctx=LOAD), start)


EXPRESSIONS: Mapping[str, Handler] = {
    "Attribute": _attribute,
    "Await": _await,
    "BinaryOperation": _binary,
    "BooleanOperation": _boolean,
    "Call": _call,
    "Comparison": _comparison,
    "Ellipsis": _ellipsis,
    "Float": _float,
    "IfExp": _conditional,
    "Imaginary": _imaginary,
    "Integer": _integer,
    "Name": _name,
    "NamedExpr": _walrus,
    "StarredElement": _starred,
    "Subscript": _subscript,
    "UnaryOperation": _unary,
    "Yield": _yield,
}
