"""Generated Flask projects for the differential test of configuration: a factory, its configuration files, and what runs it.

`Project.files` is path -> text, `Project.environment` what is set when it runs (what the project's own files set, as
python-dotenv would)."""

from __future__ import annotations

import importlib
import json
import os
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from hypothesis import strategies as st

NAMES = (
    "SECRET_KEY",
    "DEBUG",
    "SESSION_COOKIE_SECURE",
    "ALPHA",
    "BETA",
    "GAMMA",
    "MAX_CONTENT_LENGTH",
    "lower",
)

TEXTS = ("dev", "a long text with spaces", "x1", "production", "")

SCALARS: tuple[Any, ...] = (True, False, None, 0, 1, 42, 2.5, *TEXTS)

MODES = ("development", "testing", "production", "default")

CLASSES = ("Config", "Development", "Testing", "Production")


@dataclass
class Project:
    """One project: its files, its environment."""

    files: dict[str, str] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)


values = st.recursive(
    st.sampled_from(SCALARS),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(("k", "m")), inner, max_size=2)
    ),
    max_leaves=4,
)

names = st.sampled_from(NAMES)

uppers = st.sampled_from([name for name in NAMES if name.isupper()])


@st.composite
def expressions(draw: st.DrawFn) -> str:
    """An expression whose value a reader can tell."""
    value = draw(values)
    text = draw(st.sampled_from(TEXTS))
    return draw(
        st.sampled_from(
            [
                repr(value),
                repr(value),
                repr(value),
                f"{text!r} + '-key'",
                f"f'{{PREFIX}}-{text}'",
                f"{text!r}.upper()",
                f"len({text!r})",
                f"[{text!r}] * 2",
                f"{value!r} if PREFIX == 'p' else 'other'",
                f"os.environ.get('NEVER_SET', {text!r})",
                f"bool({value!r})",
            ]
        )
    )


@st.composite
def assignments(draw: st.DrawFn, indent: str = "", least: int = 1) -> str:
    """Lines `NAME = expression`."""
    lines = draw(st.lists(st.tuples(names, expressions()), min_size=least, max_size=4))
    return "".join(f"{indent}{name} = {expression}\n" for name, expression in lines)


@st.composite
def configuration_modules(draw: st.DrawFn) -> str:
    """config.py: names of its own, and classes that inherit from each other."""
    text = "import os\n\nPREFIX = 'p'\n" + draw(assignments())
    bases = draw(
        st.sampled_from(
            [("object", "Config", "Config", "Config"), ("object", "Config", "Development", "Config")]
        )
    )
    for name, base in zip(CLASSES, bases):
        text += f"\n\nclass {name}({base}):\n" + draw(assignments("    "))
        if draw(st.integers(0, 5)) == 0:
            text += f"\n    @property\n    def GAMMA(self):\n        return {draw(expressions())}\n"
        if draw(st.integers(0, 5)) == 0:
            text += f"\n    def __init__(self):\n        self.{draw(uppers)} = {draw(expressions())}\n"
    registered = {mode: draw(st.sampled_from(CLASSES)) for mode in MODES}
    text += "\n\nregistry = {" + ", ".join(f"{mode!r}: {name}" for mode, name in registered.items()) + "}\n"
    return text


@st.composite
def steps(draw: st.DrawFn, depth: int = 0) -> list[str]:
    """Statements of a factory that fill `app.config`; `name` is its parameter."""
    expression, other = draw(expressions()), draw(expressions())
    name, second = draw(names), draw(names)
    cls, mode = draw(st.sampled_from(CLASSES)), draw(st.sampled_from(MODES))
    plain = [
        f"app.config[{name!r}] = {expression}",
        f"app.config[{name!r}] = {expression}",
        f"app.config.update({name}={expression}, {second + '_2'}={other})",
        f"app.config.update({{{name!r}: {expression}, {second!r}: {other}}})",
        f"app.config.from_mapping({name}={expression})",
        f"app.config.from_mapping({{{name!r}: {expression}}}, EXTRA={other})",
        f"app.config.setdefault({name!r}, {expression})",
        f"app.secret_key = {expression}",
        f"app.debug = {expression}",
        f"app.testing = {expression}",
        f"app.config.from_object(config.{cls})",
        f"app.config.from_object({cls}())",
        f"app.config.from_object('config.{cls}')",
        f"app.config.from_object('config:{cls}')",
        "app.config.from_object('config')",
        "app.config.from_object(config)",
        f"app.config.from_object(import_string('config.{cls}'))",
        "app.config.from_object(config.registry[name])",
        "app.config.from_object(config.registry.get(name))",
        f"app.config.from_object(config.registry[os.getenv('NEVER_SET') or {mode!r}])",
        "app.config.from_object(f'config.{name.title()}' if name != 'default' else 'config.Config')",
        "app.config.from_pyfile('settings.cfg')",
        "app.config.from_pyfile('extra.py', silent=True)",
        "app.config.from_pyfile('missing.cfg', silent=True)",
        "app.config.from_pyfile(os.path.join(app.root_path, 'settings.cfg'))",
        "app.config.from_pyfile(os.path.join(os.path.dirname(__file__), 'settings.cfg'))",
        "app.config.from_envvar('NEVER_SET', silent=True)",
        "app.config.from_prefixed_env()",
        "app.config.from_file('data.json', load=json.load)",
        "app.config.from_file('data.toml', load=tomllib.load, text=False)",
        "app.config.from_file('data.yaml', load=yaml.safe_load)",
        "configure(app)",
        "configure(app, name)",
        f"app.config[{name!r}] = app.config.get({second!r})",
        f"app.config.update(COPY=app.config.get({second!r}), {name}=app.config.get({name!r}))",
        "app.secret_key = app.config['SECRET_KEY']",
        f"for key in ({name!r}, {second!r}):\n        app.config[key] = {expression}",
    ]
    if depth or draw(st.integers(0, 3)):
        return [draw(st.sampled_from(plain))]
    (first,), (then,) = draw(steps(1)), draw(steps(1))
    first, then = first.replace("\n", "\n    "), then.replace("\n", "\n    ")
    test = draw(
        st.sampled_from(
            ["os.environ.get('NEVER_SET')", "name == 'production'", "not app.config.get('ALPHA')", "True"]
        )
    )
    return draw(
        st.sampled_from(
            [
                [f"if {test}:", f"    {first}", "else:", f"    {then}"],
                [f"if {test}:", f"    {first}"],
                ["try:", f"    {first}", "except KeyError:", f"    {then}"],
                [f"if {test}:", f"    {first}", "    return app"],
                ["with app.app_context():", f"    {first}"],
            ]
        )
    )


