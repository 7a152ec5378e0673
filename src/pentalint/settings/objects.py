"""Objects of the standard library whose attributes are known, types, and modules that only the place of the deployment has."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from urllib.parse import urlsplit

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.values import Const, Dict, List, Ref, Value, lift
from pentalint.settings.paths import PREFIX

URLS = frozenset(["urllib.parse.urlparse", "urllib.parse.urlsplit"])

PARTS = ("scheme", "netloc", "path", "query", "fragment", "username", "password", "hostname", "port")


LEVELS = {"DEBUG": 10, "INFO": 20, "WARNING": 30, "WARN": 30, "ERROR": 40}

CONSTANTS = (
    {f"logging.{name}": level for name, level in {**LEVELS, "CRITICAL": 50, "FATAL": 50, "NOTSET": 0}.items()}
    | {
        f"django.contrib.messages.constants.{name}": level
        for name, level in {**LEVELS, "SUCCESS": 25}.items()
    }
    | {
        "os.sep": "/",
        "os.path.sep": "/",
        "os.pathsep": ":",
        "os.linesep": "\n",
        "os.curdir": ".",
        "os.pardir": "..",
    }
    | dict.fromkeys(["sys.prefix", "sys.exec_prefix"], PREFIX)
)
"""Constants of libraries by path; those of systems are the ones of POSIX."""


class Fields(Ref):
    """An object with known attributes, made of a text."""

    __slots__ = ("fields", "text")

    def __init__(self, path: str, text: str, fields: Mapping[str, Value]) -> None:
        super().__init__(path, Arguments())
        self.text = text
        self.fields = fields


class AbsentModule(Ref):
    """A module that the project imports by name and that is written where it is deployed."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        super().__init__(name, Arguments())
        self.name = name


TYPES = frozenset(
    f"builtins.{name}" for name in ("str", "bytes", "int", "float", "bool", "list", "tuple", "set", "dict")
)
"""Types that two names of are never the same."""


def type_of(value: Value) -> Ref | None:
    """`type(value)`; None when it is not known."""
    if isinstance(value, Const) and value.value is not None:
        name = type(value.value).__name__
    elif isinstance(value, Dict):
        name = "dict"
    else:
        name = value.kind if isinstance(value, List) else ""
    return Ref(f"builtins.{name}") if f"builtins.{name}" in TYPES else None


def same_type(op: ast.cmpop, left: Value, right: Value) -> bool | None:
    """`type(x) is str`, `type(x) in (list, tuple)`; None for what does not compare types that are known."""
    among = isinstance(op, (ast.In, ast.NotIn))
    if not among and not isinstance(op, (ast.Is, ast.IsNot, ast.Eq, ast.NotEq)):
        return None
    others = right.items if among and isinstance(right, List) and right.complete else [] if among else [right]
    if not others or not all(type(one) is Ref and one.path in TYPES for one in (left, *others)):
        return None
    found = any(isinstance(one, Ref) and isinstance(left, Ref) and one.path == left.path for one in others)
    return found is not isinstance(op, (ast.NotIn, ast.IsNot, ast.NotEq))


def split_url(path: str, arguments: Arguments) -> Fields | None:
    """`urlparse("https://...")`; None when the address is not known."""
    given = arguments.positional[0] if arguments.positional else None
    if path not in URLS or not isinstance(given, Const) or not isinstance(given.value, str):
        return None
    try:
        parts = urlsplit(given.value)
        found = {name: lift(getattr(parts, name)) for name in PARTS}
    except ValueError:
        return None
    return Fields(f"{path}()", given.value, found)
