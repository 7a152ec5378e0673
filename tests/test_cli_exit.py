"""Exit codes, and what leads to them."""

from __future__ import annotations

from typing import Any

import pytest
from cli_stand import Command, Stand
from reporting import finding, report

from pentalint.model import Failure, Report, Severity

pytest_plugins = ["cli_fixtures"]


LOW = finding(severity=Severity.low)


INFO = finding(severity=Severity.info)


UNREADABLE = finding(rule="pentalint/unreadable-file", severity=Severity.info)


CRASH = Failure("app.py", "rule", "flask/debug-run raised KeyError", 3)


@pytest.mark.parametrize(
    ("found", "failures", "argv", "code"),
    [
        ((), (), [], 0),
        ((LOW,), (), [], 1),
        ((INFO,), (), [], 0),
        ((INFO,), (), ["--fail-on", "any"], 1),
        ((INFO,), (), ["--fail-on", "info"], 1),
        ((LOW,), (), ["--fail-on", "medium"], 0),
        ((finding(),), (), ["--fail-on", "high"], 1),
        ((finding(),), (), ["--fail-on", "critical"], 0),
        ((finding(),), (), ["--fail-on", "never"], 0),
        ((finding(),), (), ["--exit-zero"], 0),
        ((finding(baselined=True),), (), [], 0),
        ((UNREADABLE,), (), ["--fail-on", "critical"], 1),
        ((UNREADABLE,), (), ["--fail-on", "never"], 0),
        ((UNREADABLE,), (), ["--exit-zero"], 0),
        ((), (CRASH,), [], 2),
        ((finding(),), (CRASH,), ["--exit-zero"], 2),
        ((finding(),), (CRASH,), ["--fail-on", "never"], 2),
    ],
)
def test_exit_codes(
    stand: Stand, command: Command, found: Any, failures: Any, argv: list[str], code: int
) -> None:
    stand.report = report(*found, failures=failures)
    for form in ("full", "concise", "grouped", "json", "sarif", "github"):
        assert command("check", "--output-format", form, *argv)[0] == code


def test_failures_are_told(stand: Stand, command: Command) -> None:
    stand.report = report(failures=(CRASH, Failure("", "config", "odd")))
    assert command("check", "-q")[2] == (
        "pentalint: error: app.py:3: flask/debug-run raised KeyError (internal failure while at: rule)\n"
        "pentalint: error: odd (internal failure while at: config)\n"
    )


def test_no_files_is_a_warning(stand: Stand, command: Command) -> None:
    stand.report = Report(root=".")
    assert command("check") == (
        0,
        "No findings in 0 files checked.\n",
        "pentalint: warning: no files to check; if .gitignore names them, --no-respect-gitignore brings them back\n",
    )
    assert command("check", "-q") == (0, "", "")
