"""What the tracer keeps while it works. See `tracing`."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.events import Frame
from pentalint.evaluate.flow_model import Flow, FlowModel, Sink
from pentalint.evaluate.rendering import Rendering
from pentalint.evaluate.signatures import Signature
from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.taint import Taint
from pentalint.evaluate.values import Class, Function, Instance, Value

if TYPE_CHECKING:
    from pentalint.evaluate.tracer_functions import Applied


class TracerState:
    """The attributes of a tracer. `flows` and `renderings` are what it has found; `origins` the taints that entered, by
    place; `memo` what calls came to, by function and shape of the arguments (None while one is on its way); `running` how
    often each function on its way was begun; `latest` the last outcome of each call expression; `exhausted` the files in which
    a budget ran out; `place` where iteration stands; `unused` the expressions that stand by themselves; `segments` the kinds of
    sink that what the project's URL patterns take under a name is safe for; `shared` what stands under attributes of objects
    that all who answer a request share, and `sharing` whether that may still grow. The rest is remembered so that it is found
    out once; `alive` holds what is known by its id while one entry is followed."""

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
    place: tuple[ast.AST, Frame] | None
    names_source: Callable[[Function], bool]
    unused: set[ast.AST]
    segments: dict[object, frozenset[str]]
    shared: dict[str, Value]
    sharing: bool
    plain: dict[tuple[str, str], str]
    dull: dict[str, str]
    known_paths: dict[int, dict[str, str | None]]
    sink_cache: dict[str, tuple[Sink, ...]]
    naming: dict[Function, bool]
    passing: dict[Function, tuple[str, frozenset[str]]]
    blanks: dict[Class, Instance]
    carrying: dict[Class, bool]
    signatures: dict[ast.AST, Signature]
    omitted: dict[Function, dict[str, Value]]
    basics: dict[Function, dict[str, Value]]
    wrappers: dict[Function, Any]
    bare: set[Function]
    made: dict[int, ast.AST]
    spellings: dict[ast.AST, str]
    harmless: dict[ast.AST, Frame]
    lists: dict[ast.AST, frozenset[str]]
    fields_given: dict[ast.AST, dict[str, str]]
    alive: list[object]
    answering: Frame | None
    instances: dict[Class, Instance]

    def start(self, base: Interpreter, model: FlowModel) -> None:
        """Begin with nothing found."""
        self.base, self.model, self.tracing = base, model, True
        self.flows, self.renderings = [], []
        self.origins, self.memo, self.shapes, self.latest = {}, {}, {}, {}
        self.exhausted, self.passing, self.bare = set(), {}, set()
        self.running = {}
        self.spent = self.calls = self.outward = 0
        self.place = None
        self.names_source = lambda function: True
        self.segments = {}
        self.shared, self.sharing = {}, False
        self.unused = set()
        self.plain, self.dull = {}, {}
        self.known_paths, self.sink_cache, self.naming = {}, {}, {}
        self.blanks, self.carrying, self.basics, self.wrappers, self.instances = {}, {}, {}, {}, {}
        self.omitted, self.made, self.alive, self.answering = {}, {}, [], None
        self.spellings, self.harmless, self.signatures = {}, {}, {}
        self.lists, self.fields_given = {}, {}
