"""Lock files in TOML and JSON: Poetry, PDM, Pipenv, PEP 751. uv's graph has a file of its own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from pentalint.project.manifests.collect import Collector, beside
from pentalint.project.manifests.requirement import Parsed, dev_like, normalise

_HEADER = re.compile(r"^\[\[(package|packages)\]\][ \t]*(?:#.*)?$", re.MULTILINE)


def packages(text: str, data: dict[str, Any], key: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The tables of an array of packages, each with the line of its name.

    Lock files are written by programs, one `[[package]]` header a table, so headers are counted instead of
    scanning the values of a file that may have tens of thousands of lines.
    """
    entries = data.get(key)
    if not isinstance(entries, list):
        return
    line, at, headers = 1, 0, list(_HEADER.finditer(text))
    for entry, header in zip(entries, headers, strict=False):
        line += text.count("\n", at, header.start())
        at = header.start()
        if isinstance(entry, dict):
            yield line + 1, entry


def head_line(text: str, key: str) -> int:
    """The line of a key that stands before the packages."""
    found = re.compile(rf"^{re.escape(key)}\s*=", re.MULTILINE).search(text)
    return text.count("\n", 0, found.start()) + 1 if found else 1


def entry(
    collector: Collector, path: str, line: int, name: Any, version: Any, scope: str, marker: str = ""
) -> None:
    """Enter one locked package; `version` may be missing (a source tree), which leaves it without one."""
    if not isinstance(name, str) or not name:
        return
    exact = version.removeprefix("==").strip() if isinstance(version, str) and version else None
    parsed = Parsed(
        normalise(name), f"=={exact}" if exact else "", "pinned" if exact else "any", exact, marker
    )
    collector.enter(parsed, scope, path, line, locked=True)


def read_poetry(collector: Collector, path: str, text: str) -> None:
    """Enter a poetry.lock.

    `groups` (2.x) or `category` (1.x) tell a package's scope. In between neither was written: the runtime is
    then what the runtime requirements of the pyproject.toml beside the lock lead to.
    """
    document = collector.toml(path, text)
    if document is None:
        return
    collector.manifests.add(path)
    extras = _poetry_extras(document.data.get("extras"))
    found = list(packages(text, document.data, "package"))
    silent = not any("groups" in package or "category" in package for _, package in found)
    runtime = _reached(collector, path, [package for _, package in found]) if silent else None
    for line, package in found:
        name = normalise(str(package.get("name")))
        scope = _group_scope(package.get("groups"), "main")
        if package.get("category") == "dev" or (runtime is not None and name not in runtime):
            scope = "dev"
        if package.get("optional") is True and scope == "runtime":
            scope = f"extra:{extras.get(name, 'optional')}"
        markers = package.get("markers")
        marker = markers if isinstance(markers, str) else ""
        entry(collector, path, line, package.get("name"), package.get("version"), scope, marker)


def _reached(collector: Collector, path: str, found: list[dict[str, Any]]) -> set[str] | None:
    """The names that the manifest beside a lock leads to at run time; None when it declares nothing."""
    manifest = beside(path, "pyproject.toml")
    stack = [
        one.name
        for one in collector.requirements
        if one.path == manifest and one.scope.startswith(("runtime", "extra:"))
    ]
    if not stack:
        return None
    needs: dict[str, list[str]] = {}
    for package in found:
        table = package.get("dependencies")
        names = table if isinstance(table, dict) else {}
        needs.setdefault(normalise(str(package.get("name"))), []).extend(map(normalise, names))
    reached: set[str] = set()
    while stack:
        name = stack.pop()
        if name not in reached:
            reached.add(name)
            stack.extend(needs.get(name, []))
    return reached


