from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from manifest_support import faults, lines, manifests, row, rows
from packaging.specifiers import SpecifierSet

from pentalint.project.manifests.requirement import (
    NotARequirement,
    as_pep440,
    classify,
    dev_like,
    normalise,
    parse,
    poetry_specifier,
    runtime_scope,
)

# text, name, specifier, kind, version
PARSED = [
    ("Django==4.2.*", "django", "==4.2.*", "series", None),
    ('django ~= 5.2.0 ; python_version < "3.12"', "django", "~= 5.2.0", "series", None),
    ("Django>3,<5", "django", ">3,<5", "range", None),
    ("Django>3", "django", ">3", "floor", None),
    ("flask!=2.2.0", "flask", "!=2.2.0", "any", None),
    ("flask>=2,!=2.2.0", "flask", ">=2,!=2.2.0", "floor", None),
    ("Flask===3.0.3", "flask", "===3.0.3", "pinned", "3.0.3"),
    ("Flask == 3.0.3", "flask", "== 3.0.3", "pinned", "3.0.3"),
    ("pyramid<3", "pyramid", "<3", "range", None),
    ("pyramid (>=1,<2)", "pyramid", ">=1,<2", "range", None),
    (
        "bottle @ https://x.example/bottle-0.13.tar.gz",
        "bottle",
        "https://x.example/bottle-0.13.tar.gz",
        "url",
        "0.13",
    ),
    ("pyramid @ file:///x", "pyramid", "file:///x", "path", None),
    (
        "Flask @ git+https://h.example/pallets/flask@2.0",
        "flask",
        "git+https://h.example/pallets/flask@2.0",
        "vcs",
        None,
    ),
    (
        "git+https://h.example/o/django.git@main#egg=django",
        "django",
        "git+https://h.example/o/django.git@main#egg=django",
        "vcs",
        None,
    ),
    (
        "git+https://h.example/o/flask.git@main",
        "flask",
        "git+https://h.example/o/flask.git@main",
        "vcs",
        None,
    ),
    ("git+ssh://git@h.example/o/flask.git", "flask", "git+ssh://git@h.example/o/flask.git", "vcs", None),
    (
        "./vendor/bottle-0.13.4-py2.py3-none-any.whl",
        "bottle",
        "./vendor/bottle-0.13.4-py2.py3-none-any.whl",
        "path",
        "0.13.4",
    ),
    (
        "https://h.example/Django-4.2.1.tar.gz",
        "django",
        "https://h.example/Django-4.2.1.tar.gz",
        "url",
        "4.2.1",
    ),
    (
        "https://github.com/pallets/flask/archive/main.zip",
        "flask",
        "https://github.com/pallets/flask/archive/main.zip",
        "url",
        None,
    ),
    ("django-stubs", "django-stubs", "", "any", None),
    ("flask_cors", "flask-cors", "", "any", None),
    ("Zope.Interface", "zope-interface", "", "any", None),
    ("Django", "django", "", "any", None),
    ("django>=4.2", "django", ">=4.2", "floor", None),
    (".", "", ".", "path", None),
    ("./lib", "", "./lib", "path", None),
    ("../lib", "", "../lib", "path", None),
]


@pytest.mark.parametrize(("text", "name", "specifier", "kind", "version"), PARSED)
def test_one_requirement(text: str, name: str, specifier: str, kind: str, version: str | None) -> None:
    found = parse(text)
    assert (found.name, found.specifier, found.kind, found.version) == (name, specifier, kind, version)


def test_markers_and_extras_are_kept_apart_from_the_name() -> None:
    found = parse('Django[argon2,Bcrypt]>=4; python_version < "3.12"')
    assert (found.name, found.extras, found.specifier) == ("django", ("argon2", "bcrypt"), ">=4")
    assert found.marker == 'python_version < "3.12"'
    assert parse("git+https://h/o/d.git@stable/5.2.x#egg=Django[argon2]&subdirectory=x").extras == ("argon2",)
    assert parse(".[dev,test]").extras == ("dev", "test")
    assert parse("flask @ https://h/f.zip ; os_name == 'nt'").marker == 'os_name == "nt"'
    assert parse("https://h/Flask-1.0.zip ; os_name == 'nt'").marker == "os_name == 'nt'"