def document(table: dict[str, Any]) -> dict[str, str]:
    """One table as JSON, TOML and YAML; TOML has no null."""
    toml = {key: value for key, value in table.items() if value is not None}
    return {
        "data.json": json.dumps(table, indent=1),
        "data.toml": "".join(f"{key} = {json.dumps(value)}\n" for key, value in toml.items()),
        "data.yaml": "".join(f"{key}: {json.dumps(value)}\n" for key, value in table.items()) or "{}\n",
    }


@st.composite
def projects(draw: st.DrawFn) -> Project:
    """A project with a factory in a package or a module, its files, and a module that runs it."""
    package = draw(st.booleans())
    relative = draw(st.booleans())
    home, base = ("shop/__init__.py", "shop/") if package else ("shop.py", "")
    start = "instance/" if relative else base
    found = Project()
    found.files["config.py"] = draw(configuration_modules())
    for path in (f"{start}settings.cfg", f"{base}settings.cfg"):
        found.files.setdefault(path, "import os\nPREFIX = 'p'\n" + draw(assignments()))
    if draw(st.booleans()):
        found.files[f"{start}extra.py"] = "import os\nPREFIX = 'p'\n" + draw(assignments())
    table = draw(st.dictionaries(names, st.sampled_from(SCALARS), max_size=3))
    found.files.update({start + name: text for name, text in document(table).items()})
    variables = draw(st.dictionaries(uppers, st.sampled_from(("1", "true", "word", '{"k": 1}')), max_size=2))
    found.environment = {f"FLASK_{name}": value for name, value in variables.items()}
    if found.environment:
        found.files[".env"] = "".join(f"{name}={value}\n" for name, value in found.environment.items())
    body = [line for lines in draw(st.lists(steps(), min_size=1, max_size=6)) for line in lines]
    default = draw(st.sampled_from(["", "='default'", "='production'"]))
    helper = [
        line
        for lines in draw(st.lists(steps(1), min_size=1, max_size=3))
        for line in lines
        if "configure" not in line
    ]
    called = "configure(app" in "".join(body)
    found.files[home] = "\n".join(
        [
            "import json",
            "import os",
            "import tomllib",
            "",
            "import yaml",
            "from flask import Flask",
            "from werkzeug.utils import import_string",
            "",
            "import config",
            "from config import Config, Development, Production, Testing",
            "",
            "PREFIX = 'p'",
            "",
            "",
            f"def create_app(name{default}):",
            f"    app = Flask(__name__, instance_relative_config={relative})",
            *(f"    {line}" for line in body),
            "    return app",
            "",
            "",
            *(
                ["def configure(app, name='production'):", *(f"    {line}" for line in helper or ["pass"])]
                if called
                else []
            ),
            "",
        ]
    )
    argument = "" if default and draw(st.booleans()) else repr(draw(st.sampled_from(MODES)))
    later = draw(st.sampled_from(["", f"app.config[{draw(names)!r}] = {draw(values)!r}\n"]))
    found.files["wsgi.py"] = f"from shop import create_app\n\napp = create_app({argument})\n{later}"
    return found


def run(project: Project) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """The configuration that the real thing ends with, and what it begins with; None when it raises."""
    before = dict(os.environ)
    loaded = set(sys.modules)
    with tempfile.TemporaryDirectory() as place:
        for path, text in project.files.items():
            target = Path(place, path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        os.environ.update(project.environment)
        sys.path.insert(0, place)
        importlib.invalidate_caches()
        try:
            return dict(importlib.import_module("wsgi").app.config), dict(Flask("fresh").config)
        except Exception:  # what the generated project does wrong is not the question
            return None
        finally:
            sys.path.remove(place)
            for name in set(sys.modules) - loaded:
                if name.partition(".")[0] in ("wsgi", "shop", "config"):
                    del sys.modules[name]
            os.environ.clear()
            os.environ.update(before)
