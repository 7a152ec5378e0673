"""URLs by the attributes of objects: a tree of instances below a root, whose exposed methods answer (`objects` tables)."""

from __future__ import annotations

import ast
import re
from collections.abc import Container, Iterator

from pentalint.dataclass import dataclass
from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.blocks import statements, targets
from pentalint.evaluate.events import Call, Frame
from pentalint.evaluate.knowledge import Knowledge
from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.values import (
    Bound,
    Choice,
    Class,
    Decorator,
    Function,
    Instance,
    Value,
    truth,
)
from pentalint.match.entry_tables import EntryTables, PlaceTable
from pentalint.match.handlers import looked_up
from pentalint.match.registrations import UNKNOWN_PART, texts
from pentalint.match.url_owners import joined

DEPTH = 10
"""Objects within objects are followed this deep."""


@dataclass(slots=True, eq=False)
class Mounted:
    """An object that was made the root of a tree."""

    table: PlaceTable
    root: Value
    prefix: Value | None
    node: ast.AST
    frame: Frame


@dataclass(slots=True, eq=False)
class Exposed:
    """A method that answers: below which URL, with which HTTP methods (empty: any). `segments` are the parameters that
    parts of the URL go to."""

    table: PlaceTable
    path: str
    function: Function
    cls: Class
    verbs: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()


