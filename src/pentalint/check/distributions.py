"""The version of the distribution that a project is, as `importlib.metadata` would find it where the project is installed: what
`pyproject.toml` says, else the metadata that building or installing has left beside the sources."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pentalint.errors import TomlError
from pentalint.project.manifests.requirement import normalise
from pentalint.toml import loads

PLACES = (".", "src")
"""Directories in which metadata is left."""


def version_of(root: Path, name: str) -> str | None:
    """The version of a distribution; None for one that the project is not, or whose version only its build decides."""
    for found, version in (*declared(root), *built(root)):
        if normalise(found) == normalise(name):
            return version
    return None


def declared(root: Path) -> list[tuple[str, str]]:
    """Name and version in `pyproject.toml`, where both are written there."""
    path = root / "pyproject.toml"
    try:
        document = loads(path.read_text(encoding="utf-8"), "pyproject.toml") if path.is_file() else {}
    except (OSError, UnicodeDecodeError, TomlError):
        return []
    tables = (table(document, "project"), table(document, "tool", "poetry"))
    return [
        (one["name"], one["version"])
        for one in tables
        if isinstance(one.get("name"), str) and isinstance(one.get("version"), str)
    ]


def table(document: dict[str, Any], *keys: str) -> dict[str, Any]:
    """A table of a document; an empty one where there is none."""
    for key in keys:
        inner = document.get(key)
        document = inner if isinstance(inner, dict) else {}
    return document


def built(root: Path) -> list[tuple[str, str]]:
    """Name and version in the metadata of builds and installations."""
    found = []
    for place in PLACES:
        for pattern in ("*.dist-info/METADATA", "*.egg-info/PKG-INFO"):
            for path in sorted((root / place).glob(pattern)):
                head = headers(path)
                if "name" in head and "version" in head:
                    found.append((head["name"], head["version"]))
    return found


def headers(path: Path) -> dict[str, str]:
    """The headers of a file of metadata, by name in lower case."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return {}
    lines = text.partition("\n\n")[0].splitlines()
    return {
        key.lower(): value.strip() for key, colon, value in (line.partition(":") for line in lines) if colon
    }
