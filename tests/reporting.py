"""Small made-up rules, findings and reports for the tests of formats and of the command line."""

from __future__ import annotations

from typing import Any

from pentalint.model import Confidence, Finding, Report, Severity, Span, Step
from pentalint.report import Context
from pentalint.rule import Example, Rule

DEBUG_RUN = Rule(
    id="flask/debug-run",
    pack="flask",
    slug="debug-run",
    summary="Flask's interactive debugger is switched on",
    category="security",
    severity=Severity.high,
    confidence=Confidence.high,
    match={},
    why="The debugger runs any Python a visitor types.\n\nA second paragraph with `code`.",
    fix="Leave `debug` out, and use `flask --debug run` at your desk.",
    bad=(Example("import flask\napp = flask.Flask(__name__)\napp.run(debug=True)  # finding\n"),),
    good=(Example("import flask\napp = flask.Flask(__name__)\napp.run()\n"),),
    cwe=(489, 94),
    owasp=("A02:2025",),
    applies=">=0.9",
    references=("https://flask.palletsprojects.com/en/stable/debugging/",),
    equivalents=("bandit:B201",),
)
FAT_VIEW = Rule(
    id="web/fat-view",
    pack="web",
    slug="fat-view",
    summary="A view does the work of several",
    category="structure",
    severity=Severity.low,
    confidence=Confidence.medium,
    match={},
    why="Long views are hard to test.",
    fix="Move work to functions.",
    bad=(Example("# file: a.py\nx = 1\n# file: page.html\n<p>{{ x }}</p>  <!-- finding -->\n"),),
    good=(),
)
UNREADABLE = Rule(
    id="pentalint/unreadable-file",
    pack="pentalint",
    slug="unreadable-file",
    summary="A file cannot be read",
    category="correctness",
    severity=Severity.info,
    confidence=Confidence.high,
    match={},
    why="What cannot be read is not checked.",
    fix="Mend or exclude it.",
    bad=(),
    good=(),
)
RULES = {rule.id: rule for rule in (DEBUG_RUN, FAT_VIEW)}
ALL_RULES = RULES | {UNREADABLE.id: UNREADABLE}

APP = """\
from flask import Flask

app = Flask(__name__)

if __name__ == '__main__':
    app.run(debug=True)
"""
TEXTS = {"app.py": APP}


def finding(**changes: Any) -> Finding:
    """The debugger switched on in `app.py`, or something else where told."""
    values: dict[str, Any] = {
        "rule": "flask/debug-run",
        "path": "app.py",
        "span": Span(6, 5, 6, 24),
        "message": "`app.run(debug=True)` lets visitors run code",
        "severity": Severity.high,
        "confidence": Confidence.high,
        "framework": "flask",
        "fingerprint": "aa11",
    }
    return Finding(**(values | changes))


def step(line: int, note: str, path: str = "app.py") -> Step:
    """One hop of a flow over four columns of a line."""
    return Step(path, Span(line, 1, line, 5), note)


def report(*findings: Finding, **changes: Any) -> Report:
    """A run over three files."""
    return Report(root="/srv/shop", findings=findings, rules=tuple(RULES), checked=3, **changes)


def context(**changes: Any) -> Context:
    """Plain text, both rules, and `app.py` to show."""
    values: dict[str, Any] = {"rules": ALL_RULES, "text": lambda path: TEXTS.get(path, "")}
    return Context(**(values | changes))
