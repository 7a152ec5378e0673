"""What an entry table says of one function: which parameters carry the request, what they hold, whether its text is HTML."""

from __future__ import annotations

import ast
import re
from functools import lru_cache

from pentalint.dataclass import dataclass
from pentalint.evaluate.attributes import has_decorator
from pentalint.evaluate.statements import Interpreter, own_name
from pentalint.evaluate.values import Class, Const, Dict, Function, Ref, Value, truth
from pentalint.match.entry_tables import EntryTable
from pentalint.match.registrations import UNKNOWN_PART, Registration
from pentalint.match.url_patterns import Parameter, parameters_of


@dataclass(frozen=True, slots=True)
class Url:
    """A URL pattern as the table of routes shows it, and the parameters it gives: all of them when it is `complete`."""

    text: str
    parameters: tuple[Parameter, ...] = ()
    complete: bool = True

    @property
    def open(self) -> frozenset[str]:
        """The parameters that may hold anything."""
        return frozenset(one.name for one in self.parameters if not one.clean)

    @property
    def clean(self) -> frozenset[str]:
        """The parameters that hold nothing but letters, digits, `_` and `-`."""
        return frozenset(one.name for one in self.parameters) - self.open


NOWHERE = Url(UNKNOWN_PART, (), False)
"""The URL of which nothing is known."""


@lru_cache(maxsize=4096)  # the same beginnings stand before many patterns
def url_of(text: str, syntax: str) -> Url:
    """A pattern of which parts may be unknown: `...` may stand for further parameters, unless it is only where the whole
    is placed."""
    if not syntax:
        return Url(text, (), False)
    inside = text.removeprefix(UNKNOWN_PART)
    return Url(text, tuple(parameters_of(text, syntax)), bool(inside) and UNKNOWN_PART not in inside)


def own_parameters(function: Function) -> list[str]:
    """The names of the positional parameters, without `self`."""
    arguments = function.node.args
    names = [one.arg for one in (*arguments.posonlyargs, *arguments.args)]
    if function.owner is not None and not has_decorator(function, "builtins.staticmethod"):
        return names[1:]
    return names


def by_place(function: Function, stated: dict[str, str]) -> dict[str, str]:
    """What is said of parameters by name or index (`-1` is the last), by their names; "" is for no parameter."""
    if not stated:
        return {}
    names = own_parameters(function)
    known = {*names, *(one.arg for one in function.node.args.kwonlyargs)}
    found: dict[str, str] = {}
    for key, what in stated.items():
        if key.lstrip("-").isdigit():
            place = int(key)
            if -len(names) <= place < len(names):
                found.setdefault(names[place], what)
        elif key in known:
            found[key] = what
    return found


def typed_by(
    function: Function, table: EntryTable, registration: Registration | None, engine: Interpreter
) -> dict[str, str]:
    """Parameter name -> the API type of what the framework passes."""
    found = {}
    for name, path in by_place(function, dict(table.types)).items():
        if path.startswith("@"):
            path = registered_type(path[1:], registration, engine)
        if path:
            found[name] = path
    return found


def registered_type(stated: str, registration: Registration | None, engine: Interpreter) -> str:
    """`0|path`: an instance of the class that is argument 0 of the registration, else of `path`."""
    key, _, otherwise = stated.partition("|")
    value = registration.find(key, engine) if registration is not None else None
    if isinstance(value, Ref) and not value.path.endswith(")"):
        return f"{value.path}()"
    return otherwise


HANDED = frozenset({"app", "context", "ctx", "db", "identity", "req", "request", "session"})
"""Names of parameters that decorators fill, and hardly a URL."""

HANDING = re.compile(r"(pass|with|inject|provide|load|fetch)_")
"""How decorators are called that fill parameters."""

NUMBERS = frozenset({"Decimal", "UUID", "bool", "date", "datetime", "float", "int"})
"""The types of parameters that let no text through."""


def tainted_by(function: Function, table: EntryTable, url: Url, typed: dict[str, str]) -> dict[str, str]:
    """Parameter name -> the part of the request it carries. What a table says of single parameters holds; of all others,
    with a known pattern, its parameters that let more through than digits and letters, without, every one that
    holds no API object; a segment of a path for which there is a default is seldom one, nor is what decorators hand over."""
    found = {
        name: part for name, part in by_place(function, dict(table.parameters)).items() if name not in typed
    }
    every = table.parameters.get("", "")
    if not every:
        return found
    arguments = function.node.args
    own = [*own_parameters(function), *(one.arg for one in arguments.kwonlyargs)]
    seldom = seldom_in_urls(function) if every == "path" and not url.complete else frozenset()
    for name in own:
        if name in typed or name in url.clean:
            continue
        if name in url.open or not (url.complete or name in seldom):
            found.setdefault(name, every)
    if arguments.vararg is not None and table.rest:
        if not url.complete or any(name.isdigit() for name in url.open):
            found[arguments.vararg.arg] = table.rest
    if arguments.kwarg is not None and (not url.complete or url.open - set(own)):
        found[arguments.kwarg.arg] = every
    return found


def seldom_in_urls(function: Function) -> frozenset[str]:
    """The parameters that are hardly filled from a URL of which the pattern is not known."""
    arguments = function.node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    named = [*positional, *arguments.kwonlyargs]
    if isinstance(function.node, (ast.FunctionDef, ast.AsyncFunctionDef)) and any(
        HANDING.match(own_name(one.func if isinstance(one, ast.Call) else one))
        for one in function.node.decorator_list
    ):
        return frozenset(one.arg for one in named)
    pairs = [
        *zip(reversed(positional), reversed(arguments.defaults)),
        *zip(arguments.kwonlyargs, arguments.kw_defaults),
    ]
    defaulted = {
        one.arg
        for one, default in pairs
        if default is not None and not (isinstance(default, ast.Constant) and default.value is None)
    }
    numbers = {one.arg for one in named if one.annotation is not None and own_name(one.annotation) in NUMBERS}
    return HANDED | defaulted | numbers


def is_html(
    function: Function,
    cls: Class | None,
    table: EntryTable,
    registration: Registration | None,
    engine: Interpreter,
) -> bool:
    """Whether the text the function returns is sent as it stands, as HTML."""
    if table.returns != "html":
        return False
    unless = table.unless
    named = set(unless.get("decorators", ()))
    if any(not named.isdisjoint(decorator.paths) for decorator in function.decorators):
        return False
    for key, values in unless.get("arguments", {}).items():
        value = registration.find(key, engine) if registration is not None else None
        if value is not None and (not isinstance(value, Const) or value.value in values or values == ["*"]):
            return False
    switches = unless.get("settings", ())
    return not (switches and any(switched(name, function, cls, engine) for name in switches))


def switched(name: str, function: Function, cls: Class | None, engine: Interpreter) -> bool:
    """Whether a setting is switched on for a method: by keywords of a decorator on it or its class, or by a dictionary that
    is an attribute of either."""
    held: list[Value] = list(function.attributes.values())
    decorators = list(function.decorators)
    for ancestor in engine.linear(cls) if cls is not None else ():
        if isinstance(ancestor, Class):
            decorators.extend(ancestor.decorators)
            held.extend(value for key, value in ancestor.members.items() if key.startswith("_"))
    for decorator in decorators:
        if decorator.arguments is not None:
            value = decorator.arguments.keywords.get(name)
            if value is not None and truth(engine.force(value)) is True:
                return True
    for value in held:
        if (
            isinstance(value, Dict)
            and name in value.entries
            and truth(engine.force(value.entries[name])) is True
        ):
            return True
    return False
