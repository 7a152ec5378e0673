"""Calls of the project's functions by those who make them: what leads to something that is wanted is followed first, and what
a function writes depends on its arguments and on what it reads itself."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Collection
from typing import Any

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.events import Frame
from pentalint.evaluate.values import Function, Value
from pentalint.settings.interpreter import SettingsInterpreter
from pentalint.settings.model import Variable
from pentalint.settings.written import Path

Key = tuple[str, str]
"""A function: the path of its module, and its qualified name; "" for the module's body."""

EACH = 100
"""Calls of one function that are followed: one that calls itself must not use up what others need."""


class CallingInterpreter(SettingsInterpreter):
    """`callers` tells by whom a frame was called, and where; `leads` are the functions that lead to what is wanted: they are
    followed as long as `most` of them have been, whatever others are. `ended` hears when one has been followed to its end."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fine = True
        self.callers: dict[int, tuple[Frame, ast.AST]] = {}
        self.calling: tuple[Frame, ast.AST] | None = None
        self.standing: Frame | None = None
        self.leads: Collection[Key] = ()
        self.taking: set[Key] = set()
        """More of these, found while evaluating."""
        self.led = 0
        self.times: Counter[Function] = Counter()
        self.within: dict[Function, dict[str, Variable]] = {}
        """What each function reads that was evaluated by itself."""
        self.passed: dict[str, Variable] = {}
        """What the arguments of the call depend on that is being followed."""
        self.begun: list[Frame] = []
        self.ended: Callable[[Frame], None] = lambda frame: None

    def invoke(self, callee: Value, arguments: Arguments, node: ast.Call, frame: Frame) -> Value:
        before, self.calling = self.calling, (frame, node)
        try:
            return super().invoke(callee, arguments, node, frame)
        finally:
            self.calling = before

    def may_follow(self, function: Function) -> bool:
        if self.times[function] >= EACH:
            return False
        if self.led >= self.most or not self.matters(function):
            return super().may_follow(function)
        followed, self.followed = self.followed, 0
        try:
            return super().may_follow(function)
        finally:
            self.followed = followed

    def matters(self, function: Function) -> bool:
        """Whether a function leads to what is wanted."""
        key = key_of(function)
        return key in self.leads or key in self.taking

    def apply(self, function: Function, receiver: Value | None, arguments: Arguments) -> Value:
        """What a function writes depends on what its arguments depend on, and on what it reads itself; what others do later
        to the containers that it leaves in the configuration is theirs."""
        outer, self.reads = self.reads, {}
        before, self.passed = self.passed, outer
        begun = len(self.begun)
        try:
            return super().apply(function, receiver, arguments)
        finally:
            for frame in self.begun[begun:]:
                self.ended(frame)
            del self.begun[begun:]
            self.passed = before
            self.reads = {**outer, **self.reads}

    def begin(self, frame: Frame) -> None:
        super().begin(frame)
        self.begun.append(frame)
        if frame.function is not None:
            self.times[frame.function] += 1
        if self.calling is not None:
            self.callers[id(frame)] = self.calling
        if frame.function is not None and self.matters(frame.function):
            self.led += 1
            self.followed -= 1
        owner = self.owner(frame)
        for name in frame.env:
            if self.passed:
                self.depends[owner, name] = dict(self.passed)
            else:
                self.depends.pop((owner, name), None)

    def run_body(self, body: list[ast.stmt], frame: Frame) -> bool:
        before, self.standing = self.standing, frame
        try:
            return super().run_body(body, frame)
        finally:
            self.standing = before

    def chain(self, frame: Frame) -> list[tuple[Frame, ast.AST | None]]:
        """The frames that led to one, outermost first, each with the call it makes."""
        found: list[tuple[Frame, ast.AST | None]] = [(frame, None)]
        while id(found[-1][0]) in self.callers:
            found.append(self.callers[id(found[-1][0])])
        return found[::-1]

    def root(self, frame: Frame) -> int:
        """The run a frame belongs to."""
        return id(self.chain(frame)[0][0])

    def path(self, frame: Frame) -> Path:
        """The branches that surround the statement a frame is at, and the calls that led to it."""
        return tuple((id(one), one.way) for one, _ in self.chain(frame))

    def assignment(self, node: ast.Assign, frame: Frame) -> None:
        """What is put into a container depends on the value and the tests around it, not on what the container depends on."""
        if all(isinstance(target, ast.Name) for target in node.targets):
            super().assignment(node, frame)
            return
        outer, blame = self.reads, self.blame
        self.reads, self.blame = dict(outer), ""
        self.presets[node.value] = self.eval(node.value, frame)
        self.entries[node.value] = (self.reads, self.blame)
        self.reads, self.blame = {**outer, **self.reads}, blame or self.blame
        try:
            super().assignment(node, frame)
        finally:
            self.presets.pop(node.value, None)

    def evaluate(self, function: Function) -> None:
        """Remember what a function reads wherever it is evaluated first."""
        trail, self.trail = self.trail, {}
        outer, self.reads = self.reads, {}
        try:
            super().evaluate(function)
        finally:
            self.within.setdefault(function, {}).update(self.trail)
            self.trail, self.reads = trail, outer

    def result(self, function: Function) -> Value:
        value = super().result(function)
        self.reads.update(self.within.get(function, {}))
        return value


def key_of(function: Function) -> Key:
    """What tells a function from others, in every evaluation."""
    return function.module.path, function.qualname
