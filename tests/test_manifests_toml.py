from __future__ import annotations

import pytest
from manifest_support import faults, lines, manifests, rows

from pentalint.project.manifests import ProjectMetadata, PythonVersion


def test_standard_metadata_and_dependencies() -> None:
    found = manifests(
        {
            "pyproject.toml": """\
            [build-system]
            requires = ["setuptools", "flit_core>=3.8"]

            [project]
            name = "My.Shop"
            requires-python = ">=3.10"
            keywords = ["shop", "django"]
            classifiers = ["Framework :: Django :: 5.2"]
            dynamic = ["dependencies", "version"]
            dependencies = [
                "Django>=5.2,<6",
                # "flask",
                'celery[redis]; python_version < "3.13"', "bottle",
            ]

            [project.scripts]
            shop = "shop.cli:main"

            [project.entry-points."paste.app_factory"]
            main = "shop:main"

            [project.optional-dependencies]
            Web_Tools = ["flask"]
            all = ["my-shop[web-tools]", "my_shop[all]"]
            dev = ["My.Shop[all,absent]", "pytest"]
            """,
        }
    )
    assert rows(found) == [
        ("flit-core", ">=3.8", "floor", "build", 2),
        ("setuptools", "", "any", "build", 2),
        ("django", ">=5.2,<6", "range", "runtime", 11),
        ("bottle", "", "any", "runtime", 13),
        ("celery", "", "any", "runtime", 13),
        ("flask", "", "any", "extra:all", 23),
        ("flask", "", "any", "extra:dev", 23),
        ("flask", "", "any", "extra:web-tools", 23),
        ("pytest", "", "any", "extra:dev", 25),
    ]
    celery = next(one for one in found.requirements if one.name == "celery")
    assert (celery.extras, celery.marker) == (("redis",), 'python_version < "3.13"')
    assert found.projects == (
        ProjectMetadata(
            "pyproject.toml",
            "My.Shop",
            ("Framework :: Django :: 5.2",),
            ("shop", "django"),
            ">=3.10",
            (("console_scripts", "shop", "shop.cli:main"), ("paste.app_factory", "main", "shop:main")),
        ),
    )
    assert found.pythons == (PythonVersion("pyproject.toml", 6, ">=3.10"),)
    assert lines(found) == [("pyproject.toml", 9, "the dependencies are computed by the build backend")]


def test_dependency_groups() -> None:
    found = manifests(
        {
            "pyproject.toml": """\
            [project]
            name = "shop"
            optional-dependencies.web = ["flask"]

            [dependency-groups]
            Test = ["pytest", "shop[web]"]
            dev = [{include-group = "test"}, "django-stubs", {include-group = "loop"}]
            loop = [{include-group = "dev"}, "ruff"]
            bad = [{include-group = "absent"}, 3, {other = 1}]
            TEST = []
            """,
        }
    )
    assert rows(found) == [
        ("flask", "", "any", "extra:web", 3),
        ("flask", "", "any", "group:dev", 3),
        ("flask", "", "any", "group:loop", 3),
        ("flask", "", "any", "group:test", 3),
        ("pytest", "", "any", "group:dev", 6),
        ("pytest", "", "any", "group:loop", 6),
        ("pytest", "", "any", "group:test", 6),
        ("django-stubs", "", "any", "group:dev", 7),
        ("django-stubs", "", "any", "group:loop", 7),
        ("ruff", "", "any", "group:dev", 8),
        ("ruff", "", "any", "group:loop", 8),
    ]
    assert faults(found) == [("pyproject.toml", 9), ("pyproject.toml", 9), ("pyproject.toml", 10)]
    assert "the dependency group `absent` does not exist; define or rename it" in [
        one.message for one in found.failures
    ]


@pytest.mark.parametrize(
    "text",
    [
        '[tool.setuptools.dynamic]\ndependencies = {file = "requirements.txt"}\n',
        '[tool.setuptools.dynamic]\ndependencies = {file = ["requirements.txt"]}\n',
        '[tool.setuptools]\ndynamic.dependencies = {file = "requirements.txt"}\n',
        '[tool.setuptools]\ndynamic.dependencies.file = "requirements.txt"\n',
        '[tool.setuptools.dynamic.dependencies]\nfile = ["requirements.txt"]\n',
        '[tool.hatch.metadata.hooks.requirements_txt]\nfiles = ["requirements.txt"]\n',
    ],
)
def test_dependencies_from_a_file(text: str) -> None:
    found = manifests(
        {
            "pyproject.toml": f'[project]\nname = "x"\ndynamic = ["dependencies"]\n{text}',
            "requirements.txt": "\ndjango==5.2.1\n",
        }
    )
    (one,) = found.requirements
    assert (one.name, one.path, one.line, one.scope, one.via) == (
        "django",
        "requirements.txt",
        2,
        "runtime",
        ("pyproject.toml",),
    )
    assert found.unresolved == ()


