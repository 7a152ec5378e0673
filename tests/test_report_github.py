from __future__ import annotations

import re

import pytest
from reporting import context, finding, report

from pentalint.model import Confidence, Finding, Severity, Span
from pentalint.report import FORMATS

_COMMAND = re.compile(r"::(error|warning|notice) ((?:[A-Za-z]+=[^,:]*,?)*)::(.*)")


def parsed(line: str) -> tuple[str, dict[str, str], str]:
    """What the runner makes of one line (after actions/toolkit): level, properties, message."""
    match = _COMMAND.fullmatch(line)
    assert match, line

    def data(text: str) -> str:
        return text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")

    pairs = dict(part.split("=", 1) for part in match[2].split(",") if part)
    properties = {name: data(value.replace("%3A", ":").replace("%2C", ",")) for name, value in pairs.items()}
    return match[1], properties, data(match[3])


def lines(*findings: Finding) -> list[tuple[str, dict[str, str], str]]:
    return [parsed(line) for line in FORMATS["github"](report(*findings), context()).splitlines()]


def test_exact_text() -> None:
    assert FORMATS["github"](report(finding()), context()) == (
        "::error file=app.py,line=6,endLine=6,col=5,endColumn=24,title=flask/debug-run"
        "::app.py:6:5: flask/debug-run: `app.run(debug=True)` lets visitors run code\n"
    )


def test_nothing_found_says_nothing() -> None:
    assert FORMATS["github"](report(), context()) == ""


@pytest.mark.parametrize(
    "path", ["a,b.py", "a:b.py", "100%/x.py", "a%2Cb.py", "日本/é.py", "a=b.py", "x y.py"]
)
def test_any_path_and_message_survive(path: str) -> None:
    message = "50% of a, b:: c\r\nnext %0A line"
    [(_, properties, text)] = lines(finding(path=path, message=message))
    assert properties["file"] == path
    assert text == f"{path}:6:5: flask/debug-run: {message}"


def test_columns_only_for_one_line() -> None:
    [(_, properties, _)] = lines(finding(span=Span(2, 3, 4, 5)))
    assert properties == {"file": "app.py", "line": "2", "endLine": "4", "title": "flask/debug-run"}


@pytest.mark.parametrize(
    ("severity", "level"),
    [("critical", "error"), ("high", "error"), ("medium", "warning"), ("low", "notice"), ("info", "notice")],
)
def test_levels(severity: str, level: str) -> None:
    [(found, _, _)] = lines(finding(severity=Severity[severity]))
    assert found == level


@pytest.mark.parametrize(
    ("count", "shown", "more"), [(9, 9, ""), (10, 10, ""), (11, 9, "+2"), (100, 9, "+91")]
)
def test_ten_a_level_and_the_last_says_how_many_more(count: int, shown: int, more: str) -> None:
    found = [finding(span=Span(number, 1, number, 2)) for number in range(1, count + 1)]
    said = lines(*found, finding(severity=Severity.low))
    errors = [entry for entry in said if entry[0] == "error"]
    assert len(errors) == min(count, 10) and len(said) == len(errors) + 1
    assert sum("file" in properties for _, properties, _ in errors) == shown
    assert errors[-1][2].partition(" more")[0] == more if more else "more" not in errors[-1][2]


def test_the_worst_come_first() -> None:
    weak = [finding(confidence=Confidence.low, span=Span(number, 1, number, 2)) for number in range(1, 20)]
    said = lines(*weak, finding(path="z.py"), finding(path="zz.py", severity=Severity.critical))
    assert [properties["file"] for _, properties, _ in said[:3]] == ["zz.py", "z.py", "app.py"]


def test_paths_are_those_of_the_workspace() -> None:
    text = FORMATS["github"](report(finding()), context(base="services/api"))
    assert parsed(text.rstrip())[1]["file"] == "services/api/app.py"
