"""`pentalint settings` for Flask, Bottle, Pyramid and CherryPy: what files hold, in the order in which it is loaded."""

from __future__ import annotations

from pathlib import Path

import pytest
from configuring import deployments

from pentalint.settings.model import Deployment, FinalSetting
from pentalint.settings.secrets import MASK

FLASK = "import os\nfrom flask import Flask\n"
FACTORY = f"{FLASK}def create_app(config_class=None):\n    app = Flask(__name__)\n"


def flask(root: Path, text: str, **files: str) -> dict[str, FinalSetting]:
    """The settings of the only Flask application of a project; the first underscore of a file's name is its dot."""
    named = {name.replace("_", ".", 1): content for name, content in files.items()}
    (found,) = deployments(root, {"app.py": text, **named}, "flask==3.1\n")
    return {one.name: one for one in found.settings}


def by_name(found: list[Deployment]) -> dict[str, Deployment]:
    return {one.name: one for one in found}


def places(setting: FinalSetting) -> list[tuple[str, int]]:
    return [(one.path, one.line) for one in setting.contributions]


# -- Flask -----------------------------------------------------------------------------------------------------


def test_a_python_file_of_any_name(tmp_path: Path) -> None:
    text = f"{FACTORY}    app.config['A'] = 1\n    app.config.from_pyfile('site.cfg')\n    app.config['B'] = 3\n    return app\n"
    found = flask(tmp_path, text, site_cfg="A = [1, 2]\nB = 2\nMAIL_PASSWORD = 'hunter2'\n")
    assert {name: one.text for name, one in found.items()} == {
        "A": "[1, 2]",
        "B": "3",
        "MAIL_PASSWORD": repr(MASK),
    }
    assert places(found["A"]) == [("app.py", 5), ("site.cfg", 1)]
    assert places(found["B"]) == [("site.cfg", 2), ("app.py", 7)]
    assert "hunter2" not in found["MAIL_PASSWORD"].contributions[0].text


def test_a_document_and_variables_of_the_image(tmp_path: Path) -> None:
    text = f"{FACTORY}    app.config.from_file('c.json', load=__import__('json').load)\n    app.config.from_prefixed_env()\n    return app\n"
    text = text.replace("__import__('json')", "json").replace("import os", "import os, json")
    found = flask(
        tmp_path,
        text,
        c_json='{\n"A": 1,\n"B": {"x": 2},\n"low": 3\n}\n',
        Dockerfile="FROM x\nENV FLASK_A=7\n",
    )
    assert {name: (one.state, one.value) for name, one in found.items()} == {
        "A": ("known", 7),
        "B": ("known", {"x": 2}),
    }
    assert places(found["A"]) == [("c.json", 2), ("Dockerfile", 2)]
    assert [(one.name, one.given) for one in found["A"].environment] == [("FLASK_A", "7")]
    assert [(one.name, one.default) for one in found["B"].environment] == [("FLASK_B", "")]


def test_each_setting_of_a_call_depends_on_what_it_reads(tmp_path: Path) -> None:
    text = (
        f"{FACTORY}    app.config.from_mapping(A=os.environ['A'], B=os.environ.get('B', 'b'), C=1)\n"
        "    app.config.update({'D': os.environ.get('D', 'd'), 'E': 2})\n    return app\n"
    )
    found = flask(tmp_path, text)
    told = {
        name: (one.state, one.text, [(v.name, v.default) for v in one.environment])
        for name, one in found.items()
    }
    assert told == {
        "A": ("environment", "${A}", [("A", None)]),
        "B": ("known", "'b'", [("B", "'b'")]),
        "C": ("known", "1", []),
        "D": ("known", "'d'", [("D", "'d'")]),
        "E": ("known", "2", []),
    }


def test_helpers_that_fill_the_configuration_with_the_arguments_of_their_call(tmp_path: Path) -> None:
    text = (
        f"{FLASK}def flag(name, default):\n    text = os.environ.get(name)\n    return default if text is None else text == '1'\n"
        "def fill(app):\n    app.config['A'] = flag('A', True)\n    app.config.setdefault('B', 5)\n"
        "def create_app():\n    app = Flask(__name__)\n    app.config['B'] = 1\n    fill(app)\n    return app\napp = create_app()\n"
    )
    found = flask(tmp_path, text)
    assert {name: one.text for name, one in found.items()} == {"A": "True", "B": "1"}
    assert [one.name for one in found["A"].environment] == ["A"]


