"""What an expression may be: the abstract values the interpreter computes with.

A value is immutable once another value or an environment holds it, except for the containers, which the interpreter
mutates as the program would. Nothing here holds a syntax tree but `Function` and `Class`, which never leave
the process."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pentalint.evaluate.arguments import Arguments
    from pentalint.evaluate.events import Frame
    from pentalint.evaluate.modules import Module
    from pentalint.evaluate.taint import Taint

CHOICES = 8
"""A join of more alternatives than this is unknown: a budget, so that results do not depend on time."""

MERGED = 2
"""How deep containers in containers are merged when there are too many alternatives: each level multiplies the work."""

ITEMS = 2000
"""A container that grows past this many elements is treated as incomplete."""

NODES = 20_000
"""A value of more parts than this, shared parts counted each time, is not turned into a plain object."""

LEVELS = 60
"""Containers nested deeper than this are not turned into plain objects, nor copied."""

ORDERED = 1 << 30
"""`List.fixed` when every item is at its place."""


class Unknown:
    """Nothing is known. The single instance is `UNKNOWN`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "?"


class Const:
    """A constant of the language: str, bytes, int, float, complex, bool, None or Ellipsis."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __repr__(self) -> str:
        return repr(self.value)


class Ref:
    """Something reached through an API path, e.g. `flask.Flask` or, for what calling it returns, `flask.Flask()`.

    `arguments` are those of the call when the path ends in `()`. `guarded` says that control flow has shown it
    to be true. `base` is the value it was taken from: what an attribute belongs to, what was called. `taint` is the
    untrusted data it carries, when data flow is traced."""

    __slots__ = ("arguments", "base", "guarded", "path", "taint")

    def __init__(
        self,
        path: str,
        arguments: Arguments | None = None,
        guarded: bool = False,
        taint: tuple[Taint, ...] = (),
        base: Value | None = None,
    ) -> None:
        self.path = path
        self.arguments = arguments
        self.guarded = guarded
        self.taint = taint
        self.base = base

    def __repr__(self) -> str:
        return f"<{self.path}>"


class Text:
    """A string built at run time from `parts` (constants and other values): f-string, `%`, `+`, `format`, `join`.

    It certainly begins with `head`, ends with `tail` (the two may overlap) and has `least` characters or more. `pieces`
    are what it is one after the other, where that is known: strings built in other ways stand in them as they are, while
    `parts` are what all of them were built from."""

    __slots__ = ("head", "how", "least", "parts", "pieces", "tail")

    def __init__(
        self,
        parts: tuple[Value, ...],
        how: str,
        head: str | bytes = "",
        tail: str | bytes = "",
        least: int = 0,
    ) -> None:
        self.parts = parts
        self.how = how
        self.head = head
        self.tail = tail
        self.least = max(least, len(head), len(tail))
        self.pieces: Sequence[Value] | None = None

    def __repr__(self) -> str:
        return "text(" + " + ".join(map(repr, self.parts)) + ")"


class List:
    """A list, tuple, set or another iterable (`kind`: list, tuple, set, deque, range, view, iterator), element by
    element. `complete` is false when it may hold more than `items` says: `rest` is what else may be in it, where
    that is known. Items from `fixed` on may stand elsewhere. `home` is the frame that made it, where that matters."""

    __slots__ = ("complete", "fixed", "home", "items", "kind", "rest")

    def __init__(
        self,
        items: Iterable[Value],
        kind: str = "list",
        complete: bool = True,
        fixed: int = ORDERED,
        rest: Value | None = None,
    ) -> None:
        self.items = list(items)
        self.kind = kind
        self.complete = complete
        self.fixed = fixed
        self.rest = rest
        self.home: Frame | None = None

    @property
    def exact(self) -> bool:
        """Whether the elements and their order are known."""
        if self.kind == "set":
            return self.complete and len(self.items) < 2
        return self.complete and self.fixed >= len(self.items)

    def use_up(self) -> None:
        """An iterator gives its elements once: after that nothing is known of it."""
        if self.kind == "iterator":
            self.items = []
            self.complete = False
            self.rest = None

    def like(self, items: Iterable[Value]) -> List:
        """The same with other items."""
        return List(items, self.kind, self.complete, self.fixed, self.rest)

    def __repr__(self) -> str:
        return f"{self.kind}{self.items}{'' if self.complete else '+?'}"


class Dict:
    """A dictionary by constant key. `complete` is false when other keys may exist; `nodes` keeps where a key
    was written; `home` is the frame that made it, where that matters."""

    __slots__ = ("complete", "entries", "home", "nodes")

    def __init__(self, entries: dict[Any, Value] | None = None, complete: bool = True) -> None:
        self.entries: dict[Any, Value] = entries if entries is not None else {}
        self.complete = complete
        self.home: Frame | None = None
        self.nodes: dict[Any, tuple[str, ast.AST]] = {}

    def like(self, entries: dict[Any, Value]) -> Dict:
        """The same with other entries."""
        return Dict(entries, self.complete)

    def take(self, source: Value, *, replacing: bool = True) -> None:
        """Take the entries of another value over those here, as `update` and `**` do; what is no dictionary
        whose keys are known leaves this one open, for it may replace any of them. In a display (not `replacing`) what is
        written in so many words is seldom meant to be."""
        if isinstance(source, Dict):
            rest = source.entries.get(REST)
            if not source.complete:
                for key in self.entries.keys() - source.entries.keys():
                    self.entries[key] = join_all(
                        [self.entries[key], UNKNOWN if rest is None else rest, UNKNOWN]
                    )
            if rest is not None and REST in self.entries:
                rest = join(self.entries[REST], rest)
            self.entries.update(source.entries)
            if rest is not None:
                self.entries[REST] = rest
            self.nodes.update(source.nodes)
            self.complete = self.complete and source.complete
        else:
            self.complete = False
            for key, value in self.entries.items() if replacing else ():
                self.entries[key] = join(value, UNKNOWN)

    def __repr__(self) -> str:
        return f"dict{self.entries}{'' if self.complete else '+?'}"


class Rest:
    """The key under which a dictionary keeps what was set under keys that are not known. The instance is `REST`."""

    __slots__ = ()


REST = Rest()


class Choice:
    """One of several values, because branches joined. At most `CHOICES`; may include `UNKNOWN`."""

    __slots__ = ("values",)

    def __init__(self, values: tuple[Value, ...]) -> None:
        self.values = values

    def __repr__(self) -> str:
        return " | ".join(map(repr, self.values))


def source_of(node: ast.stmt | ast.expr, module: Module) -> str:
    """The lines a node stands on; "" when its module has no source."""
    source = module.source
    return "\n".join(source.lines[node.lineno - 1 : node.end_lineno]) if source is not None else ""


class Function:
    """A function or lambda the project defines."""

    __slots__ = (
        "attributes",
        "closure",
        "decorators",
        "module",
        "name",
        "node",
        "owner",
        "qualname",
        "result",
        "returns",
        "state",
        "yields",
    )

    def __init__(
        self,
        node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda,
        module: Module,
        qualname: str,
        owner: Class | None,
        closure: Frame | None,
    ) -> None:
        self.node = node
        self.name = getattr(node, "name", "<lambda>")
        self.module = module
        self.qualname = qualname
        self.owner = owner
        self.closure = closure
        self.decorators: tuple[Decorator, ...] = ()
        self.attributes: dict[str, Value] = {}
        self.result: Value | None = None
        self.returns: tuple[Value, ...] = ()
        self.yields = False
        self.state = 0  # 0 not evaluated, 1 in progress, 2 done

    @property
    def is_async(self) -> bool:
        return isinstance(self.node, ast.AsyncFunctionDef)

    @property
    def text(self) -> str:
        """The source of the function, in whole lines."""
        return source_of(self.node, self.module)

    @property
    def outermost(self) -> Function:
        """The function at module or class level that this one is nested in; itself when it is not nested."""
        function, frame = self, self.closure
        while frame is not None:
            function, frame = frame.function or function, frame.parent
        return function

    def __repr__(self) -> str:
        return f"function {self.qualname}"


class Decorator:
    """One decorator: its callee's path ("" when unknown), its arguments when it is a call, and its value."""

    __slots__ = ("arguments", "name", "node", "paths", "value")

    def __init__(
        self, node: ast.expr, name: str, paths: tuple[str, ...], arguments: Arguments | None, value: Value
    ) -> None:
        self.node = node
        self.name = name
        self.paths = paths
        self.arguments = arguments
        self.value = value


