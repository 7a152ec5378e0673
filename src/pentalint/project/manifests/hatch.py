"""Hatch environments and hooks, in pyproject.toml and in hatch.toml."""

from __future__ import annotations

import re

from pentalint.project.manifests.collect import Collector, Document, beside
from pentalint.project.manifests.requirement import Parsed, normalise

_VERSION = re.compile(r"\d+(\.\d+)*")


def read_file(collector: Collector, path: str, text: str) -> None:
    """Enter a hatch.toml."""
    document = collector.toml(path, text)
    if document is not None:
        read(collector, document)


def read(collector: Collector, document: Document, *where: str) -> None:
    """Enter Hatch's tables below `where`: the environments' dependencies and the requirements-file hook."""
    for name in document.table(*where, "envs"):
        for key in ("dependencies", "extra-dependencies"):
            for line, item in document.strings(*where, "envs", name, key):
                _dependency(collector, document, line, item)
        _matrix(collector, document, (*where, "envs", name))
    hook = (*where, "metadata", "hooks", "requirements_txt")
    for line, target in document.strings(*hook, "files"):
        collector.include(document.path, line, beside(document.path, target), "runtime")
    for extra in document.table(*hook, "optional-dependencies"):
        for line, target in document.strings(*hook, "optional-dependencies", extra):
            collector.include(document.path, line, beside(document.path, target), f"extra:{normalise(extra)}")


def _dependency(collector: Collector, document: Document, line: int, item: str) -> None:
    if "{" not in item:
        collector.requirement(item, "dev", document.path, line)
        return
    collector.unclear(document.path, line, f"`{item}` is completed by Hatch")
    if (name := re.match(r"[A-Za-z0-9][\w.-]*(?=\s*(\[[\w, -]*\])?\s*[=<>~!{])", item)) is not None:
        collector.requirement(name.group(), "dev", document.path, line)


def _matrix(collector: Collector, document: Document, where: tuple[str, ...]) -> None:
    """Versions of a distribution that the environments multiply over (`django = ["4.2", "5.2"]`)."""
    matrix = document.get(*where, "matrix")
    for at, row in enumerate(matrix if isinstance(matrix, list) else []):
        for key in row if isinstance(row, dict) else ():
            name = normalise(key)
            if name in {"python", "py"} or not re.fullmatch(r"[a-z][a-z0-9-]+", name):
                continue
            for line, value in document.strings(*where, "matrix", at, key):
                if _VERSION.fullmatch(value):
                    collector.enter(Parsed(name, value, "series"), "dev", document.path, line)
