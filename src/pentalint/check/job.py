"""One process's share of the work: evaluate files, collect hits and facts. Serial and parallel runs use the
same function."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from pentalint.check.applications import complete, operations_of, project_files
from pentalint.check.deep import on_deep_stack
from pentalint.check.deployment_files import read_deployment
from pentalint.check.deployments import FinalSettings
from pentalint.check.engine import make_engine
from pentalint.check.plan import Plan, used_packs
from pentalint.check.traces import collector_of, flow_model, trace
from pentalint.check.triggers import Triggers
from pentalint.evaluate.modules import Module
from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.values import Function, Ref
from pentalint.evaluate.watching import Watcher
from pentalint.match.config_files import ConfigFile
from pentalint.match.deployment import is_deployed
from pentalint.match.dispatch import Dispatcher
from pentalint.match.ini_files import paste_files, paste_texts
from pentalint.match.place import Hit
from pentalint.model import Failure, Role
from pentalint.project.imports import identifiers, words
from pentalint.syntax.ini import read_entries
from pentalint.syntax.sections import is_filled_in
from pentalint.syntax.source import check_syntax

Read = Callable[[str], bytes]

CONFIG_SUFFIXES = (".ini", ".conf", ".cfg", ".env", ".flaskenv")


@dataclass(slots=True)
class Outcome:
    """Plain data: what a share found."""

    hits: list[Hit] = field(default_factory=list)
    facts: set[tuple[str, str]] = field(default_factory=set)
    failures: list[Failure] = field(default_factory=list)
    evaluated: int = 0
    notes: list[str] = field(default_factory=list)
    exhausted: set[str] = field(default_factory=set)

    def merge(self, other: Outcome) -> None:
        """Add what another share found."""
        self.hits.extend(other.hits)
        self.facts |= other.facts
        self.failures.extend(other.failures)
        self.evaluated += other.evaluated
        self.notes.extend(other.notes)
        self.exhausted |= other.exhausted


MODULES = (".py", ".pyw", ".pyi")
"""Files that may be imported."""


def is_config(path: str) -> bool:
    """Whether a file is read as sections and keys."""
    base = path.rpartition("/")[2]
    return base.endswith(CONFIG_SUFFIXES) or base.startswith(".env")


def is_start(path: str) -> bool:
    """Whether a file may say how the application is started."""
    base = path.rpartition("/")[2].lower()
    return (
        "dockerfile" in base
        or "compose" in base
        or base.startswith(("procfile", "containerfile"))
        or (base.endswith((".service", ".containerfile")))
    )


def python(path: str) -> bool:
    return path.endswith((".py", ".pyw"))


@dataclass(frozen=True, slots=True)
class Task:
    """One Python file to look at: evaluated when some rule can match in it, else only checked for syntax."""

    path: str
    evaluated: bool
    size: int


def tasks(plan: Plan, read: Read) -> tuple[list[Task], Triggers]:
    """The Python files that rules judge, and the words that decide about functions, in sorted order.

    Files that only this program's own rules look at (tests, documentation) are left out. Without the prefilter
    every file is evaluated.
    """
    files = {file.path: read(file.path) for file in plan.files if file.path.endswith(MODULES)}
    triggers = Triggers(plan, {name: plan.packs[name].settings for name in used_packs(plan)}, files)
    return [
        Task(path, not plan.prefilter or triggers.names_file(path, data), len(data))
        for path, data in files.items()
        if python(path) and is_judged(plan, path)
    ], triggers


def is_judged(plan: Plan, path: str) -> bool:
    """Whether any rule about code looks at a file."""
    return any(name.partition("/")[0] != "pentalint" for name in plan.active(path) | plan.aware(path))


def work(
    plan: Plan,
    share: Sequence[Task],
    triggers: Triggers,
    read: Read,
    *,
    whole: bool,
    progress: Callable[[int, int], None] | None = None,
) -> Outcome:
    """Look at the files of `share`. `whole` also judges what belongs to no single file: settings modules and
    configuration files. `progress` is told files done and files in all."""
    return on_deep_stack(lambda: evaluate(plan, share, triggers, read, whole=whole, progress=progress))


def evaluate(
    plan: Plan,
    share: Sequence[Task],
    triggers: Triggers,
    read: Read,
    *,
    whole: bool,
    progress: Callable[[int, int], None] | None = None,
) -> Outcome:
    """The work itself; see `work`."""
    operations = operations_of(plan, dict(triggers.models), read)
    if operations is not None:
        operations.closed = (
            not whole
        )  # the order in which settings are loaded crosses files: one process follows it
    dispatcher = Dispatcher(
        plan.compiled,
        triggers.models,
        plan.knowledge.paths,
        plan.active,
        plan.aware,
        plan.unit_of,
        collector_of(plan),
        plan.versions,
        operations,
        operations.files if operations is not None else project_files(plan, read),
        plan.unread,
    )
    engine = make_engine(Interpreter, plan, read, dispatcher)
    dispatcher.engine = engine
    if operations is not None:
        operations.engine = engine
    wanted = wanted_function(triggers, dispatcher, read) if plan.prefilter else every_function
    for number, task in enumerate(share):
        module = engine.index.modules.get(task.path)
        if module is not None and task.evaluated:
            engine.analyse(module, wanted)
            dispatcher.settle()
        elif task.path not in plan.sources and (module is None or not module.state):
            failure = check_syntax(task.path, read(task.path), plan.config.parser)
            if failure is not None:
                engine.failures[task.path] = failure
        if progress is not None:
            progress(number + 1, len(share))
    if whole:
        if operations is not None and dispatcher.logged:
            complete(plan, engine, operations, read)
            dispatcher.settle()
        judge_whole(plan, engine, dispatcher, read)
    for path, fault in dispatcher.files.faults.items():
        if plan.role_of(path).main and is_filled_in(dispatcher.files.text(path)):
            engine.failures.setdefault(path, Failure(path, "config", fault.message, fault.line))
    model = flow_model(plan)
    notes: list[str] = []
    exhausted: set[str] = set()
    if model is not None:
        tracer = trace(plan, model, [task.path for task in share], engine, dispatcher, read)
        notes = tracer.report() if isinstance(tracer, Watcher) else []
        exhausted = tracer.exhausted
    found = dispatcher.found
    return Outcome(
        found.hits,
        found.facts,
        list(engine.failures.values()),
        sum(module.state > 1 for module in engine.index.modules.values()),
        notes,
        exhausted,
    )


def every_function(function: Function) -> bool:
    """Without the prefilter every function is evaluated."""
    return True


def wanted_function(triggers: Triggers, dispatcher: Dispatcher, read: Read) -> Callable[[Function], bool]:
    """Whether a function's body can matter: some word of it is one a rule asks for, or a name its module gives
    to such a thing."""
    names: dict[str, set[bytes]] = {}
    paths = dispatcher.call_paths | dispatcher.use_paths | dispatcher.write_paths

    def asked(module: Module) -> set[bytes]:
        found = names.get(module.path)
        if found is None:
            found = set(triggers.asked(module.path, read(module.path)))
            found |= {new.encode() for old, new in module.renames if old.encode() in found}
            found |= {
                name.encode()
                for name, value in module.env.items()
                if isinstance(value, Ref) and value.path in paths
            }
            names[module.path] = found
        return found

    def wanted(function: Function) -> bool:
        text = function.outermost.text  # a nested function sees the names of those around it
        held = identifiers(text.encode("utf-8", "replace"))
        return not asked(function.module).isdisjoint(held) or triggers.of(function.module.path).names_within(
            text, held
        )

    return wanted


def judge_whole(plan: Plan, engine: Interpreter, dispatcher: Dispatcher, read: Read) -> None:
    """Settings modules by their final values, then ini, conf and env files."""
    modules = [engine.load(engine.index.modules[path]) for path in settings_files(plan, read)]
    dispatcher.judge_settings(modules, FinalSettings(plan, read, engine))
    dispatcher.settle()
    texts = {
        file.path: read(file.path).decode("utf-8", "replace")
        for file in plan.files
        if is_config(file.path) and (plan.active(file.path) or plan.aware(file.path))
    }
    pasted = paste_texts(texts.items())
    for path, text in texts.items():
        if path not in pasted:
            entries, _ = read_entries(text)
            dispatcher.judge_config(ConfigFile(path, entries, is_deployed(path)))
    for found in paste_files(pasted):
        if isinstance(found, ConfigFile):
            dispatcher.judge_config(found)
        elif plan.role_of(found.path).main and "pyramid" in plan.frameworks(found.path):
            engine.failures.setdefault(found.path, found)
    for file in plan.files:
        if is_start(file.path) and (plan.active(file.path) or plan.aware(file.path)):
            started = read_deployment(file.path, read(file.path).decode("utf-8", "replace"))
            if started is not None:
                dispatcher.judge_config(started)


_STAR = re.compile(rb"from[ \t]+([\w.]+)[ \t]+import[ \t]*\(?[ \t]*\*")
"""`from NAME import *`."""


def settings_files(plan: Plan, read: Read) -> list[str]:
    """The Python files that may be settings modules, in order: by role, by the markers in them, or because they take
    everything from one that may be."""
    markers = {marker.encode() for name in used_packs(plan) for marker in plan.packs[name].settings.markers}
    found: set[str] = set()
    taking: dict[str, set[str]] = {}
    for file in plan.files:
        if not python(file.path) or not plan.aware(file.path):
            continue
        data = read(file.path)
        if file.role is Role.settings or not markers.isdisjoint(words(data)):
            found.add(file.path)
        elif b"*" in data:
            taking[file.path] = {match.decode().rpartition(".")[2] for match in _STAR.findall(data)}
    return sorted(found | built_on(found, taking))


def built_on(found: set[str], taking: Mapping[str, set[str]]) -> set[str]:
    """Those of `taking` (path -> last names of the modules it takes everything from) that lead to `found` by
    such names."""
    more: set[str] = set()
    names = {module_name(path) for path in found}
    while True:
        reached = {path for path, sources in taking.items() if path not in more and sources & names}
        if not reached:
            return more
        more |= reached
        names |= {module_name(path) for path in reached}


def module_name(path: str) -> str:
    """The last part of a module's dotted name; "" for a package's own file at the root."""
    parts = path.rpartition(".")[0].split("/")
    return parts[-1] if parts[-1] != "__init__" else parts[-2] if len(parts) > 1 else ""
