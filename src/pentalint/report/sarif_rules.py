"""Rules as SARIF reporting descriptors, within the limits GitHub's documentation states."""

from __future__ import annotations

from typing import Any

from pentalint.explain import markdown, paragraph, plain
from pentalint.model import Confidence, Severity
from pentalint.rule import Rule

LEVELS = {
    Severity.critical: "error",
    Severity.high: "error",
    Severity.medium: "warning",
    Severity.low: "note",
    Severity.info: "note",
}
_SCORES = {
    Severity.critical: "9.5",
    Severity.high: "8.0",
    Severity.medium: "5.5",
    Severity.low: "2.5",
    Severity.info: "0.5",
}
"""`security-severity`: GitHub reads above 9.0 as critical, from 7.0 high, from 4.0 medium, above 0 low."""
_PROBLEMS = {
    Severity.critical: "error",
    Severity.high: "error",
    Severity.medium: "warning",
    Severity.low: "recommendation",
    Severity.info: "recommendation",
}
_PRECISIONS = {Confidence.high: "high", Confidence.medium: "medium", Confidence.low: "low"}
MOST_TAGS = 10
MOST_TEXT = 1024


def descriptor(rule: Rule) -> dict[str, Any]:
    """A rule of a pack. Nothing in it depends on the code that was checked."""
    found: dict[str, Any] = {
        "id": rule.id,
        "name": pascal(rule.id),
        "shortDescription": {"text": _fit(f"{rule.summary.rstrip('.')}.")},
        "fullDescription": {"text": _fit(paragraph(rule.why) or f"{rule.summary.rstrip('.')}.")},
        "help": {"text": plain(rule), "markdown": markdown(rule)},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": _properties(rule),
    }
    if rule.references:
        found["helpUri"] = rule.references[0]
    return found


def pascal(name: str) -> str:
    """`flask/debug-run` -> `FlaskDebugRun`."""
    return "".join(word[:1].upper() + word[1:] for word in name.replace("/", "-").split("-"))


def _properties(rule: Rule) -> dict[str, Any]:
    tags = [rule.category, rule.pack, *(f"external/cwe/cwe-{number:03}" for number in rule.cwe)]
    tags += [f"owasp-{entry.lower().replace(':', '-')}" for entry in rule.owasp]
    found: dict[str, Any] = {
        "tags": tags[:MOST_TAGS],
        "precision": _PRECISIONS[rule.confidence],
    }
    if rule.security:
        found["security-severity"] = _SCORES[rule.severity]
    else:
        found["problem.severity"] = _PROBLEMS[rule.severity]
    return found


def _fit(text: str) -> str:
    """The text within GitHub's limit, cut at the end of a word."""
    if len(text) <= MOST_TEXT:
        return text
    return text[: MOST_TEXT - 3].rsplit(" ", 1)[0] + "..."
