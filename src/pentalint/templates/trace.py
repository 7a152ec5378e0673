"""Which untrusted variables a name of a template stands for, at one place of its text."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import field

from pentalint.dataclass import dataclass
from pentalint.model import Span, Step
from pentalint.templates.outputs import Binding, Template, Value
from pentalint.templates.treatments import compose

_DEEPEST = 40
_NEAREST = 200
"""So many bindings of one name before a place are looked at."""

Point = tuple[int, int]
"""A line and a column."""


@dataclass(frozen=True, slots=True)
class Taint:
    """Untrusted data on its way: the variable it came in by, what was done to it, and its steps."""

    variable: str
    treatment: str = "environment"
    through: tuple[str, ...] = ()
    steps: tuple[Step, ...] = field(default=(), compare=False)


Names = Mapping[str, tuple[Taint, ...]]
"""What names, or dotted paths, stand for."""


class Trace:
    """Looks names up in one template that is rendered with some untrusted variables.

    `names` are those of the context, `parameters` those of the macro that runs; parameters of other macros stand
    for nothing.
    """

    def __init__(
        self, template: Template, names: Names, macro: str = "", parameters: Names | None = None
    ) -> None:
        self.template = template
        self.names = names
        self.macro = macro
        self.parameters = parameters or {}
        self._bindings: dict[str, list[Binding]] = defaultdict(list)
        for binding in template.bindings:
            for name in binding.names:
                self._bindings[name].append(binding)
        self._starts = {
            name: [point_of(binding.span) for binding in found] for name, found in self._bindings.items()
        }
        self._own = {
            macro.name: {name for name, _ in macro.parameters} | {"varargs", "kwargs"}
            for macro in template.macros
        }
        self._known: dict[tuple[str, Point, str], tuple[Taint, ...]] = {}

    def taints(self, value: Value, at: Point, macro: str = "", depth: int = 0) -> tuple[Taint, ...]:
        """What a value carries at a place, in the macro of that name."""
        found = self.look_up(value.name, at, macro, depth)
        return tuple(
            Taint(
                taint.variable,
                compose(taint.treatment, value.treatment),
                tuple(dict.fromkeys((*taint.through, *value.through)))[:8],
                taint.steps,
            )
            for taint in found
        )

    def look_up(self, path: str, at: Point, macro: str = "", depth: int = 0) -> tuple[Taint, ...]:
        """What a dotted path stands for at a place."""
        key = (path, at, macro)
        if key in self._known:
            return self._known[key]
        if depth > _DEEPEST:
            return ()
        found = self._known[key] = tuple(dict.fromkeys(self._look_up(path, at, macro, depth)))[:50]
        return found

    def _look_up(self, path: str, at: Point, macro: str, depth: int) -> list[Taint]:
        root, _, tail = path.partition(".")
        found: list[Taint] = []
        bindings = self._bindings.get(root, [])
        last = bisect_left(self._starts[root], at) if bindings else 0
        for binding in reversed(bindings[max(last - _NEAREST, 0) : last]):
            if not covers(binding.reach, at):
                continue
            found += self._bound(binding, tail, macro, depth)
            if not binding.adds and covers(binding.branch, at):
                return found
        if macro and root in self._own.get(macro, ()):
            return found + (matches(self.parameters, path) if macro == self.macro else [])
        return found + matches(self.names, path)

    def _bound(self, binding: Binding, tail: str, macro: str, depth: int) -> list[Taint]:
        found: list[Taint] = []
        at = point_of(binding.span)
        for value in binding.values:
            whole = Value(f"{value.name}.{tail}" if tail else value.name, value.treatment, value.through)
            taints = list(self.taints(whole, at, macro, depth + 1))
            if binding.kind == "loop":
                taints += within(self.names, value.name)
            found += taints
        note = f"{'loop over' if binding.kind == 'loop' else 'bound to'} `{', '.join(binding.names)}`"
        step = Step(self.template.path, binding.span, note)
        return [
            Taint(taint.variable, taint.treatment, taint.through, (*taint.steps, step)) for taint in found
        ]

    def visible(self, at: Point, macro: str = "") -> dict[str, tuple[Taint, ...]]:
        """All names that carry something at a place: what a template sees that is included there."""
        names = {} if macro and macro == self.macro and not self.names else dict(self.names)
        roots = {
            name for name, found in self._bindings.items() if any(covers(one.reach, at) for one in found)
        }
        if macro and macro == self.macro:
            roots |= set(self.parameters)
        for root in sorted(roots):
            taints = self.look_up(root, at, macro)
            if taints:
                names[root] = taints
            else:
                names = {name: one for name, one in names.items() if name.partition(".")[0] != root}
        return names


def matches(names: Names, path: str) -> list[Taint]:
    """The taints of a path: those of the names it begins with."""
    found: list[Taint] = []
    end = len(path)
    while end > 0:
        found += names.get(path[:end], ())
        end = path.rfind(".", 0, end)
    return found


def within(names: Names, path: str) -> list[Taint]:
    """The taints of the parts of a path, which a loop over it comes across."""
    owner = path.removesuffix(".items").removesuffix(".values").removesuffix(".all")
    return [taint for name, taints in names.items() if name.startswith(f"{owner}.") for taint in taints]


def point_of(span: Span) -> Point:
    """Where a span begins."""
    return span.line, span.column


def covers(span: Span, at: Point) -> bool:
    """Whether a place is inside a span."""
    return (span.line, span.column) <= at < (span.end_line, span.end_column)
