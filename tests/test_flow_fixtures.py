"""A sample project for each framework that touches every source of its model, and every kind of sink: each line is marked.

`# tainted: FROM` (or host, stored, secret) stands where data of that kind reaches some sink, `# sink: KIND` where data reaches a
sink of that kind, `# clean` where it might seem to and does not. Every other line must be silent too."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from pentalint import run
from pentalint.config import Config, Options
from pentalint.evaluate.flow_model import FlowModel
from pentalint.match.compile import function_test
from pentalint.match.flows import FlowPattern, compile_model
from pentalint.match.patterns import Compiler
from pentalint.model import Finding, Persona
from pentalint.packs.load import load_packs

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
FRAMEWORKS = sorted(path.parent.name for path in FIXTURES.glob("*/flows"))
MARK = re.compile(r"#\s*(tainted|sink):\s*([\w, -]+)")


@cache
def flow_findings(framework: str) -> tuple[Finding, ...]:
    """What the rules about data flow find, each framework's own rules left out: they may say the same better."""
    config = replace(
        Config.default(),
        root=str(FIXTURES / framework / "flows"),
        jobs=1,
        cache=False,
        persona=Persona.audit,
        select=("web",),
    )
    return tuple(one for one in run.run(Options(), config).findings if one.steps)


def marks(framework: str) -> dict[tuple[str, int], list[tuple[str, str]]]:
    """(file, line) -> its marks."""
    root = FIXTURES / framework / "flows"
    found: dict[tuple[str, int], list[tuple[str, str]]] = {}
    for path in sorted(root.rglob("*.py")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            for kind, names in MARK.findall(line):
                place = (path.relative_to(root).as_posix(), number)
                found.setdefault(place, []).extend(
                    (kind, name) for name in re.split(r"[ ,]+", names.strip()) if name
                )
    return found


def kinds_of(finding: Finding) -> set[str]:
    rule = next(one for one in load_packs(names={"web"})["web"].rules if one.id == finding.rule)
    return set(rule.match["flow"]["to"])


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_every_marked_line_is_found_and_no_other(framework: str) -> None:
    found = {(one.path, one.span.line) for one in flow_findings(framework)}
    wanted = set(marks(framework))
    assert sorted(wanted - found) == [], "marked, and not found"
    assert sorted(found - wanted) == [], "found, and not marked"


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_data_comes_from_where_the_mark_says(framework: str) -> None:
    wrong = []
    for place, listed in marks(framework).items():
        notes = [one.steps[0].note for one in flow_findings(framework) if (one.path, one.span.line) == place]
        kinds = {
            kind
            for one in flow_findings(framework)
            if (one.path, one.span.line) == place
            for kind in kinds_of(one)
        }
        for mark, name in listed:
            words = {"host": "Host", "stored": "stored", "secret": "secret", "exception": "exception"}
            if mark == "tainted" and not any(words.get(name, f"({name})") in note for note in notes):
                wrong.append((place, name, notes))
            if mark == "sink" and name not in kinds:
                wrong.append((place, name, sorted(kinds)))
    assert wrong == []


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_every_sink_kind_of_the_model_is_touched(framework: str) -> None:
    packs = load_packs(names={framework, "web"})
    patterns = []
    compiler = Compiler(
        {**packs["web"].groups, **packs[framework].groups}, lambda table: function_test(table, compiler)
    )
    for rule in packs["web"].rules:
        if "flow" in rule.match:
            patterns.append(FlowPattern(rule.match, compiler))
    model: FlowModel = compile_model([packs[framework].flow], compiler, packs[framework].aliases, patterns)
    asked = {sink for pattern in patterns for sink in pattern.sinks}
    kinds = {
        sink.kind for listed in (*model.sinks.values(), *model.writes.values()) for sink in listed
    } & asked
    touched = {name for listed in marks(framework).values() for kind, name in listed if kind == "sink"}
    assert kinds - touched == set()