class Class:
    """A class the project defines. `bases` are its base values in order; `members` its body's final names;
    `enumerates` is false once it is known to be no enumeration."""

    __slots__ = (
        "_assigns",
        "_text",
        "ancestors",
        "assigned",
        "bases",
        "decorators",
        "enumerates",
        "fields",
        "linear",
        "members",
        "module",
        "name",
        "node",
        "origins",
        "qualname",
    )

    def __init__(self, node: ast.ClassDef, module: Module, qualname: str) -> None:
        self.node = node
        self.name = node.name
        self.module = module
        self.qualname = qualname
        self.bases: tuple[Value, ...] = ()
        self.decorators: tuple[Decorator, ...] = ()
        self.members: dict[str, Value] = {}
        self.origins: dict[str, ast.AST] = {}
        self.fields: dict[str, Value] = {}
        self.assigned: dict[str, list[str]] | None = None
        self.linear: tuple[Class | str, ...] | None = None
        self.ancestors: frozenset[str] | None = None
        self.enumerates = True
        self._assigns: dict[str, bool] = {}
        self._text: str | None = None

    @property
    def text(self) -> str:
        """The source of the class."""
        if self._text is None:
            self._text = source_of(self.node, self.module)
        return self._text

    def assigns(self, name: str) -> bool:
        """Whether the text of the class may assign an attribute of that name: a cheap look before a walk over
        its tree."""
        found = self._assigns.get(name)
        if found is None:
            found = self._assigns[name] = self._may_assign(name)
        return found

    def _may_assign(self, name: str) -> bool:
        text, needle = self.text, f".{name}"
        place = text.find(needle)
        while place >= 0:
            after = text[place + len(needle) : place + len(needle) + 8].lstrip(" ")
            if after[:1] in ("=", ":", ",", ")", "]", "+", "|") or after[:3] == "in ":
                return True
            place = text.find(needle, place + 1)
        return False

    def __repr__(self) -> str:
        return f"class {self.qualname}"


