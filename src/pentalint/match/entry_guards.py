"""The names of what protects a view: decorators, wrappers, base classes, class attributes, arguments of the registration."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.values import Class, Const, Decorator, Dict, Function, List, Ref, Value, truth
from pentalint.match.entry_tables import Guards
from pentalint.match.handlers import Handler, last_name
from pentalint.match.registrations import Registration

OfClasses = dict[tuple[int, int], list[str]]
"""What protects all methods of a class, by the identities of the class and of the guards: most are registered for several URLs."""


def guards_of(
    registration: Registration,
    handler: Handler,
    guards: Guards | None,
    engine: Interpreter,
    known: OfClasses,
) -> tuple[str, ...]:
    """What protects a registered function or class, outermost first. `known` is kept for the next."""
    if guards is None:
        return ()
    found = list(argument_guards(registration, guards, engine))
    if guards.decorators is not None:
        found.extend(
            name for name in handler.wrappers if guards.decorators.search(name) and not is_never(name, guards)
        )
    if handler.function is not None:
        first = registration.place + 1 if registration.table.below and registration.place >= 0 else 0
        found.extend(function_guards(handler.function, guards, engine, first))
    if handler.cls is not None:
        key = (id(handler.cls), id(guards))
        if key not in known:
            known[key] = class_guards(handler.cls, guards, engine)
        found.extend(known[key])
    return tuple(dict.fromkeys(found))


def argument_guards(registration: Registration, guards: Guards, engine: Interpreter) -> Iterator[str]:
    """`permission=edit` from the arguments of a registration."""
    for key in guards.arguments:
        value = registration.find(key, engine)
        shown = shown_value(value, engine) if value is not None else ""
        if shown and not is_never(shown, guards):
            yield key if shown == "True" else f"{key}={shown}"


def function_guards(function: Function, guards: Guards, engine: Interpreter, first: int = 0) -> list[str]:
    """The guarding decorators of a function, from one on, and its guarding settings."""
    found = [
        name for decorator in function.decorators[first:] for name in decorator_guards(decorator, guards)
    ]
    for value in function.attributes.values():
        found.extend(setting_guards(value, guards, engine))
    return found


def decorator_guards(decorator: Decorator, guards: Guards) -> list[str]:
    """The names in a decorator that guard: its own, those of decorators it is given, of settings it switches on."""
    if decorator.arguments is not None and guards.settings is not None:
        named = [
            name
            for name, value in decorator.arguments.keywords.items()
            if guards.settings.search(name) and truth(value) is not False
        ]
        if named:
            return named
    if guards.decorators is None:
        return []
    names = [decorator.name]
    if decorator.name.endswith("decorator"):
        names.extend(given_names(decorator.node))
    return [name for name in names if guards.decorators.search(name) and not is_never(name, guards)]


def is_never(name: str, guards: Guards) -> bool:
    """Whether a name looks like a guard and is none."""
    return guards.never is not None and guards.never.search(name) is not None


def given_names(node: ast.expr) -> Iterator[str]:
    """The last names of what a decorator is given: `login_required` of `method_decorator([login_required, never_cache])`."""
    pending: list[ast.expr] = list(node.args) if isinstance(node, ast.Call) else []
    while pending:
        part = pending.pop(0)
        if isinstance(part, (ast.List, ast.Tuple)):
            pending.extend(part.elts)
        elif isinstance(part, ast.Call):
            pending.append(part.func)
        elif isinstance(part, ast.Attribute):
            yield part.attr
        elif isinstance(part, ast.Name):
            yield part.id


def class_guards(cls: Class, guards: Guards, engine: Interpreter) -> list[str]:
    """What protects all methods of a class."""
    found: list[str] = []
    attributes = set(guards.attributes)
    for ancestor in engine.linear(cls):
        name = ancestor.name if isinstance(ancestor, Class) else ancestor.rpartition(".")[2]
        if ancestor is not cls and guards.bases is not None and guards.bases.search(name):
            found.append(name)
        if not isinstance(ancestor, Class):
            continue
        for decorator in ancestor.decorators:
            found.extend(decorator_guards(decorator, guards))
        for key in guards.attributes:
            if key in attributes and key in ancestor.members:
                attributes.discard(key)
                found.extend(attribute_guards(key, ancestor.members[key], guards, engine))
        for value in ancestor.members.values() if guards.settings is not None else ():
            found.extend(setting_guards(value, guards, engine))
    return found


def attribute_guards(key: str, value: Value, guards: Guards, engine: Interpreter) -> list[str]:
    """What a class attribute says: `permission_classes=IsAdminUser`, `decorators=login_required`."""
    value = engine.force(value)
    items = value.items if isinstance(value, List) else [value]
    shown = [text for item in items if (text := shown_value(item, engine))]
    shown = [text for text in shown if not is_never(text, guards)]
    if "decorators" in key and guards.decorators is not None:
        return [text for text in shown if guards.decorators.search(text)]
    return [f"{key}={','.join(shown)}"] if shown else []


def setting_guards(value: Value, guards: Guards, engine: Interpreter) -> list[str]:
    """The guarding settings that a dictionary switches on."""
    if guards.settings is None:
        return []
    value = engine.force(value)
    if not isinstance(value, Dict):
        return []
    return [
        key
        for key, item in value.entries.items()
        if isinstance(key, str) and guards.settings.search(key) and truth(engine.force(item)) is not False
    ]


def shown_value(value: Value, engine: Interpreter) -> str:
    """A short name for a guarding value; "" for None and False."""
    value = engine.force(value)
    if isinstance(value, Const):
        return "" if value.value in (None, False, "") else str(value.value)
    if isinstance(value, (Function, Class)):
        return value.name
    if isinstance(value, Ref):
        return last_name(value.path)
    if isinstance(value, List):
        return ",".join(text for item in value.items if (text := shown_value(item, engine)))
    return "..."
