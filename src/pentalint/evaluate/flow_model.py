"""What the packs say of data flow, indexed by API path: the tracer's dictionary. Compiled by `match.flows`."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.modules import Module
from pentalint.evaluate.rendering import Renderer
from pentalint.evaluate.taint import Taint

Test = Callable[[Arguments, tuple[str, ...], Any], bool]
"""Conditions on the arguments of a call: arguments, signature of the callee, engine."""


@dataclass(frozen=True, slots=True)
class Source:
    """Data that enters at a path: see `taint.Origin`. `within`: only where the object carries data, and what it holds can do
    more harm than the object by itself."""

    kind: str
    detail: str
    safe: frozenset[str]
    within: bool = False


@dataclass(frozen=True, slots=True)
class Sink:
    """What data of a kind must not reach: of a call the arguments `keys` (`self` is the object, `*` any argument),
    where `test` holds; `about_self` says that it asks for the object too. A class of the project's own that defines the
    method `unless` is none."""

    kind: str
    keys: tuple[str, ...]
    test: Test | None = None
    about_self: bool = False
    unless: str = ""


@dataclass(frozen=True, slots=True)
class Cleaner:
    """A call whose result, or an attribute whose value, is safe for `kinds`, where `test` holds."""

    kinds: frozenset[str]
    test: Test | None = None


@dataclass(frozen=True, slots=True)
class Guard:
    """A call that is true only when its argument `key` is safe for `kinds`."""

    kinds: frozenset[str]
    key: str
    test: Test | None = None


@dataclass(frozen=True, slots=True)
class Callback:
    """A call by which a library is given a function that it calls: under the argument `function` (`self`: the object the call is
    a method of), or the object's own `method`. It gets the arguments from `rest` on, those in the list and the dictionary under
    `arguments` and `keywords`, or an element of `each`. The call `gives` the function's `result`, a list of
    `results`, or a `function` that does what that one does."""

    function: str = ""
    method: str = ""
    rest: int | None = None
    arguments: str = ""
    keywords: str = ""
    each: tuple[str, ...] = ()
    gives: str = ""


@dataclass(slots=True)
class FlowModel:
    """All packs' data flow facts. `writes` are sinks by the path assigned to; `compared` are values whose comparison
    speaks for where they came from; `calls` and `into` are propagators: path -> argument keys, and conditions."""

    sources: dict[str, Source] = field(default_factory=dict)
    sinks: dict[str, tuple[Sink, ...]] = field(default_factory=dict)
    writes: dict[str, tuple[Sink, ...]] = field(default_factory=dict)
    comparisons: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Values with which data must not be compared by `==`: path -> kinds of sink."""
    compared_names: tuple[tuple[re.Pattern[str], str], ...] = ()
    """The same, by the last name of the expression or the key of the item."""
    cleaners: dict[str, tuple[Cleaner, ...]] = field(default_factory=dict)
    guards: dict[str, tuple[Guard, ...]] = field(default_factory=dict)
    raising: dict[str, tuple[Guard, ...]] = field(default_factory=dict)
    """Calls that raise unless their arguments are safe."""
    verdicts: tuple[tuple[re.Pattern[str], frozenset[str]], ...] = ()
    """Names of project functions that are true only when what they are given is safe, and for which kinds."""
    validators: tuple[tuple[re.Pattern[str], frozenset[str]], ...] = ()
    """Names of project functions from which control comes back only when what they are given is safe."""
    compared: dict[str, frozenset[str]] = field(default_factory=dict)
    calls: dict[str, tuple[tuple[tuple[str, ...], Test | None], ...]] = field(default_factory=dict)
    into: dict[str, tuple[str, ...]] = field(default_factory=dict)
    items: tuple[tuple[re.Pattern[str], Source], ...] = ()
    """Sources by the name of an item or field, whatever holds it: `request.form["password"]`."""
    renderers: dict[str, Renderer] = field(default_factory=dict)
    rendering_decorators: dict[str, Renderer] = field(default_factory=dict)
    ends: frozenset[str] = frozenset()
    """Calls after which control does not go on: they raise."""
    escaping: frozenset[str] = frozenset()
    """Strings that are HTML: what is joined to them by an operator they escape."""
    lookups: dict[str, str] = field(default_factory=dict)
    """Calls that raise unless something exists that has the values of their keywords."""
    types: frozenset[str] = frozenset()
    """Paths to which the content type of a response is assigned."""
    typing: dict[str, tuple[str, Test | None]] = field(default_factory=dict)
    """The same, by a call: the argument that is the content type, and when."""
    undone: frozenset[str] = frozenset()
    """Calls that take back what the call did whose result they are a method of."""
    contents: frozenset[str] = frozenset()
    """Propagators that pass on the contents of what they are given, not a name."""
    fields: dict[str, str] = field(default_factory=dict)
    """Paths of dictionaries of a form's values, by field name."""
    clean_fields: dict[str, tuple[Test | None, ...]] = field(default_factory=dict)
    """Field classes whose values can only be numbers, dates, members of a list and the like, where a test of the arguments
    they are made with holds."""
    clean_endings: tuple[str, ...] = ()
    """The last names of those that let no text through whatever they are given."""
    form_classes: tuple[str, ...] = ()
    """Attributes of views that name the class of the form they are given."""
    shared: frozenset[str] = frozenset()
    """Objects that all who answer one request share, and put attributes of their own on."""
    dictionaries: dict[str, str] = field(default_factory=dict)
    """Calls that give a new dictionary of their keywords, with more in it."""
    callbacks: dict[str, Callback] = field(default_factory=dict)
    """Calls by which a library is given a function of the project to call."""
    tasks: dict[str, str] = field(default_factory=dict)
    """Decorators that make a task of a function: path -> of what class."""
    kin: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """API class -> others whose methods its objects have when the project defines some: a manager those of its query sets."""
    turns: dict[str, tuple[tuple[str, Test | None], ...]] = field(default_factory=dict)
    """Calls of methods that make something else of their object: path -> what it is from then on, and conditions."""
    carriers: frozenset[str] = frozenset()
    """Paths of objects that sources are reached from."""
    objects: frozenset[str] = frozenset()
    """Paths of the objects whose methods the packs speak of."""
    wanted: frozenset[tuple[str, str]] = frozenset()
    """The pairs of source kind and sink kind that some selected rule asks about."""


@dataclass(frozen=True, slots=True, eq=False)
class Flow:
    """Tainted data in a sink: where, which kind, the callee's path, and what came there."""

    kind: str
    callee: str
    module: Module
    node: ast.AST
    scope: str
    taint: Taint
