"""The lines around a span, with carets under it."""

from __future__ import annotations

from collections.abc import Sequence

from pentalint.model import Span
from pentalint.report.visible import visible, width

AROUND = 2
"""Lines shown before and after the span."""
LONGEST = 6
"""Lines of a span shown; of a longer one the middle is left out."""

Marked = tuple[str, str, str]
"""One line of a frame: gutter, text, kind (`code`, `caret`, `gap`)."""


def frame(lines: Sequence[str], span: Span, cells: int) -> list[Marked]:
    """The frame of a span in a file's lines, nothing when the file has no such line.

    `cells`: longest text shown.
    """
    if not 1 <= span.line <= len(lines):
        return []
    last = max(span.line, min(_last_line(span), len(lines)))
    first_shown, last_shown = max(1, span.line - AROUND), min(len(lines), last + AROUND)
    gutter = len(str(last_shown))
    middle = (
        range(span.line + LONGEST // 2, last - LONGEST // 2 + 1) if last - span.line >= LONGEST else range(0)
    )
    rows: list[Marked] = [(" " * gutter, "", "gap")]
    for number in range(first_shown, last_shown + 1):
        if number in middle:
            if number == middle[0]:
                rows.append((" " * gutter, "...", "gap"))
            continue
        text = lines[number - 1]
        start, end = _part(text, span, number)
        shown, before, under = _window(text, start, end, cells)
        rows.append((f"{number:>{gutter}}", shown, "code"))
        if span.line <= number <= last and (text.strip() or span.line == last):
            rows.append((" " * gutter, " " * before + "^" * max(1, under), "caret"))
    rows.append((" " * gutter, "", "gap"))
    return rows


def _last_line(span: Span) -> int:
    """The last line the span has a character on: an end at column 1 belongs to the line before."""
    return span.end_line - 1 if span.end_column <= 1 and span.end_line > span.line else span.end_line


def _part(text: str, span: Span, number: int) -> tuple[int, int]:
    """The 0-based character range of the span on one line, without indentation and trailing space."""
    start = span.column - 1 if number == span.line else len(text) - len(text.lstrip())
    end = span.end_column - 1 if number == span.end_line else len(text.rstrip())
    start = min(max(start, 0), len(text))
    return start, max(start, min(end, len(text)))


def _window(text: str, start: int, end: int, cells: int) -> tuple[str, int, int]:
    """The part of a line that fits, with cells before the carets and cells under them."""
    if width(visible(text)) <= cells:
        return visible(text).rstrip(), width(visible(text[:start])), width(visible(text[start:end]))
    left = max(0, start - cells // 4)
    right = min(len(text), left + cells - 6)
    head, tail = "..." if left else "", "..." if right < len(text) else ""
    end = min(end, right)
    before = len(head) + width(visible(text[left:start]))
    return head + visible(text[left:right]).rstrip() + tail, before, width(visible(text[start:end]))
