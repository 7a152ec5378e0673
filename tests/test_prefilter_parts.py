"""What the prefilter is built on: a walk over statements, and the origins a condition asks for."""

from __future__ import annotations

import ast
from typing import Any

import pytest

from pentalint.check.hierarchy import Hierarchy
from pentalint.check.reach import Reach
from pentalint.check.words import Asked, Trigger
from pentalint.evaluate.blocks import statements, targets
from pentalint.evaluate.knowledge import Knowledge, ParameterType
from pentalint.match.origins import origins, table_origins

SOURCE = """
import a
class C:
    x = 1
    def f(self):
        try:
            y = 2
        except E:
            z = 3
        else:
            u = 4
        finally:
            v = 5
        while t:
            w = 6
        else:
            q = 7
match m:
    case 1:
        n = 8
with p as r, s as (k, *l):
    if o:
        g = 9
    elif h:
        i = 10
    else:
        async def j():
            async for d in e:
                del d
"""


def test_every_statement_is_met_once() -> None:
    tree = ast.parse(SOURCE)
    met = list(statements(tree.body))
    assert len(met) == len({id(node) for node in met})
    assert {id(node) for node in met} == {id(node) for node in ast.walk(tree) if isinstance(node, ast.stmt)}


def test_targets_are_the_leaves_of_what_is_assigned() -> None:
    def names(text: str) -> set[str]:
        (statement,) = ast.parse(text).body
        return {ast.unparse(target) for target in targets(statement)}

    assert names("a = b, (c.d, *e[0]) = x") == {"a", "b", "c.d", "e[0]"}
    assert names("a.b: int = 1") == {"a.b"}
    assert names("a += 1") == {"a"}
    assert names("for a, b.c in x: pass") == {"a", "b.c"}
    assert names("with x, y as (a, b): pass") == {"a", "b"}
    assert names("del a") == set()


@pytest.mark.parametrize(
    ("condition", "asked"),
    [
        ({"path": "m.A"}, (("m.A",),)),
        ({"path": ["m.A", "m.B"]}, (("m.A", "m.B"),)),
        ({"path": "@pair"}, (("m.A", "m.B"),)),
        ({"path": "m.A", "or-absent": True}, ()),
        ({"not": {"path": "m.A"}}, ()),
        ("text", ()),
        ({"some-item": {"path": "m.A"}}, (("m.A",),)),
        ({"argument": {"x": {"path": "m.A"}, "y": {"path": "m.B"}}}, (("m.A",), ("m.B",))),
        ({"all": [{"path": "m.A"}, {"truthy": True}, {"path": "m.B"}]}, (("m.A",), ("m.B",))),
        ({"any": [{"path": "m.A"}, {"path": "m.B"}]}, (("m.A", "m.B"),)),
        ({"any": [{"path": "m.A"}, {"truthy": True}]}, ()),
    ],
)
def test_origins_of_a_condition(condition: Any, asked: tuple[tuple[str, ...], ...]) -> None:
    assert origins(condition, {"pair": ("m.A", "m.B")}) == asked


def test_origins_of_a_table_join_what_must_hold_with_one_of_the_alternatives() -> None:
    table = {"where": {"x": {"path": "m.A"}}, "where-any": [{"y": {"path": "m.B"}}, {"y": {"path": "m.C"}}]}
    assert table_origins(table, {}) == (("m.A",), ("m.B", "m.C"))


KNOWN = Knowledge(
    aliases={"webkit.current": "flask.Flask()", "old.Client": "aiohttp.ClientSession"},
    inherits={"own.Session": ("aiohttp.ClientSession",)},
    parameters=(ParameterType("django.http.HttpRequest()", "django", "request"),),
)


@pytest.mark.parametrize(
    ("path", "present", "expected"),
    [
        ("aiohttp.ClientSession().get", {b"aiohttp"}, True),
        ("aiohttp.ClientSession().get", {b"get", b"ClientSession"}, False),
        ("aiohttp.ClientSession().get", {b"own"}, True),
        ("aiohttp.request", {b"own"}, False),
        ("aiohttp.ClientSession", {b"old"}, True),
        ("flask.Flask().config[DEBUG]", {b"webkit"}, True),
        ("flask.Flask", {b"webkit"}, False),
        ("django.http.HttpRequest().session[code]", set(), True),
        ("django.urls.path", set(), False),
        ("builtins.open", set(), True),
        ("sys.exit()", set(), True),
    ],
)
def test_a_path_is_reached_by_the_name_of_its_library(path: str, present: set[bytes], expected: bool) -> None:
    assert Reach(KNOWN, present)(path) is expected


def test_without_the_words_of_a_project_everything_is_reached() -> None:
    assert Reach(KNOWN, None)("aiohttp.ClientSession().get")


@pytest.mark.parametrize(
    ("held", "unpacks", "expected"),
    [
        ([b"raw"], False, True),
        ([b"get"], False, False),
        ([b"get", b"verify"], False, True),
        ([b"get"], True, True),
        ([b"verify"], True, False),
        ([b"fetch", b"verify"], False, True),
        ([b"there", b"x"], False, True),
    ],
)
def test_a_keyword_is_asked_for_where_the_call_is(held: list[bytes], unpacks: bool, expected: bool) -> None:
    asked = Asked(frozenset({b"raw"}), ((frozenset({b"get"}), (frozenset({b"verify", b"**"}),)),))
    named = asked.also([b"there"], [(b"get", b"fetch")])
    assert named.within(held, lambda: unpacks) is expected


@pytest.mark.parametrize(
    ("present", "held", "expected"),
    [
        ({b"session"}, {b"code", b"session"}, True),
        ({b"session"}, {b"code", b"kept"}, True),
        ({b"session"}, {b"code"}, False),
        (set(), {b"code", b"session"}, False),
        ({b"http", b"SimpleCookie"}, {b"auth"}, True),
        ({b"http", b"session"}, {b"auth", b"session"}, False),
    ],
)
def test_an_item_is_asked_for_with_what_holds_it(
    present: set[bytes], held: set[bytes], expected: bool
) -> None:
    trigger = Trigger([], KNOWN, {}, Reach(KNOWN, present))
    trigger.items("django.http.HttpRequest().session[code]", ())
    trigger.items("http.cookies.SimpleCookie()[auth]", ())
    trigger.close(Hierarchy({}, {b"session": {b"kept"}}, {}))
    assert trigger.meets(frozenset(held)) is expected
