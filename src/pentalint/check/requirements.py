"""The `requirement` kind: manifests and lock files against version ranges."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pentalint.check.plan import Plan
from pentalint.match.compile import Compiled, Requirements
from pentalint.match.place import Hit
from pentalint.model import Requirement, Span
from pentalint.packs.select import within

DEPLOYED = ("runtime", "extra", "script")
"""Scopes judged unless the rule names others: what is installed where the application runs."""


def judge_requirements(plan: Plan) -> tuple[list[Hit], set[tuple[str, str]]]:
    """Hits and facts of all `requirement` patterns over all manifests."""
    hits: list[Hit] = []
    facts: set[tuple[str, str]] = set()
    for compiled in plan.compiled:
        if not isinstance(compiled.pattern, Requirements):
            continue
        done: set[tuple[str, str, str | None, str]] = set()
        for requirement in ordered(plan.requirements):
            unit = plan.unit_of(requirement.path)
            selection = plan.selections.get(unit)
            if selection is None or all(rule.id != compiled.rule.id for rule in selection.rules):
                continue
            if not plan.role_of(requirement.path).main or not fits(requirement, compiled.pattern):
                continue
            if compiled.fact:
                facts.add((unit, compiled.fact))
                continue
            # each file that a person edits, but one lock file for all
            file = "" if requirement.locked else requirement.path
            key = (unit, requirement.name, requirement.version, file)
            if key not in done:
                done.add(key)
                if not requirement.locked:
                    done.add((unit, requirement.name, requirement.version, ""))
                hits.append(hit_of(requirement, compiled))
    return hits, facts


def ordered(requirements: Iterable[Requirement]) -> list[Requirement]:
    """Declarations before locks: that is the line a person edits."""
    return sorted(requirements, key=lambda one: (one.locked, one.path, one.line))


def fits(requirement: Requirement, pattern: Requirements) -> bool:
    """Whether a mention satisfies the pattern. A version range needs an exact version: a lower bound proves nothing."""
    if requirement.name not in pattern.names:
        return False
    scope = requirement.scope.partition(":")[0]
    if scope not in (pattern.scopes or DEPLOYED):
        return False
    if pattern.versions and (
        requirement.version is None or not within(requirement.version, pattern.versions)
    ):
        return False
    return not pattern.specifier or re.search(pattern.specifier, requirement.specifier) is not None


def hit_of(requirement: Requirement, compiled: Compiled) -> Hit:
    """The hit at a manifest's line."""
    text = f"{requirement.name} {requirement.specifier}".strip()
    details = {"name": requirement.name, "version": requirement.version or "", "value": requirement.specifier}
    span = Span(requirement.line, 1, requirement.line, 2)
    return Hit(
        compiled.rule.id,
        requirement.path,
        span,
        requirement.scope,
        text,
        details,
        compiled.facts,
        compiled.once,
    )
