"""Settings judged together: versions, defaults, several deployments, what is silenced, what is removed."""

from __future__ import annotations

import pytest
from examples import check_files

from pentalint.errors import RuleError
from pentalint.packs.schema import read_pack

RULE = "django/deployment-check-fails"
SECURITY = "django.middleware.security.SecurityMiddleware"
SESSIONS = "django.contrib.sessions.middleware.SessionMiddleware"
SOUND = f"""\
import os
ROOT_URLCONF = "x.urls"
INSTALLED_APPS = ["django.contrib.sessions"]
MIDDLEWARE = ["{SECURITY}", "{SESSIONS}", "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware"]
SECRET_KEY = os.environ["KEY"]
ALLOWED_HOSTS = ["x.example"]
SECURE_SSL_REDIRECT = SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
SECURE_HSTS_SECONDS = 31536000
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
"""


def told(files: dict[str, str] | str, version: str | None = "5.2", *rules: str) -> list[str]:
    """`path line check` of each finding."""
    texts = {"shop/settings.py": SOUND + files} if isinstance(files, str) else files
    found = check_files(texts, rules or (RULE,), "django", version=version)
    return [f"{one.path} {one.span.line} {one.check}" for one in found]


def ids(lines: str, version: str | None) -> list[str]:
    """The checks that lines after the sound settings fail."""
    return [one.rpartition(" ")[2] for one in told(lines, version)]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("", {"3.2": "", "4.2": "", "6.1": "", "2.2": "security.W006 security.W019", "": ""}),
        ("SESSION_COOKIE_SECURE = 1", {"3.2": "", "4.0.10": "", "4.1": "security.W012", "5.2": "security.W012", "": ""}),
        ("SESSION_COOKIE_SECURE = 0", {"3.2": "security.W012", "6.1.3": "security.W012", "": "security.W012"}),
        ("CSRF_COOKIE_SECURE = 'yes'", {"4.0": "", "4.1": "security.W016", "": ""}),
        ("SECRET_KEY_FALLBACKS = ['x']", {"4.0": "", "4.1": "security.W025", "": ""}),
        ("SECURE_CROSS_ORIGIN_OPENER_POLICY = 'x'", {"3.2": "", "4.0": "security.E024", "": ""}),
        ("DEFAULT_HASHING_ALGORITHM = 'md5'", {"3.1": "security.E100", "3.2.25": "security.E100", "4.0": "", "": ""}),
        ("CSRF_TRUSTED_ORIGINS = ['x.example']", {"3.2": "", "4.0": "4_0.E001", "": ""}),
        ("SECURE_CSP = 'x'", {"5.2": "", "6.0": "security.E026", "": ""}),
        ("SECURE_CSP = None", {"6.0": ""}),
        ("MAILERS = {'x': {}}", {"6.0": "", "6.1": "mail.W001", "": ""}),
        (
            "MAILERS = {'default': {'BACKEND': 'django.core.mail.backends.dummy.EmailBackend'}}",
            {"6.0": "", "6.1": "mail.E001", "": ""},
        ),
        (
            "from django.utils.csp import CSP\nSECURE_CSP = {'script-src': [CSP.NONCE]}\n"
            "MIDDLEWARE += ['django.middleware.csp.ContentSecurityPolicyMiddleware']",
            {"6.0": "", "6.1": "security.W027", "": ""},
        ),
        (
            "from django.utils.csp import CSP\nSECURE_CSP = {'script-src': [CSP.NONCE]}\n"
            "MIDDLEWARE += ['django.middleware.csp.ContentSecurityPolicyMiddleware']\n"
            "TEMPLATES = [{'OPTIONS': {'context_processors': ['django.template.context_processors.csp']}}]",
            {"6.1": ""},
        ),
    ],
)  # fmt: skip
def test_versions(lines: str, expected: dict[str, str]) -> None:
    assert {version: " ".join(ids(lines, version or None)) for version in expected} == expected


def test_manifests_narrow_the_versions() -> None:
    lines = "SESSION_COOKIE_SECURE = 1\n"
    files = {"shop/settings.py": SOUND + lines, "requirements.txt": "Django==4.2.7\n"}
    assert told(files, None) == ["shop/settings.py 11 security.W012"]
    files["requirements.txt"] = "Django==4.0.7\n"
    assert told(files, None) == []


def test_a_base_is_told_of_once_and_what_is_not_set_for_each() -> None:
    files = {
        "shop/base.py": SOUND + "DEBUG = True\ndel SECURE_SSL_REDIRECT\n",
        "shop/live.py": "from .base import *\nLIVE = 1\n",
        "shop/staging.py": "from .base import *\nSTAGE = 1\n",
    }
    assert told(files) == ["shop/base.py 4 security.W008", "shop/base.py 11 security.W018"]


def test_what_one_deployment_silences_another_is_told() -> None:
    files = {
        "shop/base.py": SOUND + "DEBUG = True\n",
        "shop/live.py": "from .base import *\nSILENCED_SYSTEM_CHECKS = ['security.W018']\n",
    }
    assert told(files) == []
    files["shop/staging.py"] = "from .base import *\nSILENCED_SYSTEM_CHECKS = ['security.W001']\n"
    assert told(files) == ["shop/base.py 11 security.W018"]


