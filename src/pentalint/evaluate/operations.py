"""Constant folding: operators and subscripts on values that are known, and string building on those that are not.

Every function returns `UNKNOWN` rather than guess, and nothing grows past fixed limits.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Any

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.comparisons import compare, contains
from pentalint.evaluate.dictionaries import merged, value_at
from pentalint.evaluate.elements import known_places
from pentalint.evaluate.folding import (
    FAULTS,
    NUMBER_LIMIT,
    TEXT_LIMIT,
    bounded,
)
from pentalint.evaluate.lists import set_method
from pentalint.evaluate.slices import item_of, slice_items
from pentalint.evaluate.templates import percent
from pentalint.evaluate.texts import character, cut, is_text, text
from pentalint.evaluate.values import (
    FALSE,
    ITEMS,
    TRUE,
    UNKNOWN,
    Const,
    Dict,
    List,
    Ref,
    Text,
    Value,
    join,
    plain,
    truth,
)

_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.BitOr: operator.or_,
    ast.BitAnd: operator.and_,
    ast.BitXor: operator.xor,
}

_SETS: dict[type[ast.operator], str] = {
    ast.BitOr: "union",
    ast.BitAnd: "intersection",
    ast.Sub: "difference",
    ast.BitXor: "symmetric_difference",
}


def binary(op: ast.operator, left: Value, right: Value) -> Value:
    """`left op right`."""
    if isinstance(op, ast.Mod) and is_text(left):
        return percent(left, right)
    if isinstance(left, Const) and isinstance(right, Const):
        return _fold(op, left.value, right.value)
    if isinstance(op, ast.Add):
        if isinstance(left, List) and isinstance(right, List) and left.kind == right.kind:
            return _concatenated(left, right)
        if isinstance(left, List) or isinstance(right, List):
            known = left if isinstance(left, List) else right
            assert isinstance(known, List)
            kind = known.kind if known.kind in ("list", "tuple") else "list"
            fixed = known_places(known) if known is left else 0
            return List(list(known.items), kind, False, fixed, known.rest)
        if is_text(left) or is_text(right):
            return text((left, right), "+")
    elif isinstance(op, ast.BitOr) and isinstance(left, Dict) and isinstance(right, Dict):
        return merged(left, right)
    elif type(op) in _SETS and isinstance(left, List) and isinstance(right, List):
        if left.kind == right.kind == "set":
            return set_method(left, _SETS[type(op)], [right])
    elif isinstance(op, ast.Mult):
        return _repeated(left, right)
    elif isinstance(op, ast.Div) and isinstance(left, Ref) and is_text(right):
        joined = Arguments()
        joined.positional.append(right)
        return Ref(f"{left.path}.__truediv__()", joined, base=left)
    return UNKNOWN


def _concatenated(left: List, right: List) -> Value:
    if left.kind not in ("list", "tuple", "deque"):
        return UNKNOWN
    complete = left.complete and right.complete
    rest = right.rest if left.rest is None else left.rest
    if left.rest is not None and right.rest is not None:
        rest = join(left.rest, right.rest)
    result = List(left.items + right.items, left.kind, complete, rest=rest)
    if not left.exact:
        result.fixed = known_places(left)
    elif not right.exact:
        result.fixed = len(left.items) + known_places(right)
    return _limited(result)


def _repeated(left: Value, right: Value) -> Value:
    """`sequence * number`, elements and parts known or not."""
    sequence, times = (right, left) if isinstance(left, Const) else (left, right)
    if not (isinstance(times, Const) and isinstance(times.value, int)):
        return UNKNOWN
    if isinstance(sequence, List) and sequence.kind in ("list", "tuple") and sequence.exact:
        if len(sequence.items) * max(times.value, 0) <= ITEMS:
            return List(sequence.items * times.value, sequence.kind)
    elif isinstance(sequence, Text) and 1 <= times.value <= 4:
        return text((sequence,) * times.value, "+")
    return UNKNOWN


def _fold(op: ast.operator, left: Any, right: Any) -> Value:
    if isinstance(op, ast.Mult) and not _small_product(left, right):
        return UNKNOWN
    if isinstance(op, ast.Pow):
        if not (isinstance(left, int) and isinstance(right, int) and 0 <= right <= 256 and abs(left) <= 1024):
            return UNKNOWN
        return Const(left**right)
    if isinstance(op, (ast.LShift, ast.RShift)):
        if not (
            isinstance(left, int)
            and isinstance(right, int)
            and 0 <= right <= 256
            and abs(left) < NUMBER_LIMIT
        ):
            return UNKNOWN
        return Const(left << right if isinstance(op, ast.LShift) else left >> right)
    function = _BINARY.get(type(op))
    if function is None:
        return UNKNOWN
    try:
        return bounded(function(left, right))
    except FAULTS:
        return UNKNOWN


def _small_product(left: Any, right: Any) -> bool:
    """Whether `left * right` stays small: numbers below the limit, sequences repeated to at most the text limit."""
    for sequence, times in ((left, right), (right, left)):
        if isinstance(sequence, (str, bytes, list, tuple)):
            return isinstance(times, int) and len(sequence) * max(times, 0) <= TEXT_LIMIT // 10
    return all(not isinstance(side, int) or abs(side) < NUMBER_LIMIT for side in (left, right))


def _limited(value: List) -> Value:
    if len(value.items) > ITEMS:
        return List(value.items[:ITEMS], value.kind, complete=False)
    return value


def unary(op: ast.unaryop, operand: Value) -> Value:
    """`op operand`."""
    if isinstance(op, ast.Not):
        verdict = truth(operand)
        return UNKNOWN if verdict is None else (FALSE if verdict else TRUE)
    if isinstance(operand, Const) and isinstance(operand.value, (int, float)):
        if isinstance(op, ast.USub):
            return Const(-operand.value)
        if isinstance(op, ast.UAdd):
            return Const(+operand.value)
        if isinstance(operand.value, int):
            return Const(-operand.value - 1)  # ~x, without the deprecated ~bool
    return UNKNOWN


def subscript(container: Value, index: Value) -> Value:
    """`container[index]` for known containers."""
    if isinstance(container, Dict):
        return value_at(container, index)
    if isinstance(container, List):
        return item_of(container, index)
    if isinstance(container, Const) and isinstance(index, Const):
        try:
            return bounded(container.value[index.value])
        except FAULTS:
            return UNKNOWN
    if isinstance(container, Text):
        return character(container, index.value if isinstance(index, Const) else None)
    return UNKNOWN


def slice_of(container: Value, lower: Value | None, upper: Value | None, step: Value | None) -> Value:
    """`container[lower:upper:step]` for known containers and bounds."""
    try:
        bounds = slice(*(None if bound is None else plain(bound) for bound in (lower, upper, step)))
    except ValueError:
        if isinstance(container, List):
            return slice_items(container, None)
        return Text(container.parts, "slice") if isinstance(container, Text) else UNKNOWN
    try:
        if isinstance(container, List):
            return slice_items(container, bounds)
        if isinstance(container, Const) and isinstance(container.value, (str, bytes)):
            return Const(container.value[bounds])
        if isinstance(container, Text):
            return cut(container, bounds)
    except FAULTS:
        pass
    return UNKNOWN


__all__ = [
    "NUMBER_LIMIT",
    "TEXT_LIMIT",
    "binary",
    "compare",
    "contains",
    "is_text",
    "slice_of",
    "subscript",
    "text",
    "unary",
]
