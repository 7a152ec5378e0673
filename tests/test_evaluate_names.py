"""Names: imports of every form, instances, factories, classes, decorators; the same call written another way is the same call."""

from __future__ import annotations

import pytest
from evaluation import call_paths, interpret, probes, shown

from pentalint.evaluate.knowledge import Knowledge, ParameterType

RUN = "flask.Flask().run"

KNOWN = frozenset({RUN, "flask.Flask"})


@pytest.mark.parametrize(
    "files",
    [
        {"app.py": "import flask\napp = flask.Flask(__name__)\napp.run(debug=True)\n"},
        {"app.py": "import flask as f\napp = f.Flask(__name__)\napp.run(debug=True)\n"},
        {"app.py": "from flask import Flask\napp = Flask(__name__)\napp.run(debug=True)\n"},
        {"app.py": "from flask import Flask as F\nF(__name__).run(debug=True)\n"},
        {"app.py": "from flask import *\napp = Flask(__name__)\napp.run(debug=True)\n"},
        {"app.py": "from flask import Flask\na = b = Flask(__name__)\nb.run(debug=True)\n"},
        {"app.py": "from flask import Flask\nif x := Flask(__name__):\n    x.run(debug=True)\n"},
        {"app.py": "from flask import Flask\ndef make():\n    app = Flask(__name__)\n    return app\nmake().run(debug=True)\n"},
        {"app.py": "from flask import Flask\ndef main():\n    app = Flask(__name__)\n    app.run(debug=True)\n"},
        {"app.py": "from flask import Flask\ndef main(app: Flask):\n    app.run(debug=True)\n"},
        {"app.py": "from flask import Flask\ndef main(app: 'Flask | None'):\n    app.run(debug=True)\n"},
        {"app.py": "from flask import Flask\nclass S:\n    app = Flask(__name__)\nS.app.run(debug=True)\n"},
        {"app.py": "from flask import Flask\nclass S:\n    def __init__(self):\n        self.app = Flask(__name__)\n    def go(self):\n        self.app.run(debug=True)\n"},
        {"app.py": "from flask import Flask\nclass S:\n    def go(self):\n        self.app.run(debug=True)\n    def setup(self):\n        self.app = Flask(__name__)\n"},
        {"app.py": "from flask import Flask\nclass S:\n    @property\n    def app(self):\n        return Flask(__name__)\nS().app.run(debug=True)\n"},
        {"app.py": "from flask import Flask\nclass App(Flask):\n    pass\nApp(__name__).run(debug=True)\n"},
        {"app.py": "from flask import Flask\nclass App(Flask):\n    def go(self):\n        self.run(debug=True)\n"},
        {"app.py": "from flask import Flask\nclass App(Flask):\n    def go(self):\n        super().run(debug=True)\n"},
        {"app.py": "from flask import Flask\nclass A(Flask):\n    pass\nclass B(A):\n    pass\nB(__name__).run(debug=True)\n"},
        {"app.py": "import flask\nrun = flask.Flask(__name__).run\nrun(debug=True)\n"},
        {"app.py": "import flask\ngetattr(flask.Flask(__name__), 'run')(debug=True)\n"},
        {"app.py": "import flask, functools\nfunctools.partial(flask.Flask(__name__).run, debug=True)()\n"},
        {"app.py": "import flask\napps = {'a': flask.Flask(__name__)}\napps['a'].run(debug=True)\n"},
        {"app.py": "import flask\napps = [flask.Flask(__name__)]\napps[0].run(debug=True)\n"},
        {"app.py": "import flask\nfor a in [flask.Flask(__name__)]:\n    a.run(debug=True)\n"},
        {"app.py": "import flask\nwith flask.Flask(__name__) as a:\n    a.run(debug=True)\n"},
        {"app.py": "import flask\n(lambda: flask.Flask(__name__).run(debug=True))()\n"},
        {"app.py": "from core import app\napp.run(debug=True)\n", "core.py": "import flask\napp = flask.Flask(__name__)\n"},
        {"app.py": "import core\ncore.app.run(debug=True)\n", "core.py": "import flask\napp = flask.Flask(__name__)\n"},
        {"app.py": "import core as c\nc.app.run(debug=True)\n", "core.py": "import flask\napp = flask.Flask(__name__)\n"},
        {"app.py": "from core import *\napp.run(debug=True)\n", "core.py": "import flask\napp = flask.Flask(__name__)\n"},
        {"p/__init__.py": "", "p/a.py": "from .b import app\napp.run(debug=True)\n", "p/b.py": "import flask\napp = flask.Flask(__name__)\n"},
        {"p/__init__.py": "", "p/a.py": "from . import b\nb.app.run(debug=True)\n", "p/b.py": "import flask\napp = flask.Flask(__name__)\n"},
        {"p/__init__.py": "", "p/q/__init__.py": "", "p/q/a.py": "from ..b import app\napp.run(debug=True)\n", "p/b.py": "import flask\napp = flask.Flask(__name__)\n"},
        {"p/__init__.py": "from .b import app\n", "main.py": "from p import app\napp.run(debug=True)\n", "p/b.py": "import flask\napp = flask.Flask(__name__)\n"},
        {"p/__init__.py": "from .b import *\n", "main.py": "import p\np.app.run(debug=True)\n", "p/b.py": "import flask\napp = flask.Flask(__name__)\n"},
        {"src/p/__init__.py": "", "src/p/b.py": "import flask\napp = flask.Flask(__name__)\n", "main.py": "from p.b import app\napp.run(debug=True)\n"},
        {"ns/b.py": "import flask\napp = flask.Flask(__name__)\n", "main.py": "import ns.b\nns.b.app.run(debug=True)\n"},
        {"ns/b.py": "import flask\napp = flask.Flask(__name__)\n", "main.py": "from ns import b\nb.app.run(debug=True)\n"},
        {"main.py": "def go():\n    from core import app\n    app.run(debug=True)\n", "core.py": "import flask\napp = flask.Flask(__name__)\n"},
        {"main.py": "from core import make\nmake().run(debug=True)\n", "core.py": "import flask\ndef make():\n    return flask.Flask(__name__)\n"},
        {"main.py": "from core import App\nApp().run(debug=True)\n", "core.py": "import flask\nclass App(flask.Flask):\n    pass\n"},
        {"main.py": "try:\n    from flask import Flask\nexcept ImportError:\n    Flask = None\nFlask(__name__).run(debug=True)\n"},
        {"main.py": "import typing\nif typing.TYPE_CHECKING:\n    from flask import Flask\ndef go(app: 'Flask'):\n    app.run(debug=True)\n"},
    ],
    ids=range(44),
)  # fmt: skip
def test_the_same_call_in_another_form(files: dict[str, str]) -> None:
    found = [call for call in interpret(files, known=KNOWN)[1].calls if call.path == RUN]
    assert len(found) == 1
    value = found[0].arguments.get("2=debug", ())
    assert repr(value) == "True"


