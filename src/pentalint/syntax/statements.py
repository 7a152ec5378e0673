"""Imports of a file, and its tree, for detection: they must be had from Python 2, from the future and from
broken files.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TypeVar

from pentalint.dataclass import dataclass
from pentalint.model import Failure
from pentalint.syntax.decode import decode
from pentalint.syntax.scan import string_end
from pentalint.syntax.source import MAX_BYTES

_Node = TypeVar("_Node", ast.Import, ast.ImportFrom, ast.alias)

_START = re.compile(rb"[ \t\f]*((?:lazy[ \t]+)?(?:from|import)(?![A-Za-z0-9_\x80-\xff]))")
_LOGICAL = re.compile(rb"(?:[^\\\n;#()]|\\\n|\((?:[^()#]|#[^\n]*\n)*\))*")
_OPENER = re.compile(rb"#|\"{3}|'{3}|\"|'")
_WORD = re.compile(rb"[A-Za-z0-9_]+")
_LOOK_BACK = 1_000
_MAX_JOINED_LINES = 50
_MAX_DOTS = 100


@dataclass(frozen=True, slots=True)
class ImportStatement:
    """One import. `line` is 1-based, `indent` the columns of space in front of its line; `node` has file
    positions.
    """

    line: int
    indent: int
    node: ast.Import | ast.ImportFrom


def import_statements(data: bytes, words: frozenset[bytes] | None = None) -> tuple[ImportStatement, ...]:
    """Every import of a file in order, wherever it stands, without parsing the rest of the file.

    With `words`, only statements in which one of these identifiers occurs. Text in strings and comments does
    not count. What does not parse as an import by itself (`from` in a sentence) is not one.
    """
    if words is not None and not any(word in data for word in words):
        return ()
    data = data.removeprefix(b"\xef\xbb\xbf")
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    found = []
    outside = _Outside(data)
    line = 1
    counted = taken = 0
    for start, end in _candidates(data):
        text = data[start:end]
        if words is not None and words.isdisjoint(_WORD.findall(text)):
            continue
        if start < taken or not outside.code(start):
            continue
        node = _parsed(text)
        if node is None:
            continue
        taken = end
        line += data.count(b"\n", counted, start)
        counted = start
        column = start - (data.rfind(b"\n", 0, start) + 1)
        prefix = data[start - column : start]
        indent = len(prefix) - len(prefix.lstrip())
        found.append(ImportStatement(line, indent, _moved(node, line, column)))
    return tuple(found)


def module_statements(data: bytes) -> ast.Module | None:
    """The tree of a whole file read with libcst, whose grammar does not depend on this interpreter; None if
    it cannot be.
    """
    from pentalint.syntax.concrete import Trouble, parse_module

    decoded = decode("", data, MAX_BYTES)
    if isinstance(decoded, Failure):
        return None
    tree = parse_module(decoded[0])
    return None if isinstance(tree, Trouble) else tree


def _candidates(data: bytes) -> Iterator[tuple[int, int]]:
    """Start and end of what begins a statement with `import` or `from` and has the word `import` in it."""
    last = -1
    at = data.find(b"import")
    while at >= 0:
        start = _statement_start(data, at)
        if start is not None and start > last:
            last = start
            matched = _LOGICAL.match(data, start)
            if matched and matched.end() > at:
                yield start, matched.end()
        at = data.find(b"import", at + 6)


def _statement_start(data: bytes, at: int) -> int | None:
    """Where the statement starts that has the word `import` at `at`: its line's first word, or behind `;` or
    `:`.

    A line is looked back upon no further than any import is long, so that a file of one line takes linear
    time.
    """
    begin = _line_start(data, at)
    for _ in range(_MAX_JOINED_LINES):
        if begin < 2 or data[begin - 2 : begin] != b"\\\n":
            break
        begin = _line_start(data, begin - 1)
    else:
        return None
    # The separator nearest to the word first: `from a import b; import c` has two statements in one line.
    for clause in (data.rfind(b";", begin, at), begin - 1, data.rfind(b":", begin, at)):
        found = _START.match(data, max(clause + 1, begin), at + 7)
        if found is not None:
            return found.start(1)
    return None


def _line_start(data: bytes, at: int) -> int:
    return data.rfind(b"\n", max(0, at - _LOOK_BACK), at) + 1 or max(0, at - _LOOK_BACK)


class _Outside:
    """Tells, for ever larger offsets, whether they are outside strings and comments."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def code(self, offset: int) -> bool:
        data = self._data
        while self._at <= offset:
            opener = _OPENER.search(data, self._at, offset)
            if opener is None:
                self._at = max(self._at, offset)
                return True
            if opener[0] == b"#":
                end = data.find(b"\n", opener.end())
                self._at = len(data) if end < 0 else end
            else:
                # An opener cut off at `offset` may be one quote of three.
                quote = data[opener.start() : opener.start() + 3]
                triple = quote if quote in (b'"""', b"'''") else opener[0]
                self._at = string_end(data, opener.start() + len(triple), triple)
        return False


@lru_cache(maxsize=4096)
def _parsed(text: bytes) -> ast.Import | ast.ImportFrom | None:
    if max(part.count(b".") for part in text.split(b",")) > _MAX_DOTS:
        return None
    from libcst import ParserSyntaxError, SimpleStatementLine, parse_statement

    from pentalint.syntax.converter import convert_statement
    from pentalint.syntax.cursor import Mismatch

    source = text.decode("utf-8", "replace").rstrip()
    try:
        statement = parse_statement(source)
        if not isinstance(statement, SimpleStatementLine):
            return None
        node = convert_statement(statement, source.encode())
    except (ParserSyntaxError, Mismatch, ValueError, RecursionError):
        return None
    return node if isinstance(node, (ast.Import, ast.ImportFrom)) else None


def _moved(node: ast.Import | ast.ImportFrom, line: int, column: int) -> ast.Import | ast.ImportFrom:
    """A copy of a node that was parsed at the start of a text, as it stands at `line` (1-based) and `column`
    (0-based).
    """
    names = [
        _placed(ast.alias(name=alias.name, asname=alias.asname), alias, line, column) for alias in node.names
    ]
    if isinstance(node, ast.Import):
        return _placed(ast.Import(names=names), node, line, column)
    return _placed(ast.ImportFrom(module=node.module, names=names, level=node.level), node, line, column)


def _placed(copy: _Node, node: _Node, line: int, column: int) -> _Node:
    assert node.end_lineno is not None and node.end_col_offset is not None
    copy.lineno = node.lineno + line - 1
    copy.end_lineno = node.end_lineno + line - 1
    copy.col_offset = node.col_offset + (column if node.lineno == 1 else 0)
    copy.end_col_offset = node.end_col_offset + (column if node.end_lineno == 1 else 0)
    return copy
