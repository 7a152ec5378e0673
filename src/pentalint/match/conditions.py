"""Conditions on values: the right-hand sides of `where` tables (docs/rules.md, "Conditions on values").

A condition is compiled once into a predicate on `(value, engine)`. `value` is None when an argument is certainly absent. A `Choice`
satisfies a condition only when every alternative does; unknown satisfies nothing.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.values import (
    UNKNOWN,
    Bound,
    Choice,
    Class,
    Const,
    Dict,
    Function,
    Instance,
    Lazy,
    List,
    Ref,
    Text,
    Unknown,
    Value,
    lift,
    plain,
    truth,
)

Predicate = Callable[["Value | None", Interpreter], bool]

FunctionTest = Callable[[Function, Interpreter], bool]

PLACEHOLDER = re.compile(
    r"^$|^<.*>$|^\{\{?.*\}?\}$|^\$\{?\w|^%\(|^\.+$|^\*+$|change[-_ ]?(me|this)|replace[-_ ]?(me|this)|your[-_ ]|"
    r"^(x{3,}|foo|bar|baz|dummy|example|sample|placeholder|todo|none|null|redacted|insert)|_here$|^(test|testing|dev)$",
    re.I,
)
"""Strings that stand where a secret would: nobody is harmed by their being public."""

TRUE_WORDS = frozenset({"t", "true", "y", "yes", "on", "1"})
"""What `asbool` of PasteDeploy and Pyramid takes for true (knowledge E.2)."""


class ConditionError(ValueError):
    """A condition that the rule language does not have. The message names the key."""


def compile_condition(
    table: Any,
    groups: Mapping[str, tuple[str, ...]],
    compile_function: Callable[[Mapping[str, Any]], FunctionTest] | None = None,
) -> Predicate:
    """The predicate for one condition: a literal, or a table of keys that must all hold.

    Raises `ConditionError` for an unknown key.
    """
    if not isinstance(table, Mapping):
        return each(_equals(table))
    compiler = _Compiler(groups, compile_function)
    return compiler.table(table)


def paths_of(value: Any, groups: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The paths a rule names: one or a list, with `@group` expanded. Raises `ConditionError` for an unknown group."""
    listed = [value] if isinstance(value, str) else list(value)
    found: list[str] = []
    for item in listed:
        if not isinstance(item, str):
            raise ConditionError(f"{item!r} is not a path")
        if item.startswith("@"):
            if item[1:] not in groups:
                raise ConditionError(f"group {item} is not defined in the pack")
            found.extend(groups[item[1:]])
        else:
            found.append(item)
    return tuple(found)


def accepts_absence(predicate: Predicate) -> bool:
    """Whether a condition holds for what was not passed. No condition asks the engine about that."""
    engine: Any = None
    return predicate(None, engine)


def each(test: Callable[[Value, Interpreter], bool]) -> Predicate:
    """Lift a test of one value to choices: every alternative must pass; absent and unknown do not."""

    def predicate(value: Value | None, engine: Interpreter) -> bool:
        if value is None:
            return False
        if isinstance(value, (Lazy, Choice)):
            return all(
                not isinstance(option, Unknown) and test(option, engine)
                for option in alternatives(value, engine)
            )
        return not isinstance(value, Unknown) and test(value, engine)

    return predicate


def _forced(value: Value, engine: Interpreter) -> Value:
    return engine.force(value) if isinstance(value, Lazy) else value


def alternatives(value: Value, engine: Interpreter) -> tuple[Value, ...]:
    """What a value may be, with imported names looked at: no alternative is a choice or lazy itself."""
    forced = _forced(value, engine)
    if not isinstance(forced, Choice):
        return (forced,)
    return tuple(inner for option in forced.values for inner in alternatives(option, engine))


def _known(value: Value, engine: Interpreter) -> Any:
    """The plain object, or `_NOTHING`."""
    try:
        return plain(value)
    except ValueError:
        pass
    if not isinstance(value, (List, Dict)):
        return _NOTHING
    try:
        return plain(_looked_at(value, engine))
    except ValueError:
        return _NOTHING


