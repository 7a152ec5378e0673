"""The part of YAML that dependency and deployment files are written in, with the line of every value.

Read are block mappings and sequences, flow collections, plain, quoted, literal and folded scalars, and
comments. Anchors and tags are dropped, an alias stays as its text. Anything else raises `TooClever`, so
that the caller can say what was not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import field

from pentalint.dataclass import dataclass


class TooClever(ValueError):
    """The text uses more of YAML than is read here. `line` is 1-based."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


@dataclass(slots=True)
class Node:
    """A value: a scalar has `text`, a sequence `items`, a mapping `entries`; an absent one has none."""

    line: int
    text: str | None = None
    items: list[Node] = field(default_factory=list)
    entries: dict[str, Node] = field(default_factory=dict)

    def get(self, *keys: str) -> Node:
        """The value at a path of keys; an empty node when there is none."""
        node = self
        for key in keys:
            node = node.entries.get(key, Node(node.line))
        return node

    def words(self) -> list[str]:
        """The scalars of a sequence, or the one scalar."""
        return (
            [self.text]
            if self.text is not None
            else [item.text for item in self.items if item.text is not None]
        )

    def walk(self) -> Iterator[tuple[str, Node]]:
        """Every (key, value) of every mapping at any depth, in order."""
        for key, value in self.entries.items():
            yield key, value
            yield from value.walk()
        for item in self.items:
            yield from item.walk()


_QUOTED = r"\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'"
_KEY = re.compile(rf"({_QUOTED}" + r"|[^\s#\"'\[\]{},&*!|>%@`-][^#]*?|-[^\s#][^#]*?)\s*:(?:\s+|$)")
_PROPERTY = re.compile(r"(?:[&!][^\s,\[\]{}]*\s*)+")
_BLOCK = re.compile(r"[|>][+-]?\d*[+-]?\s*(#.*)?$")
_DEPTH = 60


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    indent: int
    text: str


def parse(text: str) -> Node:
    """The first document of a YAML text. Raises TooClever."""
    lines: list[_Line] = []
    raw = text.split("\n")
    for number, line in enumerate(raw, 1):
        stripped = line.strip()
        if stripped in {"---", "..."} or stripped.startswith("--- "):
            if any(known.text for known in lines):
                break
            continue
        if "\t" in line[: len(line) - len(line.lstrip())]:
            raise TooClever("a tab in the indentation", number)
        if stripped.startswith("%"):
            continue
        lines.append(_Line(number, len(line) - len(line.lstrip(" ")), line.strip()))
    reader = _Reader(lines)
    node = reader.value(0, 0)
    if (rest := reader.peek()) is not None:
        raise TooClever("an indentation that fits nothing above it", rest.number)
    return node


