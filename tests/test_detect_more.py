"""Detection: libraries that look like applications, projects that look like tests, and the reverse."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_detect_traps import FLASK_APP, MANAGE, SETTINGS, by_unit, look, one

CASES: dict[str, tuple[dict[str, str | bytes], dict[str, str]]] = {
    "a sandbox project beside a package for Django projects": (
        {
            "setup.py": "from setuptools import setup\nsetup(name='django-shelf', install_requires=['django'],\n"
            "      classifiers=['Framework :: Django'])\n",
            "sandbox/manage.py": MANAGE.format("settings"),
            "sandbox/settings.py": SETTINGS,
            "src/shelf/models.py": "from django.db import models\n",
        },
        {"django": "integration"},
    ),
    "the same files without the classifier and with an own name": (
        {
            "setup.py": "from setuptools import setup\nsetup(name='shelf', install_requires=['django'])\n",
            "sandbox/manage.py": MANAGE.format("settings"),
            "sandbox/settings.py": SETTINGS,
            "src/shelf/models.py": "from django.db import models\n",
        },
        {"django": "application"},
    ),
    "a project whose package is called testproject": (
        {
            "requirements.txt": "django==5.2.1\n",
            "manage.py": MANAGE.format("testproject.settings"),
            "testproject/settings.py": SETTINGS,
            "testproject/urls.py": "from django.urls import path\nurlpatterns = []\n",
        },
        {"django": "application"},
    ),
    "a repository of tests only": (
        {"requirements.txt": "pytest\n", "tests/helper.py": FLASK_APP, "tests/test_x.py": "import flask\n"},
        {"flask": "incidental"},
    ),
    "tests in a directory t": (
        {"setup.py": "from setuptools import setup\nsetup(name='queue')\n", "queue/a.py": "x = 1\n", "t/settings.py": SETTINGS},
        {},
    ),
    "a known package for Pyramid projects": (
        {
            "pyproject.toml": "[project]\nname = 'cornice'\ndependencies = ['pyramid']\n",
            "src/cornice/__init__.py": "from pyramid.events import NewRequest\n",
        },
        {"pyramid": "integration"},
    ),
    "an example beside a module for CherryPy projects": (
        {
            "setup.py": "from setuptools import setup\nsetup(name='cherrypy-headers', install_requires=['cherrypy'])\n",
            "cherrypy_headers.py": "import cherrypy\n",
            "simple-example.py": "import cherrypy\n\nclass Root: pass\n\ncherrypy.quickstart(Root())\n",
        },
        {"cherrypy": "integration"},
    ),
    "a module of a library that shows itself when run": (
        {
            "setup.py": "from setuptools import setup\nsetup(name='sockets', classifiers=['Framework :: CherryPy'],\n"
            "      install_requires=['cherrypy'])\n",
            "sockets/plugin.py": "import cherrypy\n\nif __name__ == '__main__':\n    cherrypy.quickstart(object())\n",
        },
        {"cherrypy": "integration"},
    ),
    "an application that is started the same way": (
        {"setup.py": "from setuptools import setup\nsetup(name='player', install_requires=['cherrypy'])\n",
         "player/web.py": "import cherrypy\n\nif __name__ == '__main__':\n    cherrypy.quickstart(object())\n"},
        {"cherrypy": "application"},
    ),
    "an extra only that is constructed": (
        {
            "pyproject.toml": "[project]\nname = 'music'\ndependencies = []\noptional-dependencies.web = ['flask']\n",
            "music/web.py": FLASK_APP,
        },
        {"flask": "integration"},
    ),
    "an extension without an application": (
        {
            "pyproject.toml": "[project]\nname = 'mailer'\ndependencies = ['flask']\n",
            "mailer.py": "from flask import current_app\n\nclass Mailer:\n    def init_app(self, app):\n        pass\n",
        },
        {"flask": "integration"},
    ),
    "an app for Django projects without settings": (
        {
            "pyproject.toml": "[project]\nname = 'ledger'\ndependencies = ['django']\n",
            "ledger/apps.py": "from django.apps import AppConfig\n\nclass Ledger(AppConfig):\n    name = 'ledger'\n",
        },
        {"django": "integration"},
    ),
    "three frameworks constructed in one unit": (
        {
            "pyproject.toml": "[project]\nname = 'probe'\ndependencies = ['flask', 'bottle', 'pyramid']\n",
            "probe/a.py": FLASK_APP,
            "probe/b.py": "import bottle\napp = bottle.Bottle()\n",
            "probe/c.py": "from pyramid.config import Configurator\nConfigurator().make_wsgi_app()\n",
        },
        {"flask": "integration", "bottle": "integration", "pyramid": "integration"},
    ),
    "a tox matrix": (
        {
            "pyproject.toml": "[project]\nname = 'cachet'\ndependencies = []\n",
            "tox.ini": "[testenv]\ndeps =\n    dj42: Django>=4.2,<4.3\n    dj52: Django>=5.2,<5.3\n",
            "cachet/core.py": "from django.core.cache import cache\n",
        },
        {"django": "integration"},
    ),
    "imported and not declared": ({"tool.py": "from flask import json\n"}, {"flask": "integration"}),
    "only if it is installed": (
        {"tool.py": "try:\n    import flask\nexcept ImportError:\n    flask = None\n"},
        {"flask": "integration"},
    ),
    "settings that say what they need and nothing of Django are found by their shape": (
        {"requirements.txt": "django\n", "conf/prod.py": "from .base import *\nSECRET_KEY = 'x'\nINSTALLED_APPS = []\n"},
        {"django": "application"},
    ),
    "settings in a file that does not parse": (
        {"requirements.txt": "django\n", "s.py": "print 'loading'\nINSTALLED_APPS = []\nSECRET_KEY = 'x'\n"},
        {"django": "application"},
    ),
    "the same with template marks": (
        {"requirements.txt": "tool\n", "s.py": "INSTALLED_APPS = [{{ apps }}\nSECRET_KEY = 'x'\n"},
        {},
    ),
    "CherryPy as it was before decorators": (
        {"s.py": "import cherrypy as cp\n\nclass Root:\n    def index(self): return ''\n    index.exposed = True\n\n"
         "cp.root = Root()\ncp.server.start()\n"},
        {"cherrypy": "application"},
    ),
    "Python 2 that names the constructor it imports": (
        {"s.py": "from bottle import Bottle\nprint 'x'\n# Bottle()\nclass Bottle(object): pass\napp = Bottle()\n"},
        {"bottle": "application"},
    ),
    "settings.configure without URLs is a script": (
        {"requirements.txt": "django\n", "s.py": "from django.conf import settings\nsettings.configure(DEBUG=True)\n"},
        {"django": "application"},
    ),
    "a manage.py whose settings are not in the repository": (
        {"requirements.txt": "django\n", "manage.py": MANAGE.format("elsewhere.settings")},
        {"django": "application"},
    ),
    "FLASK_APP and plugins only": (
        {"requirements.txt": "flask-restful\n", "api.py": "from flask_restful import Resource\n", ".flaskenv": "FLASK_APP=api\n"},
        {"flask": "integration"},
    ),
    "plugins that are imported and not declared": (
        {"api.py": "from flask_restful import Resource\n"},
        {"flask": "incidental"},
    ),
    "a subclass made in one module and called in another": (
        {
            "requirements.txt": "flask\n",
            "board/base.py": "from flask import Flask\n\nclass Board(Flask):\n    pass\n",
            "board/run.py": "from board.base import Board\n\napplication = Board('board')\n",
        },
        {"flask": "application"},
    ),
    "a subclass nobody calls": (
        {
            "pyproject.toml": "[project]\nname = 'flask-board'\ndependencies = ['flask']\n",
            "board/base.py": "from flask import Flask\n\nclass Board(Flask):\n    pass\n",
        },
        {"flask": "integration"},
    ),
    "only CherryPy's WSGI server": (
        {"requirements.txt": "web.py\n", "serve.py": "from cherrypy.wsgiserver import CherryPyWSGIServer\n"},
        {"cherrypy": "incidental"},
    ),
    "a management script that computes its settings": (
        {
            "requirements.txt": "django\n",
            "manage.py": "import os\nfrom lib import pick\nfrom django.core.management import execute_from_command_line\n"
            "os.environ.setdefault('DJANGO_SETTINGS_MODULE', pick())\nexecute_from_command_line([])\n",
            "shop/wsgi.py": "from django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n",
        },
        {"django": "application"},
    ),
    "a test that skips without Flask": (
        {"setup.py": "from setuptools import setup\nsetup(name='x')\n", "x/a.py": "y = 1\n",
         "tests/test_x.py": "import pytest\npytest.importorskip('flask')\n"},
        {"flask": "incidental"},
    ),
    "a package that embeds Bottle in something else": (
        {"requirements.txt": "pywebview\n", "gui.py": "import webview\n"},
        {},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_roles(name: str, tmp_path: Path) -> None:
    files, expected = CASES[name]
    assert by_unit(look(tmp_path, files))["."] == expected


def test_pasted_ini_is_decisive(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "requirements.txt": "pyramid\n",
        "production.ini": "[app:main]\nuse = call:shop.app:main\n\n[server:main]\nuse = egg:waitress#main\n",
        "shop/app.py": "from other import Application\nfrom pyramid.view import view_config\n\n"
        "def main(_):\n    return Application()\n",
    }
    found = one(look(tmp_path, files), "pyramid")
    assert found.role == "application"
    assert [(row.path, row.line) for row in found.evidence if row.axis == "served"] == [
        ("production.ini", 2), ("production.ini", 5),
    ]  # fmt: skip


def test_entry_point_of_paste(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "pyproject.toml": "[project]\nname = 'shop'\ndependencies = ['pyramid']\n"
        "[project.entry-points.'paste.app_factory']\nmain = 'shop:main'\n",
        "shop/__init__.py": "from pyramid.config import Configurator\n\ndef main(_):\n    return Configurator()\n",
    }
    found = one(look(tmp_path, files), "pyramid")
    assert (found.role, found.confidence.name) == ("application", "high")


def test_units_of_a_repository_share_what_is_declared_above(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "setup.py": "from setuptools import setup\nsetup(name='gir', install_requires=['cherrypy==18.10.0'])\n",
        "gir/server.py": "import cherrypy\ncherrypy.quickstart(object())\n",
        "plugins/jobs/setup.py": "from setuptools import setup\nsetup(name='gir-jobs', install_requires=['gir'])\n",
        "plugins/jobs/gir_jobs/rest.py": "import cherrypy\nfrom gir import server\n",
        "plugins/gone/setup.py": "from setuptools import setup\nsetup(name='gir-gone', install_requires=['gir'])\n",
        "plugins/gone/gir_gone/rest.py": "from gir import server\n",
        "tools/setup.py": "from setuptools import setup\nsetup(name='tools', install_requires=['requests'])\n",
        "tools/tools/x.py": "import json\n",
    }
    project = look(tmp_path, files)
    assert by_unit(project) == {
        ".": {"cherrypy": "application"},
        "plugins/gone": {"cherrypy": "integration"},
        "plugins/jobs": {"cherrypy": "application"},
        "tools": {},
    }
    jobs = one(project, "cherrypy", "plugins/jobs")
    assert (jobs.version, jobs.note, jobs.confidence.name) == ("18.10.0", "part of gir", "low")


def test_workspace_lock_governs_its_members(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "pyproject.toml": "[project]\nname = 'all'\nversion = '1'\n[tool.uv.workspace]\nmembers = ['api']\n",
        "uv.lock": "version = 1\n\n[[package]]\nname = 'flask'\nversion = '3.0.2'\n"
        "source = { registry = 'https://pypi.org/simple' }\n\n[[package]]\nname = 'api'\nversion = '1'\n"
        "source = { editable = 'api' }\ndependencies = [{ name = 'flask' }]\n",
        "api/pyproject.toml": "[project]\nname = 'api'\nversion = '1'\ndependencies = ['flask>=2']\n",
        "api/app.py": FLASK_APP,
    }
    found = one(look(tmp_path, files), "flask", "api")
    assert (found.version, [entry.version for entry in found.locked]) == ("3.0.2", ["3.0.2"])


def test_lock_outside_the_declared_range_lowers_confidence(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "Pipfile": "[packages]\nflask = '>=3'\n",
        "Pipfile.lock": '{"_meta": {}, "default": {"flask": {"version": "==2.0.1"}}, "develop": {}}\n',
        "app.py": FLASK_APP,
    }
    found = one(look(tmp_path, files), "flask")
    assert found.confidence.name == "medium"
    assert found.note == "locked at 2.0.1, which >=3 in Pipfile:2 excludes"


def test_answers_do_not_depend_on_the_order_of_reading(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {f"pkg/m{number:02}.py": "import flask\n" for number in range(30)}
    files |= {"requirements.txt": "flask==3.0.0\n", "pkg/app.py": FLASK_APP}
    first = look(tmp_path / "a", files)
    second = look(tmp_path / "b", dict(reversed(files.items())))
    assert first.units == second.units
    assert len([row for row in one(first, "flask").evidence if row.axis == "imported"]) == 5


def test_a_file_that_cannot_be_read_is_a_failure(tmp_path: Path) -> None:
    from pentalint.project.survey import Reader

    reader = Reader(tmp_path)
    assert reader("missing.py") == b""
    assert [(found.path, found.stage) for found in reader.failures] == [("missing.py", "read")]
