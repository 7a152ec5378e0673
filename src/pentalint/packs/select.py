"""Which rules judge which unit, and why each of the others does not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from fnmatch import fnmatchcase
from types import MappingProxyType

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from pentalint.dataclass import dataclass
from pentalint.model import Persona, Requirement, Unit
from pentalint.packs.schema import UNREAD
from pentalint.project.manifests.requirement import as_pep440
from pentalint.rule import Pack, Rule

ACTIVE_ROLES = ("application", "integration", "framework", "user")
"""Detection roles whose pack is applied to a unit. An incidental framework (tests, docs) gets no pack."""


NO_PINS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Wishes:
    """What configuration and command line ask for."""

    select: tuple[str, ...] = ("ALL",)
    ignore: tuple[str, ...] = ()
    persona: Persona = Persona.default


@dataclass(frozen=True, slots=True)
class Selection:
    """For one unit: the rules that run, for each other rule one sentence why not, by framework the versions that may be in use,
    and the settings that are no longer read by what the unit uses, each with the version that stopped (`flask 2.3`)."""

    unit: str
    frameworks: tuple[str, ...]
    rules: tuple[Rule, ...]
    reasons: Mapping[str, str]
    versions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unread: Mapping[str, str] = field(default_factory=dict)


def matches(selector: str, rule: Rule) -> bool:
    """Whether a selector names a rule: id, pack, glob, `category:NAME`, `severity:NAME`, or ALL."""
    if selector == "ALL" or selector in (rule.id, rule.pack):
        return True
    if selector.startswith("category:"):
        return rule.category == selector.removeprefix("category:")
    if selector.startswith("severity:"):
        return rule.severity.name == selector.removeprefix("severity:")
    return fnmatchcase(rule.id, selector)


def select(
    packs: Mapping[str, Pack], unit: Unit, wishes: Wishes, pins: Mapping[str, str] = NO_PINS
) -> Selection:
    """Choose the rules for a unit from its detections and the wishes. `pins` are exact versions of further
    distributions."""
    active = tuple(found.framework for found in unit.detections if found.role in ACTIVE_ROLES)
    chosen: list[Rule] = []
    reasons: dict[str, str] = {}
    for pack in packs.values():
        for rule in pack.rules:
            reason = why_not(rule, pack, unit, active, wishes, pins)
            if reason:
                reasons[rule.id] = reason
            else:
                chosen.append(rule)
    versions = {
        name: possible_versions(name, packs[name].settings.versions, unit, pins)
        for name in active
        if name in packs
    }
    return Selection(unit.path, active, tuple(chosen), reasons, versions, unread(chosen, packs, unit, pins))


def unread(
    rules: Iterable[Rule], packs: Mapping[str, Pack], unit: Unit, pins: Mapping[str, str]
) -> dict[str, str]:
    """The settings of `[[settings.removed]]` that the versions at hand do not read, by the same rule as `applies`."""
    found: dict[str, str] = {}
    for rule in rules:
        if UNREAD not in str(rule.match):
            continue
        for one in packs[rule.pack].settings.removed:
            asked = replace(rule, applies=one.since, distribution=one.distribution)
            if not version_reason(asked, unit, pins):
                found.setdefault(one.name, f"{one.distribution or rule.pack} {one.version}")
    return found


def why_not(
    rule: Rule, pack: Pack, unit: Unit, active: Sequence[str], wishes: Wishes, pins: Mapping[str, str]
) -> str:
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
    return unwanted(rule, wishes) or version_reason(rule, unit, pins)


def unwanted(rule: Rule, wishes: Wishes) -> str:
    """Why configuration or command line leave a rule out; "" when they do not. Naming its very id overrides
    the persona."""
    ignored = next((selector for selector in wishes.ignore if matches(selector, rule)), None)
    if ignored is not None:
        return f"ignored by `{ignored}`"
    if not any(matches(selector, rule) for selector in wishes.select):
        return "not among the selected rules"
    if rule.persona > wishes.persona and rule.id not in wishes.select:
        return f"is for the persona {rule.persona.name}; this run is for {wishes.persona.name}"
    return ""


def version_reason(rule: Rule, unit: Unit, pins: Mapping[str, str]) -> str:
    """Why the version at hand is outside `applies`; "" when it is inside or not known exactly."""
    if not rule.applies:
        return ""
    distribution = rule.distribution or rule.pack
    found = unit.detection(distribution)
    version = (found.version if found is not None else None) or pins.get(distribution)
    if version is not None and is_version(version):
        return (
            ""
            if within(version, rule.applies)
            else f"applies to {distribution} {rule.applies}, and {version} is used"
        )
    declared = [
        one
        for one in (found.declared if found is not None else ())
        if one.name == distribution and one.scope == "runtime"
    ]
    if declared and not any(meet(as_pep440(one.specifier) or "", rule.applies) for one in declared):
        return f"applies to {distribution} {rule.applies}, and {declared[0].specifier} is required"
    if rule.category == "upgrade" and not is_declared(rule.pack, unit):
        return f"is about upgrades, and nothing says which {distribution} is used"
    return ""


def is_declared(framework: str, unit: Unit) -> bool:
    """Whether any manifest mentions the framework: without one, code written for an old version is no fault. A plug-in of it
    among the extras, which nobody has to install, says nothing."""
    found = unit.detection(framework)
    return found is not None and bool(
        found.locked
        or found.version
        or any(one.name == framework or not one.scope.startswith("extra") for one in found.declared)
    )


def possible_versions(
    framework: str, supported: tuple[str, ...], unit: Unit, pins: Mapping[str, str]
) -> tuple[str, ...]:
    """The versions of a framework that a unit may be run with: the exact one that is known, or those of `supported`
    (series, oldest first) that its manifests allow, or all of them."""
    found = unit.detection(framework)
    version = (found.version if found is not None else None) or pins.get(framework)
    if version is not None and is_version(version):
        return (version,)
    declared = [
        as_pep440(one.specifier) or ""
        for one in (found.declared if found is not None else ())
        if one.name == framework and one.scope == "runtime"
    ]
    allowed = tuple(series for series in supported if all(meet(one, f"=={series}.*") for one in declared))
    return allowed or supported


def meet(one: str, other: str) -> bool:
    """Whether some version may satisfy both specifiers. Only the versions at and beside the bounds named need
    to be tried."""
    try:
        first, second = SpecifierSet(one), SpecifierSet(other)
    except InvalidSpecifier:
        return True
    bounds = {Version("0"), Version("99999")}
    for specifier in (*first, *second):
        text = specifier.version.removesuffix(".*")
        if is_version(text):
            base = Version(text)
            bounds |= {base, Version(f"{base.base_version}.0.0.1"), Version(f"{base.base_version}.99999")}
            bounds |= below(base)
    return any(
        first.contains(version, prereleases=True) and second.contains(version, prereleases=True)
        for version in bounds
    )


def below(version: Version) -> set[Version]:
    """Versions just under a bound: the last of the series before it."""
    release = list(version.release)
    for place in range(len(release) - 1, -1, -1):
        if release[place]:
            parts = [*release[:place], release[place] - 1, 99999]
            return {Version(".".join(map(str, parts)))}
    return set()


def exact_versions(requirements: Iterable[Requirement]) -> dict[str, str]:
    """Distribution -> the exact version a lock or pin states; locks win over pins, the first mention over
    later ones."""
    found: dict[str, str] = {}
    for requirement in sorted(requirements, key=lambda one: (not one.locked, one.path, one.line)):
        if requirement.version is not None and requirement.scope != "constraint":
            found.setdefault(requirement.name, requirement.version)
    return found


def is_version(text: str) -> bool:
    """Whether a text is a PEP 440 version."""
    try:
        Version(text)
    except InvalidVersion:
        return False
    return True


def within(version: str, specifier: str) -> bool:
    """Whether an exact version satisfies a PEP 440 specifier; False when it is no version."""
    try:
        return SpecifierSet(specifier).contains(Version(version), prereleases=True)
    except InvalidVersion:
        return False
