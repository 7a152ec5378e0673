"""Constant folding: operators, built-in functions and methods on values that are known, and string building on those
that are not. Every function returns `UNKNOWN` rather than guess, and nothing grows past fixed limits."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Any

from pentalint.evaluate.arguments import Arguments, constant_key
from pentalint.evaluate.values import (
    FALSE,
    ITEMS,
    TRUE,
    UNKNOWN,
    Choice,
    Const,
    Dict,
    List,
    Ref,
    Text,
    Value,
    join_all,
    lift,
    plain,
    truth,
)

TEXT_LIMIT = 100_000
"""Folded strings longer than this many characters become unknown."""

NUMBER_LIMIT = 2**256
"""Folded integers beyond this become unknown: `9**9**9` must not hang the run."""

_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.BitOr: operator.or_,
    ast.BitAnd: operator.and_,
    ast.BitXor: operator.xor,
}

_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}

_FAULTS = (
    TypeError,
    ValueError,
    ZeroDivisionError,
    OverflowError,
    AttributeError,
    LookupError,
    MemoryError,
    UnicodeError,
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


def binary(op: ast.operator, left: Value, right: Value) -> Value:
    """`left op right`."""
    if isinstance(left, Const) and isinstance(right, Const):
        return _fold(op, left.value, right.value)
    if isinstance(op, ast.Add):
        if isinstance(left, List) and isinstance(right, List) and left.kind == right.kind:
            return _limited(List(left.items + right.items, left.kind, left.complete and right.complete))
        if isinstance(left, List) or isinstance(right, List):
            known = left if isinstance(left, List) else right
            assert isinstance(known, List)
            return List(list(known.items), known.kind, complete=False)
        if is_text(left) or is_text(right):
            return text((left, right), "+")
    elif isinstance(op, ast.Mod) and is_text(left):
        try:
            return _fold(op, plain(left), plain(right))
        except ValueError:
            parts = right.items if isinstance(right, List) and right.kind == "tuple" else [right]
            return text((left, *parts), "%")
    elif isinstance(op, ast.BitOr) and isinstance(left, Dict) and isinstance(right, Dict):
        merged = Dict({**left.entries, **right.entries}, left.complete and right.complete)
        merged.nodes = {**left.nodes, **right.nodes}
        return merged
    elif isinstance(op, ast.Mult):
        try:
            return _fold(op, plain(left), plain(right))
        except ValueError:
            return UNKNOWN
    elif isinstance(op, ast.Div) and isinstance(left, Ref) and is_text(right):
        return Ref(f"{left.path}.__truediv__()")
    return UNKNOWN


def _fold(op: ast.operator, left: Any, right: Any) -> Value:
    if isinstance(op, ast.Mult) and not _small_product(left, right):
        return UNKNOWN
    if isinstance(op, ast.Pow):
        if not (isinstance(left, int) and isinstance(right, int) and 0 <= right <= 256 and abs(left) <= 1024):
            return UNKNOWN
        return Const(left**right)
    if isinstance(op, (ast.LShift, ast.RShift)):
        if not (
            isinstance(left, int)
            and isinstance(right, int)
            and 0 <= right <= 256
            and abs(left) < NUMBER_LIMIT
        ):
            return UNKNOWN
        return Const(left << right if isinstance(op, ast.LShift) else left >> right)
    function = _BINARY.get(type(op))
    if function is None:
        return UNKNOWN
    if isinstance(op, ast.Mod) and isinstance(left, (str, bytes)) and _wide_format(left):
        return UNKNOWN
    try:
        return bounded(function(left, right))
    except _FAULTS:
        return UNKNOWN


def _small_product(left: Any, right: Any) -> bool:
    """Whether `left * right` stays small: numbers below the limit, sequences repeated to at most the text limit."""
    for sequence, times in ((left, right), (right, left)):
        if isinstance(sequence, (str, bytes, list, tuple)):
            return isinstance(times, int) and len(sequence) * max(times, 0) <= TEXT_LIMIT // 10
    return all(not isinstance(side, int) or abs(side) < NUMBER_LIMIT for side in (left, right))


def _wide_format(template: str | bytes) -> bool:
    """Whether a `%` or `format` template may ask for padding wide enough to fill memory (`%999999999d`)."""
    shown = template if isinstance(template, str) else template.decode("latin-1")
    return (
        any(len(run) > 4 for run in "".join(c if c.isdigit() else " " for c in shown).split()) or "*" in shown
    )


def bounded(thing: Any) -> Value:
    """`lift`, unless the result is larger than the limits."""
    if isinstance(thing, (str, bytes)) and len(thing) > TEXT_LIMIT:
        return UNKNOWN
    if isinstance(thing, int) and abs(thing) >= NUMBER_LIMIT:
        return UNKNOWN
    if isinstance(thing, (list, tuple, dict)) and len(thing) > ITEMS:
        return UNKNOWN
    return lift(thing)


def _limited(value: List) -> Value:
    if len(value.items) > ITEMS:
        return List(value.items[:ITEMS], value.kind, complete=False)
    return value


def unary(op: ast.unaryop, operand: Value) -> Value:
    """`op operand`."""
    if isinstance(op, ast.Not):
        verdict = truth(operand)
        return UNKNOWN if verdict is None else (FALSE if verdict else TRUE)
    if isinstance(operand, Const) and isinstance(operand.value, (int, float)):
        if isinstance(op, ast.USub):
            return Const(-operand.value)
        if isinstance(op, ast.UAdd):
            return Const(+operand.value)
        if isinstance(operand.value, int):
            return Const(-operand.value - 1)  # ~x, without the deprecated ~bool
    return UNKNOWN


def compare(op: ast.cmpop, left: Value, right: Value) -> Value:
    """`left op right` as a truth value."""
    if isinstance(op, (ast.In, ast.NotIn)):
        verdict = contains(right, left)
        return UNKNOWN if verdict is None else (TRUE if verdict is isinstance(op, ast.In) else FALSE)
    try:
        one, other = plain(left), plain(right)
    except ValueError:
        return UNKNOWN
    if isinstance(op, (ast.Is, ast.IsNot)):
        if (
            one is not None
            and other is not None
            and not isinstance(one, bool)
            and not isinstance(other, bool)
        ):
            return UNKNOWN
        return TRUE if (one is other) is isinstance(op, ast.Is) else FALSE
    try:
        return Const(bool(_COMPARE[type(op)](one, other)))
    except _FAULTS:
        return UNKNOWN


def contains(container: Value, item: Value) -> bool | None:
    """Whether `item in container`, or None when that is not known."""
    try:
        needle = plain(item)
    except ValueError:
        return None
    if isinstance(container, Const):
        if isinstance(container.value, str) and isinstance(needle, str):
            return needle in container.value
        return None
    if isinstance(container, Dict):
        try:
            found = needle in container.entries
        except TypeError:
            return None
        return True if found else (False if container.complete else None)
    if isinstance(container, List):
        undecided = not container.complete
        for element in container.items:
            try:
                if plain(element) == needle:
                    return True
            except ValueError:
                undecided = True
        return None if undecided else False
    return None


def is_text(value: Value) -> bool:
    """Whether a value is certainly a string, known or built."""
    return isinstance(value, Text) or (isinstance(value, Const) and isinstance(value.value, (str, bytes)))


def text(parts: tuple[Value, ...], how: str) -> Value:
    """A string built from parts: folded when all are known strings, flattened otherwise."""
    flat: list[Value] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, Text) else (part,))
    if how == "+" and all(isinstance(part, Const) for part in flat):
        values = [part.value for part in flat if isinstance(part, Const)]
        if len({type(value) for value in values}) == 1 and isinstance(values[0], (str, bytes)):
            return bounded(type(values[0])().join(values))
    if len(flat) > 200:
        flat = flat[:200]
    return Text(tuple(flat), how)


def subscript(container: Value, index: Value) -> Value:
    """`container[index]` for known containers."""
    if isinstance(container, Dict):
        try:
            key = constant_key(index)
            if key in container.entries:
                return container.entries[key]
        except (ValueError, TypeError):
            return (
                join_all(container.entries.values()) if container.complete and container.entries else UNKNOWN
            )
        return UNKNOWN
    if isinstance(container, List):
        if isinstance(index, Const) and isinstance(index.value, int):
            if container.complete or 0 <= index.value < len(container.items):
                try:
                    return container.items[index.value]
                except IndexError:
                    return UNKNOWN
            return UNKNOWN
        return UNKNOWN
    if isinstance(container, Const) and isinstance(index, Const):
        try:
            return bounded(container.value[index.value])
        except _FAULTS:
            return UNKNOWN
    if isinstance(container, Text):
        return Text(container.parts, container.how)
    return UNKNOWN


def slice_of(container: Value, lower: Value | None, upper: Value | None, step: Value | None) -> Value:
    """`container[lower:upper:step]` for known containers and bounds."""
    try:
        bounds = slice(*(None if bound is None else plain(bound) for bound in (lower, upper, step)))
    except ValueError:
        return (
            List(container.items, container.kind, complete=False) if isinstance(container, List) else UNKNOWN
        )
    try:
        if isinstance(container, List) and container.complete:
            return List(container.items[bounds], container.kind)
        if isinstance(container, Const) and isinstance(container.value, (str, bytes)):
            return Const(container.value[bounds])
    except _FAULTS:
        return UNKNOWN
    if isinstance(container, Text):
        return Text(container.parts, "slice")
    return UNKNOWN


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
        name == "format" and _wide_format(value)
    ):
        return UNKNOWN
    if not (arguments.open_positional or arguments.open_keyword):
        try:
            given = [plain(item) for item in arguments.positional]
            named = {key: plain(item) for key, item in arguments.keywords.items()}
            return bounded(getattr(value, name)(*given, **named))
        except _FAULTS:
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
    except _FAULTS:
        return UNKNOWN


def _dict_method(receiver: Dict, name: str, arguments: Arguments) -> Value:
    given = arguments.positional
    if name in ("get", "setdefault", "pop") and given:
        return _dict_entry(receiver, name, given)
    if name == "update":
        for source in given:
            if isinstance(source, Dict):
                receiver.entries.update(source.entries)
                receiver.nodes.update(source.nodes)
                receiver.complete = receiver.complete and source.complete
            else:
                receiver.complete = False
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
        except _FAULTS:
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
            result.entries.update(source.entries)
            result.nodes.update(source.nodes)
            result.complete = result.complete and source.complete
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
