"""The rarer forms: methods of containers and strings, odd operators, name spaces, and whose changes others see."""

from __future__ import annotations

import pytest
from evaluation import call_paths, interpret, probes

HEAD = "from spy import probe\nfrom api import made\nimport api, os\n"


def value(expression: str, before: str = "") -> str:
    (found,) = probes(f"{HEAD}{before}\nprobe({expression})\n")
    return found


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("[1, 2].index(2)", "1"), ("[1, 1].count(1)", "2"), ("[1].index(2)", "?"), ("[unknown].index(2)", "?"),
        ("[1].copy()", "list[1]"), ("[1].nothing()", "?"), ("{'a': 1}.keys()", "view['a']"), ("{'a': 1}.values()", "view[1]"),
        ("list({'a': 1}.items())", "list[tuple['a', 1]]"), ("{'a': 1}.copy()", "dict{'a': 1}"), ("{'a': 1}.pop('a')", "1"),
        ("{'a': 1}.pop('b', 2)", "2"), ("{'a': 1}.get('b')", "None"), ("{'a': 1}.get(unknown)", "1 | None"), ("{'a': 1}.pop(unknown)", "1"),
        ("{**unknown}.get('a')", "?"), ("{'a': 1}.popitem()", "tuple['a', 1]"), ("{'a': 1}.nothing()", "?"), ("{'a': 1, 'b': 2}[unknown]", "1 | 2"),
        ("{}[unknown]", "?"), ("[1][unknown]", "1"), ("[1, 2][unknown]", "1 | 2"), ("[1, *unknown][0]", "1"), ("[1, *unknown][-1]", "?"), ("'abc'[unknown]", "?"),
        ("('a' + unknown)[1]", "text('a' + ?)"), ("('a' + unknown)[1:]", "text('a' + ?)"), ("[1, 2][unknown:]", "list[]+?"),
        ("'ab'[unknown:]", "?"), ("'ab'[::0]", "?"), ("1[1:]", "?"), ("(1, 2)[::-1]", "tuple[2, 1]"),
        ("('a' + unknown).lower()", "text('a' + ?)"), ("('a' + unknown).format(1)", "text('a' + ? + 1)"),
        ("('a' + unknown).split()", "list[]+?"), ("'a'.replace('a', unknown)", "text('a' + 'a' + ?)"), ("'a'.nothing()", "?"),
        ("'a'.center(10 ** 9)", "?"), ("'{:999999}'.format(1)", "?"), ("'a'.split(unknown)", "?"), ("','.join(unknown)", "text(',' + ?)"),
        ("5 .bit_length()", "3"), ("'a' % ()", "'a'"), ("'%s %s' % ('a', unknown)", "text('%s %s' + 'a' + ?)"),
        ("'%*d' % (99999, 1)", "?"), ("b'%s' % b'a'", "b'a'"), ("[1] * 3", "list[1, 1, 1]"), ("[unknown] * 3", "list[?, ?, ?]"), ("2 ** -1", "?"),
        ("1.5 ** 2", "?"), ("1 << 300", "?"), ("-1 >> 1", "-1"), ("2 ** 255 * 4", "?"), ("1 @ 2", "?"), ("7 % 0", "?"), ("1 / 4", "0.25"),
        ("[1] + unknown", "list[1]+?"), ("(1,) + unknown", "tuple[1]+?"), ("[1] + (2,)", "list[1]+?"), ("unknown | {}", "?"),
        ("{1} | {2}", "set[1, 2]"), ("+True", "1"), ("-'a'", "?"), ("~5", "-6"), ("-1.5", "-1.5"), ("not unknown", "?"), ("not api", "?"),
        ("1 is 1", "?"), ("None is not 1", "True"), ("1 < 'a'", "?"), ("unknown < 1", "?"), ("1 < unknown < 3", "?"), ("3 < 2 < unknown", "False"),
        ("'a' in 'abc'", "True"), ("1 in 'abc'", "?"), ("unknown in [1]", "?"), ("1 in [unknown]", "?"), ("1 in [unknown, 1]", "True"),
        ("'a' in unknown", "?"), ("[] in {}", "?"), ("'b' in {'a': 1}", "False"), ("'b' in {**unknown}", "?"), ("1 in 2", "?"),
        ("tuple([1])", "tuple[1]"), ("set()", "set[]"), ("frozenset((1,))", "set[1]"), ("list({'a': 1})", "list['a']"),
        ("list(unknown)", "<builtins.list()>"), ("dict(unknown)", "<builtins.dict()>"), ("dict({'a': 1}, b=2)", "dict{'a': 1, 'b': 2}"),
        ("dict([(unknown, 1)])", "dict{}+?"), ("dict([1])", "<builtins.dict()>"), ("bool(unknown)", "<builtins.bool()>"), ("bool('a')", "True"),
        ("str('a' + unknown)", "text('a' + ?)"), ("bytes(5)", "<builtins.bytes()>"), ("int('x')", "<builtins.int()>"), ("max(1, 2)", "2"),
        ("sum([1, 2])", "3"), ("len(unknown)", "<builtins.len()>"), ("int(*unknown)", "<builtins.int()>"), ("sorted([2, 1], reverse=True)", "list[2, 1]"),
        ("{k: 1 for k in unknown}", "dict{}+?"), ("[a for a in [1] for b in unknown if b]", "list[]+?"), ("{x for x in [1]}", "set[1]"),
        ("[x for x in [1, 2] if unknown]", "list[]+?"), ("[x for x in {'a': 1}]", "list['a']"), ("(x for x in [1])", "iterator[1]"),
        ("[x for x in made()]", "list[]+?"), ("(lambda: 5)()", "5"), ("getattr(api, 'x')", "<api.x>"), ("getattr(api, 'x', 1)", "<api.x> | 1"),
        ("getattr(api, unknown)", "<builtins.getattr()>"), ("made()[1:]", "<api.made()>"), ("made()['k']", "<api.made()[]>"), ("made().a.b", "<api.made().a.b>"),
        ("made() / 'x'", "<api.made().__truediv__()>"), ("f'{1:>3}'", "'  1'"), ("f'{1!r}'", "'1'"), ("f'a{2}'", "'a2'"), ("...", "Ellipsis"),
        ("{'a': 1} | {'a': 2}", "dict{'a': 2}"), ("1 if [] else 2", "2"), ("[] or {} or 'x'", "'x'"), ("(1 if unknown else 0) and 2", "0 | 2"),
        ("unknown.a.b", "?"), ("{unknown: 1}", "dict{}+?"), ("{[]: 1}", "dict{}+?"), ("{(1, 2): 3}[(1, 2)]", "3"),
        ("(*[1], 2)", "tuple[1, 2]"), ("[*unknown]", "list[]+?"), ("open", "<builtins.open>"),
        ("(yield_ := 3)", "3"), ("api.x if unknown else api.x", "<api.x>"), ("(1 if unknown else 2) + 1", "2 | 3"), ("'a' * (1 if unknown else 2)", "'a' | 'aa'"),
    ],
)  # fmt: skip
def test_expressions(expression: str, expected: str) -> None:
    assert value(expression) == expected


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("x = [1, 2]\nx.clear()", "list[]"), ("x = [1, 2]\nx.reverse()", "list[2, 1]"), ("x = [2, 1]\nx.sort()", "list[1, 2]"),
        ("x = {1, 2}\nx.discard(1)", "set[2]"), ("x = {1}\nx.add(2)", "set[1, 2]"), ("x = {1}\nx.update({2})", "set[1, 2]"),
        ("x = {1}\nx.difference_update({1})", "set[]"), ("x = [1]\nx.remove(unknown)", "list[]+?"), ("x = [1]\nx.remove(9)", "list[1]"),
        ("x = [1, *unknown]\nx.pop()", "list[]+?"), ("x = [1]\nx.pop(unknown)", "list[]+?"), ("x = []\nx.pop()", "list[]"), ("x = [1, 2]\nx.pop(0)", "list[2]"),
        ("x = [1, 2]\ndel x[0]", "list[2]"), ("x = [1, 2]\ndel x[unknown]", "list[]+?"), ("x = [1, 2]\ndel x[:]", "list[]"), ("x = [1]\ndel x[5]", "list[]+?"),
        ("x = {'a': 1}\ndel x[unknown]", "dict{}+?"), ("x = {'a': 1}\nx.pop(unknown)", "dict{}+?"), ("x = {'a': 1}\nx.popitem()", "dict{}"),
        ("x = {'a': 1}\nx.setdefault(unknown, 2)", "dict{'a': 1}+?"), ("x = {'a': 1}\nx.clear()", "dict{}"), ("x = {'a': 1}\nx.update({'b': 2})", "dict{'a': 1, 'b': 2}"),
        ("x = [1, 2]\nx[0] = 3", "list[3, 2]"), ("x = [1]\nx[unknown] = 2", "list[]+?"), ("x = [1]\nx[0:1] = [2]", "list[2]"), ("x = 1\ndel x", "?"),
        ("x = {}\nx[[]] = 1", "dict{}+?"), ("x, y = unknown", "?"), ("x, y = made()", "<api.made()[]>"), ("[x, y] = 1, 2", "1"), ("*x, y = 1, 2", "list[1]"),
        ("for x in [1, 2]:\n    pass", "2"), ("for x in made():\n    pass", "<api.made()[]>"), ("x = 0\nfor i in unknown:\n    x = 1\nelse:\n    x = 2", "2"),
        ("x = 0\nfor i in unknown:\n    x = 1\n    break\nelse:\n    x = 2", "2 | 1"), ("x = 0\nwhile True:\n    x = 1\n    if unknown:\n        break", "1"),
        ("x = 0\nwhile True:\n    if unknown:\n        x = 2\n        break\n    if unknown2:\n        x = 3\n        continue\n    x = 4", "2"),
        ("x = 0\nwhile False:\n    pass\nelse:\n    x = 1", "1"), ("x = 0\nwhile unknown:\n    x = 1\n    continue", "0 | 1"),
        ("try:\n    x = 1\n    raise ValueError\nexcept ValueError as e:\n    x = e", "<builtins.ValueError()>"), ("try:\n    x = 1\nexcept:\n    x = 2\nelse:\n    x = 3", "3 | 2"),
        ("try:\n    x = 1\n    made()\nexcept (KeyError, OSError) as x:\n    pass", "1 | <builtins.KeyError()> | <builtins.OSError()>"),
        ("async def f():\n    async with made() as x:\n        return x\n    async for x in made():\n        pass\nx = f()", "<api.made()>"),
        ("match unknown:\n    case {'a': y, **x}:\n        pass", "?"), ("match unknown:\n    case [1, *x]:\n        pass\n    case 2 if unknown:\n        x = 3", "? | list[]+? | 3"),
        ("def f():\n    n = 1\n    def g():\n        nonlocal n\n        n = 2\n    g()\n    return n\nx = f()", "1 | 2"), ("def f(a, *b, c=1, **d):\n    return b, d\nx = f(1)", "tuple[tuple[], dict{}]"),
        ("def f():\n    yield 1\nx = f()", "list[]+?"), ("def f(n: int) -> int:\n    return n\nx = f(1)", "1"), ("def f(n: 'Optional[api.T]'):\n    yield 0\n    return n\ndef g(n: 'Optional[api.T]'):\n    global z\n    return n\nx = g(1)", "?"),
        ("def f(n: 'api.T'):\n    import os\n    return n\nx = f(1)", "<api.T()>"), ("def f(n: 'api.T | None'):\n    import os\n    return n\nx = f(1)", "<api.T()>"), ("def f(n: 'not ('):\n    yield 0\n    return n\ndef g(n: 'not ('):\n    global z\n    return n\nx = g(1)", "?"),
        ("class K:\n    def __call__(self):\n        return 7\nx = K()()", "7"), ("class K:\n    a = 1\nx = K().__class__.a", "1"), ("class K(api.T):\n    pass\nx = K()['k']", "<api.T()[]>"),
        ("class K:\n    pass\nx = K[int]", "class K"), ("class K:\n    @classmethod\n    def make(cls):\n        return cls()\nx = K.make()", "K()"),
        ("class A:\n    def f(self):\n        return 1\nclass B(A):\n    def f(self):\n        return super().f()\nx = B().f()", "1"), ("x = super", "<builtins.super>"),
        ("class A(*[api.T]):\n    pass\nx = A().y", "<api.T().y>"), ("class A(*unknown):\n    pass\nx = A().y", "?"), ("class A(metaclass=made()):\n    y = 1\nx = A.y", "1"),
        ("setattr(api, unknown, 1)\nx = 1", "1"), ("from .. import y as x", "?"), ("from ... import *\nx = open", "?"), ("import functools\nx = functools.partial()()", "?"),
        ("import functools\nx = functools.partial(made, 1)(2)", "<api.made()>"), ("assert unknown, made()\nx = 1", "1"), ("x: int", "?"), ("del made.x\nx = 1", "1"),
        ("x = __name__", "?"), ("x = __file__", "<__file__>"), ("def f():\n    import sys\n    sys.exit()\nx = 1", "1"),
    ],
)  # fmt: skip
def test_statements(before: str, expected: str) -> None:
    assert value("x", before) == expected