@pytest.mark.parametrize(
    "text", ["django==", "django=4", "flask>", "???", "two words", "django==4.2.x", "flask; nonsense", ""]
)
def test_what_pip_would_refuse(text: str) -> None:
    with pytest.raises(NotARequirement):
        parse(text)


@given(st.text(max_size=30))
def test_any_text_parses_or_is_refused(text: str) -> None:
    try:
        found = parse(text)
    except NotARequirement as error:
        assert "\n" not in str(error)
    else:
        assert found.name == normalise(found.name)


@pytest.mark.parametrize(
    ("specifier", "kind"),
    [
        ("", "any"),
        ("==4.2.*,!=4.2.3", "series"),
        ("~=4.2", "series"),
        (">=1", "floor"),
        (">=1,<2", "range"),
        ("<=3", "range"),
        ("!=1", "any"),
        ("==1", "pinned"),
        (">0,==1.5", "pinned"),
    ],
)
def test_kinds(specifier: str, kind: str) -> None:
    assert classify(specifier)[0] == kind


# text, kind, version, PEP 440
POETRY = [
    ("^4.2", "range", None, ">=4.2,<5.0"),
    ("^0.12", "range", None, ">=0.12,<0.13"),
    ("^0.0.3", "range", None, ">=0.0.3,<0.0.4"),
    ("^1.2.3", "range", None, ">=1.2.3,<2.0.0"),
    ("^0", "range", None, ">=0,<1"),
    ("~4.2", "series", None, ">=4.2,<4.3"),
    ("~1", "series", None, ">=1,<2"),
    ("4.2.1", "pinned", "4.2.1", "==4.2.1"),
    ("*", "any", None, ""),
    ("", "any", None, ""),
    ("4.2.*", "series", None, "==4.2.*"),
    (">=2,<3", "range", None, ">=2,<3"),
    (">=2 <3", "range", None, ">=2,<3"),
    (">=2.0", "floor", None, ">=2.0"),
    ("^1.0 || ^2.0", "range", None, None),
    ("^1.0 || >=3", "floor", None, None),
    ("^1.0 || *", "any", None, None),
    ("~=4.2.0", "series", None, "~=4.2.0"),
    ("==4.2", "pinned", "4.2", "==4.2"),
]


@pytest.mark.parametrize(("text", "kind", "version", "converted"), POETRY)
def test_poetry_constraints(text: str, kind: str, version: str | None, converted: str | None) -> None:
    assert poetry_specifier(text) == (kind, version)
    assert as_pep440(text) == converted
    if converted is not None:
        SpecifierSet(converted)


def test_conda_series_and_sources_as_pep440() -> None:
    assert as_pep440("=4.2") == "==4.2.*"
    assert as_pep440("git+https://h/x") is None


@given(st.lists(st.integers(0, 30), min_size=1, max_size=4))
def test_a_caret_never_reaches_the_next_significant_number(numbers: list[int]) -> None:
    version = ".".join(map(str, numbers))
    converted = as_pep440(f"^{version}")
    assert converted is not None
    allowed = SpecifierSet(converted)
    assert allowed.contains(version)
    significant = next((at for at, number in enumerate(numbers) if number), len(numbers) - 1)
    over = [*numbers[:significant], numbers[significant] + 1]
    assert not allowed.contains(".".join(map(str, over)))


@pytest.mark.parametrize(
    "name",
    [
        "dev",
        "tests",
        "requirements-dev",
        "docs",
        "lint-ci",
        "type_checks".replace("_", "-"),
        "functests",
        "py3-test",
        "mypy",
    ],
)
def test_names_for_developing(name: str) -> None:
    assert dev_like(name)


