"""API objects whose state the evaluator keeps: parsed configuration, chains of dictionaries. To rules they are still
the API objects their paths name."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.values import Ref, Value
from pentalint.evaluate.walks import Walk


class Model(Ref):
    """An object with state. Its methods answer None where the state does not tell. Changes are made in place."""

    METHODS: ClassVar[frozenset[str]] = frozenset()
    """The methods that `call` understands."""

    CHANGES: ClassVar[frozenset[str]] = frozenset()
    """Those that change the object."""

    def call(self, name: str, arguments: Arguments) -> Value | None:
        """The result of a method."""
        raise NotImplementedError

    def item(self, key: Value) -> Value | None:
        """`self[key]`."""
        raise NotImplementedError

    def set_item(self, key: Value, value: Value) -> None:
        """`self[key] = value`."""
        raise NotImplementedError

    def delete_item(self, key: Value) -> None:
        """`del self[key]`."""
        raise NotImplementedError

    def set_attribute(self, name: str, value: Value) -> None:
        """`self.name = value`."""
        raise NotImplementedError

    def holds(self, key: Value) -> bool | None:
        """`key in self`."""
        raise NotImplementedError

    def keys(self) -> Walk | None:
        """What iterating gives."""
        raise NotImplementedError

    def forget(self) -> None:
        """Nothing is known of the state any more."""
        raise NotImplementedError

    def twin(self, copy: Callable[[Value], Value]) -> Model:
        """A copy, with its values copied by `copy`. Its `arguments` are another object, so that no join takes the two for
        one."""
        raise NotImplementedError

    def root(self) -> Model | None:
        """The object that a copy is made of when only some may see a change; None when it shares its state with others."""
        return self

    def following(self, before: Value, after: Value) -> Model | None:
        """The same object over `after` where it looks at `before`; None when it does not. For a name whose container got a
        copy of its own."""
        return None


def bare(value: Value) -> Value:
    """A value without state: for places that cannot follow who changes it."""
    return (
        Ref(value.path, value.arguments, False, value.taint, value.base)
        if isinstance(value, Model)
        else value
    )
