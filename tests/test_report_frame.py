from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pentalint.model import Span
from pentalint.report.frame import frame
from pentalint.report.visible import visible, width


def drawn(text: str, span: Span, cells: int = 60) -> list[str]:
    rows = frame(text.split("\n"), span, cells)
    return [f"{gutter} |{' ' * bool(body)}{body}" for gutter, body, _ in rows[1:-1]]


@pytest.mark.parametrize(
    ("text", "span", "expected"),
    [
        ("abc", Span(1, 2, 1, 3), ["1 | abc", "  |  ^"]),
        ("abc", Span(1, 2, 1, 2), ["1 | abc", "  |  ^"]),
        ("abc", Span(1, 9, 1, 12), ["1 | abc", "  |    ^"]),
        ("\tabc", Span(1, 2, 1, 5), ["1 |     abc", "  |     ^^^"]),
        ("x\ty = 1", Span(1, 3, 1, 4), ["1 | x    y = 1", "  |      ^"]),
        ("s = '日本' + b", Span(1, 12, 1, 13), ["1 | s = '日本' + b", "  |              ^"]),
        ("s = '日本'", Span(1, 5, 1, 9), ["1 | s = '日本'", "  |     ^^^^^^"]),
        ("e\u0301 = x", Span(1, 6, 1, 7), ["1 | e\u0301 = x", "  |     ^"]),
        ("", Span(1, 1, 1, 1), ["1 |", "  | ^"]),
        (
            "f(\n  a,\n\n)",
            Span(1, 1, 4, 2),
            ["1 | f(", "  | ^^", "2 |   a,", "  |   ^^", "3 |", "4 | )", "  | ^"],
        ),
        ("f(\n)\nz", Span(1, 1, 3, 1), ["1 | f(", "  | ^^", "2 | )", "  | ^", "3 | z"]),
        ("a\nb\nc\nd\ne\nf", Span(3, 1, 3, 2), ["1 | a", "2 | b", "3 | c", "  | ^", "4 | d", "5 | e"]),
    ],
)
def test_carets_stand_under_the_span(text: str, span: Span, expected: list[str]) -> None:
    assert drawn(text, span) == expected


def test_gutter_fits_the_longest_number() -> None:
    rows = drawn("\n".join("abcdefghijkl"), Span(9, 1, 9, 2))
    assert rows[0] == " 7 | g"
    assert rows[-1] == "11 | k"


def test_the_middle_of_a_long_span_is_left_out() -> None:
    text = "\n".join(f"line{number}" for number in range(1, 21))
    assert drawn(text, Span(5, 1, 15, 3)) == [
        " 3 | line3",
        " 4 | line4",
        " 5 | line5",
        "   | ^^^^^",
        " 6 | line6",
        "   | ^^^^^",
        " 7 | line7",
        "   | ^^^^^",
        "   | ...",
        "13 | line13",
        "   | ^^^^^^",
        "14 | line14",
        "   | ^^^^^^",
        "15 | line15",
        "   | ^^",
        "16 | line16",
        "17 | line17",
    ]


def test_a_long_line_is_cut_around_the_span() -> None:
    line = "a" * 500 + "TARGET" + "b" * 500
    shown, carets = drawn(line, Span(1, 501, 1, 507), cells=40)
    assert len(shown) <= 4 + 40
    assert shown.startswith("1 | ...aaa") and shown.endswith("bbb...")
    assert shown[carets.index("^") : carets.rindex("^") + 1] == "TARGET"


def test_a_cut_line_keeps_its_beginning_when_the_span_is_there() -> None:
    shown, carets = drawn("TARGET" + "b" * 500, Span(1, 1, 1, 7), cells=40)
    assert shown.startswith("1 | TARGETbb") and shown.endswith("...")
    assert carets == "  | ^^^^^^"


@pytest.mark.parametrize("line", [0, 3])
def test_a_line_the_file_does_not_have_draws_nothing(line: int) -> None:
    assert frame(["a", "b"], Span(line, 1, line, 2), 60) == []


def test_a_span_beyond_the_end_of_the_file_stops_there() -> None:
    assert drawn("a\nb", Span(1, 1, 9, 1)) == ["1 | a", "  | ^", "2 | b", "  | ^"]


@pytest.mark.parametrize(
    ("text", "cells"),
    [("abc", 3), ("日本", 4), ("e\u0301", 1), ("👩\u200d💻", 4), ("\uff21", 2), ("", 0)],
)
def test_width_counts_cells(text: str, cells: int) -> None:
    assert width(text) == cells


@given(st.text(max_size=40))
def test_visible_text_has_nothing_to_drive_a_terminal(text: str) -> None:
    import unicodedata

    shown = visible(text)
    assert visible(shown) == shown
    assert not any(unicodedata.category(char) in ("Cc", "Zl", "Zp") for char in shown)


@given(
    st.lists(st.text("ab \t日\u0301(", max_size=30), min_size=1, max_size=12),
    st.tuples(*(st.integers(1, 14) for _ in range(4))),
    st.integers(40, 80),
)
def test_any_span_draws_lines_that_fit(
    lines: list[str], numbers: tuple[int, int, int, int], cells: int
) -> None:
    line, column, end_line, end_column = numbers
    rows = frame(lines, Span(line, column, max(line, end_line), end_column), cells)
    assert bool(rows) == (line <= len(lines))
    for gutter, body, kind in rows:
        assert len(gutter) == len(rows[0][0])
        assert kind != "code" or width(body) <= cells * 2
    if rows:
        assert any(kind == "caret" for _, _, kind in rows) or not lines[line - 1].strip()
