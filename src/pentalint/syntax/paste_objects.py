"""What PasteDeploy's loading is told in: final options, objects, and reasons why there are none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import field

from pentalint.dataclass import dataclass
from pentalint.syntax.ini import Entry, Fault

OPEN, BETWEEN, CLOSE = "\ue000", "\ue001", "\ue002"
"""Around the name of what only the deployment knows (private-use characters, which no file has)."""

HOLE = re.compile(f"{OPEN}([^{BETWEEN}{CLOSE}]*){BETWEEN}([^{CLOSE}]*){CLOSE}")
_ELSEWHERE = re.compile(r"\$\{[A-Za-z_][^}]*\}|\$\([A-Za-z_]\w*\)|\{\{.*?\}\}")
"""What is filled in by something else than PasteDeploy: the environment, a deployment script."""


@dataclass(frozen=True, slots=True)
class Final:
    """The final value of one option. `text` has marks where only the deployment knows; `path` and `entry` say where the
    value is written; `earlier` are values that it takes the place of, where sections go on in others."""

    text: str
    path: str
    entry: Entry
    earlier: tuple[Final, ...] = ()

    @property
    def value(self) -> str | None:
        """The value; None when only the deployment knows it."""
        return None if OPEN in self.text or _ELSEWHERE.search(self.text) else self.text

    @property
    def shown(self) -> str:
        """The value with `%(name)s` where only the deployment knows."""
        return HOLE.sub(lambda match: f"%({match[1]})s", self.text)

    @property
    def names(self) -> tuple[str, ...]:
        """What the value depends on: `here`, arguments of the command, variables of the environment."""
        return (
            *(match[1] for match in HOLE.finditer(self.text)),
            *(match[0].strip("${}() ") for match in _ELSEWHERE.finditer(self.text)),
        )


Options = dict[str, Final]


@dataclass(slots=True)
class Loaded:
    """One object of a file.

    `kind` is app, filter or server; `section`, `path` and `line` are where the loading of it began; `settings` is what its
    factory gets as keywords, `globals` what it gets first; `use` is the option that names the factory (none for a pipeline,
    or when that is not known); `said` are options that PasteDeploy reads itself (`pipeline`, `filter-with`, `next`).
    `open` says that more settings come from a file that is not there. `inner` are the objects it is made of: what a
    pipeline lists, what filters it, what a composite names, which `parts` loads.
    """

    kind: str
    section: str
    path: str
    line: int
    settings: Options
    globals: Options
    use: Final | None = None
    said: Options = field(default_factory=dict)
    open: bool = False
    parts: Callable[[Options, Options], list[Loaded]] | None = None
    inner: list[Loaded] = field(default_factory=list)

    @property
    def factory(self) -> str:
        """The address of the factory (`egg:shop#main`, `call:shop:main`, `shop:main`); "" when it is not known."""
        return "" if self.use is None else self.use.shown.strip()

    def walk(self) -> Iterator[Loaded]:
        """This object and all it is made of."""
        yield self
        for part in self.inner:
            yield from part.walk()


class CannotLoad(Exception):
    """PasteDeploy refuses to load this: the file, the line, what is wrong and the remedy. It is `complete` unless something
    is only missing, which a loader of another kind may add from elsewhere."""

    def __init__(self, path: str, line: int, message: str, complete: bool = True) -> None:
        super().__init__(message)
        self.path = path
        self.complete = complete
        self.fault = Fault(line, message)


class Elsewhere(Exception):
    """It goes on in a file that is not in the project, or that only the deployment names."""


def hole(name: str, detail: str = "") -> str:
    """What stands for something only the deployment knows."""
    return f"{OPEN}{name}{BETWEEN}{detail}{CLOSE}"
