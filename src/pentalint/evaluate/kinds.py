"""What `isinstance` says of values whose type is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pentalint.evaluate.enumerations import Member, Named
from pentalint.evaluate.records import Record
from pentalint.evaluate.texts import is_text
from pentalint.evaluate.values import Class, Const, Dict, Function, Instance, List, Ref, Text, Value

if TYPE_CHECKING:
    from pentalint.evaluate.attributes import Attributes

TYPES: dict[str, type] = {
    f"builtins.{kind.__name__}": kind
    for kind in (str, bytes, int, float, complex, bool, list, tuple, set, frozenset, dict, bytearray, range)
}
"""Built-in types by path. None of the values here is an instance of one unless its own type is or inherits from it."""

OWN: dict[str, str] = {"list": "builtins.list", "tuple": "builtins.tuple", "range": "builtins.range"}
"""The type of each kind of container that has one type only."""


ENVIRONMENT = {
    "os.environ[]": False,
    "os.environ.get()": True,
    "os.getenv()": True,
    "os.environ.setdefault()": True,
}
"""What gives the text of an environment variable: path -> whether it has a default for the variable that is not set."""


def environment_default(value: Ref) -> Value | None:
    """What a read of the environment gives for a variable that is not set; None when it raises."""
    if not ENVIRONMENT[value.path] or value.guarded:
        return None
    given = value.arguments.get("1=default", ()) if value.arguments is not None else None
    return given if given is not None else Const(None)


def is_instance(engine: Attributes, value: Value, kind: Value) -> bool | None:
    """`isinstance(value, kind)`, or None when that is not known."""
    kind = engine.force(kind)
    if type(value) is Ref and value.path in ENVIRONMENT:
        default = environment_default(value)
        verdict = is_instance(engine, Text((Const(""), value), "environment"), kind)
        same = default is None or is_instance(engine, engine.force(default), kind) is verdict
        return verdict if same else None
    if isinstance(kind, List) and kind.kind == "tuple":
        verdicts = [is_instance(engine, value, one) for one in kind.items]
        if True in verdicts:
            return True
        return None if None in verdicts or not kind.complete else False
    if isinstance(kind, Class):
        return _of_class(engine, value, kind)
    if not isinstance(kind, Ref):
        return None
    if kind.path == "builtins.object":
        return True
    if kind.path not in TYPES:
        return None
    return _of_type(value, kind.path)


def _of_type(value: Value, path: str) -> bool | None:
    """Whether a value is of a built-in type."""
    if isinstance(value, Const):
        return isinstance(value.value, TYPES[path])
    if isinstance(value, Text):
        if any(isinstance(part, Const) and isinstance(part.value, str) for part in value.parts):
            return path == "builtins.str" or (None if path == "builtins.bytes" else False)
        return None if path in ("builtins.str", "builtins.bytes") else False
    if isinstance(value, Dict):
        return path == "builtins.dict"
    if isinstance(value, List):
        if value.kind in OWN:
            return path == OWN[value.kind]
        if value.kind == "set":
            return None if path in ("builtins.set", "builtins.frozenset") else False
        return False
    if isinstance(value, (Member, Function, Class)):
        return None if isinstance(value, Member) and value.own_equality else False
    return None


def _of_class(engine: Attributes, value: Value, kind: Class) -> bool | None:
    """Whether a value is an instance of a class of the project."""
    owner = value.cls if isinstance(value, (Named, Record)) else None
    if isinstance(value, Instance):
        if value.arguments is None and not isinstance(value, Member):
            return True if kind in engine.linear(value.cls) else None  # an annotation may be wrong about None
        owner = value.cls
    if owner is not None:
        line = engine.linear(owner)
        if kind in line:
            return True
        known = all(
            isinstance(base, (Class, Ref)) for one in line if isinstance(one, Class) for base in one.bases
        )
        return False if known and not kind.node.keywords else None
    if (isinstance(value, (Const, Dict, List)) or is_text(value)) and not kind.node.keywords:
        return None if any(isinstance(one, str) for one in engine.linear(kind)) else False
    return None
