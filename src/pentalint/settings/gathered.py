"""Settings of frameworks whose configuration is one for the whole process (CherryPy), or is handed over as it is (Pyramid): items,
loaders, files they name, attributes of classes. Each function or module that writes some is one application."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from typing import Any

from pentalint.evaluate.events import Call, ClassDefined, Frame, Write
from pentalint.evaluate.knowledge import Knowledge
from pentalint.evaluate.modules import Module
from pentalint.evaluate.values import (
    REST,
    UNKNOWN,
    Const,
    Dict,
    Function,
    Ref,
    Value,
    join,
    options,
)
from pentalint.match.deployment import is_deployed
from pentalint.match.project_files import ProjectFiles
from pentalint.match.settings import Setting, bundled, class_attribute_settings, loaded
from pentalint.model import File
from pentalint.rule import SettingsModel
from pentalint.settings.called import Key
from pentalint.settings.cherrypy_files import file_notes, file_values
from pentalint.settings.evaluations import evaluate, variants
from pentalint.settings.gathering import GatheringInterpreter
from pentalint.settings.model import Deployment
from pentalint.settings.places import decorated, script_name, text
from pentalint.settings.quiet import Quiet
from pentalint.settings.reading import as_text
from pentalint.settings.written import Application, Written

FILE_LOADERS = frozenset({"mapping", "sections", "paths", "merged"})
"""Ways of loading that take the name of a file as well."""

IN_PLACE = frozenset({"section-default", "entries", "entry-default", "dropped"})
"""Calls that name a section or an entry by themselves."""


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
        self.engine: GatheringInterpreter | None = None

    def knows(self, root: str) -> bool:
        return root in self.roots

    def application(self, frame: Frame) -> Application:
        key = (frame.module.path, frame.qualname)
        found = self.applications.setdefault(key, {})
        body = frame if frame.function is not None or frame.cls is None else frame.cls
        return found.setdefault(id(body), Application(frame.module, frame.qualname, frame))

    def writers(self) -> set[Function | Module]:
        """The functions and modules that write settings."""
        every = (one.frame for kept in self.applications.values() for one in kept.values())
        return {frame.function or frame.module for frame in every}

    def ended(self, frame: Frame) -> None:
        """A function has been followed to its end: what it has written is what it holds now."""
        kept = self.applications.get((frame.module.path, frame.qualname), {}).get(id(frame))
        if kept is not None:
            kept.steps = [one.frozen() for one in kept.steps]

    def write(self, setting: Setting, at: ast.AST, frame: Frame, how: str = "set") -> None:
        """Keep a write."""
        engine = self.engine
        assert engine is not None
        if how == "delete":
            frame = self.holder(setting, frame)
        reads, blame = engine.entered(setting.node) or (engine.reads, engine.blame)
        found = Written(
            setting.section,
            setting.name,
            engine.force(setting.value),
            setting.module,
            setting.node,
            at,
            tuple(reads.values()),
            blame,
            how,
            frame.way,
            frame.tests,
            engine.path(frame),
            how == "default" or engine.only_asks(setting.name, frame, at),
        )
        self.application(frame).steps.append(found)
        engine.held.setdefault(engine.root(frame), []).append(found)
        if frame.function is not None and not setting.section:
            engine.sets.setdefault(frame.function, set()).add(setting.name)

    def holder(self, setting: Setting, frame: Frame) -> Frame:
        """Of the functions that led here, the one that has set what is taken away."""
        assert self.engine is not None
        for one, _ in reversed(self.engine.chain(frame)):
            kept = self.applications.get((one.module.path, one.qualname), {}).get(id(one))
            if kept is not None and any(
                (step.section, step.name) == (setting.section, setting.name) for step in kept.steps
            ):
                return one
        return frame

    def wrote(self, event: Write) -> None:
        """An item or attribute is assigned; `update` may be a loader, and is heard of as such."""
        default = isinstance(event.node, ast.Call) and getattr(event.node.func, "attr", "") == "setdefault"
        holder = event.path.removesuffix("[]")
        if event.how == "update" and not default and f"{holder}.update" in self.call_paths:
            return
        if event.path in self.containers:
            name = event.key
            if not name:
                self.note_open(event.node, event.frame)
        else:
            name = self.model.attributes.get(event.path, "")
            if isinstance(event.receiver, Ref) and event.receiver.arguments is not None:
                return  # an object like it, that the program has made beside
        if name:
            self.item(name, event.value, event.node, event.frame, "default" if default else "set")

    def note_open(self, node: ast.AST, frame: Frame) -> None:
        """Names that are not known are set."""
        assert self.engine is not None
        where = self.engine.place(node, frame)
        self.application(frame).open[
            f"names that are not known are set at {where}; any setting may be one"
        ] = None

    def item(self, name: str, value: Value, node: ast.AST, frame: Frame, how: str = "set") -> None:
        """An item of the configuration of the process is written, or what it holds is changed."""
        self.write(Setting(name, "", value, frame.module, node, "", True), node, frame, how)

    def changed(self, path: str, name: str, node: ast.AST, frame: Frame) -> None:
        """A setting that holds a container is changed in place, and nobody knows what it holds."""
        if path in self.containers and self.engine is not None:
            self.engine.blame = f"it is changed in place ({self.engine.place(node, frame)})"
            self.item(name, UNKNOWN, node, frame)

    def called(self, event: Call) -> None:
        mode = self.model.loaders[event.path]
        engine = self.engine
        assert engine is not None
        how, _, key = mode.partition(":")
        source = event.arguments.get(key) if key else None
        uncertain = source is not None and any(
            isinstance(option, Dict) and REST in option.entries for option in options(engine.force(source))
        )
        frame = event.frame
        if how in IN_PLACE:
            self.in_place(how, event)
            return
        found: dict[tuple[str, str], Setting] = {}
        given = [
            *loaded(mode, event.arguments, event.node, frame.module, frame.qualname, engine),
            *(self.from_files(mode, source, event) if source is not None else ()),
        ]
        for one in bundled(of_process(given) if how == "mapping" else given, self.model):
            if isinstance(one.value, Dict) and not one.section and how != "mapping":
                continue
            before = found.get((one.section, one.name))
            one.value = one.value if before is None else join(before.value, one.value)
            found[(one.section, one.name)] = one
        if uncertain:
            self.note_open(event.node, frame)
        mounted = script_name(how, event)
        handler = decorated(event.node, frame) if how in ("keywords", "tool") else ""
        for one in found.values():
            one.value = join(one.value, UNKNOWN) if uncertain else one.value
            if mounted and one.section.startswith("/"):
                one.section = f"{mounted}{one.section}".rstrip("/")
            self.write(replace(one, section=handler) if handler else one, event.node, frame)

    def in_place(self, how: str, event: Call) -> None:
        """A section of an application's configuration, or an entry, is made, changed or taken away."""
        assert self.engine is not None
        first, second = event.arguments.get("0"), event.arguments.get("1")
        owner = event.receiver.base if isinstance(event.receiver, Ref) else None
        section = ""
        if isinstance(owner, Ref) and owner.path.endswith("[]") and owner.arguments is not None:
            section = text(owner.arguments.get("0"))
        entries: dict[Any, Value] = {}
        nodes: dict[Any, tuple[str, ast.AST]] = {}
        if how == "section-default":
            section, given = text(first), None if second is None else self.engine.force(second)
            entries, nodes = (given.entries, given.nodes) if isinstance(given, Dict) else ({}, {})
        elif how == "entries":
            given = None if first is None else self.engine.force(first)
            entries, nodes = (given.entries, given.nodes) if isinstance(given, Dict) else ({}, {})
            entries = {**entries, **event.arguments.keywords}
        else:
            entries = {text(first): UNKNOWN if second is None else second}
        how = "delete" if how == "dropped" else "default" if how.endswith("default") else "set"
        for name, value in entries.items():
            if isinstance(name, str) and name and (section or how == "delete"):
                place, node = nodes.get(name, ("", event.arguments.keyword_nodes.get(name, event.node)))
                module = self.engine.index.modules.get(place, event.frame.module)
                self.write(
                    Setting(name, section, value, module, node, "", True), event.node, event.frame, how
                )

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
            if one.scope != event.cls.qualname:
                one.section = one.scope.removeprefix(f"{event.cls.qualname}.")
            self.write(one, one.node, frame)


def of_process(given: list[Setting]) -> list[Setting]:
    """What the configuration of the process takes of a mapping: its section `global` alone where there is one, else all its
    keys, whatever they hold."""
    inner = [replace(one, section="") for one in given if one.section == "global"]
    return inner or [one for one in given if not one.section]


def gather(
    framework: str,
    files: list[File],
    read: Callable[[str], bytes],
    engine: GatheringInterpreter,
    listener: Gatherer,
    leads: Collection[Key],
) -> list[Deployment]:
    """The deployments that an application's code makes. `leads` are the functions and modules that write settings, and those
    that call them."""
    listener.engine = engine
    engine.told_of, engine.ended, engine.opened = listener.item, listener.ended, listener.note_open
    evaluate(files, read, engine, listener.model, leads)
    evaluations = [list(one.values()) for one in listener.applications.values()]
    places: dict[str, set[int]] = {}
    for place, kept in enumerate(evaluations):
        for name in {step.name for one in kept for step in one.steps if step.how in ("set", "default")}:
            places.setdefault(name, set()).add(place)
    found: list[Deployment] = []
    for place, kept in enumerate(evaluations):
        elsewhere = {name for name, those in places.items() if those != {place}}
        found += variants(framework, kept, engine, elsewhere)
    return found
