"""URLs by the lists their patterns stand in: module-level lists of patterns, some of which include other lists below
a prefix (`lists` tables)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import field

from pentalint.dataclass import dataclass
from pentalint.evaluate.blocks import statements, targets
from pentalint.evaluate.events import Call, Frame
from pentalint.evaluate.modules import Module
from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.values import (
    Choice,
    Const,
    Instance,
    List,
    Package,
    Ref,
    Value,
)
from pentalint.match.entry_tables import EntryTables, PlaceTable
from pentalint.match.handlers import looked_up
from pentalint.match.registrations import UNKNOWN_PART, texts

DEPTH = 12
"""Lists within lists are followed this deep."""

Segment = tuple[str, str]
"""A part of a URL pattern and its syntax."""

Trail = tuple[Segment, ...]


@dataclass(slots=True)
class Foreign:
    """A place where something outside the project answers, or what is not known."""

    trail: Trail
    label: str


@dataclass(slots=True)
class Lists:
    """The lists of one project. By the identity of a pattern's arguments: `trails`, what stands before it, once for each way to
    it; `including`, those that include others; `foreign`, what they include from elsewhere. `owners` are objects
    (routers) whose URLs are included, with what stands before them."""

    tables: list[PlaceTable]
    trails: dict[int, list[Trail]] = field(default_factory=dict)
    owners: list[tuple[Value, Trail]] = field(default_factory=list)
    foreign: dict[int, list[Foreign]] = field(default_factory=dict)
    including: set[int] = field(default_factory=set)
    made: dict[int, Ref] = field(default_factory=dict)
    _seen: set[tuple[int, Trail]] = field(default_factory=set)
    _visited: set[int] = field(default_factory=set)
    _within: list[Module] = field(default_factory=list)

    @classmethod
    def of(cls, tables: EntryTables) -> Lists:
        """An empty collection for the tables of the packs."""
        return cls(tables.of("lists"))

    @property
    def call_paths(self) -> frozenset[str]:
        """The calls to be told of: those that make a list of others."""
        return frozenset(path for table in self.tables for path in table.keys.get("prefixed", {}))

    def called(self, event: Call) -> None:
        """A call that makes a list of patterns: where it is added to another, the sum is not known."""
        self.made[id(event.node)] = Ref(f"{event.path}()", event.arguments)

    def gather(self, engine: Interpreter) -> None:
        """Follow every list from the ones a setting names, then those that no other includes."""
        for table in self.tables:
            named = self.named(table, engine)
            for module in named:
                self.module(module, (), table, engine, 0)
            rest = [module for module in loaded(engine) if module not in named and self.roots(table, module)]
            included = self.included(rest, table, engine)
            for module in rest:
                if id(module) in self._visited:
                    continue
                if not named and id(module) not in included:
                    self.module(module, (), table, engine, 0)
            placed = set(self.trails)
            for module in rest:
                if id(module) not in self._visited:
                    self.module(module, ((UNKNOWN_PART, ""),), table, engine, 0)
            for pattern in placed:  # what also stands in a list that nobody includes is known well enough
                known = [trail for trail in self.trails[pattern] if trail[:1] != ((UNKNOWN_PART, ""),)]
                self.trails[pattern] = known or self.trails[pattern]

    def roots(self, table: PlaceTable, module: Module) -> list[str]:
        """The lists of patterns in a module."""
        return [name for name in table.paths if name in module.env]

    def named(self, table: PlaceTable, engine: Interpreter) -> list[Module]:
        """The modules that a setting names."""
        found: list[Module] = []
        for module in loaded(engine):
            for name in table.keys.get("roots", ()):
                if module.file.role.main and name in module.env:
                    for text in texts(module.env[name], engine):
                        root = engine.index.find(text, module)
                        if root is not None and engine.load(root) not in found:
                            found.append(root)
        return found

    def included(self, modules: list[Module], table: PlaceTable, engine: Interpreter) -> set[int]:
        """Those of some modules that another of them includes."""
        probe = Lists([table], made=self.made)
        found: set[int] = set()
        for module in modules:
            probe._visited.clear()
            probe._seen.clear()
            probe.module(module, (), table, engine, 0)
            found |= probe._visited - {id(module)}
        return found

    def module(
        self, module: Module, before: Trail, table: PlaceTable, engine: Interpreter, depth: int
    ) -> None:
        """The lists of a module."""
        if module in self._within:
            return
        self._visited.add(id(module))
        engine.load(module)
        self._within.append(module)
        for name in self.roots(table, module):
            self.follow(module.env[name], before, table, engine, depth + 1, module)
            for value in whole_lists(name, module, self.made, engine):
                if value in self.made.values():
                    self.follow(value, before, table, engine, depth + 1, module)
                else:
                    self.owners.append((value, before))
        self._within.pop()

    def follow(
        self,
        value: Value,
        before: Trail,
        table: PlaceTable,
        engine: Interpreter,
        depth: int,
        importer: Module,
    ) -> None:
        """Patterns, wherever they stand in a value."""
        if depth > DEPTH:
            return
        value = engine.force(value)
        if isinstance(value, (List, Choice)):
            for item in value.items if isinstance(value, List) else value.values:
                self.follow(item, before, table, engine, depth, importer)
        elif isinstance(value, Ref):
            self.pattern(value, before, table, engine, depth, importer)

    def pattern(
        self,
        value: Ref,
        before: Trail,
        table: PlaceTable,
        engine: Interpreter,
        depth: int,
        importer: Module,
    ) -> None:
        """One pattern, or the result of a call that holds patterns among its arguments."""
        arguments = value.arguments
        path = value.path.removesuffix("()")
        syntax = table.keys.get("patterns", {}).get(path)
        if arguments is None:
            if isinstance(value.base, (Ref, Instance)):
                self.owners.append((value.base, before))  # `router.urls`
            return
        if syntax is None:
            prefix = table.keys.get("prefixed", {}).get(path)
            inner = (*before, (prefix, "")) if prefix is not None else before
            for item in arguments.positional:
                item = engine.force(item)
                if isinstance(item, (List, Ref)):
                    self.follow(item, inner, table, engine, depth + 1, importer)
            return
        key = (id(arguments), before)
        if key in self._seen:
            return
        self._seen.add(key)
        self.trails.setdefault(id(arguments), []).append(before)
        view = arguments.get(table.text("view"))
        if view is None:
            return
        rules = texts(arguments.get(table.text("rule")), engine) or [UNKNOWN_PART]
        for rule in rules:
            self.include(view, (*before, (rule, syntax)), value, table, engine, depth + 1, importer)

    def include(
        self,
        view: Value,
        trail: Trail,
        pattern: Ref,
        table: PlaceTable,
        engine: Interpreter,
        depth: int,
        importer: Module,
    ) -> None:
        """What stands below a pattern, when its view is an included list."""
        view = engine.force(view)
        if isinstance(view, List):  # (patterns, namespace, ...) as `admin.site.urls` gives them
            self.including.add(id(pattern.arguments))
            for item in view.items[:1]:
                self.target(item, trail, pattern, table, engine, depth, importer)
            return
        if not isinstance(view, Ref):
            return
        if view.arguments is None:
            if view.path.endswith(".urls") and view.base is not None:
                self.including.add(id(pattern.arguments))
                self.below(view, trail, pattern)
            return
        key = table.keys.get("includes", {}).get(view.path.removesuffix("()"))
        if key is not None:
            self.including.add(id(pattern.arguments))
            self.target(view.arguments.get(key), trail, pattern, table, engine, depth, importer)

    def target(
        self,
        value: Value | None,
        trail: Trail,
        pattern: Ref,
        table: PlaceTable,
        engine: Interpreter,
        depth: int,
        importer: Module,
    ) -> None:
        """What is included: a module, its name, a list, or a list with a namespace."""
        if value is None or depth > DEPTH:
            return
        value = engine.force(value)
        if isinstance(value, Const) and isinstance(value.value, str):
            found = engine.index.find(value.value, importer)
            if found is None:
                self.foreign.setdefault(id(pattern.arguments), []).append(Foreign(trail, value.value))
            else:
                self.module(found, trail, table, engine, depth)
        elif isinstance(value, Package):
            self.module(value.module, trail, table, engine, depth)
        elif isinstance(value, Choice):
            for option in value.values:
                self.target(option, trail, pattern, table, engine, depth, importer)
        elif isinstance(value, List) and value.kind == "tuple" and value.items:
            self.target(value.items[0], trail, pattern, table, engine, depth, importer)
        elif isinstance(value, List):
            self.follow(value, trail, table, engine, depth, importer)
        elif isinstance(value, Ref) and value.arguments is None:
            self.below(value, trail, pattern)
        elif isinstance(value, Ref):
            self.pattern(value, trail, table, engine, depth, importer)

    def below(self, value: Ref, trail: Trail, pattern: Ref) -> None:
        """The URLs of an object, or a module that is not the project's."""
        if value.base is not None and is_made(value.base):
            self.owners.append((value.base, trail))
            return
        label = value.path.removesuffix(".urls").replace("()", "")
        self.foreign.setdefault(id(pattern.arguments), []).append(Foreign(trail, label))