class Objects:
    """Knows the roots and the classes with exposed methods. `call_paths` are the calls to be told of."""

    def __init__(self, tables: EntryTables, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.tables = tables.of("objects")
        self.by_call = {path: table for table in self.tables for path in table.paths}
        self.call_paths = frozenset(self.by_call)
        self.roots: list[Mounted] = []
        self._reached: set[tuple[int, int]] = set()

    def called(self, event: Call) -> None:
        """A call that makes an object a root."""
        table = self.by_call.get(event.path)
        if table is None:
            return
        signature = self.knowledge.signatures.get(event.path, ())
        root = event.arguments.get(table.paths[event.path], signature)
        if root is not None:
            prefix = event.arguments.get(table.text("prefix"), signature)
            self.roots.append(Mounted(table, root, prefix, event.node, event.frame))

    def exposed(self, classes: list[Class], again: Container[int], engine: Interpreter) -> list[Exposed]:
        """Every exposed method: those below a root first, then those of classes no root leads to. Of a call that was evaluated
        `again`, in a frame for its arguments, that counts."""
        better = {id(root.node) for root in self.roots if id(root.frame) in again}
        found: list[Exposed] = []
        self._reached.clear()
        for root in self.roots:
            if id(root.node) in better and id(root.frame) not in again:
                continue
            prefixes = texts(root.prefix, engine) or [""]
            for prefix in prefixes:
                found.extend(self.below(root.root, prefix.rstrip("/"), root.table, engine, 0, ()))
        for table in self.tables:
            for cls in classes:
                if table.framework not in engine.frameworks(cls.module.path):
                    continue
                for one in self.methods(cls, UNKNOWN_PART, table, engine, ()):
                    if (id(one.function), id(cls)) not in self._reached and one.function.owner is cls:
                        if not any(function == id(one.function) for function, _ in self._reached):
                            found.append(one)
        return found

    def below(
        self,
        value: Value,
        path: str,
        table: PlaceTable,
        engine: Interpreter,
        depth: int,
        above: tuple[int, ...],
        segments: tuple[str, ...] = (),
    ) -> Iterator[Exposed]:
        """The exposed methods of an object and of those in its attributes."""
        if depth > DEPTH:
            return
        value = engine.force(value)
        if isinstance(value, Choice):
            for option in value.values:
                yield from self.below(option, path, table, engine, depth, above, segments)
            return
        if not isinstance(value, (Instance, Class)):
            return
        cls = value.cls if isinstance(value, Instance) else value
        if id(value) in above:
            return
        for name in self.popped(cls, table, engine):
            path = f"{path}/{{{name}}}"
            segments = (*segments, name)
        for one in self.methods(cls, path, table, engine, segments):
            self._reached.add((id(one.function), id(cls)))
            yield one
        for name, child in attributes(value, cls, engine):
            child = engine.force(child)
            if isinstance(child, (Instance, Choice)):
                inner = path if name == table.text("index") else f"{path}/{name}"
                yield from self.below(child, inner, table, engine, depth + 1, (*above, id(value)), segments)

    def popped(self, cls: Class, table: PlaceTable, engine: Interpreter) -> list[str]:
        """The parameters that class decorators take out of the URL."""
        return [
            text
            for decorator in cls.decorators
            if decorator.arguments is not None
            and not set(decorator.paths).isdisjoint(table.keys.get("segments", ()))
            for value in decorator.arguments.positional
            for text in texts(value, engine)
        ]

    def methods(
        self,
        cls: Class,
        path: str,
        table: PlaceTable,
        engine: Interpreter,
        segments: tuple[str, ...],
    ) -> Iterator[Exposed]:
        """The exposed methods of one class, with their URLs."""
        attribute = table.text("attribute")
        verbs = re.compile(table.text("verbs"))
        whole = self.class_exposed(cls, table, engine)
        for name, function in functions(cls, engine):
            if whole and verbs.search(name):
                yield Exposed(table, path or "/", function, cls, (name.upper(),), segments)
                continue
            if not self.function_exposed(function, table, attribute, engine) and not (
                whole and name == "__call__"
            ):
                continue
            for shown in (name, *self.other_names(function, table, engine)):
                if shown == table.text("index"):
                    url = f"{path}/"
                elif shown == table.text("default"):
                    url = f"{path}/*"
                elif shown == "__call__":
                    url = path or "/"
                else:
                    url = joined(path, shown) if path else f"/{shown}"
                yield Exposed(table, url, function, cls, (), segments)

    def class_exposed(self, cls: Class, table: PlaceTable, engine: Interpreter) -> bool:
        """Whether objects of a class answer themselves."""
        wanted = set(table.keys.get("exposed", ()))
        for ancestor in engine.linear(cls):
            if not isinstance(ancestor, Class):
                continue
            if any(not wanted.isdisjoint(decorator.paths) for decorator in ancestor.decorators):
                return True
            value = ancestor.members.get(table.text("attribute"))
            if value is not None:
                return truth(engine.force(value)) is True
        return False

    def function_exposed(
        self, function: Function, table: PlaceTable, attribute: str, engine: Interpreter
    ) -> bool:
        """Whether a function carries a decorator or attribute that exposes it."""
        wanted = set(table.keys.get("exposed", ()))
        if any(not wanted.isdisjoint(decorator.paths) for decorator in function.decorators):
            return True
        value = function.attributes.get(attribute)
        if value is not None:
            return truth(engine.force(value)) is True
        return any(self.exposes(decorator, function, attribute, engine) for decorator in function.decorators)

    def exposes(self, decorator: Decorator, function: Function, attribute: str, engine: Interpreter) -> bool:
        """Whether a decorator of the project sets the attribute on what it decorates."""
        node = decorator.node.func if isinstance(decorator.node, ast.Call) else decorator.node
        frame = function.closure or Frame(function.module, function.module.env)
        maker = looked_up(node, frame, engine)
        return isinstance(maker, Function) and any(
            isinstance(target, ast.Attribute) and target.attr == attribute
            for statement in statements([maker.node] if isinstance(maker.node, ast.stmt) else [])
            for target in targets(statement)
        )

    def other_names(self, function: Function, table: PlaceTable, engine: Interpreter) -> list[str]:
        """The further names that the decorator gives."""
        wanted = set(table.keys.get("exposed", ()))
        found: list[str] = []
        for decorator in function.decorators:
            if decorator.arguments is not None and not wanted.isdisjoint(decorator.paths):
                given: Arguments = decorator.arguments
                found.extend(texts(given.get("0=alias"), engine))
        return found


def functions(cls: Class, engine: Interpreter) -> Iterator[tuple[str, Function]]:
    """The methods of a class by name, the nearest of each."""
    seen: set[str] = set()
    for ancestor in engine.linear(cls):
        if not isinstance(ancestor, Class):
            continue
        for name, member in ancestor.members.items():
            if name in seen:
                continue
            seen.add(name)
            member = engine.force(member)
            for option in member.values if isinstance(member, Choice) else (member,):
                if isinstance(option, Bound):
                    option = option.function
                if isinstance(option, Function):
                    yield name, option
                    break


def attributes(value: Instance | Class, cls: Class, engine: Interpreter) -> Iterator[tuple[str, Value]]:
    """The attributes of an object that may hold further objects: its own, those its methods assign, those of its class."""
    seen: set[str] = set()
    if isinstance(value, Instance):
        for name, child in value.attributes.items():
            seen.add(name)
            yield name, child
    for ancestor in engine.linear(cls):
        if not isinstance(ancestor, Class):
            continue
        constructor = ancestor.members.get("__init__")
        if isinstance(constructor, Function):
            engine.result(constructor)
        for source in (ancestor.fields, ancestor.members):
            for name, child in list(source.items()):
                if name not in seen:
                    seen.add(name)
                    yield name, child
