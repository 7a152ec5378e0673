"""The decorator of the house gives what the standard one gives, but for the freezing."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from pentalint.dataclass import dataclass


def make(decorator: Callable[..., Any], **how: bool) -> Any:
    """A class of data of one decorator, always of the same name."""

    class Step:
        """Where, and what."""

        line: int
        text: str = "-"
        noted: list[int] = dataclasses.field(default_factory=list, compare=False, repr=False)

    return decorator(**how)(Step)


HOW = (
    {"frozen": True, "slots": True},
    {"frozen": True},
    {"slots": True},
    {"slots": True, "eq": False},
    {"frozen": True, "slots": True, "eq": False},
    {"frozen": True, "slots": True, "order": True},
    {},
)


@pytest.mark.parametrize("how", HOW, ids=str)
def test_objects_are_as_those_of_the_standard_decorator(how: dict[str, bool]) -> None:
    ours, theirs = make(dataclass, **how), make(dataclasses.dataclass, **how)
    assert repr(ours(1, "a")) == repr(theirs(1, "a")).replace("dataclasses.", "")
    for one, two in (((1, "a"), (1, "a")), ((1, "a"), (1, "b")), ((1, "a", [1]), (1, "a", [2]))):
        assert (ours(*one) == ours(*two)) is (theirs(*one) == theirs(*two))
    assert ours(1) != theirs(1) != 1 != ours(1)
    assert (ours.__hash__ is None) is (theirs.__hash__ is None)
    if how.get("frozen") and how.get("eq", True):
        assert hash(ours(1, "a", [2])) == hash(theirs(1, "a", [3])) == hash((1, "a"))
    assert hasattr(ours, "__slots__") is hasattr(theirs, "__slots__")
    assert ours.__match_args__ == theirs.__match_args__
    assert [one.name for one in dataclasses.fields(ours)] == [one.name for one in dataclasses.fields(theirs)]
    assert dataclasses.replace(ours(1, "a"), line=2).text == "a"
    assert copy.copy(ours(1, "a")).text == "a"
    with pytest.raises(TypeError):
        ours()


def test_a_class_of_one_field_is_hashed_as_a_tuple() -> None:
    @dataclass(frozen=True, slots=True)
    class Name:
        """A name."""

        text: str

    assert hash(Name("a")) == hash(("a",))
    assert Name("a") == Name("a") != Name("b")
    assert {Name("a")} == {Name("a")}


@dataclass(frozen=True, slots=True)
class Place:
    """At the top of a module, so that it can be pickled."""

    path: str
    inner: Place | None = None


@dataclass(frozen=True, slots=True)
class Deep(Place):
    """With a field of its own beside those of its base."""

    depth: int = 0


def test_objects_travel_and_classes_inherit() -> None:
    deep = Deep("a.py", Place("b.py"), 2)
    assert pickle.loads(pickle.dumps(deep)) == deep
    assert deep != Place("a.py", Place("b.py"))
    assert repr(deep) == "Deep(path='a.py', inner=Place(path='b.py', inner=None), depth=2)"
    assert hash(deep) == hash(("a.py", Place("b.py"), 2))


def test_an_object_that_holds_itself_is_shown() -> None:
    @dataclass(slots=True)
    class Node:
        """One that may hold itself."""

        inner: list[object]

    node = Node([])
    node.inner.append(node)
    assert repr(node).endswith("Node(inner=[...])")
