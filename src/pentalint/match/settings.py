"""Settings: where they are written, what their final value is, and the `setting` and `missing.setting` patterns."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from pentalint.dataclass import dataclass
from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.events import Frame
from pentalint.evaluate.modules import Module
from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.values import (
    UNKNOWN,
    Class,
    Const,
    Dict,
    Function,
    Package,
    Unknown,
    Value,
    lift,
    options,
)
from pentalint.match.context import compile_context
from pentalint.match.deployment import is_deployed
from pentalint.match.origins import table_origins
from pentalint.match.patterns import Compiler
from pentalint.match.place import Place
from pentalint.rule import SettingsModel

UNREAD = "@unread-settings"
"""The name by which a rule asks for the settings that are no longer read."""

_UPPER = re.compile(r"^[A-Z][A-Z0-9_]*$")


@dataclass(slots=True)
class Setting:
    """One setting with the place it was written, and the frame of the statement when a single one wrote it.

    `section` is "" or a CherryPy path. `deployed` is false for development files. `written` is the read of the environment
    that gives the value, where the deployment sets that variable, and `because` says so.
    """

    name: str
    section: str
    value: Value
    module: Module
    node: ast.AST
    scope: str
    deployed: bool
    frame: Frame | None = None
    written: Value | None = None
    because: str = ""


class SettingPattern:
    """`setting = NAMES` with `where.value`. A name may be a glob, and may name its section: `"[/] tools.x.on"`."""

    def __init__(self, table: Mapping[str, Any], compiler: Compiler) -> None:
        names = compiler.paths(table["setting"])
        self.names = tuple(setting_name(name) for name in names)
        self.unread = UNREAD in table["setting"]
        self.plain = frozenset(name for name in names if name.isidentifier())
        self.globs = tuple(setting_name(name) for name in names if not name.isidentifier())
        self.value = compiler.value(table)
        self.context = compile_context(table, compiler.groups)
        self.origins = table_origins(table, compiler.groups)

    def may_name(self, name: str) -> bool:
        """Whether it may be about a setting of this name."""
        return name in self.plain or bool(self.globs)

    def holds(self, section: str, name: str, value: Value, engine: Interpreter) -> bool:
        """Whether a setting of this name and value is meant."""
        if name not in self.plain and not any(
            wanted.fullmatch(name) and (inside is None or inside.fullmatch(section))
            for inside, wanted in self.globs
        ):
            return False
        return self.value(value, engine)

    def match(self, setting: Setting, engine: Interpreter) -> Place | None:
        value, because = setting.value, setting.because
        if not self.holds(setting.section, setting.name, value, engine):
            if setting.written is None:
                return None
            value, because = setting.written, ""  # how a variable is read may be wrong whatever its value is
            if not self.holds(setting.section, setting.name, value, engine):
                return None
        if setting.frame is not None and not self.context(setting.frame, engine):
            return None
        place = Place(setting.module, setting.node, setting.scope, setting.name, value, setting.name)
        place.because = because
        return place


def setting_name(text: str) -> tuple[re.Pattern[str] | None, re.Pattern[str]]:
    """`"[section] name"` or `"name"` as patterns for section (None: any) and name."""
    section: re.Pattern[str] | None = None
    if text.startswith("["):
        inside, _, text = text[1:].partition("]")
        section = glob(inside)
    return section, glob(text.strip())


def glob(text: str) -> re.Pattern[str]:
    """A `*` glob as a pattern for `fullmatch`."""
    return re.compile(re.escape(text).replace(r"\*", ".*"))


# -- modules and classes ---------------------------------------------------------------------------------------------


def is_settings(env: Mapping[str, Value], model: SettingsModel) -> bool:
    """Whether a namespace is a settings module or class: it defines at least two of the markers."""
    return sum(marker in env for marker in model.markers) >= 2


def fits_best(env: Mapping[str, Value], model: SettingsModel, models: Iterable[SettingsModel]) -> bool:
    """Whether no other framework in use finds more of its markers: `SECRET_KEY` and `DEBUG` are markers of several."""
    found = sum(marker in env for marker in model.markers)
    return all(sum(marker in env for marker in other.markers) <= found for other in models)


def settings_modules(modules: list[Module], model: SettingsModel) -> list[tuple[Module, bool]]:
    """The modules to judge, with whether each is deployed: those nobody builds on; a base only when every
    module built on it is for development."""
    found = [module for module in modules if is_settings(module.env, model)]
    derived: dict[int, list[Module]] = {}
    for module in found:
        for base in every_base(module):
            derived.setdefault(id(base), []).append(module)
    judged = []
    for module in found:
        above = derived.get(id(module), [])
        if not above or not any(is_deployed(other.path) for other in above):
            judged.append((module, is_deployed(module.path)))
    return judged


def every_base(module: Module) -> list[Module]:
    """The project modules a module star-imports, directly or not."""
    found: list[Module] = []
    for base in module.star_modules:
        for one in (base, *every_base(base)) if base is not module else ():
            if one not in found:
                found.append(one)
    return found


def module_settings(module: Module, deployed: bool, engine: Interpreter) -> Iterator[Setting]:
    """Every upper-case name of a settings module, at the place that wrote its final value."""
    for name, value in module.env.items():
        if _UPPER.match(name) and name in module.origins:
            path, node = module.origins[name]
            owner = engine.index.modules.get(path, module)
            yield Setting(name, "", engine.force(value), owner, node, "", deployed)


def class_settings(cls: Class, deployed: bool, engine: Interpreter) -> Iterator[Setting]:
    """Every upper-case attribute of a settings class, inherited ones too."""
    seen: set[str] = set()
    for ancestor in engine.linear(cls):
        if not isinstance(ancestor, Class):
            continue
        for name, value in ancestor.members.items():
            if _UPPER.match(name) and name not in seen and name in ancestor.origins:
                seen.add(name)
                mine = deployed and is_deployed(ancestor.module.path, ancestor.name)
                place = ancestor.origins[name]
                yield Setting(name, "", engine.force(value), ancestor.module, place, ancestor.qualname, mine)


def every_attribute_is_seen(cls: Class, engine: Interpreter) -> bool:
    """Whether no base of a settings class is unknown, or a library's that may bring settings of its own."""
    return all(
        isinstance(one, Class) or one in ("builtins.object", "configurations.Configuration")
        for one in engine.linear(cls)
    ) and all(
        not isinstance(base, Unknown)
        for one in engine.linear(cls)
        if isinstance(one, Class)
        for base in one.bases
    )


