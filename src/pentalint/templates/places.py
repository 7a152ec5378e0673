"""From offsets in a text to lines and columns, and to the end of an expression."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate

from pentalint.model import Span

_NEWLINE = re.compile(r"\r\n|\r|\n")
_STRINGS = {
    '"': re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL),
    "'": re.compile(r"'[^'\\]*(?:\\.[^'\\]*)*'", re.DOTALL),
    '"""': re.compile(r'"""[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*"""', re.DOTALL),
    "'''": re.compile(r"'''[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'''", re.DOTALL),
}
_MARKS = re.compile(r'"""|\'\'\'|["\'#|(){}\[\]]')
_TAG_MARKS = {
    "}}": re.compile(r"[-+]?\}\}|[\"'{}]"),
    "%}": re.compile(r"[-+]?%\}|[\"']"),
}


def line_starts(text: str) -> list[int]:
    """The offset of each line."""
    if "\r" in text:
        return [0, *[found.end() for found in _NEWLINE.finditer(text)]]
    return list(accumulate([len(line) + 1 for line in text.split("\n")[:-1]], initial=0))


class Places:
    """The lines of a text. Offsets count characters from 0; a CR, LF or CRLF ends a line, as in Python files."""

    def __init__(self, text: str) -> None:
        self._starts = line_starts(text)

    def place(self, offset: int) -> tuple[int, int]:
        """The 1-based line and column of an offset."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def offset(self, line: int, column: int) -> int:
        """The offset of a 1-based line and column."""
        return self._starts[line - 1] + column - 1

    def span(self, start: int, end: int) -> Span:
        """The range between two offsets, the second exclusive."""
        return Span(*self.place(start), *self.place(end))


class Finder:
    """Looks for ends of expressions in one text, in linear time altogether.

    Text that is no proper expression makes a search run far and find nothing. What such searches may waste is
    bounded by the size of the text; after that the plain end mark counts, wherever it is.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._waste = 4 * len(text) + 1000
        self._known: dict[str, int] = {}

    def find(self, mark: str, start: int) -> int:
        """The next `mark` at or after an offset, or -1. A mark must be asked for with growing offsets."""
        known = self._known.get(mark, -2)
        if known == -1 or known >= start:
            return known
        known = self._known[mark] = self.text.find(mark, start)
        return known

    def tag_end(self, start: int, mark: str) -> tuple[int, int] | None:
        """Where the inside of `{{ }}` or `{% %}` ends and where the text goes on; None if it never does.

        `mark` is `}}` or `%}`. Marks in strings do not count, and braces inside are balanced, as Jinja2 does.
        """
        plain = self.find(mark, start)
        if plain < 0:
            return None
        found = self._scan_tag(start, mark) if self._waste > 0 else None
        return found or (plain, plain + 2)

    def _scan_tag(self, start: int, mark: str) -> tuple[int, int] | None:
        at = start
        depth = 0
        marks = _TAG_MARKS[mark]
        while found := marks.search(self.text, at):
            token = found.group()
            at = found.end()
            if token[0] in "\"'":
                string = _STRINGS[token].match(self.text, found.start())
                if string is None:
                    self._waste -= len(self.text) - start
                    return None
                at = string.end()
            elif token == "{":
                depth += 1
            elif token == "}":
                depth -= 1
            elif depth > 0:
                at = found.end() - 1
                depth -= 1
            else:
                return found.start(), found.end()
        self._waste -= len(self.text) - start
        return None

    def brace_end(self, start: int, limit: int) -> tuple[int, int] | None:
        """The `}` that ends `${...`, and the first `|` outside of brackets before it (-1 for none).

        `start` is behind the opening brace; nothing at or after `limit` counts. Strings and comments are those of
        Python.
        """
        if self._waste <= 0:
            end = self.text.find("}", start, min(limit, start + 1000))
            return (end, -1) if end >= 0 else None
        at = start
        depth = 0
        bar = -1
        while found := _MARKS.search(self.text, at, limit):
            token = found.group()
            at = found.end()
            if token in _STRINGS:
                string = _STRINGS[token].match(self.text, found.start(), limit)
                at = string.end() if string else at
                if string is None:
                    self._waste -= limit - at
            elif token == "#":
                at = self._line_end(at, limit)
            elif token == "|":
                if depth == 0 and bar < 0:
                    bar = found.start()
            elif token in "({[":
                depth += 1
            elif token == "}" and depth <= 0:
                return found.start(), bar
            else:
                depth -= 1
        self._waste -= limit - start
        end = self.text.find("}", start, min(limit, start + 1000))
        return (end, -1) if end >= 0 else None

    def _line_end(self, at: int, limit: int) -> int:
        """After a `#`: the end of its line, unless the expression ends in that line already."""
        newline = self.text.find("\n", at, min(limit, at + 1000))
        brace = self.text.find("}", at, min(limit, at + 1000))
        return at if newline < 0 or 0 <= brace < newline else newline
