"""The condition keys that look at one value or its elements (docs/rules.md): each method compiles the operand
of a key."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.values import (
    UNKNOWN,
    Class,
    Const,
    Dict,
    Instance,
    List,
    Ref,
    Text,
    Unknown,
    Value,
    truth,
)
from pentalint.match.views import (
    NOTHING,
    Predicate,
    alternatives,
    each,
    entropy,
    equals,
    forced,
    holds,
    known_value,
    length_of,
    members_of,
    number_of,
    same_constant,
    text_of,
    type_name,
)

PLACEHOLDER = re.compile(
    r"^$|^<.*>$|^\{\{?.*\}?\}$|^\$\{?\w|^%\(|^\.+$|^\*+$|change[-_ ]?(me|this)|replace[-_ ]?(me|this)|your[-_ ]|"
    r"^(x{3,}|foo|bar|baz|dummy|example|sample|placeholder|todo|none|null|redacted|insert)|_here$|^(test|testing|dev)$",
    re.I,
)
"""Strings that stand where a secret would: nobody is harmed by their being public."""

TRUE_WORDS = frozenset({"t", "true", "y", "yes", "on", "1"})
"""What `asbool` of PasteDeploy and Pyramid takes for true (knowledge E.2)."""


class ValueKeys:
    """Keys on presence, constants and containers."""

    def sub(self, condition: Any) -> Predicate:
        """Compile a nested condition. Provided by `conditions`."""
        raise NotImplementedError

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
        return each(equals(operand))

    def key_not_equals(self, operand: Any) -> Predicate:
        return each(
            lambda value, engine: (
                (known := known_value(value, engine)) is not NOTHING and not same_constant(known, operand)
            )
        )

    def key_in(self, operand: list[Any]) -> Predicate:
        return each(
            lambda value, engine: (
                (known := known_value(value, engine)) is not NOTHING
                and any(same_constant(known, item) for item in operand)
            )
        )

    def key_not_in(self, operand: list[Any]) -> Predicate:
        return each(
            lambda value, engine: (
                (known := known_value(value, engine)) is not NOTHING
                and not any(same_constant(known, item) for item in operand)
            )
        )

    def key_truthy(self, operand: bool) -> Predicate:
        return each(lambda value, engine: truth(value) is operand)

    def key_falsy(self, operand: bool) -> Predicate:
        return each(lambda value, engine: truth(value) is (not operand))

    def key_constant(self, operand: bool) -> Predicate:
        if operand:
            return each(lambda value, engine: known_value(value, engine) is not NOTHING)
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
            lambda value, engine: (known := text_of(value)) is not None and pattern.search(known) is not None
        )

    def key_not_matches(self, operand: str) -> Predicate:
        pattern = re.compile(operand)
        return each(
            lambda value, engine: (known := text_of(value)) is not None and pattern.search(known) is None
        )

    def key_below(self, operand: float) -> Predicate:
        return each(lambda value, engine: (known := number_of(value)) is not None and known < operand)

    def key_above(self, operand: float) -> Predicate:
        return each(lambda value, engine: (known := number_of(value)) is not None and known > operand)

    def key_length_below(self, operand: int) -> Predicate:
        return each(lambda value, engine: (known := length_of(value)) is not None and known < operand)

    def key_length_above(self, operand: int) -> Predicate:
        return each(lambda value, engine: (known := length_of(value)) is not None and known > operand)

    def key_entropy_above(self, operand: float) -> Predicate:
        return each(lambda value, engine: (known := text_of(value)) is not None and entropy(known) > operand)

    def key_placeholder(self, operand: bool) -> Predicate:
        return each(
            lambda value, engine: (
                (known := text_of(value)) is not None
                and (PLACEHOLDER.search(known.strip()) is not None) is operand
            )
        )

    def key_asbool(self, operand: bool) -> Predicate:
        def test(value: Value, engine: Interpreter) -> bool:
            if isinstance(value, Const) and isinstance(value.value, bool):
                return value.value is operand
            known = text_of(value)
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
        return each(lambda value, engine: any(holds(value, item, engine) is True for item in wanted))

    def key_lacks(self, operand: Any) -> Predicate:
        wanted = operand if isinstance(operand, list) else [operand]
        return each(lambda value, engine: all(holds(value, item, engine) is False for item in wanted))

    def key_contains_match(self, operand: str) -> Predicate:
        pattern = re.compile(operand)

        def test(value: Value, engine: Interpreter) -> bool:
            return any(
                known is not None and pattern.search(known) is not None
                for known in map(text_of, members_of(value, engine))
            )

        return each(test)

    def key_misordered(self, operand: list[Any]) -> Predicate:
        earlier, later = operand

        def test(value: Value, engine: Interpreter) -> bool:
            if not isinstance(value, List):
                return False
            items = [known_value(forced(item, engine), engine) for item in value.items]
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
