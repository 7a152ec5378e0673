"""`check --deploy` of the real Django against pentalint: the same ids for thousands of generated settings modules."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from deploy_settings import draft, environments

ASKED = Path(__file__).with_name("django_checks.py")
MODULES = int(os.environ.get("PENTALINT_DEPLOY_MODULES", "2000"))
DJANGO_PYTHON = os.environ.get("PENTALINT_DJANGO_PYTHON", sys.executable)
"""The interpreter whose Django is asked."""

RULE = "django/deployment-check-fails"
"""The rule that says what `check --deploy` says, all of it."""


@dataclass
class Case:
    """One settings package: its files, and the environments it is loaded in."""

    name: str
    files: Mapping[str, str]
    environments: Sequence[Mapping[str, str]]

    @property
    def text(self) -> str:
        """All its files, for people."""
        return "\n".join(f"# {self.name}/{path}\n{text}" for path, text in self.files.items() if text)


def prepare(cases: Iterable[Case], root: Path) -> str:
    """Write the packages, each a deployed settings module of one project; the question for Django."""
    question = []
    for case in cases:
        directory = root / case.name
        directory.mkdir()
        for path, text in case.files.items():
            (directory / path).write_text(text, encoding="utf-8")
        question.append([f"{case.name}.settings", case.environments])
    names = json.dumps([name for name, _ in question])
    (root / "pentalint.toml").write_text(f"[django]\nsettings = {names}\n", encoding="utf-8")
    return json.dumps(question)


def asked_of_django(root: Path, question: str) -> tuple[str, list[list[list[str]]]]:
    """Django's version, and for every package and environment the ids its checks give."""
    run = subprocess.run(
        [DJANGO_PYTHON, str(ASKED), str(root)], input=question, capture_output=True, text=True, check=True
    )
    answer = json.loads(run.stdout)
    return answer["version"], answer["ids"]


def asked_of_pentalint(root: Path, version: str, *options: str) -> dict[str, set[str]]:
    """Package -> the ids its findings name, where a version of Django is required."""
    (root / "requirements.txt").write_text(f"Django=={version}\n", encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-m", "pentalint", "check", "--output-format", "json", "--no-cache", *options, "."],
        capture_output=True,
        text=True,
        cwd=root,
        check=False,
    )
    assert run.returncode in (0, 1), run.stderr
    found: dict[str, set[str]] = {}
    for finding in json.loads(run.stdout)["findings"]:
        assert not finding["check"] or finding["message"].endswith(f"({finding['check']})")
        if finding["check"]:
            found.setdefault(finding["path"].partition("/")[0], set()).add(finding["check"])
    return found


def always(answers: Sequence[Sequence[str]]) -> set[str] | None:
    """The ids of every environment in which the module can be loaded; None when there is none."""
    loaded = [set(ids) for ids in answers if not ids or not ids[0].startswith("!")]
    return set.intersection(*loaded) if loaded else None


def partly(answers: Sequence[Sequence[str]]) -> bool:
    """Whether some values that the environment may give cannot be loaded: then what is always so is not known. That a
    variable must be set does not count."""
    return any(ids and ids[0].startswith("!") and not ids[0].startswith("!KeyError") for ids in answers)


def mismatches(
    cases: Sequence[Case], answers: Sequence[Sequence[Sequence[str]]], found: Mapping[str, set[str]]
) -> list[str]:
    """What the two do not agree on, with the text of the module."""
    told = []
    for case, answer in zip(cases, answers, strict=True):
        real = always(answer)
        ours = found.get(case.name, set())
        if real is not None and (ours - real if partly(answer) else ours != real):
            told.append(
                f"{case.text}\n-> Django alone: {sorted(real - ours)}; pentalint alone: {sorted(ours - real)}"
            )
    return told


def generated(count: int) -> list[Case]:
    """Packages from the generator."""
    cases = []
    for seed in range(count):
        made = draft(seed)
        cases.append(Case(f"site{seed:05}", made.files(), environments(made)))
    return cases


def test_generated_settings_agree_with_django(tmp_path: Path) -> None:
    pytest.importorskip("django")
    cases = generated(MODULES)
    version, answers = asked_of_django(tmp_path, prepare(cases, tmp_path))
    loadable = sum(always(answer) is not None for answer in answers)
    assert loadable > 0.95 * len(cases), f"only {loadable} of {len(cases)} can be loaded"
    found = asked_of_pentalint(tmp_path, version, "--select", RULE)
    told = mismatches(cases, answers, found)
    assert not told, f"{len(told)} mismatches\n\n" + "\n\n".join(told[:20])
    every_rule = asked_of_pentalint(tmp_path, version, "--persona", "audit")
    assert every_rule == found, "the rules together say something else than the one about the check"
