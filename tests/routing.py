"""Small projects in memory, and the table of their routes and entry points."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from evaluation import Recorder, interpret

from pentalint.check.plan import knowledge_of
from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.events import Call, ClassDefined, Frame, FunctionDefined
from pentalint.evaluate.knowledge import Knowledge
from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.values import Function
from pentalint.match.entries import Entries, Entry
from pentalint.match.entry_tables import EntryTables, compile_entries
from pentalint.model import Route
from pentalint.packs.load import load_packs


class Collecting(Recorder):
    """Keeps events, and hands those it asks for to a collector."""

    def __init__(self, collector: Entries) -> None:
        super().__init__(collector.known_paths)
        self.collector = collector

    def invoked(self, function: Function, arguments: Arguments, node: object, frame: Frame) -> None:
        self.collector.invoked(function, arguments, node, frame)  # type: ignore[arg-type]

    def called(self, event: Call) -> None:
        if event.path in self.collector.call_paths:
            self.collector.called(event)

    def defined(self, event: FunctionDefined) -> None:
        self.collector.defined(event)

    def declared(self, event: ClassDefined) -> None:
        self.collector.declared(event)


@lru_cache(maxsize=8)
def tables_of(framework: str) -> tuple[EntryTables, Knowledge]:
    """What the packs say of a framework."""
    packs = list(load_packs(names={"web", framework}).values())
    return compile_entries(packs), knowledge_of(packs)


def collect(framework: str, files: Mapping[str, str] | str) -> tuple[Entries, Interpreter]:
    """A project (or one module, `app.py`), evaluated whole, and what was gathered."""
    tables, knowledge = tables_of(framework)
    collector = Entries(tables, knowledge)
    texts = {"app.py": files} if isinstance(files, str) else dict(files)
    engine, _ = interpret(
        texts, knowledge=knowledge, frameworks=frozenset({framework}), recorder=Collecting(collector)
    )
    return collector, engine


def routes_of(framework: str, files: Mapping[str, str] | str) -> list[Route]:
    collector, engine = collect(framework, files)
    return collector.routes(engine)


def entries_of(framework: str, files: Mapping[str, str] | str) -> list[Entry]:
    collector, engine = collect(framework, files)
    return collector.entries(engine)


def table(framework: str, files: Mapping[str, str] | str) -> list[str]:
    """One line a route: `GET,POST /url app.view [guard, guard]`, the module `app` left out."""
    lines = []
    for route in routes_of(framework, files):
        handler = route.handler.removeprefix("app.")
        guards = f" [{', '.join(route.guards)}]" if route.guards else ""
        lines.append(f"{','.join(route.methods) or '*'} {route.path} {handler}{guards}")
    return lines


def entry_lines(framework: str, files: Mapping[str, str] | str) -> list[str]:
    """One line an entry point: `view(slug: path, request: django.http.HttpRequest()) -> html @ /url`."""
    found = []
    for entry in entries_of(framework, files):
        owner = f"{entry.cls.name}: " if entry.cls is not None else ""
        given = ", ".join(
            f"{name}: {what}" for name, what in sorted({**entry.types, **entry.tainted}.items())
        )
        sent = f" -> {entry.returns}" if entry.returns else ""
        place = f" @ {entry.route.path}" if entry.route is not None else ""
        found.append(f"{owner}{entry.function.qualname}({given}){sent}{place}")
    return found
