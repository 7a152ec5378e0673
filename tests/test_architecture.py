"""Imports point down, and every third-party library has one door."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[1] / "src" / "pentalint"

LAYERS = (
    ("__main__",),
    ("cli",),
    ("cli_commands",),
    ("cli_rules", "cli_show"),
    ("cli_check",),
    ("cli_options", "cli_terminal"),
    ("run",),
    ("pipeline",),
    ("report", "fix"),
    ("explain",),
    ("cache", "pool"),
    ("check",),
    ("packs",),
    ("settings",),
    ("project",),
    ("match",),
    ("evaluate",),
    ("templates",),
    ("syntax",),
    ("config_file",),
    ("config",),
    ("config_keys",),
    ("toml", "data"),
    ("rule",),
    ("model",),
    ("errors", "progress", "dataclass"),
    ("__init__",),
)
"""Modules and packages of `pentalint`, top first. A module imports from lines below its own only."""

DOORS = {
    "libcst": ("syntax.*", "fix.*"),
    "click": ("cli", "cli_*"),
    "tomli": ("toml",),
    "packaging": ("project.*", "packs.*", "rule", "config_version"),
    "pathspec": ("project.*",),
}
"""The third-party libraries there are, each with the modules that may import it."""


@dataclass(frozen=True, slots=True)
class Import:
    """One import of a module, at its top or in a function: who, what (dotted), where."""

    module: str
    target: str
    line: int


def module_name(path: Path) -> str:
    """`evaluate.core` for `evaluate/core.py`, `evaluate.__init__` for the package itself."""
    return ".".join(path.relative_to(SOURCE).with_suffix("").parts)


def imports_of(text: str, module: str, names: frozenset[str]) -> Iterator[Import]:
    """Every import of a module's text. `names` tells modules of `pentalint` from other names of its `__init__`."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            targets = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{module}:{node.lineno}: imports are absolute"
            targets = [str(node.module)]
            if node.module == "pentalint":
                targets = [
                    f"pentalint.{name}" for alias in node.names if (name := alias.name) in names
                ] or targets
        else:
            continue
        for target in targets:
            yield Import(module, target, node.lineno)


PATHS = sorted(SOURCE.rglob("*.py"))
TOPS = frozenset(module_name(path).split(".")[0] for path in PATHS)
IMPORTS = tuple(
    found for path in PATHS for found in imports_of(path.read_text(encoding="utf-8"), module_name(path), TOPS)
)


def misplaced(imports: tuple[Import, ...], layers: tuple[tuple[str, ...], ...] = LAYERS) -> list[str]:
    """A sentence for each import that does not point down."""
    level = {name: number for number, names in enumerate(layers) for name in names}
    wrong = []
    for found in imports:
        package, _, rest = found.target.partition(".")
        if package != "pentalint":
            continue
        importer, imported = found.module.split(".")[0], rest.split(".")[0] or "__init__"
        if importer != imported and level[imported] <= level[importer]:
            wrong.append(f"{found.module}:{found.line}: {importer} must not import {imported}")
    return wrong


def intruders(imports: tuple[Import, ...]) -> list[str]:
    """A sentence for each import of a third-party library that is not at its door."""
    wrong = []
    for found in imports:
        library = found.target.split(".")[0]
        if library == "pentalint" or library in sys.stdlib_module_names:
            continue
        if not any(fnmatchcase(found.module, door) for door in DOORS.get(library, ())):
            wrong.append(f"{found.module}:{found.line}: must not import {library}")
    return wrong


def test_every_module_has_a_layer() -> None:
    known = [name for names in LAYERS for name in names]
    assert len(known) == len(set(known))
    assert TOPS - set(known) == set(), "give a new module its place in LAYERS"


def test_imports_point_down() -> None:
    assert misplaced(IMPORTS) == []


def test_every_library_has_one_door() -> None:
    assert intruders(IMPORTS) == []


@pytest.mark.parametrize(
    ("module", "text", "sentences"),
    [
        (
            "syntax.source",
            "from pentalint.evaluate import core",
            ["syntax.source:1: syntax must not import evaluate"],
        ),
        ("syntax.source", "import pentalint.run", ["syntax.source:1: syntax must not import run"]),
        ("model", "def late():\n    from pentalint import run\n", ["model:2: model must not import run"]),
        ("cli_rules", "from pentalint import cli_show", ["cli_rules:1: cli_rules must not import cli_show"]),
        ("run", "from pentalint.check.plan import Plan\nfrom pentalint import __version__", []),
        ("syntax.source", "from pentalint.syntax.lines import Lines", []),
    ],
)
def test_a_wrong_direction_is_noticed(module: str, text: str, sentences: list[str]) -> None:
    assert misplaced(tuple(imports_of(text, module, TOPS))) == sentences


