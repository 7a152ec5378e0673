"""What conditions ask of abstract values: constants, texts, members, types, the API paths a value is known by."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from pentalint.evaluate.kinds import ENVIRONMENT, environment_default
from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.values import (
    Bound,
    Choice,
    Class,
    Const,
    Dict,
    Function,
    Instance,
    Lazy,
    List,
    Ref,
    Text,
    Unknown,
    Value,
    lift,
    plain,
)

Predicate = Callable[["Value | None", Interpreter], bool]


def every(tests: Sequence[Callable[[Any, Interpreter], bool]], subject: Any, engine: Interpreter) -> bool:
    """Whether all tests hold. (`all()` over a generator takes twice as long, and this is what matching consists of.)"""
    for test in tests:  # noqa: SIM110
        if not test(subject, engine):
            return False
    return True


def each(test: Callable[[Value, Interpreter], bool]) -> Predicate:
    """Lift a test of one value to choices: every alternative must pass; absent and unknown do not."""

    def predicate(value: Value | None, engine: Interpreter) -> bool:
        if value is None:
            return False
        if isinstance(value, (Lazy, Choice)):
            return all(
                not isinstance(option, Unknown) and test(option, engine)
                for option in alternatives(value, engine)
            )
        return not isinstance(value, Unknown) and test(value, engine)

    return predicate


def forced(value: Value, engine: Interpreter) -> Value:
    return engine.force(value) if isinstance(value, Lazy) else value


def alternatives(value: Value, engine: Interpreter) -> tuple[Value, ...]:
    """What a value may be, with imported names looked at: no alternative is a choice or lazy itself."""
    value = forced(value, engine)
    if not isinstance(value, Choice):
        return (value,)
    return tuple(inner for option in value.values for inner in alternatives(option, engine))


def known_value(value: Value, engine: Interpreter) -> Any:
    """The plain object, or `NOTHING`."""
    try:
        return plain(value)
    except ValueError:
        pass
    if not isinstance(value, (List, Dict)):
        return NOTHING
    try:
        return plain(looked_at(value, engine))
    except ValueError:
        return NOTHING


def looked_at(value: Value, engine: Interpreter) -> Value:
    """A container with the imported names in it looked at."""
    value = forced(value, engine)
    if isinstance(value, List):
        return List([looked_at(item, engine) for item in value.items], value.kind, value.complete)
    if isinstance(value, Dict):
        return Dict({key: looked_at(item, engine) for key, item in value.entries.items()}, value.complete)
    return value


NOTHING = object()


def same_constant(left: Any, right: Any) -> bool:
    """Equality that tells True from 1."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        return left == right
    return type(left) is type(right) and bool(left == right)


def equals(literal: Any) -> Callable[[Value, Interpreter], bool]:
    return lambda value, engine: (
        (known := known_value(value, engine)) is not NOTHING and same_constant(known, literal)
    )


def entropy(text: str) -> float:
    """Shannon entropy in bits per character."""
    if not text:
        return 0.0
    return -sum(n / len(text) * math.log2(n / len(text)) for n in Counter(text).values())


def type_name(value: Value) -> str:
    """The name `type = ` compares with, "" when unknown."""
    if isinstance(value, Const):
        return "none" if value.value is None else type(value.value).__name__
    if isinstance(value, List):
        return value.kind
    if isinstance(value, Dict):
        return "dict"
    if isinstance(value, Text):
        return "str"
    if isinstance(value, Ref) and value.path in ENVIRONMENT:
        default = environment_default(value)
        return "str" if default is None or type_name(default) == "str" else ""
    if isinstance(value, (Function, Bound)):
        return "function"
    return "class" if isinstance(value, Class) else ""


def api_paths(value: Value, engine: Interpreter) -> tuple[str, ...]:
    """The API paths a value is known by: its own, or those its class inherits."""
    if isinstance(value, Ref):
        if value.path.endswith("[]") and value.arguments is not None and value.arguments.positional:
            key = value.arguments.positional[0]
            if isinstance(key, Const) and isinstance(key.value, str):
                return (value.path, f"{value.path[:-2]}[{key.value}]")
        return (value.path,)
    if isinstance(value, Class):
        return tuple(sorted(engine.ancestors(value)))
    if isinstance(value, Instance):
        return tuple(f"{name}()" for name in sorted(engine.ancestors(value.cls)))
    if isinstance(value, List) and value.kind == "range":
        return ("builtins.range()",)
    return ()


def text_of(value: Value) -> str | None:
    if isinstance(value, Const):
        if isinstance(value.value, str):
            return value.value
        if isinstance(value.value, bytes):
            return value.value.decode("latin-1")
    return None


def number_of(value: Value) -> float | None:
    if (
        isinstance(value, Const)
        and isinstance(value.value, (int, float))
        and not isinstance(value.value, bool)
    ):
        return value.value
    return None


def length_of(value: Value) -> int | None:
    if isinstance(value, Const) and isinstance(value.value, (str, bytes)):
        return len(value.value)
    if isinstance(value, List) and value.complete:
        return len(value.items)
    if isinstance(value, Dict) and value.complete:
        return len(value.entries)
    return None


def members_of(value: Value, engine: Interpreter) -> list[Value]:
    if isinstance(value, List):
        return [forced(item, engine) for item in value.items]
    if isinstance(value, Dict):
        return [lift(key) for key in value.entries]
    return []


def holds(value: Value, item: Any, engine: Interpreter) -> bool | None:
    """Whether a container certainly holds, or certainly does not hold, a constant or a path (`"path:x.y"`)."""
    if isinstance(value, Const):
        return item in value.value if isinstance(value.value, str) and isinstance(item, str) else None
    if isinstance(value, Dict):
        return True if item in value.entries else (False if value.complete else None)
    if not isinstance(value, List):
        return None
    undecided = not value.complete
    wanted_path = item[5:] if isinstance(item, str) and item.startswith("path:") else None
    for member in value.items:
        member = forced(member, engine)
        if wanted_path is not None:
            if wanted_path in api_paths(member, engine):
                return True
            undecided = undecided or isinstance(member, (Unknown, Choice))
            continue
        known = known_value(member, engine)
        if known is NOTHING:
            undecided = undecided or not isinstance(member, (List, Dict, Function, Class))
        elif same_constant(known, item):
            return True
    return None if undecided else False
