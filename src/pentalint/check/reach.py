"""Which API paths the code of a project can reach at all."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable

from pentalint.evaluate.knowledge import Knowledge
from pentalint.evaluate.statements import NEVER_RETURNS

_PART = re.compile(r"[^.\[(]+(?:\(\)|\[[^\]]*\])*")
"""A part of a path, with what is called or taken of it: it ends one of the beginnings of the path."""

_WORD = re.compile(r"\w+")

ALWAYS = frozenset({"builtins", ""})
"""What need not be imported."""


class Reach:
    """Answers for one project, whose files have the words `present` (None: who knows)."""

    def __init__(self, knowledge: Knowledge, present: Container[bytes] | None) -> None:
        self.present = present
        self.given = {parameter.type for parameter in knowledge.parameters}
        self._children: dict[str, list[str]] = {}
        for child, bases in knowledge.inherits.items():
            for base in bases:
                self._children.setdefault(base, []).append(child)
        self._roots: dict[str, set[str]] = {}
        for name, target in knowledge.aliases.items():
            self._roots.setdefault(target, set()).add(first_word(name))
        self._begun: dict[str, bool] = {}

    def __call__(self, path: str) -> bool:
        """Whether some file has the name without which nothing of a library is reached, that of its top package: the clients of
        a library that is not there ask for `get`, which every second function has. Another library may lead to the same by
        another name or a class that inherits, and a parameter may have its type without any word."""
        return self.present is None or any(self.begins(path[: part.end()]) for part in _PART.finditer(path))

    def begins(self, beginning: str) -> bool:
        """The same for one beginning of a path, by its own name and other names of just that."""
        found = self._begun.get(beginning)
        if found is None:
            assert self.present is not None
            roots = {first_word(beginning), *self._roots.get(beginning, ())}
            for name in self.family([beginning[:-2]]) if beginning.endswith("()") else ():
                roots |= {first_word(name), *self._roots.get(name, ()), *self._roots.get(f"{name}()", ())}
            found = self._begun[beginning] = (
                beginning in self.given
                or beginning in NEVER_RETURNS
                or not roots.isdisjoint(ALWAYS)
                or any(root.encode() in self.present for root in roots)
            )
        return found

    def family(self, paths: Iterable[str]) -> list[str]:
        """Class paths with every API class that inherits from them."""
        found = list(paths)
        for path in found:
            found.extend(child for child in self._children.get(path, ()) if child not in found)
        return found


def first_word(path: str) -> str:
    """The first identifier of an API path, its top package: `flask` of `flask.Flask().run`."""
    found = _WORD.search(path)
    return found[0] if found else ""
