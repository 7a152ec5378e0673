"""The `json` format: one document, versioned. `docs/json-schema.json` describes it.

Within a `schema_version` keys may be added; none is removed, renamed or given another meaning.
"""

from __future__ import annotations

from collections import Counter
from json import dumps
from typing import Any

from pentalint import __version__
from pentalint.explain import paragraph
from pentalint.model import Detection, Failure, Finding, Report, Severity, Span, Step, Suppression, Unit
from pentalint.report.context import Context

SCHEMA_VERSION = 1


def json(report: Report, context: Context) -> str:
    """The whole report. Lines and columns are 1-based, columns count characters, ends are exclusive."""
    document = {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "pentalint", "version": __version__},
        "root": context.base or ".",
        "units": [_unit(unit) for unit in report.units],
        "findings": [_finding(finding, context) for finding in context.findings(report)],
        "failures": [_failure(failure) for failure in report.failures],
        "notices": list(report.notices),
        "summary": _summary(report),
    }
    return dumps(document, indent=2) + "\n"


def _unit(unit: Unit) -> dict[str, Any]:
    return {"path": unit.path, "frameworks": [_framework(found) for found in unit.detections]}


def _framework(found: Detection) -> dict[str, Any]:
    return {
        "name": found.framework,
        "role": found.role,
        "confidence": found.confidence.name,
        "version": found.version,
        "end_of_life": found.end_of_life,
    }


def _finding(finding: Finding, context: Context) -> dict[str, Any]:
    rule = context.rules[finding.rule]
    return {
        "fingerprint": finding.fingerprint,
        "rule": {
            "id": finding.rule,
            "summary": rule.summary,
            "category": rule.category,
        },
        "severity": finding.severity.name,
        "confidence": finding.confidence.name,
        "framework": finding.framework or None,
        "path": finding.path,
        "range": _range(finding.span),
        "scope": finding.scope,
        "message": finding.message,
        "check": finding.check or None,
        "help": paragraph(rule.fix),
        "trace": [_step(step) for step in finding.steps],
        "cwe": list(rule.cwe),
        "owasp": list(rule.owasp),
        "suppressed": _suppressed(finding.suppressed),
        "baselined": finding.baselined,
    }


def _step(step: Step) -> dict[str, Any]:
    return {"path": step.path, "range": _range(step.span), "note": step.note}


def _suppressed(by: Suppression | None) -> dict[str, Any] | None:
    return {"line": by.line, "reason": by.reason} if by else None


def _range(span: Span) -> dict[str, Any]:
    return {
        "start": {"line": span.line, "column": span.column},
        "end": {"line": span.end_line, "column": span.end_column},
    }


def _failure(failure: Failure) -> dict[str, Any]:
    return {
        "path": failure.path,
        "line": failure.line,
        "column": failure.column,
        "stage": failure.stage,
        "message": failure.message,
    }


def _summary(report: Report) -> dict[str, Any]:
    counts = Counter(finding.severity for finding in report.shown)
    return {
        "files": report.checked,
        "findings": len(report.shown),
        "severities": {level.name: counts[level] for level in sorted(Severity, reverse=True)},
        "suppressed": sum(finding.suppressed is not None for finding in report.findings),
        "baselined": sum(finding.baselined for finding in report.findings),
    }
