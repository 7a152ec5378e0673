"""The state one evaluation shares, and how names are found: locals, closures, modules, built-ins, imports.

The interpreter is one object in seven files, each building on the one before: `core` (names and modules),
`attributes` (what `x.y` is), `calls` (what `f(x)` does), `targets` (what assignments bind), `expressions`,
`branches` (control flow), `statements`."""

from __future__ import annotations

import ast
import builtins
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.blocks import statements
from pentalint.evaluate.enumerations import Members
from pentalint.evaluate.events import Frame, Listener, ModuleDone, Use
from pentalint.evaluate.helpers import aloud
from pentalint.evaluate.knowledge import Knowledge, ParameterType
from pentalint.evaluate.methods import copy
from pentalint.evaluate.modules import Module, ModuleIndex
from pentalint.evaluate.rounds import Carried
from pentalint.evaluate.values import (
    UNKNOWN,
    UNSET,
    Choice,
    Class,
    Const,
    Dict,
    Function,
    Lazy,
    List,
    Package,
    Ref,
    Value,
    join,
    join_all,
)
from pentalint.model import Failure, File
from pentalint.syntax.source import Source, read_source

BUILTINS = {name: Ref(f"builtins.{name}") for name in dir(builtins) if not name.startswith("_")}
"""Built-in functions and classes as API paths."""

BUILTINS["__import__"] = Ref("builtins.__import__")


