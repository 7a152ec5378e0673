from __future__ import annotations

import pytest
from manifest_support import faults, lines, manifests, rows

from pentalint.project.manifests import Manifests, ProjectMetadata, PythonVersion

SETUP_CFG = """\
[metadata]
name = my-shop
keywords = web, shop
classifiers =
    Framework :: Pyramid
    Environment :: Web

[options]
python_requires = >=3.9
install-requires =
    # comment
    Django>=4.2 ; python_version < "3.12"
    flask-login==0.6  # inline

    celery[redis]
setup_requires = wheel
tests_require =
  pytest

[options.extras_require]
Web_Tools =
    bottle<1
all = file: reqs/all.txt, missing.txt

[options.entry_points]
console_scripts =
    shop = shop:main
paste.app_factory =
    main = shop:app

[testenv]
deps = cherrypy
"""


def test_setup_cfg() -> None:
    found = manifests({"setup.cfg": SETUP_CFG, "reqs/all.txt": "pyramid\n"})
    assert rows(found, "setup.cfg") == [
        ("django", ">=4.2", "floor", "runtime", 12),
        ("flask-login", "==0.6", "pinned", "runtime", 13),
        ("celery", "", "any", "runtime", 15),
        ("wheel", "", "any", "build", 16),
        ("pytest", "", "any", "dev", 18),
        ("bottle", "<1", "range", "extra:web-tools", 22),
        ("cherrypy", "", "any", "dev", 32),
    ]
    assert {one.name: one.marker for one in found.requirements if one.marker} == {
        "django": 'python_version < "3.12"'
    }
    assert found.projects == (
        ProjectMetadata(
            "setup.cfg",
            "my-shop",
            ("Framework :: Pyramid", "Environment :: Web"),
            ("web", "shop"),
            ">=3.9",
            (("console_scripts", "shop", "shop:main"), ("paste.app_factory", "main", "shop:app")),
        ),
    )
    assert found.pythons == (PythonVersion("setup.cfg", 9, ">=3.9"),)
    assert lines(found) == [("setup.cfg", 23, "the requirements file missing.txt is not in the project")]


def test_requirements_from_a_file_and_pbr() -> None:
    found = manifests(
        {
            "a/setup.cfg": "[options]\ninstall_requires = file: deps.txt\n",
            "a/deps.txt": "flask\n",
            "b/setup.cfg": "[metadata]\nname = b\n[pbr]\nskip = 1\n",
            "b/requirements.txt": "django\n",
        }
    )
    assert [(one.path, one.name, one.scope, one.via) for one in found.requirements] == [
        ("a/deps.txt", "flask", "runtime", ("a/setup.cfg",)),
        ("b/requirements.txt", "django", "runtime", ("b/setup.cfg",)),
    ]


def test_a_setup_cfg_that_only_configures_tools_is_no_manifest() -> None:
    assert manifests({"setup.cfg": "[flake8]\nmax-line-length = 100\n"}) == Manifests()


def setup(arguments: str, before: str = "", head: str = "from setuptools import setup") -> Manifests:
    return manifests({"setup.py": f"{head}\n{before}\nsetup(\n{arguments}\n)\n".encode()})