@pytest.mark.parametrize(
    "name",
    [
        "requirements",
        "base",
        "production",
        "latest",
        "devices",
        "contest",
        "document",
        "web",
        "django42",
        "celery",
    ],
)
def test_names_that_are_not_for_developing(name: str) -> None:
    assert not dev_like(name)


def test_scopes_that_are_installed() -> None:
    assert [
        scope
        for scope in (
            "runtime",
            "script",
            "extra:web",
            "extra:dev",
            "group:web",
            "dev",
            "build",
            "tool",
            "constraint",
        )
        if runtime_scope(scope)
    ] == ["runtime", "script", "extra:web"]


MUST_PASS = r"""
Django==4.2.*
django-filter ~= 5.2.0 ; python_version < "3.12"
Flask>=2,<4 --hash=sha256:aaaa \
    --hash=sha256:bbbb
flask-login!=2.2.0
# django==1.0
   # an indented comment
django-stubs
flask_cors
Flask-Caching==4 # via -r base.in
CherryPy>=18 \
  ,<19
pyramid<3    # comment
webob#not-a-comment
bottle @ https://h.example/bottle.zip
-e git+https://h.example/django/django.git@main#egg=django-main
pyramid-x @ file:///x
./vendor/bottle-websocket-0.13.4-py2.py3-none-any.whl
-i https://index.example/simple
--extra-index-url=https://index.example/simple
--no-binary :all:
celery[redis]==5 --config-settings "a=b" --global-option=x
"""


def test_the_lines_of_a_requirements_file() -> None:
    found = manifests({"requirements.txt": MUST_PASS})
    assert rows(found) == [
        ("django", "==4.2.*", "series", "runtime", 2),
        ("django-filter", "~= 5.2.0", "series", "runtime", 3),
        ("flask", ">=2,<4", "range", "runtime", 4),
        ("flask-login", "!=2.2.0", "any", "runtime", 6),
        ("django-stubs", "", "any", "runtime", 9),
        ("flask-cors", "", "any", "runtime", 10),
        ("flask-caching", "==4", "pinned", "runtime", 11),
        ("cherrypy", ">=18   ,<19", "range", "runtime", 12),
        ("pyramid", "<3", "range", "runtime", 14),
        ("bottle", "https://h.example/bottle.zip", "url", "runtime", 16),
        ("django-main", "git+https://h.example/django/django.git@main#egg=django-main", "vcs", "runtime", 17),
        ("pyramid-x", "file:///x", "path", "runtime", 18),
        ("bottle-websocket", "./vendor/bottle-websocket-0.13.4-py2.py3-none-any.whl", "path", "runtime", 19),
        ("celery", "==5", "pinned", "runtime", 23),
    ]
    assert faults(found) == [("requirements.txt", 15)]
    assert "`webob#not-a-comment` is not a requirement pip accepts" in found.failures[0].message
    assert found.manifest_paths == ("requirements.txt",)


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xfe" + "Django==5.2\r\nflask\r\n".encode("utf-16-le"),
        b"\xfe\xff" + "Django==5.2\nflask\n".encode("utf-16-be"),
        b"\xef\xbb\xbfDjango==5.2\nflask",
        b"Django==5.2\rflask\r",
        "Django==5.2 # caf\u00e9\nflask".encode("latin-1"),
        "Django==5.2\nflask".encode("utf-16-le"),
    ],
)
def test_encodings(data: bytes) -> None:
    found = manifests({"requirements.txt": data})
    assert rows(found) == [("django", "==5.2", "pinned", "runtime", 1), ("flask", "", "any", "runtime", 2)]
    assert found.failures == ()


