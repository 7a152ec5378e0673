"""Named tuples, and what an instance of a class holds from the arguments it was made with."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.blocks import statements, targets
from pentalint.evaluate.folding import FAULTS, ordered
from pentalint.evaluate.values import (
    Class,
    Const,
    Dict,
    Function,
    Instance,
    List,
    Ref,
    Value,
)

if TYPE_CHECKING:
    from pentalint.evaluate.attributes import Attributes
    from pentalint.evaluate.modules import Module

DATACLASS = "dataclasses.dataclass"
"""The decorator that writes a constructor from the annotations of a class."""

NO_FIELDS = frozenset(["ClassVar", "InitVar", "KW_ONLY"])
"""Annotations of names that are no fields."""

PLAIN_BASES = frozenset(["builtins.object", "abc.ABC", "typing.Generic", "typing.Protocol"])
"""Classes of the standard library that give instances no attributes."""

HOOKS = frozenset(["__post_init__", "__setattr__", "__getattribute__", "__new__"])
"""Methods with which a class decides itself what its instances hold."""


class Shape(Ref):
    """A class made by `namedtuple`: the names of its fields and the defaults of the last of them."""

    def __init__(
        self, path: str, arguments: Arguments | None, fields: tuple[str, ...], defaults: dict[str, Value]
    ) -> None:
        super().__init__(path, arguments)
        self.fields = fields
        self.defaults = defaults


class Record(List):
    """A named tuple. `cls` is its class, when the project wrote one."""

    __slots__ = ("cls", "fields")

    def __init__(self, items: Iterable[Value], fields: tuple[str, ...], cls: Class | None = None) -> None:
        super().__init__(items, "tuple")
        self.fields = fields
        self.cls = cls

    def like(self, items: Iterable[Value]) -> List:
        return Record(items, self.fields, self.cls)

    def attribute(self, name: str) -> Value | None:
        """A field; None for what is none."""
        if name in self.fields and self.fields.index(name) < len(self.items):
            return self.items[self.fields.index(name)]
        return List([Const(field) for field in self.fields], "tuple") if name == "_fields" else None

    def call(self, name: str, arguments: Arguments) -> Value | None:
        """`_asdict` and `_replace`."""
        if arguments.positional or arguments.open_keyword or arguments.open_positional:
            return None
        if name == "_asdict":
            return Dict(dict(zip(self.fields, self.items)))
        if name == "_replace" and set(arguments.keywords) <= set(self.fields):
            return self.like(
                arguments.keywords.get(field, item) for field, item in zip(self.fields, self.items)
            )
        return None


def make_shape(arguments: Arguments) -> Shape | None:
    """The class that `namedtuple(name, fields)` makes; None when its fields are not known."""
    fields = arguments.get("1=field_names")
    if (
        arguments.open_positional
        or arguments.open_keyword
        or fields is None
        or "rename" in arguments.keywords
    ):
        return None
    try:
        names = ordered(fields)
        defaults = arguments.keywords.get("defaults")
        given = (
            ()
            if defaults is None or not isinstance(defaults, List) or not defaults.exact
            else tuple(defaults.items)
        )
    except FAULTS:
        return None
    if isinstance(names, str):
        names = names.replace(",", " ").split()
    if not isinstance(names, (list, tuple)) or not all(isinstance(name, str) for name in names):
        return None
    if defaults is not None and not given:
        return None
    last = names[len(names) - len(given) :] if given else []
    return Shape("collections.namedtuple()", arguments, tuple(names), dict(zip(last, given)))


def make_record(
    fields: tuple[str, ...], defaults: dict[str, Value], arguments: Arguments, cls: Class | None = None
) -> Record | None:
    """A named tuple of these arguments; None when not each field has its value."""
    if arguments.open_positional or arguments.open_keyword or len(arguments.positional) > len(fields):
        return None
    given = {**defaults, **dict(zip(fields, arguments.positional)), **arguments.keywords}
    if given.keys() != set(fields):
        return None
    return Record([given[field] for field in fields], fields, cls)


def annotated_fields(cls: Class) -> tuple[str, ...]:
    """The annotated names in the body of a class, in order."""
    return tuple(
        statement.target.id
        for statement in cls.node.body
        if isinstance(statement, ast.AnnAssign)
        and isinstance(statement.target, ast.Name)
        and not NO_FIELDS
        & {getattr(part, "id", getattr(part, "attr", "")) for part in ast.walk(statement.annotation)}
    )


def record_of(engine: Attributes, cls: Class, arguments: Arguments) -> Record | None:
    """An instance of a class that inherits from `typing.NamedTuple` itself."""
    if not any(isinstance(base, Ref) and base.path == "typing.NamedTuple" for base in cls.bases):
        return None
    fields = annotated_fields(cls)
    defaults = {name: engine.force(cls.members[name]) for name in fields if name in cls.members}
    return make_record(fields, defaults, arguments, cls)


def initial(engine: Attributes, instance: Instance, name: str, module: Module) -> Value | None:
    """The attribute an instance got from the arguments it was made with: that of a dataclass, or one that `__init__` takes
    over as it is. None when that is not certain: a class of the API has a part in it, or something else in the modules
    concerned, `module` among them, sets an attribute of that name."""
    if instance.arguments is None or instance.traced or not engine.ancestors(instance.cls) <= PLAIN_BASES:
        return None
    classes = [one for one in engine.linear(instance.cls) if isinstance(one, Class)]
    if not any(one.decorators or one.assigns(name) for one in classes):
        return None
    if any(not HOOKS.isdisjoint(one.members) or "setattr(" in one.text for one in classes):
        return None
    modules = {id(one): one for one in (module, *(cls.module for cls in classes))}
    if instance.home is not None:
        modules[id(instance.home.module)] = instance.home.module
    count = sum(engine.stores(one).get(name, 0) for one in modules.values())
    maker = next((one for one in classes if "__init__" in one.members), None)
    if maker is None:
        return _field(engine, classes, instance.arguments, name) if not count else None
    return _taken(engine, maker, instance.arguments, name) if count == 1 else None


def _field(engine: Attributes, classes: list[Class], arguments: Arguments, name: str) -> Value | None:
    """A field of a dataclass."""
    if arguments.open_positional or arguments.open_keyword:
        return None
    fields: dict[str, Value | None] = {}
    for cls in reversed(classes):
        if len(cls.decorators) != 1 or cls.decorators[0].paths != (DATACLASS,):
            return None
        given = cls.decorators[0].arguments
        if given is not None and not {"kw_only", "init"}.isdisjoint(given.keywords):
            return None
        for field in annotated_fields(cls):
            fields[field] = engine.force(cls.members[field]) if field in cls.members else None
    for default in fields.values():
        if (
            isinstance(default, Ref)
            and default.arguments is not None
            and not {"kw_only", "init"}.isdisjoint(default.arguments.keywords)
        ):
            return None
    if name not in fields:
        return None
    passed_on = {**dict(zip(fields, arguments.positional)), **arguments.keywords}
    default = fields[name]
    return passed_on.get(name, default if isinstance(default, Const) else None)


def _taken(engine: Attributes, maker: Class, arguments: Arguments, name: str) -> Value | None:
    """An attribute that the constructor sets to one of its parameters, or to a constant."""
    method = engine.force(maker.members["__init__"])
    if not isinstance(method, Function) or not isinstance(method.node, ast.FunctionDef):
        return None
    if method.decorators or maker.decorators or not method.node.args.args:
        return None
    names = [one.arg for one in (*method.node.args.posonlyargs, *method.node.args.args)]
    for statement in method.node.body:
        target = (
            statement.targets[0]
            if isinstance(statement, ast.Assign) and len(statement.targets) == 1
            else None
        )
        if isinstance(statement, ast.AnnAssign):
            target = statement.target
        if (
            isinstance(statement, (ast.Assign, ast.AnnAssign))
            and isinstance(target, ast.Attribute)
            and target.attr == name
            and isinstance(target.value, ast.Name)
            and target.value.id == names[0]
        ):
            if isinstance(statement.value, ast.Constant):
                return Const(statement.value.value)
            if isinstance(statement.value, ast.Name) and not rebound(method.node, statement.value.id):
                return passed(method.node, names[1:], statement.value.id, arguments)
            return None
        if any(isinstance(inner, ast.Return) for inner in ast.walk(statement)):
            return None
    return None


def passed(node: ast.FunctionDef, names: list[str], name: str, arguments: Arguments) -> Value | None:
    """What a parameter is for these arguments: its default too, when that is a constant."""
    if name in arguments.keywords:
        return arguments.keywords[name]
    if name in names and names.index(name) < len(arguments.positional):
        return arguments.positional[names.index(name)]
    if arguments.spare:
        return None
    defaults = dict(zip(reversed(names), reversed(node.args.defaults)))
    keyword_only = zip(node.args.kwonlyargs, node.args.kw_defaults)
    defaults.update({one.arg: value for one, value in keyword_only if value is not None})
    default = defaults.get(name)
    return Const(default.value) if isinstance(default, ast.Constant) else None


def rebound(node: ast.FunctionDef, name: str) -> bool:
    """Whether a function gives a parameter another value."""
    return any(
        isinstance(one, ast.Name) and one.id == name and not isinstance(one.ctx, ast.Load)
        for one in ast.walk(node)
    )


def stored_attributes(body: list[ast.stmt]) -> Counter[str]:
    """How often statements assign an attribute of a name, to whatever object."""
    return Counter(
        target.attr
        for statement in statements(body)
        for target in targets(statement)
        if isinstance(target, ast.Attribute)
    )