@pytest.mark.parametrize(
    ("module", "text", "sentences"),
    [
        ("match.place", "import libcst", ["match.place:1: must not import libcst"]),
        ("syntax.cursor", "import libcst.metadata", []),
        ("run", "from click import echo", ["run:1: must not import click"]),
        ("cli_check", "import click", []),
        ("project.walk", "import requests", ["project.walk:1: must not import requests"]),
        (
            "config",
            "def f():\n    from packaging.version import Version\n",
            ["config:2: must not import packaging"],
        ),
    ],
)
def test_a_wrong_door_is_noticed(module: str, text: str, sentences: list[str]) -> None:
    assert intruders(tuple(imports_of(text, module, TOPS))) == sentences


def test_the_dependencies_are_the_doors() -> None:
    from pentalint.toml import loads

    table = loads((SOURCE.parents[1] / "pyproject.toml").read_text(encoding="utf-8"), "pyproject.toml")
    names = {text.split(">=")[0] for text in table["project"]["dependencies"]}
    assert names == set(DOORS)
    assert {found.target.split(".")[0] for found in IMPORTS} >= names, "a dependency that nothing imports"


def test_nothing_under_src_is_called_rules() -> None:
    """`rules/` is data at the top of the checkout, and inside the wheel; a module of that name would hide it."""
    names = [path for path in SOURCE.rglob("*") if path.stem == "rules" and "__pycache__" not in path.parts]
    assert names == []


def test_nothing_runs_or_imports_what_is_checked() -> None:
    """The calls by which code of a project under check could run."""
    builtins = {"exec", "eval", "compile", "__import__"}
    functions = {"import_module", "exec_module", "load_module", "run_path", "run_module"}
    found = []
    for path in PATHS:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Name) and node.id in builtins | functions:
                found.append(f"{module_name(path)}:{node.lineno}: {node.id}")
            elif isinstance(node, ast.Attribute) and node.attr in functions:
                found.append(f"{module_name(path)}:{node.lineno}: {node.attr}")
    assert found == []


def test_nothing_talks_to_a_network_or_starts_programs() -> None:
    libraries = {
        "socket",
        "urllib.request",
        "http.client",
        "ftplib",
        "smtplib",
        "ssl",
        "subprocess",
        "asyncio",
    }
    found = [f"{one.module}:{one.line}: {one.target}" for one in IMPORTS if one.target in libraries]
    assert found == []


def loaded(code: str) -> set[str]:
    """The modules a fresh interpreter has loaded after some code."""
    program = f"import sys\n{code}\nprint('\\n'.join(sorted(sys.modules)))"
    environ = {**os.environ, "PYTHONPATH": str(SOURCE.parent)}
    done = subprocess.run(
        [sys.executable, "-S", "-c", f"import site; site.main()\n{program}"],
        capture_output=True, text=True, env=environ, check=True,
    )  # fmt: skip
    return set(done.stdout.splitlines())


COSTLY = {"libcst", "click", "packaging", "pathspec", "tomli", "hypothesis"}


@pytest.mark.parametrize(
    ("code", "absent"),
    [
        (
            "import pentalint.cli",
            COSTLY | {"pentalint.run", "pentalint.project", "pentalint.evaluate", "ast"},
        ),
        ("import pentalint.run", {"libcst", "click"}),
        ("import pentalint.config_file", {"libcst", "click", "packaging", "pathspec", "pentalint.run"}),
        (
            "from pentalint.cli import run_command\nassert run_command(['--version']) == 0",
            COSTLY - {"click"}
            | {"pentalint.run", "pentalint.packs", "pentalint.evaluate", "pentalint.syntax"},
        ),
    ],
)
def test_costly_imports_are_late(code: str, absent: set[str]) -> None:
    assert loaded(code) & absent == set()


@pytest.mark.parametrize(
    ("fixture", "needed"), [("flask/faulty-library", False), ("django/faulty-shop", True)]
)
def test_only_settings_of_django_need_their_interpreter(fixture: str, needed: bool) -> None:
    project = SOURCE.parents[1] / "fixtures" / fixture
    options = [
        "check",
        "--no-cache",
        "--exit-zero",
        "--jobs",
        "1",
        "--output",
        "json=/dev/null",
        str(project),
    ]
    code = f"from pentalint.cli import run_command\nassert run_command({options!r}) == 0"
    assert ("pentalint.settings.interpreter" in loaded(code)) is needed
