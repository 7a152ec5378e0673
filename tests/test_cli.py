"""From argv to options, and mistakes of every kind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cli_stand import CLEAN, FOUND, Command, Stand
from reporting import finding, report

from pentalint import __version__, cli
from pentalint.config import FailOn, Options, Output
from pentalint.errors import UserError
from pentalint.model import Confidence, Persona, Severity

pytest_plugins = ["cli_fixtures"]


def test_a_clean_run(stand: Stand, command: Command) -> None:
    assert command("check") == (0, CLEAN, "")
    assert command("check", ".") == (0, CLEAN, "")


def test_findings(stand: Stand, command: Command) -> None:
    stand.report = report(finding())
    assert command("check", "--output-format", "concise") == (1, FOUND, "")


@pytest.mark.parametrize(
    ("argv", "words", "odd"),
    [
        ([], [], 0),
        (["x"], ["check", "x"], 0),
        (["."], ["check", "."], 0),
        (["--select", "A"], ["check", "--select", "A"], 0),
        (["-s", "A", "x"], ["check", "-s", "A", "x"], 0),
        (["-sA"], ["check", "-sA"], 0),
        (["check", "x"], ["check", "x"], 0),
        (["rules"], ["rules"], 0),
        (["--help"], ["--help"], 0),
        (["-V"], ["-V"], 0),
        (["check", "-s A,B"], ["check", "-s", "A,B"], 1),
        (["--select A", "x"], ["check", "--select", "A", "x"], 1),
        (["--output json=a b.json"], ["check", "--output", "json=a b.json"], 1),
        (["check", "--", "-s A"], ["check", "--", "-s A"], 0),
        (["--", "check"], ["check", "--", "check"], 0),
        (["check", "my dir", "-x=a b", "-sA B"], ["check", "my dir", "-x=a b", "-sA B"], 0),
    ],
)
def test_words(argv: list[str], words: list[str], odd: int) -> None:
    found, said = cli.arguments(argv)
    assert found == words
    assert len(said) == odd


def test_one_argument_read_as_two_is_said(stand: Stand, command: Command) -> None:
    _, _, err = command("check", "-s flask")
    assert (
        err
        == 'pentalint: warning: "-s flask" came as one argument and is read as two; write -s, then flask\n'
    )
    assert stand.config.select == ("flask",)


@pytest.mark.parametrize(
    ("argv", "field", "expected"),
    [
        (["-s", "flask,web"], "select", ("flask", "web")),
        (["-s", "flask", "--select", "web"], "select", ("flask", "web")),
        (["--select=flask, web,"], "select", ("flask", "web")),
        (["--ignore", "web"], "ignore", ("web",)),
        (["--extend-select", "web"], "extend_select", ("web",)),
        (["--extend-ignore", "web"], "extend_ignore", ("web",)),
        (["--min-severity", "high"], "min_severity", Severity.high),
        (["--min-confidence", "low"], "min_confidence", Confidence.low),
        (["--persona", "audit"], "persona", Persona.audit),
        (["--fail-on", "any"], "fail_on", FailOn.info),
        (["--fail-on", "critical"], "fail_on", FailOn.critical),
        (["--exit-zero"], "exit_zero", True),
        (["--statistics"], "statistics", True),
        (["--show-suppressed"], "show_suppressed", True),
        (["--framework", "flask", "--framework", "django"], "frameworks", ("flask", "django")),
        (["--exclude", "a,b"], "exclude", ("a", "b")),
        (["--extend-exclude", "a"], "extend_exclude", ("a",)),
        (["--no-respect-gitignore"], "respect_gitignore", False),
        (["--respect-gitignore"], "respect_gitignore", True),
        (["--force-exclude"], "force_exclude", True),
        (["--no-force-exclude"], "force_exclude", False),
        (
            ["--output", "json=a.json", "--output", "full"],
            "outputs",
            (Output("json", "a.json"), Output("full")),
        ),
        (["--output-format", "json"], "outputs", (Output("json"),)),
        (["-j", "3"], "jobs", 3),
        (["--jobs", "auto"], "jobs", 0),
        (["--no-cache"], "cache", False),
        (["--cache-dir", "x"], "cache_dir", "x"),
        (["--parser", "libcst"], "parser", "libcst"),
        (["--isolated"], "isolated", True),
        (["-q"], "verbosity", -1),
        (["-vv"], "verbosity", 2),
    ],
)
def test_each_option_sets_its_field(
    stand: Stand, command: Command, argv: list[str], field: str, expected: Any
) -> None:
    code, _, err = command("check", *argv)
    assert (code, err.replace("note: rules that ran: 0", "")) in ((0, ""), (0, "pentalint: \n"))
    changed = {"verbosity": 0, field: expected}
    assert stand.options == Options(**changed)


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        (["--selct", "x"], "No such option"),
        (["--min-severity", "hgh"], "'hgh' is not one of 'info', 'low', 'medium', 'high', 'critical'"),
        (["--jobs", "0"], "Invalid value for '-j' / '--jobs': must be a positive number or \"auto\""),
        (["--output", "srif"], 'not "srif"; did you mean "sarif"?'),
        (["--output", "sarif="], "must name a file after sarif="),
        (["--framework", "djngo"], '"djngo" is not one of django, flask, pyramid, bottle, cherrypy'),
        (["--select", ","], "needs at least one name"),
        (["--output", "json", "--output", "full"], "two reports cannot both go to standard output"),
        (["--output", "json", "--output-format", "full"], "two reports cannot both go to standard output"),
        (["gone.py"], "gone.py: there is no such file or directory; correct the path"),
        (["--config", "gone.toml"], "gone.toml: there is no such configuration file"),
        (
            ["--select", "flask/debug-rnu"],
            '--select: no rule is named "flask/debug-rnu"; did you mean "flask/debug-run"?',
        ),
        (["--select"], "requires an argument"),
    ],
)
def test_a_mistake_is_one_sentence_and_exit_2(
    stand: Stand, command: Command, argv: list[str], sentence: str
) -> None:
    code, out, err = command("check", *argv)
    assert (code, out) == (2, "")
    assert sentence in err
    assert err.startswith("pentalint: error: ") and err.count("\n") == 1


def test_a_mistake_in_a_file_names_its_line(stand: Stand, command: Command) -> None:
    Path("pyproject.toml").write_text(
        '[tool.pentalint]\nignore = ["flask", "nothing/here"]\n', encoding="utf-8"
    )
    assert command("check") == (
        2,
        "",
        'pentalint: error: pyproject.toml:2: ignore: no rule is named "nothing/here"; '
        "`pentalint rules` lists the rules\n",
    )


def test_another_version_is_required(stand: Stand, command: Command) -> None:
    Path("pentalint.toml").write_text('required-version = ">99"\n', encoding="utf-8")
    assert command("check") == (
        2,
        "",
        "pentalint: error: pentalint.toml:1: pentalint >99 is required, "
        f"this is {__version__}; install another\n",
    )
    Path("pentalint.toml").write_text('required-version = "newest"\n', encoding="utf-8")
    assert 'pentalint.toml:1: "required-version" must be a version specifier such as' in command("check")[2]
    Path("pentalint.toml").write_text('required-version = ">=0.0.1"\n', encoding="utf-8")
    assert command("check")[0] == 0


def test_a_user_error_of_the_run(stand: Stand, command: Command) -> None:
    stand.error = UserError("x: this will not do; do that")
    assert command("check") == (2, "", "pentalint: error: x: this will not do; do that\n")


def test_an_internal_error_names_itself(
    stand: Stand, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand.error = KeyError("boom\nbang")
    code, out, err = command("check", "--exit-zero")
    assert (code, out) == (2, "")
    assert err.startswith("pentalint: internal error at cli_stand.py:")
    assert "KeyError: 'boom\\nbang'. This is a bug in pentalint, not in your code: please report it" in err
    assert err.count("\n") == 1 and "Traceback" not in err
    monkeypatch.setenv("PENTALINT_TRACEBACK", "1")
    assert "\nTraceback (most recent call last):\n" in command("check")[2]


def test_an_interrupt(stand: Stand, command: Command) -> None:
    stand.error = KeyboardInterrupt()
    code, out, err = command("check")
    assert (code, out, err.strip()) == (130, "", "pentalint: interrupted")


def test_main_exits_with_the_code(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    codes: list[int] = []
    monkeypatch.setattr("gc.disable", lambda: None)
    monkeypatch.setattr("os._exit", codes.append)
    stand.report = report(finding())
    cli.main(["check"])
    monkeypatch.setattr(sys, "argv", ["pentalint", "--exit-zero"])
    cli.main()
    assert codes == [1, 0]


def test_the_program_runs_as_a_module() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pentalint", "--version"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, f"pentalint {__version__}\n", "")


def test_configuration_costs_neither_click_nor_libcst() -> None:
    modules = "pentalint.cli, pentalint.config_file, pentalint.report"
    script = f"import sys, {modules}; print({{'click', 'libcst'}} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "set()\n"