def _looked_at(value: Value, engine: Interpreter) -> Value:
    """A container with the imported names in it looked at."""
    value = _forced(value, engine)
    if isinstance(value, List):
        return List([_looked_at(item, engine) for item in value.items], value.kind, value.complete)
    if isinstance(value, Dict):
        return Dict({key: _looked_at(item, engine) for key, item in value.entries.items()}, value.complete)
    return value


_NOTHING = object()


def _same(left: Any, right: Any) -> bool:
    """Equality that tells True from 1."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        return left == right
    return type(left) is type(right) and bool(left == right)


def _equals(literal: Any) -> Callable[[Value, Interpreter], bool]:
    return lambda value, engine: (known := _known(value, engine)) is not _NOTHING and _same(known, literal)


def entropy(text: str) -> float:
    """Shannon entropy in bits per character."""
    if not text:
        return 0.0
    return -sum(n / len(text) * math.log2(n / len(text)) for n in Counter(text).values())


def type_name(value: Value) -> str:
    """The name `type = ` compares with, "" when unknown."""
    if isinstance(value, Const):
        return "none" if value.value is None else type(value.value).__name__
    if isinstance(value, List):
        return value.kind
    if isinstance(value, Dict):
        return "dict"
    if isinstance(value, Text):
        return "str"
    if isinstance(value, (Function, Bound)):
        return "function"
    return "class" if isinstance(value, Class) else ""


def api_paths(value: Value, engine: Interpreter) -> tuple[str, ...]:
    """The API paths a value is known by: its own, or those its class inherits."""
    if isinstance(value, Ref):
        if value.path.endswith("[]") and value.arguments is not None and value.arguments.positional:
            key = value.arguments.positional[0]
            if isinstance(key, Const) and isinstance(key.value, str):
                return (value.path, f"{value.path[:-2]}[{key.value}]")
        return (value.path,)
    if isinstance(value, Class):
        return tuple(sorted(engine.ancestors(value)))
    if isinstance(value, Instance):
        return tuple(f"{name}()" for name in sorted(engine.ancestors(value.cls)))
    return ()


class _Compiler:
    """Turns a condition table into a predicate, key by key."""

    def __init__(
        self,
        groups: Mapping[str, tuple[str, ...]],
        compile_function: Callable[[Mapping[str, Any]], FunctionTest] | None,
    ) -> None:
        self.groups = groups
        self.compile_function = compile_function

    def table(self, table: Mapping[str, Any]) -> Predicate:
        tests: list[Predicate] = []
        optional = False
        for key, operand in table.items():
            if key == "or-absent":
                optional = bool(operand)
                continue
            maker = getattr(self, "key_" + key.replace("-", "_"), None)
            if maker is None:
                raise ConditionError(f"`{key}` is not a condition; one of {', '.join(CONDITIONS)}")
            tests.append(maker(operand))
        if not tests and not optional:
            raise ConditionError("an empty condition")

        def predicate(value: Value | None, engine: Interpreter) -> bool:
            if value is None and optional:
                return True
            return all(test(value, engine) for test in tests)

        return predicate

    def sub(self, condition: Any) -> Predicate:
        return compile_condition(condition, self.groups, self.compile_function)

    # -- presence ------------------------------------------------------------------------------------------------

    def key_absent(self, operand: bool) -> Predicate:
        return lambda value, engine: (value is None) is operand

    def key_unknown(self, operand: bool) -> Predicate:
        def predicate(value: Value | None, engine: Interpreter) -> bool:
            if value is None:
                return False
            return any(isinstance(option, Unknown) for option in alternatives(value, engine)) is operand

        return predicate

    # -- constants -----------------------------------------------------------------------------------------------

    def key_equals(self, operand: Any) -> Predicate:
        return each(_equals(operand))

    def key_not_equals(self, operand: Any) -> Predicate:
        return each(
            lambda value, engine: (
                (known := _known(value, engine)) is not _NOTHING and not _same(known, operand)
            )
        )

    def key_in(self, operand: list[Any]) -> Predicate:
        return each(
            lambda value, engine: (
                (known := _known(value, engine)) is not _NOTHING
                and any(_same(known, item) for item in operand)
            )
        )

    def key_not_in(self, operand: list[Any]) -> Predicate:
        return each(
            lambda value, engine: (
                (known := _known(value, engine)) is not _NOTHING
                and not any(_same(known, item) for item in operand)
            )
        )

    def key_truthy(self, operand: bool) -> Predicate:
        return each(lambda value, engine: truth(value) is operand)

    def key_falsy(self, operand: bool) -> Predicate:
        return each(lambda value, engine: truth(value) is (not operand))

    def key_constant(self, operand: bool) -> Predicate:
        if operand:
            return each(lambda value, engine: _known(value, engine) is not _NOTHING)
        return each(
            lambda value, engine: (
                isinstance(value, (Ref, Text))
                and not (isinstance(value, Ref) and not value.path.endswith((")", "]")))
            )
        )

    def key_string(self, operand: bool) -> Predicate:
        return each(
            lambda value, engine: (isinstance(value, Const) and isinstance(value.value, str)) is operand
        )

    def key_matches(self, operand: str) -> Predicate:
        pattern = re.compile(operand)
        return each(
            lambda value, engine: (known := _text(value)) is not None and pattern.search(known) is not None
        )

    def key_not_matches(self, operand: str) -> Predicate:
        pattern = re.compile(operand)
        return each(
            lambda value, engine: (known := _text(value)) is not None and pattern.search(known) is None
        )

    def key_below(self, operand: float) -> Predicate:
        return each(lambda value, engine: (known := _number(value)) is not None and known < operand)

    def key_above(self, operand: float) -> Predicate:
        return each(lambda value, engine: (known := _number(value)) is not None and known > operand)

    def key_length_below(self, operand: int) -> Predicate:
        return each(lambda value, engine: (known := _length(value)) is not None and known < operand)

    def key_length_above(self, operand: int) -> Predicate:
        return each(lambda value, engine: (known := _length(value)) is not None and known > operand)

    def key_entropy_above(self, operand: float) -> Predicate:
        return each(lambda value, engine: (known := _text(value)) is not None and entropy(known) > operand)

    def key_placeholder(self, operand: bool) -> Predicate:
        return each(
            lambda value, engine: (
                (known := _text(value)) is not None
                and (PLACEHOLDER.search(known.strip()) is not None) is operand
            )
        )

    def key_asbool(self, operand: bool) -> Predicate:
        def test(value: Value, engine: Interpreter) -> bool:
            if isinstance(value, Const) and isinstance(value.value, bool):
                return value.value is operand
            known = _text(value)
            return known is not None and (known.strip().lower() in TRUE_WORDS) is operand

        return each(test)

    def key_type(self, operand: str | list[str]) -> Predicate:
        wanted = [operand] if isinstance(operand, str) else operand
        return each(lambda value, engine: type_name(value) in wanted)

    def key_built(self, operand: bool) -> Predicate:
        return each(lambda value, engine: isinstance(value, Text) is operand)

    # -- containers ----------------------------------------------------------------------------------------------

    def key_part(self, operand: Any) -> Predicate:
        """A part of a string built at run time satisfies; or the value itself does."""
        test = self.sub(operand)

        def check(value: Value, engine: Interpreter) -> bool:
            if isinstance(value, Text):
                return any(test(part, engine) for part in value.parts)
            return test(value, engine)

        return each(check)

    def key_lacks_methods(self, operand: list[str]) -> Predicate:
        """An instance (or class) whose project classes define none of the methods; an API class itself defines none."""

        def check(value: Value, engine: Interpreter) -> bool:
            cls = value.cls if isinstance(value, Instance) else value
            if isinstance(cls, Ref):
                return True
            return isinstance(cls, Class) and not any(
                name in ancestor.members
                for ancestor in engine.linear(cls)
                if isinstance(ancestor, Class)
                for name in operand
            )

        return each(check)

    def key_contains(self, operand: Any) -> Predicate:
        wanted = operand if isinstance(operand, list) else [operand]
        return each(lambda value, engine: any(_contains(value, item, engine) is True for item in wanted))

    def key_lacks(self, operand: Any) -> Predicate:
        wanted = operand if isinstance(operand, list) else [operand]
        return each(lambda value, engine: all(_contains(value, item, engine) is False for item in wanted))

    def key_contains_match(self, operand: str) -> Predicate:
        pattern = re.compile(operand)

        def test(value: Value, engine: Interpreter) -> bool:
            return any(
                known is not None and pattern.search(known) is not None
                for known in map(_text, _members(value, engine))
            )

        return each(test)

    def key_misordered(self, operand: list[Any]) -> Predicate:
        earlier, later = operand

        def test(value: Value, engine: Interpreter) -> bool:
            if not isinstance(value, List):
                return False
            items = [_known(_forced(item, engine), engine) for item in value.items]
            return earlier in items and later in items and items.index(earlier) > items.index(later)

        return each(test)

    def key_first(self, operand: Any) -> Predicate:
        test = self.sub(operand)
        return each(
            lambda value, engine: (
                isinstance(value, List) and bool(value.items) and test(value.items[0], engine)
            )
        )

    def key_each(self, operand: Any) -> Predicate:
        test = self.sub(operand)
        return each(
            lambda value, engine: (
                isinstance(value, List)
                and value.complete
                and bool(value.items)
                and all(test(item, engine) for item in value.items)
            )
        )

    def key_some_item(self, operand: Any) -> Predicate:
        test = self.sub(operand)

        def check(value: Value, engine: Interpreter) -> bool:
            items = (
                value.items
                if isinstance(value, List)
                else list(value.entries.values())
                if isinstance(value, Dict)
                else []
            )
            return any(test(item, engine) for item in items)

        return each(check)

    def key_key(self, operand: Mapping[str, Any]) -> Predicate:
        tests = {name: self.sub(condition) for name, condition in operand.items()}

        def check(value: Value, engine: Interpreter) -> bool:
            if not isinstance(value, Dict):
                return False
            return all(
                test(value.entries.get(name, None if value.complete else UNKNOWN), engine)
                for name, test in tests.items()
            )

        return each(check)

    def key_some_key(self, operand: Mapping[str, Any]) -> Predicate:
        """`some-key = {matches = "re", value = COND}`: an entry whose key matches has such a value."""
        pattern = re.compile(operand.get("matches", ""))
        test = self.sub(operand["value"]) if "value" in operand else None

        def check(value: Value, engine: Interpreter) -> bool:
            return isinstance(value, Dict) and any(
                isinstance(name, str)
                and pattern.search(name) is not None
                and (test is None or test(item, engine))
                for name, item in value.entries.items()
            )

        return each(check)

    # -- origins -------------------------------------------------------------------------------------------------

    def key_path(self, operand: str | list[str]) -> Predicate:
        wanted = frozenset(paths_of(operand, self.groups))
        return each(lambda value, engine: not wanted.isdisjoint(api_paths(value, engine)))

    def key_guarded(self, operand: bool) -> Predicate:
        """Whether control flow has shown the value to be true (`if not KEY: raise ...` before this point)."""
        return each(lambda value, engine: (isinstance(value, Ref) and value.guarded) is operand)

    def key_argument(self, operand: Mapping[str, Any]) -> Predicate:
        tests = {name: self.sub(condition) for name, condition in operand.items()}

        def check(value: Value, engine: Interpreter) -> bool:
            if not isinstance(value, (Ref, Instance)) or value.arguments is None:
                return False
            callee = value.path.removesuffix("()") if isinstance(value, Ref) else ""
            signature = engine.knowledge.signatures.get(callee, ())
            return all(test(value.arguments.get(name, signature), engine) for name, test in tests.items())

        return each(check)

    def key_function(self, operand: Mapping[str, Any]) -> Predicate:
        if self.compile_function is None:
            raise ConditionError("`function` cannot be used here")
        test = self.compile_function(operand)

        def check(value: Value, engine: Interpreter) -> bool:
            if isinstance(value, Bound):
                value = value.function
            return isinstance(value, Function) and test(value, engine)

        return each(check)

    # -- combinations --------------------------------------------------------------------------------------------

    def key_any(self, operand: list[Any]) -> Predicate:
        tests = [self.sub(condition) for condition in operand]

        def check(value: Value | None, engine: Interpreter) -> bool:
            if isinstance(value, (Lazy, Choice)):
                return all(
                    any(test(option, engine) for test in tests) for option in alternatives(value, engine)
                )
            return any(test(value, engine) for test in tests)

        return check

    def key_all(self, operand: list[Any]) -> Predicate:
        tests = [self.sub(condition) for condition in operand]
        return lambda value, engine: all(test(value, engine) for test in tests)

    def key_not(self, operand: Any) -> Predicate:
        test = self.sub(operand)

        def check(value: Value | None, engine: Interpreter) -> bool:
            if value is None:
                return False  # absence is asked for with `absent` or `or-absent`
            return all(
                not isinstance(option, Unknown) and not test(option, engine)
                for option in alternatives(value, engine)
            )

        return check

    def key_some(self, operand: Any) -> Predicate:
        test = self.sub(operand)

        def check(value: Value | None, engine: Interpreter) -> bool:
            if value is None:
                return test(None, engine)
            return any(test(option, engine) for option in alternatives(value, engine))

        return check


CONDITIONS = tuple(
    sorted(
        [name.removeprefix("key_").replace("_", "-") for name in vars(_Compiler) if name.startswith("key_")]
        + ["or-absent"]
    )
)
"""Every key a condition table may have."""


def _text(value: Value) -> str | None:
    if isinstance(value, Const):
        if isinstance(value.value, str):
            return value.value
        if isinstance(value.value, bytes):
            return value.value.decode("latin-1")
    return None


def _number(value: Value) -> float | None:
    if (
        isinstance(value, Const)
        and isinstance(value.value, (int, float))
        and not isinstance(value.value, bool)
    ):
        return value.value
    return None


def _length(value: Value) -> int | None:
    if isinstance(value, Const) and isinstance(value.value, (str, bytes)):
        return len(value.value)
    if isinstance(value, List) and value.complete:
        return len(value.items)
    if isinstance(value, Dict) and value.complete:
        return len(value.entries)
    return None


def _members(value: Value, engine: Interpreter) -> list[Value]:
    if isinstance(value, List):
        return [_forced(item, engine) for item in value.items]
    if isinstance(value, Dict):
        return [lift(key) for key in value.entries]
    return []


def _contains(value: Value, item: Any, engine: Interpreter) -> bool | None:
    """Whether a container certainly holds, or certainly does not hold, a constant or a path (`"path:x.y"`)."""
    if isinstance(value, Const):
        return item in value.value if isinstance(value.value, str) and isinstance(item, str) else None
    if isinstance(value, Dict):
        return True if item in value.entries else (False if value.complete else None)
    if not isinstance(value, List):
        return None
    undecided = not value.complete
    wanted_path = item[5:] if isinstance(item, str) and item.startswith("path:") else None
    for member in value.items:
        member = _forced(member, engine)
        if wanted_path is not None:
            if wanted_path in api_paths(member, engine):
                return True
            undecided = undecided or isinstance(member, (Unknown, Choice))
            continue
        known = _known(member, engine)
        if known is _NOTHING:
            undecided = undecided or not isinstance(member, (List, Dict, Function, Class))
        elif _same(known, item):
            return True
    return None if undecided else False