# what stands before the call, the arguments, (name, specifier, scope, line, conditional)
SETUP_PY: list[tuple[str, str, list[tuple[str, str, str, int, bool]]]] = [
    (
        "",
        "install_requires=['Django>=4', 'celery[redis]',\n  'django-filter==2']",
        [
            ("celery", "", "runtime", 4, False),
            ("django", ">=4", "runtime", 4, False),
            ("django-filter", "==2", "runtime", 5, False),
        ],
    ),
    ("", "install_requires=('flask',)", [("flask", "", "runtime", 4, False)]),
    ("", "install_requires={'flask'}", [("flask", "", "runtime", 4, False)]),
    (
        "",
        "install_requires='''\n  flask>=2  # why\n  bottle\n'''",
        [("flask", ">=2", "runtime", 5, False), ("bottle", "", "runtime", 6, False)],
    ),
    (
        "",
        "install_requires='flask bottle'.split()",
        [("bottle", "", "runtime", 4, False), ("flask", "", "runtime", 4, False)],
    ),
    (
        "",
        "install_requires='flask\\nbottle'.split('\\n')",
        [("flask", "", "runtime", 4, False), ("bottle", "", "runtime", 5, False)],
    ),
    (
        "",
        "install_requires='flask,bottle'.split(',')",
        [("bottle", "", "runtime", 4, False), ("flask", "", "runtime", 4, False)],
    ),
    (
        "",
        "install_requires='''\nflask\nbottle'''.splitlines()",
        [("flask", "", "runtime", 5, False), ("bottle", "", "runtime", 6, False)],
    ),
    (
        "",
        "install_requires=['fla' 'sk', 'bot' + 'tle']",
        [("bottle", "", "runtime", 4, False), ("flask", "", "runtime", 4, False)],
    ),
    ("REQS = ['flask']", "install_requires=REQS", [("flask", "", "runtime", 2, False)]),
    ("REQS = ['old']; REQS = ['flask']", "install_requires=REQS", [("flask", "", "runtime", 2, False)]),
    ("REQS: list[str] = ['flask']", "install_requires=REQS", [("flask", "", "runtime", 2, False)]),
    (
        "A = ['flask']; B = ['bottle']",
        "install_requires=A + B + ['six']",
        [
            ("bottle", "", "runtime", 2, False),
            ("flask", "", "runtime", 2, False),
            ("six", "", "runtime", 4, False),
        ],
    ),
    (
        "REQS = []; REQS += ['flask']; REQS.append('six'); REQS.extend(['bottle']); REQS.insert(0, 'zope')",
        "install_requires=REQS",
        [
            ("bottle", "", "runtime", 2, False),
            ("flask", "", "runtime", 2, False),
            ("six", "", "runtime", 2, False),
            ("zope", "", "runtime", 2, False),
        ],
    ),
    (
        (
            "REQS = ['six']\nif sys.version_info < (3,):\n    REQS.append('flask<2')\nelse:\n"
            "    REQS += ['flask>2']"
        ),
        "install_requires=REQS",
        [
            ("six", "", "runtime", 2, False),
            ("flask", "<2", "runtime", 4, True),
            ("flask", ">2", "runtime", 6, True),
        ],
    ),
    (
        "if PY2:\n    REQS = ['a']\nelse:\n    REQS = ['b']",
        "install_requires=REQS",
        [("a", "", "runtime", 3, True), ("b", "", "runtime", 5, True)],
    ),
    (
        "try:\n    import json\n    REQS = ['a']\nexcept ImportError:\n    REQS = ['b']",
        "install_requires=REQS",
        [("a", "", "runtime", 4, False), ("b", "", "runtime", 6, False)],
    ),
    (
        "",
        "install_requires=['a'] if PY2 else ['b']",
        [("a", "", "runtime", 4, True), ("b", "", "runtime", 4, True)],
    ),
    (
        "OPTIONS = dict(name='x', install_requires=['flask'])",
        "**OPTIONS",
        [("flask", "", "runtime", 2, False)],
    ),
    (
        (
            "OPTIONS = {'name': 'x', 'install_requires': ['flask']}\n"
            "OPTIONS['extras_require'] = {'w': ['bottle']}"
        ),
        "**OPTIONS",
        [("flask", "", "runtime", 2, False), ("bottle", "", "extra:w", 3, False)],
    ),
    (
        (
            "OPTIONS = {}\nOPTIONS['install_requires'] = ['flask']\n"
            "OPTIONS['install_requires'] += ['six']\n"
            "OPTIONS.update({'tests_require': ['nose']})"
        ),
        "**OPTIONS",
        [("flask", "", "runtime", 3, False), ("six", "", "runtime", 4, False), ("nose", "", "dev", 5, False)],
    ),
    (
        "V = '4.2'",
        "install_requires=['django==%s' % V, f'flask=={V}']",
        [("django", "==4.2", "runtime", 4, False), ("flask", "==4.2", "runtime", 4, False)],
    ),
    (
        "D = {'web': ['flask'], 'db': ['six']}",
        "install_requires=D['web'], extras_require=D",
        [
            ("flask", "", "extra:web", 2, False),
            ("flask", "", "runtime", 2, False),
            ("six", "", "extra:db", 2, False),
        ],
    ),
    (
        "D = {'web': ['flask'], 'db': ['six']}",
        "extras_require={**D, 'all': sum(D.values(), [])}",
        [
            ("flask", "", "extra:all", 2, False),
            ("flask", "", "extra:web", 2, False),
            ("six", "", "extra:all", 2, False),
            ("six", "", "extra:db", 2, False),
        ],
    ),
    (
        "D = {'web': ['flask']}\nD['all'] = [x for g in D.values() for x in g]",
        "extras_require=D",
        [("flask", "", "extra:all", 2, False), ("flask", "", "extra:web", 2, False)],
    ),
    (
        "R = ['flask']",
        "install_requires=list(set(R)), tests_require=sorted(R)",
        [("flask", "", "dev", 2, False), ("flask", "", "runtime", 2, False)],
    ),
    (
        "R = ['flask']",
        "install_requires=R[:], setup_requires=[*R]",
        [("flask", "", "build", 2, False), ("flask", "", "runtime", 2, False)],
    ),
    ("", "requires=['flask']", [("flask", "", "runtime", 4, False)]),
    ("", "install_requires=None, tests_require=[]", []),
]


