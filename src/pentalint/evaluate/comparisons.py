"""Comparisons of values: equality, order, identity, membership; None or unknown where neither answer is certain."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Any

from pentalint.evaluate.arguments import constant_key
from pentalint.evaluate.enumerations import Member, Named
from pentalint.evaluate.folding import FAULTS
from pentalint.evaluate.values import (
    FALSE,
    TRUE,
    UNKNOWN,
    Bound,
    Builtin,
    Class,
    Const,
    Dict,
    Function,
    List,
    Package,
    Text,
    Unknown,
    Value,
    plain,
)

_ORDER: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}

THINGS = (Function, Class, Package, Bound, Builtin, List, Dict, Text, Member)
"""Values that are certainly not None, nor True or False."""


def compare(op: ast.cmpop, left: Value, right: Value) -> Value:
    """`left op right` as a truth value."""
    kind = type(op)
    if kind is ast.Eq or kind is ast.NotEq:
        return judged(equal(left, right), kind is ast.Eq)
    if kind is ast.Is or kind is ast.IsNot:
        return judged(identical(left, right), kind is ast.Is)
    if kind is ast.In or kind is ast.NotIn:
        return judged(contains(right, left), kind is ast.In)
    try:
        return Const(bool(_ORDER[kind](plain(left), plain(right))))
    except FAULTS:
        return UNKNOWN


def judged(verdict: bool | None, wanted: bool) -> Value:
    """The truth value of a test that came out as `verdict`, or of its negation."""
    return UNKNOWN if verdict is None else (TRUE if verdict is wanted else FALSE)


def identical(left: Value, right: Value) -> bool | None:
    """`left is right`: known for None, True and False, and for what is certainly none of them."""
    for one, other in ((left, right), (right, left)):
        if (
            isinstance(one, Const)
            and type(one) is Const
            and (one.value is None or isinstance(one.value, bool))
        ):
            if isinstance(other, Const):
                return one.value is other.value
            return False if isinstance(other, THINGS) else None
    if isinstance(left, (Member, Named)) and type(left) is type(right):
        return left is right or (None if isinstance(left, Member) and left.own_equality else False)
    if isinstance(left, (List, Dict, Function, Class)) and left is right:
        return True
    return None


def equal(left: Value, right: Value, levels: int = 20) -> bool | None:
    """`left == right`, or None when that is not known."""
    if type(left) is type(right) is Const or (isinstance(left, Const) and isinstance(right, Const)):
        try:
            return bool(left.value == right.value)
        except FAULTS:
            return None
    if isinstance(left, Text) or isinstance(right, Text):
        return _texts_equal(left, right)
    if isinstance(left, Member) or isinstance(right, Member):
        return _members_equal(left, right)
    if not levels:
        return None
    if isinstance(left, List) and isinstance(right, List):
        return _lists_equal(left, right, levels)
    if isinstance(left, Dict) and isinstance(right, Dict):
        return _dicts_equal(left, right, levels)
    kinds = {type(left), type(right)}
    if kinds <= {List, Dict, Const} and len(kinds) == 2:
        return False
    return None


def _texts_equal(left: Value, right: Value) -> bool | None:
    """A built string equals no constant that begins or ends otherwise, or is shorter."""
    built, other = (left, right) if isinstance(left, Text) else (right, left)
    if isinstance(built, Text) and isinstance(other, Const) and isinstance(other.value, (str, bytes)):
        for edge in (built.head, built.tail):
            if edge and type(edge) is not type(other.value):
                return None
        if len(other.value) < built.least:
            return False
        if built.head and not other.value.startswith(built.head):  # type: ignore[arg-type]
            return False
        if built.tail and not other.value.endswith(built.tail):  # type: ignore[arg-type]
            return False
    return None


def _members_equal(left: Value, right: Value) -> bool | None:
    """Members of an enumeration without a mixed-in type equal themselves only."""
    if left is right:
        return True
    for one in (left, right):
        if isinstance(one, Member):
            if one.own_equality:
                return None
        elif type(one) not in (Const, List, Dict):
            return None
    return False


def _lists_equal(left: List, right: List, levels: int) -> bool | None:
    if left is right:
        return True
    if left.kind != right.kind:
        return False if {left.kind, right.kind} <= {"list", "tuple", "set", "deque", "range"} else None
    if left.kind not in ("list", "tuple", "deque", "range"):
        try:
            return bool(plain(left) == plain(right))
        except ValueError:
            return None
    if not (left.complete and right.complete):
        return None
    if len(left.items) != len(right.items):
        return False
    if not (left.exact and right.exact):
        return None
    verdict: bool | None = True
    for one, other in zip(left.items, right.items):
        step = equal(one, other, levels - 1)
        if step is False:
            return False
        verdict = None if step is None else verdict
    return verdict


def _dicts_equal(left: Dict, right: Dict, levels: int) -> bool | None:
    if left is right:
        return True
    if type(left) is not Dict or type(right) is not Dict:
        return None
    for one, other in ((left, right), (right, left)):
        if other.complete and any(
            key not in other.entries for key in one.entries if isinstance(key, (str, int))
        ):
            return False
    if not (left.complete and right.complete) or left.entries.keys() != right.entries.keys():
        return None
    verdict: bool | None = True
    for key, value in left.entries.items():
        step = equal(value, right.entries[key], levels - 1)
        if step is False:
            return False
        verdict = None if step is None else verdict
    return verdict


def contains(container: Value, item: Value) -> bool | None:
    """Whether `item in container`, or None when that is not known."""
    if isinstance(container, Const):
        try:
            return bool(plain(item) in container.value)
        except FAULTS:
            return None
    if isinstance(container, Text):
        if isinstance(item, Const) and isinstance(item.value, (str, bytes)):
            for edge in (container.head, container.tail):
                if type(edge) is type(item.value) and item.value in edge:  # type: ignore[operator]
                    return True
        return None
    if isinstance(container, Dict):
        try:
            found = constant_key(item) in container.entries
        except (TypeError, ValueError):
            return None
        return True if found else (False if container.complete else None)
    if isinstance(container, List):
        undecided = not container.complete
        items = container.items
        container.use_up()
        for element in items:
            verdict = True if element is item and not isinstance(item, Unknown) else equal(element, item)
            if verdict:
                return True
            undecided = undecided or verdict is None
        return None if undecided else False
    return None
