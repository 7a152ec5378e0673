"""The tracer's values: what attributes, items and operators of tainted data are. See `tracing`."""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Mapping, Sequence

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.attributes import PATH_LIMIT, has_decorator
from pentalint.evaluate.events import Frame
from pentalint.evaluate.flow_model import Cleaner, Source
from pentalint.evaluate.models import bare
from pentalint.evaluate.modules import Module
from pentalint.evaluate.records import PLAIN_BASES
from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.taint import (
    ALL,
    STRINGS,
    Origin,
    Taint,
    derived,
    string,
    taints_of,
)
from pentalint.evaluate.tracer_state import TracerState
from pentalint.evaluate.values import (
    UNKNOWN,
    Bound,
    Builtin,
    Choice,
    Class,
    Const,
    Dict,
    Function,
    Instance,
    List,
    Ref,
    Unknown,
    Value,
    options,
)

ANYTHING = "?"
"""The path of a value of which no API is known; its methods are `?.name`."""

NOT_ASKED = ("", Source("", "", frozenset()))
"""Stands in a memo table for what has not been looked up yet, where None says that there is nothing."""

NAMED = frozenset({"mass-assignment"})
"""What the parts of a path cannot do: the application's own pattern names them."""

SYSTEM = {"name": Const("posix"), "platform": Const("linux")}
"""`os.name` and `sys.platform` where the application is taken to be deployed."""

TEXT = frozenset(dir(str)) | frozenset(dir(bytes))
"""The attributes a string may have."""

MEMBERS: frozenset[str] = frozenset().union(*map(dir, (list, tuple, set, frozenset, deque, range, iter(()))))
"""The attributes that sequences, sets and iterators have."""

OPENED = frozenset({"chunks", "content_type", "multiple_chunks", "readinto", "seek", "size", "tell"})
"""Attributes that files have which are open, and no name of a file."""