def test_what_is_imported_is_not_changed_for_others() -> None:
    files = {
        "a.py": "STORE = {'k': 1}\nITEMS = [1]\nclass Box:\n    size = 1\n    def __init__(self):\n        self.kept = 'a'\nbox = Box()\ndef fresh():\n    return {'n': 1}\n",
        "b.py": "from a import STORE, ITEMS, Box, box, fresh\nimport a\nSTORE['k'] = 2\nITEMS.append(2)\nBox.size = 2\nbox.kept = 'b'\nfresh()['n'] = 2\na.STORE['z'] = 3\ndel STORE['k']\n",
        "c.py": "from spy import probe\nfrom a import STORE, ITEMS, Box, box, fresh\nfor one in (1,):\n    pass\nprobe(STORE)\nprobe(ITEMS)\nprobe(Box.size)\nprobe(box.kept)\nprobe(fresh())\n",
    }  # fmt: skip
    assert probes(files) == ["dict{'k': 1}", "list[1]", "1", "'a'", "dict{'n': 1}"]


def test_changes_are_seen_where_they_are_made() -> None:
    files = {
        "a.py": "STORE = {'k': 1}\nclass Box:\n    size = 1\n",
        "b.py": "from spy import probe\nfrom a import STORE, Box\nSTORE['k'] = 2\nprobe(STORE)\nbox = Box()\nbox.size = 3\nprobe(box.size)\nif unknown:\n    box.size = 4\nprobe(box.size)\nprobe(Box().size)\n",
    }  # fmt: skip
    assert probes(files) == ["dict{'k': 2}", "3", "3 | 4", "1"]