@pytest.mark.parametrize(
    ("before", "arguments", "expected"), SETUP_PY, ids=[str(at) for at in range(len(SETUP_PY))]
)
def test_setup_py(before: str, arguments: str, expected: list[tuple[str, str, str, int, bool]]) -> None:
    found = setup(arguments, before)
    assert [
        (one.name, one.specifier, one.scope, one.line, one.conditional) for one in found.requirements
    ] == expected
    assert found.unresolved == ()
    assert found.manifest_paths == ("setup.py",)


def test_extras_keys_may_carry_markers() -> None:
    found = setup(
        "extras_require={\n  ':python_version < \"3\"': ['six'],\n"
        "  'web:os_name == \"nt\"': ['flask; extra == \"x\"']}"
    )
    assert [(one.name, one.scope, one.marker) for one in found.requirements] == [
        ("six", "runtime", 'python_version < "3"'),
        ("flask", "extra:web", '(extra == "x") and (os_name == "nt")'),
    ]


def test_setup_py_metadata() -> None:
    found = setup(
        "name='Shop', python_requires='>=3.8', keywords='web shop', classifiers=['Framework :: Django'],\n"
        "entry_points={'console_scripts': ['shop = shop:main', 'bad'],"
        "'paste.app_factory': 'main = shop:app'}"
    )
    assert found.projects == (
        ProjectMetadata(
            "setup.py",
            "Shop",
            ("Framework :: Django",),
            ("web", "shop"),
            ">=3.8",
            (("console_scripts", "shop", "shop:main"), ("paste.app_factory", "main", "shop:app")),
        ),
    )
    assert found.pythons == (PythonVersion("setup.py", 4, ">=3.8"),)


def test_entry_points_and_classifiers_as_text() -> None:
    found = setup(
        "classifiers='''\nFramework :: Django\nEnvironment :: Web\n''',\n"
        "entry_points='''\n  [paste.app_factory]\n  my-App = shop:main\n  '''"
    )
    (metadata,) = found.projects
    assert metadata.classifiers == ("Framework :: Django", "Environment :: Web")
    assert metadata.entry_points == (("paste.app_factory", "my-App", "shop:main"),)


READ = [
    "open('reqs.txt').read().splitlines()",
    "open('reqs.txt').readlines()",
    "[line.strip() for line in open('reqs.txt') if line]",
    "[str(r.req) for r in parse_requirements('reqs.txt', session=False)]",
    "read_lines('reqs.txt')",
    "from_default()",
    "list(filter(None, Path('reqs.txt').read_text().split('\\n')))",
    "REQS",
    "OTHER",
    "open(os.path.join(here, 'reqs.txt')).read().split('\\n')",
    "NAME_LINES",
]
HELPERS = """
def read_lines(name):
    with open(name) as handle:
        return handle.read().splitlines()
def from_default():
    return [x for x in open(os.path.join(HERE, 'reqs.txt'))]
with open('reqs.txt') as handle:
    REQS = handle.read().splitlines()
with open(os.path.join(HERE, 'reqs.txt')) as handle:
    OTHER = [line for line in handle if not line.startswith('#')]
NAME = 'reqs.txt'
NAME_LINES = open(NAME).read().split()
"""


@pytest.mark.parametrize("expression", READ)
def test_a_file_that_the_script_reads(expression: str) -> None:
    text = f"from setuptools import setup\n{HELPERS}\nsetup(install_requires={expression})\n"
    found = manifests({"pkg/setup.py": text.encode(), "pkg/reqs.txt": "django==5\nflask\n"})
    assert [(one.path, one.name, one.line, one.scope, one.via) for one in found.requirements] == [
        ("pkg/reqs.txt", "django", 1, "runtime", ("pkg/setup.py",)),
        ("pkg/reqs.txt", "flask", 2, "runtime", ("pkg/setup.py",)),
    ]
    assert found.unresolved == ()


