"""The elements of containers: what is certainly in one is among its `items`, what may be in it besides is its `rest`.
What changes a container changes the value in place."""

from __future__ import annotations

from collections.abc import Iterable

from pentalint.evaluate.comparisons import equal
from pentalint.evaluate.folding import any_of, rest_of
from pentalint.evaluate.values import ITEMS, ORDERED, Dict, List, Value


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
            for one in container.items:
                if item is one or equal(item, one):
                    break
            else:
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
