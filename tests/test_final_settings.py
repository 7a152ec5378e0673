"""`check` judges the settings of Django by the values that production gives them, those that `pentalint settings` shows."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from configuring import WSGI, write
from deploy_settings import draft
from examples import annotated, check_files, marked_lines
from test_settings_referee import IDIOMS, NEIGHBOURS

from pentalint import run
from pentalint.check.deployments import FinalSettings
from pentalint.config import Config, Options
from pentalint.config_file import load
from pentalint.evaluate.values import plain
from pentalint.match.finals import Judged
from pentalint.match.settings import Setting
from pentalint.model import Finding
from pentalint.rule import Example
from pentalint.settings.model import Deployment, FinalSetting
from pentalint.settings.secrets import MASK

RULES = (
    "django/debug-enabled", "django/allowed-hosts-wildcard", "django/bool-setting-env-string", "django/session-cookie-insecure",
    "django/secret-key-hardcoded", "django/secret-key-weak", "django/secret-key-env-default", "django/credential-in-settings",
    "django/list-setting-not-sequence", "django/security-middleware-missing", "django/csrf-middleware-missing",
    "django/cookie-samesite-none", "django/default-auto-field", "django/cache-location-exposed",
)  # fmt: skip
"""Rules about what settings are, and about how they are read."""

HEAD = "ROOT_URLCONF = 'shop.urls'\nINSTALLED_APPS = ['django.contrib.auth']\nDEFAULT_AUTO_FIELD = 'django.db.models.BigAutoField'\n"
IMAGE = "# file: Dockerfile\nFROM python:3.13\nENV DJANGO_SETTINGS_MODULE=shop.settings"

SPLIT = """
# file: shop/settings.py
from split_settings.tools import include, optional

