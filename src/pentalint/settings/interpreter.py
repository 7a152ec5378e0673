"""Settings as they will be: the interpreter with what settings modules do beside assigning. The environment is read as it is
when nothing is set, or (`world` is "set") as when any variable may be; the project's own helpers are followed with their
arguments; `globals()`, `setattr`, `exec`, included files and paths are understood."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.attributes import has_decorator
from pentalint.evaluate.events import Frame
from pentalint.evaluate.models import Model
from pentalint.evaluate.modules import Module
from pentalint.evaluate.rounds import ROUNDS
from pentalint.evaluate.signatures import signature_of
from pentalint.evaluate.values import (
    FALSE,
    NONE,
    TRUE,
    UNKNOWN,
    Bound,
    Choice,
    Class,
    Const,
    Dict,
    Function,
    Instance,
    List,
    Package,
    Ref,
    Unknown,
    Value,
    join,
    join_all,
    plain,
)
from pentalint.evaluate.walks import walk
from pentalint.settings import paths
from pentalint.settings.environment import Read, parsed, read_of
from pentalint.settings.included import Inclusion
from pentalint.settings.model import OPTIONAL, Variable
from pentalint.settings.namespaces import Namespace
from pentalint.settings.objects import CONSTANTS, AbsentModule, Fields, split_url
from pentalint.settings.paths import ROOT, PathValue
from pentalint.settings.recording import shown

DEPTH = 15
"""Calls of the project's functions within each other that are followed."""

CALLS = 5_000
"""Calls of the project's functions that are followed in all."""

NAMES = frozenset(
    ["django.utils.translation.gettext_lazy", "django.utils.translation.gettext"]
    + [
        f"django.utils.translation.{name}"
        for name in ("gettext_noop", "ugettext_lazy", "ugettext", "ugettext_noop")
    ]
)
"""Functions that give their text, translated when it is shown."""

CACHING = ("functools.lru_cache", "functools.lru_cache()", "functools.cache")

PYDANTIC = frozenset(
    ["pydantic_settings.BaseSettings", "pydantic.BaseSettings", "pydantic.env_settings.BaseSettings"]
)

OPENED = frozenset(["builtins.open()", "io.open()", "codecs.open()", "pathlib.Path().open()"])

SIZE = 200_000
"""Bytes of a file that is read for what settings take from it."""

EXECUTING = frozenset(["exec", "execfile"])

IMPORT_FAULTS = frozenset(["", "ImportError", "ModuleNotFoundError", "Exception", "BaseException"])


LONG = 100
"""Rounds of a loop over known elements that are followed one by one."""


class FromEnvironment(Ref):
    """The text of a variable that has to be set, or in the other world of any."""

    __slots__ = ("kind", "name")

    def __init__(self, name: str, kind: str) -> None:
        arguments = Arguments()
        arguments.positional.append(Const(name))
        super().__init__("os.environ[]", arguments)
        self.name = name
        self.kind = kind


