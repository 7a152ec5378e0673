"""Imports are found in any file, at the right place, and text that only looks like one is not."""

from __future__ import annotations

import ast
import sysconfig
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pentalint.syntax.statements import import_statements, module_statements

FOUND = [
    ("import a\n", [(1, 0, "import a")]),
    ("import a.b as c, d\n", [(1, 0, "import a.b as c, d")]),
    ("from a import b", [(1, 0, "from a import b")]),
    ("from . import b\nfrom ..a import *\n", [(1, 0, "from . import b"), (2, 0, "from ..a import *")]),
    ("from.a import b\n", [(1, 0, "from .a import b")]),
    ("try:\n    import a\nexcept ImportError:\n\timport b\n", [(2, 4, "import a"), (4, 1, "import b")]),
    ("if x: import a\nelse: from b import c\n", [(1, 0, "import a"), (2, 0, "from b import c")]),
    (
        "x = 1; import a; from b import c; import d\n",
        [(1, 0, "import a"), (1, 0, "from b import c"), (1, 0, "import d")],
    ),
    (
        "from a import (  # note (\n    b,\n    c as d,  # )\n)\nimport e\n",
        [(1, 0, "from a import b, c as d"), (5, 0, "import e")],
    ),
    ("from a \\\n  import \\\n  b\n", [(1, 0, "from a import b")]),
    ("from a import b \\\n  as c\n", [(1, 0, "from a import b as c")]),
    ("import a # import b; import c\n", [(1, 0, "import a")]),
    ("print 'x'\nimport a\nexcept E, e: `y`\nimport b\n", [(2, 0, "import a"), (4, 0, "import b")]),
    ("def f(:\n    import a\n  ]]]\nfrom b import c\n", [(2, 4, "import a"), (4, 0, "from b import c")]),
    ("'''doc'''\nimport a\n", [(2, 0, "import a")]),
    ("# it's\nimport a\n", [(2, 0, "import a")]),
    ("\ufeffimport a\n", [(1, 0, "import a")]),
    ("import a\r\nimport b\rimport c\n", [(1, 0, "import a"), (2, 0, "import b"), (3, 0, "import c")]),
    ("from important import imports\n", [(1, 0, "from important import imports")]),
    ("lazy import a\n", [(1, 0, "import a")]),
    ("import données\n", [(1, 0, "import données")]),
    ("'''it is\nimport x (y\n'''\nimport a\nf()\n", [(4, 0, "import a")]),
]

NOT_FOUND = [
    "",
    "x = 1\n",
    "'''\nimport a\n'''\n",
    '"""Usage\n\n    from a import b\n"""\n',
    "x = 'y \\\nimport a'\n",
    "# import a\n# note; import b\n",
    "x = 'a: import b'\n",
    "importlib.import_module('a')\n",
    "from a to import\n",
    "import\n",
    "from a import\n",
    "import a b\n",
    "raise X from import_error\n",
    "x = {'a': import_error}\n",
    "    yield from imports\n",
    "import " + "a." * 500 + "a\n",
    "from a import (b\n",
]


@pytest.mark.parametrize(("text", "expected"), FOUND)
def test_imports_are_found(text: str, expected: list[tuple[int, int, str]]) -> None:
    found = import_statements(text.encode())
    assert [(one.line, one.indent, ast.unparse(one.node)) for one in found] == expected


@pytest.mark.parametrize("text", NOT_FOUND)
def test_what_only_looks_like_an_import_is_none(text: str) -> None:
    assert import_statements(text.encode()) == ()


def test_positions_are_those_of_the_file() -> None:
    text = "x = 1\nif x:\n    y; from a import (\n        b as c,\n      d)\n    import e, f\n"
    expected = [node for node in ast.walk(ast.parse(text)) if isinstance(node, (ast.Import, ast.ImportFrom))]
    found = [one.node for one in import_statements(text.encode())]
    assert [ast.dump(node, include_attributes=True) for node in found] == [
        ast.dump(node, include_attributes=True) for node in expected
    ]
    again = [one.node for one in import_statements(b"\n\n" + text.encode())]
    assert [node.lineno for node in again] == [node.lineno + 2 for node in expected]
    assert [node.lineno for node in found] == [node.lineno for node in expected]


def test_words_select_statements_by_identifier() -> None:
    text = b"import flask\nimport flask_login\nfrom flask.views import View\nimport os\nfrom a import flask as b\n"
    lines = [one.line for one in import_statements(text, frozenset({b"flask", b"bottle"}))]
    assert lines == [1, 3, 5]
    assert import_statements(text, frozenset({b"django"})) == ()
    assert import_statements(text, frozenset({b"login"})) == ()


def test_the_standard_library_gives_the_imports_of_its_trees() -> None:
    library = Path(sysconfig.get_paths()["stdlib"])
    compared = 0
    for path in sorted(library.glob("*.py"))[::3]:
        data = path.read_bytes()
        if b"\f" in data or not data.isascii():
            continue
        nodes = [node for node in ast.walk(ast.parse(data)) if isinstance(node, (ast.Import, ast.ImportFrom))]
        expected = sorted((node.lineno, ast.dump(node, include_attributes=True)) for node in nodes)
        found = import_statements(data)
        assert [(one.line, ast.dump(one.node, include_attributes=True)) for one in found] == expected, path
        compared += len(found)
    assert compared > 300


@pytest.mark.parametrize(
    "text",
    [
        "import " * 100_000,
        "import (" * 50_000,
        "x;import a;" * 50_000,
        "import a\\\n" * 50_000,
        "from a import (" + "#\n" * 100_000,
        '"' * 300_001 + "\nimport a\n",
        "import " + "a" * 1_000_000,
    ],
)
def test_hostile_text_takes_linear_time(text: str) -> None:
    started = time.process_time()
    import_statements(text.encode())
    assert time.process_time() - started < 20


@given(st.binary(max_size=60) | st.text(alphabet="importfom ab.;:()\\\n\"'#,*", max_size=80).map(str.encode))
def test_no_bytes_raise(data: bytes) -> None:
    assert isinstance(import_statements(b"from a import b\n" + data), tuple)


@pytest.mark.parametrize(
    ("data", "statements"),
    [
        (b"from setuptools import setup\nsetup(name='a')\n", 2),
        (b"x = f'{d['a']}'\n", 1),
        (b"", 0),
        (b"print 'a'\n", None),
        (b"x = '\xe9'\n", None),
        (b"x = " + b"(" * 500, None),
    ],
)
def test_a_whole_module(data: bytes, statements: int | None) -> None:
    tree = module_statements(data)
    assert (None if tree is None else len(tree.body)) == statements
