"""The final configuration of each application: the log of operations, replayed in the order the program runs them.

A value that a later loader certainly overrides is not final; one that a loader of unknown content may override stays one of the
possibilities."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from pentalint.evaluate.events import Frame
from pentalint.evaluate.modules import Module
from pentalint.evaluate.values import UNKNOWN, Class, Dict, Function, Value, join_all, options
from pentalint.match.deployment import is_deployed
from pentalint.match.loaders import Batch, Surroundings, applied, batches
from pentalint.match.operations import (
    Operation,
    Operations,
    Place,
    early_returns,
    names_in,
    parameter_names,
    short_circuited,
)
from pentalint.match.roots import Home, home_of
from pentalint.match.settings import Setting

DEPTH = 20
"""Calls are followed through this many functions."""

STEPS = 20_000
"""Operations one replay may take; what comes after them is not known."""

ROOTS = 40
"""An application that is made from more places than this is looked at from its factory alone."""

Key = tuple[str, int, int, str]
"""A setting by the place where it is written."""

Bindings = Mapping[str, Value]


@dataclass(slots=True)
class Final:
    """What a setting may be in the end. `settings` are the possibilities, each where it is written; `opened` says why it
    may be something else, "" when it is one of them; `absent` that it may not be set at all; `variables` are those of the
    environment that may override it."""

    name: str
    settings: list[Setting] = field(default_factory=list)
    opened: str = ""
    absent: bool = False
    variables: tuple[str, ...] = ()

    @property
    def value(self) -> Value:
        """The value, `UNKNOWN` among its alternatives when it may be anything."""
        known = [setting.value for setting in self.settings]
        return join_all([*known, UNKNOWN] if self.opened else known)


@dataclass(slots=True)
class Application:
    """One application (`made`) as a program that begins at `started` makes it: the final settings by name. `opened` says why
    there may be settings that no file shows, `variables` which of the environment may add some."""

    made: Operation
    started: Place
    settings: dict[str, Final] = field(default_factory=dict)
    opened: str = ""
    variables: tuple[str, ...] = ()

    @property
    def deployed(self) -> bool:
        """Whether it may be what production runs."""
        place = self.started
        return is_deployed(place.path if isinstance(place, Module) else place.module.path)


class Configurations:
    """All applications of a project, and what becomes of each setting that some operation writes."""

    def __init__(self, log: Operations) -> None:
        log.close()
        self.log = log
        self.engine = log.interpreter
        self.applications: list[Application] = []
        self.visited: set[Place] = set()
        self.applied: dict[Key, None] = {}
        self.performed: dict[Operation, bool] = {}
        callers = calling(log)
        for made in log.made:
            for place in starting(made, callers):
                self.applications.append(Replay(self, made, place).run())
        for application in self.applications:
            self.float(application)

    def float(self, application: Application) -> None:
        """What is done to the object at a time that is not known: by handlers, and by functions that others call."""
        state, made = State(application, self), application.made
        for place, operations in self.log.logs.items():
            for operation in operations:
                foreign = operation.app is not None and operation.app is not made.app
                if operation.batches is None and operation.load is None:
                    continue
                if foreign or (place in self.visited):
                    continue
                state.apply(self.case(operation, made), operation, certain=False)

    def case(self, operation: Operation, made: Operation | None) -> list[Batch]:
        """What an operation sets."""
        if operation.batches is not None:
            return operation.batches
        assert operation.load is not None
        home = home_of(made, self.engine) if made is not None else Home()
        around = Surroundings(self.log.files, home.root, home.instance, home.relative)
        return batches(operation.load, around, self.engine)

    # -- for rules -----------------------------------------------------------------------------------------------------

    def judged(self) -> Iterator[tuple[str, Setting, bool]]:
        """Framework and setting of every operation, and whether the setting may be a final one."""
        deployed = [one for one in self.applications if one.deployed] or self.applications
        alive = {
            key_of(setting)
            for one in deployed
            for final in one.settings.values()
            for setting in final.settings
        }
        dead = self.applied.keys() - alive
        done: set[Key] = set()
        for framework, setting in self.every():
            key = key_of(setting)
            if key not in done:
                done.add(key)
                yield framework, setting, key not in dead

    def every(self) -> Iterator[tuple[str, Setting]]:
        """Every setting: those the applications end with first, then what the operations say by themselves."""
        for application in self.applications:
            for final in application.settings.values():
                for setting in final.settings:
                    yield application.made.framework, setting
        only = self.log.made[0] if len(self.log.made) == 1 else None
        registered = registrations(self.log)
        for operations in self.log.logs.values():
            for operation in operations:
                if operation.batches is None and operation.load is None:
                    continue
                for batch in self.case(operation, only):
                    named = registered.get(id(batch.origin), ()) if batch.origin is not None else ()
                    meant = not named or any(is_deployed("", name) for name in named)
                    for setting in batch.settings:
                        setting.deployed = setting.deployed and meant
                        yield operation.framework, setting

    def origins(self) -> Iterator[Class | Module]:
        """The classes and modules that are loaded, and those they are built on."""
        for operations in self.log.logs.values():
            for operation in operations:
                for batch in operation.batches or ():
                    if isinstance(batch.origin, Class):
                        yield from (one for one in self.engine.linear(batch.origin) if isinstance(one, Class))
                    elif batch.origin is not None:
                        yield batch.origin

    def opened(self) -> Iterator[Operation]:
        """The operations that may set anything: as applications perform them, or by themselves when none does."""
        for operations in self.log.logs.values():
            for operation in operations:
                if operation.batches is None and operation.load is None:
                    continue
                found = self.performed.get(operation)
                if found is None:
                    found = any(batch.opened or batch.variables for batch in self.case(operation, None))
                if found:
                    yield operation


class State:
    """The settings of one application while operations are applied to it."""

    def __init__(self, application: Application, owner: Configurations) -> None:
        self.application = application
        self.owner = owner
        self.present = owner.log.models[application.made.framework].present

    def clear(self) -> None:
        """The object is new."""
        self.application.settings.clear()
        self.application.opened = ""
        self.application.variables = ()

    def apply(self, cases: list[Batch], operation: Operation, *, certain: bool) -> None:
        """What an operation does, in one of several cases."""
        opened = any(case.opened or case.variables for case in cases)
        self.owner.performed[operation] = opened or self.owner.performed.get(operation, False)
        how = operation.load.how if operation.load is not None else "update"
        settings = self.application.settings
        written = [{one.name: one for one in case.settings if applied(one, how)} for case in cases]
        for name in dict.fromkeys(name for case in written for name in case):
            given = [case[name] for case in written if name in case]
            for setting in given:
                self.owner.applied[key_of(setting)] = None
            before = settings.get(name)
            sure = certain and len(given) == len(cases)
            if how == "default" and (name in self.present or (before is not None and not before.absent)):
                continue
            if sure and (how != "default" or before is None):
                settings[name] = Final(name, given)
            elif before is None:
                settings[name] = Final(
                    name, given, self.application.opened, not sure, self.application.variables
                )
            else:
                kept = [one for one in before.settings if key_of(one) not in {key_of(new) for new in given}]
                settings[name] = Final(
                    name, [*kept, *given], before.opened, before.absent and not sure, before.variables
                )
        for case, known in zip(cases, written):
            if case.opened:
                self.application.opened = self.application.opened or case.opened
                for name, final in settings.items():
                    if name not in known:
                        final.opened = final.opened or case.opened
            if case.variables:
                self.application.variables = merged(self.application.variables, case.variables)
                for final in settings.values():
                    final.variables = merged(final.variables, case.variables)


class Replay:
    """One run of the program as far as one application is concerned, from `place` on."""

    def __init__(self, owner: Configurations, made: Operation, place: Place) -> None:
        self.owner = owner
        self.made = made
        self.place = place
        self.state = State(Application(made, place), owner)
        self.home = home_of(made, owner.engine)
        self.started = False
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
        self.owner.visited.add(place)
        returns = early_returns(place)
        seldom = short_circuited(place)
        anchor: Operation | None = None
        trail = (*trail, place)
        for operation in self.owner.log.logs.get(place, ()):
            self.steps -= 1
            if self.steps < 0:
                self.state.application.opened = "the program takes too many steps"
                return
            sure = certain and surely(operation, anchor, returns, seldom)
            if operation.what == "made":
                if operation.app is self.made.app:
                    self.state.clear()
                    self.started, anchor = True, operation
            elif operation.what == "call":
                before = self.started
                self.enter(operation, bindings, passed, sure, trail)
                if self.started and not before:
                    anchor = operation
            elif self.concerns(operation, passed):
                self.state.apply(self.cases(operation, bindings), operation, certain=sure)

    def concerns(self, operation: Operation, passed: bool) -> bool:
        """Whether an operation is on this application."""
        if operation.app is not None:
            return operation.app is self.made.app
        return passed or (self.started and len(self.owner.log.made) == 1)

    def enter(
        self, operation: Operation, bindings: Bindings, passed: bool, sure: bool, trail: tuple[Place, ...]
    ) -> None:
        """A call of a function that does something to an object."""
        callee = operation.callee
        if callee is None or callee not in self.owner.log.logs:
            return
        if operation.apps:
            passed = any(app is self.made.app or (app is None and passed) for app in operation.apps)
        elif self.owner.log.owns(callee.owner):
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
            value = self.owner.engine.force(value)
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
                given[parameter.arg] = self.owner.engine.force(self.again(default, frame))
        return given

    def again(self, node: ast.expr, frame: Frame) -> Value:
        """An expression evaluated once more, and nobody told."""
        with Quietly(self.owner.log):
            return self.owner.engine.eval(node, frame)

    def cases(self, operation: Operation, bindings: Bindings) -> list[Batch]:
        """What an operation sets, given the parameters."""
        around = Surroundings(self.owner.log.files, self.home.root, self.home.instance, self.home.relative)
        engine, load = self.owner.engine, operation.load
        if load is None:
            return operation.batches or []
        env = rebound(operation, bindings)
        if env is None:
            known = operation.batches
            return known if known is not None else batches(load, around, engine)
        frame = replace(operation.frame, env=env)
        node = operation.node
        if isinstance(node, ast.Call):
            with Quietly(self.owner.log):
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


def merged(before: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    """Names in order, each once."""
    return tuple(dict.fromkeys((*before, *more)))


def key_of(setting: Setting) -> Key:
    """A setting by its place."""
    line, column = getattr(setting.node, "lineno", 0), getattr(setting.node, "col_offset", 0)
    return setting.module.path, line, column, setting.name


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


def calling(log: Operations) -> dict[Place, list[Place]]:
    """The functions by which others are called, and module bodies."""
    found: dict[Place, list[Place]] = {}
    for place, operations in log.logs.items():
        for operation in operations:
            if operation.callee is not None:
                before = found.setdefault(operation.callee, [])
                if place not in before:
                    before.append(place)
    return found


def starting(made: Operation, callers: Mapping[Place, list[Place]]) -> list[Place]:
    """Where a program that makes an application begins, as far as the project shows."""
    first: Place = made.frame.function or made.frame.module
    seen: dict[Place, None] = {first: None}
    todo = [first]
    while todo:
        for caller in callers.get(todo.pop(), ()):
            if caller not in seen:
                seen[caller] = None
                todo.append(caller)
        if len(seen) > ROOTS:
            return [first]
    return [place for place in seen if not callers.get(place)] or [first]


def registrations(log: Operations) -> dict[int, list[str]]:
    """By identity of a class: the keys it is registered under in dictionaries of modules, `{"testing": TestConfig}`."""
    found: dict[int, list[str]] = {}
    engine = log.interpreter
    for module in list(engine.index.modules.values()):
        for value in list(module.env.values()):
            if isinstance(value, Dict):
                for key, item in value.entries.items():
                    item = engine.force(item) if isinstance(key, str) else item
                    if isinstance(item, Class) and isinstance(key, str):
                        found.setdefault(id(item), []).append(key)
    return found
