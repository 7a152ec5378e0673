"""From the value that is registered to the function or class behind it: through decorators, `partial`, `as_view()`, bound methods
and dotted names."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import field

from pentalint.dataclass import dataclass
from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.events import Frame
from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.values import (
    UNKNOWN,
    Bound,
    Choice,
    Class,
    Const,
    Dict,
    Function,
    Instance,
    Package,
    Ref,
    Value,
)

DEPTH = 8
"""Wrappers around wrappers are looked into this deep."""

AS_VIEW = (".as_view", ".as_asgi")
"""What turns a class into the function that is registered."""


@dataclass(slots=True, eq=False)
class Handler:
    """What a framework calls: a function (with the class it is a method of), a class whose methods answer, or neither when
    only the `label` of something outside the project is known. `wrappers` are the names of what was put around it, `outer`
    that it is itself put around others; `actions` say which method answers which HTTP method, where the registration does.
    """

    function: Function | None = None
    cls: Class | None = None
    label: str = ""
    wrappers: tuple[str, ...] = ()
    outer: bool = False
    actions: dict[str, str] = field(default_factory=dict)


def handlers(value: Value | None, engine: Interpreter, depth: int = 0) -> Iterator[Handler]:
    """What stands behind a registered value."""
    if value is None or depth > DEPTH:
        return
    value = engine.force(value)
    if isinstance(value, Choice):
        for option in value.values:
            yield from handlers(option, engine, depth + 1)
    elif isinstance(value, Function):
        yield Handler(value, value.owner, label_of(value))
    elif isinstance(value, Bound):
        owner = value.receiver.cls if isinstance(value.receiver, Instance) else value.function.owner
        yield Handler(value.function, owner, label_of(value.function))
    elif isinstance(value, Class):
        yield Handler(None, value, label_of(value))
    elif isinstance(value, Instance):
        caller = method_of(value.cls, "__call__", engine)
        yield Handler(caller, value.cls, label_of(value.cls))
    elif isinstance(value, Ref):
        yield from wrapped(value, engine, depth)


def wrapped(value: Ref, engine: Interpreter, depth: int) -> Iterator[Handler]:
    """What stands behind the result of a call outside the project."""
    maker = value.base
    if isinstance(maker, Ref) and maker.path.endswith(AS_VIEW) and isinstance(maker.base, Class):
        yield Handler(None, maker.base, label_of(maker.base), actions=actions_of(value.arguments, engine))
        return
    found = False
    if value.arguments is not None and value.path.endswith(")"):
        for argument in value.arguments.positional:
            for inner in handlers(argument, engine, depth + 1):
                if inner.function is not None or inner.cls is not None:
                    found = True
                    inner.wrappers = (last_name(value.path), *inner.wrappers)
                    yield inner
    if not found:
        yield Handler(None, None, shown_path(value.path))


def shown_path(path: str) -> str:
    """An API path as a table of routes shows it: what some call returned is not known."""
    plain = path.removesuffix(".as_view()")
    last = plain.removesuffix("()").rpartition(".")[2]
    return "..." if plain.endswith("()") and not last[:1].isupper() else plain.removesuffix("()")


def actions_of(arguments: Arguments | None, engine: Interpreter) -> dict[str, str]:
    """`as_view({"get": "list"})`: HTTP method -> the method that answers."""
    if arguments is None or not arguments.positional:
        return {}
    given = engine.force(arguments.positional[0])
    if not isinstance(given, Dict):
        return {}
    return {
        verb: action.value
        for verb, action in given.entries.items()
        if isinstance(verb, str) and isinstance(action, Const) and isinstance(action.value, str)
    }


def last_name(path: str) -> str:
    """`login_required` of `django.contrib.auth.decorators.login_required()()`."""
    return path.replace("()", "").rpartition(".")[2]


def label_of(thing: Function | Class) -> str:
    """`app.views.index`: the module's name and the qualified name."""
    parts = [thing.module.name, thing.qualname]
    if thing.name == "<lambda>":
        parts.append(thing.name)
    return ".".join(part for part in parts if part)