class Instance:
    """An instance of a project class. `attributes` are those set on this very object by the frame that made it
    (`home`). `traced` is true of those the tracer made: only they can be changed by what it follows."""

    __slots__ = ("arguments", "attributes", "cls", "home", "traced")

    def __init__(self, cls: Class, arguments: Arguments | None = None, home: Frame | None = None) -> None:
        self.cls = cls
        self.arguments = arguments
        self.home = home
        self.attributes: dict[str, Value] = {}
        self.traced = False

    def __repr__(self) -> str:
        return f"{self.cls.qualname}()"


class Bound:
    """A method of the project together with the object it was taken from."""

    __slots__ = ("function", "receiver")

    def __init__(self, function: Function, receiver: Value) -> None:
        self.function = function
        self.receiver = receiver

    def __repr__(self) -> str:
        return f"{self.receiver!r}.{self.function.name}"


class Builtin:
    """A method of a built-in value, taken but not yet called: `"x".join`, `[].append`."""

    __slots__ = ("name", "receiver")

    def __init__(self, receiver: Value, name: str) -> None:
        self.receiver = receiver
        self.name = name

    def __repr__(self) -> str:
        return f"{self.receiver!r}.{self.name}"


class Package:
    """A module of the project as a value."""

    __slots__ = ("module",)

    def __init__(self, module: Module) -> None:
        self.module = module

    def __repr__(self) -> str:
        return f"module {self.module.name}"


class Lazy:
    """A name of a project module, imported but not looked at yet: forcing it may parse that module."""

    __slots__ = ("module", "name")

    def __init__(self, module: Module, name: str) -> None:
        self.module = module
        self.name = name

    def __repr__(self) -> str:
        return f"lazy {self.module.name}.{self.name}"


Value = (
    Unknown
    | Const
    | Ref
    | Text
    | List
    | Dict
    | Choice
    | Function
    | Class
    | Instance
    | Bound
    | Builtin
    | Package
    | Lazy
)

UNKNOWN = Unknown()
MAYBE = Unknown()
"""An argument that a `*` or `**` of unknown content may have supplied: not even its presence is known."""

