"""What happens to configuration objects, in the order of each function: what is made, loaded, written and called."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import replace

from pentalint.dataclass import dataclass
from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.events import Call, Frame, Write
from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.values import Class, Const, Function, Instance, Ref, Unknown, Value, options
from pentalint.match.bodies import Place
from pentalint.match.changes import (
    Change,
    changing_call,
    changing_calls,
    changing_write,
    changing_writes,
)
from pentalint.match.loaders import batches
from pentalint.match.loading import Batch, Load, Surroundings
from pentalint.match.project_files import ProjectFiles
from pentalint.match.settings import Setting
from pentalint.rule import SettingsModel

FILES = frozenset({"pyfile", "file", "json", "prefixed-env", "ini"})
"""Loaders whose files are looked up once the application is known."""


@dataclass(slots=True, eq=False)
class Operation:
    """One step. `made` makes an object, `load` and `write` fill one, `open` writes a key that is not known, `change` changes
    what a setting holds in place, `call` calls a function of the project. `app` tells the object, None for one that a parameter
    or a proxy gives. `branches`, `way` and `loops` say what surrounds it, as in `Frame`."""

    what: str
    framework: str
    node: ast.AST
    frame: Frame
    app: object | None = None
    load: Load | None = None
    batches: list[Batch] | None = None
    change: Change | None = None
    callee: Function | None = None
    arguments: Arguments | None = None
    apps: tuple[object | None, ...] = ()
    branches: int = 0
    way: tuple[int, ...] = ()
    loops: bool = False


class Operations:
    """The log, fed by events. `call_paths` and `write_paths` are what it is to hear of."""

    def __init__(self, models: Mapping[str, SettingsModel], files: ProjectFiles) -> None:
        self.models = {name: model for name, model in models.items() if model.object}
        self.files = files
        self.makers = {model.object.removesuffix("()"): name for name, model in self.models.items()}
        self.loaders = {
            path: (name, how) for name, model in self.models.items() for path, how in model.loaders.items()
        }
        self.containers = {
            f"{path}[]": name for name, model in self.models.items() for path in model.containers
        }
        self.attributes = {
            path: (name, setting)
            for name, model in self.models.items()
            for path, setting in model.attributes.items()
        }
        self.objects = frozenset(model.object for model in self.models.values())
        holders = {path: name for name, model in self.models.items() for path in model.containers}
        self.changes = {
            path: (name, holder)
            for holder, name in holders.items()
            for path in (*changing_calls([holder]), *changing_writes([holder]))
        }
        self.call_paths = frozenset(self.makers) | frozenset(self.loaders) | changing_calls(holders)
        self.write_paths = frozenset(self.containers) | frozenset(self.attributes) | changing_writes(holders)
        self.logs: dict[Place, list[Operation]] = {}
        self.made: list[Operation] = []
        self.closed = False
        self.trusting = False
        """Whether files and objects that the project does not have are taken not to be there."""
        self.depends: Callable[[Setting], bool] = lambda setting: False
        """Whether a value is only what the environment leaves it to be."""
        self.engine: Interpreter | None = None

    @property
    def interpreter(self) -> Interpreter:
        """The engine that sends the events."""
        assert self.engine is not None
        return self.engine

    # -- events --------------------------------------------------------------------------------------------------------

    def called(self, event: Call) -> None:
        """An object is made, or a loader called."""
        if self.closed:
            return
        if event.path in self.makers:
            found = self.add("made", self.makers[event.path], event.node, event.frame)
            found.app, found.arguments = event.arguments, event.arguments
            self.made.append(found)
        elif event.path in self.loaders:
            framework, mode = self.loaders[event.path]
            how, _, key = mode.partition(":")
            found = self.add("load", framework, event.node, event.frame, event.receiver)
            found.load = Load(how, key, event.arguments, event.node, found.frame)
            found.arguments = event.arguments
            if names_in(event.node) & parameters(event.frame):
                found.frame.env = dict(event.frame.env)
            if how not in FILES:
                found.batches = batches(found.load, Surroundings(self.files), self.interpreter)
        elif event.path in self.changes:
            framework, holder = self.changes[event.path]
            self.changed(framework, changing_call(event, holder), event)

    def wrote(self, event: Write) -> None:
        """An item or an attribute that stands for one is assigned; `update` and its kind are calls of loaders."""
        if self.closed or event.how != "assign":
            return
        if event.path in self.changes:
            framework, holder = self.changes[event.path]
            self.changed(framework, changing_write(event, holder), event)
            return
        framework, name = self.attributes.get(event.path) or (self.containers[event.path], event.key)
        if not name:
            self.add("open", framework, event.node, event.frame, event.receiver).batches = [
                Batch(opened="a key that is not known is written")
            ]
            return
        found = self.add("write", framework, event.node, event.frame, event.receiver)
        load = Load("update", "", Arguments(), event.node, found.frame)
        value = self.interpreter.force(event.value)
        found.load = load
        found.batches = [Batch((load.setting(name, value, event.frame.module, event.node),))]
        if isinstance(event.node, ast.Assign) and names_in(event.node.value) & parameters(event.frame):
            found.frame.env = dict(event.frame.env)

    def changed(self, framework: str, change: Change | None, event: Call | Write) -> None:
        """What a setting holds is changed in place."""
        if change is not None:
            self.add("change", framework, event.node, event.frame, event.receiver).change = change

    def environment(self, framework: str, node: ast.AST, frame: Frame) -> None:
        """A loop goes through all variables of the environment: in the project's files there are none."""
        place = f"{frame.module.path}:{getattr(node, 'lineno', 0)}"
        found = self.add("load", framework, node, frame)
        found.load = Load("envvar", "", Arguments(), node, found.frame)
        found.batches = [Batch(opened=f"{place} goes through all environment variables")]

    def invoked(self, function: Function, arguments: Arguments, node: ast.AST, frame: Frame) -> None:
        """A function of the project is called."""
        if self.closed:
            return
        found = self.add("call", "", node, frame)
        found.callee, found.arguments = function, arguments
        apps: list[object | None] = []
        for value in arguments.every():
            if type(value) is not Const and type(value) is not Unknown:  # half of all arguments are
                apps.extend(self.identity(option) for option in options(value) if self.is_app(option))
        found.apps = tuple(apps)

    def add(
        self, what: str, framework: str, node: ast.AST, frame: Frame, receiver: Value | None = None
    ) -> Operation:
        """One more step of the function that is being evaluated."""
        kept = frame if what == "call" else replace(frame)
        found = Operation(
            what,
            framework,
            node,
            kept,
            self.identity(receiver),
            branches=frame.branches,
            way=frame.way,
            loops=frame.loops > frame.rounds,
        )
        self.logs.setdefault(frame.function or frame.module, []).append(found)
        return found

    def places(self) -> set[Place]:
        """The functions and modules that make or fill an object, or call what does."""
        callers: dict[Place, list[Place]] = {}
        found: set[Place] = set()
        for place, operations in self.logs.items():
            for operation in operations:
                if operation.callee is not None:
                    callers.setdefault(operation.callee, []).append(place)
                else:
                    found.add(place)
        todo = list(found)
        while todo:
            for caller in callers.get(todo.pop(), ()):
                if caller not in found:
                    found.add(caller)
                    todo.append(caller)
        return found

    def helpers(self) -> set[str]:
        """The names of those functions."""
        return {place.name for place in self.places() if isinstance(place, Function)}

    def close(self) -> None:
        """Nothing more is heard of, and what leads nowhere is forgotten."""
        self.closed = True
        found = self.places()
        self.logs = {
            place: [one for one in operations if one.callee is None or one.callee in found]
            for place, operations in self.logs.items()
            if place in found
        }

    # -- objects -------------------------------------------------------------------------------------------------------

    def is_app(self, value: Value) -> bool:
        """Whether a value is an object whose configuration is followed."""
        if isinstance(value, Ref):
            return value.path in self.objects
        return isinstance(value, Instance) and not self.interpreter.ancestors(value.cls).isdisjoint(
            self.makers
        )

    def owns(self, cls: Class | None) -> bool:
        """Whether instances of a class are such objects."""
        return cls is not None and not self.interpreter.ancestors(cls).isdisjoint(self.makers)

    def identity(self, value: Value | None) -> object | None:
        """What tells the object that a value is, or was reached from, from others: the arguments it was made with."""
        while isinstance(value, Ref):
            if value.path in self.objects:
                return value.arguments
            value = value.base
        return value.arguments if isinstance(value, Instance) else None


def names_in(node: ast.AST) -> frozenset[str]:
    """The names an expression reads."""
    return frozenset(inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name))


def parameters(frame: Frame) -> frozenset[str]:
    """The names of the parameters of the function a frame is of."""
    return frozenset(parameter_names(frame.function)) if frame.function is not None else frozenset()


def parameter_names(function: Function) -> list[str]:
    """The parameters of a function in order, those that are keywords only last."""
    given = function.node.args
    return [one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