def test_what_is_silenced_no_other_rule_tells() -> None:
    lines = "DEBUG = True\nSILENCED_SYSTEM_CHECKS = ['security.W018']\n"
    assert told(lines, "5.2", "django/debug-enabled") == []
    assert told(lines, "5.2", "django/silenced-security-check") == ["shop/settings.py 12 "]


def test_of_several_rules_the_one_shown_to_most_speaks() -> None:
    rules = (RULE, "django/debug-enabled", "django/hsts-incomplete")
    found = check_files(
        {"shop/settings.py": SOUND + "DEBUG = True\nSECURE_HSTS_SECONDS = 0\n"},
        rules,
        "django",
        version="5.2",
    )
    assert [(one.rule, one.check) for one in found] == [
        ("django/debug-enabled", "security.W018"),
        ("django/hsts-incomplete", "security.W004"),
    ]


def test_a_directory_named_like_the_framework_is_not_the_framework() -> None:
    assert told({"django/shop/settings.py": SOUND, "django/manage.py": "import django\n"}) == []


def test_development_is_not_judged() -> None:
    assert told({"shop/settings/dev.py": SOUND + "DEBUG = True\n"}) == []


def test_settings_classes() -> None:
    body = "".join(f"    {line}\n" for line in SOUND.splitlines()[1:])
    files = {"shop/conf.py": f"import os\nclass Base:\n{body}\nclass Live(Base):\n    DEBUG = True\n"}
    assert told(files) == ["shop/conf.py 14 security.W018"]
    shorter = files["shop/conf.py"].replace("SECURE_HSTS_SECONDS = 31536000", "pass")
    assert told({"shop/conf.py": shorter}) == [
        "shop/conf.py 5 security.W004",
        "shop/conf.py 14 security.W018",
    ]
    opened = shorter.replace("class Base:", "class Base(vendor.Settings):")
    assert told({"shop/conf.py": opened}) == ["shop/conf.py 14 security.W018"]
    files = {
        "shop/conf.py": f"import os\nclass Live:\n{body}    @property\n    def DEBUG(self):\n        return bool(1)\n"
    }
    assert told(files) == []


def test_configure_sets_what_it_says_and_more_may_be_set() -> None:
    files = {
        "serve.py": "from django.conf import settings\nsettings.configure(DEBUG=True, ROOT_URLCONF='x')\n"
    }
    assert told(files) == ["serve.py 2 security.W018"]


def test_what_may_be_set_elsewhere_is_not_judged() -> None:
    assert told("DEBUG = True\nfrom vendor.live import *\n") == []
    assert (
        told("try:\n    from .local import *\nexcept ImportError:\n    pass\ndel SECURE_HSTS_SECONDS\n") == []
    )
    assert told("if unknown:\n    exec(unknown)\n") == []


@pytest.mark.parametrize(
    ("lines", "version", "harmful", "leftover"),
    [
        ("USE_L10N = True", "4.2", [], []),
        ("USE_L10N = True", "5.0", [], [11]),
        ("USE_L10N = False", "5.0", [11], []),
        ("USE_L10N = False", None, [], []),
        ("STATICFILES_STORAGE = 'x.Y'", "5.0", [], []),
        ("STATICFILES_STORAGE = 'x.Y'", "5.1", [11], []),
        ("STATICFILES_STORAGE = 'x.Y'\nSTORAGES = {}", "5.1", [], [11]),
        ("PASSWORD_RESET_TIMEOUT_DAYS = 1\nUSE_ETAGS = True", "6.1", [11, 12], []),
        ("FILE_CHARSET = os.environ.get('X', 'utf-8')", "5.2", [], []),
        ("FILE_CHARSET = os.environ['X'] if unknown else 'latin-1'", "5.2", [], []),
        ("FILE_CHARSET = 'cp1252' if unknown else 'latin-1'", "5.2", [11], []),
    ],
)
def test_removed_settings(lines: str, version: str | None, harmful: list[int], leftover: list[int]) -> None:
    files = {
        "shop/settings.py": SOUND + lines + "\n",
        "requirements.txt": f"Django=={version}\n" if version else "",
    }
    for rule, expected in (("django/removed-setting", harmful), ("django/leftover-setting", leftover)):
        found = check_files(files, (rule,), "django", version=version)
        assert [one.span.line for one in found] == expected, rule


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"defaults": [{"debug": 1}]}, "settings.defaults.debug` is no setting"),
        ({"defaults": [{"versions": "four"}]}, "`settings.defaults.versions` is not a version specifier"),
        ({"removed": [{"name": "X"}]}, "each of `settings.removed` needs `since`"),
        ({"removed": [{"name": "X", "since": "5", "untill": "6"}]}, "`untill` is not a key"),
    ],
)
def test_mistakes_in_a_pack(settings: dict[str, object], sentence: str) -> None:
    with pytest.raises(RuleError, match=r"pack\.toml") as raised:
        read_pack({"settings": settings}, "api", "api/pack.toml", ())
    assert sentence in str(raised.value)
