"""conda: environment files, and the match specifications that pixi shares."""

from __future__ import annotations

import re

from pentalint.project.manifests import yaml
from pentalint.project.manifests.collect import Collector, beside
from pentalint.project.manifests.requirement import Parsed, classify, dev_like, normalise
from pentalint.project.manifests.requirements import parse_lines

_SPEC = re.compile(r"(?:[\w./-]+::)?([A-Za-z0-9_][\w.-]*)\s*(?:\[[^\]]*\])?\s*(.*)")


def match_spec(text: str) -> Parsed | None:
    """Take `conda-forge::flask>=3`, `django=4.2` or `django 4.2.1 py39_0` apart; None if it is none."""
    found = _SPEC.fullmatch(text.strip())
    if found is None:
        return None
    specifier = re.sub(r"\[.*\]$", "", found.group(2)).strip()
    kind, version = version_spec(specifier)
    return Parsed(normalise(found.group(1)), specifier, kind, version)


def version_spec(text: str) -> tuple[str, str | None]:
    """The kind of a conda version specification and the exact version it states. `=4.2` means any 4.2."""
    text = text.strip()
    if text in {"", "*", "=*"}:
        return "any", None
    fields = re.split(r"\s+|(?<=[\w*.])=(?=[\w*])", text)
    if "|" in text:
        return "range", None
    if re.fullmatch(r"={0,1}\d[\w.]*", fields[0]) and len(fields) > 1 and "<" not in text and ">" not in text:
        return "pinned", fields[0].lstrip("=")  # with a build string the version is exact
    if re.fullmatch(r"=?\d[\w.]*(\.\*|\*)", fields[0]) or re.fullmatch(r"=\d[\w.]*", fields[0]):
        return "series", None
    if re.fullmatch(r"\d[\w.]*", fields[0]):
        return "pinned", fields[0]
    return classify(text)


def read(collector: Collector, path: str, text: str) -> None:
    """Enter an environment.yml: conda packages, the pip section and the files it includes."""
    if not re.search(r"^dependencies\s*:", text, re.MULTILINE):
        return
    try:
        root = yaml.parse(text)
    except yaml.TooClever as error:
        collector.unclear(
            path, error.line, f"this YAML is beyond what is read without a YAML library ({error})"
        )
        return
    scope = (
        "dev" if dev_like(re.sub(r"\.ya?ml$|environments?|conda", "", path.rpartition("/")[2])) else "runtime"
    )
    collector.manifests.add(path)
    for item in root.get("dependencies").items:
        if item.text is not None:
            _package(collector, path, item.line, item.text, scope)
            continue
        for line in item.get("pip").items:
            _pip(collector, path, line.line, line.text or "", scope)


def _package(collector: Collector, path: str, line: int, text: str, scope: str) -> None:
    parsed = match_spec(text)
    if parsed is None:
        collector.unclear(path, line, f"`{text}` is not a package specification that is understood")
    elif parsed.name == "python":
        collector.python(path, line, parsed.specifier.lstrip("="))
    elif parsed.name != "pip":
        collector.enter(parsed, scope, path, line)


def _pip(collector: Collector, path: str, line: int, text: str, scope: str) -> None:
    for found in parse_lines(text):
        if found.kind == "requirement":
            collector.requirement(found.text, scope, path, line)
        elif found.kind in {"include", "constraint"}:
            used = "constraint" if found.kind == "constraint" else scope
            collector.include(path, line, beside(path, found.text), used)
        elif found.kind == "unclear":
            collector.unclear(path, line, f"`{found.text}` holds an environment variable")
