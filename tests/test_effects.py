"""A call of a kind that was followed before is not followed again: what it changed is changed in its own objects."""

from __future__ import annotations

import pytest
from flow_lines import lines

HEAD = """\
import os
from web import request


class Box:
    def __init__(self):
        self.items = []
        self.value = "c"

    def put(self, value):
        self.value = value

    def put_twice(self, value):
        self.put(value)
        self.first = self.value

    def keep(self, value):
        self.items.append(value)
        return self

    def fill(self):
        self.items = ["c"]
        self.value = "c"

    def forget(self):
        self.items.clear()
        self.value = "c"

    def hold(self, other):
        self.other = other

    def swap(self):
        self.value, self.first = self.first, self.value

    def open(self):
        self.made = Box()
        return self.made

    def listed(self):
        self.names = {}
        self.names["k"] = self.value


def add(xs, value):
    xs.append(value)


def set_key(d, value):
    d["k"] = value


def drop(d):
    d.pop("k")


def take(xs, value):
    xs[0] = value
    return xs


"""

FOUND = {
    "attribute": "a, b = Box(), Box()\n    a.put(x)\n    b.put(x)\n    os.system(b.value)  # bad",
    "attribute-through": "a, b = Box(), Box()\n    a.put_twice(x)\n    b.put_twice(x)\n    os.system(b.first)  # bad",
    "list": "a, b = [], []\n    add(a, x)\n    add(b, x)\n    os.system(b[0])  # bad",
    "list-item": "a, b = ['c'], ['c']\n    take(a, x)\n    os.system(take(b, x)[0])  # bad",
    "dict": "a, b = {}, {}\n    set_key(a, x)\n    set_key(b, x)\n    os.system(b['k'])  # bad",
    "list-of-object": "a, b = Box(), Box()\n    a.keep(x)\n    b.keep(x)\n    os.system(b.items[0])  # bad",
    "itself": "a, b = Box(), Box()\n    a.keep(x)\n    os.system(b.keep(x).items[0])  # bad",
    "chain": "a, b = Box(), Box()\n    a.keep('c').keep(x)\n    b.keep('c').keep(x)\n    os.system(b.items[1])  # bad",
    "other": "a, b = Box(), Box()\n    c, d = Box(), Box()\n    a.hold(c)\n    b.hold(d)\n    b.other.put(x)\n    os.system(d.value)  # bad",
    "swapped": "a, b = Box(), Box()\n    for one in (a, b):\n        one.put(x)\n        one.first = 'c'\n    a.swap()\n    b.swap()\n    os.system(b.first)  # bad",
    "made": "a, b = Box(), Box()\n    a.open()\n    b.open()\n    b.made.put(x)\n    os.system(b.made.value)  # bad",
    "made-returned": "a, b = Box(), Box()\n    a.open()\n    made = b.open()\n    made.put(x)\n    os.system(b.made.value)  # bad",
    "put-beside": "d = {'a': x}\n    set_key(d, x)\n    os.system(d['k'])  # bad",
    "added-beside": "xs = [x]\n    add(xs, x)\n    os.system(xs[1])  # bad",
    "made-dict": "a, b = Box(), Box()\n    a.put(x)\n    a.listed()\n    b.put(x)\n    b.listed()\n    os.system(b.names['k'])  # bad",
}

SILENT = {
    "other-value": "a, b = Box(), Box()\n    a.put(x)\n    b.put('c')\n    os.system(b.value)",
    "first-only": "a, b = Box(), Box()\n    a.put(x)\n    os.system(b.value)",
    "filled-anew": "a, b = Box(), Box()\n    a.put(x)\n    a.fill()\n    b.put(x)\n    b.fill()\n    os.system(b.value)",
    "forgotten": "a, b = Box(), Box()\n    a.put(x)\n    a.forget()\n    b.put(x)\n    b.forget()\n    os.system(b.value)",
    "apart": "a, b = Box(), Box()\n    a.fill()\n    b.fill()\n    a.items[0] = x\n    os.system(b.items[0])",
    "made-apart": "a, b = Box(), Box()\n    a.open()\n    a.made.put(x)\n    b.open()\n    os.system(b.made.value)",
    "made-dict-apart": "a, b = Box(), Box()\n    a.listed()\n    a.names['k'] = x\n    b.listed()\n    os.system(b.names['k'])",
    "dropped-once": "d = {'k': x, 'm': 'c'}\n    drop(d)\n    os.system(d.get('k', 'c'))",
    "replaced-once": "xs = [x]\n    take(xs, 'c')\n    os.system(xs[0])",
    "dropped": "a, b = {'k': x, 'm': 'c'}, {'k': x, 'm': 'c'}\n    drop(a)\n    drop(b)\n    os.system(b.get('k', 'c'))",
    "other-apart": "a, b = Box(), Box()\n    c, d = Box(), Box()\n    a.hold(c)\n    b.hold(d)\n    a.other.put(x)\n    os.system(d.value)",
    "swapped-away": "a, b = Box(), Box()\n    for one in (a, b):\n        one.put(x)\n        one.first = 'c'\n    a.swap()\n    b.swap()\n    os.system(b.value)",
}


def source(body: str) -> str:
    return f"{HEAD}def view():\n    x = request.args['x']\n    {body}\n"


@pytest.mark.parametrize("name", FOUND)
def test_a_second_call_has_its_own_effects(name: str) -> None:
    text = source(FOUND[name])
    marked = {number for number, line in enumerate(text.splitlines(), 1) if line.endswith("# bad")}
    assert lines(text) == marked


@pytest.mark.parametrize("name", SILENT)
def test_and_no_others(name: str) -> None:
    assert not lines(source(SILENT[name]))


def test_what_calls_itself_ends() -> None:
    """A name whose last test names it was narrowed without end."""
    text = source(
        "ok = False\n    for one in some():\n        ok = check(x) or ok\n    if ok:\n        os.system(x)  # bad"
    )
    text = text.replace("def view", "def check(v):\n    return v == other()\n\n\ndef view")
    assert len(lines(text)) == 1
