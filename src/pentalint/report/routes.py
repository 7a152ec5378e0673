"""What `pentalint routes` prints: one line a route, or JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pentalint.model import Failure, Route
from pentalint.report.document import render_document

VERSION = 1
"""Grows when a key changes its meaning or disappears; new keys may appear at any time."""

ANY = "*"
"""Stands for every HTTP method."""

HEADINGS = ("METHODS", "URL", "HANDLER", "GUARDS", "PLACE")


def render_text(routes: Sequence[Route], base: str = "") -> str:
    """A heading and one line for each route; paths begin with `base`. Ends in a newline."""
    if not routes:
        return "No routes were found.\n"
    rows = [HEADINGS, *(cells(route, base) for route in routes)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(HEADINGS))]
    lines = ["  ".join(text.ljust(width) for text, width in zip(row, widths)).rstrip() for row in rows]
    return "\n".join(lines) + "\n"


def cells(route: Route, base: str) -> tuple[str, ...]:
    """The columns of a route."""
    place = f"{base}/{route.file}" if base else route.file
    return (
        ",".join(route.methods) or ANY,
        route.path,
        route.handler,
        ", ".join(route.guards) or "-",
        f"{place}:{route.line}",
    )


def render_json(root: str, routes: Sequence[Route], failures: Sequence[Failure]) -> str:
    """The same for machines. Ends in a newline."""
    return render_document(VERSION, root, "routes", [row(route) for route in routes], failures)


def row(route: Route) -> dict[str, Any]:
    """One route; `methods` is empty for any."""
    return {
        "framework": route.framework,
        "methods": list(route.methods),
        "path": route.path,
        "name": route.name or None,
        "handler": route.handler,
        "guards": list(route.guards),
        "file": route.file,
        "line": route.line,
    }
