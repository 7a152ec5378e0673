"""What is evaluated to learn what code writes into the configuration of a process, and the deployments it makes: each function or
module that writes some settings is one, or one for each place that calls it with other results."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.events import Frame
from pentalint.evaluate.modules import Module
from pentalint.evaluate.values import Function
from pentalint.match.deployment import is_deployed
from pentalint.model import File
from pentalint.project.imports import body_words, names_one_of, words
from pentalint.rule import SettingsModel
from pentalint.settings.called import Key, key_of
from pentalint.settings.gathering import GatheringInterpreter
from pentalint.settings.model import Deployment
from pentalint.settings.written import Application, deployment

SHORT = 40
"""Functions of so many lines are followed with their arguments whatever they are about; longer ones when they name something
that writes settings."""

CALLS = 2000
"""Calls of the project's functions that are followed for one framework: so many that lead to what writes settings, and so
many others."""

ROUNDS = 3
"""Once for what writes settings, again for the functions that call it, and those that call them."""

PLACES = 12
"""A function that more places call is one deployment, evaluated without their arguments."""


def find_writers(
    files: list[File],
    read: Callable[[str], bytes],
    engine: GatheringInterpreter,
    model: SettingsModel,
    writers: Callable[[], set[Function | Module]],
) -> set[Key]:
    """The functions and modules that write settings, and those that call them, from an evaluation that follows no calls with
    their arguments."""
    wanted = model_words(model)
    callers: dict[Key, set[Key]] = {}

    def called(function: Function, arguments: Arguments, node: ast.AST, frame: Frame) -> None:
        caller = key_of(frame.function) if frame.function is not None else (frame.module.path, "")
        callers.setdefault(key_of(function), set()).add(caller)

    engine.invoked = called
    engine.follows = lambda function: False
    pairs: set[tuple[bytes, bytes]] = set()
    for _ in range(ROUNDS):
        for file in files:
            module = engine.index.modules.get(file.path)
            if module is None:
                continue
            held = words(read(file.path))
            names = (wanted if not pairs else set()) & held
            names |= {name for name, owner in pairs if name in held and owner in held}
            if names:
                engine.analyse(module, names_one_of(names))
        found = closure({place_of(one) for one in writers()}, callers)
        fresh = {pair for place in found if place[1] for pair in called_by(place)} - pairs
        if not fresh:
            break
        pairs |= fresh
    return closure({place_of(one) for one in writers()}, callers)


def place_of(place: Function | Module) -> Key:
    """A function or module as it is told from others."""
    return key_of(place) if isinstance(place, Function) else (place.path, "")


def closure(places: set[Key], callers: Mapping[Key, set[Key]]) -> set[Key]:
    """Places, and what calls them, directly or not; where more call one than matter, none of them."""
    found = set(places)
    todo = list(found)
    while todo:
        those = callers.get(todo.pop(), set())
        if len(those) <= PLACES:
            todo += those - found
            found |= those
    return found


def called_by(place: Key) -> set[tuple[bytes, bytes]]:
    """The words that a module holds that calls a function: its name, or that of its class, and that of its module."""
    path, qualname = place
    owner = path.removesuffix("/__init__.py").rpartition("/")[2].partition(".")[0]
    names = [part for part in qualname.split(".")[-2:] if part != "__init__" and part.isidentifier()]
    return {(name.encode(), owner.encode()) for name in names}


_ASSIGNED = re.compile(rb"\b(\w+)\.([A-Za-z_]\w*)\s*=[^=]")
"""An attribute that is assigned, and the last name of its owner."""


def evaluate(
    files: list[File],
    read: Callable[[str], bytes],
    engine: GatheringInterpreter,
    model: SettingsModel,
    leads: Collection[Key],
) -> None:
    """Evaluate what writes settings, with the arguments of each call."""
    wanted = model_words(model)
    engine.assigned = {
        (owner.decode(), name.decode())
        for file in files
        if file.path.endswith((".py", ".pyw"))
        for owner, name in _ASSIGNED.findall(read(file.path))
        if owner not in (b"self", b"cls")
    }
    engine.most = CALLS
    engine.leads = leads
    engine.follows = lambda function: (
        length(function) <= SHORT or key_of(function) in leads or not wanted.isdisjoint(body_words(function))
    )
    paths = {path for path, _ in leads}
    for file in files:
        module = engine.index.modules.get(file.path)
        if module is not None and file.path in paths:
            engine.analyse(module, lambda function: key_of(function) in leads)


def model_words(model: SettingsModel) -> set[bytes]:
    """Words of which one stands in every file that writes settings."""
    paths = [*model.containers, *model.attributes, *model.loaders]
    last = [re.findall(r"\w+", path)[-1] for path in paths]
    return {word.encode() for word in (*last, *model.class_attributes)}


def length(function: Function) -> int:
    """The lines of a function."""
    return (function.node.end_lineno or function.node.lineno) - function.node.lineno + 1


def variants(
    framework: str, evaluations: list[Application], engine: GatheringInterpreter, elsewhere: Collection[str]
) -> list[Deployment]:
    """The deployments of one function or module: what its evaluations come to, those with the arguments of calls if there
    are any; where they differ, each is named after who calls."""
    called = [one for one in evaluations if id(one.frame) in engine.called_frames]
    called = [one for one in called if begins(one.frame, engine)] or called
    found: list[tuple[Deployment, Frame | None]] = []
    for one in called or evaluations:
        made = deployment(framework, one, engine, elsewhere)
        caller = engine.callers[id(one.frame)][0] if id(one.frame) in engine.callers else None
        if caller is not None and not is_deployed(caller.module.path):
            made = replace(made, production=False, why="what calls it is named for development or tests")
        if (made.settings or made.notes) and not any(made == other for other, _ in found):
            found.append((made, caller))
    if len(found) > PLACES:
        plain = [one for one in evaluations if id(one.frame) not in engine.called_frames]
        return [deployment(framework, one, engine, elsewhere) for one in plain[:1]]
    return [made for made, _ in found] if len(found) < 2 else numbered(found)


def begins(frame: Frame, engine: GatheringInterpreter) -> bool:
    """Whether what called a function was called with known arguments too, as far as the project calls it."""
    known = {one.function for one in engine.called_frames.values()}
    return all(
        one.function is None or id(one) in engine.called_frames or one.function not in known
        for one, _ in engine.chain(frame)
    )


def numbered(found: list[tuple[Deployment, Frame | None]]) -> list[Deployment]:
    """Deployments named after who calls, each name once."""
    counts: dict[str, int] = {}
    made = []
    for one, caller in found:
        name = one.name
        if caller is not None:
            by = ".".join(part for part in (caller.module.name, caller.qualname) if part)
            name = f"{name}, called by {by}"
        counts[name] = count = counts.get(name, 0) + 1
        made.append(replace(one, name=name if count == 1 else f"{name} ({count})"))
    return made
