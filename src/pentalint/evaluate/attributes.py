"""What `x.y` and `x[y]` are: members of modules, classes, instances and API objects; inheritance in C3 order."""

from __future__ import annotations

import ast
from collections import Counter

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.blocks import statements, targets
from pentalint.evaluate.core import Core
from pentalint.evaluate.enumerations import ENUMERATIONS, Members, Named, members_of
from pentalint.evaluate.events import Frame, Use
from pentalint.evaluate.methods import copy
from pentalint.evaluate.models import Model, bare
from pentalint.evaluate.modules import Module
from pentalint.evaluate.records import Record, initial, stored_attributes
from pentalint.evaluate.values import (
    UNKNOWN,
    Bound,
    Builtin,
    Choice,
    Class,
    Const,
    Dict,
    Function,
    Instance,
    Lazy,
    List,
    Package,
    Ref,
    Text,
    Unknown,
    Value,
    join_all,
)

PATH_LIMIT = 300
"""An API path longer than this many characters (a chain of calls in a loop) becomes unknown."""


class Attributes(Core):
    """Attribute and item access."""

    def attribute(self, value: Value, name: str, node: ast.AST, frame: Frame) -> Value:
        """`value.name`."""
        kind = type(value)  # the most common ones by a glance; what builds on them comes after
        if kind is Ref:
            return self.api_attribute(value.path, name, node, frame, value)  # type: ignore[union-attr]
        if kind is Instance:
            return bare(self.instance_attribute(value, name, node, frame))  # type: ignore[arg-type]
        if kind is Unknown:
            return UNKNOWN
        if kind is Choice:
            return join_all([self.attribute(option, name, node, frame) for option in value.values])  # type: ignore[union-attr]
        if isinstance(value, Ref):
            found = self.api_attribute(value.path, name, node, frame, value)
            return Builtin(value, name) if isinstance(value, Model) and name in value.METHODS else found
        if isinstance(value, Lazy):
            value = self.force(value)
            return self.attribute(value, name, node, frame) if not isinstance(value, Lazy) else UNKNOWN
        if isinstance(value, Package):
            return bare(own(self.member(value.module, name)))
        if isinstance(value, Instance):
            return bare(self.instance_attribute(value, name, node, frame))
        if isinstance(value, Class):
            return bare(self.class_attribute(value, name, node, frame))
        if isinstance(value, (Const, List, Dict, Text)):
            if isinstance(value, (Named, Record)):
                return self.member_attribute(value, name)
            return Builtin(value, name)
        if isinstance(value, Function):
            return value.attributes.get(name, UNKNOWN)
        return UNKNOWN

    def member_attribute(self, value: Named | Record, name: str) -> Value:
        """An attribute of a member of an enumeration that is a constant besides, or of a named tuple."""
        found = value.attribute(name)
        if found is not None:
            return found
        for ancestor in self.linear(value.cls) if value.cls is not None else ():
            if isinstance(ancestor, Class) and name in ancestor.members:
                return self.bind_member(self.force(ancestor.members[name]), value)
        kind = tuple if isinstance(value, Record) else type(value.value)
        own = isinstance(value, Record) and name in ("_asdict", "_replace")
        return Builtin(value, name) if own or hasattr(kind, name) else UNKNOWN

    def enumeration(self, cls: Class) -> Members | None:
        """The members of an enumeration the project defines; None for any other class."""
        known = self._members.get(cls)
        if known is not None and known[0] == len(cls.members):
            return known[1]
        found: Members | None = None
        cls.enumerates = not ENUMERATIONS.isdisjoint(self.ancestors(cls))
        if cls.enumerates:
            found = members_of(cls, self.linear(cls), self.force)
        self._members[cls] = (len(cls.members), found)
        return found

    def stores(self, module: Module) -> Counter[str]:
        """How often a module assigns an attribute of each name."""
        found = self._stores.get(module.path)
        if found is None:
            tree = module.source.tree.body if module.source is not None else []
            found = self._stores[module.path] = stored_attributes(tree)
        return found

    def api_attribute(
        self, path: str, name: str, node: ast.AST, frame: Frame, base: Value | None = None
    ) -> Value:
        """An attribute of an API object, taken from `base`; a namespace package of the project is entered by its
        dotted name."""
        child = f"{path}.{name}"
        known = self._children.get(child)
        if known is None:
            if len(child) > PATH_LIMIT:
                return UNKNOWN
            if self.index.owns(path) and self.index.is_namespace(path):
                module = self.index.find(child, frame.module)
                if module is not None:
                    return Package(module)
                if self.index.is_namespace(child):
                    return Ref(child)
            known = self.aliases.get(child, child)
            if not self.index.owns(path):
                self._children[child] = known  # and no namespace package of the project
        if child in self.listener.use_paths:
            self.listener.used(Use(child, node, frame))
        return Ref(known, None, False, (), base)

    def instance_attribute(self, value: Instance, name: str, node: ast.AST, frame: Frame) -> Value:
        """Fields set on `self`, then the classes in order, then the first API ancestor."""
        cls = value.cls
        if name == "__class__":
            return cls
        if name in value.attributes:
            return value.attributes[name]
        found = initial(self, value, name, frame.module) if value.arguments is not None else None
        if found is not None:
            return found
        members = self.enumeration(cls) if cls.enumerates else None
        if members is not None and name in members:
            return members[name]
        found = self.field(cls, name)
        if found is not None:
            return found
        api: list[Value] = []
        for ancestor in self.linear(cls):
            if isinstance(ancestor, Class):
                if name in ancestor.members:
                    return self.bind_member(self.force(ancestor.members[name]), value)
                inherited = self.field(ancestor, name) if ancestor is not cls else None
                if inherited is not None:
                    return inherited
            else:
                api.append(self.api_attribute(f"{ancestor}()", name, node, frame, value))
        return join_all(api)

    def class_attribute(self, cls: Class, name: str, node: ast.AST, frame: Frame) -> Value:
        """`Class.name`."""
        members = self.enumeration(cls) if cls.enumerates else None
        if members is not None and name in members:
            return members[name]
        api: list[Value] = []
        for ancestor in self.linear(cls):
            if isinstance(ancestor, Class):
                if name in ancestor.members:
                    member = self.force(ancestor.members[name])
                    if isinstance(member, Function) and has_decorator(member, "builtins.classmethod"):
                        return Bound(member, cls)
                    return member
            else:
                api.append(self.api_attribute(ancestor, name, node, frame, cls))
        return join_all(api)

    def bind_member(self, member: Value, receiver: Value) -> Value:
        """A class member seen from an instance: methods are bound, properties evaluated."""
        if isinstance(member, Function):
            if has_decorator(
                member,
                "builtins.property",
                "functools.cached_property",
                "django.utils.functional.cached_property",
            ):
                return self.result(member)
            if has_decorator(member, "builtins.staticmethod"):
                return member
            return Bound(member, receiver)
        return member

    def field(self, cls: Class, name: str) -> Value | None:
        """An attribute that methods of the class assign on `self`, evaluating those methods when needed."""
        if not cls.assigns(name):
            return cls.fields.get(name)
        if cls.assigned is None:
            cls.assigned = assigned_fields(cls)
        writers = cls.assigned.get(name)
        if writers is None:
            return cls.fields.get(name)
        for writer in writers:
            method = cls.members.get(writer)
            if isinstance(method, Function):
                self.result(method)
        value = cls.fields.get(name, UNKNOWN)
        if isinstance(value, (List, Dict)) and (f".{name}[" in cls.text or f".{name}." in cls.text):
            value = copy(value)
            assert isinstance(value, (List, Dict))
            value.complete = False  # other methods may change it, whichever is evaluated first
            if isinstance(value, List):
                value.fixed = 0
        return bare(value)

    def linear(self, cls: Class) -> tuple[Class | str, ...]:
        """The class, its project ancestors and the API paths it inherits from, in C3 order where one exists."""
        if cls.linear is None:
            cls.linear = (cls,)  # a cyclic hierarchy ends here
            lists: list[list[Class | str]] = []
            for base in cls.bases:
                forced = self.force(base)
                for option in forced.values if isinstance(forced, Choice) else (forced,):
                    if isinstance(option, Class):
                        lists.append(list(self.linear(option)))
                    elif isinstance(option, Ref):
                        lists.append(list(self.knowledge.ancestors(option.path)))
            if len(lists) == 1:
                cls.linear = (cls, *lists[0])  # most classes have one base
            else:
                cls.linear = (cls, *merge([*lists, [chain[0] for chain in lists]]))
        return cls.linear

    def ancestors(self, cls: Class) -> frozenset[str]:
        """The API paths a project class inherits from, directly or not."""
        if cls.ancestors is None:
            cls.ancestors = frozenset(name for name in self.linear(cls) if isinstance(name, str))
        return cls.ancestors

    def api_item(self, path: str, index: Value) -> Value:
        """`api[index]`: `path[]`, remembering the key as the first argument."""
        child = f"{path}[]"
        if len(child) > PATH_LIMIT:
            return UNKNOWN
        arguments = Arguments()
        arguments.positional.append(index)
        if isinstance(index, Const) and isinstance(index.value, str):
            exact = f"{path}[{index.value}]"
            if exact in self.aliases:
                return Ref(self.aliases[exact], arguments)
        return Ref(self.aliases.get(child, child), arguments)