def settings_classes(
    modules: list[Module], model: SettingsModel, engine: Interpreter
) -> list[tuple[Class, bool]]:
    """The settings classes to judge: those no other class is built on, by the same rule as modules."""
    found: list[Class] = []
    for module in modules:
        for value in module.env.values():
            if isinstance(value, Class) and value.module is module and value not in found:
                above = engine.linear(value)
                names = set[str]().union(*[one.members for one in above if isinstance(one, Class)])
                if sum(marker in names for marker in model.markers) >= 2:
                    found.append(value)
    judged = []
    for cls in found:
        built = [other for other in found if other is not cls and cls in engine.linear(other)]
        if not any(is_deployed(other.module.path, other.name) for other in built):
            judged.append((cls, is_deployed(cls.module.path, cls.name)))
    return judged


# -- calls and dictionaries --------------------------------------------------------------------------------------------


def loaded(
    mode: str, arguments: Arguments, node: ast.AST, module: Module, scope: str, engine: Interpreter
) -> Iterator[Setting]:
    """What a loader call sets. `mode` is `object:0`, `mapping:0`, `sections:2=config`, `paths:2=config` (sections without
    `global`), `merged:0=config` (`global` too: what is merged may be handed on), `tool:NAME` or `keywords`."""
    how, _, key = mode.partition(":")
    deployed = is_deployed(module.path)
    if how == "keywords":
        for name, value in arguments.keywords.items():
            yield Setting(
                name, "", engine.force(value), module, arguments.keyword_nodes[name], scope, deployed
            )
        return
    if how == "tool":
        yield from tool_settings(key, arguments, node, module, scope, engine)
        return
    given = arguments.get(key)
    if given is None:
        return
    for option in options(engine.force(given)):
        option = engine.force(option)
        if how == "mapping" and isinstance(option, Dict):
            yield from mapping_settings(option, "", node, module, scope, engine)
        elif how in ("sections", "paths", "merged") and isinstance(option, Dict):
            for section, inner in option.entries.items():
                inner = engine.force(inner)
                if how == "paths" and section == "global":
                    continue  # an application takes no notice of it
                if isinstance(inner, Dict) and isinstance(section, str):
                    yield from mapping_settings(inner, section, node, module, scope, engine)
        elif how == "object":
            yield from object_settings(option, engine, module)


