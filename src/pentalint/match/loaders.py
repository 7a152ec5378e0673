"""What one call that fills a configuration object sets: an object's upper-case attributes, a mapping, a file, variables of the
environment. The semantics are those of `flask.Config`."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.events import Frame
from pentalint.evaluate.modules import Module
from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.values import (
    MAYBE,
    REST,
    UNKNOWN,
    Class,
    Const,
    Dict,
    Function,
    Instance,
    Package,
    Ref,
    Value,
    join_all,
    lift,
    options,
    truth,
)
from pentalint.match.bottle_loaders import nested, prefixed, sections, upper_names
from pentalint.match.deployment import is_deployed
from pentalint.match.project_files import ProjectFiles, Stub, Variable
from pentalint.match.settings import Setting, class_settings, dotted, module_settings

HOWS = (
    "object",
    "mapping",
    "update",
    "default",
    "pyfile",
    "envvar",
    "prefixed-env",
    "file",
    "nested",
    "prefixed",
    "names",
    "ini",
)
"""The kinds of loader of a configuration object that is followed."""


BOTTLE = {"nested": nested, "prefixed": prefixed, "names": upper_names}

IMPORTERS = ("werkzeug.utils.import_string()", "importlib.import_module()")
"""What gives the object a dotted name stands for."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What a loader sets in one case. `opened` says why it may set more, "" when it does not; `origin` is the class or
    module it is read from; `variables` are the environment variables that may make it set more when they are set where the
    program runs."""

    settings: tuple[Setting, ...] = ()
    opened: str = ""
    origin: Class | Module | None = None
    variables: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Load:
    """A call of a loader: how, the argument that matters, and where it stands."""

    how: str
    key: str
    arguments: Arguments
    node: ast.AST
    frame: Frame

    def argument(self, engine: Interpreter) -> Value | None:
        """The argument that matters; None when it is absent."""
        value = self.arguments.get(self.key)
        return None if value is None else engine.force(value)

    def setting(self, name: str, value: Value, module: Module, node: ast.AST) -> Setting:
        """A setting this call writes by itself."""
        return Setting(
            name, "", value, module, node, self.frame.qualname, is_deployed(module.path), self.frame
        )


@dataclass(slots=True)
class Surroundings:
    """What loaders look at besides the call: the files of the project, and the directories that relative names start
    from (the application's own and its instance folder)."""

    files: ProjectFiles
    root: str | None = None
    instance: str | None = None
    relative: str | None = None


def batches(load: Load, around: Surroundings, engine: Interpreter) -> list[Batch]:
    """What the call sets, one batch for each case that is possible."""
    if load.how == "object":
        return object_batches(load, engine)
    if load.how in ("mapping", "update"):
        return mapping_batches(load, engine)
    if load.how == "default":
        return [default_batch(load, engine)]
    if load.how == "pyfile":
        return python_batches(load, around, engine)
    if load.how == "file":
        return document_batches(load, around, engine)
    if load.how == "prefixed-env":
        return [environment_batch(load, around, engine)]
    if load.how in BOTTLE:
        return list(BOTTLE[load.how](load, engine))
    if load.how == "ini":
        return list(sections(load, around.files, engine))
    return [variable_batch(load, engine)]


# -- objects -----------------------------------------------------------------------------------------------------------


def object_batches(load: Load, engine: Interpreter) -> list[Batch]:
    """`from_object`: a class, an instance, a module, or the dotted name of one."""
    node = load.node.args[0] if isinstance(load.node, ast.Call) and load.node.args else None
    if isinstance(node, ast.Name) and node.id == "__name__":
        return [module_batch(load.frame.module, engine)]
    value = load.argument(engine)
    if value is None or value is MAYBE:
        return [Batch(opened="the object it loads is not known")]
    return [object_batch(engine.force(option), load, engine) for option in options(value)]


def object_batch(value: Value, load: Load, engine: Interpreter) -> Batch:
    """What one object holds."""
    if isinstance(value, Ref) and value.path in IMPORTERS and value.arguments is not None:
        value = engine.force(value.arguments.get("0=import_name") or UNKNOWN)
    if isinstance(value, Const) and isinstance(value.value, str):
        value = imported(value.value, engine, load.frame.module)
    if isinstance(value, Const):
        return Batch()  # a constant has no upper-case attributes
    if isinstance(value, Package):
        return module_batch(engine.load(value.module), engine)
    if isinstance(value, Class):
        deployed = is_deployed(value.module.path, value.name)
        found = (hidden(setting) for setting in class_settings(value, deployed, engine))
        return Batch(tuple(found), beyond(value, engine), value)
    if isinstance(value, Instance):
        return instance_batch(value, load, engine)
    return Batch(opened="the object it loads is not known")


def imported(name: str, engine: Interpreter, importer: Module) -> Value:
    """What a dotted name imports, `module:name` included: a module, or a member of one."""
    return dotted(name.replace(":", "."), engine, importer)


def hidden(setting: Setting) -> Setting:
    """A property or method of a class is no value of the setting: only an instance gives that."""
    if isinstance(setting.value, Function):
        setting.value = UNKNOWN
    return setting


def module_batch(module: Module, engine: Interpreter) -> Batch:
    """The upper-case names of a module as they are now."""
    deployed = is_deployed(module.path)
    opened = (
        ""
        if not module.unresolved_star and module.state != 3
        else f"{module.path} takes names from elsewhere"
    )
    return Batch(tuple(module_settings(module, deployed, engine)), opened, module)


def beyond(cls: Class, engine: Interpreter) -> str:
    """Why a class may have attributes that its statements do not show; "" when it does not."""
    for ancestor in engine.linear(cls):
        if isinstance(ancestor, str):
            if ancestor != "builtins.object":
                return f"{cls.name} inherits from {ancestor}"
        elif any(not isinstance(engine.force(base), (Class, Ref)) for base in ancestor.bases):
            return f"a base of {ancestor.name} is not known"
    return ""


def instance_batch(value: Instance, load: Load, engine: Interpreter) -> Batch:
    """The upper-case attributes of an instance: what `__init__` sets, then those of its class, properties computed."""
    cls = value.cls
    deployed = is_deployed(cls.module.path, cls.name)
    found = {setting.name: setting for setting in class_settings(cls, deployed, engine)}
    for name, setting in found.items():
        setting.value = engine.force(engine.class_attribute(cls, name, load.node, load.frame))
        if isinstance(setting.value, Function):
            setting.value = engine.force(engine.bind_member(setting.value, value))
    for owner, node, name, sure in assigned_on_self(cls, engine):
        held = engine.force(engine.field(owner, name) or UNKNOWN)
        if not sure:
            held = join_all([held, found[name].value if name in found else UNKNOWN])
        found[name] = Setting(name, "", held, owner.module, node, owner.qualname, deployed)
    return Batch(tuple(found.values()), beyond(cls, engine), cls)


def assigned_on_self(cls: Class, engine: Interpreter) -> Iterator[tuple[Class, ast.AST, str, bool]]:
    """Upper-case attributes that the constructor assigns, and those of its ancestors that it calls: whose, where, the name,
    whether it certainly does."""
    for ancestor in engine.linear(cls):
        constructor = ancestor.members.get("__init__") if isinstance(ancestor, Class) else None
        if not isinstance(ancestor, Class) or not isinstance(constructor, Function):
            continue
        node = constructor.node
        if isinstance(node, ast.Lambda) or not node.args.args:
            return
        calls_others = any(
            isinstance(inner, ast.Attribute) and inner.attr == "__init__" for inner in ast.walk(node)
        )
        if calls_others:
            break
        me = node.args.args[0].arg
        for inner in ast.walk(node):
            for target in inner.targets if isinstance(inner, ast.Assign) else ():
                if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
                    if target.value.id == me and target.attr.isupper():
                        yield ancestor, inner, target.attr, inner in node.body
        return


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
    if arguments.open_keyword:
        opened = "not all keywords are known"
    return Batch(tuple(found.values()), opened)


def applied(setting: Setting, how: str) -> bool:
    """Whether a loader takes a key: all but `update` take upper-case ones only."""
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
        found.append(
            Batch(opened=f"{name} is not in the project") if module is None else module_batch(module, engine)
        )
    return found


def document_batches(load: Load, around: Surroundings, engine: Interpreter) -> list[Batch]:
    """`from_file`: a document of the project, read by the function given as `load`."""
    reader = load.arguments.get("1=load")
    reader = None if reader is None else engine.force(reader)
    kind = around.files.kind_of(getattr(reader, "path", "")) if load.key != "0=json" else "json"
    found: list[Batch] = []
    for name, path in named_files(load, around, engine):
        entries = around.files.document(path, kind) if path is not None and kind else None
        if entries is None or path is None:
            found.append(Batch(opened=f"{name} is not a file of the project that is read"))
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
        shown = str(option.value) if isinstance(option, Const) else "the file"
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
