"""The parts detection is made of: imports and their contexts, names across modules, requirements, versions, output."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from test_detect_traps import look, one

from pentalint.errors import RuleError, TomlError
from pentalint.model import FRAMEWORKS, Confidence, Detection, Evidence, Requirement, Role, Unit
from pentalint.project import knowledge, lifecycle
from pentalint.project.contexts import Context
from pentalint.project.declared import declared, scope_of
from pentalint.project.detect import rollup
from pentalint.project.imports import read_imports, words
from pentalint.project.lifecycle import Chosen
from pentalint.project.manifests.requirement import parse
from pentalint.project.modules import Modules
from pentalint.report.detection import render_json, render_text

TODAY = date(2026, 11, 22)
ROOTS = frozenset({b"flask", b"django"})
DJANGO = knowledge.load().frameworks["django"]
FLASK = knowledge.load().frameworks["flask"]

CONTEXTS = [
    ("import flask\n", {1: "module"}),
    ("import os, flask as f\n", {1: "module"}),
    ("from flask import (\n    Flask,\n    request,\n)\n", {1: "module"}),
    ("def f():\n    import flask\n", {2: "lazy"}),
    ("async def f():\n    if x:\n        import flask\n", {3: "lazy"}),
    ("class A:\n    import flask\n", {2: "module"}),
    ("import typing as t\nif t.TYPE_CHECKING:\n    import flask\nelse:\n    import django\n", {3: "typing", 5: "module"}),
    ("if not TYPE_CHECKING:\n    import flask\nelse:\n    import django\n", {2: "module", 4: "typing"}),
    ("try:\n    import flask\nexcept ImportError:\n    import django\n", {2: "optional", 4: "optional"}),
    ("try:\n    import flask\nexcept (OSError, ModuleNotFoundError):\n    flask = None\n", {2: "optional"}),
    ("try:\n    import flask\nexcept:\n    pass\n", {2: "optional"}),
    ("try:\n    import flask\nexcept ImportError as e:\n    raise SystemExit from e\n", {2: "module"}),
    ("try:\n    import flask\nexcept ImportError:\n    sys.exit(1)\n", {2: "module"}),
    ("try:\n    import flask\nexcept ValueError:\n    import django\nfinally:\n    pass\n", {2: "module", 4: "module"}),
    ("if sys.version_info > (3,):\n    import flask\n", {2: "guarded"}),
    ("if importlib.util.find_spec('flask'):\n    import flask\n", {2: "guarded"}),
    ("if settings.DEBUG:\n    import flask\n", {2: "module"}),
    ("if False:\n    import flask\nelse:\n    import django\n", {2: "dead", 4: "module"}),
    ("if 0:\n    def f():\n        import flask\n", {3: "dead"}),
    ("with x:\n    for y in z:\n        import flask\n", {3: "module"}),
    ("match x:\n    case 1:\n        import flask\n", {3: "module"}),
    ("m = importlib.import_module('flask.cli')\n", {1: "dynamic"}),
    ("m = __import__('flask')\n", {1: "dynamic"}),
    ("pytest.importorskip('flask')\n", {1: "test"}),
    ("# import_module('flask')\nimport_module(name)\nimport_module('os')\n", {}),
    ("'''\nimport flask\n'''\n# import flask\n", {}),
    ("import flaskbb\nfrom .x import flask\n", {2: "module"}),
    # files that do not parse
    ("print 'x'\nimport flask\ndef f():\n    x = 1\n    import django\n", {2: "module", 5: "lazy"}),
    ("print 'x'\ntry:\n    import flask\nexcept ImportError:\n    import django\n", {3: "optional", 5: "optional"}),
    ("print 'x'\nif TYPE_CHECKING:\n    import flask\nif False:\n    import django\n", {3: "typing", 5: "dead"}),
    ("print 'x'\nif sys.version_info < (3,):\n    import flask\nclass A:\n    import django\n", {3: "guarded", 5: "module"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CONTEXTS)
def test_contexts(text: str, expected: dict[int, str]) -> None:
    found = read_imports("a.py", text.encode(), ROOTS)
    relevant = [entry for entry in found if "os" not in (entry.module, entry.bound)]
    assert {entry.line: entry.context.value for entry in relevant} == expected


def test_import_facts() -> None:
    text = (
        b"import flask.views as v\nfrom flask import Flask as F, g\nfrom .flask import *\nimport flask.cli\n"
    )
    facts = [
        (e.line, e.module, e.name, e.bound, e.level, e.dotted, e.text)
        for e in read_imports("a.py", text, ROOTS)
    ]
    assert facts == [
        (1, "flask.views", "", "v", 0, "flask.views", "import flask.views"),
        (2, "flask", "Flask", "F", 0, "flask.Flask", "from flask import Flask"),
        (2, "flask", "g", "g", 0, "flask.g", "from flask import g"),
        (3, "flask", "*", "*", 1, "flask", "from .flask import *"),
        (4, "flask.cli", "", "flask", 0, "flask.cli", "import flask.cli"),
    ]


def test_dynamic_import_as_text() -> None:
    found = read_imports("a.py", b"__import__('flask')\nimportorskip('django.db')\n", ROOTS)
    assert [(e.text, e.context) for e in found] == [
        ('import_module("flask")', Context.dynamic),
        ('importorskip("django.db")', Context.test),
    ]


def test_words() -> None:
    assert words("flask.Flask(a-b)\nhéllo".encode()) == {b"flask", b"Flask", b"a", b"b", "héllo".encode()}


MODULES = {
    "app/__init__.py": b"from .core import *\n",
    "app/core.py": b"from flask import Flask as Base\n\nclass App(Base):\n    pass\n\nclass Flask(Base): pass\n",
    "app/loop.py": b"from .loop2 import Thing\n",
    "app/loop2.py": b"from .loop import Thing\n",
    "run.py": b"import app\nimport app.core as c\nfrom app import App as A\nB = A\n\nC = C\n",
    "bad.py": b"def (:\n",
}


@pytest.mark.parametrize(
    ("path", "name", "expected"),
    [
        ("run.py", "A", "flask.Flask"),
        ("run.py", "B", "flask.Flask"),
        ("run.py", "app.App", "flask.Flask"),
        ("run.py", "c.App", "flask.Flask"),
        ("run.py", "c.Base", "flask.Flask"),
        ("run.py", "app.core.Flask", "flask.Flask"),
        ("run.py", "c.Missing", None),
        ("run.py", "C", None),
        ("run.py", "unknown", None),
        ("app/core.py", "App", "flask.Flask"),
        ("app/core.py", "App.attribute", None),
        ("app/loop.py", "Thing", None),
    ],
)
def test_names_across_modules(path: str, name: str, expected: str | None) -> None:
    modules = Modules(sorted(MODULES), MODULES.__getitem__)
    module = modules.load(path)
    assert module is not None
    assert modules.resolve(module, name, "flask.Flask".__eq__) == expected


def test_modules_are_found_from_where_they_are_imported() -> None:
    modules = Modules(["a/util.py", "b/util.py", "b/x/util/__init__.py", "__init__.py"], MODULES.__getitem__)
    assert modules.find("util", "b/main.py") == "b/util.py"
    assert modules.find("util", "a/deep/main.py") == "a/util.py"
    assert modules.find("util", "b/x/main.py", 1) == "b/x/util/__init__.py"
    assert modules.find("util", "b/x/main.py", 2) == "b/util.py"
    assert modules.find("nothing") is None
    assert modules.find("", "main.py", 1) is None
    assert Modules(sorted(MODULES), MODULES.__getitem__).load("bad.py") is None


def need(text: str, scope: str = "runtime", path: str = "requirements.txt", **options: object) -> Requirement:
    parsed = parse(text)
    return Requirement(
        parsed.name, parsed.specifier, parsed.kind, scope, path, 1, parsed.version, parsed.marker, parsed.extras,
        **options,  # type: ignore[arg-type]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("requirement", "expected"),
    [
        (need("flask"), "runtime"),
        (need("flask", "script"), "runtime"),
        (need("flask", "dev"), "development"),
        (need("flask", "tool"), "development"),
        (need("flask", "build"), "build"),
        (need("flask", "constraint"), "constraint"),
        (need("flask", "extra:web"), "extra"),
        (need("flask", "extra:tests"), "development"),
        (need("flask", "group:lint"), "development"),
        (need("flask", "group:server"), "runtime"),
        (need("flask", path="requirements/dev.txt"), "development"),
        (need("flask", path="requirements/prod.txt"), "runtime"),
        (need("flask", path="requirements/extras/flask.txt"), "extra"),
        (need("flask", path=".ci/requirements.txt"), "development"),
    ],
)
def test_scopes(requirement: Requirement, expected: str) -> None:
    assert scope_of(requirement, Role.app) == expected
    assert scope_of(requirement, Role.test) in {"development", "build", "constraint"}


@pytest.mark.parametrize(
    ("text", "implied"),
    [
        ("Flask-Login", True),
        ("flask_cors", True),
        ("connexion==2.14.2", True),
        ("connexion<3", True),
        ("connexion", True),
        ("connexion==3.1.0", False),
        ("connexion>=3", False),
        ("connexion[flask]>=3", True),
        ("quart", False),
        ("werkzeug", False),
        ("types-Flask", False),
        ("flaskbb", False),
    ],
)
def test_plugins(text: str, implied: bool) -> None:
    assert bool(declared(FLASK, [need(text)], lambda _: Role.app).plugin) is implied


def test_kinds_of_declaration() -> None:
    found = declared(
        DJANGO,
        [
            need("django==5.2.1", locked=True), need("django<6", "constraint"), need("django", "extra:web"),
            need("django>=4.2,<5", "dev", "tox.ini"), need("django>=5,<6", "dev", "tox.ini"), need("wagtail"),
            need("wagtail", locked=True), need("wagtail", "constraint"), need("django", "build"),
        ],
        lambda _: Role.app,
    )  # fmt: skip
    assert (len(found.locked), len(found.constraint), len(found.extra), len(found.development)) == (
        1,
        1,
        1,
        2,
    )
    assert ([entry.name for entry in found.runtime], found.matrix) == (["wagtail"], 2)


@pytest.mark.parametrize(
    ("requirements", "locked", "version", "specifier"),
    [
        ([need("django>=4"), need("django==4.2.1")], [], "4.2.1", "==4.2.1"),
        ([need("django==4.2.1")], [need("django==4.2.9", locked=True)], "4.2.9", "==4.2.9"),
        ([need("django==4.2.*")], [], "4.2", "==4.2.*"),
        ([need("django~=5.2.0"), need("django==4.0.1", "dev")], [], "5.2", "~=5.2.0"),
        ([need("django>=4,<5")], [], None, ">=4,<5"),
        ([need("django")], [], None, ""),
        ([need("django>=4"), need("django==5.2.3", "constraint")], [], "5.2.3", "==5.2.3"),
        (
            [],
            [need("django==5.0.1", "dev", locked=True), need("django==5.0.2", locked=True)],
            "5.0.2",
            "==5.0.2",
        ),
        ([], [], None, ""),
    ],
)
def test_chosen_version(
    requirements: list[Requirement], locked: list[Requirement], version: str | None, specifier: str
) -> None:
    plain = [entry for entry in requirements if entry.scope != "constraint"]
    constraints = [entry for entry in requirements if entry.scope == "constraint"]
    chosen = lifecycle.choose(plain, locked, constraints)
    assert (chosen.version, chosen.specifier) == (version, specifier)


@pytest.mark.parametrize(
    ("chosen", "python", "expected"),
    [
        (Chosen("4.2.1"), None, "Django 4.2 reached its end of extended support on 2026-04-07"),
        (Chosen("4.2"), None, "Django 4.2 reached its end of extended support on 2026-04-07"),
        (Chosen("5.2.3"), None, None),
        (Chosen("6.1"), None, None),
        (Chosen("7.0"), None, None),
        (Chosen("1.9.2"), None, "Django 1.9 is older than 1.11, whose extended support ended on 2020-04-01"),
        (Chosen("main"), None, None),
        (
            Chosen(None, ">=3.2,<4.0"),
            None,
            ">=3.2,<4.0 allows nothing newer than Django 3.2: Django 3.2 reached its end of extended support on 2024-04-01",
        ),
        (Chosen(None, ">=3.2,<6"), None, None),
        (Chosen(None, ">=3.2"), None, None),
        (Chosen(None, "^4.2"), "3.9", None),
        (Chosen(None, "<0.5"), None, None),
        (Chosen(None, "<nonsense"), None, None),
        (Chosen(), None, None),
    ],
)
def test_end_of_life(chosen: Chosen, python: str | None, expected: str | None) -> None:
    if chosen.specifier == "^4.2":
        expected = "^4.2 allows nothing newer than Django 4.2: Django 4.2 reached its end of extended support on 2026-04-07"
    assert lifecycle.end_of_life(DJANGO, chosen, python, TODAY) == expected


def test_end_of_life_depends_on_the_day() -> None:
    assert lifecycle.end_of_life(DJANGO, Chosen("5.2.1"), None, date(2028, 4, 29)) is None
    assert lifecycle.end_of_life(DJANGO, Chosen("5.2.1"), None, date(2028, 4, 30)) is not None
    assert lifecycle.end_of_life(FLASK, Chosen("0.12"), None, TODAY) is None


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["3.11"], "3.11"),
        (["python-3.12.4"], "3.12"),
        (["==3.11.*"], "3.11"),
        ([">=3.10"], None),
        ([">=3.10,<3.12"], "3.11"),
        ([">=3.8,<=3.9"], "3.9"),
        (["3.12.1", "<3.12"], "3.11"),
        (["<4.0"], None),
        (["pypy3.10"], None),
        ([], None),
    ],
)
def test_python_of(texts: list[str], expected: str | None) -> None:
    assert lifecycle.python_of(texts) == expected


def test_python_bounds_the_framework(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "requirements.txt": "Django\n",
        ".python-version": "3.11\n",
        "a.py": "import django\n",
    }
    assert "at most Django 5.2 on Python 3.11" in one(look(tmp_path, files), "django").note
    assert lifecycle.ceiling(DJANGO, Chosen("5.2"), "3.11") == ""
    assert lifecycle.ceiling(DJANGO, Chosen(None, ">=4"), "3.14") == ""


def test_conflicts() -> None:
    several = [need("django==5.2.1", locked=True), need("django==6.0.1", locked=True)]
    assert lifecycle.conflicts([], several) == "locked at several versions: 5.2.1, 6.0.1"
    marked = [need('django==5.2; python_version < "3.12"')]
    assert lifecycle.conflicts(marked, several) == ""
    assert lifecycle.conflicts([need("django>=5")], several[:1]) == ""
    assert "excludes" in lifecycle.conflicts([need("django<5")], several[:1])


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_knowledge_is_complete(name: str) -> None:
    facts = knowledge.load().frameworks[name]
    assert facts.title.lower() == name
    assert facts.distributions and facts.imports and facts.lifecycle
    # Django applications are made by settings, which are a shape and not a name.
    assert name == "django" or any(construct.root for construct in facts.constructs.values())
    assert not facts.plugins.keys() & (facts.not_implying | facts.typing_only | facts.distributions)


def test_knowledge_says_what_is_wrong(tmp_path: Path) -> None:
    for name in FRAMEWORKS:
        (tmp_path / name).mkdir()
        (tmp_path / name / "detect.toml").write_text("title = 'X'\ndistributions = []\nimports = []\n")
    (tmp_path / "web").mkdir()
    others = tmp_path / "web" / "other-frameworks.toml"
    others.write_text("frameworks = [{ name = 'X' }]\n")
    with pytest.raises(RuleError, match="needs name, distribution and import"):
        knowledge.load(tmp_path)
    first = tmp_path / FRAMEWORKS[0] / "detect.toml"
    first.write_text("title = 'X'\nmotto = 1\n")
    with pytest.raises(RuleError, match='unknown key "motto"'):
        knowledge.load(tmp_path)
    first.write_text("title = 'X'\n")
    with pytest.raises(RuleError, match="missing or has the wrong shape"):
        knowledge.load(tmp_path)
    first.write_text("title =\n")
    with pytest.raises(TomlError, match=r"detect\.toml:1"):
        knowledge.load(tmp_path)


UNITS = (
    Unit(
        ".",
        (
            Detection(
                ".", "django", "application", Confidence.high, (need("django==4.2.1"),), (), "4.2.1", "ended",
                (Evidence("requirements.txt", 1, "declared", "django==4.2.1 (runtime)"),
                 Evidence("pyproject.toml", 1, "negative", "classified"), Evidence("", 0, "user", "--framework django"),
                 Evidence("pentalint.toml", 0, "user", "configured: django")),
            ),
        ),
        (Evidence("main.py", 3, "imported", "FastAPI"),),
        ("setup.py:4: computed",),
    ),
    Unit("api", (Detection("api", "django", "incidental", Confidence.low, note="declared, not seen used"),)),
)  # fmt: skip


def test_text() -> None:
    assert render_text(UNITS) == (
        ".    Django 4.2.1  application          high  ended\n"
        ".    FastAPI       recognised, no pack\n"
        "api  Django        incidental           low   declared, not seen used\n"
    )
    assert render_text(()) == "No web framework was found.\n"


def test_text_with_the_ledger() -> None:
    assert render_text(UNITS[:1], evidence=True).splitlines() == [
        ".  Django 4.2.1  application          high  ended",
        "    + declared    requirements.txt:1: django==4.2.1 (runtime)",
        "    - negative    pyproject.toml:1: classified",
        "    + user        --framework django",
        "    + user        pentalint.toml: configured: django",
        ".  FastAPI       recognised, no pack",
        "    + imported    main.py:3: FastAPI",
        "not resolved: setup.py:4: computed",
    ]


def test_json() -> None:
    document = json.loads(render_json(".", UNITS))
    assert (document["schema_version"], document["root"]) == (1, ".")
    first = document["units"][0]["frameworks"][0]
    assert first["name"] == "django" and first["role"] == "application" and first["confidence"] == "high"
    assert first["version"] == "4.2.1" and first["end_of_life"] == "ended" and first["note"] is None
    assert first["declared"][0]["specifier"] == "==4.2.1" and first["locked"] == []
    assert first["evidence"][0] == {
        "path": "requirements.txt",
        "line": 1,
        "axis": "declared",
        "text": "django==4.2.1 (runtime)",
    }
    assert document["units"][0]["other_frameworks"] == [
        {"name": "FastAPI", "path": "main.py", "line": 3, "axis": "imported"}
    ]


def test_rollup_takes_the_strongest() -> None:
    assert [(found.unit, found.role) for found in rollup(UNITS)] == [(".", "application")]
    assert [(found.unit, found.role) for found in rollup(reversed(UNITS))] == [(".", "application")]


SERVED = {
    "FLASK_APP in an environment file": ({".flaskenv": "FLASK_APP=api\n"}, [(".flaskenv", 1)]),
    "flask run in a Dockerfile": (
        {"Dockerfile": "FROM python:3.12\nCMD flask --app api run\n"},
        [("Dockerfile", 2)],
    ),
    "a server with the module": ({"Procfile": "web: gunicorn api:app\n"}, [("Procfile", 1)]),
    "a server with a factory": ({"Procfile": "web: gunicorn 'api:create()'\n"}, [("Procfile", 1)]),
    "a server with a module that imports the application": (
        {"Procfile": "web: gunicorn deploy.wsgi:app\n", "deploy/wsgi.py": "from api import app\n"},
        [("Procfile", 1)],
    ),
    "a server with another module": ({"Procfile": "web: gunicorn elsewhere:app\n"}, []),
    "another framework's command": ({"Procfile": "web: pserve production.ini\n"}, []),
    "a command that names nothing": ({"Procfile": "worker: celery -A tasks worker\n"}, []),
    "a Dockerfile of the tests": ({"tests/Dockerfile": "FROM python:3.12\nCMD flask run\n"}, []),
    "a file in a directory with a dot": ({".github/Dockerfile": "FROM python:3.12\nCMD flask run\n"}, []),
}


@pytest.mark.parametrize("name", SERVED)
def test_served(name: str, tmp_path: Path) -> None:
    extra, expected = SERVED[name]
    files: dict[str, str | bytes] = {
        "requirements.txt": "flask\n",
        "api.py": "import flask\napp = flask.Flask('x')\n",
    }
    found = one(look(tmp_path, files | extra), "flask")
    assert [(row.path, row.line) for row in found.evidence if row.axis == "served"] == expected


def test_served_from_another_unit(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "compose.yaml": "services:\n  web:\n    command: cherryd -i api\n",
        "api/requirements.txt": "cherrypy\n",
        "api/api.py": "import cherrypy\ncherrypy.quickstart(object())\n",
    }
    found = one(look(tmp_path, files), "cherrypy", "api")
    assert [(row.path, row.line) for row in found.evidence if row.axis == "served"] == [("compose.yaml", 3)]


def test_long_ladders_and_broken_files_do_no_harm(tmp_path: Path) -> None:
    ladder = "if x == 0:\n    pass\n" + "".join(f"elif x == {n}:\n    pass\n" for n in range(1, 1500))
    files: dict[str, str | bytes] = {
        "requirements.txt": "flask\n",
        "app.py": "from flask import Flask\napp = Flask('x')\n" + ladder,
        "null.py": b"import flask\n\0\0",
        "latin.py": b"# -*- coding: latin-1 -*-\nimport flask\nname = '\xe9'\n",
        "nested.py": "import flask\nx = " + "(" * 3000 + ")" * 3000 + "\n",
    }
    found = one(look(tmp_path, files), "flask")
    assert found.role == "application"
    assert ("latin.py", 2) in {(row.path, row.line) for row in found.evidence}
