"""What folding must not do: hang, fill memory, fail, or say more than is certain."""

from __future__ import annotations

import time

import pytest
from evaluation import interpret, probes

from pentalint.evaluate.knowledge import Knowledge
from pentalint.evaluate.values import Const, Dict, Value, join_all, plain

HEAD = "from spy import probe, u\nimport api, base64, collections, configparser, copy, enum, html, itertools, json, os, urllib.parse\n"


def value(expression: str, before: str = "") -> str:
    found = probes(f"{HEAD}{before}\nprobe({expression})\n")
    assert len(found) == 1
    return found[0]


HEAVY = {
    "power": "x = 9 ** 9 ** 9", "shift": "x = 1 << 10 ** 9", "product": "x = 'a' * 10 ** 12", "list": "x = [1] * 10 ** 12", "range": "x = list(range(10 ** 15))", "sum": "x = sum(range(10 ** 15))", "doubling": "x = 'ab' * 5000\n" + "x = x + x\n" * 60,
    "replace": "x = ('a' * 9000).replace('a', 'b' * 9000)", "replace-empty": "x = ('a' * 9000).replace('', 'b' * 9000)", "join": "x = ('b' * 9000).join('a' * 9000)", "width": "x = '%999999999d' % 1", "star": "x = '%*d' % (10 ** 9, 1)",
    "format": "x = '{:999999999}'.format(1)", "nested-format": "x = '{:{}}'.format(1, 10 ** 9)", "f-string": "x = f'{1:{10 ** 9}}'", "precision": "x = f'{1.5:.999999999f}'", "center": "x = 'a'.center(10 ** 10)", "zfill": "x = 'a'.zfill(10 ** 10)", "tabs": "x = '\\t\\t'.expandtabs(10 ** 10)",
    "round": "x = round(5, -10 ** 9)", "bytes": "x = bytes(10 ** 10)", "digits": "x = int('9' * 9000)", "json-depth": "x = json.loads('[' * 9000)", "json-indent": "x = json.dumps([1], indent=10 ** 9)", "codec": "x = ('a' * 9000).encode('idna')", "pow": "x = pow(7, 10 ** 9)",
    "shared": "x = [1]\n" + "x = [x, x]\n" * 60 + "y = str(x) == '1'\nz = copy.deepcopy(x)\n", "shared-branch": "x = [1]\n" + "x = [x, x]\n" * 40 + "if u:\n    x.append(1)\n", "shared-dict": "x = {}\n" + "x = {'a': x, 'b': x}\n" * 50 + "y = json.dumps(x)\n", "deep": "x = []\n" + "x = [x]\n" * 3000 + "y = repr(x)\nz = x == x\nif u:\n    x.append(1)\n",
    "itself": "x = []\nx.append(x)\ny = str(x)\nif u:\n    x.append(1)\n", "each-other": "x, y = [], []\nx.append(y)\ny.append(x)\nz = str(x)\nif u:\n    y.append(1)\n", "dict-itself": "x = {}\nx['a'] = x\ny = json.dumps(x)\n", "list-dict": "x = []\ny = {'x': x}\nx.append(y)\nz = str(y) + str(x)\n",
    "while": "x = 0\nwhile x < 10 ** 9:\n    x += 1", "nested-for": "x = 0\nfor a in range(16):\n    for b in range(16):\n        for c in range(16):\n            for d in range(16):\n                x += 1", "comprehension": "x = [0 for a in range(60) for b in range(60) for c in range(60) for d in range(60)]", "nested-comprehension": "x = [[[[0 for d in range(60)] for c in range(60)] for b in range(60)] for a in range(60)]",
    "grow": "x = [1]\nfor i in range(9):\n    x += x\n" + "x += x\n" * 20, "extend-self": "x = [1]\nx.extend(x)\nfor i in x:\n    x.append(i)", "template": "x = ('%s' * 9000) % u", "parts": "x = u\n" + "x = x + 'a' + x\n" * 60, "maps": "x = list(map(lambda v: v, range(1500)))", "product-maps": "x = sorted(range(1900), key=lambda v: -v)",
    "choices": "x = 'a'\n" + "".join(f"if u.a{n}:\n    x = x + '{n}'\n" for n in range(40)), "fields": "x = collections.namedtuple('P', ' '.join('a' * 900))", "ini": "c = configparser.ConfigParser()\nc.read_string('[a]\\n' + 'k = v\\n' * 9000)\nx = c.get('a', 'k')", "match": "x = 0\nmatch [1] * 1500:\n    case [*a, 2]:\n        x = 1",
}  # fmt: skip


