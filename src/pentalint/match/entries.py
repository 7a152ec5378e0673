"""The functions a framework calls, gathered from events: `Entries` is fed while modules are evaluated and asked at the end.

What it looks for are the packs' `[[entry-points]]` (docs/rules.md, "Entry points"); it knows no framework.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.events import Call, ClassDefined, Frame, FunctionDefined
from pentalint.evaluate.knowledge import Knowledge
from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.values import Class, Const, Decorator, Function, List, Ref, Value
from pentalint.match.entry_functions import Given, guards_of, is_html, tainted_by, typed_by
from pentalint.match.entry_tables import EntryTable, EntryTables
from pentalint.match.handlers import Handler, dotted, handlers, inner_handlers, label_of, method_of
from pentalint.match.url_patterns import parameters_of
from pentalint.model import Route


@dataclass(slots=True, eq=False)
class Entry:
    """One function that a framework calls.

    `cls` is the class whose instance it is a method of. `tainted` says of parameters (by name, those of `*args` and `**kwargs`
    too) which part of the request they carry: path, query, body; `types` which API object they hold. `returns` is "html" when
    what the function returns is sent as an HTML response.
    """

    framework: str
    function: Function
    cls: Class | None
    tainted: dict[str, str]
    types: dict[str, str]
    returns: str
    route: Route | None


@dataclass(slots=True, eq=False)
class Registration:
    """A function or class that was registered, where and with what. `decorator` is its place among the decorators of what it
    decorates, -1 for a call."""

    table: EntryTable
    handler: Value
    arguments: Arguments | None
    owner: Value | None
    node: ast.AST
    frame: Frame
    decorator: int = -1
    handler_node: ast.AST | None = None


class Entries:
    """Fed by events, asked at the end. `call_paths` are the calls it wants to hear of; a file that contains none of `words`, and
    whose classes inherit from none of `class_words`, holds no entry points."""

    def __init__(self, tables: EntryTables, knowledge: Knowledge) -> None:
        self.tables = tables
        self.knowledge = knowledge
        self.by_decorator = index(tables.tables, "decorators")
        self.by_call = index(tables.tables, "calls")
        self.by_class = [table for table in tables.tables if table.kind == "subclass"]
        self.applied = {f"{path}()": found for path, found in self.by_decorator.items()}
        self.call_paths = frozenset(self.by_call) | frozenset(self.applied)
        self.decorator_paths = frozenset(self.by_decorator)
        self.words = words_of((*self.by_decorator, *self.by_call), knowledge)
        self.class_words = words_of(
            family((path for table in self.by_class for path in table.paths), knowledge), knowledge
        )
        self.registrations: list[Registration] = []
        self.classes: list[Class] = []

    # -- events ------------------------------------------------------------------------------------------------

    def called(self, event: Call) -> None:
        """A call of one of `call_paths`."""
        for table in self.by_call.get(event.path, ()):
            key = table.paths[event.path]
            signature = self.knowledge.signatures.get(event.path, ())
            handler = event.arguments.get(key, signature)
            if handler is not None:
                owner = event.receiver.base if isinstance(event.receiver, Ref) else None
                self.registrations.append(
                    Registration(
                        table,
                        handler,
                        event.arguments,
                        owner,
                        event.node,
                        event.frame,
                        handler_node=event.arguments.node(key, signature),
                    )
                )
        for table in self.applied.get(event.path, ()):
            handler = event.arguments.get("0")
            made = event.receiver
            if handler is not None and isinstance(made, Ref):
                owner = made.base.base if isinstance(made.base, Ref) else None
                self.registrations.append(
                    Registration(
                        table,
                        handler,
                        made.arguments,
                        owner,
                        event.node,
                        event.frame,
                        handler_node=event.arguments.node("0"),
                    )
                )

    def defined(self, event: FunctionDefined) -> None:
        """A function with its decorators."""
        self.decorated(event.function, event.function.decorators, event.frame)

    def declared(self, event: ClassDefined) -> None:
        """A class with its decorators and bases."""
        self.decorated(event.cls, event.cls.decorators, event.frame)
        self.classes.append(event.cls)

    def decorated(self, target: Function | Class, decorators: tuple[Decorator, ...], frame: Frame) -> None:
        """Register what stands below the decorators of tables."""
        for place, decorator in enumerate(decorators):
            for path, made in callees(decorator):
                for table in self.tables_of(path):
                    self.registrations.append(
                        Registration(
                            table, target, decorator.arguments, made.base, decorator.node, frame, place
                        )
                    )

    def tables_of(self, path: str) -> list[EntryTable]:
        """The tables that name a decorator, or the same method of a class its owner inherits from."""
        found = self.by_decorator.get(path)
        if found is not None:
            return found
        owner, _, member = path.rpartition("().")
        if not owner:
            return []
        for name in self.knowledge.ancestors(owner):
            found = self.by_decorator.get(f"{name}().{member}")
            if found is not None:
                return found
        return []

    # -- results -----------------------------------------------------------------------------------------------

    def entries(self, engine: Interpreter) -> list[Entry]:
        """Every entry point, by file and line. Looking at imported names may evaluate further modules, whose events are
        taken in as well."""
        found: list[Entry] = []
        covered: set[tuple[int, int]] = set()
        place = 0
        while place < len(self.registrations):
            registration = self.registrations[place]
            place += 1
            for handler in self.handlers_of(registration, engine):
                found.extend(self.of_handler(registration, handler, engine))
        for entry in found:
            covered.add((id(entry.function), id(entry.cls)))
        for cls in self.classes:
            for method, table in self.methods_of(cls, engine):
                if (id(method), id(cls)) not in covered:
                    found.append(self.of_method(table, method, cls, None, (), engine))
        found.sort(key=entry_order)
        return found

    def handlers_of(self, registration: Registration, engine: Interpreter) -> list[Handler]:
        """What a registration registers."""
        value = engine.force(registration.handler)
        if isinstance(value, Const) and isinstance(value.value, str):
            value = dotted(value.value, engine, registration.frame)
        found = list(handlers(value, engine))
        found.extend(inner_handlers(registration.handler_node, registration.frame, engine))
        distinct: dict[tuple[int, int, str], Handler] = {}
        for one in found:
            distinct.setdefault((id(one.function), id(one.cls), one.label), one)
        return list(distinct.values())

    def of_handler(self, registration: Registration, handler: Handler, engine: Interpreter) -> list[Entry]:
        """The entries of one registered function or class."""
        table = registration.table
        given = self.given(registration, engine)
        route = None if table.hook else self.route(registration, handler, given, engine)
        if handler.function is not None:
            return [
                Entry(
                    table.framework,
                    handler.function,
                    handler.cls,
                    tainted_by(handler.function, table, given),
                    typed_by(handler.function, table),
                    table.returns if is_html(handler.function, table, given, engine) else "",
                    route,
                )
            ]
        if handler.cls is None:
            return []
        return [
            self.of_method(of, method, handler.cls, route, given.parameters, engine)
            for method, of in self.methods_of(handler.cls, engine)
        ]

    def of_method(
        self,
        table: EntryTable,
        method: Function,
        cls: Class,
        route: Route | None,
        parameters: tuple[tuple[str, bool], ...] | None,
        engine: Interpreter,
    ) -> Entry:
        """The entry of a method of a class the framework makes instances of."""
        given = Given(None, parameters if route is not None else None)
        return Entry(
            table.framework,
            method,
            cls,
            tainted_by(method, table, given),
            typed_by(method, table),
            table.returns if is_html(method, table, given, engine) else "",
            route,
        )

    def methods_of(self, cls: Class, engine: Interpreter) -> list[tuple[Function, EntryTable]]:
        """The methods of a class that the framework calls, with the table that says so; the first that does counts."""
        ancestors = engine.ancestors(cls)
        tables = [table for table in self.by_class if not ancestors.isdisjoint(table.paths)]
        if not tables:
            return []
        names: dict[str, EntryTable] = {}
        for ancestor in engine.linear(cls):
            for name in ancestor.members if isinstance(ancestor, Class) else ():
                for table in tables:
                    if table.methods is not None and table.methods.search(name) is not None:
                        names.setdefault(name, table)
                        break
        found = []
        for name, table in names.items():
            method = method_of(cls, name, engine)
            if method is not None:
                found.append((method, table))
        return found

    def given(self, registration: Registration, engine: Interpreter) -> Given:
        """What the registration says: the pattern's parameters, if it is known."""
        table = registration.table
        rule = text_argument(registration, table.rule, engine, self.signature(registration))
        if rule is None or not table.syntax:
            return Given(registration.arguments, None)
        return Given(
            registration.arguments,
            tuple((one.name, one.clean) for one in parameters_of(rule, table.syntax)),
        )

    def signature(self, registration: Registration) -> tuple[str, ...]:
        """The parameter names of what registered."""
        for path in registration.table.paths:
            found = self.knowledge.signatures.get(path)
            if found is not None:
                return found
        return ()

    def route(self, registration: Registration, handler: Handler, given: Given, engine: Interpreter) -> Route:
        """The row of the table of routes."""
        table = registration.table
        signature = self.signature(registration)
        rule = text_argument(registration, table.rule, engine, signature)
        name = text_argument(registration, table.name, engine, signature)
        return Route(
            table.framework,
            self.verbs(registration, handler, engine),
            rule if rule is not None else "?",
            handler.label,
            registration.frame.module.path,
            getattr(registration.node, "lineno", 0),
            guards_of(registration, handler, self.tables.guards.get(table.framework), engine),
            name or "",
        )

    def verbs(self, registration: Registration, handler: Handler, engine: Interpreter) -> tuple[str, ...]:
        """The HTTP methods of a registration, in upper case."""
        table = registration.table
        if handler.actions:
            return tuple(sorted(verb.upper() for verb in handler.actions))
        if table.verbs_argument and registration.arguments is not None:
            value = registration.arguments.get(table.verbs_argument, self.signature(registration))
            listed = texts(value, engine)
            if listed:
                return tuple(sorted({verb.upper() for verb in listed}))
        if handler.cls is not None and handler.function is None:
            names = {method.name.upper() for method, _ in self.methods_of(handler.cls, engine)}
            return tuple(sorted(names & VERBS)) or table.verbs
        return table.verbs


