"""What an expression of a template passes on: the values in it, and how each is treated.

The expression readers of all languages build flows with the functions here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from pentalint.dataclass import dataclass
from pentalint.templates.outputs import Value
from pentalint.templates.treatments import CLEAN, ENVIRONMENT, HTML, RAW

MOST = 100
"""Values, calls and constants of one expression beyond this many are left out: generated text."""


@dataclass(frozen=True, slots=True)
class Passing:
    """A call in an expression: pairs of keyword ("" for a positional argument) and what is passed."""

    name: str
    arguments: tuple[tuple[str, tuple[Value, ...]], ...]


@dataclass(frozen=True, slots=True)
class Flow:
    """What an expression gives. `treatment` is that of the whole, which counts when there are no values; `markup`
    says that the result is marked as safe; `parts` are the items of a tuple or list as written."""

    values: tuple[Value, ...] = ()
    treatment: str = ENVIRONMENT
    markup: bool = False
    constants: tuple[str, ...] = ()
    calls: tuple[Passing, ...] = ()
    filters: tuple[str, ...] = ()
    parts: tuple[Flow, ...] = ()


NOTHING = Flow()


def named(name: str) -> Flow:
    """A variable."""
    return Flow((Value(name),))


def constant(text: str) -> Flow:
    """A string as written."""
    return Flow(constants=(text,))


def join(flows: Iterable[Flow]) -> Flow:
    """Any or all of several flows."""
    several = [flow for flow in flows if flow is not NOTHING]
    if len(several) < 2:
        return several[0] if several else NOTHING
    raw = any(flow.treatment == RAW for flow in several)
    treatments = {flow.treatment for flow in several}
    return Flow(
        _unique(value for flow in several for value in flow.values),
        RAW if raw else treatments.pop() if len(treatments) == 1 else ENVIRONMENT,
        any(flow.markup for flow in several),
        tuple(text for flow in several for text in flow.constants)[:MOST],
        tuple(call for flow in several for call in flow.calls)[:MOST],
        tuple(name for flow in several for name in flow.filters)[:MOST],
    )


def mix(flows: Iterable[Flow], treatment: str = HTML) -> Flow:
    """Strings put together: next to one that is marked as safe, MarkupSafe escapes the others."""
    several = list(flows)
    if any(flow.markup for flow in several):
        several = [flow if flow.markup else treat(flow, _rest(treatment)) for flow in several]
    return join(several)


def sequence(flows: Iterable[Flow]) -> Flow:
    """A tuple or list as written, whose items may be taken apart."""
    parts = tuple(flows)
    return replace(join(parts), parts=parts, markup=False)


def _rest(treatment: str) -> Callable[[str], str]:
    return lambda before: treatment if before == ENVIRONMENT else before


def treat(flow: Flow, change: Callable[[str], str], markup: bool | None = None) -> Flow:
    """The flow with another treatment of everything in it."""
    return replace(
        flow,
        values=tuple(replace(value, treatment=change(value.treatment)) for value in flow.values),
        treatment=change(flow.treatment),
        markup=flow.markup if markup is None else markup,
        parts=(),
    )


def silent(flow: Flow) -> Flow:
    """Only the calls of a flow: a condition, a test, a number."""
    return Flow((), CLEAN, calls=flow.calls, filters=flow.filters)


def through(flow: Flow, name: str) -> Flow:
    """The flow behind a function of which nothing is known."""
    return replace(
        flow,
        values=tuple(
            replace(value, through=(*value.through, name)) if len(value.through) < 5 else value
            for value in flow.values
        ),
        constants=(),
        parts=(),
    )


def attribute(flow: Flow, name: str) -> Flow:
    """An attribute or a constant item of what a flow gives; `name` "" for an item that is not constant."""
    values = tuple(
        replace(value, name=f"{value.name}.{name}") if name and value.name.count(".") < 9 else value
        for value in flow.values
    )
    return replace(flow, values=values, constants=(), parts=(), markup=flow.markup and not name)


def _unique(values: Iterable[Value]) -> tuple[Value, ...]:
    return tuple(dict.fromkeys(values))[:MOST]
