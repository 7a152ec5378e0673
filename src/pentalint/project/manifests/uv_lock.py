"""`uv.lock` and `*.py.lock`: a package has the scope in which a workspace member reaches it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pentalint.dataclass import dataclass
from pentalint.project.manifests.collect import Collector, beside
from pentalint.project.manifests.locks import entry, head_line, packages
from pentalint.project.manifests.requirement import normalise

_ORDER = ("runtime", "extra", "group")


@dataclass(frozen=True, slots=True)
class _Package:
    line: int
    data: dict[str, Any]

    @property
    def name(self) -> str:
        name = self.data.get("name")
        return normalise(name) if isinstance(name, str) else ""

    @property
    def member(self) -> str | None:
        """The directory of a workspace member relative to the lock; None for anything installed."""
        source = self.data.get("source")
        if isinstance(source, dict):
            for key in ("virtual", "editable"):
                if isinstance(source.get(key), str):
                    return str(source[key])
        return None

    def dependencies(self, *keys: str) -> list[dict[str, Any]]:
        """The dependency tables at a path of keys."""
        value: Any = self.data
        for key in keys:
            value = value.get(key) if isinstance(value, dict) else None
        return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def read(collector: Collector, path: str, text: str) -> None:
    """Enter a uv.lock. `via` of an entry are the pyproject.toml of the members that reach it."""
    document = collector.toml(path, text)
    if document is None:
        return
    collector.manifests.add(path)
    collector.python(path, head_line(text, "requires-python"), document.get("requires-python"))
    known = [_Package(line, data) for line, data in packages(text, document.data, "package")]
    by_name: dict[str, list[_Package]] = {}
    for package in known:
        by_name.setdefault(package.name, []).append(package)
    reached: dict[int, tuple[str, set[str]]] = {}
    for member in known:
        if member.member is not None:
            _from_member(member, by_name, beside(path, f"{member.member}/pyproject.toml"), reached)
    manifest = document.get("manifest", "requirements")
    wanted = [one for one in manifest if isinstance(one, dict)] if isinstance(manifest, list) else []
    for package in _reach(wanted, by_name):  # a script's lock has no member, only wishes
        _note(reached, package, "runtime", path)
    for package in known:
        if package.member is not None:
            continue
        scope, members = reached.get(package.line, ("runtime" if not reached else "dev", set()))
        before = len(collector.requirements)
        entry(collector, path, package.line, package.name, package.data.get("version"), scope)
        if len(collector.requirements) > before:
            collector.via_last(tuple(sorted(members - {path})))


def _from_member(
    member: _Package,
    by_name: dict[str, list[_Package]],
    manifest: str,
    reached: dict[int, tuple[str, set[str]]],
) -> None:
    for package in _reach(member.dependencies("dependencies"), by_name):
        _note(reached, package, "runtime", manifest)
    for key, kind in (("optional-dependencies", "extra"), ("dev-dependencies", "group")):
        table = member.data.get(key)
        for name in table if isinstance(table, dict) else ():
            for package in _reach(member.dependencies(key, name), by_name):
                _note(reached, package, f"{kind}:{normalise(name)}", manifest)


def _note(reached: dict[int, tuple[str, set[str]]], package: _Package, scope: str, manifest: str) -> None:
    before = reached.get(package.line)
    if before is None or _rank(scope) < _rank(before[0]):
        reached[package.line] = (scope, {manifest})
    elif before[0] == scope:
        before[1].add(manifest)


def _rank(scope: str) -> int:
    return _ORDER.index(scope.partition(":")[0])


def _reach(first: Iterable[dict[str, Any]], by_name: dict[str, list[_Package]]) -> Iterator[_Package]:
    """Every package that the given dependencies lead to, each once. A fork is told apart by its version."""
    seen: set[tuple[int, str]] = set()
    stack = [(dependency, "") for dependency in first]
    while stack:
        dependency, _ = stack.pop()
        name, version = normalise(str(dependency.get("name", ""))), dependency.get("version")
        extras = dependency.get("extra")
        for package in by_name.get(name, []):
            if version is not None and package.data.get("version") != version:
                continue
            wanted = [""] + [
                extra for extra in (extras if isinstance(extras, list) else []) if isinstance(extra, str)
            ]
            for extra in wanted:
                if (package.line, extra) in seen:
                    continue
                seen.add((package.line, extra))
                keys = ("optional-dependencies", extra) if extra else ("dependencies",)
                stack.extend((one, extra) for one in package.dependencies(*keys))
                if not extra:
                    yield package
