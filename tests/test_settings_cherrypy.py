"""`pentalint settings` for CherryPy: what code writes into the configuration of the process, and reads back from it."""

from __future__ import annotations

from pathlib import Path

from configuring import deployments

from pentalint.settings.model import Deployment, FinalSetting

HEAD = "import os\nimport cherrypy\n"


def found(root: Path, **files: str) -> dict[str, Deployment]:
    """The deployments of a project by name; `__` in a file's name stands for a slash."""
    named = {f"{name.replace('__', '/')}.py": text for name, text in files.items()}
    return {one.name: one for one in deployments(root, named, "cherrypy==18.10\n")}


def settings(deployment: Deployment) -> dict[str, FinalSetting]:
    return {f"[{one.section}] {one.name}" if one.section else one.name: one for one in deployment.settings}


def texts(deployment: Deployment) -> dict[str, str]:
    return {name: one.text for name, one in settings(deployment).items()}


def variables(setting: FinalSetting) -> list[str]:
    return [one.name for one in setting.environment]


def test_what_only_some_runs_set_may_not_be_set(tmp_path: Path) -> None:
    text = (
        f"{HEAD}def serve(secure, port, keep):\n    cherrypy.config.update({{'server.socket_port': 80, 'a': 1}})\n"
        "    if secure:\n        cherrypy.config.update({'server.ssl_module': 'builtin', 'server.socket_port': 443})\n"
        "    if keep:\n        cherrypy.config.update({'b': 1})\n    else:\n        cherrypy.config.update({'b': 2})\n"
        "    if keep:\n        cherrypy.config.update({'c': 1})\n        cherrypy.config.update({'c': 2})\n"
    )
    (one,) = found(tmp_path, app=text).values()
    made = settings(one)
    assert texts(one) == {
        "a": "1",
        "b": "1 | 2",
        "c": "2 | not set",
        "server.socket_port": "80 | 443",
        "server.ssl_module": "'builtin' | not set",
    }
    assert [(made[name].state, made[name].value) for name in ("a", "b", "c")] == [
        ("known", 1),
        ("alternatives", None),
        ("alternatives", None),
    ]
    assert made["server.ssl_module"].alternatives == ("'builtin'", "not set")
    assert made["server.ssl_module"].reason == "it depends on `secure`"
    assert [one.line for one in made["server.socket_port"].contributions] == [4, 6]


def test_a_function_is_one_deployment_for_each_call_that_comes_to_something_else(tmp_path: Path) -> None:
    made = found(
        tmp_path,
        server=f"{HEAD}def create(mode, handler=None):\n    cherrypy.config.update({{'engine.autoreload.on': mode == 'dev', 'x': handler}})\n",
        wsgi="import os\nfrom server import create\nclass Handler:\n    pass\ncreate(os.environ.get('MODE', 'live'), Handler())\n",
        shell="from server import create\ndef main():\n    create('dev')\n",
        other="from server import create\ncreate('dev')\n",
        tests__run="from server import create\ncreate('test')\n",
    )
    assert {name: (texts(one), one.production) for name, one in made.items()} == {
        "server.create, called by wsgi": ({"engine.autoreload.on": "False", "x": "wsgi.Handler(…)"}, True),
        "server.create, called by other": ({"engine.autoreload.on": "True", "x": "None"}, True),
    }
    assert variables(settings(made["server.create, called by wsgi"])["engine.autoreload.on"]) == ["MODE"]
    assert variables(settings(made["server.create, called by other"])["engine.autoreload.on"]) == []


def test_what_is_read_back(tmp_path: Path) -> None:
    text = (
        f"{HEAD}def load():\n    if 'db' not in cherrypy.config:\n        cherrypy.config.update({{'db': {{}}}})\n"
        "    cherrypy.config['db'].update({'uri': os.environ.get('URI', 'u'), 'n': 1})\n"
        "def get():\n    if 'db' not in cherrypy.config:\n        load()\n    return cherrypy.config or {}\n"
        "def create():\n    conf = get()\n    conf['server'] = {'mode': 'live'}\n    conf['db']['n'] = 2\n"
        "    cherrypy.config.update({'log.screen': conf['server']['mode'] == 'dev', 'y': cherrypy.config.get('server')})\n"
    )
    made = found(tmp_path, app=text)
    assert texts(made["app.load"]) == {"db": "{'uri': 'u', 'n': 1}"}
    assert variables(made["app.load"].settings[0]) == ["URI"]
    assert texts(made["app.create"]) == {
        "db": "{'uri': 'u', 'n': 2}",
        "log.screen": "False",
        "server": "{'mode': 'live'}",
        "y": "{'mode': 'live'}",
    }
    assert variables(settings(made["app.create"])["log.screen"]) == []


