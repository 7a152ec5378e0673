"""Bottle configuration as pentalint evaluates it is what Bottle makes of it: equal, one of several, or unknown, never different."""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import bottle
import pytest
from configuring import find_applications
from examples import check_files, packs, role_for
from hypothesis import given, settings
from hypothesis import strategies as st

from pentalint.check.plan import Plan, knowledge_of
from pentalint.config import Config
from pentalint.evaluate.values import options, plain
from pentalint.match.applications import Final
from pentalint.model import File, Unit
from pentalint.packs.select import Selection

NAMES = ("debug", "catchall", "db.host", "db.port", "mail", "Mail")
VALUES = ("True", "1", "'text'", "None", "[1, 2]", "PORT", "'a' + SUFFIX", "{}", "('a',)")
DEFAULTS = dict(bottle.Bottle().config)
counted: Counter[str] = Counter()


def evaluate(texts: dict[str, str]) -> dict[str, Final]:
    """The settings of the application of a project given as path -> text."""
    every = packs()
    data = {path: text.encode() for path, text in texts.items()}
    files = tuple(File(path, role_for(path, []), len(data[path])) for path in sorted(data))
    plan = Plan(
        "/project", files, (Unit(".", ()),), {".": Selection(".", ("bottle",), (), {})}, every,
        knowledge_of([every["web"], every["bottle"]]), (), Config.default(),
    )  # fmt: skip
    (found,) = find_applications(plan, data.__getitem__)
    return found.settings


def run(texts: dict[str, str]) -> dict[str, Any] | None:
    """The configuration the real thing ends with; None when it raises."""
    loaded = set(sys.modules)
    with (
        tempfile.TemporaryDirectory() as place,
        chdir(place),
    ):
        for path, text in texts.items():
            Path(place, path).write_text(text, encoding="utf-8")
        sys.path.insert(0, place)
        importlib.invalidate_caches()
        try:
            return dict(importlib.import_module("wsgi").app.config)
        except Exception:  # what the generated project does wrong is not the question
            return None
        finally:
            sys.path.remove(place)
            for name in set(sys.modules) - loaded:
                if name in ("wsgi", "conf", "setup_app"):
                    del sys.modules[name]


@contextlib.contextmanager
def chdir(place: str) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(place)
    try:
        yield
    finally:
        os.chdir(before)


def dictionary(random: Random, depth: int = 0) -> str:
    """A dictionary with dictionaries in it."""
    items = []
    for name in random.sample(NAMES, random.randint(0, 3)):
        nested = depth < 2 and random.random() < 0.3
        items.append(f"{name!r}: {dictionary(random, depth + 1) if nested else random.choice(VALUES)}")
    return "{" + ", ".join(items) + "}"


def statement(random: Random) -> str:
    """One way to fill the configuration."""
    name, value = random.choice(NAMES), random.choice(VALUES)
    space = random.choice(["site", "db", ".site.", "a.b"])
    return random.choice(
        [
            f"app.config[{name!r}] = {value}",
            f"app.config.setdefault({name!r}, {value})",
            f"app.config.load_dict({dictionary(random)})",
            f"app.config.load_dict({dictionary(random)}, {space!r})",
            f"app.config.load_dict({dictionary(random)}, namespace={space!r})",
            f"app.config.update({dictionary(random)})",
            f"app.config.update({space!r}, {dictionary(random)})",
            f"app.config.update({space!r}, port={value})",
            f"app.config.update(debug={value}, mail=1)",
            "app.config.load_config('site.ini')",
            "app.config.load_config(os.path.join(os.path.dirname(__file__), 'site.ini'))",
            "app.config.load_config(['site.ini', 'gone.ini'])",
            "app.config.load_config('gone.ini')",
            "app.config.load_config('raw.ini', interpolation=None)",
            "app.config.load_module('conf')",
            "app.config.load_module('conf', False)",
            "app.catchall = False",
            "configure(app)",
        ]
    )


@st.composite
def projects(draw: st.DrawFn) -> dict[str, str]:
    random = Random(draw(st.integers(0, 2**40)))
    head = "import os\nfrom bottle import Bottle\nPORT = 8080\nSUFFIX = 'x'\n"
    body = [statement(random) for _ in range(random.randint(1, 5))]
    helper = [
        f"    {line}"
        for line in (statement(random) for _ in range(random.randint(1, 3)))
        if "configure" not in line
    ]
    lines = ["def configure(app):", *(helper or ["    pass"]), "app = Bottle()", *body]
    ini = [
        "[bottle]",
        "debug = true",
        f"port = {random.choice(['1', '${debug}', '$$5'])}",
        "[db]",
        "Host = ${bottle:port}",
        "[a.b]",
        "c",
    ]
    return {
        "wsgi.py": head + "\n".join(lines) + "\n",
        "site.ini": "\n".join(ini) + "\n",
        "raw.ini": "[ROOT]\nmail = ${x}%\n",
        "conf.py": f"DEBUG = True\nlower = 1\nDB = {{'host': 'h', 'port': {{'tcp': 1}}}}\nMAIL = {random.choice(['None', '[1]'])}\n",
    }


def alternatives(final: Final) -> list[Any] | None:
    """The values a setting may have, None when it may have others."""
    if final.opened:
        return None
    try:
        return [plain(option) for option in options(final.value)]
    except ValueError:
        return None


@settings(max_examples=600, deadline=None)
@given(projects())
def check(texts: dict[str, str]) -> None:
    actual = run(texts)
    if actual is None:
        counted["raised"] += 1
        return
    found = evaluate(texts)
    for name, value in actual.items():
        if name not in found:
            assert DEFAULTS.get(name) == value, (name, texts)
            continue
        known = alternatives(found[name])
        missing = found[name].opened == "the file is not in the project"  # it may be where the program runs
        counted["known" if known is not None else "missing" if missing else "unknown"] += 1
        if known is not None and found[name].absent:
            known.append(DEFAULTS.get(name))
        assert known is None or repr(value) in map(repr, known), (name, value, known, texts)
    for name, final in found.items():
        assert name in actual or final.absent or final.opened, (name, texts)


def test_configuration_is_what_bottle_makes_of_it() -> None:
    counted.clear()
    check()
    assert counted["raised"] < 60, counted
    assert counted["unknown"] < 0.1 * counted["known"], counted


def test_a_setting_stands_where_it_is_written() -> None:
    found = evaluate(
        {
            "wsgi.py": "from bottle import Bottle\napp = Bottle()\napp.config.load_config('site.ini')\napp.config.load_dict({'a': {\n  'b': 1}})\n",
            "site.ini": "[db]\n\nhost = x\n",
        }
    )
    places = {
        name: (final.settings[0].module.path, final.settings[0].node.lineno) for name, final in found.items()
    }  # type: ignore[attr-defined]
    assert places == {"db.host": ("site.ini", 3), "a.b": ("wsgi.py", 5)}


@pytest.mark.parametrize(
    "text", ["[db\nx = 1\n", "x = 1\n", "[db]\nx = ${nowhere}\n", "[db]\nx = 1\nx = 2\n"]
)
def test_a_file_bottle_cannot_load_is_a_finding(text: str) -> None:
    texts = {
        "wsgi.py": "from bottle import Bottle\napp = Bottle()\napp.config.load_config('site.ini')\n",
        "site.ini": text,
    }
    found = check_files(texts, ("bottle/catchall-disabled",), "bottle")
    assert [(one.rule, one.path) for one in found] == [("pentalint/unreadable-file", "site.ini")]
