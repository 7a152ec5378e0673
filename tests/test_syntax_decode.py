"""Bytes to text: every encoding Python knows, and one sentence for everything it does not."""

from __future__ import annotations

import codecs

import pytest

from pentalint.model import Failure
from pentalint.syntax.source import Source, check_syntax, read_source

READABLE = [
    ("plain", b"x = 1\n", "utf-8", "x = 1\n"),
    ("empty", b"", "utf-8", ""),
    ("utf-8", "x = 'é'\n".encode(), "utf-8", "x = 'é'\n"),
    ("mark", codecs.BOM_UTF8 + b"x = 1\n", "utf-8", "x = 1\n"),
    ("mark and cookie", codecs.BOM_UTF8 + b"# coding: utf-8\nx = 1\n", "utf-8", "# coding: utf-8\nx = 1\n"),
    (
        "latin-1",
        b"# -*- coding: latin-1 -*-\nx = '\xe9'\n",
        "iso8859-1",
        "# -*- coding: latin-1 -*-\nx = 'é'\n",
    ),
    ("second line", b"#!/usr/bin/python\n# vim: fileencoding=cp1252\nx = '\x80'\n", "cp1252", None),
    ("second line, CR", b"#!/usr/bin/python\r# coding: cp1252\rx = '\x80'\r", "cp1252", None),
    ("below a blank line", b"\n# coding: cp1252\nx = '\x80'\n", "cp1252", None),
    ("euc-jp", "# coding: euc-jp\nx = '日本'\n".encode("euc-jp"), "euc_jp", "# coding: euc-jp\nx = '日本'\n"),
    ("utf-8 by another name", b"# coding: UTF_8-unix\nx = 1\n", "utf-8", None),
    ("not below code", b"x = 1\n# coding: cp1252\n", "utf-8", None),
    ("third line does not count", b"#\n#\n# coding: nonsense\n", "utf-8", None),
    ("crlf", b"x = 1\r\ny = 2\r\n", "utf-8", "x = 1\r\ny = 2\r\n"),
    ("no newline at the end", b"x = 1", "utf-8", "x = 1"),
    ("a string that mentions coding", b"x = 'coding: nonsense'\n", "utf-8", None),
]

UNREADABLE = [
    ("latin-1 without cookie", b"a = 1\nx = '\xe9'\n", 2, "not valid utf-8 (byte 0xe9): save it as UTF-8"),
    ("wrong cookie", b"# coding: ascii\nx = 1\ny = '\xe9'\n", 3, "correct the declaration"),
    ("unknown codec", b"#!python\n# coding: klingon\n", 2, "unknown encoding 'klingon'"),
    ("not a text codec", b"# coding: rot13\nk = 1\n", 1, "not a text encoding"),
    ("hex", b"# coding: hex\n00\n", 1, "not a text encoding"),
    ("a codec of quadratic time", b"# coding: punycode\nx\n", 1, "not an encoding for source files"),
    ("a codec that always fails", b"# coding: undefined\nx\n", 1, "not an encoding for source files"),
    ("mark and other cookie", codecs.BOM_UTF8 + b"# coding: latin-1\nx = 1\n", 1, "contradicts"),
    ("utf-16", "x = 1\n".encode("utf-16"), 1, "UTF-16, which Python cannot read: save it as UTF-8"),
    ("utf-16 big endian", codecs.BOM_UTF16_BE + "x = 1\n".encode("utf-16-be"), 1, "save it as UTF-8"),
    ("utf-16 without mark", "x = 1000\n".encode("utf-16-le"), 1, "looks like UTF-16"),
    ("a NUL byte", b"x = 1\ny = '\0'\n", 2, "NUL byte"),
    ("binary", b"\x7fELF\x02\x01\x01\0\0", 1, "NUL byte"),
    ("broken utf-7", b"# coding: utf-7\nx = '+AGE\xff'\n", 2, "not valid utf-7"),
]


@pytest.mark.parametrize("parser", ["auto", "ast", "libcst"])
@pytest.mark.parametrize(
    ("data", "encoding", "text"), [row[1:] for row in READABLE], ids=[r[0] for r in READABLE]
)
def test_what_python_can_read_is_read(data: bytes, encoding: str, text: str | None, parser: str) -> None:
    source = read_source("a.py", data, parser)
    assert isinstance(source, Source)
    assert source.encoding == encoding
    assert source.parser == ("libcst" if parser == "libcst" else "ast")
    assert source.path == "a.py"
    if text is not None:
        assert source.text == text


@pytest.mark.parametrize("parser", ["auto", "ast", "libcst"])
@pytest.mark.parametrize(
    ("data", "line", "sentence"), [r[1:] for r in UNREADABLE], ids=[r[0] for r in UNREADABLE]
)
def test_everything_else_is_one_sentence(data: bytes, line: int, sentence: str, parser: str) -> None:
    failure = read_source("a.py", data, parser)
    assert isinstance(failure, Failure)
    assert (failure.stage, failure.line) == ("decode", line)
    assert sentence in failure.message
    assert "\n" not in failure.message


def test_a_file_beyond_the_size_limit_is_refused() -> None:
    failure = read_source("a.py", b"x = 1\n" * 10, max_bytes=20)
    assert isinstance(failure, Failure)
    assert failure.stage == "decode"
    assert "60 bytes, more than the limit of 20" in failure.message
    assert isinstance(read_source("a.py", b"x = 1\n" * 10, max_bytes=60), Source)


@pytest.mark.parametrize("data", [row[1] for row in READABLE + UNREADABLE])
@pytest.mark.parametrize("parser", ["auto", "libcst"])
def test_checking_alone_gives_the_same_answer(data: bytes, parser: str) -> None:
    outcome = read_source("a.py", data, parser)
    assert check_syntax("a.py", data, parser) == (outcome if isinstance(outcome, Failure) else None)
