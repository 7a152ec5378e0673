"""The evaluation of a project: first the bodies of its modules, then what is in them, which several processes may share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from pentalint.check.applications import complete, operations_of, project_files
from pentalint.check.deep import on_deep_stack
from pentalint.check.engine import make_engine
from pentalint.check.job import Outcome, Read, Task, judge_whole
from pentalint.check.plan import Plan
from pentalint.check.traces import collector_of, flow_model, gather, trace
from pentalint.check.triggers import Triggers
from pentalint.check.words import Asked, Trigger
from pentalint.evaluate.modules import Module
from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.values import Function, Ref
from pentalint.evaluate.watching import Watcher
from pentalint.match.dispatch import Dispatcher, Findings
from pentalint.match.entries import Entry
from pentalint.model import Failure
from pentalint.project.imports import body_words
from pentalint.syntax.sections import is_filled_in
from pentalint.syntax.source import check_syntax

ENTRY, FOLLOWED = 2000, 10
"""A function that data is followed from costs this many bytes that are only evaluated, and its own bytes this many times
(measured on six applications)."""

Progress = Callable[[int, int], None]
"""Who is told files done and files in all."""


def work(
    plan: Plan,
    share: Sequence[Task],
    triggers: Triggers,
    read: Read,
    *,
    whole: bool,
    progress: Progress | None = None,
) -> Outcome:
    """Look at the files of `share` alone, on a stack that is deep enough. For `whole` see `Evaluation.judge`."""

    def evaluate() -> Outcome:
        evaluation = Evaluation(plan, triggers, read)
        evaluation.load(share, progress)
        return evaluation.judge(share, whole=whole, progress=progress)

    return on_deep_stack(evaluate)


class Evaluation:
    """An engine, and the listener that judges what it tells. Make one on a deep stack, `load` all files, then `judge` them: in
    this process, or in processes forked from it a share each."""

    def __init__(self, plan: Plan, triggers: Triggers, read: Read) -> None:
        self.plan = plan
        self.triggers = triggers
        self.read = read
        self.operations = operations_of(plan, dict(triggers.models), read)
        self.dispatcher = Dispatcher(
            plan.compiled,
            triggers.models,
            plan.knowledge.paths,
            plan.active,
            plan.aware,
            plan.unit_of,
            collector_of(plan),
            plan.versions,
            self.operations,
            self.operations.files if self.operations is not None else project_files(plan, read),
            plan.unread,
        )
        self.engine = make_engine(Interpreter, plan, read, self.dispatcher)
        self.dispatcher.engine = self.engine
        if self.operations is not None:
            self.operations.engine = self.engine
        self.entries: list[Entry] = []
        self.loaded: frozenset[str] = frozenset()
        self.said: frozenset[str] = frozenset()
        self.counted = 0

    def load(self, tasks: Sequence[Task], progress: Progress | None = None) -> None:
        """Evaluate the bodies of the modules that some rule can match in."""
        self.loaded = frozenset(task.path for task in tasks)
        for number, task in enumerate(tasks):
            module = self.engine.index.modules.get(task.path)
            if module is not None and task.evaluated:
                self.engine.load(module)
            if progress is not None:
                progress((number + 1) // 2, len(tasks))  # half of the work
        self.entries = gather(self.plan, self.engine, self.dispatcher, self.read, self.triggers)

    def weights(self, tasks: Sequence[Task]) -> list[int]:
        """What each file costs, roughly: its bytes, and those of the functions that data is followed from."""
        entered: Counter[str] = Counter()
        for entry in self.entries:
            entered[entry.function.module.path] += ENTRY + FOLLOWED * len(entry.function.text)
        return [task.weight + entered[task.path] for task in tasks]

    def leave_to_first(self) -> None:
        """What loading found is said by the first of several processes: this is another one."""
        self.dispatcher.found = Findings()
        self.said = frozenset(self.engine.failures)
        self.counted = self.evaluated

    @property
    def evaluated(self) -> int:
        """How many modules have been evaluated so far."""
        return sum(module.state > 1 for module in self.engine.index.modules.values())

    def judge(self, share: Sequence[Task], *, whole: bool, progress: Progress | None = None) -> Outcome:
        """Evaluate the functions of some of the files that were loaded, and follow data from there. `whole` also judges what
        belongs to no single file: settings modules and configuration files."""
        plan, engine, dispatcher, read = self.plan, self.engine, self.dispatcher, self.read
        if self.operations is not None:
            self.operations.closed = not whole  # the order in which settings are loaded crosses files
        self.evaluate(share, whole, progress)
        if whole:
            if self.operations is not None and dispatcher.logged:
                complete(plan, engine, self.operations, read)
                dispatcher.settle()
            settled = self.loaded == {task.path for task in share}
            judge_whole(plan, engine, dispatcher, read, settled)
        for path, fault in dispatcher.files.faults.items():
            if plan.role_of(path).main and is_filled_in(dispatcher.files.text(path)):
                engine.failures.setdefault(path, Failure(path, "config", fault.message, fault.line))
        model = flow_model(plan)
        notes: list[str] = []
        exhausted: set[str] = set()
        if model is not None:
            paths = [task.path for task in share]
            tracer = trace(plan, model, self.entries, paths, engine, dispatcher, read)
            notes = tracer.report() if isinstance(tracer, Watcher) else []
            exhausted = tracer.exhausted
        found = dispatcher.found
        return Outcome(
            found.hits,
            found.facts,
            [failure for path, failure in engine.failures.items() if path not in self.said],
            self.evaluated - self.counted,
            notes,
            exhausted,
        )

    def evaluate(self, share: Sequence[Task], whole: bool, progress: Progress | None) -> None:
        """Evaluate the functions of some files that can matter; what is not evaluated is checked for its syntax."""
        engine, dispatcher, plan = self.engine, self.dispatcher, self.plan
        mine = {task.path for task in share}
        dispatcher.keep(lambda path: path in mine or (whole and path not in self.loaded))
        wanted = wanted_function(self.triggers, dispatcher, self.read) if plan.prefilter else every_function
        for number, task in enumerate(share):
            module = engine.index.modules.get(task.path)
            if module is not None and task.evaluated:
                engine.analyse(module, wanted)
                dispatcher.settle()
            elif task.path not in plan.sources and (module is None or not module.state):
                failure = check_syntax(task.path, self.read(task.path), plan.config.parser)
                if failure is not None:
                    engine.failures[task.path] = failure
            if progress is not None:
                progress((len(share) + number + 1) // 2, len(share))


def every_function(function: Function) -> bool:
    """Without the prefilter every function is evaluated."""
    return True


def unpacks(function: Function) -> bool:
    """Whether a function may pass any keyword, by `**`."""
    return function.text.count("**") > (function.node.args.kwarg is not None)


def wanted_function(triggers: Triggers, dispatcher: Dispatcher, read: Read) -> Callable[[Function], bool]:
    """Whether a function's body can matter: some word of it is one a rule asks for, or a name its module gives
    to such a thing."""
    found: dict[str, tuple[Asked, Trigger]] = {}
    paths = dispatcher.call_paths | dispatcher.use_paths | dispatcher.write_paths

    def asked(module: Module) -> tuple[Asked, Trigger]:
        known = found.get(module.path)
        if known is None:
            named = (
                name.encode()
                for name, value in module.env.items()
                if isinstance(value, Ref) and value.path in paths
            )
            renames = ((old.encode(), new.encode()) for old, new in module.renames)
            words = triggers.asked(module.path, read(module.path)).also(named, renames)
            known = found[module.path] = (words, triggers.of(module.path))
        return known

    def wanted(function: Function) -> bool:
        function = function.outermost  # a nested function sees the names of those around it
        held = body_words(function)
        words, trigger = asked(function.module)
        return words.within(held, lambda: unpacks(function)) or trigger.names_within(function, held)

    return wanted
