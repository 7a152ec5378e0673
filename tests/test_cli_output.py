"""Reports, where they go, and what is said besides."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cli_stand import CLEAN, FOUND, Command, Stand
from reporting import finding, report

from pentalint import cli_check
from pentalint.config import Config, Options, Output
from pentalint.model import Span, Unit

pytest_plugins = ["cli_fixtures"]


def test_notices_come_once(stand: Stand, command: Command) -> None:
    Path("pentalint.toml").write_text("", encoding="utf-8")
    Path(".pentalint.toml").write_text("", encoding="utf-8")
    twice = "pentalint.toml is used; .pentalint.toml is not read"
    stand.report = report(notices=("no framework was found", twice))
    assert command("check")[2] == f"pentalint: note: {twice}\npentalint: note: no framework was found\n"
    assert command("check", "-q")[2] == ""
    assert json.loads(command("check", "--output-format", "json")[1])["notices"] == [
        twice,
        "no framework was found",
    ]


def test_verbose_says_what_was_detected(stand: Stand, command: Command) -> None:
    units = (*stand.detections(Options(), Config()), Unit("docs"))
    stand.report = report(units=units)
    assert command("check", "-v")[2] == (
        "pentalint: note: .: flask 3.0 (application)\n"
        "pentalint: note: docs: none of the frameworks\n"
        "pentalint: note: rules that ran: 2\n"
    )


def test_many_reports_from_one_run(stand: Stand, command: Command) -> None:
    stand.report = report(finding())
    code, out, err = command(
        "check", "--output", "sarif=r.sarif", "--output", "json=r.json", "--output", "concise"
    )
    assert (code, out, err) == (1, FOUND, "")
    assert json.loads(Path("r.sarif").read_text(encoding="utf-8"))["version"] == "2.1.0"
    assert json.loads(Path("r.json").read_text(encoding="utf-8"))["summary"]["findings"] == 1


def test_only_files_leave_the_summary_on_standard_error(stand: Stand, command: Command) -> None:
    stand.report = report(finding())
    summary = "pentalint: 1 finding (1 high) in 1 file; 3 files checked.\n"
    assert command("check", "--output", "json=r.json") == (1, "", summary)
    assert command("check", "--output", "json=r.json", "-q") == (1, "", "")


def test_a_report_that_cannot_be_written(stand: Stand, command: Command) -> None:
    assert command("check", "--output", "json=gone/r.json") == (
        2,
        "",
        "pentalint: error: gone/r.json: the report cannot be written there: No such file or directory\n",
    )


def test_statistics(stand: Stand, command: Command) -> None:
    stand.report = report(finding(), finding(path="b.py"))
    assert "\n\n2  flask/debug-run (high)\n\n" in command("check", "--statistics")[1]
    _, out, err = command("check", "--statistics", "--output-format", "json")
    assert json.loads(out)["schema_version"] == 1
    assert err == "pentalint: 2  flask/debug-run (high)\n"


@pytest.mark.parametrize(
    ("variable", "value", "field", "expected"),
    [
        ("PENTALINT_OUTPUT_FORMAT", "concise", "outputs", (Output("concise"),)),
        ("PENTALINT_CACHE_DIR", "x", "cache_dir", "x"),
        ("PENTALINT_NO_CACHE", "1", "cache", False),
        ("PENTALINT_CONFIG", "mine.toml", "config", "mine.toml"),
    ],
)
def test_environment(
    stand: Stand,
    command: Command,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    value: str,
    field: str,
    expected: Any,
) -> None:
    Path("mine.toml").write_text("", encoding="utf-8")
    monkeypatch.setenv(variable, value)
    command("check")
    assert getattr(stand.options, field) == expected


def test_github_actions_changes_no_format(
    stand: Stand, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("CI", "true")
    assert command("check") == (0, CLEAN, "")


def test_github_paths_are_those_of_the_workspace(
    stand: Stand, command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "api").mkdir()
    stand.report = report(finding())
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    monkeypatch.chdir(tmp_path / "api")
    assert "file=api/app.py," in command("check", "--output-format", "github")[1]
    assert command("check", "--output-format", "concise")[1].startswith("app.py:6:5:")


def test_paths_are_shown_from_the_working_directory(
    stand: Stand, command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "shop" / "web").mkdir(parents=True)
    (tmp_path / "else").mkdir()
    (tmp_path / "shop" / "pentalint.toml").write_text("", encoding="utf-8")
    stand.report = report(finding())
    for here, argv, shown in (
        ("shop", [], "app.py"),
        (".", ["shop"], "shop/app.py"),
        ("shop/web", [], "../app.py"),
        ("else", ["../shop"], f"{tmp_path.as_posix()}/shop/app.py"),
    ):
        monkeypatch.chdir(tmp_path / here)
        _, out, _ = command("check", "--output-format", "concise", *argv)
        assert out.partition(":6:5")[0] == shown


def test_code_is_shown_from_the_files(stand: Stand, command: Command, tmp_path: Path) -> None:
    Path("app.py").write_bytes("# coding: latin-1\nx = 'é'\n".encode("latin-1"))
    Path("bad.py").write_bytes(b"\xff\xfe\x00")

    stand.report = report(
        finding(span=Span(2, 5, 2, 8)),
        finding(span=Span(2, 1, 2, 2)),
        finding(path="bad.py"),
        finding(path="gone.py"),
    )
    _, out, _ = command("check")
    assert "2 | x = 'é'\n  |     ^^^\n" in out
    assert " --> bad.py:6:5\n  = confidence" in out
    assert " --> gone.py:6:5\n  = confidence" in out


def test_nothing_is_read_from_the_packs_by_a_clean_run(
    stand: Stand, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> Any:
        raise AssertionError("the packs were read")

    monkeypatch.setattr(cli_check, "all_rules", refuse)
    assert command("check") == (0, CLEAN, "")
