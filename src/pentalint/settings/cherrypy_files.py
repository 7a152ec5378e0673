"""CherryPy's configuration files: each as a deployment, and those that code loads by name."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from fnmatch import fnmatch

from pentalint.evaluate.core import BUILTINS
from pentalint.evaluate.events import Frame
from pentalint.evaluate.modules import Module
from pentalint.evaluate.values import UNKNOWN, Const, Ref, Value
from pentalint.match.deployment import is_deployed
from pentalint.model import File, Role
from pentalint.rule import SettingsModel
from pentalint.settings.final import judge, masked
from pentalint.settings.interpreter import SettingsInterpreter
from pentalint.settings.model import Contribution, Deployment, FinalSetting, Variable
from pentalint.settings.rendering import render
from pentalint.settings.secrets import is_secret, mask_line
from pentalint.syntax.framework_files import cherrypy_entries
from pentalint.syntax.ini import Entry
from pentalint.syntax.sections import read_sections

Entered = tuple[Entry, Value, tuple[Variable, ...], str]
"""An entry, its value, the variables it reads, and why it is not known."""

_CHERRYPY = re.compile(
    r"(server|tools|engine|log|request|response|hooks|wsgi|tree|checker|error_page|environment|database)(\.|$)"
)
"""What entries of CherryPy's configuration begin with."""


def file_deployments(
    framework: str,
    model: SettingsModel,
    files: Iterable[File],
    read: Callable[[str], bytes],
    engine: SettingsInterpreter,
) -> Iterator[Deployment]:
    """The deployments that configuration files are."""
    for file in files:
        if any(fnmatch(file.path.rpartition("/")[2], name) for name in model.files):
            yield from literal_deployments(framework, file.path, decoded(read(file.path)), engine)


def decoded(data: bytes) -> str:
    """The text of a file as CherryPy reads it."""
    return data.decode("utf-8-sig", "replace").replace("\r\n", "\n")


def literal_deployments(
    framework: str, path: str, text: str, engine: SettingsInterpreter
) -> Iterator[Deployment]:
    """A file whose values are Python."""
    entries, _ = cherrypy_entries(text)
    if not any(_CHERRYPY.match(entry.key) for entry in entries):
        return
    found = [literal(path, text, engine, *one) for one in file_values(path, text, engine)]
    why = "its name" if is_deployed(path) else "its name is one of development, tests or examples"
    settings = tuple(sorted(found, key=lambda one: (one.section, one.name)))
    yield Deployment(
        framework, path.rpartition("/")[2], path, is_deployed(path), why, settings, file_notes(path, text)
    )


def file_notes(path: str, text: str) -> tuple[str, ...]:
    """What makes CherryPy refuse a file beside values of single entries."""
    entries, faults = cherrypy_entries(text)
    lines = {entry.line for entry in entries}
    return tuple(f"{path}:{fault.line}: {fault.message}" for fault in faults if fault.line not in lines)


def file_values(path: str, text: str, engine: SettingsInterpreter) -> Iterator[Entered]:
    """The entries of a file by section, each with its value, the variables it reads, and why it is not known."""
    entries, faults = cherrypy_entries(text)
    wrong = {fault.line: fault.message for fault in faults}
    for entry in entries:
        told = wrong.get(entry.line)
        yield (
            entry,
            *((UNKNOWN, (), f"CherryPy refuses it: {told}") if told else evaluated(entry, path, engine)),
        )


def literal(
    path: str,
    text: str,
    engine: SettingsInterpreter,
    entry: Entry,
    value: Value,
    variables: tuple[Variable, ...],
    reason: str,
) -> FinalSetting:
    """One entry of a file."""
    shown = render(value, entry.key, engine.force)
    state, reason = judge(shown, reason, variables, value)
    told = contributions(entry, path, text)
    return FinalSetting(
        entry.key, state, shown.text, told, entry.section, shown.value, environment=variables, reason=reason
    )


def evaluated(
    entry: Entry, path: str, engine: SettingsInterpreter
) -> tuple[Value, tuple[Variable, ...], str]:
    """The value of an entry that is Python, the variables it reads, and why it is not known. A name in it that is no
    built-in is a module."""
    try:
        tree = ast.parse(entry.value.strip() or "''", mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return UNKNOWN, (), "it is not Python, and CherryPy refuses it"
    if isinstance(tree, (ast.Name, ast.Attribute)) and is_secret(entry.key):
        return Const(entry.value), (), ""  # text that somebody forgot to quote
    module = Module("", path, File(path, Role.app), False, 2)
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    module.env = {name: Ref(name) for name in names if name not in BUILTINS}
    engine.reads, engine.blame = {}, ""
    value = engine.force(engine.eval(tree, Frame(module, module.env)))
    return value, tuple(masked(one, entry.key) for one in engine.reads.values()), engine.blame


def contributions(entry: Entry, path: str, text: str) -> tuple[Contribution, ...]:
    """The lines that set an entry: the one in `[DEFAULT]` holds unless its section says otherwise."""
    lines = text.splitlines()
    default = read_sections(text).defaults.get(entry.key, entry.line)
    return tuple(
        Contribution(path, line, "set", mask_line(lines[line - 1].strip(), entry.key))
        for line in dict.fromkeys((default, entry.line))
    )
