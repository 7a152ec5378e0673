"""Lists, tuples, sets and deques element by element: their methods, items and slices. What changes a container changes
the value in place.

A container keeps what is certainly in it under `items`; what may be in it besides goes to `rest`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.comparisons import equal
from pentalint.evaluate.enumerations import Member
from pentalint.evaluate.folding import FAULTS, any_of, bounded, picked, rest_of
from pentalint.evaluate.values import (
    ITEMS,
    NONE,
    ORDERED,
    REST,
    UNKNOWN,
    Choice,
    Const,
    Dict,
    List,
    Ref,
    Unknown,
    Value,
    join_all,
    lift,
    plain,
)

CHANGES = frozenset(
    """append appendleft add insert extend extendleft update remove discard pop popleft clear sort reverse rotate
    difference_update intersection_update symmetric_difference_update""".split()  # noqa: SIM905
)
"""Methods that change a list, set or deque."""


def loosen(container: List) -> None:
    """Something was taken away or replaced, nobody knows what: each element may still be there."""
    container.rest = rest_of([*container.items, container.rest])
    container.items = []
    container.complete = False
    container.fixed = ORDERED


def widen(container: List, more: Value | None = None) -> None:
    """Something may have been added; `more` is what, where that is known."""
    container.fixed = known_places(container)
    container.complete = False
    container.rest = rest_of([container.rest, more])


def known_places(container: List) -> int:
    """How many of the first items are certainly at their places."""
    return min(container.fixed, len(container.items))


def everything(container: List) -> list[Value]:
    """All that may be in a container."""
    return container.items if container.rest is None else [*container.items, container.rest]


def element_of(container: List) -> Value:
    """What one element of a container may be."""
    return any_of(everything(container), container.complete)


def add_items(container: List, items: Iterable[Value]) -> None:
    """Elements are added at the end; to a set, those that are not yet in it."""
    if container.kind == "set":
        for item in items:
            if not any(item is one or equal(item, one) for one in container.items):
                container.items.append(item)
    else:
        if not container.complete:
            container.fixed = known_places(container)
        container.items.extend(items)
    if len(container.items) > ITEMS:
        del container.items[ITEMS:]
        container.complete = False


def make_set(items: Iterable[Value], complete: bool = True, rest: Value | None = None) -> List:
    """A set of elements, each once."""
    found = List([], "set", complete, rest=rest)
    add_items(found, items)
    return found


def holds_itself(item: Value, container: object, levels: int = 8) -> bool:
    """Whether a value contains a container: putting it there would make an endless value."""
    if item is container:
        return True
    if not levels:
        return isinstance(item, (List, Dict))
    parts = item.items if isinstance(item, List) else item.entries.values() if isinstance(item, Dict) else ()
    return any(isinstance(part, (List, Dict)) and holds_itself(part, container, levels - 1) for part in parts)


class Iterator(List):
    """What `iter`, `zip` and the like give: it reads its sources only when it is read."""

    __slots__ = ("sources",)

    def __init__(self, found: Walk, sources: Iterable[Value]) -> None:
        super().__init__(found.items, "iterator", found.complete, found.fixed, found.rest)
        self.sources: list[tuple[Value, list[Value]]] = []
        for source in sources:
            if isinstance(source, Iterator):
                self.sources.extend(source.sources)
            elif isinstance(source, List):
                self.sources.append((source, list(source.items)))
            elif isinstance(source, Dict):
                self.sources.append((source, list(source.entries.values())))

    def like(self, items: Iterable[Value]) -> List:
        twin = Iterator(Walk(list(items), self.complete, self.fixed, self.rest), ())
        twin.sources = self.sources
        return twin

    @property
    def stale(self) -> bool:
        """Whether one of its sources has other elements now."""
        for source, items in self.sources:
            if not isinstance(source, (List, Dict)):
                continue
            now = source.items if isinstance(source, List) else list(source.entries.values())
            if len(now) != len(items):
                return True
            if getattr(source, "kind", "") != "view" and any(
                one is not other for one, other in zip(now, items)
            ):
                return True
        return False


class Walk(NamedTuple):
    """What iterating over something gives: `items` one after the other, the first `fixed` of them in this order, and
    more, perhaps `rest`, unless `complete`."""

    items: list[Value]
    complete: bool = True
    fixed: int = ORDERED
    rest: Value | None = None

    @property
    def exact(self) -> bool:
        """Whether the elements and their order are known."""
        return self.complete and self.fixed >= len(self.items)

    def element(self) -> Value:
        """What any of the elements may be."""
        return any_of(self.items if self.rest is None else [*self.items, self.rest], self.complete)

    def listed(self, kind: str) -> List:
        """A container of these elements."""
        if kind == "set":
            return make_set(self.items, self.complete, self.rest)
        return List(self.items, kind, self.complete, self.fixed, self.rest)


def walk(value: Value, look: bool = False) -> Walk | None:
    """What iterating over a container or constant gives; None when nothing is known. It uses up iterators, unless this is
    only a `look`."""
    if isinstance(value, Iterator) and value.stale:
        value.fixed = 0
        loosen(value)
    if isinstance(value, List):
        items = list(value.items)
        known = ORDERED if value.exact else 0 if value.kind == "set" else known_places(value)
        found = Walk(items, value.complete, known, value.rest)
        if not look:
            value.use_up()
        return found
    if isinstance(value, Dict):
        keys = [key_value(key) for key in value.entries if key is not REST]
        return Walk(keys, value.complete, ORDERED if value.complete else 0)
    if isinstance(value, Const) and isinstance(value.value, (str, bytes)) and len(value.value) <= ITEMS:
        return Walk([Const(one) for one in value.value])
    return None


def key_value(key: object) -> Value:
    """The key of a dictionary entry as a value."""
    return key if isinstance(key, Member) else lift(key)


def list_method(receiver: List, name: str, arguments: Arguments) -> Value:
    """A call of a method of a list, tuple, set, deque or range."""
    given = arguments.positional
    changes = name in CHANGES and receiver.kind in ("list", "set", "deque")
    if arguments.open_positional or arguments.open_keyword:
        if changes:
            loosen(receiver)
        return UNKNOWN
    if changes:
        given = [UNKNOWN if holds_itself(item, receiver) else item for item in given]
        found = _change(receiver, name, given, arguments)
        if found is None:
            loosen(receiver)
            return UNKNOWN
        return found
    if name == "copy" and not given:
        return receiver.like(receiver.items)
    if name == "index" and len(given) == 1:
        return _index(receiver, given[0])
    if name == "count" and len(given) == 1:
        verdicts = [equal(item, given[0]) for item in receiver.items]
        return Const(verdicts.count(True)) if receiver.complete and None not in verdicts else UNKNOWN
    if receiver.kind == "set":
        return set_method(receiver, name, given)
    return UNKNOWN


def _change(receiver: List, name: str, given: list[Value], arguments: Arguments) -> Value | None:
    """The effect and result of a method that changes its receiver; None when the effect is not known."""
    count = len(given)
    if name in ("append", "add") and count == 1:
        add_items(receiver, given)
    elif name == "appendleft" and count == 1:
        receiver.items.insert(0, given[0])
        receiver.fixed = min(receiver.fixed + 1, ORDERED)
    elif name == "insert" and count == 2:
        _insert(receiver, given[0], given[1])
    elif name in ("extend", "update", "extendleft"):
        if name == "extendleft":
            return None
        for more in given:
            extend(receiver, more)
    elif name in ("remove", "discard") and count == 1:
        return _remove(receiver, given[0])
    elif name in ("pop", "popleft"):
        return _pop(receiver, given, name == "popleft")
    elif name == "clear":
        receiver.items = []
        receiver.rest = None
        receiver.complete = True
        receiver.fixed = ORDERED
    elif name == "reverse":
        receiver.items.reverse()
        if not receiver.exact:
            receiver.fixed = 0
    elif name == "sort":
        _sort(receiver, arguments)
    elif name in ("difference_update", "intersection_update", "symmetric_difference_update"):
        found = set_method(receiver, name.removesuffix("_update"), given)
        if not isinstance(found, List):
            return None
        receiver.items, receiver.complete, receiver.rest = found.items, found.complete, found.rest
    else:
        return None
    if len(receiver.items) > ITEMS:
        del receiver.items[ITEMS:]
        receiver.complete = False
    return NONE


def _insert(receiver: List, place: Value, item: Value) -> None:
    known = known_places(receiver)
    if isinstance(place, Const) and isinstance(place.value, int):
        if receiver.exact:
            receiver.items.insert(place.value, item)
            return
        if 0 <= place.value <= known:
            receiver.items.insert(place.value, item)
            receiver.fixed = known + 1
            return
    receiver.items.append(item)
    receiver.fixed = 0


def extend(receiver: List, more: Value) -> None:
    """`receiver.extend(more)`."""
    found = walk(more)
    if found is None:
        widen(receiver, None if isinstance(more, (Const, Dict)) else part_of(more))
        return
    before, known, settled = len(receiver.items), known_places(receiver), receiver.exact
    add_items(receiver, found.items)
    if receiver.kind != "set":
        receiver.fixed = known if not settled else min(ORDERED, before + found.fixed)
    if not found.complete:
        widen(receiver, found.rest)


def part_of(more: Value) -> Value:
    """What an element of an iterable is of which only the path is known, or what it carries."""
    if isinstance(more, Choice):
        return join_all(map(part_of, more.values))
    return Ref(f"{more.path}[]", None, False, more.taint) if isinstance(more, Ref) else more


def _remove(receiver: List, item: Value) -> Value | None:
    for place, element in enumerate(receiver.items):
        verdict = True if element is item and not isinstance(item, Unknown) else equal(element, item)
        if verdict is None:
            return None
        if verdict:
            known = known_places(receiver)
            del receiver.items[place]
            if not receiver.exact:
                receiver.fixed = known - 1 if place < known else known
            return NONE
    return NONE if receiver.kind == "set" or receiver.complete or isinstance(item, Const) else None


def _pop(receiver: List, given: list[Value], left: bool) -> Value | None:
    found = element_of(receiver)
    if receiver.kind == "set":
        if receiver.exact and receiver.items:
            return receiver.items.pop()
        loosen(receiver)
        return found
    place = 0 if left else -1
    if given:
        if not (isinstance(given[0], Const) and isinstance(given[0].value, int)):
            loosen(receiver)
            return found
        place = given[0].value
    if receiver.exact:
        return receiver.items.pop(place) if -len(receiver.items) <= place < len(receiver.items) else UNKNOWN
    known = known_places(receiver)
    if 0 <= place < known:
        receiver.fixed = known - 1
        return receiver.items.pop(place)
    loosen(receiver)
    return found


def _sort(receiver: List, arguments: Arguments) -> None:
    try:
        if set(arguments.keywords) <= {"reverse"} and receiver.complete:
            backward = plain(arguments.keywords["reverse"]) if arguments.keywords else False
            pairs = [(plain(item), item) for item in receiver.items]
            pairs.sort(key=lambda pair: pair[0], reverse=bool(backward))
            receiver.items = [item for _, item in pairs]
            receiver.fixed = ORDERED
            return
    except FAULTS:
        pass
    receiver.fixed = 0


def _index(receiver: List, item: Value) -> Value:
    for place in range(known_places(receiver)):
        verdict = equal(receiver.items[place], item)
        if verdict:
            return Const(place)
        if verdict is None:
            break
    return UNKNOWN


def set_method(receiver: List, name: str, given: list[Value]) -> Value:
    """The methods of a set that leave it as it is."""
    if name == "union":
        found = receiver.like(receiver.items)
        for more in given:
            extend(found, more)
        return found
    if name in ("intersection", "difference", "symmetric_difference", "issubset", "issuperset", "isdisjoint"):
        try:
            mine = plain(receiver)
            others = [frozenset(plain(one)) for one in given]
            if name in ("intersection", "difference"):
                left = getattr(mine, name)(*others)
                return make_set([item for item in receiver.items if plain(item) in left])
            return bounded(getattr(mine, name)(*others))
        except FAULTS:
            if name in ("intersection", "difference"):
                return List([], "set", False, rest=rest_of(everything(receiver)))
    return UNKNOWN


def item_of(container: List, index: Value) -> Value:
    """`container[index]`."""
    if container.kind in ("set", "view", "iterator"):
        return element_of(container) if container.kind == "iterator" else UNKNOWN
    if isinstance(index, Const) and isinstance(index.value, int):
        place = index.value
        if container.exact:
            inside = -len(container.items) <= place < len(container.items)
            return container.items[place] if inside else UNKNOWN
        if 0 <= place < known_places(container):
            return container.items[place]
    elif isinstance(index, Const):
        return UNKNOWN
    return picked(everything(container), container.complete)


def slice_items(container: List, bounds: slice | None) -> Value:
    """`container[lower:upper:step]`; `bounds` is None when they are not known."""
    kind = container.kind if container.kind in ("list", "tuple", "range") else "list"
    if bounds is not None:
        try:
            if container.exact:
                return List(container.items[bounds], kind)
            if bounds.step in (None, 1):
                known = known_places(container)
                start = bounds.start or 0
                if 0 <= start <= known and bounds.stop is not None and 0 <= bounds.stop <= known:
                    return List(container.items[start : bounds.stop], kind)
                if 0 <= start <= known and bounds.stop is None:
                    return List(
                        container.items[start:], kind, container.complete, known - start, container.rest
                    )
        except FAULTS:
            return UNKNOWN
    return List([], kind, complete=False, rest=rest_of(everything(container)))


def set_slice(container: List, bounds: slice | None, value: Value | None) -> None:
    """`container[lower:upper:step] = value`, or `del container[lower:upper:step]` for no value."""
    if (
        bounds is not None
        and container.exact
        and (value is None or (isinstance(value, List) and value.exact))
    ):
        try:
            if value is None:
                del container.items[bounds]
            elif isinstance(value, List):
                items = list(value.items)
                value.use_up()
                container.items[bounds] = items
            return
        except FAULTS:
            return
    loosen(container)
    if isinstance(value, List):
        widen(container, rest_of(everything(value)))


def set_place(container: List, key: Value, value: Value) -> None:
    """`container[key] = value`."""
    if holds_itself(value, container):
        value = UNKNOWN
    if isinstance(key, Const) and isinstance(key.value, int):
        place = key.value
        if container.exact and -len(container.items) <= place < len(container.items):
            container.items[place] = value
            return
        if 0 <= place < known_places(container):
            container.items[place] = value
            return
        if container.exact:
            return
    loosen(container)
    widen(container, value)