def whole_lists(name: str, module: Module, made: dict[int, Ref], engine: Interpreter) -> Iterator[Value]:
    """What is added to a list as a whole: objects, for their URLs (`urlpatterns += router.urls`, `[*router.urls, ...]`), and
    the results of calls that make lists."""
    source = module.source
    pending: list[ast.expr] = []
    for statement in statements(source.tree.body if source is not None else []):
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            call = statement.value
            if isinstance(call.func, ast.Attribute) and call.func.attr == "extend" and call.args:
                if isinstance(call.func.value, ast.Name) and call.func.value.id == name:
                    pending.append(call.args[0])
        elif any(isinstance(one, ast.Name) and one.id == name for one in targets(statement)):
            value = getattr(statement, "value", None)
            if isinstance(value, ast.expr):
                pending.append(value)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.BinOp):
            pending.extend((node.left, node.right))
        elif isinstance(node, (ast.List, ast.Tuple)):
            pending.extend(one.value for one in node.elts if isinstance(one, ast.Starred))
        else:
            if id(node) in made:
                yield made[id(node)]
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                node = node.func if node.func.attr == "get_urls" else node
            if isinstance(node, ast.Attribute):
                owner = looked_up(node.value, Frame(module, module.env), engine)
                if is_made(owner):
                    yield owner


def is_made(value: Value) -> bool:
    """Whether a value is an object the project made."""
    return isinstance(value, Instance) or (isinstance(value, Ref) and value.arguments is not None)


def loaded(engine: Interpreter) -> list[Module]:
    """The modules that have been evaluated, by path."""
    return [module for _, module in sorted(engine.index.modules.items()) if module.state == 2]
