"""CherryPy configuration as pentalint reads it is what CherryPy makes of it: the last value written, in its section."""

from __future__ import annotations

import os
import sys
import tempfile
from collections import Counter
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any
from unittest import mock

import cherrypy
from cherrypy import _cpconfig
from cherrypy.lib.reprconf import NamespaceSet
from examples import check_files, packs
from hypothesis import given, settings
from hypothesis import strategies as st

from pentalint.check.plan import compile_rules, knowledge_of
from pentalint.evaluate.modules import Module
from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.values import Value, plain
from pentalint.match.config_files import ConfigFile, with_bundles
from pentalint.match.dispatch import Dispatcher
from pentalint.match.project_files import ProjectFiles
from pentalint.match.settings import Setting
from pentalint.model import File, Role

KEYS = (
    "server.socket_port",
    "tools.sessions.on",
    "request.show_tracebacks",
    "log.screen",
    "engine.autoreload.on",
    "mine.key",
)
VALUES = ("True", "False", "1", "'text'", "None", "PORT", "[1, 2]", "('a', 'b')", "60 * 24", "'a' + SUFFIX")
PATHS = ("/", "/static", "/admin")
counted: Counter[str] = Counter()


class Final(Dispatcher):
    """Keeps the last value of every setting: of the process by name, of applications by section."""

    def __init__(self, texts: dict[str, str]) -> None:
        pack = packs()["cherrypy"]
        rules = compile_rules([rule for rule in pack.rules if rule.slug == "show-tracebacks"], packs())
        every = frozenset(rule.rule.id for rule in rules)
        data = {path: text.encode() for path, text in texts.items()}
        knowledge = knowledge_of([packs()["web"], pack])
        known = {*knowledge.signatures, *knowledge.inherits, *knowledge.aliases.values()}
        super().__init__(
            rules, {"cherrypy": pack.settings}, known, lambda path: every, lambda path: every, lambda path: ".",
            files=ProjectFiles(frozenset(texts), data.__getitem__),
        )  # fmt: skip
        self.values: dict[tuple[str, str], Value] = {}
        files = [File(path, Role.app) for path in sorted(texts)]
        self.engine = Interpreter(
            files,
            data.__getitem__,
            knowledge,
            self,
            parser="auto",
            frameworks=lambda path: frozenset(["cherrypy"]),
        )
        module: Module = self.engine.index.modules["app.py"]
        self.engine.analyse(module, lambda function: True)

    def set(self, setting: Setting, framework: str, final: bool = True) -> None:
        self.values[("" if setting.section == "global" else setting.section, setting.name)] = setting.value
        super().set(setting, framework, final)

    def judge_settings_file(self, file: ConfigFile, framework: str) -> None:
        for entry, value in with_bundles(file.entries, self.settings[framework]):
            self.values[("" if entry.section == "global" else entry.section, entry.key)] = value
        super().judge_settings_file(file, framework)


class Process(_cpconfig.Config):
    """The process's configuration without the effects its values have on a server."""

    namespaces = NamespaceSet()


def run(texts: dict[str, str]) -> dict[tuple[str, str], Any] | None:
    """What the real thing ends with; None when it raises."""
    process = Process()
    process.clear()
    application: dict[str, dict[str, Any]] = {}

    class Application:
        def merge(self, config: Any) -> None:
            _cpconfig.merge(application, config)

    def mount(root: object, script: str = "", config: Any = None) -> Application:
        if config:
            _cpconfig.merge(application, config)
        return Application()

    fake = ModuleType("cherrypy")
    fake.config = process  # type: ignore[attr-defined]
    fake.tree = mock.Mock(mount=mount)  # type: ignore[attr-defined]
    fake.lib = cherrypy.lib  # type: ignore[attr-defined]
    with tempfile.TemporaryDirectory() as place:
        for path, text in texts.items():
            Path(place, path).write_text(text, encoding="utf-8")
        before = Path.cwd()
        os.chdir(place)
        try:
            with mock.patch.dict(sys.modules, {"cherrypy": fake}):
                exec(
                    compile(texts["app.py"], "app.py", "exec"),
                    {"__file__": f"{place}/app.py", "__name__": "app"},
                )
        except Exception:  # what the generated project does wrong is not the question
            return None
        finally:
            os.chdir(before)
    found = {("", name): value for name, value in process.items() if not isinstance(value, dict)}
    found |= {
        (section, name): value
        for section, table in application.items()
        for name, value in table.items()
        if section != "global"
    }
    return found


def table(random: Random, environments: bool = False) -> str:
    items = [f"{name!r}: {random.choice(VALUES)}" for name in random.sample(KEYS, random.randint(0, 3))]
    if environments and random.random() < 0.4:
        items.append(f"'environment': {random.choice(['staging', 'production', 'embedded', 'test_suite'])!r}")
    random.shuffle(items)
    return "{" + ", ".join(items) + "}"


