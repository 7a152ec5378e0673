"""Helpers that module bodies call, and names they set around assignment."""

from __future__ import annotations

import pytest
from evaluation import interpret, probes, shown

HEAD = "import os, sys\nfrom spy import probe\n"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def f(a):\n    return a\nprobe(f(1))", "1"),
        ("def f(a, b=2):\n    return a + b\nprobe(f(1))", "3"),
        ("def f(a, *, b=2):\n    return a + b\nprobe(f(1, b=5))", "6"),
        ("def f(*a):\n    return a\nprobe(f(1, 2))", "tuple[1, 2]"),
        ("def f(**a):\n    return a['x']\nprobe(f(x=1))", "1"),
        ("def f(a):\n    if a:\n        return 'yes'\n    return 'no'\nprobe(f(0))", "'no'"),
        ("def f(a):\n    return g(a) + 1\ndef g(a):\n    return a * 2\nprobe(f(3))", "7"),
        ("def f(a):\n    return [x for x in a if x > 1]\nprobe(f([1, 2, 3]))", "list[2, 3]"),
        ("f = lambda a: a or 'x'\nprobe(f(''))", "'x'"),
        ("probe(list(map(lambda a: a * 2, [1, 2])))", "list[2, 4]"),
        ("import functools\n@functools.lru_cache\ndef f(a):\n    return a\nprobe(f(1))", "1"),
        ("LIMIT = 3\ndef f():\n    return LIMIT\nLIMIT = 4\nprobe(f())", "4"),
        # what is not followed: calls whose arguments are not all known, functions that do more than compute
        ("def f(a, b=1):\n    return b\nprobe(f(*unknown))", "?"),
        ("def f(a, b=1):\n    return b\nprobe(f(1, **unknown))", "?"),
        ("def f(a):\n    return a\nprobe(f(1, 2))", "?"),
        ("def f(a):\n    return a\nprobe(f(b=2))", "?"),
        ("def f(a=unknown()):\n    return a\nprobe(f())", "?"),
        ("def f(a):\n    global x\n    return a\nprobe(f(1))", "?"),
        ("def f(a):\n    yield a\nprobe(f(1))", "list[]+?"),
        ("async def f(a):\n    return a\nprobe(f(1))", "?"),
        ("@unknown\ndef f(a):\n    return a\nprobe(f(1))", "?"),
        ("def f(a):\n    return f(a)\nprobe(f(1))", "?"),
        ("def f(a):\n" + "    a = a\n" * 40 + "    return a\nprobe(f(1))", "?"),
        ("def f(a):\n    return a\ndef g():\n    probe(f(1))\n", "?"),
        ("for n in unknown:\n    probe((lambda a: a)(n))", "?"),
    ],
)  # fmt: skip
def test_helpers(source: str, expected: str) -> None:
    assert probes(HEAD + source) == [expected]


def test_what_a_helper_does_to_a_list_in_a_branch_is_not_certain() -> None:
    source = "X = []\ndef add(to, item):\n    to.append(item)\nif unknown:\n    add(X, 1)\nprobe(X)\n"
    assert probes(HEAD + source) == ["list[]+?"]
    assert probes(HEAD + source.replace("if unknown:", "if True:")) == ["list[1]"]


def test_a_helper_is_told_of_once() -> None:
    source = "import api\ndef f(a):\n    return api.g(a)\nf(1)\nf(2)\n"
    _, recorder = interpret(HEAD + source)
    assert [event.path for event in recorder.calls] == ["api.g"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("globals()['X'] = 1", "1"),
        ("vars()['X'] = 1", "1"),
        ("locals().update(X=1)", "1"),
        ("globals().update({'X': 1, 'Y': 2})", "1"),
        ("globals().update(dict(X=1))", "1"),
        ("setattr(sys.modules[__name__], 'X', 1)", "1"),
        ("for n in ('X', 'Y'):\n    globals()[n] = n", "'X'"),
        ("X = 1\nglobals()[unknown] = 2", "1 | ?"),
        ("X = 1\nlocals().update(unknown)", "1 | ?"),
        ("X = 1\nexec(unknown)", "1 | ?"),
        ("X = 1\ndef f():\n    globals()['X'] = 2\n    exec(unknown)", "1"),
        ("X = 1\nvars(unknown)['X'] = 2", "1"),
        ("X = 1\nsetattr(sys.modules[other], 'X', 2)", "1"),
    ],
)
def test_names_set_around_assignment(source: str, expected: str) -> None:
    engine, _ = interpret({"app.py": f"{HEAD}{source}\n"})
    assert shown(engine.index.modules["app.py"].env["X"], engine) == expected
