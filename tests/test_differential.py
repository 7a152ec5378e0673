"""The same findings however the question is put: parser, processes, prefilter, cache, order and batches of files, directory."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from projects import TODAY, place, rule
from projects import check as check_project

from pentalint import pipeline, pool, run
from pentalint.check.evaluation import Evaluation
from pentalint.check.judge import judge
from pentalint.config import Config, Options
from pentalint.model import Finding, Persona, Report
from pentalint.pipeline import CachedReader, analyse, make_plan
from pentalint.project.survey import survey

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
DIRECTORIES = sorted(path for path in FIXTURES.glob("*/*") if path.is_dir())

CORE = """\
from flask import Flask, request, redirect
from flask_login import login_required as guard

app = Flask(__name__)
application = app
go = redirect
conf = app.config
STORE = {"secret": None}
FLAGS = ["a"]


class Box:
    size = 1

    def __init__(self):
        self.kept = "start"


box = Box()


def options():
    return {"debug": True}


def make():
    inner = Flask(__name__)

    @inner.route("/inner")
    @guard
    def inside():
        return request.args["x"]

    return inner
"""

GENERATED = {
    "requirements.txt": "flask==2.0.1\nflask-login\n",
    "pyproject.toml": '[project]\nname = "mixed"\nversion = "1"\ndependencies = ["flask==2.0.1"]\n',
    "core/__init__.py": "from .base import application as site, go as away\nfrom .base import *\n",
    "core/base.py": CORE,
    "a_views.py": (
        "from core import site, away, guard\nfrom flask import request\n\n\n@guard\n@site.route('/a')\ndef a():\n"
        "    return away(request.args['next'])\n"
    ),
    "b_serve.py": (
        "from core.base import box, options, STORE, FLAGS, conf, make, Box\n\nbox.kept = 'b'\nbox.new = 1\nBox.size = 2\nSTORE['secret'] = 'b'\n"
        "FLAGS.append('b')\nextra = options()\nextra['host'] = '0.0.0.0'\nconf['SECRET_KEY'] = 'hunter2hunter2'\nmake().run(**options())\n"
    ),
    "c_serve.py": (
        "from core.base import app, options, STORE, box, FLAGS, conf\n\napp.secret_key = STORE['secret']\napp.config['SECRET_KEY'] = box.kept\n"
        "conf['SESSION_COOKIE_SECURE'] = 'b' in FLAGS\n\n\ndef main():\n    app.run(**options())\n\n\nif __name__ == '__main__':\n    main()\n"
    ),
    "d_sub.py": "from core.base import Flask as Base\n\n\nclass Site(\n    Base,\n):\n    pass\n",
    "e_run.py": "from d_sub import Site as S\n\nS(__name__).run(debug=True, host='0.0.0.0')\n",
    "f_alias.py": "from core import base\n\nrunner = base.app.run\n",
    "g_alias.py": "from f_alias import runner as start\n\n\ndef go():\n    start(debug=True)\n",
    "h_broken.py": "def (\n",
    "i_ignored.py": "from core.base import app\n\napp.run(debug=True)  # pentalint: ignore[flask/debug-run] -- sample\n",
    "shop/manage.py": (
        "import os\nfrom django.core.management import execute_from_command_line\n"
        "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\nexecute_from_command_line([])\n"
    ),
    "shop/requirements.txt": "django==4.2\n",
    "shop/shop/__init__.py": "",
    "shop/shop/base.py": "INSTALLED_APPS = ['django.contrib.auth']\nROOT_URLCONF = 'shop.urls'\nSECRET_KEY = 'x' * 10\nDEBUG = True\nMIDDLEWARE = []\n",
    "shop/shop/settings.py": "from .base import *\n\nALLOWED_HOSTS = ['*']\n",
    "shop/shop/local.py": "from .base import *\n",
    "templates/page.html": (
        "<form method=post action='/x'><button>Go</button></form>\n<p class={{ kind }}>{{ text|safe }}</p>\n"
        "{# pentalint: ignore[flask/tmpl-js-context] -- sample #}\n<a onclick=\"go('{{ next }}')\">x</a>\n{{ config }}\n"
    ),
    "shop/shop/templates/page.html": (
        "{% load static %}<form method='post'>{% include 'part.html' %}<button>Go</button></form>\n<script>go();</script>\n"
        "{% autoescape off %}{{ text }}{% endautoescape %}<a href='{% url \"admin:logout\" %}'>x</a>\n"
    ),
    "shop/shop/templates/part.html": "<input name=x value={{ x.y }}>{% debug %}\n",
    "shop/shop/views.py": (
        "from django.shortcuts import redirect as away\nfrom django.views.decorators.csrf import csrf_exempt as off\n\n\n@off\ndef v(request):\n"
        "    return away(request.GET['next'])\n"
    ),
}


@lru_cache(maxsize=1)
def generated(directory: str) -> Path:
    root = Path(directory) / "generated"
    for name, text in GENERATED.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return generated(str(tmp_path_factory.mktemp("differential")))


@pytest.fixture(
    params=[*DIRECTORIES, None], ids=lambda path: f"{path.parent.name}-{path.name}" if path else "generated"
)
def project(request: pytest.FixtureRequest, mixed: Path) -> Path:
    return request.param or mixed


def config_for(root: Path, **changes: Any) -> Config:
    return replace(Config.default(), root=str(root), jobs=1, cache=False, persona=Persona.audit, **changes)


@lru_cache(maxsize=64)
def whole(root: Path) -> tuple[Finding, ...]:
    """The findings of a plain run."""
    return findings(root)


def findings(root: Path, *, prefilter: bool = True, shares: int = 1, **changes: Any) -> tuple[Finding, ...]:
    """The findings of a run, cut into so many shares each evaluated on its own."""
    config = config_for(root, **changes)
    project = survey(root, config=config)
    plan = make_plan(project, Options(), config, prefilter=prefilter)
    reader = CachedReader(root)
    plan.config = replace(plan.config, jobs=shares)
    outcome = analyse(plan, reader)
    return judge(plan, outcome, reader, (*project.failures, *reader.failures), TODAY)


def keys(found: Sequence[Finding]) -> list[tuple[str, str, str, str]]:
    return [(place(one), one.rule, one.message, one.fingerprint) for one in found]


def test_there_is_something_to_compare(mixed: Path) -> None:
    assert len(DIRECTORIES) >= 5
    rules = {one.rule for one in whole(mixed)}
    assert {
        "flask/debug-run",
        "pentalint/unreadable-file",
        "django/tmpl-csrf-token-missing",
        "flask/tmpl-js-context",
    } <= rules
    paths = {one.path for one in whole(mixed) if one.rule == "flask/debug-run"}
    assert {"b_serve.py", "c_serve.py", "e_run.py", "g_alias.py", "i_ignored.py"} <= paths


@pytest.mark.parametrize("parser", ["ast", "libcst"])
def test_parsers_agree(project: Path, parser: str) -> None:
    found = [one for one in keys(findings(project, parser=parser)) if one[1] != "pentalint/unreadable-file"]
    assert found == [one for one in keys(whole(project)) if one[1] != "pentalint/unreadable-file"]


@pytest.mark.parametrize("shares", [2, 5])
def test_processes_agree(project: Path, shares: int) -> None:
    assert keys(findings(project, shares=shares)) == keys(whole(project))


def test_the_prefilter_loses_nothing(project: Path) -> None:
    assert keys(findings(project, prefilter=False)) == keys(whole(project))


def test_the_order_of_evaluation_does_not_matter(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each file evaluated by a process of its own, then the files in reverse."""
    real = pipeline.tasks

    def backwards(*arguments: Any) -> Any:
        todo, triggers = real(*arguments)
        return todo[::-1], triggers

    monkeypatch.setattr(pipeline, "tasks", backwards)
    assert keys(findings(project)) == keys(whole(project))


