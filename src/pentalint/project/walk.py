"""The files of a project: found once, sorted, each with its role.

Links are never followed into directories: a target inside the root is walked under its own name, and one
outside is not part of the project. A link to a file counts as a file when its target lies inside the root.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pentalint.dataclass import dataclass
from pentalint.errors import ConfigError
from pentalint.model import Failure, File, Role
from pentalint.project import roles
from pentalint.project.excludes import OUTPUT_DIRECTORIES, Excludes, Ignores, ignores_of_root, read_lines

_SUFFIXES = frozenset(
    [
        ".py",
        ".pyi",
        ".pyw",
        ".html",
        ".htm",
        ".djhtml",
        ".xhtml",
        ".jinja",
        ".jinja2",
        ".j2",
        ".mako",
        ".mak",
        ".pt",
        ".tpl",
        ".stpl",
        ".simpletpl",
        ".tmpl",
        ".txt",
        ".toml",
        ".cfg",
        ".ini",
        ".conf",
        ".yaml",
        ".yml",
        ".json",
        ".lock",
        ".env",
        ".in",
        ".zcml",
        ".sh",
        ".service",
        ".pip",
    ]
)
_NAMES = frozenset(
    [
        "Dockerfile",
        "Containerfile",
        "Procfile",
        "Pipfile",
        ".flaskenv",
        ".env",
        ".python-version",
        ".tool-versions",
        "requirements",
    ]
)
_PREFIXES = ("Dockerfile.", "Containerfile.", "Procfile.", ".env.", ".flaskenv.")
_ENDINGS = (".Dockerfile", ".dockerfile", ".Containerfile")
_PYTHON = (".py", ".pyi", ".pyw")
_SHEBANG = re.compile(rb"#!.*\bpython[\d.]*\b")
_SHEBANG_BYTES = 64
_SCRIPT_SIZE = 512 * 1024


@dataclass(frozen=True, slots=True)
class Walk:
    """What a walk found.

    `files` are sorted by path; `failures` say what could not be entered or read, `notices` what was
    left alone on purpose and may surprise. `root` is the absolute path of the project.
    """

    files: tuple[File, ...]
    failures: tuple[Failure, ...]
    root: str
    notices: tuple[str, ...] = ()


def walk(
    root: Path,
    *,
    exclude: Sequence[str] = (),
    extend_exclude: Sequence[str] = (),
    respect_gitignore: bool = True,
) -> Walk:
    """Every file of interest below `root`: Python, templates, configuration, dependency manifests.

    `exclude` replaces the default excluded directories when given, `extend_exclude` adds to them; both are
    .gitignore patterns. Raises ConfigError when the root is not a directory.
    """
    if not root.is_dir():
        raise ConfigError(f"{root}: there is no such directory; name the directory of a project")
    ignores = ignores_of_root(root) if respect_gitignore else Ignores()
    state = _Walker(root, Excludes.of(exclude, extend_exclude), respect_gitignore)
    state.run(ignores)
    files = sorted(state.files, key=lambda file: file.path)
    vendored = (*_vendored(root, files), *sorted(f"{base}/" for base in state.installed))
    if vendored:
        files = [
            replace(file, role=Role.vendored) if file.path.startswith(vendored) else file for file in files
        ]
    failures = sorted(state.failures, key=lambda failure: failure.path)
    return Walk(tuple(files), tuple(failures), str(root.absolute()), tuple(sorted(state.notices)))


class _Walker:
    """The state of one walk."""

    def __init__(self, root: Path, excludes: Excludes, gitignore: bool) -> None:
        self.root = str(root)
        self.real_root = os.path.realpath(root)
        self.excludes = excludes
        self.gitignore = gitignore
        self.files: list[File] = []
        self.failures: list[Failure] = []
        self.notices: list[str] = []
        self.packages: set[str] = set()
        self.installed: set[str] = set()

    def run(self, ignores: Ignores) -> None:
        # An explicit stack: the depth of a tree is not ours to bound.
        stack = [("", self.root, ignores)]
        while stack:
            base, place, ignores = stack.pop()
            stack.extend(self._directory(base, place, ignores))

    def _directory(self, base: str, place: str, ignores: Ignores) -> list[tuple[str, str, Ignores]]:
        try:
            with os.scandir(place) as listing:
                entries = list(listing)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            self._fail(
                base or ".", f"the directory cannot be entered ({reason}); mend its permissions or exclude it"
            )
            return []
        names = {entry.name for entry in entries}
        if base and self._left_out(base, names):
            return []
        if "__init__.py" in names or (base and "manage.py" in names):
            self.packages.add(base)  # what lies here is imported by name, whatever it is called
        if base and any(name.endswith(".dist-info") for name in names):
            self.installed.add(base)  # an installer put packages here: none of them is the project's
        if self.gitignore and ".gitignore" in names:
            ignores = ignores.within(base, read_lines(Path(place) / ".gitignore"))
        below: list[tuple[str, str, Ignores]] = []
        for entry in entries:
            path = f"{base}/{entry.name}" if base else entry.name
            try:
                if entry.is_dir(follow_symlinks=False):
                    if not self.excludes.directory(path, entry.name) and not ignores.ignored(f"{path}/"):
                        below.append((path, entry.path, ignores))
                elif (
                    _interesting(entry.name, base)
                    and not ignores.ignored(path)
                    and not self.excludes.file(path)
                ):
                    self._file(entry, path)
            except OSError as error:
                self._fail(path, f"the file cannot be read ({error.strerror or type(error).__name__})")
        return below

    def _left_out(self, base: str, names: set[str]) -> bool:
        """Whether what a directory holds shows it to be a virtual environment, or build output."""
        if not self.excludes.defaults:
            return False
        name = base.rpartition("/")[2]
        return "pyvenv.cfg" in names or (name in OUTPUT_DIRECTORIES and "__init__.py" not in names)

    def _file(self, entry: os.DirEntry[str], path: str) -> None:
        if entry.is_symlink() and not self._inside(entry, path):
            return
        if not entry.is_file():
            return
        if not _encodable(path):
            self._fail(
                path, "the name of this file is not valid text in the file system's encoding; rename it"
            )
            return
        size = entry.stat().st_size
        script = False
        if "." not in entry.name and entry.name not in _NAMES:
            script = size <= _SCRIPT_SIZE and _has_shebang(entry.path)
            if not script:
                return
        role = roles.role_of(path, packages=self.packages, script=script)
        self.files.append(File(path, role, size))

    def _inside(self, entry: os.DirEntry[str], path: str) -> bool:
        """Whether a link leads to a file inside the root; says so when a Python file is left out for it."""
        target = os.path.realpath(entry.path)
        python = entry.name.endswith(_PYTHON)
        if not Path(target).exists():
            if python:
                self._fail(path, "the file is a link whose target does not exist; mend or remove the link")
            return False
        if os.path.commonpath([self.real_root, target]) == self.real_root:
            return True
        if python:
            self.notices.append(f"{path} links to a file outside the project and was not read")
        return False

    def _fail(self, path: str, message: str) -> None:
        readable = path if _encodable(path) else os.fsencode(path).decode("utf-8", "backslashreplace")
        self.failures.append(Failure(readable, "read", message))


def _interesting(name: str, base: str) -> bool:
    stem, dot, suffix = name.rpartition(".")
    if not dot:
        return True  # may be a script, which only its first bytes tell
    if stem and f".{suffix.lower()}" in _SUFFIXES:
        return True
    if suffix == "xml":
        return "templates" in base.split("/")
    return name in _NAMES or name.startswith(_PREFIXES) or name.endswith(_ENDINGS)


def _has_shebang(path: str) -> bool:
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    try:
        return _SHEBANG.match(os.read(descriptor, _SHEBANG_BYTES)) is not None
    finally:
        os.close(descriptor)


def _encodable(path: str) -> bool:
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _vendored(root: Path, files: Sequence[File]) -> tuple[str, ...]:
    """Prefixes of trees that scripts in the root put on `sys.path` and that hold many children."""
    found: set[str] = set()
    for file in files:
        if "/" in file.path or file.role not in {Role.app, Role.script} or file.size > _SCRIPT_SIZE:
            continue
        if not file.path.endswith(".py") and "." in file.path:
            continue
        try:
            data = (root / file.path).read_bytes()
        except OSError:
            continue  # whoever parses the file reports it
        if b"sys" in data and b"path" in data:
            found.update(roles.path_directories(data.decode("utf-8", "replace")))
    children: dict[str, set[str]] = {tree: set() for tree in found}
    for tree, held in children.items():
        prefix = f"{tree}/"
        for file in files:
            if file.path.startswith(prefix) and file.path.endswith(_PYTHON):
                held.add(file.path[len(prefix) :].partition("/")[0])
    return tuple(
        sorted(f"{tree}/" for tree, held in children.items() if len(held) >= roles.VENDORED_CHILDREN)
    )