@pytest.mark.parametrize(
    ("before", "arguments", "line"),
    [
        ("", "install_requires=compute()", 4),
        ("import x", "install_requires=x.REQS", 4),
        ("", "install_requires=['flask', *more()]", 4),
        ("", "install_requires=['flask=={}'.format(v)]", 4),
        ("", "install_requires=[f'flask=={v}']", 4),
        ("", "install_requires=['flask==%s' % v]", 4),
        ("", "install_requires=open('absent.txt').read()", 4),
        ("", "extras_require={key: ['flask']}", 4),
        ("D = {}", "install_requires=D['x']", 4),
        ("", "**options()", 3),
        ("", "install_requires=[x.name for x in things]", 4),
        ("X = Y", "install_requires=X", 2),
    ],
)
def test_what_only_running_would_tell_is_said(before: str, arguments: str, line: int) -> None:
    found = setup(arguments, before)
    assert [(path, number) for path, number, _ in lines(found)] == [("setup.py", line)]
    assert found.failures == ()


@pytest.mark.parametrize(
    "head",
    [
        "from setuptools import setup",
        "from setuptools import *",
        "from distutils.core import setup",
        "from skbuild import setup",
        "try:\n    from setuptools import setup\nexcept ImportError:\n    from distutils.core import setup",
    ],
)
def test_libraries_that_make_a_setup_script(head: str) -> None:
    assert [one.name for one in setup("install_requires=['flask']", head=head).requirements] == ["flask"]


@pytest.mark.parametrize(
    "text",
    [
        "import setuptools\nsetuptools.setup(install_requires=['flask'])\n",
        "import setuptools as s\ns.setup(install_requires=['flask'])\n",
        "from setuptools import setup as go_setup\ngo_setup(install_requires=['flask'])\n",
        "from distutils import core\ncore.setup(install_requires=['flask'])\n",
        "import distutils.core\ndistutils.core.setup(install_requires=['flask'])\n",
        (
            "from setuptools import setup\nif __name__ == '__main__':\n    R = ['flask']\n"
            "    setup(install_requires=R)\n"
        ),
        (
            "from setuptools import setup\ndef main():\n    R = ['flask']\n"
            "    setup(install_requires=R)\nmain()\n"
        ),
        "from setuptools import setup\nwith chdir('x'):\n    setup(install_requires=['flask'])\n",
        (
            "from setuptools import setup\nR = ['flask']\nfor x in y:\n    pass\n"
            "result = setup(install_requires=R)\n"
        ),
    ],
)
def test_ways_to_call_setup(text: str) -> None:
    found = manifests({"setup.py": text})
    assert [(one.name, one.conditional) for one in found.requirements] == [("flask", False)]


@pytest.mark.parametrize(
    "text",
    [
        "from app.forms import setup\nsetup(install_requires=['flask'])\n# not setuptools\n",
        "from setuptools import find_packages\ndef setup(**kw): ...\nsetup(install_requires=['flask'])\n",
        "from setuptools import setup\n# never called: setup(install_requires=['flask'])\n",
        "class SetupForm:\n    pass\n",
        "",
    ],
)
def test_a_file_named_setup_py_need_not_be_packaging(text: str) -> None:
    assert manifests({"app/forms/setup.py": text}) == Manifests()


def test_a_faulty_requirement_in_a_script() -> None:
    assert faults(setup("install_requires=['flask', 'django==']")) == [("setup.py", 4)]


def test_pbr_takes_the_requirements_file() -> None:
    found = manifests(
        {
            "setup.py": "from setuptools import setup\nsetup(setup_requires=['pbr'], pbr=True)\n",
            "requirements.txt": "flask\n",
        }
    )
    assert [(one.name, one.scope) for one in found.requirements] == [("flask", "runtime"), ("pbr", "build")]


def test_long_chains_and_deep_nesting_do_not_crash() -> None:
    chain = " + ".join(["['flask']"] * 900)
    assert {one.name for one in setup(f"install_requires={chain}").requirements} == {"flask"}
    deep = "(" * 60 + "['flask']" + ",)" * 60
    found = setup(f"install_requires={deep}")
    assert [one.name for one in found.requirements] == [] and found.unresolved != ()


