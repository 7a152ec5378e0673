"""`match`: whether a pattern fits a value, and what its names then are."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from pentalint.evaluate.comparisons import equal, identical
from pentalint.evaluate.elements import everything, known_places
from pentalint.evaluate.folding import any_of, rest_of
from pentalint.evaluate.kinds import TYPES, is_instance
from pentalint.evaluate.models import Model
from pentalint.evaluate.records import Record, annotated_fields
from pentalint.evaluate.values import (
    REST,
    UNKNOWN,
    Choice,
    Class,
    Const,
    Dict,
    Instance,
    Lazy,
    List,
    Ref,
    Text,
    Unknown,
    Value,
    join,
)

if TYPE_CHECKING:
    from pentalint.evaluate.branches import Branches
    from pentalint.evaluate.events import Frame

Bindings = dict[str, Value]

Outcome = tuple["bool | None", Bindings]
"""Whether a pattern matches, None when that is not known; and what its names are if it does."""

SEQUENCES = frozenset(["list", "tuple", "deque", "range"])
"""The kinds of iterables that sequence patterns match."""

SELF_MATCHING = frozenset(TYPES) - {"builtins.complex", "builtins.range"}
"""Classes whose one positional pattern is for the whole value."""


def match_pattern(engine: Branches, pattern: ast.pattern, value: Value, frame: Frame) -> Outcome:
    """Match a pattern against a value."""
    if isinstance(value, Lazy):
        value = engine.force(value)
    if isinstance(value, Choice):
        return _match_choice(engine, pattern, value, frame)
    if isinstance(pattern, ast.MatchValue):
        return equal(value, engine.force(engine.eval(pattern.value, frame))), {}
    if isinstance(pattern, ast.MatchSingleton):
        return identical(value, Const(pattern.value)), {}
    if isinstance(pattern, ast.MatchAs):
        if pattern.pattern is None:
            return True, {pattern.name: value} if pattern.name else {}
        verdict, found = match_pattern(engine, pattern.pattern, value, frame)
        if not pattern.name:
            return verdict, found
        literals = _literals(engine, pattern.pattern, frame) if isinstance(value, Ref) else None
        return verdict, {**found, pattern.name: value if literals is None else literals}
    if isinstance(pattern, ast.MatchOr):
        return _first(engine, pattern, value, frame)
    if isinstance(pattern, ast.MatchSequence):
        return _match_sequence(engine, pattern, value, frame)
    if isinstance(pattern, ast.MatchMapping):
        return _match_mapping(engine, pattern, value, frame)
    if isinstance(pattern, ast.MatchClass):
        return _match_class(engine, pattern, value, frame)
    return None, dict.fromkeys(captured(pattern), UNKNOWN)


def _literals(engine: Branches, pattern: ast.pattern, frame: Frame) -> Value | None:
    """What a value is that fits a pattern of constants; None for any other pattern."""
    values: list[Value] = []
    for one in pattern.patterns if isinstance(pattern, ast.MatchOr) else [pattern]:
        value = engine.force(engine.eval(one.value, frame)) if isinstance(one, ast.MatchValue) else UNKNOWN
        if not isinstance(value, Const):
            return None
        values.append(value)
    return any_of(values, complete=True)


def _match_choice(engine: Branches, pattern: ast.pattern, value: Choice, frame: Frame) -> Outcome:
    verdicts: set[bool | None] = set()
    found: Bindings = {}
    for option in value.values:
        verdict, bindings = match_pattern(engine, pattern, option, frame)
        verdicts.add(verdict)
        if verdict is not False:
            for name, bound in bindings.items():
                found[name] = join(found[name], bound) if name in found else bound
    return verdicts.pop() if len(verdicts) == 1 else None, found


def _first(engine: Branches, pattern: ast.MatchOr, value: Value, frame: Frame) -> Outcome:
    maybe: Bindings = {}
    undecided = False
    for alternative in pattern.patterns:
        verdict, bindings = match_pattern(engine, alternative, value, frame)
        if verdict is False:
            continue
        for name, bound in bindings.items():
            maybe[name] = join(maybe[name], bound) if name in maybe else bound
        if verdict:
            return True, maybe
        undecided = True
    return None if undecided else False, maybe


def _together(verdicts: list[bool | None]) -> bool | None:
    return False if False in verdicts else None if None in verdicts else True


def _match_sequence(engine: Branches, pattern: ast.MatchSequence, value: Value, frame: Frame) -> Outcome:
    parts = pattern.patterns
    stars = [place for place, part in enumerate(parts) if isinstance(part, ast.MatchStar)]
    if not isinstance(value, List) or value.kind not in SEQUENCES:
        known = isinstance(value, (Const, Dict, List, Text, Class))
        return False if known else None, _unknown_parts(engine, parts, value, frame)
    least = len(parts) - len(stars)
    if value.complete and (len(value.items) < least or (not stars and len(value.items) != least)):
        return False, {}
    if not value.exact:
        return _match_open(engine, parts, value, frame)
    items = value.items
    found: Bindings = {}
    verdicts: list[bool | None] = []
    end = len(items) - (len(parts) - stars[0] - 1) if stars else 0
    for place, part in enumerate(parts):
        if isinstance(part, ast.MatchStar):
            if part.name:
                found[part.name] = List(items[place:end])
            continue
        after = bool(stars) and place > stars[0]
        verdict, bindings = match_pattern(
            engine, part, items[end + place - stars[0] - 1 if after else place], frame
        )
        verdicts.append(verdict)
        found.update(bindings)
    return _together(verdicts), found


def _match_open(engine: Branches, parts: list[ast.pattern], value: List, frame: Frame) -> Outcome:
    """A sequence of which only the beginning is known."""
    known = known_places(value)
    rest = rest_of(everything(value))
    found: Bindings = {}
    starred = False
    for place, part in enumerate(parts):
        if isinstance(part, ast.MatchStar):
            starred = True
            if part.name:
                found[part.name] = List([], complete=False, rest=rest)
            continue
        item = (
            value.items[place]
            if place < known and not starred
            else any_of([UNKNOWN if rest is None else rest])
        )
        verdict, bindings = match_pattern(engine, part, item, frame)
        if verdict is False and place < known and not starred:
            return False, {}
        found.update(bindings)
    return None, found


def _unknown_parts(engine: Branches, parts: list[ast.pattern], value: Value, frame: Frame) -> Bindings:
    """The names of a sequence pattern for a value of which only the path is known."""
    found: Bindings = {}
    item = engine.element(value) if isinstance(value, Ref) and not isinstance(value, Model) else UNKNOWN
    for part in parts:
        if isinstance(part, ast.MatchStar):
            if part.name:
                found[part.name] = List([], complete=False, rest=rest_of([item]))
        else:
            found.update(match_pattern(engine, part, item, frame)[1])
    return found


def _match_mapping(engine: Branches, pattern: ast.MatchMapping, value: Value, frame: Frame) -> Outcome:
    known = isinstance(value, Dict)
    verdicts: list[bool | None] = (
        [True] if known else [False if isinstance(value, (Const, List, Text, Class)) else None]
    )
    found: Bindings = {}
    left = dict(value.entries) if isinstance(value, Dict) else {}
    complete = isinstance(value, Dict) and value.complete
    for key, part in zip(pattern.keys, pattern.patterns):
        constant = engine.force(engine.eval(key, frame))
        name = constant.value if isinstance(constant, Const) else REST
        item: Value = UNKNOWN
        if isinstance(value, Dict) and name is not REST and name in value.entries:
            item = value.entries[name]
            left.pop(name, None)
        else:
            verdicts.append(False if complete and name is not REST else None)
            if isinstance(value, Dict):
                item = value.entries.get(REST, UNKNOWN)
            elif isinstance(value, Ref) and not isinstance(value, Model):
                item = engine.item_under(value, constant, key, frame)
            complete = complete and name is not REST
        verdict, bindings = match_pattern(engine, part, item, frame)
        verdicts.append(verdict)
        found.update(bindings)
    if pattern.rest:
        left_over = value if isinstance(value, Ref) and value.taint else UNKNOWN
        found[pattern.rest] = Dict(left, complete) if known else left_over
    return _together(verdicts), found


def _match_class(engine: Branches, pattern: ast.MatchClass, value: Value, frame: Frame) -> Outcome:
    kind = engine.force(engine.eval(pattern.cls, frame))
    verdicts = [None if isinstance(value, Unknown) else is_instance(engine, value, kind)]
    found: Bindings = {}
    names: list[str | None] = [None] * len(pattern.patterns)
    own = isinstance(kind, Ref) and kind.path in SELF_MATCHING
    if isinstance(kind, Class):
        names = [*positions(engine, kind), *names][: len(pattern.patterns)]
    for name, part in [*zip(names, pattern.patterns), *zip(pattern.kwd_attrs, pattern.kwd_patterns)]:
        if own and name is None:
            item = value
        elif name is None or not isinstance(value, (Instance, Record)):
            item = UNKNOWN
        else:
            item = engine.force(engine.attribute(value, name, pattern, frame))
        verdict, bindings = match_pattern(engine, part, item, frame)
        verdicts.append(verdict if verdicts[0] else None)
        found.update(bindings)
    return _together(verdicts), found


def positions(engine: Branches, cls: Class) -> list[str | None]:
    """The attributes that positional patterns of a class are for."""
    for one in engine.linear(cls):
        if isinstance(one, Class) and "__match_args__" in one.members:
            listed = engine.force(one.members["__match_args__"])
            items = listed.items if isinstance(listed, List) else []
            return [
                item.value if isinstance(item, Const) and isinstance(item.value, str) else None
                for item in items
            ]
    made = any("dataclasses.dataclass" in decorator.paths for decorator in cls.decorators)
    record = any(isinstance(base, Ref) and base.path == "typing.NamedTuple" for base in cls.bases)
    if (made and not any(isinstance(base, Class) for base in cls.bases)) or record:
        return list(annotated_fields(cls))
    return []


def captured(pattern: ast.pattern) -> list[str]:
    """The names a `match` pattern binds."""
    names = []
    for node in ast.walk(pattern):
        if isinstance(node, (ast.MatchAs, ast.MatchStar)) and node.name:
            names.append(node.name)
        elif isinstance(node, ast.MatchMapping) and node.rest:
            names.append(node.rest)
    return names
