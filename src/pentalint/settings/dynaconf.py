"""Dynaconf's `DjangoDynaconf(__name__, ...)` at the end of a settings module: a variable for every setting, hooks that set more.

Checked on dynaconf 3.3: variables are `DJANGO_NAME` unless the call says otherwise; hooks run last; their names are in capitals,
and lists are added to where one asks for a merge."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.events import Frame
from pentalint.evaluate.values import Const, Dict, Function, List, Package, Value
from pentalint.settings.model import OPTIONAL, Variable
from pentalint.settings.paths import text_of

if TYPE_CHECKING:
    from pentalint.settings.libraries import Libraries

PREFIXES = ("ENVVAR_PREFIX_FOR_DYNACONF", "ENVVAR_PREFIX", "envvar_prefix")
"""Arguments that say what variables begin with."""

MERGE = "dynaconf_merge"
"""The key with which a hook asks that what it gives is added to what is there."""


def override(engine: Libraries, arguments: Arguments, node: ast.Call, frame: Frame) -> None:
    """What the call does to the module that makes it."""
    found = next(
        (arguments.keywords[name] for name in PREFIXES if name in arguments.keywords), Const("DJANGO")
    )
    given = text_of(found) or ""
    prefixes = [f"{one.strip()}_" if one else "" for one in given.split(",")]
    for name in [name for name in frame.module.env if name.isupper()]:
        reads = engine.depends.setdefault((engine.owner(frame), name), {})
        for prefix in prefixes:
            variable = f"{prefix}{name}"
            reads.setdefault(variable, Variable(variable, OPTIONAL, frame.module.path, node.lineno))
    outer = engine.reads
    for hook in hooks(engine, arguments):
        engine.reads = dict(outer)
        run(engine, hook, node, frame)
    engine.reads = outer


def hooks(engine: Libraries, arguments: Arguments) -> list[Function]:
    """The functions that are run once all is loaded."""
    given = engine.force(arguments.keywords.get("post_hooks", List([])))
    items = given.items if isinstance(given, List) else [given]
    return [hook for item in items if isinstance(hook := engine.force(item), Function)]


def run(engine: Libraries, hook: Function, node: ast.Call, frame: Frame) -> None:
    """Set what a hook gives for the settings."""
    place = f"{hook.module.path}:{hook.node.lineno}"
    if not engine.may_follow(hook):
        engine.remark(f"the hook at {place} may set more")
        return
    given = Arguments()
    given.add(Package(frame.module), node)
    made = engine.force(engine.apply(hook, None, given))
    if not isinstance(made, Dict) or not made.complete:
        engine.remark(f"the hook at {place} may set more")
        return
    merges = made.entries.get(MERGE)
    for key, value in made.entries.items():
        if not isinstance(key, str) or key == MERGE:
            continue
        if not key.isidentifier():
            engine.remark(f"the hook at {place} changes {key}")
            continue
        before = engine.force(frame.module.env[key.upper()]) if key.upper() in frame.module.env else None
        if merges is not None and isinstance(before, (List, Dict)):
            value = merged(before, engine.force(value))
        engine.bind(key.upper(), value, hook.node, frame)


def merged(before: List | Dict, value: Value) -> Value:
    """What is there with what a hook adds to it."""
    if isinstance(before, List) and isinstance(value, List) and before.exact and value.exact:
        return before.like([*before.items, *value.items])
    if isinstance(before, Dict) and isinstance(value, Dict):
        both = before.like(dict(before.entries))
        both.take(value)
        return both
    return value
