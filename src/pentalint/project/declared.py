"""What the manifests of a unit say about one framework."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import field

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from pentalint.dataclass import dataclass
from pentalint.model import Requirement, Role
from pentalint.project.knowledge import Facts, Plugin
from pentalint.project.manifests.requirement import dev_like


@dataclass(slots=True)
class Declared:
    """The mentions of one framework, by what they are worth.

    `direct` and `plugin` are run-time declarations of the framework and of packages that depend on it;
    `extra` are optional; `development` belong to tests, docs and tools; `locked` come from lock files.
    `series` are distinct development specifiers: several mean a test matrix.
    """

    direct: list[Requirement] = field(default_factory=list)
    plugin: list[Requirement] = field(default_factory=list)
    extra: list[Requirement] = field(default_factory=list)
    development: list[Requirement] = field(default_factory=list)
    locked: list[Requirement] = field(default_factory=list)
    constraint: list[Requirement] = field(default_factory=list)
    matrix: int = 0

    @property
    def runtime(self) -> list[Requirement]:
        """Run-time declarations, those of the framework itself first."""
        return self.direct + self.plugin

    @property
    def named(self) -> list[Requirement]:
        """Every declaration that names the framework's own distribution or a package implying it."""
        return self.direct + self.plugin + self.extra + self.development


def declared(facts: Facts, requirements: Iterable[Requirement], role: Callable[[str], Role]) -> Declared:
    """Sort the requirements of a unit. `role` gives the role of a manifest's path."""
    found = Declared()
    matrix: dict[str, set[str]] = {}
    for requirement in requirements:
        own = requirement.name in facts.distributions
        plugin = facts.plugins.get(requirement.name)
        if not own and (plugin is None or not implies(plugin, requirement)):
            continue
        if requirement.locked:
            if own:
                found.locked.append(requirement)
            continue
        kind = scope_of(requirement, role(requirement.path))
        if kind == "constraint":
            if own:
                found.constraint.append(requirement)
        elif kind == "development":
            found.development.append(requirement)
            if own and requirement.specifier:
                matrix.setdefault(requirement.path, set()).add(requirement.specifier)
        elif kind == "extra":
            found.extra.append(requirement)
        elif kind == "runtime":
            (found.direct if own else found.plugin).append(requirement)
    found.matrix = max((len(group) for group in matrix.values()), default=0)
    return found


def scope_of(requirement: Requirement, role: Role) -> str:
    """One of runtime, extra, development, constraint, build: what a mention is worth."""
    scope = requirement.scope
    kind, _, name = scope.partition(":")
    if kind in ("constraint", "build"):
        return kind
    if kind in ("dev", "tool") or not role.main or _development_path(requirement.path):
        return "development"
    if kind in ("extra", "group"):
        if dev_like(name):
            return "development"
        return "extra" if kind == "extra" else "runtime"
    # `requirements/extras/flask.txt` is how a setup.py keeps its extras.
    optional = {"extras", "extra", "optional"} & set(re.split(r"[/._-]", requirement.path.lower()))
    return "extra" if optional else "runtime"


def _development_path(path: str) -> bool:
    """Whether a manifest's file name or directory speaks of development: `requirements/dev.txt`,
    `dev-requirements.txt`."""
    if any(part.startswith(".") for part in path.split("/")[:-1]):
        return True
    name = path.rpartition("/")[2]
    stem, _, suffix = name.rpartition(".")
    if suffix not in ("txt", "in", "pip"):
        return name in ("tox.ini", "tox.toml", "noxfile.py")
    words = re.split(r"[-_.]", stem)
    rest = [word for word in words if word.lower() not in ("requirements", "requirement", "reqs", "req")]
    return bool(rest) and all(dev_like(word) for word in rest)


def implies(plugin: Plugin, requirement: Requirement) -> bool:
    """Whether this requirement of a plugin brings the framework with it."""
    if plugin.below is None:
        return True
    if plugin.extra in requirement.extras:
        return True
    limit = Version(plugin.below)
    if requirement.version:
        try:
            return Version(requirement.version) < limit
        except InvalidVersion:
            return False
    if not requirement.specifier:
        return True
    try:
        return SpecifierSet(requirement.specifier).contains(f"{limit.major - 1}.9999")
    except InvalidSpecifier:
        return True
