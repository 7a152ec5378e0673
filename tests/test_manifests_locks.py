from __future__ import annotations

import json

import pytest
from manifest_support import faults, manifests

from pentalint.model import Requirement
from pentalint.project.manifests import Manifests, PythonVersion

Lock = tuple[str, str | None, str, int]


def locked(found: Manifests) -> list[Lock]:
    """name, version, scope and line of everything locked."""
    return [short(one) for one in found.requirements if one.locked]


def short(one: Requirement) -> Lock:
    return (one.name, one.version, one.scope, one.line)


def test_pipfile_lock() -> None:
    lock = {
        "_meta": {"hash": {"sha256": "x"}, "requires": {"python_version": "3.12"}},
        "default": {
            "flask": {"hashes": ["sha256:a"], "version": "==1.0.2"},
            "django": {"git": "https://h.example/django.git", "ref": "abc"},
            "six": {"version": "==1.16", "markers": "os_name == 'nt'"},
        },
        "develop": {"flask": {"version": "==1.0.2"}, "pytest": {"version": "==8.0"}},
        "docs": {"sphinx": {"version": "==7"}},
    }
    text = json.dumps(lock, indent=4)
    numbers = {
        name: text.split("\n").index(f'        "{name}": {{') + 1
        for name in ("django", "six", "pytest", "sphinx")
    }
    found = manifests({"Pipfile.lock": text})
    flask = [number for number, line in enumerate(text.split("\n"), 1) if '"flask": {' in line]
    assert sorted(locked(found)) == sorted(
        [
            ("flask", "1.0.2", "runtime", flask[0]),
            ("django", None, "runtime", numbers["django"]),
            ("six", "1.16", "runtime", numbers["six"]),
            ("flask", "1.0.2", "dev", flask[1]),
            ("pytest", "8.0", "dev", numbers["pytest"]),
            ("sphinx", "7", "group:docs", numbers["sphinx"]),
        ]
    )
    assert next(one.marker for one in found.requirements if one.name == "six") == "os_name == 'nt'"
    assert found.manifest_paths == ("Pipfile.lock",)


def test_a_broken_pipfile_lock() -> None:
    assert faults(manifests({"Pipfile.lock": '{\n"default": {,}\n}\n'})) == [("Pipfile.lock", 2)]
    assert manifests({"Pipfile.lock": "[]"}).requirements == ()
    assert manifests({"Pipfile.lock": '{"default": 3, "develop": {"x": 1}}'}).requirements == ()
    assert faults(manifests({"Pipfile.lock": "[" * 100_000})) == [("Pipfile.lock", 1)]


POETRY_LOCK = """\
[[package]]
name = "django"
version = "4.2.1"
optional = false
groups = ["main", "dev"]
markers = "python_version >= '3.10'"

[package.dependencies]
asgiref = ">=3"

[[package]]
name = "Flask"
version = "3.0.0"
optional = true
groups = ["main"]

[[package]]
name = "pytest"
version = "8.0"
groups = ["dev", "test"]

[[package]]
name = "gunicorn"
version = "21"
groups = ["deploy", "dev"]

[[package]]
name = "mock"
version = "5"
category = "dev"

[[package]]
name = "six"
version = "1"
optional = true
category = "main"

[extras]
web = ["flask (>=2)"]

[metadata]
lock-version = "2.1"
"""


def test_poetry_lock() -> None:
    found = manifests({"poetry.lock": POETRY_LOCK})
    assert locked(found) == [
        ("django", "4.2.1", "runtime", 2),
        ("flask", "3.0.0", "extra:web", 12),
        ("pytest", "8.0", "group:dev", 18),
        ("gunicorn", "21", "group:deploy", 23),
        ("mock", "5", "dev", 28),
        ("six", "1", "extra:optional", 33),
    ]
    assert found.requirements[0].marker == "python_version >= '3.10'"
    assert found.requirements[0].specifier == "==4.2.1"