@pytest.mark.parametrize(
    "line",
    [
        "-r prod.txt",
        "-rprod.txt",
        "-r=prod.txt",
        "--requirement prod.txt",
        "--requirement=prod.txt",
        "-r ./prod.txt",
        '-r "prod.txt"',
    ],
)
def test_every_spelling_of_an_include(line: str) -> None:
    found = manifests({"requirements.txt": f"{line}\n", "prod.txt": "\nflask==3.0\n"})
    (one,) = found.requirements
    assert (row(one), one.path, one.via) == (
        ("flask", "==3.0", "pinned", "runtime", 2),
        "prod.txt",
        ("requirements.txt",),
    )


def test_chains_cycles_and_scopes_of_includes() -> None:
    found = manifests(
        {
            "requirements.txt": "-r requirements/production.txt\n",
            "requirements/production.txt": "-r base.txt\ngunicorn\n",
            "requirements/base.txt": "-r production.txt\n-c limits.txt\nDjango>=6.0,<6.1\n",
            "requirements/dev.txt": "-r base.txt\ndjango-debug-toolbar\n",
            "requirements/limits.txt": "Django<7\n",
            "requirements/functests.txt": "selenium\n",
        }
    )
    assert [(one.name, one.scope, one.via) for one in found.requirements] == [
        ("django", "runtime", ("requirements.txt", "requirements/production.txt")),
        ("django-debug-toolbar", "dev", ()),
        ("selenium", "dev", ()),
        ("django", "runtime", ()),  # limits.txt lies in requirements/: a list of its own
        ("gunicorn", "runtime", ("requirements.txt",)),
    ]


def test_constraints_do_not_declare() -> None:
    found = manifests(
        {
            "requirements.txt": "-c constraints.txt\n--constraint=other/limits.txt\nflask\n",
            "constraints.txt": "Django==4.2\n",
            "other/limits.txt": "bottle<1\n",
        }
    )
    assert [(one.name, one.scope, one.via) for one in found.requirements] == [
        ("django", "constraint", ("requirements.txt",)),
        ("bottle", "constraint", ("requirements.txt",)),
        ("flask", "runtime", ()),
    ]


def test_an_include_from_a_development_file_is_for_development() -> None:
    found = manifests({"requirements-dev.txt": "-r common/shared.txt\n", "common/shared.txt": "flask\n"})
    assert rows(found) == [("flask", "", "any", "dev", 1)]


def test_includes_that_cannot_be_followed_are_said() -> None:
    text = "-r https://h.example/r.txt\n-r absent.txt\nflask\n-e ${WHERE}/django\nDjango==${DJANGO_VERSION}\n"
    found = manifests({"requirements.txt": text})
    assert [(path, line) for path, line, _ in lines(found)] == [
        ("requirements.txt", number) for number in (1, 2, 4, 5)
    ]
    assert rows(found) == [("flask", "", "any", "runtime", 3), ("django", "", "any", "runtime", 5)]


def test_a_fault_names_the_line_and_the_rest_goes_on() -> None:
    found = manifests({"requirements.txt": "flask\n\nDjango==\nbottle>0.12\n"})
    assert [one.name for one in found.requirements] == ["flask", "bottle"]
    assert [(one.path, one.stage, one.line) for one in found.failures] == [
        ("requirements.txt", "manifest", 3)
    ]


def test_faults_of_tests_and_templates_are_not_failures() -> None:
    found = manifests(
        {
            "tests/requirements.txt": "flask==\nbottle\n",
            "{{cookiecutter.x}}/requirements.txt": "flask\n{{ x }}\n",
        }
    )
    assert found.failures == ()
    assert [(path, line) for path, line, _ in lines(found)] == [
        ("tests/requirements.txt", 1),
        ("{{cookiecutter.x}}/requirements.txt", 2),
    ]
    assert len(found.requirements) == 2


