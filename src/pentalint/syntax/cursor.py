"""A place in the text that moves forward token by token while a libcst tree is read in source order.

libcst's nodes carry no positions and its position provider costs thirty times a parse of `ast`. The converter
needs only this: it visits the leaves in source order, so the next token is always the first thing behind the
current offset that is not space, a comment or a line continuation. Every token taken is compared with the
text, so that a disagreement between tree and text is an error and never a wrong position.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import libcst as cst

_SPACE = re.compile(rb"(?:[ \t\f\n]+|\\\n|#[^\n]*)*")
_SPACE_BYTES = frozenset(b" \t\f\n\\#")

Handler = Callable[..., ast.expr]
"""Called with the cursor, the node, the offset where the node starts, and the converted left operand (or
None).
"""

Placed = TypeVar("Placed", bound=ast.AST)

_LEFT: Mapping[str, str] = {
    "Attribute": "value",
    "BinaryOperation": "left",
    "BooleanOperation": "left",
    "Call": "func",
    "Comparison": "left",
    "IfExp": "body",
    "Subscript": "value",
}
"""Nodes that begin with another expression, and the field it is in: chains of them are read without
recursion.
"""

_OWN_PARENTHESES = frozenset({"GeneratorExp", "Tuple"})
"""Nodes whose innermost parentheses belong to their own position."""


class Mismatch(Exception):
    """The tree asks for a token that the text does not have here. `offset` is in bytes."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


class Cursor:
    """Reads UTF-8 `data` (LF newlines) from the front. `at` is the offset behind the last token taken."""

    def __init__(self, data: bytes, handlers: Mapping[str, Handler]) -> None:
        self.data = data + b"\0"
        self.at = 0
        self._handlers = handlers
        self._starts = [0, *(found.end() for found in re.finditer(rb"\n", data))]

    def here(self) -> int:
        """The offset of the next token."""
        at = self.at
        if self.data[at] in _SPACE_BYTES:
            found = _SPACE.match(self.data, at)
            return found.end() if found else at
        return at

    def take(self, token: bytes) -> int:
        """Move behind the next token, which must be `token`; the offset where it starts."""
        start = self.here()
        if not self.data.startswith(token, start):
            raise Mismatch(f"expected {token.decode('utf-8', 'replace')!r}", start)
        self.at = start + len(token)
        return start

    def accept(self, token: bytes) -> bool:
        """Move behind the next token if it is `token`."""
        start = self.here()
        if self.data.startswith(token, start):
            self.at = start + len(token)
            return True
        return False

    def raw(self, token: bytes) -> None:
        """Move behind `token`, which must follow at once (inside the text of a string)."""
        if not self.data.startswith(token, self.at):
            raise Mismatch(f"expected {token.decode('utf-8', 'replace')!r}", self.at)
        self.at += len(token)

    def position(self, offset: int) -> tuple[int, int]:
        """Line (1-based) and column (0-based, bytes) of an offset, as `ast` counts."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1]

    def place(self, node: Placed, start: int, end: int | None = None) -> Placed:
        """Give a node its four positions; it ends behind the last token taken unless `end` says otherwise."""
        starts = self._starts
        end = self.at if end is None else end
        line = end_line = bisect_right(starts, start)
        if line < len(starts) and end >= starts[line]:
            end_line = bisect_right(starts, end)
        node.lineno = line  # type: ignore[attr-defined]
        node.col_offset = start - starts[line - 1]  # type: ignore[attr-defined]
        node.end_lineno = end_line  # type: ignore[attr-defined]
        node.end_col_offset = end - starts[end_line - 1]  # type: ignore[attr-defined]
        return node

    def expression(self, node: cst.BaseExpression) -> ast.expr:
        """Convert an expression with its parentheses. Chains (`a + b + c`, `a.b().c()`) take no recursion."""
        spine: list[tuple[cst.BaseExpression, str, int]] = []
        while True:
            kind = type(node).__name__
            start = -1
            for _ in node.lpar:
                start = self.take(b"(")
            if start < 0 or kind not in _OWN_PARENTHESES:
                start = self.here()
            left = _LEFT.get(kind)
            spine.append((node, kind, start))
            if left is None:
                break
            node = getattr(node, left)
        result: ast.expr | None = None
        while spine:
            node, kind, start = spine.pop()
            result = self._handlers[kind](self, node, start, result)
            if node.rpar:
                for _ in node.rpar[1:] if kind in _OWN_PARENTHESES else node.rpar:
                    self.take(b")")
        assert result is not None
        return result
