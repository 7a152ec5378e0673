"""Every wrong answer other detectors are known for, as a small project with its right answer."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pentalint.config import Config
from pentalint.model import Detection, Unit
from pentalint.project.survey import Project, survey

TODAY = date(2026, 11, 22)

SETTINGS = "INSTALLED_APPS = ['django.contrib.auth']\nROOT_URLCONF = 'shop.urls'\nSECRET_KEY = 'x'\n"
MANAGE = (
    "import os\nfrom django.core.management import execute_from_command_line\n"
    "os.environ.setdefault('DJANGO_SETTINGS_MODULE', '{}')\nexecute_from_command_line([])\n"
)


def build(root: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def look(root: Path, files: dict[str, str | bytes], **options: object) -> Project:
    return survey(build(root, files), today=TODAY, **options)  # type: ignore[arg-type]


def roles(unit: Unit) -> dict[str, str]:
    return {found.framework: found.role for found in unit.detections}


def by_unit(project: Project) -> dict[str, dict[str, str]]:
    return {unit.path: roles(unit) for unit in project.units}


def one(project: Project, framework: str, unit: str = ".") -> Detection:
    found = next(one for one in project.units if one.path == unit).detection(framework)
    assert found is not None, by_unit(project)
    return found


FLASK_APP = "from flask import Flask\napp = Flask(__name__)\n"

CASES: dict[str, tuple[dict[str, str | bytes], dict[str, dict[str, str]]]] = {
    "a manage.py that is Flask's is not Django": (
        {
            "requirements.txt": "Flask==2.1.3\n",
            "manage.py": "from flask.cli import FlaskGroup\nfrom board import create_app\ncli = FlaskGroup(create_app=create_app)\n",
            "board/__init__.py": "from flask import Flask\nclass Board(Flask):\n    pass\n\ndef create_app():\n    return Board(__name__)\n",
        },
        {".": {"flask": "application"}},
    ),
    "wsgi.py is a file name, not a framework": (
        {"wsgi.py": "def application(environ, start_response):\n    return [b'']\n", "setup.py": "x = 1\n"},
        {".": {}},
    ),
    "app.py and run.py are file names, not a framework": (
        {"app.py": "from aiohttp import web\napp = web.Application()\n", "run.py": "import app\n"},
        {".": {}},
    ),
    "manage.py in a directory, pins in requirements files": (
        {
            "pyproject.toml": "[project]\nname = 'netstock'\ndynamic = ['version', 'dependencies']\n",
            "base_requirements.txt": "# the framework\nDjango==6.0.*\n",
            "requirements.txt": "Django==6.0.8\ngunicorn==23.0.0\n",
            "netstock/manage.py": MANAGE.format("netstock.settings"),
            "netstock/netstock/__init__.py": "",
            "netstock/netstock/settings.py": SETTINGS,
        },
        {".": {"django": "application"}},
    ),
    "two -r hops to the declaration": (
        {
            "requirements.txt": "-r requirements/production.txt\n",
            "requirements/production.txt": "-r base.txt\ngunicorn\n",
            "requirements/base.txt": "Django>=5.2,<5.3\nwagtail\n",
            "manage.py": MANAGE.format("bakery.settings.dev"),
            "bakery/__init__.py": "",
            "bakery/settings/__init__.py": "",
            "bakery/settings/base.py": SETTINGS,
            "bakery/settings/dev.py": "from .base import *\nDEBUG = True\n",
        },
        {".": {"django": "application"}},
    ),
    "a manage.py that runs a test project is a library's": (
        {
            "pyproject.toml": "[project]\nname = 'migration-checker'\ndependencies = ['django>=3.2']\n",
            "manage.py": MANAGE.format("tests.test_project.settings"),
            "tests/test_project/settings.py": SETTINGS,
            "checker/__init__.py": "",
            "checker/core.py": "from django.db import connections\n",
        },
        {".": {"django": "integration"}},
    ),
    "a tool that is named after Django and never imports it": (
        {
            "pyproject.toml": "[project]\nname = 'django-modernise'\ndependencies = ['tokenize-rt']\n"
            "classifiers = ['Framework :: Django', 'Framework :: Django :: 5.2']\n",
            "src/django_modernise/main.py": "import ast\nNAME = 'django'\n",
        },
        {".": {}},
    ),
    "a test requirement is incidental": (
        {
            "requirements.txt": "CherryPy==18.10.0\n",
            "tests/requirements.txt": "flask\n",
            "server.py": "import cherrypy\n\nclass Root:\n    @cherrypy.expose\n    def index(self):\n        return ''\n\n"
            "cherrypy.quickstart(Root())\n",
        },
        {".": {"cherrypy": "application", "flask": "incidental"}},
    ),
    "a name that only begins like the framework's": (
        {"flaskbb/__init__.py": "VERSION = 1\n", "flaskbb/app.py": "import flaskbb\nfrom flaskbb import VERSION\n"},
        {".": {}},
    ),
    "a relative import of a directory called flask": (
        {"tool/flask/__init__.py": "x = 1\n", "tool/__init__.py": "from .flask import x\nfrom . import flask\n"},
        {".": {}},
    ),
    "a package called flask in the source root hides the framework": (
        {"flask/__init__.py": "Flask = dict\n", "main.py": FLASK_APP},
        {".": {}},
    ),
    "the same when the framework is declared is the framework": (
        {"requirements.txt": "flask\n", "examples_of/flask/x.py": "", "main.py": FLASK_APP},
        {".": {"flask": "application"}},
    ),
    "for type checkers only": (
        {
            "pyproject.toml": "[project]\nname = 'metrics'\ndependencies = []\n",
            "metrics/__init__.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from flask import Flask\n\n"
            "def setup(app: 'Flask') -> None: ...\n",
        },
        {".": {"flask": "integration"}},
    ),
    "a subclass of Configurator in another module": (
        {
            "pyproject.toml": "[project]\nname = 'store'\ndependencies = ['pyramid']\n",
            "store/config.py": "from pyramid.config import Configurator as _Configurator\n\nclass Configurator(_Configurator):\n    pass\n",
            "store/app.py": "from .config import Configurator\n\ndef main(_, **settings):\n    config = Configurator(settings=settings)\n"
            "    return config.make_wsgi_app()\n",
        },
        {".": {"pyramid": "application"}},
    ),
    "import bottle as btl": (
        {"gui/__init__.py": "import bottle as btl\n\ndef start():\n    app = btl.default_app()\n    btl.run(app=app)\n"},
        {".": {"bottle": "application"}},
    ),
    "from bottle import *": (
        {"main.py": "from bottle import *\n\n@route('/')\ndef index():\n    return 'x'\n\nrun()\n"},
        {".": {"bottle": "application"}},
    ),
    "module-level decorators of Bottle, never an instance": (
        {"requirements.txt": "bottle\n", "bot/server.py": "from bottle import get, post, run\n\n@get('/')\ndef index():\n    return 'x'\n"},
        {".": {"bottle": "application"}},
    ),
    "connexion builds the Flask application": (
        {
            "requirements.txt": "connexion[swagger-ui]==2.14.2\nFlask==2.2.2\n",
            "config.py": "import connexion\nvuln_app = connexion.App(__name__, specification_dir='.')\n",
        },
        {".": {"flask": "application"}},
    ),
    "connexion from 3 on is not Flask by itself": (
        {"requirements.txt": "connexion==3.1.0\n", "client.py": "import json\n"},
        {".": {}},
    ),
    "Werkzeug is not Flask": (
        {"requirements.txt": "werkzeug\njinja2\nclick\n", "main.py": "from werkzeug.serving import run_simple\nrun_simple('', 80, None)\n"},
        {".": {}},
    ),
    "settings in classes": (
        {
            "requirements.txt": "django~=5.2.0\n",
            "docs_site/__init__.py": "",
            "docs_site/conf.py": "class Settings:\n    pass\n\nclass Community(Settings):\n    ROOT_URLCONF = 'docs_site.urls'\n"
            "    @property\n    def INSTALLED_APPS(self):\n        return ['django.contrib.auth']\n",
        },
        {".": {"django": "application"}},
    ),
    "settings.configure in a single file": (
        {
            "requirements.txt": "django\n",
            "app.py": "from django.core.asgi import get_asgi_application\nfrom django.conf import settings\n"
            "settings.configure(SECRET_KEY='x', ROOT_URLCONF=__name__)\napp = get_asgi_application()\n",
        },
        {".": {"django": "application"}},
    ),
    "CherryPy's tree by its private name": (
        {
            "setup.py": "from setuptools import setup\nREQS = ['cherrypy']\nsetup(name='girls', install_requires=REQS)\n",
            "girls/server.py": "import cherrypy\n\ndef build(root):\n    tree = cherrypy._cptree.Tree()\n    tree.mount(root)\n    return tree\n",
        },
        {".": {"cherrypy": "application"}},
    ),
    "a cookiecutter template": (
        {
            "setup.py": "from setuptools import setup\nsetup(name='cookiecutter-shop')\n",
            "hooks/post_gen_project.py": "import os\n",
            "{{cookiecutter.slug}}/manage.py": MANAGE.format("config.settings"),
            "{{cookiecutter.slug}}/config/settings.py": SETTINGS,
            "{{cookiecutter.slug}}/requirements.txt": "django==5.2.1\n",
        },
        {".": {"django": "incidental"}},
    ),
    "a corpus of samples without a manifest": (
        {f"python/case{number}.py": FLASK_APP for number in range(6)} | {"README.md": "x"},
        {".": {"flask": "incidental"}},
    ),
    "a corpus of rules with their samples": (
        {f"rules/case{number}.py": FLASK_APP for number in range(12)}
        | {f"rules/case{number}.yaml": "rules: []\n" for number in range(12)}
        | {"requirements.txt": "semgrep\n"},
        {".": {"flask": "incidental"}},
    ),
    "Python 2": (
        {"server.py": "import cherrypy\nprint 'starting'\nclass Root(object):\n    pass\ncherrypy.quickstart(Root())\n"},
        {".": {"cherrypy": "application"}},
    ),
    "a monorepo with two frameworks": (
        {
            "backend/requirements.txt": "django==5.2.3\n",
            "backend/manage.py": MANAGE.format("core.settings"),
            "backend/core/settings.py": SETTINGS,
            "gateway/pyproject.toml": "[project]\nname = 'gateway'\ndependencies = ['flask>=3']\n",
            "gateway/app.py": FLASK_APP,
            "web/package.json": "{}",
        },
        {".": {}, "backend": {"django": "application"}, "gateway": {"flask": "application"}},
    ),
    "a script with inline metadata is its own unit": (
        {
            "pyproject.toml": "[project]\nname = 'plain'\ndependencies = []\n",
            "plain/core.py": "import json\n",
            "tools/preview.py": "# /// script\n# dependencies = ['bottle==0.13.2']\n# ///\nfrom bottle import route, run\n\n"
            "@route('/')\ndef index():\n    return ''\n\nrun()\n",
        },
        {".": {}, "tools/preview.py": {"bottle": "application"}},
    ),
    "the framework itself": (
        {
            "pyproject.toml": "[project]\nname = 'Flask'\ndependencies = ['werkzeug']\n",
            "src/flask/__init__.py": "from .app import Flask\n",
            "src/flask/app.py": "class Flask:\n    pass\n",
            "examples/hello.py": FLASK_APP,
        },
        {".": {"flask": "framework"}},
    ),
    "an extra only": (
        {
            "setup.cfg": "[metadata]\nname = tracer\n[options]\ninstall_requires = requests\n[options.extras_require]\nflask = flask\n",
            "tracer/__init__.py": "",
            "tracer/contrib/web.py": "from flask import request\n",
        },
        {".": {"flask": "integration"}},
    ),
    "an extra called flask that holds something else": (
        {
            "setup.cfg": "[metadata]\nname = tracer\n[options]\ninstall_requires = requests\n[options.extras_require]\nflask = blinker\n",
            "tracer/__init__.py": "",
        },
        {".": {}},
    ),
    "another distribution with the import name pyramid": (
        {"requirements.txt": "pyramid-arima\n", "forecast.py": "import pyramid\nfrom pyramid.arima import auto_arima\n"},
        {".": {}},
    ),
    "django-environ alone": (
        {"requirements.txt": "django-environ\npytest-django\n", "main.py": "import environ\nenv = environ.Env()\n"},
        {".": {}},
    ),
    "only example code in a unit whose package is called example": (
        {
            "django/app/requirements.txt": "Django==3.2.20\n",
            "django/app/manage.py": MANAGE.format("example.settings"),
            "django/app/example/__init__.py": "",
            "django/app/example/settings.py": SETTINGS,
            "flask/app/requirements.txt": "flask",
            "flask/app/app.py": FLASK_APP,
        },
        {".": {}, "django/app": {"django": "application"}, "flask/app": {"flask": "application"}},
    ),
    "vendored Bottle with a CherryPy server adapter inside": (
        {
            "setup.py": "from setuptools import setup\nsetup(name='pypackages')\n",
            "pypackages/__init__.py": "",
            "pypackages/wrapper/__init__.py": "from pypackages.wrapper.bottle import *\n",
            "pypackages/wrapper/bottle.py": "__version__ = '0.12.25'\n\nclass CherryPyServer:\n    def run(self, handler):\n"
            "        from cherrypy import wsgiserver\n        return wsgiserver\n\nclass Bottle(object):\n    pass\n",
            "pypackages/_app.py": "from pypackages.wrapper import Bottle\napp = Bottle()\n",
        },
        {".": {"bottle": "application", "cherrypy": "incidental"}},
    ),
    "a module bottle.py that is not the framework": (
        {"bottle.py": "class Wine:\n    pass\n", "cellar.py": "import bottle\nfrom bottle import Wine\nWine()\n"},
        {".": {}},
    ),
    "vendored CherryPy in lib": (
        {
            "Server.py": "import os, sys\nsys.path.insert(0, os.path.join(os.path.dirname(__file__), 'lib'))\nfrom plex import web\n",
            "plex/__init__.py": "",
            "plex/web.py": "import cherrypy\n\ndef start(root):\n    cherrypy.tree.mount(root, '/')\n    cherrypy.engine.start()\n",
            "lib/cherrypy/__init__.py": "__version__ = '18.8.0'\nfrom . import _cptree\n",
            "lib/cherrypy/_cptree.py": "class Tree: pass\n",
            "lib/portend.py": "from django.conf import settings\n",
        }
        | {f"lib/extra{number}.py": "x = 1\n" for number in range(8)},
        {".": {"cherrypy": "application", "django": "incidental"}},
    ),
    "CherryPy only serves a Flask application": (
        {
            "requirements.txt": "flask\ncherrypy\n",
            "app.py": FLASK_APP,
            "serve.py": "import cherrypy\nfrom app import app\ncherrypy.tree.graft(app, '/')\ncherrypy.engine.start()\ncherrypy.engine.block()\n",
        },
        {".": {"flask": "application", "cherrypy": "integration"}},
    ),
    "a library with one adapter a framework": (
        {
            "pyproject.toml": "[project]\nname = 'args'\ndependencies = ['marshmallow']\n"
            "optional-dependencies.frameworks = ['Flask', 'Django', 'bottle', 'pyramid']\n",
            "src/args/flaskparser.py": "import flask\n",
            "src/args/djangoparser.py": "import django\n",
            "src/args/bottleparser.py": "import bottle\n",
            "src/args/pyramidparser.py": "from pyramid.request import Request\n",
        },
        {".": {name: "integration" for name in ("django", "flask", "pyramid", "bottle")}},
    ),
    "an extension that constructs Pyramid itself": (
        {
            "setup.py": "from setuptools import setup\nsetup(name='pyramid_toolbar', install_requires=['pyramid'], "
            "classifiers=['Framework :: Pyramid'])\n",
            "pyramid_toolbar/__init__.py": "from pyramid.config import Configurator\n\ndef includeme(config):\n"
            "    inner = Configurator()\n    return inner.make_wsgi_app()\n",
        },
        {".": {"pyramid": "integration"}},
    ),
    "an application whose name holds the framework's": (
        {"pyproject.toml": "[project]\nname = 'flask-blog'\ndependencies = ['flask']\n", "blog/__init__.py": FLASK_APP},
        {".": {"flask": "application"}},
    ),
    "a declaration nobody uses": (
        {"requirements.txt": "flask==3.0.0\n", "main.py": "print('hello')\n"},
        {".": {"flask": "incidental"}},
    ),
    "a comment, a string and a stub package declare nothing": (
        {"requirements.txt": "# django==1.0\ndjango-stubs\ntypes-Flask\n", "main.py": "TEXT = 'from flask import Flask'\n# import django\n"},
        {".": {}},
    ),
    "a requirements file in UTF-16, as PowerShell writes it": (
        {"requirements.txt": "Flask==3.0.0\r\n".encode("utf-16"), "main.py": FLASK_APP},
        {".": {"flask": "application"}},
    ),
    "settings in a virtual environment are nobody's": (
        {
            "requirements.txt": "flask\n",
            "app.py": FLASK_APP,
            "env/pyvenv.cfg": "home = /usr\n",
            "env/lib/python3.11/site-packages/django/conf/settings.py": SETTINGS,
        },
        {".": {"flask": "application"}},
    ),
    "dead code": (
        {"main.py": "if False:\n    import flask\n"},
        {".": {}},
    ),
    "flask.ext and flaskext": (
        {"requirements.txt": "Flask==0.10\n", "app.py": "import flask\nfrom flaskext.mail import Mail\napp = flask.Flask(__name__)\n"},
        {".": {"flask": "application"}},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_roles(name: str, tmp_path: Path) -> None:
    files, expected = CASES[name]
    assert by_unit(look(tmp_path, files)) == expected


def test_nothing_at_all(tmp_path: Path) -> None:
    assert by_unit(look(tmp_path, {"README.md": "hello"})) == {".": {}}


def test_vendored_version_and_evidence(tmp_path: Path) -> None:
    files, _ = CASES["vendored Bottle with a CherryPy server adapter inside"]
    found = one(look(tmp_path, files), "bottle")
    assert found.version == "0.12.25"
    assert [(row.path, row.line, row.axis) for row in found.evidence if row.axis == "constructed"] == [
        ("pypackages/_app.py", 2, "constructed")
    ]
    assert any("vendored copy of bottle 0.12.25" in row.text for row in found.evidence)


def test_vendored_package_version(tmp_path: Path) -> None:
    files, _ = CASES["vendored CherryPy in lib"]
    assert one(look(tmp_path, files), "cherrypy").version == "18.8.0"


def test_user_overrides(tmp_path: Path) -> None:
    files, _ = CASES["a monorepo with two frameworks"]
    project = look(tmp_path, files, config=Config(frameworks=(("backend", ("flask",)),)))
    assert by_unit(project) == {
        ".": {},
        "backend": {"flask": "application"},
        "gateway": {"flask": "application"},
    }
    assert [row.axis for row in one(project, "flask", "backend").evidence] == ["user"]
    project = look(tmp_path, files, user=("bottle",))
    assert {unit: set(found) for unit, found in by_unit(project).items()} == {
        ".": {"bottle"}, "backend": {"bottle"}, "gateway": {"bottle"},
    }  # fmt: skip
    assert one(project, "bottle").evidence[0].text == "--framework bottle"


def test_other_frameworks_are_named(tmp_path: Path) -> None:
    project = look(
        tmp_path,
        {
            "requirements.txt": "fastapi\nsanic\ntornado\n",
            "main.py": "from fastapi import FastAPI\nimport aiohttp\nfrom tornado import ioloop\napp = FastAPI()\n",
        },
    )
    named = [(row.text, row.path, row.line, row.axis) for row in project.units[0].other_frameworks]
    assert named == [
        ("FastAPI", "main.py", 1, "imported"),
        ("Sanic", "requirements.txt", 2, "declared"),
        ("Tornado", "main.py", 3, "imported"),
    ]


def test_ledger_has_file_and_line_for_every_axis(tmp_path: Path) -> None:
    project = look(
        tmp_path,
        {
            "requirements.txt": "gunicorn\nDjango==4.2.1\n",
            "Procfile": "web: gunicorn shop.wsgi\n",
            "manage.py": MANAGE.format("shop.settings"),
            "shop/__init__.py": "",
            "shop/settings.py": SETTINGS,
            "shop/wsgi.py": "import os\nfrom django.core.wsgi import get_wsgi_application\n\napplication = get_wsgi_application()\n",
        },
    )
    found = one(project, "django")
    assert (found.role, found.confidence.name, found.version) == ("application", "high", "4.2.1")
    assert found.end_of_life == "Django 4.2 reached its end of extended support on 2026-04-07"
    places = {(row.axis, row.path, row.line) for row in found.evidence}
    assert places >= {
        ("declared", "requirements.txt", 2),
        ("imported", "manage.py", 2),
        ("imported", "shop/wsgi.py", 2),
        ("constructed", "shop/settings.py", 1),
        ("constructed", "manage.py", 3),
        ("constructed", "shop/wsgi.py", 4),
        ("served", "Procfile", 1),
    }


def test_confidence_follows_the_axes(tmp_path: Path) -> None:
    bare = look(tmp_path / "bare", {"app.py": FLASK_APP})
    assert one(bare, "flask").confidence.name == "medium"
    full = look(tmp_path / "full", {"app.py": FLASK_APP, "requirements.txt": "flask\n"})
    assert one(full, "flask").confidence.name == "high"
    loose = look(
        tmp_path / "loose", {"views.py": "from flask import request\n", "requirements.txt": "flask\n"}
    )
    assert (one(loose, "flask").confidence.name, one(loose, "flask").note) == (
        "low",
        "the entry point was not found",
    )
