"""Settings modules and classes as they are judged, and who may know better what their settings will be."""

from __future__ import annotations

from typing import Protocol

from pentalint.dataclass import dataclass
from pentalint.evaluate.modules import Module
from pentalint.evaluate.values import Class
from pentalint.match.settings import Setting


@dataclass(slots=True)
class Judged:
    """What a settings module or class sets. `module` is the evaluation of it that is looked at; `open` says that it may set more
    in ways that cannot be seen."""

    module: Module
    settings: list[Setting]
    open: bool


class Deployments(Protocol):
    """Which settings are deployed, and what they will be there."""

    def choose(self, framework: str, candidates: list[tuple[Module, bool]]) -> list[tuple[Module, bool]]:
        """The settings modules of a framework to judge among those that may be some, with whether production runs them.
        The flag of a candidate says whether its name lets it be deployed."""

    def final(self, framework: str, owner: Module | Class, judged: Judged) -> Judged:
        """What production makes of a settings module or class that it runs."""
