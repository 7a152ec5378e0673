"""From a line to the statement a suppression comment speaks for."""

from __future__ import annotations

import ast

import pytest

from pentalint.syntax.lines import statement_lines

TEXT = """\
x = f(
    1,
)
# note
@a(
    1
)
@b
def g(
    c,
    d=1,
):
    # note

    '''doc
    doc'''
    if (
        c
    ):  # note
        return [
            d
        ]
    elif d: e; f
    else:
        g
    try:
        h
    except (
        A,
        B,
    ):
        i
    finally:
        j

class C(
    D
): k = 1

with a as b, \\
        c:
    match d:
        case [
            e
        ]:
            f
        case g if h:
            (lambda: 1)
while a: pass
"""

EXPECTED = {
    **dict.fromkeys((1, 2, 3), (1, 3)),
    **dict.fromkeys(range(5, 13), (5, 12)),
    **dict.fromkeys((15, 16), (15, 16)),
    **dict.fromkeys((17, 18, 19), (17, 19)),
    **dict.fromkeys((20, 21, 22), (20, 22)),
    **{line: (line, line) for line in (23, 25, 26, 27, 32, 34, 38, 42, 46, 47, 48, 49)},
    **dict.fromkeys((28, 29, 30, 31), (28, 31)),
    **dict.fromkeys((36, 37), (36, 37)),
    **dict.fromkeys((40, 41), (40, 41)),
    **dict.fromkeys((43, 44, 45), (43, 45)),
}


def test_every_line_belongs_to_its_innermost_statement() -> None:
    found = statement_lines(ast.parse(TEXT), TEXT)
    shown = {line: (place, TEXT.split("\n")[line - 1]) for line, place in found.items()}
    assert shown == {line: (place, TEXT.split("\n")[line - 1]) for line, place in EXPECTED.items()}


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", {}),
        ("# note\n", {}),
        ("def f(\n    a,\n):\n    b\n", {1: (1, 2), 2: (1, 2), 4: (4, 4)}),
        ("@a\nclass B: pass\n", {1: (1, 2), 2: (2, 2)}),
    ],
)
def test_without_the_text_a_header_ends_with_its_last_expression(
    text: str, lines: dict[int, tuple[int, int]]
) -> None:
    assert statement_lines(ast.parse(text)) == lines