def statement(random: Random) -> str:
    """One way to configure."""
    sections = ", ".join(f"{path!r}: {table(random)}" for path in random.sample(PATHS, random.randint(1, 2)))
    file = random.choice(
        [
            "'site.conf'",
            "os.path.join(os.path.dirname(__file__), 'site.conf')",
            "'app.conf'",
            "HERE + '/app.conf'",
        ]
    )
    return random.choice(
        [
            f"cherrypy.config.update({table(random, environments=True)})",
            f"cherrypy.config.update({{'global': {table(random, environments=True)}}})",
            f"cherrypy.config[{random.choice(KEYS)!r}] = {random.choice(VALUES)}",
            f"cherrypy.config.update({file if 'site' in file else chr(39) + 'site.conf' + chr(39)})",
            f"app = cherrypy.tree.mount(None, '/', {{{sections}}})",
            f"app = cherrypy.tree.mount(None, '/', config={file})",
            f"app.merge({{{sections}}})",
            f"app.merge({file})",
        ]
    )


def file_table(random: Random) -> list[str]:
    values = [value for value in VALUES if "PORT" not in value and "SUFFIX" not in value]
    lines = [f"{name} = {random.choice(values)}" for name in random.sample(KEYS, random.randint(0, 3))]
    if random.random() < 0.1:
        lines.append("mine.other = cherrypy.lib.sessions.FileSession")
    return lines


@st.composite
def projects(draw: st.DrawFn) -> dict[str, str]:
    random = Random(draw(st.integers(0, 2**40)))
    head = "import os\nimport cherrypy\nHERE = os.path.dirname(os.path.abspath(__file__))\nPORT = 8080\nSUFFIX = 'x'\n"
    body = ["app = cherrypy.tree.mount(None)", *(statement(random) for _ in range(random.randint(1, 5)))]
    environment = ["environment = 'production'"] if random.random() < 0.5 else []
    site = ["[global]", *environment, *file_table(random)]
    both = [*site, *(line for path in PATHS for line in (f"[{path}]", *file_table(random)))]
    return {
        "app.py": head + "\n".join(body) + "\n",
        "site.conf": "\n".join(site) + "\n",
        "app.conf": "\n".join(both) + "\n",
    }


@settings(max_examples=600, deadline=None)
@given(projects())
def check(texts: dict[str, str]) -> None:
    actual = run(texts)
    if actual is None:
        counted["raised"] += 1
        return
    found = Final(texts).values
    for key, value in actual.items():
        if key[1] in ("engine.SIGHUP", "engine.SIGTERM", "environment"):
            continue
        assert key in found, (key, texts)
        try:
            known = plain(found[key])
        except ValueError:
            counted["unknown"] += 1
            continue
        counted["known"] += 1
        assert repr(known) == repr(value), (key, value, known, texts)


def test_configuration_is_what_cherrypy_makes_of_it() -> None:
    counted.clear()
    check()
    assert counted["raised"] < 60, counted
    assert counted["unknown"] < 0.05 * counted["known"], counted


def test_bundles_are_those_of_cherrypy() -> None:
    """What `environment` brings, as the pack says it, against the library's own table."""
    left_out = {"engine.SIGHUP", "engine.SIGTERM"}
    real = {
        name: {key: value for key, value in table.items() if key not in left_out}
        for name, table in _cpconfig.environments.items()
    }
    assert packs()["cherrypy"].settings.bundles["environment"] == real


def test_a_file_that_cherrypy_cannot_load_is_one_finding() -> None:
    texts = {
        "app.py": "import cherrypy\ncherrypy.config.update('site.conf')\ncherrypy.quickstart(None, '/', config='site.conf')\n",
        "site.conf": "[global]\nserver.socket_host = 127.0.0.1\nlog.screen = yes please\n",
    }
    found = check_files(texts, ("cherrypy/show-tracebacks",), "cherrypy")
    assert [(one.rule, one.path, one.span.line) for one in found] == [
        ("pentalint/unreadable-file", "site.conf", 2)
    ]
    assert "quote it if it is text" in found[0].message


def test_settings_of_functions_and_decorators_count() -> None:
    texts = {
        "app.py": "import cherrypy\n\n"
        "class Root:\n"
        "    @cherrypy.expose\n"
        "    @cherrypy.config(**{'request.show_tracebacks': True})\n"
        "    def a(self):\n        return ''\n\n"
        "    def b(self):\n        return ''\n"
        "    b.exposed = True\n"
        "    b._cp_config = {'request.throw_errors': True}\n\n"
        "def c():\n    return ''\n"
        "c._cp_config = {'request.show_mismatched_params': True}\n"
    }
    found = check_files(texts, ("cherrypy/show-tracebacks",), "cherrypy")
    assert sorted(one.span.line for one in found) == [5, 12, 16]
