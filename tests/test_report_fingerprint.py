"""The line hash against an implementation that follows the definition: no rolling, one sum a line."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pentalint.report.fingerprint import line_hashes


def by_definition(text: str) -> list[str]:
    lines = re.split(r"\r\n|\r|\n", text)
    kept = "\n".join(lines).translate({9: None, 32: None})
    starts = [0, *(index + 1 for index, char in enumerate(kept) if char == "\n")]
    encoded = kept.encode("utf-16-be", "surrogatepass")
    at = [len(kept[:start].encode("utf-16-be", "surrogatepass")) // 2 for start in starts]
    units = [int.from_bytes(encoded[i : i + 2], "big") for i in range(0, len(encoded), 2)]
    units += [0xFFFF, *[0] * 100]
    words = [f"{sum(units[start + k] * 37 ** (99 - k) for k in range(100)) % 2**64:x}" for start in at]
    return [f"{word}:{words[: index + 1].count(word)}" for index, word in enumerate(words)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["c129715d7a2bc9a3:1"]),
        (
            " a\nb\n  \t\tc\n d",
            ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"],
        ),
    ],
)
def test_published_values(text: str, expected: list[str]) -> None:
    """Values GitHub's own test suite states for the algorithm."""
    assert line_hashes(text) == expected


@given(st.text("ab\n\r\t x=1日𐀀", max_size=300))
@example("x\n" * 250)
@example("a" * 99 + "\n" + "b" * 101 + "\r\r\n\n")
@example("\ud800 lone")
def test_same_as_by_definition(text: str) -> None:
    assert line_hashes(text) == by_definition(text)


def test_equal_lines_are_told_apart_by_number() -> None:
    values = line_hashes("pass\n" * 300)
    assert values[0].endswith(":1") and values[1] == values[0][:-1] + "2"


def test_indentation_and_line_ends_do_not_matter_and_text_does() -> None:
    assert line_hashes("if x:\n    y()\n") == line_hashes("if x:\r\n\ty()\r\n")
    assert line_hashes("y()\n")[0] != line_hashes("z()\n")[0]
