"""Constant folding: operators and subscripts on values that are known, and string building on those that are not.

Every function returns `UNKNOWN` rather than guess, and nothing grows past fixed limits.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Any

from pentalint.evaluate.arguments import constant_key
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
    join_all,
    lift,
    plain,
    truth,
)

TEXT_LIMIT = 100_000
"""Folded strings longer than this many characters become unknown."""

NUMBER_LIMIT = 2**256
"""Folded integers beyond this become unknown: `9**9**9` must not hang the run."""

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

_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}

FAULTS = (
    TypeError,
    ValueError,
    ZeroDivisionError,
    OverflowError,
    AttributeError,
    LookupError,
    MemoryError,
    UnicodeError,
)


def binary(op: ast.operator, left: Value, right: Value) -> Value:
    """`left op right`."""
    if isinstance(left, Const) and isinstance(right, Const):
        return _fold(op, left.value, right.value)
    if isinstance(op, ast.Add):
        if isinstance(left, List) and isinstance(right, List) and left.kind == right.kind:
            return _limited(List(left.items + right.items, left.kind, left.complete and right.complete))
        if isinstance(left, List) or isinstance(right, List):
            known = left if isinstance(left, List) else right
            assert isinstance(known, List)
            return List(list(known.items), known.kind, complete=False)
        if is_text(left) or is_text(right):
            return text((left, right), "+")
    elif isinstance(op, ast.Mod) and is_text(left):
        try:
            return _fold(op, plain(left), plain(right))
        except ValueError:
            parts = right.items if isinstance(right, List) and right.kind == "tuple" else [right]
            return text((left, *parts), "%")
    elif isinstance(op, ast.BitOr) and isinstance(left, Dict) and isinstance(right, Dict):
        merged = Dict({**left.entries, **right.entries}, left.complete and right.complete)
        merged.nodes = {**left.nodes, **right.nodes}
        return merged
    elif isinstance(op, ast.Mult):
        try:
            return _fold(op, plain(left), plain(right))
        except ValueError:
            return UNKNOWN
    elif isinstance(op, ast.Div) and isinstance(left, Ref) and is_text(right):
        return Ref(f"{left.path}.__truediv__()")
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
    if isinstance(op, ast.Mod) and isinstance(left, (str, bytes)) and wide_format(left):
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


def wide_format(template: str | bytes) -> bool:
    """Whether a `%` or `format` template may ask for padding wide enough to fill memory (`%999999999d`)."""
    shown = template if isinstance(template, str) else template.decode("latin-1")
    return (
        any(len(run) > 4 for run in "".join(c if c.isdigit() else " " for c in shown).split()) or "*" in shown
    )


def bounded(thing: Any) -> Value:
    """`lift`, unless the result is larger than the limits."""
    if isinstance(thing, (str, bytes)) and len(thing) > TEXT_LIMIT:
        return UNKNOWN
    if isinstance(thing, int) and abs(thing) >= NUMBER_LIMIT:
        return UNKNOWN
    if isinstance(thing, (list, tuple, dict)) and len(thing) > ITEMS:
        return UNKNOWN
    return lift(thing)


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


def compare(op: ast.cmpop, left: Value, right: Value) -> Value:
    """`left op right` as a truth value."""
    if isinstance(op, (ast.In, ast.NotIn)):
        verdict = contains(right, left)
        return UNKNOWN if verdict is None else (TRUE if verdict is isinstance(op, ast.In) else FALSE)
    try:
        one, other = plain(left), plain(right)
    except ValueError:
        return UNKNOWN
    if isinstance(op, (ast.Is, ast.IsNot)):
        if (
            one is not None
            and other is not None
            and not isinstance(one, bool)
            and not isinstance(other, bool)
        ):
            return UNKNOWN
        return TRUE if (one is other) is isinstance(op, ast.Is) else FALSE
    try:
        return Const(bool(_COMPARE[type(op)](one, other)))
    except FAULTS:
        return UNKNOWN


def contains(container: Value, item: Value) -> bool | None:
    """Whether `item in container`, or None when that is not known."""
    try:
        needle = plain(item)
    except ValueError:
        return None
    if isinstance(container, Const):
        if isinstance(container.value, str) and isinstance(needle, str):
            return needle in container.value
        return None
    if isinstance(container, Dict):
        try:
            found = needle in container.entries
        except TypeError:
            return None
        return True if found else (False if container.complete else None)
    if isinstance(container, List):
        undecided = not container.complete
        for element in container.items:
            try:
                if plain(element) == needle:
                    return True
            except ValueError:
                undecided = True
        return None if undecided else False
    return None


def is_text(value: Value) -> bool:
    """Whether a value is certainly a string, known or built."""
    return isinstance(value, Text) or (isinstance(value, Const) and isinstance(value.value, (str, bytes)))


def text(parts: tuple[Value, ...], how: str) -> Value:
    """A string built from parts: folded when all are known strings, flattened otherwise."""
    flat: list[Value] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, Text) else (part,))
    if how == "+" and all(isinstance(part, Const) for part in flat):
        values = [part.value for part in flat if isinstance(part, Const)]
        if len({type(value) for value in values}) == 1 and isinstance(values[0], (str, bytes)):
            return bounded(type(values[0])().join(values))
    if len(flat) > 200:
        flat = flat[:200]
    return Text(tuple(flat), how)


def subscript(container: Value, index: Value) -> Value:
    """`container[index]` for known containers."""
    if isinstance(container, Dict):
        try:
            key = constant_key(index)
            if key in container.entries:
                return container.entries[key]
        except (ValueError, TypeError):
            return (
                join_all(container.entries.values()) if container.complete and container.entries else UNKNOWN
            )
        return UNKNOWN
    if isinstance(container, List):
        if isinstance(index, Const) and isinstance(index.value, int):
            if container.complete or 0 <= index.value < len(container.items):
                try:
                    return container.items[index.value]
                except IndexError:
                    return UNKNOWN
            return UNKNOWN
        return UNKNOWN
    if isinstance(container, Const) and isinstance(index, Const):
        try:
            return bounded(container.value[index.value])
        except FAULTS:
            return UNKNOWN
    if isinstance(container, Text):
        return Text(container.parts, container.how)
    return UNKNOWN


def slice_of(container: Value, lower: Value | None, upper: Value | None, step: Value | None) -> Value:
    """`container[lower:upper:step]` for known containers and bounds."""
    try:
        bounds = slice(*(None if bound is None else plain(bound) for bound in (lower, upper, step)))
    except ValueError:
        return (
            List(container.items, container.kind, complete=False) if isinstance(container, List) else UNKNOWN
        )
    try:
        if isinstance(container, List) and container.complete:
            return List(container.items[bounds], container.kind)
        if isinstance(container, Const) and isinstance(container.value, (str, bytes)):
            return Const(container.value[bounds])
    except FAULTS:
        return UNKNOWN
    if isinstance(container, Text):
        return Text(container.parts, "slice")
    return UNKNOWN
