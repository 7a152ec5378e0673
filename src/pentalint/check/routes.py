"""The table of routes of a project: its files that may hold entry points, evaluated, and what they register."""

from __future__ import annotations

from pentalint.check.deep import on_deep_stack
from pentalint.check.engine import make_engine
from pentalint.check.entry_files import evaluate_files
from pentalint.check.job import Read
from pentalint.check.plan import Plan, used
from pentalint.dataclass import dataclass
from pentalint.evaluate.statements import Interpreter
from pentalint.match.dispatch import Dispatcher
from pentalint.match.entries import Entries
from pentalint.match.entry import Entry
from pentalint.match.entry_tables import compile_entries
from pentalint.model import Failure, Route


@dataclass(frozen=True, slots=True)
class Table:
    """The routes of a project in order, the functions frameworks call, and the files that could not be read."""

    routes: tuple[Route, ...]
    entries: tuple[Entry, ...]
    failures: tuple[Failure, ...]


def find_routes(plan: Plan, read: Read) -> Table:
    """Evaluate what may register something, and gather it."""
    return on_deep_stack(lambda: gather(plan, read))


def gather(plan: Plan, read: Read) -> Table:
    """The work itself."""
    knowledge = plan.knowledge
    collector = Entries(compile_entries(used(plan)), knowledge)
    none: frozenset[str] = frozenset()
    dispatcher = Dispatcher(
        (), {}, knowledge.paths, lambda path: none, lambda path: none, plan.unit_of, collector
    )
    engine = make_engine(Interpreter, plan, read, dispatcher)
    dispatcher.engine = engine
    evaluate_files(plan, engine, collector, read)
    rows = collector.rows(engine)
    routes = [route for route in rows.routes if plan.role_of(route.file).main]
    return Table(tuple(routes), tuple(rows.entries), tuple(engine.failures.values()))
