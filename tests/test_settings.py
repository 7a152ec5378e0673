"""`pentalint settings`: which module is deployed, what the environment does, what is not known and why, secrets, output."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from configuring import WSGI, deployments, settings_of, write

from pentalint import cli
from pentalint.settings.model import OPTIONAL
from pentalint.settings.secrets import MASK, is_secret, mask, mask_code

Run = Callable[..., tuple[int, str, str]]

BASE = "INSTALLED_APPS = []\nROOT_URLCONF = 'shop.urls'\nDEBUG = True\nMIDDLEWARE = ['a']\n"


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command line in an empty directory; exit code, output, errors."""
    monkeypatch.chdir(tmp_path)

    def run_it(*words: str) -> tuple[int, str, str]:
        code = cli.run_command(list(words))
        return (code, *capsys.readouterr())

    return run_it


# -- the environment ---------------------------------------------------------------------------------------------

READS = [
    ("import os\nX = os.environ.get('V', 'd')", "known", "'d'", [("V", "'d'")]),
    ("import os\nX = os.environ['V']", "environment", "${V}", [("V", None)]),
    ("import os\nX = f\"db-{os.environ['V']}\"", "environment", "f'db-{${V}}'", [("V", None)]),
    ("import os\nX = os.environ['V'].split(',')", "environment", "${V}.split(',')", [("V", None)]),
    ("import os\nX = 'V' in os.environ", "known", "False", [("V", OPTIONAL)]),
    ("import environ\nenv = environ.Env()\nX = env('V', default=False)", "known", "False", [("V", "False")]),
    ("import environ\nenv = environ.Env(V=(bool, True))\nX = env('V')", "known", "True", [("V", "True")]),
    ("import environ\nX = environ.Env().list('V', default=['a'])", "known", "['a']", [("V", "['a']")]),
    ("import environ\nX = environ.Env()('V')", "environment", "${V}", [("V", None)]),
    (
        "import environ\nX = environ.Env().db('V', default='sqlite:///x.db')['NAME']",
        "known",
        "'x.db'",
        [("V", "'sqlite:///x.db'")],
    ),
    (
        "from decouple import config\nX = config('V', default='False', cast=bool)",
        "known",
        "False",
        [("V", "'False'")],
    ),
    ("from decouple import config\nX = config('V', default=False)", "known", "False", [("V", "False")]),
    (
        "from decouple import config, Csv\nX = config('V', default='a, b', cast=Csv())",
        "known",
        "['a', 'b']",
        [("V", "'a, b'")],
    ),
    (
        "from decouple import config\nX = config('V', default='a;b', cast=lambda v: v.split(';'))",
        "known",
        "['a', 'b']",
        [("V", "'a;b'")],
    ),
    ("from environs import Env\nenv = Env()\nX = env.bool('V', False)", "known", "False", [("V", "False")]),
    ("from environs import Env\nX = Env().int('V')", "environment", "${V}", [("V", None)]),
    ("import dj_database_url as d\nX = d.config()", "known", "{}", [("DATABASE_URL", "{}")]),
    (
        "import dj_database_url as d\nX = d.config(default='postgres://u@h/n', conn_max_age=600)['CONN_MAX_AGE']",
        "known",
        "600",
        [("DATABASE_URL", "'postgres://u@h/n'")],
    ),
    (
        "from pydantic_settings import BaseSettings\nclass S(BaseSettings):\n    debug: bool = False\n    key: str\n"
        "    model_config = {'env_prefix': 'V_'}\ns = S()\nX = s.debug",
        "known",
        "False",
        [("V_DEBUG", "False")],
    ),
    (
        "import os\ndef need(name):\n    value = os.environ.get(name)\n    if not value:\n        raise ValueError(name)\n    return value\n"
        "X = need('V')",
        "environment",
        "${V}",
        [("V", None)],
    ),
    ("import os\nA = os.environ.get('V', 'd')\nB = A.upper()\nX = [B]", "known", "['D']", [("V", "'d'")]),
    ("import os\nif os.environ.get('V'):\n    X = 1\nelse:\n    X = 2", "known", "2", [("V", "None")]),
]


