"""Data flow of one process's share of the files: which functions to begin in, and what the tracer finds there."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from pentalint.check.entry_files import evaluate_files
from pentalint.check.plan import Plan, groups_of, used
from pentalint.check.renderings import judge_renderings
from pentalint.check.source_words import SourceWords
from pentalint.check.triggers import Triggers
from pentalint.check.writers import writers
from pentalint.evaluate.characters import safe_kinds
from pentalint.evaluate.events import Frame, Silent
from pentalint.evaluate.flow_model import FlowModel
from pentalint.evaluate.modules import Module
from pentalint.evaluate.registries import decorators_of, fill_registries
from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.taint import EVERY, common, taints_of
from pentalint.evaluate.tracer_functions import CALLS
from pentalint.evaluate.tracing import Tracer
from pentalint.evaluate.values import Class, Function
from pentalint.evaluate.watching import Watcher
from pentalint.match.compile import function_test
from pentalint.match.dispatch import Dispatcher
from pentalint.match.entries import Entries, Entry
from pentalint.match.entry_tables import compile_entries
from pentalint.match.flows import FlowPattern, compile_model
from pentalint.match.patterns import Compiler
from pentalint.project.imports import body_words, words

FEW = 30
"""Calls that are followed from where only a secret is named: it is seldom logged far from there."""

SUBCLASSES = 3
"""A method that many classes inherit is entered for this many of them: what differs is seldom the data."""


class Silence(Silent):
    """A listener that asks for nothing: the tracer reports flows by itself."""

    call_paths: frozenset[str] = frozenset()

    def __init__(self, known_paths: frozenset[str]) -> None:
        self.known_paths = known_paths
        self.roots = frozenset(path.partition(".")[0] for path in known_paths)

    def knows(self, root: str) -> bool:
        return root in self.roots


def flow_model(plan: Plan) -> FlowModel | None:
    """The data flow facts of the packs in use; None when no selected rule is about data flow."""
    patterns = [one.pattern for one in plan.compiled if isinstance(one.pattern, FlowPattern)]
    if not patterns:
        return None
    packs = used(plan)
    groups = {name: paths for pack in packs for name, paths in groups_of(pack, plan.packs).items()}
    compiler = Compiler(groups, lambda table: function_test(table, compiler))
    return compile_model([pack.flow for pack in packs], compiler, plan.knowledge.aliases, patterns)


def collector_of(plan: Plan) -> Entries | None:
    """What gathers entry points; None when no selected rule is about data flow."""
    if not any(isinstance(one.pattern, FlowPattern) for one in plan.compiled):
        return None
    return Entries(compile_entries(used(plan)), plan.knowledge)


def trace(
    plan: Plan,
    model: FlowModel,
    entries: Sequence[Entry],
    paths: Sequence[str],
    engine: Interpreter,
    dispatcher: Dispatcher,
    read: Callable[[str], bytes],
) -> Tracer:
    """Follow data through the functions of some files, and judge what is found. Returns the tracer, which knows in
    which files a budget ran out. `entries` are those of the whole project."""
    silence = Silence(dispatcher.known_paths)
    engine.report_to(silence)
    share = frozenset(paths)
    fill_registries(engine)
    tracer = make_tracer(plan, engine, model, silence)
    known = SourceWords(model, plan.knowledge)
    named: dict[Function, tuple[int, bool]] = {}

    def names(function: Function) -> bool:
        """`may_name`, asked once per function (five times otherwise), and again when its module has renamed more."""
        renames = len(function.module.renames)
        found = named.get(function)
        if found is None or found[0] != renames:
            found = named[function] = renames, may_name(function, engine, known)
        return found[1]

    tracer.names_source = names
    tracer.segments = segments(entries)
    givers = giving(plan, engine, entries, known, names, read)

    def asks(entry: Entry) -> bool:
        """Whether data may enter where a framework calls a function."""
        return bool(
            entry.tainted
            or names(entry.function)
            or any(names(one) for _, one in decorators_of(entry.function, engine))
            or not givers.isdisjoint(body_words(entry.function))
            or (entry.types and not known.by_word.keys().isdisjoint(body_words(entry.function)))
        )

    enter_hooks(tracer, entries)
    done = enter_writers(
        tracer, few(filter(asks, writers(entries, engine.index.modules.values(), model.shared))), share
    )
    shared = frozenset(path.rpartition(".")[2].encode() for path in tracer.shared)
    entered: set[int] = set()
    touched: dict[int, tuple[Class, list[Function]]] = {}
    mine = [entry for entry in entries if entry.function.module.path in share]
    for entry in few(
        entry for entry in mine if asks(entry) or not shared.isdisjoint(body_words(entry.function))
    ):
        function = entry.function
        entered.add(id(function))
        if id(entry) not in done:
            enter(tracer, entry)
        owner = entry.cls or function.owner
        if owner is not None:
            touched.setdefault(id(owner), (owner, []))[1].append(function)
    for path in paths:
        module = engine.index.modules.get(path)
        if module is None or (plan.prefilter and not known.named(words(read(path)))):
            continue
        for function in begins(module, engine, names if plan.prefilter else None):
            if id(function) not in entered:
                tracer.enter(function, calls=CALLS if names_path(function, engine, known) else FEW)
                if function.owner is not None:
                    touched.setdefault(id(function.owner), (function.owner, []))[1].append(function)
    again(tracer, touched.values())
    if isinstance(tracer, Watcher):
        watch(tracer, engine)
    dispatcher.judge_flows(tracer.flows)
    judge_renderings(plan, tracer.renderings, dispatcher, read)
    return tracer


def enter(tracer: Tracer, entry: Entry) -> None:
    """Enter a function as the framework calls it."""
    safe = {name: safe_kinds(regex, True) for name, regex in entry.patterns.items()}
    if entry.route is None:  # under the same name the patterns that are known take the same
        safe = {name: tracer.segments.get(name, frozenset()) for name in entry.tainted}
    returns = "" if entry.returns == "html" and entry.framework in tracer.quieted else entry.returns
    tracer.enter(entry.function, entry.tainted, entry.types, returns, entry.cls, safe)


TYPE = re.compile("content.?type", re.IGNORECASE)
"""What a function speaks of that sets the content type of a response."""


def enter_hooks(tracer: Tracer, entries: Iterable[Entry]) -> None:
    """Enter first what may say that all responses are no HTML. What is found on the way is found again."""
    for entry in entries:
        if entry.route is None and entry.returns != "html" and TYPE.search(entry.function.text):
            flows, renderings = len(tracer.flows), len(tracer.renderings)
            tracer.hook = entry.framework
            enter(tracer, entry)
            tracer.hook = ""
            del tracer.flows[flows:], tracer.renderings[renderings:]


def few(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Of the entry points that one method is for many classes, some."""
    times: Counter[int] = Counter()
    for entry in entries:
        times[id(entry.function)] += 1
        if times[id(entry.function)] <= SUBCLASSES:
            yield entry


