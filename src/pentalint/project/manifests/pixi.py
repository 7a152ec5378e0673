"""pixi: `pixi.toml` and the same tables below `[tool.pixi]`."""

from __future__ import annotations

from typing import Any

from pentalint.project.manifests.collect import Collector, Document
from pentalint.project.manifests.conda import version_spec
from pentalint.project.manifests.poetry import entry_of
from pentalint.project.manifests.requirement import normalise


def read(collector: Collector, path: str, text: str) -> None:
    """Enter a pixi.toml."""
    document = collector.toml(path, text)
    if document is not None:
        collector.manifests.add(path)
        read_tables(collector, document)


def read_tables(collector: Collector, document: Document, *where: str) -> None:
    """Enter pixi's tables below `where`. A feature is a group: environments choose among them."""
    _platforms(collector, document, where, "runtime")
    for feature in document.table(*where, "feature"):
        _platforms(collector, document, (*where, "feature", feature), f"group:{normalise(feature)}")


def _platforms(collector: Collector, document: Document, where: tuple[str, ...], scope: str) -> None:
    _tables(collector, document, where, scope)
    for target in document.table(*where, "target"):
        _tables(collector, document, (*where, "target", target), scope)


def _tables(collector: Collector, document: Document, where: tuple[str, ...], scope: str) -> None:
    for key, conda in (("dependencies", True), ("pypi-dependencies", False), ("host-dependencies", True)):
        for name, value in document.table(*where, key).items():
            line = document.line(*where, key, name)
            if name == "python":
                version: Any = value.get("version") if isinstance(value, dict) else value
                collector.python(document.path, line, version)
                continue
            parsed, _ = entry_of(name, value)
            if parsed is None:
                collector.fail(
                    document.path, line, f"`{name}` must be a version or a table with one; correct it"
                )
                continue
            if conda and parsed.kind not in {"vcs", "url", "path"}:
                kind, exact = version_spec(parsed.specifier)
                parsed = type(parsed)(
                    parsed.name, parsed.specifier, kind, exact, parsed.marker, parsed.extras
                )
            collector.enter(parsed, "build" if key == "host-dependencies" else scope, document.path, line)