def test_dynamic_extras_and_what_is_not_there() -> None:
    found = manifests(
        {
            "pkg/pyproject.toml": """\
            [project]
            name = "x"
            [tool.setuptools.dynamic]
            dependencies = {attr = "x.deps"}
            optional-dependencies.web = {file = ["web.txt", "gone.txt"]}
            [tool.hatch.metadata.hooks.requirements_txt.optional-dependencies]
            docs = ["docs.txt"]
            """,
            "pkg/web.txt": "flask\n",
            "pkg/docs.txt": "sphinx\n",
        }
    )
    assert [(one.path, one.name, one.scope) for one in found.requirements] == [
        ("pkg/docs.txt", "sphinx", "extra:docs"),
        ("pkg/web.txt", "flask", "extra:web"),
    ]
    assert lines(found) == [
        ("pkg/pyproject.toml", 4, "the dependencies come from code, not from a file"),
        ("pkg/pyproject.toml", 5, "the requirements file pkg/gone.txt is not in the project"),
    ]


@pytest.mark.parametrize("beside", ["setup.py", "setup.cfg"])
def test_dynamic_dependencies_that_setuptools_states_elsewhere(beside: str) -> None:
    found = manifests({"pyproject.toml": '[project]\nname = "x"\ndynamic = ["dependencies"]\n', beside: "\n"})
    assert found.unresolved == ()


POETRY = """\
[tool.poetry]
name = "shop"
classifiers = ["Framework :: Flask"]
keywords = ["web"]

[tool.poetry.dependencies]
python = "^3.11"
Django = "^4.2"
flask = {version = "~3.0", extras = ["async"], markers = "os_name == 'nt'", optional = true}
bottle = {git = "https://h.example/bottle.git", rev = "abc"}
pyramid = {path = "../pyramid"}
cherrypy = {url = "https://h.example/c.zip"}
webob = "1.8.7"
six = "*"
zope = "^1 || ^2"
forms = [
  {version = "<3", python = "<3.9"},
  {version = ">=3", python = ">=3.9"},
]
mystery = {version = "*", optional = true}
wrong = 3

[tool.poetry.extras]
web = ["flask"]

[tool.poetry.group.test.dependencies]
pytest = "^8"

[tool.poetry.group.main.dependencies]
gunicorn = ">=21,<23"

[tool.poetry.dev-dependencies]
ruff = ">=0.5"

[tool.poetry.scripts]
shop = "shop:main"

[tool.poetry.plugins."paste.app_factory"]
main = "shop:app"
"""


def test_poetry() -> None:
    found = manifests({"pyproject.toml": POETRY})
    assert rows(found) == [
        ("django", "^4.2", "range", "runtime", 8),
        ("flask", "~3.0", "series", "extra:web", 9),
        ("bottle", "https://h.example/bottle.git@abc", "vcs", "runtime", 10),
        ("pyramid", "../pyramid", "path", "runtime", 11),
        ("cherrypy", "https://h.example/c.zip", "url", "runtime", 12),
        ("webob", "1.8.7", "pinned", "runtime", 13),
        ("six", "", "any", "runtime", 14),
        ("zope", "^1 || ^2", "range", "runtime", 15),
        ("forms", "<3", "range", "runtime", 17),
        ("forms", ">=3", "floor", "runtime", 18),
        ("mystery", "", "any", "extra:optional", 20),
        ("pytest", "^8", "range", "group:test", 27),
        ("gunicorn", ">=21,<23", "range", "runtime", 30),
        ("ruff", ">=0.5", "floor", "dev", 33),
    ]
    by_name = {one.name: one for one in found.requirements}
    assert (by_name["flask"].extras, by_name["flask"].marker) == (("async",), "os_name == 'nt'")
    assert by_name["webob"].version == "1.8.7"
    assert [one.marker for one in found.requirements if one.name == "forms"] == [
        "python <3.9",
        "python >=3.9",
    ]
    assert faults(found) == [("pyproject.toml", 21)]
    assert found.pythons == (PythonVersion("pyproject.toml", 7, "^3.11"),)
    (metadata,) = found.projects
    assert (metadata.name, metadata.classifiers, metadata.keywords) == (
        "shop",
        ("Framework :: Flask",),
        ("web",),
    )
    assert metadata.entry_points == (
        ("console_scripts", "shop", "shop:main"),
        ("paste.app_factory", "main", "shop:app"),
    )


def test_poetry_two_declares_in_the_project_table() -> None:
    found = manifests(
        {
            "pyproject.toml": """\
            [project]
            name = "shop"
            dependencies = ["flask>=3"]
            [tool.poetry.dependencies]
            flask = {source = "mirror"}
            bottle = "*"
            [tool.poetry.group.dev.dependencies]
            django = "5.2"
            """
        }
    )
    assert rows(found) == [
        ("flask", ">=3", "floor", "runtime", 3),
        ("django", "5.2", "pinned", "group:dev", 8),
    ]


