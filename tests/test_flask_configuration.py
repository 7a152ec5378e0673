"""Flask configuration as pentalint evaluates it is what Flask makes of it: equal, one of several, or unknown, never different."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from configuring import find_applications
from examples import packs, role_for
from flask_configurations import Project, projects, run
from hypothesis import HealthCheck, given, settings

from pentalint.check.plan import Plan, knowledge_of
from pentalint.config import Config
from pentalint.evaluate.modules import Module
from pentalint.evaluate.values import Const, Ref, Value, options, plain
from pentalint.match.applications import Application, Final
from pentalint.model import File, Unit
from pentalint.packs.select import Selection

pytest.importorskip("tomllib")

EXAMPLES = 500

KNOWN = 0.6
"""The least share of settings that must be told as one value: branches on the environment leave several."""

UNKNOWN = 0.08
"""The largest share of settings of which nothing may be told: properties that are read off a class, Flask's own defaults."""

counted: Counter[str] = Counter()


def evaluate(texts: dict[str, str]) -> tuple[Application, ...]:
    """The applications of a project given as path -> text."""
    every = packs()
    data = {path: text.encode() for path, text in texts.items()}
    files = tuple(File(path, role_for(path, []), len(data[path])) for path in sorted(data))
    plan = Plan(
        "/project", files, (Unit(".", ()),), {".": Selection(".", ("flask",), (), {})}, every,
        knowledge_of([every["web"], every["flask"]]), (), Config.default(),
    )  # fmt: skip
    return find_applications(plan, data.__getitem__)


def only(texts: dict[str, str]) -> dict[str, Final]:
    """The settings of a project's one application."""
    (found,) = evaluate(texts)
    return found.settings


def alternatives(final: Final) -> list[Any] | None:
    """The values a setting may have, None when it may have others. What is read from the environment is the default: the
    test sets nothing else."""
    if final.opened:
        return None
    found: list[Any] = []
    for option in options(final.value):
        try:
            found.append(plain(unset(option)))
        except ValueError:
            return None
    return found


def kind_of(final: Final, known: list[Any] | None) -> str:
    """How well a setting is known. What a file that is not there may set is told, and cannot be known."""
    if "is not in the project" in final.opened:
        return "open"
    if known is None:
        return "unknown"
    return "known" if len(known) == 1 and not final.absent else "several"


def unset(value: Value) -> Value:
    """The default of a variable that is not set."""
    if isinstance(value, Ref) and value.path in ("os.environ.get()", "os.getenv()") and value.arguments:
        return value.arguments.get("1=default") or Const(None)
    return value


# -- what Flask does ---------------------------------------------------------------------------------------------------


def differences(actual: dict[str, Any], defaults: dict[str, Any], application: Application) -> list[str]:
    """Where the two disagree, in words."""
    wrong = []
    for name, value in actual.items():
        final = application.settings.get(name)
        if final is None:
            if (name not in defaults or defaults[name] != value) and not application.opened:
                wrong.append(f"{name} = {value!r} is not found")
            continue
        known = alternatives(final)
        counted[kind_of(final, known)] += 1
        if final.absent and name in defaults and defaults[name] == value:
            continue
        if known is not None and not any(type(one) is type(value) and one == value for one in known):
            wrong.append(f"{name} is {value!r}, not one of {known!r}")
    for name, final in application.settings.items():
        if name not in actual and not final.absent:
            wrong.append(f"{name} is not set, but said to be {final.value!r}")
    return wrong


@given(projects())
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
def generated(project: Project) -> None:
    actual = run(project)
    if actual is None:
        counted["failed"] += 1
        return
    counted["run"] += 1
    found = [one for one in evaluate(project.files) if isinstance(one.started, Module)]
    assert [one.started.path for one in found if isinstance(one.started, Module)] == ["wsgi.py"]
    wrong = differences(*actual, found[0])
    shown = "\n".join(f"--- {path}\n{text}" for path, text in project.files.items())
    assert not wrong, "\n".join(wrong) + "\n" + shown


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_what_flask_does_is_what_is_said() -> None:
    counted.clear()
    generated()
    told = counted["known"] + counted["several"] + counted["unknown"]
    assert counted["open"] <= 0.25 * told, counted
    assert counted["unknown"] <= UNKNOWN * told, counted
    assert counted["run"] >= EXAMPLES * 0.6, counted
    assert counted["known"] >= KNOWN * told, counted


# -- by hand -----------------------------------------------------------------------------------------------------------

FACTORY = """\
import json, os
from flask import Flask
def create_app(name="default"):
    app = Flask(__name__, instance_relative_config=True)
{body}
    return app
"""


def known(body: str, **files: str) -> dict[str, Any]:
    """The settings that a factory with a body ends with: a value, a list of several, or None."""
    text = FACTORY.format(body="".join(f"    {line}\n" for line in body.splitlines()))
    named = {path.replace("__", "/").replace("_DOT_", "."): content for path, content in files.items()}
    found = only({"shop/__init__.py": text, **named})
    result: dict[str, Any] = {}
    for name, final in found.items():
        values = alternatives(final)
        result[name] = values[0] if values is not None and len(values) == 1 and not final.absent else values
    return result


def test_a_later_loader_wins_and_an_earlier_one_is_forgotten() -> None:
    found = known(
        "app.config.from_mapping(SECRET_KEY='dev', lower=1)\n"
        "app.config.from_pyfile('config.py', silent=True)\n"
        "app.config['LAST'] = app.config.get('NONE') or 3",
        instance__config_DOT_py="SECRET_KEY = 'real' * 2\nlower = 1\n",
    )
    assert found["SECRET_KEY"] == "realreal"
    assert "lower" not in found


