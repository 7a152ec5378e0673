"""GitHub's `primaryLocationLineHash`, computed as code scanning computes it at upload.

github/codeql-action warns once per result when a report carries another value than its own, so this is its
algorithm: a rolling hash modulo 2**64 (window 100, multiplier 37) over UTF-16 code units, without spaces and
tabs, with CR and CRLF as LF, a unit 0xFFFF at the end and zeros after it. A line's value is the hash of the
100 units from its first kept one, in hexadecimal, then `:n` for the n-th line of the file with that value.
"""

from __future__ import annotations

import sys
from collections import Counter

WINDOW = 100
MULTIPLIER = 37
_MASK = (1 << 64) - 1
_LAST = pow(MULTIPLIER, WINDOW, 1 << 64)
_LF, _CR, _BLANKS, _END = 10, 13, (9, 32), 0xFFFF


def line_hashes(text: str) -> list[str]:
    """The value of each line, in order.

    A text that ends with a line end has one more: the empty line after it.
    """
    units, starts = _kept(text)
    units += [0] * WINDOW
    wanted = iter(starts)
    start = next(wanted, None)
    seen: Counter[str] = Counter()
    hashes: list[str] = []
    value = 0
    for index, unit in enumerate(units):
        leaving = units[index - WINDOW] if index >= WINDOW else 0
        value = (value * MULTIPLIER + unit - _LAST * leaving) & _MASK
        if start is not None and index == start + WINDOW - 1:
            word = f"{value:x}"
            seen[word] += 1
            hashes.append(f"{word}:{seen[word]}")
            start = next(wanted, None)
    return hashes


def _kept(text: str) -> tuple[list[int], list[int]]:
    """The code units that count, and the index of the first one of each line."""
    data = text.encode("utf-16-le" if sys.byteorder == "little" else "utf-16-be", "surrogatepass")
    units: list[int] = []
    starts: list[int] = []
    fresh, after_cr = True, False
    for unit in (*memoryview(data).cast("H"), _END):
        if unit in _BLANKS or (after_cr and unit == _LF):
            after_cr = False
            continue
        after_cr = unit == _CR
        if fresh:
            starts.append(len(units))
        fresh = unit in (_LF, _CR)
        units.append(_LF if after_cr else unit)
    return units, starts
