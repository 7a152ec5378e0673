"""What must not reach libcst: its parser ends the process on deep nesting and takes quadratic time on long
chains.

Measured with libcst 1.9 (256 MB stack, one core): memory is about 2 KB for each token; 1,000 calls in one
chain (3,000 tokens) take 1.5 s, 2,000 take 6.4 s; 3,000 nested `not` or `lambda` take 2-4 s and 0.6-1.5 GB.
Brackets beyond 200 levels are no valid Python for CPython either.
"""

from __future__ import annotations

from typing import NamedTuple

from pentalint.syntax.scan import CLOSE, COMMA, COMMENT, NEWLINE, OPEN, OTHER, SEMICOLON, tokens

MAX_DEPTH = 200
"""Brackets open at one time, CPython's own limit."""

MAX_PATTERN_DEPTH = 8
"""Brackets open at one time in a line that starts with `case`: nested patterns take libcst exponential time.
"""

MAX_CHAIN = 3_000
"""Tokens that one expression may be nested or chained from: those since the last comma at every open level.
"""

MAX_TOKENS = 500_000
"""Tokens in one file: about 1 GB of libcst nodes."""

_LONG = 500
_MAX_LONG = 30_000_000
"""Sum of the squares of the lengths of all expressions longer than `_LONG` tokens: about 5 s."""

_LASTING = frozenset({b"lambda", b"for"})
"""Words whose own commas do not end an element: the parameters and targets behind them still nest."""


_SIGNS = frozenset(b"+-~!%&*./<=>@^|")
_OPERATOR = 3
"""Bytes of the longest operator; a longer run of signs is many: `--------x`."""


class Refusal(NamedTuple):
    """Why a text is not given to libcst, in words that end a sentence, and the line where it was decided."""

    reason: str
    line: int


def refusal(data: bytes) -> Refusal | None:
    """The reason not to parse `data` with libcst, or None. Linear in time, constant in stack."""
    counts = [0]
    lasting = [0]
    total = length = seen = squares = 0
    line_depth = MAX_DEPTH
    fresh = True
    for kind, start, end in tokens(data):
        if kind == COMMENT:
            continue
        seen += 1
        if fresh and kind != NEWLINE:
            line_depth = MAX_PATTERN_DEPTH if data[start:end] == b"case" else MAX_DEPTH
            fresh = False
        if kind == COMMA or (kind in (NEWLINE, SEMICOLON) and len(counts) == 1):
            length = counts[-1]
            kept = lasting[-1] if kind == COMMA else 0
            total += kept - length
            counts[-1] = lasting[-1] = kept
            fresh = kind != COMMA
        elif kind == CLOSE:
            if len(counts) > 1:
                length = counts.pop()
                lasting.pop()
                total -= length
        elif kind != NEWLINE:
            weight = end - start if kind == OTHER and end - start > _OPERATOR and data[start] in _SIGNS else 1
            counts[-1] += weight
            total += weight
            if kind == OPEN:
                counts.append(0)
                lasting.append(0)
            elif 3 <= end - start <= 6 and data[start:end] in _LASTING:
                lasting[-1] += 1
        if length > _LONG:
            squares += length * length
        length = 0
        if total > MAX_CHAIN or len(counts) > line_depth + 1 or seen > MAX_TOKENS or squares > _MAX_LONG:
            return Refusal(
                _reason(len(counts) > line_depth + 1, line_depth, total, seen),
                data.count(b"\n", 0, start) + 1,
            )
    return None


def _reason(deep: bool, depth: int, total: int, seen: int) -> str:
    if deep:
        return f"brackets are nested more than {depth} deep" + (" in a `case`" if depth < MAX_DEPTH else "")
    if total > MAX_CHAIN:
        return f"one expression is chained or nested from more than {MAX_CHAIN:,} tokens"
    if seen > MAX_TOKENS:
        return f"the file has more than {MAX_TOKENS:,} tokens"
    return "too many expressions are longer than a parser can read in reasonable time"


def without_form_feeds(data: bytes) -> bytes:
    """The same tokens without form feeds between them, which libcst refuses in front of an indented line.

    As in CPython, a form feed starts the indentation anew; between tokens it is a space.
    """
    if b"\f" not in data:
        return data
    pieces: list[bytes] = []
    at = 0
    for _, start, end in tokens(data):
        pieces += (_gap(data, at, start), data[start:end])
        at = end
    return b"".join((*pieces, _gap(data, at, len(data))))


def _gap(data: bytes, start: int, end: int) -> bytes:
    gap = data[start:end]
    if b"\f" not in gap:
        return gap
    if start == 0 or data[start - 1] == ord("\n"):
        gap = gap[gap.rfind(b"\f") + 1 :]
    return gap.replace(b"\f", b" ")
