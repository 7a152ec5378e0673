"""What one call that fills a configuration object sets: an object's upper-case attributes, a mapping, a file, variables of the
environment. The semantics are those of `flask.Config`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.values import (
    MAYBE,
    REST,
    Const,
    Dict,
    Value,
    lift,
    options,
    truth,
)
from pentalint.match.bottle_loaders import nested, prefixed, sections, upper_names
from pentalint.match.deployment import is_deployed
from pentalint.match.loading import Batch, Load, Surroundings
from pentalint.match.objects import module_batch, object_batches
from pentalint.match.project_files import Stub, Variable
from pentalint.match.settings import Setting


def batches(load: Load, around: Surroundings, engine: Interpreter) -> list[Batch]:
    """What the call sets, one batch for each case that is possible. Raises `KeyError` for a way of loading that there is
    not."""
    return LOADERS[load.how](load, around, engine)


# -- mappings ----------------------------------------------------------------------------------------------------------


def mapping_batches(load: Load, engine: Interpreter) -> list[Batch]:
    """`update` and `from_mapping`, the latter of upper-case keys only."""
    arguments = load.arguments
    given = load.argument(engine)
    cases: Iterable[Value | None] = [None] if given is None else options(given)
    return [
        mapping_batch(None if case is None else engine.force(case), arguments, load, engine) for case in cases
    ]


def mapping_batch(given: Value | None, arguments: Arguments, load: Load, engine: Interpreter) -> Batch:
    """What one mapping and the keywords set."""
    found: dict[str, Setting] = {}
    opened = ""
    if isinstance(given, Dict):
        for name, item in given.entries.items():
            if isinstance(name, str):
                path, node = given.nodes.get(name, (load.frame.module.path, load.node))
                module = engine.index.modules.get(path, load.frame.module)
                found[name] = load.setting(name, engine.force(item), module, node)
        if not given.complete or REST in given.entries:
            opened = "not all keys of the mapping are known"
    elif given is not None and not (isinstance(given, Const) and given.value is None):
        opened = "the mapping is not known"
    for name, item in arguments.keywords.items():
        if name != load.key.partition("=")[2]:
            node = arguments.keyword_nodes[name]
            found[name] = load.setting(name, engine.force(item), load.frame.module, node)
    spread = arguments.spare.get("**")
    if arguments.open_keyword and not (isinstance(spread, Const) and spread.value is None):  # that raises
        opened = "not all keywords are known"
    return Batch(tuple(found.values()), opened)


def applied(setting: Setting, how: str) -> bool:
    """Whether a loader takes a key: Flask's, `update` aside, take upper-case ones only."""
    return (
        how in ("update", "default", "prefixed-env", "nested", "prefixed", "names", "ini")
        or setting.name.isupper()
    )


def default_batch(load: Load, engine: Interpreter) -> Batch:
    """`setdefault`."""
    name, value = load.arguments.get("0"), load.arguments.get("1")
    name = None if name is None else engine.force(name)
    if not (isinstance(name, Const) and isinstance(name.value, str)):
        return Batch(opened="the key is not known")
    held = Const(None) if value is None else engine.force(value)
    return Batch((load.setting(name.value, held, load.frame.module, load.node),))


# -- files -------------------------------------------------------------------------------------------------------------


def python_batches(load: Load, around: Surroundings, engine: Interpreter) -> list[Batch]:
    """`from_pyfile`: a file of the project, executed as Python whatever it is called."""
    found: list[Batch] = []
    for name, path in named_files(load, around, engine):
        module = around.files.module(path, engine) if path is not None else None
        missing = f"{name} is not in the project" if path is None else f"{path} cannot be evaluated"
        found.append(Batch(opened=missing) if module is None else module_batch(module, engine))
    return found


def document_batches(load: Load, around: Surroundings, engine: Interpreter) -> list[Batch]:
    """`from_file`: a document of the project, read by the function given as `load`."""
    reader = load.arguments.get("1=load")
    reader = None if reader is None else engine.force(reader)
    kind = "json" if load.how == "json" else around.files.kind_of(getattr(reader, "path", ""))
    found: list[Batch] = []
    for name, path in named_files(load, around, engine):
        entries = around.files.document(path, kind) if path is not None and kind else None
        if entries is None or path is None:
            missing = f"{name} is not a file of the project that is read"
            found.append(Batch(opened=missing if path is None or not kind else f"{path} cannot be read"))
            continue
        stub = around.files.stub(path)
        found.append(
            Batch(
                tuple(
                    entry_setting(key, lift(value), stub, line)
                    for key, (value, line) in entries.items()
                    if key.isupper()
                )
            )
        )
    return found


