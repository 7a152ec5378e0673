"""What `from_object` takes: the upper-case attributes of a class, an instance, a module, or what a dotted name imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from pentalint.evaluate.modules import Module
from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.values import (
    MAYBE,
    UNKNOWN,
    Class,
    Const,
    Function,
    Instance,
    Package,
    Ref,
    Value,
    join_all,
    options,
)
from pentalint.match.deployment import is_deployed
from pentalint.match.loading import Batch, Load
from pentalint.match.settings import Setting, class_settings, dotted, module_settings

IMPORTERS = ("werkzeug.utils.import_string()", "importlib.import_module()")
"""What gives the object a dotted name stands for."""


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
