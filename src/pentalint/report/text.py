"""The formats people read: `full`, `concise` and `grouped`."""

from __future__ import annotations

import re
import textwrap
from itertools import groupby

from pentalint.explain import paragraph
from pentalint.model import Finding, Report, Severity, Span
from pentalint.report.context import Context, note, place, statistics, summary
from pentalint.report.frame import frame
from pentalint.report.visible import visible

_COLORS = {
    Severity.critical: "1;35",
    Severity.high: "1;31",
    Severity.medium: "1;33",
    Severity.low: "1;36",
    Severity.info: "1;34",
}
_BOLD, _BLUE = "1", "1;34"
_LINE_END = re.compile(r"\r\n|\r|\n")


def full(report: Report, context: Context) -> str:
    """Each finding with its code and the remedy; the reason with the first finding of each rule."""
    blocks = []
    told: set[str] = set()
    for finding in context.findings(report):
        blocks.append(_block(finding, context, first=finding.rule not in told))
        told.add(finding.rule)
    return _closed(blocks, report, context, "\n\n")


def concise(report: Report, context: Context) -> str:
    """One line a finding: `path:line:column: severity[rule] message`."""
    lines = []
    for finding in context.findings(report):
        where = _paint(visible(place(finding.path, finding.span, context)), _BOLD, context)
        rule = f"{_severity(finding, context)}[{_rule(finding, context)}]"
        lines.append(f"{where}: {rule} {_message(finding)}")
    return _closed(lines, report, context, "\n")


def grouped(report: Report, context: Context) -> str:
    """The findings of each file under its name."""
    blocks = []
    for path, group in groupby(context.findings(report), key=lambda finding: finding.path):
        found = list(group)
        spots = [f"{finding.span.line}:{finding.span.column}" for finding in found]
        wide = max(map(len, spots))
        lines = [_paint(visible(context.shown(path)), _BOLD, context)]
        for spot, finding in zip(spots, found, strict=True):
            pad = " " * (8 - len(finding.severity.name))
            rule = _rule(finding, context)
            lines.append(f"  {spot:>{wide}}  {_severity(finding, context)}{pad}  {rule}: {_message(finding)}")
        blocks.append("\n".join(lines))
    return _closed(blocks, report, context, "\n\n")


def _closed(blocks: list[str], report: Report, context: Context, between: str) -> str:
    """The blocks, the statistics when asked for, and the summary, each set apart by an empty line."""
    table = statistics(report) if context.statistics else ""
    parts = [between.join(blocks), table, summary(report) if context.summary else ""]
    text = "\n\n".join(part for part in parts if part)
    return f"{text}\n" if text else ""


def _block(finding: Finding, context: Context, first: bool) -> str:
    lines = [f"{_severity(finding, context)} {_rule(finding, context)}: {_message(finding)}"]
    code, gutter = _code(finding.path, finding.span, context)
    arrow = _paint("-->", _BLUE, context)
    lines += [f"{' ' * gutter}{arrow} {visible(place(finding.path, finding.span, context))}", *code]
    rule = context.rules[finding.rule]
    helped = [("confidence", finding.confidence.name), ("why", rule.why if first else ""), ("fix", rule.fix)]
    for name, text in (pair for pair in helped if pair[1]):
        lines += _help(name, paragraph(text), gutter, context)
    if finding.steps:
        lines.append(f"{' ' * gutter} {_paint('=', _BLUE, context)} {_paint('flow', _BOLD, context)}:")
    for number, step in enumerate(finding.steps, start=1):
        spot = place(step.path, step.span, context)
        lines.append(f"{' ' * gutter}   {number}. {visible(spot)}: {visible(step.note)}")
    return "\n".join(lines)


def _code(path: str, span: Span, context: Context) -> tuple[list[str], int]:
    """The frame as painted lines, and the width of its gutter (1 when there is no code to show)."""
    text = context.text(path)
    lines = _LINE_END.split(text)
    if lines[-1] == "":
        del lines[-1]
    rows = frame(lines, span, max(40, context.width - 8))
    shown = []
    for number, body, kind in rows:
        bar = _paint(f"{number} |", _BLUE, context)
        painted = _paint(body, "1;31", context) if kind == "caret" else body
        shown.append(f"{bar} {painted}" if body else bar)
    return shown, len(rows[0][0]) if rows else 1


def _help(name: str, text: str, gutter: int, context: Context) -> list[str]:
    lead = f"{' ' * gutter} = {name}: "
    lines = textwrap.wrap(
        visible(text),
        max(40, context.width),
        initial_indent=lead,
        subsequent_indent=" " * len(lead),
        break_long_words=False,
        break_on_hyphens=False,
    )
    mark = f"{' ' * gutter} {_paint('=', _BLUE, context)} {_paint(name, _BOLD, context)}: "
    return [mark + lines[0][len(lead) :], *lines[1:]]


def _message(finding: Finding) -> str:
    return visible(finding.message + note(finding))


def _severity(finding: Finding, context: Context) -> str:
    return _paint(finding.severity.name, _COLORS[finding.severity], context)


def _rule(finding: Finding, context: Context) -> str:
    """The rule's id, as a terminal hyperlink (OSC 8) to its first reference when links are wanted."""
    text = _paint(finding.rule, _BOLD, context)
    references = context.rules[finding.rule].references if context.links else ()
    return f"\x1b]8;;{references[0]}\x1b\\{text}\x1b]8;;\x1b\\" if references else text


def _paint(text: str, code: str, context: Context) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if context.color and text else text
