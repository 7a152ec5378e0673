"""Settings as they will be: the interpreter with what settings modules do beside assigning. What it adds is in seven files, each
building on the one before: `recording` (who wrote what), `reading` (the environment), `disk` (paths and files), `naming`
(`globals()` and its like, modules that are not there), `included` (files taken in), `following` (own functions), and this one
(built-ins, libraries, control flow)."""

from __future__ import annotations

import ast
import re
from typing import Any

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.events import Frame
from pentalint.evaluate.methods import MUTATORS
from pentalint.evaluate.models import Model
from pentalint.evaluate.modules import Module
from pentalint.evaluate.rounds import ROUNDS
from pentalint.evaluate.values import (
    NONE,
    UNKNOWN,
    Const,
    Dict,
    Instance,
    List,
    Package,
    Ref,
    Unknown,
    Value,
)
from pentalint.evaluate.walks import walk
from pentalint.settings import paths
from pentalint.settings.environment import Read, read_of
from pentalint.settings.following import Following
from pentalint.settings.model import OPTIONAL, Variable
from pentalint.settings.namespaces import Namespace
from pentalint.settings.objects import CONSTANTS, AbsentModule, Fields, split_url
from pentalint.settings.paths import ROOT, PathValue
from pentalint.settings.reading import FromEnvironment, as_text
from pentalint.settings.recording import shown

NAMES = frozenset(
    ["django.utils.translation.gettext_lazy", "django.utils.translation.gettext"]
    + [
        f"django.utils.translation.{name}"
        for name in ("gettext_noop", "ugettext_lazy", "ugettext", "ugettext_noop")
    ]
)
"""Functions that give their text, translated when it is shown."""


EXECUTING = frozenset(["exec", "execfile"])


KEY_FAULTS = frozenset(["", "KeyError", "LookupError", "Exception", "BaseException"])


IMPORT_FAULTS = frozenset(["", "ImportError", "ModuleNotFoundError", "Exception", "BaseException"])


_FILES = "{} reads variables from a file; those in it hold where they are not set"

_DYNACONF = "{} lets Dynaconf replace any setting, by its own files and variables"

TAKING = {
    **dict.fromkeys(
        [
            "environ.Env.read_env",
            "environ.Env().read_env",
            "environs.Env().read_env",
            "environs.env.read_env",
        ],
        _FILES,
    ),
    **dict.fromkeys(["dotenv.load_dotenv", "dotenv.read_dotenv", "dotenv.main.load_dotenv"], _FILES),
    **dict.fromkeys(["dynaconf.DjangoDynaconf", "dynaconf.contrib.django_dynaconf_v2"], _DYNACONF),
}
"""Calls that take in more than the module says, with the note they are worth."""

LONG = 100
"""Rounds of a loop over known elements that are followed one by one."""


__all__ = ["FromEnvironment", "SettingsInterpreter"]