def test_what_only_some_runs_set_is_an_alternative(tmp_path: Path) -> None:
    text = f"{FACTORY}    if app.debug:\n        app.config['A'] = 1\n    return app\n"
    found = flask(tmp_path, text)["A"]
    assert (found.state, found.text, found.alternatives) == ("alternatives", "1 | not set", ("1", "not set"))
    assert found.reason == "it depends on `app.debug`"


def test_what_is_not_in_the_project_is_noted(tmp_path: Path) -> None:
    text = (
        f"{FACTORY}    app.config['A'] = 1\n    app.config.from_pyfile('gone.cfg', silent=True)\n"
        "    app.config.from_envvar('SITE', silent=True)\n    return app\n"
    )
    (found,) = deployments(tmp_path, {"app.py": text}, "flask==3.1\n")
    (setting,) = found.settings
    assert (setting.state, setting.text) == ("known", "1")
    assert [one.name for one in setting.environment] == ["SITE"]
    assert found.notes == (
        "gone.cfg is not in the project; it may set anything",
        "the environment may set more: SITE",
    )


def test_a_mapping_that_is_not_known_may_set_anything(tmp_path: Path) -> None:
    text = f"{FACTORY}    app.config['A'] = 1\n    app.config.update(load())\n    app.config['B'] = 2\n    return app\n"
    found = flask(tmp_path, text)
    assert {name: (one.state, one.reason) for name, one in found.items()} == {
        "A": ("unknown", "the mapping is not known"),
        "B": ("known", ""),
    }


def test_what_only_tests_have_is_not_loaded(tmp_path: Path) -> None:
    text = f"{FLASK}app = Flask(__name__, instance_path='/etc/x', instance_relative_config=True)\napp.config['A'] = 1\napp.config.from_pyfile('x.cfg', silent=True)\n"
    (found,) = deployments(tmp_path, {"app.py": text, "tests/x.cfg": "A = 2\n"}, "flask==3.1\n")
    assert [one.text for one in found.settings] == ["1"]


def test_what_starts_the_application_may_add_to_it(tmp_path: Path) -> None:
    files = {
        "factory.py": f"{FACTORY}    app.config['A'] = 1\n    return app\n",
        "wsgi.py": "from factory import create_app\napp = create_app()\napp.config['A'] = 2\n",
        "worker.py": "from factory import create_app\napp = create_app()\n",
    }
    found = by_name(deployments(tmp_path, files, "flask==3.1\n"))
    assert {name: one.settings[0].text for name, one in found.items()} == {
        "factory.create_app, started at wsgi": "2",
        "factory.create_app, started at worker": "1",
    }


# -- Bottle ----------------------------------------------------------------------------------------------------


def test_an_ini_file_that_bottle_loads(tmp_path: Path) -> None:
    files = {
        "app.py": "import bottle\napp = bottle.Bottle()\napp.config.load_config('site.ini')\n"
        "app.config.load_dict({'db': {'name': 'x', 'host': 'y'}})\n",
        "site.ini": "[bottle]\ndebug = yes\n[db]\nhost = h\nuri = ${host}/x\npassword = hunter2\n",
    }
    (found,) = deployments(tmp_path, files, "bottle==0.13\n")
    settings = {one.name: one for one in found.settings}
    assert {name: one.text for name, one in settings.items()} == {
        "debug": "'yes'",
        "db.host": "'y'",
        "db.name": "'x'",
        "db.uri": "'h/x'",
        "db.password": repr(MASK),
    }
    assert places(settings["db.host"]) == [("site.ini", 4), ("app.py", 4)]


# -- Pyramid ---------------------------------------------------------------------------------------------------

SHOP = "from pyramid.config import Configurator\ndef main(g, **settings):\n    return Configurator(settings=settings).make_wsgi_app()\n"


def pyramid(root: Path, files: dict[str, str]) -> dict[str, Deployment]:
    return by_name(deployments(root, {"shop/__init__.py": SHOP, **files}, "pyramid==2.0\n"))