@pytest.mark.parametrize("source", HEAVY.values(), ids=HEAVY.keys())
def test_nothing_hangs_or_fails(source: str) -> None:
    start = time.process_time()
    engine, _ = interpret(f"{HEAD}{source}\nif u:\n    probe(0)\n")
    assert not engine.failures
    assert time.process_time() - start < 3


CAREFUL = [
    # what the order of a set would decide, or a name that may have been replaced
    ("list({'a', 'b'})[0]", "'a' | 'b'"), ("','.join({'a', 'b'})", "text(',' + 'a' + 'b')"), ("str({1, 2})", "<builtins.str()>"), ("[x for x in {1, 2}][0]", "1 | 2"), ("json.dumps([{1: 2}, u])", "<json.dumps()>"),
    # texts of members and records
    ("f'{W.A}'", "text(?)"), ("str(W.A)", "<builtins.str()>"), ("'%s' % W.A", "?"), ("W.A + '!'", "'y!'"), ("repr(C.A)", "<builtins.repr()>"), ("str(P(1))", "<builtins.str()>"), ("f'{P(1)}'", "text(tuple[1])"), ("C.A.nothing", "<enum.Enum().nothing>"), ("S(1).a", "<S>") ,
    # lists whose beginning is not known
    ("[*u, 1][0]", "<spy.u[]> | ?"), ("[1, *u][1]", "<spy.u[]> | ?"), ("[1, *u][0]", "1"), ("[1, 2][u]", "1 | 2"), ("len([1, *u])", "<builtins.len()>"), ("[1, 2][:u]", "list[]+?"), ("(x for x in u)", "iterator[]+?"), ("next(x)", "<builtins.next()>"),
    # built strings of which the end is not known
    ("('a' + u)[1:3]", "text('a' + <spy.u>)"), ("('ab' + u)[:5]", "text('ab' + <spy.u>)"), ("('%s' % u) == ''", "?"), ("bool('%s' % u)", "<builtins.bool()>"), ("bool(','.join(u))", "<builtins.bool()>"), ("('a-' + u).split('--')[0]", "text('a-' + <spy.u>)"), ("('ab ' + u).strip()[2:3]", "text('ab ' + <spy.u>)"),
    ("('a' + api.Markup(u))[:1]", "text('a' + <api.Markup()>)"), ("('ab' + u).replace('b', u)[:2]", "text('ab' + <spy.u> + 'b' + <spy.u>)"), ("('a' + u).rsplit('-', 1)[0]", "text('a' + <spy.u>) | ?"), ("('a' + u) in ('ab', 'b')", "?"), ("'%d' % u", "text('%d' + <spy.u>)"), ("'%s %s' % u", "text('%s %s' + <spy.u>)"),
    # unknown comparisons
    ("u == 'a'", "?"), ("u is None", "?"), ("isinstance(u, str)", "<builtins.isinstance()>"), ("isinstance([], api.Base)", "<builtins.isinstance()>"), ("[u] == [1]", "?"), ("[u] == []", "False"), ("{'a': u} == {'b': 1}", "False"), ("1 in [u]", "?"), ("C.A == api.x", "?"), ("[] is None", "False"),
    # dictionaries with unknown keys
    ("{'a': 1, u: 2}['a']", "1 | 2"), ("{**u, 'a': 1}['a']", "1"), ("{'a': 1}.get(u, 2)", "1 | 2"), ("dict(u).get('a')", "<builtins.dict().get()>"), ("{u: 1}.get('a', 3)", "?"), ("list({u: 1})", "list[]+?"),
    # what the library does not fold
    ("json.loads('{')", "<json.loads()>"), ("json.dumps(u)", "<json.dumps()>"), ("json.dumps({'a': 1}, default=str)", "<json.dumps()>"), ("base64.b64decode('a')", "<base64.b64decode()>"), ("os.path.join('a', u)", "<os.path.join()>"), ("urllib.parse.quote(u)", "<urllib.parse.quote()>"), ("html.escape(u)", "<html.escape()>"),
    ("copy.copy(u)", "<copy.copy()>"), ("'a'.encode('idna')", "?"), ("b'a'.decode('unicode_escape')", "?"), ("list(itertools.chain([1], u))", "<builtins.list()>"), ("sorted([2, u])[0]", "2 | <spy.u>"), ("max([1, u])", "<builtins.max()>"), ("list(map(u, [1]))", "list[<spy.u()>]"), ("list(filter(u, [1]))", "list[]+?"), ("sum([1, u])", "<builtins.sum()>"),
]  # fmt: skip

