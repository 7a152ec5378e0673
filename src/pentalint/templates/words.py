"""Word lists, written as they are read."""

from __future__ import annotations


def words(*lines: str) -> frozenset[str]:
    """The words of some lines of text."""
    return frozenset(word for line in lines for word in line.split())
