"""Hits -> findings: project facts settled, messages filled in, fingerprints given."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from hashlib import blake2b

from pentalint.check.plan import Plan
from pentalint.match.compile import SCOPED
from pentalint.match.place import Hit, scope_key
from pentalint.model import Finding, Persona
from pentalint.packs.select import matches
from pentalint.rule import Rule


def stand(hits: Iterable[Hit], facts: set[tuple[str, str]], plan: Plan) -> list[Hit]:
    """The hits whose project facts hold; of those to be reported once a unit, the first; each only once."""
    kept: list[Hit] = []
    seen: set[tuple[object, ...]] = set()
    ordered = sorted(
        hits,
        key=lambda hit: (hit.path, hit.span, hit.rule, hit.check, hit.scope, len(hit.steps), repr(hit.steps)),
    )
    for hit in ordered:
        unit = plan.unit_of(hit.path)
        scope = scope_key(hit.path, hit.scope)
        if any(
            ((scope if fact.startswith(SCOPED) else unit, fact) in facts) is not wanted
            for fact, wanted in hit.facts
        ):
            continue
        key: tuple[object, ...] = (unit, hit.once) if hit.once else (hit.rule, hit.path, hit.span, hit.check)
        if key not in seen:
            seen.add(key)
            kept.append(hit)
    return kept


def without_echoes(hits: list[Hit], rules: Mapping[str, Rule]) -> list[Hit]:
    """Where several rules report the same check of one deployment, or at one place, the hits of those that are shown to
    most."""
    told: dict[tuple[object, str], Persona] = {}
    for hit in hits:
        if hit.check:
            key = (about(hit), hit.check)
            told[key] = min(told.get(key, Persona.audit), rules[hit.rule].persona)
    return [
        hit for hit in hits if rules[hit.rule].persona <= told.get((about(hit), hit.check), Persona.audit)
    ]


def about(hit: Hit) -> object:
    """What a hit that names a check is about: a deployment, or else a place."""
    return hit.deployment or (hit.path, hit.span)


def make_finding(hit: Hit, rule: Rule, plan: Plan) -> Finding:
    """The finding of a hit, with the severity that configuration gives the rule."""
    severity = rule.severity
    for selector, level in plan.config.severity:
        if matches(selector, rule):
            severity = level
    return Finding(
        rule=rule.id,
        path=hit.path,
        span=hit.span,
        message=message_of(rule, hit.details, hit.check),
        severity=severity,
        confidence=rule.confidence,
        scope=hit.scope,
        framework=rule.pack,
        code=hit.code,
        steps=hit.steps,
        check=hit.check,
    )


def without_repeats(findings: Iterable[Finding], rules: Mapping[str, Rule]) -> list[Finding]:
    """The findings without those that another one says better, of the same weakness (a CWE in common) on the same line: a
    framework's own rule than one of `web`, but data that was followed into a template than what the template says by itself."""
    kept = list(findings)
    own: dict[tuple[str, int], set[int]] = {}
    followed: dict[tuple[str, int], set[int]] = {}
    for finding in kept:
        place = (finding.path, finding.span.line)
        if finding.steps:
            followed.setdefault(place, set()).update(rules[finding.rule].cwe)
        if finding.framework != "web" and not rules[finding.rule].looks_at_templates:
            own.setdefault(place, set()).update(rules[finding.rule].cwe)

    def is_repeat(finding: Finding) -> bool:
        rule = rules[finding.rule]
        better = followed if rule.looks_at_templates else own if finding.framework == "web" else {}
        return not better.get((finding.path, finding.span.line), set()).isdisjoint(rule.cwe)

    return [finding for finding in kept if not is_repeat(finding)]


def message_of(rule: Rule, details: Mapping[str, str], check: str = "") -> str:
    """The rule's message with its placeholders filled; the summary when it has none. What the deployment sets to make it so,
    the deployments it concerns, where there are several, and the id of the framework's own `check` stand at the end."""
    template = rule.message or rule.summary
    text = re.sub(
        r"\{(name|value|callee|scope|version|source)\}", lambda match: details.get(match[1], ""), template
    ).rstrip(".")
    because, concerned = details.get("because"), details.get("deployment")
    text = f"{text}, as {because}" if because else text
    text = f"{text}, in {concerned}" if concerned else text
    return f"{text} ({check})" if check else text


def fingerprinted(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Findings in report order, each with its identity: rule, path, scope, normalised code, and which of its
    like it is.

    No line numbers: it survives edits elsewhere in the file.
    """
    counts: Counter[str] = Counter()
    done: list[Finding] = []
    for finding in sorted(findings, key=lambda finding: finding.sort_key):
        code = "".join(finding.code.split())
        identity = "\0".join((finding.rule, finding.path, finding.scope, code))
        counts[identity] += 1
        digest = blake2b(
            f"{identity}\0{counts[identity]}".encode("utf-8", "surrogatepass"), digest_size=16
        ).hexdigest()
        done.append(replace(finding, fingerprint=digest))
    return tuple(done)