def test_what_may_have_been_set_before_is_not_read_back(tmp_path: Path) -> None:
    text = (
        f"{HEAD}def other():\n    cherrypy.config.update({{'db': {{'x': 1}}}})\n"
        "def load(flag):\n    if 'db' not in cherrypy.config:\n        cherrypy.config.update({'db': {}})\n"
        "def create(flag):\n    if flag:\n        cherrypy.config['a'] = {'x': 1}\n"
        "    cherrypy.config['b'] = {'x': 1}\n    if flag:\n        cherrypy.config['b']['x'] = 2\n"
        "    cherrypy.config.update({'c': cherrypy.config['a'], 'd': cherrypy.config['e']})\n"
    )
    made = found(tmp_path, app=text)
    assert settings(made["app.load"])["db"].state == "unknown"
    states = {name: one.state for name, one in settings(made["app.create"]).items()}
    assert states == {"a": "alternatives", "b": "unknown", "c": "unknown", "d": "unknown"}


def test_applications_below_a_path(tmp_path: Path) -> None:
    text = (
        f"{HEAD}def serve(root, api):\n    cherrypy.tree.mount(root, '', {{'/': {{'tools.sessions.on': True}}}})\n"
        "    cherrypy.tree.mount(api, '/api/', {'/': {'tools.sessions.on': False}, '/a': {'x': 1}, 'own': {'y': 2}})\n"
        "    cherrypy.config.update({'global': {'log.screen': False}, '/': {'z': 1}})\n"
    )
    (one,) = found(tmp_path, app=text).values()
    assert texts(one) == {
        "log.screen": "False",
        "[/] tools.sessions.on": "True",
        "[/api] tools.sessions.on": "False",
        "[/api/a] x": "1",
        "[own] y": "2",
    }


def test_handlers_have_settings_of_their_own(tmp_path: Path) -> None:
    text = (
        f"{HEAD}class Root:\n    _cp_config = {{'tools.gzip.on': True}}\n    @cherrypy.expose\n    @cherrypy.tools.json_out()\n"
        "    def a(self):\n        return {}\n    @cherrypy.config(**{'response.stream': True})\n    def b(self):\n        pass\n"
        "    def c(self):\n        pass\n    c._cp_config = {'response.stream': False}\n"
    )
    (one,) = found(tmp_path, app=text).values()
    assert texts(one) == {
        "tools.gzip.on": "True",
        "[a] tools.json_out.on": "True",
        "[b] response.stream": "True",
        "[c] response.stream": "False",
    }


def test_another_server_is_not_the_process(tmp_path: Path) -> None:
    text = (
        f"{HEAD}def serve():\n    cherrypy.server.socket_port = 80\n    cherrypy.log.screen = False\n"
        "    more = cherrypy._cpserver.Server()\n    more.socket_port = 81\n    more.subscribe()\n"
    )
    (one,) = found(tmp_path, app=text).values()
    assert texts(one) == {"log.screen": "False", "server.socket_port": "80"}


def test_names_and_arguments_that_are_not_known(tmp_path: Path) -> None:
    text = (
        f"{HEAD}def serve(more, name):\n    cherrypy.config.update({{'a': 1, 'b': cherrypy.dispatch.VirtualHost(**more)}})\n"
        "    cherrypy.config[name] = 2\n"
    )
    (one,) = found(tmp_path, app=text).values()
    made = settings(one)
    assert (made["a"].state, made["b"].state) == ("known", "unknown")
    assert made["b"].text == "cherrypy.dispatch.VirtualHost(…)"
    assert one.notes == ("names that are not known are set at app.py:5; any setting may be one",)


def test_paths_of_alternatives_and_what_long_functions_read(tmp_path: Path) -> None:
    text = (
        f"{HEAD}import sys\ndef data():\n    base = os.environ.get('DATA')\n"
        + "    base = base\n" * 50
        + "    return base or '/srv'\n"
        "def place(name, own):\n    base = os.path.dirname(__file__) if own else sys.prefix\n    return os.path.join(base, name)\n"
        "def serve(own):\n    cherrypy.config.update({'a': os.path.abspath(place('res', own)), 'b': os.path.join(data(), 'x')})\n"
    )
    (one,) = found(tmp_path, app=text).values()
    made = settings(one)
    assert (made["a"].state, made["a"].alternatives) == (
        "alternatives",
        ("'<project>/res'", "'<prefix>/res'"),
    )
    assert (made["b"].text, variables(made["b"])) == ("'/srv/x'", ["DATA"])


def test_a_part_that_is_not_known_is_not_the_environments(tmp_path: Path) -> None:
    text = f"{HEAD}def serve(name):\n    cherrypy.config.update({{'a': os.path.join(os.environ['HOME_DIR'], name), 'b': os.path.join(os.environ['HOME_DIR'], 'x')}})\n"
    (one,) = found(tmp_path, app=text).values()
    assert {name: each.state for name, each in settings(one).items()} == {"a": "unknown", "b": "environment"}


