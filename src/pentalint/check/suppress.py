"""Suppression comments against findings: what is silenced, what silenced nothing, what is no suppression at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field, replace
from datetime import date
from fnmatch import fnmatchcase

from pentalint.dataclass import dataclass
from pentalint.model import Confidence, Finding, Severity, Span, Suppression
from pentalint.syntax.comments import Pragma

UNUSED = "pentalint/unused-suppression"
MALFORMED = "pentalint/malformed-suppression"

Lines = Mapping[int, tuple[int, int]]
"""Any line -> first and last line of the statement (or header) it belongs to."""


@dataclass(slots=True)
class Pragmas:
    """The pragmas of one file. `used` holds the positions of those that silenced something."""

    path: str
    pragmas: Sequence[Pragma]
    lines: Lines = field(default_factory=dict)
    used: set[int] = field(default_factory=set)


def names(pragma: Pragma, rule: str) -> bool:
    """Whether a pragma names a rule: by id, by pack, or by glob."""
    pack = rule.partition("/")[0]
    return any(name in (rule, pack) or fnmatchcase(rule, name) for name in pragma.rules)


def suppress(findings: Iterable[Finding], files: Mapping[str, Pragmas], today: date) -> list[Finding]:
    """The findings, those that a pragma covers marked with it. Expired and malformed pragmas cover nothing."""
    return [silenced(finding, files.get(finding.path), today) for finding in findings]


def silenced(finding: Finding, file: Pragmas | None, today: date) -> Finding:
    """One finding, marked when a pragma covers it."""
    if file is None:
        return finding
    for place, pragma in enumerate(file.pragmas):
        if (
            pragma.error
            or not names(pragma, finding.rule)
            or (pragma.until is not None and pragma.until < today)
        ):
            continue
        if covers(pragma, place, finding, file):
            file.used.add(place)
            return replace(finding, suppressed=Suppression(pragma.line, pragma.reason))
    return finding


def covers(pragma: Pragma, place: int, finding: Finding, file: Pragmas) -> bool:
    """Whether a pragma's place covers a finding's: its own line, the first or last line of the statement, the
    line above it, a range, or the file."""
    if pragma.kind == "file-ignore":
        return True
    if pragma.kind == "disable":
        return in_range(pragma, place, finding.span.line, file.pragmas)
    if pragma.kind != "ignore":
        return False
    flagged = finding.span.line
    first, last = file.lines.get(flagged, (flagged, max(flagged, finding.span.end_line)))
    if pragma.own_line:
        return next_code_line(pragma.line, file) == first
    return flagged <= pragma.line <= finding.span.end_line or pragma.line in {first, last, *finding.lines}


def next_code_line(line: int, file: Pragmas) -> int:
    """The line an own-line pragma speaks for: the next one that holds no other own-line pragma."""
    own = {pragma.line for pragma in file.pragmas if pragma.own_line}
    line += 1
    while line in own:
        line += 1
    return line


def in_range(pragma: Pragma, place: int, line: int, pragmas: Sequence[Pragma]) -> bool:
    """Whether a line lies between a `disable` and the `enable` that ends it."""
    if line < pragma.line:
        return False
    for other in pragmas[place + 1 :]:
        if other.kind == "enable" and set(other.rules) & set(pragma.rules):
            return line < other.line
    return True


def pragma_findings(
    files: Mapping[str, Pragmas],
    ran: Callable[[str, str], bool],
    today: date,
    unknown: Callable[[str], str] = lambda name: "",
) -> list[Finding]:
    """Findings about pragmas: malformed ones, those that name a rule there is not (`unknown` gives the sentence
    about a name, "" for one that is known), expired ones, and those that silence nothing though every rule they
    name ran on the file (`ran(rule or pack, path)`)."""
    found: list[Finding] = []
    for path, file in sorted(files.items()):
        for place, pragma in enumerate(file.pragmas):
            if pragma.error:
                found.append(about(MALFORMED, path, pragma, pragma.error))
            elif faults := [fault for name in pragma.rules if (fault := unknown(name))]:
                found.append(about(MALFORMED, path, pragma, faults[0]))
            elif pragma.kind == "disable" and not ends(pragma, file.pragmas[place + 1 :]):
                text = f"{', '.join(pragma.rules)} is never enabled again: write `enable`, or `file-ignore` for the file"
                found.append(about(MALFORMED, path, pragma, text))
            elif pragma.kind == "enable":
                continue
            elif pragma.until is not None and pragma.until < today:
                text = f"The suppression of {', '.join(pragma.rules)} expired on {pragma.until.isoformat()}"
                found.append(about(UNUSED, path, pragma, text))
            elif place not in file.used and all(ran(name, path) for name in pragma.rules):
                text = f"Nothing here is suppressed by {', '.join(pragma.rules)}: remove the comment"
                found.append(about(UNUSED, path, pragma, text))
    return found


def ends(pragma: Pragma, later: Sequence[Pragma]) -> bool:
    """Whether a later `enable` ends a `disable`."""
    return any(other.kind == "enable" and set(other.rules) & set(pragma.rules) for other in later)


def about(rule: str, path: str, pragma: Pragma, message: str) -> Finding:
    """A finding at a pragma."""
    column = max(pragma.column, 1)
    return Finding(
        rule, path, Span(pragma.line, column, pragma.line, column + 1), message.rstrip("."), Severity.low, Confidence.high,
        framework="pentalint", code=",".join(pragma.rules),
    )  # fmt: skip