def _poetry_extras(table: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for extra, names in table.items() if isinstance(table, dict) else ():
        for name in names if isinstance(names, list) else ():
            found.setdefault(normalise(re.split(r"[ \[(<>=!~]", str(name))[0]), normalise(extra))
    return found


def _group_scope(groups: Any, main: str) -> str:
    """The scope that a list of group names gives: runtime when the main group is in it, or none is named."""
    if not isinstance(groups, list) or not groups or main in groups:
        return "runtime"
    named = sorted(normalise(group) for group in groups if isinstance(group, str))
    # The least developing of the groups tells most about where the package may be installed.
    best = next((group for group in named if not dev_like(group)), named[0] if named else "")
    return f"group:{best}" if best else "runtime"


def read_pdm(collector: Collector, path: str, text: str) -> None:
    """Enter a pdm.lock; the group `default` is the runtime."""
    document = collector.toml(path, text)
    if document is None:
        return
    collector.manifests.add(path)
    for line, package in packages(text, document.data, "package"):
        marker = package.get("marker")
        scope = _group_scope(package.get("groups"), "default")
        name, version = package.get("name"), package.get("version")
        entry(collector, path, line, name, version, scope, marker if isinstance(marker, str) else "")


def read_pylock(collector: Collector, path: str, text: str) -> None:
    """Enter a pylock.toml (PEP 751). A marker on extras or groups tells the scope."""
    document = collector.toml(path, text)
    if document is None:
        return
    collector.manifests.add(path)
    collector.python(path, head_line(text, "requires-python"), document.get("requires-python"))
    for line, package in packages(text, document.data, "packages"):
        marker = package.get("marker")
        marker = marker if isinstance(marker, str) else ""
        found = re.search(r"""["']([\w.-]+)["']\s+in\s+(extras|dependency_groups)""", marker)
        scope = "runtime"
        if found is not None:
            scope = f"{'extra' if found.group(2) == 'extras' else 'group'}:{normalise(found.group(1))}"
        entry(collector, path, line, package.get("name"), package.get("version"), scope, marker)


def read_pipfile(collector: Collector, path: str, text: str) -> None:
    """Enter a Pipfile.lock: `default` runs, `develop` is for development, any other key is a category."""
    try:
        data = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else 1
        reason = error.msg if isinstance(error, json.JSONDecodeError) else "nested too deeply"
        collector.fail(path, line, f"this is not valid JSON: {reason}; write the lock file again")
        return
    if not isinstance(data, dict):
        return
    collector.manifests.add(path)
    for category, table in data.items():
        if category == "_meta" or not isinstance(table, dict):
            continue
        scope = {"default": "runtime", "develop": "dev"}.get(category, f"group:{normalise(category)}")
        start = _key_at(text, category, 0)
        for name, value in table.items():
            if not isinstance(value, dict):
                continue
            at = _key_at(text, name, start)
            marker = value.get("markers")
            version = value.get("version")
            line = text.count("\n", 0, at) + 1
            entry(collector, path, line, name, version, scope, marker if isinstance(marker, str) else "")


def _key_at(text: str, key: str, start: int) -> int:
    found = re.compile(rf'"{re.escape(key)}"\s*:').search(text, start)
    return found.start() if found else start


_CONDA_NAME = re.compile(r"([\w.-]+)-([^-/]+)-[^-/]+\.(?:conda|tar\.bz2)$")


def read_conda(collector: Collector, path: str, text: str) -> None:
    """Enter a conda-lock.yml: one entry a package and platform, of which one is kept."""
    collector.manifests.add(path)
    seen: set[tuple[str, str, str]] = set()
    for line, fields in _yaml_entries(text):
        name, version, category = (
            fields.get("name", ""),
            fields.get("version", ""),
            fields.get("category", "main"),
        )
        if name and (name, version, category) not in seen:
            seen.add((name, version, category))
            scope = (
                "runtime"
                if category == "main"
                else "dev"
                if dev_like(category)
                else f"group:{normalise(category)}"
            )
            entry(collector, path, line, name, version, scope)


def read_pixi(collector: Collector, path: str, text: str) -> None:
    """Enter a pixi.lock: a PyPI package states name and version, a conda package's file name holds both."""
    collector.manifests.add(path)
    seen: set[tuple[str, str]] = set()
    body = text[text.find("\npackages:") :] if "\npackages:" in text else text
    offset = text.count("\n", 0, len(text) - len(body))
    for line, fields in _yaml_entries(body):
        name, version = fields.get("name", ""), fields.get("version", "")
        archive = _CONDA_NAME.search(fields.get("conda", "").rpartition("/")[2])
        if not name and archive is not None:
            name, version = archive.group(1), archive.group(2)
        if name and (name, version) not in seen:
            seen.add((name, version))
            entry(collector, path, line + offset, name, version, "runtime")


_ENTRY = re.compile(r"^( *)- ([\w-]+): *(.*)$")
_FIELD = re.compile(r"^( *)([\w-]+): *(.*)$")


def _yaml_entries(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """The mappings of the list that holds most of such a file, with their own scalar fields."""
    start, indent, fields = 0, -1, dict[str, str]()
    for number, raw in enumerate(text.split("\n"), 1):
        if (opened := _ENTRY.match(raw)) is not None and (indent < 0 or len(opened.group(1)) + 2 <= indent):
            if fields:
                yield start, fields
            start, indent = number, len(opened.group(1)) + 2
            fields = {opened.group(2): opened.group(3).strip("'\" ")}
        elif (found := _FIELD.match(raw)) is not None and len(found.group(1)) == indent:
            fields.setdefault(found.group(2), found.group(3).strip("'\" "))
    if fields:
        yield start, fields