def test_an_application_that_goes_on_in_another_file(tmp_path: Path) -> None:
    files = {
        "production.ini": "[DEFAULT]\nhost = h\npath = %(here)s\n[app:main]\nuse = config:conf/base.ini#site\nreload = false\n",
        "conf/base.ini": "[app:site]\nuse = egg:shop\nreload = true\nlink = http://%(host)s\nrate = 100%%\n[app:main]\nuse = egg:shop\n",
    }
    found = pyramid(tmp_path, files)
    assert {name: (one.production, one.why) for name, one in found.items()} == {
        "production.ini#main": (True, "its name"),
        "base.ini#main": (False, "other files build on it"),
        "base.ini#site": (False, "it is loaded by name only, as site"),
    }
    settings = {one.name: one for one in found["production.ini#main"].settings}
    assert {name: one.value for name, one in settings.items()} == {
        "reload": "false",
        "link": "http://h",
        "rate": "100%",
    }
    assert places(settings["reload"]) == [("conf/base.ini", 3), ("production.ini", 6)]


@pytest.mark.parametrize(
    ("text", "note"),
    [
        (
            "use = config:gone.ini\nx = 1\n",
            "it takes further settings from a file that is not in the project",
        ),
        ("use = main\n", "production.ini:2: [app:main] comes back to itself; let `use` end"),
        ("use = egg:shop\nx = 5%\n", "production.ini:3: "),
        (
            "use = egg:shop\nx = {{ secret }}\ny = %(z\n",
            "production.ini is a template of an ini file; nothing is known",
        ),
    ],
)
def test_what_a_file_cannot_say_is_noted(tmp_path: Path, text: str, note: str) -> None:
    (found,) = pyramid(tmp_path, {"production.ini": f"[app:main]\n{text}"}).values()
    assert [one[: len(note)] for one in found.notes] == [note]


def test_variables_and_arguments_of_the_command(tmp_path: Path) -> None:
    text = "[app:main]\nuse = egg:shop\na = ${KEY}\nb = x-%(ENV_DB)s\nauth.secret = a%(PORT)s\n"
    (found,) = pyramid(tmp_path, {"production.ini": text}).values()
    a, secret, b = found.settings
    assert (a.state, a.text, [one.name for one in a.environment]) == ("environment", "'${KEY}'", ["KEY"])
    assert (b.state, b.text, [one.name for one in b.environment]) == ("environment", "'x-${DB}'", ["DB"])
    assert (secret.state, secret.text) == ("unknown", repr(MASK))
    assert "whoever starts it has to give it" in secret.reason


# -- CherryPy --------------------------------------------------------------------------------------------------


def test_files_that_cherrypy_is_given_by_name(tmp_path: Path) -> None:
    files = {
        "app.py": "import os\nimport cherrypy\nHERE = os.path.dirname(os.path.abspath(__file__))\n"
        "cherrypy.config.update(os.path.join(HERE, 'deploy.ini'))\ncherrypy.config.update({'server.socket_port': 1})\n"
        "cherrypy.config.update('gone.conf')\ncherrypy.quickstart(None, '/', 'site.conf')\n",
        "deploy.ini": "[DEFAULT]\nlog.access_file = 'x'\n[global]\nserver.socket_port = 80\nserver.password = 'hunter2'\n"
        "x = os.environ['N']\n[/a]\ny = 1\n",
        "site.conf": "[/static]\ntools.staticdir.on = True\nz = nonsense(\n",
    }
    (found,) = deployments(tmp_path, files, "cherrypy==18.10\n")
    settings = {(one.section, one.name): one for one in found.settings}
    assert {key: one.text for key, one in settings.items()} == {
        ("", "log.access_file"): "'x'",
        ("", "server.socket_port"): "1",
        ("", "server.password"): repr(MASK),
        ("", "x"): "${N}",
        ("/static", "tools.staticdir.on"): "True",
        ("/static", "z"): "?",
    }
    assert places(settings["", "server.socket_port"]) == [("deploy.ini", 4), ("app.py", 5)]
    assert [one.name for one in settings["", "x"].environment] == ["N"]
    assert settings["/static", "z"].reason.startswith("CherryPy refuses it: the value of `z` is no")
    assert found.notes == ("it loads gone.conf, which is not in the project; it may set anything",)


def test_an_environment_brings_settings_with_it(tmp_path: Path) -> None:
    text = "import cherrypy\ncherrypy.config.update({'environment': 'production', 'log.screen': True})\n"
    (found,) = deployments(tmp_path, {"app.py": text}, "cherrypy==18.10\n")
    settings = {one.name: one.text for one in found.settings}
    assert (settings["log.screen"], settings["engine.autoreload.on"]) == ("True", "False")


