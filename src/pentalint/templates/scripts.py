"""Where in JavaScript a place is: in a string, in a template literal, or in code.

Only what decides that is read: quotes, comments, braces of `${}`, and regular expressions by the sign before them.
"""

from __future__ import annotations

import re

Scope = tuple[str, ...]
"""What is open, outermost first: `"`, `'`, `` ` ``, `//`, `/*`, `$` (a `${` of a template literal), `{` inside of
one. Empty in plain code."""

CODE: Scope = ()

_STOPS = {
    "": re.compile(r"//|/\*|/|[\"'`{}]"),
    '"': re.compile(r'\\(?:\r\n|.)|["\r\n]', re.DOTALL),
    "'": re.compile(r"\\(?:\r\n|.)|['\r\n]", re.DOTALL),
    "`": re.compile(r"\\.|`|\$\{", re.DOTALL),
    "//": re.compile(r"[\r\n]"),
    "/*": re.compile(r"\*/"),
}
_REGEX = re.compile(r"/(?![*/])(?:[^\\/\[\r\n]|\\.|\[(?:[^\]\\\r\n]|\\.)*\])+/")
_BEFORE_REGEX = frozenset("(,=:[!&|?{};+-*%<>~^\n")
_DEEPEST = 40
_ENTITY = re.compile(r"&(quot|apos|#34|#39|#x22|#x27|#96);", re.IGNORECASE)
_ENTITIES = {"quot": '"', "apos": "'", "#34": '"', "#39": "'", "#x22": '"', "#x27": "'", "#96": "`"}


def scan(scope: Scope, text: str) -> Scope:
    """What is open after `text`, which begins where `scope` is open."""
    at = 0
    while True:
        top = scope[-1] if scope else ""
        stop = _STOPS[top if top in _STOPS else ""].search(text, at)
        if stop is None:
            return scope
        token = stop.group()
        at = stop.end()
        if top in ("", "$", "{"):
            if token == "/":
                regex = _regex(text, stop.start())
                at = regex.end() if regex else at
            else:
                scope = _after_code(scope, token)
        elif token == "${":
            scope = (*scope, "$") if len(scope) < _DEEPEST else scope
        elif token[0] != "\\":
            scope = scope[:-1]


def _after_code(scope: Scope, token: str) -> Scope:
    if token == "}":
        return scope[:-1] if scope else scope
    if token == "{":
        # Braces matter only where one of them closes a `${`.
        return (*scope, "{") if scope and len(scope) < _DEEPEST else scope
    return (*scope, token)


def _regex(text: str, at: int) -> re.Match[str] | None:
    """The regular expression a slash begins: after a sign, at the start, or after `return`."""
    before = text[max(at - 40, 0) : at].rstrip(" \t")
    if not before or before[-1] in _BEFORE_REGEX or before.endswith(("return", "typeof", "case")):
        return _REGEX.match(text, at, at + 2000)
    return None


def quote_of(scope: Scope) -> str:
    """The quote of the string a place is in, "" in code and in comments."""
    return scope[-1] if scope and scope[-1] in ('"', "'", "`") else ""


def decode_quotes(text: str) -> str:
    """An attribute's text with the quotes that the browser sees."""
    if "&" not in text:
        return text
    return _ENTITY.sub(lambda found: _ENTITIES[found.group(1).lower()], text)