@pytest.mark.parametrize(
    "source",
    [
        "import other\napp = other.Flask(__name__)\napp.run(debug=True)\n",
        "from flask import Flask\nFlask = object\nFlask().run(debug=True)\n",
        "def Flask(name):\n    return name\nFlask(1).run(debug=True)\n",
        "from flask import Flask\napp = Flask(__name__)\napp = other()\napp.run(debug=True)\n",
        "from flask import Flask\nclass App(Flask):\n    def run(self, **options):\n        pass\nApp(__name__).run(debug=True)\n",
        "import flask\nif False:\n    flask.Flask(__name__).run(debug=True)\n",
        "import flask\ndef go(app):\n    return\n    flask.Flask(__name__).run(debug=True)\n",
        "import flask\nraise SystemExit\nflask.Flask(__name__).run(debug=True)\n",
        "import flask\ndef go(run):\n    run(debug=True)\n",
        "from .flask import Flask\nFlask(__name__).run(debug=True)\n",
    ],
)
def test_what_only_looks_like_the_call(source: str) -> None:
    assert RUN not in call_paths(source, known=KNOWN)


def test_a_local_module_named_like_the_library_shadows_it() -> None:
    files = {
        "flask.py": "class Flask:\n    def run(self, debug):\n        pass\n",
        "app.py": "from flask import Flask\nFlask().run(debug=True)\n",
    }
    assert call_paths(files) == []


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("f(1, 2)", ("1", "2")),
        ("f(1, b=2)", ("1", "2")),
        ("f(a=1, b=2)", ("1", "2")),
        ("f(*[1, 2])", ("1", "2")),
        ("f(*(1,), **{'b': 2})", ("1", "2")),
        ("f(**dict(a=1, b=2))", ("1", "2")),
        ("f(1)", ("1", "absent")),
        ("f(1, *unknown)", ("1", "?")),
        ("f(1, **unknown)", ("1", "?")),
        ("f(*unknown)", ("?", "?")),
        ("f()", ("absent", "absent")),
    ],
)
def test_arguments_meet_parameters(call: str, expected: tuple[str, str]) -> None:
    engine, recorder = interpret(f"from api import f\n{call}\n")
    arguments = next(one for one in recorder.calls if one.path == "api.f").arguments
    found = tuple(shown(arguments.get(key, ("a", "b")), engine) for key in ("a", "b"))
    assert found == expected
    assert tuple(shown(arguments.get(key), engine) for key in ("0=a", "1=b")) == expected


