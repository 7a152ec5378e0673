"""How a run tells how far it is."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Told files done and files in all; a terminal draws it."""

    def __call__(self, done: int, total: int) -> None: ...
