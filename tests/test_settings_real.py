"""`pentalint settings`: what comparing real projects with their files has shown: what the libraries make of addresses, which
variables reach a setting by way of a loop, a method or a helper, and what a project refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from configuring import deployments, settings_of

from pentalint.settings.model import OPTIONAL

QUERY = "sslmode=require&conn_max_age=60&timeout=5&keepalives=true"
DEFAULTS = {"CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": False, "DISABLE_SERVER_SIDE_CURSORS": False}


def names(found: object) -> list[str]:
    return [one.name for one in found.environment]  # type: ignore[attr-defined]


# -- databases (django-environ 0.14, dj-database-url 3.1, run on these addresses) --------------------------------------

ADDRESSES = [
    (
        "postgres://u@h:5432/n?" + QUERY,
        5432,
        "postgresql",
        {"sslmode": "require", "timeout": 5, "keepalives": "true"},
    ),
    ("oracle://u@h:1521/n", "1521", "oracle", None),
    ("psql://u@h/n", "", "postgresql", None),
]


@pytest.mark.parametrize(("address", "port", "engine", "options"), ADDRESSES)
def test_a_database_of_django_environ(
    tmp_path: Path, address: str, port: object, engine: str, options: dict[str, object] | None
) -> None:
    found = settings_of(tmp_path, f"import environ\nX = environ.Env().db('V', default={address!r})\n")["X"]
    expected: dict[str, object] = {"NAME": "n", "USER": "u", "PASSWORD": "", "HOST": "h", "PORT": port}
    expected["ENGINE"] = f"django.db.backends.{engine}"
    if options is not None:
        expected |= {"CONN_MAX_AGE": 60, "OPTIONS": options}
    assert found.value == expected


def test_the_engine_that_a_call_names(tmp_path: Path) -> None:
    text = "import environ\nX = environ.Env().db('V', default='postgres://h/n', engine='own')['ENGINE']\n"
    assert settings_of(tmp_path, text)["X"].value == "own"


def test_a_database_of_dj_database_url(tmp_path: Path) -> None:
    text = f"import dj_database_url as d\nX = d.config(default='postgres://u@h/n?{QUERY}')\nY = d.config(default='psql://h/n')\n"
    found = settings_of(tmp_path, text)
    options = {"sslmode": "require", "conn_max_age": 60, "timeout": 5, "keepalives": True}
    assert (
        found["X"].value
        == {
            "NAME": "n",
            "USER": "u",
            "PASSWORD": "",
            "HOST": "h",
            "PORT": "",
            "ENGINE": "django.db.backends.postgresql",
            "OPTIONS": options,
        }
        | DEFAULTS
    )
    assert found["Y"].state == "unknown"  # dj-database-url does not know the scheme


# -- variables that are not set -----------------------------------------------------------------------------------

LACKING = [
    ("import environ\nenv = environ.Env()", "env.str('V')", "Exception"),
    (
        "import environ\nfrom django.core.exceptions import ImproperlyConfigured as E\nenv = environ.Env()",
        "env('V')",
        "E",
    ),
    ("from environs import Env, EnvError\nenv = Env()", "env.int('V')", "EnvError"),
    ("from decouple import config, UndefinedValueError", "config('V')", "UndefinedValueError"),
    ("import os", "os.environ['V']", "KeyError"),
]


@pytest.mark.parametrize(("imports", "read", "fault"), LACKING)
def test_a_variable_that_is_not_set_runs_the_handler(
    tmp_path: Path, imports: str, read: str, fault: str
) -> None:
    text = f"{imports}\ntry:\n    BROKER = {read}\nexcept {fault}:\n    EAGER = True\n"
    found = settings_of(tmp_path, text)
    assert (found["BROKER"].state, found["BROKER"].text) == ("known", "not set")
    assert (found["EAGER"].state, found["EAGER"].text, names(found["EAGER"])) == ("known", "True", ["V"])


def test_another_fault_is_not_caught(tmp_path: Path) -> None:
    text = "import environ\ntry:\n    X = environ.Env()('V')\nexcept KeyError:\n    X = 1\n"
    assert settings_of(tmp_path, text)["X"].state != "known"


# -- which variables have a part in a setting ---------------------------------------------------------------------

HELPER = """import os
def listed(name):
    return os.environ[name].split(',') if name in os.environ else []