def test_constants_travel_across_modules() -> None:
    files = {
        "p/__init__.py": "",
        "p/base.py": "ROOT = '/srv'\nNAMES = ['a']\n",
        "p/config.py": "from .base import *\nPATH = ROOT + '/data'\nNAMES.append('b')\n",
        "p/main.py": "from spy import probe\nfrom p.config import PATH, NAMES as N\nprobe(PATH)\nprobe(N)\nfrom p import base\nprobe(base.NAMES)\n",
    }
    assert probes(files) == ["'/srv/data'", "list['a', 'b']", "list['a']"]


def test_import_cycles_see_what_exists_so_far() -> None:
    files = {
        "a.py": "from spy import probe\nX = 1\nimport b\nprobe(b.Y)\n",
        "b.py": "import a\nY = a.X + 1\n",
    }
    assert probes(files) == ["2"]


def test_dunder_all_limits_star_imports() -> None:
    files = {
        "a.py": "__all__ = ['X']\nX = 1\nY = 2\n",
        "b.py": "from spy import probe\nfrom a import *\nprobe(X)\nprobe(Y)\n",
    }
    assert probes(files) == ["1", "?"]


def test_writes_to_api_objects() -> None:
    source = (
        "from flask import Flask\napp = Flask(__name__)\napp.secret_key = 'a'\napp.config['DEBUG'] = True\n"
        "app.config.update(TESTING=1, **{'X': 2})\nsetattr(app, 'debug', True)\napp.config.from_mapping({'Y': 3})\n"
    )
    knowledge = Knowledge(updates={"flask.Flask().config.from_mapping": "flask.Flask().config"})
    _, recorder = interpret(source, knowledge=knowledge)
    exact = [
        (write.path, repr(write.value), write.how)
        for write in recorder.writes
        if not write.path.endswith("[]")
    ]
    assert exact == [
        ("flask.Flask().secret_key", "'a'", "assign"),
        ("flask.Flask().config[DEBUG]", "True", "assign"),
        ("flask.Flask().config[TESTING]", "1", "update"),
        ("flask.Flask().config[X]", "2", "update"),
        ("flask.Flask().debug", "True", "assign"),
        ("flask.Flask().config[Y]", "3", "update"),
    ]


def test_aliases_give_names_their_canonical_home_and_type() -> None:
    knowledge = Knowledge(aliases={"flask.app.Flask": "flask.Flask", "flask.current_app": "flask.Flask()"})
    source = "from flask.app import Flask\nfrom flask import current_app\nFlask(__name__).run()\ncurrent_app.run()\n"
    assert call_paths(source, knowledge=knowledge) == ["flask.Flask", RUN, RUN]