class Core:
    """What is known of the project, and the look-up of names. See the module's docstring."""

    def __init__(
        self,
        files: Iterable[File],
        read: Callable[[str], bytes],
        knowledge: Knowledge,
        listener: Listener,
        *,
        parser: str = "auto",
        frameworks: Callable[[str], frozenset[str]] = lambda path: frozenset(),
        vendored: Mapping[str, str] | None = None,
        sources: Mapping[str, Source] | None = None,
    ) -> None:
        self.index = ModuleIndex(files)
        self.read = read
        self.knowledge = knowledge
        self.aliases = knowledge.aliases
        self.listener = listener
        self.parser = parser
        self.frameworks = frameworks
        self.vendored = vendored or {}
        self.sources = sources or {}
        self.invoked: Callable[[Function, Arguments, ast.AST, Frame], None] | None = getattr(
            listener, "invoked", None
        )
        self.failures: dict[str, Failure] = {}
        self.helping = 0
        self.helped: Counter[str] = Counter()
        self.small: dict[Function, bool] = {}
        self._asked: dict[tuple[str, int], tuple[str, ...]] = {}
        self._results: dict[str, str] = {}
        self._children: dict[str, str] = {}
        self._members: dict[Class, tuple[int, Members | None]] = {}
        self._stores: dict[str, Counter[str]] = {}
        self._facts: dict[str, list[ParameterType]] = {}
        self._carried: dict[ast.AST, Carried] = {}

    # -- provided by the later parts -------------------------------------------------------------------------------

    def eval(self, node: ast.expr, frame: Frame) -> Value:
        """The value of an expression. Emits events."""
        raise NotImplementedError

    def run_body(self, body: list[ast.stmt], frame: Frame) -> bool:
        """Execute statements; False when control does not reach the end."""
        raise NotImplementedError

    # -- modules -----------------------------------------------------------------------------------------------

    def report_to(self, listener: Listener) -> None:
        """Tell another listener from now on, of what that one asks for."""
        self.listener = listener
        self._asked = {}

    def load(self, module: Module) -> Module:
        """Parse a module and evaluate its body, once. A cycle sees what has been evaluated so far."""
        if module.state:
            return module
        if not self.helping:
            return self.load_now(module)
        with aloud(self):
            return self.load_now(module)

    def load_now(self, module: Module) -> Module:
        """Parse a module and evaluate its body."""
        module.state = 1
        outcome = self.sources.get(module.path) or read_source(
            module.path, self.read(module.path), self.parser
        )
        if not isinstance(outcome, Source):
            self.failures[module.path] = outcome
            module.state = 3
            return module
        module.source = outcome
        frame = Frame(module, module.env)
        where = Arguments()
        where.positional.append(Const(module.path))
        module.env["__file__"] = Ref("__file__", where)
        module.env["__name__"] = UNKNOWN
        try:
            self.run_body(outcome.tree.body, frame)
        except RecursionError:
            self.failures[module.path] = Failure(
                module.path,
                "parse",
                "The file nests expressions too deeply to be evaluated; split the expression.",
            )
        module.functions.extend(frame.pending)
        self.run_globals(module, frame.pending)
        module.state = 2
        self.listener.finished(ModuleDone(module))
        return module

    def run_globals(self, module: Module, functions: list[Function]) -> None:
        """Evaluate the functions that set names of the module, so that its namespace does not depend on who
        calls them when."""
        assert module.source is not None
        if "global " not in module.source.text:
            return
        for function in functions:
            node = function.node
            if not isinstance(node, ast.Lambda) and any(
                isinstance(statement, ast.Global) for statement in statements(node.body)
            ):
                self.result(function)

    def result(self, function: Function) -> Value:
        """What a project function returns. Provided by `calls`."""
        raise NotImplementedError

    def force(self, value: Value) -> Value:
        """Look at an imported name at last: may parse the module it comes from."""
        if type(value) is not Lazy:
            return value
        seen = 0
        while isinstance(value, Lazy) and seen < 20:
            value = self.member(value.module, value.name)
            seen += 1
        return UNKNOWN if isinstance(value, Lazy) else value

    def member(self, module: Module, name: str) -> Value:
        """`module.name` for a project module: its namespace, a submodule, or what a star import of an API may
        have given."""
        self.load(module)
        if name in module.env:
            return module.env[name]
        if module.is_package:
            below = self.index.find(f"{module.name}.{name}" if module.name else name, module)
            if below is not None:
                return Package(below)
        return self.from_star(module, name) or UNKNOWN

    def from_star(self, module: Module, name: str) -> Value | None:
        """A name that `from api import *` may have brought: believed when a rule or pack knows that path."""
        for source in reversed(module.stars):
            path = f"{source}.{name}"
            if path in self.listener.known_paths or path in self.aliases:
                return self.ref(path)
        return None

    def ref(self, path: str, node: ast.AST | None = None, frame: Frame | None = None) -> Ref:
        """The API path under its canonical name."""
        return Ref(self.aliases.get(path, path))

    # -- names -------------------------------------------------------------------------------------------------

    def lookup(self, name: str, frame: Frame) -> Value:
        """What a name means at this point."""
        found = frame.env.get(name)
        if found is not None and name not in frame.globals_:
            return found
        outer = frame.parent
        while outer is not None:
            if outer.function is not None and not outer.in_class_body:
                found = outer.env.get(name)
                if found is not None:
                    return found
            outer = outer.parent
        module = frame.module
        found = module.env.get(name)
        if found is not None:
            if frame.function is not None and module.state == 2 and isinstance(found, (Dict, List)):
                return to_be_filled(found)
            return found
        if module.stars:
            found = self.from_star(module, name)
            if found is not None:
                return found
        if module.unresolved_star:
            return UNKNOWN
        return BUILTINS.get(name, UNKNOWN)

    def bind(self, name: str, value: Value, node: ast.AST, frame: Frame) -> None:
        """`name = value` in the right namespace, remembering where module and class names were written."""
        if type(value) is Choice and UNSET in value.values:
            value = join_all(UNKNOWN if option is UNSET else option for option in value.values)
        if frame.globals_ and name in frame.globals_:
            frame.module.env[name] = (
                join(frame.module.env[name], value) if name in frame.module.env else value
            )
            return
        if frame.nonlocals and name in frame.nonlocals:
            outer = frame.parent
            while outer is not None:
                if name in outer.env:
                    outer.env[name] = join(outer.env[name], value)
                    return
                outer = outer.parent
        frame.env[name] = value
        if frame.function is None:
            if frame.in_class_body:
                assert frame.cls is not None
                frame.cls.origins[name] = node
            else:
                frame.module.origins[name] = (frame.module.path, node)

    def set_env(self, frame: Frame, env: dict[str, Value]) -> None:
        """Switch the namespace of a frame, and of its module when it is the module's own."""
        if frame.env is frame.module.env:
            frame.module.env = env
        frame.env = env

    # -- imports -----------------------------------------------------------------------------------------------

    def import_names(self, node: ast.Import, frame: Frame) -> None:
        """`import a.b as c`, `import a.b`."""
        for alias in node.names:
            self.note_import(alias.name, node, frame)
            module = self.index.find(alias.name, frame.module)
            top = alias.name.partition(".")[0]
            api = self.api_name(module)
            if api is not None:
                self.note_import(api, node, frame)
                if alias.asname or "." not in alias.name:
                    self.bind(alias.asname or top, self.ref(api), node, frame)
                    continue
            if alias.asname:
                frame.module.renames.append((alias.name.rpartition(".")[2], alias.asname))
                value: Value = Package(module) if module is not None else self.ref(alias.name)
                self.bind(alias.asname, value, node, frame)
                continue
            owner = self.index.find(top, frame.module)
            if owner is not None:
                self.bind(top, Package(owner), node, frame)
            elif module is not None:
                self.bind(
                    top, Ref(top), node, frame
                )  # a namespace package: attributes are looked up by dotted name
            else:
                self.bind(top, self.ref(top), node, frame)

    def import_from(self, node: ast.ImportFrom, frame: Frame) -> None:
        """`from a.b import c as d`, relative forms and stars included."""
        base = self.absolute(node, frame.module)
        if base is None:
            for alias in node.names:
                if alias.name != "*":
                    self.bind(alias.asname or alias.name, UNKNOWN, node, frame)
                else:
                    frame.module.unresolved_star = True
            return
        module = self.index.find(base, frame.module) if base else None
        if module is frame.module and not module.is_package and node.level == 0:
            module = None  # a script named like the library it uses
        api = self.api_name(module)
        if api is not None:
            base, module = api, None
        ours = api is None and (module is not None or node.level > 0)
        namespace = api is None and not ours and self.index.is_namespace(base)
        for alias in node.names:
            if alias.name == "*":
                self.import_star(base, module, ours or namespace, node, frame)
                continue
            name = alias.asname or alias.name
            if alias.asname:
                frame.module.renames.append((alias.name, alias.asname))
            if ours or (namespace and self.index.find(f"{base}.{alias.name}", frame.module) is not None):
                self.bind(name, self.project_name(base, module, alias.name, frame), node, frame)
            else:
                path = f"{base}.{alias.name}"
                self.note_import(path, node, frame)
                self.bind(name, self.ref(path), node, frame)

    def project_name(self, base: str, module: Module | None, name: str, frame: Frame) -> Value:
        """`from base import name` where base is the project's."""
        below = self.index.find(f"{base}.{name}" if base else name, frame.module)
        api = self.api_name(below)
        if api is not None:
            return self.ref(api)
        if module is None:
            return Package(below) if below is not None else UNKNOWN
        if module is frame.module:
            return Package(below) if below is not None else frame.env.get(name, UNKNOWN)
        if below is not None and below is not module and module.is_package:
            # A submodule, unless the package itself defines the name; that is only known once it is loaded.
            if module.state == 2 and name in module.env:
                return self.force(module.env[name])
            return Package(below) if module.state else Lazy(module, name)
        return Lazy(module, name)

    def import_star(self, base: str, module: Module | None, ours: bool, node: ast.AST, frame: Frame) -> None:
        """`from base import *`: every public name, with where it was written."""
        if module is None:
            if ours:
                frame.module.unresolved_star = frame.branches == 0
                self.open_names(frame)
            else:
                self.note_import(base, node, frame, "star")
                frame.module.stars.append(base)
                if not self.listener.knows(base.partition(".")[0]):
                    self.open_names(frame)
            return
        self.load(module)
        if module is not frame.module:
            frame.module.star_modules.append(module)
        frame.module.stars.extend(star for star in module.stars if star not in frame.module.stars)
        frame.module.unresolved_star = frame.module.unresolved_star or module.unresolved_star
        frame.module.maybe_star = frame.module.maybe_star or module.maybe_star
        for name in self.public(module):
            value = module.env[name]
            if isinstance(value, (List, Dict)):
                value = copy(value)
            frame.env[name] = value
            if frame.function is None and not frame.in_class_body and name in module.origins:
                frame.module.origins[name] = module.origins[name]

    def open_names(self, frame: Frame) -> None:
        """After `import *` from a module that is not here: it may replace any setting written before."""
        frame.module.maybe_star = True
        for name, value in frame.env.items():
            if name.isupper():
                frame.env[name] = join(value, UNKNOWN)

    def public(self, module: Module) -> list[str]:
        """The names `import *` takes: `__all__` when it is known, else those without a leading underscore."""
        listed = module.env.get("__all__")
        if isinstance(listed, List) and listed.complete:
            names = [
                item.value for item in listed.items if isinstance(item, Const) and isinstance(item.value, str)
            ]
            return [name for name in names if name in module.env]
        return [name for name in module.env if not name.startswith("_")]

    def absolute(self, node: ast.ImportFrom, module: Module) -> str | None:
        """The dotted name an import starts from, or None when a relative import leaves the project."""
        if not node.level:
            return node.module or ""
        package = module.package
        for _ in range(node.level - 1):
            if not package:
                return None
            package = package.rpartition(".")[0]
        return ".".join(part for part in (package, node.module) if part)

    def api_name(self, module: Module | None) -> str | None:
        """The name a module would have if the framework copied into the project were installed; None for the
        project's own."""
        if module is None or not self.vendored:
            return None
        for path, name in self.vendored.items():
            if module.path == path:
                return name
            directory = path.removesuffix("/__init__.py")
            if directory != path and module.path.startswith(f"{directory}/"):
                inner = module.path[len(directory) + 1 :].removesuffix(".py").removesuffix("/__init__")
                return f"{name}.{inner.replace('/', '.')}"
        return None

    def note_import(self, path: str, node: ast.AST, frame: Frame, how: str = "import") -> None:
        """Remember what a module imports, and tell the matchers."""
        frame.module.imported.add(path)
        probe = path
        while probe:
            if probe in self.listener.use_paths:
                self.listener.used(Use(path, node, frame, how))
                return
            probe = probe.rpartition(".")[0]


def to_be_filled(value: Value) -> Value:
    """A container of a module as its functions find it: an empty one is there to be filled by somebody."""
    if isinstance(value, Dict):
        return Dict(complete=False) if value.complete and not value.entries else value
    if isinstance(value, List) and value.complete and not value.items and value.kind != "tuple":
        return List([], value.kind, complete=False)
    return value


def qualify(frame: Frame, name: str) -> str:
    """The qualified name of something defined in a frame."""
    outer = frame.qualname
    return f"{outer}.{name}" if outer else name


__all__ = ["BUILTINS", "Class", "Core", "Function", "qualify"]
