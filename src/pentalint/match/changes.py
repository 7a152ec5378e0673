"""Settings that hold a container and are changed in place: `app.config["A"]["b"] = 1`, `app.config.get("A").update(...)`,
`panels = app.config.setdefault("A", [])` and `panels.append(...)`."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from pentalint.dataclass import dataclass
from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.dictionaries import put
from pentalint.evaluate.events import Call, Write
from pentalint.evaluate.methods import MUTATORS, copy, method
from pentalint.evaluate.operations import subscript
from pentalint.evaluate.slices import set_place
from pentalint.evaluate.values import UNKNOWN, Const, Dict, List, Ref, Value, join_all, options

READERS = ("[]", ".get()", ".setdefault()")
"""What the value of a setting is read by."""

DEEPER = ("", "[]")
"""And an item of it."""

ITEM = ""
"""The method that assigning an item is."""


@dataclass(frozen=True, slots=True)
class Change:
    """A call of `method` with `arguments` on what the setting `name` holds, or on what it holds under `keys`. An item that is
    assigned is a call of `ITEM` with key and value."""

    name: str
    keys: tuple[Value, ...]
    method: str
    arguments: Arguments
    node: ast.AST

    def applied(self, value: Value) -> Value:
        """What a value is after the change."""
        return join_all(self.single(option) for option in options(value))

    def single(self, value: Value) -> Value:
        """The same of one possibility; unknown where it is not a container that is known."""
        whole = copy(value)
        held = whole
        for key in self.keys:
            held = subscript(held, key)
        if not isinstance(held, (Dict, List)):
            return UNKNOWN
        if self.method != ITEM:
            method(held, self.method, self.arguments)
        elif isinstance(held, Dict):
            put(held, self.arguments.positional[0], self.arguments.positional[1])
        else:
            set_place(held, self.arguments.positional[0], self.arguments.positional[1])
        return whole


def changing_calls(containers: Iterable[str]) -> set[str]:
    """The paths of methods that change what a setting of one of these containers holds."""
    return {f"{held}.{name}" for held in held_in(containers) for name in MUTATORS}


def changing_writes(containers: Iterable[str]) -> set[str]:
    """The paths of the items of what a setting holds."""
    return {f"{held}[]" for held in held_in(containers)}


def held_in(containers: Iterable[str]) -> list[str]:
    """The paths of what the settings of these containers hold, and of the items of that."""
    return [f"{one}{reader}{deeper}" for one in containers for reader in READERS for deeper in DEEPER]


def changing_call(event: Call, container: str) -> Change | None:
    """The change that a call is; None where the setting is not known."""
    callee = event.receiver
    place = place_of(callee.base if isinstance(callee, Ref) else None, container)
    if place is None:
        return None
    return Change(*place, event.path.rpartition(".")[2], event.arguments, event.node)


def changing_write(event: Write, container: str) -> Change | None:
    """The change that the assignment of an item is; None where the setting is not known."""
    place = place_of(event.receiver, container)
    key = target_key(event)
    if place is None:
        return None
    arguments = Arguments()
    arguments.positional = [key, event.value]
    return Change(*place, ITEM, arguments, event.node)


def target_key(event: Write) -> Value:
    """The key of an assigned item."""
    return Const(event.key) if event.key else UNKNOWN


def place_of(value: Value | None, container: str) -> tuple[str, tuple[Value, ...]] | None:
    """The setting that a value was read from, and the keys below it."""
    keys: list[Value] = []
    while isinstance(value, Ref) and value.arguments is not None:
        key = value.arguments.get("0")
        if value.path in {f"{container}{reader}" for reader in READERS}:
            named = isinstance(key, Const) and isinstance(key.value, str)
            return (key.value, tuple(reversed(keys))) if isinstance(key, Const) and named else None
        if key is None or not value.path.endswith("[]"):
            return None
        keys.append(key)
        value = value.base
    return None
