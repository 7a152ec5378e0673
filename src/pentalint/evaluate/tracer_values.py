"""The tracer's values: what attributes, items and operators of tainted data are. See `tracing`."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.attributes import PATH_LIMIT, has_decorator
from pentalint.evaluate.events import Frame
from pentalint.evaluate.flow_model import Source
from pentalint.evaluate.modules import Module
from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.taint import (
    ALL,
    Origin,
    Taint,
    derived,
    string,
    taints_of,
)
from pentalint.evaluate.tracer_state import TracerState
from pentalint.evaluate.values import (
    UNKNOWN,
    Builtin,
    Class,
    Const,
    Dict,
    Function,
    Instance,
    Ref,
    Unknown,
    Value,
)

ANYTHING = "?"
"""The path of a value of which no API is known; its methods are `?.name`."""

NAMED = frozenset({"mass-assignment"})
"""What the parts of a path cannot do: the application's own pattern names them."""

SYSTEM = {"name": Const("posix"), "platform": Const("linux")}
"""`os.name` and `sys.platform` where the application is taken to be deployed."""

TEXT = frozenset(dir(str)) | frozenset(dir(bytes))
"""The attributes a string may have."""

PROPERTIES = ("builtins.property", "functools.cached_property", "django.utils.functional.cached_property")


