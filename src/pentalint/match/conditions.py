"""Conditions on values: the right-hand sides of `where` tables (docs/rules.md, "Conditions on values").

A condition is compiled once into a predicate on `(value, engine)`. `value` is None when an argument is
certainly absent. A `Choice` satisfies a condition only when every alternative does; unknown satisfies nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.values import (
    Bound,
    Choice,
    Function,
    Instance,
    Lazy,
    Ref,
    Unknown,
    Value,
)
from pentalint.match.condition_keys import ValueKeys
from pentalint.match.outcome_keys import OutcomeKeys
from pentalint.match.secret_keys import SecretKeys, SecretKindError
from pentalint.match.views import (
    Predicate,
    alternatives,
    api_paths,
    each,
    equals,
    every,
)

FunctionTest = Callable[[Function, Interpreter], bool]


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
        return each(equals(table))
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


class _Compiler(SecretKeys, ValueKeys, OutcomeKeys):
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
            try:
                tests.append(maker(operand))
            except SecretKindError as error:
                raise ConditionError(str(error)) from None
        if not tests and not optional:
            raise ConditionError("an empty condition")

        if not optional:
            return tests[0] if len(tests) == 1 else lambda value, engine: every(tests, value, engine)
        return lambda value, engine: value is None or every(tests, value, engine)

    def sub(self, condition: Any) -> Predicate:
        return compile_condition(condition, self.groups, self.compile_function)

    # -- presence ------------------------------------------------------------------------------------------------

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
        [name.removeprefix("key_").replace("_", "-") for name in dir(_Compiler) if name.startswith("key_")]
        + ["or-absent"]
    )
)
"""Every key a condition table may have."""
