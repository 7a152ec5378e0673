"""Suppression comments on every line a person would try, and what is said of those that do nothing."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from projects import check, rule

from pentalint.config import Config
from pentalint.model import Role

CALL = rule('call = "api.f"')
OTHER = rule('call = "api.g"', "other")
HEAD = "from api import f, g, deco\n"
UNUSED = "pentalint/unused-suppression"
MALFORMED = "pentalint/malformed-suppression"

P = "# pentalint: ignore[flask/probe]"


def outcome(source: str | dict[str, str], *rules: Any, **options: Any) -> list[str]:
    """One line for each finding: `3 flask/probe suppressed`."""
    texts = {"app.py": HEAD + source} if isinstance(source, str) else source
    found = check(texts, *(rules or (CALL, OTHER)), **options)
    return [
        f"{one.span.line} {one.rule.partition('/')[2]}{' suppressed' if one.suppressed else ''}"
        for one in found
    ]


SILENCED: list[tuple[str, str, int]] = [
    ("on the line", f"f()  {P}\n", 2),
    ("with a reason", f"f()  {P} -- because\n", 2),
    ("not expired", f"f()  {P} -- because (until 2026-06-30)\n", 2),
    ("expires today", f"f()  {P} (until 2026-01-01)\n", 2),
    ("by pack", "f()  # pentalint: ignore[flask]\n", 2),
    ("by glob", "f()  # pentalint: ignore[flask/pro*]\n", 2),
    ("one of several", "f()  # pentalint: ignore[web/x, flask/probe]\n", 2),
    ("behind another comment", f"f()  # noqa: E501  {P}\n", 2),
    ("first line of a call", f"f(  {P}\n    1,\n)\n", 2),
    ("last line of a call", f"f(\n    1,\n)  {P}\n", 2),
    ("own line above", f"{P}\nf()\n", 3),
    ("own line above, indented", f"def v():\n    {P}\n    f()\n", 4),
    ("own line above a call of several lines", f"{P}\nf(\n    1,\n)\n", 3),
    ("flagged line inside a statement", f"x = [\n    1,\n    f(),  {P}\n]\n", 4),
    ("first line of the statement", f"x = [  {P}\n    1,\n    f(),\n]\n", 4),
    ("last line of the statement", f"x = [\n    1,\n    f(),\n]  {P}\n", 4),
    ("above the statement", f"{P}\nx = [\n    1,\n    f(),\n]\n", 5),
    ("header of a block", f"if f():  {P}\n    pass\n", 2),
    ("above a block", f"{P}\nif f():\n    pass\n", 3),
    ("two stacked above", f"{P}\n# pentalint: ignore[flask/other]\nf(g())\n", 4),
    ("inside an f-string of several lines", f'x = f"""\n{{f()}}\n"""  {P}\n', 3),
    ("whole file", "# pentalint: file-ignore[flask/probe]\nf()\n", 3),
    ("whole file, at the end", "f()\n# pentalint: file-ignore[flask/probe]\n", 2),
    ("from here on", "# pentalint: disable[flask/probe]\n\nf()\n", 4),
    (
        "from here until there",
        "# pentalint: disable[flask/probe]\nf()\n# pentalint: enable[flask/probe]\n",
        3,
    ),
    ("in a string before", f"x = '#'; f()  {P}\n", 2),
    ("tabs", f"f()\t{P}\n", 2),
    ("after a semicolon", f"x = 1; f()  {P}\n", 2),
    ("after a continuation", f"x = 1 + \\\n    f()  {P}\n", 3),
]


@pytest.mark.parametrize(
    ("source", "line"), [pytest.param(source, line, id=name) for name, source, line in SILENCED]
)
def test_silenced(source: str, line: int) -> None:
    found = outcome(source, CALL, OTHER)
    assert f"{line} probe suppressed" in found
    assert not [one for one in found if one.endswith(" probe")]


@pytest.mark.parametrize(
    "ending",
    ["\r\n", "\r"],
)
def test_line_ends_of_other_systems(ending: str) -> None:
    source = f"{P}\nf()\nx = [\n    f(),\n]  {P}\n".replace("\n", ending)
    assert outcome(source) == ["3 probe suppressed", "5 probe suppressed"]


DECORATED = [
    ("above the decorators", f"{P}\n@deco\n@deco\ndef v():\n    pass\n"),
    ("on the first decorator", f"@deco  {P}\n@deco\ndef v():\n    pass\n"),
    ("on the def line", f"@deco\n@deco\ndef v():  {P}\n    pass\n"),
]


@pytest.mark.parametrize(
    ("match", "source"),
    [
        pytest.param(match, source, id=f"{kind}, {name}")
        for kind, match in (("function", 'function.name = "v"'), ("decorator", 'decorator = "api.deco"'))
        for name, source in DECORATED
    ],
)
def test_decorated_definitions(match: str, source: str) -> None:
    (found,) = outcome(source, rule(match))
    assert found.endswith("probe suppressed")


def test_a_class_and_its_attribute() -> None:
    source = f"class A(f):  {P}\n    x = 1\n"
    assert outcome(source, rule('class = "api.f"')) == ["2 probe suppressed"]
    at = rule('class = "api.f"\nattributes.x = 1\nat = "x"')
    assert outcome(f"class A(f):\n    x = 1  {P}\n", at) == ["3 probe suppressed"]


LOUD: list[tuple[str, str, list[str]]] = [
    ("another rule", "f()  # pentalint: ignore[flask/other]\n", ["2 probe", "2 unused-suppression"]),
    ("another pack", "f()  # pentalint: ignore[web]\n", ["2 probe"]),
    ("the next line", f"f()\nx = 1  {P}\n", ["2 probe", "3 unused-suppression"]),
    ("two lines above", f"{P}\nx = 1\nf()\n", ["2 unused-suppression", "4 probe"]),
    ("own line below", f"f()\n{P}\n", ["2 probe", "3 unused-suppression"]),
    ("a body is not its header", f"if True:  {P}\n    f()\n", ["2 unused-suppression", "3 probe"]),
    ("inside the body of what is above", f"{P}\ndef v():\n    f()\n", ["2 unused-suppression", "4 probe"]),
    ("in a string", f"f('{P}')\n", ["2 probe"]),
    ("before the range", "f()\n# pentalint: disable[flask/probe]\n", ["2 probe", "3 malformed-suppression"]),
    ("behind the range", "# pentalint: disable[flask/probe]\n# pentalint: enable[flask/probe]\nf()\n", ["2 unused-suppression", "4 probe"]),
    ("expired", f"f()  {P} (until 2025-12-31)\n", ["2 probe", "2 unused-suppression"]),
    ("no rule", "f()  # pentalint: ignore\n", ["2 probe", "2 malformed-suppression"]),
    ("empty brackets", "f()  # pentalint: ignore[]\n", ["2 probe", "2 malformed-suppression"]),
    ("a typing error", "f()  # pentalint: ignroe[flask/probe]\n", ["2 probe", "2 malformed-suppression"]),
    ("no such date", f"f()  {P} (until 2026-02-30)\n", ["2 probe", "2 malformed-suppression"]),
    ("a reason without dashes", f"f()  {P} because\n", ["2 probe", "2 malformed-suppression"]),
    ("everything", "f()  # pentalint: ignore[*]\n", ["2 probe suppressed"]),
    ("blanket of another tool", "f()  # noqa\n", ["2 probe"]),
    ("enable alone", "# pentalint: enable[flask/probe]\nf()\n", ["3 probe"]),
    ("nothing to silence", f"x = 1  {P}\n", ["2 unused-suppression"]),
    ("half of it unused", "f()  # pentalint: ignore[flask/probe, flask/other]\n", ["2 probe suppressed"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("source", "expected"), [pytest.param(source, expected, id=name) for name, source, expected in LOUD]
)
def test_not_silenced(source: str, expected: list[str]) -> None:
    assert sorted(outcome(source)) == sorted(expected)


def test_a_range_ends_only_for_the_rules_it_names() -> None:
    source = (
        "# pentalint: disable[flask/probe]\n# pentalint: disable[flask/other]\nf(g())\n"
        "# pentalint: enable[flask/probe]\nf()\ng()\n# pentalint: enable[flask/other]\n"
    )
    assert outcome(source) == [
        "4 other suppressed",
        "4 probe suppressed",
        "6 probe",
        "7 other suppressed",
    ] or outcome(source) == ["4 probe suppressed", "4 other suppressed", "6 probe", "7 other suppressed"]


def test_a_suppression_says_why() -> None:
    (found,) = check(HEAD + f"f()  {P} -- checked by hand (until 2026-06-30)\n", CALL)
    assert found.suppressed is not None
    assert (found.suppressed.line, found.suppressed.reason) == (2, "checked by hand")


def test_unused_is_only_said_when_every_rule_it_names_ran() -> None:
    source = {"app.py": HEAD + "x = 1  # pentalint: ignore[flask/other]\ny = 1  # pentalint: ignore[flask]\n"}
    assert outcome(source) == ["2 unused-suppression", "3 unused-suppression"]
    own = "pentalint"
    assert outcome(source, config=Config(select=("flask/probe", own))) == []
    assert outcome(source, config=Config(select=("flask/other", own))) == ["2 unused-suppression"]
    assert outcome(source, config=Config(ignore=("flask/other",))) == []


def test_unused_is_not_said_of_files_the_rule_does_not_judge() -> None:
    source = {"test_app.py": HEAD + f"f()  {P}\n"}
    assert outcome(source, roles={"test_app.py": Role.test}) == []


def test_the_rules_about_suppressions_can_be_ignored() -> None:
    source = "f()  # pentalint: ignore\nx = 1  # pentalint: ignore[flask/probe]\n"
    assert outcome(source, config=Config(ignore=("pentalint",))) == ["2 probe"]
    assert outcome(source, config=Config(select=("flask",))) == ["2 probe"]


def test_the_day_decides() -> None:
    source = f"f()  {P} (until 2026-06-30)\n"
    assert outcome(source, today=date(2026, 6, 30)) == ["2 probe suppressed"]
    assert sorted(outcome(source, today=date(2026, 7, 1))) == ["2 probe", "2 unused-suppression"]


def test_messages_about_suppressions() -> None:
    source = (
        "x = 1  # pentalint: ignore[flask/probe, flask/other]\ny = 1  # pentalint: ignore[flask/probe] (until 2025-01-01)\n"
        "z = 1  # pentalint: ignroe[x]\n"
    )
    found = check(HEAD + source, CALL, OTHER)
    assert [(one.span.line, one.span.column, one.message) for one in found] == [
        (2, 8, "Nothing here is suppressed by flask/probe, flask/other: remove the comment"),
        (3, 8, "The suppression of flask/probe expired on 2025-01-01"),
        (4, 8, "unknown word 'ignroe' after `pentalint:`: write one of ignore, file-ignore, disable, enable"),
    ]


INI = rule('config = "[app] debug"')


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[app]\ndebug = true\n", ["2 probe"]),
        ("[app]\n# pentalint: ignore[flask/probe]\ndebug = true\n", ["3 probe suppressed"]),
        ("[app]\n; pentalint: ignore[flask/probe] -- why\ndebug = true\n", ["3 probe suppressed"]),
        ("[app]\ndebug = true  ; pentalint: ignore[flask/probe]\n", ["2 probe suppressed"]),
        ("# pentalint: file-ignore[flask/probe]\n[app]\ndebug = true\n", ["3 probe suppressed"]),
        ("[app]\n# pentalint: ignore[flask/probe]\nother = 1\n", ["2 unused-suppression"]),
        ("[app]\n# pentalint: ignore\ndebug = 1\n", ["2 malformed-suppression", "3 probe"]),
    ],
)
def test_ini_files(text: str, expected: list[str]) -> None:
    assert sorted(outcome({"production.ini": text}, INI)) == sorted(expected)


@pytest.mark.parametrize(
    "line",
    [
        "flask==2.0.1  # pentalint: ignore[flask/probe]\n",
        "# pentalint: ignore[flask/probe]\nflask==2.0.1\n",
    ],
)
def test_requirement_files(line: str) -> None:
    (found,) = outcome({"requirements.txt": line}, rule('requirement = "flask"'))
    assert found.endswith("probe suppressed")


def test_pyproject_files() -> None:
    text = '[project]\nname = "x"\nversion = "1"\ndependencies = [\n  "flask==2.0.1",  # pentalint: ignore[flask/probe]\n]\n'
    assert outcome({"pyproject.toml": text}, rule('requirement = "flask"')) == ["5 probe suppressed"]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.html", "<p>\n{# pentalint: ignore #}\n</p>\n", ["2 malformed-suppression"]),
        ("a.html", "<p>\n<!-- pentalint: ignroe[x] -->\n</p>\n", ["2 malformed-suppression"]),
        ("a.mako", "<p>\n## pentalint: ignore\n</p>\n", ["2 malformed-suppression"]),
        ("a.html", "<p>\n# pentalint: ignore\n</p>\n", []),
    ],
)
def test_templates(name: str, text: str, expected: list[str]) -> None:
    config = Config()
    every = rule('call = "api.f"', roles=["app", "template"])
    assert outcome({name: text}, every, config=config, roles={name: Role.app}) == expected


def test_a_file_that_cannot_be_read_cannot_be_suppressed() -> None:
    source = {"app.py": "# pentalint: file-ignore[pentalint/unreadable-file]\ndef (\n"}
    assert "2 unreadable-file" in outcome(source)


def test_other_linters_leave_our_comments_alone(tmp_path: Path) -> None:
    source = (
        "import os  # noqa: F401  # pentalint: ignore[flask/probe] -- why\n"
        "x = 1  # pentalint: ignore[flask/debug-run, web/*] -- reason (until 2026-12-31)\n"
        "# pentalint: disable[flask]\n"
        "y = 2  # pentalint: ignore[flask/x]  # noqa: E501\n"
        "# pentalint: enable[flask]\n"
        "# pentalint: file-ignore[web/open-redirect]\n"
    )
    path = tmp_path / "sample.py"
    path.write_text(source, encoding="utf-8")
    command = [
        sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", "--select", "RUF100,RUF102,ERA,E,F", "--fix",
        "--unsafe-fixes", str(path),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert "Found" in done.stdout, done
    after = path.read_text(encoding="utf-8")
    assert [line.partition("pentalint:")[2].partition("  # noqa")[0] for line in after.splitlines()] == [
        line.partition("pentalint:")[2].partition("  # noqa")[0] for line in source.splitlines()
    ]
    assert "# noqa: E501" not in after  # ruff did work here
