"""Members of enumerations: what `Color.RED` is, its name and value, and what iterating over `Color` gives."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pentalint.evaluate.values import (
    UNKNOWN,
    Class,
    Const,
    Function,
    Instance,
    List,
    Ref,
    Value,
    join_all,
)

if TYPE_CHECKING:
    from pentalint.evaluate.arguments import Arguments

ENUMERATIONS = frozenset(["enum.Enum", "enum.IntEnum", "enum.StrEnum", "enum.Flag", "enum.IntFlag"])
"""The classes that make their subclasses enumerations."""

FLAGS = frozenset(["enum.Flag", "enum.IntFlag"])
"""Enumerations whose members are bits."""

MIXED: dict[str, type] = {
    "builtins.str": str,
    "builtins.int": int,
    "enum.IntEnum": int,
    "enum.IntFlag": int,
    "enum.StrEnum": str,
}
"""Classes whose enumerations have members that are constants of a type."""

HOOKS = frozenset(["__new__", "__init__", "_generate_next_value_", "__eq__", "__hash__", "__getattribute__"])
"""Methods with which an enumeration makes its members something else."""


class Member(Instance):
    """A member of an enumeration that is of no other type: `Color.RED`. `own_equality`: it may equal something else
    than itself."""

    __slots__ = ("name", "own_equality", "value")

    def __init__(self, cls: Class, name: str, value: Value, own_equality: bool = False) -> None:
        super().__init__(cls)
        self.name = name
        self.value = value
        self.own_equality = own_equality
        self.attributes = {"name": Const(name), "_name_": Const(name), "value": value, "_value_": value}

    def __repr__(self) -> str:
        return f"{self.cls.qualname}.{self.name}"


class Named(Const):
    """A member of an enumeration that is a string or a number besides. `textual`: `str` gives its value."""

    __slots__ = ("cls", "name", "textual")

    def __init__(self, cls: Class, name: str, value: Any, textual: bool) -> None:
        super().__init__(value)
        self.cls = cls
        self.name = name
        self.textual = textual

    def attribute(self, name: str) -> Value | None:
        """The name and value of the member; None for what its class or type says."""
        if name in ("value", "_value_"):
            return Const(self.value)
        return Const(self.name) if name in ("name", "_name_") else None


Members = dict[str, "Member | Named"]


def members_of(cls: Class, ancestors: tuple[Class | str, ...], force: Callable[[Value], Value]) -> Members:
    """The members of an enumeration by name, aliases included, in order. `ancestors` is its line of inheritance."""
    mixed = [MIXED[name] for name in ancestors if isinstance(name, str) and name in MIXED]
    paths = {name for name in ancestors if isinstance(name, str)}
    classes = [one for one in ancestors if isinstance(one, Class)]
    hooks = {hook for one in classes for hook in HOOKS if hook in one.members}
    texts = any("__str__" in one.members or "__format__" in one.members for one in classes)
    flags = bool(paths & FLAGS)
    api = paths - ENUMERATIONS - MIXED.keys() - {"builtins.object"}  # which may count otherwise
    open_ = bool(paths - ENUMERATIONS) or any(
        not isinstance(base, (Class, Ref)) for one in classes for base in one.bases
    )
    found: Members = {}
    seen: list[tuple[Value, Member | Named]] = []
    last: int | None = 0
    for name, raw in cls.members.items():
        value = force(raw)
        if not is_member(name, value, cls):
            continue
        if is_auto(value):
            if flags or last is None or api:
                value = UNKNOWN
            elif "enum.StrEnum" in paths:
                value = Const(name.lower())
            else:
                last += 1
                value = Const(last)
        elif isinstance(value, Const) and isinstance(value.value, int) and not isinstance(value.value, bool):
            last = max(value.value, last) if last is not None else None
            if last != value.value:
                last = None  # versions disagree about what follows
        else:
            last = None
        if hooks:
            value = UNKNOWN
        constant = mixed_constant(value, mixed[0]) if mixed else None
        member: Member | Named
        if constant is not None:
            member = Named(cls, name, constant, "enum.StrEnum" in paths and not texts)
            value = Const(constant)
        elif mixed:
            member = Member(cls, name, UNKNOWN, True)
        else:
            member = Member(cls, name, value, open_ or bool(hooks) or not isinstance(value, Const))
        if isinstance(value, Const):
            for other, known in seen:
                if isinstance(other, Const) and other.value == value.value:
                    member = known  # another name of the same member
                    break
        seen.append((value, member))
        found[name] = member
    return found


def mixed_constant(value: Value, kind: type) -> Any:
    """What a member of a string or number enumeration is; a tuple is the value and a label. None when unknown."""
    if isinstance(value, List) and value.kind == "tuple" and value.exact and len(value.items) == 2:
        label = value.items[1]
        if not (isinstance(label, Const) and isinstance(label.value, int)):
            value = value.items[0]
    if isinstance(value, Const) and type(value.value) is kind:
        return value.value
    return None


def is_member(name: str, value: Value, cls: Class) -> bool:
    """Whether a name in the body of an enumeration is a member: not a method, and not written with underscores. An
    annotation without a value binds nothing."""
    if name.startswith("_") or isinstance(value, (Function, Class)):
        return False
    node = cls.origins.get(name)
    return not isinstance(
        node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
    )


def is_auto(value: Value) -> bool:
    """Whether a member is given the next value."""
    return isinstance(value, Ref) and value.path == "enum.auto()"


def distinct(members: Members) -> list[Member | Named]:
    """The members in order, aliases left out."""
    found: list[Member | Named] = []
    for member in members.values():
        if not any(member is other for other in found):
            found.append(member)
    return found


def member_by_value(members: Members, arguments: Arguments) -> Value:
    """`Color(value)`."""
    value = arguments.positional[0] if arguments.positional else None
    if value is None or arguments.open_positional or len(arguments.positional) > 1 or arguments.keywords:
        return UNKNOWN
    for member in members.values():
        if member is value:
            return member
        inner = member.value if isinstance(member, Member) else member
        if not isinstance(inner, Const) or not isinstance(value, Const):
            return join_all([*distinct(members), UNKNOWN])
        if inner.value == value.value:
            return member
    return UNKNOWN