class _Reader:
    def __init__(self, lines: list[_Line]) -> None:
        self.lines = lines
        self.at = 0

    def peek(self) -> _Line | None:
        """The next line that holds something."""
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if line.text and not line.text.startswith("#"):
                return line
            self.at += 1
        return None

    def value(self, indent: int, depth: int) -> Node:
        """The block value that begins at the next line, which must be indented by at least `indent`."""
        line = self.peek()
        if line is None or line.indent < indent:
            return Node(line.number if line else 1)
        if depth > _DEPTH:
            raise TooClever("nesting too deep", line.number)
        if line.text == "-" or line.text.startswith("- "):
            return self._sequence(line, depth)
        if _KEY.match(line.text):
            return self._mapping(line, depth)
        self.at += 1
        return self._inline(line.text, line, line.indent - 1, depth)

    def _sequence(self, first: _Line, depth: int) -> Node:
        node = Node(first.number)
        while (line := self.peek()) is not None and line.indent == first.indent:
            if not (line.text == "-" or line.text.startswith("- ")):
                break
            rest = line.text[1:].lstrip()
            if not rest or rest.startswith("#"):
                self.at += 1
                child = self.value(first.indent + 1, depth + 1)
                child.line = child.line if child.text or child.items or child.entries else line.number
            elif _KEY.match(rest) or rest.startswith("- ") or rest == "-":
                # `- key: value` opens a block that is indented to where its text begins.
                self.lines[self.at] = _Line(line.number, line.indent + len(line.text) - len(rest), rest)
                child = self.value(first.indent + 1, depth + 1)
            else:
                self.at += 1
                child = self._inline(rest, line, first.indent, depth)
            node.items.append(child)
        return node

    def _mapping(self, first: _Line, depth: int) -> Node:
        node = Node(first.number)
        while (line := self.peek()) is not None and line.indent == first.indent:
            found = _KEY.match(line.text)
            if found is None:
                break
            key = _unquote(found.group(1))
            rest = (
                _PROPERTY.sub("", line.text[found.end() :], count=1)
                if line.text[found.end() :][:1] in "&!"
                else (line.text[found.end() :])
            )
            self.at += 1
            if rest and not rest.startswith("#"):
                node.entries[key] = self._inline(rest, line, first.indent, depth)
                continue
            following = self.peek()
            if following is not None and following.indent == first.indent and following.text.startswith("-"):
                child = self._sequence(following, depth + 1)
            else:
                child = self.value(first.indent + 1, depth + 1)
            if not (child.text or child.items or child.entries):
                child = Node(line.number)
            node.entries[key] = child
        return node

    def _inline(self, text: str, line: _Line, indent: int, depth: int) -> Node:
        """A value that begins behind a key or dash, and may run on over lines indented deeper."""
        if text[:1] in {"&", "!"}:
            text = _PROPERTY.sub("", text, count=1)
            if not text:
                return self.value(indent + 1, depth + 1)
        if _BLOCK.match(text):
            return self._block(text, line, indent)
        quote = text[:1]
        if quote in {"[", "{"}:
            while not _balanced(text):
                text += " " + self._continuation(line, indent)
            return _Flow(text, line.number).parse()
        if quote in {'"', "'"}:
            while not _closed(text):
                text += " " + self._continuation(line, indent)
            return Node(line.number, _unquote(text))
        parts = [_plain(text)]
        while (following := self.peek()) is not None and following.indent > indent:
            parts.append(_plain(following.text))
            self.at += 1
        return Node(line.number, " ".join(parts))

    def _continuation(self, line: _Line, indent: int) -> str:
        following = self.peek()
        if following is None:
            raise TooClever("a quote or bracket that is not closed", line.number)
        self.at += 1
        return following.text

    def _block(self, text: str, line: _Line, indent: int) -> Node:
        held: list[_Line] = []
        while self.at < len(self.lines):
            following = self.lines[self.at]
            if following.text and following.indent <= indent:
                break
            held.append(following)
            self.at += 1
        base = min((one.indent for one in held if one.text), default=0)
        joined = "\n".join(" " * max(one.indent - base, 0) + one.text for one in held)
        return Node(line.number, joined.rstrip("\n") if text[0] == "|" else " ".join(joined.split()))


def _balanced(text: str) -> bool:
    outside = re.sub(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'', "", text)
    opened = sum(outside.count(bracket) for bracket in "[{")
    return sum(outside.count(bracket) for bracket in "]}") >= opened


def _closed(text: str) -> bool:
    return re.match(r'"(?:[^"\\]|\\.)*"|\'(?:[^\']|\'\')*\'', text) is not None


def _plain(text: str) -> str:
    return re.sub(r"\s+#.*$", "", text).strip()


def _unquote(text: str) -> str:
    if text.startswith("'"):
        return text[1 : text.rindex("'")].replace("''", "'") if text.rindex("'") else text
    if text.startswith('"') and text.rindex('"'):
        inner = text[1 : text.rindex('"')]
        return re.sub(
            r"\\(.)", lambda found: {"n": "\n", "t": "\t"}.get(found.group(1), found.group(1)), inner
        )
    return text.strip()


_FLOW = re.compile(
    r"\s*(" + _QUOTED + r"|[\[\]{},]|:(?=\s|$)|[^\s\[\]{},\"\'](?:[^\[\]{},:]|:(?![\s,\]}]|$))*)"
)


class _Flow:
    """A flow collection, `[a, b]` or `{a: b}`, on one logical line."""

    def __init__(self, text: str, line: int) -> None:
        self.tokens = [found.group(1).strip() for found in _FLOW.finditer(text)]
        self.line = line
        self.at = 0

    def parse(self, depth: int = 0) -> Node:
        if depth > _DEPTH:
            raise TooClever("nesting too deep", self.line)
        token = self._next()
        node = Node(self.line)
        if token == "[":
            while self._peek() not in {"]", ""}:
                item = self.parse(depth + 1)
                if self._peek() == ":":
                    raise TooClever("a pair inside a list", self.line)
                node.items.append(item)
                self._skip(",")
            self._next()
        elif token == "{":
            while self._peek() not in {"}", ""}:
                key = self.parse(depth + 1).text or ""
                if self._skip(":"):
                    node.entries[key] = (
                        Node(self.line) if self._peek() in {",", "}"} else self.parse(depth + 1)
                    )
                else:
                    node.entries[key] = Node(self.line)
                self._skip(",")
            self._next()
        elif token in {"", "]", "}", ",", ":"}:
            raise TooClever("brackets that do not match", self.line)
        else:
            node.text = _unquote(token)
        return node

    def _peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def _next(self) -> str:
        token = self._peek()
        self.at += 1
        return token

    def _skip(self, token: str) -> bool:
        if self._peek() != token:
            return False
        self.at += 1
        return True