@pytest.mark.parametrize(("text", "state", "shown", "reads"), READS)
def test_reads_of_the_environment(
    tmp_path: Path, text: str, state: str, shown: str, reads: list[tuple[str, str | None]]
) -> None:
    found = settings_of(tmp_path, text)["X"]
    assert (found.state, found.text) == (state, shown)
    assert [(one.name, one.default) for one in found.environment] == reads


def test_what_a_variable_may_make_of_a_value(tmp_path: Path) -> None:
    found = settings_of(tmp_path, "import environ\nDEBUG = environ.Env().bool('V', default=False)\n")["DEBUG"]
    assert (found.text, found.alternatives) == ("False", ("False", "True"))


def test_a_setting_that_only_a_variable_brings_into_being(tmp_path: Path) -> None:
    found = settings_of(tmp_path, "import os\nif os.environ.get('DSN'):\n    SENTRY = {'on': True}\n")[
        "SENTRY"
    ]
    assert (found.state, found.text, found.environment[0].name) == ("known", "not set", "DSN")


def test_a_list_that_a_variable_may_change_says_so(tmp_path: Path) -> None:
    text = "import os\nMIDDLEWARE = ['a']\nif os.environ.get('V') == '1':\n    MIDDLEWARE.append('b')\n"
    found = settings_of(tmp_path, text)["MIDDLEWARE"]
    assert (found.text, [one.name for one in found.environment]) == ("['a']", ["V"])
    assert [(one.line, one.how) for one in found.contributions] == [(4, "set"), (6, "append")]
    assert found.contributions[1].condition == "os.environ.get('V') == '1'"


def test_a_constant_depends_on_nothing(tmp_path: Path) -> None:
    found = settings_of(tmp_path, "import os\nA = os.environ.get('V')\nB = 3\n")
    assert found["B"].environment == ()


# -- which module is deployed ------------------------------------------------------------------------------------

PACKAGE = {
    "shop/__init__.py": "",
    "shop/settings/__init__.py": "",
    "shop/settings/base.py": BASE,
    "shop/settings/dev.py": "from .base import *\nALLOWED_HOSTS = ['*']\n",
    "shop/settings/production.py": "from .base import *\nDEBUG = False\n",
    "shop/settings/eu.py": "from .production import *\nTIME_ZONE = 'Europe/Berlin'\n",
}


def starts(module: str) -> str:
    return WSGI.replace("shop.settings", module)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"shop/wsgi.py": starts("shop.settings.eu")}, {"shop.settings.eu"}),
        (
            {"manage.py": starts("shop.settings.dev"), "shop/asgi.py": starts("shop.settings.eu")},
            {"shop.settings.eu"},
        ),
        ({"manage.py": starts("shop.settings.eu")}, {"shop.settings.eu"}),
        (
            {
                "shop/wsgi.py": starts("shop.settings.dev"),
                "Dockerfile": "FROM x\nENV DJANGO_SETTINGS_MODULE=shop.settings.eu\n",
            },
            {"shop.settings.eu"},
        ),
        (
            {
                "shop/wsgi.py": starts("shop.settings.base"),
                "Procfile": "web: DJANGO_SETTINGS_MODULE=shop.settings.eu gunicorn shop.wsgi\n",
            },
            {"shop.settings.eu"},
        ),
        (
            {
                "compose.yml": "services:\n  web:\n    environment:\n      - DJANGO_SETTINGS_MODULE=shop.settings.eu\n"
            },
            {"shop.settings.eu"},
        ),
        (
            {
                "shop/wsgi.py": starts("shop.settings.eu"),
                "docker-compose.dev.yml": "x:\n  DJANGO_SETTINGS_MODULE: shop.settings.base\n",
                ".github/workflows/ci.yml": "env:\n  DJANGO_SETTINGS_MODULE: shop.settings.base\n",
            },
            {"shop.settings.eu"},
        ),
        ({"shop/wsgi.py": starts("shop.settings.dev")}, {"shop.settings.eu"}),
        ({}, {"shop.settings.eu"}),
    ],
)
def test_which_module_production_runs(tmp_path: Path, files: dict[str, str], expected: set[str]) -> None:
    found = deployments(tmp_path, {**PACKAGE, **files})
    assert {one.name for one in found if one.production} == expected
    dev = next(one for one in found if one.name == "shop.settings.dev")
    assert not dev.production


