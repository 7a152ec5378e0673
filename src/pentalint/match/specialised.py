"""Functions of the project that register what they are given: evaluated again for each call, with what that call hands over."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.events import (
    Call,
    ClassDefined,
    Frame,
    FunctionDefined,
    Listener,
    ModuleDone,
    Use,
    Write,
)
from pentalint.evaluate.methods import copy
from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.values import (
    Choice,
    Class,
    Decorator,
    Function,
    Instance,
    List,
    Ref,
    Value,
    options,
)
from pentalint.match.handed import Handed, bind, has_parameters, is_open, loop_of, matters
from pentalint.match.handlers import looked_up
from pentalint.match.url_names import Include

if TYPE_CHECKING:
    from pentalint.match.entries import Entries

_WORD = re.compile(r"\w+")

_PLAIN = "".join(chr(code) if chr(code).isalnum() or code == 0x5F else " " for code in range(128))
"""ASCII with blanks for what is in no word."""

LIMIT = 3000
"""Calls that are looked at in one project: a budget, so that a loop of helpers ends."""


STEPS = 2
"""Helpers of helpers that register something are looked for this far."""


class Specialised:
    """Keeps such calls until they are evaluated."""

    def __init__(self, found: Entries) -> None:
        self.found = found
        self.calls: list[Handed] = []
        self.pending: list[Handed] = []
        self.frames: dict[int, Handed | None] = {}
        self.looped: dict[int, tuple[ast.AST, Frame]] = {}
        self.makers: list[tuple[Decorator, Function | Class, Frame, int]] = []
        self.heard: dict[int, Function] = {}
        self._kept: list[Frame] = []
        self._words: dict[int, frozenset[str]] = {}
        self.rest: list[Handed] = []
        self._names: dict[str, int] = {}
        self._heard = 0
        self._done: set[tuple[int, ...]] = set()

    def invoked(self, function: Function, arguments: Arguments, node: ast.AST, frame: Frame) -> None:
        """A project function is called."""
        for value in arguments.every():
            if matters(value):
                self.calls.append(Handed(function, arguments, node, frame))
                return

    def applied(
        self, decorator: Decorator, function: Function, target: Function | Class, frame: Frame
    ) -> None:
        """A project function is applied to a definition as a decorator; a call of another may have made it."""
        arguments = Arguments()
        arguments.positional.append(target)
        arguments.nodes.append(ast.copy_location(ast.Name(target.name, ast.Load()), target.node))
        self.calls.append(Handed(function, arguments, decorator.node, frame, decorator.arguments))

    def made(self, decorator: Decorator, target: Function | Class, frame: Frame, place: int) -> None:
        """A function of the project makes a decorator, from arguments that only this call gives."""
        self.makers.append((decorator, target, frame, place))

    def place(self, frame: Frame, node: ast.AST) -> tuple[str, int]:
        """File and line of the statement behind a registration: of the call that handed it over, for what a helper
        registers."""
        seen = 0
        while (handed := self.frames.get(id(frame))) is not None and seen < LIMIT:
            frame, node = handed.frame, handed.node
            seen += 1
        return frame.module.path, getattr(node, "lineno", 0)

    def words(self, function: Function) -> frozenset[str]:
        """The words of a function's source; for a constructor, those of its class."""
        key = id(function.node)
        found = self._words.get(key)
        if found is None:
            whole = function.owner if function.name == "__init__" else None
            text = function.text if whole is None else whole.text
            found = self._words[key] = words_in(text)
        return found

    def helpers(self) -> set[str]:
        """The names of functions with parameters in which something was registered, and of those that name one of them. A
        constructor or lambda, whose name says nothing, stands for itself alone: not everyone who makes an object makes that one."""
        names = {one.name for one in self.heard.values() if has_parameters(one) and not is_common(one)}
        if not names:
            return names  # and so nobody names one: the words of all that is called need not be read
        known = set(map(id, self.heard.values()))
        for one in (*self.rest, *self.calls):
            function, caller = one.function, one.frame.function
            if id(function) not in known and not names.isdisjoint(self.words(function)):
                known.add(id(function))
                if not is_common(function):
                    names.add(function.name)
            helps = id(function) in known if is_common(function) else function.name in names
            if helps and caller is not None and has_parameters(caller):
                known.add(id(caller))
                if not is_common(caller):
                    names.add(caller.name)
        return names

    def take(self, engine: Interpreter) -> None:
        """Choose the calls to be evaluated: of functions in which something was registered, of those that are given what things are
        registered on and have a word for it, and of those that name a function that was chosen."""
        while True:
            known = len(self._names)
            for place in range(self._heard, len(self.heard)):
                self.chose(list(self.heard.values())[place])
            self._heard = len(self.heard)
            if known == len(self._names) and not self.calls:
                return
            looked_at = [*self.rest, *self.calls] if known != len(self._names) else self.calls
            kept = [] if looked_at is not self.calls else self.rest
            self.calls = []
            for one in looked_at:
                steps = self.chosen(one, engine)
                if steps is not None:
                    self.chose(one.function, steps)
                    self.pending.append(one)
                else:
                    kept.append(one)
            self.rest = kept

    def chose(self, function: Function, steps: int = 0) -> None:
        """Who calls a function that registers something is of interest too, when it takes anything; and who calls that."""
        nested = function.closure is not None and function.closure.function is not None
        common = function.name.startswith("__") or function.name in self.found.registering
        if has_parameters(function) and not (nested or common or steps > STEPS):
            self._names.setdefault(function.name, steps)

    def chosen(self, handed: Handed, engine: Interpreter) -> int | None:
        """By how many calls a function that is called is away from what registers something; None when it has nothing to
        do with it."""
        function = handed.function
        if id(function.node) in self.heard:
            return 0
        words = self.words(function)
        named = [steps for name, steps in self._names.items() if name in words and name != function.name]
        if not named and self.found.registering.isdisjoint(words):
            return None
        if not any(self.receives(value, engine) for value in handed.arguments.every()):
            return None
        return min(named) + 1 if named else 0

    def receives(self, value: Value, engine: Interpreter) -> bool:
        """Whether things are registered on a value."""
        if isinstance(value, (Choice, List)):
            items = value.values if isinstance(value, Choice) else value.items[:4]
            return any(self.receives(item, engine) for item in items)
        value = engine.force(value)
        if isinstance(value, Instance):
            return any(f"{name}()" in self.found.receivers for name in engine.ancestors(value.cls))
        return isinstance(value, Ref) and value.path in self.found.receivers

    def registered(self, node: ast.AST, frame: Frame, given: Iterable[Value] = ()) -> None:
        """Something is registered: by a function that may have been given parts of it, perhaps in a loop of which only one
        round has been seen."""
        if frame.function is not None and any(map(is_open, given)):
            self.heard.setdefault(id(frame.function.node), frame.function)
        if frame.loops and id(frame) not in self.frames:
            self.looped.setdefault(id(node), (node, frame))

    def evaluate(self, engine: Interpreter) -> None:
        """Evaluate what is pending, what that hands on, and loops round by round."""
        seen: set[int] = set()
        for node, outer in list(self.looped.values()):
            loop = loop_of(node, outer)
            if loop is not None and id(loop) not in seen:
                seen.add(id(loop))
                env = {name: copy(value) for name, value in outer.env.items()}
                frame = Frame(outer.module, env, outer.function, outer.cls, outer.parent, outer.in_class_body)
                self.run([loop], frame, None, engine)
        self.looped.clear()
        for decorator, target, frame, place in self.makers:
            node, arguments = decorator.node, decorator.arguments
            maker = looked_up(node.func, frame, engine) if isinstance(node, ast.Call) else None
            if isinstance(maker, Function) and arguments is not None:
                self.pending.append(Handed(maker, arguments, node, frame, None, target, place))
        self.makers.clear()
        self.take(engine)
        place = done = 0
        names = self.found.names
        while len(self._done) < LIMIT and (place < len(self.pending) or done < len(names.includes)):
            if place == len(self.pending):
                self.included(names.includes[done], engine)
                done += 1
                continue
            handed = self.pending[place]
            place += 1
            key = (id(handed.function.node), id(handed.arguments), id(handed.target))
            if key not in self._done:
                self._done.add(key)
                self.call(handed, engine)
                self.take(engine)
        self.pending.clear()

    def apply(self, handed: Handed | None, frame: Frame) -> None:
        """Hand what was evaluated to the collector, when it is a decorator of something."""
        if handed is not None and handed.target is not None:
            for value in frame.returns:
                for option in options(value):
                    if isinstance(option, Ref) and isinstance(option.base, Ref):
                        self.found.decorate(
                            option.base, option.arguments, handed.target, handed.node, frame, handed.place
                        )

    def methods(self, constructor: Function, engine: Interpreter) -> list[tuple[list[ast.stmt], Frame]]:
        """The methods of a class that register something on what its constructor was given, each with a frame."""
        found = []
        for cls in engine.linear(constructor.owner) if constructor.owner is not None else ():
            for method in cls.members.values() if isinstance(cls, Class) else ():
                if (
                    isinstance(method, Function)
                    and method.name != "__init__"
                    and not self.found.registering.isdisjoint(self.words(method))
                ):
                    node = method.node
                    if isinstance(node.body, list):
                        frame = Frame(
                            method.module, engine.parameters(method), method, method.owner, method.closure
                        )
                        found.append((node.body, frame))
        return found

    def included(self, include: Include, engine: Interpreter) -> None:
        """An included function is given what includes it."""
        owner = include.owner
        for target in self.found.names.targets(include, engine) if owner is not None else ():
            key = (id(target.node), id(include))
            if owner is not None and key not in self._done:
                self._done.add(key)
                arguments = Arguments()
                arguments.positional.append(owner)
                self.pending.append(Handed(target, arguments, include.node, include.frame))

    def call(self, handed: Handed, engine: Interpreter) -> None:
        """Evaluate one function for one call."""
        function = handed.function
        closure = function.closure
        if handed.outer is not None and closure is not None and closure.function is not None:
            bound = bind(closure.function, handed.outer, engine)
            closure = replace(closure, env={**closure.env, **bound})
        env = bind(function, handed.arguments, engine)
        frame = Frame(function.module, env, function, function.owner, closure)
        node = function.node
        self.run(node.body if isinstance(node.body, list) else [ast.Expr(node.body)], frame, handed, engine)

    def run(self, body: list[ast.stmt], frame: Frame, handed: Handed | None, engine: Interpreter) -> None:
        """Run statements of which only what they register is heard, and nothing they assign is kept."""
        self.frames[id(frame)] = handed
        self._kept.append(frame)
        owner = frame.function.owner if frame.function is not None else frame.cls
        classes = list(engine.linear(owner)) if owner is not None else []
        fields = [(one, dict(one.fields)) for one in classes if isinstance(one, Class)]
        listener, exact, origins = engine.listener, engine.exact, frame.module.origins
        frame.module.origins = dict(origins)
        engine.exact = True
        engine.listener = Only(listener, self.found, self.frames)
        try:
            engine.run_body(body, frame)
            if handed is not None and handed.function.name == "__init__":
                for inner, other in self.methods(handed.function, engine):
                    self.frames[id(other)] = handed
                    self._kept.append(other)
                    engine.run_body(inner, other)
        except RecursionError:
            pass
        finally:
            self.apply(handed, frame)
            engine.listener, engine.exact, frame.module.origins = listener, exact, origins
            for cls, before in fields:
                cls.fields = before


