"""Every wrong answer other detectors are known for, as a small project with its right answer."""

from __future__ import annotations

import re
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


def split(text: str) -> dict[str, str | bytes]:
    """A project written as one text: `# file: path` begins a file."""
    files: dict[str, str | bytes] = {}
    for part in re.split(r"(?m)^# file: ", text.strip("\n"))[1:]:
        path, _, content = part.partition("\n")
        files[path] = content
    return files


CASES: dict[str, tuple[str, dict[str, dict[str, str]]]] = {
    "a manage.py that is Flask's is not Django": (
        """
# file: requirements.txt
Flask==2.1.3
# file: manage.py
from flask.cli import FlaskGroup
from board import create_app
cli = FlaskGroup(create_app=create_app)
# file: board/__init__.py
from flask import Flask
class Board(Flask):
    pass

def create_app():
    return Board(__name__)
""",
        {".": {"flask": "application"}},
    ),
    "wsgi.py is a file name, not a framework": (
        """
# file: wsgi.py
def application(environ, start_response):
    return [b'']
# file: setup.py
x = 1
""",
        {".": {}},
    ),
    "app.py and run.py are file names, not a framework": (
        """
# file: app.py
from aiohttp import web
app = web.Application()
# file: run.py
import app
""",
        {".": {}},
    ),
    "manage.py in a directory, pins in requirements files": (
        """
# file: pyproject.toml
[project]
name = 'netstock'
dynamic = ['version', 'dependencies']
# file: base_requirements.txt
# the framework
Django==6.0.*
# file: requirements.txt
Django==6.0.8
gunicorn==23.0.0
# file: netstock/manage.py
import os
from django.core.management import execute_from_command_line
os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'netstock.settings')
execute_from_command_line([])
# file: netstock/netstock/__init__.py
# file: netstock/netstock/settings.py
INSTALLED_APPS = ['django.contrib.auth']
ROOT_URLCONF = 'shop.urls'
SECRET_KEY = 'x'
""",
        {".": {"django": "application"}},
    ),
    "two -r hops to the declaration": (
        """
# file: requirements.txt
-r requirements/production.txt
# file: requirements/production.txt
-r base.txt
gunicorn
# file: requirements/base.txt
Django>=5.2,<5.3
wagtail
# file: manage.py
import os
from django.core.management import execute_from_command_line
os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'bakery.settings.dev')
execute_from_command_line([])
# file: bakery/__init__.py
# file: bakery/settings/__init__.py
# file: bakery/settings/base.py
INSTALLED_APPS = ['django.contrib.auth']
ROOT_URLCONF = 'shop.urls'
SECRET_KEY = 'x'
# file: bakery/settings/dev.py
from .base import *
DEBUG = True
""",
        {".": {"django": "application"}},
    ),
    "a manage.py that runs a test project is a library's": (
        """
# file: pyproject.toml
[project]
name = 'migration-checker'
dependencies = ['django>=3.2']
# file: manage.py
import os
from django.core.management import execute_from_command_line
os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'tests.test_project.settings')
execute_from_command_line([])
# file: tests/test_project/settings.py
INSTALLED_APPS = ['django.contrib.auth']
ROOT_URLCONF = 'shop.urls'
SECRET_KEY = 'x'
# file: checker/__init__.py
# file: checker/core.py
from django.db import connections
""",
        {".": {"django": "integration"}},
    ),
    "a tool that is named after Django and never imports it": (
        """
# file: pyproject.toml
[project]
name = 'django-modernise'
dependencies = ['tokenize-rt']
classifiers = ['Framework :: Django', 'Framework :: Django :: 5.2']
# file: src/django_modernise/main.py
import ast
NAME = 'django'
""",
        {".": {}},
    ),
    "a test requirement is incidental": (
        """
# file: requirements.txt
CherryPy==18.10.0
# file: tests/requirements.txt
flask
# file: server.py
import cherrypy

class Root:
    @cherrypy.expose
    def index(self):
        return ''

cherrypy.quickstart(Root())
""",
        {".": {"cherrypy": "application", "flask": "incidental"}},
    ),
    "a name that only begins like the framework's": (
        """
# file: flaskbb/__init__.py
VERSION = 1
# file: flaskbb/app.py
import flaskbb
from flaskbb import VERSION
""",
        {".": {}},
    ),
    "a relative import of a directory called flask": (
        """
# file: tool/flask/__init__.py
x = 1
# file: tool/__init__.py
from .flask import x
from . import flask
""",
        {".": {}},
    ),
    "a package called flask in the source root hides the framework": (
        """
# file: flask/__init__.py
Flask = dict
# file: main.py
from flask import Flask
app = Flask(__name__)
""",
        {".": {}},
    ),
    "the same when the framework is declared is the framework": (
        """
# file: requirements.txt
flask
# file: examples_of/flask/x.py
# file: main.py
from flask import Flask
app = Flask(__name__)
""",
        {".": {"flask": "application"}},
    ),
    "for type checkers only": (
        """
# file: pyproject.toml
[project]
name = 'metrics'
dependencies = []
# file: metrics/__init__.py
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from flask import Flask

def setup(app: 'Flask') -> None: ...
""",
        {".": {"flask": "integration"}},
    ),
    "a subclass of Configurator in another module": (
        """
# file: pyproject.toml
[project]
name = 'store'
dependencies = ['pyramid']
# file: store/config.py
from pyramid.config import Configurator as _Configurator

class Configurator(_Configurator):
    pass
# file: store/app.py
from .config import Configurator

def main(_, **settings):
    config = Configurator(settings=settings)
    return config.make_wsgi_app()
""",
        {".": {"pyramid": "application"}},
    ),
    "import bottle as btl": (
        """
# file: gui/__init__.py
import bottle as btl

def start():
    app = btl.default_app()
    btl.run(app=app)
""",
        {".": {"bottle": "application"}},
    ),
    "from bottle import *": (
        """
# file: main.py
from bottle import *

@route('/')
def index():
    return 'x'

run()
""",
        {".": {"bottle": "application"}},
    ),
    "module-level decorators of Bottle, never an instance": (
        """
# file: requirements.txt
bottle
# file: bot/server.py
from bottle import get, post, run

@get('/')
def index():
    return 'x'
""",
        {".": {"bottle": "application"}},
    ),
    "connexion builds the Flask application": (
        """
# file: requirements.txt
connexion[swagger-ui]==2.14.2
Flask==2.2.2
# file: config.py
import connexion
vuln_app = connexion.App(__name__, specification_dir='.')
""",
        {".": {"flask": "application"}},
    ),
    "connexion from 3 on is not Flask by itself": (
        """
# file: requirements.txt
connexion==3.1.0
# file: client.py
import json
""",
        {".": {}},
    ),
    "Werkzeug is not Flask": (
        """
# file: requirements.txt
werkzeug
jinja2
click
# file: main.py
from werkzeug.serving import run_simple
run_simple('', 80, None)
""",
        {".": {}},
    ),
    "settings in classes": (
        """
# file: requirements.txt
django~=5.2.0
# file: docs_site/__init__.py
# file: docs_site/conf.py
class Settings:
    pass

class Community(Settings):
    ROOT_URLCONF = 'docs_site.urls'
    @property
    def INSTALLED_APPS(self):
        return ['django.contrib.auth']
""",
        {".": {"django": "application"}},
    ),
    "settings.configure in a single file": (
        """
# file: requirements.txt
django
# file: app.py
from django.core.asgi import get_asgi_application
from django.conf import settings
settings.configure(SECRET_KEY='x', ROOT_URLCONF=__name__)
app = get_asgi_application()
""",
        {".": {"django": "application"}},
    ),
    "CherryPy's tree by its private name": (
        """
# file: setup.py
from setuptools import setup
REQS = ['cherrypy']
setup(name='girls', install_requires=REQS)
# file: girls/server.py
import cherrypy

def build(root):
    tree = cherrypy._cptree.Tree()
    tree.mount(root)
    return tree
""",
        {".": {"cherrypy": "application"}},
    ),
    "a cookiecutter template": (
        """
# file: setup.py
from setuptools import setup
setup(name='cookiecutter-shop')
# file: hooks/post_gen_project.py
import os
# file: {{cookiecutter.slug}}/manage.py
import os
from django.core.management import execute_from_command_line
os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')
execute_from_command_line([])
# file: {{cookiecutter.slug}}/config/settings.py
INSTALLED_APPS = ['django.contrib.auth']
ROOT_URLCONF = 'shop.urls'
SECRET_KEY = 'x'
# file: {{cookiecutter.slug}}/requirements.txt
django==5.2.1
""",
        {".": {"django": "incidental"}},
    ),
    "Python 2": (
        """
# file: server.py
import cherrypy
print 'starting'
class Root(object):
    pass
cherrypy.quickstart(Root())
""",
        {".": {"cherrypy": "application"}},
    ),
    "a monorepo with two frameworks": (
        """
# file: backend/requirements.txt
django==5.2.3
# file: backend/manage.py
import os
from django.core.management import execute_from_command_line
os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'core.settings')
execute_from_command_line([])
# file: backend/core/settings.py
INSTALLED_APPS = ['django.contrib.auth']
ROOT_URLCONF = 'shop.urls'
SECRET_KEY = 'x'
# file: gateway/pyproject.toml
[project]
name = 'gateway'
dependencies = ['flask>=3']
# file: gateway/app.py
from flask import Flask
app = Flask(__name__)
# file: web/package.json
{}
""",
        {".": {}, "backend": {"django": "application"}, "gateway": {"flask": "application"}},
    ),
    "a script with inline metadata is its own unit": (
        """
# file: pyproject.toml
[project]
name = 'plain'
dependencies = []
# file: plain/core.py
import json
# file: tools/preview.py
# /// script
# dependencies = ['bottle==0.13.2']
# ///
from bottle import route, run

@route('/')
def index():
    return ''

run()
""",
        {".": {}, "tools/preview.py": {"bottle": "application"}},
    ),
    "the framework itself": (
        """
# file: pyproject.toml
[project]
name = 'Flask'
dependencies = ['werkzeug']
# file: src/flask/__init__.py
from .app import Flask
# file: src/flask/app.py
class Flask:
    pass
# file: examples/hello.py
from flask import Flask
app = Flask(__name__)
""",
        {".": {"flask": "framework"}},
    ),
    "an extra only": (
        """
# file: setup.cfg
[metadata]
name = tracer
[options]
install_requires = requests
[options.extras_require]
flask = flask
# file: tracer/__init__.py
# file: tracer/contrib/web.py
from flask import request
""",
        {".": {"flask": "integration"}},
    ),
    "an extra called flask that holds something else": (
        """
# file: setup.cfg
[metadata]
name = tracer
[options]
install_requires = requests
[options.extras_require]
flask = blinker
# file: tracer/__init__.py
""",
        {".": {}},
    ),
    "another distribution with the import name pyramid": (
        """
# file: requirements.txt
pyramid-arima
# file: forecast.py
import pyramid
from pyramid.arima import auto_arima
""",
        {".": {}},
    ),
    "django-environ alone": (
        """
# file: requirements.txt
django-environ
pytest-django
# file: main.py
import environ
env = environ.Env()
""",
        {".": {}},
    ),
    "only example code in a unit whose package is called example": (
        """
# file: django/app/requirements.txt
Django==3.2.20
# file: django/app/manage.py
import os
from django.core.management import execute_from_command_line
os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'example.settings')
execute_from_command_line([])
# file: django/app/example/__init__.py
# file: django/app/example/settings.py
INSTALLED_APPS = ['django.contrib.auth']
ROOT_URLCONF = 'shop.urls'
SECRET_KEY = 'x'
# file: flask/app/requirements.txt
flask
# file: flask/app/app.py
from flask import Flask
app = Flask(__name__)
""",
        {".": {}, "django/app": {"django": "application"}, "flask/app": {"flask": "application"}},
    ),
    "vendored Bottle with a CherryPy server adapter inside": (
        """
# file: setup.py
from setuptools import setup
setup(name='pypackages')
# file: pypackages/__init__.py
# file: pypackages/wrapper/__init__.py
from pypackages.wrapper.bottle import *
# file: pypackages/wrapper/bottle.py
__version__ = '0.12.25'

class CherryPyServer:
    def run(self, handler):
        from cherrypy import wsgiserver
        return wsgiserver

class Bottle(object):
    pass
# file: pypackages/_app.py
from pypackages.wrapper import Bottle
app = Bottle()
""",
        {".": {"bottle": "application", "cherrypy": "incidental"}},
    ),
    "a module bottle.py that is not the framework": (
        """
# file: bottle.py
class Wine:
    pass
# file: cellar.py
import bottle
from bottle import Wine
Wine()
""",
        {".": {}},
    ),
    "CherryPy only serves a Flask application": (
        """
# file: requirements.txt
flask
cherrypy
# file: app.py
from flask import Flask
app = Flask(__name__)
# file: serve.py
import cherrypy
from app import app
cherrypy.tree.graft(app, '/')
cherrypy.engine.start()
cherrypy.engine.block()
""",
        {".": {"flask": "application", "cherrypy": "integration"}},
    ),
    "a library with one adapter a framework": (
        """
# file: pyproject.toml
[project]
name = 'args'
dependencies = ['marshmallow']
optional-dependencies.frameworks = ['Flask', 'Django', 'bottle', 'pyramid']
# file: src/args/flaskparser.py
import flask
# file: src/args/djangoparser.py
import django
# file: src/args/bottleparser.py
import bottle
# file: src/args/pyramidparser.py
from pyramid.request import Request
""",
        {".": dict.fromkeys(("django", "flask", "pyramid", "bottle"), "integration")},
    ),
    "an extension that constructs Pyramid itself": (
        """
# file: setup.py
from setuptools import setup
setup(name='pyramid_toolbar', install_requires=['pyramid'], classifiers=['Framework :: Pyramid'])
# file: pyramid_toolbar/__init__.py
from pyramid.config import Configurator

def includeme(config):
    inner = Configurator()
    return inner.make_wsgi_app()
""",
        {".": {"pyramid": "integration"}},
    ),
    "an application whose name holds the framework's": (
        """
# file: pyproject.toml
[project]
name = 'flask-blog'
dependencies = ['flask']
# file: blog/__init__.py
from flask import Flask
app = Flask(__name__)
""",
        {".": {"flask": "application"}},
    ),
    "a declaration nobody uses": (
        """
# file: requirements.txt
flask==3.0.0
# file: main.py
print('hello')
""",
        {".": {"flask": "incidental"}},
    ),
    "a comment, a string and a stub package declare nothing": (
        """
# file: requirements.txt
# django==1.0
django-stubs
types-Flask
# file: main.py
TEXT = 'from flask import Flask'
# import django
""",
        {".": {}},
    ),
    "settings in a virtual environment are nobody's": (
        """
# file: requirements.txt
flask
# file: app.py
from flask import Flask
app = Flask(__name__)
# file: env/pyvenv.cfg
home = /usr
# file: env/lib/python3.11/site-packages/django/conf/settings.py
INSTALLED_APPS = ['django.contrib.auth']
ROOT_URLCONF = 'shop.urls'
SECRET_KEY = 'x'
""",
        {".": {"flask": "application"}},
    ),
    "dead code": (
        """
# file: main.py
if False:
    import flask
""",
        {".": {}},
    ),
    "flask.ext and flaskext": (
        """
# file: requirements.txt
Flask==0.10
# file: app.py
import flask
from flaskext.mail import Mail
app = flask.Flask(__name__)
""",
        {".": {"flask": "application"}},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_roles(name: str, tmp_path: Path) -> None:
    text, expected = CASES[name]
    assert by_unit(look(tmp_path, split(text))) == expected


def test_samples_without_a_manifest(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {f"python/case{number}.py": FLASK_APP for number in range(6)}
    assert by_unit(look(tmp_path / "corpus", files)) == {".": {"flask": "incidental"}}
    files["requirements.txt"] = "flask\n"
    assert by_unit(look(tmp_path / "project", files)) == {".": {"flask": "application"}}
    few: dict[str, str | bytes] = {f"python/case{number}.py": FLASK_APP for number in range(3)}
    assert by_unit(look(tmp_path / "few", few)) == {".": {"flask": "application"}}


def test_settings_of_one_package_are_no_samples(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        f"shop/settings/{name}.py": SETTINGS for name in ("base", "dev", "prod", "stage")
    }
    assert by_unit(look(tmp_path, files)) == {".": {"django": "application"}}


def test_rules_with_their_samples(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"requirements.txt": "semgrep\n"}
    for number in range(12):
        files[f"rules/case{number}.py"] = FLASK_APP
        files[f"rules/case{number}.yaml"] = "rules: []\n"
    assert by_unit(look(tmp_path, files)) == {".": {"flask": "incidental"}}


VENDORED_CHERRYPY: dict[str, str | bytes] = {
    "Server.py": "import os, sys\nsys.path.insert(0, os.path.join(os.path.dirname(__file__), 'lib'))\n"
    "from plex import web\n",
    "plex/__init__.py": "",
    "plex/web.py": "import cherrypy\n\ndef start(root):\n    cherrypy.tree.mount(root, '/')\n",
    "lib/cherrypy/__init__.py": "__version__ = '18.8.0'\nfrom . import _cptree\n",
    "lib/cherrypy/_cptree.py": "class Tree: pass\n",
    "lib/portend.py": "from django.conf import settings\n",
} | {f"lib/extra{number}.py": "x = 1\n" for number in range(8)}


def test_vendored_package(tmp_path: Path) -> None:
    project = look(tmp_path, VENDORED_CHERRYPY)
    assert by_unit(project) == {".": {"cherrypy": "application", "django": "incidental"}}
    assert one(project, "cherrypy").version == "18.8.0"


def test_version_of_vendored_package_from_its_metadata(tmp_path: Path) -> None:
    files = VENDORED_CHERRYPY | {"lib/cherrypy/__init__.py": "from . import _cptree\n"}
    files["lib/CherryPy-18.6.1.dist-info/top_level.txt"] = "cherrypy\n"
    assert one(look(tmp_path, files), "cherrypy").version == "18.6.1"


def test_requirements_in_utf_16_as_powershell_writes_them(tmp_path: Path) -> None:
    project = look(tmp_path, {"requirements.txt": "Flask==3.0.0\r\n".encode("utf-16"), "main.py": FLASK_APP})
    assert (one(project, "flask").role, one(project, "flask").version) == ("application", "3.0.0")


def test_nothing_at_all(tmp_path: Path) -> None:
    assert by_unit(look(tmp_path, {"README.md": "hello"})) == {".": {}}


def test_vendored_version_and_evidence(tmp_path: Path) -> None:
    text, _ = CASES["vendored Bottle with a CherryPy server adapter inside"]
    found = one(look(tmp_path, split(text)), "bottle")
    assert found.version == "0.12.25"
    assert [(row.path, row.line, row.axis) for row in found.evidence if row.axis == "constructed"] == [
        ("pypackages/_app.py", 2, "constructed")
    ]
    assert any("vendored copy of bottle 0.12.25" in row.text for row in found.evidence)


def test_user_overrides(tmp_path: Path) -> None:
    files = split(CASES["a monorepo with two frameworks"][0])
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
            "shop/wsgi.py": "import os\nfrom django.core.wsgi import get_wsgi_application\n\n"
            "application = get_wsgi_application()\n",
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