def own(value: Value) -> Value:
    """A value out of another module or function: containers are copied, so that nobody changes what others see."""
    return copy(value) if isinstance(value, (List, Dict, Choice, Model)) else value


def merge(lists: list[list[Class | str]]) -> list[Class | str]:
    """C3 linearisation; where no consistent order exists, the order of first appearance."""
    result: list[Class | str] = []
    lists = [chain for chain in lists if chain]
    while lists:
        for chain in lists:
            head = chain[0]
            if not any(head in other[1:] for other in lists):
                break
        else:
            head = lists[0][0]
        result.append(head)
        lists = [
            kept for chain in lists if (kept := [item for item in chain if item is not head and item != head])
        ]
    return result


def has_decorator(function: Function, *paths: str) -> bool:
    """Whether one of the API decorators stands on a function."""
    return bool(function.decorators) and any(
        path in paths for decorator in function.decorators for path in decorator.paths
    )


def assigned_fields(cls: Class) -> dict[str, list[str]]:
    """Attribute name -> the methods of the class that assign it on their first parameter; `__init__` first."""
    found: dict[str, list[str]] = {}
    methods = [node for node in cls.node.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    methods.sort(key=lambda node: node.name != "__init__")
    for method in methods:
        parameters = method.args.posonlyargs + method.args.args
        if not parameters:
            continue
        me = parameters[0].arg
        for statement in statements(method.body):
            for node in targets(statement):
                if (
                    isinstance(node, ast.Attribute)
                    and isinstance(node.value, ast.Name)
                    and node.value.id == me
                ):
                    writers = found.setdefault(node.attr, [])
                    if method.name not in writers:
                        writers.append(method.name)
    return found
