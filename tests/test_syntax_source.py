"""The way from a node to a place in the text, and what is said of text that is not Python."""

from __future__ import annotations

import ast
import sys
import warnings

import pytest

from pentalint.model import Failure, Span
from pentalint.syntax.source import Source, check_syntax, read_source


def source_of(text: str, parser: str = "auto") -> Source:
    source = read_source("a.py", text.encode(), parser)
    assert isinstance(source, Source), source
    return source


def calls(source: Source) -> list[ast.Call]:
    return [node for node in ast.walk(source.tree) if isinstance(node, ast.Call)]


@pytest.mark.parametrize("parser", ["ast", "libcst"])
@pytest.mark.parametrize(
    ("text", "span", "segment"),
    [
        ("f(1)\n", Span(1, 1, 1, 5), "f(1)"),
        ("x = f(1)\n", Span(1, 5, 1, 9), "f(1)"),
        ("é = f('ü')\n", Span(1, 5, 1, 11), "f('ü')"),
        ("'日本', f('🐍')  # 🐍\n", Span(1, 7, 1, 13), "f('🐍')"),
        ("x = [\n    f(\n        'é',\n    )\n]\n", Span(2, 5, 4, 6), "f(\n        'é',\n    )"),
        ("x = 1\r\ny = f(\r\n  1)\r\n", Span(2, 5, 3, 5), "f(\n  1)"),
        ("x = 1\ry = f(1)\r", Span(2, 5, 2, 9), "f(1)"),
        ("if x:\n\f    f(1)\n", Span(2, 6, 2, 10), "f(1)"),
        ("x = '\x0b\u2028'; f(1)\n", Span(1, 11, 1, 15), "f(1)"),
    ],
)
def test_spans_count_characters_and_segments_give_the_text(
    text: str, span: Span, segment: str, parser: str
) -> None:
    source = source_of(text, parser)
    (call,) = calls(source)
    assert source.span(call) == span
    assert source.segment(span) == segment


def test_a_node_without_position_covers_its_children() -> None:
    source = source_of("def f(a, *, bé=1):\n    return [x for x in a if bé]\n")
    function = source.tree.body[0]
    assert isinstance(function, ast.FunctionDef)
    assert source.segment(source.span(function.args)) == "a, *, bé=1"
    (clause,) = [node for node in ast.walk(function) if isinstance(node, ast.comprehension)]
    assert source.segment(source.span(clause)) == "x in a if bé"
    assert source.span(source.tree) == source.span(function)
    assert source_of("").span(source_of("").tree) == Span(1, 1, 1, 1)


def test_places_outside_the_text_are_no_error() -> None:
    source = source_of("é = 1\n")
    assert source.segment(Span(7, 1, 8, 1)) == ""
    node = ast.copy_location(ast.Name("x"), source.tree.body[0])
    node.lineno = node.end_lineno = 9
    assert source.span(node) == Span(9, 1, 9, 7)


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("x = 1\nprint 'a'\n", 2, "looks like Python 2"),
        ("x = 1\nprint >>f, x, y z\n", 2, "looks like Python 2"),
        ("exec code in scope\n", 1, "looks like Python 2"),
        ("try:\n    pass\nexcept E, e, f g:\n    pass\n", 3, "syntax error in line 3"),
        ("raise E, 'text'\n", 1, "looks like Python 2"),
        ("x = `y`\n", 1, "looks like Python 2"),
        ("x = 0777\n", 1, "looks like Python 2"),
        ("x = 10L\n", 1, "looks like Python 2"),
        ("x = ur'a'\n", 1, "looks like Python 2"),
        ("if x <> y: pass\n", 1, "looks like Python 2"),
        ("x = (\n", 1, "syntax error in line 1"),
        ("def f(:\n    pass\n", 1, "syntax error in line 1"),
        ("if x:\npass\n", 2, "syntax error in line 2: expected an indented block"),
        ("x = '\n", 1, "syntax error in line 1: unterminated string literal"),
        ("x = 'a' b'b'\n", 1, "syntax error in line 1"),
        ("x = 1\n\ty = 2\n", 2, "syntax error in line 2: unexpected indent"),
    ],
)
def test_what_is_not_python_is_said_in_a_sentence(text: str, line: int, sentence: str) -> None:
    for parser in ("auto", "ast"):
        failure = read_source("a.py", text.encode(), parser)
        assert isinstance(failure, Failure)
        assert (failure.path, failure.stage, failure.line) == ("a.py", "parse", line)
        assert sentence in failure.message
        assert "\n" not in failure.message
    forced = read_source("a.py", text.encode(), "libcst")
    assert isinstance(forced, Failure)
    assert forced.stage == "parse"
    assert check_syntax("a.py", text.encode()) == read_source("a.py", text.encode())


NEWER = [
    ((3, 12), "x = f'{d['a']}'\n"),
    ((3, 12), "type X[T] = list[T]\n"),
    ((3, 12), "def f[T: int](x: T) -> T: return x\n"),
    ((3, 12), "class A[*Ts, **P]: pass\n"),
    ((3, 13), "class A[T = int, *Ts = *tuple[int]]: pass\n"),
    ((3, 11), "try: pass\nexcept* A: pass\n"),
    ((3, 14), "try: pass\nexcept A, B: pass\n"),
    ((3, 14), "x = t'{a}'\n"),
    ((3, 15), "lazy import a\n"),
]


@pytest.mark.parametrize(("version", "text"), NEWER)
def test_a_newer_grammar_is_read_on_the_other_road(version: tuple[int, int], text: str) -> None:
    source = source_of(text)
    assert source.parser == ("ast" if sys.version_info >= version else "libcst")
    assert check_syntax("a.py", text.encode()) is None
    if sys.version_info < version:
        assert isinstance(read_source("a.py", text.encode(), "ast"), Failure)


def test_the_parsers_warnings_are_not_ours() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for parser in ("ast", "libcst"):
            source_of("x = '\\d' if x is 1 else ()()\n", parser)
        assert check_syntax("a.py", b"x = '\\d'\n") is None
    assert caught == []