def test_configuration_names_the_module(tmp_path: Path) -> None:
    write(tmp_path, {"pyproject.toml": '[tool.pentalint.django]\nsettings = ["shop.settings.base"]\n'})
    write(
        tmp_path, {"requirements.txt": "django==5.2\n", **PACKAGE, "shop/wsgi.py": starts("shop.settings.eu")}
    )
    from pentalint import run
    from pentalint.config import Options
    from pentalint.config_file import load

    found, _ = run.settings(Options(), load(Options(), tmp_path))
    assert [one.name for one in found if one.production] == ["shop.settings.base"]


def test_variables_of_the_dockerfile_hold(tmp_path: Path) -> None:
    docker = (
        "FROM a AS one\nENV DEBUG=on\nFROM a\nENV DJANGO_SETTINGS_MODULE=shop.settings DEBUG=off NAME=$X\n"
    )
    text = f"{BASE}import environ\nenv = environ.Env()\nDEBUG = env.bool('DEBUG', True)\nNAME = env('NAME', default='d')\n"
    files = {"shop/__init__.py": "", "shop/settings.py": text, "Dockerfile": docker, "shop/wsgi.py": WSGI}
    (found,) = deployments(tmp_path, files)
    assert found.why == "ENV in Dockerfile:4"
    settings = {one.name: one for one in found.settings}
    assert (settings["DEBUG"].text, settings["DEBUG"].environment[0].given) == ("False", "off")
    assert settings["NAME"].text == "'d'"


def test_inherited_settings_point_at_the_base(tmp_path: Path) -> None:
    found = next(one for one in deployments(tmp_path, PACKAGE) if one.production)
    told = {
        one.name: [(step.path, step.line, step.how) for step in one.contributions] for one in found.settings
    }
    assert told["MIDDLEWARE"] == [("shop/settings/base.py", 4, "set")]
    assert told["DEBUG"] == [("shop/settings/base.py", 3, "set"), ("shop/settings/production.py", 2, "set")]


def test_settings_classes(tmp_path: Path) -> None:
    text = (
        "import os\nfrom configurations import Configuration\n\nclass Base(Configuration):\n    DEBUG = False\n"
        "    SECRET_KEY = os.environ['KEY']\n    ALLOWED_HOSTS = []\n\nclass Dev(Base):\n    DEBUG = True\n\nclass Prod(Base):\n"
        "    ALLOWED_HOSTS = Base.ALLOWED_HOSTS + ['x.example']\n"
    )
    found = deployments(tmp_path, {"shop/__init__.py": "", "shop/settings.py": text, "shop/wsgi.py": WSGI})
    assert [(one.name, one.production) for one in found] == [
        ("shop.settings.Prod", True),
        ("shop.settings.Dev", False),
    ]
    hosts = {one.name: one.text for one in found[0].settings}
    assert hosts == {"ALLOWED_HOSTS": "['x.example']", "DEBUG": "False", "SECRET_KEY": "${KEY}"}