UNSET = Unknown()
"""What a name is after a branch that does not set it: whoever looks it up goes on to its default."""

NONE = Const(None)
TRUE = Const(True)
FALSE = Const(False)


UNLIKE = frozenset({Unknown, Text, List, Dict, Function, Class, Bound, Builtin, Package})
"""Kinds of values two of which are only known to be equal when they are one."""


def same(left: Value, right: Value) -> bool:
    """Whether two values are certainly equal, for joins: constants by type and value, paths by text, the rest
    by identity."""
    if left is right:
        return True
    kind = type(left)
    if kind is not type(right) or kind in UNLIKE:
        return False
    if kind is Ref or isinstance(left, Ref):  # four in five are just that, so it is asked first
        return (
            left.path == right.path  # type: ignore[union-attr]
            and left.arguments is right.arguments  # type: ignore[union-attr]
            and left.guarded is right.guarded  # type: ignore[union-attr]
            and left.taint == right.taint  # type: ignore[union-attr]
        )
    if type(left) is Const and isinstance(right, Const):  # members of enumerations are themselves only
        return type(left.value) is type(right.value) and bool(left.value == right.value)
    if isinstance(left, Instance) and isinstance(right, Instance):
        return left.cls is right.cls and not left.attributes and not right.attributes
    if isinstance(left, Lazy) and isinstance(right, Lazy):
        return left.module is right.module and left.name == right.name
    return False


def join(left: Value, right: Value, depth: int = 0) -> Value:
    """The value of a name after two branches meet. Order is kept, so that results are deterministic. `depth` is how many
    containers it lies in that are being merged."""
    if left is right:
        return left
    kind = type(left)
    if kind is type(right) and kind not in UNLIKE and same(left, right):
        return left
    if kind is not Choice and type(right) is not Choice:
        return Choice((left, right))
    alternatives = list(options(left))  # which differ from each other already
    add_options(right, alternatives)
    if len(alternatives) > CHOICES and depth < MERGED:
        alternatives = merged(alternatives, depth + 1)
    if len(alternatives) > CHOICES:
        taint = tuple(one for value in alternatives if isinstance(value, Ref) for one in value.taint)
        return Ref("?", taint=taint[:CHOICES]) if taint else UNKNOWN
    return alternatives[0] if len(alternatives) == 1 else Choice(tuple(alternatives))


def merged(alternatives: list[Value], depth: int) -> list[Value]:
    """Too many alternatives, with the containers of a kind among them, and the objects of a class that the tracer made, made
    one: of lists only is known what may be in them, of dictionaries what all have."""
    kept: list[Value] = []
    lists: dict[str, list[Value]] = {}
    dictionaries: list[Dict] = []
    instances: dict[Class, list[Instance]] = {}
    for value in alternatives:
        if type(value) is Instance and value.traced:
            instances.setdefault(value.cls, []).append(value)
        elif isinstance(value, List):
            parts = value.items if value.rest is None else [*value.items, value.rest]
            lists.setdefault(value.kind, []).extend(parts)
        elif isinstance(value, Dict):
            dictionaries.append(value)
        else:
            kept.append(value)
    kept.extend(_any_of(of_one_class, depth) for of_one_class in instances.values())
    for kind, parts in lists.items():
        kept.append(List([], kind, False, rest=_told(parts, depth)))
    if dictionaries:
        shared = [key for key in dictionaries[0].entries if all(key in one.entries for one in dictionaries)]
        entries = {key: join_all((one.entries[key] for one in dictionaries), depth) for key in shared}
        rest = _told((one.entries[REST] for one in dictionaries if REST in one.entries), depth)
        if rest is not None:
            entries[REST] = rest
        kept.append(Dict(entries, complete=False))
    return kept


def _any_of(instances: list[Instance], depth: int) -> Instance:
    """One object for several of a class."""
    if len(instances) == 1:
        return instances[0]
    made = Instance(instances[0].cls)
    made.traced = True
    for name in dict.fromkeys(name for one in instances for name in one.attributes):
        made.attributes[name] = join_all((one.attributes.get(name, UNKNOWN) for one in instances), depth)
    return made