def adapt(current, name):
    for item in listed('ADD_' + name):
        current.insert(0, item)
    return current
"""

REACHES = [
    (f"{HELPER}X = ['a']\nadapt(X, 'X')\n", ["ADD_X"]),
    (f"{HELPER}X = ['a']\nadapt(name='X', current=X)\n", ["ADD_X"]),
    (f"{HELPER}X = ['a']\nX.extend(listed('MORE'))\n", ["MORE"]),
    (f"{HELPER}X = {{'d': {{}}}}\nX['d'].update(a=os.environ.get('A', '1'))\n", ["A"]),
    (
        f"{HELPER}ON = listed('ON')\nX = []\nfor code in ('de', 'fr'):\n    if ON and code not in ON:\n        continue\n"
        "    X.append(code)\n",
        ["ON"],
    ),
    (f"{HELPER}os.environ.setdefault('OTHER', 'x')\nX = os.path.join('a', 'b')\n", []),
    (f"{HELPER}def look(current):\n    return os.environ.get('LOOK')\nX = ['a']\nlook(X)\n", []),
    (f"{HELPER}for code in ('de', 'fr'):\n    if listed('ON'):\n        continue\nX = ['a']\n", []),
]


@pytest.mark.parametrize(("text", "reads"), REACHES)
def test_a_variable_reaches_a_container(tmp_path: Path, text: str, reads: list[str]) -> None:
    found = settings_of(tmp_path, text)["X"]
    assert (found.state, names(found)) == ("known", reads)


def test_a_name_that_only_one_branch_sets(tmp_path: Path) -> None:
    text = "import other\nif other.there():\n    X = 1\nif other.here():\n    Y = 1\nelse:\n    Y = 2\n"
    found = settings_of(tmp_path, text)
    assert (found["X"].state, found["X"].text, found["X"].value) == ("alternatives", "1 | not set", None)
    assert found["X"].alternatives == ("1", "not set")
    assert found["X"].reason == "it depends on `other.there()`"
    assert (found["Y"].state, found["Y"].text) == ("alternatives", "1 | 2")


# -- what a project refuses ---------------------------------------------------------------------------------------

HEAD = "import os\nfrom django.core.exceptions import ImproperlyConfigured as E\n"

REFUSED = [
    ("KEY = os.environ.get('KEY', '')\nif not KEY:\n    raise E\n", {"KEY": "KEY"}),
    ("KEY = os.environ.get('KEY', 'dev')\nif KEY == 'dev':\n    raise E(KEY)\n", {"KEY": "KEY"}),
    (
        "DEBUG = os.environ.get('DEBUG', False)\nKEY = os.environ.get('KEY', 'dev')\nif not DEBUG and KEY == 'dev':\n    raise E\n",
        {"KEY": "KEY"},
    ),
    (
        "DEBUG = os.environ.get('DEBUG', False)\nKEY = os.environ.get('KEY', 'dev')\nif not DEBUG:\n    if KEY == 'dev':\n        raise E\n",
        {"KEY": "KEY"},
    ),
    (
        "KEY = os.environ.get('KEY')\nif KEY is None:\n    raise E\nHOST = os.environ.get('HOST', 'a')\n",
        {"KEY": "KEY"},
    ),
    ("KEY = os.environ.get('KEY')\nassert KEY, 'raise'\n", {"KEY": "KEY"}),
    (
        "import sys\nKEY = os.environ.get('KEY', '')\nif not KEY:\n    sys.exit('raise')\nAFTER = 1\n",
        {"KEY": "KEY"},
    ),
    (
        "def check(name):\n    if not os.environ.get(name):\n        raise E(name)\ncheck('KEY')\nKEY = os.environ.get('KEY', 'x')\n",
        {"KEY": "KEY"},
    ),
    ("if 'KEY' not in os.environ:\n    raise E\nKEY = os.environ.get('KEY', '')\n", {"KEY": "KEY"}),
    (
        "from importlib import import_module\nlocal = import_module('shop.local')\n"
        "if not hasattr(local, 'A') and not hasattr(local, 'B'):\n    raise E\nelif hasattr(local, 'A') and hasattr(local, 'B'):\n"
        "    raise E\nA = getattr(local, 'A', None)\nB = getattr(local, 'B', {'default': A})\n",
        {"A": "shop.local.A", "B": "shop.local.B"},
    ),
]


@pytest.mark.parametrize(("text", "expected"), REFUSED)
def test_a_default_that_the_project_refuses_is_not_the_value(
    tmp_path: Path, text: str, expected: dict[str, str]
) -> None:
    found = settings_of(tmp_path, HEAD + text)
    asked = {name: one for name, one in found.items() if one.state == "environment"}
    assert {name: one.text for name, one in asked.items()} == {
        name: "${" + variable + "}" for name, variable in expected.items()
    }
    line = next(at for at, one in enumerate((HEAD + text).splitlines(), 3) if "raise" in one)
    for one in asked.values():
        assert f"without it, the project stops at shop/settings.py:{line}" in one.reason
        assert {each.default for each in one.environment if each.name in expected.values()} == {None}


def test_a_path_that_is_tested_stays_a_path(tmp_path: Path) -> None:
    text = "from pathlib import Path\nROOT = Path('/a')\nif ROOT:\n    X = str(ROOT / 'b')\n"
    assert settings_of(tmp_path, text)["X"].text == "'/a/b' | not set"


ACCEPTED = [
    "KEY = os.environ.get('KEY', 'dev')\ndef check():\n    if not os.environ.get('KEY'):\n        raise E\ntry:\n    check()\nexcept E:\n    pass\n",
    "KEY = os.environ.get('KEY', 'dev')\nassert KEY != 'other'\n",
    "KEY = os.environ.get('KEY', 'dev')\nif KEY == 'other':\n    raise E\n",
    "KEY = os.environ.get('KEY', 'dev')\nif os.path.exists('/etc/x'):\n    raise E\n",
    "KEY = os.environ.get('KEY', 'dev')\ntry:\n    if KEY == 'dev':\n        raise E\nexcept E:\n    pass\n",
]


@pytest.mark.parametrize("text", ACCEPTED)
def test_a_default_that_may_stand_is_the_value(tmp_path: Path, text: str) -> None:
    assert settings_of(tmp_path, HEAD + text)["KEY"].state == "known"


def test_each_deployment_is_asked_for_what_it_refuses(tmp_path: Path) -> None:
    base = "import os\nINSTALLED_APPS = []\nROOT_URLCONF = 'shop.urls'\nKEY = os.environ.get('KEY', 'dev')\n"
    files = {
        "shop/__init__.py": "",
        "shop/settings/__init__.py": "",
        "shop/settings/base.py": base,
        "shop/settings/dev.py": "from .base import *\nDEBUG = True\ntry:\n    from .local import *\nexcept ImportError:\n    pass\n",
        "shop/settings/production.py": "from .base import *\nif KEY == 'dev':\n    raise ValueError('KEY')\n",
    }
    found = {one.name: one for one in deployments(tmp_path, files)}
    production, dev = found["shop.settings.production"], found["shop.settings.dev"]
    assert {one.name: one.text for one in production.settings}["KEY"] == "${KEY}"
    assert {one.name: one.text for one in dev.settings}["KEY"] == "'dev'"
    assert production.notes == (
        "shop/settings/production.py:3 raises an error without KEY; a deployment sets what it asks for",
    )
    assert [note.partition(",")[0] for note in dev.notes] == ["shop.settings.local"]


def test_a_module_of_the_place_of_deployment_has_a_file(tmp_path: Path) -> None:
    text = "from importlib import import_module\nlocal = import_module('shop.local')\nX = getattr(local, '__file__', None)\n"
    found = settings_of(tmp_path, text + "if hasattr(local, 'Y'):\n    Y = local.Y\n")
    assert found["X"].state == "unknown"
    assert (found["Y"].text, names(found["Y"])) == ("not set", ["shop.local.Y"])


def test_a_string_is_written_as_it_is_built(tmp_path: Path) -> None:
    text = "import os\nV = os.environ['V']\nA = f\"{'@'.join([V, 'h'])}:1\"\nB = f'{V}-x'.upper()\nC = f'{V}/' + 'a'\n"
    found = settings_of(
        tmp_path, text + "D = '{}://{}'.format('http', V)\nE = '%s/%s' % (V, 1)\nF = '%5s' % V\n"
    )
    assert {name: found[name].text for name in "ACDE"} == {
        "A": "f'{${V}}@h:1'",
        "C": "f'{${V}}/a'",
        "D": "f'http://{${V}}'",
        "E": "f'{${V}}/1'",
    }
    assert found["B"].text.startswith("<text made of ${V}")


# -- what else became known ---------------------------------------------------------------------------------------

KNOWN = [
    ("KIND = 'a.B'\nX = KIND\nif type(X) not in (list, tuple):\n    X = [X]\n", "['a.B']"),
    ("if type([]) is list and type('') is not str:\n    X = 1\nelse:\n    X = 2\n", "2"),
    (
        "from django.http.request import split_domain_port as s\nX, PORT = s('Shop.Example:8000')\n",
        "'shop.example'",
    ),
    (
        "from pathlib import Path\nwith (Path(__file__).parent / 'log.md').open(encoding='utf-8') as f:\n"
        "    for line in f.readlines():\n        if line.startswith('## v'):\n            X = line.split()[1]\n            break\n",
        "'v300'",
    ),
    (
        "import os\nwith open(os.path.join(os.path.dirname(__file__), 'log.md')) as f:\n    for line in f:\n"
        "        if line.startswith('## v'):\n            X = line.split()[1]\n            break\n",
        "'v300'",
    ),
]


@pytest.mark.parametrize(("text", "expected"), KNOWN)
def test_what_is_known(tmp_path: Path, text: str, expected: str) -> None:
    lines = "".join(f"line {number}\n" for number in range(300))
    found = settings_of(tmp_path, text, {"shop/log.md": f"{lines}## v300 - now\n## v299\n"})["X"]
    assert (found.state, found.text) == ("known", expected)


def test_whether_a_package_is_there_nobody_knows(tmp_path: Path) -> None:
    text = (
        "MIDDLEWARE = ['a', 'w']\ntry:\n    import whitenoise\nexcept ImportError:\n    STORAGE = 'plain'\n    MIDDLEWARE.remove('w')\n"
        "else:\n    STORAGE = 'whitenoise'\nLAST = 1\ntry:\n    import ujson as json\nexcept ImportError:\n    import json\n"
        "X = json.dumps(1)\n"
    )
    found = settings_of(tmp_path, text)
    assert found["STORAGE"].alternatives == ("'whitenoise'", "'plain'")
    assert found["STORAGE"].reason == "it depends on whether `whitenoise` can be imported"
    assert found["MIDDLEWARE"].alternatives == ("['a', 'w']", "['a']")
    assert found["LAST"].state == "known"


DYNACONF = """from dynaconf import DjangoDynaconf
API_ROOT = '/x/'
APPS = ['a']
def urls(settings):
    return {"v3": settings.API_ROOT + "api/"}
