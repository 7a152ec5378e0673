"""What a call changed in the objects it was given, kept so that the next call of the same kind need not be followed: its changes
are made again.

Two calls are of the same kind when their arguments have equal shapes (`tracer_functions.shape`). Then the objects that can be
reached from them correspond one to one, in the order in which they are met. What a shape does not look into it compares by
identity; there an object must also hold what it held."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import is_
from typing import Any

from pentalint.evaluate.models import Model
from pentalint.evaluate.values import Bound, Builtin, Choice, Dict, Instance, List, Value

OBJECTS = 200
"""Where more objects can be reached, or have been made, the call is followed each time."""

SHAPED = 3
"""So deep a shape looks into an argument (see `tracer_functions.shape`)."""

ELEMENTS = 30
"""So many elements of a container count for its shape."""

Object = List | Dict | Instance

Held = Any
"""A value, or the `Slot` that stands for an object in a value that is kept: both have to be copied before use."""


class TooMuch(Exception):
    """There is more than is worth keeping."""


class Slot:
    """Stands for one of the objects a call was given."""

    __slots__ = ()


class Effects:
    """The changes of one call. Begin before it; `close` after it; `repeat` for another call of the same kind."""

    __slots__ = ("_before", "_changes", "_kept", "_objects", "_slots", "_types", "value")

    def __init__(self, given: Iterable[Value]) -> None:
        """Raises `TooMuch`."""
        self._objects = reachable(given)
        self._kept: list[Object | None] = []
        self._before = [content_of(one) for one, _ in self._objects]
        self._types = [(type(one), shaped) for one, shaped in self._objects]
        self._changes: list[tuple[int, Changes]] = []
        self._slots: list[Slot] = []
        self.value: Held = None

    def close(self, value: Value, shared: Callable[[Instance], bool]) -> None:
        """The call came back with a value. Instances that are `shared` by all are not copied. Raises `TooMuch`."""
        self._slots = [Slot() for _ in self._objects]
        made: dict[int, Held] = {id(one): slot for (one, _), slot in zip(self._objects, self._slots)}
        copy = Copier(made, shared)
        for place, ((one, _), before) in enumerate(zip(self._objects, self._before)):
            changes = changes_of(one, before)
            if changes is not None:
                self._changes.append((place, changes.copied(copy)))
        self.value = copy(value)
        # Of what a shape compares, only the identity of what it does not look into has to be kept alive.
        self._before = [{} if shaped else before for (_, shaped), before in zip(self._objects, self._before)]
        self._kept = [None if shaped else one for one, shaped in self._objects]
        self._objects = []

    def repeat(self, given: Iterable[Value], shared: Callable[[Instance], bool]) -> Value | None:
        """Make the same changes to other arguments. Returns the value of the call; None when the objects do not correspond."""
        try:
            found = reachable(given)
            if len(found) != len(self._types):
                return None
            for (one, shaped), kind, old, before in zip(found, self._types, self._kept, self._before):
                if kind != (type(one), shaped):
                    return None
                if not shaped and (one is not old or not same_content(content_of(one), before)):
                    return None
            made: dict[int, Held] = {id(slot): one for slot, (one, _) in zip(self._slots, found)}
            copy = Copier(made, shared)
            changes = [(found[place][0], change.copied(copy)) for place, change in self._changes]
            value: Value = copy(self.value)
        except TooMuch:
            return None
        for one, change in changes:
            change.make(one)
        return value


class Twin:
    """A copy of a container that a function works on: what becomes of it becomes of the container."""

    __slots__ = ("_before", "_of", "_twin")

    def __init__(self, of: List | Dict, twin: Value) -> None:
        assert isinstance(twin, (List, Dict))
        self._of = of
        self._twin = twin
        self._before = content_of(twin)

    def give_back(self) -> None:
        """Change the container as the copy was."""
        changes = changes_of(self._twin, self._before)
        if changes is not None:
            changes.make(self._of)


class Changes:
    """What became of one object: entries that are new or others now, keys that are gone, or all items of a list."""

    __slots__ = ("entries", "gone", "items", "state")

    def __init__(
        self,
        entries: dict[Any, Held],
        gone: Iterable[Any] = (),
        items: list[Held] | None = None,
        state: tuple[Held, ...] = (),
    ) -> None:
        self.entries = entries
        self.gone = tuple(gone)
        self.items = items
        self.state = state

    def copied(self, copy: Copier) -> Changes:
        """The same with the values copied."""
        entries = {key: copy(value) for key, value in self.entries.items()}
        items = None if self.items is None else [copy(item) for item in self.items]
        state = (*self.state[:3], copy(self.state[3])) if len(self.state) > 3 else self.state
        return Changes(entries, self.gone, items, state)

    def make(self, one: Object) -> None:
        """Change an object."""
        if isinstance(one, List):
            if self.items is not None:
                one.items[:] = self.items
            one.kind, one.complete, one.fixed, one.rest = self.state
            return
        held: dict[Any, Held] = one.attributes if isinstance(one, Instance) else one.entries
        for key in self.gone:
            held.pop(key, None)
        held.update(self.entries)
        if isinstance(one, Dict):
            (one.complete,) = self.state


class Copier:
    """Copies what a call made, each object once; what it was given becomes what stands for it."""

    __slots__ = ("_kept", "_made", "_shared")

    def __init__(self, made: dict[int, Held], shared: Callable[[Instance], bool]) -> None:
        self._made = made
        self._kept: list[Held] = []
        self._shared = shared

    def __call__(self, value: Held) -> Held:
        """The copy of a value. Raises `TooMuch`."""
        kind = type(value)
        if kind not in MUTABLE:
            if isinstance(value, Model):
                raise TooMuch
            return value
        found = self._made.get(id(value))
        if found is not None:
            return found
        if kind is Choice:
            parts = [self(one) for one in value.values]
            return value if all(map(is_, parts, value.values)) else Choice(tuple(parts))
        if kind is Bound or kind is Builtin:
            receiver = self(value.receiver)
            if receiver is value.receiver:
                return value
            return Bound(value.function, receiver) if kind is Bound else Builtin(receiver, value.name)
        if kind is Slot:
            raise TooMuch  # stands for an object that is not there
        self._kept.append(value)
        if len(self._kept) > OBJECTS:
            raise TooMuch
        return self._twin(value)

    def _twin(self, value: Object) -> Object:
        twin: Object
        if isinstance(value, List):
            twin = self._made[id(value)] = value.like(())
            twin.items = [self(item) for item in value.items]
            twin.rest = self(value.rest)
            twin.home = value.home
        elif isinstance(value, Dict):
            twin = self._made[id(value)] = value.like({})
            twin.entries = {key: self(item) for key, item in value.entries.items()}
            twin.nodes, twin.home = dict(value.nodes), value.home
        else:
            if not value.traced or self._shared(value):
                return value
            twin = self._made[id(value)] = Instance(value.cls, value.arguments, value.home)
            twin.traced = True
            twin.attributes = {name: self(item) for name, item in value.attributes.items()}
        return twin


MUTABLE = frozenset({List, Dict, Instance, Choice, Bound, Builtin, Slot})
"""What holds, or stands for, an object that can be changed."""


def reachable(given: Iterable[Value]) -> list[tuple[Object, bool]]:
    """The objects that can be changed through some arguments, nearest first, each with whether its shape says what it holds.
    Raises `TooMuch`."""
    found: list[tuple[Object, bool]] = []
    seen: set[int] = set()
    now: list[tuple[Any, int]] = [(value, SHAPED) for value in given]
    for value, depth in now:  # grows on the way
        kind = type(value)
        if kind is Choice:
            now.extend((one, depth - 1) for one in value.values)
        elif kind is Bound or kind is Builtin:
            now.append((value.receiver, depth - 1))
        elif kind is Instance:
            if id(value) in seen:
                continue
            seen.add(id(value))
            found.append((value, depth > 0))
            now.extend((one, depth - 2) for one in value.attributes.values())
        elif kind is List or kind is Dict:
            if id(value) in seen:
                continue
            seen.add(id(value))
            held = value.items if kind is List else value.entries.values()
            found.append((value, depth > 0 and len(held) <= ELEMENTS))
            now.extend((one, depth - 1) for one in held)
            if kind is List and value.rest is not None:
                now.append((value.rest, depth - 1))
        elif isinstance(value, Model):
            raise TooMuch
        if len(found) > OBJECTS:
            raise TooMuch
    return found


Content = dict[Any, Held]

STATE, OTHERS = Slot(), Slot()
"""The keys of what a container is besides its elements, and of what else may be in a list."""


def content_of(one: Object) -> Content:
    """What an object holds now, by key or place."""
    if isinstance(one, Instance):
        return dict(one.attributes)
    if isinstance(one, Dict):
        return {**one.entries, STATE: one.complete}
    return {**dict(enumerate(one.items)), STATE: (one.kind, one.complete, one.fixed), OTHERS: one.rest}


def same_content(first: Content, second: Content) -> bool:
    """Whether two objects hold the very same values."""
    if len(first) != len(second):
        return False
    for key, value in first.items():
        other = second.get(key, Slot)
        if value is not other and (key is not STATE or value != other):
            return False
    return True


def changes_of(one: Object, before: Content) -> Changes | None:
    """What has become of an object; None when it holds what it held."""
    if isinstance(one, List):
        if same_content(content_of(one), before):
            return None
        return Changes({}, (), list(one.items), (one.kind, one.complete, one.fixed, one.rest))
    held: dict[Any, Held] = one.attributes if isinstance(one, Instance) else one.entries
    entries = {key: value for key, value in held.items() if before.get(key, Slot) is not value}
    gone = [key for key in before if key not in held and key is not STATE]
    if isinstance(one, Instance):
        return Changes(entries, gone) if entries or gone else None
    if entries or gone or before[STATE] is not one.complete:
        return Changes(entries, gone, None, (one.complete,))
    return None
