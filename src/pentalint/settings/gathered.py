"""Settings of frameworks whose configuration is one for the whole process (CherryPy), or is handed over as it is (Pyramid): items,
loaders, files they name, attributes of classes. Each function or module that writes some is one application."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from pentalint.evaluate.events import Call, ClassDefined, Frame, Write
from pentalint.evaluate.knowledge import Knowledge
from pentalint.evaluate.modules import Module
from pentalint.evaluate.values import (
    REST,
    UNKNOWN,
    Const,
    Dict,
    Function,
    Value,
    join,
    options,
)
from pentalint.match.deployment import is_deployed
from pentalint.match.project_files import ProjectFiles
from pentalint.match.settings import Setting, bundled, class_attribute_settings, loaded
from pentalint.model import File
from pentalint.project.imports import body_words, words
from pentalint.rule import SettingsModel
from pentalint.settings.cherrypy_files import file_notes, file_values
from pentalint.settings.final import judge, masked
from pentalint.settings.interpreter import SettingsInterpreter
from pentalint.settings.model import Deployment, FinalSetting, Variable
from pentalint.settings.quiet import Quiet
from pentalint.settings.reading import as_text
from pentalint.settings.rendering import render
from pentalint.settings.secrets import mask_line

SHORT = 20
"""Functions of so many lines are followed with their arguments whatever they are about; longer ones when they name something
that writes settings."""

FILE_LOADERS = frozenset({"mapping", "sections", "paths", "merged"})
"""Ways of loading that take the name of a file as well."""

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
    """What one evaluation of a function or module configures, in order."""

    module: Module
    qualname: str
    frame: Frame
    steps: list[Written] = field(default_factory=list)
    notes: dict[str, None] = field(default_factory=dict)


class Gatherer(Quiet):
    """Hears of everything that the settings model of a framework names. `files` are those that code may name."""

    def __init__(self, knowledge: Knowledge, model: SettingsModel, files: ProjectFiles) -> None:
        super().__init__(knowledge)
        self.model = model
        self.files = files
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
        reads, blame = engine.entered(node) or (engine.reads, engine.blame)
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
        key = mode.partition(":")[2]
        source = event.arguments.get(key) if key else None
        uncertain = source is not None and any(
            isinstance(option, Dict) and REST in option.entries for option in options(engine.force(source))
        )
        frame = event.frame
        found: dict[tuple[str, str], Setting] = {}
        given = [
            *loaded(mode, event.arguments, event.node, frame.module, frame.qualname, engine),
            *(self.from_files(mode, source, event) if source is not None else ()),
        ]
        for one in bundled(given, self.model):
            if isinstance(one.value, Dict) and not one.section:
                continue
            before = found.get((one.section, one.name))
            one.value = one.value if before is None else join(before.value, one.value)
            found[(one.section, one.name)] = one
        for one in found.values():
            value = join(one.value, UNKNOWN) if uncertain else one.value
            self.write(one.section, one.name, value, one.node, frame, one.module)

    def from_files(self, mode: str, source: Value, event: Call) -> Iterator[Setting]:
        """What the files set that a loader is given by name. The configuration of the process takes the section `global`
        alone, that of an application the others."""
        engine = self.engine
        assert engine is not None
        how = mode.partition(":")[0]
        for option in options(engine.force(source)) if how in FILE_LOADERS else ():
            name = as_text(engine.force(option))
            path = self.files.locate(name, event.frame.module.path, None, None, None)
            if path is None or path.endswith((".py", ".pyw")):
                if isinstance(name, Const) and isinstance(name.value, str):
                    note = f"it loads {name.value}, which is not in the project; it may set anything"
                    self.application(event.frame).notes[note] = None
                continue
            stub = self.files.stub(path)
            self.application(event.frame).notes.update(dict.fromkeys(file_notes(path, self.files.text(path))))
            for entry, value, variables, reason in file_values(path, self.files.text(path), engine):
                if how == "sections" or (entry.section == "global") == (how == "mapping"):
                    node = stub.node(entry.line)
                    engine.entries[node] = ({one.name: one for one in variables}, reason)
                    section = "" if how == "mapping" else entry.section
                    yield Setting(entry.key, section, value, stub.module, node, "", is_deployed(path))

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
        made = [deployment(framework, one, engine) for one in called or evaluations.values()]
        best = max(made, key=worth)
        found += [best] if best.settings or best.notes else []
    return found


def worth(found: Deployment) -> tuple[int, int]:
    """How good an evaluation of a function is, of several with other arguments: by how many settings it knows, and how few
    it does not."""
    states = [one.state for one in found.settings]
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
        return not wanted.isdisjoint(body_words(function))

    return test


def deployment(framework: str, application: Application, engine: SettingsInterpreter) -> Deployment:
    """An application with what it configures."""
    module = application.module
    name = f"{module.name}.{application.qualname}" if application.qualname else module.name
    settings: dict[tuple[str, str], FinalSetting] = {}
    for step in application.steps:
        add(settings, step, engine)
    deployed = is_deployed(module.path)
    why = "it configures the application" if deployed else "its name is one of development or tests"
    ordered = tuple(settings[key] for key in sorted(settings))
    return Deployment(framework, name, module.path, deployed, why, ordered, tuple(application.notes))


def add(settings: dict[tuple[str, str], FinalSetting], step: Written, engine: SettingsInterpreter) -> None:
    """A write on top of what holds so far."""
    before = settings.get((step.section, step.name))
    shown = render(step.value, step.name, engine.force)
    variables = tuple(masked(one, step.name) for one in step.variables)
    state, reason = judge(shown, step.blame, variables, step.value)
    told = engine.contribution(step.name, step.node, Frame(step.module, {}, tests=step.frame.tests), "set")
    if not step.module.path.endswith((".py", ".pyw")):
        told = replace(told, text=mask_line(told.text, step.name))
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
