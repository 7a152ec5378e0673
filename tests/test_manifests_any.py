"""No content of any manifest, however odd, may end in a traceback."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from manifest_support import manifests

from pentalint.project.manifests import Manifests

NAMES = [
    "pyproject.toml",
    "uv.toml",
    "hatch.toml",
    "pixi.toml",
    "tox.toml",
    "tox.ini",
    "setup.cfg",
    "setup.py",
    "noxfile.py",
    "Pipfile",
    "Pipfile.lock",
    "poetry.lock",
    "pdm.lock",
    "uv.lock",
    "a.py.lock",
    "pylock.toml",
    "pixi.lock",
    "conda-lock.yml",
    "environment.yml",
    "requirements.txt",
    "constraints.txt",
    "Dockerfile",
    "Procfile",
    ".env",
    "boot.sh",
    "shop.service",
    "compose.yml",
    "serverless.yml",
    "app.yaml",
    "fly.toml",
    "mise.toml",
    "zappa_settings.json",
    "vercel.json",
    "production.ini",
    "buildout.cfg",
    ".pre-commit-config.yaml",
    ".github/workflows/ci.yml",
    ".python-version",
    ".tool-versions",
    "runtime.txt",
    "script.py",
]
FRAGMENTS = [
    "\n", "\n  ", "[", "]", "{", "}", "=", ":", " ", '"', "'", "-", "- ", "-r ", "-e ", "#", ",", ";",
    "\\\n", "$", "${X}", "@", ">=1", "==", "flask",
    "django==4", "git+https://h/x", "./a", "[project]\n", "[[package]]\n", "name", "version",
    "dependencies", "[testenv]\ndeps = ", "[options]\n",
    "install_requires", "from setuptools import setup\n", "setup(", ")", "import nox\n", "session.install(",
    "RUN pip install ", "FROM python:", "CMD ",
    "ENV FLASK_APP=", "<<EOF\n", "gunicorn ", "a.b:c", "[app:main]\nuse = ", "# /// script\n", "# ///\n",
    "# ", "pip:", "package:\n", "run: |\n", "\t", "\0", "é",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_any_text(name: str) -> None:
    @settings(max_examples=25, deadline=None)
    @given(st.lists(st.sampled_from(FRAGMENTS), max_size=25))
    def check(parts: list[str]) -> None:
        sane(manifests({name: "".join(parts).encode()}), name, "".join(parts))

    check()


@pytest.mark.parametrize("name", NAMES)
def test_any_bytes(name: str) -> None:
    @settings(max_examples=8, deadline=None)
    @given(st.binary(max_size=60))
    def check(data: bytes) -> None:
        manifests({name: data})

    check()


KEYS = [
    "project", "name", "dependencies", "optional-dependencies", "entry-points", "dynamic", "tool", "poetry",
    "group", "extras", "plugins", "scripts", "uv",
    "sources", "workspace", "members", "hatch", "envs", "matrix", "pdm", "dev-dependencies", "flit",
    "metadata", "setuptools", "file", "tox", "env",
    "deps", "pixi", "feature", "target", "pypi-dependencies", "dependency-groups", "include-group",
    "package", "packages", "version", "source", "git",
    "markers", "groups", "category", "packages", "requires", "python_version", "tools", "python",
    "processes", "manifest", "requirements", "default", "a",
]  # fmt: skip
TABLES = st.recursive(
    st.sampled_from(["flask", "django>=4", "==", "*", "^1", "4.2", "x"]) | st.integers(0, 9) | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=15,
)


def inline(value: object) -> str:
    """A value as inline TOML."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {inline(held)}" for key, held in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(inline, value)) + "]"
    return json.dumps(value)


@pytest.mark.parametrize(
    "name", [name for name in NAMES if name.endswith((".toml", ".lock")) or name == "Pipfile"]
)
def test_any_table(name: str) -> None:
    @settings(max_examples=30, deadline=None)
    @given(st.dictionaries(st.sampled_from(KEYS), TABLES, max_size=4))
    def check(tables: dict[str, object]) -> None:
        text = "\n".join(f"{key} = {inline(value)}" for key, value in tables.items())
        sane(manifests({name: json.dumps(tables) if name == "Pipfile.lock" else text}), name, text)

    check()


def sane(found: Manifests, name: str, text: str) -> None:
    """Every line that is named lies within the text."""
    last = text.count("\n") + text.count("\r") + 1
    named = [*found.requirements, *found.unresolved, *found.failures, *found.serves, *found.pythons]
    assert all(one.path == name and 1 <= one.line <= last + 1 for one in named)
