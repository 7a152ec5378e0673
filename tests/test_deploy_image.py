"""`check --deploy` of the real Django in an image whose variables are set, against pentalint and the Dockerfile."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from deploy_settings import draft, environments
from test_deploy_check import RULE, Case, asked_of_django, asked_of_pentalint, mismatches, prepare

MODULES = int(os.environ.get("PENTALINT_DEPLOY_MODULES", "2000")) // 10

IMAGES: tuple[Mapping[str, str], ...] = (
    {"DEPLOY_TEST_1": "1", "DEPLOY_TEST_2": "0"},
    {f"DEPLOY_TEST_{number}": "true" for number in range(1, 30)},
    {f"DEPLOY_TEST_{number}": "3600" for number in range(1, 30, 2)},
    {"DEPLOY_TEST_1": "", "DEPLOY_TEST_3": "a.example"},
)
"""What the Dockerfile sets."""

SECRETS = frozenset({"security.W009", "security.W025"})
"""What Django says of keys: those that an image sets are no keys of the settings, and reported where they stand."""


def packages(count: int, image: Mapping[str, str]) -> list[Case]:
    """Packages from the generator that read the environment, and the environments they meet in an image."""
    cases = []
    for seed in range(10_000, 10_000 + 20 * count):
        made = draft(seed)
        if made.variables and not any(name in made.numbers and not image[name].isdigit() for name in image):
            settings = [{**one, **image} for one in environments(made)]
            cases.append(Case(f"site{seed:05}", made.files(), settings))
        if len(cases) == count:
            break
    return cases


def leave_out(ids: list[str] | set[str]) -> None:
    """Take out what is not compared."""
    for one in SECRETS & set(ids):
        ids.remove(one)


@pytest.mark.parametrize("number", range(len(IMAGES)))
def test_settings_in_an_image_agree_with_django(tmp_path: Path, number: int) -> None:
    pytest.importorskip("django")
    image = IMAGES[number]
    cases = packages(MODULES // len(IMAGES), image)
    assert len(cases) == MODULES // len(IMAGES)
    lines = [f'ENV {name}="{value}"' for name, value in image.items()]
    (tmp_path / "Dockerfile").write_text("\n".join(["FROM python:3.13", *lines, ""]), encoding="utf-8")
    version, answers = asked_of_django(tmp_path, prepare(cases, tmp_path))
    found = asked_of_pentalint(tmp_path, version, "--select", RULE)
    for ids in (*found.values(), *(one for answer in answers for one in answer)):
        leave_out(ids)
    told = mismatches(cases, answers, found)
    assert not told, f"{len(told)} mismatches\n\n" + "\n\n".join(told[:20])
    (tmp_path / "Dockerfile").unlink()
    without = asked_of_pentalint(tmp_path, version, "--select", RULE)
    assert without != found, "the Dockerfile makes no difference"
