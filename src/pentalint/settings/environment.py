"""Reads of the environment: which call reads which variable, what its absence gives, and what becomes of its text.

Checked on django-environ 0.14, python-decouple 3.8, environs 15.2, dj-database-url 3.1. Kinds are str, bool, int, float, list,
tuple, json, dict, database (of dj-database-url), address (a database of django-environ), and "" for what is not followed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from pentalint.dataclass import dataclass
from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.values import NONE, Const, Function, List, Ref, Value, lift, plain
from pentalint.settings.urls import DEFAULTS, database, environ_database

TRUE = frozenset(["true", "on", "ok", "y", "yes", "1"])
"""What django-environ takes for true (in any case); everything else is false."""

FALSE = frozenset(["false", "off", "n", "no", "0", ""])

GETTERS = frozenset(["os.environ.get", "os.getenv", "os.environ.setdefault", "os.environ.pop"])

DJANGO_ENVIRON = frozenset(["environ.Env()", "environ.FileAwareEnv()"])
ENVIRONS = frozenset(["environs.Env()", "environs.FileAwareEnv()", "environs.env"])
DECOUPLE = frozenset(["decouple.config", "decouple.Config()", "decouple.AutoConfig()"])
OTHERS = frozenset(["starlette.config.Config()", "prettyconf.config", "prettyconf.config()"])

METHODS = {
    "str": "str",
    "unicode": "str",
    "bool": "bool",
    "int": "int",
    "float": "float",
    "list": "list",
    "tuple": "tuple",
    "json": "json",
    "dict": "dict",
    "get_value": "str",
    "db": "address",
    "db_url": "address",
    "dj_db_url": "database",
}
"""Methods of the objects that read, with the kind of what they give."""

ADDRESSES = {
    "db": "DATABASE_URL",
    "db_url": "DATABASE_URL",
    "cache": "CACHE_URL",
    "cache_url": "CACHE_URL",
    "email": "EMAIL_URL",
    "email_url": "EMAIL_URL",
    "search_url": "SEARCH_URL",
}
"""Methods of django-environ that need not be told a variable."""

PATHLESS = frozenset("read_env path prefixed add_parser add_parser_from_field parser_for seal dump".split())  # noqa: SIM905

CASTS = {f"builtins.{name}": name for name in ("str", "bool", "int", "float", "list", "tuple", "dict")} | {
    "decouple.Csv()": "list",
    "json.loads": "json",
}


@dataclass(frozen=True, slots=True)
class Read:
    """One read: the variable, the value without it (None: it has to be set), the kind of its text, and whether the default is
    treated as text too. `cast` is a function of the project's own that makes the value."""

    name: str
    default: Value | None
    kind: str
    parses_default: bool = False
    cast: Value | None = None


def read_of(callee: Ref, arguments: Arguments) -> Read | None:
    """The read that a call is; None for any other call, or one whose variable is not named in so many words."""
    path = callee.path
    if path in GETTERS:
        name = text(arguments.get("0=key"))
        return None if name is None else Read(name, arguments.get("1=default") or NONE, "str")
    if path == "dj_database_url.config":
        return database_read(arguments)
    owner, _, method = path.rpartition(".")
    if path in DJANGO_ENVIRON:
        return environ_read(callee, "", arguments)
    if owner in DJANGO_ENVIRON:
        return environ_read(callee.base if isinstance(callee.base, Ref) else callee, method, arguments)
    if path in ENVIRONS or owner in ENVIRONS:
        return plain_read("" if path in ENVIRONS else method, arguments)
    if path in DECOUPLE or path in OTHERS:
        return casting_read(arguments)
    return None


def database_read(arguments: Arguments) -> Read:
    """`dj_database_url.config(default=..., env=...)`: without the variable and a default it gives nothing."""
    name = text(arguments.get("0=env")) or "DATABASE_URL"
    default = arguments.get("1=default")
    empty = default is None or (isinstance(default, Const) and default.value is None)
    return Read(name, lift({}) if empty else default, "database", not empty)


def environ_read(owner: Ref, method: str, arguments: Arguments) -> Read | None:
    """A read of django-environ: the scheme that `Env(...)` was given names casts and defaults; without a cast a value is
    read as its default's type."""
    if method in PATHLESS:
        return None
    name = text(arguments.get("0=var")) or ADDRESSES.get(method)
    if name is None:
        return None
    cast, default = scheme_of(owner, name)
    given = arguments.get("default") or (
        arguments.get("2" if method in ("", "get_value") else "1") if method else arguments.get("2")
    )
    default = given or default
    kind = METHODS.get(method, "") if method else kind_of(arguments.get("1=cast") or cast)
    if not method and kind == "str" and (arguments.get("1=cast") or cast) is None:
        kind = type_kind(default)
    return Read(name, default, kind, kind == "address")


