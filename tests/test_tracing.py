"""The tracer: the same flow written many ways is found, and the same code made safe is silent."""

from __future__ import annotations

import pytest
from flow_lines import flows, lines

HEAD = """\
import base64, collections, html, io, json, os, re, shlex, types, uuid
import functools
from urllib.parse import urlparse
from web import request, redirect, Page, is_local, response
ALLOWED = ("a", "b")
"""

FOUND = {
    "direct": "os.system(request.args['x'])",
    "variable": "x = request.args['x']\n    os.system(x)",
    "get": "x = request.args.get('x')\n    os.system(x)",
    "method": "os.system(request.args.get('x').strip().lower())",
    "f-string": "x = request.args['x']\n    os.system(f'ls {x}')",
    "percent": "x = request.args['x']\n    os.system('ls %s' % x)",
    "percent-tuple": "x = request.args['x']\n    os.system('ls %s %d' % (x, 1))",
    "percent-dict": "x = request.args['x']\n    os.system('ls %(a)s' % {'a': x})",
    "format": "x = request.args['x']\n    os.system('ls {}'.format(x))",
    "format-name": "x = request.args['x']\n    os.system('ls {x}'.format(x=x))",
    "join": "x = request.args['x']\n    os.system(' '.join(['ls', x]))",
    "join-tuple": "x = request.args['x']\n    os.system(' '.join(('ls', x)))",
    "join-branches": "xs = ['ls']\n    if some:\n        xs.append(request.args['x'])\n    os.system(' '.join(xs))",
    "append-branches": "xs = ['ls']\n    if some:\n        xs.append(request.args['x'])\n    else:\n        xs.append('c')\n    os.system(xs[1])",
    "spread-dict": "d = {**request.args}\n    os.system(d['x'])",
    "spread-list": "xs = ['c', *request.args.getlist('x')]\n    os.system(xs[1])",
    "unknown-key": "d = {some: request.args['x']}\n    os.system(d['k'])",
    "conversion-caught": "x = request.args['x']\n    try:\n        int(x)\n    except ValueError:\n        pass\n    os.system(x)",
    "encoded-decoded": "x = request.args['x']\n    os.system(base64.b64decode(base64.b64encode(x.encode())).decode())",
    "escaped-unescaped": "Page(html.unescape(html.escape(request.args['x'])))",
    "json-there-and-back": "d = json.loads(json.dumps({'k': request.args['x'], 'm': 'c'}))\n    os.system(d['k'])",
    "glued-folder": "open('/srv/files' + request.args['x'])",
    "key-checked": "for k, v in request.args.items():\n        if k == 'x':\n            os.system(v)",
    "plus": "x = request.args['x']\n    os.system('ls ' + x)",
    "augmented": "c = 'ls '\n    c += request.args['x']\n    os.system(c)",
    "replace": "x = request.args['x']\n    os.system('ls X'.replace('X', x))",
    "str": "os.system(str(request.args['x']))",
    "slice": "x = request.args['x']\n    os.system(x[1:])",
    "index": "x = request.args['x']\n    os.system(x.split(',')[0])",
    "list": "xs = ['a', request.args['x']]\n    os.system(xs[1])",
    "append": "xs = []\n    xs.append(request.args['x'])\n    os.system(xs[0])",
    "insert": "xs = ['a']\n    xs.insert(0, request.args['x'])\n    os.system(xs[0])",
    "pop": "xs = ['a', request.args['x']]\n    os.system(xs.pop())",
    "extend": "xs = ['a']\n    xs.extend([request.args['x']])\n    os.system(xs[-1])",
    "dict": "d = {'k': request.args['x'], 'm': 'c'}\n    os.system(d['k'])",
    "dict-get": "d = {'k': request.args['x'], 'm': 'c'}\n    os.system(d.get('k'))",
    "dict-set": "d = {}\n    d['k'] = request.args['x']\n    os.system(d['k'])",
    "dict-unknown-key": "d = {}\n    d[some] = request.args['x']\n    os.system(d[other])",
    "dict-update": "d = {}\n    d.update(k=request.args['x'])\n    os.system(d['k'])",
    "dict-merge": "d = {**{'a': 1}, 'k': request.args['x']}\n    os.system(d['k'])",
    "default-list": "d = collections.defaultdict(list)\n    for k, v in request.args.items():\n        d[k].append(v)\n    os.system(d['k'][0])",
    "default-dict": "d = collections.defaultdict(dict)\n    for k, v in request.args.items():\n        d[k]['a'] = v\n    os.system(d['k']['a'])",
    "default-key": "d = collections.defaultdict(list)\n    for v in request.args.getlist('x'):\n        d['k'].append(v)\n    os.system(d['k'][0])",
    "pattern-mapping": "match json.loads(request.args['x']):\n        case {'k': found, **rest}:\n            os.system(found)",
    "pattern-rest": "match json.loads(request.args['x']):\n        case {'k': found, **rest}:\n            os.system(rest['m'])",
    "pattern-type": "match request.args['x']:\n        case 'a':\n            return\n        case str() as other:\n            os.system(other)",
    "namespace": "n = types.SimpleNamespace(x=request.args['x'], y='c')\n    os.system(n.x)",
    "namespace-set": "n = types.SimpleNamespace(x='c')\n    n.x = request.args['x']\n    os.system(n.x)",
    "dict-values": "d = {'k': request.args['x']}\n    for v in d.values():\n        os.system(v)",
    "dict-items": "d = {'k': request.args['x']}\n    for k, v in d.items():\n        os.system(v)",
    "unpack": "a, b = 'c', request.args['x']\n    os.system(b)",
    "unpack-split": "a, b = request.args['x'].split(':')\n    os.system(b)",
    "star": "a, *b = ['c', request.args['x']]\n    os.system(b[0])",
    "ternary": "x = request.args['x'] if some else 'c'\n    os.system(x)",
    "or": "x = request.args.get('x') or 'c'\n    os.system(x)",
    "walrus": "if (x := request.args.get('x')):\n        os.system(x)",
    "branch": "x = 'c'\n    if some:\n        x = request.args['x']\n    os.system(x)",
    "loop": "for x in request.args.getlist('x'):\n        os.system(x)",
    "loop-carried": "a = b = 'c'\n    for i in range(3):\n        os.system(a)\n        a = b\n        b = request.args['x']",
    "while": "x = request.args['x']\n    while some:\n        os.system(x)",
    "comprehension": "xs = [x.strip() for x in request.args.getlist('x')]\n    os.system(xs[0])",
    "dict-comprehension": "d = {k: v for k, v in request.args.items()}\n    os.system(d['q'])",
    "generator": "os.system(' '.join(x for x in request.args.getlist('x')))",
    "set": "s = {request.args['x']}\n    for x in s:\n        os.system(x)",
    "sorted": "os.system(sorted(request.args.getlist('x'))[0])",
    "enumerate": "for i, x in enumerate(request.args.getlist('x')):\n        os.system(x)",
    "zip": "for i, x in zip([1], request.args.getlist('x')):\n        os.system(x)",
    "map": "for x in map(str.strip, request.args.getlist('x')):\n        os.system(x)",
    "lambda": "f = lambda v: 'ls ' + v\n    os.system(f(request.args['x']))",
    "encode": "os.system(request.args['x'].encode().decode())",
    "base64": "os.system(base64.b64decode(request.args['x']))",
    "json": "os.system(json.loads(request.args['x'])['y']['z'])",
    "stringio": "b = io.StringIO()\n    b.write(request.args['x'])\n    os.system(b.getvalue())",
    "path-join": "open(os.path.join('/tmp', request.args['x']))",
    "wrong-sanitizer": "os.system(html.escape(request.args['x']))",
    "checked-elsewhere": "x = request.args['x']\n    if x in ALLOWED:\n        pass\n    os.system(x)",
    "checked-wrong-way": "x = request.args['x']\n    if x in ALLOWED:\n        return\n    os.system(x)",
    "other-checked": "x = request.args['x']\n    y = request.args['y']\n    if y not in ALLOWED:\n        return\n    os.system(x)",
    "part-of-string": "x = request.args['x']\n    if x in 'abc':\n        os.system(x)",
    "extension-checked": "x = request.args['x']\n    if x.split('.')[-1] in ALLOWED:\n        open('/srv/' + x)",
    "not-none": "x = request.args['x']\n    if x is not None:\n        os.system(x)",
    "length": "x = request.args['x']\n    if len(x) < 9:\n        os.system(x)",
    "item-put-beside": "d = request.args\n    d['y'] = 'c'\n    os.system(d['x'])",
    "item-put-then-new": "d = request.args\n    d['x'] = 'c'\n    d = request.form\n    os.system(d['x'])",
    "separator-in": "x = request.args['x']\n    if '/' in x:\n        open('/srv/' + x)",
    "known-key-not": "known = some()\n    x = request.args['x']\n    if not known.get(x):\n        os.system(x)",
    "key-of-table-caught": "x = request.args['x']\n    try:\n        TABLE[x]\n    except KeyError:\n        pass\n    os.system(x)",
    "entry-none": "known = some()\n    x = request.args['x']\n    w = known.get(x)\n    if w is None:\n        os.system(x)",
    "not-empty": "x = request.args['x']\n    if x:\n        os.system(x)",
    "other-replaced": "open('/srv/' + request.args['x'].replace('..', ''))",
    "substituted-other": "open('/srv/' + re.sub(r'[<>]', '_', request.args['x']))",
    "substituted-by": "open('/srv/' + re.sub(r'X', request.args['x'], 'aXb'))",
    "loose-regex": "x = request.args['x']\n    if re.match(r'[a-z]+', x):\n        os.system(x)",
    "any-character": "x = request.args['x']\n    if re.fullmatch(r'.+', x):\n        os.system(x)",
    "try": "try:\n        x = request.args['x']\n    except KeyError:\n        x = 'c'\n    os.system(x)",
    "finally": "x = request.args['x']\n    try:\n        pass\n    finally:\n        os.system(x)",
    "known-branch": "if 1 + 1 == 2:\n        x = request.args['x']\n    else:\n        x = 'c'\n    os.system(x)",
    "redirect": "redirect(request.args['next'])",
    "redirect-host": "redirect('http://' + request.args['next'])",
    "redirect-guard-negated": "n = request.args['next']\n    if not is_local(n):\n        redirect(n)",
    "redirect-either": "n = request.args['next']\n    u = urlparse(n)\n    if not u.netloc or some:\n        redirect(n)",
    "redirect-format-host": "redirect('%s/x' % request.args['n'])",
    "redirect-no-scheme": "n = request.args['next']\n    if not urlparse(n).scheme:\n        redirect(n)",
    "redirect-scheme-only": "n = request.args['next']\n    if urlparse(n).scheme == 'https':\n        redirect(n)",
    "header": "response.headers['X-A'] = request.args['x']",
    "partial": "f = functools.partial(os.system)\n    f(request.args['x'])",
    "getattr": "f = getattr(os, 'system')\n    f(request.args['x'])",
    "alias": "run = os.system\n    run(request.args['x'])",
    "function-table": "table = {'a': os.system}\n    table['a'](request.args['x'])",
    "startswith": "p = os.path.join('/srv', request.args['x'])\n    if p.startswith('/srv'):\n        open(p)",
    "unknown-receiver": "some.cursor().execute('select ' + request.args['x'])",
    "nested-function": "def inner(v):\n        os.system(v)\n    inner(request.args['x'])",
    "closure": "x = request.args['x']\n    def inner():\n        os.system(x)\n    inner()",
}

