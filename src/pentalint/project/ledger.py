"""The ledger of a detection: each piece of evidence with its place, axis by axis."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pentalint.model import Evidence, Requirement
from pentalint.project import lifecycle
from pentalint.project.constructs import Hit
from pentalint.project.contexts import Context
from pentalint.project.decide import Case, library_signals
from pentalint.project.imports import Import
from pentalint.project.vendored import Copy

MOST = 5
"""Pieces of evidence kept for an axis."""

_AXES = ("user", "declared", "locked", "imported", "constructed", "served", "negative")


def evidence(
    case: Case, locked: Sequence[Requirement], said: Iterable[Evidence], role: str
) -> tuple[Evidence, ...]:
    """Everything that counted in a decision, at most five pieces an axis, in the order of the axes."""
    signals, stated = case.signals, case.declared
    rows: list[Evidence] = list(said)
    rows += _first(_requirement(found, "declared") for found in [*stated.named, *stated.constraint])
    if not stated.named:
        rows += _first(_requirement(found, "declared", "of the unit above") for found in case.inherited)
    if case.through is not None:
        rows.append(_requirement(case.through, "declared", "a unit of this repository that uses it"))
    rows += case.copied
    rows += _first((_requirement(found, "locked") for found in _deployed(locked)), 3)
    rows += _imports([*signals.imports, *signals.plugins, *signals.lazy, *signals.optional])
    rows += _first(map(_hit, _heaviest(case)))
    rows += _first([*signals.served, *case.paste])
    rows += _first([*signals.negatives, *_against(case, role)])
    if role != "application":
        rows += _first(_elsewhere(case), 3)
    return tuple(sorted(dict.fromkeys(rows), key=lambda row: (_AXES.index(row.axis), row.path, row.line)))


def _first(evidence: Iterable[Evidence], most: int = MOST) -> list[Evidence]:
    """The first pieces, each file, line and text once: what counts most stands first."""
    return list(dict.fromkeys(evidence))[:most]


def _deployed(locked: Sequence[Requirement]) -> list[Requirement]:
    return sorted(locked, key=lifecycle.aside)


def copied(copies: Iterable[Copy]) -> tuple[Evidence, ...]:
    """Copies in the project that its main code uses: they stand for a declaration."""
    return tuple(
        Evidence(
            copy.path,
            copy.line,
            "declared",
            f"vendored copy{f' of {copy.name} {copy.version}' if copy.version else ''}",
        )
        for copy in copies
    )


def _requirement(found: Requirement, axis: str, remark: str = "") -> Evidence:
    extras = f"[{','.join(found.extras)}]" if found.extras else ""
    text = f"{found.name}{extras}"
    if found.version and found.locked:
        text += f"=={found.version}"
    elif found.specifier:
        text += found.specifier if found.specifier[0] in "=<>!~^" else f" {found.specifier}"
    parts = [remark] if remark else [found.scope]
    if found.marker:
        parts.append(found.marker)
    if found.via:
        parts.append(f"via {' <- '.join(found.via)}")
    return Evidence(found.path, found.line, axis, f"{text} ({'; '.join(parts)})")


def _imports(entries: Iterable[Import]) -> list[Evidence]:
    """One line a statement; a second file says more than a second line of the same."""
    statements: dict[tuple[str, int], list[Import]] = {}
    for entry in entries:
        statements.setdefault((entry.path, entry.line), []).append(entry)
    seen: set[str] = set()
    first: list[Evidence] = []
    rest: list[Evidence] = []
    for (path, _), group in statements.items():
        (rest if path in seen else first).append(_import(group))
        seen.add(path)
    return (first + rest)[:MOST]


_REMARKS = {
    Context.lazy: " (in a function)",
    Context.typing: " (for type checkers only)",
    Context.optional: " (if installed)",
    Context.guarded: " (behind a guard)",
}


def _import(group: Sequence[Import]) -> Evidence:
    entry = group[0]
    text = entry.text
    if entry.name and len(group) > 1:
        text += "".join(f", {other.name}" for other in group[1:3])
        text += ", ..." if len(group) > 3 else ""
    return Evidence(entry.path, entry.line, "imported", text + _REMARKS.get(entry.context, ""))


def _heaviest(case: Case) -> list[Hit]:
    hits = [hit for hit in case.signals.hits if not hit.negative]
    return sorted(hits, key=lambda hit: (-hit.weight, hit.path, hit.line))[:5]


def _hit(hit: Hit) -> Evidence:
    return Evidence(hit.path, hit.line, "served" if hit.served else "constructed", hit.text)


def _elsewhere(case: Case) -> list[Evidence]:
    return [
        Evidence(entry.path, entry.line, "negative", f"{entry.text} (in {role.value} code)")
        for role, entry in case.signals.elsewhere
    ]


def _against(case: Case, role: str) -> list[Evidence]:
    """What speaks for a library. Of an application only its classifiers: the rest was outweighed."""
    path = case.projects[0].path if case.projects else ""
    texts = [text for _, text in library_signals(case) if role != "application" or text.startswith("class")]
    hits = [Evidence(hit.path, hit.line, "negative", hit.text) for hit in case.signals.hits if hit.negative]
    return hits + [Evidence(path, 1, "negative", text) for text in texts]
