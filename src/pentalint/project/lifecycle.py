"""Which version a project uses, and whether anybody still mends it. Dates come from
`rules/<framework>/detect.toml`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion

from pentalint.dataclass import dataclass
from pentalint.model import Requirement
from pentalint.project.knowledge import Facts, Series
from pentalint.project.manifests.requirement import as_pep440, dev_like


@dataclass(frozen=True, slots=True)
class Chosen:
    """The version to show. `version` is exact or a series, None when only a range is known; `specifier` is
    that range."""

    version: str | None = None
    specifier: str = ""
    source: str = ""


def choose(
    declared: Sequence[Requirement], locked: Sequence[Requirement], constraints: Sequence[Requirement] = ()
) -> Chosen:
    """Lock, then a requirements file written by a resolver, then an exact pin, a constraint, a series, a
    range."""
    ranked = sorted(
        (rank, index, requirement)
        for index, requirement in enumerate([*locked, *declared, *constraints])
        if (rank := _rank(requirement)) is not None
    )
    for _, _, requirement in ranked:
        where = f"{requirement.path}:{requirement.line}"
        if requirement.kind in ("pinned", "url", "vcs", "path") or requirement.locked:
            if requirement.version:
                return Chosen(requirement.version, requirement.specifier, where)
            continue
        if requirement.kind == "series":
            series = re.search(r"\d+(?:\.\d+)?", requirement.specifier)
            if series:
                return Chosen(series.group(), requirement.specifier, where)
        return Chosen(None, requirement.specifier, where)
    return Chosen()


def _rank(requirement: Requirement) -> int | None:
    if requirement.locked:
        return 0 if not aside(requirement) else 1
    if requirement.scope == "constraint":
        return 3 if requirement.version else 5
    if requirement.version:
        return 2 if not aside(requirement) else 6
    if requirement.kind == "series":
        return 4 if not aside(requirement) else 7
    if requirement.kind in ("range", "floor"):
        return 5 if not aside(requirement) else 8
    return None


def aside(requirement: Requirement) -> bool:
    """Whether a mention is for developing: a development pin is not what is deployed."""
    kind, _, name = requirement.scope.partition(":")
    if kind in ("extra", "group"):
        return dev_like(name)
    return kind in ("dev", "tool", "build")


def conflicts(declared: Iterable[Requirement], locked: Sequence[Requirement]) -> str:
    """What disagrees, in a sentence, or "": two locked versions, or a lock outside the declared range."""
    declared = tuple(declared)
    versions = sorted({found.version for found in locked if found.version})
    plain = {found.version for found in locked if found.version and not found.marker}
    # A declaration with markers is meant to resolve to several versions.
    if len(plain) > 1 and not any(found.marker for found in declared):
        return f"locked at several versions: {', '.join(versions)}"
    for requirement in declared:
        if requirement.kind not in ("pinned", "series", "range", "floor") or requirement.marker:
            continue
        try:
            allowed = _set(requirement.specifier)
            excluded = [version for version in versions if not allowed.contains(version)]
        except (InvalidSpecifier, InvalidVersion):
            continue
        if excluded and len(excluded) == len(versions):
            where = f"{requirement.path}:{requirement.line}"
            return f"locked at {excluded[0]}, which {requirement.specifier} in {where} excludes"
    return ""


def end_of_life(facts: Facts, chosen: Chosen, python: str | None, today: date) -> str | None:
    """A sentence when the version, or everything a range allows, has no more security support on `today`."""
    if chosen.version:
        return _ended(facts, chosen.version, today)
    if not chosen.specifier or not re.search(r"<|~|\^|\*", chosen.specifier):
        return None
    newest = _newest(facts, chosen.specifier, python)
    if newest is None:
        return None
    ended = _ended(facts, newest.series, today)
    return (
        f"{chosen.specifier} allows nothing newer than {facts.title} {newest.series}: {ended}"
        if ended
        else None
    )


def _ended(facts: Facts, version: str, today: date) -> str | None:
    number = _number(version)
    dated = [(release, ends) for release in facts.lifecycle if (ends := release.security_ends)]
    if number is None or not dated:
        return None
    series = f"{number[0]}.{number[1]}"
    for release, ends in dated:
        if release.series == series:
            return (
                f"{facts.title} {series} reached its end of extended support on {ends}"
                if ends <= today
                else None
            )
    later = [(release, ends) for release, ends in dated if (_number(release.series) or number) > number]
    if later and later[0][1] <= today:
        release, ends = later[0]
        return (
            f"{facts.title} {series} is older than {release.series}, whose extended support ended on {ends}"
        )
    return None


def _number(version: str) -> tuple[int, int] | None:
    match = re.match(r"(\d+)(?:\.(\d+))?", version)
    return (int(match.group(1)), int(match.group(2) or 0)) if match else None


def _set(specifier: str) -> SpecifierSet:
    """A specifier in any tool's notation. Raises InvalidSpecifier for what is none (a URL, a union)."""
    pep440 = as_pep440(specifier)
    if pep440 is None:
        raise InvalidSpecifier(specifier)
    return SpecifierSet(pep440, prereleases=True)


def _newest(facts: Facts, specifier: str, python: str | None) -> Series | None:
    """The newest known series of which a specifier allows some release, on the given Python."""
    try:
        allowed = _set(specifier)
    except InvalidSpecifier:
        return None
    for release in reversed(facts.lifecycle):
        candidates = (release.latest, release.series, f"{release.series}.0", f"{release.series}.9999")
        if any(candidate and allowed.contains(candidate) for candidate in candidates) and _runs(
            release, python
        ):
            return release
    return None


def _runs(release: Series, python: str | None) -> bool:
    if python is None or release.python is None:
        return True
    try:
        return SpecifierSet(release.python).contains(python)
    except (InvalidSpecifier, InvalidVersion):
        return True


def ceiling(facts: Facts, chosen: Chosen, python: str | None) -> str:
    """What the project's Python allows at most, in a sentence, when the declaration allows more; else ""."""
    if chosen.version or python is None:
        return ""
    specifier = chosen.specifier if chosen.specifier else ">=0"
    best, here = _newest(facts, specifier, None), _newest(facts, specifier, python)
    if best is None or here is None or best.series == here.series:
        return ""
    return f"at most {facts.title} {here.series} on Python {python}"


def python_of(texts: Iterable[str]) -> str | None:
    """The newest Python a unit may run on (`3.11`), from what its manifests say; None when nothing bounds it.

    `3.11.4`, `python-3.11.4`, `==3.11.*` and `3.11` are versions, `<3.12` and `<=3.11` bounds; `>=3.10` is a
    floor and says nothing of what is used. Of several the oldest counts: it is where the application must
    still run.
    """
    found: list[tuple[int, int]] = []
    for text in texts:
        if exact := re.fullmatch(r"\s*(?:c?python-)?(?:==|~=)?\s*(\d+)\.(\d+)(?:\.\d+|\.\*)*\s*", text):
            found.append((int(exact.group(1)), int(exact.group(2))))
        elif bound := re.search(r"<\s*(=?)\s*(\d+)\.(\d+)", text):
            minor = int(bound.group(3)) - (0 if bound.group(1) else 1)
            if minor >= 0:
                found.append((int(bound.group(2)), minor))
    return ".".join(map(str, min(found))) if found else None
