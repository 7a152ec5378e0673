"""Checks and places that make data harmless, and the same code with the check left out: one is silent, the other found."""

from __future__ import annotations

import pytest
from flow_lines import lines

from pentalint.evaluate.taint import NOTHING, Origin, Taint

HEAD = """\
import os, re
from urllib.parse import urljoin, urlparse
from web import config, inside, open_redirect, redirect, request
ALLOWED = ("a", "b")
"""

SILENT = {
    "nested-text": "path = f'/{some}/{request.args[\"x\"]}'\n    redirect(f'{path}?y')",
    "alternatives": "url = some()\n    if other:\n        url = f'{url}?{request.args[\"x\"]}'\n    redirect(f'{url}#y')",
    "grown-in-a-loop": "url = some()\n    for key in request.args:\n        url = f'{url}&{key}'\n    redirect(f'{url}#y')",
    "without-host": "redirect(f'http:///docs/{request.args[\"x\"]}')",
    "reference": "redirect(urljoin(config.base, '/silence/' + request.args['x']))",
    "stripped-root": "x = request.args['x'].lstrip('/')\n    redirect(x if x.startswith('/') else f'/{x}')",
    "raises-otherwise": "x = request.args['x']\n    inside('/srv', x)\n    open(os.path.join('/srv', x))",
    "resolved-for-check": "x = request.args['x']\n    if not os.path.realpath('/srv/' + x).startswith('/srv/'):\n        return\n    open('/srv/' + x)",
    "key-checked": "d = {some: request.args['x']}\n    if d['a'] in ALLOWED:\n        os.system(d['a'])",
    "key-checked-get": "d = {some: request.args['x']}\n    if d.get('a') in ALLOWED:\n        os.system(d.get('a'))",
    "group": "m = re.match(r'(\\d+)-(.*)', request.args['x'])\n    os.system(m.group(1))",
    "group-by-name": "m = re.compile('(?P<n>[a-z]+)/(?P<rest>.*)').search(request.args['x'])\n    os.system(m.group('n'))",
    "groups": "a, b = re.match('([a-z]+)/(.*)', request.args['x']).groups()\n    os.system(a)",
    "groups-in-branches": "m = re.match('(?:(\\\\d+)|x(\\\\w+)):(.*)', request.args['x'])\n    os.system(m.group(2))",
    "keys-of-a-list": "d = {k: v for k, v in request.args.items() if k in ALLOWED}\n    os.system(d.get('c', ''))",
    "key-that-may-be-left-out": "d = {k: v for k, v in {'a': request.args['x'], 'b': 'c'}.items() if some(v)}\n    os.system(d['b'])",
    "attribute-put-over": "request.args = {'x': 'c'}\n    os.system(request.args['x'])",
    "host-lowered": "n = request.args['n']\n    host = urlparse(n).netloc.lower()\n    if host == 'example.org':\n        redirect(n)",
}

FOUND = {
    "nested-text": "path = f'{request.args[\"x\"]}/{some}'\n    redirect(f'{path}?y')",
    "alternatives": "url = some()\n    if other:\n        url = f'{request.args[\"x\"]}?z'\n    redirect(f'{url}#y')",
    "grown-in-a-loop": "url = ''\n    for key in request.args:\n        url = f'{url}{key}'\n    redirect(f'{url}#y')",
    "without-host": "redirect(f'http:///{request.args[\"x\"]}')",
    "reference": "redirect(urljoin(config.base, request.args['x']))",
    "stripped-root": "x = request.args['x'].rstrip('/')\n    redirect(x if x.startswith('/') else f'/{x}')",
    "raises-otherwise": "x = request.args['x']\n    some('/srv', x)\n    open(os.path.join('/srv', x))",
    "resolved-for-check": "x = request.args['x']\n    if not ('/srv/' + x).startswith('/srv/'):\n        return\n    open('/srv/' + x)",
    "other-key-checked": "d = {some: request.args['x']}\n    if d['a'] in ALLOWED:\n        os.system(d['b'])",
    "other-key-checked-get": "d = {some: request.args['x']}\n    if d.get('a') in ALLOWED:\n        os.system(d.get('b'))",
    "group": "m = re.match(r'(\\d+)-(.*)', request.args['x'])\n    os.system(m.group(2))",
    "group-by-name": "m = re.compile('(?P<n>[a-z]+)/(?P<rest>.*)').search(request.args['x'])\n    os.system(m.group('rest'))",
    "groups": "a, b = re.match('([a-z]+)/(.*)', request.args['x']).groups()\n    os.system(b)",
    "groups-in-branches": "m = re.match('(?:(\\\\d+)|x(\\\\w+)):(.*)', request.args['x'])\n    os.system(m.group(3))",
    "keys-of-a-list": "d = {k: v for k, v in request.args.items() if k in ALLOWED}\n    os.system(d['a'])",
    "key-that-may-be-left-out": "d = {k: v for k, v in {'a': request.args['x'], 'b': 'c'}.items() if some(v)}\n    os.system(d['a'])",
    "attribute-put-over": "request.args = {'x': 'c'}\n    os.system(request.form['x'])",
    "host-lowered": "n = request.args['n']\n    scheme = urlparse(n).scheme.lower()\n    if scheme == 'https':\n        redirect(n)",
}


