"""Both roads from bytes to a tree give equal trees with equal positions."""

from __future__ import annotations

import ast
import sys
import sysconfig
import warnings
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from python_code import EXPRESSIONS, MODULES
from trees import differences

from pentalint.model import Failure
from pentalint.syntax.source import Source, read_source

STANDARD_LIBRARY = Path(sysconfig.get_paths()["stdlib"])

REFUSED = {
    "an annotated name in parentheses": "(a): int = 1\n",
    "a starred base behind a keyword": "class A(k=1, *a): pass\n",
}
"""Valid code that libcst's grammar lacks: a Failure on that road, where `auto` never takes it."""


def library() -> list[Path]:
    """The standard library without what is installed beside it, in a stable order."""
    return sorted(path for path in STANDARD_LIBRARY.rglob("*.py") if "site-packages" not in path.parts)


def sample() -> list[Path]:
    """Sixty files spread over the library, none so large that it takes more than a second or two."""
    files = [path for path in library() if 2_000 < path.stat().st_size < 60_000]
    return files[:: max(len(files) // 60, 1)]


def compare(data: bytes, name: str) -> list[str]:
    """How the two trees of a file differ; nothing when this interpreter cannot parse it at all."""
    expected = read_source(name, data, "ast")
    if isinstance(expected, Failure):
        return []
    actual = read_source(name, data, "libcst")
    assert isinstance(actual, Source), actual
    assert (actual.text, actual.encoding) == (expected.text, expected.encoding)
    return differences(expected.tree, actual.tree)


def test_a_sample_of_the_standard_library_gives_equal_trees() -> None:
    files = sample()
    assert len(files) >= 40
    assert {path.name: found for path in files if (found := compare(path.read_bytes(), path.name))} == {}


@pytest.mark.exhaustive
def test_the_whole_standard_library_gives_equal_trees() -> None:
    differing = {}
    refused = []
    for path in library():
        data = path.read_bytes()
        expected = read_source(path.name, data, "ast")
        actual = read_source(path.name, data, "libcst")
        if isinstance(expected, Source) and isinstance(actual, Source):
            if found := differences(expected.tree, actual.tree):
                differing[str(path)] = found
        elif isinstance(expected, Source):
            refused.append(path.name)
    assert differing == {}
    assert set(refused) <= {"ann_module.py", "test_grammar.py"}  # both for the reason in REFUSED


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_known_refusals_are_reported(text: str) -> None:
    failure = read_source("a.py", text.encode(), "libcst")
    assert isinstance(failure, Failure)
    assert (failure.stage, failure.line) == ("parse", 1)
    assert isinstance(read_source("a.py", text.encode(), "auto"), Source)


RELAXED = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


def agree(text: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(text)
        except SyntaxError:
            assume(False)
    assert compare(text.encode(), "a.py") == []


@RELAXED
@given(EXPRESSIONS)
def test_generated_expressions_give_equal_trees(text: str) -> None:
    agree(f"x = ({text})\n")


@RELAXED
@given(MODULES)
def test_generated_modules_give_equal_trees(text: str) -> None:
    agree(text)


@RELAXED
@given(MODULES, st.sampled_from(["\r\n", "\r"]))
def test_other_newlines_change_nothing(text: str, newline: str) -> None:
    agree(text.replace("\n", newline))


@RELAXED
@given(
    st.binary(max_size=80) | st.text(alphabet="(){}[]'\"#\\\n f:=,.a1\t\f\r!", max_size=60).map(str.encode)
)
def test_no_bytes_raise(data: bytes) -> None:
    for parser in ("auto", "ast", "libcst"):
        outcome = read_source("a.py", data, parser)
        assert isinstance(outcome, (Source, Failure))
        if isinstance(outcome, Failure):
            assert outcome.message and "\n" not in outcome.message
            assert outcome.line >= 1 and outcome.column >= 1


@pytest.mark.skipif(sys.version_info < (3, 12), reason="the grammar of 3.12")
@pytest.mark.parametrize(
    "text",
    [
        "x = f'{d['a']}{f'{1 + 1}'}'\n",
        "x = f'{a # note\n + 1 = }'\n",
        "x = f'{a:{b:>{c}}}{a!r:>{'x'}}'\n",
        "x = f'{(lambda x: 1)}{x:=10}{x!=y}'\n",
        "type X[T: (int, str), *Ts, **P] = dict[T, P]\n",
        "def f[T: int](x: T) -> T: return x\n",
        "class A[T](B[T], k=1): pass\n",
    ],
)
def test_newer_constructs_give_equal_trees(text: str) -> None:
    agree(text)


def test_the_comparison_can_fail() -> None:
    one, two = ast.parse("a = f(b, 1)\n"), ast.parse("a = f(b, 2)\n")
    assert differences(one, two) == ["Module.body[0].value.args[1].value: 1 and 2"]
    assert differences(one, ast.parse("a = f(b,  1)\n"))
    assert differences(one, ast.parse("a = f(b)\n"))
    assert differences(one, ast.parse("a = f[b, 1]\n"))
    assert differences(one, ast.parse("a = f(b, 1)\n")) == []
