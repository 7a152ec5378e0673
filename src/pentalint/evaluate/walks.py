"""What iterating over something gives, and iterators, which give it once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from pentalint.evaluate.elements import known_places, loosen, make_set
from pentalint.evaluate.enumerations import Member
from pentalint.evaluate.folding import any_of
from pentalint.evaluate.values import (
    ITEMS,
    ORDERED,
    REST,
    Choice,
    Const,
    Dict,
    List,
    Ref,
    Value,
    join_all,
    lift,
)


class Iterator(List):
    """What `iter`, `zip` and the like give: it reads its sources only when it is read."""

    __slots__ = ("sources",)

    def __init__(self, found: Walk, sources: Iterable[Value]) -> None:
        super().__init__(found.items, "iterator", found.complete, found.fixed, found.rest)
        self.sources: list[tuple[Value, list[Value]]] = []
        for source in sources:
            if isinstance(source, Iterator):
                self.sources.extend(source.sources)
            elif isinstance(source, List):
                self.sources.append((source, list(source.items)))
            elif isinstance(source, Dict):
                self.sources.append((source, list(source.entries.values())))

    def like(self, items: Iterable[Value]) -> List:
        twin = Iterator(Walk(list(items), self.complete, self.fixed, self.rest), ())
        twin.sources = self.sources
        return twin

    @property
    def stale(self) -> bool:
        """Whether one of its sources has other elements now."""
        for source, items in self.sources:
            if not isinstance(source, (List, Dict)):
                continue
            now = source.items if isinstance(source, List) else list(source.entries.values())
            if len(now) != len(items):
                return True
            if getattr(source, "kind", "") != "view" and any(
                one is not other for one, other in zip(now, items)
            ):
                return True
        return False


class Walk(NamedTuple):
    """What iterating over something gives: `items` one after the other, the first `fixed` of them in this order, and
    more, perhaps `rest`, unless `complete`."""

    items: list[Value]
    complete: bool = True
    fixed: int = ORDERED
    rest: Value | None = None

    @property
    def exact(self) -> bool:
        """Whether the elements and their order are known."""
        return self.complete and self.fixed >= len(self.items)

    def element(self) -> Value:
        """What any of the elements may be."""
        return any_of(self.items if self.rest is None else [*self.items, self.rest], self.complete)

    def listed(self, kind: str) -> List:
        """A container of these elements."""
        if kind == "set":
            return make_set(self.items, self.complete, self.rest)
        return List(self.items, kind, self.complete, self.fixed, self.rest)


def walk(value: Value, look: bool = False) -> Walk | None:
    """What iterating over a container or constant gives; None when nothing is known. It uses up iterators, unless this is
    only a `look`."""
    if isinstance(value, Iterator) and value.stale:
        value.fixed = 0
        loosen(value)
    if isinstance(value, List):
        items = list(value.items)
        known = ORDERED if value.exact else 0 if value.kind == "set" else known_places(value)
        found = Walk(items, value.complete, known, value.rest)
        if not look:
            value.use_up()
        return found
    if isinstance(value, Dict):
        keys = [key_value(key) for key in value.entries if key is not REST]
        return Walk(keys, value.complete, ORDERED if value.complete else 0)
    if isinstance(value, Const) and isinstance(value.value, (str, bytes)) and len(value.value) <= ITEMS:
        return Walk([Const(one) for one in value.value])
    return None


def key_value(key: object) -> Value:
    """The key of a dictionary entry as a value."""
    return key if isinstance(key, Member) else lift(key)


def part_of(more: Value) -> Value:
    """What an element of an iterable is of which only the path is known, or what it carries."""
    if isinstance(more, Choice):
        return join_all(map(part_of, more.values))
    return Ref(f"{more.path}[]", None, False, more.taint) if isinstance(more, Ref) else more
