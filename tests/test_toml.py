from __future__ import annotations

import pathlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pentalint import toml
from pentalint.errors import TomlError

DOCUMENT = """\
# a comment with [brackets] and "quotes"
title = "x # not a comment"
a.b . "c.d" = 1

[project]
dependencies = [
    "django>=4",   # one
    # "ghost",
    'flask[async]', "bottle",
]
text = \"\"\"
[not.a.table]
key = 1 \"quoted\"\"\"\"
inline = { file = ["one.txt", "two.txt"], deep = { x = 1 } }

[[package]]
name = "one"
[package.source]
url = 'u'

[[package]]
name = "two"
[[package.wheel]]
hash = 1
[[package.wheel]]
hash = 2

["quoted \\u0041".'literal']
when = 2020-01-01
"""

LINES = [
    (("title",), 2),
    (("a", "b", "c.d"), 3),
    (("project",), 5),
    (("project", "dependencies"), 6),
    (("project", "dependencies", 0), 7),
    (("project", "dependencies", 1), 9),
    (("project", "dependencies", 2), 9),
    (("project", "text"), 11),
    (("project", "inline", "file", 1), 14),
    (("project", "inline", "deep", "x"), 14),
    (("package", 0), 16),
    (("package", 0, "name"), 17),
    (("package", 0, "source", "url"), 19),
    (("package", 1, "name"), 22),
    (("package", 1, "wheel", 0, "hash"), 24),
    (("package", 1, "wheel", 1, "hash"), 26),
    (("quoted A", "literal", "when"), 29),
]


@pytest.mark.parametrize(("keys", "line"), LINES)
def test_line_of_a_key(keys: tuple[str | int, ...], line: int) -> None:
    toml.loads(DOCUMENT, "x.toml")
    assert toml.key_line(DOCUMENT, *keys) == line


def test_an_unknown_key_gets_the_nearest_enclosing_line() -> None:
    assert toml.key_line(DOCUMENT, "project", "dependencies", 9) == 6
    assert toml.key_line(DOCUMENT, "nowhere") == 1
    assert toml.key_line("") == 1


def test_only_real_keys_are_listed() -> None:
    assert ("not", "a", "table") not in toml.key_lines(DOCUMENT)
    assert len([key for key in toml.key_lines(DOCUMENT) if key[:2] == ("project", "dependencies")]) == 4


@pytest.mark.parametrize(
    ("text", "line"),
    [("a = 1\nb = = 2\n", 2), ("a = 1\na = 2\n", 2), ("x = [1,\n2\n", 3), ("[a]\n\n[a]\n", 3)],
)
def test_a_fault_is_one_sentence_with_its_line(text: str, line: int) -> None:
    with pytest.raises(TomlError) as caught:
        toml.loads(text, "conf/x.toml")
    assert caught.value.line == line
    assert str(caught.value).startswith(f"conf/x.toml:{line}: this is not valid TOML: ")
    assert "\n" not in str(caught.value)


def test_deep_nesting_is_a_fault_not_a_crash() -> None:
    deep = "x = " + "[" * 5000 + "]" * 5000
    with pytest.raises(TomlError, match="nested too deeply"):
        toml.loads(deep, "deep.toml")
    assert toml.key_line(deep, "x") == 1


def test_load_reads_a_file(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "x.toml"
    path.write_bytes(b"\xef\xbb\xbfa = 1\r\n")
    assert toml.load(path) == {"a": 1}
    path.write_bytes(b'a = 1\nb = "\xff"\n')
    with pytest.raises(TomlError, match=r"x\.toml:2: TOML must be UTF-8"):
        toml.load(path)
    with pytest.raises(TomlError, match="cannot be read") as caught:
        toml.load(tmp_path / "absent.toml")
    assert caught.value.line == 0


BROKEN = ["[a", "= 1", "a = ", "[a] b", "[[x]", "a 1", '"a\\q" = 1', "a = [1", "a = {b", "a = }"]


@pytest.mark.parametrize("text", BROKEN)
def test_positions_of_an_invalid_text_do_not_crash(text: str) -> None:
    assert toml.key_line(text, "a") == 1


@given(st.text(alphabet="ab=[]{}\"'\n.,#\\ 1"))
def test_positions_of_any_text_end(text: str) -> None:
    assert all(1 <= line <= text.count("\n") + 1 for line in toml.key_lines(text).values())


_NAME = st.text(alphabet="abc_-1.é \"'\\", min_size=1, max_size=4)


@given(st.dictionaries(_NAME, st.lists(st.sampled_from(["a", "b#", "]", "'"]), max_size=3), max_size=5))
def test_every_key_and_item_of_a_valid_text_is_found(tables: dict[str, list[str]]) -> None:
    rows: list[str] = []
    expected: dict[tuple[str | int, ...], int] = {}
    for name, items in tables.items():
        quoted = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
        rows.append(f"[{quoted}]")
        expected[(name,)] = len(rows)
        rows.append("items = [")
        for at, item in enumerate(items):
            rows.append(f'  "{item}",')
            expected[name, "items", at] = len(rows)
        rows.append("]")
    text = "\n".join(rows)
    assert toml.loads(text, "x") == {name: {"items": items} for name, items in tables.items()}
    assert {key: toml.key_line(text, *key) for key in expected} == expected
