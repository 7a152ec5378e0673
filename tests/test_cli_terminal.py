"""Colour, progress, encodings and pipes."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from cli_stand import Command, Stand, Terminal
from reporting import finding, report

from pentalint import cli, cli_terminal

pytest_plugins = ["cli_fixtures"]


@pytest.mark.parametrize(
    ("terminal", "environ", "color"),
    [
        (False, {}, False),
        (True, {}, True),
        (True, {"TERM": "dumb"}, False),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"NO_COLOR": ""}, True),
        (False, {"FORCE_COLOR": "1"}, True),
        (True, {"FORCE_COLOR": "0"}, False),
        (False, {"FORCE_COLOR": ""}, False),
        (True, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_colour(terminal: bool, environ: dict[str, str], color: bool) -> None:
    assert cli_terminal.colored(Terminal() if terminal else io.StringIO(), environ) is color


def test_data_and_files_are_never_coloured(
    stand: Stand, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    stand.report = report(finding())
    assert "\x1b[1;31mhigh\x1b[0m" in command("check")[1]
    assert "\x1b]8" not in command("check")[1]
    for form in ("json", "sarif", "github"):
        assert "\x1b" not in command("check", "--output-format", form)[1]
    command("check", "--output", "full=r.txt")
    assert "\x1b" not in Path("r.txt").read_text(encoding="utf-8")


def test_width() -> None:
    assert cli_terminal.columns(io.StringIO()) == 100
    assert cli_terminal.columns(Terminal()) > 0


@pytest.mark.parametrize(
    ("terminal", "verbosity", "environ", "bar"),
    [
        (True, 0, {}, True),
        (False, 0, {}, False),
        (True, -1, {}, False),
        (True, 0, {"TERM": "dumb"}, False),
        (True, 0, {"CI": "true"}, False),
    ],
)
def test_a_bar_only_when_someone_watches(
    monkeypatch: pytest.MonkeyPatch, terminal: bool, verbosity: int, environ: dict[str, str], bar: bool
) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal() if terminal else io.StringIO())
    assert (cli_terminal.progress(verbosity, environ) is not None) is bar


def test_the_bar_moves_and_goes_away(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr(cli_terminal.time, "monotonic", lambda: clock[0])
    stream = Terminal()
    bar = cli_terminal.Progress(stream)
    bar.clear()
    bar(1, 10)
    assert stream.getvalue() == ""
    clock[0] = 1.0
    bar(5, 10)
    bar(6, 10)
    assert stream.getvalue() == f"\r[{'#' * 12}{' ' * 12}] 5/10 files"
    clock[0] = 2.0
    bar(0, 0)
    bar.clear()
    bar.clear()
    assert stream.getvalue().endswith("5/10 files\r\x1b[K")


def test_a_run_under_a_terminal_clears_its_bar(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    clock = iter(range(100))
    monkeypatch.setattr(cli_terminal.time, "monotonic", lambda: float(next(clock)))
    assert cli.run_command(["check"]) == 0
    assert stream.getvalue() == f"\r[{'#' * 8}{' ' * 16}] 1/3 files\r\x1b[K"


def test_an_encoding_that_lacks_letters(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii", newline="\n"))
    stand.report = report(finding(message="日本 é"))
    assert cli.run_command(["check", "--output-format", "concise"]) == 1
    assert b"\\u65e5\\u672c \\xe9" in raw.getvalue()
    raw.truncate(0)
    raw.seek(0)
    assert cli.run_command(["check", "--output-format", "json"]) == 1
    assert json.loads(raw.getvalue())["findings"][0]["message"] == "日本 é"


def test_a_reader_that_went_away_is_not_an_error() -> None:
    script = "from pentalint import cli_terminal; cli_terminal.write('x' * 1_000_000); raise SystemExit(1)"
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    assert process.wait(60) == 1
    assert process.stderr.read() == b""
    process.stderr.close()


def test_closing_a_stream_without_a_descriptor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    cli_terminal.close_quietly()


def test_a_pipe_that_breaks_elsewhere(stand: Stand, command: Command) -> None:
    stand.error = BrokenPipeError()
    assert command("check") == (2, "", "")