def enter_writers(tracer: Tracer, entries: Iterable[Entry], share: frozenset[str]) -> set[int]:
    """Enter first what puts attributes on the objects that all who answer one request share. Every process does so for the whole
    project, and leaves what it finds on the way in files of others to them. Returns the identities of those that need not be
    entered again: as long as no data was put there, all."""
    done: set[int] = set()
    tracer.sharing = True
    for entry in entries:
        flows, renderings = len(tracer.flows), len(tracer.renderings)
        enter(tracer, entry)
        done.add(id(entry))
        if entry.function.module.path not in share:
            del tracer.flows[flows:], tracer.renderings[renderings:]
    tracer.sharing = False
    return set() if tracer.shared else done


def segments(entries: Iterable[Entry]) -> dict[object, frozenset[str]]:
    """Name of a parameter of URL patterns -> the kinds of sink that its values are safe for, whichever pattern took them."""
    found: dict[object, frozenset[str]] = {}
    for entry in entries:
        for one in entry.segments:
            kinds = EVERY if one.clean else safe_kinds(one.regex, True) if one.regex else frozenset()
            known = found.get(one.name)
            found[one.name] = kinds if known is None else common([known, kinds])
    return {name: kinds for name, kinds in found.items() if kinds}


def make_tracer(plan: Plan, engine: Interpreter, model: FlowModel, listener: Silence) -> Tracer:
    """The tracer of a run: one that watches a line when it was asked for."""
    if plan.watched is None:
        return Tracer.continuing(engine, model, listener)
    tracer = Watcher.continuing(engine, model, listener)
    assert isinstance(tracer, Watcher)
    tracer.path, tracer.line = plan.watched
    tracer.seen, tracer.ends = {}, {}
    return tracer


