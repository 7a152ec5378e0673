"""Flask configuration as pentalint evaluates it is what Flask makes of it: equal, one of several, or unknown, never different."""

from __future__ import annotations

import importlib
import os
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from examples import packs, role_for
from flask import Flask
from flask_configurations import Project, projects
from hypothesis import HealthCheck, given, settings

from pentalint.check.applications import find_applications
from pentalint.check.plan import Plan, knowledge_of
from pentalint.config import Config
from pentalint.evaluate.modules import Module
from pentalint.evaluate.values import Const, Ref, Value, options, plain
from pentalint.match.configuration import Application, Final
from pentalint.model import File, Unit
from pentalint.packs.select import Selection

pytest.importorskip("tomllib")

EXAMPLES = 500

KNOWN = 0.6
"""The least share of settings that must be told as one value: branches on the environment leave several."""

UNKNOWN = 0.05
"""The largest share of settings of which nothing may be told."""

counted: Counter[str] = Counter()


def evaluate(texts: dict[str, str]) -> tuple[Application, ...]:
    """The applications of a project given as path -> text."""
    every = packs()
    data = {path: text.encode() for path, text in texts.items()}
    files = tuple(File(path, role_for(path, []), len(data[path])) for path in sorted(data))
    plan = Plan(
        "/project", files, (Unit(".", ()),), {".": Selection(".", ("flask",), (), {})}, every,
        knowledge_of([every["web"], every["flask"]]), (), Config.default(),
    )  # fmt: skip
    return find_applications(plan, data.__getitem__)


def only(texts: dict[str, str]) -> dict[str, Final]:
    """The settings of a project's one application."""
    (found,) = evaluate(texts)
    return found.settings


def alternatives(final: Final) -> list[Any] | None:
    """The values a setting may have, None when it may have others. What is read from the environment is the default: the
    test sets nothing else."""
    if final.opened:
        return None
    found: list[Any] = []
    for option in options(final.value):
        try:
            found.append(plain(unset(option)))
        except ValueError:
            return None
    return found


def kind_of(final: Final, known: list[Any] | None) -> str:
    """How well a setting is known. What a file that is not there may set is told, and cannot be known."""
    if "missing.cfg" in final.opened:
        return "open"
    if known is None:
        return "unknown"
    return "known" if len(known) == 1 and not final.absent else "several"


def unset(value: Value) -> Value:
    """The default of a variable that is not set."""
    if isinstance(value, Ref) and value.path in ("os.environ.get()", "os.getenv()") and value.arguments:
        return value.arguments.get("1=default") or Const(None)
    return value


# -- what Flask does ---------------------------------------------------------------------------------------------------


def run(project: Project) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """The configuration that the real thing ends with, and what it begins with; None when it raises."""
    before = dict(os.environ)
    loaded = set(sys.modules)
    with tempfile.TemporaryDirectory() as place:
        for path, text in project.files.items():
            target = Path(place, path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        os.environ.update(project.environment)
        sys.path.insert(0, place)
        importlib.invalidate_caches()
        try:
            return dict(importlib.import_module("wsgi").app.config), dict(Flask("fresh").config)
        except Exception:  # what the generated project does wrong is not the question
            return None
        finally:
            sys.path.remove(place)
            for name in set(sys.modules) - loaded:
                if name.partition(".")[0] in ("wsgi", "shop", "config"):
                    del sys.modules[name]
            os.environ.clear()
            os.environ.update(before)


def differences(actual: dict[str, Any], defaults: dict[str, Any], application: Application) -> list[str]:
    """Where the two disagree, in words."""
    wrong = []
    for name, value in actual.items():
        final = application.settings.get(name)
        if final is None:
            if (name not in defaults or defaults[name] != value) and not application.opened:
                wrong.append(f"{name} = {value!r} is not found")
            continue
        known = alternatives(final)
        counted[kind_of(final, known)] += 1
        if final.absent and name in defaults and defaults[name] == value:
            continue
        if known is not None and not any(type(one) is type(value) and one == value for one in known):
            wrong.append(f"{name} is {value!r}, not one of {known!r}")
    for name, final in application.settings.items():
        if name not in actual and not final.absent:
            wrong.append(f"{name} is not set, but said to be {final.value!r}")
    return wrong


@given(projects())
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
def generated(project: Project) -> None:
    actual = run(project)
    if actual is None:
        counted["failed"] += 1
        return
    counted["run"] += 1
    found = [one for one in evaluate(project.files) if isinstance(one.started, Module)]
    assert [one.started.path for one in found if isinstance(one.started, Module)] == ["wsgi.py"]
    wrong = differences(*actual, found[0])
    shown = "\n".join(f"--- {path}\n{text}" for path, text in project.files.items())
    assert not wrong, "\n".join(wrong) + "\n" + shown


@pytest.mark.filterwarnings("ignore")
def test_what_flask_does_is_what_is_said() -> None:
    counted.clear()
    generated()
    told = counted["known"] + counted["several"] + counted["unknown"]
    assert counted["open"] <= 0.25 * told, counted
    assert counted["unknown"] <= UNKNOWN * told, counted
    assert counted["run"] >= EXAMPLES * 0.6, counted
    assert counted["known"] >= KNOWN * told, counted
