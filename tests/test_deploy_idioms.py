"""Settings as people write them, one idiom each: what Django's deployment check says, what pentalint says, and that both are
what is expected here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from test_deploy_check import RULE, Case, always, asked_of_django, asked_of_pentalint, prepare

KEY = "n3v-er/Us3d:any_whEre+else=but.in,tests;0123456789~abc"

SOUND = f"""
import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent
ROOT_URLCONF = "x.urls"
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
SECRET_KEY = "{KEY}"
ALLOWED_HOSTS = ["shop.example"]
DEBUG = False
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 31536000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
"""
"""Settings of which the check has nothing to say."""

ENVIRONMENT = ("", "0", "1", "true", "False", "yes", KEY)
"""What the variables A and B are tried with, besides being unset."""

HELPERS = '''
import os

TRUE = ("1", "true", "yes", "on")


def env_bool(name, default=False):
    """A flag of the environment."""
    value = os.environ.get(name)
    if value is None:
        return default
    return value.strip().lower() in TRUE


def is_truthy(value):
    if isinstance(value, bool):
        return value
    text = str(value).lower()
    if text in TRUE:
        return True
    elif text in ("0", "false", "no", "off", ""):
        return False
    return bool(len(text) % 2)


def split(text, separator=","):
    return [part.strip() for part in text.split(separator) if part.strip()]


def without(items, *unwanted):
    return [item for item in items if item not in unwanted]


def hardened(on=True):
    return {"SECURE_SSL_REDIRECT": on, "SECURE_HSTS_SECONDS": 3600 if on else 0}
'''

W = "security.W"

IDIOMS: list[tuple[str, str, str]] = [
    # name, lines after the sound settings, ids expected (short: 004 is security.W004)
    ("nothing", "", ""),
    ("literal", "DEBUG = True", "018"),
    ("string that is true", "DEBUG = 'False'", "018"),
    ("number that is true", "DEBUG = 1", "018"),
    ("annotated", "DEBUG: bool = True", "018"),
    ("chained assignment", "DEBUG = TEMPLATE_DEBUG = True", "018"),
    ("tuple assignment", "DEBUG, SITE = True, 1", "018"),
    ("last assignment wins", "DEBUG = True\nDEBUG = False", ""),
    ("augmented by or", "DEBUG |= True", "018"),
    ("comparison of constants", "STAGE = 'production'\nDEBUG = STAGE != 'production'", ""),
    ("comparison that is true", "STAGE = 'dev'\nDEBUG = STAGE in ('dev', 'test')", "018"),
    ("conditional expression", "STAGE = 'live'\nSECURE_HSTS_SECONDS = 3600 if STAGE == 'live' else 0", ""),
    ("branch by a constant", "STAGE = 'dev'\nif STAGE == 'dev':\n    SESSION_COOKIE_SECURE = False", "012"),
    ("branch not taken", "STAGE = 'live'\nif STAGE == 'dev':\n    SESSION_COOKIE_SECURE = False", ""),
    ("if DEBUG", "if DEBUG:\n    SECURE_SSL_REDIRECT = False", ""),
    ("not DEBUG", "SECURE_SSL_REDIRECT = not DEBUG\nSESSION_COOKIE_SECURE = not DEBUG", ""),
    ("elif", "S = 2\nif S == 1:\n    DEBUG = False\nelif S == 2:\n    DEBUG = True\nelse:\n    DEBUG = False", "018"),
    ("environment decides", "DEBUG = os.environ.get('A') == '1'", ""),
    ("environment decides, by a flag", "DEBUG = bool(os.environ.get('A'))", ""),
    ("environment decides, by a number", "DEBUG = bool(int(os.environ.get('N', '0')))", ""),
    ("environment that is never True itself", "SECURE_SSL_REDIRECT = os.environ.get('A', False)", "008"),
    ("environment with True by default", "SECURE_SSL_REDIRECT = os.environ.get('A', True)", ""),
    ("number of the environment is not True", "SECURE_HSTS_PRELOAD = int(os.environ.get('N', '1'))", "021"),
    ("variable that must be set", "SESSION_COOKIE_SECURE = os.environ['A']", "012"),
    ("environment adds", "if os.environ.get('A'):\n    MIDDLEWARE.append('x.Y')", ""),
    ("environment takes away", "if os.environ.get('A'):\n    MIDDLEWARE.remove('django.middleware.security.SecurityMiddleware')", ""),
    ("both branches wrong", "if os.environ.get('A'):\n    DEBUG = 1\nelse:\n    DEBUG = 'on'", "018"),
    ("environment or a literal", "SECRET_KEY = os.environ.get('A') or 'short'", ""),
    ("key read", "SECRET_KEY = os.environ.get('A', 'short')", ""),
    ("helper with a default", "from .helpers import env_bool\nDEBUG = env_bool('A', False)", ""),
    ("helper that looks at types", "from .helpers import is_truthy\nDEBUG = is_truthy(os.getenv('A', 'False'))\nSESSION_COOKIE_SECURE = is_truthy(False)", "012"),
    ("helper of constants", "from .helpers import split\nALLOWED_HOSTS = split(' , ')", "020"),
    ("helper that filters", "from .helpers import without\nMIDDLEWARE = without(MIDDLEWARE, 'django.middleware.csrf.CsrfViewMiddleware')", "003"),
    ("helper that gives a dictionary", "from .helpers import hardened\nSECURE_HSTS_SECONDS = hardened(False)['SECURE_HSTS_SECONDS']", "004"),
    ("helper defined here", "def flag(value):\n    return value == 'on'\n\nSESSION_COOKIE_SECURE = flag('off')", "012"),
    ("helper by keyword", "def pick(*, live, other=None):\n    return live or other\n\nX_FRAME_OPTIONS = pick(live='', other='SAMEORIGIN')", "019"),
    ("lambda", "pick = lambda value, default: value or default\nX_FRAME_OPTIONS = pick(None, 'DENY')", ""),
    ("append", "MIDDLEWARE = []\nfor name in ('a', 'b'):\n    MIDDLEWARE.append(name)", "001 002 003"),
    ("remove", "MIDDLEWARE.remove('django.middleware.csrf.CsrfViewMiddleware')", "003"),
    ("insert", "MIDDLEWARE.insert(0, 'corsheaders.middleware.CorsMiddleware')", ""),
    ("pop", "MIDDLEWARE.pop()", "002"),
    ("del", "del MIDDLEWARE[0]", "001"),
    ("slice", "MIDDLEWARE = MIDDLEWARE[1:]", "001"),
    ("comprehension", "MIDDLEWARE = [m for m in MIDDLEWARE if 'clickjacking' not in m]", "002"),
    ("filter", "MIDDLEWARE = list(filter(lambda m: 'csrf' not in m, MIDDLEWARE))", "003"),
    ("concatenation", "MIDDLEWARE = ['a.B'] + MIDDLEWARE[:-1] + ['c.D']", "002"),
    ("star in a list", "MIDDLEWARE = ['a.B', *MIDDLEWARE]", ""),
    ("list += tuple", "MIDDLEWARE += ('a.B',)", ""),
    ("tuple", "MIDDLEWARE = tuple(MIDDLEWARE)", ""),
    ("item assigned", "MIDDLEWARE[0] = 'shop.middleware.SecurityMiddleware'", "001"),
    ("index found", "MIDDLEWARE[MIDDLEWARE.index('django.middleware.common.CommonMiddleware')] = 'x.Y'", ""),
    ("subclass does not count", "MIDDLEWARE = [m.replace('django.middleware.csrf', 'shop') for m in MIDDLEWARE]", "003"),
    ("apps extended", "INSTALLED_APPS.extend(['a', 'b'])", ""),
    ("apps without sessions", "INSTALLED_APPS = [a for a in INSTALLED_APPS if a != 'django.contrib.sessions']\nSESSION_COOKIE_SECURE = False", "011"),
    ("app configuration does not count", "INSTALLED_APPS = ['django.contrib.sessions.apps.SessionsConfig']\nSESSION_COOKIE_HTTPONLY = False", "014"),
    ("sessions without the middleware", "MIDDLEWARE.remove('django.contrib.sessions.middleware.SessionMiddleware')\nSESSION_COOKIE_SECURE = False", "010"),
    ("hosts split", "ALLOWED_HOSTS = ''.split(',')", ""),
    ("hosts split at blanks", "ALLOWED_HOSTS = ''.split()", "020"),
    ("hosts of the environment", "ALLOWED_HOSTS = os.environ.get('A', '').split(',')", ""),
    ("f-string", "NAME = 'SAME'\nX_FRAME_OPTIONS = f'{NAME}ORIGIN'", "019"),
    ("percent", "X_FRAME_OPTIONS = '%s%s' % ('DE', 'NY')", ""),
    ("format", "X_FRAME_OPTIONS = '{}'.format('deny').upper()", ""),
    ("lower case is another value", "X_FRAME_OPTIONS = 'deny'", "019"),
    ("arithmetic", "DAY = 60 * 60 * 24\nSECURE_HSTS_SECONDS = DAY * 0", "004"),
    ("text that is true", "SECURE_HSTS_SECONDS = '0'", ""),
    ("repeated text", "SECRET_KEY = 'ab' * 40", "009"),
    ("sliced key", "SECRET_KEY = SECRET_KEY[:20]", "009"),
    ("insecure prefix", "SECRET_KEY = 'django-insecure-' + SECRET_KEY", "009"),
    ("prefix before what is not known", "SECRET_KEY = 'django-insecure-' + os.environ.get('A', '')", "009"),
    ("fallbacks", "SECRET_KEY_FALLBACKS = [SECRET_KEY, 'old']", "025"),
    ("referrer policies", "SECURE_REFERRER_POLICY = 'no-referrer, same-origin'", ""),
    ("referrer policy none", "SECURE_REFERRER_POLICY = None", "022"),
    ("referrer policy in a list", "SECURE_REFERRER_POLICY = ['origin', 'anything']", "security.E023"),
    ("opener policy", "SECURE_CROSS_ORIGIN_OPENER_POLICY = 'noopener-allow-popups'", "security.E024"),
    ("opener policy none", "SECURE_CROSS_ORIGIN_OPENER_POLICY = None", ""),
    ("origins without a scheme", "CSRF_TRUSTED_ORIGINS = [f'{sub}.shop.example' for sub in ('a', 'b')]", "4_0.E001"),
    ("origins with a scheme", "CSRF_TRUSTED_ORIGINS = [f'https://{sub}.shop.example' for sub in ('a', 'b')]", ""),
    ("class as a namespace", "class Live:\n    hsts = 0\n\nSECURE_HSTS_SECONDS = Live.hsts", "004"),
    ("class inherits", "class Base:\n    debug = True\n\nclass Live(Base):\n    pass\n\nDEBUG = Live.debug", "018"),
    ("enumeration", "from enum import Enum\n\nclass Frame(Enum):\n    OFF = 'OFF'\n\nX_FRAME_OPTIONS = Frame.OFF.value", "019"),
    ("dictionary", "CONF = {'debug': True}\nDEBUG = CONF['debug']", "018"),
    ("dictionary with a default", "CONF = {}\nDEBUG = CONF.get('debug', 'yes')", "018"),
    ("dictionary updated", "CONF = {'debug': False}\nCONF.update(debug=True)\nDEBUG = CONF['debug']", "018"),
    ("dictionary by a stage", "STAGE = 'dev'\nDEBUG = {'dev': True, 'live': False}[STAGE]", "018"),
    ("default cache missing", "CACHES = {'other': {'BACKEND': 'django.core.cache.backends.dummy.DummyCache'}}", "caches.E001"),
    ("cache set later", "CACHES = {}\nCACHES['default'] = {'BACKEND': 'django.core.cache.backends.dummy.DummyCache'}", ""),
    ("relative cache", "CACHES = {'default': {'BACKEND': 'django.core.cache.backends.filebased.FileBasedCache', 'LOCATION': 'x'}}", "caches.W003"),
    ("cache below uploads", "MEDIA_ROOT = '/srv/m'\nCACHES = {'default': {'BACKEND': 'django.core.cache.backends.filebased.FileBasedCache', 'LOCATION': MEDIA_ROOT + '/c'}}", "caches.W002"),
    ("cache below the project", "MEDIA_ROOT = BASE_DIR / 'm'\nCACHES = {'default': {'BACKEND': 'django.core.cache.backends.filebased.FileBasedCache', 'LOCATION': os.path.join(BASE_DIR, 'm', 'c')}}", "caches.W002"),
    ("cache around uploads", "MEDIA_ROOT = str(BASE_DIR.parent / 'm')\nCACHES = {'default': {'BACKEND': 'django.core.cache.backends.filebased.FileBasedCache', 'LOCATION': os.path.dirname(os.path.dirname(os.path.abspath(__file__)))}}", "caches.W002"),
    ("cache beside the project", "MEDIA_ROOT = BASE_DIR / 'm'\nCACHES = {'default': {'BACKEND': 'django.core.cache.backends.filebased.FileBasedCache', 'LOCATION': f'{BASE_DIR}/c'}}", ""),
    ("cache beside uploads", "MEDIA_ROOT = '/srv/m'\nCACHES = {'default': {'BACKEND': 'django.core.cache.backends.filebased.FileBasedCache', 'LOCATION': MEDIA_ROOT + '-c'}}", ""),
    ("static without a slash", "STATIC_URL = '/' + 'static'", "urls.E006"),
    ("guard of asynchronous code off", "os.environ['DJANGO_ALLOW_ASYNC_UNSAFE'] = 'false'", "async.E001"),
    ("guard by default", "os.environ.setdefault('DJANGO_ALLOW_ASYNC_UNSAFE', '1')", "async.E001"),
    ("guard left on", "os.environ['DJANGO_ALLOW_ASYNC_UNSAFE'] = ''", ""),
    ("silenced", "DEBUG = True\nSILENCED_SYSTEM_CHECKS = ['security.W018']", ""),
    ("silenced in two steps", "DEBUG = True\nSILENCED_SYSTEM_CHECKS = []\nSILENCED_SYSTEM_CHECKS += ['security.W018', 'security.W020']\nALLOWED_HOSTS = []", ""),
    ("deleted", "del SECURE_SSL_REDIRECT", "008"),
    ("deleted in a condition", "if os.environ.get('A'):\n    del SECURE_SSL_REDIRECT", ""),
    ("loop over names", "for name in ('a', 'b'):\n    DEBUG = name == 'b'", "018"),
    ("while", "n = 0\nwhile n < 2:\n    n += 1\nSECURE_HSTS_SECONDS = n - 2", "004"),
    ("try that succeeds", "try:\n    from .helpers import TRUE\nexcept ImportError:\n    TRUE = ()\nDEBUG = '1' in TRUE", "018"),
    ("package that may not be there", "try:\n    import not_installed_anywhere\n    DEBUG = True\nexcept ImportError:\n    pass", ""),
    ("module of settings", "from . import helpers\nDEBUG = helpers.TRUE[0] == '1'", "018"),
    ("walrus", "if (level := 3) > 2:\n    DEBUG = True", "018"),
    ("failure view", "CSRF_FAILURE_VIEW = 'SITE.views.refused'", "security.E101"),
    ("failure view that fits", "CSRF_FAILURE_VIEW = 'SITE.views.fits'", ""),
    ("failure view that is nowhere", "CSRF_FAILURE_VIEW = 'nowhere'", "security.E102"),
    ("any and all", "FLAGS = [True, 1]\nDEBUG = all(FLAGS) and any([0, 1])", "018"),
    ("sorted and joined", "X_FRAME_OPTIONS = ''.join(sorted('YNED'))", ""),
    ("name that begins with an underscore", "_DEBUG = True", ""),
    ("lower case", "debug = True", ""),
]  # fmt: skip

VIEWS = "def refused(request):\n    return None\n\n\ndef fits(request, reason=''):\n    return None\n"


def ids(short: str) -> set[str]:
    """The ids that a row expects."""
    return {one if "." in one else W + one for one in short.split()}


@pytest.fixture(scope="module")
def verdicts(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[dict[str, tuple[set[str] | None, set[str]]]]:
    """Name of an idiom -> what Django says in every environment, and what pentalint says."""
    pytest.importorskip("django")
    root = tmp_path_factory.mktemp("idioms")
    cases = []
    for number, (_, lines, _) in enumerate(IDIOMS):
        site = f"site{number:03}"
        files = {
            "__init__.py": "",
            "settings.py": SOUND + lines.replace("SITE", site) + "\n",
            "helpers.py": HELPERS,
            "views.py": VIEWS,
        }
        variables = [name for name in "ABN" if f"'{name}'" in lines]
        environments: list[dict[str, str]] = [{}]
        for word in ENVIRONMENT if variables else ():
            environments.append({name: word if name != "N" else str(len(word) % 2) for name in variables})
        cases.append(Case(site, files, environments))
    version, answers = asked_of_django(root, prepare(cases, root))
    found = asked_of_pentalint(root, version, "--select", RULE)
    yield {
        name: (always(answer), found.get(case.name, set()))
        for (name, _, _), case, answer in zip(IDIOMS, cases, answers, strict=True)
    }


@pytest.mark.parametrize(("name", "lines", "expected"), IDIOMS, ids=[row[0] for row in IDIOMS])
def test_idiom(
    name: str, lines: str, expected: str, verdicts: dict[str, tuple[set[str] | None, set[str]]]
) -> None:
    django, ours = verdicts[name]
    assert django == ids(expected), lines
    assert ours == ids(expected), lines


def test_names_are_unique_and_many() -> None:
    assert len({row[0] for row in IDIOMS}) == len(IDIOMS) >= 60