def named_files(load: Load, around: Surroundings, engine: Interpreter) -> Iterator[tuple[str, str | None]]:
    """The names of the files a call may load, each with its path in the project, None when it is not there."""
    value = load.argument(engine)
    if value is None or value is MAYBE:
        yield "the file", None
        return
    for option in options(value):
        option = engine.force(option)
        named = isinstance(option, Const) and isinstance(option.value, str)
        shown = str(option.value) if isinstance(option, Const) and named else "the file"
        yield (
            shown,
            around.files.locate(
                option, load.frame.module.path, around.relative, around.root, around.instance
            ),
        )


def entry_setting(name: str, value: Value, stub: Stub, line: int) -> Setting:
    """A setting that stands on a line of a file that is no Python."""
    return Setting(name, "", value, stub.module, stub.node(line), "", is_deployed(stub.module.path))


# -- the environment ---------------------------------------------------------------------------------------------------


def variable_batch(load: Load, engine: Interpreter) -> Batch:
    """`from_envvar`: a variable names a file. Where it is optional, without the variable nothing is loaded."""
    value = load.argument(engine)
    name = str(value.value) if isinstance(value, Const) else "a variable"
    silent = load.arguments.get("1=silent")
    if silent is not None and truth(engine.force(silent)) is True:
        return Batch(variables=(name,))
    return Batch(opened=f"the environment variable {name} names a file", variables=(name,))


def environment_batch(load: Load, around: Surroundings, engine: Interpreter) -> Batch:
    """`from_prefixed_env`: variables that files of the project set; any other may be set too."""
    value = load.argument(engine) if load.key else None
    prefix = "FLASK" if value is None else getattr(value, "value", None)
    if not isinstance(prefix, str):
        return Batch(opened="the prefix of the environment variables is not known")
    if load.arguments.get("loads") is not None:
        return Batch(opened=f"environment variables that begin with {prefix}_ set it")
    held: dict[str, tuple[Any, Variable]] = {}
    for variable in sorted(around.files.variables, key=lambda one: one.name):
        if variable.name.startswith(f"{prefix}_"):
            place(held, variable.name[len(prefix) + 1 :], parsed(variable.value), variable)
    found = [
        entry_setting(name, lift(item), around.files.stub(variable.path), variable.line)
        for name, (item, variable) in held.items()
    ]
    return Batch(tuple(found), variables=(f"{prefix}_*",))


def parsed(text: str) -> Any:
    """A variable's text as JSON, else as it is."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def place(held: dict[str, tuple[Any, Variable]], name: str, item: Any, variable: Variable) -> None:
    """`A__B` is the entry B of the dictionary A."""
    first, *rest = name.split("__")
    if not rest:
        held[first] = (item, variable)
        return
    outer = held.setdefault(first, ({}, variable))[0]
    for key in rest[:-1]:
        if not isinstance(outer, dict):
            return
        outer = outer.setdefault(key, {})
    if isinstance(outer, dict):
        outer[rest[-1]] = item


LOADERS: dict[str, Callable[[Load, Surroundings, Interpreter], list[Batch]]] = {
    "object": lambda load, around, engine: object_batches(load, engine),
    "mapping": lambda load, around, engine: mapping_batches(load, engine),
    "update": lambda load, around, engine: mapping_batches(load, engine),
    "default": lambda load, around, engine: [default_batch(load, engine)],
    "pyfile": python_batches,
    "file": document_batches,
    "json": document_batches,
    "envvar": lambda load, around, engine: [variable_batch(load, engine)],
    "prefixed-env": lambda load, around, engine: [environment_batch(load, around, engine)],
    "nested": lambda load, around, engine: list(nested(load, engine)),
    "prefixed": lambda load, around, engine: list(prefixed(load, engine)),
    "names": lambda load, around, engine: list(upper_names(load, engine)),
    "ini": lambda load, around, engine: list(sections(load, around.files, engine)),
}
"""The ways of loading, as `[settings.loaders]` of a pack names them."""
