"""Built-in functions that arrange elements or hand them on: `sorted`, `reversed`, `enumerate`, `zip`, `iter`, `next`, `range`.

Each takes positional and keyword values, and gives None when it is to be treated like any other API."""

from __future__ import annotations

from collections.abc import Sequence

from pentalint.evaluate.elements import loosen
from pentalint.evaluate.folding import FAULTS, any_of, rest_of
from pentalint.evaluate.values import ITEMS, ORDERED, UNKNOWN, Const, List, Value, plain
from pentalint.evaluate.walks import Iterator, Walk, walk


def sort(given: list[Value], named: dict[str, Value]) -> Value | None:
    found = walk(given[0])
    if found is None:
        return None
    return arranged(found, None, named.get("reverse")) if set(named) <= {"reverse"} else shuffled(found)


def arranged(found: Walk, keys: Sequence[Value] | None, reverse: Value | None) -> Value:
    """The elements sorted, by their keys where there are some; in no known order where not all of them are known."""
    try:
        backward = bool(plain(reverse)) if reverse is not None else False
        if found.complete:
            by = [plain(key) for key in (found.items if keys is None else keys)]
            places = sorted(range(len(by)), key=lambda place: by[place], reverse=backward)
            if found.exact or len(set(by)) == len(by):
                return List([found.items[place] for place in places])
    except FAULTS:
        pass
    return shuffled(found)


def shuffled(found: Walk) -> Value:
    """A list of elements in no known order."""
    return List(found.items, "list", found.complete, 0, found.rest)


def reverse(given: list[Value], named: dict[str, Value]) -> Value | None:
    sources = read_later(given)
    found = walk(given[0])
    if found is None:
        return None
    fixed = ORDERED if found.exact else 0
    return Iterator(Walk(found.items[::-1], found.complete, fixed, found.rest), sources)


def count(given: list[Value], named: dict[str, Value]) -> Value | None:
    sources = read_later(given)
    found = walk(given[0])
    if found is None:
        return None
    start = given[1] if len(given) > 1 else named.get("start", Const(0))
    known = isinstance(start, Const) and isinstance(start.value, int)
    items: list[Value] = []
    for place, item in enumerate(found.items):
        sure = known and place < found.fixed and isinstance(start, Const)
        items.append(List([Const(start.value + place) if sure else UNKNOWN, item], "tuple"))  # type: ignore[union-attr]
    rest = None if found.rest is None else List([UNKNOWN, found.rest], "tuple")
    return Iterator(Walk(items, found.complete, found.fixed, rest), sources)


def read_later(given: list[Value]) -> list[Value]:
    """What iterators read: taken before they are walked over, for that uses up iterators among them."""
    return [Iterator(Walk([]), (one,)) for one in given]


def pair(given: list[Value], named: dict[str, Value]) -> Value | None:
    sources = read_later(given)
    walks = [walk(value) for value in given]
    if set(named) - {"strict"} or not walks or all(found is None for found in walks):
        return None
    known = [found for found in walks if found is not None]
    if len(known) == len(walks) and all(found.exact for found in known):
        rows: list[Value] = [List(row, "tuple") for row in zip(*(found.items for found in known))]
        return Iterator(Walk(rows), sources)
    row = [
        UNKNOWN if found is None else any_of([*found.items, *([] if found.rest is None else [found.rest])])
        for found in walks
    ]
    return List([], "iterator", complete=False, rest=List(row, "tuple"))


def iterate(given: list[Value], named: dict[str, Value]) -> Value | None:
    if len(given) != 1:
        return None
    if isinstance(given[0], List) and given[0].kind == "iterator":
        return given[0]
    sources = read_later(given)
    found = walk(given[0])
    return None if found is None else Iterator(found, sources)


def advance(given: list[Value], named: dict[str, Value]) -> Value | None:
    source = given[0]
    if not isinstance(source, List) or source.kind != "iterator":
        return None
    if isinstance(source, Iterator) and source.stale:
        loosen(source)
    exact, items, complete = source.fixed >= 1, list(source.items), source.complete
    rest = source.rest
    source.use_up()
    if items and exact:
        source.rest = rest_of([*items[1:], rest])
        return items[0]
    if not items and complete:
        return given[1] if len(given) > 1 else UNKNOWN
    return any_of([*items, *([] if rest is None else [rest]), *given[1:2]])


def count_up(given: list[Value], named: dict[str, Value]) -> Value | None:
    found = range(*(plain(item) for item in given))
    return List([Const(number) for number in found], "range") if len(found) <= ITEMS else None
