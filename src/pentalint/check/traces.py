"""Data flow of one process's share of the files: which functions to begin in, and what the tracer finds there."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping, Sequence

from pentalint.check.plan import Plan, groups_of, used
from pentalint.evaluate.flow_model import FlowModel
from pentalint.evaluate.knowledge import Knowledge
from pentalint.evaluate.modules import Module
from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.taint import taints_of
from pentalint.evaluate.tracing import Tracer
from pentalint.evaluate.values import Class, Function
from pentalint.match.compile import function_test
from pentalint.match.dispatch import Dispatcher
from pentalint.match.flows import FlowPattern, compile_model
from pentalint.match.patterns import Compiler
from pentalint.project.imports import identifiers, words


class Silence:
    """A listener that asks for nothing: the tracer reports flows by itself."""

    call_paths: frozenset[str] = frozenset()
    write_paths: frozenset[str] = frozenset()
    use_paths: frozenset[str] = frozenset()

    def __init__(self, known_paths: frozenset[str]) -> None:
        self.known_paths = known_paths
        self.roots = frozenset(path.partition(".")[0] for path in known_paths)

    def knows(self, root: str) -> bool:
        return root in self.roots

    def called(self, event: object) -> None: ...
    def wrote(self, event: object) -> None: ...
    def used(self, event: object) -> None: ...
    def defined(self, event: object) -> None: ...
    def declared(self, event: object) -> None: ...
    def finished(self, event: object) -> None: ...


class SourceWords:
    """The words without which no source is named: the last of its path, with one of those by which the object
    before it goes."""

    def __init__(self, model: FlowModel, knowledge: Knowledge) -> None:
        names: dict[str, set[bytes]] = {}
        for alias, target in knowledge.aliases.items():
            names.setdefault(target, set()).add(last(alias))
        for parameter in knowledge.parameters:
            names.setdefault(parameter.type, set()).add(parameter.name.encode())
        self.needed: dict[bytes, set[bytes] | None] = {}
        for path in model.sources:
            base, _, member = path.rpartition(".")
            word = last(member)
            carriers: set[bytes] | None = {last(base), *names.get(base, ())} if base else None
            if base.endswith("()") and last(base)[:1].isupper():
                assert carriers is not None
                carriers |= {b"self", b"cls"}  # an instance of a subclass
                carriers |= {last(child) for child, bases in knowledge.inherits.items() if base[:-2] in bases}
            elif base.endswith("()"):
                carriers = None  # what a call returned may go by any name
            before = self.needed.get(word, set())
            self.needed[word] = None if carriers is None or before is None else before | carriers

    def named(self, held: frozenset[bytes] | set[bytes]) -> bool:
        """Whether code with these words may name a source."""
        return any(
            self.needed[word] is None or not held.isdisjoint(self.needed[word] or ())
            for word in self.needed.keys() & held
        )


def last(path: str) -> bytes:
    """The last word of a path."""
    return path.replace("()", "").replace("[]", "").rpartition(".")[2].partition("[")[0].encode()


def flow_model(plan: Plan) -> FlowModel | None:
    """The data flow facts of the packs in use; None when no selected rule is about data flow."""
    patterns = [one.pattern for one in plan.compiled if isinstance(one.pattern, FlowPattern)]
    if not patterns:
        return None
    packs = used(plan)
    groups = {name: paths for pack in packs for name, paths in groups_of(pack, plan.packs).items()}
    compiler = Compiler(groups, lambda table: function_test(table, compiler))
    return compile_model([pack.flow for pack in packs], compiler, plan.knowledge.aliases, patterns)


def trace(
    plan: Plan,
    model: FlowModel,
    paths: Sequence[str],
    engine: Interpreter,
    dispatcher: Dispatcher,
    read: Callable[[str], bytes],
) -> list[str]:
    """Follow data through the functions of some files, and judge what is found. Returns the files in which a
    budget ran out."""
    silence = Silence(dispatcher.known_paths)
    engine.listener = silence
    tracer = Tracer.continuing(engine, model, silence)
    known = SourceWords(model, plan.knowledge)
    touched: dict[int, tuple[Class, list[Function]]] = {}
    for path in paths:
        module = engine.index.modules.get(path)
        if module is None or not known.named(words(read(path))):
            continue
        for function in begins(module, engine, known):
            tracer.enter(function)
            if function.owner is not None:
                touched.setdefault(id(function.owner), (function.owner, []))[1].append(function)
    again(tracer, touched.values())
    dispatcher.judge_flows(tracer.flows)
    return sorted(tracer.exhausted)


def begins(module: Module, engine: Interpreter, known: SourceWords) -> Iterable[Function]:
    """The functions of a module that may name a source, those defined within others included."""
    engine.load(module)
    place = 0
    while place < len(module.functions):
        function = module.functions[place]
        place += 1
        source = module.source
        if source is None:
            return
        node = function.node
        text = "\n".join(source.lines[node.lineno - 1 : node.end_lineno])
        if not known.named(identifiers(text.encode("utf-8", "replace"))):
            continue
        if function.state == 0 and ("def " in text[4:] or "lambda" in text):
            engine.result(function)  # so that what is defined within is known
        yield function


def again(tracer: Tracer, touched: Iterable[tuple[Class, list[Function]]]) -> None:
    """Where a method has put data on the object that others share, enter the methods that read it."""
    for cls, entered in touched:
        instance = tracer.instances.get(id(cls))
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