@pytest.mark.parametrize(
    ("path", "scope"),
    [
        ("requirements.txt", "runtime"),
        ("requirements.in", "runtime"),
        ("base_requirements.txt", "runtime"),
        ("requirements/base.txt", "runtime"),
        ("requirements/prod/web.txt", "runtime"),
        ("optional-requirements.txt", "runtime"),
        ("Requirements.txt", "runtime"),
        ("requirement.txt", "runtime"),
        ("requirments.txt", "runtime"),
        ("requeriments.txt", "runtime"),
        ("requirements.txt.txt", "runtime"),
        ("requirements", "runtime"),
        ("requirements.lock", "runtime"),
        ("requirements.pip", "runtime"),
        ("reqs/web.txt", "runtime"),
        ("requirements-dev.txt", "dev"),
        ("dev-requirements.txt", "dev"),
        ("requirements/test.txt", "dev"),
        ("requirements_docs.txt", "dev"),
        ("test-requirements.txt", "dev"),
        ("requirements/ci/web.txt", "dev"),
        ("constraints.txt", "constraint"),
        ("requirements/constraints-prod.txt", "constraint"),
    ],
)
def test_scope_by_name(path: str, scope: str) -> None:
    assert [(one.path, one.scope) for one in manifests({path: "flask\n"}).requirements] == [(path, scope)]


@pytest.mark.parametrize(
    "path",
    ["notes.txt", "templates/list.txt", "robots.txt", "MANIFEST.in", "requests.txt", "docs/requirements.rst"],
)
def test_other_texts_are_not_requirements(path: str) -> None:
    assert manifests({path: "flask\n"}) == manifests({})


def test_prose_in_a_file_of_that_name_is_said_once() -> None:
    prose = (
        "What the product must do\n- be fast and small\n* please all users\nIt shall work\nIt shall be nice\n"
    )
    found = manifests({"docs/product-requirements.txt": prose})
    assert found.requirements == ()
    assert [(path, line) for path, line, _ in lines(found)] == [("docs/product-requirements.txt", 1)]


def test_what_pip_compile_wrote_is_a_lock_beside_its_source() -> None:
    head = "#\n# This file is autogenerated by pip-compile with Python 3.12\n#\n"
    found = manifests(
        {
            "requirements.in": "flask<3\n",
            "requirements.txt": f"{head}flask==2.3.3\n",
            "other/requirements.txt": f"{head}bottle==0.13\n",
        }
    )
    assert [(one.path, one.name, one.version, one.locked) for one in found.requirements] == [
        ("other/requirements.txt", "bottle", "0.13", False),
        ("requirements.in", "flask", None, False),
        ("requirements.txt", "flask", "2.3.3", True),
    ]


def test_directories_are_named_by_their_metadata() -> None:
    found = manifests(
        {
            "requirements/dev.txt": "-e .\n-e ./plugins/extra[web]\n-e ./unknown\n-e file:plugins/extra\n",
            "setup.cfg": "[metadata]\nname = My_App\n",
            "plugins/extra/pyproject.toml": '[project]\nname = "Extra.Plugin"\n',
        }
    )
    assert [(row(one), one.extras) for one in found.requirements] == [
        (("my-app", ".", "path", "dev", 1), ()),
        (("extra-plugin", "./plugins/extra[web]", "path", "dev", 2), ("web",)),
        (("extra-plugin", "file:plugins/extra", "path", "dev", 4), ()),
    ]
    assert lines(found) == [("requirements/dev.txt", 3, "no metadata names the directory ./unknown")]


def test_a_file_that_cannot_be_read() -> None:
    from pentalint.model import File, Role
    from pentalint.project.manifests import read_manifests

    def refuse(path: str) -> bytes:
        raise PermissionError(13, "Permission denied")

    files = [File(path, Role.app, 1) for path in ("requirements.txt", "pyproject.toml", "setup.py")]
    found = read_manifests(files, refuse)
    assert [(one.path, one.stage) for one in found.failures] == [
        ("pyproject.toml", "read"),
        ("requirements.txt", "read"),
        ("setup.py", "read"),
    ]
