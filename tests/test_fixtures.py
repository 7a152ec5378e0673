"""Whole sample projects through the whole pipeline, each held against a golden file beside it.

`make accept` rewrites the golden files; the difference is to be read like code.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pentalint import pipeline, run
from pentalint.config import Config, Options
from pentalint.config_file import find_config
from pentalint.model import FRAMEWORKS, Finding, Report, Unit

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
SAMPLES = sorted(path for path in FIXTURES.glob("*/*") if path.is_dir() and path.name != "flows")
GOLDEN = "expected.txt"
LEAST_FINDINGS = 12


class Today(date):
    """A day that does not move: what a golden file says must not depend on when it is read."""

    @classmethod
    def today(cls) -> Today:
        return cls(2026, 1, 1)


@pytest.fixture(autouse=True)
def _fixed_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "date", Today)


def name_of(sample: Path) -> str:
    return sample.relative_to(FIXTURES).as_posix()


def golden_of(sample: Path) -> str:
    """The golden file; a sentence that no run can produce when there is none."""
    path = sample / GOLDEN
    return (
        path.read_text(encoding="utf-8") if path.is_file() else "there is no golden file: run `make accept`\n"
    )


def check(sample: Path, *, jobs: int = 1) -> Report:
    config = replace(Config.default(), root=str(sample), jobs=jobs, cache=False)
    return run.run(Options(), config)


def rendered(report: Report) -> str:
    """What a golden file holds: what was detected, an empty line, what was found."""
    detected = [line for unit in report.units for line in detections(unit)] or ["no framework"]
    found = [finding_line(finding) for finding in sorted(report.findings, key=lambda one: one.sort_key)]
    return "".join(f"{line}\n" for line in [*detected, "", *(found or ["no findings"])])


def detections(unit: Unit) -> list[str]:
    lines = [
        f"{unit.path} {found.framework} {found.role} {found.confidence.name} {found.version or '-'}"
        for found in unit.detections
    ]
    return lines + [f"{unit.path} {other.text}: no pack" for other in unit.other_frameworks]


def finding_line(finding: Finding) -> str:
    mark = "suppressed " if finding.suppressed is not None else ""
    where = f"{finding.path}:{finding.span.line}:{finding.span.column}"
    return f"{mark}{where} {finding.rule} {finding.severity.name} {finding.message}"


def expected_findings(sample: Path) -> list[str]:
    body = golden_of(sample).partition("\n\n")[2].splitlines()
    return [line for line in body if line != "no findings" and not line.startswith("suppressed ")]


@pytest.mark.parametrize("sample", SAMPLES, ids=name_of)
def test_sample_gives_what_its_golden_file_says(sample: Path, accept: bool) -> None:
    report = check(sample)
    text = rendered(report)
    if accept:
        (sample / GOLDEN).write_text(text, encoding="utf-8")
    assert report.failures == ()
    assert text == golden_of(sample), f"if it is right, accept it: make accept, then git diff {sample.name}"


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_two_processes_say_the_same_as_one(framework: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (sample, *_) = [one for one in SAMPLES if one.parent.name == framework and one.name.startswith("faulty-")]
    assert rendered(check(sample, jobs=2)) == rendered(check(sample))


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_framework_has_a_clean_and_a_faulty_sample(framework: str) -> None:
    samples = [sample for sample in SAMPLES if sample.parent.name == framework]
    clean = [sample for sample in samples if sample.name.startswith("clean-")]
    faulty = [sample for sample in samples if sample.name.startswith("faulty-")]
    assert clean, f"fixtures/{framework}/clean-… is missing"
    assert faulty, f"fixtures/{framework}/faulty-… is missing"
    assert sorted(clean + faulty) == samples, "a sample of a framework is called clean-… or faulty-…"
    most = max(len(expected_findings(sample)) for sample in faulty)
    assert most >= LEAST_FINDINGS, f"no faulty sample of {framework} has {LEAST_FINDINGS} findings"
    for sample in samples:
        assert f" {framework} application " in golden_of(sample), (
            f"{sample.name} is not detected as {framework}"
        )


@pytest.mark.parametrize("sample", [one for one in SAMPLES if one.name.startswith("clean-")], ids=name_of)
def test_clean_sample_is_clean(sample: Path) -> None:
    assert expected_findings(sample) == []


def test_mixed_samples_hold_several_frameworks_and_none_holds_none() -> None:
    mixed = [sample for sample in SAMPLES if sample.parent.name == "mixed"]
    assert mixed
    for sample in mixed:
        found = {name for name in FRAMEWORKS if f" {name} application " in golden_of(sample)}
        assert len(found) >= 2, sample.name
    plain = [sample for sample in SAMPLES if sample.parent.name == "none"]
    assert plain
    for sample in plain:
        assert " application " not in golden_of(sample), sample.name
        assert expected_findings(sample) == [], sample.name


@pytest.mark.parametrize("sample", SAMPLES, ids=name_of)
def test_sample_is_a_project_of_its_own(sample: Path) -> None:
    """Without a configuration file of its own a sample would be part of this checkout, as somebody's test data."""
    found = find_config(sample)
    assert found is not None
    assert found.path.parent == sample, f"add {sample.name}/pentalint.toml, be it of one comment"


def test_the_groups_are_known() -> None:
    assert {sample.parent.name for sample in SAMPLES} <= {*FRAMEWORKS, "mixed", "none"}