def test_a_cached_run_agrees(project: Path, tmp_path: Path) -> None:
    config = replace(config_for(project), cache=True, cache_dir=str(tmp_path))
    cold = run.run(Options(), config)
    for path in tmp_path.iterdir():  # as if the project had been at rest when the entry was written
        text = path.read_text(encoding="utf-8")
        head, _, rest = text.partition('"written":')
        path.write_text(f'{head}"written":9{rest}', encoding="utf-8")
    warm = run.run(Options(), config)
    assert warm == cold


def batches(paths: list[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(paths), size):
        yield paths[start : start + size]


def report(root: Path, paths: Sequence[str] = ()) -> Report:
    config = config_for(root)
    options = Options(paths=tuple(paths))
    return run.check(run.walk_project(options, config), options, config, None)


@pytest.mark.parametrize("size", [1, 2, 7])
def test_batches_of_files_make_the_whole(mixed: Path, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(mixed)
    every = keys(report(mixed).findings)
    names = sorted(GENERATED)
    found = [key for batch in batches(names, size) for key in keys(report(mixed, batch).findings)]
    assert sorted(found) == sorted(every)


def test_batches_of_fixture_files_make_the_whole(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)
    every = report(project)
    paths = sorted(
        str(path.relative_to(project))
        for path in project.rglob("*")
        if path.is_file() and "__pycache__" not in str(path)
    )
    found: list[Any] = []
    for batch in batches(paths, max(7, len(paths) // 3)):
        found += keys(report(project, batch).findings)
    assert sorted(found) == sorted(keys(every.findings))


def test_the_order_of_files_on_the_command_line_does_not_matter(
    mixed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(mixed)
    names = ["c_serve.py", "a_views.py", "shop/shop/settings.py"]
    found = [keys(report(mixed, order).findings) for order in itertools.permutations(names)]
    assert found[0] and all(one == found[0] for one in found)


def test_every_spelling_of_a_path_is_the_same(mixed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(mixed)
    plain = keys(report(mixed, ["shop/shop/settings.py"]).findings)
    assert plain
    for spelling in (
        "./shop/shop/settings.py",
        "shop/../shop/shop/settings.py",
        str(mixed / "shop/shop/settings.py"),
    ):
        assert keys(report(mixed, [spelling]).findings) == plain, spelling
    monkeypatch.chdir(mixed / "shop" / "shop")
    for spelling in ("settings.py", "./settings.py", "../shop/settings.py"):
        assert keys(report(mixed, [spelling]).findings) == plain, spelling
    inside = keys(report(mixed, ["."]).findings)
    monkeypatch.chdir(mixed)
    assert keys(report(mixed, ["shop/shop"]).findings) == inside
    assert keys(report(mixed, ["."]).findings) == keys(report(mixed).findings)


@pytest.mark.skipif(not pool.CAN_FORK, reason="processes cannot be forked here")
@pytest.mark.parametrize("step", ["load", "judge"])
def test_a_file_that_ends_its_process_costs_that_file(
    mixed: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """While its module is evaluated, in the process that the others come from, or later, in one of those."""
    every = set(keys(whole(mixed)))
    real = getattr(Evaluation, step)

    def lethal(self: Evaluation, tasks: Any, *arguments: Any, **options: Any) -> Any:
        if any(task.path == "e_run.py" for task in tasks):
            os.kill(os.getpid(), 9)
        return real(self, tasks, *arguments, **options)

    monkeypatch.setattr(Evaluation, step, lethal)
    config = replace(config_for(mixed), jobs=3)
    options = Options()
    found = run.check(run.walk_project(options, config), options, config, None)
    assert [(one.path, one.stage) for one in found.failures] == [("e_run.py", "evaluate")]
    assert "signal 9" in found.failures[0].message
    lost = every - set(keys(found.findings))
    assert {key[0].partition(" ")[0] for key in lost} <= {"e_run.py"}


def test_what_else_a_run_can_tell(mixed: Path) -> None:
    config = config_for(mixed)
    project_ = run.survey(Options(), config)
    assert {unit.path for unit in run.detections(Options(), config)} == {unit.path for unit in project_.units}
    chosen = run.selection(Options(), config)
    assert {"django", "flask"} <= set(chosen.frameworks)
    assert "flask/debug-run" in {one.id for one in chosen.rules}
    assert chosen.reasons["pyramid/csrf-not-enabled"] == "Pyramid was not detected here"


def test_files_that_are_excluded_stay_so_unless_forced(mixed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(mixed)
    options = Options(paths=("e_run.py",))
    config = config_for(mixed, extend_exclude=("e_run.py",))
    walked = run.walk_project(options, config)
    assert "e_run.py" not in {file.path for file in walked.files}
    assert any("e_run.py is excluded" in notice for notice in walked.notices)
    taken = run.walk_project(options, replace(config, force_exclude=False))
    assert "e_run.py" in {file.path for file in taken.files}
    assert [file.path for file in taken.files] == sorted(file.path for file in taken.files)
    assert run.size_of(mixed / "nowhere.py") == 0


def test_how_many_processes() -> None:
    assert pipeline.job_count(3, 0) == 3
    assert pipeline.job_count(0, 10) == 1
    assert 1 <= pipeline.job_count(0, 10**9) <= (os.cpu_count() or 1)


RENAMED: list[tuple[str, str, dict[str, str], list[str]]] = [
    ("as", 'call = "api.f"', {"a.py": "from api import f as ff\n", "b.py": "from a import ff\nff()\n"}, ["b.py 2:1-5"]),
    ("as of as", 'call = "api.f"', {"a.py": "from api import f as ff\n", "b.py": "from a import ff as g\n", "c.py": "from b import g\ndef v():\n    g()\n"}, ["c.py 3:5-8"]),
    ("as in brackets", 'call = "api.f"', {"a.py": "from api import (\n    x,\n    f as ff, g as gg,\n)\n", "b.py": "from a import ff\nff()\n"}, ["b.py 2:1-5"]),
    ("module as", 'call = "api.f.g"', {"a.py": "import api.f as other\nmine = other.g\n", "b.py": "from a import mine\nmine()\n"}, ["b.py 2:1-7"]),
    ("assignment", 'call = "api.f"', {"a.py": "import api\nff = api.f\n", "b.py": "from a import ff\nff()\n"}, ["b.py 2:1-5"]),
    ("assignment with a comment", 'call = "api.f"', {"a.py": "import api\nff = api.f  # why\n", "b.py": "import a\na.ff()\n"}, ["b.py 2:1-7"]),
    ("decorator in a variable", 'decorator = "api.deco"', {"a.py": "from api import deco\nguard = deco\n", "b.py": "from a import guard\n@guard\ndef v(): pass\n"}, ["b.py 2:2-7"]),
    ("decorator under another name", 'decorator = "api.deco"', {"a.py": "from api import deco as guard\n", "b.py": "import a\n@a.guard\ndef v(): pass\n"}, ["b.py 2:2-9"]),
    ("subclass through a re-export", 'class = "api.Base"', {"p/__init__.py": "from .x import Base as Root\n", "p/x.py": "from api import Base\n", "b.py": "from p import Root\nclass A(Root): pass\n"}, ["b.py 2:1-8"]),
    ("subclass of an assigned name", 'class = "api.Base"', {"a.py": "import api\nRoot = api.Base\n", "b.py": "from a import Root\nclass A(Root): pass\n"}, ["b.py 2:1-8"]),
    ("subclass of a subclass's call", 'call = "api.Base"', {"a.py": "from api import Base\nclass Mine(Base): pass\nAgain = Mine\n", "b.py": "from a import Again\ndef v():\n    Again()\n"}, ["b.py 3:5-12"]),
    ("bases with calls", 'class = "api.Base"', {"b.py": "from api import Base\nclass A(make(1), Base): pass\n", "c.py": "from b import A\nclass B(other(), A): pass\n"}, ["b.py 2:1-8", "c.py 2:1-8"]),
    ("not ASCII", 'class = "api.Base"', {"a.py": "from api import Base\nclass Größe(Base): pass\n", "b.py": "from a import Größe\nclass Kleid(Größe): pass\n"}, ["a.py 2:1-12", "b.py 2:1-12"]),
    ("inherited attribute", 'class = "*"\nattributes.marker = 1', {"a.py": "class A:\n    marker = 1\n", "b.py": "from a import A\nclass B(A): pass\n"}, ["a.py 1:1-8", "b.py 2:1-8"]),
    ("no attribute", 'class = "*"\nattributes.marker.absent = true', {"a.py": "class A:\n    marker = 1\n", "b.py": "class B: pass\n"}, ["b.py 1:1-8"]),
    ("setting glob", 'setting = "*_KEY"', {"a.py": "from api import Thing\nThing().config['SOME_KEY'] = 1\n"}, ["a.py 2:1-31"]),
    ("setting glob inside", 'setting = "A_*_KEY"', {"a.py": "from api import Thing\ndef v():\n    Thing().config['A_X_KEY'] = 1\n"}, ["a.py 3:5-34"]),
    ("nested function", 'decorator = "api.deco"', {"a.py": "from api import deco\ndef make():\n    @deco\n    def v(): pass\n"}, ["a.py 3:6-10"]),
    ("nested class", 'class = "api.Base"', {"a.py": "from api import Base\ndef make():\n    class A(Base): pass\n"}, ["a.py 3:5-12"]),
    ("name of the enclosing function", 'call = "api.f"', {"a.py": "import api\ndef make():\n    g = api.f\n    def v():\n        g()\n"}, ["a.py 5:9-12"]),
    ("named or a path", 'decorator = "api.deco"\nnamed = "^own_"', {"a.py": "@own_check\ndef v(): pass\n"}, ["a.py 1:2-11"]),
    ("settings that take all", 'setting = "DEBUG"\nwhere.value = false', {"a.py": "MARK_ONE = MARK_TWO = 1\nDEBUG = True\n", "b.py": "from a import *\nDEBUG = False\n", "c.py": "from b import *\n"}, ["b.py 2:1-14"]),
    ("keyword through a partial", 'call = "api.f"\nwhere.danger = true', {"a.py": "import functools, api\nrun = functools.partial(api.f, danger=True)\nrun()\n"}, ["a.py 3:1-6"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("match", "files", "expected"), [pytest.param(*case[1:], id=case[0]) for case in RENAMED]
)
def test_the_prefilter_follows_names(match: str, files: dict[str, str], expected: list[str]) -> None:
    for prefilter, jobs in ((True, 1), (False, 1), (True, len(files))):
        found = check_project(files, rule(match), prefilter=prefilter, jobs=jobs)
        assert [place(one) for one in found] == expected, (prefilter, jobs)


def test_code_that_no_rule_looks_at_is_told_of_where_a_file_is_named_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "app.py").write_text("from flask import Flask\napp = Flask(__name__)\n")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_app.py").write_text("from app import app\n")
    monkeypatch.chdir(tmp_path)
    said = "tests/test_app.py is test code, which no selected rule looks at"
    assert said in report(tmp_path, ["tests/test_app.py"]).notices
    for paths in (["."], ["tests"], ["app.py"], []):
        assert said not in report(tmp_path, paths).notices, paths
