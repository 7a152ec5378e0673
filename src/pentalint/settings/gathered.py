"""Settings that are written where the application is made: items and attributes of a configuration object, loaders,
attributes of classes. Each function or module that writes some is one application."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from pentalint.evaluate.events import Call, ClassDefined, Frame, Write
from pentalint.evaluate.knowledge import Knowledge
from pentalint.evaluate.modules import Module
from pentalint.evaluate.values import (
    REST,
    UNKNOWN,
    Class,
    Const,
    Dict,
    Function,
    Package,
    Value,
    join,
    options,
)
from pentalint.match.deployment import is_deployed
from pentalint.match.settings import Setting, class_attribute_settings, dotted, loaded
from pentalint.model import File
from pentalint.project.imports import words
from pentalint.rule import SettingsModel
from pentalint.settings.final import World, class_world, final_settings, judge, masked, module_world
from pentalint.settings.interpreter import SettingsInterpreter
from pentalint.settings.model import Deployment, FinalSetting, Variable
from pentalint.settings.quiet import Quiet
from pentalint.settings.rendering import render

SHORT = 20
"""Functions of so many lines are followed with their arguments whatever they are about; longer ones when they name something
that writes settings."""

CALLS = 1000
"""Calls of the project's functions that are followed for one framework."""


@dataclass(frozen=True, slots=True)
class Written:
    """One write of a setting: its value, where, and the variables it depends on."""

    section: str
    name: str
    value: Value
    module: Module
    node: ast.AST
    frame: Frame
    variables: tuple[Variable, ...]
    blame: str


@dataclass(slots=True)
class Application:
    """What one evaluation of a function or module configures, in order: objects that are loaded, and single writes."""

    module: Module
    qualname: str
    frame: Frame
    steps: list[Written | Value] = field(default_factory=list)


class Gatherer(Quiet):
    """Hears of everything that the settings model of a framework names."""

    def __init__(self, knowledge: Knowledge, model: SettingsModel) -> None:
        super().__init__(knowledge)
        self.model = model
        self.containers = {f"{path}[]" for path in model.containers}
        self.call_paths = frozenset(model.loaders)
        self.write_paths = frozenset(model.attributes) | frozenset(self.containers)
        self.known_paths |= self.call_paths | self.write_paths
        self.roots |= frozenset(path.partition(".")[0] for path in self.known_paths)
        self.applications: dict[tuple[str, str], dict[int, Application]] = {}
        self.engine: SettingsInterpreter | None = None

    def knows(self, root: str) -> bool:
        return root in self.roots

    def application(self, frame: Frame) -> Application:
        key = (frame.module.path, frame.qualname)
        found = self.applications.setdefault(key, {})
        return found.setdefault(id(frame), Application(frame.module, frame.qualname, frame))

    def write(
        self, section: str, name: str, value: Value, node: ast.AST, frame: Frame, module: Module
    ) -> None:
        """Keep a write."""
        engine = self.engine
        assert engine is not None
        reads, blame = engine.entries.get(getattr(node, "value", node), (engine.reads, engine.blame))
        variables = tuple(reads.values())
        found = Written(section, name, engine.force(value), module, node, frame, variables, blame)
        self.application(frame).steps.append(found)

    def wrote(self, event: Write) -> None:
        name = event.key if event.path in self.containers else self.model.attributes.get(event.path, "")
        if name:
            self.write("", name, event.value, event.node, event.frame, event.frame.module)

    def changed(self, path: str, name: str, node: ast.AST, frame: Frame) -> None:
        """A setting that holds a container is changed in place: nobody knows what it holds then."""
        if path in self.containers and self.engine is not None:
            self.engine.blame = f"it is changed in place ({self.engine.place(node, frame)})"
            self.write("", name, UNKNOWN, node, frame, frame.module)

    def called(self, event: Call) -> None:
        mode = self.model.loaders[event.path]
        engine = self.engine
        assert engine is not None
        if mode.startswith("object:"):
            given = event.arguments.get(mode.partition(":")[2])
            if given is not None:
                self.application(event.frame).steps.append(engine.force(given))
            return
        key = mode.partition(":")[2]
        source = event.arguments.get(key) if key else None
        uncertain = source is not None and any(
            isinstance(option, Dict) and REST in option.entries for option in options(engine.force(source))
        )
        frame = event.frame
        found: dict[tuple[str, str], Setting] = {}
        for one in loaded(mode, event.arguments, event.node, frame.module, frame.qualname, engine):
            if isinstance(one.value, Dict) and not one.section:
                continue
            before = found.get((one.section, one.name))
            one.value = one.value if before is None else join(before.value, one.value)
            found[(one.section, one.name)] = one
        for one in found.values():
            value = join(one.value, UNKNOWN) if uncertain else one.value
            self.write(one.section, one.name, value, one.node, frame, one.module)

    def declared(self, event: ClassDefined) -> None:
        engine = self.engine
        assert engine is not None
        frame = Frame(event.frame.module, event.cls.members, event.frame.function, event.cls)
        for one in class_attribute_settings(event.cls, self.model.class_attributes, engine):
            self.write("", one.name, one.value, one.node, frame, one.module)


