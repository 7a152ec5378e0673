"""What a unit is as a whole: the framework itself, a corpus of samples, a set of adapters."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence

from pentalint.model import Evidence
from pentalint.project.knowledge import Facts
from pentalint.project.manifests import ProjectMetadata
from pentalint.project.signals import Signals, UnitSignals
from pentalint.project.units import Place, python


def itself(facts: Facts, projects: Sequence[ProjectMetadata], place: Place) -> bool:
    """Whether the unit is the framework's own repository: its name, and its package or module."""
    if not any(project.name.lower() in facts.distributions for project in projects):
        return False
    base = "" if place.path == "." else f"{place.path}/"
    homes = {
        f"{base}{source}{root}{ending}"
        for root in facts.imports for source in ("", "src/") for ending in (".py", "/__init__.py")
    }  # fmt: skip
    return any(file.path in homes for file in place.files)


def constructs(signals: Signals) -> bool:
    """Whether an application of the framework is made here."""
    return any(hit.root and hit.weight >= 25 for hit in signals.hits)


def factories(facts: Facts, projects: Sequence[ProjectMetadata]) -> list[Evidence]:
    """`paste.app_factory` entry points: what `pserve` loads."""
    if facts.name != "pyramid":
        return []
    return [
        Evidence(project.path, 1, "served", f"entry point {group}: {name} = {value}")
        for project in projects
        for group, name, value in project.entry_points
        if group.startswith("paste.app_factory")
    ]


def adapters(unit: UnitSignals, name: str) -> bool:
    """Whether the framework is only imported in files named after it, and the same holds of a second
    framework."""

    def only(framework: str) -> bool:
        paths = {entry.path for entry in unit.frameworks[framework].imports}
        return bool(paths) and all(framework in path.lower() for path in paths)

    return only(name) and sum(only(other) for other in unit.frameworks) >= 2


def samples(unit: UnitSignals, place: Place) -> bool:
    """Whether the unit is a corpus: unrelated constructors without any manifest, or files paired with
    rules."""
    code = sum(python(file) for file in place.files)
    if code >= 10 and unit.rule_pairs > 0.3 * code:
        return True
    if place.requirements:
        return False
    makers: set[str] = set()
    for name, signals in unit.frameworks.items():
        for hit in signals.hits:
            if hit.root and hit.weight >= 25:
                # Django's settings are often several modules of one package: one directory is one
                # application.
                makers.add(posixpath.dirname(hit.path) if name == "django" else hit.path)
    return len(makers) >= 4 and len(makers) > min(0.04 * unit.python_files, 30)