def test_an_argument_that_nobody_gives_loads_nothing(tmp_path: Path) -> None:
    text = (
        f"{FLASK}def create_app(more=None):\n    app = Flask(__name__)\n    app.config['A'] = 1\n"
        "    if more:\n        app.config.update(**more)\n    return app\n"
    )
    (found,) = deployments(tmp_path, {"app.py": text}, "flask==3.1\n")
    assert [(one.state, one.text) for one in found.settings] == [("known", "1")]
    assert not found.notes


def test_an_extension_without_an_application(tmp_path: Path) -> None:
    text = "from flask import Flask\ndef init_app(app):\n    app.config.setdefault('A', 1)\n    for name in names():\n        app.config.setdefault(name, None)\n"
    (found,) = deployments(tmp_path, {"extension.py": text}, "flask==3.1\n")
    assert found.name == "extension.init_app"
    assert [(one.name, one.state, one.text) for one in found.settings] == [("A", "known", "1")]


def test_a_section_that_another_loader_completes(tmp_path: Path) -> None:
    (found,) = pyramid(tmp_path, {"production.ini": "[app:main]\nx = 1\n"}).values()
    assert [(one.name, one.value) for one in found.settings] == [("x", "1")]
    assert found.notes[0].endswith(
        "add `use = egg:` and the distribution, unless something else adds it, and maybe more"
    )


@pytest.mark.parametrize(
    ("requirement", "files", "note"),
    [
        (
            "flask==3.1",
            {
                "app.py": f"{FLASK}app = Flask(__name__)\napp.config['A'] = 1\napp.config.from_pyfile('x.cfg')\n",
                "x.cfg": "A = (\n",
            },
            "x.cfg cannot be evaluated; it may set anything",
        ),
        (
            "cherrypy==18.10",
            {"app.py": "import cherrypy\ncherrypy.config.update('s.conf')\n", "s.conf": "x = 1\n[global]\n"},
            "s.conf:1: an option stands before the first section; add",
        ),
        (
            "pyramid==2.0",
            {"shop.py": SHOP, "production.ini": "\ufeff[app:main]\nuse = egg:shop\n"},
            "production.ini:1: a byte order mark stands before the first section; save",
        ),
    ],
)
def test_files_that_cannot_be_read_are_noted(
    tmp_path: Path, requirement: str, files: dict[str, str], note: str
) -> None:
    (found,) = deployments(tmp_path, files, f"{requirement}\n")
    assert [one[: len(note)] for one in found.notes] == [note]


@pytest.mark.parametrize(
    ("requirement", "files"),
    [
        (
            "flask==3.1",
            {
                "app.py": f"{FLASK}import json\napp = Flask(__name__)\napp.config.from_prefixed_env()\n"
                "app.config.from_file('c.json', load=json.load)\n",
                "Dockerfile": "FROM x\nENV FLASK_A=1 FLASK_API_KEY=hunter2\nENV FLASK_TOKEN hunter2\n",
                ".env": "FLASK_SECRET_KEY=hunter2\nFLASK_DB=postgres://u:hunter2@h/x\n",
                "c.json": '{\n"MAIL_PASSWORD": "hunter2"}\n',
            },
        ),
        (
            "bottle==0.13",
            {
                "app.py": "import bottle\napp = bottle.Bottle()\napp.config.load_config('s.ini')\n",
                "s.ini": "[db]\npassword: hunter2\nuri = postgres://u:hunter2@h/x\n",
            },
        ),
        (
            "pyramid==2.0",
            {
                "shop.py": SHOP,
                "production.ini": "[DEFAULT]\ndb.password = hunter2\n[app:main]\nuse = egg:shop\nlink = %(db.password)s/x\n"
                "set auth.secret = hunter2\nget q = auth.secret\napi_key =\n  hunter2\n",
            },
        ),
        (
            "cherrypy==18.10",
            {
                "app.py": "import cherrypy\ncherrypy.config.update('s.ini')\n",
                "s.ini": "[global]\ndb.password = hunter2\ndb.token = hunter2(\napi_key = 'hunter2'\n",
                "site.conf": "[global]\nserver.x = 1\ndb.password = hunter2\ndb.token = hunter2(\n",
            },
        ),
    ],
)
def test_secrets_in_files_are_never_shown(tmp_path: Path, requirement: str, files: dict[str, str]) -> None:
    found = deployments(tmp_path, files, f"{requirement}\n")
    assert any(one.settings for one in found)
    assert "hunter2" not in repr(found)


