"""Placeholder."""
from __future__ import annotations
from dataclasses import dataclass
from datetime import date
@dataclass(frozen=True)
class Pragma:
    line: int
    own_line: bool
    kind: str
    rules: tuple[str, ...]
    reason: str = ""
    until: date | None = None
    error: str = ""
    column: int = 1
def pragmas(text: str, path: str) -> tuple[Pragma, ...]:
    return ()
