"""From a line to the statement it belongs to: where a suppression comment counts."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from pentalint.syntax.source import split_lines

_BLOCKS = ("body", "handlers", "cases", "orelse", "finalbody")


def statement_lines(tree: ast.Module, text: str = "") -> dict[int, tuple[int, int]]:
    """Each line inside a statement, to the first and last line of the innermost simple statement there.

    A compound statement counts with its header only: from its first decorator to the line of its colon. The
    tree does not tell where the colon is; `text` does, and without it the header ends with its last
    expression. Lines of no statement (blank, comments, `else:`) are not in the mapping.
    """
    lines = split_lines(text) if text else []
    found: dict[int, tuple[int, int]] = {}
    pending: list[ast.AST] = [tree]
    while pending:
        owner = pending.pop()
        for node in _inner(owner):
            first, last = _extent(node, lines)
            for line in range(first, last + 1):
                found[line] = (first, last)
            pending.append(node)
    return found


def _inner(node: ast.AST) -> Iterator[ast.AST]:
    """The statements, `except` clauses and `case`s directly inside a node."""
    for name in _BLOCKS:
        block = getattr(node, name, None)
        if isinstance(block, list):  # the body of a lambda or a conditional expression is no block
            yield from block


def _extent(node: ast.AST, lines: list[str]) -> tuple[int, int]:
    body = next((block for name in ("body", "cases") if (block := getattr(node, name, None))), None)
    if body is None:
        return node.lineno, node.end_lineno  # type: ignore[attr-defined]
    first, last = _header(node)
    limit = _first_line(body[0])
    # Between the last expression of a header and its block stand only closing brackets, a colon and comments.
    for line in range(last + 1, min(limit, len(lines) + 1)):
        code = lines[line - 1].strip()
        if code and not code.startswith("#"):
            last = line
    return first, last


def _header(node: ast.AST) -> tuple[int, int]:
    """First line, and last line of an expression, of a compound statement's header."""
    starts = []
    ends = []
    if hasattr(node, "lineno"):
        starts.append(node.lineno)
        ends.append(node.lineno)
    for name, value in ast.iter_fields(node):
        if name in _BLOCKS:
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                for inner in ast.walk(child):
                    if hasattr(inner, "lineno"):
                        starts.append(inner.lineno)
                        ends.append(inner.end_lineno)  # type: ignore[attr-defined]
    return min(starts), max(ends)


def _first_line(node: ast.AST) -> int:
    decorators = getattr(node, "decorator_list", None)
    line = decorators[0].lineno if decorators else getattr(node, "lineno", None)
    return _header(node)[0] if line is None else int(line)