def test_what_is_read_back_stays_where_it_was_written() -> None:
    text = FACTORY.format(
        body="    app.config['SECRET_KEY'] = 'x'\n    app.secret_key = app.config['SECRET_KEY']\n"
        "    app.config['COPY'] = app.config.get('SECRET_KEY')\n"
    )
    found = only({"shop/__init__.py": text})
    assert {name: plain(final.value) for name, final in found.items()} == {"SECRET_KEY": "x", "COPY": "x"}
    assert {getattr(one.node, "lineno", 0) for final in found.values() for one in final.settings} == {5}


def test_a_file_that_is_not_there_leaves_everything_open() -> None:
    found = known("app.config['A'] = 1\napp.config.from_pyfile('local.py', silent=True)\napp.config['B'] = 2")
    assert found == {"A": None, "B": 2}


def test_a_variable_that_names_a_file_is_told() -> None:
    text = FACTORY.format(body="    app.config['A'] = 1\n    app.config.from_envvar('SHOP_SETTINGS')\n")
    final = only({"shop/__init__.py": text})["A"]
    assert "SHOP_SETTINGS" in final.opened
    text = text.replace("'SHOP_SETTINGS')", "'SHOP_SETTINGS', silent=True)")
    final = only({"shop/__init__.py": text})["A"]
    assert (final.opened, final.variables) == ("", ("SHOP_SETTINGS",))


def test_variables_of_environment_files_and_images() -> None:
    found = known(
        "app.config.from_prefixed_env()\napp.config.from_prefixed_env('SHOP')",
        _DOT_env="FLASK_A=1\nexport FLASK_B__C='x y'\nSHOP_D=[1, 2]  # list\nOTHER=1\n",
        Dockerfile="FROM x\nENV FLASK_E=true \\\n    SHOP_F=no\n",
        docker_DOT_txt="",
    )
    assert found == {"A": 1, "B": {"C": "x y"}, "D": [1, 2], "E": True, "F": "no"}


def test_files_that_disagree_on_a_variable_are_not_believed() -> None:
    assert known("app.config.from_prefixed_env()", _DOT_env="FLASK_A=1\n", Dockerfile="ENV FLASK_A=2\n") == {}


@pytest.mark.parametrize(
    ("call", "path", "text"),
    [
        ("from_file('x.json', load=json.load)", "instance/x.json", '{"A": [1, null], "low": 1}'),
        ("from_file('x.toml', tomllib.load, text=False)", "instance/x.toml", "A = [1, 2]\nlow = 1\n"),
        ("from_file('x.yaml', load=yaml.safe_load)", "instance/x.yaml", "A:\n  - 1\n  - two\nlow: 1\n"),
        ("from_json('x.json')", "instance/x.json", '{"A": {"b": "c"}}'),
    ],
)
def test_documents(call: str, path: str, text: str) -> None:
    import json

    import tomllib
    import yaml

    source = FACTORY.format(body=f"    import tomllib, yaml\n    app.config.{call}\n")
    found = only({"shop/__init__.py": source, path: text})
    read: Any = {"json": json.loads, "toml": tomllib.loads, "yaml": yaml.safe_load}[path.rpartition(".")[2]]
    assert list(found) == ["A"]
    assert plain(found["A"].value) == read(text)["A"]
    (setting,) = found["A"].settings
    assert (setting.module.path, getattr(setting.node, "lineno", 0)) == (path, 1)


def test_the_class_is_chosen_by_the_argument_of_the_caller() -> None:
    files = {
        "shop/__init__.py": FACTORY.format(
            body="    from shop.config import by_name\n    app.config.from_object(by_name[name])\n    return configure(app)\n\ndef configure(app):\n    app.config.setdefault('B', 7)\n    app.config.setdefault('SECRET_KEY', 'no effect')\n"
        ),
        "shop/config.py": "class Config:\n    A = 1\nclass Testing(Config):\n    A = 2\n    B = 3\nby_name = dict(testing=Testing, default=Config)\n",
        "wsgi.py": "from shop import create_app\napplication = create_app()\n",
        "manage.py": "from shop import create_app\nif __name__ == '__main__':\n    app = create_app('testing')\n    app.config['C'] = 1\n",
    }
    found = {
        one.started.path: {name: plain(final.value) for name, final in one.settings.items()}
        for one in evaluate(files)
        if isinstance(one.started, Module)
    }
    assert found == {"wsgi.py": {"A": 1, "B": 7}, "manage.py": {"A": 2, "B": 3, "C": 1}}


def test_what_nobody_calls_at_a_known_time_is_one_of_several() -> None:
    found = known(
        "app.config['A'] = 1",
        shop__views_DOT_py="from flask import current_app\ndef view():\n    current_app.config['A'] = 2\n",
    )
    assert found == {"A": [1, 2]}


def test_a_subclass_that_configures_itself() -> None:
    files = {
        "app.py": "from flask import Flask\nclass Shop(Flask):\n    def __init__(self):\n        super().__init__('shop')\n        self.config['A'] = 1\n"
        "        self.secret_key = 'x'\napp = Shop()\napp.config['B'] = 2\n"
    }
    (found,) = evaluate(files)
    assert {name: plain(final.value) for name, final in found.settings.items()} == {
        "A": 1,
        "SECRET_KEY": "x",
        "B": 2,
    }
