"""Suppression comments: `# pentalint: ignore[flask/debug-run] -- reason (until 2026-12-31)`.

Only real comments count, of the language the file is in. Other tools' comments (`# noqa`) are not ours.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from pentalint.dataclass import dataclass
from pentalint.syntax.scan import COMMENT, tokens

KINDS = ("ignore", "file-ignore", "disable", "enable")
"""What a pragma may say: for its statement, for its file, from here on, until here."""

_MARK = "pentalint:"
_PRAGMA = re.compile(
    r"pentalint:[ \t]*(?P<word>[\w-]*)[ \t]*(?P<rules>\[[^\]]*\]?)?[ \t]*(?P<rest>.*)", re.DOTALL
)
_RULE = re.compile(r"[a-z0-9*][a-z0-9*_-]*(?:/[a-z0-9*][a-z0-9*_-]*)?\Z")
_UNTIL = re.compile(r"\(\s*until\b\s*(?P<date>[^)]*)\)?\s*\Z")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")

_HASH = re.compile(r"#+[ \t]*(?=pentalint:)")
_INI = re.compile(r"(?:^|(?<=[ \t]))[#;]+[ \t]*(?=pentalint:)[^\n]*", re.MULTILINE)
_TEMPLATE = re.compile(
    r"\{#-?[ \t\n]*(?=pentalint:)(?P<braces>.*?)-?\#\}"
    r"|<!--!?[ \t\n]*(?=pentalint:)(?P<markup>.*?)-->"
    r"|^[ \t]*\#\#+[ \t]*(?=pentalint:)(?P<line>[^\n]*)",
    re.DOTALL | re.MULTILINE,
)
_TEMPLATE_SUFFIXES = (
    *(".html", ".htm", ".xhtml", ".xml", ".svg", ".pt", ".zpt", ".cpt", ".mako", ".mak", ".mao"),
    *(".jinja", ".jinja2", ".j2", ".djhtml", ".dtl", ".tpl", ".stpl", ".thtml", ".tmpl"),
)
_INI_SUFFIXES = (".ini", ".cfg", ".conf", ".yaml", ".yml", ".txt", ".in", ".env", ".properties")


@dataclass(frozen=True, slots=True)
class Pragma:
    """One suppression comment. `error` is a sentence when it is malformed: then it suppresses nothing.

    `line` and `column` (1-based, characters) are where the comment starts; `own_line` tells that nothing else
    stands on its line. `rules` are ids (`flask/debug-run`), packs (`flask`) or globs (`flask/*`).
    """

    line: int
    own_line: bool
    kind: str
    rules: tuple[str, ...]
    reason: str
    until: datetime.date | None
    error: str = ""
    column: int = 1


def pragmas(text: str, path: str) -> tuple[Pragma, ...]:
    """The pragmas of a file in order. The suffix of `path` says whose comments count; unknown suffixes are
    Python.
    """
    if _MARK not in text:
        return ()
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    suffix = PurePosixPath(path).suffix.lower()
    if suffix in _TEMPLATE_SUFFIXES:
        comments = _template_comments(text)
    elif suffix in _INI_SUFFIXES:
        comments = _ini_comments(text)
    else:
        comments = _hash_comments(text)
    return tuple(_pragma(text, start, end, body) for start, end, body in comments)


def _hash_comments(text: str) -> Iterator[tuple[int, int, str]]:
    """Comments of Python and TOML, whose strings look alike: start, end and the pragma's text."""
    data = text.encode("utf-8", "surrogatepass")
    for kind, begin, stop in tokens(data):
        if kind != COMMENT or b"pentalint:" not in data[begin:stop]:
            continue
        start = len(data[:begin].decode("utf-8", "surrogatepass"))
        comment = data[begin:stop].decode("utf-8", "surrogatepass")
        marks = list(_HASH.finditer(comment))
        ends = [*(mark.start() for mark in marks[1:]), len(comment)]
        for mark, end in zip(marks, ends, strict=False):
            yield start + mark.start(), start + len(comment), comment[mark.end() : end]


def _ini_comments(text: str) -> Iterator[tuple[int, int, str]]:
    for found in _INI.finditer(text):
        yield found.start(), found.end(), found[0].lstrip("#; \t")


def _template_comments(text: str) -> Iterator[tuple[int, int, str]]:
    for found in _TEMPLATE.finditer(text):
        lead = len(found[0]) - len(found[0].lstrip(" \t"))
        body = found["braces"] or found["markup"] or found["line"] or ""
        yield found.start() + lead, found.end(), body


def _pragma(text: str, start: int, end: int, body: str) -> Pragma:
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", end)
    behind = text[end : len(text) if line_end < 0 else line_end]
    own_line = not text[line_start:start].strip() and not behind.strip()
    kind, rules, reason, until, error = _read(body)
    line = text.count("\n", 0, start) + 1
    return Pragma(line, own_line, kind, rules, reason, until, error, start - line_start + 1)


def _read(body: str) -> tuple[str, tuple[str, ...], str, datetime.date | None, str]:
    """Kind, rules, reason, date and error of what stands in the comment from `pentalint:` on."""
    found = _PRAGMA.match(body)
    assert found is not None
    kind = found["word"]
    if kind not in KINDS:
        said = f"unknown word {kind!r}" if kind else "nothing is said"
        return "ignore", (), "", None, f"{said} after `pentalint:`: write one of {', '.join(KINDS)}"
    listed = found["rules"]
    if listed is None:
        return kind, (), "", None, f"`{kind}` names no rule: write `{kind}[rule-id]`"
    if not listed.endswith("]"):
        return kind, (), "", None, f"the bracket of `{kind}[` is not closed: write `{kind}[rule-id]`"
    rules = tuple(name for part in listed[1:-1].split(",") if (name := part.strip()))
    if not rules:
        return (
            kind,
            (),
            "",
            None,
            f"the brackets of `{kind}` are empty: name the rules, as in `{kind}[rule-id]`",
        )
    wrong = next((name for name in rules if not _RULE.match(name)), None)
    if wrong is not None:
        return kind, rules, "", None, f"{wrong!r} is not a rule id, a pack or a glob such as `flask/*`"
    reason, until, error = _reason(found["rest"].strip())
    return kind, rules, reason, until, error


def _reason(rest: str) -> tuple[str, datetime.date | None, str]:
    found = _UNTIL.search(rest)
    until = None
    error = ""
    if found:
        written = found["date"].strip()
        rest = rest[: found.start()].rstrip()
        try:
            until = datetime.date.fromisoformat(written) if _DATE.match(written) else None
        except ValueError:
            until = None
        if until is None:
            error = f"{written!r} is not a date: write `(until YYYY-MM-DD)`"
    if rest and not rest.startswith("--"):
        error = error or f"{rest!r} follows the rules: write the reason behind `--`"
    reason = " ".join(rest.removeprefix("--").split())
    return reason, until, error
