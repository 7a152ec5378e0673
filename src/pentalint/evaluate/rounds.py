"""What the rounds of a loop hand to each other: which names a round finds as an earlier one left them."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field

from pentalint.evaluate.blocks import statements, targets
from pentalint.evaluate.dictionaries import Mapping
from pentalint.evaluate.enumerations import Member
from pentalint.evaluate.methods import ADDING, MUTATORS, copy, forget, soften
from pentalint.evaluate.values import (
    UNKNOWN,
    Const,
    Dict,
    List,
    Text,
    Unknown,
    Value,
    join_all,
    options,
)
from pentalint.evaluate.walks import Iterator

ROUNDS = 16
"""A loop of more rounds than this is not followed round by round."""

STATEMENTS = 160
"""Statements, times rounds, that a loop followed round by round may have."""

TURNS = 64
"""Rounds of loops within loops that are followed one by one, those of one round of the outermost included."""

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
"""Statements that are not to be evaluated several times."""


@dataclass(slots=True)
class Carried:
    """The names a loop assigns: `fixed` those that only ever get constants, with these; `grown` those that only grow
    by `+=`; `assigned` all. The names whose containers it changes: `filled` by adding elements, `stored` by setting
    items, `touched` within their elements, `popped` by taking out a known key, `changed` in other ways. `size` is the
    number of statements; one that defines something counts for very many."""

    size: int = 0
    fixed: dict[str, list[Const]] = field(default_factory=dict)
    grown: set[str] = field(default_factory=set)
    assigned: set[str] = field(default_factory=set)
    filled: set[str] = field(default_factory=set)
    stored: set[str] = field(default_factory=set)
    touched: set[str] = field(default_factory=set)
    popped: dict[str, list[object]] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)

    @property
    def altered(self) -> set[str]:
        """The names whose containers are changed."""
        return self.filled | self.stored | self.touched | self.changed | self.grown | self.popped.keys()


def carried(body: list[ast.stmt]) -> Carried:
    """What a loop body assigns and changes, as far as its statements say so."""
    found = Carried()
    constants: dict[str, list[Const]] = {}
    others: set[str] = set()
    for statement in statements(body):
        found.size += STATEMENTS + 1 if isinstance(statement, DEFINITIONS) else 1
        value = getattr(statement, "value", None)
        if isinstance(value, ast.Call):
            note_call(value, found)
        if isinstance(statement, ast.Delete):
            found.changed.update(root(target) for target in statement.targets)
        for target in targets(statement):
            if isinstance(target, ast.Subscript):
                (found.stored if isinstance(target.value, ast.Name) else found.touched).add(root(target))
            if not isinstance(target, ast.Name):
                continue
            if isinstance(statement, ast.AugAssign):
                (found.grown if isinstance(statement.op, ast.Add) else others).add(target.id)
            elif isinstance(value, ast.Constant) and isinstance(statement, (ast.Assign, ast.AnnAssign)):
                constants.setdefault(target.id, []).append(Const(value.value))
            else:
                others.add(target.id)
    found.fixed = {
        name: values for name, values in constants.items() if name not in others and name not in found.grown
    }
    others.update(constants.keys() - found.fixed.keys())
    found.assigned = found.grown | others | found.fixed.keys()
    found.grown -= others
    return found


def note_call(node: ast.Call, found: Carried) -> None:
    """What a call of a method that changes containers changes."""
    if not isinstance(node.func, ast.Attribute) or node.func.attr not in MUTATORS:
        return
    name, holder = root(node.func.value), node.func.value
    if not isinstance(holder, ast.Name):
        found.touched.add(name)
    elif node.func.attr in ADDING:
        found.filled.add(name)
    elif node.func.attr == "pop" and node.args and isinstance(node.args[0], ast.Constant):
        found.popped.setdefault(name, []).append(node.args[0].value)
    else:
        found.changed.add(name)


def root(node: ast.expr) -> str:
    """The name that an expression begins with, "" for none."""
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def begin_round(found: Carried, env: dict[str, Value]) -> None:
    """Any round: a name that only gets constants may have each of them, another that is assigned may be something else,
    a container that is changed may have been."""
    for name, constants in found.fixed.items():
        if name in env:
            env[name] = join_all([env[name], *constants])
    for name in found.assigned - found.fixed.keys():
        value = env.get(name)
        if value is not None and not isinstance(value, Unknown):
            env[name] = join_all(
                other for option in options(value) for other in later(option, name in found.grown)
            )
    for name, value in list(env.items()):
        if type(value) is Mapping and value.default is not None and value.complete:
            open_ = value.like(dict(value.entries))  # looking at its entries makes them
            open_.complete = False
            env[name] = open_
    for name in found.altered:
        value = env.get(name)
        if isinstance(value, (List, Dict)):
            twin = changed_before(value, name, found)
            for other, held in list(env.items()):
                if held is value:
                    env[other] = twin


def surprises(found: Carried, before: dict[str, Value], env: dict[str, Value]) -> list[str]:
    """The names whose containers a round has changed although no statement says so."""
    expected = found.assigned | found.altered
    return [
        name
        for name, value in before.items()
        if isinstance(value, (List, Dict)) and env.get(name) is not value and name not in expected
    ]


def later(value: Value, grown: bool) -> list[Value]:
    """What a value that a loop assigns to may be in any round."""
    if isinstance(value, Const):
        if grown and isinstance(value.value, (str, bytes)):
            return [value, Text((value, UNKNOWN), "+", value.value)]
        return [UNKNOWN] if is_number(value) else [value, UNKNOWN]
    if isinstance(value, Text):
        kept = (value.head, value.head[:0], value.least) if grown else ("", "", 0)
        return [Text(value.parts, value.how, *kept)]
    if isinstance(value, List) and grown:
        return (
            [value] if value.kind != "tuple" else [List(value.items, "tuple", False, value.fixed, value.rest)]
        )
    return [value, UNKNOWN] if isinstance(value, (List, Dict, Member)) else [value]


def changed_before(value: List | Dict, name: str, found: Carried) -> List | Dict:
    """A container as any round of a loop that changes it may find it."""
    twin = copy(value)
    assert isinstance(twin, (List, Dict))
    if name in found.changed or (isinstance(twin, List) and (name in found.stored or name in found.popped)):
        forget(twin)
    elif isinstance(twin, Dict):
        for key in found.popped.get(name, ()):
            twin.entries.pop(key, None)
        soften(twin)
        twin.complete = value.complete and name not in found.filled | found.stored | found.popped.keys()
    elif name in found.touched:
        soften(twin)
        twin.complete = value.complete and name not in found.filled | found.grown
    else:
        twin.fixed = min(twin.fixed, len(twin.items))
        twin.complete = False
    return twin


def is_number(value: Value) -> bool:
    """Whether a value is a known number."""
    return (
        isinstance(value, Const)
        and isinstance(value.value, (int, float))
        and not isinstance(value.value, bool)
    )


def may_repeat(size: int, count: int, turns: int) -> bool:
    """Whether a loop body of `size` statements is small enough to be evaluated `count` times, within `turns` rounds of
    outer loops."""
    return 0 < count <= ROUNDS and count * turns <= TURNS and size * count <= STATEMENTS


def untouched(source: Value, items: Sequence[Value]) -> bool:
    """Whether a list still has the elements it was walked over for."""
    if isinstance(source, Iterator):
        return not source.stale
    if not isinstance(source, List) or source.kind == "iterator":
        return True
    now = source.items
    if len(now) != len(items):
        return False
    return source.kind == "view" or all(one is other for one, other in zip(now, items))