include("parts/*.py"{more})
# file: shop/parts/10_base.py
ROOT_URLCONF = "shop.urls"
INSTALLED_APPS = ["django.contrib.auth"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DEBUG = False
SESSION_COOKIE_SECURE = True
# file: shop/parts/20_site.py
SESSION_COOKIE_SECURE = False{mark}
"""

PYDANTIC = """
# file: shop/settings.py
from pydantic_settings import BaseSettings


class Environment(BaseSettings):
    debug: bool = False
    hosts: list[str] = []
    same_site: str = "Lax"
    model_config = {{"env_prefix": "SHOP_"}}


environment = Environment()
{head}DEBUG = environment.debug{debug}
SESSION_COOKIE_SAMESITE = environment.same_site{same}
"""

REPORTED = {
    "django-environ": f"""{IMAGE} DEBUG=1
# file: shop/settings.py
import environ

env = environ.Env()
{HEAD}DEBUG = env.bool("DEBUG", default=False)  # finding
""",
    "a scheme of django-environ": f"""{IMAGE} DEBUG=on HOSTS=*
# file: shop/settings.py
import environ

env = environ.Env(DEBUG=(bool, False), HOSTS=(list, []))
{HEAD}DEBUG = env("DEBUG")  # finding
ALLOWED_HOSTS = env("HOSTS")  # finding
""",
    "os.environ": f"""{IMAGE} DEBUG=1
# file: shop/settings.py
import os

{HEAD}DEBUG = os.environ.get("DEBUG") == "1"  # finding
""",
    "decouple with Csv": f"""{IMAGE} HOSTS="a.example, *"
# file: shop/settings.py
from decouple import Csv, config

{HEAD}ALLOWED_HOSTS = config("HOSTS", default="", cast=Csv())  # finding
""",
    "environs": f"""{IMAGE}
ENV COOKIE_SECURE no
# file: shop/settings.py
from environs import Env

env = Env()
{HEAD}SESSION_COOKIE_SECURE = env.bool("COOKIE_SECURE", True)  # finding
""",
    "a helper of the project": f"""{IMAGE} DEBUG=yes
# file: shop/env.py
import os


class Reader:
    def __init__(self, prefix=""):
        self.prefix = prefix

    def flag(self, name, default=False):
        text = os.environ.get(self.prefix + name)
        return default if text is None else text.lower() in ("1", "yes")
# file: shop/settings.py
from .env import Reader

read = Reader()
{HEAD}DEBUG = read.flag("DEBUG")  # finding
""",
    "a list that loops build": f"""{IMAGE}
# file: shop/stack.py
class Stack:
    def __init__(self, *, safe):
        self.safe = safe

    def names(self, pairs):
        found = []
        for package, name in pairs:
            if name != "Security" or self.safe:
                found.append(f"django.{{package}}.{{name}}Middleware")
        return found
# file: shop/settings.py
from .stack import Stack

{HEAD}MIDDLEWARE = Stack(safe=False).names(  # finding
    [("contrib.sessions.middleware", "Session"), ("middleware.common", "Common"), ("middleware.security", "Security"),
     ("contrib.auth.middleware", "Authentication"), ("middleware.csrf", "CsrfView")],
)
""",
    "split-settings": IMAGE + SPLIT.format(more="", mark="  # finding"),
    "pydantic": f"{IMAGE} SHOP_DEBUG=true SHOP_SAME_SITE=None"
    + PYDANTIC.format(head=HEAD, debug="  # finding", same="  # finding"),
    "django-configurations": """
# file: Dockerfile
FROM python:3.13
ENV DJANGO_SETTINGS_MODULE=shop.settings DJANGO_CONFIGURATION=Production DJANGO_DEBUG=yes
# file: shop/settings.py
from configurations import Configuration, values


class Production(Configuration):
    ROOT_URLCONF = "shop.urls"
    INSTALLED_APPS = ["django.contrib.auth"]
    DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
    SECRET_KEY = values.SecretValue()
    DEBUG = values.BooleanValue(False)  # finding
""",
    "names of the module in a loop": f"""{IMAGE}
# file: shop/settings.py
{HEAD}for name, value in {{"DEBUG": True, "USE_TZ": True}}.items():
    globals()[name] = value  # finding
""",
    "the base module is inherited": f"""
# file: Dockerfile
FROM python:3.13
ENV DJANGO_SETTINGS_MODULE=shop.settings.production DEBUG=1
# file: shop/settings/__init__.py
# file: shop/settings/base.py
import environ

env = environ.Env()
{HEAD}DEBUG = env.bool("DEBUG", default=False)  # finding
# file: shop/settings/production.py
from .base import *

TIME_ZONE = "UTC"
""",
    "how a text is read is wrong whatever it says": f"""{IMAGE} COOKIE_SECURE=0
# file: shop/settings.py
import os

{HEAD}SESSION_COOKIE_SECURE = os.environ.get("COOKIE_SECURE", False)  # finding
CSRF_COOKIE_SECURE = bool(os.environ.get("COOKIE_SECURE"))  # finding
""",
}  # fmt: skip
"""Projects whose production settings are at fault where only their final values show it."""

SILENT = {
    "nobody sets the variable": f"""{IMAGE}
# file: shop/settings.py
import environ
from decouple import Csv, config

env = environ.Env(SCHEME_DEBUG=(bool, False))
{HEAD}DEBUG = env.bool("DEBUG", default=False)
USE_TZ = env("SCHEME_DEBUG")
ALLOWED_HOSTS = config("HOSTS", default="", cast=Csv())
""",
    "the image switches it off": f"""{IMAGE} DEBUG=0 HOSTS=a.example
# file: shop/settings.py
import environ

env = environ.Env()
{HEAD}DEBUG = env.bool("DEBUG", default=True)
ALLOWED_HOSTS = env.list("HOSTS", default=["*"])
""",
    "only an image for development sets it": f"""{IMAGE}
# file: docker/Dockerfile.dev
FROM python:3.13
ENV DJANGO_SETTINGS_MODULE=shop.settings DEBUG=1
# file: shop/settings.py
import environ

env = environ.Env()
{HEAD}DEBUG = env.bool("DEBUG", default=False)
""",
    "a stage before the last sets it": f"""
# file: Dockerfile
FROM python:3.13 AS build
ENV DEBUG=1
FROM python:3.13
ENV DJANGO_SETTINGS_MODULE=shop.settings
# file: shop/settings.py
import environ

env = environ.Env()
{HEAD}DEBUG = env.bool("DEBUG", default=False)
""",
    "the last stage is for development": f"""
# file: Dockerfile
FROM --platform=linux/amd64 python:3.13 AS production
ENV DJANGO_SETTINGS_MODULE=shop.settings DEBUG=0
FROM production AS development
ENV DEBUG=1
# file: shop/settings.py
import environ

env = environ.Env()
{HEAD}DEBUG = env.bool("DEBUG", default=True)
""",
    "developers run the image": f"""{IMAGE} DEBUG=1
CMD ["sh", "-c", \\
     "python manage.py migrate && python manage.py runserver 0.0.0.0:8000"]
# file: shop/settings.py
import environ

env = environ.Env()
{HEAD}DEBUG = env.bool("DEBUG", default=False)
""",
    "developers run the image, as its directory says": f"""
# file: .devcontainer/Dockerfile
FROM python:3.13
ENV DJANGO_SETTINGS_MODULE=shop.settings DEBUG=1
# file: shop/settings.py
import environ

env = environ.Env()
{HEAD}DEBUG = env.bool("DEBUG", default=False)
""",
    "the module changes its environment": f"""{IMAGE} DEBUG=1
# file: shop/settings.py
import os

os.environ["DEBUG"] = "0"
{HEAD}DEBUG = os.environ.get("DEBUG") == "1"
""",
    "another file of the deployment says otherwise": f"""{IMAGE} DEBUG=1
# file: compose.yaml
services:
  web:
    environment:
      DEBUG: "0"
# file: shop/settings.py
import environ

env = environ.Env()
{HEAD}DEBUG = env.bool("DEBUG", default=False)
""",
    "a file of variables overrides": f"""{IMAGE} DEBUG=1
# file: shop/settings.py
import os

from dotenv import load_dotenv

load_dotenv("/etc/shop.env", override=True)
{HEAD}DEBUG = os.environ.get("DEBUG") == "1"
""",
    "a text that is put together is not known": f"""{IMAGE} DEBUG=$ASKED
# file: shop/settings.py
import environ

env = environ.Env()
{HEAD}DEBUG = env.bool("DEBUG", default=False)
""",
    "secrets of the image are not those of the source": f"""{IMAGE} SECRET_KEY=build DATABASE_URL=postgres://shop:Tulpe-77-Ost@db/shop
# file: shop/settings.py
import environ

env = environ.Env()
{HEAD}SECRET_KEY = env("SECRET_KEY")
DATABASES = {{"default": env.db("DATABASE_URL")}}
""",
    "split-settings with local ones": IMAGE + SPLIT.format(more=', optional("local.py")', mark=""),
    "split-settings of an unknown file": IMAGE + SPLIT.format(more=", environment()", mark=""),
    "pydantic without variables": IMAGE + PYDANTIC.format(head=HEAD, debug="", same=""),
    "local settings that may be there": f"""{IMAGE}
# file: shop/settings.py
{HEAD}DEBUG = True
try:
    from .local import *
except ImportError:
    pass
""",
    "a file that may be there": f"""{IMAGE}
# file: shop/settings.py
import os

{HEAD}DEBUG = True
if os.path.exists("/etc/shop/production"):
    DEBUG = False
""",
    "a configuration file that may be there": f"""{IMAGE}
# file: shop/settings.py
import configparser

parser = configparser.ConfigParser()
parser.read_string("[site]\\ndebug = yes\\n")
parser.read("/etc/shop.ini")
{HEAD}DEBUG = parser.getboolean("site", "debug", fallback=True)
""",
    "a module that only the deployment has": f"""{IMAGE}
# file: shop/__init__.py
# file: shop/settings.py
import importlib

configuration = importlib.import_module("shop.configuration")
{HEAD}DEBUG = getattr(configuration, "DEBUG", True)
for name in dir(configuration):
    if name.isupper():
        globals()[name] = getattr(configuration, name)
""",
    "a helper that a variable asks for": f"""{IMAGE}
# file: shop/settings.py
import os
import sys


def harden():
    if os.environ.get("HARD"):
        setattr(sys.modules[__name__], "SESSION_COOKIE_SECURE", True)


def secure(stack):
    stack.insert(0, "django.middleware.security.SecurityMiddleware")
    stack.append("django.middleware.csrf.CsrfViewMiddleware")


{HEAD}SESSION_COOKIE_SECURE = False
harden()
MIDDLEWARE = ["django.contrib.sessions.middleware.SessionMiddleware"]
if os.environ.get("HARD"):
    secure(MIDDLEWARE)
""",
}  # fmt: skip
"""Projects of which nothing is certain, or all is well: the twins of those above."""


def findings(text: str, *rules: str) -> tuple[dict[str, str], tuple[Finding, ...]]:
    """The files of a project, and what the rules report in it."""
    files = {"shop/wsgi.py": WSGI, **Example(text).files}
    return files, check_files(files, rules or RULES, "django", version="5.2.18")


@pytest.mark.parametrize("name", sorted(REPORTED))
def test_what_production_makes_of_a_setting_is_reported(name: str) -> None:
    files, found = findings(REPORTED[name])
    lines = [(one.path, one.span.line) for one in found]
    assert set(lines) == marked_lines(files), annotated(files, set(lines))
    assert len(lines) == len(set(lines)), found


@pytest.mark.parametrize("name", sorted(SILENT))
def test_what_is_not_certain_is_not_reported(name: str) -> None:
    files, found = findings(SILENT[name])
    assert not found, annotated(files, {(one.path, one.span.line) for one in found})


def test_a_finding_says_what_the_deployment_sets() -> None:
    _, found = findings(REPORTED["a scheme of django-environ"])
    assert [one.message for one in found] == [
        "DEBUG is True in settings that get deployed, as Dockerfile sets DEBUG=on (security.W018)",
        "ALLOWED_HOSTS accepts any host name, as Dockerfile sets HOSTS=*",
    ]


def test_a_finding_concerns_the_deployment_whose_variables_make_it_so() -> None:
    text = f"""
# file: eu/Dockerfile
FROM python:3.13
ENV DJANGO_SETTINGS_MODULE=shop.settings.eu DEBUG=1
# file: us/Dockerfile
FROM python:3.13
ENV DJANGO_SETTINGS_MODULE=shop.settings.us DEBUG_US=1
# file: shop/__init__.py
# file: shop/settings/__init__.py
# file: shop/settings/base.py
import environ

env = environ.Env()
{HEAD}DEBUG = env.bool("DEBUG", default=False)  # finding
# file: shop/settings/eu.py
from .base import *
# file: shop/settings/us.py
from .base import *
"""
    files, (found,) = findings(text)
    assert {(found.path, found.span.line)} == marked_lines(files)
    assert found.message.endswith(", as eu/Dockerfile sets DEBUG=1, in shop.settings.eu (security.W018)")


@pytest.mark.parametrize(
    ("location", "relative"),
    [
        ("'c'", True),
        ("str(BASE_DIR / 'c')", False),
        ("os.path.abspath('c')", False),
        ("Path.home() / 'c'", False),
    ],
)
def test_a_path_is_not_relative_because_it_is_not_known_where_it_begins(
    location: str, relative: bool
) -> None:
    cache = f"{{'BACKEND': 'django.core.cache.backends.filebased.FileBasedCache', 'LOCATION': {location}}}"
    text = f"""{IMAGE}
# file: shop/settings.py
import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent
{HEAD}CACHES = {{"default": {cache}}}
"""
    _, found = findings(text, "django/deployment-check-fails")
    assert any("caches.W003" in one.message for one in found) is relative


def test_containers_that_share_their_parts_or_hold_themselves() -> None:
    doubled = "\n".join("SHARED = [SHARED, SHARED]" for _ in range(50))
    text = f"""{IMAGE} DEBUG=1
# file: shop/settings.py
import environ

env = environ.Env()
{HEAD}SHARED = []
{doubled}
OWN = {{}}
OWN["left"] = OWN["right"] = OWN
DEBUG = env.bool("DEBUG", default=False)  # finding
"""
    files, found = findings(text)
    assert {(one.path, one.span.line) for one in found} == marked_lines(files)


# -- one truth -----------------------------------------------------------------------------------------------------


ABSENT = ("local_missing", "local_else", "exists", "open_file", "read_file")
"""Idioms that ask for files that are not in the project: `settings` takes them not to be there, `check` leaves it open, as it
does with files of no kind it knows, a change in which would not make it judge again."""


class Watched:
    """What `check` has judged: path of the module -> name -> setting."""

    def __init__(self) -> None:
        self.seen: dict[str, dict[str, Setting]] = {}
        self.final: Callable[..., Judged] = FinalSettings.final

    def __call__(self, settings: FinalSettings, framework: str, owner: Any, judged: Judged) -> Judged:
        found = self.final(settings, framework, owner, judged)
        self.seen[judged.module.path] = {one.name: one for one in found.settings}
        return found


def both(root: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[list[Deployment], Watched]:
    """What `settings` shows of a project, and what `check` judges."""
    watched = Watched()
    monkeypatch.setattr(FinalSettings, "final", lambda *arguments: watched(*arguments))
    config = load(Options(), root)
    found, _ = run.settings(Options(), config)
    run.run(Options(), Config(root=str(root), cache=False, jobs=1, django_settings=config.django_settings))
    return [one for one in found if one.production], watched


def comparable(deployment: Deployment) -> list[FinalSetting]:
    """The settings that are certain: no variable has a part in them."""
    return [
        one
        for one in deployment.settings
        if one.state == "known" and not one.environment and one.value is not None and MASK not in one.text
    ]


def differences(deployment: Deployment, watched: Watched) -> tuple[int, list[str]]:
    """How many settings were compared, and those of which the two say something else."""
    judged, told = watched.seen[deployment.path], []
    settings = comparable(deployment)
    for one in settings:
        value = judged[one.name].value if one.name in judged else None
        try:
            ours = json.dumps(plain(value)) if value is not None else "nothing"  # type: ignore[arg-type]
        except (ValueError, TypeError):
            ours = repr(value)
        if ours != json.dumps(one.value) and "<project>" not in one.text and not ours.startswith("frozenset"):
            told.append(f"{deployment.name}.{one.name}: settings {one.text}, check {ours}")
    return len(settings), told


def test_check_judges_the_values_that_settings_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = []
    for name, text in sorted(IDIOMS.items()):
        if name in ABSENT:
            continue
        package = f"shop_{name}"
        files = {path.replace("shop", package, 1): body for path, body in NEIGHBOURS.items()}
        write(tmp_path, {**files, f"{package}/settings.py": f"INSTALLED_APPS = []\n{text}\n"})
        names.append(f"{package}.settings")
    for made in (one for one in map(draft, range(150)) if not one.missing):
        seed = len(names)
        write(tmp_path, {f"site{seed:03}/{path}": text for path, text in made.files().items()})
        names.append(f"site{seed:03}.settings")
    write(
        tmp_path,
        {
            "pentalint.toml": f"[django]\nsettings = {json.dumps(names)}\n",
            "requirements.txt": "django==5.2.18\n",
        },
    )
    deployments, watched = both(tmp_path, monkeypatch)
    assert len(deployments) == len(names)
    compared, told = 0, []
    for deployment in deployments:
        count, different = differences(deployment, watched)
        compared += count
        told += different
    assert not told, "\n".join(told)
    assert compared > 1500, compared
