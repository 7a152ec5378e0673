"""The interpreter of settings for the log of what happens to configuration objects: what is followed with the arguments of a
call is not heard of again, and each write is kept with the variables it depends on."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.events import Call, Frame, Write
from pentalint.evaluate.helpers import Silence
from pentalint.evaluate.values import Bound, Function, Ref, Unknown, Value
from pentalint.match.applications import key_of
from pentalint.match.settings import Setting
from pentalint.settings.interpreter import SettingsInterpreter
from pentalint.settings.libraries import WHOLE
from pentalint.settings.model import Variable

Place = tuple[str, int, int]
"""A file, and the line and column of a node in it."""


ENVIRONMENT = WHOLE | {"os.environ"}
"""What all variables of the environment are gone through by."""

NAMES = frozenset({"app", "application", "flask_app", "bottle_app"})
"""Parameters of these names are the application, where nothing else is known of them."""


class LoggedInterpreter(SettingsInterpreter):
    """`depending` is what values depend on and why they are not known, by the place of the statement, keyword or entry that
    gives them; `objects` are the configuration objects by framework (`flask.Flask()`)."""

    def __init__(self, *arguments: Any, objects: Mapping[str, str], **named: Any) -> None:
        super().__init__(*arguments, served=False, **named)
        self.objects = objects
        self.fine = True
        self.depending: dict[Place, tuple[dict[str, Variable], str]] = {}
        self.listener = Listening(self.listener, self)
        self.whole: Callable[[str, ast.AST, Frame], None] = lambda framework, node, frame: None
        """Hears of loops over all variables of the environment that write items."""

    def for_(self, node: ast.For | ast.AsyncFor, frame: Frame) -> bool:
        source = node.iter.func if isinstance(node.iter, ast.Call) else node.iter
        framework = self.framework(frame.module.path)
        if framework and self.named(source, frame) in ENVIRONMENT and writes_items(node):
            self.whole(framework, node, frame)
        return super().for_(node, frame)

    def invoke(self, callee: Value, arguments: Arguments, node: ast.Call, frame: Frame) -> Value:
        function = callee.function if isinstance(callee, Bound) else callee
        if isinstance(function, Function) and self.may_follow(function):
            self.note_call(function, arguments, node, frame)
        return super().invoke(callee, arguments, node, frame)

    def apply(self, function: Function, receiver: Value | None, arguments: Arguments) -> Value:
        listener, invoked = self.listener, self.invoked
        self.listener, self.invoked = Silence(self), None
        self.helping += 1
        try:
            return super().apply(function, receiver, arguments)
        finally:
            self.helping -= 1
            self.listener, self.invoked = listener, invoked

    def parameters(self, function: Function) -> dict[str, Value]:
        """Nothing is known of parameters: the log is replayed with those of each call."""
        self.fine = False
        try:
            env = super().parameters(function)
        finally:
            self.fine = True
        made = self.objects.get(self.framework(function.module.path), "")
        for name in NAMES & env.keys() if made else ():
            if isinstance(env[name], Unknown):
                env[name] = Ref(made)
        return env

    def framework(self, path: str) -> str:
        """The framework of a file whose objects are followed; "" when there are several, or none."""
        found = self.objects.keys() & set(self.frameworks(path))
        return next(iter(found)) if len(found) == 1 else ""

    def arguments(self, node: ast.Call, frame: Frame) -> Arguments:
        """Each keyword depends on what it reads itself."""
        outer, blame = self.reads, self.blame
        everything = dict(outer)
        for keyword in node.keywords:
            if keyword.arg is not None and keyword.arg.isupper():
                self.reads, self.blame = {}, ""
                self.presets[keyword.value] = self.eval(keyword.value, frame)
                self.depending[place_of(keyword, frame)] = (self.reads, self.blame)
                everything.update(self.reads)
        self.reads, self.blame = everything, blame
        try:
            return super().arguments(node, frame)
        finally:
            for keyword in node.keywords:
                self.presets.pop(keyword.value, None)

    def source(self, setting: Setting) -> tuple[dict[str, Variable], str]:
        """The variables that what was written depends on, and why it is not known."""
        found = self.entered(setting.node) or self.depending.get(key_of(setting)[:3])
        if found is not None:
            return found
        key = owner(setting), setting.name
        return self.depends.get(key, {}), self.reasons.get(key, "")

    def keep(self, node: ast.AST, frame: Frame) -> None:
        """What is written by a statement depends on what it has read."""
        place = place_of(node, frame)
        if not isinstance(node, ast.keyword) or place not in self.depending:
            self.depending[place] = (dict(self.reads), self.blame)


class Listening:
    """The listener behind it, and the interpreter, hear of what is written."""

    def __init__(self, inner: Any, engine: LoggedInterpreter) -> None:
        self.inner = inner
        self.engine = engine

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def called(self, event: Call) -> None:
        self.engine.keep(event.node, event.frame)
        self.inner.called(event)

    def wrote(self, event: Write) -> None:
        self.engine.keep(event.node, event.frame)
        self.inner.wrote(event)


def place_of(node: ast.AST, frame: Frame) -> Place:
    """Where a node stands."""
    return frame.module.path, getattr(node, "lineno", 0), getattr(node, "col_offset", 0)


def writes_items(node: ast.AST) -> bool:
    """Whether an item is assigned in a statement."""
    return any(isinstance(one, ast.Subscript) and isinstance(one.ctx, ast.Store) for one in ast.walk(node))


def owner(setting: Setting) -> str:
    """Whose name a setting is, for what is remembered of it: a module's, or a class's."""
    return f"{setting.module.path}:{setting.scope}" if setting.scope else setting.module.path