def test_uv_tables_sources_and_workspace() -> None:
    found = manifests(
        {
            "pyproject.toml": """\
            [project]
            name = "root"
            dependencies = ["django>=5", "flask", "shared", "bottle"]
            [tool.uv]
            dev-dependencies = ["pytest"]
            constraint-dependencies = ["pyramid<3"]
            override-dependencies = ["cherrypy==18.9"]
            [tool.uv.sources]
            django = {git = "https://h.example/django.git", branch = "main"}
            flask = [{url = "https://h.example/f.whl", marker = "os_name == 'nt'"}, {index = "x"}]
            shared = {workspace = true}
            bottle = {index = "mine"}
            [tool.uv.workspace]
            members = ["packages/*"]
            """
        }
    )
    assert rows(found) == [
        ("bottle", "", "any", "runtime", 3),
        ("django", "https://h.example/django.git@main", "vcs", "runtime", 3),
        ("flask", "https://h.example/f.whl", "url", "runtime", 3),
        ("shared", "workspace", "path", "runtime", 3),
        ("pytest", "", "any", "dev", 5),
        ("pyramid", "<3", "range", "constraint", 6),
        ("cherrypy", "==18.9", "pinned", "constraint", 7),
    ]
    assert found.projects[0].members == ("packages/*",)


def test_uv_toml_replaces_the_settings_of_the_same_directory() -> None:
    table = (
        '[project]\nname="a"\n[tool.uv]\nconstraint-dependencies = ["flask<3"]\n'
        'dev-dependencies = ["pytest"]\n'
    )
    found = manifests(
        {
            "a/pyproject.toml": table,
            "a/uv.toml": 'override-dependencies = ["bottle==0.13"]\ndev-dependencies = ["ruff"]\n',
            "b/pyproject.toml": table,
        }
    )
    assert [(one.path, one.name, one.scope) for one in found.requirements] == [
        ("a/pyproject.toml", "pytest", "dev"),
        ("a/uv.toml", "bottle", "constraint"),
        ("a/uv.toml", "ruff", "dev"),
        ("b/pyproject.toml", "flask", "constraint"),
        ("b/pyproject.toml", "pytest", "dev"),
    ]


HATCH = """\
[{p}envs.default]
dependencies = ["pytest", "django{{root:uri}}", "flask>=3"]
extra-dependencies = ["ruff", "{{env:X}}"]
[[{p}envs.test.matrix]]
python = ["3.12"]
django = ["4.2", "5.2"]
mode = ["fast"]
"""


@pytest.mark.parametrize(("path", "prefix"), [("pyproject.toml", "tool.hatch."), ("hatch.toml", "")])
def test_hatch(path: str, prefix: str) -> None:
    found = manifests({path: HATCH.format(p=prefix)})
    assert rows(found) == [
        ("django", "", "any", "dev", 2),
        ("flask", ">=3", "floor", "dev", 2),
        ("pytest", "", "any", "dev", 2),
        ("ruff", "", "any", "dev", 3),
        ("django", "4.2", "series", "dev", 6),
        ("django", "5.2", "series", "dev", 6),
    ]
    assert [(path, line) for path, line, _ in lines(found)] == [(path, 2), (path, 3)]


def test_pdm_and_flit() -> None:
    found = manifests(
        {
            "a/pyproject.toml": (
                "[tool.pdm.dev-dependencies]\n"
                'test = ["pytest", "-e git+https://h.example/x/flask.git#egg=flask"]\n'
            ),
            "b/pyproject.toml": """\
            [tool.flit.metadata]
            module = "shop"
            requires = ["django>=5"]
            classifiers = ["Framework :: Django"]
            [tool.flit.metadata.requires-extra]
            web = ["flask"]
            [tool.flit.entrypoints."paste.app_factory"]
            main = "shop:main"
            """,
        }
    )
    assert [(one.path, one.name, one.scope, one.line) for one in found.requirements] == [
        ("a/pyproject.toml", "flask", "dev", 2),
        ("a/pyproject.toml", "pytest", "dev", 2),
        ("b/pyproject.toml", "django", "runtime", 3),
        ("b/pyproject.toml", "flask", "extra:web", 6),
    ]
    assert found.projects == (
        ProjectMetadata(
            "b/pyproject.toml",
            "shop",
            ("Framework :: Django",),
            entry_points=(("paste.app_factory", "main", "shop:main"),),
        ),
    )


def test_a_file_that_only_configures_tools_is_no_manifest() -> None:
    found = manifests(
        {"pyproject.toml": '[build-system]\nrequires = ["setuptools"]\n[tool.ruff]\nline-length = 100\n'}
    )
    assert found.manifest_paths == ()
    assert rows(found) == [("setuptools", "", "any", "build", 2)]


