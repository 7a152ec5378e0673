"""What may change the whole of a deployment, noted for the modules that it concerns: files that are not there, errors that a module
stops with, and the variables that a project asks for by doing so."""

from __future__ import annotations

from typing import Any

from pentalint.evaluate.modules import Module
from pentalint.evaluate.statements import Interpreter


class Remarking(Interpreter):
    """`remarks` are notes with the modules that were being evaluated when each was made, by path; `uses` what each module takes
    something from; `loading` the modules that are being evaluated. `refusals` are the variables without which a module stops
    with an error, each with the modules and places where it does."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.remarks: dict[str, set[str]] = {}
        self.loading: list[str] = []
        self.uses: dict[str, set[str]] = {}
        self.refusals: dict[str, dict[str, str]] = {}

    def load(self, module: Module) -> Module:
        if self.loading:
            self.uses.setdefault(self.loading[-1], set()).add(module.path)
        if module.state:
            return module
        self.loading.append(module.path)
        try:
            return super().load(module)
        finally:
            self.loading.pop()

    @property
    def current(self) -> str:
        """The module that is being evaluated; "" for none."""
        return self.loading[-1] if self.loading else ""

    def remark(self, text: str) -> None:
        """Note something that may change the whole."""
        self.remarks.setdefault(text, set()).add(self.current)

    def refuse(self, name: str, place: str) -> None:
        """Note that the module that is being evaluated stops at a place where a variable is not set."""
        self.refusals.setdefault(name, {}).setdefault(self.current, place)

    def notes(self, path: str) -> tuple[str, ...]:
        """The notes that concern a module."""
        reached = self.reached(path)
        return tuple(text for text, owners in self.remarks.items() if not owners.isdisjoint(reached))

    def refused(self, path: str) -> dict[str, str]:
        """The variables without which a module stops with an error, each with a place where it does."""
        reached = self.reached(path)
        return {
            name: next(iter(found))
            for name, places in self.refusals.items()
            if (found := [place for owner, place in places.items() if owner in reached])
        }

    def reached(self, path: str) -> set[str]:
        """A module and those it takes something from, by path; "" for what nobody asked for."""
        found, pending = {path, ""}, [path]
        while pending:
            for other in self.uses.get(pending.pop(), set()) - found:
                found.add(other)
                pending.append(other)
        return found
