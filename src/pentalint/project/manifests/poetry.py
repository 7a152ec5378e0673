"""`[tool.poetry]`: dependencies in Poetry's own notation, from version 1 on."""

from __future__ import annotations

from typing import Any

from pentalint.project.manifests.collect import Collector, Document
from pentalint.project.manifests.requirement import Parsed, normalise, poetry_specifier


def read(collector: Collector, document: Document) -> None:
    """Enter Poetry's tables of a pyproject.toml.

    Since Poetry 2 `[project].dependencies`, when it is there, declares; Poetry's own table then only says
    where to get them.
    """
    where = ("tool", "poetry")
    extras = _extras_by_name(document)
    main = document.table(*where, "dependencies")
    collector.python(document.path, document.line(*where, "dependencies", "python"), main.get("python"))
    if document.get("project", "dependencies") is None:
        _table(collector, document, (*where, "dependencies"), "runtime", extras)
    _table(collector, document, (*where, "dev-dependencies"), "dev", {})
    for group in document.table(*where, "group"):
        scope = "runtime" if normalise(group) == "main" else f"group:{normalise(group)}"
        _table(collector, document, (*where, "group", group, "dependencies"), scope, {})


def _extras_by_name(document: Document) -> dict[str, str]:
    """Distribution -> the first extra that holds it."""
    found: dict[str, str] = {}
    for extra in document.table("tool", "poetry", "extras"):
        for _, item in document.strings("tool", "poetry", "extras", extra):
            found.setdefault(normalise(item), normalise(extra))
    return found


def _table(
    collector: Collector, document: Document, where: tuple[str, ...], scope: str, extras: dict[str, str]
) -> None:
    for name, value in document.table(*where).items():
        if name.lower() == "python":
            continue
        entries = value if isinstance(value, list) else [value]
        for at, entry in enumerate(entries):
            line = document.line(*where, name, at)
            parsed, optional = entry_of(name, entry)
            if parsed is None:
                collector.fail(
                    document.path, line, f"`{name}` must be a version or a table with one; correct it"
                )
                continue
            used = (
                f"extra:{extras.get(parsed.name, 'optional')}" if optional and scope == "runtime" else scope
            )
            collector.enter(parsed, used, document.path, line)


def entry_of(name: str, value: Any) -> tuple[Parsed | None, bool]:
    """A dependency in table notation (Poetry, Pipenv, pixi), and whether it is optional; None if none."""
    bare, _, bracket = name.partition("[")
    extras = tuple(sorted(normalise(extra) for extra in bracket.rstrip("]").split(",") if extra.strip()))
    base = Parsed(normalise(bare), extras=extras)
    if isinstance(value, str):
        kind, version = poetry_specifier(value)
        return Parsed(
            base.name, "" if value.strip() == "*" else value.strip(), kind, version, extras=extras
        ), False
    if not isinstance(value, dict):
        return None, False
    markers = [value[key] for key in ("markers", "marker") if isinstance(value.get(key), str)]
    python = value.get("python")
    if isinstance(python, str):
        markers.append(f"python {python}")
    named = value.get("extras")
    if isinstance(named, list):
        extras = tuple(sorted({*extras, *(normalise(extra) for extra in named if isinstance(extra, str))}))
    specifier, kind, version = _source(value)
    return (
        Parsed(base.name, specifier, kind, version, " and ".join(markers), extras),
        value.get("optional") is True,
    )


def _source(value: dict[str, Any]) -> tuple[str, str, str | None]:
    """The specifier, kind and version that the table of one dependency states."""
    for key, kind in (
        ("git", "vcs"),
        ("hg", "vcs"),
        ("svn", "vcs"),
        ("url", "url"),
        ("file", "url"),
        ("path", "path"),
    ):
        target = value.get(key)
        if isinstance(target, str):
            reference = next(
                (value[ref] for ref in ("rev", "tag", "branch", "ref") if isinstance(value.get(ref), str)), ""
            )
            return f"{target}@{reference}" if reference else target, kind, None
    if value.get("workspace") is True:
        return "workspace", "path", None
    version = value.get("version")
    if not isinstance(version, str) or version.strip() in {"", "*"}:
        return "", "any", None
    kind, exact = poetry_specifier(version)
    return version.strip(), kind, exact
