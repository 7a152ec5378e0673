"""uv's own tables, in pyproject.toml and in uv.toml."""

from __future__ import annotations

from dataclasses import replace

from pentalint.project.manifests.collect import Collector, Document, beside
from pentalint.project.manifests.poetry import entry_of
from pentalint.project.manifests.requirement import normalise


def read(collector: Collector, document: Document) -> None:
    """Enter `[tool.uv]` of a pyproject.toml; a uv.toml beside it replaces the constraints."""
    where = ("tool", "uv")
    for line, item in document.strings(*where, "dev-dependencies"):
        collector.requirement(item, "dev", document.path, line)
    if beside(document.path, "uv.toml") not in collector.files:
        _constraints(collector, document, *where)
    _sources(collector, document)


def read_file(collector: Collector, path: str, text: str) -> None:
    """Enter a uv.toml."""
    document = collector.toml(path, text)
    if document is not None:
        for line, item in document.strings("dev-dependencies"):
            collector.requirement(item, "dev", path, line)
        _constraints(collector, document)


def _constraints(collector: Collector, document: Document, *where: str) -> None:
    for key in ("constraint-dependencies", "override-dependencies"):
        for line, item in document.strings(*where, key):
            collector.requirement(item, "constraint", document.path, line)


def _sources(collector: Collector, document: Document) -> None:
    """A source turns what is declared into a reference to a repository, a path or a workspace member."""
    for name, value in document.table("tool", "uv", "sources").items():
        entries = value if isinstance(value, list) else [value]
        found = next((parsed for entry in entries if (parsed := entry_of(name, entry)[0]) is not None), None)
        if found is None or found.kind not in {"vcs", "url", "path"}:
            continue
        for at, requirement in enumerate(collector.requirements):
            if requirement.path == document.path and requirement.name == normalise(name):
                collector.requirements[at] = replace(
                    requirement, kind=found.kind, specifier=found.specifier, version=None
                )
