"""A project made of texts, for tests of the manifest readers."""

from __future__ import annotations

import textwrap

from pentalint.model import File, Requirement
from pentalint.project.manifests import Manifests, read_manifests
from pentalint.project.roles import role_of

Row = tuple[str, str, str, str, int]
"""name, specifier, kind, scope, line"""


def manifests(texts: dict[str, str | bytes]) -> Manifests:
    """Read a project of the given files. Texts are dedented."""
    held = {
        path: textwrap.dedent(text).encode() if isinstance(text, str) else text
        for path, text in texts.items()
    }
    files = [File(path, role_of(path), len(data)) for path, data in sorted(held.items())]
    return read_manifests(files, held.__getitem__)


def rows(found: Manifests, path: str | None = None) -> list[Row]:
    """The requirements in short, of one file or of all."""
    return [row(one) for one in found.requirements if path is None or one.path == path]


def row(one: Requirement) -> Row:
    return (one.name, one.specifier, one.kind, one.scope, one.line)


def lines(found: Manifests) -> list[tuple[str, int, str]]:
    """The unresolved places: path, line, text."""
    return [(one.path, one.line, one.text) for one in found.unresolved]


def faults(found: Manifests) -> list[tuple[str, int]]:
    """The failures: path and line."""
    return [(one.path, one.line) for one in found.failures]