VERBS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"})
"""HTTP methods that methods of classes are named after."""


def callees(decorator: Decorator) -> list[tuple[str, Ref]]:
    """The API paths a decorator may be, and the value that holds each: what is called, or what a function of the project
    that is called returns."""
    found: list[tuple[str, Ref]] = []
    values = decorator.value.values if hasattr(decorator.value, "values") else (decorator.value,)
    for value in values:
        if not isinstance(value, Ref):
            continue
        if decorator.arguments is None:
            found.append((value.path, value))
        elif isinstance(value.base, Ref):
            found.append((value.base.path, value.base))
    return found


def index(tables: Iterable[EntryTable], kind: str) -> dict[str, list[EntryTable]]:
    """Path -> the tables of a kind that name it."""
    found: dict[str, list[EntryTable]] = {}
    for table in tables:
        if table.kind == kind:
            for path in table.paths:
                found.setdefault(path, []).append(table)
    return found


def words_of(paths: Iterable[str], knowledge: Knowledge) -> frozenset[bytes]:
    """The last identifier of each path, under every alias."""
    names: dict[str, set[str]] = {}
    for other, target in knowledge.aliases.items():
        names.setdefault(target, set()).add(other)
    return frozenset(
        one.rstrip("()").rpartition(".")[2].encode() for path in paths for one in (path, *names.get(path, ()))
    )


