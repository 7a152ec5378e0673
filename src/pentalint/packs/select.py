"""Which rules judge which unit, and why each of the others does not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from packaging.specifiers import SpecifierSet
from packaging.version import InvalidVersion, Version

from pentalint.model import Detection, Persona, Severity, Unit
from pentalint.rule import Pack, Rule

ACTIVE_ROLES = ("application", "integration", "framework", "user")
"""Detection roles whose pack is applied to a unit. An incidental framework (tests, docs) gets no pack."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What configuration and command line ask for."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    persona: Persona = Persona.default


@dataclass(frozen=True, slots=True)
class Selection:
    """For one unit: the rules that run, and for each other rule one sentence why not."""

    unit: str
    frameworks: tuple[str, ...]
    rules: tuple[Rule, ...]
    reasons: Mapping[str, str]


def matches(selector: str, rule: Rule) -> bool:
    """Whether a selector names a rule: id, pack, glob, `category:NAME`, `severity:NAME`, or ALL."""
    if selector == "ALL" or selector in (rule.id, rule.pack):
        return True
    if selector.startswith("category:"):
        return rule.category == selector.removeprefix("category:")
    if selector.startswith("severity:"):
        return rule.severity.name == selector.removeprefix("severity:")
    return fnmatchcase(rule.id, selector)


def select(packs: Mapping[str, Pack], unit: Unit, wishes: Wishes) -> Selection:
    """Choose the rules for a unit from its detections and the wishes."""
    active = tuple(found.framework for found in unit.detections if found.role in ACTIVE_ROLES)
    chosen: list[Rule] = []
    reasons: dict[str, str] = {}
    for pack in packs.values():
        for rule in pack.rules:
            reason = why_not(rule, pack, unit, active, wishes)
            if reason:
                reasons[rule.id] = reason
            else:
                chosen.append(rule)
    return Selection(unit.path, active, tuple(chosen), reasons)


def why_not(rule: Rule, pack: Pack, unit: Unit, active: Sequence[str], wishes: Wishes) -> str:
    """Why a rule does not run in a unit; "" when it does."""
    if pack.id == "pentalint":
        return unwanted(rule, wishes)
    if pack.id == "web":
        if not active:
            return "no framework was detected here"
    elif pack.id not in active:
        found = unit.detection(pack.id)
        if found is None:
            return f"{pack.title} was not detected here"
        return f"{pack.title} is only {found.role} here"
    return unwanted(rule, wishes) or version_reason(rule, unit)


def unwanted(rule: Rule, wishes: Wishes) -> str:
    """Why configuration or command line leave a rule out; "" when they do not. Naming its very id overrides the persona."""
    ignored = next((selector for selector in wishes.ignore if matches(selector, rule)), None)
    if ignored is not None:
        return f"ignored by `{ignored}`"
    if wishes.select and not any(matches(selector, rule) for selector in wishes.select):
        return "not among the selected rules"
    if rule.persona > wishes.persona and rule.id not in wishes.select:
        return f"is for the persona {rule.persona.name}; this run is for {wishes.persona.name}"
    return ""


def version_reason(rule: Rule, unit: Unit) -> str:
    """Why the version at hand is outside `applies`; "" when it is inside or not known exactly."""
    if not rule.applies:
        return ""
    distribution = rule.distribution or rule.pack
    for version in versions(distribution, unit):
        if SpecifierSet(rule.applies).contains(version, prereleases=True):
            return ""
        return f"applies to {distribution} {rule.applies}, and {version} is used"
    return ""


def versions(distribution: str, unit: Unit) -> list[Version]:
    """The exact version of a distribution in a unit, if one is known."""
    found: Detection | None = unit.detection(distribution)
    text = found.version if found is not None else None
    if text is None:
        return []
    try:
        return [Version(text)]
    except InvalidVersion:
        return []


def within(version: str, specifier: str) -> bool:
    """Whether an exact version satisfies a PEP 440 specifier; False when it is no version."""
    try:
        return SpecifierSet(specifier).contains(Version(version), prereleases=True)
    except InvalidVersion:
        return False


def worst(rules: Sequence[Rule]) -> Severity:
    """The highest severity among rules, `info` for none."""
    return max((rule.severity for rule in rules), default=Severity.info)
