"""Methods of built-in values, on values that are known. Mutating methods change the receiver."""

from __future__ import annotations

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.dictionaries import dict_method, forget_entries
from pentalint.evaluate.elements import loosen
from pentalint.evaluate.functions import builtin
from pentalint.evaluate.lists import list_method
from pentalint.evaluate.models import Model
from pentalint.evaluate.slices import set_slice
from pentalint.evaluate.strings import constant_method
from pentalint.evaluate.text_methods import KEEPS_TEXT, text_method
from pentalint.evaluate.values import (
    LEVELS,
    UNKNOWN,
    Bound,
    Builtin,
    Choice,
    Class,
    Const,
    Dict,
    Function,
    Instance,
    Lazy,
    List,
    Package,
    Ref,
    Text,
    Unknown,
    Value,
    join,
)

MUTATORS = frozenset(
    [
        "append",
        "add",
        "insert",
        "extend",
        "update",
        "remove",
        "pop",
        "clear",
        "setdefault",
        "sort",
        "reverse",
        "discard",
        "popitem",
        "difference_update",
        "intersection_update",
        "symmetric_difference_update",
        "appendleft",
        "extendleft",
        "popleft",
        "rotate",
        "move_to_end",
    ]
)
"""Methods that change a container."""

ADDING = frozenset(["append", "add", "extend", "update", "setdefault"])
"""Methods that take nothing away and move nothing."""


def method(receiver: Value, name: str, arguments: Arguments) -> Value:
    """A call of a built-in method on a known or built value; mutating methods change the receiver."""
    if isinstance(receiver, List):
        return list_method(receiver, name, arguments)
    if isinstance(receiver, Dict):
        return dict_method(receiver, name, arguments)
    if isinstance(receiver, Const):
        return constant_method(receiver, name, arguments)
    if isinstance(receiver, Text):
        return text_method(receiver, name, arguments)
    return UNKNOWN


def remove_item(container: List | Dict, key: Value) -> None:
    """`del container[key]`; when the key is not known each element may still be there."""
    if isinstance(container, Dict):
        if isinstance(key, Const):
            container.entries.pop(key.value, None)
        else:
            forget_entries(container)
        return
    if isinstance(key, Const) and isinstance(key.value, int) and container.exact:
        if -len(container.items) <= key.value < len(container.items):
            del container.items[key.value]
            return
    loosen(container)


def forget(container: List | Dict) -> None:
    """Nothing is known of the contents any more, but for what they may have been."""
    if isinstance(container, Dict):
        forget_entries(container)
    else:
        loosen(container)


def soften(container: List | Dict) -> None:
    """Elements may have been added or replaced, nobody knows which."""
    if isinstance(container, Dict):
        for key, value in container.entries.items():
            container.entries[key] = join(value, UNKNOWN)
    else:
        container.items = [join(item, UNKNOWN) for item in container.items]
        container.fixed = min(container.fixed, len(container.items))
    container.complete = False


def copy(value: Value) -> Value:
    """A deep copy of containers, so that a branch or an importing module can change its own. What is shared within the
    value is shared within the copy."""
    if type(value) in _SIMPLE:
        return value
    if type(value) is Choice and all(type(option) in _SIMPLE for option in value.values):
        return value  # what a function returns is often one of several things, none of them a container
    return _twin(value, {}, LEVELS) if isinstance(value, (List, Dict, Choice, Model)) else value


_SIMPLE = frozenset({Const, Ref, Unknown, Text, Function, Class, Instance, Bound, Builtin, Package, Lazy})
"""The kinds of values that hold no others that could be changed: nine in ten of those in containers."""


def _twin(value: Value, made: dict[int, Value], levels: int) -> Value:
    if type(value) in _SIMPLE or not isinstance(value, (List, Dict, Choice, Model)):
        return value
    found = made.get(id(value))
    if found is not None:
        return found
    if not levels:
        return UNKNOWN
    twin: Value
    if isinstance(value, List):
        twin = made[id(value)] = value.like(())
        twin.items = [
            item if type(item) in _SIMPLE else _twin(item, made, levels - 1) for item in value.items
        ]
    elif isinstance(value, Dict):
        twin = made[id(value)] = value.like({})
        twin.entries = {
            key: item if type(item) in _SIMPLE else _twin(item, made, levels - 1)
            for key, item in value.entries.items()
        }
        twin.nodes = dict(value.nodes)
    elif isinstance(value, Model):
        twin = made[id(value)] = value.twin(lambda inner: _twin(inner, made, levels - 1))
    elif any(isinstance(option, (List, Dict, Model)) for option in value.values):
        twin = Choice(tuple(_twin(option, made, levels - 1) for option in value.values))
    else:
        twin = value
    return twin


__all__ = [
    "ADDING",
    "KEEPS_TEXT",
    "MUTATORS",
    "builtin",
    "copy",
    "forget",
    "method",
    "remove_item",
    "set_slice",
    "soften",
]
