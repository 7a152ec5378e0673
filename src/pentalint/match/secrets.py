"""Whether a text is a secret in use, and not what stands in for one: a placeholder, a word of a tutorial, the name of a variable.

Four kinds, for what is a secret in one place is none in another: `password` (what people choose), `token` (what machines make),
`key` (what signs or encrypts: any constant will do), `url` (an address with a password in it)."""

from __future__ import annotations

import re
from collections.abc import Callable

from pentalint.match.condition_keys import PLACEHOLDER
from pentalint.match.views import entropy

SHORTEST = {"password": 6, "token": 16, "key": 8}
"""Characters below which a text is none."""

RANDOM = 3.0
"""Bits per character of a token that a machine has made; words and counting have less."""

_WEAK = re.compile(
    r"(pass(word|wd|w)?|pass1234|pwd|secret|admin|root|user(name)?|postgres(ql)?|mysql|maria(db)?|mongo|redis|rabbit(mq)?|"
    r"test(ing)?|example|guest|none|null|local(host)?|docker|anonymous.*|default|hunter2|letmein|foobar|qwerty|abc|"
    r"p[a4][s5$]{2}w[o0]rd|my-?_?(secret|pass(word)?|sql)|super-?_?secret|change_?me|demo|dev(elop(ment)?)?|flask|django|"
    r"superset|airflow|minioadmin|sa|toor)[-_!]*\d*!?",
    re.IGNORECASE,
)
"""Passwords that stand in every tutorial: nothing is given away by them."""

_NAME = re.compile(r"[a-z]+|[A-Z]+(_[A-Z\d]+)*|[a-z]+([_.-][a-z]+)+|\W+")
"""A plain word, the name of a variable or of a key: what is looked up, not what is used."""

_HINT = re.compile(
    r"example|your|dummy|fake|sample|test|placeholder|insert|change|replace|env[-_.]|\benv\b|1234567|abcdef|qwerty|xxx|0000000|"
    r"deadbeef|lorem",
    re.IGNORECASE,
)
"""What the stand-ins for tokens and keys have in them."""

_TOKEN = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[\w+/=.:~-]+")

_ISSUED = re.compile(
    r"(AKIA|ASIA)[A-Z2-7]{16}|gh[pousr]_\w{36,}|github_pat_\w{40,}|glpat-[\w-]{20,}|xox[abpr]-[\w-]{10,}|[sr]k_live_\w{16,}|"
    r"AIza[\w-]{35}|SG\.[\w-]{16,}\.[\w-]{16,}|key-[0-9a-f]{32}|-----BEGIN [A-Z ]*PRIVATE KEY-----.*",
    re.DOTALL,
)
"""Tokens that say whose they are: AWS, GitHub, GitLab, Slack, Stripe, Google, SendGrid, Mailgun; and private keys."""

_PUBLIC = re.compile(r"pk_(live|test)_|sk_test_|rk_test_|[\w.-]+\.apps\.googleusercontent\.com$|https?://")
"""What is meant to be seen, or opens a sandbox only."""

_URL = re.compile(r"[\w+.-]+://(?P<user>[^:/@\s]*):(?P<password>[^@/\s]+)@(?P<host>[^/?#\s]*)")

_NEAR = re.compile(
    r"(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$|[\w.-]*\bexample\.(com|org|net)(:\d+)?$", re.IGNORECASE
)
"""Hosts whose passwords open nothing that others can reach."""

_TEMPLATE = re.compile(r"\$?\{.*\}+|<.*>|%\(.*|%s|\*+|\.{3}|\[.*\]|x+", re.IGNORECASE)


def is_secret(text: str, kind: str) -> bool:
    """Whether a text is a secret of a kind that somebody uses. Raises `KeyError` for an unknown kind."""
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        text = text[1:-1]  # the quotes of an environment file
    return TESTS[kind](text)


def is_password(text: str) -> bool:
    """A password: not one of a tutorial, not a single word, not something to be looked up."""
    if len(text) < SHORTEST["password"] or PLACEHOLDER.search(text) or re.search(r"\s|@example\.|://", text):
        return False
    return not (
        _WEAK.fullmatch(text) or _NAME.fullmatch(text) or _TEMPLATE.fullmatch(text) or text.startswith("/")
    )


def is_token(text: str) -> bool:
    """A token or key that a machine has made."""
    if _HINT.search(text) or _PUBLIC.match(text):
        return False
    if _ISSUED.fullmatch(text):
        return True
    if len(text) < SHORTEST["token"] or PLACEHOLDER.search(text):
        return False
    return _TOKEN.fullmatch(text) is not None and entropy(text) > RANDOM


def is_key(text: str) -> bool:
    """A constant that signs or encrypts: whoever reads it can do the same."""
    if len(text) < SHORTEST["key"] or PLACEHOLDER.search(text) or _HINT.search(text):
        return False
    return re.fullmatch(r"[A-Z]+(_[A-Z]+)+", text) is None


def is_url(text: str) -> bool:
    """An address with a password that opens something others can reach."""
    found = _URL.match(text)
    if found is None or _NEAR.match(found["host"]):
        return False
    password = found["password"]
    return not (
        _WEAK.fullmatch(password)
        or _TEMPLATE.fullmatch(password)
        or PLACEHOLDER.search(password)
        or password == found["user"]
    )


TESTS: dict[str, Callable[[str], bool]] = {
    "password": is_password,
    "token": is_token,
    "key": is_key,
    "url": is_url,
}
"""The kinds of secret."""
