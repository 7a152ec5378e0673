"""A listener that hears nothing: for evaluations whose values alone are wanted."""

from __future__ import annotations

from pentalint.evaluate.events import Silent
from pentalint.evaluate.knowledge import Knowledge


class Quiet(Silent):
    """Implements `events.Listener`. `known_paths` are what star imports of libraries are believed to bring."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.known_paths = knowledge.paths
        self.roots = frozenset(path.partition(".")[0] for path in self.known_paths)
