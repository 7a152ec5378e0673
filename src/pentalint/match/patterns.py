"""Patterns on single events: `call`, `write`, `use`, `import`, `order`. Each says which paths it asks for, and
matches an event."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

from pentalint.evaluate.arguments import Arguments, split_key
from pentalint.evaluate.events import Call, Use, Write
from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.values import Const, Dict, Value
from pentalint.match.conditions import ConditionError, accepts_absence, compile_condition, paths_of
from pentalint.match.context import Groups, compile_context
from pentalint.match.origins import table_origins
from pentalint.match.place import Place
from pentalint.match.views import Predicate

ArgumentTest = Callable[[Arguments, tuple[str, ...], Interpreter], bool]

USES = ("discarded", "returned", "raised", "awaited", "asserted", "decorator", "other")


class Compiler:
    """What every pattern needs to be compiled: the pack's groups and the compiler of nested function tables."""

    def __init__(self, groups: Groups, function_test: Callable[[Mapping[str, Any]], Any]) -> None:
        self.groups = groups
        self.function_test = function_test

    def condition(self, table: Any) -> Predicate:
        return compile_condition(table, self.groups, self.function_test)

    def accepts_absence(self, table: Any) -> bool:
        """Whether a condition can hold of an argument that is certainly absent."""
        return accepts_absence(self.condition(table))

    def paths(self, value: Any) -> tuple[str, ...]:
        return paths_of(value, self.groups)

    def arguments(self, table: Mapping[str, Any]) -> ArgumentTest:
        """`where`, `where-any`, `where-none` and `prefixed` of a table, on the arguments of a call."""
        prefixed = dict(table.get("prefixed", {}))
        every = self._conjunction(table.get("where", {}))
        some = [self._conjunction(part) for part in table.get("where-any", [])]
        never = [self._conjunction(part) for part in table.get("where-none", [])]

        def test(arguments: Arguments, signature: tuple[str, ...], engine: Interpreter) -> bool:
            return (
                every(arguments, signature, engine)
                and (not some or any(part(arguments, signature, engine) for part in some))
                and not any(part(arguments, signature, engine) for part in never)
                and all(
                    has_prefixed_key(arguments.get(one, signature), arguments.get(other, signature), engine)
                    for one, other in prefixed.items()
                )
            )

        return test

    def _conjunction(self, table: Mapping[str, Any]) -> ArgumentTest:
        tests = [(key, self.condition(condition)) for key, condition in table.items()]

        def test(arguments: Arguments, signature: tuple[str, ...], engine: Interpreter) -> bool:
            return all(check(arguments.get(key, signature), engine) for key, check in tests)

        return test

    def value(self, table: Mapping[str, Any]) -> Predicate:
        """`where.value` (and `where-any`, `where-none` of it) on a single value."""
        parts: list[Predicate] = []
        for key, condition in table.get("where", {}).items():
            if key != "value":
                raise ConditionError(f"`where.{key}`: this kind has only `where.value`")
            parts.append(self.condition(condition))
        alternatives = [self.condition(part["value"]) for part in table.get("where-any", [])]
        excluded = [self.condition(part["value"]) for part in table.get("where-none", [])]

        def test(value: Value | None, engine: Interpreter) -> bool:
            return (
                all(part(value, engine) for part in parts)
                and (not alternatives or any(part(value, engine) for part in alternatives))
                and not any(part(value, engine) for part in excluded)
            )

        return test


def has_prefixed_key(value: Value | None, prefix: Value | None, engine: Interpreter) -> bool:
    """Whether a dictionary has a key that is a path, or lies below it."""
    if value is None or prefix is None:
        return False
    table, path = engine.force(value), engine.force(prefix)
    if not isinstance(table, Dict) or not isinstance(path, Const) or not isinstance(path.value, str):
        return False
    start = path.value.rstrip("/")
    return bool(start) and any(
        isinstance(key, str) and f"{key}/".startswith(f"{start}/") for key in table.entries
    )


NO_ENGINE: Interpreter = None  # type: ignore[assignment]


def needed_words(table: Mapping[str, Any], compiler: Compiler) -> tuple[frozenset[bytes], ...]:
    """Sets of words of each of which a file must hold one for the table to match in it, by what must surround
    the event."""
    within = table.get("within", {})
    found: list[frozenset[bytes]] = []
    if within.get("async") is True:
        found.append(frozenset({b"async"}))
    if "catches" in within:
        found.append(frozenset({b"except"}))
    if table.get("used") in ("asserted", ["asserted"]):
        found.append(frozenset({b"assert"}))
    if "imports" in table.get("module", {}):
        paths = compiler.paths(table["module"]["imports"])
        found.append(frozenset(path.partition(".")[0].encode() for path in paths))
    return tuple(found)


class CallPattern:
    """`call = PATHS` with `where`, `used`, `at`, `within`."""

    def __init__(self, table: Mapping[str, Any], compiler: Compiler, key: str = "call") -> None:
        self.paths = compiler.paths(table[key])
        self.where = compiler.arguments(table)
        self.context = compile_context(table, compiler.groups)
        self.at: str = table.get("at", "")
        self.used = compile_used(table.get("used"))
        self.needs = needed_words(table, compiler)
        self.origins = table_origins(table, compiler.groups)
        self.keywords = tuple(
            key
            for key, condition in table.get("where", {}).items()
            if split_key(key)[0] is None and not compiler.accepts_absence(condition)
        )

    def match(self, event: Call, engine: Interpreter) -> Place | None:
        if self.used is not None and not self.used(event.used):
            return None
        signature = engine.knowledge.signatures.get(event.path, ())
        if not self.where(event.arguments, signature, engine) or not self.context(event.frame, engine):
            return None
        node: ast.AST = event.node
        value = None
        if self.at:
            value = event.arguments.get(self.at, signature)
            node = event.arguments.node(self.at, signature) or event.node
        return Place(event.frame.module, node, event.frame.qualname, self.at, value, event.path)


