"""Nothing that is given to the libcst road ends the process or takes more than seconds."""

from __future__ import annotations

import ast
import time

import pytest

from pentalint.model import Failure
from pentalint.syntax.guard import MAX_CHAIN, refusal, without_form_feeds
from pentalint.syntax.source import Source, read_source


def nested(before: str, opening: str, inside: str, closing: str, after: str, depth: int) -> str:
    return f"{before}{opening * depth}{inside}{closing * depth}{after}\n"


BRACKETS = {
    "parentheses": ("x = ", "(", "a", ")", ""),
    "lists": ("x = ", "[", "", "]", ""),
    "calls": ("x = ", "f(", "", ")", ""),
    "dictionaries": ("x = ", "{1: ", "2", "}", ""),
    "subscripts": ("x = ", "a[", "b", "]", ""),
    "lambdas": ("x = ", "f(lambda a, b: ", "c", ")", ""),
    "targets": ("", "(a, ", "b", ")", " = c"),
}


@pytest.mark.parametrize("shape", BRACKETS.values(), ids=BRACKETS)
@pytest.mark.parametrize(("depth", "parses"), [(150, True), (199, True), (201, False), (1_500, False)])
def test_nested_brackets(shape: tuple[str, str, str, str, str], depth: int, parses: bool) -> None:
    data = nested(*shape, depth).encode()
    source = read_source("a.py", data, "libcst")
    assert isinstance(source, Source) is parses
    if isinstance(source, Failure):
        assert source.message == "brackets are nested more than 200 deep: split the code or exclude the file"
    assert isinstance(read_source("a.py", data, "auto"), (Source, Failure))


HOSTILE = {
    "sum": "x = " + "a + " * 50_000 + "a\n",
    "calls in a chain": "x = a" + ".b()" * 20_000 + "\n",
    "attributes": "x = a" + ".b" * 20_000 + "\n",
    "not": "x = " + "not " * 20_000 + "a\n",
    "minus": "x = " + "- " * 20_000 + "a\n",
    "lambda": "x = " + "lambda: " * 20_000 + "a\n",
    "lambda with parameters": "x = " + "lambda a, b: " * 20_000 + "a\n",
    "conditions": "x = " + "a if b else " * 20_000 + "a\n",
    "powers": "x = " + "a ** " * 20_000 + "a\n",
    "clauses": "x = [a " + "for a, in b " * 20_000 + "]\n",
    "chains inside brackets": "x = " + ("f(" + "not " * 20) * 190 + "a" + ")" * 190 + "\n",
    "many long chains": ("x = a" + ".b()" * 900 + "\n") * 40,
    "patterns": "match a:\n    case " + "[a | " * 150 + "b" + "]" * 150 + ": pass\n",
    "strings in fields": "x = f'{" + "[" * 1_000 + "]" * 1_000 + "}'\n",
    "specifications": "x = f'" + "{a:" * 1_000 + "}" * 1_000 + "'\n",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_refused_at_once(text: str) -> None:
    started = time.process_time()
    failure = read_source("a.py", text.encode(), "libcst")
    assert isinstance(failure, Failure)
    assert failure.stage == "parse"
    assert failure.message.endswith(": split the code or exclude the file")
    assert isinstance(read_source("a.py", text.encode(), "auto"), (Source, Failure))
    assert time.process_time() - started < 20


def test_the_whole_file_has_a_limit_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pentalint.syntax.guard.MAX_TOKENS", 100)
    assert isinstance(read_source("a.py", b"a = b\n" * 25, "libcst"), Source)
    failure = read_source("a.py", b"a = b\n" * 26, "libcst")
    assert isinstance(failure, Failure)
    assert failure.message.startswith("the file has more than 100 tokens")
    assert failure.line == 26


LONG = {
    "sum": "x = " + "a + " * 1_000 + "a\n",
    "or": "x = " + "a or " * 1_000 + "a\n",
    "comparisons": "x = " + "a < " * 1_000 + "a\n",
    "calls in a chain": "x = a" + ".b(c, d)" * 400 + "\n",
    "subscripts": "x = a" + "[1]" * 500 + "\n",
    "strings": "x = (" + "'a' " * 2_000 + ")\n",
    "conditions": "x = " + "a if b else " * 400 + "a\n",
    "not": "x = " + "not " * 1_000 + "a\n",
    "elif": "if a:\n    b\n" + "elif c:\n    d\n" * 900 + "else:\n    e\n",
    "items": "x = [" + "a + 1, " * 5_000 + "]\n",
    "blocks": "".join(" " * depth + "if a:\n" for depth in range(99)) + " " * 99 + "a\n",
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_long_but_honest_code_gives_equal_trees(text: str) -> None:
    source = read_source("a.py", text.encode(), "libcst")
    assert isinstance(source, Source)
    expected = ast.parse(text)
    for left, right in zip(ast.walk(source.tree), ast.walk(expected), strict=True):
        assert type(left) is type(right)
        assert [getattr(left, name, 0) for name in left._attributes] == [
            getattr(right, name, 0) for name in right._attributes
        ]


def test_five_thousand_elifs_take_no_recursion() -> None:
    source = read_source("a.py", b"if a:\n    b\n" + b"elif c:\n    d\n" * 5_000, "libcst")
    assert isinstance(source, Source)
    node = source.tree.body[0]
    rungs = 0
    while isinstance(node, ast.If) and node.orelse:
        (node,) = node.orelse
        rungs += 1
        assert node.lineno == 2 * rungs + 1
    assert rungs == 5_000


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("x = 1\n" * 7 + "y = " + "a+" * MAX_CHAIN + "a\n", 8),
        ("# (((\nx = '((('\n" * 300 + "y = " + "(" * 201, 601),
    ],
)
def test_a_refusal_names_the_line(text: str, line: int) -> None:
    refused = refusal(text.encode())
    assert refused is not None
    assert refused.line == line


@pytest.mark.parametrize(
    "text",
    [
        "x = '" + "(" * 500 + "'\n",
        '"""' + "[" * 500 + '"""\n',
        "# " + "{" * 500 + "\n",
        ")" * 500 + "\n",
        "x = f'{a}{{" + "{{" * 300 + "'\n",
        "case = f(" + "[" * 7 + "]" * 7 + ")\n",
        "f(\n" + "    a(b), c.d,\n" * 5_000 + ")\n",
        "a = b; " * 5_000 + "\n",
    ],
)
def test_what_only_looks_deep_or_long_passes(text: str) -> None:
    assert refusal(text.encode()) is None


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"x = 1\n", b"x = 1\n"),
        (b"if x:\n\f    y\n", b"if x:\n    y\n"),
        (b"if x:\n  \f    y\n", b"if x:\n    y\n"),
        (b"\fx = 1\n\f\ny = 2\n", b"x = 1\n\ny = 2\n"),
        (b"x\f=\f1\n", b"x = 1\n"),
        (b"x = '''\n\f  a'''\n\f# \f\n", b"x = '''\n\f  a'''\n# \f\n"),
        (b"x = 1\f\n\f", b"x = 1 \n"),
    ],
)
def test_form_feeds_between_tokens_go(data: bytes, expected: bytes) -> None:
    assert without_form_feeds(data) == expected


def test_a_thread_that_cannot_start_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr("threading.Thread.start", refuse)
    failure = read_source("a.py", b"x = 1\n", "libcst")
    assert isinstance(failure, Failure)
    assert "no memory for a stack of 256 MB" in failure.message