def test_a_setting_that_is_changed_in_place(tmp_path: Path) -> None:
    text = (
        f"{FACTORY}    app.config['A'] = {{'x': 1, 'in': {{'y': 1}}}}\n    app.config['A']['x'] = os.environ.get('X', 2)\n"
        "    app.config.get('A')['in'].update(z=3)\n    fill(app)\n    app.config['B'] = [1]\n    if app.debug:\n        app.config['B'].append(2)\n"
        "    app.config['C'] = [1]\n    for name in names():\n        app.config['C'].append(name)\n    return app\n"
        "def fill(app):\n    panels = app.config.setdefault('D', [1])\n    panels.append(2)\n    app.config['E']['x'] = 1\n"
    )
    found = flask(tmp_path, text)
    assert {name: (one.state, one.text) for name, one in found.items() if name != "C"} == {
        "A": ("known", "{'x': 2, 'in': {'y': 1, 'z': 3}}"),
        "B": ("alternatives", "[1] | [1, 2]"),
        "D": ("known", "[1, 2]"),
    }
    assert found["C"].state == "unknown"
    assert [one.name for one in found["A"].environment] == ["X"]
    assert places(found["A"]) == [("app.py", 5), ("app.py", 6), ("app.py", 7)]


def test_a_loop_over_all_variables_is_noted(tmp_path: Path) -> None:
    text = (
        f"{FACTORY}    app.config['A'] = 1\n    fill(app)\n    return app\ndef fill(app, prefix='SHOP_'):\n"
        "    for key, value in os.environ.items():\n        if key.startswith(prefix):\n            app.config[key[len(prefix):]] = value\n"
    )
    (found,) = deployments(tmp_path, {"app.py": text}, "flask==3.1\n")
    assert [(one.state, one.text) for one in found.settings] == [("known", "1")]
    assert found.notes == ("app.py:9 goes through all environment variables; it may set anything",)


def test_settings_that_a_view_of_pyramid_updates(tmp_path: Path) -> None:
    text = f"{SHOP}def main2(g, **settings):\n    config = Configurator(settings=settings)\n    config.registry.settings.update({{'a': 1}})\n    config.registry.settings['b'] = 2\n"
    found = by_name(deployments(tmp_path, {"shop/__init__.py": text}, "pyramid==2.0\n"))
    assert {one.name: one.text for one in found["shop.main2"].settings} == {"a": "1", "b": "2"}


def test_tests_on_the_configuration_itself(tmp_path: Path) -> None:
    text = (
        f"{FACTORY}    app.config['A'] = 'x'\n    app.config['ENV_D'] = os.environ.get('D', '')\n    app.config.from_pyfile('gone.cfg', silent=True)\n"
        "    if type(app.config['A']) is tuple:\n        app.config['A'] = 'y'\n    if 'A' not in app.config:\n        app.config['A'] = 'z'\n"
        "    if 'OLD' in app.config:\n        app.config['A'] = app.config['OLD']\n    else:\n        app.config['B'] = 1\n"
        "    if not app.config.get('C'):\n        app.config['C'] = 1\n    if app.config['ENV_D']:\n        app.config['E'] = 1\n"
        "    if app.config['DEBUG']:\n        app.config['F'] = 1\n    return app\n"
    )
    found = flask(tmp_path, text)
    assert {name: one.text for name, one in found.items()} == {
        "A": "'x'",
        "B": "1",
        "C": "1",
        "ENV_D": "''",
        "E": "1 | not set",
        "F": "1 | not set",
    }


def test_what_variables_may_set_decides_no_test(tmp_path: Path) -> None:
    text = (
        f"{FACTORY}    app.config['A'] = ''\n    app.config.from_prefixed_env()\n    if app.config['A']:\n        app.config['B'] = 1\n"
        "    if 'C' not in app.config:\n        app.config['C'] = 1\n    return app\n"
    )
    found = flask(tmp_path, text)
    assert {name: one.text for name, one in found.items()} == {
        "A": "''",
        "B": "1 | not set",
        "C": "1 | not set",
    }
