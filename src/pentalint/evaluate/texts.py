"""Strings of which only parts are known: how they are built, and what their known ends say of their methods and slices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pentalint.evaluate.folding import TEXT_LIMIT, bounded
from pentalint.evaluate.values import (
    UNKNOWN,
    Choice,
    Const,
    Instance,
    Ref,
    Text,
    Value,
    join_all,
)

PARTS = 200
"""A built string keeps at most this many parts."""

String = str | bytes


def is_text(value: Value) -> bool:
    """Whether a value is certainly a string, known or built."""
    return isinstance(value, Text) or (isinstance(value, Const) and isinstance(value.value, (str, bytes)))


def text(parts: tuple[Value, ...], how: str, pieces: Sequence[Value] | None = None) -> Value:
    """A string built from parts: folded when all are known strings, flattened otherwise. `pieces` are what it is made of
    one after the other, where that is not the parts themselves."""
    if pieces is None and how in ("+", "f-string"):
        pieces = parts
    if pieces is not None and all(isinstance(piece, Const) for piece in pieces):
        values = [piece.value for piece in pieces if isinstance(piece, Const)]
        if len({type(value) for value in values}) == 1 and isinstance(values[0], (str, bytes)):
            if sum(map(len, values)) > TEXT_LIMIT:
                return UNKNOWN
            return bounded(values[0][:0].join(values))
    if pieces is not None:
        chosen = [place for place, piece in enumerate(pieces) if not isinstance(piece, Const)]
        if len(chosen) == 1 and is_choice(pieces[chosen[0]]):
            before, after = pieces[: chosen[0]], pieces[chosen[0] + 1 :]
            found = pieces[chosen[0]]
            assert isinstance(found, Choice)
            return join_all(text(parts, how, [*before, option, *after]) for option in found.values)
    flat: list[Value] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, Text) else (part,))
    if len(flat) > PARTS:
        flat = flat[:PARTS]
    if pieces is None or (how == "+" and any(escapes(piece) for piece in pieces)):
        return Text(tuple(flat), how)
    made = Text(tuple(flat), how, *edges(pieces))
    made.pieces = parts if how in ("f-string", "+") else pieces
    return made


def is_choice(value: Value) -> bool:
    """Whether a value is one of several constant strings."""
    return isinstance(value, Choice) and all(
        isinstance(option, Const) and isinstance(option.value, (str, bytes)) for option in value.values
    )


def escapes(piece: Value) -> bool:
    """Whether a piece may change what it is put beside: markup escapes it."""
    if isinstance(piece, Ref):
        return "arkup" in piece.path
    if isinstance(piece, Choice):
        return any(map(escapes, piece.values))
    return isinstance(piece, Instance)


def edges(pieces: Sequence[Value]) -> tuple[String, String, int]:
    """The known beginning and end of pieces put together, and the least length."""
    kinds = {
        type(edge)
        for piece in pieces
        for edge in (
            (piece.value,)
            if isinstance(piece, Const)
            else (piece.head, piece.tail)
            if isinstance(piece, Text)
            else ()
        )
        if edge or isinstance(piece, Const)
    }
    if not kinds <= {str} and not kinds <= {bytes}:
        return "", "", 0
    least = sum(
        len(piece.value) if isinstance(piece, Const) else piece.least if isinstance(piece, Text) else 0
        for piece in pieces
    )
    head, tail = run(pieces, True), run(pieces[::-1], False)
    if kinds == {bytes}:
        return b"".join(head), b"".join(reversed(tail)), least
    return "".join(head), "".join(reversed(tail)), least


def run(pieces: Sequence[Value], forward: bool) -> list[Any]:
    """The known strings that pieces begin with, up to the first that is not known."""
    found: list[Any] = []
    for piece in pieces:
        if isinstance(piece, Const):
            found.append(piece.value)
            continue
        if isinstance(piece, Text):
            edge = piece.head if forward else piece.tail
            if edge:
                found.append(edge)
        break
    return found


def cut(value: Text, bounds: slice) -> Value:
    """`text[a:b]`: its characters where both bounds lie within what is known, else a string that begins and ends as far
    as that is certain."""
    lower, upper, step = bounds.start, bounds.stop, bounds.step
    head, tail, least = value.head, value.tail, value.least
    if any(
        bound is not None and not isinstance(bound, int) for bound in (lower, upper, step)
    ) or step not in (None, 1):
        return Text(value.parts, "slice")
    start = lower or 0
    if start >= 0:
        if upper is not None and 0 <= upper <= len(head):
            return bounded(head[start:upper])
        if upper is None:
            left = max(0, least - start)
            return Text(value.parts, "slice", head[start:], last(tail, left), left)
        if upper >= 0:
            return Text(value.parts, "slice", head[start:], "", max(0, min(least, upper) - start))
        left = max(0, least + upper)
        whole = max(0, left - start)
        return Text(value.parts, "slice", head[start:left], last(tail[:upper], whole), whole)
    if -start <= len(tail) and (upper is None or upper < 0):
        return bounded(tail[start:upper])
    if upper is None:
        return Text(value.parts, "slice", "", tail, min(least, -start))
    return Text(value.parts, "slice")


def last(edge: String, count: int) -> String:
    """The last `count` characters of a string."""
    return edge[-count:] if count else edge[:0]


def character(value: Text, place: Any) -> Value:
    """`text[place]`."""
    if isinstance(place, int):
        if 0 <= place < len(value.head):
            return Const(value.head[place])
        if -len(value.tail) <= place < 0:
            return Const(value.tail[place])
    return Text(value.parts, value.how)
