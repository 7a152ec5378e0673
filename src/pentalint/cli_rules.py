"""`pentalint rule` and `pentalint rules`."""

from __future__ import annotations

from json import dumps
from pathlib import Path
from typing import Any

from pentalint import cli_check, cli_terminal
from pentalint import explain as pages
from pentalint.config import Options
from pentalint.config_keys import suggestion
from pentalint.errors import UserError
from pentalint.rule import Rule


def explain(name: str | None, form: str) -> int:
    """Print one rule's page, or every rule's when there is no name.

    Raises `UserError` for an unknown rule.
    """
    known = cli_check.all_rules()
    if name is not None and name not in known:
        hint = suggestion(name, known) or "; `pentalint rules` lists the rules"
        raise UserError(f'no rule is named "{name}"{hint}')
    chosen = list(known.values()) if name is None else [known[name]]
    if form == "json":
        data = [pages.as_data(rule) for rule in chosen]
        cli_terminal.write(dumps(data if name is None else data[0], indent=2) + "\n")
        return 0
    render = pages.markdown if form == "markdown" else pages.plain
    cli_terminal.write("\n\n".join(render(rule) for rule in chosen) + "\n")
    return 0


def listing(form: str) -> int:
    """Print all rules: id, severity, confidence, persona and what they say."""
    rules = cli_check.all_rules()
    rows = [_row(rule) for rule in rules.values()]
    if form == "json":
        cli_terminal.write(dumps(rows, indent=2) + "\n")
        return 0
    columns = [(name, max((len(row[name]) for row in rows), default=0)) for name in _COLUMNS]
    for row in rows:
        cells = "  ".join(f"{row[name]:<{wide}}" for name, wide in columns)
        cli_terminal.write(f"{cells}  {row['summary']}\n")
    return 0


def selection(options: Options, cwd: Path, form: str) -> int:
    """Print of every rule whether it would run on a project, and why not."""
    config = cli_check.configured(options, cwd)
    from pentalint import run

    chosen = run.selection(options, config)
    runs = {rule.id for rule in chosen.rules}
    rows: list[dict[str, Any]] = [
        {"id": name, "runs": name in runs, "reason": chosen.reasons.get(name)}
        for name in sorted({*runs, *chosen.reasons})
    ]
    if form == "json":
        cli_terminal.write(dumps({"frameworks": chosen.frameworks, "rules": rows}, indent=2) + "\n")
        return 0
    wide = max((len(row["id"]) for row in rows), default=0)
    for row in rows:
        state = "runs" if row["runs"] else f"off: {row['reason']}"
        cli_terminal.write(f"{row['id']:<{wide}}  {state}\n")
    return 0


_COLUMNS = ("id", "severity", "confidence", "persona")


def _row(rule: Rule) -> dict[str, str]:
    return {
        "id": rule.id,
        "category": rule.category,
        "severity": rule.severity.name,
        "confidence": rule.confidence.name,
        "persona": rule.persona.name,
        "summary": rule.summary,
    }
