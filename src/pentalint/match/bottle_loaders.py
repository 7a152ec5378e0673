"""What Bottle's loaders set: the semantics of `bottle.ConfigDict` 0.13, whose keys are dotted names."""

from __future__ import annotations

import configparser
from collections.abc import Iterator

from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.values import MAYBE, NONE, REST, Const, Dict, List, Package, Value, options
from pentalint.match.deployment import is_deployed
from pentalint.match.loading import Batch, Load
from pentalint.match.project_files import ProjectFiles
from pentalint.match.settings import Setting, dotted, module_settings
from pentalint.syntax.framework_files import bottle_entries

INTERPOLATIONS = {
    "configparser.ExtendedInterpolation()": configparser.ExtendedInterpolation,
    "configparser.BasicInterpolation()": configparser.BasicInterpolation,
}


def flattened(
    value: Dict, load: Load, engine: Interpreter, namespace: str = "", squash: bool = True
) -> Iterator[Setting]:
    """The entries of a dictionary, those of dictionaries in it under dotted names (`load_dict`)."""
    for name, item in value.entries.items():
        if not isinstance(name, str):
            continue
        item = engine.force(item)
        path, node = value.nodes.get(name, (load.frame.module.path, load.node))
        key = f"{namespace}.{name}".strip(".") if squash else f"{namespace}{name}"
        if isinstance(item, Dict) and squash:
            yield from flattened(item, load, engine, key)
        else:
            yield load.setting(key, item, engine.index.modules.get(path, load.frame.module), node)


def is_open(value: Value, engine: Interpreter) -> bool:
    """Whether a dictionary, or one in it, may have more keys than are known."""
    if not isinstance(value, Dict):
        return False
    inner = (engine.force(item) for item in value.entries.values())
    return not value.complete or REST in value.entries or any(is_open(item, engine) for item in inner)


def text_of(value: Value | None, engine: Interpreter) -> str | None:
    """A known string, "" when it is absent; None when it is not known."""
    if value is None:
        return ""
    value = engine.force(value)
    return value.value if isinstance(value, Const) and isinstance(value.value, str) else None


def nested(load: Load, engine: Interpreter) -> Iterator[Batch]:
    """`load_dict(source, namespace="")`."""
    namespace = text_of(load.arguments.get("1=namespace"), engine)
    given = load.argument(engine)
    for option in options(given) if given is not None else ():
        option = engine.force(option)
        if not isinstance(option, Dict) or namespace is None:
            yield Batch(opened="the dictionary it loads is not known")
            continue
        opened = "not all keys of the dictionary are known" if is_open(option, engine) else ""
        yield Batch(tuple(flattened(option, load, engine, namespace)), opened)


def prefixed(load: Load, engine: Interpreter) -> Iterator[Batch]:
    """`update([namespace], [mapping], **keywords)`."""
    arguments = load.arguments
    given = [engine.force(value) for value in arguments.positional]
    prefix = ""
    if given and isinstance(given[0], Const) and isinstance(given[0].value, str):
        prefix = given.pop(0).value.strip(".") + "."  # type: ignore[union-attr]
    elif given and not isinstance(given[0], Dict):
        yield Batch(opened="the mapping is not known")
        return
    found: list[Setting] = []
    closed = not arguments.open_keyword and not arguments.open_positional
    for value in given:
        if isinstance(value, Dict):
            found += flattened(value, load, engine, prefix, squash=False)
            closed = closed and value.complete and REST not in value.entries
        else:
            closed = False
    for name, value in arguments.keywords.items():
        node = arguments.keyword_nodes[name]
        found.append(load.setting(prefix + name, engine.force(value), load.frame.module, node))
    yield Batch(tuple(found), "" if closed else "not all keys are known")


def sections(load: Load, files: ProjectFiles, engine: Interpreter) -> Iterator[Batch]:
    """`load_config(filename, **options)`: an ini file, or a list of them, later ones on top."""
    chosen = parser_options(load, engine)
    given = load.argument(engine)
    for option in [] if given is None or given is MAYBE else options(given):
        option = engine.force(option)
        names = option.items if isinstance(option, List) and option.exact else [option]
        found: dict[str, Setting] = {}
        opened = "" if chosen is not None else "the options of the parser are not known"
        for name in names:
            path = files.locate(engine.force(name), load.frame.module.path, None, None, None)
            if path is None or chosen is None:
                opened = opened or "the file is not in the project"
                continue
            entries, faults = bottle_entries(files.text(path), **chosen)
            if faults:
                files.faults.setdefault(path, faults[0])
            stub = files.stub(path)
            for entry in entries:
                held = Const(entry.value) if entry.known else NONE
                node, deployed = stub.node(entry.line), is_deployed(path)
                found[entry.key] = Setting(entry.key, "", held, stub.module, node, "", deployed)
        yield Batch(tuple(found.values()), opened)
    if given is None or given is MAYBE:
        yield Batch(opened="the file is not known")


def parser_options(load: Load, engine: Interpreter) -> dict[str, object] | None:
    """The options of the parser that the call gives; None when they are not known."""
    found: dict[str, object] = {}
    if load.arguments.open_keyword:
        return None
    for name, value in load.arguments.keywords.items():
        if name == "filename":
            continue
        value = engine.force(value)
        path = getattr(value, "path", "")
        if isinstance(value, Const) and name in ("interpolation", "allow_no_value", "default_section"):
            found[name] = value.value
        elif name == "interpolation" and path in INTERPOLATIONS:
            found[name] = INTERPOLATIONS[path]()
        else:
            return None
    return found


def upper_names(load: Load, engine: Interpreter) -> Iterator[Batch]:
    """`load_module(name, squash=True)`: the upper-case names of a module of the project, nested dictionaries flattened."""
    name = text_of(load.argument(engine), engine)
    squash = load.arguments.get("1=squash")
    module = dotted(name, engine, load.frame.module) if name else None
    flat = squash is None or (isinstance(squash, Const) and squash.value is True)
    if not isinstance(module, Package) or not (flat or isinstance(squash, Const)):
        yield Batch(opened="the module it loads is not known")
        return
    loaded = engine.load(module.module)
    found: list[Setting] = []
    for setting in module_settings(loaded, True, engine):
        if flat and isinstance(setting.value, Dict):
            found += flattened(setting.value, load, engine, setting.name)
        else:
            found.append(setting)
    opened = f"{loaded.path} takes names from elsewhere" if loaded.unresolved_star else ""
    yield Batch(tuple(found), opened, loaded)
