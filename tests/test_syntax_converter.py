"""What the converter makes of constructs the running interpreter may not know, and of text that is no Python after all."""

from __future__ import annotations

import ast
import sys

import pytest

from pentalint.model import Failure
from pentalint.syntax.source import Source, read_source


def statement(text: str) -> ast.stmt:
    source = read_source("a.py", text.encode(), "libcst")
    assert isinstance(source, Source), source
    compile(source.tree, "a.py", "exec")  # the tree is one the language accepts
    return source.tree.body[0]


def place(node: ast.AST) -> tuple[int, int, int, int]:
    return (node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]


def test_exceptions_without_parentheses_are_a_tuple() -> None:
    node = statement("try: pass\nexcept A, B: pass\n")
    assert isinstance(node, ast.Try)
    kinds = node.handlers[0].type
    assert isinstance(kinds, ast.Tuple)
    assert [ast.unparse(kind) for kind in kinds.elts] == ["A", "B"]
    assert place(kinds) == (2, 7, 2, 11)


def test_grouped_exceptions() -> None:
    node = statement("try: pass\nexcept* A as b: pass\nelse: x\nfinally: y\n")
    assert type(node).__name__ == ("TryStar" if sys.version_info >= (3, 11) else "Try")
    assert node.handlers[0].name == "b"  # type: ignore[attr-defined]
    assert place(node) == (1, 0, 4, 10)


def test_a_type_alias() -> None:
    text = "type X[T: int = str, *Ts = *tuple[int], **P = [int]] = list[T]"
    node = statement(text + "\n")
    assert ast.unparse(node.value) == "list[T]"  # type: ignore[attr-defined]
    assert place(node) == (1, 0, 1, len(text))
    if sys.version_info >= (3, 12):
        assert [type(param).__name__ for param in node.type_params] == [
            "TypeVar",
            "TypeVarTuple",
            "ParamSpec",
        ]
    else:
        assert isinstance(node, ast.Assign)
        assert ast.unparse(node) == "X = list[T]"


@pytest.mark.parametrize(
    "text", ["def f[T: (int, str)](x: T) -> T: return x\n", "class f[*Ts](a, k=b): pass\n"]
)
def test_type_parameters_are_dropped_where_there_is_no_place_for_them(text: str) -> None:
    node = statement(text)
    assert isinstance(node, (ast.FunctionDef, ast.ClassDef))
    assert node.name == "f"
    assert hasattr(node, "type_params") is (sys.version_info >= (3, 12))


def test_a_template_string_is_read_as_a_formatted_one() -> None:
    node = statement("x = t'a{b!r:>{c}x}d'\n")
    assert isinstance(node, ast.Assign)
    assert ast.dump(node.value) == ast.dump(ast.parse("f'a{b!r:>{c}x}d'", mode="eval").body)


def test_positions_inside_formatted_strings_are_those_of_python_312() -> None:
    node = statement("x = (f'é{a + b!r}'\n     f'''\n{c:>{d}}''')\n")
    assert isinstance(node, ast.Assign) and isinstance(node.value, ast.JoinedStr)
    names = {part.id: place(part) for part in ast.walk(node.value) if isinstance(part, ast.Name)}
    assert names == {"a": (1, 10, 1, 11), "b": (1, 14, 1, 15), "c": (3, 1, 3, 2), "d": (3, 5, 3, 6)}
    assert place(node.value) == (1, 5, 3, 11)


def test_unpacking_in_a_dictionary_comprehension() -> None:
    node = statement("x = {**d for d in ds}\n")
    assert isinstance(node, ast.Assign) and isinstance(node.value, ast.DictComp)
    assert ast.unparse(node.value.key) == ast.unparse(node.value.value) == "d"


@pytest.mark.parametrize("text", ["lazy import a.b as c\n", "lazy from .a import b\n"])
def test_lazy_imports_are_imports(text: str) -> None:
    node = statement(text)
    assert ast.unparse(node) == text.removeprefix("lazy ").strip()
    assert node.col_offset == 0


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="ast reads these itself")
@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("x = f'{d['a']}'\n", "x = f'{d[\"a\"]}'\n"),
        ("x = f'{a # note\n}'\n", "x = f'{a}'\n"),
        ("x = f'{'\\n'.join(a)}'\n", "x = '{}'\n"),
        ("x = f'{a  # note\n =}'\n", "x = f'{a  =}'\n"),
    ],
)
def test_newer_formatted_strings_are_read(text: str, same: str) -> None:
    node = statement(text)
    assert isinstance(node, ast.Assign) and isinstance(node.value, ast.JoinedStr)
    if "join" not in text and "=}" not in text:
        assert ast.dump(node) == ast.dump(ast.parse(same).body[0])
    if "=}" in text:
        shown = node.value.values[0]
        assert isinstance(shown, ast.Constant) and shown.value == "a  \n ="


@pytest.mark.parametrize(
    "text",
    [
        "x = '\\u12'\n",
        "x = '\\x1'\n",
        "x = b'\\xg'\n",
        "x = '\\N{no such character}'\n",
        "x = '\\U00110000'\n",
        "x = f'\\x{a}'\n",
        "x = 'a' b'b'\n",
        "x = f'a' b'b'\n",
        "x = " + "9" * 5_000 + "\n",
        "x, y: int = 1\n",
    ],
)
def test_what_libcst_lets_through_is_still_a_syntax_error(text: str) -> None:
    if "9" in text and not hasattr(sys, "set_int_max_str_digits"):
        pytest.skip("this interpreter has no limit")
    failure = read_source("a.py", b"y = 1\n" + text.encode(), "libcst")
    assert isinstance(failure, Failure)
    assert failure.stage == "parse"
    assert failure.line == (1 if " b'b'" in text else 2)  # libcst does not say where it finds mixed literals
    assert isinstance(read_source("a.py", text.encode(), "auto"), Failure)


def test_template_strings_side_by_side_are_reported() -> None:
    failure = read_source("a.py", b"x = t'a' t'b'\n", "libcst")
    assert isinstance(failure, Failure)
    assert failure.message == "the file cannot be parsed (Logic error!): correct it or exclude it"


def test_the_text_a_field_shows_leaves_out_comments_only() -> None:
    # Python 3.12.1 and 3.13.0 themselves cut the text at a `#` inside a string.
    node = statement("x = f'''{  # note '\n    a['#'] = }'''\n")
    assert isinstance(node, ast.Assign) and isinstance(node.value, ast.JoinedStr)
    shown = node.value.values[0]
    assert isinstance(shown, ast.Constant)
    assert shown.value == "  \n    a['#'] = "
