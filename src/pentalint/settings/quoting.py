"""Statements and expressions as reports quote them, secrets masked."""

from __future__ import annotations

import ast

from pentalint.evaluate.events import Frame
from pentalint.settings.secrets import mask_expression

TEXT = 120
"""Characters of a statement that are shown."""


def shown(node: ast.AST) -> str:
    """An expression as text, cut to what a line holds."""
    return cut(mask_expression(ast.unparse(node)), TEXT // 2)


def source(node: ast.AST, frame: Frame) -> str:
    """The first line of a statement as it stands in its file."""
    lines = frame.module.source.lines if frame.module.source is not None else []
    number = getattr(node, "lineno", 0)
    text = lines[number - 1].strip() if 0 < number <= len(lines) else ""
    return cut(text, TEXT)


def cut(text: str, most: int) -> str:
    """A text of at most so many characters."""
    return text if len(text) <= most else text[: most - 1] + "…"
