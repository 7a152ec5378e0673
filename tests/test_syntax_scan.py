"""The tolerant scanner: comments, strings and brackets of any text."""

from __future__ import annotations

import io
import sys
import sysconfig
import tokenize
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pentalint.syntax.scan import CLOSE, COMMENT, NEWLINE, OPEN, STRING, tokens


def texts(data: str, *kinds: int) -> list[str]:
    return [data.encode()[start:end].decode() for kind, start, end in tokens(data.encode()) if kind in kinds]


@pytest.mark.parametrize(
    ("data", "comments"),
    [
        ("x = 1  # a\n# b\n", ["# a", "# b"]),
        ("x = '# a'  # b\n", ["# b"]),
        ("'''\n# a\n'''  # b\n", ["# b"]),
        ("x = 'it\\'s # a'  # b\n", ["# b"]),
        ("x = r'\\'  # a'  # b\n", ["# b"]),
        ("x = 'unterminated # a\ny = 1  # b\n", ["# b"]),
        ("x = 'joined \\\n # a'  # b\n", ["# b"]),
        ('x = """unterminated # a\ny = 1  # b\n', []),
        ("x = f'{a}# b{c[\"#\"]}'  # d\n", ["# d"]),
        ("x = f'{a[\"}\"]}#'  # d\n", ["# d"]),
        ("x = f'{d['#']}{f'{'#'}'}#'  # d\n", ["# d"]),
        ("x = f'{{#}}'  # d\n", ["# d"]),
        ("x = f'''{\na # b\n}'''  # d\n", ["# b", "# d"]),
        ("x = f'{a:#>{w}#}{a!r:{'#'}}' # d\n", ["# d"]),
        ("x = rf'\\N{a}#'  # d\n", ["# d"]),
        ("x = f'\\N{NUMBER SIGN}#' # d\n", ["# d"]),
        ("x = f'{a\n# b\n", ["# b"]),
        ("x = f'{a:#\ny # b\n", ["# b"]),
        ("x = f'{a:{b:#\ny # b\n", ["# b"]),
        ("print 'a', `x` # b\r# c\r\n", ["# b", "# c"]),
        ("x ? $ ! # b\n", ["# b"]),
        ("x = f'{a:=#>3}' # b\n", ["# b"]),
    ],
)
def test_comments_are_found_and_strings_are_not(data: str, comments: list[str]) -> None:
    assert texts(data, COMMENT) == comments


def test_the_kinds_of_tokens() -> None:
    data = "f(a, [1]) ; x = f'a{b:{c}}d' \\\n + 'e'\n"
    assert texts(data, OPEN, CLOSE) == ["(", "[", "]", ")", "{", "{", "}", "}"]
    assert texts(data, STRING) == ["a", "", "", "d'", "'e'"]
    assert texts(data, NEWLINE) == ["\n"]


@given(st.binary(max_size=60) | st.text(alphabet="f\"'{}[]()#\\\n:=!, ar", max_size=60).map(str.encode))
def test_tokens_move_forward_over_any_bytes(data: bytes) -> None:
    at = 0
    for _, start, end in tokens(data):
        assert at <= start <= end <= len(data)
        at = end


def test_comments_and_brackets_are_those_of_tokenize() -> None:
    library = Path(sysconfig.get_paths()["stdlib"])
    for path in sorted(library.glob("*.py"))[::8]:
        data = path.read_bytes()
        found = list(tokenize.tokenize(io.BytesIO(data).readline))
        comments = [token.string for token in found if token.type == tokenize.COMMENT]
        mine = list(tokens(data))
        assert [data[start:end].decode() for kind, start, end in mine if kind == COMMENT] == comments, path
        if sys.version_info >= (3, 12):
            brackets = [
                token.string for token in found if token.type == tokenize.OP and token.string in "()[]{}"
            ]
            assert [
                data[start:end].decode() for kind, start, end in mine if kind in (OPEN, CLOSE)
            ] == brackets