HELD = (
    TEXT
    | MEMBERS
    | OPENED
    | frozenset(dir(dict))
    | {"close", "file", "filename", "name", "open", "read", "readline", "readlines", "save", "type", "value"}
)
"""The attributes of what a field of a form may hold by itself: text, several of them, a structure or a file."""

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
        entrance = self.entrances.get(path, NOT_ASKED)
        if entrance is NOT_ASKED:
            entrance = self.entrance(path)
        if entrance is not None and (taint or not entrance[1].within):
            taint = (self.entering(entrance[1], entrance[0], node, frame.module),)
        if taint:
            taint = self.cleaned(path, arguments, taint)
        if path[-2:] == "[]" and self.model.items and arguments is not None and arguments.positional:
            taint = self.named_item(arguments.positional[0], taint, node, frame)
        return Ref(path, arguments, False, taint, base)

    def entrance(self, path: str) -> tuple[str, Source] | None:
        """The source that a path is, with the path the packs know it by; None for no source. Asked once for each path, as
        most of them are met over and over and no source."""
        name = self.known(path, self.model.sources)
        found = self.entrances[path] = None if name is None else (name, self.model.sources[name])
        return found

    def named_item(
        self, key: Value, taint: tuple[Taint, ...], node: ast.AST, frame: Frame
    ) -> tuple[Taint, ...]:
        """The taints of an item, with that of the source its name makes it."""
        if isinstance(key, Const) and isinstance(key.value, str):
            name = key.value
            if name not in self.item_sources:  # the patterns are tried once for each name
                found = (source for pattern, source in self.model.items if pattern.search(name) is not None)
                self.item_sources[name] = next(found, None)
            source = self.item_sources[name]
            if source is not None:
                return (self.entering(source, name, node, frame.module), *taint)
        return taint

    def known(self, path: str, table: Mapping[str, object]) -> str | None:
        """The path under which a table of the model knows an API path: its own, or that of the same member of a
        class its class inherits from."""
        if path in table:
            return path
        others = self.others.get(path)
        if others is None:  # asked in a dozen tables for each call
            owner, call, rest = path.partition("()")
            inherits = call and owner in self.knowledge.inherits
            others = tuple(f"{name}(){rest}" for name in self.forebears(owner)) if inherits else ()
            self.others[path] = others
        for name in others:
            if name in table:
                return name
        return None

    def forebears(self, owner: str) -> list[str]:
        """What a class of the API inherits from, nearest first."""
        found = self.lines.get(owner)
        if found is None:
            found = self.lines[owner] = self.knowledge.ancestors(owner)[1:]
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
        cleaners = self.washers.get(path)
        if cleaners is None:
            cleaners = self.washers[path] = self.cleaners_of(path)
        for cleaner in cleaners:
            if cleaner.test is None or (
                arguments is not None
                and cleaner.test(arguments, self.knowledge.signatures.get(path.removesuffix("()"), ()), self)
            ):
                taint = () if ALL in cleaner.kinds else derived(taint, cleaner.kinds)
        return taint

    def cleaners_of(self, path: str) -> tuple[Cleaner, ...]:
        """What the packs say of a path that makes data safe: under its own name, then under that of the method alone."""
        own = self.known(path, self.model.cleaners)
        names = [own] if own is not None else []
        if path[:1] != ANYTHING:
            names.append(f"{ANYTHING}.{path.rpartition('.')[2]}")
        return tuple(cleaner for name in names for cleaner in self.model.cleaners.get(name, ()))

    # -- attributes ----------------------------------------------------------------------------------------------

    def attribute(self, value: Value, name: str, node: ast.AST, frame: Frame) -> Value:
        kind = type(value)
        if kind is Ref:
            return self.ref_attribute(value, name, node, frame)  # type: ignore[arg-type]
        if kind is Unknown:
            return Ref(f"{ANYTHING}.{name}")
        if kind is Instance:
            return bare(self.instance_attribute(value, name, node, frame))  # type: ignore[arg-type]
        if kind is Choice:
            found = self.plain_members(value, name)  # type: ignore[arg-type]
            return found if found is not None else super().attribute(value, name, node, frame)
        if kind is Builtin:
            return string(taints_of(value.receiver))  # type: ignore[union-attr]
        if kind is List and name not in MEMBERS:
            return UNKNOWN  # a record of which only the fields are left, in no order: which one is meant nobody knows
        return super().attribute(value, name, node, frame)

    def plain_members(self, value: Choice, name: str) -> Value | None:
        """An attribute of one of several API objects of which nothing needs to be looked up any more; None for any other
        value. A class with many ancestors gives many such, one after the other."""
        found: list[Ref] = []
        for option in value.values:
            kind = type(option)
            if kind is Unknown:
                found.append(Ref(f"{ANYTHING}.{name}"))
                continue
            if kind is not Ref or option.taint or option.base.__class__ is Dict:  # type: ignore[union-attr]
                return None
            path = self.members.get((option.path, name))  # type: ignore[union-attr]
            if path is None:
                return None
            found.append(Ref(path, option.arguments, False, (), option.base))  # type: ignore[union-attr]
        return one_of(found)

    def ref_attribute(self, value: Ref, name: str, node: ast.AST, frame: Frame) -> Value:
        """`value.name` of an API object."""
        if value.path[:1] == ANYTHING:
            return Ref(f"{ANYTHING}.{name}", None, False, derived(value.taint) if value.taint else ())
        if not value.taint and not isinstance(value.base, Dict):
            member = self.members.get((value.path, name))
            if member is not None:
                return Ref(member, value.arguments, False, (), value.base)
        if value.path in ("os", "sys") and name in SYSTEM:
            return SYSTEM[name]
        if isinstance(value.base, Dict) and name in value.base.entries:
            return value.base.entries[name]  # an argument of a request parser
        child = f"{value.path}.{name}"
        if value.path == "builtins.str()" and name not in TEXT and not self.spoken_of(child):
            return UNKNOWN  # whatever this is, it is not what came from outside
        if value.taint and name not in HELD and self.holds_text(value) and not self.spoken_of(child):
            return UNKNOWN  # an object that the form has looked up, or that took the place of what came
        if len(child) > PATH_LIMIT:
            return Ref(f"{ANYTHING}.{name}", None, False, derived(value.taint)) if value.taint else UNKNOWN
        if not value.taint and self.index.owns(child) and child not in self.model.sources:
            return super().attribute(value, name, node, frame)
        path = self.aliases.get(child, child)
        if path in self.shared:
            return self.shared[path]
        if value.taint:
            return self.tag(path, value.arguments, derived(value.taint), node, frame, value.base)
        found = self.tag(path, value.arguments, (), node, frame, value.base)
        if not found.taint and not (path[-2:] == "[]" and self.model.items):
            self.members[value.path, name] = path
        return found

    def holds_text(self, value: Ref) -> bool:
        """Whether a value is one item of a request, or one field of a form."""
        path = value.path
        holder = path[:-2] if path.endswith("[]") else path.removesuffix(".get()")
        if holder == path:
            return False
        if all(taint.origin.detail in STRINGS for taint in value.taint) and holder in self.model.sources:
            return True
        return self.known(holder, self.model.fields) is not None

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
        inherited = self.inherited.get((value.cls, name))
        if inherited is not None:
            for ancestor in inherited.classes:
                if name in ancestor.members or name in ancestor.fields:
                    break  # what was put there since
            else:
                holder = inherited.holder
                if holder is None:
                    return inherited.seen_from(value)
                if name in holder.members and (holder is not value.cls or name not in holder.fields):
                    return self.bind_member(self.force(holder.members[name]), value)
        found = super().instance_attribute(value, name, node, frame)
        if isinstance(found, Unknown):
            return self.attribute_hook(value, name, node, frame)
        if inherited is None:
            self.learn(value, name, found)
        return found

    def learn(self, value: Instance, name: str, found: Value) -> None:
        """Remember where an attribute comes from that no method of the class sets: from a class of the project, or only from the
        API ancestors. So the line of ancestors is gone through once (19 in 20 attributes of instances in pretix)."""
        cls = value.cls
        if cls.enumerates or name == "__class__" or self.ancestors(cls) <= PLAIN_BASES:
            return
        passed: list[Class] = []
        for one in self.linear(cls):
            if isinstance(one, Class):
                if one is cls and (name in one.fields or one.assigns(name)):
                    return
                if name in one.members:
                    self.inherited[cls, name] = Inherited(tuple(passed), one)
                    return
                if name in one.fields or one.assigns(name):
                    return
                passed.append(one)
            elif self.index.owns(one) or (f"{one}()", name) not in self.members:
                return
        paths: list[str | None] = []
        for option in options(found):
            if type(option) is Ref and not option.taint and option.arguments is None and option.base is value:
                paths.append(option.path)
            elif type(option) is Unknown:
                paths.append(None)
            else:
                return
        self.inherited[cls, name] = Inherited(tuple(passed), None, tuple(paths))

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
        if type(member) is Function:
            if not member.decorators:
                return Bound(member, receiver)
            if has_decorator(member, *PROPERTIES):
                return self.apply(member, receiver, Arguments(), member.node, Frame(member.module, {}))
        return super().bind_member(member, receiver)

    def apply(
        self, function: Function, receiver: Value | None, arguments: Arguments, node: ast.AST, frame: Frame
    ) -> Value:
        """Call a project function. Provided by `tracer_functions`."""
        raise NotImplementedError


