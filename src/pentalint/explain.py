"""A rule as a page: what `pentalint rule` prints, what the documentation holds, and what SARIF calls help."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable
from textwrap import fill
from typing import Any

from pentalint.rule import FINDING_MARK, Example, Rule

_FINDING_MARK = re.compile(
    rf"((?:#|;|<!--)[ \t]*){FINDING_MARK}((?:[ \t]*(?:-->|#\}}))?)[ \t]*$", re.MULTILINE
)
UNNAMED = "app.py"
"""What `Example.files` calls the text of an example that names no file."""
_LANGUAGES = {"py": "python", "html": "html", "ini": "ini", "cfg": "ini", "conf": "ini", "toml": "toml"}


def markdown(rule: Rule) -> str:
    """The rule's page in Markdown, without a trailing newline. Sections that would be empty are left out."""
    parts = [f"# {rule.id}", f"{rule.summary}.", _facts(rule)]
    parts += _section("What goes wrong", rule.why)
    parts += _examples("What is reported", rule.bad)
    parts += _section("How to fix it", rule.fix)
    parts += _examples("What is fine", rule.good)
    parts += _examples("What is missed", rule.gaps, "These have the fault and are not reported yet.")
    parts += _section("Not reporting it", _silencing(rule))
    links = [f"- {_cwe_link(number)}" for number in rule.cwe]
    links += [f"- OWASP {entry}" for entry in rule.owasp]
    links += [f"- <{address}>" for address in rule.references]
    parts += _section("References", "\n".join(links))
    return "\n\n".join(parts)


WIDTH = 100
"""Columns of prose on a rule's page."""


def plain(rule: Rule) -> str:
    """The rule's page for a terminal: the same content with indented code instead of fences, and prose that fits."""
    lines: list[str] = []
    prose: list[str] = []
    fence = ""

    def settle() -> None:
        if prose:
            lines.extend(
                fill(" ".join(prose), WIDTH, break_long_words=False, break_on_hyphens=False).splitlines()
            )
            prose.clear()

    for line in markdown(rule).splitlines():
        if line.startswith(fence or "```") and (not fence or line == fence):
            settle()
            fence = "" if fence else line.rstrip("abcdefghijklmnopqrstuvwxyz")
        elif fence:
            lines.append(f"    {line}".rstrip())
        elif not line.strip() or line.startswith(("#", "-")):
            settle()
            lines.append(line.lstrip("# ") if line.startswith("#") else _unmarked(line))
        else:
            prose.append(_unmarked(line).strip())
    settle()
    return "\n".join(lines)


def paragraph(text: str) -> str:
    """The first paragraph of a text, on one line."""
    return " ".join(text.strip().split("\n\n")[0].split())


def as_data(rule: Rule) -> dict[str, Any]:
    """The rule as JSON values: what `pentalint rule --output-format json` writes."""
    return {
        "id": rule.id,
        "pack": rule.pack,
        "summary": rule.summary,
        "category": rule.category,
        "severity": rule.severity.name,
        "confidence": rule.confidence.name,
        "persona": rule.persona.name,
        "cwe": list(rule.cwe),
        "owasp": list(rule.owasp),
        "applies": rule.applies,
        "roles": [role.value for role in rule.roles],
        "since": rule.since,
        "why": rule.why.strip(),
        "fix": rule.fix.strip(),
        "bad": [example.code for example in rule.bad],
        "good": [example.code for example in rule.good],
        "gaps": [example.code for example in rule.gaps],
        "references": list(rule.references),
        "equivalents": list(rule.equivalents),
    }


def _facts(rule: Rule) -> str:
    rows = [
        ("Category", rule.category),
        ("Severity", f"{rule.severity.name}, if it is true"),
        ("Confidence", f"{rule.confidence.name}, when it is reported"),
        ("Persona", _PERSONAS[rule.persona.name]),
        ("Versions", f"{rule.pack} {rule.applies}" if rule.applies else "all"),
        ("Files", ", ".join(role.value for role in rule.roles)),
        ("Since", f"pentalint {rule.since}" if rule.since else ""),
        ("Equivalents", ", ".join(rule.equivalents)),
    ]
    return "\n".join(f"- {name}: {value}" for name, value in rows if value)


_PERSONAS = {
    "default": "default: everyone",
    "pedantic": "pedantic: those who ask with `--persona pedantic`",
    "audit": "audit: those who ask with `--persona audit`",
}


def _section(title: str, body: str) -> list[str]:
    return [f"## {title}", textwrap.dedent(body).strip()] if body.strip() else []


def _examples(title: str, examples: Iterable[Example], note: str = "") -> list[str]:
    fences = [fence for example in examples for fence in _fences(example)]
    return [f"## {title}", *([note] if note else []), *fences] if fences else []


def _fences(example: Example) -> list[str]:
    """A fenced block for each file of an example, under its name when there are several."""
    files = example.files
    fences = []
    for path, text in files.items():
        if path != UNNAMED or len(files) > 1:
            fences.append(f"`{path}`:")
        fences.append(_fence(text, path))
    return fences


def _fence(code: str, path: str) -> str:
    """A fenced block. The marks of the examples say `reported`, and the fence outgrows any in the code."""
    body = _FINDING_MARK.sub(r"\1reported\2", code.strip("\n"))
    longest = max((len(run) for run in re.findall(r"`{3,}", body)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{_LANGUAGES.get(path.rpartition('.')[2], '')}\n{body}\n{fence}"


def _silencing(rule: Rule) -> str:
    return (
        f"On the line it is reported on, or on a line of its own above, with the reason:\n\n"
        f"```python\n# pentalint: ignore[{rule.id}] -- why it is right here\n```\n\n"
        f'In a whole project: `ignore = ["{rule.id}"]` under `[tool.pentalint]`.'
    )


def _cwe_link(number: int) -> str:
    return f"[CWE-{number}](https://cwe.mitre.org/data/definitions/{number}.html)"


def _unmarked(line: str) -> str:
    """A line of prose without Markdown's links and code marks."""
    line = re.sub(r"\[([^\]]+)\]\((https?://[^)]+)\)", r"\1: \2", line)
    return re.sub(r"<(https?://[^>]+)>", r"\1", line).replace("`", "")