CLASSES = """\
class C(enum.Enum):
    A = 1
class W(str, enum.Enum):
    A = 'y'
P = collections.namedtuple('P', 'a')
class S:
    def __init__(self, a):
        self.a = a
    def change(self):
        self.a = 2
x = [1]
"""


@pytest.mark.parametrize(("expression", "expected"), [case for case in CAREFUL if case[0] != "S(1).a"])
def test_no_more_is_said_than_is_certain(expression: str, expected: str) -> None:
    assert value(expression, CLASSES) == expected


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        # a second round of a loop
        ("x = 0\nfor i in u:\n    x += 1", "0 | ?"), ("x = 'a'\nfor i in u:\n    x += 'b'", "'a' | 'ab' | text('a' + ? + 'b')"), ("x = 1\nfor i in u:\n    y = x\n    x = 2", "1 | 2"), ("x = y = 1\nfor i in u:\n    x, y = y, i", "1 | ?"), ("x = 0\nwhile u:\n    x = x + 1", "0 | ?"),
        ("y = [1]\nfor i in u:\n    x = len(y)\n    y.append(2)\nelse:\n    x = 0", "0"), ("y = [1]\nx = 9\nfor i in u:\n    x = len(y)\n    y.append(2)", "9 | <builtins.len()>"), ("y = {'a': 1}\nx = 9\nfor i in u:\n    x = 'b' in y\n    y[i] = 2", "9 | ?"), ("y = [1, 2]\nx = 9\nfor i in u:\n    x = y[0]\n    y.pop()", "9 | ?"),
        ("x = None\nfor i in u:\n    if x is None:\n        x = 1\n    else:\n        x = 2", "None | 1 | 2"), ("x = 1\nwhile x < u:\n    x *= 2", "1 | ?"), ("x = 0\nfor i in range(99):\n    x += i", "0 | ?"), ("x = 0\nwhile True:\n    x += 1\n    if x > u:\n        break", "?"),
        # who else changes a thing
        ("y = [1]\nx = y\nx += [2]\nx = y", "list[1, 2]"), ("y = [1]\nx = y\nif u:\n    y.append(2)", "list[1, 2] | list[1]"), ("a, b = [1], [2]\nc = a if u else b\nc.append(3)\nx = a", "list[1 | ?]+?"), ("d = {'a': [], 'b': []}\nd[u].append(1)\nx = d['a']", "list[]+?"), ("y = {'a': 1}\nk = y.keys()\ny['b'] = 2\nx = list(k)", "list['a', 'b']"),
        ("y = [1]\ni = iter(y)\ny.append(2)\nx = list(i)", "list[]+?"), ("i = iter([1])\nx = list(i)\nx = list(i)", "list[]+?"), ("y = [1, 2]\nx = []\nfor i in y:\n    if len(y) < 3:\n        y.append(3)\n    x.append(i)", "list[1] | list[1, ?]+?"),
        # parsers
        ("c = configparser.ConfigParser()\nc.read('a.ini')\nx = c.get('a', 'b')", "<configparser.ConfigParser().get()>"), ("c = configparser.ConfigParser()\nc.read_string('[a]\\nk = %(z)s')\nx = c.get('a', 'k')", "<configparser.ConfigParser().get()>"), ("c = configparser.ConfigParser()\nc.optionxform = lambda o: o\nc.read_string('[a]\\nK = v')\nx = c.get('a', 'k')", "<configparser.ConfigParser().get()>"),
        ("c = configparser.ConfigParser()\nc.read_string('[a]\\nk = v')\nif u:\n    c.set('a', 'k', 'w')\nx = c.get('a', 'k')", "'w' | 'v'"), ("c = configparser.ConfigParser()\nc.read_string('[a]\\nk = v')\nc.set('a', u, 'w')\nx = c.get('a', 'k')", "<configparser.ConfigParser().get()>"), ("c = configparser.ConfigParser(interpolation=u)\nc.read_string('[a]\\nk = v')\nx = c.get('a', 'k')", "<configparser.ConfigParser().get()>"),
        ("c = configparser.ConfigParser()\nc.read_string('no section')\nx = c.sections()", "list[]+?"), ("c = configparser.ConfigParser()\nc.read_string(u)\nx = c['a']['k']", "<configparser.ConfigParser()[][]>"),
        # instances others may change
        ("class S:\n    def __init__(self, a):\n        self.a = a\n    def change(self):\n        self.a = 2\nx = S(1).a", "? | 2"), ("class S(api.Base):\n    def __init__(self, a):\n        self.a = a\nx = S(1).a", "?"), ("class S:\n    def __init__(self, a):\n        a = a or 2\n        self.a = a\nx = S(1).a", "? | 2"), ("class S:\n    def __init__(self, a):\n        self.a = a\ns = S(1)\ndef f():\n    s.a = 2\nx = s.a", "?"),
        # matches that are not certain
        ("x = 0\nmatch u:\n    case 1:\n        x = 1\n    case y:\n        x = 2", "1 | 2"), ("x = 0\nmatch [1, u]:\n    case [1, 2]:\n        x = 1\n    case [1, y]:\n        x = 2", "1 | 2"), ("x = 0\nmatch {'a': 1, **u}:\n    case {'b': 2}:\n        x = 1\n    case {'a': 1}:\n        x = 2", "1 | 2"), ("x = 0\nmatch 5:\n    case y if y > u:\n        x = 1", "0 | 1"),
        # flags and counters of enumerations
        ("class F(enum.Flag):\n    A = enum.auto()\n    B = enum.auto()\nx = F.B.value", "?"), ("class D(enum.Enum):\n    A = 5\n    B = 3\n    C = enum.auto()\nx = D.C.value", "?"), ("class E(enum.Enum):\n    A = 1\n    def __new__(cls, v):\n        return object.__new__(cls)\nx = E.A.value", "?"),
        # side effects of what may not be evaluated
        ("y = [1]\nu and y.append(2)\nx = y", "list[1] | list[1, 2]"), ("y = [1]\nz = y.pop() if u else 0\nx = y", "list[1] | list[]"),
    ],
)  # fmt: skip
def test_no_more_is_said_than_is_certain_after(before: str, expected: str) -> None:
    assert value("x", before) == expected


