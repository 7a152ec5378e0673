"""The condition keys that compare what a value will be at run time, whatever the environment says (docs/rules.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from pentalint.evaluate.kinds import ENVIRONMENT, environment_default
from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.values import (
    Bound,
    Builtin,
    Class,
    Const,
    Dict,
    Function,
    Instance,
    List,
    Package,
    Ref,
    Text,
    Unknown,
    Value,
)
from pentalint.match.views import NOTHING, Predicate, alternatives, known_value, same_constant, text_of

TYPES: dict[str, type] = {
    f"builtins.{kind.__name__}()": kind for kind in (int, float, str, bytes, list, tuple, dict)
}
"""The types of what some calls give."""


def outcomes(value: Value, engine: Interpreter) -> Iterable[Value]:
    """What a value may be: a text of the environment is any text, or the default."""
    for option in alternatives(value, engine):
        if isinstance(option, Ref) and option.path in ENVIRONMENT:
            yield Text((option,), "environment")
            default = environment_default(option)
            yield from outcomes(default, engine) if default is not None else ()
        else:
            yield option


def every(test: Callable[[Value, Interpreter], bool]) -> Predicate:
    """Lift a test to whatever a value may be; absent and unknown values do not pass."""

    def predicate(value: Value | None, engine: Interpreter) -> bool:
        return value is not None and all(
            not isinstance(option, Unknown) and test(option, engine) for option in outcomes(value, engine)
        )

    return predicate


def is_certainly_not(value: Value, constant: Any, engine: Interpreter) -> bool:
    """Whether a value will not be a constant (True is not 1)."""
    known = known_value(value, engine)
    if known is not NOTHING:
        return not same_constant(known, constant)
    if isinstance(value, Text):
        if not isinstance(constant, type(value.head)):
            return True
        text: Any = constant
        return not (text.startswith(value.head) and text.endswith(value.tail) and len(text) >= value.least)
    if isinstance(value, Ref) and value.path in TYPES:
        return type(constant) is not TYPES[value.path]
    return isinstance(value, (List, Dict, Function, Class, Package, Bound, Builtin, Instance))


class OutcomeKeys:
    """Keys on what a value will be."""

    def sub(self, condition: Any) -> Predicate:
        """Compile a nested condition. Provided by `conditions`."""
        raise NotImplementedError

    def key_is_not(self, operand: Any) -> Predicate:
        """`is-not = true`: certainly another object; a list: none of these."""
        constants = operand if isinstance(operand, list) else [operand]
        return every(
            lambda value, engine: all(is_certainly_not(value, constant, engine) for constant in constants)
        )

    def key_begins(self, operand: str) -> Predicate:
        """A string that certainly begins so."""

        def test(value: Value, engine: Interpreter) -> bool:
            if isinstance(value, Text):
                return isinstance(value.head, str) and value.head.startswith(operand)
            return (
                isinstance(value, Const) and isinstance(value.value, str) and value.value.startswith(operand)
            )

        return every(test)

    def key_distinct_below(self, operand: int) -> Predicate:
        """A string or list with fewer different elements."""

        def test(value: Value, engine: Interpreter) -> bool:
            text = text_of(value)
            return text is not None and len(set(text)) < operand

        return every(test)

    def key_words_outside(self, operand: list[str]) -> Predicate:
        """A string of words between commas, or a container of words, one of which is not in the list."""
        allowed = frozenset(operand)

        def test(value: Value, engine: Interpreter) -> bool:
            if isinstance(value, Const) and isinstance(value.value, str):
                return any(word.strip() not in allowed for word in value.value.split(","))
            if isinstance(value, List):
                return any(
                    all(is_certainly_not(option, word, engine) for word in allowed)
                    for item in value.items
                    for option in alternatives(item, engine)[:1]
                    if len(alternatives(item, engine)) == 1
                )
            return isinstance(value, Dict) and any(key not in allowed for key in value.entries)

        return every(test)

    def key_relative_path(self, operand: bool) -> Predicate:
        """A text that is, or is not, a path from the working directory (POSIX)."""

        def test(value: Value, engine: Interpreter) -> bool:
            text = text_of(value)
            return text is not None and (not text.startswith("/")) is operand

        return every(test)

    def key_unimportable(self, operand: bool) -> Predicate:
        """A dotted name of a callable whose import certainly fails with `ImportError`: there is no module to look in, or the
        package that should hold the module is the project's and is not there."""

        def test(value: Value, engine: Interpreter) -> bool:
            text = text_of(value)
            if text is None:
                return False
            package = text.rpartition(".")[0].rpartition(".")[0]
            index = engine.index
            missing = bool(package) and index.find(package) is None and not index.is_namespace(package)
            ours = (
                index.find(text.partition(".")[0]) is not None
            )  # a directory may only be named like a library
            return ("." not in text or (missing and ours)) is operand

        return every(test)

    def key_rejects(self, operand: list[str]) -> Predicate:
        """The dotted name of a project function that cannot be called with these arguments ("": one by position)."""

        def test(value: Value, engine: Interpreter) -> bool:
            text = text_of(value)
            owner, _, name = (text or "").rpartition(".")
            module = engine.index.find(owner) if owner else None
            function = engine.force(engine.member(module, name)) if module is not None else None
            return isinstance(function, Function) and not function.decorators and not binds(function, operand)

        return every(test)


def binds(function: Function, arguments: list[str]) -> bool:
    """Whether a function can be called with these arguments ("": one by position, else a keyword)."""
    given = function.node.args
    positional = [one.arg for one in (*given.posonlyargs, *given.args)]
    count = arguments.count("")
    keywords = [name for name in arguments if name]
    if count > len(positional) and given.vararg is None:
        return False
    taken = set(positional[:count])
    by_name = {one.arg for one in (*given.args, *given.kwonlyargs)} - taken
    if given.kwarg is None and any(name not in by_name for name in keywords):
        return False
    if any(name in taken and name not in {one.arg for one in given.posonlyargs} for name in keywords):
        return False
    required = positional[count : len(positional) - len(given.defaults)]
    required += [one.arg for one, default in zip(given.kwonlyargs, given.kw_defaults) if default is None]
    return all(name in keywords for name in required)
