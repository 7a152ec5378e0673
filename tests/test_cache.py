"""The cache: a warm run is the cold one, and anything that could change the answer asks again."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pentalint import cache as cache_module
from pentalint import pipeline, run
from pentalint.cache import (
    KEEP,
    Cache,
    cache_directory,
    report_data,
    report_from,
    run_key,
    stamps,
)
from pentalint.config import Config, Options
from pentalint.model import (
    Confidence,
    Detection,
    Evidence,
    Failure,
    Finding,
    Report,
    Requirement,
    Severity,
    Span,
    Step,
    Suppression,
    Unit,
)

APP = "from flask import Flask\n\napp = Flask(__name__)\napp.run(debug=True)\n"
LONG_AGO = 1_600_000_000


def age(root: Path, when: int = LONG_AGO) -> None:
    for path in root.rglob("*"):
        os.utime(path, (when, when))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A Flask project whose files are old enough to be trusted."""
    root = tmp_path / "project"
    (root / "web").mkdir(parents=True)
    (root / "requirements.txt").write_text("flask==3.1.0\n", encoding="utf-8")
    (root / "web" / "app.py").write_text(APP, encoding="utf-8")
    (root / "broken.py").write_text("def (\n", encoding="utf-8")
    age(root)
    return root


class Runs:
    """Runs with the cache, counting those that were checked in earnest."""

    def __init__(self, root: Path, directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.config = replace(Config.default(), root=str(root), cache_dir=str(directory), jobs=1)
        self.checked = 0
        real = pipeline.check

        def check(*arguments: Any, **options: Any) -> Report:
            self.checked += 1
            return real(*arguments, **options)

        monkeypatch.setattr(pipeline, "check", check)

    def __call__(self, *paths: str, **changes: Any) -> tuple[Report, bool]:
        """The report, and whether it was kept."""
        before = self.checked
        report = run.run(Options(paths=paths), replace(self.config, **changes))
        return report, self.checked == before


@pytest.fixture
def runs(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runs:
    return Runs(project, tmp_path / "cache", monkeypatch)


def test_a_warm_run_is_the_cold_one(runs: Runs) -> None:
    cold, kept = runs()
    assert not kept and cold.findings and cold.units
    warm, kept = runs()
    assert kept
    assert warm == cold
    assert [one.rule for one in warm.findings] == [one.rule for one in cold.findings]
    bare, kept = runs(cache=False)
    assert not kept and bare == cold


@pytest.mark.parametrize(
    "changes",
    [
        {"select": ("flask",)}, {"ignore": ("flask/debug-run",)}, {"severity": (("flask", Severity.low),)}, {"parser": "libcst"},
        {"min_severity": Severity.high}, {"extend_exclude": ("web",)}, {"per_file_ignores": (("web", ("flask",)),)},
        {"frameworks": (("*", ("django",)),)},
    ],
)  # fmt: skip
def test_configuration_asks_again(runs: Runs, changes: dict[str, Any]) -> None:
    runs()
    assert not runs(**changes)[1]
    assert runs(**changes)[1]
    assert runs()[1]


@pytest.mark.parametrize("changes", [{"jobs": 2}, {"origins": (("jobs", "x"),)}])
def test_what_does_not_matter_does_not_ask_again(runs: Runs, changes: dict[str, Any]) -> None:
    runs()
    assert runs(**changes)[1]


def test_paths_ask_again(runs: Runs, project: Path) -> None:
    runs()
    named = str(project / "web" / "app.py")
    report, kept = runs(named)
    assert not kept and {one.path for one in report.findings} == {"web/app.py"}
    assert runs(named)[1]


def test_content_asks_again(runs: Runs, project: Path) -> None:
    runs()
    path = project / "web" / "app.py"
    path.write_text(APP.replace("True", "False"), encoding="utf-8")
    age(project)
    report, kept = runs()
    assert not kept
    assert "flask/debug-run" not in {one.rule for one in report.findings}


def test_the_same_size_at_another_time_asks_again(runs: Runs, project: Path) -> None:
    runs()
    path = project / "web" / "app.py"
    path.write_text(APP.replace("True", "None"), encoding="utf-8")
    os.utime(path, (LONG_AGO + 1, LONG_AGO + 1))
    assert not runs()[1]
    path.write_text(APP, encoding="utf-8")
    os.utime(path, (LONG_AGO - 50, LONG_AGO - 50))  # older than it was
    assert not runs()[1]


def test_a_new_file_and_a_removed_one_ask_again(runs: Runs, project: Path) -> None:
    runs()
    more = project / "web" / "more.py"
    more.write_text(APP, encoding="utf-8")
    age(project)
    report, kept = runs()
    assert not kept and "web/more.py" in {one.path for one in report.findings}
    assert runs()[1]
    more.unlink()
    assert runs()[1]  # the first entry fits again


def test_a_day_asks_again(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    class Tomorrow(date):
        @classmethod
        def today(cls) -> Tomorrow:
            return cls(2031, 1, 1)

    runs()
    monkeypatch.setattr(run, "date", Tomorrow)
    assert not runs()[1]


def test_fresh_files_are_never_trusted(runs: Runs, project: Path) -> None:
    os.utime(project / "broken.py")
    assert not runs()[1]
    assert not runs()[1]
    age(project)
    assert not runs()[1]
    assert runs()[1]


def test_files_of_the_future_are_never_trusted(runs: Runs, project: Path) -> None:
    age(project, 4_000_000_000)
    runs()
    assert not runs()[1]


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"null", b"[]", b"{}", b"\xff\xfe", b"[" * 100_000, b'{"key": 1}',
    ],
)  # fmt: skip
def test_a_damaged_entry_is_no_entry(runs: Runs, tmp_path: Path, content: bytes) -> None:
    cold, _ = runs()
    (entry,) = (tmp_path / "cache").glob("*.json")
    entry.write_bytes(content)
    again, kept = runs()
    assert not kept and again == cold
    assert runs()[1]


@pytest.mark.parametrize("key", ["report", "files", "written", "key"])
@pytest.mark.parametrize("value", [None, 3, "x", [], [1], {"units": [1]}, {"a": 1}])
def test_an_entry_of_another_shape_is_no_entry(runs: Runs, tmp_path: Path, key: str, value: Any) -> None:
    cold, _ = runs()
    (entry,) = (tmp_path / "cache").glob("*.json")
    data = json.loads(entry.read_bytes())
    data[key] = value
    entry.write_text(json.dumps(data), encoding="utf-8")
    assert runs() == (cold, False)


def test_the_entry_of_another_key_is_not_taken(tmp_path: Path) -> None:
    cache = Cache(tmp_path, "/a", "one")
    cache.store({"x": (1, 1)}, Report("/a"))
    other = Cache(tmp_path, "/a", "two")
    cache.path.rename(other.path)
    assert other.load({"x": (1, 1)}) is None
    other.path.rename(cache.path)
    assert cache.load({"x": (1, 1)}) == Report("/a")
    assert cache.load({"x": (1, 2)}) is None
    assert cache.load({"x": (2, 1)}) is None
    assert cache.load({}) is None
    assert Cache(tmp_path, "/b", "one").load({"x": (1, 1)}) is None


def test_a_directory_that_cannot_be_written_is_no_failure(runs: Runs, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file", encoding="utf-8")
    cold, _ = runs()
    assert runs() == (cold, False)


def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: Any, **options: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(cache_module.json, "dump", full)
    Cache(tmp_path, "/a", "k").store({}, Report("/a"))
    assert list(tmp_path.glob("*.json")) == []


def test_old_entries_go(tmp_path: Path) -> None:
    for number in range(KEEP + 4):
        cache = Cache(tmp_path, "/a", f"k{number}")
        cache.store({}, Report("/a"))
        os.utime(cache.path, (LONG_AGO + number, LONG_AGO + number))
    Cache(tmp_path, "/b", "k").store({}, Report("/b"))
    Cache(tmp_path, "/a", "last").store({}, Report("/a"))
    kept = [path.name for path in tmp_path.glob("*.json")]
    assert len(kept) == KEEP + 1
    assert Cache(tmp_path, "/a", "k0").load({}) is None
    assert Cache(tmp_path, "/a", "last").load({}) == Report("/a")
    assert Cache(tmp_path, "/b", "k").load({}) == Report("/b")


def test_keys(tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    (rules / "web").mkdir(parents=True)
    one = rules / "web" / "a.toml"
    one.write_text("x = 1\n", encoding="utf-8")
    os.utime(one, (LONG_AGO, LONG_AGO))
    key = run_key(["a", 1], rules)
    assert run_key(["a", 1], rules) == key
    assert run_key(["a", 2], rules) != key
    assert run_key(["a1"], rules) != key
    assert run_key(["a\udcff", 1], rules) != key
    os.utime(one, (LONG_AGO + 1, LONG_AGO))
    touched = run_key(["a", 1], rules)
    os.utime(one, (LONG_AGO, LONG_AGO + 1))
    assert run_key(["a", 1], rules) != key or touched != key
    one.write_text("x = 10\n", encoding="utf-8")
    os.utime(one, (LONG_AGO, LONG_AGO))
    assert run_key(["a", 1], rules) != key
    (rules / "web" / "b.toml").write_text("", encoding="utf-8")
    assert run_key(["a", 1], rules) != key


def test_stamps_of_files_that_are_gone(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x", encoding="utf-8")
    found = stamps(str(tmp_path), ["a.py", "gone.py"])
    assert found["gone.py"] == (0, -1)
    assert found["a.py"][1] == 1


@pytest.mark.parametrize(
    ("platform", "configured", "environ", "expected"),
    [
        ("linux", "here", {}, Path("here")),
        ("linux", None, {"XDG_CACHE_HOME": "/x"}, Path("/x/pentalint")),
        ("linux", None, {}, Path.home() / ".cache" / "pentalint"),
        ("darwin", None, {"XDG_CACHE_HOME": "/x"}, Path.home() / "Library" / "Caches" / "pentalint"),
        ("win32", None, {"LOCALAPPDATA": "/l"}, Path("/l/pentalint/cache")),
        ("win32", None, {}, Path.home() / "AppData" / "Local" / "pentalint" / "cache"),
    ],
)
def test_where_entries_are(
    monkeypatch: pytest.MonkeyPatch,
    platform: str,
    configured: str | None,
    environ: dict[str, str],
    expected: Path,
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    assert cache_directory(configured, environ) == expected


# -- round trip ------------------------------------------------------------------------------------------------------------

WORDS = st.text(st.characters(codec=None), max_size=8)
NUMBERS = st.integers(0, 10**6)
SPANS = st.builds(Span, NUMBERS, NUMBERS, NUMBERS, NUMBERS)


def several(one: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(one, max_size=2).map(tuple)


FINDINGS = st.builds(
    Finding, WORDS, WORDS, SPANS, WORDS, st.sampled_from(Severity), st.sampled_from(Confidence), WORDS, WORDS, WORDS,
    several(NUMBERS), several(st.builds(Step, WORDS, SPANS, WORDS)), WORDS, WORDS, st.none() | st.builds(Suppression, NUMBERS, WORDS),
    st.booleans(),
)  # fmt: skip
REQUIREMENTS = st.builds(
    Requirement, WORDS, WORDS, WORDS, WORDS, WORDS, NUMBERS, st.none() | WORDS, WORDS, several(WORDS), several(WORDS),
    st.booleans(), st.booleans(),
)  # fmt: skip
EVIDENCE = st.builds(Evidence, WORDS, NUMBERS, WORDS, WORDS)
DETECTIONS = st.builds(
    Detection, WORDS, WORDS, WORDS, st.sampled_from(Confidence), several(REQUIREMENTS), several(REQUIREMENTS),
    st.none() | WORDS, st.none() | WORDS, several(EVIDENCE), WORDS,
)  # fmt: skip
UNITS = st.builds(Unit, WORDS, several(DETECTIONS), several(EVIDENCE), several(WORDS), st.none() | WORDS)
REPORTS = st.builds(
    Report, WORDS, several(UNITS), several(FINDINGS), several(st.builds(Failure, WORDS, WORDS, WORDS, NUMBERS, NUMBERS)),
    several(WORDS), NUMBERS, several(WORDS), st.dictionaries(WORDS, NUMBERS, max_size=2),
)  # fmt: skip


@given(REPORTS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_a_report_survives_being_kept(report: Report) -> None:
    assert report_from(json.loads(json.dumps(report_data(report)))) == report
