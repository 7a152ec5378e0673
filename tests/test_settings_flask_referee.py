"""What `pentalint settings` says of generated Flask projects is what Flask makes of them."""

from __future__ import annotations

import ast
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from configuring import deployments
from flask_configurations import Project, projects, run
from hypothesis import HealthCheck, given, settings

from pentalint.settings.final import PLACEHOLDER
from pentalint.settings.model import FinalSetting
from pentalint.settings.secrets import MASK

pytest.importorskip("tomllib")

EXAMPLES = 80

KNOWN = 0.6
"""The least share of settings that must be known."""

counted: Counter[str] = Counter()


def said(project: Project) -> list[dict[str, FinalSetting]]:
    """The settings of each deployment of an application that the tool finds."""
    with tempfile.TemporaryDirectory() as place:
        found = deployments(Path(place), project.files, "flask==3.1\n")
    return [{one.name: one for one in each.settings} for each in found if each.path.startswith("shop")]


def wrong(found: FinalSetting | None, actual: dict[str, Any], defaults: dict[str, Any], name: str) -> str:
    """What a setting is said to be that it is not; "" where it is right, or nothing is claimed."""
    missing = name not in actual or (name in defaults and actual[name] == defaults[name])
    if found is None:
        return "" if missing else f"{name} = {actual[name]!r} is not found"
    counted[found.state] += 1
    if found.state not in ("known", "alternatives") or MASK in "".join((found.text, *found.alternatives)):
        return ""
    told = found.alternatives or (found.text,)
    if PLACEHOLDER in told and missing:
        return ""
    values = [ast.literal_eval(one) for one in told if one != PLACEHOLDER]
    if name in actual and any(type(one) is type(actual[name]) and one == actual[name] for one in values):
        return ""
    return f"{name} is {actual.get(name, PLACEHOLDER)!r}, not {' or '.join(told)}"


def test_what_flask_does_is_what_is_said() -> None:
    """Each known setting is the real one, and each real one that Flask does not have by itself is found."""
    counted.clear()
    checked()
    assert counted["known"] / counted.total() >= KNOWN, counted


@given(projects())
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
def checked(project: Project) -> None:
    real = run(project)
    found = said(project)
    if real is None or not found:
        return
    actual, defaults = real
    complaints = [
        [text for name in sorted({*one, *actual}) if (text := wrong(one.get(name), actual, defaults, name))]
        for one in found
    ]
    assert [] in complaints, complaints