def test_a_function_changes_its_module_only_while_that_is_evaluated() -> None:
    source = (
        "from spy import probe\nITEMS = []\napp = None\ndef setup():\n    global app\n    app = 'made'\ndef early():\n    ITEMS.append(1)\nearly()\n"
        "def late():\n    ITEMS.append(2)\n    probe(ITEMS)\ndef other():\n    probe(ITEMS)\n    probe(app)\n"
    )
    assert probes(source) == ["list[1, 2]", "list[1]", "None | 'made'"]


def test_containers_of_instances_are_open_when_methods_change_them() -> None:
    source = (
        "from spy import probe\nclass K:\n    def __init__(self):\n        self.opts = {'a': 1}\n        self.kept = {'b': 2}\n    def more(self):\n"
        "        self.opts['c'] = 3\n    def show(self):\n        probe(self.opts)\n        probe(self.kept)\n"
    )
    assert probes(source) == ["dict{'a': 1}+?", "dict{'b': 2}"]


def test_branches_inside_called_functions() -> None:
    source = "from spy import probe\nX = []\ndef add():\n    X.append(1)\nif unknown:\n    add()\nprobe(X)\n"
    assert probes(source) in (["list[1] | list[]"], ["list[] | list[1]"])


def test_the_closest_of_several_modules_wins() -> None:
    files = {
        "one/util.py": "import api\nf = api.one\n",
        "one/main.py": "import util\nutil.f()\n",
        "two/util.py": "import api\nf = api.two\n",
        "two/main.py": "from util import f\nf()\n",
        "lib/deep/mod.py": "import api\nf = api.lib\n",
        "x/lib/other/mod.py": "import api\nf = api.nested\n",
        "use.py": "from deep.mod import f\nf()\nfrom other.mod import f as g\ng()\n",
    }
    assert sorted(call_paths(files)) == ["api.lib", "api.nested", "api.one", "api.two"]


def test_a_module_that_does_not_parse_is_unknown() -> None:
    engine, recorder = interpret({"a.py": "def (\n", "b.py": "from a import x\nx()\nfrom a import *\ny()\n"})
    assert list(engine.failures) == ["a.py"]
    assert recorder.calls == []
    assert repr(engine.index.modules["b.py"]) == "module b (b.py)"


def test_imports_inside_packages() -> None:
    files = {
        "p/__init__.py": "from p import q\nimport p.q as again\n",
        "p/q.py": "import api\nf = api.f\n",
        "p/r.py": "from . import q, nothing\nfrom .q import *\nimport p.q\nq.f()\nf()\np.q.f()\nnothing()\n",
        "s.py": "from p import q as qq, again\nqq.f()\nagain.f()\nimport p\np.r.q.f()\np.nothing()\n",
    }
    assert call_paths(files) == ["api.f"] * 6