class TracerValues(TracerState, Interpreter):
    """Values that carry taints."""

    # -- where data enters ---------------------------------------------------------------------------------------

    def tag(
        self,
        path: str,
        arguments: Arguments | None,
        taint: tuple[Taint, ...],
        node: ast.AST,
        frame: Frame,
        base: Value | None = None,
    ) -> Ref:
        """The API path as a value: with the taint of a source, or with what the object it was reached from carries,
        less what the path makes safe."""
        source = self.known(path, self.model.sources)
        if source is not None and (taint or not self.model.sources[source].within):
            taint = (self.entering(self.model.sources[source], source, node, frame.module),)
        if taint:
            taint = self.cleaned(path, arguments, taint)
        if self.model.items and path.endswith("[]") and arguments is not None and arguments.positional:
            taint = self.named_item(arguments.positional[0], taint, node, frame)
        return Ref(path, arguments, False, taint, base)

    def named_item(
        self, key: Value, taint: tuple[Taint, ...], node: ast.AST, frame: Frame
    ) -> tuple[Taint, ...]:
        """The taints of an item, with that of the source its name makes it."""
        if isinstance(key, Const) and isinstance(key.value, str):
            for pattern, source in self.model.items:
                if pattern.search(key.value) is not None:
                    return (self.entering(source, key.value, node, frame.module), *taint)
        return taint

    def known(self, path: str, table: Mapping[str, object]) -> str | None:
        """The path under which a table of the model knows an API path: its own, or that of the same member of a
        class its class inherits from."""
        known = self.known_paths.get(id(table))
        if known is None:
            known = self.known_paths[id(table)] = {}
        found = known.get(path, "")
        if found == "":
            found = path if path in table else None
            owner, dot, rest = path.partition("()")
            if found is None and dot:
                for name in self.knowledge.ancestors(owner)[1:]:
                    if f"{name}(){rest}" in table:
                        found = f"{name}(){rest}"
                        break
            known[path] = found
        return found

    def entering(self, source: Source, path: str, node: ast.AST, module: Module) -> Taint:
        """The taint of data that enters at a place; the same one each time the place is evaluated."""
        key = (id(node), f"{source.kind}:{path}")
        found = self.origins.get(key)
        if found is None:
            safe = source.safe | NAMED if source.detail == "path" else source.safe
            origin = Origin(source.kind, source.detail, path, module, node, safe)
            found = self.origins[key] = Taint(origin)
        return found

    def cleaned(self, path: str, arguments: Arguments | None, taint: tuple[Taint, ...]) -> tuple[Taint, ...]:
        """The taints that are left after a call or attribute that makes data safe."""
        own = self.known(path, self.model.cleaners)
        names = [own] if own is not None else []
        if path[:1] != ANYTHING:
            names.append(f"{ANYTHING}.{path.rpartition('.')[2]}")
        for name in names:
            for cleaner in self.model.cleaners.get(name, ()):
                if cleaner.test is None or (
                    arguments is not None
                    and cleaner.test(
                        arguments, self.knowledge.signatures.get(path.removesuffix("()"), ()), self
                    )
                ):
                    taint = () if ALL in cleaner.kinds else derived(taint, cleaner.kinds)
        return taint

    # -- attributes ----------------------------------------------------------------------------------------------

    def attribute(self, value: Value, name: str, node: ast.AST, frame: Frame) -> Value:
        if type(value) is Ref:
            return self.ref_attribute(value, name, node, frame)
        if isinstance(value, Unknown):
            return Ref(f"{ANYTHING}.{name}")
        if isinstance(value, Builtin):
            return string(taints_of(value.receiver))
        return super().attribute(value, name, node, frame)

    def ref_attribute(self, value: Ref, name: str, node: ast.AST, frame: Frame) -> Value:
        """`value.name` of an API object."""
        if value.path[:1] == ANYTHING:
            return Ref(f"{ANYTHING}.{name}", None, False, derived(value.taint) if value.taint else ())
        if value.path in ("os", "sys") and name in SYSTEM:
            return SYSTEM[name]
        if isinstance(value.base, Dict) and name in value.base.entries:
            return value.base.entries[name]  # an argument of a request parser
        child = f"{value.path}.{name}"
        if value.path == "builtins.str()" and name not in TEXT and not self.spoken_of(child):
            return UNKNOWN  # whatever this is, it is not what came from outside
        if len(child) > PATH_LIMIT:
            return Ref(f"{ANYTHING}.{name}", None, False, derived(value.taint)) if value.taint else UNKNOWN
        if not value.taint and self.index.owns(child) and child not in self.model.sources:
            return super().attribute(value, name, node, frame)
        path = self.aliases.get(child, child)
        if path in self.shared:
            return self.shared[path]
        return self.tag(
            path, value.arguments, derived(value.taint) if value.taint else (), node, frame, value.base
        )

    def spoken_of(self, path: str) -> bool:
        """Whether the packs name a path as a source, or as an object that a source is reached from."""
        return path in self.model.sources or path in self.model.carriers

    def api_attribute(
        self, path: str, name: str, node: ast.AST, frame: Frame, base: Value | None = None
    ) -> Value:
        if self.index.owns(path):
            return super().api_attribute(path, name, node, frame, base)
        return self.ref_attribute(Ref(path, base=base), name, node, frame)

    def instance_attribute(self, value: Instance, name: str, node: ast.AST, frame: Frame) -> Value:
        if name in value.attributes:
            return value.attributes[name]
        found = super().instance_attribute(value, name, node, frame)
        if isinstance(found, Unknown):
            return self.attribute_hook(value, name, node, frame)
        return found

    def attribute_hook(self, value: Instance, name: str, node: ast.AST, frame: Frame) -> Value:
        """`__getattr__` of a project class, when there is one."""
        for ancestor in self.linear(value.cls):
            if isinstance(ancestor, Class) and "__getattr__" in ancestor.members:
                method = self.force(ancestor.members["__getattr__"])
                if isinstance(method, Function):
                    arguments = Arguments()
                    arguments.positional.append(Const(name))
                    return self.apply(method, value, arguments, node, frame)
        return UNKNOWN

    def bind_member(self, member: Value, receiver: Value) -> Value:
        if isinstance(member, Function) and has_decorator(member, *PROPERTIES):
            return self.apply(member, receiver, Arguments(), member.node, Frame(member.module, {}))
        return super().bind_member(member, receiver)

    def apply(
        self, function: Function, receiver: Value | None, arguments: Arguments, node: ast.AST, frame: Frame
    ) -> Value:
        """Call a project function. Provided by `tracer_functions`."""
        raise NotImplementedError


def instance_of(cls: Class, arguments: Arguments | None = None) -> Instance:
    """An instance that the tracer may change."""
    made = Instance(cls, arguments)
    made.traced = True
    return made