def tool_settings(
    tool: str, arguments: Arguments, node: ast.AST, module: Module, scope: str, engine: Interpreter
) -> Iterator[Setting]:
    """A tool as a decorator: it is on, with the keywords as its options."""
    deployed = is_deployed(module.path)
    if "on" not in arguments.keywords and not arguments.open_keyword:
        yield Setting(f"{tool}.on", "", Const(True), module, node, scope, deployed)
    for name, value in arguments.keywords.items():
        where = arguments.keyword_nodes[name]
        yield Setting(f"{tool}.{name}", "", engine.force(value), module, where, scope, deployed)


def bundled(settings: Iterable[Setting], model: SettingsModel) -> Iterator[Setting]:
    """The settings that others bring with them (CherryPy's `environment`), where nothing beside those says otherwise."""
    written = list(settings)
    yield from written
    for setting in written:
        if setting.name not in model.bundles or setting.section not in ("", "global"):
            continue
        if not isinstance(setting.value, Const):
            continue
        beside = {other.name for other in written if other.section == setting.section}
        for name, value in model.bundles[setting.name].get(str(setting.value.value), {}).items():
            if name not in beside:
                yield replace(setting, name=name, value=lift(value))


def object_settings(value: Value, engine: Interpreter, importer: Module) -> Iterator[Setting]:
    """What `from_object` takes: a class, a module, or the dotted name of one."""
    if isinstance(value, Const) and isinstance(value.value, str):
        value = dotted(value.value, engine, importer)
    if isinstance(value, Package):
        yield from module_settings(engine.load(value.module), is_deployed(value.module.path), engine)
    elif isinstance(value, Class):
        yield from class_settings(value, is_deployed(value.module.path, value.name), engine)


def dotted(name: str, engine: Interpreter, importer: Module) -> Value:
    """The module or class a dotted string names, if it is the project's."""
    module = engine.index.find(name, importer)
    if module is not None:
        return Package(module)
    owner, _, last = name.rpartition(".")
    module = engine.index.find(owner, importer) if owner else None
    return engine.force(engine.member(module, last)) if module is not None else UNKNOWN


def mapping_settings(
    value: Dict, section: str, node: ast.AST, module: Module, scope: str, engine: Interpreter
) -> Iterator[Setting]:
    """The entries of a settings dictionary, each where it was written."""
    for name, item in value.entries.items():
        if not isinstance(name, str):
            continue
        path, where = value.nodes.get(name, (module.path, node))
        owner = engine.index.modules.get(path, module)
        inner = engine.force(item)
        if isinstance(inner, Dict) and not section:
            yield from mapping_settings(inner, name, where, module, scope, engine)
        yield Setting(name, section, engine.force(item), owner, where, scope, is_deployed(owner.path))


def class_attribute_settings(cls: Class, names: tuple[str, ...], engine: Interpreter) -> Iterator[Setting]:
    """Settings held by a class attribute such as `_cp_config`, and by one of the class's functions."""
    for name in names:
        value = engine.force(cls.members.get(name, UNKNOWN))
        if isinstance(value, Dict):
            yield from mapping_settings(
                value, "", cls.origins.get(name, cls.node), cls.module, cls.qualname, engine
            )
    for member in cls.members.values():
        if isinstance(member, Function) and member.attributes:
            yield from function_settings(member, names, engine)


def function_settings(function: Function, names: tuple[str, ...], engine: Interpreter) -> Iterator[Setting]:
    """Settings held by an attribute of a function."""
    for name in names:
        value = engine.force(function.attributes.get(name, UNKNOWN))
        if isinstance(value, Dict):
            yield from mapping_settings(value, "", function.node, function.module, function.qualname, engine)
