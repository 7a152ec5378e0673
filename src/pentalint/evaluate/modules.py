"""The project's Python files as importable modules: names, resolution of imports, and each module's namespace."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field

from pentalint.evaluate.values import Function, Value
from pentalint.model import File
from pentalint.syntax.source import Source


@dataclass(slots=True, eq=False)
class Module:
    """One file as a module. `state`: 0 not read, 1 in progress, 2 done, 3 failed. `stars` are the API modules and
    `star_modules` the project modules it imports `*` from; `renames` are its `import name as other` pairs.
    `unresolved_star` says that it takes everything from a module that cannot be looked at, `maybe_star` that it does so, or
    would if that module were there."""

    name: str
    path: str
    file: File
    is_package: bool
    state: int = 0
    source: Source | None = None
    env: dict[str, Value] = field(default_factory=dict)
    origins: dict[str, tuple[str, ast.AST]] = field(default_factory=dict)
    functions: list[Function] = field(default_factory=list)
    stars: list[str] = field(default_factory=list)
    star_modules: list[Module] = field(default_factory=list)
    unresolved_star: bool = False
    maybe_star: bool = False
    imported: set[str] = field(default_factory=set)
    renames: list[tuple[str, str]] = field(default_factory=list)

    @property
    def package(self) -> str:
        """The package that relative imports start from."""
        return self.name if self.is_package else self.name.rpartition(".")[0]

    def __repr__(self) -> str:
        return f"module {self.name} ({self.path})"


class ModuleIndex:
    """Every Python file of the project by its dotted names.

    A file's own name follows its chain of `__init__.py` files; it is also known by its path from the root and
    from `src/` and `lib/` directories, so that namespace packages and flat scripts resolve too. Where several
    files claim one name, the one that shares the longest path with the importing file wins.
    """

    def __init__(self, files: Iterable[File]) -> None:
        self.modules: dict[str, Module] = {}
        self._by_name: dict[str, list[Module]] = {}
        python = [file for file in files if file.path.endswith((".py", ".pyi", ".pyw"))]
        stubs = {file.path[:-1] for file in python if file.path.endswith(".pyi")}
        python = [file for file in python if not (file.path.endswith(".pyi") and file.path[:-1] in stubs)]
        packages = {
            file.path.rpartition("/")[0] for file in python if file.path.rpartition("/")[2] == "__init__.py"
        }
        for file in python:
            directory, _, base = file.path.rpartition("/")
            stem = base.rpartition(".")[0]
            is_package = stem == "__init__"
            top = directory
            while top and top in packages:
                top = top.rpartition("/")[0]
            dotted = _dotted(file.path[len(top) + 1 if top else 0 :], is_package)
            module = Module(dotted, file.path, file, is_package)
            self.modules[file.path] = module
            names = {dotted} if dotted else set()
            names.add(_dotted(file.path, is_package))
            for marker in ("src/", "lib/"):
                if file.path.startswith(marker) or f"/{marker}" in file.path:
                    names.add(
                        _dotted(
                            file.path.rpartition("/" + marker)[2]
                            if f"/{marker}" in file.path
                            else file.path[len(marker) :],
                            is_package,
                        )
                    )
            for name in sorted(names):
                if name:
                    self._by_name.setdefault(name, []).append(module)
        self._packages = packages
        self._roots = {name.partition(".")[0] for name in self._by_name}
        self._directories = frozenset(prefix for name in self._by_name for prefix in _prefixes(name))

    def find(self, dotted: str, importer: Module | None = None) -> Module | None:
        """The project module a dotted name stands for, or None when it is not ours."""
        found = self._by_name.get(dotted)
        if not found:
            return self._sibling(dotted, importer)
        if importer is None or len(found) == 1:
            return found[0]
        return max(found, key=lambda module: (_shared(module.path, importer.path), -len(module.path)))

    def is_namespace(self, dotted: str) -> bool:
        """Whether a dotted name is a directory of project modules without `__init__.py`."""
        return dotted in self._directories and dotted not in self._by_name

    def owns(self, dotted: str) -> bool:
        """Whether the first part of a dotted name is one of the project's own top-level names."""
        return dotted.partition(".")[0] in self._roots

    def _sibling(self, dotted: str, importer: Module | None) -> Module | None:
        """A script's neighbour: `import util` beside `app.py` in a directory that is not a package."""
        if importer is None:
            return None
        directory = importer.path.rpartition("/")[0]
        if directory in self._packages:
            return None  # inside a package, absolute imports do not look beside the file
        base = f"{directory}/" if directory else ""
        stem = base + dotted.replace(".", "/")
        return self.modules.get(f"{stem}.py") or self.modules.get(f"{stem}/__init__.py")


def _dotted(path: str, is_package: bool) -> str:
    stem = path.rpartition(".")[0]
    if is_package:
        stem = stem.rpartition("/")[0]
    return stem.replace("/", ".")


def _prefixes(name: str) -> Iterable[str]:
    while "." in name:
        name = name.rpartition(".")[0]
        yield name


def _shared(left: str, right: str) -> int:
    """How many leading directories two paths have in common."""
    count = 0
    for one, other in zip(left.split("/")[:-1], right.split("/")[:-1]):
        if one != other:
            break
        count += 1
    return count