def test_a_function_that_calls_itself_leaves_room_for_others(tmp_path: Path) -> None:
    text = (
        f"{HEAD}def family(n):\n    return family(n + 1) + family(n + 2) if n < other(n) else 0\n"
        "def join(a, b):\n    return a + b\n"
        "def serve():\n    cherrypy.config.update({'a': family(0), 'b': join('x', 'y')})\n"
    )
    (one,) = found(tmp_path, app=text).values()
    assert texts(one)["b"] == "'xy'"


def test_passwords_in_a_dictionary_are_masked(tmp_path: Path) -> None:
    text = (
        f"{HEAD}def serve():\n    users = cherrypy.lib.auth_basic.checkpassword_dict({{'admin': 'hunter2'}})\n"
        "    cherrypy.config.update({'tools.auth_basic.checkpassword': users, 'passwords': {'admin': 'hunter2'}})\n"
        "    cherrypy.config.update({'store': {'tokens': {'a': 'hunter2'}}, 'rights': {'users.view_token': {'user': '$user'}}})\n"
    )
    (one,) = found(tmp_path, app=text).values()
    assert "hunter2" not in repr(one)
    assert texts(one)["rights"] == "{'users.view_token': {'user': '$user'}}"


def test_several_mappings_at_once(tmp_path: Path) -> None:
    text = (
        f"{HEAD}import itertools\ndef serve(*more):\n    both = list(itertools.chain([{{'a': 1}}, {{'global': {{'b': 2}}}}], more))\n"
        "    list(map(cherrypy.config.update, both))\n"
    )
    (one,) = found(tmp_path, app=text).values()
    assert texts(one) == {"a": "1", "b": "2"}
    assert one.notes == ("names that are not known are set at app.py:6; any setting may be one",)


def test_a_helper_that_is_given_the_configuration(tmp_path: Path) -> None:
    made = found(
        tmp_path,
        app=f"{HEAD}from auth import switch\ndef serve(user):\n    cherrypy.config.update({{'a': 1}})\n    switch(cherrypy.config)\n",
        auth="def switch(conf):\n"
        + "    conf = conf\n" * 60
        + "    conf.update({'tools.auth_basic.on': False})\n",
    )
    assert texts(made["auth.switch"]) == {"tools.auth_basic.on": "False"}


def test_a_module_that_others_write_to(tmp_path: Path) -> None:
    made = found(
        tmp_path,
        place="HOME = None\nNAME = 'x'\n",
        app=f"{HEAD}import place\ndef set_up(path):\n    place.HOME = path\ndef serve():\n    cherrypy.config.update({{'a': str(place.HOME), 'b': place.NAME}})\n",
    )
    assert {name: one.state for name, one in settings(made["app.serve"]).items()} == {
        "a": "unknown",
        "b": "known",
    }


def test_sections_that_are_changed_on_the_application(tmp_path: Path) -> None:
    text = (
        f"{HEAD}def make(conf):\n    return conf.pop('factory')\n"
        "def serve():\n    app = cherrypy.tree.mount(None)\n    app.merge({'store': {'x': 1}})\n"
        "    app.config.setdefault('data', dict(factory='f', repo='r'))\n    app.config['data'].update(made=1)\n    make(app.config['data'])\n"
        "    app.config.update({'/a': {'y': 1}})\n    cherrypy.config.update({'z': 1})\n    cherrypy.config.pop('z')\n"
    )
    (one,) = found(tmp_path, app=text).values()
    assert texts(one) == {
        "z": "not set",
        "[/a] y": "1",
        "[data] factory": "not set",
        "[data] made": "1",
        "[data] repo": "'r'",
        "[store] x": "1",
    }


def test_a_file_of_a_package(tmp_path: Path) -> None:
    text = f"import pkg_resources\n{HEAD}cherrypy.config.update({{'a': pkg_resources.resource_filename('shop', 'static')}})\n"
    (one,) = deployments(tmp_path, {"shop/__init__.py": text}, "cherrypy==18.10\n")
    assert texts(one) == {"a": "'<project>/shop/static'"}


def test_the_working_directory_and_the_version_of_python(tmp_path: Path) -> None:
    text = (
        f"{HEAD}import sys\nfrom pathlib import Path\ndef serve(x):\n"
        "    cherrypy.config.update({'a': os.path.join(os.getcwd(), 'repo'), 'b': os.path.abspath('x/../y'), 'c': Path.cwd() / 'z'})\n"
        "    if sys.version_info < (3,):\n        cherrypy.config['d'] = 1\n    if sys.version_info[0] >= 3:\n        cherrypy.config['e'] = 1\n"
        "    if sys.version_info >= (3, 13):\n        cherrypy.config['f'] = 1\n    if sys.version_info[1] > 2:\n        cherrypy.config['g'] = 1\n"
        "    if sys.version_info.major < 3:\n        cherrypy.config['h'] = 1\n"
    )
    (one,) = found(tmp_path, app=text).values()
    assert texts(one) == {
        "a": "'<cwd>/repo'",
        "b": "'<cwd>/y'",
        "c": "Path('<cwd>/z')",
        "e": "1",
        "f": "1 | not set",
        "g": "1 | not set",
    }