class SettingsInterpreter(Following):
    """`served` says that what is evaluated is imported by a server: it is no script, and no test runs."""

    def __init__(self, *arguments: Any, served: bool = True, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.served = served

    def lookup(self, name: str, frame: Frame) -> Value:
        if name == "__file__":
            return Const(f"{ROOT}/{frame.module.path}")
        if name == "__name__" and self.served:
            return Const(frame.module.name)
        if name == "__package__":
            return Const(frame.module.package)
        return super().lookup(name, frame)

    def attribute(self, value: Value, name: str, node: ast.AST, frame: Frame) -> Value:
        if isinstance(value, Instance):
            return self.instance_attribute(value, name, node, frame)  # with its state
        return super().attribute(value, name, node, frame)

    def api_attribute(
        self, path: str, name: str, node: ast.AST, frame: Frame, base: Value | None = None
    ) -> Value:
        if isinstance(base, PathValue):
            found = paths.attribute(base, name)
            if found is not None:
                return found
        if isinstance(base, Fields) and name in base.fields:
            return base.fields[name]
        if isinstance(base, AbsentModule) and name.isupper():
            return self.read_variable(Read(f"{base.name}.{name}", None, "str"), node, None, frame)
        known = CONSTANTS.get(f"{path}.{name}")
        if known is not None:
            return Const(known)
        if path == "sys" and name == "argv" and self.served:
            return List([Const("<server>")])
        if path == "sys.modules" and name == "keys" and self.served:
            return UNKNOWN
        return super().api_attribute(path, name, node, frame, base)

    def api_item(self, path: str, index: Value) -> Value:
        if path == "os.environ" and isinstance(index, Const) and isinstance(index.value, str):
            return self.read_variable(Read(index.value, None, "str"), None)
        if path == "sys.modules" and isinstance(index, Const):
            module = self.index.find(str(index.value))
            if module is not None:
                return Package(module)
        return super().api_item(path, index)

    def compared(self, op: ast.cmpop, left: Value, right: Value) -> Value:
        if isinstance(op, (ast.In, ast.NotIn)) and type(right) is Ref and isinstance(left, Const):
            if right.path == "os.environ" and isinstance(left.value, str):
                here = self.is_set(left.value)
                return UNKNOWN if here is None else Const(here is isinstance(op, ast.In))
            if right.path == "sys.modules" and self.served and left.value in ("pytest", "unittest", "nose"):
                return Const(isinstance(op, ast.NotIn))
        if isinstance(left, PathValue) or isinstance(right, PathValue):
            left, right = as_text(left), as_text(right)
        return super().compared(op, left, right)

    def for_(self, node: ast.For | ast.AsyncFor, frame: Frame) -> bool:
        """Round by round over longer iterables than usual: names are made in loops."""
        if isinstance(node, ast.For) and frame.turns == 1:
            source = self.iterated(self.eval(node.iter, frame))
            found = walk(source, look=True) if isinstance(source, (List, Dict)) else None
            if found is not None and found.exact and not found.items:
                return self.run_body(node.orelse, frame)
            if found is not None and found.exact and ROUNDS < len(found.items) <= LONG:
                walk(source)
                return self.rounds_of(node, source, found.items, frame)
        return super().for_(node, frame)

    def call_api(self, callee: Ref, arguments: Arguments, node: ast.Call, frame: Frame) -> Value:
        path = callee.path
        if (
            path.rpartition(".")[2] in MUTATORS
            and isinstance(callee.base, Ref)
            and callee.base.path.endswith("[]")
        ):
            self.changed_in_place(callee.base, node, frame)
        arguments.positional = [self.force(item) for item in arguments.positional]
        found = read_of(callee, arguments)
        if found is not None:
            return self.read_variable(found, node, arguments, frame)
        known = self.path_call(callee, arguments) or self.file_call(callee, arguments)
        if known is None:
            known = self.namespace_call(callee, arguments, node, frame) or split_url(path, arguments)
        if known is not None:
            return known
        if path in NAMES and (said := arguments.get("0=message")) is not None:
            return said
        if path == "inspect.getfile" and arguments.positional:
            caller = arguments.positional[0]
            if isinstance(caller, Ref) and caller.path == "inspect.currentframe()":
                return Const(f"{ROOT}/{frame.module.path}")
        if path == "typing.cast" and len(arguments.positional) == 2:
            return arguments.positional[1]
        if path == "re.sub":
            return replaced(arguments) or super().call_api(callee, arguments, node, frame)
        name = path.removeprefix("builtins.")
        if name in EXECUTING and path.startswith("builtins."):
            self.open(frame, f"`{shown(node)}` ({frame.module.path}:{node.lineno}) may set anything")
            return NONE
        if path in TAKING:
            self.notes[TAKING[path].format(f"{frame.module.path}:{node.lineno}")] = None
        if path in ("split_settings.tools.include", "split_settings.include"):
            self.include(arguments, node, frame)
            return NONE
        if path == "split_settings.tools.optional" and arguments.positional:
            return arguments.positional[0]
        if path in ("os.environ.items", "os.environ.keys", "os.environ.values") and self.world == "unset":
            return List([])
        if path == "importlib.import_module" and arguments.positional:
            module = self.index.find(str(getattr(arguments.positional[0], "value", "")), frame.module)
            if module is not None:
                return Package(module)
            name = paths.text_of(arguments.positional[0]) or ""
            if name and self.index.owns(name):
                self.notes[
                    f"{name}, imported at {frame.module.path}:{node.lineno}, is not in the project"
                ] = None
                return AbsentModule(name)
        arguments.positional = [as_text(item) if name == "str" else item for item in arguments.positional]
        return super().call_api(callee, arguments, node, frame)

    def changed_in_place(self, item: Ref, node: ast.Call, frame: Frame) -> None:
        """An item of an object of a library is changed: whoever listens for items may want to know."""
        told = getattr(self.listener, "changed", None)
        key = (
            item.arguments.positional[0] if item.arguments is not None and item.arguments.positional else None
        )
        if told is not None and isinstance(key, Const) and isinstance(key.value, str):
            told(item.path, key.value, node, frame)

    def place(self, node: ast.AST, frame: Frame) -> str:
        """File and line."""
        return f"{frame.module.path}:{getattr(node, 'lineno', 0)}"

    def call_builtin(self, name: str, arguments: Arguments, node: ast.Call, frame: Frame) -> Value | None:
        given = arguments.positional
        target = given[0] if given else None
        if (
            name == "setattr"
            and isinstance(target, Package)
            and len(given) > 1
            and not isinstance(given[1], Const)
        ):
            self.open(
                Frame(target.module, target.module.env),
                f"names that are not known are set at {self.place(node, frame)}",
            )
            return NONE
        if (
            name == "getattr"
            and isinstance(target, Package)
            and len(given) > 2
            and isinstance(given[1], Const)
        ):
            known = self.member(target.module, str(given[1].value))
            return self.force(known) if not isinstance(known, Unknown) else given[2]
        if isinstance(target, AbsentModule) and name == "dir":
            return List([])
        if isinstance(target, AbsentModule) and len(given) > 1 and isinstance(given[1], Const):
            read = f"{target.name}.{given[1].value}"
            if name == "getattr":
                default = given[2] if len(given) > 2 else None
                return self.read_variable(Read(read, default, "str"), node, arguments, frame)
            if name == "hasattr":
                self.reads.setdefault(read, Variable(read, OPTIONAL, "", 0))
                return UNKNOWN
        return super().call_builtin(name, arguments, node, frame)

    def subscription(self, node: ast.Subscript, frame: Frame) -> Value:
        container = self.force(self.eval(node.value, frame))
        if (
            isinstance(container, Ref)
            and not isinstance(container, Model)
            and not isinstance(node.slice, ast.Slice)
        ):
            key = self.force(self.eval(node.slice, frame))
            if isinstance(container, Namespace):
                name = key.value if isinstance(key, Const) else None
                return self.module_value(frame.module, str(name)) if name in frame.module.env else UNKNOWN
            found = self.api_item(container.path, key)
            if type(found) is Ref and found.base is None:
                return Ref(found.path, found.arguments, base=container)
            return found
        if isinstance(container, Ref) and not isinstance(container, Model):
            return Ref(f"{container.path}[]", base=container)  # a slice
        self.presets[node.value] = container
        try:
            return super().subscription(node, frame)
        finally:
            self.presets.pop(node.value, None)

    def member(self, module: Module, name: str) -> Value:
        if name == "__file__":
            return Const(f"{ROOT}/{module.path}")
        return super().member(module, name)

    def try_(self, node: ast.Try, frame: Frame) -> bool:
        """Local settings that are not in the project are not there: the handler runs, and that is said."""
        place, missing = next(
            ((place, name) for place, one in enumerate(node.body) if (name := self.missing([one], frame))),
            (0, None),
        )
        faults = IMPORT_FAULTS
        if missing is None:
            faults = KEY_FAULTS
            place = next((at for at, one in enumerate(node.body) if self.lacks_variable(one, frame)), -1)
            if place < 0:
                return super().try_(node, frame)
        if place and not self.run_body(node.body[:place], frame):
            return False
        for handler in node.handlers:
            if not faults.isdisjoint(self.handled(handler, frame)):
                if missing is None:
                    return self.run_body(handler.body, frame) and self.run_body(node.finalbody, frame)
                where = f"{frame.module.path}:{node.body[place].lineno}"
                self.notes[
                    f"{missing}, imported at {where}, is not in the project; where it is there, it may set anything"
                ] = None
                return self.run_body(handler.body, frame) and self.run_body(node.finalbody, frame)
        return super().try_(node, frame)

    def raised(self, node: ast.Raise, frame: Frame) -> bool:
        """A module that stops with an error is not deployed: where it does, more is set than is known here, and it goes
        on."""
        certain = not frame.branches and not frame.catches
        if frame.function is None and not frame.in_class_body and certain:
            self.notes[
                f"{self.place(node, frame)} raises an error with what is known here; a deployment sets more"
            ] = None
            return True
        return super().raised(node, frame)

    def lacks_variable(self, statement: ast.stmt, frame: Frame) -> bool:
        """Whether a plain statement reads `os.environ[...]` of a variable that is not set."""
        if self.world != "unset" or not isinstance(
            statement, (ast.Assign, ast.AnnAssign, ast.Return, ast.Expr)
        ):
            return False
        found = False
        for inner in ast.walk(statement):
            if (
                isinstance(inner, ast.Subscript)
                and isinstance(inner.ctx, ast.Load)
                and self.named(inner.value, frame) == "os.environ"
            ):
                key = self.force(self.eval(inner.slice, frame))
                if isinstance(key, Const) and isinstance(key.value, str) and self.is_set(key.value) is False:
                    found = True
        return found


def replaced(arguments: Arguments) -> Value | None:
    """`re.sub` of single characters by a pattern without repetition; None for what is not followed."""
    texts = [paths.text_of(item) for item in arguments.positional]
    if len(texts) != 3 or arguments.keywords or None in texts or len(texts[0] or "") > 60:
        return None
    pattern, by, text = (one or "" for one in texts)
    if set(pattern) & set("*+?{(|") or "\\" in by:
        return None
    try:
        return Const(re.sub(pattern, by, text))
    except re.error:
        return None
