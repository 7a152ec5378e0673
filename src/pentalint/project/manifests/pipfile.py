"""`Pipfile`: packages by category."""

from __future__ import annotations

from dataclasses import replace

from pentalint.project.manifests.collect import Collector
from pentalint.project.manifests.poetry import entry_of
from pentalint.project.manifests.requirement import classify, normalise

_RESERVED = frozenset({"source", "scripts", "requires", "pipenv"})


def read(collector: Collector, path: str, text: str) -> None:
    """Enter a Pipfile: `packages` run, `dev-packages` are for development, any other table is a group."""
    document = collector.toml(path, text)
    if document is None:
        return
    collector.manifests.add(path)
    for key in ("python_version", "python_full_version"):
        collector.python(path, document.line("requires", key), document.get("requires", key))
    for category in document.data:
        if category in _RESERVED:
            continue
        scope = {"packages": "runtime", "dev-packages": "dev"}.get(category, f"group:{normalise(category)}")
        for name, value in document.table(category).items():
            line = document.line(category, name)
            parsed, _ = entry_of(name, value)
            if parsed is None:
                collector.fail(path, line, f"`{name}` must be a version or a table with one; correct it")
                continue
            if parsed.kind not in {"vcs", "url", "path"}:
                kind, version = classify(parsed.specifier)
                parsed = replace(parsed, kind=kind, version=version)
            collector.enter(parsed, scope, path, line)
