"""The sub-projects of a repository: where each begins, which files and which declarations are its own."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from dataclasses import field
from functools import lru_cache

from pentalint.dataclass import dataclass
from pentalint.model import File, Requirement, Role
from pentalint.project.manifests import Manifests
from pentalint.project.roles import role_of

COLLAPSED = frozenset(
    {
        "requirements",
        "requirement",
        "reqs",
        "req",
        "deps",
        "dependencies",
        "constraints",
        "environments",
        "environment",
        "conda",
        "pip",
    }
)
"""Directories that hold nothing but manifests of the project above them."""

_BESIDE = frozenset(
    {
        "setup.py",
        "manage.py",
        "noxfile.py",
        "tasks.py",
        "fabfile.py",
        "conf.py",
        "conftest.py",
        "wsgi.py",
        "asgi.py",
        "versioneer.py",
        "hubconf.py",
        "gunicorn.conf.py",
        "gunicorn_conf.py",
        "gunicorn.py",
        "ez_setup.py",
        "bootstrap.py",
        "release.py",
    }
)
"""Files that belong to a project without being its code."""


@dataclass(slots=True)
class Place:
    """A unit before anything is decided. `strict`: it has no main code, so its examples are its code;
    `bare`: it has not even examples, so a directory called `testproject` is."""

    path: str
    files: list[File] = field(default_factory=list)
    requirements: list[Requirement] = field(default_factory=list)
    strict: bool = False
    bare: bool = False
    roles: dict[str, Role] = field(default_factory=dict)

    def role(self, file: File) -> Role:
        """The role of a file within this unit."""
        if self.strict and file.role in (Role.docs, Role.example, Role.template) and "{{" not in file.path:
            return role_of(file.path, strict=True)
        if file.role.main and file.path.startswith(self._tests):
            return Role.test
        if self.bare and file.role is Role.test:
            return self._unnamed(file)
        return file.role

    def _unnamed(self, file: File) -> Role:
        """The role of a file without the first directory's name, when that is a project's rather than
        `tests`.
        """
        base = "" if self.path == "." else f"{self.path}/"
        first, separator, rest = file.path.removeprefix(base).partition("/")
        if not separator or first.lower() in ("test", "tests", "testing", "fixtures"):
            return file.role
        return role_of(base + rest)

    @property
    def _tests(self) -> str:
        """A directory `t` in the unit's root: how some projects call their tests."""
        return "t/" if self.path == "." else f"{self.path}/t/"

    def manifest_role(self, path: str) -> Role:
        """The role of a manifest of this unit, by its path."""
        if "{{" in path:
            return Role.template
        role = self.roles.get(path, Role.app)
        return self.role(File(path, role))

    def main(self, file: File) -> bool:
        """Whether a file is main code of this unit."""
        return self.role(file).main and not hidden(file.path)


def hidden(path: str) -> bool:
    """Whether a path leads through a directory whose name begins with a dot."""
    return any(part.startswith(".") for part in path.split("/")[:-1])


def python(file: File) -> bool:
    """Whether a file holds Python code: by its name, or a script without suffix (the walk looked at its
    first line)."""
    path = file.path
    if path.endswith((".py", ".pyw")):
        return True
    name = path.rpartition("/")[2]
    return "." not in name and file.role.main and _script(name)


def _script(name: str) -> bool:
    return name not in {"Dockerfile", "Containerfile", "Procfile", "Pipfile", "requirements", "Makefile"}


def code(file: File) -> bool:
    """Whether a file's existence shows that a directory holds main code of its own."""
    if not python(file) or file.path.rpartition("/")[2] in _BESIDE:
        return False
    return not (file.path.endswith("__init__.py") and file.size == 0)


def find_units(files: Iterable[File], manifests: Manifests) -> tuple[Place, ...]:
    """The units of a project, sorted by path, each with its files and declarations. The root always is
    one."""
    files = tuple(files)
    roles = {file.path: file.role for file in files}
    bare = not any(code(file) and file.role.main and not hidden(file.path) for file in files)
    scripts = {found.path for found in manifests.requirements if found.scope == "script"}
    roots = _roots(files, manifests, roles, scripts, bare) | scripts | {"."}
    places = {root: Place(root, roles=roles) for root in sorted(roots)}
    for file in files:
        places[owner(file.path, roots)].files.append(file)
    for requirement in manifests.requirements:
        places[owner(_collapse(requirement.path), roots)].requirements.append(requirement)
    with_main = {
        parent
        for file in files
        if file.role.main and code(file) and not hidden(file.path)
        for parent in (*_parents(file.path), file.path)
    }
    for place in places.values():
        place.strict = place.path not in with_main and any(code(file) for file in place.files)
        place.bare = place.strict and not any(code(file) and place.main(file) for file in place.files)
    return tuple(places[root] for root in sorted(places))


def _roots(
    files: tuple[File, ...], manifests: Manifests, roles: dict[str, Role], scripts: set[str], bare: bool
) -> set[str]:
    """Directories of main-role manifests that have Python files below them."""
    with_code: set[str] = set()
    for file in files:
        if python(file) and file.path.rpartition("/")[2] != "setup.py":
            with_code.update(_parents(file.path))
    found: set[str] = set()
    for path in manifests.manifest_paths:
        role = roles.get(path, Role.app)
        allowed = role.main or (bare and role in (Role.example, Role.docs))
        if not allowed or hidden(path) or path in scripts or path.rpartition("/")[2].startswith("constraint"):
            continue
        directory = posixpath.dirname(_collapse(path)) or "."
        if directory in with_code:
            found.add(directory)
    return found


def _collapse(path: str) -> str:
    """The path with directories that only hold manifests removed from its end."""
    parts = path.split("/")
    while len(parts) > 1 and parts[-2].lower() in COLLAPSED:
        del parts[-2]
    return "/".join(parts)


def _parents(path: str) -> tuple[str, ...]:
    """The directories a path lies in, the nearest first; the root is `.`."""
    return _upwards(posixpath.dirname(path))


@lru_cache(maxsize=4096)
def _upwards(directory: str) -> tuple[str, ...]:
    found = []
    while directory:
        found.append(directory)
        directory = posixpath.dirname(directory)
    return (*found, ".")


def owner(path: str, roots: set[str]) -> str:
    """The deepest unit a path lies in; a script that is its own unit owns itself."""
    if path in roots:
        return path
    return next((parent for parent in _parents(path) if parent in roots), ".")