def test_pdm_lock() -> None:
    found = manifests(
        {
            "pdm.lock": """\
            [metadata]
            groups = ["default"]

            [[package]]
            name = "flask"
            version = "3.0"
            groups = ["default"]

            [[package]]
            name = "pytest"
            version = "8"
            groups = ["test"]
            marker = "os_name == 'nt'"

            [[package]]
            name = "bottle"
            git = "https://h.example/b.git"
            revision = "abc"
            """
        }
    )
    assert locked(found) == [
        ("flask", "3.0", "runtime", 5),
        ("pytest", "8", "group:test", 10),
        ("bottle", None, "runtime", 16),
    ]


@pytest.mark.parametrize("path", ["pylock.toml", "pylock.prod.toml"])
def test_pylock(path: str) -> None:
    found = manifests(
        {
            path: """\
            lock-version = "1.0"
            requires-python = ">=3.12"
            created-by = "x"
            [[packages]]
            name = "django"
            version = "5.2"
            [[packages]]
            name = "django"
            version = "4.2"
            marker = "python_version < '3.10'"
            [[packages]]
            name = "flask"
            version = "3"
            marker = "'web' in extras"
            [[packages]]
            name = "pytest"
            marker = "'Test' in dependency_groups"
            """
        }
    )
    assert locked(found) == [
        ("django", "5.2", "runtime", 5),
        ("django", "4.2", "runtime", 8),
        ("flask", "3", "extra:web", 12),
        ("pytest", None, "group:test", 16),
    ]
    assert found.pythons == (PythonVersion(path, 2, ">=3.12"),)


UV_LOCK = """\
version = 1
requires-python = ">=3.11"
resolution-markers = ["python_full_version >= '3.13'"]

[[package]]
name = "shop"
version = "0.1"
source = { editable = "." }
dependencies = [
    { name = "django" },
    { name = "celery", extra = ["redis"] },
]
[package.optional-dependencies]
web = [{ name = "flask", version = "3.1", source = { registry = "x" } }]
[package.dev-dependencies]
dev = [{ name = "pytest" }, { name = "asgiref" }]

[[package]]
name = "tool"
version = "0.1"
source = { virtual = "tools/tool" }
dependencies = [{ name = "flask", version = "2.3" }, { name = "django" }]

[[package]]
name = "django"
version = "5.2.1"
source = { registry = "https://index.example" }
dependencies = [{ name = "asgiref" }]

[[package]]
name = "asgiref"
version = "3.8"
source = { registry = "https://index.example" }

[[package]]
name = "celery"
version = "5.4"
source = { registry = "https://index.example" }
[package.optional-dependencies]
redis = [{ name = "redis" }]
other = [{ name = "unreached" }]

[[package]]
name = "redis"
version = "5"
source = { registry = "https://index.example" }

[[package]]
name = "flask"
version = "2.3"
source = { registry = "https://index.example" }

[[package]]
name = "flask"
version = "3.1"
source = { registry = "https://index.example" }

[[package]]
name = "pytest"
version = "8"
source = { git = "https://h.example/pytest?rev=main#abc" }

[[package]]
name = "unreached"
version = "1"
source = { registry = "https://index.example" }
"""


def test_uv_lock_gives_each_package_the_scope_of_the_member_that_reaches_it() -> None:
    found = manifests({"backend/uv.lock": UV_LOCK})
    root, tool = "backend/pyproject.toml", "backend/tools/tool/pyproject.toml"
    assert [(one.name, one.version, one.scope, one.line, one.via) for one in found.requirements] == [
        ("django", "5.2.1", "runtime", 25, (root, tool)),
        ("asgiref", "3.8", "runtime", 31, (root, tool)),
        ("celery", "5.4", "runtime", 36, (root,)),
        ("redis", "5", "runtime", 44, (root,)),
        ("flask", "2.3", "runtime", 49, (tool,)),
        ("flask", "3.1", "extra:web", 54, (root,)),
        ("pytest", "8", "group:dev", 59, (root,)),
        ("unreached", "1", "dev", 64, ()),
    ]
    assert found.pythons == (PythonVersion("backend/uv.lock", 2, ">=3.11"),)