PIXI = """\
[{p}dependencies]
python = ">=3.11"
django = "=4.2"
flask = {{version = "3.0.*", channel = "x"}}
bottle = "*"
bad = 3
[{p}pypi-dependencies]
pyramid = ">=2,<3"
cherrypy = {{git = "https://h.example/c.git", rev = "1"}}
[{p}host-dependencies]
cython = "3.0.1"
[{p}target.linux-64.dependencies]
gunicorn = "22.*"
[{p}feature.test.pypi-dependencies]
pytest = "*"
"""


@pytest.mark.parametrize(("path", "prefix"), [("pyproject.toml", "tool.pixi."), ("pixi.toml", "")])
def test_pixi(path: str, prefix: str) -> None:
    found = manifests({path: PIXI.format(p=prefix)})
    assert rows(found) == [
        ("django", "=4.2", "series", "runtime", 3),
        ("flask", "3.0.*", "series", "runtime", 4),
        ("bottle", "", "any", "runtime", 5),
        ("pyramid", ">=2,<3", "range", "runtime", 8),
        ("cherrypy", "https://h.example/c.git@1", "vcs", "runtime", 9),
        ("cython", "3.0.1", "pinned", "build", 11),
        ("gunicorn", "22.*", "series", "runtime", 13),
        ("pytest", "", "any", "group:test", 15),
    ]
    assert found.pythons == (PythonVersion(path, 2, ">=3.11"),)
    assert faults(found) == [(path, 6)]
    assert found.manifest_paths == (path,)


def test_pipfile() -> None:
    found = manifests(
        {
            "Pipfile": """\
            [[source]]
            url = "https://index.example"
            [packages]
            Flask = "*"
            "celery[redis]" = "==5.3"
            django = {version = "~=4.2.0", markers = "os_name == 'nt'", extras = ["argon2"]}
            bottle = {git = "https://h.example/b.git", ref = "main", editable = true}
            app = {path = ".", editable = true}
            wrong = 1
            [dev-packages]
            pytest = ">=8"
            [docs]
            sphinx = "*"
            [requires]
            python_version = "3.12"
            """
        }
    )
    assert rows(found) == [
        ("flask", "", "any", "runtime", 4),
        ("celery", "==5.3", "pinned", "runtime", 5),
        ("django", "~=4.2.0", "series", "runtime", 6),
        ("bottle", "https://h.example/b.git@main", "vcs", "runtime", 7),
        ("app", ".", "path", "runtime", 8),
        ("pytest", ">=8", "floor", "dev", 11),
        ("sphinx", "", "any", "group:docs", 13),
    ]
    assert found.requirements[1].extras == ("redis",)
    assert (found.requirements[2].extras, found.requirements[2].marker) == (("argon2",), "os_name == 'nt'")
    assert found.pythons == (PythonVersion("Pipfile", 15, "3.12"),)
    assert faults(found) == [("Pipfile", 9)]


@pytest.mark.parametrize(
    "path",
    [
        "pyproject.toml",
        "Pipfile",
        "uv.toml",
        "hatch.toml",
        "pixi.toml",
        "tox.toml",
        "uv.lock",
        "poetry.lock",
        "pdm.lock",
        "pylock.toml",
        "mise.toml",
        "fly.toml",
    ],
)
def test_broken_toml_is_a_failure_and_the_rest_goes_on(path: str) -> None:
    found = manifests({path: "[a]\nb = = 1\n", "requirements.txt": "flask\n"})
    assert [(one.path, one.stage, one.line) for one in found.failures] == [(path, "manifest", 2)]
    assert found.failures[0].message.startswith("this is not valid TOML")
    assert rows(found) == [("flask", "", "any", "runtime", 1)]


def test_values_of_the_wrong_type_do_not_crash() -> None:
    found = manifests(
        {
            "pyproject.toml": """\
            project = {name = 3, dependencies = "flask", optional-dependencies = 4, entry-points = 5}
            dependency-groups = {a = "x", b = 3}
            [tool]
            poetry = {dependencies = 3, group = {x = 1}, extras = {a = 1}, plugins = {a = 1}}
            uv = {sources = {a = 1, b = "x"}, workspace = 3, dev-dependencies = {}}
            hatch = {envs = {a = 1, b = {matrix = 3}, c = {matrix = [1]}}}
            setuptools = 1
            pdm = {dev-dependencies = {a = 1}}
            tox = {env = {a = 1}, legacy_tox_ini = 1}
            pixi = {dependencies = 1, feature = {a = 1}}
            """
        }
    )
    assert found.failures[0].message.startswith("`project.dependencies` must be an array")
    assert [one.name for one in found.requirements] == ["flask"]
