"""What a format needs besides the report itself, and what several formats say in the same words."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import field

from pentalint.dataclass import dataclass
from pentalint.model import Finding, Report, Severity, Span
from pentalint.rule import Rule

UNREADABLE = "pentalint/unreadable-file"
"""The rule a file that could not be read, decoded or parsed is reported under."""


def _no_text(path: str) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Context:
    """How to render.

    `rules` are all rules of the packs by id, those that findings name among them; `text` gives a project
    file's whole text, "" when it cannot be read; `base` is the project root as seen from where the reader
    stands ("" when they stand in it), `inside` that place as seen from the root when it lies below it; `links`
    makes terminal hyperlinks; `width` is in terminal cells; `summary` closes a text report with a count.
    """

    rules: Mapping[str, Rule] = field(default_factory=dict)
    text: Callable[[str], str] = _no_text
    base: str = ""
    inside: str = ""
    color: bool = False
    show_suppressed: bool = False
    statistics: bool = False
    summary: bool = True
    links: bool = False
    width: int = 100

    def shown(self, path: str) -> str:
        """A path of the project as the reader would type it."""
        if not self.base:
            return path
        return (
            posixpath.relpath(path, self.inside)
            if self.inside
            else posixpath.normpath(posixpath.join(self.base, path))
        )

    def findings(self, report: Report) -> tuple[Finding, ...]:
        """The findings to render, in report order."""
        found = report.findings if self.show_suppressed else report.shown
        return tuple(sorted(found, key=lambda finding: finding.sort_key))


def worst_first(finding: Finding) -> tuple[object, ...]:
    """Sort key for formats that must drop some: severity, then confidence, then position."""
    return (-finding.severity, -finding.confidence, finding.sort_key)


def place(path: str, span: Span, context: Context) -> str:
    """`path:line:column`, which terminals and editors make a link of."""
    return f"{context.shown(path)}:{span.line}:{span.column}"


def note(finding: Finding) -> str:
    """What is to be said of a finding that does not count, or an empty string."""
    if finding.suppressed is not None:
        reason = f": {finding.suppressed.reason}" if finding.suppressed.reason else ""
        return f" (suppressed on line {finding.suppressed.line}{reason})"
    return " (in the baseline)" if finding.baselined else ""


def summary(report: Report) -> str:
    """The last line of a text report: how many, how bad, in how many files, and what was not counted."""
    shown = report.shown
    checked = f"{_count(report.checked, 'file')} checked{_aside(report)}"
    if not shown:
        return f"No findings in {checked}."
    counts = Counter(finding.severity for finding in shown)
    levels = [level for level in sorted(Severity, reverse=True) if counts[level]]
    worst = ", ".join(f"{counts[level]} {level.name}" for level in levels)
    where = _count(len({finding.path for finding in shown}), "file")
    return f"{_count(len(shown), 'finding')} ({worst}) in {where}; {checked}."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _aside(report: Report) -> str:
    suppressed = sum(finding.suppressed is not None for finding in report.findings)
    baselined = sum(finding.baselined and finding.suppressed is None for finding in report.findings)
    parts = ((suppressed, "suppressed"), (baselined, "in the baseline"))
    return "".join(f", {count} {word}" for count, word in parts if count)


def statistics(report: Report) -> str:
    """Findings per rule, most first: count, rule, severity."""
    counts = Counter((finding.rule, finding.severity) for finding in report.shown)
    rows = sorted(counts.items(), key=lambda row: (-row[1], row[0][0], -row[0][1]))
    wide = max((len(str(count)) for count in counts.values()), default=0)
    return "\n".join(f"{count:>{wide}}  {rule} ({severity.name})" for (rule, severity), count in rows)
