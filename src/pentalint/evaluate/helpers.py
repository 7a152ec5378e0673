"""Calls of small functions of the project with the arguments at hand, where module bodies make them: the helpers that settings
modules read their values with (`env_bool("DEBUG", False)`)."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.events import Frame, Silent
from pentalint.evaluate.methods import MUTATORS, forget
from pentalint.evaluate.values import NONE, Dict, Function, Instance, List, Ref, Value, join_all, options

if TYPE_CHECKING:
    from pentalint.evaluate.calls import Calls
    from pentalint.evaluate.core import Core
    from pentalint.evaluate.events import Listener

STATEMENTS = 30
"""A function with more statements than this is no helper."""

DEPTH = 4
"""Helpers that call helpers are followed so far."""

CALLS = 2000
"""Calls of helpers that a module body makes beyond this many are not followed."""

NEVER = (
    ast.Yield, ast.YieldFrom, ast.Await, ast.Global, ast.Nonlocal, ast.Import, ast.ImportFrom, ast.AsyncFunctionDef, ast.ClassDef,
    ast.AsyncFor, ast.AsyncWith, ast.Delete,
)  # fmt: skip
"""What a helper does not do."""

CACHES = frozenset({"functools.cache", "functools.lru_cache"})
"""Decorators that do not change what a function gives."""


Invoked = Callable[[Function, Arguments, ast.AST, Frame], None]
"""Who is told of calls of the project's functions."""


class Silence(Silent):
    """A listener that does not listen: the body of a helper has been told of once, whatever its arguments."""

    def __init__(self, engine: Calls) -> None:
        listener = engine.listener
        outer = listener if isinstance(listener, Silence) else None
        self.listener: Listener = outer.listener if outer is not None else listener
        self.invoked: Invoked | None = outer.invoked if outer is not None else engine.invoked
        self.known_paths = listener.known_paths

    def knows(self, root: str) -> bool:
        return self.listener.knows(root)


def apply_helper(engine: Calls, function: Function, arguments: Arguments, frame: Frame) -> Value | None:
    """What a call gives, or None when it is not followed."""
    if frame.function is not None and not engine.helping:
        return None
    if frame.loops > frame.rounds or engine.helping >= DEPTH or not is_helper(engine, function):
        return None
    home = frame.module.path
    engine.helped[home] += 1
    if engine.helped[home] > CALLS:
        return None
    env = bound(function, arguments, engine)
    if env is None:
        return None
    uncertain = bool(frame.branches or frame.conditional)
    if uncertain and changes(function.node):
        for value in env.values():
            for option in options(value):
                if isinstance(option, (List, Dict)):
                    forget(option)  # the call may not happen, and what it changes is not known after it
    inner = Frame(
        function.module,
        env,
        function,
        function.owner,
        function.closure,
        conditional=uncertain,
    )
    listener, invoked = engine.listener, engine.invoked
    engine.listener, engine.invoked = Silence(engine), None
    engine.helping += 1
    try:
        if isinstance(function.node, ast.Lambda):
            return engine.eval(function.node.body, inner)
        if engine.run_body(function.node.body, inner):
            inner.returns.append(NONE)
        return join_all(inner.returns) if inner.returns else Ref("sys.exit()")
    finally:
        engine.helping -= 1
        engine.listener, engine.invoked = listener, invoked


@contextmanager
def aloud(engine: Core) -> Iterator[None]:
    """Evaluate for all to hear, also from within a helper: what is evaluated once is told of then or never."""
    if not engine.helping:
        yield
        return
    silence, invoked, helping = engine.listener, engine.invoked, engine.helping
    assert isinstance(silence, Silence)
    engine.listener, engine.invoked, engine.helping = silence.listener, silence.invoked, 0
    try:
        yield
    finally:
        engine.listener, engine.invoked, engine.helping = silence, invoked, helping


def is_made(value: Value) -> bool:
    """Whether a value may be, or hold, an object: what is done to the one that was made for all to hear, is done to that one."""
    return any(isinstance(option, Instance) or _made(option, last=True) for option in options(value))


def _made(value: Value, *, last: bool = False) -> bool:
    """Whether a value is what a call of an API gave, and not what can be read as a value: an environment variable, a path. What
    stands by itself (`last`) only counts when a class made it."""
    if isinstance(value, Ref):
        called, end, rest = value.path.rpartition("()")
        name = called.rpartition(".")[2]
        return bool(end) and not rest and not called.startswith(VALUES) and (not last or name[:1].isupper())
    parts = (
        value.items if isinstance(value, List) else value.entries.values() if isinstance(value, Dict) else ()
    )
    return any(_made(option) for part in parts for option in options(part))


VALUES = ("os.", "pathlib.", "environ.", "environs.", "decouple.", "builtins.")
"""Where the calls are found whose results are read as values."""


def is_helper(engine: Calls, function: Function) -> bool:
    """Whether a function is small, and does no more than compute."""
    known = engine.small.get(function)
    if known is None:
        known = engine.small[function] = computes(function)
    return known


def computes(function: Function) -> bool:
    """The verdict of `is_helper`, from the tree."""
    if function.is_async or function.owner is not None:
        return False
    if any(not decorator.paths or CACHES.isdisjoint(decorator.paths) for decorator in function.decorators):
        return False
    count = 0
    for node in ast.walk(function.node):
        count += isinstance(node, ast.stmt)
        if isinstance(node, NEVER) or count > STATEMENTS:
            return False
    return True


@cache
def changes(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> bool:
    """Whether a function may change a container that it is given, or one of its module."""
    return any(
        (isinstance(inner, ast.Attribute) and inner.attr in MUTATORS)
        or (isinstance(inner, ast.Subscript) and isinstance(inner.ctx, ast.Store))
        or isinstance(inner, ast.AugAssign)
        for inner in ast.walk(node)
    )


def bound(function: Function, arguments: Arguments, engine: Calls) -> dict[str, Value] | None:
    """The parameters with what a call gives them; None when that is not known of each."""
    if arguments.open_positional or arguments.open_keyword:
        return None
    given = function.node.args
    positional = [one.arg for one in (*given.posonlyargs, *given.args)]
    if len(arguments.positional) > len(positional) and given.vararg is None:
        return None
    env = dict(zip(positional, arguments.positional))
    if given.vararg is not None:
        env[given.vararg.arg] = List(arguments.positional[len(positional) :], "tuple")
    known = {one.arg for one in (*given.args, *given.kwonlyargs)}
    more: dict[object, Value] = {}
    for name, value in arguments.keywords.items():
        if name in env or (name not in known and given.kwarg is None):
            return None
        (env if name in known else more)[name] = value
    if given.kwarg is not None:
        env[given.kwarg.arg] = Dict(more)
    defaults = [
        *zip(positional[len(positional) - len(given.defaults) :], given.defaults),
        *zip((one.arg for one in given.kwonlyargs), given.kw_defaults),
    ]
    for name, default in defaults:
        if name not in env and default is not None:
            env[name] = engine.default(default)
    return env if all(name in env for name in (*positional, *(one.arg for one in given.kwonlyargs))) else None
