"""What is open, or not yet finished, while a template is read."""

from __future__ import annotations

from pentalint.dataclass import dataclass
from pentalint.templates.outputs import Value
from pentalint.templates.page import Place, State


@dataclass(slots=True)
class Bound:
    """Names that got a meaning. `end` is -1 while their scope is open."""

    names: tuple[str, ...]
    values: tuple[Value, ...]
    kind: str
    start: int
    stop: int
    adds: bool
    branch: list[int]
    end: int = -1


@dataclass(slots=True)
class Frame:
    """Something open: a block, a macro, a scope. `state` is the page's to go back to, None to go on."""

    name: str
    start: int
    state: State | None
    place: Place
    escaping: str
    inherits: bool = False
    parameters: tuple[tuple[str, tuple[Value, ...]], ...] = ()


@dataclass(slots=True)
class Branch:
    """An `if`: the page at its beginning and at the end of its first branch, and the extent of the present one."""

    state: State
    extent: list[int]
    first: State | None = None