def watch(tracer: Watcher, engine: Interpreter) -> None:
    """What stands on a line that nothing has led to: its module's body, and every function of it."""
    module = engine.index.modules.get(tracer.path)
    if module is None or tracer.seen:
        return
    engine.load(module)
    if module.source is None:
        return
    tracer.run_body(module.source.tree.body, Frame(module, dict(module.env)))
    for function in list(module.functions) if not tracer.seen else ():
        tracer.enter(function)


def giving(
    plan: Plan,
    engine: Interpreter,
    entries: Sequence[Entry],
    known: SourceWords,
    names: Callable[[Function], bool],
    read: Callable[[str], bytes],
) -> frozenset[bytes]:
    """The names of project functions that may name a source and are not called by a framework: a handler that calls
    one gets data from it."""
    called = {id(entry.function) for entry in entries}
    found: set[bytes] = set()
    for path, module in engine.index.modules.items():
        if plan.aware(path) and path.endswith((".py", ".pyw")) and known.named(words(read(path))):
            for function in begins(module, engine, names):
                if id(function) not in called and not function.name.startswith(("__", "<")):
                    found.add(function.name.encode())
    return frozenset(found)


def gather(
    plan: Plan,
    engine: Interpreter,
    dispatcher: Dispatcher,
    read: Callable[[str], bytes],
    triggers: Triggers | None = None,
) -> list[Entry]:
    """The functions that the frameworks call, of the whole project: a handler may be registered in one file and
    defined in another. What is evaluated for it is told to the rules as well. `triggers`: see `evaluate_files`."""
    collector = dispatcher.collector
    if collector is None:
        return []
    evaluate_files(plan, engine, collector, read, triggers)
    return collector.entries(engine)


def begins(
    module: Module, engine: Interpreter, names: Callable[[Function], bool] | None
) -> Iterable[Function]:
    """The functions of a module that may name a source, those defined within others included; without a test to go
    by, all of them."""
    engine.load(module)
    place = 0
    while place < len(module.functions):
        function = module.functions[place]
        place += 1
        if names is None or names(function):
            if function.state == 0 and defines(function):
                engine.result(function)  # so that what is defined within is known
            yield function


DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


def defines(function: Function) -> bool:
    """Whether a function holds definitions. One whose text has none of the words need not be walked over."""
    text = function.text
    if "lambda" not in text and "class" not in text and text.count("def") < 2:
        return False
    return any(isinstance(node, DEFINITIONS) for node in ast.walk(function.node) if node is not function.node)


def may_name(function: Function, engine: Interpreter, known: SourceWords) -> bool:
    """Whether a function may name a source."""
    ancestors = engine.ancestors(function.owner) if function.owner is not None else frozenset()
    if typed(function, engine, known):
        return True
    names = body_words(function)
    if function.module.renames:
        held = frozenset(names)
        return known.named(
            held.union([old.encode() for old, new in function.module.renames if new.encode() in held]),
            ancestors,
        )
    return known.named(names, ancestors)


def names_path(function: Function, engine: Interpreter, known: SourceWords) -> bool:
    """Whether a function may name more than a secret by its name."""
    ancestors = engine.ancestors(function.owner) if function.owner is not None else frozenset()
    return typed(function, engine, known) or known.paths(body_words(function), ancestors)


def typed(function: Function, engine: Interpreter, known: SourceWords) -> bool:
    """Whether decorators or the class give a parameter a type, so that it may be read from under any name."""
    if not any(path in known.typing_decorators for one in function.decorators for path in one.paths) and (
        function.owner is None or known.typing_classes.isdisjoint(engine.ancestors(function.owner))
    ):
        return False
    arguments = function.node.args
    names = [one.arg for one in (*arguments.posonlyargs, *arguments.args)]
    if arguments.kwarg is not None:
        names.append(arguments.kwarg.arg)
    return bool(engine.typed_parameters(function, names, function.owner is not None))


def again(tracer: Tracer, touched: Iterable[tuple[Class, list[Function]]]) -> None:
    """Where a method has put data on the object that others share, enter the methods that read it."""
    for cls, _ in touched:
        instance = tracer.instances.get(cls)
        if instance is None:
            continue
        tainted = {name for name, value in instance.attributes.items() if taints_of(value)}
        if not tainted:
            continue
        for member in list(cls.members.values()):
            if isinstance(member, Function) and reads(member, tainted):
                tracer.enter(member)


def reads(function: Function, names: Mapping[str, object] | set[str]) -> bool:
    """Whether a function reads an attribute of one of these names."""
    return any(
        isinstance(node, ast.Attribute) and node.attr in names and isinstance(node.ctx, ast.Load)
        for node in ast.walk(function.node)
    )
