"""What `pentalint detect` prints: one line a framework, the ledger on request, or JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from pentalint.model import Detection, Evidence, Requirement, Unit
from pentalint.project.knowledge import load

SCHEMA_VERSION = 1
"""Grows when a key changes its meaning or disappears; new keys may appear at any time."""


def render_text(units: Sequence[Unit], evidence: bool = False) -> str:
    """One line for each framework of each unit, then the frameworks without a pack; with `evidence`, the
    ledger below
    each line. Ends in a newline."""
    rows: list[tuple[tuple[str, ...], str, tuple[Evidence, ...]]] = []
    for unit in units:
        for found in unit.detections:
            name = load().frameworks[found.framework].title
            version = f"{name} {found.version}" if found.version else name
            remarks = "; ".join(text for text in (found.note, found.end_of_life) if text)
            rows.append(((unit.path, version, found.role, found.confidence.name), remarks, found.evidence))
        rows += [
            ((unit.path, other.text, "recognised, no pack", ""), "", (other,))
            for other in unit.other_frameworks
        ]
    if not rows:
        return "No web framework was found.\n"
    widths = [max(len(columns[at]) for columns, _, _ in rows) for at in range(4)]
    lines: list[str] = []
    for columns, remarks, ledger in rows:
        cells = [text.ljust(width) for text, width in zip(columns, widths, strict=True)]
        lines.append("  ".join([*cells, remarks]).rstrip())
        if evidence:
            lines += [f"    {_entry(row)}" for row in ledger]
    if evidence:
        lines += [f"not resolved: {text}" for unit in units for text in unit.unresolved]
    return "\n".join(lines) + "\n"


def _entry(row: Evidence) -> str:
    sign = "-" if row.axis == "negative" else "+"
    place = f"{row.path}:{row.line}: " if row.path and row.line else f"{row.path}: " if row.path else ""
    return f"{sign} {row.axis:<11} {place}{row.text}"


def render_json(root: str, units: Iterable[Unit]) -> str:
    """The same for machines: keys as documented in `docs/detection.md`. Ends in a newline."""
    document = {"schema_version": SCHEMA_VERSION, "root": root, "units": [_unit(unit) for unit in units]}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _unit(unit: Unit) -> dict[str, Any]:
    return {
        "path": unit.path,
        "python": unit.python,
        "frameworks": [_detection(found) for found in unit.detections],
        "other_frameworks": [
            {"name": other.text, "path": other.path, "line": other.line, "axis": other.axis}
            for other in unit.other_frameworks
        ],
        "unresolved": list(unit.unresolved),
    }


def _detection(found: Detection) -> dict[str, Any]:
    return {
        "name": found.framework,
        "role": found.role,
        "confidence": found.confidence.name,
        "version": found.version,
        "end_of_life": found.end_of_life,
        "note": found.note or None,
        "declared": [_requirement(entry) for entry in found.declared],
        "locked": [_requirement(entry) for entry in found.locked],
        "evidence": [
            {"path": row.path, "line": row.line, "axis": row.axis, "text": row.text} for row in found.evidence
        ],
    }


def _requirement(found: Requirement) -> dict[str, Any]:
    return {
        "name": found.name,
        "specifier": found.specifier,
        "kind": found.kind,
        "scope": found.scope,
        "version": found.version,
        "marker": found.marker or None,
        "path": found.path,
        "line": found.line,
        "via": list(found.via),
    }
