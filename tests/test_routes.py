"""`pentalint routes` on real directories, its golden files, the tables of the packs, and what the evaluator does for it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from evaluation import interpret
from routing import collect, routes_of, tables_of

from pentalint import cli, run
from pentalint.config import Config, Options
from pentalint.errors import RuleError
from pentalint.evaluate.values import Ref
from pentalint.model import FRAMEWORKS, Failure, Route
from pentalint.packs.schema import read_pack
from pentalint.report.routes import render_json, render_text
from pentalint.toml import loads

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
SAMPLES = sorted(path for path in FIXTURES.glob("*/*") if path.is_dir())
GOLDEN = "routes.txt"

APP = """
from flask import Flask
from flask_login import login_required

app = Flask(__name__)


@app.route("/")
@login_required
def index():
    return "hello"
"""

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command line in an empty directory; exit code, output, errors."""
    monkeypatch.chdir(tmp_path)

    def run_it(*words: str) -> tuple[int, str, str]:
        code = cli.run_command(list(words))
        return (code, *capsys.readouterr())

    return run_it


# -- the command -----------------------------------------------------------------------------------------------


def test_a_table(tmp_path: Path, command: Run) -> None:
    (tmp_path / "requirements.txt").write_text("flask==3.0.0\n")
    (tmp_path / "site.py").write_text(APP)
    assert command("routes") == (
        0,
        "METHODS  URL  HANDLER     GUARDS          PLACE\nGET      /    site.index  login_required  site.py:8\n",
        "",
    )


def test_json(tmp_path: Path, command: Run) -> None:
    (tmp_path / "app.py").write_text(APP)
    code, out, err = command("routes", ".", "--output-format", "json", "--isolated")
    assert (code, err) == (0, "")
    document = json.loads(out)
    assert document["version"] == 1
    assert document["failures"] == []
    assert document["routes"] == [
        {
            "framework": "flask",
            "methods": ["GET"],
            "path": "/",
            "name": None,
            "handler": "app.index",
            "guards": ["login_required"],
            "file": "app.py",
            "line": 8,
        }
    ]


def test_a_directory_of_a_project(tmp_path: Path, command: Run) -> None:
    """What is registered there, with the prefixes of the whole."""
    (tmp_path / "pentalint.toml").write_text("")
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "__init__.py").write_text(
        "from flask import Blueprint\nbp = Blueprint('p', __name__)\n@bp.get('/x')\ndef x(): return ''\n"
    )
    (tmp_path / "app.py").write_text(
        f"{APP}\nfrom pages import bp\napp.register_blueprint(bp, url_prefix='/pages')\n"
    )
    code, out, _ = command("routes", "pages")
    assert code == 0
    assert [line.split()[1] for line in out.splitlines()[1:]] == ["/pages/x"]


def test_what_cannot_be_read_is_told(tmp_path: Path, command: Run) -> None:
    (tmp_path / "app.py").write_text(APP)
    (tmp_path / "broken.py").write_text("from flask import Flask\n@app.route('/x'\ndef x(): ...\n")
    code, out, err = command("routes")
    assert code == 1
    assert "app.index" in out
    assert err.startswith("pentalint: error: broken.py:2: ")
    code, out, _ = command("routes", "--output-format", "json")
    assert code == 1
    assert [failure["path"] for failure in json.loads(out)["failures"]] == ["broken.py"]


def test_nothing_here(tmp_path: Path, command: Run) -> None:
    (tmp_path / "plain.py").write_text("x = 1\n")
    assert command("routes") == (0, "No routes were found.\n", "")


def test_a_path_that_is_not_there(command: Run) -> None:
    code, out, err = command("routes", "nowhere")
    assert (code, out) == (2, "")
    assert "nowhere" in err


def test_tests_have_no_routes(tmp_path: Path, command: Run) -> None:
    (tmp_path / "app.py").write_text(APP)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_app.py").write_text(APP.replace('"/"', '"/test"'))
    assert "/test" not in command("routes")[1]


# -- the formats -----------------------------------------------------------------------------------------------

ROUTES = (
    Route("flask", (), "/a", "app.a", "app.py", 3, (), ""),
    Route("flask", ("GET", "POST"), "/bé", "app.b", "app.py", 12, ("login_required", "roles"), "b"),
)


def test_text_is_aligned() -> None:
    assert render_text(ROUTES, "sub").splitlines() == [
        "METHODS   URL  HANDLER  GUARDS                 PLACE",
        "*         /a   app.a    -                      sub/app.py:3",
        "GET,POST  /bé  app.b    login_required, roles  sub/app.py:12",
    ]
    assert render_text(()) == "No routes were found.\n"


def test_json_is_versioned() -> None:
    document = json.loads(render_json(".", ROUTES, [Failure("x.py", "parse", "bad", 2)]))
    assert list(document) == ["version", "root", "routes", "failures"]
    assert document["routes"][0]["methods"] == []
    assert document["failures"] == [{"path": "x.py", "line": 2, "stage": "parse", "message": "bad"}]


# -- the samples -----------------------------------------------------------------------------------------------