SILENT = {
    "constant": "os.system('ls')",
    "overwritten": "x = request.args['x']\n    x = 'c'\n    os.system(x)",
    "int": "os.system('ls %s' % int(request.args['x']))",
    "format-number": "x = request.args['x']\n    os.system(f'ls {x:d}')",
    "percent-number": "x = request.args['x']\n    os.system('ls %d' % x)",
    "length": "os.system('ls %s' % len(request.args['x']))",
    "quote": "os.system('ls ' + shlex.quote(request.args['x']))",
    "escape": "Page('<b>' + html.escape(request.args['x']))",
    "basename": "open('/srv/' + os.path.basename(request.args['x']))",
    "other-element": "xs = ['a', request.args['x']]\n    os.system(xs[0])",
    "popped": "xs = ['a', request.args['x']]\n    xs.pop()\n    os.system(xs[0])",
    "inserted": "xs = [request.args['x']]\n    xs.insert(0, 'a')\n    os.system(xs[0])",
    "other-key": "d = {'k': request.args['x'], 'm': 'c'}\n    os.system(d['m'])",
    "key-replaced": "d = {'k': request.args['x']}\n    d['k'] = 'c'\n    os.system(d['k'])",
    "table": "os.system({'a': 'ls', 'b': 'ps'}[request.args['x']])",
    "table-get": "os.system({'a': 'ls', 'b': 'ps'}.get(request.args['x'], 'ls'))",
    "member": "x = request.args['x']\n    if x in ALLOWED:\n        os.system(x)",
    "member-return": "x = request.args['x']\n    if x not in ALLOWED:\n        return\n    os.system(x)",
    "member-raise": "x = request.args['x']\n    if x not in ALLOWED:\n        raise ValueError\n    os.system(x)",
    "member-and": "x = request.args['x']\n    if some and x in ALLOWED:\n        os.system(x)",
    "member-or-return": "x = request.args['x']\n    if not x or x not in ALLOWED:\n        return\n    os.system(x)",
    "member-ternary": "x = request.args['x']\n    os.system(x if x in ALLOWED else 'c')",
    "member-assigned": "x = request.args['x']\n    if x not in ALLOWED:\n        x = 'c'\n    os.system(x)",
    "member-built": "x = request.args['x']\n    c = 'ls ' + x\n    if x not in ALLOWED:\n        return\n    os.system(c)",
    "member-expression": "if request.args['x'] in ALLOWED:\n        os.system(request.args['x'])",
    "member-get": "if request.args.get('x') not in ALLOWED:\n        return\n    os.system(request.args.get('x'))",
    "member-lower": "x = request.args['x']\n    if x.lower() in ALLOWED:\n        os.system(x)",
    "member-filter": "xs = [x for x in request.args.getlist('x') if x in ALLOWED]\n    os.system(xs[0])",
    "equal": "x = request.args['x']\n    if x == 'c':\n        os.system(x)",
    "isdigit": "x = request.args['x']\n    if x.isdigit():\n        os.system(x)",
    "isdigit-return": "x = request.args['x']\n    if not x.isdigit():\n        return\n    os.system(x)",
    "isdigit-variable": "x = request.args['x']\n    good = x.isdigit()\n    if good:\n        os.system(x)",
    "fullmatch": "x = request.args['x']\n    if re.fullmatch(r'[a-z]+', x):\n        os.system(x)",
    "anchored": "x = request.args['x']\n    if not re.match(r'^[a-z0-9_]+$', x):\n        return\n    os.system(x)",
    "compiled": "x = request.args['x']\n    if re.compile(r'\\A\\w+\\Z').match(x):\n        os.system(x)",
    "all-characters": "x = request.args['x']\n    if all(c.isalnum() for c in x):\n        os.system(x)",
    "isinstance": "x = json.loads(request.args['x'])\n    if isinstance(x, int):\n        os.system('ls %s' % x)",
    "converted-for-check": "x = request.args['x']\n    uuid.UUID(x)\n    return",
    "conversion-checked": "x = request.args['x']\n    try:\n        int(x)\n    except ValueError:\n        return\n    os.system(x)",
    "name-continued": "open('/srv/img_' + request.args['x'])",
    "name-continued-join": "open(os.path.join('/srv', 'img_' + request.args['x']))",
    "redirect-host-or-none": "n = request.args['next']\n    u = urlparse(n)\n    if (not u.netloc or u.netloc == host) and u.scheme:\n        redirect(n)",
    "redirect-format": "redirect('%s?x=%s' % (some(), request.args['x']))",
    "redirect-format-brace": "redirect('/{}/{}'.format(some, request.args['x']))",
    "own-base": "redirect(request.url_root + request.args['x'])",
    "dead-branch": "if 1 + 1 == 3:\n        x = request.args['x']\n    else:\n        x = 'c'\n    os.system(x)",
    "dead-while": "while False:\n        os.system(request.args['x'])",
    "dead-and": "False and os.system(request.args['x'])",
    "dead-ternary": "x = 'c' if True else request.args['x']\n    os.system(x)",
    "redirect-local": "redirect('/users/' + request.args['x'])",
    "redirect-query": "redirect(f'/users?next={request.args[\"x\"]}')",
    "redirect-host": "redirect('https://example.org/' + request.args['x'])",
    "redirect-guard": "n = request.args['next']\n    if is_local(n):\n        redirect(n)",
    "redirect-guard-return": "n = request.args['next']\n    if not is_local(n):\n        return\n    redirect(n)",
    "redirect-guard-default": "n = request.args.get('next')\n    if not n or not is_local(n):\n        n = '/'\n    redirect(n)",
    "redirect-netloc": "n = request.args['next']\n    if urlparse(n).netloc == 'example.org':\n        redirect(n)",
    "redirect-netloc-return": "n = request.args['next']\n    u = urlparse(n)\n    if u.netloc != 'example.org':\n        return\n    redirect(n)",
    "redirect-no-host": "n = request.args['next']\n    u = urlparse(n)\n    if not u.scheme and not u.netloc:\n        redirect(n)",
    "redirect-no-host-return": "n = request.args['next']\n    if urlparse(n).netloc:\n        return\n    redirect(n)",
    "realpath": "p = os.path.realpath(os.path.join('/srv', request.args['x']))\n    if not p.startswith('/srv/'):\n        return\n    open(p)",
    "substituted": "open('/srv/' + re.sub(r'[*:/<>]+', '_', request.args['x']))",
    "substituted-compiled": "open('/srv/' + re.compile(r'[^a-z0-9]').sub('', request.args['x']))",
    "separator-replaced": "open('/srv/' + request.args['x'].replace('/', '_'))",
    "separator-replaced-built": "open(('/srv/' + request.args['x'])[5:].replace('/', '_'))",
    "other-system": "if os.name == 'nt':\n        os.system(request.args['x'])",
    "item-put-over": "d = request.args\n    d['x'] = 'c'\n    os.system(d['x'])",
    "no-separator": "x = request.args['x']\n    if '/' in x:\n        return\n    open('/srv/' + x)",
    "no-parent": "x = request.args['x']\n    if '..' in x:\n        return\n    open('/srv/' + x)",
    "nothing-found": "x = request.args['x']\n    if re.search(r'[/|]', x):\n        return\n    open('/srv/' + x)",
    "known-key": "known = some()\n    x = request.args['x']\n    if known.get(x):\n        os.system(x)",
    "known-entry": "known = some()\n    x = request.args['x']\n    w = known.get(x)\n    if not w:\n        return\n    os.system(x)",
    "any-equal": "x = request.args['x']\n    if any(x == one for one in ALLOWED):\n        os.system(x)",
    "map-int": "os.system(str(list(map(int, request.args.getlist('x')))))",
    "default-other-key": "d = collections.defaultdict(list)\n    d['m'].append('c')\n    for v in request.args.getlist('x'):\n        d['k'].append(v)\n    os.system(d['m'][0])",
    "pattern-literal": "match request.args['x']:\n        case 'a' | 'b' as found:\n            os.system(found)",
    "namespace-other": "n = types.SimpleNamespace(x=request.args['x'], y='c')\n    os.system(n.y)",
    "namespace-set": "n = types.SimpleNamespace(x=request.args['x'])\n    n.x = 'c'\n    os.system(n.x)",
    "json-other-key": "d = json.loads(json.dumps({'k': request.args['x'], 'm': 'c'}))\n    os.system(d['m'])",
    "key-of-table": "x = request.args['x']\n    try:\n        TABLE[x]\n    except KeyError:\n        return\n    os.system(x)",
    "empty": "x = request.args['x']\n    if not x:\n        os.system('ls ' + x)",
    "checked-or-empty": "n = request.args['n']\n    if n and not is_local(n):\n        n = '/'\n    redirect(n)",
    "unchanged-by-basename": "x = request.args['x']\n    if x != os.path.basename(x):\n        return\n    open('/srv/' + x)",
    "entry-not-none": "known = some()\n    x = request.args['x']\n    w = known.get(x)\n    if w is None:\n        return\n    os.system(x)",
    "dict-built": "d = dict({'k': request.args['x']}, m='c')\n    os.system(d['m'])",
    "substituted-object": "P = re.compile(r'[^a-z]')\n    open('/srv/' + re.sub(P, '', request.args['x']))",
    "host-prefix": "n = request.args['next']\n    if n.startswith('https://example.org/'):\n        redirect(n)",
    "other-object": "some.run('select ' + request.args['x'])",
    "comparison": "os.system(str(request.args['x'] == 'c'))",
    "contains": "os.system(str('x' in request.args))",
}


