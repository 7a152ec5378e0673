"""A listener that hears nothing: for evaluations whose values alone are wanted."""

from __future__ import annotations

from pentalint.evaluate.events import Call, ClassDefined, FunctionDefined, ModuleDone, Use, Write
from pentalint.evaluate.knowledge import Knowledge


class Quiet:
    """Implements `events.Listener`. `known_paths` are what star imports of libraries are believed to bring."""

    call_paths: frozenset[str] = frozenset()
    write_paths: frozenset[str] = frozenset()
    use_paths: frozenset[str] = frozenset()

    def __init__(self, knowledge: Knowledge) -> None:
        self.known_paths = frozenset(
            {*knowledge.signatures, *knowledge.inherits, *knowledge.aliases.values()}
        )
        self.roots = frozenset(path.partition(".")[0] for path in self.known_paths)

    def knows(self, root: str) -> bool:
        """Nothing is certain after `import *` from a library."""
        return False

    def called(self, event: Call) -> None:
        """Not heard."""

    def wrote(self, event: Write) -> None:
        """Not heard."""

    def used(self, event: Use) -> None:
        """Not heard."""

    def defined(self, event: FunctionDefined) -> None:
        """Not heard."""

    def declared(self, event: ClassDefined) -> None:
        """Not heard."""

    def finished(self, event: ModuleDone) -> None:
        """Not heard."""
