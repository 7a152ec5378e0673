"""What `pentalint settings` prints: the deployments with their settings, the story of one setting, or JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pentalint.model import Failure
from pentalint.report.document import render_document
from pentalint.settings.model import OPTIONAL, Contribution, Deployment, FinalSetting, Variable

VERSION = 1
"""Grows when a key changes its meaning or disappears; new keys may appear at any time."""

WIDTH = 100
"""Characters of a value that the table shows; `--explain` and JSON have all of it."""


def render_text(deployments: Sequence[Deployment], base: str = "") -> str:
    """A block for each deployment, a line for each setting; paths begin with `base`. Ends in a newline."""
    if not deployments:
        return "No settings were found.\n"
    return "\n".join(block(one, base) for one in deployments)


def block(deployment: Deployment, base: str) -> str:
    """The heading of a deployment, and its settings."""
    lines = [heading(deployment, base)]
    wide = max((len(title(one)) for one in deployment.settings), default=0)
    for one in deployment.settings:
        lines.append(
            f"  {title(one):<{min(wide, 40)}}  {short(one)}  {place(one, base)}{depends(one)}".rstrip()
        )
    lines += [f"  note: {note}" for note in deployment.notes]
    return "\n".join(lines) + "\n"


def heading(deployment: Deployment, base: str) -> str:
    kind = "production" if deployment.production else "not production"
    counts = dict.fromkeys(("known", "alternatives", "environment", "unknown"), 0)
    for one in deployment.settings:
        counts[one.state] += 1
    told = ", ".join(f"{count} {state}" for state, count in counts.items() if count) or "no settings"
    path = placed(deployment.path, base)
    return f"{deployment.name} ({deployment.framework}, {kind}: {deployment.why})  {path}\n  {told}"


def title(setting: FinalSetting) -> str:
    return f"[{setting.section}] {setting.name}" if setting.section else setting.name


def short(setting: FinalSetting) -> str:
    """A value in a line."""
    if setting.state == "unknown" and len(setting.text) <= 1:
        return f"unknown: {setting.reason}"
    text = setting.text if len(setting.text) <= WIDTH else setting.text[: WIDTH - 1] + "…"
    return f"{text} (unknown: {setting.reason})" if setting.state == "unknown" else text


def place(setting: FinalSetting, base: str) -> str:
    """Where the value was set last, and how often besides."""
    if not setting.contributions:
        return ""
    last = setting.contributions[-1]
    more = len(setting.contributions) - 1
    return f"{placed(last.path, base)}:{last.line}" + (f" (+{more})" if more else "")


def depends(setting: FinalSetting) -> str:
    if not setting.environment:
        return ""
    return f"  environment: {', '.join(map(variable, setting.environment))}"


def variable(found: Variable) -> str:
    """A variable with what it is when nothing is set."""
    if found.given is not None:
        return f"{found.name} (set to {found.given!r})"
    if found.default == OPTIONAL:
        return f"{found.name} (optional)"
    return f"{found.name} (required)" if found.default is None else f"{found.name} (default {found.default})"


def placed(path: str, base: str) -> str:
    return f"{base}/{path}" if base else path


def render_story(name: str, deployments: Sequence[Deployment], base: str = "") -> str:
    """The story of one setting in each deployment that has it. Ends in a newline."""
    told = []
    for deployment in deployments:
        for one in deployment.settings:
            if name in (one.name, title(one)):
                told.append("\n".join([heading(deployment, base).splitlines()[0], *story(one, base)]))
    return "\n\n".join(told) + "\n"


def story(setting: FinalSetting, base: str) -> list[str]:
    """The lines about one setting."""
    lines = [f"  {title(setting)} = {setting.text or '?'}  ({setting.state})"]
    if setting.alternatives:
        lines.append(f"  may be: {' | '.join(setting.alternatives)}")
    if setting.reason:
        lines.append(f"  why: {setting.reason}")
    for number, one in enumerate(setting.contributions, 1):
        lines.append(f"  {number}. {placed(one.path, base)}:{one.line}  {one.how}  {one.text}")
        if one.condition:
            lines.append(f"       under {one.condition}")
    for read in setting.environment:
        where = f", read at {placed(read.path, base)}:{read.line}" if read.path else ""
        lines.append(f"  environment: {variable(read)}{where}")
    return lines


def render_json(root: str, deployments: Sequence[Deployment], failures: Sequence[Failure]) -> str:
    """The same for machines. Ends in a newline."""
    return render_document(
        VERSION, root, "deployments", [deployment_row(one) for one in deployments], failures
    )


def deployment_row(deployment: Deployment) -> dict[str, Any]:
    return {
        "framework": deployment.framework,
        "name": deployment.name,
        "file": deployment.path,
        "production": deployment.production,
        "why": deployment.why,
        "notes": list(deployment.notes),
        "settings": [setting_row(one) for one in deployment.settings],
    }


def setting_row(setting: FinalSetting) -> dict[str, Any]:
    """One setting; `value` is null when it is no plain data: `text` has it as Python would write it."""
    return {
        "name": setting.name,
        "section": setting.section or None,
        "state": setting.state,
        "text": setting.text,
        "value": setting.value,
        "alternatives": list(setting.alternatives),
        "reason": setting.reason or None,
        "environment": [variable_row(one) for one in setting.environment],
        "contributions": [contribution_row(one) for one in setting.contributions],
    }


def variable_row(found: Variable) -> dict[str, Any]:
    return {
        "name": found.name,
        "required": found.default is None,
        "default": found.default or None,
        "given": found.given,
        "file": found.path or None,
        "line": found.line or None,
    }


def contribution_row(one: Contribution) -> dict[str, Any]:
    return {
        "file": one.path,
        "line": one.line,
        "how": one.how,
        "text": one.text,
        "condition": one.condition or None,
    }
