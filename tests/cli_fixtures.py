"""Fixtures to type commands with; a plugin of the tests of the command line."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from cli_stand import Command, Result, Stand
from reporting import ALL_RULES

import pentalint
from pentalint import cli, cli_check


@pytest.fixture
def scrubbed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty working directory and an environment that says nothing."""
    for name in list(os.environ):
        if name.startswith(("PENTALINT", "GITHUB", "NO_COLOR", "FORCE_COLOR", "CI")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def stand(scrubbed: None, monkeypatch: pytest.MonkeyPatch) -> Stand:
    """The run replaced, and three made-up rules instead of the packs."""
    stand = Stand()
    monkeypatch.setitem(sys.modules, "pentalint.run", stand)  # type: ignore[arg-type]
    monkeypatch.setattr(pentalint, "run", stand, raising=False)
    monkeypatch.setattr(cli_check, "all_rules", lambda: dict(sorted(ALL_RULES.items())))
    return stand


@pytest.fixture
def command(scrubbed: None, capsys: pytest.CaptureFixture[str]) -> Command:
    """Type a command: exit code, standard output, standard error."""

    def run(*argv: str) -> Result:
        code = cli.run_command(list(argv))
        out, err = capsys.readouterr()
        return code, out, err

    return run