def handler(body: str) -> str:
    return f"{HEAD}def view():\n    {body}\n"


@pytest.mark.parametrize("name", FOUND)
def test_the_flow_is_found(name: str) -> None:
    assert lines(handler(FOUND[name])), FOUND[name]


@pytest.mark.parametrize("name", SILENT)
def test_what_was_made_safe_is_silent(name: str) -> None:
    assert not lines(handler(SILENT[name])), SILENT[name]


PROJECTS_FOUND = {
    "property-with-setter": (
        "class A:\n    def __init__(self, v):\n        self._v = v\n\n    @property\n    def v(self):\n        return self._v\n\n"
        "    @v.setter\n    def v(self, value):\n        self._v = value\n\n    def run(self):\n        os.system(self.v)  # bad\n\n"
        "def view():\n    A(request.args['x']).run()\n",
        {},
    ),
    "post-init": (
        "from dataclasses import dataclass\n\n@dataclass\nclass A:\n    v: str\n\n    def __post_init__(self):\n        self.line = 'ls ' + self.v\n\n"
        "def view():\n    os.system(A(request.args['x']).line)  # bad\n",
        {},
    ),
    "method-by-name": (
        "class A:\n    def do_run(self, v):\n        os.system(v)  # bad\n\n    def other(self, v):\n        os.system(v)\n\n"
        "def view():\n    getattr(A(), 'do_' + request.args['m'])(request.args['x'])\n",
        {},
    ),
    "method-by-name-default": (
        "class A:\n    def do_run(self, v):\n        os.system(v)  # bad\n\n"
        "def view():\n    found = getattr(A(), f\"do_{request.args['m']}\", None)\n    found(request.args['x'])\n",
        {},
    ),
    "helper": ("def run(c):\n    os.system(c)  # bad\n\ndef view():\n    run(request.args['x'])\n", {}),
    "helper-keyword": (
        "def run(*, c):\n    os.system(c)  # bad\n\ndef view():\n    run(c=request.args['x'])\n",
        {},
    ),
    "helper-default": (
        "def run(a, c='x'):\n    os.system(c)  # bad\n\ndef view():\n    run(1, request.args['x'])\n",
        {},
    ),
    "helper-star": (
        "def run(*a):\n    os.system(a[0])  # bad\n\ndef view():\n    run(request.args['x'])\n",
        {},
    ),
    "helper-kwargs": (
        "def run(**k):\n    os.system(k['c'])  # bad\n\ndef view():\n    run(c=request.args['x'])\n",
        {},
    ),
    "helper-spread": (
        "def run(a, b):\n    os.system(b)  # bad\n\ndef view():\n    run(*['c', request.args['x']])\n",
        {},
    ),
    "helper-spread-dict": (
        "def run(a, b):\n    os.system(b)  # bad\n\ndef view():\n    run(**{'a': 1, 'b': request.args['x']})\n",
        {},
    ),
    "returned": (
        "def get():\n    return request.args['x']\n\ndef view():\n    request.args\n    os.system(get())  # bad\n",
        {},
    ),
    "passed-through": (
        "def same(v):\n    return v\n\ndef view():\n    os.system(same(request.args['x']))  # bad\n",
        {},
    ),
    "two-levels": (
        "def a(v):\n    b(v)\n\ndef b(v):\n    os.system(v)  # bad\n\ndef view():\n    a(request.args['x'])\n",
        {},
    ),
    "recursion": (
        "def a(v, n):\n    if n:\n        return a(v, n - 1)\n    os.system(v)  # bad\n\ndef view():\n    a(request.args['x'], 3)\n",
        {},
    ),
    "class": (
        "class R:\n    def __init__(self, c):\n        self.c = c\n    def go(self):\n        os.system(self.c)  # bad\n\ndef view():\n    R(request.args['x']).go()\n",
        {},
    ),
    "class-set": (
        "class R:\n    pass\n\ndef view():\n    r = R()\n    r.c = request.args['x']\n    os.system(r.c)  # bad\n",
        {},
    ),
    "class-method": (
        "class R:\n    @classmethod\n    def go(cls, c):\n        os.system(c)  # bad\n\ndef view():\n    R.go(request.args['x'])\n",
        {},
    ),
    "static-method": (
        "class R:\n    @staticmethod\n    def go(c):\n        os.system(c)  # bad\n\ndef view():\n    R.go(request.args['x'])\n",
        {},
    ),
    "property": (
        "class R:\n    def __init__(self, c):\n        self._c = c\n    @property\n    def c(self):\n        return self._c\n\ndef view():\n    os.system(R(request.args['x']).c)  # bad\n",
        {},
    ),
    "inherited": (
        "class B:\n    def go(self):\n        os.system(self.c)  # bad\n\nclass R(B):\n    def __init__(self, c):\n        self.c = c\n\ndef view():\n    R(request.args['x']).go()\n",
        {},
    ),
    "super": (
        "class B:\n    def __init__(self, c):\n        self.c = c\n\nclass R(B):\n    def __init__(self, c):\n        super().__init__(c)\n\ndef view():\n    os.system(R(request.args['x']).c)  # bad\n",
        {},
    ),
    "dataclass": (
        "from dataclasses import dataclass\n@dataclass\nclass R:\n    a: int\n    c: str\n\ndef view():\n    os.system(R(1, request.args['x']).c)  # bad\n",
        {},
    ),
    "setter-getter": (
        "class R:\n    def put(self, c):\n        self.c = c\n    def get(self):\n        return self.c\n\ndef view():\n    r = R()\n    r.put(request.args['x'])\n    os.system(r.get())  # bad\n",
        {},
    ),
    "instance-state": (
        "class View:\n    def first(self):\n        self.c = request.args['x']\n    def second(self):\n        os.system(self.c)  # bad\n",
        {},
    ),
    "generator": (
        "def each():\n    yield 'a'\n    yield request.args['x']\n\ndef view():\n    request.args\n    for c in each():\n        os.system(c)  # bad\n",
        {},
    ),
    "yield-from": (
        "def each():\n    yield from request.args.getlist('x')\n\ndef view():\n    request.args\n    for c in each():\n        os.system(c)  # bad\n",
        {},
    ),
    "async": (
        "async def get():\n    return request.args['x']\n\nasync def view():\n    request.args\n    os.system(await get())  # bad\n",
        {},
    ),
    "context-manager": (
        "from contextlib import contextmanager\n@contextmanager\ndef ctx(v):\n    yield v\n\ndef view():\n    with ctx(request.args['x']) as c:\n        os.system(c)  # bad\n",
        {},
    ),
    "enter": (
        "class C:\n    def __init__(self, v):\n        self.v = v\n    def __enter__(self):\n        return self.v\n    def __exit__(self, *a): ...\n\ndef view():\n    with C(request.args['x']) as c:\n        os.system(c)  # bad\n",
        {},
    ),
    "decorator": (
        "def given(f):\n    def inner(*a, **k):\n        return f(request.args['x'], *a, **k)\n    return inner\n\n@given\ndef run(c):\n    os.system(c)  # bad\n\ndef view():\n    run()\n    request.args\n",
        {},
    ),
    "decorator-call": (
        "def given(name):\n    def outer(f):\n        @functools.wraps(f)\n        def inner(*a):\n            return f(request.args[name], *a)\n        return inner\n    return outer\n\n@given('x')\ndef run(c):\n    os.system(c)  # bad\n\ndef view():\n    run()\n    request.args\n",
        {},
    ),
    "callback": (
        "def each(f, v):\n    f(v)\n\ndef run(c):\n    os.system(c)  # bad\n\ndef view():\n    each(run, request.args['x'])\n",
        {},
    ),
    "function-dict": (
        "def run(c):\n    os.system(c)  # bad\n\nTABLE = {'a': run}\n\ndef view():\n    TABLE['a'](request.args['x'])\n",
        {},
    ),
    "module": (
        "import helper\n\ndef view():\n    os.system(helper.get(request.args['x']))  # bad\n",
        {"helper": "def get(v):\n    return 'ls ' + v\n"},
    ),
    "module-from": (
        "from helper import get as g\n\ndef view():\n    os.system(g(request.args['x']))  # bad\n",
        {"helper": "def get(v):\n    return 'ls ' + v\n"},
    ),
    "module-inside": (
        "def view():\n    from helper import get\n    os.system(get(request.args['x']))  # bad\n",
        {"helper": "def get(v):\n    return 'ls ' + v\n"},
    ),
    "module-reexport": (
        "from front import get\n\ndef view():\n    os.system(get(request.args['x']))  # bad\n",
        {"front": "from helper import get\n", "helper": "def get(v):\n    return 'ls ' + v\n"},
    ),
    "source-elsewhere": (
        "import helper\n\ndef view():\n    request.args\n    os.system(helper.get())  # bad\n",
        {"helper": "from web import request\n\ndef get():\n    return request.args['x']\n"},
    ),
    "call-method": (
        "class R:\n    def __call__(self, c):\n        os.system(c)  # bad\n\ndef view():\n    R()(request.args['x'])\n",
        {},
    ),
    "str-method": (
        "class R:\n    def __init__(self, c):\n        self.c = c\n    def __str__(self):\n        return self.c\n\ndef view():\n    os.system(f'ls {R(request.args[\"x\"])}')  # bad\n",
        {},
    ),
    "list-argument": (
        "def fill(xs):\n    xs.append(request.args['x'])\n\ndef view():\n    xs = []\n    fill(xs)\n    request.args\n    os.system(xs[0])  # bad\n",
        {},
    ),
    "default-given": (
        "def run(v, danger=False):\n    if danger:\n        os.system(v)  # bad\n\ndef view():\n    run(request.args['x'], True)\n",
        {},
    ),
    "constructor-passes-on": (
        "class P(Page):\n    def __init__(self, v):\n        super().__init__(v)  # bad\n\ndef view():\n    return P(request.args['x'])\n",
        {},
    ),
    "tuple-returned": (
        "def check():\n    if some:\n        return False, None\n    return True, request.args['x']\n\ndef view():\n    request.args\n    status, x = check()\n    if not status:\n        return\n    os.system(x)  # bad\n",
        {},
    ),
    "wrong-verdict": (
        "def bad(v):\n    if v in ALLOWED:\n        return False\n    return True\n\ndef view():\n    x = request.args['x']\n    if bad(x):\n        os.system(x)  # bad\n",
        {},
    ),
    "helper-checks-scheme": (
        "def ok(v):\n    u = urlparse(v)\n    return not u.scheme\n\ndef view():\n    n = request.args['next']\n    if ok(n):\n        redirect(n)  # bad\n",
        {},
    ),
    "check-not-used": (
        "def ok(v):\n    return v in ALLOWED\n\ndef view():\n    x = request.args['x']\n    ok(x)\n    os.system(x)  # bad\n",
        {},
    ),
}