def more(settings):
    data = {"dynaconf_merge": True}
    if "API_ROOT" in settings:
        data["APPS"] = ["b"]
    if "OTHER" in settings:
        data["OTHER_TOO"] = 1
    return data
settings = DjangoDynaconf(__name__, %spost_hooks=(urls, more))
"""

PREFIXES = [("", "DJANGO_"), ("ENVVAR_PREFIX_FOR_DYNACONF='PULP', ", "PULP_"), ("envvar_prefix=False, ", "")]


@pytest.mark.parametrize(("argument", "prefix"), PREFIXES)
def test_dynaconf(tmp_path: Path, argument: str, prefix: str) -> None:
    """As dynaconf 3.3 does it."""
    found = settings_of(tmp_path, DYNACONF % argument)
    assert {name: found[name].value for name in ("API_ROOT", "APPS", "V3")} == {
        "API_ROOT": "/x/",
        "APPS": ["a", "b"],
        "V3": "/x/api/",
    }
    assert (names(found["API_ROOT"]), names(found["V3"])) == ([f"{prefix}API_ROOT"], [f"{prefix}API_ROOT"])
    assert names(found["ROOT_URLCONF"]) == [f"{prefix}ROOT_URLCONF"]
    assert "OTHER_TOO" not in found


def test_a_name_that_takes_over_an_imported_one_is_set_there_too(tmp_path: Path) -> None:
    files = {"shop/about.py": "import os\nversion = os.environ.get('V', '1')\n"}
    text = "from .about import version\nVERSION = version\nfrom .about import version as OTHER\n"
    found = settings_of(tmp_path, text, files)
    assert [(one.path, one.line) for one in found["VERSION"].contributions][-1] == ("shop/settings.py", 4)
    assert {one.path for one in found["OTHER"].contributions} <= {"shop/about.py"}
    assert (found["VERSION"].text, names(found["VERSION"])) == ("'1'", ["V"])


def test_what_a_setting_that_is_not_set_depends_on_need_not_be_set(tmp_path: Path) -> None:
    text = "import os\nif 'A' in os.environ:\n    X = [os.environ['A'], os.environ['B']]\n"
    found = settings_of(tmp_path, text)["X"]
    assert [(one.name, one.default) for one in found.environment] == [("A", OPTIONAL), ("B", OPTIONAL)]


def test_a_default_stands_whichever_module_is_named(tmp_path: Path) -> None:
    text = (
        "import os\nfrom importlib import import_module\nlocal = import_module(os.environ.get('LOCAL', 'shop.local'))\n"
        "DEBUG = getattr(local, 'DEBUG', False)\nX = ['a']\nif DEBUG:\n    X.append('b')\n"
    )
    found = settings_of(tmp_path, text)
    for name in ("DEBUG", "X"):
        read = {one.name: one.default for one in found[name].environment}
        assert read == {"LOCAL": "'shop.local'", "shop.local.DEBUG": "False"}


RELEASE = "version: '4.6'\nnumber: 5\nlist: [a, b]\n"

DOCUMENTS = [
    (
        "import yaml\nwith open(os.path.join(HERE, 'a.yaml')) as f:\n    X = yaml.safe_load(f)['version']\n",
        "'4.6'",
    ),
    (
        "import yaml\nfrom pathlib import Path\nX = yaml.safe_load((Path(HERE) / 'a.yaml').read_text())['number']\n",
        "5",
    ),
    (
        "import tomllib\nwith open(os.path.join(HERE, 'a.toml'), 'rb') as f:\n    X = tomllib.load(f)['tool']['v']\n",
        "'1'",
    ),
    (
        "import yaml\ntry:\n    with open(os.path.join(HERE, 'none.yaml')) as f:\n        X = yaml.safe_load(f)\n"
        "except FileNotFoundError:\n    X = {}\n",
        "{}",
    ),
    ("try:\n    X = open('/etc/shop/key').read()\nexcept OSError:\n    X = ''\n", "''"),
]


@pytest.mark.parametrize(("text", "expected"), DOCUMENTS)
def test_documents_of_the_project(tmp_path: Path, text: str, expected: str) -> None:
    files = {"shop/a.yaml": RELEASE, "shop/a.toml": "[tool]\nv = '1'\n"}
    found = settings_of(
        tmp_path, f"import os\nHERE = os.path.dirname(os.path.abspath(__file__))\n{text}", files
    )["X"]
    assert (found.state, found.text) == ("known", expected)


def test_a_file_that_is_written_or_not_caught_stays_unknown(tmp_path: Path) -> None:
    text = "try:\n    X = open('/etc/shop/key', 'w')\nexcept OSError:\n    X = 1\nY = open('/etc/shop/other').read()\n"
    found = settings_of(tmp_path, text)
    assert (found["X"].state == "known", found["Y"].state) == (False, "unknown")


VERSIONS = [
    ({"pyproject.toml": "[project]\nname = 'My_Shop'\nversion = '1.2'\n"}, "'1.2'"),
    ({"pyproject.toml": "[tool.poetry]\nname = 'my-shop'\nversion = '1.3'\n"}, "'1.3'"),
    (
        {
            "src/my_shop.egg-info/PKG-INFO": "Metadata-Version: 2.1\nName: my-shop\nVersion: 1.4\n\nVersion: 9\n"
        },
        "'1.4'",
    ),
    ({"my_shop-1.5.dist-info/METADATA": "Name: my.shop\nVersion: 1.5\n"}, "'1.5'"),
]


@pytest.mark.parametrize(("files", "expected"), VERSIONS)
def test_the_version_of_the_project_itself(tmp_path: Path, files: dict[str, str], expected: str) -> None:
    text = "from importlib.metadata import version\nX = version('my-shop')\nY = version('other')\n"
    found = settings_of(tmp_path, text, files)
    assert (found["X"].state, found["X"].text, found["Y"].state) == ("known", expected, "unknown")


def test_a_version_that_its_build_decides(tmp_path: Path) -> None:
    files = {"pyproject.toml": "[project]\nname = 'shop'\ndynamic = ['version']\n"}
    text = "from importlib.metadata import version\nX = version('shop')\n"
    assert settings_of(tmp_path, text, files)["X"].state == "unknown"


def test_what_reads_files_that_a_variable_names_depends_on_it(tmp_path: Path) -> None:
    text = (
        "import configparser, os\nFILES = [os.environ.get('CONFIG', 'a.cfg')]\nconfig = configparser.ConfigParser()\n"
        "config.read(FILES)\nX = config.get('s', 'x', fallback='y')\n"
    )
    found = settings_of(tmp_path, text)["X"]
    assert (found.text, names(found)) == ("'y'", ["CONFIG"])


def test_all_variables_stand_where_a_module_looks_through_them(tmp_path: Path) -> None:
    text = (
        "import os\nX = 'a'\nif any(name.startswith('REPLICA_') for name in os.environ):\n    X, Y = 'b', 1\n"
    )
    found = settings_of(tmp_path, text)
    assert (found["X"].text, names(found["X"])) == ("'a'", ["*"])
    assert (found["Y"].text, names(found["Y"])) == ("not set", ["*"])


def test_after_names_that_nobody_knows_a_variable_alone_does_not_decide(tmp_path: Path) -> None:
    text = "import os, other\nX = os.environ['V']\nglobals().update(other.load())\nY = os.environ['V']\n"
    found = settings_of(tmp_path, text)
    assert (found["X"].state, found["Y"].state) == ("unknown", "environment")


def test_alternatives_that_a_variable_decides_say_so(tmp_path: Path) -> None:
    found = settings_of(tmp_path, "import os\nX = 'a' if os.environ['V'] == '1' else 'b'\n")["X"]
    assert (found.state, found.text, found.reason) == ("alternatives", "'a' | 'b'", "it depends on V")