def test_values_of_django_configurations(tmp_path: Path) -> None:
    text = (
        "from configurations import Configuration, values\n\nclass Prod(Configuration):\n    DEBUG = values.BooleanValue(True)\n"
        "    SECRET_KEY = values.SecretValue()\n    ALLOWED_HOSTS = values.ListValue(['a'], environ_prefix='SHOP')\n"
        "    STATIC_URL = values.Value('/s/', environ=False)\n"
    )
    (found,) = deployments(tmp_path, {"shop/__init__.py": "", "shop/settings.py": text, "shop/wsgi.py": WSGI})
    told = {one.name: (one.text, [read.name for read in one.environment]) for one in found.settings}
    assert told == {
        "DEBUG": ("True", ["DJANGO_DEBUG"]),
        "SECRET_KEY": ("${DJANGO_SECRET_KEY}", ["DJANGO_SECRET_KEY"]),
        "ALLOWED_HOSTS": ("['a']", ["SHOP_ALLOWED_HOSTS"]),
        "STATIC_URL": ("'/s/'", []),
    }


def test_the_only_image_sets_variables_that_hold(tmp_path: Path) -> None:
    files = {
        "shop/__init__.py": "",
        "shop/settings.py": f"{BASE}import os\nDEBUG = os.environ.get('DEBUG') == '1'\n",
        "shop/wsgi.py": WSGI,
        "docker/Dockerfile": "FROM a\nENV DEBUG 1\n",
        "docker/Dockerfile.dev": "FROM a\nENV DEBUG 2\n",
    }
    (found,) = deployments(tmp_path, files)
    debug = next(one for one in found.settings if one.name == "DEBUG")
    assert (debug.text, debug.environment[0].given) == ("True", "1")


def test_what_else_is_taken_in_is_noted(tmp_path: Path) -> None:
    text = f"{BASE}import environ, dynaconf\nenv = environ.Env()\nenviron.Env.read_env('.env')\ndynaconf.DjangoDynaconf(__name__)\n"
    (found,) = deployments(tmp_path, {"shop/__init__.py": "", "shop/settings.py": text, "shop/wsgi.py": WSGI})
    assert [note.partition(" ")[0] for note in found.notes] == ["shop/settings.py:7", "shop/settings.py:8"]


def test_an_entry_under_an_unknown_key_makes_a_dictionary_unknown(tmp_path: Path) -> None:
    found = settings_of(tmp_path, "import random\nX = {'a': 1}\nX[random.choice('ab')] = 2\n")["X"]
    assert found.state == "unknown"


def test_included_files(tmp_path: Path) -> None:
    text = "from split_settings.tools import include, optional\nA = 1\ninclude('parts/*.py', optional('none.py'))\n"
    files = {"shop/parts/10.py": "B = A + 1\n", "shop/parts/20.py": "A = B + 1\nINSTALLED_APPS += ['x']\n"}
    found = settings_of(tmp_path, text, files)
    assert {name: one.text for name, one in found.items()} == {
        "A": "3",
        "B": "2",
        "INSTALLED_APPS": "['x']",
        "ROOT_URLCONF": "'shop.urls'",
    }
    assert [(one.path, one.line) for one in found["A"].contributions] == [
        ("shop/settings.py", 4),
        ("shop/parts/20.py", 1),
    ]


# -- what `check` makes of it --------------------------------------------------------------------------------------


def checked(root: Path, files: dict[str, str]) -> list[tuple[str, str, int, str]]:
    """Rule, path, line and message of each finding about DEBUG."""
    from pentalint import run
    from pentalint.config import Config, Options

    write(root, {"requirements.txt": "django==5.2\n", **files})
    report = run.run(Options(), Config(root=str(root), cache=False, jobs=1))
    return [
        (one.rule, one.path, one.span.line, one.message) for one in report.findings if "DEBUG" in one.message
    ]