def family(paths: Iterable[str], knowledge: Knowledge) -> list[str]:
    """Class paths with every API class that inherits from them."""
    children: dict[str, list[str]] = {}
    for child, bases in knowledge.inherits.items():
        for base in bases:
            children.setdefault(base, []).append(child)
    found = list(dict.fromkeys(paths))
    for path in found:
        found.extend(child for child in children.get(path, ()) if child not in found)
    return found


def text_argument(
    registration: Registration, key: str, engine: Interpreter, signature: tuple[str, ...]
) -> str | None:
    """A string among the arguments; None when it is absent or not known."""
    if not key or registration.arguments is None:
        return None
    listed = texts(registration.arguments.get(key, signature), engine)
    return listed[0] if listed else None


def texts(value: Value | None, engine: Interpreter) -> list[str]:
    """The strings a value is, or holds."""
    if value is None:
        return []
    value = engine.force(value)
    if isinstance(value, List):
        return [text for item in value.items for text in texts(item, engine)]
    return [value.value] if isinstance(value, Const) and isinstance(value.value, str) else []


def entry_order(entry: Entry) -> tuple[str, int, str, str, tuple[str, ...], str]:
    """By file, line, class and URL."""
    function = entry.function
    route = entry.route
    return (
        function.module.path,
        function.node.lineno,
        function.qualname,
        route.path if route is not None else "",
        route.methods if route is not None else (),
        label_of(entry.cls) if entry.cls is not None else "",
    )
