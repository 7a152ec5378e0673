"""Text as a terminal shows it: widths in cells, and nothing that could drive the terminal.

Widths follow Unicode's East Asian Width (UAX #11): wide and full-width characters take two cells, combining
ones none.
"""

from __future__ import annotations

import unicodedata

TAB = 4
"""Cells a tab is shown as.

It does not align to stops: a caret below must stand right whatever came before.
"""


def visible(text: str) -> str:
    """The text with control and direction-changing characters replaced: code cannot disguise itself."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(char) for char in text)


def width(text: str) -> int:
    """How many terminal cells a `visible` text takes."""
    return len(text) if text.isascii() else sum(map(_cells, text))


def _shown(char: str) -> str:
    if char == "\t":
        return " " * TAB
    category = unicodedata.category(char)
    if category in ("Cc", "Cs") or (category == "Cf" and char != "\u200d") or category in ("Zl", "Zp"):
        return "\N{REPLACEMENT CHARACTER}"
    return char


def _cells(char: str) -> int:
    if unicodedata.combining(char) or char == "\u200d" or unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1