def test_a_finding_says_which_deployments_it_concerns_and_appears_once(tmp_path: Path) -> None:
    files = {
        **PACKAGE,
        "shop/settings/production.py": "from .base import *\n",
        "shop/settings/us.py": "from .production import *\nTIME_ZONE = 'America/New_York'\n",
        "shop/wsgi.py": starts("shop.settings.eu"),
        "shop/asgi.py": starts("shop.settings.us"),
    }
    (found,) = checked(tmp_path, files)
    assert found[1:3] == ("shop/settings/base.py", 3)
    assert found[3].endswith(", in shop.settings.eu, shop.settings.us (security.W018)")


def test_what_nobody_starts_is_not_judged_as_deployed(tmp_path: Path) -> None:
    files = {
        **PACKAGE,
        "shop/settings/other.py": "from .base import *\nTIME_ZONE = 'UTC'\n",
        "shop/wsgi.py": starts("shop.settings.eu"),
    }
    assert checked(tmp_path / "a", files) == []
    (found,) = checked(tmp_path / "b", {**files, "shop/wsgi.py": starts("shop.settings.other")})
    assert found[1:3] == ("shop/settings/base.py", 3)


# -- what is not known ---------------------------------------------------------------------------------------------

UNKNOWN = [
    ("import socket\nX = socket.gethostname()", "socket.gethostname"),
    ("X = 1\nexec(open('/etc/x').read())", "exec(open('/etc/x').read())"),
    ("X = 1\nfrom .gone import *", "shop/settings.py:4 takes all names of shop.gone"),
    ("X = 1\nimport names\nglobals().update(names.load())", "globals().update(names.load())"),
    ("import random\nX = ''.join(random.choice('ab') for _ in range(3))", "random.choice"),
    ("import requests\nX = requests.get('http://x').json()['k']", "requests.get"),
]


@pytest.mark.parametrize(("text", "reason"), UNKNOWN)
def test_what_is_unknown_says_why(tmp_path: Path, text: str, reason: str) -> None:
    found = settings_of(tmp_path, text)["X"]
    assert found.state == "unknown"
    assert reason in found.reason


def test_after_exec_what_is_set_is_known(tmp_path: Path) -> None:
    found = settings_of(tmp_path, "A = 1\nexec(code)\nB = 2\nif cond:\n    C = 1\nelse:\n    C = 2\n")
    assert [found[name].state for name in "ABC"] == ["unknown", "known", "alternatives"]
    assert found["C"].alternatives == ("1", "2")
    assert "cond" in found["C"].reason


def test_a_star_import_of_a_missing_module_leaves_the_rest(tmp_path: Path) -> None:
    found = settings_of(tmp_path, "A = 1\nfrom .gone import *\nB = 2\n")
    assert (found["A"].state, found["B"].state) == ("unknown", "known")


def test_modules_that_are_not_there_are_noted(tmp_path: Path) -> None:
    text = f"{BASE}try:\n    from .local_settings import *\nexcept ImportError:\n    DEBUG = False\n"
    (found,) = deployments(tmp_path, {"shop/__init__.py": "", "shop/settings.py": text, "shop/wsgi.py": WSGI})
    assert [one.text for one in found.settings if one.name == "DEBUG"] == ["False"]
    assert len(found.notes) == 1
    assert "shop.local_settings, imported at shop/settings.py:6, is not in the project" in found.notes[0]


def test_names_set_by_a_helper_of_the_module(tmp_path: Path) -> None:
    text = (
        "import sys\nMAP = {'a': ['A', '1', int], 'b': ['B', 'x', str]}\ndef process(module, name):\n"
        "    for key, (setting, default, convert) in getattr(module, name, {}).items():\n        setattr(module, setting, convert(default))\n"
        "process(sys.modules[__name__], 'MAP')\nC = A + 1\n"
    )
    found = settings_of(tmp_path, text)
    assert {name: found[name].text for name in "ABC"} == {"A": "1", "B": "'x'", "C": "2"}


