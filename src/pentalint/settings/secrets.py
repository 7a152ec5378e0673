"""Which settings hold secrets, and how they are shown: never."""

from __future__ import annotations

import re

MASK = "********"

_SECRET = re.compile(
    r"(SECRET|PASSW(OR)?D|PASSPHRASE|(^|_)PASS$|(^|_)PWD?$|TOKEN|CREDENTIAL|PRIVATE_?KEY|SALT$|(^|_)DSN$|API_?KEY|_KEYS?$|"
    r"(^|_)AUTH$|FALLBACKS$)",
    re.IGNORECASE,
)

_HARMLESS = re.compile(
    r"((^|_)(VALIDATORS|HASHERS|TIMEOUT|AGE|EXPIR[A-Z]*|LIFETIME|LOCATION|HEADER|URLS?|URI_PREFIX|CLASS|BACKENDS?|NAME|LENGTH|FILE|PATH|DIR|"
    r"ALGORITHM|PREFIX|CALLBACK|VIEW|TEMPLATE|ENABLED|REQUIRED|ROTATION)$)|(^|_)(PUBLIC|CACHE|SORT|PRIMARY|ROUTING|PARTITION|FOREIGN|"
    r"NATURAL)_KEYS?$",
    re.IGNORECASE,
)
"""Names that end so speak of a secret, and hold none."""

_USERINFO = re.compile(r"(\b[a-z][a-z0-9+.-]*://[^:/@\s'\"]*:)[^@/\s'\"]+@", re.IGNORECASE)
_PAIR = re.compile(
    r"""(?P<head>["'](?P<key>[A-Za-z_][\w.-]*)["']\s*[:,]\s*|\b(?P<name>[A-Za-z_]\w*)\s*=\s*)(?P<quote>["'])(?P<body>[^"'\n]*)(?P=quote)"""
)
_OPENED = re.compile(r"""(["'](?P<key>[A-Za-z_]\w*)["']\s*:|\b(?P<name>[A-Za-z_]\w*)\s*=)\s*[\[{(]""")
_STRING = re.compile(
    r"""(?P<prefix>(?:\b[bBrRfFuU]{1,2})?)(?P<quote>["'])(?P<body>(?:(?!(?P=quote)).)*)((?P=quote)|$)"""
)


_VALUE = re.compile(r"((?:[=:]|^\s*\w+\s+[\w.-]+\s)\s*)(?=\S).*")
_GIVEN = re.compile(r"""((?P<key>[A-Za-z_][\w.-]*)\s*[=:]\s*)(?!["'\s])\S+""")


def is_secret(name: str) -> bool:
    """Whether text under a name is a secret: a password, key or token, not its length or life time."""
    return _SECRET.search(name) is not None and _HARMLESS.search(name) is None


def mask(text: str, name: str = "") -> str:
    """A text value without what must not be shown: all of it under a secret's name, else the passwords in its URLs."""
    if text and is_secret(name):
        return MASK
    return _USERINFO.sub(rf"\1{MASK}@", text)


def mask_code(code: str, name: str) -> str:
    """A piece of source without its secrets: under a secret's name every string that may be one, else those under the
    name of one, and passwords in URLs. The names of environment variables stay."""
    if is_secret(name):
        return _STRING.sub(_hidden, code)
    for found in _OPENED.finditer(code):
        if is_secret(found["key"] or found["name"]):  # what it holds, and to be safe what follows
            code = code[: found.end()] + _STRING.sub(_hidden, code[found.end() :])
            break
    code = _PAIR.sub(_pair, code)
    return _USERINFO.sub(rf"\1{MASK}@", code)


def mask_line(line: str, name: str) -> str:
    """A line of a file that is no Python (ini, env, Dockerfile) without its secrets: under a secret's name all that stands
    behind the sign or the key, else what is given to keys that are named like one."""
    line = mask_code(line, name)
    if is_secret(name):
        return _VALUE.sub(lambda found: f"{found[1]}{MASK}", line, count=1)
    return _GIVEN.sub(lambda found: f"{found[1]}{MASK}" if is_secret(found["key"]) else found[0], line)


def mask_expression(code: str) -> str:
    """An expression as a message quotes it: without its strings when some name in it is a secret's."""
    secret = next((word for word in re.findall(r"\w+", code) if is_secret(word)), "")
    return mask_code(code, secret)


def _hidden(found: re.Match[str]) -> str:
    body = found["body"]
    if not body or re.fullmatch(r"[A-Z][A-Z0-9_]*|utf-?8|[rwb]{1,2}", body):
        return found[0]
    return f"{found['prefix']}{found['quote']}{MASK}{found['quote']}"


def _pair(found: re.Match[str]) -> str:
    if not found["body"] or not is_secret(found["key"] or found["name"]):
        return found[0]
    return f"{found['head']}{found['quote']}{MASK}{found['quote']}"
