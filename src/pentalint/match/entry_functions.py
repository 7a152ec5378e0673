"""What an entry table says of one function: which parameters carry the request, what they hold, whether its text is HTML."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.values import Class, Const, Function
from pentalint.match.entry_tables import EntryTable, Guards
from pentalint.match.handlers import Handler

if TYPE_CHECKING:
    from pentalint.match.entries import Registration


@dataclass(frozen=True, slots=True)
class Given:
    """The arguments of a registration, and the parameters of its URL pattern with whether they are clean; None when the pattern
    is not known."""

    arguments: Arguments | None
    parameters: tuple[tuple[str, bool], ...] | None


def own_parameters(function: Function) -> list[str]:
    """The names of the positional and keyword parameters, without `self`."""
    arguments = function.node.args
    names = [one.arg for one in (*arguments.posonlyargs, *arguments.args)]
    static = any("builtins.staticmethod" in decorator.paths for decorator in function.decorators)
    if function.owner is not None and not static and names:
        names = names[1:]
    return names


def typed_by(function: Function, table: EntryTable) -> dict[str, str]:
    """Parameter name -> the API type of what the framework passes."""
    names = own_parameters(function)
    keywords = [one.arg for one in function.node.args.kwonlyargs]
    found = {}
    for key, path in table.types.items():
        if key.isdigit():
            if int(key) < len(names):
                found[names[int(key)]] = path
        elif key in names or key in keywords:
            found[key] = path
    return found


def tainted_by(function: Function, table: EntryTable, given: Given) -> dict[str, str]:
    """Parameter name -> the part of the request it carries. With a known pattern, its parameters that let more through than
    digits and letters; without, every parameter that holds no API object."""
    if not table.parameters:
        return {}
    typed = typed_by(function, table)
    arguments = function.node.args
    names = [
        name
        for name in (*own_parameters(function), *(one.arg for one in arguments.kwonlyargs))
        if name not in typed
    ]
    open_ = {name for name, clean in given.parameters if not clean} if given.parameters is not None else None
    found = {name: table.parameters for name in names if open_ is None or name in open_}
    more = open_ is None or bool(open_ - set(names))
    if arguments.vararg is not None and table.rest and (open_ is None or any(map(str.isdigit, open_))):
        found[arguments.vararg.arg] = table.rest
    if arguments.kwarg is not None and more:
        found[arguments.kwarg.arg] = table.parameters
    return found


def is_html(function: Function, table: EntryTable, given: Given, engine: Interpreter) -> bool:
    """Whether the text the function returns is sent as it stands, as HTML."""
    unless = table.unless
    named = unless.get("decorators", ())
    if any(path in named for decorator in function.decorators for path in decorator.paths):
        return False
    for key, values in unless.get("arguments", {}).items():
        value = given.arguments.get(key) if given.arguments is not None else None
        if value is None:
            continue
        value = engine.force(value)
        if not isinstance(value, Const) or value.value in values or values == ["*"]:
            return False
    return True


def guards_of(
    registration: Registration, handler: Handler, guards: Guards | None, engine: Interpreter
) -> tuple[str, ...]:
    """The names of what protects a registered function or class, outermost first."""
    if guards is None:
        return ()
    found: list[str] = []
    if registration.arguments is not None:
        for key in guards.arguments:
            value = registration.arguments.get(key)
            if value is not None:
                value = engine.force(value)
                shown = value.value if isinstance(value, Const) else "..."
                if shown is not None:
                    found.append(f"{key}={shown}")
    decorators = guards.decorators
    if decorators is not None:
        found.extend(name for name in handler.wrappers if decorators.search(name))
        if handler.function is not None:
            first = registration.decorator + 1 if registration.table.below else 0
            found.extend(
                decorator.name
                for decorator in handler.function.decorators[first:]
                if decorators.search(decorator.name)
            )
    if handler.cls is not None:
        found.extend(class_guards(handler.cls, guards, engine))
    return tuple(dict.fromkeys(found))


def class_guards(cls: Class, guards: Guards, engine: Interpreter) -> list[str]:
    """What protects all methods of a class: its decorators, base classes, and class attributes."""
    found: list[str] = []
    if guards.decorators is not None:
        for decorator in cls.decorators:
            inner = decorator.node
            name = decorator.name
            if isinstance(inner, ast.Call) and inner.args and not guards.decorators.search(name):
                for argument in inner.args:
                    part = argument.func if isinstance(argument, ast.Call) else argument
                    name = part.attr if isinstance(part, ast.Attribute) else getattr(part, "id", "")
                    if guards.decorators.search(name):
                        break
            if guards.decorators.search(name):
                found.append(name)
    for ancestor in engine.linear(cls):
        name = ancestor.name if isinstance(ancestor, Class) else ancestor.rpartition(".")[2]
        if ancestor is not cls and guards.bases is not None and guards.bases.search(name):
            found.append(name)
        if isinstance(ancestor, Class):
            found.extend(name for name in guards.attributes if name in ancestor.members)
    return found
