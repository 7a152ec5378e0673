"""Frameworks copied into the project, and directories that only share a framework's name."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable

from pentalint.dataclass import dataclass
from pentalint.model import File
from pentalint.project.constructs import defines_class
from pentalint.project.knowledge import Facts, Knowledge
from pentalint.project.units import Place


@dataclass(frozen=True, slots=True)
class Copy:
    """A framework's own code inside the project. `path` is its module or package directory; `version` may
    be ""."""

    framework: str
    name: str
    path: str
    line: int
    version: str


@dataclass(frozen=True, slots=True)
class Copies:
    """All copies, and the names that top-level modules of each unit take away from the frameworks."""

    copies: tuple[Copy, ...]
    taken: dict[str, frozenset[str]]

    def holds(self, path: str) -> bool:
        """Whether a file is part of a copy."""
        return bool(self.frameworks_of(path))

    def frameworks_of(self, path: str) -> frozenset[str]:
        """The frameworks of whose copies a file is part."""
        return frozenset(
            copy.framework for copy in self.copies if path == copy.path or path.startswith(f"{copy.path}/")
        )

    def of(self, framework: str) -> tuple[Copy, ...]:
        """The copies of one framework."""
        return tuple(copy for copy in self.copies if copy.framework == framework)

    def shadows(self, unit: str) -> frozenset[str]:
        """Import roots that mean the unit's own package, not the framework."""
        return self.taken.get(unit, frozenset())

    @property
    def aliases(self) -> dict[str, str]:
        """The file that is each copy's top module, and the name the framework goes by."""
        return {
            copy.path if copy.path.endswith(".py") else f"{copy.path}/__init__.py": copy.name
            for copy in self.copies
        }


def find_copies(
    known: Knowledge, files: Iterable[File], places: Iterable[Place], read: Callable[[str], bytes]
) -> Copies:
    """Look for vendored frameworks by file name and content, and for packages that shadow a framework's
    name."""
    files = tuple(files)
    paths = {file.path for file in files}
    found: list[Copy] = []
    for facts in known.frameworks.values():
        if facts.vendored is None:
            continue
        for file in files:
            copy = _module(facts, file, read) or _package(facts, file, paths, read)
            if copy is not None:
                found.append(copy)
    own = {copy.path for copy in found}
    roots = {root for facts in known.frameworks.values() for root in facts.imports}
    return Copies(tuple(found), {place.path: _taken(place, roots, paths, own) for place in places})


def _module(facts: Facts, file: File, read: Callable[[str], bytes]) -> Copy | None:
    shape = facts.vendored
    if shape is None or shape.module is None or shape.defines is None:
        return None
    if file.path.rpartition("/")[2] != f"{shape.module}.py":
        return None
    version = defines_class(read(file.path), shape.defines)
    if version is None:
        return None
    return Copy(facts.name, shape.module, file.path, 1, version)


def _package(facts: Facts, file: File, paths: set[str], read: Callable[[str], bytes]) -> Copy | None:
    shape = facts.vendored
    if shape is None or shape.package is None or not file.path.endswith(f"/{shape.marker}"):
        return None
    directory = posixpath.dirname(file.path)
    if posixpath.basename(directory) != shape.package or f"{directory}/__init__.py" not in paths:
        return None
    return Copy(facts.name, shape.package, directory, 1, _version(directory, shape.package, paths, read))


def _version(directory: str, package: str, paths: set[str], read: Callable[[str], bytes]) -> str:
    """The version beside or within a copied package: its metadata directory, or `__version__`."""
    parent = posixpath.dirname(directory)
    pattern = re.compile(rf"{re.escape(parent)}/?{package}-([\w.]+?)\.(?:dist|egg)-info/", re.IGNORECASE)
    for path in sorted(paths):
        if match := pattern.match(path):
            return match.group(1)
    text = read(f"{directory}/__init__.py")
    said = re.search(rb"""(?m)^\s*__version__\s*=\s*['"](\d[\w.]*)['"]""", text)
    return said.group(1).decode() if said else ""


def _taken(place: Place, roots: set[str], paths: set[str], copies: set[str]) -> frozenset[str]:
    """Roots that a package or module directly in a source root of the unit stands for."""
    base = "" if place.path == "." or place.path.endswith(".py") else f"{place.path}/"
    found: set[str] = set()
    for root in roots:
        for source in (base, f"{base}src/"):
            if f"{source}{root}" in copies or f"{source}{root}.py" in copies:
                continue
            if f"{source}{root}/__init__.py" in paths or f"{source}{root}.py" in paths:
                found.add(root)
    return frozenset(found)
