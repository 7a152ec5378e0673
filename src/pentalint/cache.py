"""What did not change is not analysed again: the whole report of a run, kept under the user's cache directory.

An entry holds only if every file of the project has the size and the modification time it had, and the
program, the rules, the configuration, the paths asked for and the date are the same. Files changed at about
the moment the entry was written are never trusted (their time stamp could hide a second change). Entries are
JSON: nothing from a work tree or a cache is ever unpickled."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any

from pentalint import __version__
from pentalint.model import (
    Confidence,
    Detection,
    Evidence,
    Failure,
    Finding,
    Report,
    Requirement,
    Severity,
    Span,
    Step,
    Suppression,
    Unit,
)

SHAPE = 2
"""Changes when the layout of an entry does."""

RACY_NS = 2_000_000_000
"""Files younger than this many nanoseconds when the entry was written are not trusted."""

KEEP = 8
"""Entries kept for one project: other paths, other options, other days."""

Stamps = Mapping[str, tuple[int, int]]
"""Path -> (modification time in nanoseconds, size in bytes)."""


def cache_directory(configured: str | None, environ: Mapping[str, str]) -> Path:
    """Where entries are kept: as configured, else the platform's cache directory of the user."""
    if configured:
        return Path(configured)
    if sys.platform == "win32":
        base = environ.get("LOCALAPPDATA") or str(Path.home() / "AppData" / "Local")
        return Path(base) / "pentalint" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "pentalint"
    return Path(environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pentalint"


def stamps(root: str, paths: Iterable[str]) -> dict[str, tuple[int, int]]:
    """The stamp of each file; a file that is gone or closed to us has the stamp (0, -1)."""
    found: dict[str, tuple[int, int]] = {}
    for path in paths:
        try:
            info = os.stat(f"{root}/{path}")  # noqa: PTH116 - on the warm path, pathlib costs twice as much
        except OSError:
            found[path] = (0, -1)
        else:
            found[path] = (info.st_mtime_ns, info.st_size)
    return found


def run_key(parts: Iterable[object], rules: Path) -> str:
    """One digest for everything besides the project's files that decides a report. `rules` is the rule directory."""
    digest = blake2b(digest_size=16)
    for part in (SHAPE, __version__, sys.version_info[:2], *parts):
        digest.update(f"{part!r}\0".encode("utf-8", "surrogatepass"))
    for path in sorted(rules.rglob("*.toml")):
        info = path.stat()
        digest.update(f"{path.relative_to(rules).as_posix()}\0{info.st_mtime_ns}\0{info.st_size}\0".encode())
    return digest.hexdigest()


class Cache:
    """The entry of one project for one key."""

    def __init__(self, directory: Path, root: str, key: str) -> None:
        self.project = blake2b(root.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
        self.path = directory / f"{self.project}-{key}.json"
        self.key = key

    def load(self, now: Stamps) -> Report | None:
        """The report of an earlier run over exactly these files, or None. A damaged entry is no entry."""
        try:
            entry = json.loads(self.path.read_bytes())
            if entry["key"] != self.key or not unchanged(entry, now):
                return None
            return report_from(entry["report"])
        except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
            return None

    def store(self, now: Stamps, report: Report) -> None:
        """Keep a report. A cache that cannot be written is no failure: the next run is merely slower."""
        entry = {
            "key": self.key,
            "written": time.time_ns(),
            "files": {path: list(stamp) for path, stamp in now.items()},
            "report": report_data(report),
        }
        try:
            mark(self.path.parent)
            handle, name = tempfile.mkstemp(dir=self.path.parent, suffix=".tmp")
            try:
                with os.fdopen(handle, "w", encoding="utf-8", errors="surrogatepass") as stream:
                    json.dump(entry, stream, separators=(",", ":"))
                Path(name).replace(self.path)
            except OSError:
                Path(name).unlink(missing_ok=True)
                return
            self.prune()
        except OSError:
            return

    def prune(self) -> None:
        """Drop all but the newest entries of this project."""
        entries = self.path.parent.glob(f"{self.project}-*.json")
        for path in sorted(entries, key=lambda path: path.stat().st_mtime_ns, reverse=True)[KEEP:]:
            path.unlink(missing_ok=True)


def mark(directory: Path) -> None:
    """Make the cache directory, and say to back-up programs, git and our own walk that it is one."""
    directory.mkdir(parents=True, exist_ok=True)
    tag = directory / "CACHEDIR.TAG"
    if not tag.exists():
        tag.write_text(
            "Signature: 8a477f597d28d172789f06886806bc55\n# Entries of pentalint; may be deleted.\n"
        )
        (directory / ".gitignore").write_text("*\n")


def unchanged(entry: Mapping[str, Any], now: Stamps) -> bool:
    """Whether the files are those of the entry, and all old enough to be told apart by their stamps."""
    kept: Mapping[str, list[int]] = entry["files"]
    if kept.keys() != now.keys():
        return False
    limit = entry["written"] - RACY_NS
    return all(kept[path] == [modified, size] and modified < limit for path, (modified, size) in now.items())


# -- reports as plain data ---------------------------------------------------------------------------------------------


def report_data(report: Report) -> dict[str, Any]:
    """A report as JSON data."""
    return {
        "root": report.root,
        "units": [unit_data(unit) for unit in report.units],
        "findings": [finding_data(finding) for finding in report.findings],
        "failures": [failure_data(failure) for failure in report.failures],
        "rules": list(report.rules),
        "checked": report.checked,
        "notices": list(report.notices),
        "counts": dict(report.counts),
    }


def report_from(data: Mapping[str, Any]) -> Report:
    """The report that `report_data` wrote. Raises KeyError, TypeError or ValueError for anything else."""
    return Report(
        root=data["root"],
        units=tuple(unit_from(unit) for unit in data["units"]),
        findings=tuple(finding_from(finding) for finding in data["findings"]),
        failures=tuple(Failure(*failure) for failure in data["failures"]),
        rules=tuple(data["rules"]),
        checked=data["checked"],
        notices=tuple(data["notices"]),
        counts=data["counts"],
    )


def failure_data(failure: Failure) -> list[Any]:
    return [failure.path, failure.stage, failure.message, failure.line, failure.column]


def span_data(span: Span) -> list[int]:
    return [span.line, span.column, span.end_line, span.end_column]


def finding_data(finding: Finding) -> dict[str, Any]:
    suppressed = finding.suppressed
    return {
        "rule": finding.rule,
        "path": finding.path,
        "span": span_data(finding.span),
        "message": finding.message,
        "severity": finding.severity.value,
        "confidence": finding.confidence.value,
        "scope": finding.scope,
        "framework": finding.framework,
        "code": finding.code,
        "lines": list(finding.lines),
        "steps": [[step.path, span_data(step.span), step.note] for step in finding.steps],
        "check": finding.check,
        "fingerprint": finding.fingerprint,
        "suppressed": None if suppressed is None else [suppressed.line, suppressed.reason],
        "baselined": finding.baselined,
    }


def finding_from(data: Mapping[str, Any]) -> Finding:
    suppressed = data["suppressed"]
    plain = {
        **data,
        "span": Span(*data["span"]),
        "severity": Severity(data["severity"]),
        "confidence": Confidence(data["confidence"]),
        "lines": tuple(data["lines"]),
        "steps": tuple(Step(path, Span(*span), note) for path, span, note in data["steps"]),
        "suppressed": None if suppressed is None else Suppression(*suppressed),
    }
    return Finding(**plain)


def requirement_data(one: Requirement) -> list[Any]:
    return [
        one.name, one.specifier, one.kind, one.scope, one.path, one.line, one.version, one.marker, list(one.extras),
        list(one.via), one.locked, one.conditional,
    ]  # fmt: skip


def requirement_from(data: list[Any]) -> Requirement:
    name, specifier, kind, scope, path, line, version, marker, extras, via, locked, conditional = data
    return Requirement(
        name,
        specifier,
        kind,
        scope,
        path,
        line,
        version,
        marker,
        tuple(extras),
        tuple(via),
        locked,
        conditional,
    )


def evidence_data(one: Evidence) -> list[Any]:
    return [one.path, one.line, one.axis, one.text]


def unit_data(unit: Unit) -> dict[str, Any]:
    return {
        "path": unit.path,
        "detections": [
            {
                "unit": one.unit,
                "framework": one.framework,
                "role": one.role,
                "confidence": one.confidence.value,
                "declared": [requirement_data(requirement) for requirement in one.declared],
                "locked": [requirement_data(requirement) for requirement in one.locked],
                "version": one.version,
                "end_of_life": one.end_of_life,
                "evidence": [evidence_data(evidence) for evidence in one.evidence],
                "note": one.note,
            }
            for one in unit.detections
        ],
        "other_frameworks": [evidence_data(evidence) for evidence in unit.other_frameworks],
        "unresolved": list(unit.unresolved),
        "python": unit.python,
    }


def unit_from(data: Mapping[str, Any]) -> Unit:
    return Unit(
        path=data["path"],
        detections=tuple(
            Detection(
                **{
                    **one,
                    "confidence": Confidence(one["confidence"]),
                    "declared": tuple(map(requirement_from, one["declared"])),
                    "locked": tuple(map(requirement_from, one["locked"])),
                    "evidence": tuple(Evidence(*evidence) for evidence in one["evidence"]),
                }
            )
            for one in data["detections"]
        ),
        other_frameworks=tuple(Evidence(*evidence) for evidence in data["other_frameworks"]),
        unresolved=tuple(data["unresolved"]),
        python=data["python"],
    )
