"""GitHub Actions workflow commands: annotations on the lines of a pull request.

GitHub shows 10 annotations per level and step, whichever come first; so the worst come first, and when there
are more the last one says how many. Escapes are those of actions/toolkit's `command.ts`.
"""

from __future__ import annotations

from pentalint.model import Finding, Report, Severity
from pentalint.report.context import Context, note, place, worst_first

PER_LEVEL = 10
_LEVELS = {
    Severity.critical: "error",
    Severity.high: "error",
    Severity.medium: "warning",
    Severity.low: "notice",
    Severity.info: "notice",
}


def github(report: Report, context: Context) -> str:
    """One workflow command a line; nothing when there is nothing to say."""
    lines: list[str] = []
    findings = sorted(context.findings(report), key=worst_first)
    for level in ("error", "warning", "notice"):
        found = [finding for finding in findings if _LEVELS[finding.severity] == level]
        room = len(found) if len(found) <= PER_LEVEL else PER_LEVEL - 1
        lines += [_command(level, finding, context) for finding in found[:room]]
        if more := len(found) - room:
            text = f"+{more} more, which GitHub would not show; the log of `pentalint check` has all of them"
            lines.append(f"::{level} title=pentalint::{_data(text)}")
    return "".join(f"{line}\n" for line in lines)


def _command(level: str, finding: Finding, context: Context) -> str:
    span = finding.span
    properties = {"file": context.shown(finding.path), "line": span.line, "endLine": span.end_line}
    if span.line == span.end_line:
        properties |= {"col": span.column, "endColumn": span.end_column}
    properties["title"] = finding.rule
    said = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    text = f"{place(finding.path, span, context)}: {finding.rule}: {finding.message}{note(finding)}"
    return f"::{level} {said}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