class Only:
    """The listener while functions are evaluated again: what happens in their frames is told to the collector alone, what happens
    elsewhere (modules that are looked at for the first time) to everyone as usual."""

    def __init__(self, everyone: Listener, found: Entries, frames: Mapping[int, Handed | None]) -> None:
        self.everyone = everyone
        self.found = found
        self.frames = frames
        self.call_paths = everyone.call_paths
        self.write_paths = everyone.write_paths
        self.use_paths = everyone.use_paths
        self.known_paths = everyone.known_paths

    def knows(self, root: str) -> bool:
        return self.everyone.knows(root)

    def called(self, event: Call) -> None:
        if id(event.frame) not in self.frames:
            self.everyone.called(event)
        elif event.path in self.found.call_paths:
            self.found.called(event)

    def wrote(self, event: Write) -> None:
        if id(event.frame) not in self.frames:
            self.everyone.wrote(event)

    def used(self, event: Use) -> None:
        if id(event.frame) not in self.frames:
            self.everyone.used(event)

    def defined(self, event: FunctionDefined) -> None:
        if id(event.frame) not in self.frames:
            self.everyone.defined(event)
        else:
            self.found.defined(event)

    def declared(self, event: ClassDefined) -> None:
        if id(event.frame) not in self.frames:
            self.everyone.declared(event)
        else:
            self.found.declared(event)

    def finished(self, event: ModuleDone) -> None:
        self.everyone.finished(event)


def is_common(function: Function) -> bool:
    """Whether a function is named as many others are: `__init__`, `<lambda>`."""
    return function.name.startswith(("__", "<"))


def words_in(text: str) -> frozenset[str]:
    """The words of some source; those of ASCII text, which most is, in a third of the time that the pattern takes."""
    if text.isascii():
        return frozenset(text.translate(_PLAIN).split())
    return frozenset(_WORD.findall(text))
