"""What the names at the top of a project's modules mean, as far as detection needs it.

A `Module` is read once from the tree and holds no node. `Modules` finds modules by dotted name and follows
a name through aliases, re-exports and star imports until it leaves the project or ends at a class.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pentalint.model import Failure
from pentalint.project.summaries import Module, summarise
from pentalint.syntax.source import Source, read_source

_DEPTH = 8
"""How many modules a name is followed through."""


class Modules:
    """The modules of a project, read when asked for. `aliases` maps the path of a vendored copy to the name
    it goes by. `sources` keeps the files that were parsed, for whoever needs their trees later."""

    def __init__(
        self,
        paths: Iterable[str],
        read: Callable[[str], bytes],
        aliases: dict[str, str] | None = None,
        sources: dict[str, Source] | None = None,
    ) -> None:
        self._read = read
        self._aliases = aliases or {}
        self._sources = {} if sources is None else sources
        self._known: dict[str, Module | None] = {}
        self._broken: set[str] = set()
        self._paths: dict[str, list[str]] = {}
        self._found: dict[tuple[str, str, int], str | None] = {}
        for path in paths:
            stem = path[: -len(".py")].split("/")
            tail = stem[-2] if stem[-1] == "__init__" and len(stem) > 1 else stem[-1]
            self._paths.setdefault(tail, []).append(path)

    def load(self, path: str, data: bytes | None = None) -> Module | None:
        """The module of a file, None when it does not parse."""
        if path not in self._known:
            source = self.source(path, self._read(path) if data is None else data)
            self._known[path] = None if source is None else summarise(source)
        return self._known[path]

    def source(self, path: str, data: bytes) -> Source | None:
        """A file parsed, None when it does not parse: whoever checks the file reports that."""
        if path in self._broken:
            return None
        source = self._sources.get(path)
        if source is None:
            found = read_source(path, data)
            if isinstance(found, Failure):
                self._broken.add(path)
                return None
            source = self._sources[path] = found
        return source

    def find(self, name: str, importer: str = "", level: int = 0) -> str | None:
        """The path of the module `name` as `importer` sees it: the nearest file whose path ends that way."""
        key = (name, importer.rpartition("/")[0], level)
        if key not in self._found:
            self._found[key] = self._find(name, importer, level)
        return self._found[key]

    def _find(self, name: str, importer: str, level: int) -> str | None:
        if level:
            base = importer.split("/")[:-level]
            parts = [*base, *(name.split(".") if name else [])]
            if not parts:
                return None
            stem = "/".join(parts)
            options = (f"{stem}.py", f"{stem}/__init__.py")
            return next((path for path in self._paths.get(parts[-1], ()) if path in options), None)
        candidates = self._paths.get(name.rpartition(".")[2])
        if not candidates:
            return None
        stem = name.replace(".", "/")
        options = (f"{stem}.py", f"{stem}/__init__.py")
        found = [
            path
            for path in candidates
            if path in options or path.endswith(tuple(f"/{option}" for option in options))
        ]
        return min(found, key=lambda path: (-_shared(path, importer), path.count("/"), path), default=None)

    def resolve(self, module: Module, name: str, wanted: Callable[[str], bool], depth: int = 0) -> str | None:
        """The first dotted name outside the project that `name` stands for in `module` and that is `wanted`.

        A class stands for its bases, so an instance of a local subclass is found as its framework class.
        """
        if depth > _DEPTH:
            return None
        head, _, rest = name.partition(".")
        if head in module.classes:
            return None if rest else self._bases(module, head, wanted, depth)
        if head in module.bindings:
            level, target = module.bindings[head]
            full = f"{target}.{rest}" if rest else target
            if level < 0:
                return (
                    None
                    if target.partition(".")[0] == head
                    else self.resolve(module, full, wanted, depth + 1)
                )
            return self._outside(module, full, level, wanted, depth)
        for level, target in module.stars:
            found = self._outside(module, f"{target}.{name}" if target else name, level, wanted, depth)
            if found:
                return found
        return None

    def _bases(self, module: Module, name: str, wanted: Callable[[str], bool], depth: int) -> str | None:
        for base in module.classes[name]:
            # `class Configurator(Configurator)` refers to the imported one.
            bound = module.bindings.get(base) if base == name else None
            if bound is not None and bound[0] >= 0:
                found = self._outside(module, bound[1], bound[0], wanted, depth)
            elif base == name:
                continue
            else:
                found = self.resolve(module, base, wanted, depth + 1)
            if found:
                return found
        return None

    def _outside(
        self, module: Module, target: str, level: int, wanted: Callable[[str], bool], depth: int
    ) -> str | None:
        if level == 0 and wanted(target):
            return target
        parts = target.split(".")
        for cut in range(len(parts), -1 if level else 0, -1):
            path = self.find(".".join(parts[:cut]), module.path, level)
            if path is None or path == module.path:
                continue
            rest = ".".join(parts[cut:])
            if path in self._aliases:
                full = f"{self._aliases[path]}.{rest}" if rest else self._aliases[path]
                return full if wanted(full) else None
            inner = self.load(path)
            return self.resolve(inner, rest, wanted, depth + 1) if inner and rest else None
        return None


def _shared(path: str, other: str) -> int:
    """How many leading directories two paths share."""
    count = 0
    for one, two in zip(path.split("/")[:-1], other.split("/")[:-1], strict=False):
        if one != two:
            break
        count += 1
    return count