def sample_table(sample: Path) -> str:
    config = replace(Config.default(), root=str(sample), cache=False)
    routes, failures = run.routes(Options(), config)
    assert failures == ()
    return render_text(routes)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.relative_to(FIXTURES).as_posix())
def test_sample_gives_its_table(sample: Path, accept: bool) -> None:
    """Golden files, rewritten with `--accept`."""
    text = sample_table(sample)
    golden = sample / GOLDEN
    if accept:
        golden.write_text(text, encoding="utf-8")
    assert golden.is_file(), "there is no golden file: run this test with --accept, and read what it writes"
    assert text == golden.read_text(encoding="utf-8")


# -- the tables of the packs -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("rule = '0'", "each needs exactly one of decorators, calls"),
        ("decorators = []\ncalls = {}", "each needs exactly one of decorators, calls"),
        ("decorators = ['a.b']\nrules = '0'", "`rules` is not a key; did you mean `rule`?"),
        ("decorators = 'a.b'", "`decorators` must be a list"),
        ("owners = {}\nmethods = 'x'", "`methods` is not a key"),
        ("subclass = ['a.B']\nmethods = '('", "is not a regular expression"),
        ("guards.decorators = '['", "is not a regular expression"),
        ("guards.decorator = 'x'", "`decorator` is not a key; did you mean `decorators`?"),
        (
            "calls = {'a.b' = '0'}\nparameters = 'nothing'",
            "`entry-points.parameters` must be one of query, form",
        ),
        ("calls = {'a.b' = '0'}\nparameters = {'0' = 'nothing'}", "`entry-points.parameters` must be one of"),
    ],
)
def test_a_wrong_table_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(RuleError) as refused:
        read_pack(loads(f"[[entry-points]]\n{text}", "x"), "flask", "flask/pack.toml", ())
    assert sentence in str(refused.value)
    assert str(refused.value).startswith("flask/pack.toml: ")


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_every_pack_says_what_it_calls(framework: str) -> None:
    tables, _ = tables_of(framework)
    assert any(table.framework == framework for table in tables.tables)
    assert framework in tables.guards


def test_words_announce_what_is_asked_for() -> None:
    collector, _ = collect("flask", "")
    assert {b"route", b"add_url_rule", b"register_blueprint", b"before_request"} <= collector.words()
    assert {b"View", b"MethodView", b"Resource"} <= collector.class_words
    collector, _ = collect("django", "")
    assert {b"path", b"re_path", b"urlpatterns", b"ROOT_URLCONF", b"MIDDLEWARE"} <= collector.words()
    collector, _ = collect("cherrypy", "")
    assert {b"expose", b"exposed", b"quickstart", b"mount"} <= collector.words()


# -- what the evaluator does for it ----------------------------------------------------------------------------


def test_values_know_what_they_were_taken_from() -> None:
    _, recorder = interpret("import api\nmade = api.Thing(1)\nmade.part.run()\n")
    receiver = recorder.calls[-1].receiver
    assert isinstance(receiver, Ref) and receiver.path == "api.Thing().part.run"
    part = receiver.base
    assert isinstance(part, Ref) and part.path == "api.Thing().part"
    thing = part.base
    assert isinstance(thing, Ref) and thing.arguments is recorder.calls[0].arguments


def test_looking_again_changes_nothing() -> None:
    """Helpers are evaluated again for their calls, but what they assign is not kept."""
    source = """
from flask import Flask

class Site:
    def __init__(self, app):
        self.app = app
        self.pages()

    def pages(self):
        self.app.add_url_rule("/x", view_func=self.show)

    def show(self): return ""

first = Flask("a")
Site(first)
"""
    collector, engine = collect("flask", source)
    before = [route.path for route in collector.routes(engine)]
    cls = engine.index.modules["app.py"].env["Site"]
    fields = repr(cls.fields)  # type: ignore[union-attr]
    assert before == [route.path for route in collector.routes(engine)] == ["/x"]
    assert repr(cls.fields) == fields  # type: ignore[union-attr]
    assert engine.exact is False


def test_helpers_that_call_each_other_end() -> None:
    source = """
from flask import Flask

def one(app, view):
    app.add_url_rule("/one", view_func=view)
    two(app, view)

def two(app, view):
    app.add_url_rule("/two", view_func=view)
    one(app, view)

def view(): return ""

one(Flask("a"), view)
"""
    assert [route.path for route in routes_of("flask", source)] == ["/one", "/two"]


def test_lists_that_include_each_other_end() -> None:
    files = {
        "a.py": "from django.urls import include, path\nurlpatterns = [path('a/', include('b')), path('x/', print)]\n",
        "b.py": "from django.urls import include, path\nurlpatterns = [path('b/', include('a'))]\n",
        "settings.py": "ROOT_URLCONF = 'a'\n",
    }
    paths = [route.path for route in routes_of("django", files)]
    assert "/x/" in paths


def test_objects_that_hold_each_other_end() -> None:
    source = """
import cherrypy

class Node:
    def __init__(self):
        self.child = Node()

    @cherrypy.expose
    def index(self): return ""

cherrypy.quickstart(Node(), "/")
"""
    assert routes_of("cherrypy", source)[0].path == "/"