def test_what_a_module_demands_is_noted(tmp_path: Path) -> None:
    text = f"{BASE}import os\nif not os.environ.get('KEY'):\n    raise ValueError('KEY')\nAFTER = 1\n"
    (found,) = deployments(tmp_path, {"shop/__init__.py": "", "shop/settings.py": text, "shop/wsgi.py": WSGI})
    assert "AFTER" in {one.name for one in found.settings}
    assert found.notes == (
        "shop/settings.py:7 raises an error without KEY; a deployment sets what it asks for",
    )


def test_a_module_of_the_place_of_deployment(tmp_path: Path) -> None:
    text = "from importlib import import_module\nlocal = import_module('shop.local')\nA = getattr(local, 'A', 5)\nB = local.B\n"
    found = settings_of(tmp_path, text)
    assert (found["A"].state, found["A"].text, found["A"].environment[0].name) == (
        "known",
        "5",
        "shop.local.A",
    )
    assert (found["B"].state, found["B"].text) == ("environment", "${shop.local.B}")


def test_settings_that_cannot_be_read(tmp_path: Path, command: Run) -> None:
    write(
        tmp_path,
        {
            "requirements.txt": "django==5.2\n",
            **PACKAGE,
            "shop/settings/base.py": "DEBUG = (\n",
            "shop/wsgi.py": starts("shop.settings.eu"),
        },
    )
    code, out, err = command("settings", ".")
    assert code == 1
    assert "error: shop/settings/base.py:1" in err
    assert "shop.settings.eu" in out


# -- secrets ---------------------------------------------------------------------------------------------------------


def test_secrets_are_masked_everywhere(tmp_path: Path, command: Run) -> None:
    text = (
        f"{BASE}import os\nSECRET_KEY = 'hunter2'\nDATABASES = {{'default': {{'NAME': 'n', 'PASSWORD': 'hunter2'}}}}\n"
        "CELERY_BROKER_URL = 'amqp://u:hunter2@h/'\nAPI_TOKEN = os.environ.get('API_TOKEN', 'hunter2')\n"
        "EMAIL_HOST_PASSWORD = 'hunter' + '2'\nSTRIPE = dict(secret_key='hunter2')\nPRIVATE_KEY = load('hunter2')\n"
        "if SECRET_KEY == 'hunter2' and more:\n    A = 1\nelse:\n    A = 2\n"
    )
    write(
        tmp_path,
        {
            "requirements.txt": "django==5.2\n",
            "shop/__init__.py": "",
            "shop/settings.py": text,
            "shop/wsgi.py": WSGI,
        },
    )
    for words in (("settings", "."), ("settings", ".", "--format", "json")):
        code, out, _ = command(*words)
        assert code == 0
        assert "hunter" not in out
        assert MASK in out
    for name in (
        "SECRET_KEY",
        "DATABASES",
        "CELERY_BROKER_URL",
        "API_TOKEN",
        "EMAIL_HOST_PASSWORD",
        "STRIPE",
        "PRIVATE_KEY",
        "A",
    ):
        _, out, _ = command("settings", ".", "--explain", name)
        assert "hunter" not in out, name


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("SECRET_KEY", True),
        ("EMAIL_HOST_PASSWORD", True),
        ("PASSWORD", True),
        ("password", True),
        ("AWS_SECRET_ACCESS_KEY", True),
        ("GITHUB_TOKEN", True),
        ("SENTRY_DSN", True),
        ("SECRET_KEY_FALLBACKS", True),
        ("AUTH_PASSWORD_VALIDATORS", False),
        ("PASSWORD_HASHERS", False),
        ("PASSWORD_RESET_TIMEOUT", False),
        ("CACHE_KEY_PREFIX", False),
        ("TOKEN_LIFETIME", False),
        ("SESSION_COOKIE_NAME", False),
        ("ADMIN_PASSWORD", True),
        ("SESSION_SECRET", True),
        ("COOKIE_SECRET_KEY", True),
        ("CACHE_PASSWORD", True),
        ("JWT_PUBLIC_KEY", False),
        ("MIN_PASSWORD_LENGTH", False),
        ("COMPASS", False),
        ("DEBUG", False),
    ],
)
def test_which_names_are_secret(name: str, secret: bool) -> None:
    assert is_secret(name) is secret


