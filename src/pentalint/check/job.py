"""What there is to evaluate: Python files, settings modules, configuration files; and what was found there."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import field

from pentalint.check.deployment_files import read_deployment
from pentalint.check.deployments import FinalSettings
from pentalint.check.plan import MODULES, Plan, used_packs
from pentalint.check.template_files import judge_templates
from pentalint.check.triggers import Triggers
from pentalint.dataclass import dataclass
from pentalint.evaluate.statements import Interpreter
from pentalint.match.config_files import ConfigFile
from pentalint.match.deployment import is_deployed
from pentalint.match.dispatch import Dispatcher
from pentalint.match.ini_files import paste_files, paste_texts
from pentalint.match.place import Hit
from pentalint.model import Failure, Role
from pentalint.project.imports import words
from pentalint.syntax.ini import read_entries

Read = Callable[[str], bytes]

CONFIG_SUFFIXES = (".ini", ".conf", ".cfg", ".env", ".flaskenv")


@dataclass(slots=True)
class Outcome:
    """Plain data: what a share found."""

    hits: list[Hit] = field(default_factory=list)
    facts: set[tuple[str, str]] = field(default_factory=set)
    failures: list[Failure] = field(default_factory=list)
    evaluated: int = 0
    notes: list[str] = field(default_factory=list)
    exhausted: set[str] = field(default_factory=set)

    def merge(self, other: Outcome) -> None:
        """Add what another share found."""
        self.hits.extend(other.hits)
        self.facts |= other.facts
        self.failures.extend(other.failures)
        self.evaluated += other.evaluated
        self.notes.extend(other.notes)
        self.exhausted |= other.exhausted


def is_config(path: str) -> bool:
    """Whether a file is read as sections and keys."""
    base = path.rpartition("/")[2]
    return base.endswith(CONFIG_SUFFIXES) or base.startswith(".env")


def is_start(path: str) -> bool:
    """Whether a file may say how the application is started."""
    base = path.rpartition("/")[2].lower()
    return (
        "dockerfile" in base
        or "compose" in base
        or base.startswith(("procfile", "containerfile"))
        or (base.endswith((".service", ".containerfile")))
    )


def python(path: str) -> bool:
    return path.endswith((".py", ".pyw"))


MENTION = 1000
"""What each mention of a request costs, in bytes (measured on six applications)."""


@dataclass(frozen=True, slots=True)
class Task:
    """One Python file to look at: evaluated when some rule can match in it, else only checked for syntax."""

    path: str
    evaluated: bool
    size: int
    mentions: int = 0
    """How often the file speaks of requests."""

    @property
    def weight(self) -> int:
        """What it costs, in bytes that are evaluated."""
        return self.size if self.evaluated else self.size // 6

    @property
    def guessed(self) -> int:
        """The same with what it may cost to follow data from there, as long as nobody knows what is called."""
        return self.weight + MENTION * self.mentions


def tasks(plan: Plan, read: Read) -> tuple[list[Task], Triggers]:
    """The Python files that rules judge, and the words that decide about functions, in sorted order.

    Files that only this program's own rules look at (tests, documentation) are left out. Without the prefilter
    every file is evaluated.
    """
    files = {file.path: read(file.path) for file in plan.files if file.path.endswith(MODULES)}
    triggers = Triggers(
        plan, {name: plan.packs[name].settings for name in used_packs(plan)}, files, plan.hierarchy(read)
    )
    return [
        Task(path, not plan.prefilter or triggers.names_file(path, data), len(data), data.count(b"request"))
        for path, data in files.items()
        if python(path) and is_judged(plan, path)
    ], triggers


def is_judged(plan: Plan, path: str) -> bool:
    """Whether any rule about code looks at a file."""
    return any(name.partition("/")[0] != "pentalint" for name in plan.active(path) | plan.aware(path))


def judge_whole(
    plan: Plan, engine: Interpreter, dispatcher: Dispatcher, read: Read, settled: bool = False
) -> None:
    """Settings modules by their final values, then ini, conf and env files, then templates. `settled` says that no other
    process has code of the project."""
    modules = [engine.load(engine.index.modules[path]) for path in settings_files(plan, read)]
    dispatcher.judge_settings(modules, FinalSettings(plan, read, engine))
    dispatcher.settle()
    texts = {
        file.path: read(file.path).decode("utf-8", "replace")
        for file in plan.files
        if is_config(file.path) and (plan.active(file.path) or plan.aware(file.path))
    }
    pasted = paste_texts(texts.items())
    for path, text in texts.items():
        if path not in pasted:
            entries, _ = read_entries(text)
            dispatcher.judge_config(ConfigFile(path, entries, is_deployed(path)))
    for found in paste_files(pasted):
        if isinstance(found, ConfigFile):
            dispatcher.judge_config(found)
        elif plan.role_of(found.path).main and "pyramid" in plan.frameworks(found.path):
            engine.failures.setdefault(found.path, found)
    for file in plan.files:
        if is_start(file.path) and (plan.active(file.path) or plan.aware(file.path)):
            started = read_deployment(file.path, read(file.path).decode("utf-8", "replace"))
            if started is not None:
                dispatcher.judge_config(started)
    judge_templates(plan, dispatcher, read, settled)


_STAR = re.compile(rb"from[ \t]+([\w.]+)[ \t]+import[ \t]*\(?[ \t]*\*")
"""`from NAME import *`."""


def settings_files(plan: Plan, read: Read) -> list[str]:
    """The Python files that may be settings modules, in order: by role, by the markers in them, or because they take
    everything from one that may be."""
    markers = {marker.encode() for name in used_packs(plan) for marker in plan.packs[name].settings.markers}
    found: set[str] = set()
    taking: dict[str, set[str]] = {}
    for file in plan.files:
        if not python(file.path) or not plan.aware(file.path):
            continue
        data = read(file.path)
        if file.role is Role.settings or not markers.isdisjoint(words(data)):
            found.add(file.path)
        elif b"*" in data:
            taking[file.path] = {match.decode().rpartition(".")[2] for match in _STAR.findall(data)}
    return sorted(found | built_on(found, taking))


def built_on(found: set[str], taking: Mapping[str, set[str]]) -> set[str]:
    """Those of `taking` (path -> last names of the modules it takes everything from) that lead to `found` by
    such names."""
    more: set[str] = set()
    names = {module_name(path) for path in found}
    while True:
        reached = {path for path, sources in taking.items() if path not in more and sources & names}
        if not reached:
            return more
        more |= reached
        names |= {module_name(path) for path in reached}


def module_name(path: str) -> str:
    """The last part of a module's dotted name; "" for a package's own file at the root."""
    parts = path.rpartition(".")[0].split("/")
    return parts[-1] if parts[-1] != "__init__" else parts[-2] if len(parts) > 1 else ""
