"""What the packs tell the evaluator about names: aliases, signatures, inheritance, parameter types.

It knows kinds of facts, never frameworks: every name in here comes from `rules/*/pack.toml`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ParameterType:
    """Gives parameters a type: a function whose name matches, or that carries one of the decorators, gets
    `type` for its parameter `name`, or for the one at `index` (`self` not counted). `imports` restricts it to
    modules that import something below that name."""

    type: str
    framework: str
    name: str = ""
    index: int | None = None
    function: re.Pattern[str] | None = None
    decorators: frozenset[str] = frozenset()
    subclass: frozenset[str] = frozenset()
    imports: str = ""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """All packs' facts about names, merged.

    `aliases`: canonical path by another path (`flask.app.Flask` -> `flask.Flask`; `flask.current_app` ->
    `flask.Flask()`). `signatures`: parameter names by callee path. `inherits`: base paths by class path.
    `updates`: callee path -> the path whose items its keywords and dictionary arguments set.
    """

    aliases: dict[str, str] = field(default_factory=dict)
    signatures: dict[str, tuple[str, ...]] = field(default_factory=dict)
    inherits: dict[str, tuple[str, ...]] = field(default_factory=dict)
    updates: dict[str, str] = field(default_factory=dict)
    parameters: tuple[ParameterType, ...] = ()

    @property
    def paths(self) -> frozenset[str]:
        """The API paths that any pack mentions as a callee, a class or a target of an alias."""
        return frozenset({*self.signatures, *self.inherits, *self.aliases.values()})

    def ancestors(self, path: str) -> list[str]:
        """A class path and everything it inherits from, nearest first."""
        found = [path]
        for name in found:
            for base in self.inherits.get(name, ()):
                if base not in found:
                    found.append(base)
        return found
