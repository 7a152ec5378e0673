"""The table of routes of a project: its files that may hold entry points, evaluated, and what they register."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pentalint.check.hierarchy import hierarchy
from pentalint.check.job import MODULES, Read, on_deep_stack, outermost, python, used_packs
from pentalint.check.plan import Plan
from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.values import Function
from pentalint.match.dispatch import Dispatcher
from pentalint.match.entries import Entries
from pentalint.match.entry import Entry
from pentalint.match.entry_tables import compile_entries
from pentalint.model import Failure, Route
from pentalint.project.imports import identifiers, words


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
    packs = [plan.packs[name] for name in ("web", *used_packs(plan)) if name in plan.packs]
    knowledge = plan.knowledge
    collector = Entries(compile_entries(packs), knowledge)
    known = {*knowledge.signatures, *knowledge.inherits, *knowledge.aliases.values()}
    none: frozenset[str] = frozenset()
    dispatcher = Dispatcher((), {}, known, lambda path: none, lambda path: none, plan.unit_of, collector)
    engine = Interpreter(
        plan.files,
        read,
        knowledge,
        dispatcher,
        parser=plan.config.parser,
        frameworks=plan.frameworks,
        vendored=plan.vendored,
        sources=plan.sources if plan.config.parser == "auto" else None,
    )
    dispatcher.engine = engine
    data = {file.path: read(file.path) for file in plan.files if file.path.endswith(MODULES)}
    tree = hierarchy(data)
    wanted = collector.words | tree.named(collector.words)
    classes = tree.closure(collector.class_words)
    for file in plan.files:
        if not python(file.path) or not file.role.main or not plan.frameworks(file.path):
            continue
        if wanted.isdisjoint(words(data[file.path])) and classes.isdisjoint(tree.bases.get(file.path, ())):
            continue
        module = engine.index.modules.get(file.path)
        if module is not None:
            engine.analyse(module, names_one_of(wanted | classes))
    entries = collector.entries(engine)
    routes = [route for route in collector.routes(engine) if plan.role_of(route.file).main]
    return Table(tuple(routes), tuple(entries), tuple(engine.failures.values()))


def names_one_of(wanted: set[bytes] | frozenset[bytes]) -> Callable[[Function], bool]:
    """Whether a function's source has one of some words in it."""

    def test(function: Function) -> bool:
        source = function.module.source
        if source is None:
            return False
        node = outermost(function).node
        text = "\n".join(source.lines[node.lineno - 1 : node.end_lineno])
        return not wanted.isdisjoint(identifiers(text.encode("utf-8", "replace")))

    return test
