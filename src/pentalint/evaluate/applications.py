"""Built-in and library functions that call others or look into classes: `map`, `filter`, `sorted` with a key,
`isinstance`, `operator.itemgetter`; and the way to those that only compute."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.folding import rest_of
from pentalint.evaluate.functions import FUNCTIONS, builtin
from pentalint.evaluate.iterators import arranged, read_later
from pentalint.evaluate.kinds import ENVIRONMENT, is_instance
from pentalint.evaluate.library import fold
from pentalint.evaluate.operations import subscript
from pentalint.evaluate.records import Shape, make_record
from pentalint.evaluate.values import (
    FALSE,
    TRUE,
    Choice,
    Const,
    Dict,
    Lazy,
    List,
    Ref,
    Unknown,
    Value,
    truth,
)
from pentalint.evaluate.walks import Iterator, Walk, walk

if TYPE_CHECKING:
    from pentalint.evaluate.calls import Calls
    from pentalint.evaluate.events import Frame

CALLS = 64
"""`map`, `filter` and `sorted` call their function for at most this many elements."""

ITERATING = frozenset(
    """all any dict.fromkeys enumerate filter frozenset iter len list map max min reversed set sorted sum tuple
    zip""".split()  # noqa: SIM905
)
"""Built-in functions that iterate over their arguments."""

APPLIED = frozenset(["map", "filter", "sorted", "isinstance"])
"""Built-in functions that need the interpreter."""


def apply_builtin(
    engine: Calls, name: str, arguments: Arguments, node: ast.Call, frame: Frame
) -> Value | None:
    """The value of a call of a built-in function, or None when it is to be treated like any other API."""
    if arguments.open_positional or arguments.open_keyword:
        return None
    if name not in FUNCTIONS and name not in APPLIED and name != "dict" and "." not in name:
        return None
    if name == "isinstance":
        return judged(engine, arguments)
    if name in ITERATING:
        given = arguments.positional = [engine.iterated(item) for item in arguments.positional]
    elif name == "dict":
        given = arguments.positional = [engine.mapping(item) for item in arguments.positional]
    else:
        given = arguments.positional = [engine.force(item) for item in arguments.positional]
    if name in ("map", "filter") and len(given) == 2:
        sources = read_later(given[1:])
        found = walk(given[1])
        if found is not None and found.exact and len(found.items) <= CALLS:
            result = (mapped if name == "map" else filtered)(engine, given[0], found, node, frame)
            return Iterator(result, sources)
        return None
    if name == "sorted" and len(given) == 1 and "key" in arguments.keywords:
        found = walk(given[0])
        if found is None:
            return None
        keys: list[Value] | None = []
        function = engine.force(arguments.keywords["key"])
        if isinstance(function, Const):
            keys = None
        elif len(found.items) <= CALLS:
            keys = [called(engine, function, item, node, frame) for item in found.items]
        return arranged(found, keys, arguments.keywords.get("reverse"))
    return builtin(name, arguments)


def judged(engine: Calls, arguments: Arguments) -> Value | None:
    """`isinstance(value, kind)`. The kind is only looked at when something is known of the value."""
    if len(arguments.positional) != 2:
        return None
    value, kind = arguments.positional
    if isinstance(value, (Unknown, Lazy, Choice)) or (type(value) is Ref and value.path not in ENVIRONMENT):
        return None
    verdict = is_instance(engine, value, kind)
    return None if verdict is None else (TRUE if verdict else FALSE)


def called(engine: Calls, function: Value, item: Value, node: ast.Call, frame: Frame) -> Value:
    """What a function gives for one argument."""
    arguments = Arguments()
    arguments.add(item, node)
    return engine.force(engine.invoke(engine.force(function), arguments, node, frame))


def mapped(engine: Calls, function: Value, found: Walk, node: ast.Call, frame: Frame) -> Walk:
    """`map(function, iterable)`."""
    return Walk([called(engine, function, item, node, frame) for item in found.items])


def filtered(engine: Calls, function: Value, found: Walk, node: ast.Call, frame: Frame) -> Walk:
    """`filter(function, iterable)`."""
    result = List([], "iterator")
    none = isinstance(function, Const)
    for item in found.items:
        verdict = truth(item if none else called(engine, function, item, node, frame))
        if verdict:
            result.items.append(item)
        elif verdict is None:
            if result.complete:
                result.fixed = len(result.items)
            result.complete = False
            result.rest = rest_of([result.rest, item])
    return Walk(result.items, result.complete, result.fixed, result.rest)


def apply_library(
    engine: Calls, callee: Ref, arguments: Arguments, node: ast.Call, frame: Frame
) -> Value | None:
    """The value of a call of one of the functions of `LIBRARY`, or None when it is to be treated like any other API."""
    if isinstance(callee, Shape):
        return make_record(callee.fields, dict(callee.defaults), arguments)
    if callee.path != "operator.itemgetter()":
        arguments.positional = [engine.iterated(item) for item in arguments.positional]
        arguments.keywords = {key: engine.force(item) for key, item in arguments.keywords.items()}
        return fold(callee.path, arguments)
    keys = callee.arguments
    if keys is None or keys.open_positional or not keys.positional or len(arguments.positional) != 1:
        return None
    container = engine.force(arguments.positional[0])
    if not isinstance(container, (Const, List, Dict)):
        return None
    found = [subscript(container, engine.force(key)) for key in keys.positional]
    return found[0] if len(found) == 1 else List(found, "tuple")