def handler(body: str) -> str:
    return f"{HEAD}def view():\n    {body}\n"


@pytest.mark.parametrize("name", SILENT)
def test_what_cannot_do_harm_is_silent(name: str) -> None:
    assert not lines(handler(SILENT[name])), SILENT[name]


@pytest.mark.parametrize("name", FOUND)
def test_the_same_without_the_check_is_found(name: str) -> None:
    assert lines(handler(FOUND[name])), FOUND[name]


CHECK = """\
def check(url):
    host = urlparse(url).netloc
    {body}

def view():
    n = request.args['next']
    {test}
    redirect(n)
"""

TUPLE = "return host, host in ALLOWED"
LISTED = (
    "for one in {name}:\n        if host != one:\n            continue\n        return True\n    return False"
)

VERDICTS_SILENT = {
    "second-of-tuple": (TUPLE, "host, ok = check(n)\n    if not ok:\n        return"),
    "indexed": (TUPLE, "if not check(n)[1]:\n        return"),
    "tuples-agree": (
        f"if not host:\n        return None, False\n    {TUPLE}",
        "host, ok = check(n)\n    if not ok:\n        return",
    ),
    "no-list-configured": (
        "if not config.hosts:\n        return True\n    " + LISTED.format(name="config.hosts"),
        "if not check(n):\n        return",
    ),
    "no-list-configured-raises": (
        "if not config.hosts:\n        return\n    if host not in config.hosts:\n        raise ValueError",
        "check(n)",
    ),
    "own-host": ("return host == request.headers['host']", "if not check(n):\n        return"),
}

VERDICTS_FOUND = {
    "first-of-tuple": (TUPLE, "host, ok = check(n)\n    if not host:\n        n = n + 'x'"),
    "tuples-disagree": (
        f"if some:\n        return None, True\n    {TUPLE}",
        "host, ok = check(n)\n    if not ok:\n        return",
    ),
    "no-check-at-all": (
        "if not config.hosts:\n        return True\n    return True",
        "if not check(n):\n        return",
    ),
    "other-switch": (
        "if not config.strict:\n        return True\n    " + LISTED.format(name="config.hosts"),
        "if not check(n):\n        return",
    ),
    "list-from-the-request": (
        "if not request.args['hosts']:\n        return True\n    "
        + LISTED.format(name="request.args['hosts']"),
        "if not check(n):\n        return",
    ),
}


@pytest.mark.parametrize("name", VERDICTS_SILENT)
def test_the_verdict_of_a_helper_is_a_check(name: str) -> None:
    body, test = VERDICTS_SILENT[name]
    assert not lines(HEAD + CHECK.format(body=body, test=test))


@pytest.mark.parametrize("name", VERDICTS_FOUND)
def test_what_is_no_verdict_is_none(name: str) -> None:
    body, test = VERDICTS_FOUND[name]
    assert lines(HEAD + CHECK.format(body=body, test=test))


def test_what_passed_the_same_check_twice_is_one_value() -> None:
    taint = Taint(Origin("user-input", "query", "web.request.args", None, None, NOTHING))  # type: ignore[arg-type]
    kinds = frozenset({"path"})
    assert taint.checked(kinds) is taint.checked(kinds)
    assert taint.checked(kinds) is not taint.checked(frozenset({"sql"}))
    assert taint.sanitized(kinds) is not taint.sanitized(kinds), "what is computed twice is two values"
