"""From what was registered to the rows of the table of routes and the entry points behind them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from pentalint.evaluate.events import Frame
from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.values import Class, Const, Function
from pentalint.match.entry import Entry
from pentalint.match.entry_functions import NOWHERE, Url, is_html, tainted_by, typed_by
from pentalint.match.entry_guards import function_guards, guards_of
from pentalint.match.entry_methods import Methods
from pentalint.match.entry_tables import EntryTable
from pentalint.match.entry_urls import Placed, Urls
from pentalint.match.handlers import Handler, dotted, handlers, inner_handlers, label_of, method_of
from pentalint.match.registrations import UNKNOWN_PART, Registration
from pentalint.match.url_objects import Exposed
from pentalint.match.url_patterns import Parameter
from pentalint.match.views import api_paths
from pentalint.model import Route

if TYPE_CHECKING:
    from pentalint.match.entries import Entries

Covered = set[tuple[int, int]]
"""Functions, and the classes they are methods of, by identity."""

Told = tuple[dict[str, str], dict[str, str], dict[str, str]]
"""What the parameters of a function carry, their types, and the patterns of those that have one."""


class Rows:
    """The rows of one project: `entries` and `routes`, in order."""

    def __init__(self, found: Entries, engine: Interpreter) -> None:
        self.found = found
        self.engine = engine
        self.guards = found.tables.guards
        self.methods = Methods(found.tables, engine)
        self.urls = Urls(found, self.methods, engine)
        self.covered: Covered = set()
        self._told: dict[tuple[int, int, Url], Told] = {}
        entries: list[Entry] = []
        routes: set[Route] = set()
        weak: list[Registration] = []
        for registration in self.registrations():
            if registration.table.alone:
                weak.append(registration)
            else:
                self.registered(registration, entries, routes)
        for exposed in found.objects.exposed(found.classes, found.specialised.frames, engine):
            placed = not exposed.path.startswith(UNKNOWN_PART)
            if placed or (id(exposed.function), id(exposed.cls)) not in self.covered:
                self.exposed(exposed, entries, routes)
        for registration in weak:
            for handler in self.handlers(registration):
                if (
                    handler.function is not None
                    and (id(handler.function), id(handler.cls)) not in self.covered
                ):
                    self.registered(registration, entries, routes)
        for cls in found.classes:
            self.unregistered(cls, entries)
        self.entries = sorted(distinct(entries), key=lambda entry: entry.sort_key)
        self.routes = in_order(routes)

    def registrations(self) -> Iterator[Registration]:
        """All that was registered, with what is registered while this is looked at."""
        again = self.found.specialised.frames
        better = {
            id(one.node)
            for one in self.found.registrations
            if id(one.frame) in again and not one.table.listed
        }
        place = 0
        while place < len(self.found.registrations):
            one = self.found.registrations[place]
            if id(one.frame) in again:
                if not one.table.listed:  # what a function returns anew stands in no list
                    yield one
            elif id(one.node) not in better:
                yield one
            place += 1
        yield from self.found.settings.registrations(self.engine)

    # -- one registration ----------------------------------------------------------------------------------------

    def registered(self, registration: Registration, entries: list[Entry], routes: set[Route]) -> None:
        """The rows and entries of one registration."""
        table = registration.table
        included = self.urls.included(registration)
        if included is not None:
            routes.update(included)
            return
        for handler in self.handlers(registration):
            hook = table.hook or self.unplaced(registration)
            placed = [] if hook else self.urls.of(registration, handler)
            for one in placed:
                if handler.outer:
                    self.entry_points(registration, handler, one.url, None, one.actions, entries)
                else:
                    self.row(registration, handler, one, entries, routes)
            if hook:
                self.entry_points(registration, handler, NOWHERE, None, {}, entries)

    def unplaced(self, registration: Registration) -> bool:
        """Whether an argument says that there is no URL: it is for a kind of exception."""
        for key, pattern in registration.table.unplaced.items():
            value = registration.find(key, self.engine)
            if value is not None and any(map(pattern.search, api_paths(value, self.engine))):
                return True
        return False

    def handlers(self, registration: Registration) -> list[Handler]:
        """What a registration registers."""
        value = self.engine.force(registration.handler)
        if isinstance(value, Const) and isinstance(value.value, str):
            text = value.value
            value = dotted(text, self.engine, registration.frame)
            found = list(handlers(value, self.engine)) or [Handler(label=text)]
        else:
            found = list(handlers(value, self.engine))
        inner = list(inner_handlers(registration.handler_node, registration.frame, self.engine))
        if inner:
            found = [one for one in found if one.function is not None or one.cls is not None]
            known = {(id(one.function), id(one.cls)) for one in inner}
            for one in found:
                one.outer = (id(one.function), id(one.cls)) not in known
        unique: dict[tuple[int, int, str], Handler] = {}
        for one in (*found, *inner):
            for called in self.called(registration.table, one):
                unique.setdefault((id(called.function), id(called.cls), called.label), called)
        return list(unique.values())

    def called(self, table: EntryTable, handler: Handler) -> Iterator[Handler]:
        """What is called of a registered object: itself, a method of it, what either returns."""
        if table.through:
            function = method_of(handler.cls, table.through, self.engine) if handler.cls is not None else None
            if function is not None:
                handler = Handler(function, handler.cls, label_of(function), handler.wrappers)
            elif handler.function is None:
                return
        if table.methods is not None and handler.function is not None and not table.through:
            return  # it is about classes
        if table.returned and handler.function is not None:
            yield from handlers(self.engine.result(handler.function), self.engine)
        elif table.returned and handler.cls is not None:
            caller = method_of(handler.cls, "__call__", self.engine)
            if caller is not None:
                yield Handler(caller, handler.cls, handler.label)
        else:
            yield handler

    def row(
        self,
        registration: Registration,
        handler: Handler,
        placed: Placed,
        entries: list[Entry],
        routes: set[Route],
    ) -> None:
        """One row, and the functions behind it."""
        table = registration.table
        methods = self.methods.of(registration, handler, placed.actions)
        verbs = self.urls.verbs(registration, handler, placed, methods)
        if placed.actions is not None and not verbs:
            return
        label = handler.label
        if placed.extra:
            label = f"{label}.{placed.extra}"
        elif len(methods) == 1 and (table.attr or table.call) and methods[0].name != "__call__":
            label = f"{label}.{methods[0].name}"
        guards = guards_of(registration, handler, self.guards.get(table.framework), self.engine)
        of_method = [
            name
            for one in methods
            if handler.function is None and len(methods) == 1
            for name in function_guards(one.function, self.guards[table.framework], self.engine)
            if table.framework in self.guards
        ]
        file, line = self.found.specialised.place(registration.frame, registration.node)
        route = Route(
            table.framework,
            verbs,
            placed.url.text,
            label,
            file,
            line,
            tuple(dict.fromkeys((*guards, *of_method))),
            placed.name or registration.text(table.name, self.engine),
        )
        routes.add(route)
        self.entry_points(registration, handler, placed.url, route, placed.actions, entries)

    def entry_points(
        self,
        registration: Registration,
        handler: Handler,
        url: Url,
        route: Route | None,
        actions: dict[str, str] | None,
        entries: list[Entry],
    ) -> None:
        """The functions of one row, or of what has none."""
        table = registration.table
        if handler.function is not None:
            entries.append(self.entry(table, handler.function, handler.cls, url, route, registration))
            if table.makes and handler.cls is not None:
                self.made(table, handler.cls, route, registration, entries)
            return
        if handler.cls is None:
            return
        for one in self.methods.of(registration, handler, actions or None):
            entries.append(self.entry(one.table, one.function, handler.cls, url, route, registration))
        if table.makes:
            self.made(table, handler.cls, route, registration, entries)

    def made(
        self,
        table: EntryTable,
        cls: Class,
        route: Route | None,
        registration: Registration,
        entries: list[Entry],
    ) -> None:
        """The constructor of a class that is made for every request."""
        constructor = method_of(cls, "__init__", self.engine)
        if constructor is not None:
            entries.append(self.entry(table, constructor, cls, Url("", (), True), route, registration))

    def entry(
        self,
        table: EntryTable,
        function: Function,
        cls: Class | None,
        url: Url,
        route: Route | None,
        registration: Registration | None,
    ) -> Entry:
        """One function. What is said of its parameters is the same for all classes that inherit it (9,000 entries, 1,200
        answers), but for a type that a registration gives."""
        self.covered.add((id(function), id(cls)))
        key = (id(function), id(table), url)
        told = self._told.get(key)
        if told is None:
            typed = typed_by(function, table, registration, self.engine)
            tainted = tainted_by(function, table, url, typed)
            patterns = {one.name: one.regex for one in url.parameters if one.name in tainted and one.regex}
            told = (tainted, typed, patterns)
            if not any(path.startswith("@") for path in table.types.values()):
                self._told[key] = told
        tainted, typed, patterns = told
        html = is_html(function, cls, table, registration, self.engine)
        returns = "html" if html else table.returns if table.returns != "html" else ""
        if "@" in returns:
            returns = self.named(returns, function, registration)
        return Entry(table.framework, function, cls, tainted, typed, returns, route, patterns, url.parameters)

    def named(self, returns: str, function: Function, registration: Registration | None) -> str:
        """`attribute:PATH.@1=name`, with the name that a registration gives under this argument, or else the function's own."""
        before, _, key = returns.partition("@")
        value = registration.find(key, self.engine) if registration is not None else None
        given = isinstance(value, Const) and isinstance(value.value, str)
        return before + (str(value.value) if given and isinstance(value, Const) else function.name)

    # -- what was not registered -----------------------------------------------------------------------------------

    def exposed(self, exposed: Exposed, entries: list[Entry], routes: set[Route]) -> None:
        """A method that answers by its place in a tree of objects."""
        table = exposed.table.entry
        if table is None:
            return
        function = exposed.function
        guards = self.guards.get(table.framework)
        handler = Handler(function, exposed.cls, f"{label_of(exposed.cls)}.{function.name}")
        registration = Registration(table, function, None, None, function.node, outer_frame(function))
        parameters = tuple(Parameter(name) for name in exposed.segments)
        route = Route(
            table.framework,
            exposed.verbs,
            exposed.path,
            handler.label,
            function.module.path,
            function.node.lineno,
            guards_of(registration, handler, guards, self.engine),
            "",
        )
        routes.add(route)
        url = Url(exposed.path, parameters, False)
        entries.append(self.entry(table, function, exposed.cls, url, route, registration))

    def unregistered(self, cls: Class, entries: list[Entry]) -> None:
        """The methods of a class that frameworks call, as far as no registration of it was seen."""
        for one in self.methods.inherited(cls):
            if (id(one.function), id(cls)) not in self.covered:
                entries.append(self.entry(one.table, one.function, cls, NOWHERE, None, None))


def outer_frame(function: Function) -> Frame:
    """The frame a function was defined in."""
    return function.closure or Frame(function.module, function.module.env)


def in_order(routes: Iterable[Route]) -> list[Route]:
    """By framework, URL and method; of rows that differ in nothing but the place, the first."""
    found: dict[Route, Route] = {}
    for route in sorted(routes):
        found.setdefault(replace(route, file="", line=0), route)
    return sorted(found.values(), key=lambda one: (one.framework, one.path, one.methods, one.handler, one))


def distinct(entries: Iterable[Entry]) -> list[Entry]:
    """Entries without those that say the same again."""
    seen: dict[tuple[object, ...], Entry] = {}
    for entry in entries:
        key = (
            id(entry.function), id(entry.cls), entry.route, entry.returns,
            tuple(entry.tainted.items()), tuple(entry.types.items()),
        )  # fmt: skip
        seen.setdefault(key, entry)
    return list(seen.values())
