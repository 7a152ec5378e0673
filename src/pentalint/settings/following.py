"""The project's own functions and classes, followed with the arguments of each call."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.attributes import has_decorator
from pentalint.evaluate.events import Frame
from pentalint.evaluate.rounds import carried
from pentalint.evaluate.signatures import Signature
from pentalint.evaluate.values import (
    NONE,
    Bound,
    Class,
    Function,
    Instance,
    List,
    Unknown,
    Value,
    join,
    join_all,
)
from pentalint.settings.environment import Read
from pentalint.settings.included import Inclusion

DEPTH = 15
"""Calls of the project's functions within each other that are followed."""


CALLS = 5_000
"""Calls of the project's functions that are followed in all."""


CACHING = ("functools.lru_cache", "functools.lru_cache()", "functools.cache")


class Following(Inclusion):
    """`level` counts the calls within each other, `followed` those in all."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.level = 0
        self.followed = 0
        self.doubtful = False
        """Whether the call that is followed may not happen; only found out where both ways matter."""
        self.most = CALLS
        self.follows: Callable[[Function], bool] = lambda function: True
        """Which functions are followed with their arguments at all; `most` is how many calls are."""
        self.called_frames: dict[int, Frame] = {}
        """The frames of functions that were called, where statements of functions are told apart."""

    def invoke(self, callee: Value, arguments: Arguments, node: ast.Call, frame: Frame) -> Value:
        function = callee.function if isinstance(callee, Bound) else callee
        if isinstance(function, Function) and self.may_follow(function):
            receiver = callee.receiver if isinstance(callee, Bound) else None
            found = self.apply(function, receiver, arguments)
            if frame.function is None:
                self.note_altered(function, receiver, node, frame)
            return found
        return super().invoke(callee, arguments, node, frame)

    def note_altered(self, function: Function, receiver: Value | None, node: ast.Call, frame: Frame) -> None:
        """A container that a module hands to a function that changes it depends on what the function reads."""
        parameters = [*function.node.args.posonlyargs, *function.node.args.args]
        names = [one.arg for one in (parameters if receiver is None else parameters[1:])]
        handed = [*zip(names, node.args), *((one.arg, one.value) for one in node.keywords)]
        if isinstance(function.node, ast.Lambda) or not any(
            isinstance(given, ast.Name) for _, given in handed
        ):
            return
        altered = carried(function.node.body).altered
        for name, given in handed:
            if name in altered and isinstance(given, ast.Name):
                self.note((self.owner(frame), given.id), node, frame, function.name)

    def may_follow(self, function: Function) -> bool:
        """Whether a call is followed with its arguments."""
        plain_decorators = all(
            decorator.paths
            and decorator.paths[0]
            in (*CACHING, "builtins.staticmethod", "builtins.classmethod", "builtins.property")
            for decorator in function.decorators
        )
        return (
            plain_decorators
            and not function.is_async
            and self.level < DEPTH
            and self.followed < self.most
            and self.follows(function)
        )

    def apply(self, function: Function, receiver: Value | None, arguments: Arguments) -> Value:
        """What a function returns for these arguments."""
        self.followed += 1
        if has_decorator(function, "builtins.staticmethod"):
            receiver = None
        given = Signature(function.node).bind(arguments, receiver)
        env = {**self.parameters(function), **self.defaults(function, given), **given}
        inner = Frame(
            function.module, env, function, function.owner, function.closure, conditional=self.doubtful
        )
        if self.fine:
            self.begin(inner)
        self.level += 1
        trail, self.trail = self.trail, {}
        try:
            if isinstance(function.node, ast.Lambda):
                return self.eval(function.node.body, inner)
            self.latest = None
            if self.run_body(function.node.body, inner):
                inner.returns.append(NONE)
            elif not inner.returns and (asked := self.latest_read()) is not None:
                return self.demanded(asked)
            if function.yields:
                return List([], complete=False)
            return join_all(inner.returns)
        finally:
            self.level -= 1
            self.reads.update(self.trail)
            self.trail = trail

    def begin(self, frame: Frame) -> None:
        """A function begins with the arguments of a call."""
        self.called_frames[id(frame)] = frame

    def latest_read(self) -> Read | None:
        """The read that was made last."""
        return self.latest

    def parameters(self, function: Function) -> dict[str, Value]:
        """Where an application is made, parameters are what they are by default."""
        env = super().parameters(function)
        if self.fine:
            for name, value in self.defaults(function, {}).items():
                if isinstance(env.get(name), Unknown):
                    env[name] = value
        return env

    def demanded(self, read: Read) -> Value:
        """What a function gives that raises when a variable is not set."""
        before = self.reads.get(read.name)
        if before is not None:
            self.reads[read.name] = replace(before, default=None)
        return self.variable(Read(read.name, None, read.kind))

    def defaults(self, function: Function, given: Mapping[str, Value]) -> dict[str, Value]:
        """What the parameters that a call leaves out are."""
        arguments = function.node.args
        names = [*arguments.posonlyargs, *arguments.args]
        pairs = [
            *zip(reversed(names), reversed(arguments.defaults)),
            *zip(arguments.kwonlyargs, arguments.kw_defaults),
        ]
        outer = function.closure or Frame(function.module, function.module.env)
        return {
            parameter.arg: self.eval(default, outer)
            for parameter, default in pairs
            if default is not None and parameter.arg not in given
        }

    def construct(self, cls: Class, arguments: Arguments, node: ast.Call, frame: Frame) -> Value:
        value = super().construct(cls, arguments, node, frame)
        if isinstance(value, Instance):
            for ancestor in self.linear(cls):
                maker = ancestor.members.get("__init__") if isinstance(ancestor, Class) else None
                if isinstance(maker, Function) and self.may_follow(maker):
                    self.apply(maker, value, arguments)
                    break
        return value

    def set_field(self, target: Instance, name: str, value: Value, frame: Frame) -> None:
        before = target.attributes.get(name)
        target.attributes[name] = join(before, value) if frame.branches and before is not None else value

    def bind_member(self, member: Value, receiver: Value) -> Value:
        cached = ("builtins.property", "functools.cached_property", "django.utils.functional.cached_property")
        if isinstance(member, Function) and has_decorator(member, *cached) and self.level < DEPTH:
            return self.apply(member, receiver, Arguments())
        return super().bind_member(member, receiver)
