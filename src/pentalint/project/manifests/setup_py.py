"""`setup.py`, read without running it: what its statements give to the `setup(...)` call."""

from __future__ import annotations

import ast
import re

from pentalint.project.manifests import ini
from pentalint.project.manifests.collect import Collector, beside
from pentalint.project.manifests.expressions import callee
from pentalint.project.manifests.records import ProjectMetadata
from pentalint.project.manifests.requirement import normalise
from pentalint.project.manifests.static import Static
from pentalint.project.manifests.values import Value, text
from pentalint.syntax.statements import module_statements

_PACKAGING = frozenset({"setuptools", "distutils", "skbuild", "numpy", "torch", "Cython", "pkg_resources"})
_SCOPES = {
    "install_requires": "runtime",
    "requires": "runtime",
    "tests_require": "dev",
    "setup_requires": "build",
    "extras_require": "extra",
}


def read(collector: Collector, path: str, data: bytes) -> None:
    """Enter a setup.py. One that imports no packaging library or never calls `setup` is something else."""
    if b"setup" not in data or not re.search(rb"setuptools|distutils|skbuild", data):
        return
    tree = module_statements(data)
    if tree is None:
        collector.unclear(path, 1, "the script could not be read")
        return
    names = _setup_names(tree)
    if not names:
        return
    found = Static(tree, lambda name: _listed(collector, beside(path, name)))
    calls = [(call, known) for call, known in found.calls if callee(call) in names]
    if not calls:
        return
    collector.manifests.add(path)
    for call, known in calls:
        found.names = known
        _call(collector, path, _arguments(found, call), call.lineno)


def _listed(collector: Collector, path: str) -> bool:
    return path.endswith((".txt", ".in", ".pip")) and path in collector.files


def _setup_names(tree: ast.Module) -> frozenset[str]:
    """The names under which the script can call `setup`."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] in _PACKAGING:
                    found.add(f"{alias.asname or alias.name}.setup")
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in _PACKAGING:
            for alias in node.names:
                if alias.name in {"setup", "*"}:
                    found.add(alias.asname or "setup")
                elif alias.name == "core":
                    found.add(f"{alias.asname or 'core'}.setup")
    return frozenset(found)


def _arguments(found: Static, call: ast.Call) -> dict[str, Value]:
    arguments: dict[str, Value] = {}
    for keyword in call.keywords:
        value = found.resolve(keyword.value)
        if keyword.arg is not None:
            arguments[keyword.arg] = value
            continue
        arguments.update({key: held for key, held in value.entries.items() if key not in arguments})
        if value.unknown:
            arguments.setdefault("**", Value(unknown=value.unknown))
    return arguments


def _call(collector: Collector, path: str, arguments: dict[str, Value], line: int) -> None:
    if "**" in arguments:
        collector.unclear(path, line, "some arguments of setup() come from code")
    python = text(arguments.get("python_requires", Value()))
    if python:
        collector.python(path, arguments["python_requires"].items[0].line, python)
    collector.projects.append(
        ProjectMetadata(
            path,
            text(arguments.get("name", Value())),
            _words(arguments.get("classifiers", Value())),
            _words(arguments.get("keywords", Value())),
            python,
            _entry_points(arguments.get("entry_points", Value())),
        )
    )
    for key, scope in _SCOPES.items():
        value = arguments.get(key)
        if value is None:
            continue
        if key == "extras_require":
            _extras(collector, path, value)
        else:
            _requirements(collector, path, value, scope, key)
    if "pbr" in arguments and (target := beside(path, "requirements.txt")) in collector.files:
        collector.include(path, line, target, "runtime")


def _extras(collector: Collector, path: str, value: Value) -> None:
    """`extras_require`: the part of a key behind a colon is a marker, and an empty name means the runtime."""
    for key, held in value.entries.items():
        extra, _, marker = key.partition(":")
        scope = f"extra:{normalise(extra)}" if extra else "runtime"
        _requirements(collector, path, held, scope, "extras_require", marker)
    for line in value.unknown:
        collector.unclear(path, line, "some of extras_require comes from code")


def _requirements(
    collector: Collector, path: str, value: Value, scope: str, key: str, marker: str = ""
) -> None:
    for item in value.items:
        for offset, part in enumerate(item.text.split("\n")):
            stripped = re.sub(r"(^|\s+)#.*$", "", part).strip()
            if stripped:
                collector.requirement(
                    stripped, scope, path, item.line + offset, marker=marker, conditional=item.conditional
                )
    for line, target in value.files:
        collector.include(path, line, beside(path, target), scope)
    for line in value.unknown:
        collector.unclear(path, line, f"{key} comes from code that is not followed")


def _words(value: Value) -> tuple[str, ...]:
    """The strings of a list, or the parts of one string: lines (classifiers) or words (keywords)."""
    if not value.string:
        return tuple(item.text for item in value.items)
    held = text(value)
    parts = held.split("\n") if "\n" in held or "::" in held else re.split(r"[,\s]+", held)
    return tuple(part.strip() for part in parts if part.strip())


def _entry_points(value: Value) -> tuple[tuple[str, str, str], ...]:
    found: list[tuple[str, str, str]] = []
    for group, held in value.entries.items():
        for item in held.items:
            found += [(group, *pair) for line in item.text.split("\n") if (pair := _pair(line)) is not None]
    if value.string:
        for option in ini.options("\n".join(line.strip() for line in text(value).split("\n"))):
            found.append((option.section, option.name, option.text))
    return tuple(found)


def _pair(line: str) -> tuple[str, str] | None:
    name, equals, value = line.partition("=")
    return (name.strip(), value.strip()) if equals else None
