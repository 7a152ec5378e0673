"""What the tracer keeps while it works. See `tracing`."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.events import Frame
from pentalint.evaluate.flow_model import Cleaner, Flow, FlowModel, Sink, Source
from pentalint.evaluate.rendering import Rendering
from pentalint.evaluate.signatures import Signature
from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.taint import Taint
from pentalint.evaluate.values import Class, Function, Instance, Value

if TYPE_CHECKING:
    from pentalint.evaluate.tracer_functions import Applied
    from pentalint.evaluate.tracer_values import Inherited


class TracerState:
    """The attributes of a tracer. `flows` and `renderings` are what it has found; `origins` the taints that entered, by place;
    `memo` what calls came to, by function and shape of the arguments (None while one is on its way); `running` how often each
    function on its way was begun; `latest` the last outcome of each call expression; `exhausted` the files in which a budget
    ran out; `place` where iteration stands; `outward` how often something was done that no memo repeats; `searching` whether
    the condition of a comprehension is being evaluated; `unused` the expressions that stand by themselves; `segments` the kinds
    of sink that what the project's URL patterns take under a name is safe for; `shared` what stands under attributes of objects
    that all who answer a request share, and `sharing` whether that may still grow; `quieted` the frameworks that a hook of the
    project tells to send no HTML at all, and `hook` the framework whose hook is followed to find that out. The rest is
    remembered so that it is found out once; `alive` holds what is known by its id while one entry is followed."""

    base: Interpreter
    model: FlowModel
    tracing: bool
    flows: list[Flow]
    renderings: list[Rendering]
    origins: dict[tuple[int, str], Taint]
    memo: dict[object, Applied | None]
    shapes: dict[Function, int]
    running: dict[Function, int]
    latest: dict[ast.AST, tuple[Value, Arguments, Applied | None]]
    exhausted: set[str]
    spent: int
    calls: int
    outward: int
    searching: int
    place: tuple[ast.AST, Frame] | None
    names_source: Callable[[Function], bool]
    unused: set[ast.AST]
    segments: dict[object, frozenset[str]]
    shared: dict[str, Value]
    sharing: bool
    dull: dict[str, str]
    results: dict[str, str]
    rests: dict[str, str]
    functions: dict[str, str]
    eventful: set[str]
    lines: dict[str, list[str]]
    others: dict[str, tuple[str, ...]]
    talked: frozenset[str]
    entrances: dict[str, tuple[str, Source] | None]
    washers: dict[str, tuple[Cleaner, ...]]
    members: dict[tuple[str, str], str]
    inherited: dict[tuple[Class, str], Inherited]
    item_sources: dict[str, Source | None]
    named_verdicts: dict[str, tuple[frozenset[str], ...]]
    telling: dict[str, bool]
    named_validators: dict[str, tuple[frozenset[str], ...]]
    generators: dict[ast.AST, bool]
    sink_cache: dict[str, tuple[Sink, ...]]
    naming: dict[Function, bool]
    passing: dict[Function, tuple[str, frozenset[str]]]
    blanks: dict[Class, Instance]
    carrying: dict[Class, bool]
    signatures: dict[ast.AST, Signature]
    omitted: dict[Function, dict[str, Value]]
    plain_defaults: dict[Function, bool]
    basics: dict[Function, dict[str, Value]]
    wrappers: dict[Function, Any]
    bare: set[Function]
    made: dict[int, ast.AST]
    spellings: dict[ast.AST, str]
    harmless: dict[ast.AST, Frame]
    lists: dict[ast.AST, frozenset[str]]
    after_in: dict[ast.AST, frozenset[str] | None]
    fields_given: dict[ast.AST, dict[str, str]]
    alive: list[object]
    answering: Frame | None
    hook: str
    quieted: set[str]
    methods: dict[str, list[Function]] | None
    meanings: dict[str, tuple[Function, ...]]
    instances: dict[Class, Instance]

    def start(self, base: Interpreter, model: FlowModel) -> None:
        """Begin with nothing found."""
        self.base, self.model, self.tracing = base, model, True
        self.flows, self.renderings = [], []
        self.origins, self.memo, self.shapes, self.latest = {}, {}, {}, {}
        self.exhausted, self.passing, self.bare = set(), {}, set()
        self.running = {}
        self.spent = self.calls = self.outward = self.searching = 0
        self.place = None
        self.names_source = lambda function: True
        self.segments = {}
        self.shared, self.sharing = {}, False
        self.unused, self.eventful, self.rests = set(), set(), {}
        self.dull, self.members, self.inherited = {}, {}, {}
        self.entrances, self.washers, self.item_sources, self.results = {}, {}, {}, {}
        self.named_verdicts, self.named_validators, self.generators = {}, {}, {}
        self.telling, self.functions = {}, {}
        self.lines, self.others, self.talked = {}, {}, talked(model)
        self.sink_cache, self.naming = {}, {}
        self.blanks, self.carrying, self.basics, self.wrappers, self.instances = {}, {}, {}, {}, {}
        self.omitted, self.plain_defaults, self.made, self.alive, self.answering = {}, {}, {}, [], None
        self.spellings, self.harmless, self.signatures = {}, {}, {}
        self.lists, self.after_in, self.fields_given = {}, {}, {}
        self.methods, self.meanings = None, {}
        self.hook, self.quieted = "", set()


def talked(model: FlowModel) -> frozenset[str]:
    """The paths of all calls and results that the packs have something to say of."""
    tables: tuple[Iterable[str], ...] = (
        model.sinks,
        model.turns,
        model.dictionaries,
        model.calls,
        model.into,
        model.renderers,
        model.raising,
        model.cleaners,
        model.sources,
        model.lookups,
        model.callbacks,
        model.typing,
    )
    return frozenset(path for table in tables for path in table)
