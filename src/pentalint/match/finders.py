"""What looks for something in a deployment's settings that conditions on known names cannot say: settings that are read no
longer, names that are nearly right, modules that take everything from another."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.values import Const, Dict, List, Unknown
from pentalint.match.final_settings import Deployment
from pentalint.match.outcome_keys import is_certainly_not
from pentalint.match.patterns import Compiler
from pentalint.match.place import Place
from pentalint.match.views import alternatives, equals
from pentalint.rule import SettingsModel, covers

Finder = Callable[[Deployment, str, SettingsModel, Interpreter], Iterable[Place]]
"""What looks for something in a deployment that conditions on known names cannot say."""


def finder_of(table: Mapping[str, Any], compiler: Compiler) -> Finder | None:
    """The finder that a pattern names, if any: `removed`, `takes-all-of`, `resembles`. Raises `ConditionError`."""
    if "removed" in table:
        harmful = table["removed"] == "harmful"
        return lambda deployment, version, model, engine: removed_setting(
            deployment, version, model, engine, harmful=harmful
        )
    if "takes-all-of" in table:
        base, own = re.compile(table["takes-all-of"]), re.compile(table.get("named", ""))
        return lambda deployment, version, model, engine: taken_from(deployment, base, own, engine)
    if "resembles" in table:
        meant, known = compiler.paths(table["resembles"]), frozenset(compiler.paths(table.get("known", ())))
        return lambda deployment, version, model, engine: misnamed(
            deployment, frozenset(map(last_name, meant)), frozenset(map(last_name, known))
        )
    return None


def last_name(path: str) -> str:
    """The name of a setting: the last part of its path."""
    return path.rpartition(".")[2]


def removed_setting(
    deployment: Deployment, version: str, model: SettingsModel, engine: Interpreter, *, harmful: bool
) -> Iterator[Place]:
    """The settings that are set and that the version of the framework does not read. `harmful`: what it is set to is not what
    happens anyway, and what took its place is not set."""
    for removed in model.removed:
        setting = deployment.written.get(removed.name)
        if setting is None or removed.distribution or not covers(removed.since, version):
            continue
        options = alternatives(setting.value, engine)
        idle = removed.instead in deployment.written or all(
            any(equals(value)(option, engine) for value in removed.now) for option in options
        )
        changes = not idle and all(
            not isinstance(option, Unknown) and is_certainly_not(option, value, engine)
            for value in removed.now
            for option in options
        )
        if changes if harmful else idle:
            place = Place(
                setting.module, setting.node, setting.scope, removed.name, setting.value, removed.name
            )
            place.version = removed.version
            yield place


def taken_from(
    deployment: Deployment, base: re.Pattern[str], own: re.Pattern[str], engine: Interpreter
) -> Iterator[Place]:
    """Where a module, by the last part of its name, takes everything from another by the last part of its."""
    module = deployment.module
    if module.source is None or own.search(module.name.rpartition(".")[2]) is None:
        return
    for node in module.source.tree.body:
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names):
            name = engine.absolute(node, module) or ""
            target = engine.index.find(name, module)
            if target is not None and base.search(name.rpartition(".")[2]) is not None:
                yield Place(module, node, "", name, None, name)


def misnamed(deployment: Deployment, meant: frozenset[str], known: frozenset[str]) -> Iterator[Place]:
    """The names a settings module gives plain values to that nobody reads, and that are one of `meant`, which it does not
    set, in other letters or but for a slip. `known` are names that somebody reads."""
    module = deployment.module
    if deployment.open:
        return
    for name, value in module.env.items():
        if (
            name in known
            or name in meant
            or name not in module.origins
            or not isinstance(value, (Const, List, Dict))
        ):
            continue
        right = next(
            (other for other in sorted(meant) if other not in deployment.written and resembles(name, other)),
            None,
        )
        path, node = module.origins[name]
        if right is not None and path == module.path:
            place = Place(module, node, "", name, None, name)
            place.note = right
            yield place


LONG = 10
"""Shorter names differ by a slip from too many others."""


def resembles(name: str, right: str) -> bool:
    """Whether a name is another in other letters, or, in capitals and long enough, with at most two letters more, less or
    changed."""
    if name.upper() == right:
        return True
    return (
        name.isupper()
        and len(right) >= LONG
        and abs(len(name) - len(right)) <= 2
        and distance(name, right, 2) <= 2
    )


def distance(one: str, other: str, most: int) -> int:
    """The Levenshtein distance, or some number above `most` when it is above that: most names are told apart by their
    first letters."""
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, 1):
        before, row[0] = row[0], place
        for column, wanted in enumerate(other, 1):
            before, row[column] = (
                row[column],
                min(row[column] + 1, row[column - 1] + 1, before + (letter != wanted)),
            )
        if min(row) > most:
            break
    return max(row[-1], min(row))