def method_of(cls: Class, name: str, engine: Interpreter) -> Function | None:
    """A method of a class or of its nearest ancestor in the project."""
    for ancestor in engine.linear(cls):
        if isinstance(ancestor, Class) and name in ancestor.members:
            return function_in(ancestor.members[name], engine)
    return None


def function_in(member: Value, engine: Interpreter) -> Function | None:
    """The first function that a member of a class may be."""
    member = engine.force(member)
    if isinstance(member, Function):
        return member
    for option in member.values if isinstance(member, Choice) else ():
        if isinstance(option, Function):
            return option
    return None


def dotted(name: str, engine: Interpreter, frame: Frame) -> Value:
    """What a dotted name in a string stands for: `app.views.index`, `.views`, `app.views:index`. Unknown when it is not the
    project's."""
    module_name, colon, rest = name.partition(":")
    package = frame.module.package
    if module_name.startswith("."):
        bare = module_name.lstrip(".")
        for _ in range(len(module_name) - len(bare) - 1):
            package = package.rpartition(".")[0]
        module_name = f"{package}.{bare}" if bare and package else bare or package
    parts = [*module_name.split("."), *([] if not colon else rest.split("."))]
    for length in range(len(parts), 0, -1):
        module = engine.index.find(".".join(parts[:length]), frame.module)
        if module is None:
            continue
        value: Value = Package(module)
        for part in parts[length:]:
            value = engine.force(member_of(value, part, engine))
        return value
    return UNKNOWN


def member_of(value: Value, name: str, engine: Interpreter) -> Value:
    """A member of a module or class of the project, without any event."""
    if isinstance(value, Package):
        return engine.member(value.module, name)
    if isinstance(value, Class):
        for ancestor in engine.linear(value):
            if isinstance(ancestor, Class) and name in ancestor.members:
                return ancestor.members[name]
    if isinstance(value, Ref):
        return Ref(engine.aliases.get(f"{value.path}.{name}", f"{value.path}.{name}"), base=value)
    return UNKNOWN


def looked_up(node: ast.expr, frame: Frame, engine: Interpreter) -> Value:
    """What a name or a dotted name stands for, without any event; unknown for other expressions."""
    if isinstance(node, ast.Name):
        return engine.force(engine.lookup(node.id, frame))
    if isinstance(node, ast.Attribute):
        return engine.force(member_of(looked_up(node.value, frame, engine), node.attr, engine))
    return UNKNOWN


def inner_handlers(node: ast.AST | None, frame: Frame, engine: Interpreter) -> Iterator[Handler]:
    """The functions and classes that stand in the expression for what is registered, whatever the project makes of them:
    `guarded(view)` registers what `guarded` returns, and `view` behind it; `Page.as_view()` is `Page`, also where the project has
    its own `as_view`."""
    if not isinstance(node, ast.Call):
        return
    if isinstance(node.func, ast.Attribute) and f".{node.func.attr}" in AS_VIEW:
        cls = looked_up(node.func.value, frame, engine)
        if isinstance(cls, Class):
            yield Handler(None, cls, label_of(cls))
        return
    name = looked_up(node.func, frame, engine)
    wrapper = name.name if isinstance(name, Function) else called_name(node)
    for argument in node.args:
        found = list(inner_handlers(argument, frame, engine))
        if not found:
            value = looked_up(argument, frame, engine)
            if isinstance(value, (Function, Bound, Class)):
                found = list(handlers(value, engine))
        for one in found:
            one.wrappers = (wrapper, *one.wrappers)
            yield one


def called_name(node: ast.Call) -> str:
    """The last name of what a call calls."""
    function: ast.expr = node.func
    while isinstance(function, ast.Call):
        function = function.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""
