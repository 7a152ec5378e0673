"""What constant folding rests on: limits, the faults it may meet, and when a value may stand as a plain object.

Folding returns `UNKNOWN` rather than guess: a wrong constant is worse than none."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Sequence
from typing import Any

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.values import (
    ITEMS,
    UNKNOWN,
    Const,
    Dict,
    List,
    Unknown,
    Value,
    join_all,
    lift,
    options,
    plain,
)

TEXT_LIMIT = 100_000
"""Folded strings longer than this many characters become unknown."""

NUMBER_LIMIT = 2**256
"""Folded integers beyond this become unknown: `9**9**9` must not hang the run."""

FAULTS = (
    TypeError,
    ValueError,
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    RecursionError,
    UnicodeError,
)
"""What the operations of constants may raise."""

CODECS = frozenset(
    ["ascii", "utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "iso8859-1", "iso8859-15", "cp1252"]
)
"""The text encodings that are folded, by the names `codecs.lookup` gives them."""


def bounded(thing: Any) -> Value:
    """`lift`, unless the result is larger than the limits."""
    if isinstance(thing, (str, bytes)) and len(thing) > TEXT_LIMIT:
        return UNKNOWN
    if isinstance(thing, int) and abs(thing) >= NUMBER_LIMIT:
        return UNKNOWN
    if isinstance(thing, (list, tuple, dict, set, frozenset)) and len(thing) > ITEMS:
        return UNKNOWN
    return lift(thing)


def ordered(value: Value) -> Any:
    """The plain object of a value in which no order depends on hashes: no set of several elements in it.

    Raises `ValueError` when there is none.
    """
    if not isinstance(value, (List, Dict)):
        return plain(value)
    found = plain(value)
    if has_sets(found):
        raise ValueError("a set has no order")
    return found


def has_sets(thing: Any) -> bool:
    """Whether a plain object holds a set of several elements."""
    if isinstance(thing, frozenset):
        return len(thing) > 1 or any(map(has_sets, thing))
    if isinstance(thing, (list, tuple)):
        return any(map(has_sets, thing))
    return isinstance(thing, dict) and any(map(has_sets, thing.values()))


def shown(value: Value) -> Any:
    """The plain object of a value that `str`, `repr` and `format` write as they write that object: no set, no record, no
    member of an enumeration that has a text of its own.

    Raises `ValueError` when there is none.
    """
    if not is_shown(value):
        raise ValueError("its text is not that of a constant")
    return plain(value)


def is_shown(value: Value, levels: int = 20) -> bool:
    """Whether the text of a value is that of its plain object."""
    if isinstance(value, Const):
        return type(value) is Const or bool(getattr(value, "textual", False))
    if not levels:
        return False
    if type(value) is List and value.kind in ("list", "tuple"):
        return all(type(item) is Const or is_shown_within(item, levels - 1) for item in value.items)
    if type(value) is Dict:
        return all(
            type(item) is Const or is_shown_within(item, levels - 1) for item in value.entries.values()
        )
    return False


def is_shown_within(value: Value, levels: int) -> bool:
    """Whether a value is written as its plain object inside a container, where `repr` is used."""
    return not isinstance(value, Const) and is_shown(value, levels)


def numbers_within(template: str, most: int = 4) -> bool:
    """Whether no number written in a format is long enough to fill memory, nor all of them together."""
    runs = "".join(one if one.isdecimal() else " " for one in template).split()
    return all(len(run) <= most for run in runs) and sum(map(int, runs)) <= TEXT_LIMIT


def is_codec(name: object, wanted: frozenset[str] = CODECS) -> bool:
    """Whether a string names one of the encodings wanted."""
    if not isinstance(name, str):
        return False
    try:
        return codecs.lookup(name).name in wanted
    except (LookupError, ValueError, TypeError):
        return False


def plain_arguments(
    arguments: Arguments, names: Iterable[str] | None = None
) -> tuple[list[Any], dict[str, Any]]:
    """The arguments of a call as plain objects, keywords limited to `names`.

    Raises `ValueError` when some are unknown or not expected.
    """
    if arguments.open_positional or arguments.open_keyword:
        raise ValueError("more arguments than are known")
    if names is not None and not set(arguments.keywords) <= set(names):
        raise ValueError("an argument that is not understood")
    given = [ordered(item) for item in arguments.positional]
    return given, {key: ordered(item) for key, item in arguments.keywords.items()}


def any_of(values: Iterable[Value], complete: bool = False) -> Value:
    """What one of several values may be. When the list of them is not complete, it may be anything else too, and
    constants among them tell nothing."""
    if complete:
        return join_all(values)
    found = rest_of(values)
    return UNKNOWN if found is None else join_all([found, UNKNOWN])


def picked(values: Sequence[Value], complete: bool) -> Value:
    """What an element at a place that is not known may be. One that can be changed may be another."""
    return any_of(
        values,
        complete
        and not any(
            isinstance(value, Dict) or (isinstance(value, List) and value.kind != "tuple") for value in values
        ),
    )


def rest_of(values: Iterable[Value | None]) -> Value | None:
    """What is worth keeping of values that may be in a container or not: constants and unknown ones tell nothing."""
    kept = [
        option
        for value in values
        if value is not None
        for option in options(value)
        if not isinstance(option, (Const, Unknown))
    ]
    return join_all(kept) if kept else None