def scheme_of(owner: Ref, name: str) -> tuple[Value | None, Value | None]:
    """The cast and the default that `Env(NAME=(cast, default))` gives a variable."""
    made = owner
    while made.path not in DJANGO_ENVIRON and isinstance(made.base, Ref):
        made = made.base
    entry = made.arguments.keywords.get(name) if made.arguments is not None else None
    if isinstance(entry, List) and entry.kind == "tuple" and len(entry.items) == 2:
        return entry.items[0], entry.items[1]
    return entry, None


def plain_read(method: str, arguments: Arguments) -> Read | None:
    """A read of environs: the default is taken as it is."""
    if method in PATHLESS:
        return None
    name = text(arguments.get("0=name"))
    if name is None:
        return None
    return Read(name, arguments.get("1=default"), METHODS.get(method or "str", ""), method == "dj_db_url")


def casting_read(arguments: Arguments) -> Read | None:
    """A read of python-decouple: `cast` is applied to the default as well."""
    name = text(arguments.get("0=option"))
    if name is None:
        return None
    cast = arguments.get("cast") or arguments.get("2")
    default = arguments.get("1=default")
    own = cast if isinstance(cast, Function) else None
    return Read(name, default, kind_of(cast), cast is not None, own)


KINDS_OF_VALUES = {
    "Value": "str",
    "BooleanValue": "bool",
    "IntegerValue": "int",
    "PositiveIntegerValue": "int",
    "FloatValue": "float",
    "ListValue": "list",
    "TupleValue": "tuple",
    "SecretValue": "str",
}
"""Classes of `configurations.values`, with the kind of what they read."""


def value_read(made: Ref, attribute: str) -> Read | None:
    """The read that an attribute of django-configurations is: its variable is its name after `DJANGO_`, unless it says
    otherwise. None for what reads nothing."""
    arguments = made.arguments
    off = arguments.keywords.get("environ") if arguments is not None else None
    if arguments is None or (isinstance(off, Const) and off.value is False):
        return None
    kind = made.path.removesuffix("()").rpartition(".")[2]
    prefix = text(arguments.keywords.get("environ_prefix", Const("DJANGO")))
    name = text(arguments.keywords.get("environ_name")) or attribute
    default = None if kind == "SecretValue" else arguments.get("0=default") or NONE
    return Read(f"{prefix}_{name}" if prefix else name, default, KINDS_OF_VALUES.get(kind, ""))


def text(value: Value | None) -> str | None:
    """The text of a constant."""
    return value.value if isinstance(value, Const) and isinstance(value.value, str) else None


def kind_of(cast: Value | None) -> str:
    """The kind that a cast makes; "" when it is not followed."""
    if cast is None:
        return "str"
    if isinstance(cast, List):
        return "list"
    return CASTS.get(cast.path, "") if isinstance(cast, Ref) else ""


def type_kind(default: Value | None) -> str:
    """The kind of a default: django-environ reads a variable as the type of it."""
    if isinstance(default, Const) and default.value is not None:
        name = type(default.value).__name__
        return name if name in ("bool", "int", "float", "str") else ""
    return "list" if isinstance(default, List) else "str"


def parsed(raw: str, kind: str, arguments: Arguments | None = None) -> Value | None:
    """What the text of a variable becomes; None when it does not fit or is not followed."""
    maker = PARSERS.get(kind)
    try:
        made = maker(raw) if maker is not None else None
    except (ValueError, TypeError, RecursionError):
        return None
    if kind == "database" and isinstance(made, dict) and arguments is not None:
        made = {**made, **added(arguments)}
    engine = text(arguments.keywords.get("engine")) if arguments is not None else None
    if kind == "address" and isinstance(made, dict) and engine is not None:
        made["ENGINE"] = engine
    return None if made is None else lift(made)


def added(arguments: Arguments) -> Mapping[str, Any]:
    """What dj-database-url adds to a database."""
    found: dict[str, Any] = {}
    for key, default in DEFAULTS.items():
        given = arguments.keywords.get(key.lower())
        try:
            found[key] = default if given is None else plain(given)
        except ValueError:
            continue
    return found


def boolean(raw: str) -> bool:
    """A boolean as the usual words say; raises `ValueError` for others, which the libraries read differently."""
    word = raw.strip().lower()
    if word in TRUE:
        return True
    if word in FALSE:
        return False
    raise ValueError(raw)


def items(raw: str) -> list[str]:
    return [item.strip() for item in raw.split(",") if item.strip()]


def pairs(raw: str) -> dict[str, str]:
    return dict(item.split("=", 1) for item in raw.split(",") if item)


PARSERS: dict[str, Callable[[str], Any]] = {
    "str": str,
    "bool": boolean,
    "int": lambda raw: int(re.sub(r"^\s+|\s+$", "", raw)),
    "float": float,
    "list": items,
    "tuple": lambda raw: tuple(items(raw)),
    "json": json.loads,
    "dict": pairs,
    "database": database,
    "address": environ_database,
}