def compile_used(operand: Any) -> Callable[[str], bool] | None:
    """The test of `used = ...`, None when there is none."""
    if operand is None:
        return None
    wanted = {operand} if isinstance(operand, str) else set(operand)
    unknown = wanted - {*USES, "not-raised"}
    if unknown:
        raise ConditionError(f"`used = {sorted(unknown)[0]!r}`: one of {', '.join(USES)}, not-raised")
    if "not-raised" in wanted:
        return lambda used: used != "raised"
    return lambda used: (used or "other") in wanted


class WritePattern:
    """`write = PATHS` with `where.value`; `how = "assign"` or `"update"` restricts it to one way of writing."""

    def __init__(self, table: Mapping[str, Any], compiler: Compiler) -> None:
        self.paths = compiler.paths(table["write"])
        self.value = compiler.value(table)
        self.context = compile_context(table, compiler.groups)
        self.how: str = table.get("how", "")
        self.needs = needed_words(table, compiler)
        self.origins = table_origins(table, compiler.groups)

    def match(self, event: Write, engine: Interpreter) -> Place | None:
        if self.how and event.how != self.how:
            return None
        if not self.value(event.value, engine) or not self.context(event.frame, engine):
            return None
        return Place(
            event.frame.module, event.node, event.frame.qualname, event.path, event.value, event.path
        )


class UsePattern:
    """`use = PATHS` (exact) and `import = PATHS` (the path or anything imported from below it)."""

    def __init__(self, table: Mapping[str, Any], compiler: Compiler) -> None:
        self.imports = "import" in table
        self.paths = compiler.paths(table["import" if self.imports else "use"])
        self.wanted = frozenset(self.paths)
        self.context = compile_context(table, compiler.groups)
        self.needs = needed_words(table, compiler)

    def match(self, event: Use, engine: Interpreter) -> Place | None:
        if event.path not in self.wanted and not (
            self.imports and any(event.path.startswith(f"{path}.") for path in self.wanted)
        ):
            return None
        if not self.context(event.frame, engine):
            return None
        return Place(event.frame.module, event.node, event.frame.qualname, event.path, None, event.path)


class OrderPattern:
    """`order = {first, then}`: `first` is called before `then` in one function, on the same object when both
    are its methods.

    `first` lies on every path to `then`. `order.between = PATHS` (a call that surely lies between them) makes
    it silent; `order.first-where` are conditions on the arguments of `first`, `where` on those of `then`.
    """

    def __init__(self, table: Mapping[str, Any], compiler: Compiler) -> None:
        order = table["order"]
        self.first = frozenset(compiler.paths(order["first"]))
        self.then = frozenset(compiler.paths(order["then"]))
        self.between = frozenset(compiler.paths(order.get("between", [])))
        self.paths = tuple(sorted(self.first | self.then | self.between))
        self.where = compiler.arguments(table)
        self.context = compile_context(table, compiler.groups)
        self.used = compile_used(table.get("used"))
        self.needs = needed_words(table, compiler)
        self.origins = table_origins(table, compiler.groups)
        self.first_where = compiler.arguments({"where": order.get("first-where", {})})
        self.seen: dict[int, list[Earlier]] = {}
        self.kept: list[object] = []

    def match(self, event: Call, engine: Interpreter) -> Place | None:
        owner = event.frame.function or event.frame.module
        if id(owner) not in self.seen:
            self.seen[id(owner)] = []
            self.kept.append(owner)  # keeps the id from being used again
        earlier = self.seen[id(owner)]
        here = (event.path.rpartition(".")[0], receiver_text(event.node))
        way = event.frame.way
        if event.path in self.between:
            earlier[:] = [
                one for one in earlier if not (same_object(one[0], here) and one[1][: len(way)] == way)
            ]
            return None
        signature = engine.knowledge.signatures.get(event.path, ())
        found = event.path in self.then and any(
            same_object(one, here) and way[: len(before)] == before for one, before in earlier
        )
        if event.path in self.first and self.first_where(event.arguments, signature, engine):
            earlier.append((here, way))
        if not found or (self.used is not None and not self.used(event.used)):
            return None
        if self.where(event.arguments, signature, engine) and self.context(event.frame, engine):
            return Place(event.frame.module, event.node, event.frame.qualname, "", None, event.path)
        return None


Earlier = tuple[tuple[str, str], tuple[int, ...]]
"""A call already met: its object (type path and expression text), and the branches it lies in."""


def same_object(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether two calls may concern the same object: methods of one type must be called on the same expression."""
    return one[0] != other[0] or one[1] == other[1]


def receiver_text(node: ast.Call) -> str:
    """The object a method is called on, as text, to compare two calls; "" for a plain function."""
    return ast.unparse(node.func.value) if isinstance(node.func, ast.Attribute) else ""
