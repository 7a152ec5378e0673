"""The decorator for classes of data, quick to define: `dataclasses.dataclass` in all that a type checker sees.

At import the standard one writes and compiles the source text of up to seven methods for each class: a tenth of a second
for the 190 classes of a check, a third of what it took to start. Here only `__init__` is compiled; comparing, hashing and
showing go through functions that all classes share. `frozen` is for type checkers: it gives the class its hash, but at run
time nothing stops an assignment, which would make each object three times as slow to make."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:
    from dataclasses import dataclass as _dataclass
    from dataclasses import fields
    from operator import attrgetter
    from reprlib import recursive_repr

    def dataclass(*, frozen=False, slots=False, eq=True, order=False):
        """As the standard decorator with these arguments."""
        if order:
            return _dataclass(frozen=frozen, slots=slots, eq=eq, order=order)
        define = _dataclass(slots=slots, eq=False, repr=False)

        def decorate(cls):
            made = define(cls)
            made.__repr__ = shown
            if eq:
                made.__eq__, made.__hash__ = comparison(made, frozen)
            return made

        return decorate

    def comparison(cls, frozen):
        """How objects of a class are compared, and their hash: None when they may change."""
        names = [field.name for field in fields(cls) if field.compare]
        of = attrgetter(*names) if len(names) > 1 else lambda one: tuple(getattr(one, name) for name in names)

        def equal(self, other):
            return of(self) == of(other) if other.__class__ is self.__class__ else NotImplemented

        def hashed(self):
            return hash(of(self))

        return equal, (hashed if frozen else None)

    @recursive_repr()
    def shown(self):
        """`Span(line=1, column=2)`."""
        shown = [f"{one.name}={getattr(self, one.name)!r}" for one in fields(self) if one.repr]
        return f"{self.__class__.__qualname__}({', '.join(shown)})"