def test_masks_keep_what_is_no_secret() -> None:
    assert mask("redis://:pw@h:6379/0") == f"redis://:{MASK}@h:6379/0"
    assert mask("https://h/path") == "https://h/path"
    assert mask("", "PASSWORD") == ""
    assert (
        mask_code("SECRET_KEY = os.environ['DJANGO_KEY']", "SECRET_KEY")
        == "SECRET_KEY = os.environ['DJANGO_KEY']"
    )
    assert (
        mask_code("X = {'PASSWORD': 'pw', 'NAME': 'n'}", "X") == f"X = {{'PASSWORD': '{MASK}', 'NAME': 'n'}}"
    )


# -- output ----------------------------------------------------------------------------------------------------------


def test_text_json_and_story(tmp_path: Path, command: Run) -> None:
    text = f"{BASE}import os\nDEBUG = os.environ.get('D', '') == '1'\nMIDDLEWARE += ['b']\n"
    write(
        tmp_path,
        {
            "requirements.txt": "django==5.2\n",
            "shop/__init__.py": "",
            "shop/settings.py": text,
            "shop/wsgi.py": WSGI,
        },
    )
    code, out, _ = command("settings")
    assert code == 0
    assert out.splitlines()[0].startswith(
        "shop.settings (django, production: os.environ.setdefault in shop/wsgi.py:2)  shop/settings.py"
    )
    assert "['a', 'b']  shop/settings.py:7 (+1)" in out
    assert "environment: D (default '')" in out
    code, out, _ = command("settings", ".", "--output-format", "json")
    document = json.loads(out)
    assert (code, document["version"]) == (0, 1)
    (deployment,) = document["deployments"]
    rows = {row["name"]: row for row in deployment["settings"]}
    assert rows["MIDDLEWARE"]["value"] == ["a", "b"]
    assert rows["DEBUG"]["environment"] == [
        {
            "name": "D",
            "required": False,
            "default": "''",
            "given": None,
            "file": "shop/settings.py",
            "line": 6,
        }
    ]
    code, out, _ = command("settings", ".", "--explain", "MIDDLEWARE")
    assert code == 0
    assert "1. shop/settings.py:4  set  MIDDLEWARE = ['a']" in out
    assert "2. shop/settings.py:7  add  MIDDLEWARE += ['b']" in out


def test_a_name_nobody_sets(tmp_path: Path, command: Run) -> None:
    write(tmp_path, {"requirements.txt": "django==5.2\n", **PACKAGE})
    code, _, err = command("settings", ".", "--explain", "NONE")
    assert code == 2
    assert (
        err
        == "pentalint: error: --explain: no deployment has a setting NONE; `pentalint settings` lists those there are\n"
    )


def test_nothing_found(tmp_path: Path, command: Run) -> None:
    write(tmp_path, {"a.py": "x = 1\n"})
    assert command("settings") == (0, "No settings were found.\n", "")


# -- the other frameworks ----------------------------------------------------------------------------------------