def test_choices_of_django_are_enumerations() -> None:
    source = (
        "from django.db import models\nfrom spy import probe\nclass S(models.TextChoices):\n    A = 'a', 'First'\n    B = 'b'\n"
        "class N(models.IntegerChoices):\n    ONE = 1, 'One'\nprobe([S.A + '!', S.A.value, S.B.name, f'{S.A}', [s.value for s in S], S('b') == 'b', N.ONE + 1])\n"
        "class T(models.TextChoices):\n    A = __import__('enum').auto()\nprobe(T.A.value)\nprobe(S.A.label)\n"
    )
    knowledge = Knowledge(
        inherits={
            "django.db.models.TextChoices": ("enum.StrEnum",),
            "django.db.models.IntegerChoices": ("enum.IntEnum",),
        }
    )
    engine, recorder = interpret(source, knowledge=knowledge)
    values = [call.arguments.positional[0] for call in recorder.calls if call.path == "spy.probe"]
    assert plain(values[0]) == ["a!", "a", "B", "a", ["a", "b"], True, 2]
    assert [repr(one) for one in values[1:]] == ["?", "?"]
    assert not engine.failures


def test_what_was_imported_is_folded_too() -> None:
    files = {
        "a.py": "NAMES = ['b', 'a']\nTABLE = {'k': 'v'}\nclass K:\n    pass\n",
        "b.py": "from spy import probe\nfrom a import NAMES, TABLE\nimport json\nprobe('-'.join(NAMES))\nprobe(sorted(NAMES))\nprobe(json.dumps(TABLE))\nprobe(len(NAMES))\nprobe(f'{TABLE}')\n",
    }
    assert probes(files) == ["'b-a'", "list['a', 'b']", '\'{"k": "v"}\'', "2", "\"{'k': 'v'}\""]


def test_containers_in_containers_are_merged_to_a_limit() -> None:
    """Each level holds the one below twice, so that merging all of them would take 2 to the power of 40 joins."""
    level: list[Value] = [Const(number) for number in range(9)]
    for _ in range(40):
        level = [Dict({"a": level[place], "b": level[place - 1]}) for place in range(9)]
    found = join_all(level)
    assert isinstance(found, Dict)
    assert found.entries.keys() == {"a", "b"}
    assert not found.complete
