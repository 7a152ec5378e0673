"""Items and slices of lists and tuples, read and set."""

from __future__ import annotations

from pentalint.evaluate.elements import element_of, everything, holds_itself, known_places, loosen, widen
from pentalint.evaluate.folding import FAULTS, picked, rest_of
from pentalint.evaluate.values import UNKNOWN, Const, List, Value


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
