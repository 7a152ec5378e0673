"""tox: `tox.ini`, `tox.toml`, `[tool.tox]`, and sections of setup.cfg. Everything here serves development."""

from __future__ import annotations

import re

from pentalint.project.manifests import ini
from pentalint.project.manifests.collect import Collector, Document, beside, items
from pentalint.project.manifests.requirements import parse_lines

_FACTOR = re.compile(r"(![\w{},.-]+|[\w{},.!-]+)\s*:\s+(.*)|([\w{},.-]+):((?!//).*)")
_ENVIRONMENT = re.compile(r"(testenv|env)(:.*)?|env_run_base|tox:jenkins")
_ROOTS = re.compile(r"\{(toxinidir|tox_root)\}/?")


def read(collector: Collector, path: str, text: str) -> None:
    """Enter a tox.ini."""
    collector.check_ini(path, text)
    read_ini(collector, path, text)


def read_ini(collector: Collector, path: str, text: str, first: int = 1) -> None:
    """Enter the `deps` of the test environments of an ini text whose first line has the number `first`."""
    for option in ini.options(text, first):
        if _ENVIRONMENT.fullmatch(option.section) and option.key == "deps":
            for line, item in items(option.values):
                _dependency(collector, path, line, item)


def read_file(collector: Collector, path: str, text: str) -> None:
    """Enter a tox.toml."""
    document = collector.toml(path, text)
    if document is not None:
        read_toml(collector, document)


def read_toml(collector: Collector, document: Document, *where: str) -> None:
    """Enter tox's tables below `where`, and the ini text that `legacy_tox_ini` may hold."""
    places = [(*where, "env_run_base")]
    places += [(*where, "env", name) for name in document.table(*where, "env")]
    for place in places:
        for line, item in document.strings(*place, "deps"):
            _dependency(collector, document.path, line, item)
    legacy = document.get(*where, "legacy_tox_ini")
    if isinstance(legacy, str):
        # The text after `"""` begins on the next line, and TOML drops that first line end.
        read_ini(collector, document.path, legacy, document.line(*where, "legacy_tox_ini") + 1)


def _dependency(collector: Collector, path: str, line: int, item: str) -> None:
    item = _ROOTS.sub("", item)
    if (factor := _FACTOR.fullmatch(item)) is not None and not item.startswith("-"):
        item = (factor.group(2) or factor.group(4) or "").strip()
    if item.startswith("{[") or item in {"", "{posargs}"}:
        return  # a reference to another section, which is read by itself
    if "{" in item:
        collector.unclear(path, line, f"`{item}` is completed by tox")
        return
    for found in parse_lines(item):
        if found.kind == "requirement":
            collector.requirement(found.text, "dev", path, line)
        elif found.kind in {"include", "constraint"}:
            scope = "constraint" if found.kind == "constraint" else "dev"
            collector.include(path, line, beside(path, found.text), scope)
        elif found.kind == "unclear":
            collector.unclear(path, line, f"`{found.text}` holds an environment variable")
