"""Built-in functions on values that are known, and on containers whose elements need not be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pentalint.evaluate import iterators
from pentalint.evaluate.arguments import Arguments, constant_key
from pentalint.evaluate.dictionaries import make_dict
from pentalint.evaluate.folding import (
    FAULTS,
    bounded,
    is_codec,
    ordered,
    shown,
)
from pentalint.evaluate.strings import PURE_METHODS, constant_method
from pentalint.evaluate.templates import written
from pentalint.evaluate.values import (
    FALSE,
    NONE,
    TRUE,
    Const,
    Dict,
    List,
    Text,
    Unknown,
    Value,
    plain,
    truth,
)
from pentalint.evaluate.walks import walk

Builtin = Callable[[list[Value], dict[str, Value]], "Value | None"]
"""A built-in function on positional and keyword values; None when it is to be treated like any other API."""

SCALARS: dict[str, Callable[..., Any]] = {
    "int": int,
    "float": float,
    "complex": complex,
    "abs": abs,
    "ord": ord,
    "chr": chr,
    "divmod": divmod,
    "hex": hex,
    "oct": oct,
    "bin": bin,
    "round": round,
    "pow": pow,
}
"""Functions of constants."""

WRITERS: dict[str, Callable[..., Any]] = {"repr": repr, "ascii": ascii, "format": format}
"""Functions that give the text of a value."""

BAGS: dict[str, Callable[..., Any]] = {"min": min, "max": max, "sum": sum}
"""Functions of the elements of a container in whatever order."""


def builtin(name: str, arguments: Arguments) -> Value | None:
    """The value of a call of a built-in function, or None when it is to be treated like any other API."""
    if arguments.open_positional or arguments.open_keyword:
        return None
    function = FUNCTIONS.get(name)
    try:
        if function is not None:
            return function(arguments.positional, arguments.keywords)
        if name == "dict":
            return make_dict(arguments)
        kind, dot, method = name.partition(".")
        if dot and arguments.positional and isinstance(arguments.positional[0], Const):
            return _unbound(kind, method, arguments)
    except FAULTS:
        pass
    return None


def _unbound(kind: str, method: str, arguments: Arguments) -> Value | None:
    """`str.lower(x)`, `bytes.fromhex(x)`."""
    first = arguments.positional[0]
    assert isinstance(first, Const)
    if (kind, method) == ("bytes", "fromhex"):
        return bounded(bytes.fromhex(first.value))
    types = {"str": str, "bytes": bytes, "int": int, "float": float}
    if (
        kind in types
        and type(first.value) is types[kind]
        and method in (*PURE_METHODS[types[kind]], "format")
    ):
        rest = Arguments()
        rest.positional, rest.keywords = arguments.positional[1:], arguments.keywords
        return constant_method(first, method, rest)
    return None


def _scalar(name: str) -> Builtin:
    def call(given: list[Value], named: dict[str, Value]) -> Value | None:
        values = [plain(item) for item in given]
        keywords = {key: plain(item) for key, item in named.items()}
        if name == "pow" and not (len(values) == 2 and _small_power(*values)):
            return None
        if name == "round" and len(values) == 2 and not -100 < values[1] < 100:
            return None
        return bounded(SCALARS[name](*values, **keywords))

    return call


def _small_power(left: Any, right: Any) -> bool:
    return isinstance(left, int) and isinstance(right, int) and 0 <= right <= 256 and abs(left) <= 1024


def _writer(name: str) -> Builtin:
    def call(given: list[Value], named: dict[str, Value]) -> Value | None:
        if name == "format":
            spec = shown(given[1]) if len(given) > 1 else ""
            found = written(given[0], "", spec)
            return None if isinstance(found, Unknown) else found
        return bounded(WRITERS[name](*map(shown, given)))

    return call


def _bag(name: str) -> Builtin:
    def call(given: list[Value], named: dict[str, Value]) -> Value | None:
        if set(named) - {"default", "start"}:
            return None
        keywords = {key: plain(item) for key, item in named.items()}
        if len(given) == 1 or name == "sum":
            found = walk(given[0])
            if found is None or not found.complete:
                return None
            items = [plain(item) for item in found.items]
            if name == "sum" and not all(isinstance(item, int) for item in items):
                if not found.exact or not all(isinstance(item, (int, float)) for item in items):
                    return None
            return bounded(BAGS[name](items, *map(plain, given[1:]), **keywords))
        return bounded(BAGS[name](*map(plain, given), **keywords))

    return call


def _all(given: list[Value], named: dict[str, Value]) -> Value | None:
    return _each(given, False)


def _any(given: list[Value], named: dict[str, Value]) -> Value | None:
    return _each(given, True)


def _each(given: list[Value], decisive: bool) -> Value | None:
    """`any` and `all`: an element that decides, or none."""
    found = walk(given[0])
    if found is None or len(given) != 1:
        return None
    verdicts = [truth(item) for item in found.items]
    if decisive in verdicts:
        return Const(decisive)
    return None if None in verdicts or not found.complete else Const(not decisive)


def _bool(given: list[Value], named: dict[str, Value]) -> Value | None:
    if not given:
        return FALSE
    verdict = truth(given[0]) if len(given) == 1 else None
    return None if verdict is None else (TRUE if verdict else FALSE)


def _str(given: list[Value], named: dict[str, Value]) -> Value | None:
    if len(given) == 1 and not named:
        if isinstance(given[0], Text):
            return given[0]
        return bounded(str(shown(given[0])))
    values = [plain(item) for item in given]
    if values and isinstance(values[0], bytes):
        codec = [*values[1:2], *(plain(item) for key, item in named.items() if key == "encoding")]
        if codec and is_codec(codec[0]):
            return bounded(str(*values, **{key: plain(item) for key, item in named.items()}))
    return None if values else Const("")


def _bytes(given: list[Value], named: dict[str, Value]) -> Value | None:
    if not given:
        return Const(b"")
    first = plain(given[0])
    if isinstance(first, str):
        codec = [*map(plain, given[1:2]), *(plain(item) for key, item in named.items() if key == "encoding")]
        return bounded(first.encode(codec[0])) if codec and is_codec(codec[0]) else None
    first = ordered(given[0])
    return bounded(bytes(first)) if isinstance(first, (bytes, list, tuple)) else None


def _len(given: list[Value], named: dict[str, Value]) -> Value | None:
    (value,) = given
    if isinstance(value, Const) and isinstance(value.value, (str, bytes)):
        return Const(len(value.value))
    if isinstance(value, Dict):
        return Const(len(value.entries)) if value.complete else None
    if isinstance(value, List) and value.complete and value.kind != "iterator":
        if value.kind == "set" and len(value.items) > 1:
            return Const(len(plain(value)))  # what is not known may be there twice
        return Const(len(value.items))
    return None


def _container(kind: str) -> Builtin:
    def call(given: list[Value], named: dict[str, Value]) -> Value | None:
        if not given:
            return List([], kind)
        found = walk(given[0])
        return None if found is None else found.listed(kind)

    return call


def _fromkeys(given: list[Value], named: dict[str, Value]) -> Value | None:
    found = walk(given[0])
    if found is None or not found.exact:
        return None
    value = given[1] if len(given) > 1 else NONE
    return Dict({constant_key(key): value for key in found.items})


FUNCTIONS: dict[str, Builtin] = {
    **{name: _scalar(name) for name in SCALARS},
    **{name: _writer(name) for name in WRITERS},
    **{name: _bag(name) for name in BAGS},
    "all": _all,
    "any": _any,
    "bool": _bool,
    "bytes": _bytes,
    "dict.fromkeys": _fromkeys,
    "enumerate": iterators.count,
    "frozenset": _container("set"),
    "iter": iterators.iterate,
    "len": _len,
    "list": _container("list"),
    "next": iterators.advance,
    "range": iterators.count_up,
    "reversed": iterators.reverse,
    "set": _container("set"),
    "sorted": iterators.sort,
    "str": _str,
    "tuple": _container("tuple"),
    "zip": iterators.pair,
}
