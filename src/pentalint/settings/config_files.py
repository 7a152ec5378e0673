"""Configuration files as deployments: ini files of Pyramid, configuration files of CherryPy."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
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
from pentalint.settings.paths import ROOT
from pentalint.settings.rendering import render
from pentalint.settings.secrets import mask_code
from pentalint.syntax.ini import Entry, read_entries

_NAME = re.compile(r"%\(([^)]+)\)s")
_VARIABLE = re.compile(r"%\(ENV_(\w+)\)s|\$\{(\w+)\}|\{env:(\w+)\}", re.IGNORECASE)

_CHERRYPY = re.compile(
    r"(server|tools|engine|log|request|response|hooks|wsgi|tree|checker|error_page|environment|database)(\.|$)"
)
"""What entries of CherryPy's configuration begin with."""

ROUNDS = 10
"""Names in names that are filled in."""


def file_deployments(
    framework: str,
    model: SettingsModel,
    files: Iterable[File],
    read: Callable[[str], bytes],
    engine: SettingsInterpreter,
) -> Iterator[Deployment]:
    """The deployments that configuration files are."""
    for file in files:
        base = file.path.rpartition("/")[2]
        if framework == "pyramid" and base.endswith(".ini"):
            yield from paste_deployments(file.path, read(file.path))
        elif any(fnmatch(base, name) for name in model.files):
            yield from literal_deployments(framework, file.path, read(file.path), engine)


def why(path: str) -> str:
    return "its name" if is_deployed(path) else "its name is one of development, tests or examples"


def literal_deployments(
    framework: str, path: str, data: bytes, engine: SettingsInterpreter
) -> Iterator[Deployment]:
    """A file whose values are Python: CherryPy's. Later entries of a section win."""
    entries, faults = read_entries(data.decode("utf-8", "replace"))
    if not any(_CHERRYPY.match(entry.key) for entry in entries):
        return
    found: dict[tuple[str, str], FinalSetting] = {}
    for entry in entries:
        before = found.get((entry.section, entry.key))
        told = (*(before.contributions if before is not None else ()), contribution(path, entry))
        value, variables, reason = evaluated(entry, path, engine)
        shown = render(value, entry.key, engine.force)
        state, why_not = judge(shown, reason, variables, value)
        found[(entry.section, entry.key)] = FinalSetting(
            entry.key,
            state,
            shown.text,
            told,
            entry.section,
            shown.value,
            environment=variables,
            reason=why_not,
        )
    if found:
        notes = tuple(f"{path}:{fault.line}: {fault.message}" for fault in faults)
        settings = tuple(found[key] for key in sorted(found))
        yield Deployment(
            framework, path.rpartition("/")[2], path, is_deployed(path), why(path), settings, notes
        )


def evaluated(
    entry: Entry, path: str, engine: SettingsInterpreter
) -> tuple[Value, tuple[Variable, ...], str]:
    """The value of an entry that is Python, the variables it reads, and why it is not known. A name in it that is no
    built-in is a module."""
    try:
        tree = ast.parse(entry.value.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return UNKNOWN, (), "it is not Python, and CherryPy refuses it"
    module = Module("", path, File(path, Role.app), False, 2)
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    module.env = {name: Ref(name) for name in names if name not in BUILTINS}
    engine.reads, engine.blame = {}, ""
    value = engine.force(engine.eval(tree, Frame(module, module.env)))
    return value, tuple(masked(one, entry.key) for one in engine.reads.values()), engine.blame


def paste_deployments(path: str, data: bytes) -> Iterator[Deployment]:
    """The applications of a PasteDeploy file: entries of `[DEFAULT]` and of the section, with names filled in."""
    text = data.decode("utf-8", "replace")
    entries, faults = read_entries(text)
    entries = tuple(begun(entry, text.splitlines()) for entry in entries)
    defaults = {entry.key: entry for entry in entries if entry.section == "DEFAULT"}
    sections = dict.fromkeys(entry.section for entry in entries)
    notes = tuple(f"{path}:{fault.line}: {fault.message}" for fault in faults)
    for section in sections:
        kind, _, name = section.partition(":")
        if kind != "app":
            continue
        own = {entry.key: entry for entry in entries if entry.section == section}
        settings = tuple(
            paste_setting(path, key, {**defaults, **own}, defaults.get(key) if key in own else None)
            for key in sorted({**defaults, **own})
            if key != "use"
        )
        use = own.get("use")
        inherits = use is not None and use.value.startswith("config:")
        more = (f"it takes further settings from {use.value}",) if use is not None and inherits else ()
        yield Deployment(
            "pyramid",
            f"{path.rpartition('/')[2]}#{name or 'main'}",
            path,
            is_deployed(path),
            why(path),
            settings,
            (*notes, *more),
        )


def begun(entry: Entry, lines: list[str]) -> Entry:
    """An entry of several lines as it is loaded: one that begins on the next line begins with a newline."""
    first = lines[entry.line - 1].rstrip()
    if "\n" in entry.value or (entry.value and entry.value not in first):
        return replace(entry, value=f"\n{entry.value}") if first.endswith(("=", ":")) else entry
    return entry


def paste_setting(path: str, key: str, entries: dict[str, Entry], default: Entry | None) -> FinalSetting:
    """One setting of an application; its value is text."""
    entry = entries[key]
    here = f"{ROOT}/{path.rpartition('/')[0]}".rstrip("/")
    text, variables = entry.value, []
    for _ in range(ROUNDS):
        filled = _NAME.sub(lambda found: fill(found, entries, here, path), text)
        if filled == text:
            break
        text = filled
    for found in _VARIABLE.finditer(text):
        variables.append(Variable(next(filter(None, found.groups())), None, path, entry.line))
    told = [contribution(path, one) for one in (default, entry) if one is not None]
    shown = render(Const(text), key, lambda value: value)
    left = _NAME.search(text)
    if variables:
        names = ", ".join(one.name for one in variables)
        return FinalSetting(
            key,
            "environment",
            shown.text,
            tuple(told),
            environment=tuple(variables),
            reason=f"the environment decides: {names}",
        )
    if left is not None:
        reason = f"`{left[1]}` is defined nowhere in the file"
        return FinalSetting(key, "unknown", shown.text, tuple(told), reason=reason)
    return FinalSetting(key, "known", shown.text, tuple(told), value=shown.value)


def fill(found: re.Match[str], entries: dict[str, Entry], here: str, path: str) -> str:
    """The text that a name in a value stands for."""
    if found[1] == "here":
        return here
    if found[1] == "__file__":
        return f"{ROOT}/{path}"
    entry = entries.get(found[1])
    return found[0] if entry is None else entry.value


def contribution(path: str, entry: Entry) -> Contribution:
    text = f"{entry.key} = {entry.value.splitlines()[0] if entry.value else ''}"
    quoted = mask_code(f'{entry.key} = "{entry.value}"', entry.key)
    hidden = quoted != f'{entry.key} = "{entry.value}"'
    return Contribution(path, entry.line, "set", quoted.replace('"', "") if hidden else text)
