"""The final configuration of each application: the log of operations, replayed in the order the program runs them.

A value that a later loader certainly overrides is not final; one that a loader of unknown content may override stays one of the
possibilities."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pentalint.evaluate.modules import Module
from pentalint.evaluate.values import Class, Dict
from pentalint.match.applications import Application, Key, Record, State, key_of
from pentalint.match.bodies import Place
from pentalint.match.loaders import batches
from pentalint.match.loading import Batch, Surroundings
from pentalint.match.operations import Operation, Operations
from pentalint.match.replays import Replay
from pentalint.match.roots import Home, home_of
from pentalint.match.settings import Setting

ROOTS = 40
"""An application that is made from more places than this is looked at from its factory alone."""


class Configurations:
    """All applications of a project, and what becomes of each setting that some operation writes."""

    def __init__(self, log: Operations) -> None:
        log.close()
        self.log = log
        self.engine = log.interpreter
        self.applications: list[Application] = []
        self.visited: set[Place] = set()
        self.record = Record(registered=registrations(log))
        callers = calling(log)
        for made in log.made:
            for place in starting(made, callers):
                self.applications.append(Replay(log, self.record, self.visited, made, place).run())
        for application in self.applications:
            self.float(application)

    def variant(self, application: Application, chosen: Mapping[Operation, int]) -> Application:
        """The application as it is when operations that load one of several objects load the one at a place."""
        made, place = application.made, application.started
        found = Replay(self.log, self.record, set(), made, place, chosen).run()
        self.float(found, chosen)
        return found

    def float(self, application: Application, chosen: Mapping[Operation, int] | None = None) -> None:
        """What is done to the object at a time that is not known: by handlers, and by functions that others call."""
        made = application.made
        state = State(application, self.log.models[made.framework].present, self.record, chosen)
        for place, operations in self.log.logs.items():
            for operation in operations:
                foreign = operation.app is not None and operation.app is not made.app
                if foreign or (place in self.visited):
                    continue
                if operation.change is not None:
                    state.change(operation.change, operation, certain=False)
                if operation.batches is None and operation.load is None:
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
        dead = self.record.applied.keys() - alive
        done: set[tuple[Key, bool]] = set()
        for framework, setting in self.every():
            key = key_of(setting)
            if (key, setting.deployed) not in done:
                done.add((key, setting.deployed))
                yield framework, setting, key not in dead

    def every(self) -> Iterator[tuple[str, Setting]]:
        """Every setting: those the applications end with first, then what the operations say by themselves."""
        for application in self.applications:
            for final in application.settings.values():
                for setting in final.settings:
                    yield application.made.framework, setting
        only = self.log.made[0] if len(self.log.made) == 1 else None
        for operations in self.log.logs.values():
            for operation in operations:
                if operation.batches is None and operation.load is None:
                    continue
                for batch in self.case(operation, only):
                    self.record.note(batch)
                    for setting in batch.settings:
                        yield operation.framework, setting

    def origins(self) -> Iterator[Class | Module]:
        """The classes and modules that are loaded, and those they are built on."""
        for origin in self.record.origins.values():
            if isinstance(origin, Class):
                yield from (one for one in self.engine.linear(origin) if isinstance(one, Class))
            else:
                yield origin

    def opened(self) -> Iterator[Operation]:
        """The operations that may set anything: as applications perform them, or by themselves when none does."""
        for operations in self.log.logs.values():
            for operation in operations:
                if operation.batches is None and operation.load is None:
                    continue
                found = self.record.performed.get(operation)
                if found is None:
                    found = any(batch.opened or batch.variables for batch in self.case(operation, None))
                if found:
                    yield operation


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
