"""From what the shares found to the findings of the report: facts settled, failures told, suppressions and
thresholds applied."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from pentalint.check.findings import fingerprinted, make_finding, stand, without_echoes, without_repeats
from pentalint.check.job import Outcome, is_config, is_start, python
from pentalint.check.plan import Plan
from pentalint.check.suppress import MALFORMED, UNUSED, Pragmas, pragma_findings, suppress
from pentalint.check.template_files import ENDINGS
from pentalint.data import rules_root
from pentalint.model import Failure, File, Finding, Span
from pentalint.packs.select import Wishes, matches, unwanted
from pentalint.rule import Rule
from pentalint.syntax.comments import pragmas
from pentalint.syntax.lines import statement_lines
from pentalint.syntax.source import Source, read_source

UNREADABLE = "pentalint/unreadable-file"
"""The rule for a file that could not be read, decoded or parsed. It cannot be suppressed, only excluded."""

OWN = "pentalint"
"""The pack of rules about files and comments themselves; it needs no framework."""

OURS = ("evaluate", "rule")
"""Stages of failures that are this program's fault: exit code 2."""

Read = Callable[[str], bytes]


def judge(
    plan: Plan, outcome: Outcome, read: Read, failures: Sequence[Failure], today: date
) -> tuple[Finding, ...]:
    """The findings, suppressed ones marked, in report order."""
    rules = {compiled.rule.id: compiled.rule for compiled in plan.compiled}
    hits = without_echoes(stand(outcome.hits, outcome.facts, plan), rules)
    findings = [make_finding(hit, rules[hit.rule], plan) for hit in hits]
    findings = [finding for finding in findings if not plan.ignored(rules[finding.rule], finding.path)]
    findings = without_repeats(findings, rules)
    own = own_rules(plan)
    findings = [finding for finding in findings if is_reported(finding, plan)]
    files = file_pragmas(plan, read)
    findings = suppress(findings, files, today)
    about = pragma_findings(
        files, lambda name, path: ran(name, path, plan), today, lambda name: unknown_name(name, plan)
    )
    findings.extend(finding for finding in about if finding.rule in own and is_reported(finding, plan))
    config = plan.config
    findings = [
        finding
        for finding in findings
        if finding.severity >= config.min_severity and finding.confidence >= config.min_confidence
    ]
    findings.extend(
        finding
        for failure in unread(outcome, failures)
        if is_reported(finding := unreadable(failure, own[UNREADABLE]), plan)
    )
    return fingerprinted(findings)


def is_reported(thing: File | Finding, plan: Plan) -> bool:
    """Whether a file, or that of a finding, is among those named on the command line."""
    return plan.reported is None or thing.path in plan.reported


def own_rules(plan: Plan) -> Mapping[str, Rule]:
    """The rules about files and comments themselves, as far as they are wanted; an unreadable file is always told."""
    wishes = Wishes(plan.config.selected, plan.config.ignored, plan.config.persona)
    return {
        rule.id: rule for rule in plan.packs[OWN].rules if rule.id == UNREADABLE or not unwanted(rule, wishes)
    }


def unread(outcome: Outcome, failures: Sequence[Failure]) -> list[Failure]:
    """Everything that kept a file from being looked at, once per file and line, sorted."""
    merged = {(failure.path, failure.line): failure for failure in failures}
    for failure in outcome.failures:
        if failure.stage not in OURS:
            merged[(failure.path, failure.line)] = failure
    return [merged[key] for key in sorted(merged)]


def unreadable(failure: Failure, rule: Rule) -> Finding:
    """The finding for a file that could not be read, decoded or parsed."""
    return Finding(
        UNREADABLE,
        failure.path,
        Span(failure.line, failure.column, failure.line, failure.column + 1),
        failure.message.rstrip("."),
        rule.severity,
        rule.confidence,
        framework=OWN,
        code=failure.stage,
    )


def file_pragmas(plan: Plan, read: Read) -> dict[str, Pragmas]:
    """The suppression comments of every file that rules judge, manifests included."""
    found: dict[str, Pragmas] = {}
    manifests = {requirement.path for requirement in plan.requirements}
    for file in plan.files:
        path = file.path
        spoken = (
            python(path) or is_config(path) or is_start(path) or path.endswith(ENDINGS) or path in manifests
        )
        if not spoken or not plan.active(path):
            continue
        data = read(path)
        if b"pentalint:" not in data:
            continue
        source = read_source(path, data, plan.config.parser) if python(path) else None
        text = source.text if isinstance(source, Source) else data.decode("utf-8", "replace")
        listed = pragmas(text, path)
        if listed:
            lines = statement_lines(source.tree, source.text) if isinstance(source, Source) else {}
            found[path] = Pragmas(path, listed, lines)
    return found


def unknown_name(name: str, plan: Plan) -> str:
    """A sentence when a pragma's name is no rule, no pack and no glob; "" when it is one."""
    root = rules_root()
    if name in plan.packs or any(rule.id == name for pack in plan.packs.values() for rule in pack.rules):
        return ""
    if any(sign in name for sign in "*?[") or (root / name).is_dir() or (root / f"{name}.toml").is_file():
        return ""
    known = [f"{path.parent.name}/{path.stem}" for path in root.glob("*/*.toml")]
    close = difflib.get_close_matches(name, known, 1)
    return f"No rule is named {name}" + (f"; did you mean {close[0]}?" if close else "")


def ran(name: str, path: str, plan: Plan) -> bool:
    """Whether every rule that a pragma's name stands for ran on the file: only then can the pragma be called unused."""
    active = plan.active(path)
    rules = [rule for pack in plan.packs.values() for rule in pack.rules if matches(name, rule)]
    return bool(rules) and all(rule.id in active for rule in rules)


__all__ = ["MALFORMED", "OURS", "UNUSED", "judge"]
