"""One process's share of the work: evaluate files, collect hits and facts. Serial and parallel runs use the same function."""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from pentalint.check.plan import Plan
from pentalint.check.words import Trigger, words_of
from pentalint.evaluate.modules import Module
from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.values import Function, Ref
from pentalint.match.config_files import ConfigFile
from pentalint.match.deployment import is_deployed
from pentalint.match.dispatch import Dispatcher
from pentalint.match.place import Hit
from pentalint.model import Failure, Role
from pentalint.syntax.ini import read_entries

STACK = 256 * 1024 * 1024
"""Bytes of stack the evaluation thread gets: deep expressions are legal, and Python 3.10 recurses on the C stack."""

RECURSION = 12_000
"""Python frames the evaluation may use; beyond that a file is reported as too deep."""

Read = Callable[[str], bytes]

CONFIG_SUFFIXES = (".ini", ".conf", ".cfg", ".env", ".flaskenv")


@dataclass(slots=True)
class Outcome:
    """Plain data: what a share found."""

    hits: list[Hit] = field(default_factory=list)
    facts: set[tuple[str, str]] = field(default_factory=set)
    failures: list[Failure] = field(default_factory=list)
    evaluated: int = 0

    def merge(self, other: Outcome) -> None:
        """Add what another share found."""
        self.hits.extend(other.hits)
        self.facts |= other.facts
        self.failures.extend(other.failures)
        self.evaluated += other.evaluated


def is_config(path: str) -> bool:
    """Whether a file is read as sections and keys."""
    base = path.rpartition("/")[2]
    return base.endswith(CONFIG_SUFFIXES) or base.startswith(".env")


def python(path: str) -> bool:
    return path.endswith((".py", ".pyw"))


def candidates(plan: Plan, read: Read) -> tuple[list[str], Trigger]:
    """The Python files that can matter, and the words that decide about functions.

    Files are reached in sorted order. Without the prefilter every file some rule judges is a candidate.
    """
    trigger = Trigger(plan.compiled, plan.knowledge, [plan.packs[name].settings for name in used_packs(plan)])
    paths = [file.path for file in plan.files if python(file.path) and (plan.active(file.path) or plan.aware(file.path))]
    if not plan.prefilter:
        trigger.everything = True
        return paths, trigger
    data = {path: read(path) for path in paths}
    trigger.close(data.values())
    return [path for path in paths if trigger.names_file(words_of(data[path]))], trigger


def used_packs(plan: Plan) -> list[str]:
    """The packs of the frameworks in use anywhere, sorted."""
    return sorted({name for selection in plan.selections.values() for name in selection.frameworks} & set(plan.packs))


def work(plan: Plan, paths: Sequence[str], trigger: Trigger, read: Read, *, whole: bool, progress: Callable[[int, int], None] | None = None) -> Outcome:
    """Evaluate `paths`. `whole` also judges what belongs to no single file: settings modules and configuration files.
    `progress` is told files done and files in all."""
    outcome: list[Outcome | BaseException] = []

    def body() -> None:
        try:
            outcome.append(evaluate(plan, paths, trigger, read, whole=whole, progress=progress))
        except BaseException as error:
            outcome.append(error)

    previous = threading.stack_size(STACK)
    limit = sys.getrecursionlimit()
    collecting = gc.isenabled()
    gc.disable()  # trees are acyclic, and collections over hundreds of thousands of live values cost a quarter of the time
    sys.setrecursionlimit(RECURSION)
    try:
        thread = threading.Thread(target=body, name="pentalint-evaluate")
        thread.start()
        thread.join()
    finally:
        threading.stack_size(previous)
        sys.setrecursionlimit(limit)
        if collecting:
            gc.enable()
    result = outcome[0]
    if isinstance(result, BaseException):
        raise result
    return result


def evaluate(plan: Plan, paths: Sequence[str], trigger: Trigger, read: Read, *, whole: bool, progress: Callable[[int, int], None] | None = None) -> Outcome:
    """The work itself; see `work`."""
    settings = {name: plan.packs[name].settings for name in used_packs(plan)}
    knowledge = plan.knowledge
    known = {*knowledge.signatures, *knowledge.inherits, *knowledge.aliases.values()}
    dispatcher = Dispatcher(plan.compiled, settings, known, plan.active, plan.aware, plan.unit_of)
    engine = Interpreter(
        plan.files, read, knowledge, dispatcher, parser=plan.config.parser, frameworks=plan.frameworks
    )
    dispatcher.engine = engine
    wanted = wanted_function(trigger, dispatcher) if plan.prefilter else every_function
    for number, path in enumerate(paths):
        module = engine.index.modules.get(path)
        if module is not None:
            engine.analyse(module, wanted)
            dispatcher.settle()
        if progress is not None:
            progress(number + 1, len(paths))
    if whole:
        judge_whole(plan, engine, dispatcher, read)
    found = dispatcher.found
    return Outcome(found.hits, found.facts, list(engine.failures.values()), sum(
        module.state > 1 for module in engine.index.modules.values()
    ))


def every_function(function: Function) -> bool:
    """Without the prefilter every function is evaluated."""
    return True


def wanted_function(trigger: Trigger, dispatcher: Dispatcher) -> Callable[[Function], bool]:
    """Whether a function's body can matter: some word of it is one a rule asks for, or a name its module gives to such a thing."""
    names: dict[str, set[bytes]] = {}
    asked = dispatcher.call_paths | dispatcher.use_paths | dispatcher.write_paths

    def more(module: Module) -> set[bytes]:
        found = names.get(module.path)
        if found is None:
            found = {name.encode() for name, value in module.env.items() if isinstance(value, Ref) and value.path in asked}
            if module.source is not None:
                found |= trigger.renamed(module.source.text)
            names[module.path] = found
        return found

    def wanted(function: Function) -> bool:
        source = function.module.source
        node = function.node
        if source is None:
            return False
        text = "\n".join(source.lines[node.lineno - 1 : node.end_lineno])
        return trigger.names_function(text, more(function.module))

    return wanted


def judge_whole(plan: Plan, engine: Interpreter, dispatcher: Dispatcher, read: Read) -> None:
    """Settings modules by their final values, then ini, conf and env files."""
    markers = {marker.encode() for name in used_packs(plan) for marker in plan.packs[name].settings.markers}
    modules = []
    for file in plan.files:
        if not python(file.path) or not plan.aware(file.path):
            continue
        module = engine.index.modules[file.path]
        if file.role is Role.settings or not markers.isdisjoint(words_of(read(file.path))):
            modules.append(engine.load(module))
    dispatcher.judge_settings(modules)
    dispatcher.settle()
    for file in plan.files:
        if is_config(file.path) and (plan.active(file.path) or plan.aware(file.path)):
            text = read(file.path).decode("utf-8", "replace")
            entries, _ = read_entries(text)
            dispatcher.judge_config(ConfigFile(file.path, entries, is_deployed(file.path)))