def test_flask(tmp_path: Path) -> None:
    files = {
        "config.py": "import os\nclass Base:\n    SECRET_KEY = os.environ.get('KEY', 'k')\n    TESTING = False\n"
        "class DevConfig(Base):\n    DEBUG = True\nclass ProdConfig(Base):\n    DEBUG = False\n"
        "config = {'dev': DevConfig, 'prod': ProdConfig}\n",
        "app.py": "from flask import Flask\nfrom config import config\ndef create_app(name):\n    app = Flask(__name__)\n"
        "    app.config.from_object(config[name])\n    app.config['MAX_CONTENT_LENGTH'] = 16 * 1024\n    app.secret_key = 's'\n    return app\n",
    }
    found = deployments(tmp_path, files, "flask==3.1\n")
    made = {one.name: one for one in found if one.name.startswith("app.")}
    assert {name: one.production for name, one in made.items()} == {
        "app.create_app with config.ProdConfig": True,
        "app.create_app with config.DevConfig": False,
    }
    texts = {one.name: one.text for one in made["app.create_app with config.ProdConfig"].settings}
    assert (texts["DEBUG"], texts["MAX_CONTENT_LENGTH"], texts["TESTING"]) == ("False", "16384", "False")
    key = next(
        one for one in made["app.create_app with config.ProdConfig"].settings if one.name == "SECRET_KEY"
    )
    assert [(one.path, one.line) for one in key.contributions] == [("config.py", 3), ("app.py", 7)]


def test_pyramid(tmp_path: Path) -> None:
    ini = (
        "[DEFAULT]\nhost = h\n[app:main]\nuse = egg:shop\nsqlalchemy.url = sqlite:///%(here)s/x.db\n"
        "link = http://%(host)s/\nauth.secret = hunter2\nbroken = %(none)s\nlist =\n  a\n  b\n[server:main]\nport = 1\n"
    )
    files = {
        "shop/__init__.py": "from pyramid.config import Configurator\ndef main(g, **settings):\n    config = Configurator(settings=settings)\n"
        "    return config.make_wsgi_app()\n",
        "production.ini": ini,
        "development.ini": ini,
    }
    found = {one.name: one for one in deployments(tmp_path, files, "pyramid==2.0\n")}
    assert found["production.ini#main"].production
    assert not found["development.ini#main"].production
    settings = {one.name: one for one in found["production.ini#main"].settings}
    assert settings["sqlalchemy.url"].text == "'sqlite:///<project>/x.db'"
    assert settings["link"].text == "'http://h/'"
    assert settings["auth.secret"].text == repr(MASK)
    assert settings["broken"].state == "unknown"
    assert settings["list"].value == "\na\nb"


def test_cherrypy(tmp_path: Path) -> None:
    files = {
        "app.py": "import cherrypy\nclass Root:\n    _cp_config = {'tools.gzip.on': True}\ncherrypy.config.update({'server.socket_port': 80 + 8})\n"
        "cherrypy.quickstart(Root(), '/', config={'/static': {'tools.staticdir.on': True}})\n",
        "server.conf": "[global]\nserver.socket_host = '0.0.0.0'\nengine.autoreload.on = False\n"
        "server.socket_port = int(os.environ.get('PORT', 80))\nlog.screen = nonsense(\n",
        "other.conf": "[x]\ny = 1\n",
    }
    found = {one.name: one for one in deployments(tmp_path, files, "cherrypy==18.10\n")}
    assert {(one.section, one.name): one.text for one in found["server.conf"].settings} == {
        ("global", "engine.autoreload.on"): "False",
        ("global", "server.socket_host"): "'0.0.0.0'",
        ("global", "server.socket_port"): "80",
        ("global", "log.screen"): "?",
    }
    assert "CherryPy refuses it" in next(
        one.reason for one in found["server.conf"].settings if one.name == "log.screen"
    )
    texts = {(one.section, one.name): one.text for one in found["app"].settings}
    assert texts == {("", "server.socket_port"): "88", ("/static", "tools.staticdir.on"): "True"}
    assert "other.conf" not in found


def test_bottle(tmp_path: Path) -> None:
    text = "import bottle\napp = bottle.Bottle()\napp.config['db.name'] = 'x'\napp.catchall = False\n"
    (found,) = deployments(tmp_path, {"app.py": text}, "bottle==0.13\n")
    assert {one.name: one.text for one in found.settings} == {"db.name": "'x'", "catchall": "False"}
