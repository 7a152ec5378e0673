"""The command line with the real run, on a project written for the occasion."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_stand import Command

pytest_plugins = ["cli_fixtures"]

APP = """\
from flask import Flask

app = Flask(__name__)

if __name__ == "__main__":
    app.run(debug=True)
"""
MANIFEST = """\
[project]
name = "shop"
version = "1"
dependencies = ["flask==3.1.3"]

[tool.pentalint]
jobs = 1
"""
ONLY = ("--select", "flask/debug-run", "--output-format", "json")


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Flask project with one fault in `web/app.py`."""
    root = tmp_path / "shop"
    (root / "web").mkdir(parents=True)
    (root / "pyproject.toml").write_text(MANIFEST, encoding="utf-8")
    (root / "web" / "app.py").write_text(APP, encoding="utf-8")
    return root


def places(out: str) -> list[tuple[str, int, str]]:
    found = json.loads(out)["findings"]
    return [(entry["path"], entry["range"]["start"]["line"], entry["fingerprint"]) for entry in found]


def test_every_spelling_of_a_path_finds_the_same(
    shop: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shop)
    code, out, err = command("check", *ONLY)
    assert (code, err) == (1, "")
    whole = places(out)
    assert [entry[:2] for entry in whole] == [("web/app.py", 6)]
    for path in (
        "web/app.py",
        "./web/app.py",
        str(shop / "web" / "app.py"),
        "web",
        "web/../web",
    ):
        assert places(command("check", path, *ONLY)[1]) == whole, path
    monkeypatch.chdir(shop / "web")
    for argv in (["app.py"], ["."], [], [".."]):
        assert places(command("check", *argv, *ONLY)[1]) == whole, argv
    monkeypatch.chdir(shop.parent)
    assert places(command("check", "shop", *ONLY)[1]) == whole


def test_excludes_hold_for_files_that_are_named(
    shop: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shop)
    for pattern in ("web", "web/", "/web", "*.py", "web/app.py"):
        assert command("check", "web/app.py", "--extend-exclude", pattern, *ONLY)[0] == 0, pattern
    assert command("check", "web/app.py", "--extend-exclude", "/app.py", *ONLY)[0] == 1


def test_settings_of_the_file_reach_the_run(
    shop: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shop)
    text = (shop / "pyproject.toml").read_text(encoding="utf-8")
    for key, code, count in (
        ('ignore = ["flask/debug-run"]', 0, 0),
        ('ignore = ["flask"]', 0, 0),
        ('fail-on = "critical"', 0, 1),
        ('min-severity = "critical"', 0, 0),
        ('per-file-ignores = { "web/*" = ["flask/debug-*"] }', 0, 0),
        ('per-file-ignores = { "api/*" = ["flask/debug-*"] }', 1, 1),
        ('severity = { "flask" = "info" }', 0, 1),
        ('exclude = ["web"]', 0, 0),
        ('frameworks = ["bottle"]', 0, 0),
    ):
        (shop / "pyproject.toml").write_text(f"{text}{key}\n", encoding="utf-8")
        found, out, _ = command("check", "-q", "--output-format", "json")
        rules = [entry for entry in json.loads(out)["findings"] if entry["rule"]["id"] == "flask/debug-run"]
        assert (found, len(rules)) == (code, count), key


def test_a_file_that_cannot_be_read_is_a_finding(
    shop: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shop)
    (shop / "web" / "bad.py").write_text("x = (\n", encoding="utf-8")
    code, out, _ = command("check", "web/bad.py", "--select", "flask/debug-run", "--output-format", "concise")
    assert code == 1
    assert out.startswith("web/bad.py:1:5: ") and "[pentalint/unreadable-file]" in out


def test_every_rule_of_the_packs_can_be_explained(command: Command) -> None:
    code, out, err = command("rule", "--all", "--output-format", "json")
    assert (code, err) == (0, "")
    rules = json.loads(out)
    names = [rule["id"] for rule in rules]
    assert names == sorted(names) and "flask/debug-run" in names
    assert command("rules")[1].count("\n") == len(names)
