"""What the rounds of a loop hand to each other: which names a round finds as an earlier one left them."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from pentalint.evaluate.blocks import statements, targets
from pentalint.evaluate.enumerations import Member
from pentalint.evaluate.lists import Iterator
from pentalint.evaluate.methods import ADDING, MUTATORS, copy, forget
from pentalint.evaluate.values import (
    UNKNOWN,
    Choice,
    Const,
    Dict,
    List,
    Text,
    Unknown,
    Value,
    join_all,
    options,
    same,
)

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
    by `+=`; `assigned` all. `filled` are containers that get more elements, `changed` those changed otherwise."""

    fixed: dict[str, list[Const]]
    grown: set[str]
    assigned: set[str]
    filled: set[str]
    changed: set[str]


def carried(body: list[ast.stmt]) -> Carried:
    """What a loop body assigns and changes, as far as its statements say so."""
    constants: dict[str, list[Const]] = {}
    others: set[str] = set()
    grown: set[str] = set()
    filled: set[str] = set()
    changed: set[str] = set()
    for statement in statements(body):
        value = getattr(statement, "value", None)
        if (
            isinstance(value, ast.Call)
            and isinstance(value.func, ast.Attribute)
            and value.func.attr in MUTATORS
        ):
            name = root(value.func.value)
            (filled if value.func.attr in ADDING and isinstance(value.func.value, ast.Name) else changed).add(
                name
            )
        if isinstance(statement, ast.Delete):
            changed.update(root(target) for target in statement.targets)
        for target in targets(statement):
            if isinstance(target, ast.Subscript):
                changed.add(root(target))
            if not isinstance(target, ast.Name):
                continue
            if isinstance(statement, ast.AugAssign):
                (grown if isinstance(statement.op, ast.Add) else others).add(target.id)
            elif isinstance(value, ast.Constant) and isinstance(statement, (ast.Assign, ast.AnnAssign)):
                constants.setdefault(target.id, []).append(Const(value.value))
            else:
                others.add(target.id)
    fixed = {name: values for name, values in constants.items() if name not in others and name not in grown}
    others.update(constants.keys() - fixed.keys())
    return Carried(fixed, grown - others, grown | others | fixed.keys(), filled - changed, changed)


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
    for name in found.filled | found.changed | found.grown:
        value = env.get(name)
        if isinstance(value, (List, Dict)):
            twin = changed_before(value, name not in found.changed)
            for other, held in list(env.items()):
                if held is value:
                    env[other] = twin


def surprises(found: Carried, before: dict[str, Value], env: dict[str, Value]) -> list[str]:
    """The names whose containers a round has changed although no statement says so."""
    expected = found.assigned | found.filled | found.changed
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


def changed_before(value: List | Dict, filled: bool) -> List | Dict:
    """A container as any round of a loop that changes it may find it."""
    twin = copy(value)
    assert isinstance(twin, (List, Dict))
    if not filled:
        forget(twin)
    elif isinstance(twin, Dict):
        twin.entries = {key: join_all([item, UNKNOWN]) for key, item in twin.entries.items()}
    twin.complete = False
    if isinstance(twin, List):
        twin.fixed = min(twin.fixed, len(twin.items))
    return twin


def is_number(value: Value) -> bool:
    """Whether a value is a known number."""
    return (
        isinstance(value, Const)
        and isinstance(value.value, (int, float))
        and not isinstance(value.value, bool)
    )


def end_round(found: Carried, body: list[ast.stmt], before: dict[str, Value], env: dict[str, Value]) -> None:
    """After any number of rounds: a name computed from what a round has changed is not what one round makes of it."""
    changed = {
        name
        for name in found.assigned - found.fixed.keys()
        if name in env and name in before and not same(env[name], before[name])
    }
    if not changed:
        return
    for statement in statements(body):
        value = getattr(statement, "value", None)
        if not isinstance(statement, (ast.Assign, ast.AnnAssign, ast.AugAssign)) or value is None:
            continue
        names = [
            target.id for target in targets(statement) if isinstance(target, ast.Name) and target.id in env
        ]
        if not any(is_known(env[name]) for name in names):
            continue
        read = {node.id for node in ast.walk(value) if isinstance(node, ast.Name)}
        if isinstance(statement, ast.AugAssign):
            read.update(names)
        if not read.isdisjoint(changed):
            grows = isinstance(statement, ast.AugAssign) and isinstance(statement.op, ast.Add)
            for name in names:
                env[name] = join_all(weakened(option, grows) for option in options(env[name]))


def is_known(value: Value) -> bool:
    """Whether a value, or one of its alternatives, is a constant or a container."""
    return isinstance(value, (Const, List, Dict, Choice))


def weakened(value: Value, grows: bool) -> Value:
    """What several rounds make of what one makes; `grows`: something is added at the end each time."""
    if isinstance(value, Const):
        if grows and isinstance(value.value, (str, bytes)):
            return Text((value, UNKNOWN), "+", value.value)
        return UNKNOWN
    if isinstance(value, List) and not grows:
        return List(value.items, value.kind, False, 0, value.rest)
    if isinstance(value, Dict):
        twin = value.like(dict(value.entries))
        twin.complete = False
        return twin
    return value


def may_repeat(body: list[ast.stmt], count: int, turns: int) -> bool:
    """Whether a loop body is small enough to be evaluated `count` times, within `turns` rounds of outer loops."""
    if not 0 < count <= ROUNDS or count * turns > TURNS:
        return False
    inner = list(statements(body))
    return len(inner) * count <= STATEMENTS and not any(isinstance(one, DEFINITIONS) for one in inner)


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
