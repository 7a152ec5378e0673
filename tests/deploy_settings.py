"""Settings modules made up at random, each written in idioms that real ones use: material for comparing pentalint with
Django. The same seed gives the same modules."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

SECURITY = "django.middleware.security.SecurityMiddleware"
SESSIONS = "django.contrib.sessions.middleware.SessionMiddleware"
COMMON = "django.middleware.common.CommonMiddleware"
CSRF = "django.middleware.csrf.CsrfViewMiddleware"
FRAMES = "django.middleware.clickjacking.XFrameOptionsMiddleware"
POLICY = "django.middleware.csp.ContentSecurityPolicyMiddleware"
STACK = (SECURITY, SESSIONS, COMMON, CSRF, FRAMES, POLICY)
APPS = (
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
)
KEY = "n3v-er/Us3d:any_whEre+else=but.in,tests;0123456789~abc"
BACKENDS = "django.core.mail.backends."
CACHE = "django.core.cache.backends."
WORDS = (
    "",
    "0",
    "1",
    "true",
    "False",
    "3600",
    "https://a.example",
    "same-origin",
    "DENY",
    "unsafe-none",
    "sha256",
    "/x/",
    "*",
    KEY,
)
"""What the variables of the environment are tried with."""

DIGITS = ("0", "1", "3600")

HEAD = ("import os", "import sys", "from pathlib import Path", "BASE_DIR = Path(__file__).resolve().parent")
"""The first lines of every module."""

POOL: dict[str, list[Any]] = {
    "DEBUG": [False, False, False, True, 0, 1, "", "False", None],
    "ALLOWED_HOSTS": [[], ["a.example"], ["*", ".b.example"], ("c.example",), ()],
    "SECRET_KEY": [KEY, KEY, "", "short", "ab" * 30, "django-insecure-" + KEY, None, KEY[:49], KEY[:50]],
    "SECRET_KEY_FALLBACKS": [[], [KEY], [KEY, "old"], ["django-insecure-" + KEY]],
    "SECURE_HSTS_SECONDS": [0, 1, 3600, 31536000, None, "", "0"],
    "SECURE_HSTS_INCLUDE_SUBDOMAINS": [True, True, False, 1, "True", None],
    "SECURE_HSTS_PRELOAD": [True, True, False, 1, "yes"],
    "SECURE_SSL_REDIRECT": [True, True, False, 1, "True", None],
    "SECURE_CONTENT_TYPE_NOSNIFF": [True, False, 1, "", None],
    "SESSION_COOKIE_SECURE": [True, True, False, 1, 0, "True", None],
    "SESSION_COOKIE_HTTPONLY": [True, True, False, 1, ""],
    "CSRF_COOKIE_SECURE": [True, True, False, 1, "yes", None],
    "CSRF_USE_SESSIONS": [True, False, 1, ""],
    "X_FRAME_OPTIONS": ["DENY", "DENY", "SAMEORIGIN", "deny", "", None],
    "SECURE_REFERRER_POLICY": [
        "same-origin", "no-referrer, strict-origin", ["origin", "unsafe-url"], "none", "", None, ["Origin"], (), "origin,",
    ],
    "SECURE_CROSS_ORIGIN_OPENER_POLICY": ["same-origin", "unsafe-none", "same-origin-allow-popups", None, "", "none", 1],
    "CSRF_TRUSTED_ORIGINS": [[], ["https://a.example"], ["a.example"], ["https://*.a.example", "b.example"], ()],
    "STATIC_URL": ["/static/", "static/", "/static", None, "https://cdn.example/s"],
    "MEDIA_URL": ["", "/media/", "/media"],
    "DEFAULT_HASHING_ALGORITHM": ["sha256", "sha1", "md5"],
    "SECURE_CSP": [{}, {"default-src": ["'self'"]}, None, "default-src 'self'", {"script-src": ["<CSP_NONCE_SENTINEL>"]}],
    "SECURE_CSP_REPORT_ONLY": [{}, None, [], {"script-src": "'nonce' <CSP_NONCE_SENTINEL>"}],
    "TEMPLATES": [
        [],
        [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
        [{"OPTIONS": {"context_processors": ["django.template.context_processors.csp"]}}],
        [{"OPTIONS": {"context_processors": ["django.template.context_processors.request"]}}],
    ],
    "CACHES": [
        {"default": {"BACKEND": CACHE + "locmem.LocMemCache"}},
        {"default": {"BACKEND": CACHE + "dummy.DummyCache"}, "files": {"BACKEND": CACHE + "filebased.FileBasedCache", "LOCATION": "/var/cache/x"}},
        {"default": {"BACKEND": CACHE + "filebased.FileBasedCache", "LOCATION": "cache"}},
        {"other": {"BACKEND": CACHE + "locmem.LocMemCache"}},
        {"default": {"BACKEND": CACHE + "filebased.FileBasedCache", "LOCATION": "/srv/app/media/cache"}},
        {"default": {"BACKEND": CACHE + "filebased.FileBasedCache", "LOCATION": "/srv/app"}},
    ],
    "MEDIA_ROOT": ["/srv/app/media", "/srv/app/media/", "", "/srv/app/./x/../media"],
    "STATIC_ROOT": ["/srv/app/static", None, "/srv"],
    "STATICFILES_DIRS": [[], ["/srv/app/assets"], [("img", "/srv/app/media/cache/img")]],
    "MAILERS": [
        {"default": {"BACKEND": BACKENDS + "smtp.EmailBackend"}},
        {"default": {"BACKEND": BACKENDS + "console.EmailBackend"}},
        {"default": {}},
        {"bulk": {"BACKEND": BACKENDS + "locmem.EmailBackend"}},
    ],
    "SILENCED_SYSTEM_CHECKS": [["security.W004"], ["security.W008", "security.W012"], (), ["models.W042", "security.W020"]],
}  # fmt: skip
"""Values for the settings that checks read: right ones, wrong ones, those at a bound and of another type."""

LISTS: dict[str, list[Any]] = {"MIDDLEWARE": [[], list(STACK)], "INSTALLED_APPS": [[], list(APPS)]}

ABSENT = "absent.py"
"""A file that is not in the project and may be where it is deployed: the key of an environment that says what is in it."""

NAMESPACE = 0.12


class Expression(str):
    """A value that is written as it stands."""

    def __repr__(self) -> str:
        return str(self)


for _name, _expressions in {
    "MEDIA_ROOT": ["BASE_DIR / 'media'", "os.path.join(BASE_DIR, 'media')", "str(BASE_DIR.parent / 'media')", "f'{BASE_DIR}/media'"],
    "STATIC_ROOT": ["BASE_DIR / 'static' / 'all'", "BASE_DIR.joinpath('static')", "os.path.dirname(os.path.abspath(__file__)) + '/static'"],
    "CACHES": [
        "{'default': {'BACKEND': 'django.core.cache.backends.filebased.FileBasedCache', 'LOCATION': BASE_DIR / 'media' / 'cache'}}",
        "{'default': {'BACKEND': 'django.core.cache.backends.filebased.FileBasedCache', 'LOCATION': os.path.join(BASE_DIR, 'static')}}",
        "{'default': {'BACKEND': 'django.core.cache.backends.filebased.FileBasedCache', 'LOCATION': str(BASE_DIR)}}",
    ],
}.items():  # fmt: skip
    POOL[_name] += map(Expression, _expressions)

RARE = frozenset(
    {
        "DEFAULT_HASHING_ALGORITHM",
        "TEMPLATES",
        "SILENCED_SYSTEM_CHECKS",
        "MAILERS",
        "SECURE_CSP",
        "SECURE_CSP_REPORT_ONLY",
    }
)


@dataclass
class Draft:
    """One settings package being written."""

    rng: random.Random
    base: list[str] = field(default_factory=list)
    body: list[str] = field(default_factory=list)
    tail: list[str] = field(default_factory=list)
    values: list[str] = field(default_factory=list)
    variables: int = 0
    numbers: set[str] = field(default_factory=set)
    missing: bool = False
    debug: bool = False
    temporary: int = 0

    def name(self) -> str:
        """A name that is no setting."""
        self.temporary += 1
        return f"_value{self.temporary}"

    def variable(self) -> str:
        """A variable of the environment."""
        self.variables += 1
        return f"DEPLOY_TEST_{self.variables}"

    def number(self) -> str:
        """A variable of the environment that holds a number."""
        self.numbers.add(name := self.variable())
        return name

    def files(self) -> dict[str, str]:
        """Path inside the package -> text."""
        star = ["from .base import *"] if self.base else []
        found = {"__init__.py": "", "settings.py": "\n".join([*HEAD, *star, *self.body, *self.tail]) + "\n"}
        if self.base:
            found["base.py"] = "\n".join([*HEAD, *self.base]) + "\n"
        if self.values:
            found["values.py"] = "\n".join([*HEAD, *self.values]) + "\n"
        return found


Idiom = Callable[[Draft, str, Any], None]
"""Writes `name = value` in some way."""


def lines(*templates: str) -> Idiom:
    """An idiom made of lines with places for `{name}`, the literal `{value}`, and new names `{a}`, `{b}`, `{v}` (a variable)."""

    def write(draft: Draft, name: str, value: Any) -> None:
        text = "\n".join(templates)
        draft.missing = draft.missing or "absent" in text
        names = {key: draft.name() for key in "ab" if "{" + key + "}" in text}
        if "{v}" in text:
            names["v"] = draft.variable()
        if "{n}" in text:
            names["n"] = draft.number()
        for key, new in {"name": name, "value": repr(value), **names}.items():
            text = text.replace("{" + key + "}", new)
        draft.body.extend(text.split("\n"))

    return write


def in_base(draft: Draft, name: str, value: Any) -> None:
    draft.base.append(f"{name} = {value!r}")


def overridden(draft: Draft, name: str, value: Any) -> None:
    draft.base.append(f"{name} = {draft.rng.choice(POOL.get(name, [None]))!r}")
    draft.body.append(f"{name} = {value!r}")


def imported(draft: Draft, name: str, value: Any) -> None:
    draft.values.append(f"{name} = {value!r}")
    draft.body.append(f"from .values import {name}")


def looked_up(draft: Draft, name: str, value: Any) -> None:
    draft.values.append(f"{name} = {value!r}")
    draft.body += [f"from . import values as {(other := draft.name())}", f"{name} = {other}.{name}"]


def local_module(draft: Draft, name: str, value: Any) -> None:
    draft.body.append(f"{name} = {value!r}")
    draft.tail = ["try:", "    from .absent import *", "except ImportError:", "    pass"]
    draft.missing = True


SURE: list[Idiom] = [
    lines("{name} = {value}"),
    lines("{name} = {value}"),
    lines("{name}: object = {value}"),
    lines("{a} = {value}", "{name} = {a}"),
    lines("{a} = True", "if {a}:", "    {name} = {value}", "else:", "    {name} = 'never'"),
    lines("{name} = 'never'", "if not {name}:", "    pass", "else:", "    {name} = {value}"),
    lines("{name} = {value} if 1 < 2 else None"),
    lines("{a} = {b} = {value}", "{name} = {a}"),
    lines("{name}, {a} = {value}, 1"),
    lines("def {a}(value):", "    return value", "{name} = {a}({value})"),
    lines(
        "def {a}(flag=True):", "    if flag:", "        return {value}", "    return None", "{name} = {a}()"
    ),
    lines("{a} = {'key': {value}}", "{name} = {a}['key']"),
    lines("{a} = {'key': {value}}", "{name} = {a}.get('key', 'never')"),
    lines("{a} = {}", "{name} = {a}.get('key', {value})"),
    lines("class {a}:", "    value = {value}", "{name} = {a}.value"),
    lines("{name} = (lambda: {value})()"),
    lines("{name} = [0, {value}][1]"),
    lines("({a} := {value})", "{name} = {a}"),
    lines("for {a} in ({value},):", "    {name} = {a}"),
    lines("{name} = 'never'", "del {name}", "{name} = {value}"),
    lines("{a} = [{value}]", "{name} = {a}.pop()"),
    lines("{name} = dict(key={value})['key']"),
    lines("{name} = next(iter([{value}]))"),
    in_base,
    in_base,
    overridden,
    imported,
    looked_up,
]
"""Ways to write a value that is decided."""

NAMESPACES: list[Idiom] = [
    lines("globals()['{name}'] = {value}"),
    lines("locals().update({'{name}': {value}})"),
    lines("locals().update({name}={value})"),
    lines("globals().update({'{name}': {value}})"),
    lines("vars()['{name}'] = {value}"),
    lines("setattr(sys.modules[__name__], '{name}', {value})"),
]
"""Ways to write a value around assignment."""

LOCAL: list[Idiom] = [
    lines("try:", "    from .absent import {name}", "except ImportError:", "    {name} = {value}"),
    local_module,
]
"""Ways to let a file decide that is not in the project."""

EITHER: list[Idiom] = [
    lines("if os.environ.get('{v}'):", "    {name} = {value}"),
    lines("if os.environ.get('{v}') == '1':", "    {name} = {value}", "else:", "    {name} = {other}"),
    lines("{name} = {value} if os.environ.get('{v}') else {other}"),
    lines("{name} = {value}", "if '{v}' in os.environ:", "    {name} = {other}"),
    lines("{name} = os.environ.get('{v}', {value})"),
    lines("{name} = os.getenv('{v}') or {value}"),
    lines("{name} = os.environ.get('{v}') or {value}"),
    lines("{name} = {'1': {value}}.get(os.environ.get('{v}'), {other})"),
    lines("try:", "    {name} = os.environ['{v}']", "except KeyError:", "    {name} = {value}"),
]
"""Ways to write what the environment decides."""

TEXTS: list[Idiom] = [
    lines("{name} = os.environ['{v}']"),
    lines("{name} = os.environ.get('{v}', '')"),
    lines("{name} = os.environ.get('{v}')"),
]

FLAGS: list[Idiom] = [
    lines("{name} = os.environ.get('{v}') == '1'"),
    lines("{name} = os.environ.get('{v}', 'no').lower() in ('1', 'true', 'yes')"),
    lines("{name} = bool(os.environ.get('{v}'))"),
    lines("{name} = '{v}' in os.environ"),
    lines("{name} = bool(int(os.environ.get('{n}', '0')))"),
    lines(
        "def {a}(name, default=False):",
        "    return os.environ.get(name, str(default)).lower() in ('1', 'true')",
        "{name} = {a}('{v}')",
    ),
    lines("{a} = os.environ.get('{v}') == 'true'", "{name} = not {a}"),
]

NUMBERS: list[Idiom] = [
    lines("{name} = int(os.environ.get('{n}', '0'))"),
    lines("{name} = 3600 if os.environ.get('{v}') else 0"),
    lines("{name} = 60 * 60 * 24", "if os.environ.get('{v}') == '1':", "    {name} *= 365"),
]


def text_idioms(value: str) -> list[Idiom]:
    """Ways to compute a text."""
    half = len(value) // 2
    left, right = value[:half], value[half:]
    return [
        lines(f"{{name}} = {left!r} + {right!r}"),
        lines(f"{{name}} = ''.join([{left!r}, {right!r}])"),
        lines(
            f"{{a}} = {right!r}",
            f"{{name}} = f{(left.replace('{', '{{') + '{VALUE}')!r}".replace("VALUE", "{a}"),
        ),
        lines(f"{{name}} = '%s%s' % ({left!r}, {right!r})"),
        lines(f"{{name}} = '{{}}{{}}'.format({left!r}, {right!r})"),
        lines(f"{{name}} = {('  ' + value + ' ')!r}.strip()")
        if value == value.strip()
        else lines("{name} = {value}"),
        lines(f"{{name}} = {value.swapcase()!r}.swapcase()"),
        lines(f"{{name}} = {value[::-1]!r}[::-1]"),
        lines(f"{{name}} = {left!r}", f"{{name}} += {right!r}"),
    ]


FLAG_TEXTS = {
    True: [
        "not False",
        "1 == 1",
        "'a' in ('a', 'b')",
        "bool(1)",
        "True and 2 > 1",
        "all([True, 1])",
        "not 0",
    ],
    False: ["not True", "1 == 2", "'c' in ('a', 'b')", "bool(0)", "False or 1 > 2", "any([])", "not [0]"],
}


def number_idioms(value: int) -> list[Idiom]:
    """Ways to compute a number."""
    return [
        lines(f"{{name}} = {value} * 1"),
        lines(f"{{name}} = int('{value}')"),
        lines(f"{{name}} = {value + 5} - 5"),
        lines(f"{{name}} = max(0, {value})"),
        lines(f"{{name}} = sum([{value}, 0])"),
        lines(f"{{name}} = {value}", "{name} += 0"),
        lines(f"{{name}} = len('x' * {min(value, 9)}) + {value - min(value, 9)}"),
    ]


def list_idioms(draft: Draft, name: str, value: list[Any]) -> None:
    """Builds a list step by step."""
    rng, body = draft.rng, draft.body
    cut = rng.randint(0, len(value))
    first, rest = value[:cut], value[cut:]
    target = draft.base if rng.random() < 0.3 else body
    way = rng.randrange(14)
    if way == 0:
        target.append(f"{name} = {first!r}")
        body += [f"{name}.append({item!r})" for item in rest]
    elif way == 1:
        target.append(f"{name} = {rest!r}")
        body += [f"{name}.insert(0, {item!r})" for item in reversed(first)]
    elif way == 2:
        target.append(f"{name} = {first!r}")
        body.append(f"{name} += {rest!r}")
    elif way == 3:
        target.append(f"{name} = {first!r}")
        body.append(f"{name} = {name} + {rest!r}")
    elif way == 4:
        target.append(f"{name} = {tuple(first)!r}")
        body.append(f"{name} += {tuple(rest)!r}")
    elif way == 5:
        target.append(f"{name} = {[*value, 'x.Surplus']!r}")
        body.append(f"{name}.remove('x.Surplus')")
    elif way == 6:
        target.append(f"{name} = {['x.Surplus', *value]!r}")
        body.append(f"{name} = [item for item in {name} if item != 'x.Surplus']")
    elif way == 7:
        target.append(f"{name} = {first!r}")
        body.append(f"{name} = [*{name}, *{rest!r}]")
    elif way == 8:
        target.append(f"{name} = {first!r}")
        body.append(f"{name}.extend({tuple(rest)!r})")
    elif way == 9:
        body += [f"{name} = {['x.Surplus', *value]!r}", f"del {name}[0]"]
    elif way == 10 and all(isinstance(item, str) and "," not in item for item in value) and value:
        body.append(f"{name} = {','.join(value)!r}.split(',')")
    elif way == 11:
        body += [f"{name} = {[*value, 'x.Surplus']!r}[:-1]"]
    elif way == 12:
        target.append(f"{name} = {value!r}")
        body.append(f"{name} = list(filter(lambda item: item != 'x.Surplus', {name}))")
    else:
        target.append(f"{name} = {first!r}")
        body += [f"for {(item := draft.name())} in {rest!r}:", f"    {name}.append({item})"]


def dict_idioms(draft: Draft, name: str, value: dict[Any, Any]) -> None:
    """Builds a dictionary step by step."""
    rng, body = draft.rng, draft.body
    target = draft.base if rng.random() < 0.3 else body
    way = rng.randrange(7)
    if way == 0:
        target.append(f"{name} = {{}}")
        body.append(f"{name}.update({value!r})")
    elif way == 1:
        target.append(f"{name} = {{}}")
        body += [f"{name}[{key!r}] = {item!r}" for key, item in value.items()]
    elif way == 2:
        body.append(f"{name} = {{**{value!r}}}")
    elif way == 3:
        body.append(f"{name} = dict({value!r})")
    elif way == 4:
        target.append(f"{name} = {{}}")
        body += [f"{name}.setdefault({key!r}, {item!r})" for key, item in value.items()]
    elif way == 5:
        target.append(f"{name} = {{'x': {{'BACKEND': 'never'}}, **{value!r}}}")
        body.append(f"del {name}['x']")
    else:
        body.append(f"{name} = {{key: item for key, item in {value!r}.items()}}")


def maybe_more(draft: Draft, name: str, value: list[Any]) -> None:
    """A list to which the environment adds, or from which it takes."""
    body, variable, rng = draft.body, draft.variable(), draft.rng
    extra = rng.choice([item for item in (*STACK, "x.Other") if item not in value] or ["x.Other"])
    way = rng.randrange(5)
    test = rng.choice(
        [
            f"os.environ.get('{variable}')",
            f"os.environ.get('{variable}') == '1'",
            f"'{variable}' in os.environ",
        ]
    )
    body.append(f"{name} = {value!r}")
    if way == 0:
        body += [f"if {test}:", f"    {name}.append({extra!r})"]
    elif way == 1:
        body += [f"if {test}:", f"    {name} = [{extra!r}] + {name}"]
    elif way == 2:
        body += [f"if {test}:", f"    {name} += [{extra!r}]"]
    elif way == 3 and value:
        body += [f"if {test}:", f"    {name}.remove({rng.choice(value)!r})"]
    else:
        body += [f"if {test}:", f"    {name}.insert(0, {extra!r})", "else:", f"    {name}.append('x.Third')"]


def write(draft: Draft, name: str, value: Any) -> None:
    """Give a setting a value, in an idiom that suits it."""
    rng = draft.rng
    chance = rng.random()
    if chance < 0.06 and not isinstance(value, (dict, Expression)):
        either(draft, name, value)
    elif chance < 0.07:
        rng.choice(LOCAL)(draft, name, value)
    elif chance < NAMESPACE:
        rng.choice(NAMESPACES)(draft, name, value)
    elif draft.debug and name != "DEBUG" and chance < 0.2 and not isinstance(value, dict):
        other = rng.choice(POOL.get(name, [[]]))
        draft.body += ["if not DEBUG:", f"    {name} = {value!r}", "else:", f"    {name} = {other!r}"]
    elif isinstance(value, dict) and chance < 0.6:
        dict_idioms(draft, name, value)
    elif chance < 0.55 or value is None or isinstance(value, (Expression, dict, tuple)):
        rng.choice(SURE)(draft, name, value)
    elif isinstance(value, bool):
        draft.body.append(f"{name} = {rng.choice(FLAG_TEXTS[value])}")
    elif isinstance(value, int):
        rng.choice(number_idioms(value))(draft, name, value)
    elif isinstance(value, str):
        rng.choice(text_idioms(value))(draft, name, value)
    else:
        list_idioms(draft, name, value)


def either(draft: Draft, name: str, value: Any) -> None:
    """A value that the environment decides, or may."""
    rng = draft.rng
    if isinstance(value, list):
        maybe_more(draft, name, value)
        return
    own = (
        FLAGS
        if isinstance(value, bool)
        else NUMBERS
        if isinstance(value, int)
        else TEXTS
        if isinstance(value, str)
        else EITHER
    )
    if rng.random() < 0.5:
        own = EITHER
    before = len(draft.body)
    rng.choice(own)(draft, name, value)
    other = repr(rng.choice([item for item in POOL[name] if type(item) is type(value)] or [None]))
    draft.body[before:] = [line.replace("{other}", other) for line in draft.body[before:]]


def draft(seed: int) -> Draft:
    """One settings package."""
    made = Draft(random.Random(seed))
    rng = made.rng
    stack: list[Any] = [item for item in STACK[:5] if rng.random() < 0.85]
    if rng.random() < 0.1:
        stack.append(POLICY)
    apps: list[Any] = [item for item in APPS if rng.random() < 0.85]
    chosen = [("MIDDLEWARE", stack), ("INSTALLED_APPS", apps), ("ROOT_URLCONF", "x.urls")]
    for name, pool in POOL.items():
        if rng.random() < (0.1 if name in RARE else 0.6):
            chosen.append((name, rng.choice(pool)))
    rng.shuffle(chosen)
    chosen.sort(key=lambda row: row[0] != "DEBUG")
    if chosen[0][0] == "DEBUG":
        made.body.append("DEBUG = False")
    for name, value in chosen:
        if name == "ROOT_URLCONF" or rng.random() < 0.02:
            made.body.append(f"{name} = {value!r}")
        else:
            write(made, name, value)
        made.debug = made.debug or name == "DEBUG"
    return made


def environments(made: Draft) -> list[dict[str, str]]:
    """The environments to try a package in."""
    if not made.variables and not made.missing:
        return [{}]
    names = [f"DEPLOY_TEST_{number}" for number in range(1, made.variables + 1)]
    found: list[dict[str, str]] = [{}]
    for place, word in enumerate(WORDS):
        found.append({name: DIGITS[place % 3] if name in made.numbers else word for name in names})
    for left_out in names:
        found.append({name: "1" for name in names if name != left_out})
    for _ in range(3):
        found.append(
            {
                name: made.rng.choice(DIGITS if name in made.numbers else WORDS)
                for name in names
                if made.rng.random() < 0.8
            }
        )
    if made.missing:
        settings, silences = (POOL | LISTS).items(), POOL["SILENCED_SYSTEM_CHECKS"]
        local = [
            "\n".join(
                [
                    *HEAD,
                    *(
                        f"{name} = {pool[place % len(pool)]!r}"
                        for name, pool in settings
                        if pool is not silences
                    ),
                ]
            )
            for place in range(9)
        ]
        found += [{**one, ABSENT: text} for one, text in zip((found[1:] or found) * 9, local)]
    return found