def _told(values: Iterable[Value], depth: int) -> Value | None:
    """What values that may be somewhere or not tell: constants and unknown ones nothing."""
    found = [value for value in values if not isinstance(value, (Const, Unknown))]
    return join_all(found, depth) if found else None


def join_all(values: Iterable[Value], depth: int = 0) -> Value:
    """`join` over any number of values; `UNKNOWN` for none."""
    found = list(values)
    if not found:
        return UNKNOWN
    result = found[0]
    if len(found) > 2:
        kept = list(options(result))
        for value in found[1:]:
            if value is not result:
                add_options(value, kept)
                if len(kept) > CHOICES:
                    break
        if len(kept) <= CHOICES:  # nearly always: then nothing was merged on the way (4 in 5 joins less)
            return kept[0] if len(kept) == 1 else Choice(tuple(kept))
    for value in found[1:]:
        result = join(result, value, depth)
    return result


def add_options(value: Value, kept: list[Value]) -> None:
    """Add those alternatives of a value to some that none of them is the same as."""
    for one in value.values if type(value) is Choice else (value,):
        kind = type(one)
        for other in kept:
            if other is one or (
                type(other) is kind
                and kind not in UNLIKE
                and (kind is not Ref or other.path == one.path)  # type: ignore[union-attr]
                and same(one, other)
            ):
                break
        else:
            kept.append(one)


def options(value: Value) -> tuple[Value, ...]:
    """The alternatives of a value: itself unless it is a `Choice`."""
    return value.values if isinstance(value, Choice) else (value,)


def truth(value: Value) -> bool | None:
    """Whether a value is true in a condition, or None when that is not known."""
    if value is UNKNOWN:
        return None
    if type(value) is Ref:
        return True if value.guarded else None
    if isinstance(value, Const):
        return bool(value.value)
    if isinstance(value, List):
        if value.kind == "iterator":
            return True
        return True if value.items else (False if value.complete else None)
    if isinstance(value, Dict):
        if value.complete:
            return bool(value.entries)
        return True if any(key is not REST for key in value.entries) else None
    if isinstance(value, (Function, Class, Package, Bound, Builtin)):
        return True
    if isinstance(value, Ref):
        return True if value.guarded else None
    if isinstance(value, Text):
        return True if value.least else None
    if isinstance(value, Choice):
        verdicts = {truth(option) for option in value.values}
        return verdicts.pop() if len(verdicts) == 1 else None
    return None


def plain(value: Value) -> Any:
    """The Python object a fully known value stands for: a set of any kind is a frozen one.

    Raises `ValueError` when any part is unknown: callers fold constants only when this succeeds.
    """
    if isinstance(value, Const):
        return value.value
    return _plain(value, [NODES], LEVELS)


_KINDS: dict[str, Callable[[list[Any]], Any]] = {"list": list, "tuple": tuple, "set": frozenset}


def _plain(value: Value, budget: list[int], levels: int) -> Any:
    if isinstance(value, Const):
        return value.value
    parts = (
        len(value.items) if isinstance(value, List) else len(value.entries) if isinstance(value, Dict) else 0
    )
    budget[0] -= parts
    if levels and budget[0] >= 0:
        if (
            isinstance(value, List)
            and (value.exact or (value.kind == "set" and value.complete))
            and value.kind in _KINDS
        ):
            items = [_plain(item, budget, levels - 1) for item in value.items]
            try:
                return _KINDS[value.kind](items)
            except TypeError:
                raise ValueError("a set of what cannot be in one") from None
        if isinstance(value, Dict) and value.complete:
            return {key: _plain(item, budget, levels - 1) for key, item in value.entries.items()}
    raise ValueError("not constant")


def lift(thing: Any) -> Value:
    """The value of a plain Python object: the inverse of `plain`, `UNKNOWN` for anything else."""
    if thing is None or isinstance(thing, (str, bytes, int, float, complex, bool)) or thing is ...:
        return Const(thing)
    if isinstance(thing, (list, tuple, set, frozenset)):
        kind = "list" if isinstance(thing, list) else "tuple" if isinstance(thing, tuple) else "set"
        items = thing if kind != "set" else sorted(thing, key=repr)
        return List([lift(item) for item in items], kind)
    if isinstance(thing, dict):
        return Dict({key: lift(item) for key, item in thing.items()})
    return UNKNOWN
