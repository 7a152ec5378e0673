"""SARIF 2.1.0 as GitHub code scanning reads it.

One run; every rule of the packs is described whether it fired or not; a result has one location, a level and
fingerprints. `automationDetails` is left out on purpose: its presence would switch off the `category:` input
of GitHub's upload action. GitHub keeps 5,000 results, not always the worst, so the worst 5,000 are chosen
here and the rest is told in a notification.
"""

from __future__ import annotations

from collections import Counter
from json import dumps
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from pentalint import __version__
from pentalint.model import Failure, Finding, Report, Span
from pentalint.report.context import UNREADABLE, Context, worst_first
from pentalint.report.fingerprint import line_hashes
from pentalint.report.sarif_rules import LEVELS, descriptor

MOST_RESULTS = 5_000
MOST_STEPS = 1_000
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif(report: Report, context: Context) -> str:
    """The whole report as one SARIF log."""
    findings = context.findings(report)
    kept = sorted(sorted(findings, key=worst_first)[:MOST_RESULTS], key=lambda finding: finding.sort_key)
    ids = sorted(context.rules)
    rules = [descriptor(context.rules[name]) for name in ids]
    driver = {
        "name": "pentalint",
        "version": __version__,
        "semanticVersion": __version__,
        "rules": rules,
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"%SRCROOT%": {"uri": _root(report.root)}},
        "invocations": [
            {
                "executionSuccessful": not report.failures,
                "toolExecutionNotifications": _notifications(report, len(findings) - len(kept)),
            }
        ],
        "results": _results(kept, {name: index for index, name in enumerate(ids)}, context),
    }
    document = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return dumps(document, indent=2) + "\n"


def _results(findings: list[Finding], index: dict[str, int], context: Context) -> list[dict[str, Any]]:
    """The results.

    A fingerprint two findings share tells neither from the other, so the later ones are numbered.
    """
    hashes: dict[str, list[str]] = {}
    seen: Counter[str] = Counter()
    results = []
    for finding in findings:
        if finding.path not in hashes:
            text = context.text(finding.path)
            hashes[finding.path] = line_hashes(text) if text else []
        own = finding.fingerprint
        seen[own] += 1
        own = f"{own}-{seen[own]}" if own and seen[own] > 1 else own
        results.append(_result(finding, index[finding.rule], hashes[finding.path], own))
    return results


def _result(finding: Finding, index: int, hashes: list[str], own: str) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": LEVELS[finding.severity],
        "message": {"text": _sentence(finding.message)},
        "locations": [_location(finding.path, finding.span)],
    }
    partial = {}
    if finding.span.line <= len(hashes):
        partial["primaryLocationLineHash"] = hashes[finding.span.line - 1]
    if own:
        result["fingerprints"] = {"pentalint/v1": own}
        partial["pentalint/v1"] = own
    if partial:
        result["partialFingerprints"] = partial
    if finding.steps:
        result["codeFlows"] = [{"threadFlows": [{"locations": _flow(finding)}]}]
    if finding.suppressed is not None:
        reason = {"justification": finding.suppressed.reason} if finding.suppressed.reason else {}
        result["suppressions"] = [{"kind": "inSource", **reason}]
    elif finding.baselined:
        result["suppressions"] = [{"kind": "external"}]
    result["properties"] = {"severity": finding.severity.name, "confidence": finding.confidence.name}
    if finding.check:
        result["properties"]["check"] = finding.check
    return result


def _flow(finding: Finding) -> list[dict[str, Any]]:
    """The steps as thread flow locations; of a flow too long for GitHub the beginning and the end."""
    steps = finding.steps
    if len(steps) > MOST_STEPS:
        steps = steps[: MOST_STEPS // 2] + steps[-MOST_STEPS // 2 :]
    return [{"location": _location(step.path, step.span, step.note)} for step in steps]


def _location(path: str, span: Span, note: str = "") -> dict[str, Any]:
    region = {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }
    said = {"message": {"text": _sentence(note)}} if note else {}
    return {"physicalLocation": {"artifactLocation": _artifact(path), "region": region}, **said}


def _artifact(path: str) -> dict[str, str]:
    try:
        data = path.encode("utf-8", "surrogateescape")  # the bytes of a file name that is no UTF-8
    except UnicodeEncodeError:
        data = path.encode("utf-8", "surrogatepass")
    return {"uri": quote(data, safe="/"), "uriBaseId": "%SRCROOT%"}


def _root(root: str) -> str:
    """The project root as a `file:` URI with a slash at its end;

    a relative root cannot be one and stays relative.
    """
    path = PurePath(root)
    uri = path.as_uri() if path.is_absolute() else quote(path.as_posix())
    return uri if uri.endswith("/") else f"{uri}/"


def _notifications(report: Report, dropped: int) -> list[dict[str, Any]]:
    """What went wrong, and what the reader should know: failures, files that could not be read, notices."""
    said = [_failed(failure) for failure in report.failures]
    said += [
        {
            "level": "error",
            "message": {"text": _sentence(finding.message)},
            "locations": [_location(finding.path, finding.span)],
        }
        for finding in report.shown
        if finding.rule == UNREADABLE
    ]
    said += [{"level": "note", "message": {"text": _sentence(notice)}} for notice in report.notices]
    if dropped:
        text = f"{dropped} more results, none more severe than those here, were left out."
        said.append({"level": "warning", "message": {"text": text}})
    return said


def _failed(failure: Failure) -> dict[str, Any]:
    said: dict[str, Any] = {
        "level": "error",
        "message": {"text": _sentence(f"{failure.stage}: {failure.message}")},
    }
    if failure.path:
        span = Span(failure.line, failure.column, failure.line, failure.column)
        said["locations"] = [_location(failure.path, span)]
    return said


def _sentence(text: str) -> str:
    """SARIF messages are sentences: one line start, a full stop at the end."""
    text = text.strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."
