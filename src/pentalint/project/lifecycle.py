"""Which version a project uses, and whether anybody still mends it. Dates come from
`rules/<framework>/detect.toml`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from pentalint.model import Requirement
from pentalint.project.knowledge import Facts, Series


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
        return 0
    if requirement.scope == "constraint":
        return 3 if requirement.version else 5
    if requirement.version:
        # A development pin is not what is deployed.
        return 2 if not _aside(requirement) else 6
    if requirement.kind == "series":
        return 4 if not _aside(requirement) else 7
    if requirement.kind in ("range", "floor"):
        return 5 if not _aside(requirement) else 8
    return None


def _aside(requirement: Requirement) -> bool:
    return requirement.scope.partition(":")[0] in ("dev", "group", "tool", "build")


def conflicts(declared: Iterable[Requirement], locked: Sequence[Requirement]) -> str:
    """What disagrees, in a sentence, or "": two locked versions, or a lock outside the declared range."""
    versions = sorted({found.version for found in locked if found.version})
    plain = {found.version for found in locked if found.version and not found.marker}
    if len(plain) > 1:
        return f"locked at several versions: {', '.join(versions)}"
    for requirement in declared:
        if requirement.kind not in ("pinned", "series", "range", "floor") or requirement.marker:
            continue
        try:
            allowed = SpecifierSet(requirement.specifier, prereleases=True)
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


def _newest(facts: Facts, specifier: str, python: str | None) -> Series | None:
    """The newest known series of which a specifier allows some release, on the given Python."""
    try:
        allowed = SpecifierSet(specifier, prereleases=True)
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
    """The one Python version a unit runs on (`3.11`), from what its manifests say; None when they name a
    range.

    `3.11.4`, `python-3.11.4`, `==3.11.*` and `3.11` are versions; `>=3.10` is a floor and says nothing of
    what is used.
    """
    for text in texts:
        match = re.fullmatch(
            r"\s*(?:python-|cpython-)?(?:==|~=)?\s*(\d+\.\d+)(?:\.\d+|\.\*)*[\w.-]*\s*", text
        )
        if match:
            try:
                return str(Version(match.group(1)))
            except InvalidVersion:
                continue
    return None
