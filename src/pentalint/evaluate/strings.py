"""Methods of known strings, bytes and numbers, on arguments that are known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.folding import FAULTS, TEXT_LIMIT, bounded, is_codec, plain_arguments
from pentalint.evaluate.templates import formatted
from pentalint.evaluate.texts import text
from pentalint.evaluate.values import UNKNOWN, Choice, Const, Dict, List, Value, join_all

PURE_METHODS = {
    str: frozenset(
        """capitalize casefold center count encode endswith expandtabs find index isalnum isalpha isascii isdecimal
        isdigit isidentifier islower isnumeric isprintable isspace istitle isupper join ljust lower lstrip partition
        removeprefix removesuffix replace rfind rindex rjust rpartition rsplit rstrip split splitlines startswith strip
        swapcase title translate upper zfill""".split()  # noqa: SIM905
    ),
    bytes: frozenset(
        """capitalize center count decode endswith find hex index isalnum isalpha isascii isdigit islower isspace
        istitle isupper join ljust lower lstrip partition removeprefix removesuffix replace rfind rindex rjust
        rpartition rsplit rstrip split splitlines startswith strip swapcase title upper zfill""".split()  # noqa: SIM905
    ),
    int: frozenset(["as_integer_ratio", "bit_length", "conjugate"]),
    bool: frozenset(["bit_length", "conjugate"]),
    float: frozenset(["as_integer_ratio", "hex", "is_integer"]),
}
"""Methods that only look at their receiver and arguments."""

PIECES = frozenset(["partition", "rpartition", "split", "rsplit", "splitlines"])

PADDING = frozenset(["center", "ljust", "rjust", "zfill"])


def constant_method(receiver: Const, name: str, arguments: Arguments) -> Value:
    """A call of a method of a constant."""
    value = receiver.value
    if isinstance(value, str):
        if name == "format":
            complete = not (arguments.open_positional or arguments.open_keyword)
            return formatted(receiver, arguments.positional, arguments.keywords, complete)
        if name == "format_map" and len(arguments.positional) == 1 and not arguments.open_positional:
            source = arguments.positional[0]
            if type(source) is Dict and source.complete:
                named = {key: item for key, item in source.entries.items() if isinstance(key, str)}
                return formatted(receiver, (), named)
    if name not in PURE_METHODS.get(type(value), ()):
        return UNKNOWN
    if type(receiver) is not Const and name in PIECES:
        return UNKNOWN  # the piece that is all of it is the member of the enumeration itself
    try:
        given, named_ = plain_arguments(arguments)
        if is_affordable(value, name, [*given, *named_.values()]):
            return bounded(getattr(value, name)(*given, **named_))
    except FAULTS:
        pass
    if name == "join" and arguments.positional:
        return joined(receiver, arguments.positional[0])
    if name == "replace":
        return text((receiver, *arguments.every()), "replace")
    return UNKNOWN


def joined(separator: Const, source: Value) -> Value:
    """`separator.join(source)`."""
    if isinstance(source, Choice):
        return join_all(joined(separator, option) for option in source.values)
    if not isinstance(source, List):
        return text((separator, UNKNOWN), "join")
    parts = (separator, *source.items) if source.rest is None else (separator, *source.items, source.rest)
    if not source.exact or not source.items:
        return text(parts, "join")
    pieces: list[Value] = []
    for item in source.items:
        pieces.extend((separator, item))
    return text(parts, "join", pieces[1:])


def is_affordable(value: Any, name: str, given: Sequence[Any]) -> bool:
    """Whether a method is sure to give a result below the limits in little time."""
    if name in PADDING:
        return isinstance(given[0], int) and bool(given[0] <= TEXT_LIMIT)
    if name == "expandtabs":
        return bool(value.count("\t") * (given[0] if given else 8) <= TEXT_LIMIT)
    if name == "replace":
        return bool(len(value) + value.count(given[0]) * len(given[1]) <= TEXT_LIMIT)
    if name == "join":
        return sum(len(one) + len(value) for one in given[0]) <= TEXT_LIMIT
    if name in ("encode", "decode"):
        return not given or is_codec(given[0])
    if name == "translate":
        return (
            isinstance(given[0], dict)
            and len(value) <= TEXT_LIMIT // 10
            and all(one is None or isinstance(one, int) or len(one) <= 10 for one in given[0].values())
        )
    return True
