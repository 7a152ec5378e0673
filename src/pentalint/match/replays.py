"""One run of the program as far as one application is concerned: its operations, in the order of the calls."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import replace

from pentalint.evaluate.events import Frame
from pentalint.evaluate.values import UNKNOWN, Function, Value, join_all, options
from pentalint.match.applications import Application, Record, State
from pentalint.match.bodies import Place, early_returns, short_circuited
from pentalint.match.loaders import batches
from pentalint.match.loading import Batch, Surroundings
from pentalint.match.operations import (
    Operation,
    Operations,
    names_in,
    parameter_names,
)
from pentalint.match.roots import home_of
from pentalint.match.verdicts import Verdicts

DEPTH = 20
"""Calls are followed through this many functions."""

STEPS = 20_000
"""Operations one replay may take; what comes after them is not known."""

Bindings = Mapping[str, Value]
"""The values of parameters."""


class Replay:
    """One run, from `place` on. `visited` gathers the functions it goes through."""

    def __init__(
        self,
        log: Operations,
        record: Record,
        visited: set[Place],
        made: Operation,
        place: Place,
        chosen: Mapping[Operation, int] | None = None,
    ) -> None:
        self.log = log
        self.engine = log.interpreter
        self.visited = visited
        self.made = made
        self.place = place
        self.state = State(Application(made, place), log.models[made.framework].present, record, chosen)
        model = log.models[made.framework]
        self.verdicts = Verdicts(log, model.containers, model.present)
        self.home = home_of(made, self.engine)
        self.started = self.built = False
        self.steps = STEPS

    def run(self) -> Application:
        """The application with its final settings."""
        bindings = self.defaults(self.place, {}) if isinstance(self.place, Function) else {}
        self.walk(self.place, bindings, passed=False, certain=True, trail=())
        return self.state.application

    def walk(
        self, place: Place, bindings: Bindings, *, passed: bool, certain: bool, trail: tuple[Place, ...]
    ) -> None:
        """The operations of one function. `passed`: the application is what its parameters that are one stand for."""
        if place in trail or len(trail) > DEPTH:
            return
        self.visited.add(place)
        returns = early_returns(place)
        seldom = short_circuited(place)
        anchor: Operation | None = None
        trail = (*trail, place)
        for operation in self.log.logs.get(place, ()):
            self.steps -= 1
            if self.steps < 0:
                self.state.application.opened = "the program takes too many steps"
                return
            sure = certain and surely(operation, anchor, returns, seldom)
            if operation.what == "made":
                if operation.app is self.made.app:
                    if not self.built:
                        self.state.clear()
                    self.started, anchor = True, operation
            elif operation.what == "call":
                before = self.started
                if operation.node is self.made.node:  # its constructor runs before the object is there
                    self.state.clear()
                    self.built = True
                self.enter(operation, bindings, passed, sure, trail)
                if self.started and not before:
                    anchor = operation
            elif self.concerns(operation, passed):
                reached = self.verdicts.reached(operation, self.state.application)
                if reached is False:
                    continue
                sure = sure or (reached is True and certain and not operation.loops)
                if operation.change is not None:
                    self.state.change(operation.change, operation, certain=sure)
                else:
                    self.state.apply(self.cases(operation, bindings), operation, certain=sure)

    def concerns(self, operation: Operation, passed: bool) -> bool:
        """Whether an operation is on this application."""
        if operation.app is not None:
            return operation.app is self.made.app
        return passed or (self.started and len(self.log.made) == 1)

    def enter(
        self, operation: Operation, bindings: Bindings, passed: bool, sure: bool, trail: tuple[Place, ...]
    ) -> None:
        """A call of a function that does something to an object."""
        callee = operation.callee
        if callee is None or callee not in self.log.logs:
            return
        if operation.apps:
            passed = any(app is self.made.app or (app is None and passed) for app in operation.apps)
        elif self.log.owns(callee.owner):
            passed = True
        self.walk(
            callee,
            self.bound(operation, bindings),
            passed=passed,
            certain=sure or not self.started,
            trail=trail,
        )

    # -- parameters ----------------------------------------------------------------------------------------------------

    def bound(self, operation: Operation, bindings: Bindings) -> Bindings:
        """The parameters of a function as one call gives them."""
        callee, arguments = operation.callee, operation.arguments
        assert callee is not None and arguments is not None
        names = parameter_names(callee)
        if (
            callee.owner is not None
            and names
            and not any("builtins.staticmethod" in decorator.paths for decorator in callee.decorators)
        ):
            names = names[1:]
        found: dict[str, Value] = {}
        for place, name in enumerate(names):
            value = arguments.get(f"{place}={name}")
            if value is None:
                continue
            value = self.engine.force(value)
            node = arguments.node(f"{place}={name}")
            if isinstance(node, ast.keyword):
                node = node.value
            if isinstance(node, ast.Name) and node.id in bindings and value is UNKNOWN:
                value = bindings[node.id]
            found[name] = value
        return self.defaults(callee, found)

    def defaults(self, function: Function, given: dict[str, Value]) -> Bindings:
        """What parameters are that a call leaves out; of a function that nobody calls, what they may be."""
        arguments = function.node.args
        plain = [*arguments.posonlyargs, *arguments.args]
        pairs = [
            *zip(reversed(plain), reversed(arguments.defaults)),
            *((one, default) for one, default in zip(arguments.kwonlyargs, arguments.kw_defaults) if default),
        ]
        frame = function.closure or Frame(function.module, function.module.env)
        for parameter, default in pairs:
            if parameter.arg not in given:
                given[parameter.arg] = self.engine.force(self.again(default, frame))
        return given

    def again(self, node: ast.expr, frame: Frame) -> Value:
        """An expression evaluated once more, and nobody told."""
        with Quietly(self.log):
            return self.engine.eval(node, frame)

    def cases(self, operation: Operation, bindings: Bindings) -> list[Batch]:
        """What an operation sets, given the parameters."""
        around = Surroundings(self.log.files, self.home.root, self.home.instance, self.home.relative)
        engine, load = self.engine, operation.load
        if load is None:
            return operation.batches or []
        env = rebound(operation, bindings)
        if env is None:
            known = operation.batches
            return known if known is not None else batches(load, around, engine)
        frame = replace(operation.frame, env=env)
        node = operation.node
        if isinstance(node, ast.Call):
            with Quietly(self.log):
                arguments = engine.arguments(node, frame)
                return batches(replace(load, arguments=arguments), around, engine)
        if operation.what == "write" and isinstance(node, ast.Assign) and operation.batches:
            (setting,) = operation.batches[0].settings
            return [Batch((replace(setting, value=engine.force(self.again(node.value, frame))),))]
        return operation.batches or []


class Quietly:
    """While this lasts, nobody hears of what is evaluated."""

    def __init__(self, log: Operations) -> None:
        self.engine = log.interpreter

    def __enter__(self) -> None:
        self.listener, self.invoked = self.engine.listener, self.engine.invoked
        self.engine.listener, self.engine.invoked = Deaf(self.listener), None

    def __exit__(self, *_: object) -> None:
        self.engine.listener, self.engine.invoked = self.listener, self.invoked


class Deaf:
    """A listener that hears nothing. Modules that are evaluated for the first time meanwhile hold no operations that matter:
    every file that may is evaluated before."""

    def __init__(self, listener: object) -> None:
        self.call_paths: frozenset[str] = listener.call_paths  # type: ignore[attr-defined]
        self.write_paths: frozenset[str] = listener.write_paths  # type: ignore[attr-defined]
        self.use_paths: frozenset[str] = listener.use_paths  # type: ignore[attr-defined]
        self.known_paths: frozenset[str] = listener.known_paths  # type: ignore[attr-defined]
        self.knows = listener.knows  # type: ignore[attr-defined]

    def called(self, event: object) -> None: ...
    def wrote(self, event: object) -> None: ...
    def used(self, event: object) -> None: ...
    def defined(self, event: object) -> None: ...
    def declared(self, event: object) -> None: ...
    def finished(self, event: object) -> None: ...


def surely(
    operation: Operation, anchor: Operation | None, returns: list[int], seldom: frozenset[int]
) -> bool:
    """Whether an operation is certainly reached: once the application is made (`anchor`), or from the beginning."""
    line = getattr(operation.node, "lineno", 0)
    since = getattr(anchor.node, "lineno", 0) if anchor is not None else 0
    if id(operation.node) in seldom or any(since < at < line for at in returns):
        return False
    if anchor is None:
        return not operation.branches and not operation.loops
    return (
        operation.branches <= anchor.branches
        and operation.way == anchor.way[: len(operation.way)]
        and operation.loops <= anchor.loops
    )


def rebound(operation: Operation, bindings: Bindings) -> dict[str, Value] | None:
    """The names of an operation's frame with what its parameters are; None when that says nothing new."""
    node = operation.node
    env: dict[str, Value] | None = None
    for name in names_in(node) & bindings.keys():
        held = operation.frame.env.get(name, UNKNOWN)
        if UNKNOWN in options(held):
            env = dict(operation.frame.env) if env is None else env
            env[name] = join_all(bindings[name] if option is UNKNOWN else option for option in options(held))
    return env
