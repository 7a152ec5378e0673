"""Dictionaries by constant key: their methods, views and items. What changes a dictionary changes the value in place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pentalint.evaluate.arguments import Arguments, constant_key
from pentalint.evaluate.elements import element_of, holds_itself, known_places, widen
from pentalint.evaluate.folding import any_of, picked, rest_of
from pentalint.evaluate.taint import remember
from pentalint.evaluate.values import NONE, ORDERED, REST, UNKNOWN, Const, Dict, List, Unknown, Value
from pentalint.evaluate.walks import key_value, walk


class Mapping(Dict):
    """A dictionary of another class: `kind` is its name in `collections`, `default` what makes missing entries."""

    __slots__ = ("default", "kind")

    def __init__(
        self,
        kind: str,
        entries: dict[Any, Value] | None = None,
        complete: bool = True,
        default: Value | None = None,
    ) -> None:
        super().__init__(entries, complete)
        self.kind = kind
        self.default = default

    def like(self, entries: dict[Any, Value]) -> Dict:
        return Mapping(self.kind, entries, self.complete, self.default)


class View(List):
    """What `keys`, `values` and `items` give: it follows the changes of its dictionary."""

    __slots__ = ("source", "what")

    def __init__(self, source: Dict, what: str) -> None:
        self.source = source
        self.what = what
        self.kind = "view"
        self.home = None

    def _items(self) -> list[Value]:
        entries = [(key, value) for key, value in self.source.entries.items() if key is not REST]
        if self.what == "keys":
            return [key_value(key) for key, _ in entries]
        if self.what == "values":
            return [value for _, value in entries]
        return [List([key_value(key), value], "tuple") for key, value in entries]

    def _rest(self) -> Value | None:
        found = self.source.entries.get(REST)
        if found is None or self.what == "keys":
            return None
        return found if self.what == "values" else List([UNKNOWN, found], "tuple")

    def _keep(self, value: object) -> None:
        """A view is changed through its dictionary only."""

    items = property(_items, _keep)
    complete = property(lambda self: self.source.complete, _keep)
    fixed = property(lambda self: ORDERED if self.source.complete else 0, _keep)
    rest = property(_rest, _keep)

    def like(self, items: Iterable[Value]) -> List:
        return List(items, "view", self.complete, self.fixed, self.rest)


def dict_method(receiver: Dict, name: str, arguments: Arguments) -> Value:
    """A call of a method of a dictionary."""
    given = arguments.positional
    if name in ("get", "setdefault", "pop") and given:
        return _entry(receiver, name, given)
    if name == "update":
        for source in given:
            take_pairs(receiver, source)
        receiver.entries.update(arguments.keywords)
        if arguments.open_keyword or arguments.open_positional:
            receiver.complete = False
        return NONE
    if name in ("keys", "values", "items") and not given:
        return View(receiver, name)
    if name == "copy":
        twin = receiver.like(dict(receiver.entries))
        twin.nodes = dict(receiver.nodes)
        return twin
    if name == "clear":
        receiver.entries.clear()
        receiver.complete = True
        return NONE
    if name == "popitem":
        return _pop_last(receiver, arguments)
    if name == "move_to_end":
        return _move(receiver, arguments)
    return UNKNOWN


def take_pairs(receiver: Dict, source: Value) -> None:
    """`update(source)` for a dictionary or pairs."""
    if isinstance(source, Dict) or not isinstance(source, List):
        receiver.take(source)
        return
    for pair in source.items:
        if isinstance(pair, List) and pair.exact and len(pair.items) == 2:
            put(receiver, pair.items[0], pair.items[1])
        else:
            receiver.complete = False
    if not source.complete:
        receiver.complete = False
        if isinstance(source.rest, List) and len(source.rest.items) == 2:
            keep(receiver, source.rest.items[1])


def put(container: Dict, key: Value, value: Value) -> Any:
    """`container[key] = value`; the key, or `REST` when it is not known."""
    if holds_itself(value, container):
        value = UNKNOWN
    try:
        constant = constant_key(key)
        container.entries[constant] = value
        return constant
    except (TypeError, ValueError):
        pass
    for known, before in container.entries.items():
        if known is not REST:
            container.entries[known] = any_of([before, value], complete=True)
    keep(container, value)
    return REST


def _entry(receiver: Dict, name: str, given: list[Value]) -> Value:
    default = given[1] if len(given) > 1 else NONE
    try:
        key = constant_key(given[0])
        hash(key)
    except (ValueError, TypeError):
        values = [*receiver.entries.values(), *([default] if name != "pop" or len(given) > 1 else [])]
        found = picked(values, receiver.complete) if values else UNKNOWN
        if name == "pop":
            forget_entries(receiver)
        elif name == "setdefault":
            keep(receiver, default)
        return found
    if key in receiver.entries:
        return receiver.entries.pop(key) if name == "pop" else receiver.entries[key]
    if not receiver.complete:
        rest = receiver.entries.get(REST)
        if name == "setdefault":
            receiver.entries[key] = any_of([default] if rest is None else [rest, default])
        return any_of([default] if rest is None else [rest, default])
    if name == "setdefault":
        if holds_itself(default, receiver):
            default = UNKNOWN
        receiver.entries[key] = default
    elif name == "pop" and len(given) == 1:
        return UNKNOWN
    return default


def keep(container: Dict, value: Value) -> None:
    """A value was set under a key that is not known. Constants are not kept: they tell nothing."""
    container.complete = False
    kept = rest_of([value])
    if kept is not None:
        remember(container, kept)


def any_value(receiver: Dict) -> Value:
    """What one value of a dictionary may be."""
    return any_of(receiver.entries.values(), receiver.complete) if receiver.entries else UNKNOWN


def _pop_last(receiver: Dict, arguments: Arguments) -> Value:
    if receiver.complete and not arguments.every() and not arguments.open_keyword and receiver.entries:
        key, value = receiver.entries.popitem()
        return List([key_value(key), value], "tuple")
    found = any_value(receiver)
    forget_entries(receiver)
    return UNKNOWN if isinstance(found, Unknown) else List([UNKNOWN, found], "tuple")


def _move(receiver: Dict, arguments: Arguments) -> Value:
    last = arguments.get("1=last")
    try:
        key = constant_key(arguments.positional[0])
        if receiver.complete and key in receiver.entries and (last is None or isinstance(last, Const)):
            value = receiver.entries.pop(key)
            if last is None or last.value:
                receiver.entries[key] = value
            else:
                rest = dict(receiver.entries)
                receiver.entries.clear()
                receiver.entries.update({key: value, **rest})
            return NONE
    except (IndexError, TypeError, ValueError):
        pass
    receiver.complete = False
    return NONE


def forget_entries(container: Dict) -> None:
    """An entry was taken out, nobody knows which: each may still be there."""
    found = any_of(container.entries.values())
    container.entries.clear()
    container.complete = False
    keep(container, found)


def has_key(container: Dict, index: Value) -> bool | None:
    """Whether a dictionary has a key, or None when that is not known."""
    try:
        if constant_key(index) in container.entries:
            return True
    except (ValueError, TypeError):
        return None
    return False if container.complete else None


def value_at(container: Dict, index: Value) -> Value:
    """`container[index]`."""
    try:
        key = constant_key(index)
        if key in container.entries:
            return container.entries[key]
    except (ValueError, TypeError):
        return picked(list(container.entries.values()), container.complete) if container.entries else UNKNOWN
    rest = container.entries.get(REST)
    return UNKNOWN if rest is None else any_of([rest])


def disorder(container: List | Dict) -> None:
    """What is added from now on comes in no known order."""
    if isinstance(container, List):
        container.fixed = known_places(container)
    else:
        container.complete = False


def widen_with(container: List | Dict, part: List | Dict) -> None:
    """The elements of `part` may have been added, once or more."""
    if isinstance(container, List) and isinstance(part, List):
        widen(container, element_of(part))
    elif isinstance(container, Dict) and isinstance(part, Dict):
        container.complete = False
        for value in part.entries.values():
            put(container, UNKNOWN, value)


def make_dict(arguments: Arguments) -> Dict | None:
    """`dict(...)`; None when nothing is known of what is in it."""
    result = Dict()
    for source in arguments.positional:
        if isinstance(source, Dict):
            result.take(source)
            continue
        found = walk(source)
        if found is None:
            return None
        for pair in found.items:
            inner = walk(pair)
            if inner is None or not inner.exact or len(inner.items) != 2:
                return None
            try:
                result.entries[constant_key(inner.items[0])] = inner.items[1]
            except (ValueError, TypeError):
                keep(result, inner.items[1])
        result.complete = result.complete and found.exact
        if isinstance(found.rest, List) and len(found.rest.items) == 2:
            keep(result, found.rest.items[1])
    result.entries.update(arguments.keywords)
    if arguments.open_keyword:
        result.complete = False
    return result


def merged(left: Dict, right: Dict) -> Dict:
    """`left | right`."""
    result = (right if type(left) is Dict and type(right) is not Dict else left).like(dict(left.entries))
    result.complete = left.complete
    result.nodes = dict(left.nodes)
    result.take(right)
    return result