class SettingsInterpreter(Inclusion):
    """See the module's docstring. `given` are variables that a file of the deployment sets; `served` says that what is
    evaluated is imported by a server: it is no script, and no test runs."""

    def __init__(
        self,
        *arguments: Any,
        world: str = "unset",
        served: bool = True,
        present: Callable[[str], bool] = lambda path: False,
        **named: Any,
    ) -> None:
        super().__init__(*arguments, **named)
        self.present = present
        self.world = world
        self.served = served
        self.given: Mapping[str, str] = {}
        self.variables: dict[tuple[str, str], FromEnvironment] = {}
        self.level = 0
        self.followed = 0
        self.importing = ""
        self.latest: Read | None = None
        self.preset: tuple[ast.AST | None, Value] = (None, UNKNOWN)

    # -- modules ---------------------------------------------------------------------------------------------------

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

    def combine(self, op: ast.operator, left: Value, right: Value) -> Value:
        left, right = self.force(left), self.force(right)
        if isinstance(left, PathValue):
            if isinstance(op, ast.Div) and (part := paths.text_of(right)) is not None:
                return left.below(part)
            if isinstance(op, ast.Add) and left.path == "environ.Path()" and isinstance(right, Const):
                return left.below(str(right.value))
            if isinstance(op, ast.Sub) and isinstance(right, Const) and isinstance(right.value, int):
                text = left.text
                for _ in range(min(right.value, paths.LEVELS)):
                    text = paths.parent(text)
                return PathValue(text, "environ.Path")
        return super().combine(op, left, right)

    def iterated(self, value: Value) -> Value:
        value = self.force(value)
        if type(value) is Ref and value.path == "os.environ" and self.world == "unset":
            return List([Const(name) for name in self.given])
        return super().iterated(value)

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

    def formatted(self, node: ast.FormattedValue, frame: Frame) -> Value:
        return as_text(self.force(super().formatted(node, frame)))

    # -- calls -----------------------------------------------------------------------------------------------------

    def call_api(self, callee: Ref, arguments: Arguments, node: ast.Call, frame: Frame) -> Value:
        path = callee.path
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

    def call_model(
        self, receiver: Model, name: str, arguments: Arguments, node: ast.Call, frame: Frame
    ) -> Value:
        """Configuration that is read from files: those of the project; others are taken not to be there."""
        for key, usual in (("vars", None), ("raw", False)):
            given = arguments.keywords.get(key)
            if isinstance(given, Const) and given.value is usual:
                del arguments.keywords[key]
        files = file_names(arguments) if name == "read" else None
        if files is None:
            return super().call_model(receiver, name, arguments, node, frame)
        for text in files:
            there = text if paths.is_absolute(text) else f"{ROOT}/{text}"
            if self.exists(there) is TRUE and (content := self.file_text(there)) is not None:
                text_of_file = Arguments()
                text_of_file.add(Const(content), node)
                receiver.call("read_string", text_of_file)
        return List([])

    def path_call(self, callee: Ref, arguments: Arguments) -> Value | None:
        """A call about paths."""
        base = callee.base
        if isinstance(callee, PathValue) and callee.path == "environ.Path()":
            return paths.method(callee, "path", arguments)
        if isinstance(base, PathValue):
            method = callee.path.rpartition(".")[2]
            if method in ("exists", "is_file", "is_dir"):
                return self.exists(base.text)
            return paths.method(base, method, arguments)
        if callee.path in ("os.path.exists", "os.path.isfile", "os.path.isdir") and arguments.positional:
            text = paths.text_of(arguments.positional[0])
            return None if text is None else self.exists(text)
        if callee.path == "os.fspath" and arguments.positional:
            return as_text(arguments.positional[0])
        return paths.function(callee.path, arguments)

    def call_builtin(self, name: str, arguments: Arguments, node: ast.Call, frame: Frame) -> Value | None:
        given = arguments.positional
        target = given[0] if given else None
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

    def file_call(self, callee: Ref, arguments: Arguments) -> Value | None:
        """The text of a file of the project, where it is read in one go."""
        base, path = callee.base, callee.path
        if isinstance(base, PathValue) and path.endswith(".read_text"):
            text = self.file_text(base.text)
            return None if text is None else Const(text)
        opened = (
            base
            if path.endswith(".read")
            else arguments.positional[0]
            if path == "json.load" and arguments.positional
            else None
        )
        if not isinstance(opened, Ref) or opened.path not in OPENED or opened.arguments is None:
            return None
        given = (
            opened.base.base
            if opened.path != "builtins.open()" and isinstance(opened.base, Ref)
            else opened.arguments.get("0")
        )
        mode = opened.arguments.get(
            "0" if isinstance(given, PathValue) and opened.path != "builtins.open()" else "1=mode"
        )
        if mode is not None and paths.text_of(mode) not in ("r", "rt"):
            return None
        name = None if given is None else paths.text_of(given)
        text = None if name is None else self.file_text(name)
        if text is None:
            return None
        return Const(text) if path != "json.load" else parsed(text, "json")

    def file_text(self, text: str) -> str | None:
        """The text of a file of the project; None when it is not there, or no text of a moderate size."""
        name = below_root(text)
        if name is None or not self.present(name):
            return None
        data = self.read(name)
        try:
            return data.decode() if 0 < len(data) <= SIZE else None
        except UnicodeDecodeError:
            return None

    def exists(self, text: str) -> Value:
        """Whether a file is there: as it is in the project; elsewhere nobody knows."""
        name = below_root(text)
        if name is None and not paths.is_absolute(text):
            return UNKNOWN
        if name is not None and self.present(name):
            return TRUE
        name = name or text
        self.notes[f"{name} is taken not to be there, as it is not in the project"] = None
        return FALSE

    # -- the environment ---------------------------------------------------------------------------------------

    def is_set(self, name: str) -> bool | None:
        """Whether a variable is set: as the deployment says, else not; in the other world nobody knows."""
        self.reads.setdefault(name, Variable(name, OPTIONAL, "", 0, self.given.get(name)))
        if name in self.given:
            return True
        return False if self.world == "unset" else None

    def read_variable(
        self, read: Read, node: ast.AST | None, arguments: Arguments | None = None, frame: Frame | None = None
    ) -> Value:
        """What a read of a variable gives."""
        default = None if read.default is None else self.force(read.default)
        self.latest = read
        raw = self.given.get(read.name)
        told = None if default is None else describe(default)
        place = (frame.module.path, getattr(node, "lineno", 0)) if frame is not None else ("", 0)
        before = self.reads.get(read.name)
        if told is None and before is not None and before.default == OPTIONAL:
            told = OPTIONAL  # it was asked whether it is there
        self.reads[read.name] = Variable(read.name, told, *place, raw)
        if raw is not None:
            return self.cast(read, raw, arguments, node, frame)
        fallback = self.fallback(read, default, arguments, node, frame)
        if self.world == "unset" and fallback is not None:
            return fallback
        value = self.variable(read)
        return value if fallback is None else join(fallback, value)

    def fallback(
        self,
        read: Read,
        default: Value | None,
        arguments: Arguments | None,
        node: ast.AST | None,
        frame: Frame | None,
    ) -> Value | None:
        """What an unset variable gives; None when it has to be set."""
        if default is None or not read.parses_default:
            return default
        if isinstance(default, Const) and isinstance(default.value, str):
            return self.cast(read, default.value, arguments, node, frame)
        if read.kind == "bool" and isinstance(default, Const):
            return Const(bool(default.value))
        return default

    def cast(
        self, read: Read, raw: str, arguments: Arguments | None, node: ast.AST | None, frame: Frame | None
    ) -> Value:
        """The text of a variable as the call makes it."""
        if isinstance(read.cast, Function) and isinstance(node, ast.Call) and frame is not None:
            given = Arguments()
            given.add(Const(raw), node)
            return self.invoke(read.cast, given, node, frame)
        found = parsed(raw, read.kind, arguments)
        return UNKNOWN if found is None else found

    def variable(self, read: Read) -> Value:
        """A variable that may be anything."""
        if self.world != "unset" and read.kind == "bool":
            return Choice((TRUE, FALSE))
        key = (read.name, read.kind)
        found = self.variables.get(key)
        if found is None:
            found = self.variables[key] = FromEnvironment(*key)
        return found

    # -- namespaces ----------------------------------------------------------------------------------------------

    def namespace_call(self, callee: Ref, arguments: Arguments, node: ast.Call, frame: Frame) -> Value | None:
        """`globals()`, `locals()` and `vars()`, and what is done with them."""
        path, base = callee.path, callee.base
        if path in ("builtins.globals", "builtins.locals", "builtins.vars") and not arguments.positional:
            if frame.function is None or path == "builtins.globals":
                return Namespace(frame.module)
            return None
        if not isinstance(base, Namespace):
            return None
        method = path.rpartition(".")[2]
        if method in ("update", "setdefault"):
            self.update_namespace(base, method, arguments, node, frame)
            return NONE
        if method == "get" and arguments.positional and isinstance(arguments.positional[0], Const):
            name = str(arguments.positional[0].value)
            fallback = arguments.positional[1] if len(arguments.positional) > 1 else NONE
            return self.module_value(base.module, name) if name in base.module.env else fallback
        return None

    def update_namespace(
        self, target: Namespace, method: str, arguments: Arguments, node: ast.Call, frame: Frame
    ) -> None:
        pairs: dict[Any, Value] = dict(arguments.keywords)
        if method == "setdefault" and len(arguments.positional) == 2:
            name = arguments.positional[0]
            if isinstance(name, Const) and name.value not in target.module.env:
                pairs = {name.value: arguments.positional[1]}
        elif method == "update":
            for value in arguments.positional:
                if isinstance(value, Dict) and value.complete:
                    pairs.update(value.entries)
                else:
                    text = f"`{shown(node)}` ({frame.module.path}:{node.lineno}) may set anything"
                    self.open(frame, text)
                    if isinstance(value, Dict):
                        pairs.update(value.entries)
        for key, value in pairs.items():
            if isinstance(key, str):
                self.bind_global(key, value, node, frame)

    def module_value(self, module: Module, name: str) -> Value:
        value = self.force(module.env[name])
        self.follow((self.host(module.path), name), value)
        return value

    def bind_global(self, name: str, value: Value, node: ast.AST, frame: Frame) -> None:
        """Set a name of the module a frame belongs to."""
        outer = Frame(frame.module, frame.module.env) if frame.function is not None else frame
        outer.tests = frame.tests
        self.bind(name, value, node, outer)

    def set_item(self, target: Value, key: Value, value: Value, node: ast.AST, frame: Frame) -> None:
        if isinstance(target, Namespace):
            if isinstance(key, Const) and isinstance(key.value, str):
                self.bind_global(key.value, value, node, frame)
            else:
                place = f"{frame.module.path}:{getattr(node, 'lineno', 0)}"
                self.open(frame, f"a name that is not known is set at {place}")
            return
        super().set_item(target, key, value, node, frame)

    def eval(self, node: ast.expr, frame: Frame) -> Value:
        if node is self.preset[0]:
            return self.preset[1]
        return super().eval(node, frame)

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
        before, self.preset = self.preset, (node.value, container)
        try:
            return super().subscription(node, frame)
        finally:
            self.preset = before

    def member(self, module: Module, name: str) -> Value:
        if name == "__file__":
            return Const(f"{ROOT}/{module.path}")
        return super().member(module, name)

    def set_attribute(self, target: Value, name: str, value: Value, node: ast.AST, frame: Frame) -> None:
        target = self.force(target)
        if isinstance(target, Package) and target.module is frame.module:
            self.bind_global(name, value, node, frame)
            return
        super().set_attribute(target, name, value, node, frame)

    # -- the project's own functions and classes -----------------------------------------------------------------

    def invoke(self, callee: Value, arguments: Arguments, node: ast.Call, frame: Frame) -> Value:
        function = callee.function if isinstance(callee, Bound) else callee
        if isinstance(function, Function) and self.may_follow(function):
            receiver = callee.receiver if isinstance(callee, Bound) else None
            return self.apply(function, receiver, arguments)
        return super().invoke(callee, arguments, node, frame)

    def may_follow(self, function: Function) -> bool:
        """Whether a call is followed with its arguments."""
        plain_decorators = all(
            decorator.paths
            and decorator.paths[0]
            in (*CACHING, "builtins.staticmethod", "builtins.classmethod", "builtins.property")
            for decorator in function.decorators
        )
        return plain_decorators and not function.is_async and self.level < DEPTH and self.followed < CALLS

    def apply(self, function: Function, receiver: Value | None, arguments: Arguments) -> Value:
        """What a function returns for these arguments."""
        self.followed += 1
        if has_decorator(function, "builtins.staticmethod"):
            receiver = None
        given = signature_of(function).bind(arguments, receiver)
        env = {**self.parameters(function), **self.defaults(function, given), **given}
        inner = Frame(function.module, env, function, function.owner, function.closure)
        self.level += 1
        trail, self.trail = self.trail, {}
        try:
            if isinstance(function.node, ast.Lambda):
                return self.eval(function.node.body, inner)
            self.latest = None
            if self.run_body(function.node.body, inner):
                inner.returns.append(NONE)
            elif not inner.returns and (asked := self.latest_read()) is not None:
                return self.demanded(asked)
            if function.yields:
                return List([], complete=False)
            return join_all(inner.returns)
        finally:
            self.level -= 1
            self.reads.update(self.trail)
            self.trail = trail

    def latest_read(self) -> Read | None:
        """The read that was made last."""
        return self.latest

    def parameters(self, function: Function) -> dict[str, Value]:
        """Where an application is made, parameters are what they are by default."""
        env = super().parameters(function)
        if self.fine:
            for name, value in self.defaults(function, {}).items():
                if isinstance(env.get(name), Unknown):
                    env[name] = value
        return env

    def demanded(self, read: Read) -> Value:
        """What a function gives that raises when a variable is not set."""
        before = self.reads.get(read.name)
        if before is not None:
            self.reads[read.name] = replace(before, default=None)
        return self.variable(Read(read.name, None, read.kind))

    def defaults(self, function: Function, given: Mapping[str, Value]) -> dict[str, Value]:
        """What the parameters that a call leaves out are."""
        arguments = function.node.args
        names = [*arguments.posonlyargs, *arguments.args]
        pairs = [
            *zip(reversed(names), reversed(arguments.defaults)),
            *zip(arguments.kwonlyargs, arguments.kw_defaults),
        ]
        outer = function.closure or Frame(function.module, function.module.env)
        return {
            parameter.arg: self.eval(default, outer)
            for parameter, default in pairs
            if default is not None and parameter.arg not in given
        }

    def construct(self, cls: Class, arguments: Arguments, node: ast.Call, frame: Frame) -> Value:
        value = super().construct(cls, arguments, node, frame)
        if isinstance(value, Instance):
            for ancestor in self.linear(cls):
                maker = ancestor.members.get("__init__") if isinstance(ancestor, Class) else None
                if isinstance(maker, Function) and self.may_follow(maker):
                    self.apply(maker, value, arguments)
                    break
        return value

    def set_field(self, target: Instance, name: str, value: Value, frame: Frame) -> None:
        before = target.attributes.get(name)
        target.attributes[name] = join(before, value) if frame.branches and before is not None else value

    def bind_member(self, member: Value, receiver: Value) -> Value:
        cached = ("builtins.property", "functools.cached_property", "django.utils.functional.cached_property")
        if isinstance(member, Function) and has_decorator(member, *cached) and self.level < DEPTH:
            return self.apply(member, receiver, Arguments())
        return super().bind_member(member, receiver)

    def instance_attribute(self, value: Instance, name: str, node: ast.AST, frame: Frame) -> Value:
        if name not in value.attributes and not self.ancestors(value.cls).isdisjoint(PYDANTIC):
            read = self.field_read(value.cls, name)
            if read is not None:
                return self.read_variable(read, node, None, frame)
        return super().instance_attribute(value, name, node, frame)

    def field_read(self, cls: Class, name: str) -> Read | None:
        """The read that a field of pydantic's settings is: its variable is its name in capitals, after the prefix."""
        for ancestor in self.linear(cls):
            if not isinstance(ancestor, Class):
                continue
            for statement in ancestor.node.body:
                if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                    if statement.target.id == name:
                        kind = statement.annotation.id if isinstance(statement.annotation, ast.Name) else ""
                        default = self.force(ancestor.members[name]) if name in ancestor.members else None
                        return Read(f"{self.prefix(cls)}{name}".upper(), default, kind)
        return None

    def prefix(self, cls: Class) -> str:
        """`env_prefix` of pydantic's settings."""
        for ancestor in self.linear(cls):
            if isinstance(ancestor, Class):
                made = self.force(ancestor.members.get("model_config", UNKNOWN))
                if isinstance(made, Ref) and made.arguments is not None:
                    given = made.arguments.keywords.get("env_prefix")
                    if isinstance(given, Const):
                        return str(given.value)
                if isinstance(made, Dict) and isinstance(given := made.entries.get("env_prefix"), Const):
                    return str(given.value)
                inner = self.force(ancestor.members.get("Config", UNKNOWN))
                if isinstance(inner, Class) and isinstance(given := inner.members.get("env_prefix"), Const):
                    return str(given.value)
        return ""

    # -- modules that are not there ------------------------------------------------------------------------------

    def try_(self, node: ast.Try, frame: Frame) -> bool:
        """Local settings that are not in the project are not there: the handler runs, and that is said."""
        place, missing = next(
            ((place, name) for place, one in enumerate(node.body) if (name := self.missing([one], frame))),
            (0, None),
        )
        if missing is None:
            return super().try_(node, frame)
        if place and not self.run_body(node.body[:place], frame):
            return False
        for handler in node.handlers:
            if not IMPORT_FAULTS.isdisjoint(self.handled(handler, frame)):
                where = f"{frame.module.path}:{node.body[place].lineno}"
                self.notes[
                    f"{missing}, imported at {where}, is not in the project; where it is there, it may set anything"
                ] = None
                return self.run_body(handler.body, frame) and self.run_body(node.finalbody, frame)
        return super().try_(node, frame)

    def missing(self, body: list[ast.stmt], frame: Frame) -> str | None:
        """The module of the project that one of some imports asks for and that is not there."""
        for statement in body:
            if not isinstance(statement, ast.ImportFrom):
                continue
            base = self.absolute(statement, frame.module)
            if base is None or self.index.find(base, frame.module) is not None:
                continue
            star = any(alias.name == "*" for alias in statement.names)
            if statement.level and not star and self.index.is_namespace(base):
                continue
            names = [alias.name for alias in statement.names]
            if statement.level and any(self.index.find(f"{base}.{name}", frame.module) for name in names):
                continue
            if statement.level or self.index.owns(base) or (star and "." not in base):
                return base
        return None

    def import_star(self, base: str, module: Module | None, ours: bool, node: ast.AST, frame: Frame) -> None:
        self.importing = f"{frame.module.path}:{getattr(node, 'lineno', 0)} takes all names of {base}"
        super().import_star(base, module, ours, node, frame)

    def open_names(self, frame: Frame) -> None:
        reason = f"{self.importing}, which is not in the project"
        for name in [name for name in frame.env if name.isupper()]:
            self.notes[reason] = None
            frame.env[name] = self.force(frame.env[name])
            self.reasons[(self.owner(frame), name)] = reason
        super().open_names(frame)

    def open(self, frame: Frame, reason: str) -> None:
        """Anything may have been set: no name that was set before is certain."""
        self.notes[reason] = None
        env = frame.module.env
        for name, value in env.items():
            if name.isupper():
                env[name] = join(self.force(value), UNKNOWN)
                self.reasons[(self.host(frame.module.path), name)] = reason


def file_names(arguments: Arguments) -> list[str] | None:
    """The files that `read` of a configuration is given; None when they are not all known."""
    given = arguments.positional[0] if arguments.positional else None
    items = given.items if isinstance(given, List) and given.exact else [given]
    texts = [None if item is None else paths.text_of(item) for item in items]
    known = [text for text in texts if text is not None]
    return known if len(known) == len(texts) else None


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


def below_root(text: str) -> str | None:
    """The path below the project's directory; None for any other."""
    found = paths.normal(text)
    inside = found.startswith(f"{ROOT}/") and not found.startswith(f"{ROOT}/..")
    return found[len(ROOT) + 1 :] if inside else None


def as_text(value: Value) -> Value:
    """A path as the text it becomes."""
    return Const(value.text) if isinstance(value, PathValue) else value


def describe(value: Value) -> str:
    """A default as Python, "…" where it is not a constant."""
    try:
        return repr(plain(value))
    except ValueError:
        return value.text if isinstance(value, PathValue) else "…"


__all__ = ["FromEnvironment", "SettingsInterpreter"]
