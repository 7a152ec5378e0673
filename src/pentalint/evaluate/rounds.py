"""What the rounds of a loop hand to each other: which names a round finds as an earlier one left them."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from pentalint.evaluate.blocks import statements, targets
from pentalint.evaluate.values import UNKNOWN, Choice, Const, Dict, List, Text, Value, join_all, options, same

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
    """The names a loop assigns: `fixed` those that only ever get constants, with these; `counted` those changed by
    an augmented assignment; `assigned` all."""

    fixed: dict[str, list[Const]]
    counted: set[str]
    assigned: set[str]


def carried(body: list[ast.stmt]) -> Carried:
    """What a loop body assigns."""
    constants: dict[str, list[Const]] = {}
    others: set[str] = set()
    counted: set[str] = set()
    for statement in statements(body):
        value = getattr(statement, "value", None)
        for target in targets(statement):
            if not isinstance(target, ast.Name):
                continue
            if isinstance(statement, ast.AugAssign):
                counted.add(target.id)
            elif isinstance(value, ast.Constant) and isinstance(statement, (ast.Assign, ast.AnnAssign)):
                constants.setdefault(target.id, []).append(Const(value.value))
                continue
            others.add(target.id)
    fixed = {name: values for name, values in constants.items() if name not in others}
    return Carried(fixed, counted, others | constants.keys())


def begin_round(found: Carried, env: dict[str, Value]) -> None:
    """Any round: a name that only gets constants may have each of them, a counter is not known."""
    for name, constants in found.fixed.items():
        if name in env:
            env[name] = join_all([env[name], *constants])
    for name in found.counted:
        value = env.get(name)
        if value is not None and any(is_number(option) for option in options(value)):
            env[name] = join_all(UNKNOWN if is_number(option) else option for option in options(value))


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
    if not isinstance(source, List) or source.kind == "iterator":
        return True
    now = source.items
    return len(now) == len(items) and all(one is other for one, other in zip(now, items))