TOX = """\
[tox]
envlist = py, django{42,52}

[testenv]
deps =
    pytest
    django42: Django>=4.2,<4.3
    py{310,311}-django52: Django>=5.2,<5.3
    !minimal: flask
    -r {toxinidir}/requirements-test.txt
    -c{tox_root}/constraints.txt
    {[base]deps}
    bottle=={env:BOTTLE}
    -r absent.txt
    # comment
    git+https://h.example/x/pyramid.git#egg=pyramid
commands = pytest

[testenv:lint]
deps = ruff

[flake8]
deps = nothing
"""


def test_tox_ini() -> None:
    found = manifests({"tox.ini": TOX, "requirements-test.txt": "webtest\n", "constraints.txt": "six\n"})
    assert rows(found, "tox.ini") == [
        ("pytest", "", "any", "dev", 6),
        ("django", ">=4.2,<4.3", "range", "dev", 7),
        ("django", ">=5.2,<5.3", "range", "dev", 8),
        ("flask", "", "any", "dev", 9),
        ("pyramid", "git+https://h.example/x/pyramid.git#egg=pyramid", "vcs", "dev", 16),
        ("ruff", "", "any", "dev", 20),
    ]
    assert [(one.path, one.scope) for one in found.requirements if one.name in {"webtest", "six"}] == [
        ("constraints.txt", "constraint"),
        ("requirements-test.txt", "dev"),
    ]
    assert [(path, line) for path, line, _ in lines(found)] == [("tox.ini", 13), ("tox.ini", 14)]
    assert "tox.ini" not in found.manifest_paths


def test_tox_in_toml() -> None:
    found = manifests(
        {
            "tox.toml": '[env_run_base]\ndeps = ["pytest"]\n[env.lint]\ndeps = ["ruff",\n "-r needs.txt"]\n',
            "needs.txt": "flask\n",
            "a/pyproject.toml": '[tool.tox.env.x]\ndeps = ["django"]\n',
            "b/pyproject.toml": '[tool.tox]\nlegacy_tox_ini = """\n[testenv]\ndeps =\n  bottle\n"""\n',
        }
    )
    assert [(one.path, one.name, one.line, one.scope) for one in found.requirements] == [
        ("a/pyproject.toml", "django", 2, "dev"),
        ("b/pyproject.toml", "bottle", 5, "dev"),
        ("needs.txt", "flask", 1, "dev"),
        ("tox.toml", "pytest", 2, "dev"),
        ("tox.toml", "ruff", 4, "dev"),
    ]


def test_nox() -> None:
    found = manifests(
        {
            "noxfile.py": """\
            import nox

            @nox.session
            @nox.parametrize("django", ["4.2", "5.2", None])
            @nox.parametrize("python", ["3.12"])
            def tests(session, django):
                session.install("pytest>=8", "-r", "needs.txt", "-c", "constraints.txt", ".", "--pre")
                session.install(f"django~={django}", "flask")
                session.run("pip", "install", "nothing")
            """,
            "needs.txt": "webtest\n",
            "constraints.txt": "six\n",
            "lib/noxfile.py": "def broken(:\n",
        }
    )
    assert rows(found, "noxfile.py") == [
        ("django", "4.2", "series", "dev", 4),
        ("django", "5.2", "series", "dev", 4),
        ("pytest", ">=8", "floor", "dev", 7),
        ("flask", "", "any", "dev", 8),
    ]
    assert {(one.name, one.scope) for one in found.requirements if one.path != "noxfile.py"} == {
        ("webtest", "dev"),
        ("six", "constraint"),
    }


@pytest.mark.parametrize(
    "item", ["f'flask[async]>={v}'", "'flask[async]==%s' % v", "'flask[async]~={}'.format(v)"]
)
def test_the_name_counts_when_only_the_version_is_computed(item: str) -> None:
    found = setup(f"install_requires=['six', {item}]")
    assert [(one.name, one.kind, one.extras) for one in found.requirements] == [
        ("flask", "any", ("async",)),
        ("six", "any", ()),
    ]
    assert [line for _, line, _ in lines(found)] == [4]


def test_buildout() -> None:
    text = "[buildout]\nparts = a\n[a]\nrecipe = x\neggs =\n  pyramid\n  webob waitress\n  ${b}\n"
    found = manifests({"buildout.cfg": text})
    assert [(one.name, one.scope, one.line) for one in found.requirements] == [
        ("pyramid", "tool", 6),
        ("waitress", "tool", 7),
        ("webob", "tool", 7),
    ]