def test_parameter_types_from_packs_only_where_their_framework_is_used() -> None:
    import re

    fact = ParameterType(
        "pyramid.config.Configurator()", "pyramid", index=0, function=re.compile("^includeme$")
    )
    knowledge = Knowledge(parameters=(fact,))
    source = "def includeme(config):\n    config.scan()\ndef other(config):\n    config.scan()\n"
    assert call_paths(source, knowledge=knowledge, frameworks=frozenset({"pyramid"})) == [
        "pyramid.config.Configurator().scan"
    ]
    assert call_paths(source, knowledge=knowledge, frameworks=frozenset({"flask"})) == []


def test_decorators_are_known_outermost_first() -> None:
    source = "from flask import Flask\nfrom guard import need\nfrom mine import own\napp = Flask(__name__)\n@need\n@app.route('/', methods=['POST'])\n@own.thing(1)\ndef index():\n    pass\n"
    _, recorder = interpret(source)
    decorators = recorder.functions[0].function.decorators
    assert [(one.name, one.paths, one.arguments is not None) for one in decorators] == [
        ("need", ("guard.need",), False),
        ("route", ("flask.Flask().route",), True),
        ("thing", ("mine.own.thing",), True),
    ]


def test_ancestors_follow_projects_and_packs() -> None:
    files = {
        "base.py": "from api import Model\nclass Mixin:\n    pass\nclass Base(Mixin, Model):\n    pass\n",
        "app.py": "from base import Base\nclass Thing(Base):\n    pass\n",
    }
    engine, recorder = interpret(files, knowledge=Knowledge(inherits={"api.Model": ("api.Root",)}))
    thing = next(event.cls for event in recorder.classes if event.cls.name == "Thing")
    assert engine.ancestors(thing) == {"api.Model", "api.Root"}
    assert [getattr(one, "name", one) for one in engine.linear(thing)] == [
        "Thing",
        "Base",
        "Mixin",
        "api.Model",
        "api.Root",
    ]


def test_c3_order_of_a_diamond() -> None:
    source = "class A:\n    pass\nclass B(A):\n    pass\nclass C(A):\n    pass\nclass D(B, C):\n    pass\n"
    engine, recorder = interpret(source)
    assert [getattr(one, "name", one) for one in engine.linear(recorder.classes[-1].cls)] == [
        "D",
        "B",
        "C",
        "A",
    ]


def test_a_class_that_inherits_from_itself_ends() -> None:
    engine, recorder = interpret("class A(A):\n    pass\nclass B(A, A):\n    pass\n")
    assert [getattr(one, "name", one) for one in engine.linear(recorder.classes[1].cls)] == ["B", "A"]


def test_what_becomes_of_a_call() -> None:
    source = (
        "from api import f\nf('discarded')\nx = f('other')\ndef g():\n    raise f('raised')\ndef h():\n    return f('returned') if x else f('returned')\n"
        "async def i():\n    await f('discarded')\n    x = await f('awaited')\nassert f('asserted')\n@f('decorator')\ndef j():\n    pass\n"
    )
    _, recorder = interpret(source)
    for call in recorder.calls:
        assert repr(call.arguments.positional[0]) == repr(call.used or "other")


def test_tries_say_what_they_swallow() -> None:
    source = "from api import f\nclass Mine(KeyError):\n    pass\ntry:\n    f(1)\nexcept (ValueError, Mine):\n    pass\nexcept OSError:\n    raise\n"
    _, recorder = interpret(source)
    call = next(one for one in recorder.calls if one.path == "api.f")
    assert call.frame.catches == ()  # the frame has moved on: matchers look while the event happens


def test_recursion_ends() -> None:
    source = "from spy import probe\ndef f(n):\n    return f(n - 1) if n else 'end'\nprobe(f(3))\ndef a():\n    return b()\ndef b():\n    return a()\nprobe(a())\n"
    assert probes(source) == ["'end'", "?"]


def test_functions_attributes_and_methods_results() -> None:
    source = (
        "from spy import probe\ndef page():\n    pass\npage.exposed = True\nprobe(page.exposed)\n"
        "class K:\n    LIMIT = 3\n    @classmethod\n    def limit(cls):\n        return cls.LIMIT\n    @staticmethod\n    def two():\n        return 2\n"
        "    def own(self):\n        return self.limit()\nprobe(K.limit())\nprobe(K.two())\nprobe(K().own())\n"
    )
    assert probes(source) == ["True", "3", "2", "3"]
