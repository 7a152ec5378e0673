"""What untrusted data a value carries, where it came from, and which kinds of sink it has been made safe for.

A taint is immutable. Whatever is computed from a tainted value gets a taint whose `parent` is the one before, so that
the chain of parents is the trace, and a check of a value speaks for everything computed from it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Container, Iterable, Sequence
from operator import is_
from typing import TYPE_CHECKING

from pentalint.evaluate.values import (
    REST,
    UNKNOWN,
    Bound,
    Builtin,
    Choice,
    Class,
    Const,
    Dict,
    Function,
    Instance,
    Lazy,
    List,
    Package,
    Ref,
    Text,
    Unknown,
    Value,
    join_all,
)

if TYPE_CHECKING:
    from pentalint.evaluate.modules import Module

MOST = 4
"""A value carries at most this many taints: more would only repeat the same findings."""

DEPTH = 4
"""Containers within containers are looked through this deep."""

ALL = "all"
"""The kind that stands for every kind of sink."""

EVERY = frozenset({ALL})
"""Every kind of sink."""

STRUCTURED = "structured"
"""In `cleared`: the data has been parsed, so that it may be more than a string."""

UNROOTED = "unrooted"
"""In `cleared`: the text does not begin with a slash."""

SEGMENT = "segment"
"""In `cleared`: the text is one segment of a path, which may be `..`: one leads to the directory above, two lead anywhere."""

KEYS = frozenset({"mass-assignment"})
"""What the keys of a dictionary decide."""

STRINGS = frozenset({"query", "form", "header", "cookie", "path", "file-name"})
"""The kinds of user input that are strings."""

NOTHING: frozenset[str] = frozenset()


class Origin:
    """One place where data enters: `kind` and `detail` (`from`) as the packs name them, the API path, and the
    expression. `safe` are the kinds of sink it cannot harm."""

    __slots__ = ("detail", "kind", "module", "node", "path", "safe")

    def __init__(
        self, kind: str, detail: str, path: str, module: Module, node: ast.AST, safe: frozenset[str]
    ) -> None:
        self.kind = kind
        self.detail = detail
        self.path = path
        self.module = module
        self.node = node
        self.safe = safe


class Taint:
    """Data of an origin on its way. `cleared` are the kinds of sink a sanitizer made it safe for, `guarded` those a
    check did; `note`, `module` and `node` say what happened here, when it is worth a step of the trace."""

    __slots__ = ("cleared", "guarded", "module", "node", "note", "origin", "parent", "passed")

    def __init__(
        self,
        origin: Origin,
        parent: Taint | None = None,
        cleared: frozenset[str] = NOTHING,
        guarded: frozenset[str] = NOTHING,
        note: str = "",
        module: Module | None = None,
        node: ast.AST | None = None,
    ) -> None:
        self.origin = origin
        self.parent = parent
        self.cleared = cleared
        self.guarded = guarded
        self.note = note
        self.module = module
        self.node = node
        self.passed: dict[frozenset[str], Taint] | None = None

    def harms(self, kind: str) -> bool:
        """Whether the data can still do harm in a sink of a kind. Text can only be a query of a document database
        once it has been parsed."""
        if kind == "nosql" and self.origin.detail in STRINGS and STRUCTURED not in self.cleared:
            return False
        return not (
            kind in self.cleared
            or kind in self.guarded
            or kind in self.origin.safe
            or ALL in self.cleared
            or ALL in self.guarded
        )

    def after(self, others: Container[Taint]) -> bool:
        """Whether this is one of some taints, or was computed from one."""
        taint: Taint | None = self
        while taint is not None:
            if taint in others:
                return True
            taint = taint.parent
        return False

    def sanitized(self, kinds: frozenset[str] = NOTHING) -> Taint:
        """What is computed from the data: safe for `kinds` besides."""
        return Taint(self.origin, self, self.cleared | kinds, self.guarded)

    def checked(self, kinds: frozenset[str]) -> Taint:
        """The data after a check that only what is safe for `kinds` passes: the same each time, so that what passed a check
        in several rounds or branches is one value when these meet."""
        if self.passed is None:
            self.passed = {}
        found = self.passed.get(kinds)
        if found is None:
            found = self.passed[kinds] = Taint(self.origin, self, self.cleared, self.guarded | kinds)
        return found

    def step(self, note: str, module: Module, node: ast.AST) -> Taint:
        """The same data, with a step of the trace."""
        return Taint(self.origin, self, self.cleared, self.guarded, note, module, node)

    def __repr__(self) -> str:
        return f"{self.origin.path}{'!' if self.cleared or self.guarded else ''}"


def common(sets: Sequence[frozenset[str]]) -> frozenset[str]:
    """What several sets of kinds have in common, where `all` stands for every kind."""
    some = [one for one in sets if ALL not in one]
    if some:
        return frozenset.intersection(*some)
    return EVERY if sets else NOTHING


BARE = frozenset({Unknown, Const, Function, Class, Instance, Package, Lazy})
"""Kinds of values that carry no taints themselves."""


def derived(taints: Iterable[Taint], cleared: frozenset[str] = NOTHING) -> tuple[Taint, ...]:
    """The taints of what is computed from a value with these, safe for the kinds `cleared` besides."""
    return tuple(one.sanitized(cleared) for one in taints)


def taints_of(value: Value, depth: int = DEPTH) -> tuple[Taint, ...]:
    """The taints of a value and of what it contains, at most `MOST`, in order. What an object of the project holds counts when
    it is taken out."""
    kind = type(value)
    if kind is Ref:
        return value.taint  # type: ignore[union-attr]
    if kind in BARE:
        return ()
    found: list[Taint] = []
    collect(value, depth, found)
    return tuple(found)


def collect(value: Value, depth: int, found: list[Taint]) -> None:
    """Add the taints of a value to those found."""
    kind = type(value)
    if kind is not Choice and isinstance(value, Ref):
        add_taints(value, found)
        return
    if depth <= 0 or len(found) >= MOST:
        return
    parts: Iterable[Value] = ()
    levels = depth - 1
    if kind is Choice:
        parts, levels = value.values, depth  # type: ignore[union-attr]
    elif isinstance(value, List):
        parts = value.items if value.rest is None else [*value.items, value.rest]
    elif isinstance(value, Dict):
        parts = value.entries.values()
    elif isinstance(value, Text):
        parts = value.parts
    elif isinstance(value, (Bound, Builtin)):
        parts = (value.receiver,)
    for part in parts:
        kind = type(part)
        if kind is Ref:  # nearly all are, and carry nothing
            if part.taint:  # type: ignore[union-attr]
                add_taints(part, found)  # type: ignore[arg-type]
        elif kind not in BARE:
            collect(part, levels, found)


def add_taints(value: Ref, found: list[Taint]) -> None:
    """Add the taints of an API object to those found."""
    for taint in value.taint:
        if len(found) < MOST and taint not in found:
            found.append(taint)


def string(taints: tuple[Taint, ...]) -> Value:
    """A string of which only the taints are known."""
    return Ref("builtins.str()", taint=taints[:MOST]) if taints else UNKNOWN


def changed(value: Value, change: Callable[[Taint], Taint], depth: int = DEPTH) -> Value:
    """The value with each taint replaced; the value itself where none is. Containers and instances are shared with others: of
    lists and dictionaries a copy is changed, instances stay as they are."""
    if type(value) in BARE:
        return value
    if isinstance(value, Ref):
        if not value.taint:
            return value
        taint = [change(one) for one in value.taint]
        if all(map(is_, taint, value.taint)):
            return value
        return Ref(value.path, value.arguments, value.guarded, tuple(taint), value.base)
    if depth <= 0:
        return value
    if isinstance(value, (Text, Choice)):
        parts = value.parts if isinstance(value, Text) else value.values
        if all_bare(parts):
            return value
        made = [changed(part, change, depth - 1) for part in parts]
        if all(map(is_, made, parts)):
            return value
        if isinstance(value, Choice):
            return Choice(tuple(made))
        return Text(tuple(made), value.how, value.head, value.tail, value.least)
    if isinstance(value, List):
        items = [changed(item, change, depth - 1) for item in value.items]
        rest = None if value.rest is None else changed(value.rest, change, depth - 1)
        if rest is value.rest and all(map(is_, items, value.items)):
            return value
        twin = value.like(items)
        twin.rest = rest
        twin.home = value.home
        return twin
    if isinstance(value, Dict):
        entries = {key: changed(item, change, depth - 1) for key, item in value.entries.items()}
        if all(map(is_, entries.values(), value.entries.values())):
            return value
        copy = value.like(entries)
        copy.nodes, copy.home = value.nodes, value.home
        return copy
    return value


def all_bare(parts: Iterable[Value]) -> bool:
    """Whether none of some values carries a taint, by a glance: true of most that a name may be."""
    for part in parts:
        kind = type(part)
        if part.taint if kind is Ref else kind not in BARE:  # type: ignore[union-attr]
            return False
    return True


def elements(value: List | Dict) -> Value:
    """What any element of a container may be; unknown elements are unknown unless some are tainted."""
    items = list(value.items if isinstance(value, List) else value.entries.values())
    if isinstance(value, List) and value.rest is not None:
        items.append(value.rest)
    return join_all(items) if items else UNKNOWN


def remember(container: Dict, value: Value) -> None:
    """Keep a value set under a key that is not known."""
    container.complete = False
    before = container.entries.get(REST)
    container.entries[REST] = value if before is None else join_all([before, value])
