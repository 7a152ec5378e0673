"""Methods of lists, tuples, sets and deques, whose elements need not be known."""

from __future__ import annotations

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.comparisons import equal
from pentalint.evaluate.elements import (
    add_items,
    element_of,
    everything,
    holds_itself,
    known_places,
    loosen,
    make_set,
    widen,
)
from pentalint.evaluate.folding import FAULTS, bounded, rest_of
from pentalint.evaluate.values import (
    ITEMS,
    NONE,
    ORDERED,
    UNKNOWN,
    Const,
    Dict,
    List,
    Unknown,
    Value,
    plain,
)
from pentalint.evaluate.walks import part_of, walk

CHANGES = frozenset(
    """append appendleft add insert extend extendleft update remove discard pop popleft clear sort reverse rotate
    difference_update intersection_update symmetric_difference_update""".split()  # noqa: SIM905
)
"""Methods that change a list, set or deque."""


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
