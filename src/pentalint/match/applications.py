"""One application's final settings, while operations are applied to them in order."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from dataclasses import field, replace

from pentalint.dataclass import dataclass
from pentalint.evaluate.modules import Module
from pentalint.evaluate.values import NONE, UNKNOWN, Class, Const, Ref, Value, join_all
from pentalint.match.bodies import Place
from pentalint.match.changes import Change
from pentalint.match.deployment import is_deployed
from pentalint.match.loaders import applied
from pentalint.match.loading import Batch
from pentalint.match.operations import Operation
from pentalint.match.settings import Setting

Key = tuple[str, int, int, str]
"""A setting by the place where it is written."""


@dataclass(slots=True)
class Final:
    """What a setting may be in the end. `settings` are the possibilities, each where it is written; `opened` says why it
    may be something else, "" when it is one of them; `absent` that it may not be set at all; `variables` are those of the
    environment that may override it. `history` is everything that was written under the name, in order; `unfollowed` is
    the first reason in `opened` other than that a file or an object comes from outside of the project; `changes` are the
    statements of `history` that changed in place what it holds."""

    name: str
    settings: list[Setting] = field(default_factory=list)
    opened: str = ""
    absent: bool = False
    variables: tuple[str, ...] = ()
    history: list[Setting] = field(default_factory=list)
    unfollowed: str = ""
    changes: list[Setting] = field(default_factory=list)

    @property
    def value(self) -> Value:
        """The value, `UNKNOWN` among its alternatives when it may be anything."""
        known = [setting.value for setting in self.settings]
        return join_all([*known, UNKNOWN] if self.opened else known)


@dataclass(slots=True)
class Application:
    """One application (`made`) as a program that begins at `started` makes it: the final settings by name. `opened` says why
    there may be settings that no file shows, `reasons` all that do, `variables` which of the environment may add some.
    `origins` are the classes and modules it loads, `forks` the operations that load one of several objects."""

    made: Operation
    started: Place
    settings: dict[str, Final] = field(default_factory=dict)
    opened: str = ""
    variables: tuple[str, ...] = ()
    reasons: dict[str, None] = field(default_factory=dict)
    unfollowed: str = ""
    origins: list[Class | Module] = field(default_factory=list)
    forks: dict[Operation, list[Batch]] = field(default_factory=dict)

    @property
    def deployed(self) -> bool:
        """Whether it may be what production runs."""
        place = self.started
        return is_deployed(place.path if isinstance(place, Module) else place.module.path)


ELSEWHERE = frozenset({"pyfile", "file", "json", "ini", "envvar", "object"})
"""Loaders of files and objects: what they load is known unless it comes from outside of the project."""

READING = re.compile(r"\.config(\[\]|\.get\(\))$")
"""What an item of a configuration object is reached by."""


@dataclass(slots=True)
class Record:
    """What all applications have in common: the settings that were `applied`, and of each operation that was `performed` whether
    it may set anything; `registered` are the keys of classes (by identity) in dictionaries, `origins` what is loaded."""

    applied: dict[Key, None] = field(default_factory=dict)
    performed: dict[Operation, bool] = field(default_factory=dict)
    registered: Mapping[int, list[str]] = field(default_factory=dict)
    origins: dict[int, Class | Module] = field(default_factory=dict)

    def note(self, batch: Batch) -> None:
        """Something is loaded. A class that is registered for development or tests only is judged as such."""
        if batch.origin is None:
            return
        self.origins[id(batch.origin)] = batch.origin
        names = self.registered.get(id(batch.origin), ())
        if names and not any(is_deployed("", name) for name in names):
            for setting in batch.settings:
                setting.deployed = False


class State:
    """The settings of one application while operations are applied to it."""

    def __init__(
        self,
        application: Application,
        present: Container[str],
        record: Record,
        chosen: Mapping[Operation, int] | None = None,
    ) -> None:
        self.application = application
        self.present = present
        self.record = record
        self.chosen = chosen or {}
        """Of operations that load one of several objects: which one it is."""

    def clear(self) -> None:
        """The object is new."""
        fresh = Application(self.application.made, self.application.started)
        for name in ("settings", "opened", "variables", "reasons", "unfollowed", "origins", "forks"):
            setattr(self.application, name, getattr(fresh, name))

    def apply(self, cases: list[Batch], operation: Operation, *, certain: bool) -> None:
        """What an operation does, in one of several cases."""
        if len(cases) > 1:
            self.application.forks[operation] = cases
        if operation in self.chosen:
            cases = [cases[self.chosen[operation] % len(cases)]]
        for case in cases:
            self.record.note(case)
            if case.origin is not None:
                self.application.origins.append(case.origin)
        opened = any(case.opened or case.variables for case in cases)
        self.record.performed[operation] = opened or self.record.performed.get(operation, False)
        how = operation.load.how if operation.load is not None else "update"
        settings = self.application.settings
        written = [{one.name: one for one in case.settings if applied(one, how)} for case in cases]
        for name in dict.fromkeys(name for case in written for name in case):
            given = [one for case in written if name in case for one in self.read_back(case[name])]
            for setting in given:
                self.record.applied[key_of(setting)] = None
            before = settings.get(name)
            sure = certain and all(name in case for case in written)
            if (
                before is not None
                and not before.absent
                and any(self.reads(case[name]) == name for case in written if name in case)
            ):
                continue  # `app.secret_key = app.config["SECRET_KEY"]` changes nothing
            if how == "default" and (name in self.present or (before is not None and not before.absent)):
                continue
            history = [*(before.history if before is not None else ()), *given]
            if sure and (how != "default" or before is None):
                settings[name] = Final(name, given, history=history)
            elif before is None:
                found = Final(
                    name, given, self.application.opened, not sure, self.application.variables, history
                )
                settings[name] = replace(found, unfollowed=self.application.unfollowed)
            else:
                kept = [one for one in before.settings if key_of(one) not in {key_of(new) for new in given}]
                settings[name] = replace(
                    before, settings=[*kept, *given], absent=before.absent and not sure, history=history
                )
        self.open(cases, written, how)

    def change(self, change: Change, operation: Operation, *, certain: bool) -> None:
        """What a setting holds is changed in place; where that is not certain, or how often, it may be as before."""
        before = self.application.settings.get(change.name)
        if before is None:
            return
        made = [
            replace(one, value=UNKNOWN if operation.loops else change.applied(one.value))
            for one in before.settings
        ]
        frame = operation.frame
        told = Setting(change.name, "", UNKNOWN, frame.module, operation.node, frame.qualname, True, frame)
        self.application.settings[change.name] = replace(
            before,
            settings=made if certain else [*before.settings, *made],
            history=[*before.history, told],
            changes=[*before.changes, told],
        )

    def reads(self, setting: Setting) -> str:
        """The name of the setting whose value is taken from the object itself; "" when it is not."""
        value = setting.value
        if not isinstance(value, Ref) or value.arguments is None or not READING.search(value.path):
            return ""
        key = value.arguments.get("0")
        return key.value if isinstance(key, Const) and isinstance(key.value, str) else ""

    def read_back(self, setting: Setting) -> list[Setting]:
        """What a setting is that takes the value of another: each value stands where the other was written."""
        name = self.reads(setting)
        before = self.application.settings.get(name)
        if not name or (before is not None and before.opened):
            return [setting]
        found = [replace(one, name=setting.name) for one in before.settings] if before is not None else []
        if before is not None and not before.absent:
            return found
        if self.application.opened or self.application.variables or name in self.present:
            return [*found, setting]
        return [*found, replace(setting, value=missing(setting.value))]

    def open(self, cases: list[Batch], written: list[dict[str, Setting]], how: str) -> None:
        """What else the cases may set. `setdefault` changes nothing that is there."""
        settings = self.application.settings
        for case, known in zip(cases, written):
            if case.opened:
                unfollowed = "" if how in ELSEWHERE else case.opened
                self.application.reasons[case.opened] = None
                self.application.opened = self.application.opened or case.opened
                self.application.unfollowed = self.application.unfollowed or unfollowed
                for name, final in settings.items():
                    if name not in known and (how != "default" or final.absent):
                        final.opened = final.opened or case.opened
                        final.unfollowed = final.unfollowed or unfollowed
            if case.variables:
                self.application.variables = merged(self.application.variables, case.variables)
                for final in settings.values():
                    final.variables = merged(final.variables, case.variables)


def missing(value: Value) -> Value:
    """What reading a setting gives that is not there."""
    if not isinstance(value, Ref) or not value.path.endswith(".get()") or value.arguments is None:
        return UNKNOWN
    default = value.arguments.get("1")
    return NONE if default is None else default


def merged(before: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    """Names in order, each once."""
    return tuple(dict.fromkeys((*before, *more)))


def key_of(setting: Setting) -> Key:
    """A setting by its place."""
    line, column = getattr(setting.node, "lineno", 0), getattr(setting.node, "col_offset", 0)
    return setting.module.path, line, column, setting.name
