"""The commands besides the check itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_stand import Command, Stand
from reporting import ALL_RULES

from pentalint import __version__, cli, cli_check

pytest_plugins = ["cli_fixtures"]


def test_version_and_help(command: Command) -> None:
    assert command("--version") == (0, f"pentalint {__version__}\n", "")
    code, out, _ = command("--help")
    assert code == 0
    for name in cli.COMMANDS:
        assert f"\n  {name} " in out
    assert "`pentalint PATH` is short for `pentalint check PATH`." in out
    code, bare, _ = command()
    assert (code, bare) == (2, out)
    code, out, _ = command("config")
    assert code == 2 and "Look after configuration files." in out


def test_help_of_check_names_every_option(command: Command) -> None:
    code, out, _ = command("check", "-h")
    assert code == 0
    for option in [
        "--select",
        "--ignore",
        "--extend-select",
        "--extend-ignore",
        "--min-severity",
        "--min-confidence",
        "--persona",
        "--framework",
        "--exclude",
        "--extend-exclude",
        "--respect-gitignore",
        "--no-respect-gitignore",
        "--force-exclude",
        "--no-force-exclude",
        "--output",
        "--output-format",
        "--statistics",
        "--show-suppressed",
        "--fail-on",
        "--exit-zero",
        "--config",
        "--isolated",
        "--jobs",
        "--no-cache",
        "--cache-dir",
        "--parser",
        "--quiet",
        "--verbose",
        "--show-files",
        "--show-settings",
    ]:
        assert option in out


def test_show_files(stand: Stand, command: Command, tmp_path: Path) -> None:
    assert command("check", "--show-files") == (0, "app.py  app\ntests/test_app.py  test\n", "")
    (tmp_path / "shop").mkdir()
    assert command("shop", "--show-files")[1].startswith("shop/app.py  app\n")


def test_show_settings(stand: Stand, command: Command, tmp_path: Path) -> None:
    Path("pentalint.toml").write_text('min-severity = "low"\nseverity.web = "info"\n', encoding="utf-8")
    code, out, err = command("check", "--show-settings", "--output", "json=x.json", "--ignore", "web")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[:3] == [
        f"root = {json.dumps(str(tmp_path))}",
        f"file = {json.dumps(str(tmp_path / 'pentalint.toml'))}",
        'select = ["ALL"]  # default',
    ]
    assert 'min-severity = "low"  # pentalint.toml:1' in lines
    assert 'severity = [["web", "info"]]  # pentalint.toml:2' in lines
    assert 'ignore = ["web"]  # command line' in lines
    assert "extend-select = []  # default" in lines
    assert 'output-format = ["json=x.json"]  # command line' in lines
    assert not any(line.startswith(("origins", "notices")) for line in lines)


def test_detect(stand: Stand, command: Command) -> None:
    code, out, err = command("detect")
    assert (code, err) == (0, "")
    assert "Flask 3.0" in out
    code, out, _ = command("detect", ".", "--output-format", "json", "--evidence")
    assert code == 0
    assert json.loads(out)["units"][0]["frameworks"][0]["name"] == "flask"


def test_rule_explains(stand: Stand, command: Command) -> None:
    code, out, err = command("rule", "flask/debug-run")
    assert (code, err) == (0, "")
    assert out.startswith("flask/debug-run\n\nFlask's interactive debugger is switched on.\n")
    assert command("rule", "flask/debug-run", "--output-format", "markdown")[1].startswith(
        "# flask/debug-run\n"
    )
    data = json.loads(command("rule", "flask/debug-run", "--output-format", "json")[1])
    assert (data["id"], data["severity"], data["cwe"]) == ("flask/debug-run", "high", [489, 94])


def test_all_rules(stand: Stand, command: Command) -> None:
    out = command("rule", "--all", "--output-format", "markdown")[1]
    assert [
        line for line in out.splitlines() if line.startswith("# ") and "/" in line and "[" not in line
    ] == [
        "# flask/debug-run",
        "# pentalint/unreadable-file",
        "# web/fat-view",
    ]
    data = json.loads(command("rule", "--all", "--output-format", "json")[1])
    assert [entry["id"] for entry in data] == sorted(ALL_RULES)


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        (["flask/debug"], 'no rule is named "flask/debug"; did you mean "flask/debug-run"?'),
        (["x"], 'no rule is named "x"; `pentalint rules` lists the rules'),
        ([], "name one rule, or give --all"),
        (["flask/debug-run", "--all"], "name one rule, or give --all"),
    ],
)
def test_rule_mistakes(stand: Stand, command: Command, argv: list[str], sentence: str) -> None:
    code, out, err = command("rule", *argv)
    assert (code, out) == (2, "") and sentence in err


def test_rules_lists(stand: Stand, command: Command) -> None:
    assert command("rules") == (
        0,
        "flask/debug-run            high  high    default  Flask's interactive debugger is switched on\n"
        "pentalint/unreadable-file  info  high    default  A file cannot be read\n"
        "web/fat-view               low   medium  default  A view does the work of several\n",
        "",
    )
    data = json.loads(command("rules", "--output-format", "json")[1])
    assert data[2] == {
        "id": "web/fat-view",
        "category": "structure",
        "severity": "low",
        "confidence": "medium",
        "persona": "default",
        "summary": "A view does the work of several",
    }


def test_rules_explain_their_selection(stand: Stand, command: Command) -> None:
    assert command("rules", "--explain-selection", "--select", "flask") == (
        0,
        "flask/debug-run  runs\nweb/fat-view     off: not among the selected rules\n",
        "",
    )
    assert json.loads(command("rules", "--explain-selection", "--output-format", "json")[1]) == {
        "frameworks": ["flask"],
        "rules": [
            {"id": "flask/debug-run", "runs": True, "reason": None},
            {"id": "web/fat-view", "runs": False, "reason": "not among the selected rules"},
        ],
    }
    for argv in (["--select", "web"], ["."], ["--persona", "default"], ["--isolated"]):
        code, _, err = command("rules", *argv)
        assert code == 2 and "are for --explain-selection" in err


def test_config_check(stand: Stand, command: Command, tmp_path: Path) -> None:
    assert command("config", "check") == (0, ".: no configuration file; the defaults hold\n", "")
    Path("pentalint.toml").write_text('select = ["web"]\n', encoding="utf-8")
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / ".pentalint.toml").write_text('select = ["flsk"]\n', encoding="utf-8")
    assert command("config", "check") == (0, "pentalint.toml: valid\n", "")
    code, out, err = command("config", "check", ".", "web")
    assert (code, out) == (2, "pentalint.toml: valid\n")
    assert (
        err
        == 'pentalint: error: web/.pentalint.toml:1: select: no rule is named "flsk"; did you mean "flask"?\n'
    )
    assert command("config", "check", "pentalint.toml") == (0, "pentalint.toml: valid\n", "")
    assert command("config", "check", "gone")[0] == 2
    Path(".pentalint.toml").write_text("", encoding="utf-8")
    _, _, err = command("config", "check")
    assert err == "pentalint: note: pentalint.toml is used; .pentalint.toml is not read\n"


def test_config_keys(command: Command) -> None:
    code, out, _ = command("config", "keys")
    assert code == 0
    assert "fail-on            the lowest severity that makes the exit code 1, or never\n" in out


def test_the_rules_of_the_packs_are_a_mapping(stand: Stand) -> None:
    rules = cli_check.PackRules()
    assert dict(rules) == ALL_RULES and len(rules) == 3 and rules.get("gone") is None