def test_the_lock_of_a_script() -> None:
    found = manifests(
        {
            "tool.py.lock": """\
            version = 1
            [manifest]
            requirements = [{ name = "flask", specifier = ">=3" }]
            [[package]]
            name = "flask"
            version = "3.1"
            source = { registry = "x" }
            """
        }
    )
    assert locked(found) == [("flask", "3.1", "runtime", 5)]


def test_a_lock_without_members() -> None:
    found = manifests(
        {
            "uv.lock": (
                'version = 1\n[[package]]\nname = "flask"\nversion = "3"\nsource = 3\n[[package]]\nx = 1\n'
            )
        }
    )
    assert locked(found) == [("flask", "3", "runtime", 3)]


def test_conda_lock() -> None:
    found = manifests(
        {
            "conda-lock.yml": """\
            version: 1
            metadata:
              channels:
              - url: conda-forge
            package:
            - name: django
              version: 4.2.1
              manager: conda
              platform: linux-64
              dependencies:
                python: '>=3.8'
              category: main
            - name: django
              version: 4.2.1
              manager: conda
              platform: osx-64
              category: main
            - name: pytest
              version: '8.0'
              manager: pip
              category: dev
            - name: gunicorn
              version: "21"
              category: deploy
            """
        }
    )
    assert locked(found) == [
        ("django", "4.2.1", "runtime", 6),
        ("pytest", "8.0", "dev", 18),
        ("gunicorn", "21", "group:deploy", 22),
    ]


def test_pixi_lock() -> None:
    found = manifests(
        {
            "pixi.lock": """\
            version: 6
            environments:
              default:
                packages:
                  linux-64:
                  - conda: https://c.example/linux-64/django-4.2.1-pyhd8ed1ab_0.conda
                  - pypi: https://f.example/flask-3.0.0-py3-none-any.whl
            packages:
            - conda: https://c.example/linux-64/django-filter-24.1-pyhd8ed1ab_0.conda
              sha256: abc
            - conda: https://c.example/osx-64/django-filter-24.1-pyhd8ed1ab_0.conda
              sha256: def
            - pypi: https://f.example/Flask-3.0.0-py3-none-any.whl
              name: flask
              version: 3.0.0
              requires_dist:
              - click
            - kind: conda
              name: bottle
              version: 0.13.1
            """
        }
    )
    assert locked(found) == [
        ("django-filter", "24.1", "runtime", 9),
        ("flask", "3.0.0", "runtime", 13),
        ("bottle", "0.13.1", "runtime", 18),
    ]


def test_locks_are_listed_as_manifests() -> None:
    files: dict[str, str | bytes] = dict.fromkeys(
        ("poetry.lock", "pdm.lock", "uv.lock", "pylock.toml"), "version = 1\n"
    )
    assert manifests(files).manifest_paths == ("pdm.lock", "poetry.lock", "pylock.toml", "uv.lock")


def test_a_poetry_lock_without_groups_follows_the_manifest() -> None:
    lock = """\
    [[package]]
    name = "Flask"
    version = "3.0"
    [package.dependencies]
    Werkzeug = ">=3"

    [[package]]
    name = "werkzeug"
    version = "3.0.1"

    [[package]]
    name = "locust"
    version = "2"
    [package.dependencies]
    bottle = "*"

    [[package]]
    name = "bottle"
    version = "0.13"
    """
    table = '[tool.poetry.dependencies]\nflask = "^3"\n[tool.poetry.group.dev.dependencies]\nlocust = "*"\n'
    found = manifests({"a/poetry.lock": lock, "a/pyproject.toml": table, "b/poetry.lock": lock})
    scopes = [(one.path[0], one.name, one.scope) for one in found.requirements if one.locked]
    assert scopes == [
        ("a", "flask", "runtime"),
        ("a", "werkzeug", "runtime"),
        ("a", "locust", "dev"),
        ("a", "bottle", "dev"),
        ("b", "flask", "runtime"),
        ("b", "werkzeug", "runtime"),
        ("b", "locust", "runtime"),
        ("b", "bottle", "runtime"),
    ]
