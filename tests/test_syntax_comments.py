"""Pragmas: where they are found, what they say, and what is wrong with them."""

from __future__ import annotations

import datetime

import pytest

from pentalint.syntax.comments import KINDS, Pragma, pragmas


def only(text: str, path: str = "a.py") -> Pragma:
    (pragma,) = pragmas(text, path)
    return pragma


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "f()  # pentalint: ignore[flask/debug-run]\n",
            Pragma(1, False, "ignore", ("flask/debug-run",), "", None, "", 6),
        ),
        (
            "x = 1\n  # pentalint: ignore[flask, web/*] -- a  reason\nf()\n",
            Pragma(2, True, "ignore", ("flask", "web/*"), "a reason", None, "", 3),
        ),
        (
            "#pentalint:file-ignore[*]--generated (until 2026-12-31)",
            Pragma(1, True, "file-ignore", ("*",), "generated", datetime.date(2026, 12, 31), "", 1),
        ),
        ("# pentalint: disable[a/b]\n", Pragma(1, True, "disable", ("a/b",), "", None, "", 1)),
        (
            "# pentalint: enable[a/b] -- done # 12\n",
            Pragma(1, True, "enable", ("a/b",), "done # 12", None, "", 1),
        ),
        (
            "f()  # noqa: S201  # pentalint: ignore[a/b] -- (until 2030-01-02)\n",
            Pragma(1, False, "ignore", ("a/b",), "", datetime.date(2030, 1, 2), "", 20),
        ),
        ("é = '🐍'  # pentalint: ignore[a/b]\r\n", Pragma(1, False, "ignore", ("a/b",), "", None, "", 10)),
    ],
)
def test_a_pragma_is_read(text: str, expected: Pragma) -> None:
    assert only(text) == expected


def test_two_pragmas_share_a_comment() -> None:
    found = pragmas("f()  # pentalint: ignore[a] -- why # pentalint: ignore[b]\n", "a.py")
    assert [(one.rules, one.reason, one.column) for one in found] == [(("a",), "why", 6), (("b",), "", 36)]


@pytest.mark.parametrize(
    ("comment", "sentence"),
    [
        ("ignore", "`ignore` names no rule: write `ignore[rule-id]`"),
        ("ignore -- because", "`ignore` names no rule"),
        ("ignore[]", "the brackets of `ignore` are empty"),
        ("ignore[ , ]", "the brackets of `ignore` are empty"),
        ("ignore[a/b", "the bracket of `ignore[` is not closed"),
        ("ignor[a/b]", "unknown word 'ignor' after `pentalint:`"),
        ("", "nothing is said after `pentalint:`"),
        ("Ignore[a/b]", "unknown word 'Ignore'"),
        ("ignore[a b]", "'a b' is not a rule id"),
        ("ignore[a/b/c]", "'a/b/c' is not a rule id"),
        ("ignore[B101]", "'B101' is not a rule id"),
        ("ignore[a/b] because", "'because' follows the rules: write the reason behind `--`"),
        ("ignore[a/b] -- x (until 2026-02-30)", "'2026-02-30' is not a date: write `(until YYYY-MM-DD)`"),
        ("ignore[a/b] -- x (until tomorrow)", "'tomorrow' is not a date"),
        ("ignore[a/b] -- x (until 20261231)", "'20261231' is not a date"),
        ("ignore[a/b] -- x (until 2026-W01-1)", "is not a date"),
    ],
)
def test_a_malformed_pragma_says_what_is_wrong(comment: str, sentence: str) -> None:
    pragma = only(f"x = 1\nf()  # pentalint: {comment}\n")
    assert sentence in pragma.error
    assert (pragma.line, pragma.until) == (2, None)
    assert pragma.kind in KINDS


@pytest.mark.parametrize(
    "text",
    [
        "x = 1  # noqa\nf()  # nosec B201\ng()  # type: ignore[a]\n",
        "x = '# pentalint: ignore[a/b]'\n",
        "'''\n# pentalint: ignore[a/b]\n'''\n",
        "# see the pentalint: ignore comments\n",
        "pentalint: ignore\n",
        "x = f'{a}# pentalint: ignore[a/b]'\n",
    ],
)
def test_what_is_not_a_pragma(text: str) -> None:
    assert pragmas(text, "a.py") == ()


@pytest.mark.parametrize(
    "text", ["x = (\nprint 'a' # pentalint: ignore[a/b]\n", "  x\n y\n# pentalint: ignore[a/b]\n"]
)
def test_broken_files_keep_their_pragmas(text: str) -> None:
    assert only(text).rules == ("a/b",)


@pytest.mark.parametrize(
    ("path", "text", "place"),
    [
        ("a.html", "<p>{{ x|safe }}</p> {# pentalint: ignore[a/b] -- why #}\n", (1, 21, False)),
        ("a.jinja2", "<p>\n  {#- pentalint: ignore[a/b] -- why -#}\n", (2, 3, True)),
        ("a.html", "<p>\n<!-- pentalint: ignore[a/b] -- why -->\n", (2, 1, True)),
        ("a.pt", "<p>\n<!--! pentalint: ignore[a/b]\n -- why -->\n", (2, 1, True)),
        ("a.mako", "x\n  ## pentalint: ignore[a/b] -- why\n", (2, 3, True)),
        ("a.ini", "[app]\nx = 1 ; pentalint: ignore[a/b] -- why\n", (2, 7, False)),
        ("a.conf", "# pentalint: ignore[a/b] -- why\n", (1, 1, True)),
        ("requirements.txt", "flask==0.1  # pentalint: ignore[a/b] -- why\n", (1, 13, False)),
        (
            "pyproject.toml",
            "x = '# pentalint: ignore[c/d]'\ny = 1 # pentalint: ignore[a/b] -- why\n",
            (2, 7, False),
        ),
    ],
)
def test_other_languages_have_other_comments(path: str, text: str, place: tuple[int, int, bool]) -> None:
    pragma = only(text, path)
    assert (pragma.rules, pragma.reason, pragma.error) == (("a/b",), "why", "")
    assert (pragma.line, pragma.column, pragma.own_line) == place


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.html", "# pentalint: ignore[a/b]\n"),
        ("a.html", "{{ '## pentalint: ignore[a/b]' }}\n"),
        ("a.ini", "x = a#pentalint: ignore[a/b]\n"),
        ("a.html", "{# about pentalint: ignore[a/b] #}\n"),
    ],
)
def test_other_languages_comments_are_theirs_alone(path: str, text: str) -> None:
    assert pragmas(text, path) == ()