class Inherited:
    """Where an attribute of the instances of a class comes from: `holder`, a class of the project, or else API ancestors, as the
    paths it may be (None for unknown). In the members and fields of `classes` it must not stand."""

    __slots__ = ("classes", "holder", "paths")

    def __init__(
        self, classes: tuple[Class, ...], holder: Class | None, paths: tuple[str | None, ...] = ()
    ) -> None:
        self.classes = classes
        self.holder = holder
        self.paths = paths

    def seen_from(self, value: Instance) -> Value:
        """The attribute of an instance."""
        found: list[Value] = [
            Ref(path, None, False, (), value) if path is not None else UNKNOWN for path in self.paths
        ]
        return found[0] if len(found) == 1 else Choice(tuple(found))


def one_of(found: Sequence[Value]) -> Value:
    """The join of a few API objects without taints, or unknown values: those that are not the same, in order."""
    kept: list[Value] = []
    seen: set[object] = set()
    for one in found:
        key = (one.path, id(one.arguments)) if type(one) is Ref else None
        if key not in seen:
            seen.add(key)
            kept.append(one)
    return kept[0] if len(kept) == 1 else Choice(tuple(kept))


def instance_of(cls: Class, arguments: Arguments | None = None) -> Instance:
    """An instance that the tracer may change."""
    made = Instance(cls, arguments)
    made.traced = True
    return made
