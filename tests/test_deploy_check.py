"""`check --deploy` of the real Django against pentalint: the same ids for thousands of generated settings modules."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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


def lay_out(cases: Iterable[Case], root: Path, version: str) -> None:
    """Write the packages, each a deployed settings module of one project."""
    names = []
    for case in cases:
        directory = root / case.name
        directory.mkdir()
        for path, text in case.files.items():
            (directory / path).write_text(text, encoding="utf-8")
        names.append(f"{case.name}.settings")
    (root / "requirements.txt").write_text(f"Django=={version}\n", encoding="utf-8")
    (root / "pentalint.toml").write_text(f"[django]\nsettings = {json.dumps(names)}\n", encoding="utf-8")


def asked_of_django(cases: Sequence[Case], root: Path) -> tuple[str, list[list[list[str]]]]:
    """Django's version, and for every package and environment the ids its checks give."""
    question = json.dumps([[f"{case.name}.settings", case.environments] for case in cases])
    run = subprocess.run(
        [DJANGO_PYTHON, str(ASKED), str(root)], input=question, capture_output=True, text=True, check=True
    )
    answer = json.loads(run.stdout)
    return answer["version"], answer["ids"]


def asked_of_pentalint(root: Path, *options: str) -> dict[str, set[str]]:
    """Package -> the ids its findings name."""
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


def compare(cases: Sequence[Case], root: Path, *options: str) -> list[str]:
    """The mismatches of some packages."""
    for case in cases:
        (root / case.name).mkdir()
        for path, text in case.files.items():
            (root / case.name / path).write_text(text, encoding="utf-8")
    version, answers = asked_of_django(cases, root)
    loadable = sum(always(answer) is not None for answer in answers)
    assert loadable > 0.8 * len(cases), f"only {loadable} of {len(cases)} can be loaded"
    names = json.dumps([f"{case.name}.settings" for case in cases])
    (root / "requirements.txt").write_text(f"Django=={version}\n", encoding="utf-8")
    (root / "pentalint.toml").write_text(f"[django]\nsettings = {names}\n", encoding="utf-8")
    return mismatches(cases, answers, asked_of_pentalint(root, *options))


def generated(count: int) -> list[Case]:
    """Packages from the generator."""
    cases = []
    for seed in range(count):
        made = draft(seed)
        cases.append(Case(f"site{seed:05}", made.files(), environments(made)))
    return cases


@pytest.mark.parametrize("options", [("--select", RULE)], ids=["rule"])
def test_generated_settings_agree_with_django(tmp_path: Path, options: tuple[str, ...]) -> None:
    pytest.importorskip("django")
    told = compare(generated(MODULES), tmp_path, *options)
    assert not told, f"{len(told)} mismatches\n\n" + "\n\n".join(told[:20])


def plain(value: Any) -> str:
    return repr(value)