def gather(
    framework: str,
    files: Iterable[File],
    read: Callable[[str], bytes],
    engine: SettingsInterpreter,
    listener: Gatherer,
) -> list[Deployment]:
    """The deployments that an application's code makes."""
    listener.engine = engine
    engine.fine = True
    wanted = model_words(listener.model)
    names = names_one_of(wanted)
    engine.most = CALLS
    engine.follows = lambda function: length(function) <= SHORT or names(function)
    for file in files:
        module = engine.index.modules.get(file.path)
        if module is not None and not wanted.isdisjoint(words(read(file.path))):
            engine.analyse(module, names)
    found: list[Deployment] = []
    for evaluations in listener.applications.values():
        called = [one for one in evaluations.values() if id(one.frame) in engine.called_frames]
        made = [variants(framework, one, engine) for one in called or evaluations.values()]
        found.extend(sorted(made, key=worth)[-1])
    return found


def worth(found: list[Deployment]) -> tuple[int, int]:
    """How good an evaluation of a function is, of several with other arguments: by how many settings it knows, and how few
    it does not."""
    states = [one.state for deployment in found for one in deployment.settings]
    return len(states) - states.count("unknown"), -states.count("unknown")


def model_words(model: SettingsModel) -> set[bytes]:
    """Words of which one stands in every file that writes settings."""
    paths = [*model.containers, *model.attributes, *model.loaders]
    last = [re.findall(r"\w+", path)[-1] for path in paths]
    return {word.encode() for word in (*last, *model.class_attributes)}


def length(function: Function) -> int:
    """The lines of a function."""
    return (function.node.end_lineno or function.node.lineno) - function.node.lineno + 1


def names_one_of(wanted: set[bytes]) -> Callable[[Function], bool]:
    """Whether the text of a function has one of some words."""

    def test(function: Function) -> bool:
        source = function.module.source
        if source is None:
            return False
        lines = source.lines[function.node.lineno - 1 : function.node.end_lineno]
        return not wanted.isdisjoint(words("\n".join(lines).encode("utf-8", "replace")))

    return test


def variants(framework: str, application: Application, engine: SettingsInterpreter) -> list[Deployment]:
    """The deployments of an application: one for each object that it may load first."""
    made: list[Deployment] = []
    choices: list[Value | None] = [None]
    for step in application.steps:
        if not isinstance(step, Written):
            choices = [engine.force(option) for option in options(step)]
            break
    module = application.module
    base = f"{module.name}.{application.qualname}" if application.qualname else module.name
    for choice in choices:
        settings: dict[tuple[str, str], FinalSetting] = {}
        notes: list[str] = []
        label = ""
        deployed = is_deployed(module.path)
        for step in application.steps:
            if isinstance(step, Written):
                add(settings, step, engine)
                continue
            loads = [engine.force(option) for option in options(step)]
            picked = next((one for one in loads if one is choice), loads[0] if len(loads) == 1 else None)
            world = None if picked is None else loaded_world(picked, engine, module)
            if world is None:
                notes.append("it loads an object that is not known")
                continue
            label, fits, names = world
            deployed = deployed and fits
            for one in final_settings(names, None):
                settings[("", one.name)] = one
        if settings:
            ordered = tuple(settings[key] for key in sorted(settings))
            name = f"{base} with {label}" if label else base
            why = "it configures the application" if deployed else "its name is one of development or tests"
            made.append(
                Deployment(framework, name, module.path, deployed, why, ordered, tuple(dict.fromkeys(notes)))
            )
    return made


def loaded_world(
    value: Value, engine: SettingsInterpreter, importer: Module
) -> tuple[str, bool, World] | None:
    """The label, whether it may be deployed, and the names of an object that is loaded."""
    if isinstance(value, Const) and isinstance(value.value, str):
        value = dotted(value.value, engine, importer)
    if isinstance(value, Class):
        fits = is_deployed(value.module.path, value.name)
        return f"{value.module.name}.{value.qualname}", fits, class_world(engine, value)
    if isinstance(value, Package):
        path = value.module.path
        return value.module.name, is_deployed(path), module_world(engine, path)
    return None


def add(settings: dict[tuple[str, str], FinalSetting], step: Written, engine: SettingsInterpreter) -> None:
    """A write on top of what holds so far."""
    before = settings.get((step.section, step.name))
    shown = render(step.value, step.name, engine.force)
    variables = tuple(masked(one, step.name) for one in step.variables)
    state, reason = judge(shown, step.blame, variables, step.value)
    told = engine.contribution(step.name, step.node, Frame(step.module, {}, tests=step.frame.tests), "set")
    settings[(step.section, step.name)] = FinalSetting(
        step.name,
        state,
        shown.text,
        tuple(dict.fromkeys((*(before.contributions if before is not None else ()), told))),
        step.section,
        shown.value,
        environment=variables,
        reason=reason,
    )
