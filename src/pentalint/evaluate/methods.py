"""Methods of built-in values and built-in functions, on values that are known. Mutating methods change the receiver."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pentalint.evaluate.arguments import Arguments, constant_key
from pentalint.evaluate.operations import FAULTS, bounded, text, wide_format
from pentalint.evaluate.values import (
    FALSE,
    ITEMS,
    TRUE,
    UNKNOWN,
    Choice,
    Const,
    Dict,
    List,
    Text,
    Value,
    lift,
    plain,
    truth,
)

PURE_METHODS = {
    str: frozenset(
        """capitalize casefold count encode endswith find format index isalnum isalpha isascii isdecimal isdigit isidentifier
        islower isnumeric isprintable isspace istitle isupper join lower lstrip partition removeprefix removesuffix replace
        rfind rindex rpartition rsplit rstrip split splitlines startswith strip swapcase title upper""".split()  # noqa: SIM905
    ),
    bytes: frozenset(
        """count decode endswith find hex index join lower lstrip partition replace rfind rsplit rstrip split startswith strip
        upper""".split()  # noqa: SIM905
    ),
    int: frozenset(["bit_length"]),
}
"""Methods that only look at their receiver and arguments; padding methods are left out, for they can fill memory."""

KEEPS_TEXT = frozenset(
    [
        "strip",
        "lstrip",
        "rstrip",
        "lower",
        "upper",
        "title",
        "capitalize",
        "encode",
        "decode",
        "replace",
        "casefold",
    ]
)
"""String methods after which a built string is still the same built string, for the purposes of rules."""


def method(receiver: Value, name: str, arguments: Arguments) -> Value:
    """A call of a built-in method on a known or built value; mutating methods change the receiver."""
    if isinstance(receiver, List):
        return _list_method(receiver, name, arguments)
    if isinstance(receiver, Dict):
        return _dict_method(receiver, name, arguments)
    if isinstance(receiver, Const):
        return _constant_method(receiver, name, arguments)
    if isinstance(receiver, Text):
        if name in KEEPS_TEXT:
            return receiver
        if name == "format":
            return text((receiver, *arguments.every()), "format")
    return UNKNOWN


def _constant_method(receiver: Const, name: str, arguments: Arguments) -> Value:
    value = receiver.value
    if name not in PURE_METHODS.get(type(value), ()):
        return UNKNOWN
    if name in ("center", "ljust", "rjust", "zfill", "expandtabs") or (
        name == "format" and wide_format(value)
    ):
        return UNKNOWN
    if not (arguments.open_positional or arguments.open_keyword):
        try:
            given = [plain(item) for item in arguments.positional]
            named = {key: plain(item) for key, item in arguments.keywords.items()}
            return bounded(getattr(value, name)(*given, **named))
        except FAULTS:
            pass
    if name == "format":
        return text((receiver, *arguments.every()), "format")
    if name == "join" and arguments.positional:
        pieces = arguments.positional[0]
        return text((receiver, *(pieces.items if isinstance(pieces, List) else [UNKNOWN])), "join")
    if name == "replace":
        return text((receiver, *arguments.every()), "replace")
    return UNKNOWN


def _list_method(receiver: List, name: str, arguments: Arguments) -> Value:
    given = arguments.positional
    if (name == "append" and len(given) == 1) or (name == "add" and len(given) == 1):
        receiver.items.append(given[0])
    elif name == "insert" and len(given) == 2:
        place = given[0].value if isinstance(given[0], Const) and isinstance(given[0].value, int) else 0
        receiver.items.insert(place, given[1])
    elif name in ("extend", "update") and len(given) == 1:
        _extend(receiver, given[0])
    elif name in ("remove", "discard") and len(given) == 1:
        _remove(receiver, given[0])
    elif name in ("difference_update", "intersection_update", "symmetric_difference_update"):
        forget(receiver)
    elif name == "pop":
        return _pop(receiver, given)
    elif name == "clear":
        receiver.items.clear()
        receiver.complete = True
    elif name == "copy":
        return List(list(receiver.items), receiver.kind, receiver.complete)
    elif name in ("index", "count") and len(given) == 1:
        return _position(receiver, name, given[0])
    elif name in ("sort", "reverse"):
        receiver.items.reverse() if name == "reverse" else None
    else:
        return UNKNOWN
    if len(receiver.items) > ITEMS:
        del receiver.items[ITEMS:]
        receiver.complete = False
    return Const(None)


def _extend(receiver: List, more: Value) -> None:
    if isinstance(more, List):
        receiver.items.extend(more.items)
        receiver.complete = receiver.complete and more.complete
    else:
        receiver.complete = False


def _remove(receiver: List, item: Value) -> None:
    try:
        needle = plain(item)
        for place, element in enumerate(receiver.items):
            if plain(element) == needle:
                del receiver.items[place]
                return
    except ValueError:
        forget(receiver)


def _pop(receiver: List, given: list[Value]) -> Value:
    place = -1
    if given:
        if not (isinstance(given[0], Const) and isinstance(given[0].value, int)):
            forget(receiver)
            return UNKNOWN
        place = given[0].value
    if not receiver.complete:
        forget(receiver)
        return UNKNOWN
    try:
        return receiver.items.pop(place)
    except IndexError:
        return UNKNOWN


def _position(receiver: List, name: str, item: Value) -> Value:
    try:
        return Const(getattr([plain(element) for element in receiver.items], name)(plain(item)))
    except FAULTS:
        return UNKNOWN


def _dict_method(receiver: Dict, name: str, arguments: Arguments) -> Value:
    given = arguments.positional
    if name in ("get", "setdefault", "pop") and given:
        return _dict_entry(receiver, name, given)
    if name == "update":
        for source in given:
            receiver.take(source)
        receiver.entries.update(arguments.keywords)
        receiver.complete = receiver.complete and not arguments.open_keyword
        return Const(None)
    if name == "copy":
        return copy(receiver)
    if name == "keys":
        return List([lift(key) for key in receiver.entries], "list", receiver.complete)
    if name == "values":
        return List(list(receiver.entries.values()), "list", receiver.complete)
    if name == "items":
        pairs: list[Value] = [List([lift(key), value], "tuple") for key, value in receiver.entries.items()]
        return List(pairs, "list", receiver.complete)
    if name == "clear":
        receiver.entries.clear()
        receiver.complete = True
        return Const(None)
    if name == "popitem":
        forget(receiver)
    return UNKNOWN


def _dict_entry(receiver: Dict, name: str, given: list[Value]) -> Value:
    default = given[1] if len(given) > 1 else Const(None)
    try:
        key = constant_key(given[0])
        hash(key)
    except (ValueError, TypeError):
        if name == "pop":
            forget(receiver)
        elif name == "setdefault":
            receiver.complete = False
        return UNKNOWN
    if key in receiver.entries:
        return receiver.entries.pop(key) if name == "pop" else receiver.entries[key]
    if not receiver.complete:
        return UNKNOWN
    if name == "setdefault":
        receiver.entries[key] = default
    return default


def remove_item(container: List | Dict, key: Value) -> None:
    """`del container[key]`; when the key is not known nothing is known to be left."""
    if isinstance(key, Const):
        if isinstance(container, Dict):
            container.entries.pop(key.value, None)
            return
        if (
            container.complete
            and isinstance(key.value, int)
            and -len(container.items) <= key.value < len(container.items)
        ):
            del container.items[key.value]
            return
    forget(container)


def forget(container: List | Dict) -> None:
    """Nothing is known of the contents any more."""
    if isinstance(container, Dict):
        container.entries.clear()
    else:
        container.items.clear()
    container.complete = False


def copy(value: Value) -> Value:
    """A deep copy of containers, so that a branch or an importing module can change its own."""
    if isinstance(value, List):
        return List([copy(item) for item in value.items], value.kind, value.complete)
    if isinstance(value, Dict):
        twin = Dict({key: copy(item) for key, item in value.entries.items()}, value.complete)
        twin.nodes = dict(value.nodes)
        return twin
    if isinstance(value, Choice) and any(isinstance(option, (List, Dict)) for option in value.values):
        return Choice(tuple(copy(option) for option in value.values))
    return value


def builtin(name: str, arguments: Arguments) -> Value | None:
    """The value of a call of a built-in function, or None when it is to be treated like any other API."""
    given = arguments.positional
    if arguments.open_positional or arguments.open_keyword:
        return None
    if name in ("list", "tuple", "set", "frozenset"):
        kind = "set" if name == "frozenset" else name
        if not given:
            return List([], kind)
        if isinstance(given[0], List):
            return List(list(given[0].items), kind, given[0].complete)
        if isinstance(given[0], Dict):
            return List([lift(key) for key in given[0].entries], kind, given[0].complete)
        return None
    if name == "dict":
        return _make_dict(arguments)
    if name in (
        "str",
        "int",
        "float",
        "bool",
        "len",
        "abs",
        "min",
        "max",
        "sum",
        "sorted",
        "ord",
        "chr",
        "repr",
        "bytes",
        "round",
        "any",
        "all",
    ):
        if name == "bool" and len(given) == 1:
            verdict = truth(given[0])
            return None if verdict is None else (TRUE if verdict else FALSE)
        if name == "str" and len(given) == 1 and isinstance(given[0], Text):
            return given[0]
        if name == "bytes" and given and isinstance(given[0], Const) and isinstance(given[0].value, int):
            return None
        try:
            named = {key: plain(item) for key, item in arguments.keywords.items()}
            return bounded(_FUNCTIONS[name](*(plain(item) for item in given), **named))
        except FAULTS:
            return None
    return None


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "str": str,
    "int": int,
    "float": float,
    "len": len,
    "abs": abs,
    "min": min,
    "max": max,
    "sum": sum,
    "sorted": sorted,
    "ord": ord,
    "chr": chr,
    "repr": repr,
    "bytes": bytes,
    "bool": bool,
    "round": round,
    "any": any,
    "all": all,
}


def _make_dict(arguments: Arguments) -> Value | None:
    result = Dict()
    for source in arguments.positional:
        if isinstance(source, Dict):
            result.take(source)
        elif isinstance(source, List):
            for pair in source.items:
                if not (isinstance(pair, List) and len(pair.items) == 2):
                    return None
                try:
                    result.entries[constant_key(pair.items[0])] = pair.items[1]
                except (ValueError, TypeError):
                    result.complete = False
            result.complete = result.complete and source.complete
        else:
            return None
    result.entries.update(arguments.keywords)
    return result
