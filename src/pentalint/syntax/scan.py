"""A tolerant scanner of Python bytes: where strings, comments, brackets and lines are, whatever else is
wrong.

It reads any file, of any version, broken or not, in linear time and constant stack. It knows nested f-strings
(PEP 701) and nothing of grammar. The guard in front of libcst, the import reader and the pragma reader stand
on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

COMMENT, STRING, OPEN, CLOSE, NEWLINE, COMMA, SEMICOLON, OTHER = range(8)
"""Kinds of token. NEWLINE is any line end outside strings; OTHER is a word, a number or an operator."""

_CODE = re.compile(
    rb"""
    (?P<comment>\#[^\r\n]*)
  | (?P<string>[rRbBuUfFtT]{0,3}(?:\"{3}|'{3}|\"|'))
  | (?P<open>[(\[{])
  | (?P<close>[)\]}])
  | (?P<joined>\\(?:\r\n|\r|\n))
  | (?P<newline>\r\n|\r|\n)
  | (?P<comma>,)
  | (?P<semicolon>;)
  | (?P<colon>:(?!=))
  | (?P<other>[A-Za-z0-9_\x80-\xff]+|[^\s\w\"'#()\[\]{},;:\\]+|:=|\\)
    """,
    re.VERBOSE,
)
_KINDS = {
    "comment": COMMENT,
    "open": OPEN,
    "close": CLOSE,
    "newline": NEWLINE,
    "comma": COMMA,
    "semicolon": SEMICOLON,
    "colon": OTHER,
    "other": OTHER,
}
_STRING_STOPS = {
    b'"': re.compile(rb'\\(?:\r\n|.)|"|(?=[\r\n])', re.DOTALL),
    b"'": re.compile(rb"\\(?:\r\n|.)|'|(?=[\r\n])", re.DOTALL),
    b'"""': re.compile(rb'\\.|"""', re.DOTALL),
    b"'''": re.compile(rb"\\.|'''", re.DOTALL),
}
_FIELD_STOPS = {
    b'"': re.compile(rb'\\N\{[^{}"]*\}|\\[^{}]|\{\{|[{}]|"|(?=[\r\n])', re.DOTALL),
    b"'": re.compile(rb"\\N\{[^{}']*\}|\\[^{}]|\{\{|[{}]|'|(?=[\r\n])", re.DOTALL),
    b'"""': re.compile(rb'\\N\{[^{}"]*\}|\\[^{}]|\{\{|[{}]|"""', re.DOTALL),
    b"'''": re.compile(rb"\\N\{[^{}']*\}|\\[^{}]|\{\{|[{}]|'''", re.DOTALL),
    # In raw text `\N{` is a backslash, an N and a field.
    b'r"': re.compile(rb'\\[^{}]|\{\{|[{}]|"|(?=[\r\n])', re.DOTALL),
    b"r'": re.compile(rb"\\[^{}]|\{\{|[{}]|'|(?=[\r\n])", re.DOTALL),
    b'r"""': re.compile(rb'\\[^{}]|\{\{|[{}]|"""', re.DOTALL),
    b"r'''": re.compile(rb"\\[^{}]|\{\{|[{}]|'''", re.DOTALL),
}
_COLON = ord(":")

Token = tuple[int, int, int]
"""Kind, start and end offsets in bytes."""


def tokens(data: bytes) -> Iterator[Token]:
    """The tokens of `data` in order. An f-string gives a STRING for each stretch of text, and its fields'
    tokens.
    """
    at = depth = 0
    # Text that a replacement field interrupts: its quote (with `r` when raw), whether it is a format
    # specification, the depth outside.
    suspended: list[tuple[bytes, bool, int]] = []
    text: tuple[bytes, bool] | None = None
    while True:
        if text is not None:
            quote, spec = text
            begin = at
            at, stop = _text_end(data, at, quote, spec=spec)
            yield STRING, begin, at
            text = None
            if stop == b"{":
                suspended.append((quote, spec, depth))
                depth += 1
                at += 1
                yield OPEN, at - 1, at
            elif spec:
                quote, spec, depth = suspended.pop()
                text = quote, spec
                if stop == b"}":
                    at += 1
                    yield CLOSE, at - 1, at
            continue
        found = _CODE.search(data, at)
        if found is None:
            return
        group = found.lastgroup or "other"
        start, at = found.span()
        in_field = bool(suspended) and depth == suspended[-1][2] + 1
        if group == "string":
            prefix = found[0].lower()
            quote = prefix.lstrip(b"rbuft")
            if b"f" in prefix or b"t" in prefix:
                text = b"r" * prefix.count(b"r") + quote, False
            else:
                at = string_end(data, at, quote)
                yield STRING, start, at
        elif in_field and data[start] == _COLON:
            at = start + 1
            text = suspended[-1][0], True
        elif group != "joined":
            yield _KINDS[group], start, at
            if group == "open":
                depth += 1
            elif group == "close":
                depth = max(depth - 1, 0)
                if in_field:
                    quote, spec, depth = suspended.pop()
                    text = quote, spec


def string_end(data: bytes, at: int, quote: bytes) -> int:
    """Behind the closing quote; an unterminated string ends with its line, or with the file when
    triple-quoted.
    """
    stops = _STRING_STOPS[quote]
    while found := stops.search(data, at):
        at = found.end()
        if found[0] == quote or not found[0]:
            return at
    return len(data)


def _text_end(data: bytes, at: int, quote: bytes, *, spec: bool) -> tuple[int, bytes]:
    """Where a stretch of f-string text stops, and at what: in front of a brace, or behind the closing quote.

    In a format specification the closing quote is left for the enclosing text, which ends there too.
    """
    stops = _FIELD_STOPS[quote]
    while found := stops.search(data, at):
        stop = found[0]
        if not stop or quote.endswith(stop):
            return (found.start() if spec else found.end()), stop
        if stop == b"{{" and spec:
            stop = b"{"
        if stop == b"{" or (stop == b"}" and spec):
            return found.start(), stop
        at = found.end()
    return len(data), b""