PROJECTS_SILENT = {
    "helper-converts": (
        "def num(v):\n    return int(v)\n\ndef view():\n    os.system('ls %s' % num(request.args['x']))\n",
        {},
    ),
    "helper-replaces": (
        "def pick(v):\n    if v == 'a':\n        return 'ls'\n    return 'ps'\n\ndef view():\n    os.system(pick(request.args['x']))\n",
        {},
    ),
    "helper-verdict": (
        "def ok(v):\n    if v in ALLOWED:\n        return True\n    return False\n\ndef view():\n    x = request.args['x']\n    if not ok(x):\n        return\n    os.system(x)\n",
        {},
    ),
    "helper-verdict-expression": (
        "def ok(v):\n    return v and v in ALLOWED\n\ndef view():\n    x = request.args['x']\n    if ok(x):\n        os.system(x)\n",
        {},
    ),
    "helper-verdict-negative": (
        "def bad(v):\n    return v not in ALLOWED\n\ndef view():\n    x = request.args['x']\n    if bad(x):\n        return\n    os.system(x)\n",
        {},
    ),
    "helper-verdict-variable": (
        "def ok(v):\n    good = v.isdigit()\n    return good\n\ndef view():\n    x = request.args['x']\n    if ok(x):\n        os.system(x)\n",
        {},
    ),
    "helper-raises": (
        "def must(v):\n    if v not in ALLOWED:\n        raise ValueError\n\ndef view():\n    x = request.args['x']\n    must(x)\n    os.system(x)\n",
        {},
    ),
    "helper-returns-checked": (
        "def must(v):\n    if v not in ALLOWED:\n        raise ValueError\n    return v\n\ndef view():\n    os.system(must(request.args['x']))\n",
        {},
    ),
    "helper-checks-host": (
        "def ok(v):\n    u = urlparse(v)\n    return not u.scheme and not u.netloc\n\ndef view():\n    n = request.args['next']\n    if ok(n):\n        redirect(n)\n",
        {},
    ),
    "method-verdict": (
        "class R:\n    def ok(self, v):\n        return v in ALLOWED\n\ndef view():\n    x = request.args['x']\n    if R().ok(x):\n        os.system(x)\n",
        {},
    ),
    "other-attribute": (
        "class R:\n    def __init__(self, a, b):\n        self.a = a\n        self.b = b\n\ndef view():\n    os.system(R('c', request.args['x']).a)\n",
        {},
    ),
    "attribute-replaced": (
        "class R:\n    pass\n\ndef view():\n    r = R()\n    r.c = request.args['x']\n    r.c = 'c'\n    os.system(r.c)\n",
        {},
    ),
    "other-argument": (
        "def run(a, b):\n    os.system(a)\n\ndef view():\n    run('c', request.args['x'])\n",
        {},
    ),
    "abort-helper": (
        "import sys\ndef fail():\n    raise ValueError\n\ndef view():\n    x = request.args['x']\n    if x not in ALLOWED:\n        fail()\n    os.system(x)\n",
        {},
    ),
    "constant-argument": (
        "def run(v, safe):\n    if safe:\n        v = 'c'\n    os.system(v)\n\ndef view():\n    run(request.args['x'], True)\n",
        {},
    ),
    "default-decides": (
        "def run(v, danger=False):\n    if danger:\n        os.system(v)\n\ndef view():\n    run(request.args['x'])\n",
        {},
    ),
    "own-constructor": (
        "class P(Page):\n    def __init__(self, v):\n        super().__init__('fixed')\n        self.v = v\n\ndef view():\n    return P(request.args['x'])\n",
        {},
    ),
    "module-escape": (
        "import helper\n\ndef view():\n    Page(helper.clean(request.args['x']))\n",
        {"helper": "import html\n\ndef clean(v):\n    return html.escape(v)\n"},
    ),
}


def marked(code: str) -> set[int]:
    return {number for number, line in enumerate((HEAD + code).splitlines(), 1) if line.endswith("# bad")}


@pytest.mark.parametrize("name", PROJECTS_FOUND)
def test_the_flow_across_functions_is_found(name: str) -> None:
    code, others = PROJECTS_FOUND[name]
    assert lines(HEAD + code, **others) == marked(code)


@pytest.mark.parametrize("name", PROJECTS_SILENT)
def test_what_a_function_made_safe_is_silent(name: str) -> None:
    code, others = PROJECTS_SILENT[name]
    assert not lines(HEAD + code, **others)


def test_a_trace_has_source_steps_and_sink() -> None:
    code = "def run(c):\n    os.system(c)\n\ndef view():\n    x = request.args['x']\n    run('ls ' + x)\n"
    (found,) = flows({"app.py": HEAD + code})
    path, line, kind, steps = found
    assert (path, line, kind) == ("app.py", 7, "command")
    assert [(one.span.line, one.note) for one in steps] == [
        (10, "user input enters (query)"),
        (11, "passed to run() as c"),
        (7, "reaches os.system"),
    ]
