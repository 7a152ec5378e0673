"""Every condition of the rule language: a value that satisfies it, one that does not, one that cannot be decided."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from evaluation import interpret

from pentalint.evaluate.knowledge import Knowledge
from pentalint.match.conditions import CONDITIONS, ConditionError, compile_condition
from pentalint.match.definitions import compile_function_test
from pentalint.match.patterns import Compiler

GROUPS = {"sources": ("api.source()", "os.environ.get()"), "nothing": ()}

HEAD = """\
import os
from api import f, g, source, Base, Point
class Mine(Base):
    LIMIT = 3
    def save(self): pass
class Other: pass
def view(request): return None
async def wait(request, pk): yield 1
"""

KNOWLEDGE = Knowledge(signatures={"api.g": ("name", "default")})


def holds(condition: Any, expression: str | None, before: str = "", indent: bool = False) -> bool:
    """Whether the first argument of `f` satisfies a condition; None passes no argument."""
    call = f"f({expression or ''})\n"
    body = f"{before}\n{call}" if before else call
    if indent:
        body = "def here(given=None):\n" + "".join(f"    {line}\n" for line in body.splitlines())
    engine, recorder = interpret(HEAD + body, knowledge=KNOWLEDGE)
    calls = [event for event in recorder.calls if event.path == "api.f"]
    assert len(calls) == 1
    compiler = Compiler(GROUPS, lambda table: compile_function_test(table, compiler))
    return compile_condition(condition, GROUPS, compiler.function_test)(calls[0].arguments.get("0"), engine)


Case = tuple[Any, list[str | None], list[str | None], list[str]]

CASES: list[Case] = [
    # condition, values that satisfy it, values that do not, values that cannot be decided
    (True, ["True", "not False", "1 == 1"], ["False", "1", "'True'", "None", None], ["unknown", "True if unknown else False"]),
    (1, ["1", "1.0", "2 - 1"], ["True", "2", "'1'", None], ["unknown", "1 if unknown else 2"]),
    ("x", ["'x'", "'X'.lower()", "'x' if unknown else 'x'"], ["b'x'", "'xx'", "['x']", None], ["unknown", "'x' + unknown"]),
    ([1, 2], ["[1, 2]"], ["[2, 1]", "(1, 2)", "[1]"], ["[1, unknown]"]),
    ({"absent": True}, [None], ["1", "None"], ["unknown"]),
    ({"absent": False}, ["1", "None", "unknown"], [None], []),
    ({"or-absent": True, "equals": 1}, [None, "1"], ["2"], ["unknown"]),
    ({"or-absent": False, "equals": 1}, ["1"], [None, "2"], ["unknown"]),
    ({"or-absent": True}, [None, "1"], [], []),
    ({"is-not": True}, ["False", "1", "None", "'True'", "[]", "os.environ['X']", "os.getenv('X')", "os.getenv('X', 1)", "int(unknown)"], ["True", None], ["unknown", "os.getenv('X', True)", "bool(unknown)", "source()"]),
    ({"is-not": "DENY"}, ["'deny'", "None", "f'x{unknown}'", "f'DENY{unknown}Y'"], ["'DENY'"], ["unknown", "f'D{unknown}'", "os.environ['X']"]),
    ({"is-not": ["a", "b"]}, ["'c'", "1"], ["'a'", "'b'"], ["'c' if unknown else 'a'"]),
    ({"begins": "ab"}, ["'abc'", "'ab' + unknown", "f'abc{unknown}'"], ["'a'", "1", "b'ab'", None], ["unknown", "f'a{unknown}'"]),
    ({"distinct-below": 3}, ["'abab'", "''"], ["'abc'", "1", None], ["unknown"]),
    ({"words-outside": ["a", "b"]}, ["'a, c'", "''", "'a,'", "['a', 'c']", "[unknown, 'c']", "{'c': 1}"], ["'a, b'", "['a']", "()", None], ["unknown", "['a', unknown]"]),
    ({"relative-path": True}, ["'x/y'"], ["'/x'", "1", None], ["unknown"]),
    ({"unimportable": True}, ["'nowhere'", "'app.no.views.f'"], ["'app.f'", "'os.path.join'", "'app.views.f'", "1", None], ["unknown"]),
    ({"rejects": ["", "reason"]}, ["'app.view'", "'app.wait'"], ["'app.Mine'", "'os.path.join'", None], ["unknown"]),
    ({"equals": 0}, ["0"], ["False", "1", None], ["unknown"]),
    ({"equals": False}, ["False"], ["0", "''"], ["unknown"]),
    ({"not-equals": 0}, ["1", "False", "'a'", "1 if unknown else 2"], ["0", None], ["unknown", "source()", "1 if unknown else 0"]),
    ({"in": ["a", 1]}, ["'a'", "1", "'a' if unknown else 1"], ["'b'", "True", None], ["unknown", "'a' if unknown else 'b'"]),
    ({"not-in": ["a", 1]}, ["'b'", "True"], ["'a'", "1", None], ["unknown", "source()"]),
    ({"truthy": True}, ["1", "'a'", "[0]", "view", "Mine", "'a' + unknown", "1 if unknown else 2"], ["0", "''", "[]", "None", None], ["unknown", "source()", "1 if unknown else 0"]),
    ({"falsy": True}, ["0", "''", "[]", "{}", "None"], ["1", "'a'", "view", None], ["unknown", "source()", "[x for x in unknown]"]),
    ({"constant": True}, ["1", "'a'", "['a', {'b': 1}]", "1 if unknown else 2"], ["source()", "'a' + unknown", "[source()]", None], ["unknown"]),
    ({"constant": False}, ["source()", "os.environ['A']", "'a' + unknown"], ["1", "[1]", None], ["unknown", "os.environ"]),
    ({"string": True}, ["'a'", "''", "'a' if unknown else 'b'"], ["1", "None", "['a']", "source()", None], ["unknown", "'a' + unknown"]),
    ({"matches": "^a"}, ["'abc'", "b'abc'"], ["'ba'", "1", None], ["unknown", "'a' + unknown"]),
    ({"not-matches": "^a"}, ["'ba'"], ["'abc'", "1", None], ["unknown", "'b' + unknown"]),
    ({"length-below": 3}, ["'ab'", "[1]", "{'a': 1}", "()"], ["'abc'", "[1, 2, 3]", "1", None], ["unknown", "[*unknown]", "'a' + unknown"]),
    ({"length-above": 2}, ["'abc'", "[1, 2, 3]"], ["'ab'", "[1]", "9", None], ["unknown", "[1, 2, 3, *unknown]"]),
    ({"below": 5}, ["4", "-1", "4.5"], ["5", "True", "'4'", None], ["unknown", "4 if unknown else 9"]),
    ({"above": 5}, ["6", "5.5"], ["5", "True", "'6'", None], ["unknown"]),
    ({"contains": "a"}, ["['a']", "('b', 'a')", "{'a': 1}", "{'a'}", "'xax'", "['a', unknown]"], ["['b']", "'b'", "1", "[]", None], ["unknown", "[unknown]", "['b', *unknown]"]),
    ({"contains": ["a", "b"]}, ["['a']", "['b']"], ["['c']"], ["unknown"]),
    ({"contains": "path:api.source"}, ["[source]", "[Base(), source]"], ["[g]", "['api.source']"], ["[unknown]", "unknown"]),
    ({"contains": "path:api.Base"}, ["[Mine]"], ["[Other]"], ["unknown"]),
    ({"lacks": "a"}, ["['b']", "[]", "{'b': 1}", "'b'"], ["['a']", "'a'", "1", None], ["unknown", "[unknown]", "['b', *unknown]"]),
    ({"lacks": ["a", "b"]}, ["['c']"], ["['a']", "['c', 'b']"], ["unknown", "['c', *unknown]"]),
    ({"lacks": True}, ["[1]"], ["[True]"], ["[unknown]"]),
    ({"contains-match": "^a"}, ["['ab']", "{'ab': 1}", "['b', 'ab', unknown]"], ["['b']", "'ab'", "[]", None], ["unknown", "[unknown]"]),
    ({"misordered": ["a", "b"]}, ["['b', 'a']", "['b', unknown, 'a']"], ["['a', 'b']", "['b']", "'ba'", None], ["unknown", "[unknown, 'a']"]),
    ({"first": "a"}, ["['a', 'b']", "['a', *unknown]"], ["['b', 'a']", "[]", "'a'", None], ["unknown", "[unknown, 'a']"]),
    ({"each": {"matches": "^a"}}, ["['a', 'ab']"], ["['a', 'b']", "[]", "'a'", None], ["unknown", "['a', *unknown]", "['a', unknown]"]),
    ({"some-item": {"equals": 1}}, ["[0, 1]", "{'k': 1}", "[1, unknown]"], ["[0]", "{'k': 0}", "1", None], ["unknown", "[unknown]"]),
    ({"key": {"k": 1}}, ["{'k': 1}", "{'k': 1, **unknown}", "dict(k=1)"], ["{'k': 2}", "{}", "[1]", None], ["unknown", "{**unknown}"]),
    ({"key": {"k": {"absent": True}}}, ["{}", "{'x': 1}"], ["{'k': 1}"], ["{**unknown}", "unknown"]),
    ({"key": {"k": {"key": {"m": True}}}}, ["{'k': {'m': True}}"], ["{'k': {'m': False}}", "{'k': 1}", "{}"], ["{'k': unknown}"]),
    ({"type": "str"}, ["'a'", "'a' + unknown"], ["b'a'", "1", None], ["unknown", "source()"]),
    ({"type": ["list", "none"]}, ["[]", "None", "[] if unknown else None"], ["()", "{}"], ["unknown"]),
    ({"type": "bool"}, ["True"], ["1"], ["unknown"]),
    ({"type": "int"}, ["1"], ["True", "1.5"], ["unknown"]),
    ({"type": "function"}, ["view", "lambda: 1", "Mine().save"], ["Mine", "'view'"], ["unknown", "g"]),
    ({"type": "class"}, ["Mine"], ["view", "Mine()"], ["unknown"]),
    ({"type": ["tuple", "set", "dict", "bytes", "float"]}, ["()", "{1}", "{}", "b''", "1.5"], ["[]"], ["unknown"]),
    ({"path": "api.source()"}, ["source()", "source(1)"], ["source", "g()", "1", None], ["unknown", "source() if unknown else 1"]),
    ({"path": "@sources"}, ["source()", "os.environ.get('A')"], ["g()"], ["unknown"]),
    ({"path": ["api.Base", "api.Base()"]}, ["Base", "Base()", "Mine", "Mine()"], ["Other", "Other()"], ["unknown"]),
    ({"path": "os.environ[]"}, ["os.environ['A']", "os.environ[unknown]"], ["os.environ"], ["unknown"]),
    ({"path": "os.environ[A]"}, ["os.environ['A']"], ["os.environ['B']"], ["os.environ[unknown]"]),
    ({"argument": {"1=default": "x"}}, ["g('a', 'x')", "g('a', default='x')"], ["g('a')", "g('a', 'y')", "g", "'x'", None], ["unknown", "g('a', unknown)", "g(*unknown)"]),
    ({"argument": {"default": {"absent": True}}}, ["g('a')"], ["g('a', 'x')", "g('a', default=1)"], ["unknown", "g(*unknown)", "g('a', **unknown)"]),
    ({"argument": {"0": 1}}, ["Mine(1)", "Point(1)"], ["Mine(2)"], ["Mine(unknown)"]),
    ({"part": {"path": "@sources"}}, ["'a' + source()", "f'a{source()}'", "source()", "'%s' % source()", "'{}'.format(source())", "''.join(['a', source()])"], ["'a' + g()", "'a'", None], ["unknown", "'a' + unknown"]),
    ({"part": {"matches": "select"}}, ["'select ' + unknown", "'select'"], ["'insert ' + unknown"], ["unknown"]),
    ({"lacks-methods": ["save"]}, ["Other", "Other()", "Base", "Base()"], ["Mine", "Mine()", "1", None], ["unknown"]),
    ({"unknown": True}, ["unknown", "1 if whatever else unknown"], ["1", "source()", None], []),
    ({"unknown": False}, ["1", "source()", "'a' + unknown"], ["unknown", None], []),
    ({"some-key": {"matches": "^a", "value": 1}}, ["{'ab': 1}", "{'b': 2, 'ab': 1, **unknown}"], ["{'ab': 2}", "{'b': 1}", "['ab']", None], ["unknown", "{'ab': unknown}"]),
    ({"some-key": {"matches": "^a"}}, ["{'ab': unknown}"], ["{'b': 1}", "{1: 2}"], ["unknown"]),
    ({"some-key": {"value": 1}}, ["{'x': 1}"], ["{'x': 2}", "{}"], ["unknown"]),
    ({"built": True}, ["'a' + unknown", "f'{unknown}'", "'%s' % unknown"], ["'a'", "'a' + 'b'", "1", "source()", None], ["unknown"]),
    ({"built": False}, ["'a'", "source()"], ["'a' + unknown", None], ["unknown"]),
    ({"function": {"name": "^view$"}}, ["view"], ["wait", "Mine", "1", None], ["unknown", "g"]),
    ({"function": {"async": True, "parameters": ["request", "*"], "generator": True}}, ["wait"], ["view"], ["unknown"]),
    ({"function": {"name": "save", "method": True}}, ["Mine().save", "Mine.save"], ["view"], ["Mine().load"]),
    ({"function": {"returns": {"type": "none"}}}, ["view", "lambda: None"], ["lambda: 1"], ["lambda: unknown"]),
    ({"entropy-above": 3.5}, ["'q8Zr4Tn0Lw6Xk2Vb'"], ["'aaaaaaaa'", "''", "1", None], ["unknown"]),
    ({"placeholder": True}, ["'changeme'", "'<key>'", "''", "'example'", "'your-key'", "'xxxx'", "'REPLACE_ME'"], ["'q8Zr4Tn0Lw6X'", "1", None], ["unknown"]),
    ({"placeholder": False}, ["'q8Zr4Tn0Lw6X'"], ["'changeme'", "1", None], ["unknown"]),
    ({"secret": "password"}, ["'kQ3vhz77LpWx'", "'kQ3vhz77LpWx' if unknown else ''"], ["'changeme'", "'hunter2'", "'mail_password'", "'DB_PASSWORD'", "'two words'", "''", "1", None], ["unknown"]),
    ({"secret": "token"}, ["'mk9f27b3c1e84d06a5'", "b'mk9f27b3c1e84d06a5'"], ["'your-token-1234567890'", "'aaaaaaaaaaaaaaaa1'", "'kQ3vhz77LpWx'", "'pk_live_51Hx8Kd93jfLs02'", None], ["unknown"]),
    ({"secret": "key"}, ["'a signing key'", "b'9f27b3c1e84d06a5'"], ["'changeme'", "'SIGNING_KEY'", "'short'", None], ["unknown"]),
    ({"secret": "url"}, ["'postgresql://shop:v7kqLm2x@db.internal/shop'"], ["'postgresql://postgres:postgres@db/shop'", "'redis://:v7kqLm2x@localhost/0'", "'https://docs.internal/'", "'amqp://flask:flask@queue//'", None], ["unknown"]),
    ({"asbool": True}, ["'true'", "'Yes'", "' on '", "'1'", "'y'", "'t'", "True"], ["'false'", "'2'", "''", "False", "1", None], ["unknown"]),
    ({"asbool": False}, ["'false'", "'enabled'", "False"], ["'true'", "True", "0", None], ["unknown"]),
    ({"any": [1, "a"]}, ["1", "'a'", "1 if unknown else 'a'"], ["2", None], ["unknown", "1 if unknown else 2"]),
    ({"any": [{"absent": True}, {"equals": 1}]}, [None, "1"], ["2"], ["unknown"]),
    ({"all": [{"above": 1}, {"below": 5}]}, ["3"], ["1", "5", None], ["unknown"]),
    ({"not": 1}, ["2", "'1'", "True", "source()"], ["1", None], ["unknown", "1 if whatever else unknown", "1 if whatever else 2"]),
    ({"not": {"path": "@sources"}}, ["g()", "1"], ["source()", None], ["unknown"]),
    ({"not": {"not": 1}}, ["1"], ["2", None], ["unknown"]),
    ({"some": 1}, ["1", "1 if unknown else 2", "1 if whatever else unknown"], ["2", "2 if unknown else 3", None], ["unknown"]),
    ({"some": {"absent": True}}, [None], ["1"], ["unknown"]),
    ({"some": {"path": "@sources"}}, ["source() if unknown else 1"], ["1"], ["unknown"]),
    ({"matches": "a", "length-above": 2}, ["'abc'"], ["'a'", "'bcd'"], ["unknown"]),
    ({"guarded": False}, ["source()", "1"], [None], ["unknown"]),
    ({"guarded": True}, [], ["source()", "1", None], ["unknown"]),
]  # fmt: skip


def named(condition: Any, expression: str | None) -> str:
    return f"{condition}:{'nothing passed' if expression is None else expression}"


@pytest.mark.parametrize(
    ("condition", "expression"),
    [
        pytest.param(condition, value, id=named(condition, value))
        for condition, good, _, _ in CASES
        for value in good
    ],
)
def test_holds(condition: Any, expression: str | None) -> None:
    assert holds(condition, expression)


@pytest.mark.parametrize(
    ("condition", "expression"),
    [
        pytest.param(condition, value, id=named(condition, value))
        for condition, _, bad, undecided in CASES
        for value in (*bad, *undecided)
    ],
)
def test_does_not_hold(condition: Any, expression: str | None) -> None:
    assert not holds(condition, expression)


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("key = source()\nif not key:\n    raise SystemExit", True),
        ("key = source()\nif key is None:\n    return", True),
        ("key = source()\nif not key:\n    key = 'd'", None),
        ("key = source()\nif unknown:\n    return", False),
        ("key = source()\nif key:\n    print(key)", None),
        ("key = source()", False),
    ],
)
def test_guards(before: str, expected: bool | None) -> None:
    """None: neither for certain, because only some of the values are guarded."""
    for wanted in (True, False):
        assert holds({"path": "@sources", "guarded": wanted}, "key", before, indent=True) is (
            expected is wanted
        )


def test_values_that_are_imported_late_are_looked_at() -> None:
    files = {
        "a.py": "from api import f\nfrom b import X, Y\nf(X, [X], Y)\n",
        "b.py": "import os\nX = 'abc'\nY = 1 if os.name else 2\n",
    }
    engine, recorder = interpret(files)
    arguments = recorder.calls[0].arguments
    for key, condition in [
        ("0", "abc"), ("0", {"unknown": False}), ("0", {"not": "x"}), ("0", {"some": "abc"}), ("0", {"any": ["abc"]}),
        ("0", {"part": "abc"}), ("1", {"contains": "abc"}), ("1", {"first": "abc"}), ("1", {"each": "abc"}),
        ("1", {"some-item": "abc"}), ("1", {"contains-match": "b"}), ("2", {"in": [1, 2]}), ("2", {"some": 1}),
        ("2", {"any": [1, 2]}), ("2", {"all": [{"above": 0}]}), ("1", ["abc"]), ("1", {"constant": True}),
    ]:  # fmt: skip
        assert compile_condition(condition, {})(arguments.get(key), engine), (key, condition)


def test_every_key_is_tried_and_documented() -> None:
    def keys(condition: Any) -> set[str]:
        return set(condition) if isinstance(condition, dict) else set()

    tried = {key for condition, *_ in CASES for key in keys(condition)}
    assert tried == set(CONDITIONS)
    text = (Path(__file__).parents[1] / "docs" / "rules.md").read_text(encoding="utf-8")
    table = text.partition("## Conditions on values")[2].partition("## Decorators")[0]
    first_cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    assert {key for cell in first_cells for key in re.findall(r"`([a-z-]+) =", cell)} <= set(CONDITIONS)
    assert [key for key in CONDITIONS if f"`{key} =" not in table and f"`{key}`" not in table] == []


@pytest.mark.parametrize(
    ("condition", "sentence"),
    [
        ({"secret": "pin"}, "`pin` is no kind of secret; one of password, token, key, url"),
        ({"mathces": "x"}, "`mathces` is not a condition; one of above, absent, all, any"),
        ({"path": "@nowhere"}, "group @nowhere is not defined in the pack"),
        ({"path": [1]}, "1 is not a path"),
        ({}, "an empty condition"),
        ({"not": {"nto": 1}}, "`nto` is not a condition"),
        ({"key": {"k": {"nto": 1}}}, "`nto` is not a condition"),
        ({"function": {"nmae": "x"}}, "`function.nmae` is not known; one of decorator, without, name"),
    ],
)
def test_what_the_language_has_not(condition: Any, sentence: str) -> None:
    compiler = Compiler(GROUPS, lambda table: compile_function_test(table, compiler))
    with pytest.raises(ConditionError, match=re.escape(sentence)):
        compile_condition(condition, GROUPS, compiler.function_test)


def test_functions_need_a_compiler() -> None:
    with pytest.raises(ConditionError, match="cannot be used here"):
        compile_condition({"function": {"name": "x"}}, {})


def test_a_group_may_be_empty() -> None:
    assert not holds({"path": "@nothing"}, "source()")
