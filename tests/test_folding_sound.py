"""What the evaluator says of generated programs is what Python does: equal, or unknown, never different.

Each program is run for several values of the string nobody knows, `w`; after each statement all names are compared.
Left out, because the evaluator does not follow it: a change, in a branch or loop, of a container that another container
holds too."""

from __future__ import annotations

import ast
import collections
import contextlib
import enum
import math
import re
from typing import Any

from evaluation import Recorder, interpret
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pentalint.evaluate.dictionaries import Mapping
from pentalint.evaluate.enumerations import Member, Named
from pentalint.evaluate.events import Call
from pentalint.evaluate.methods import copy
from pentalint.evaluate.values import REST, Choice, Const, Dict, List, Text, Unknown, Value

HEAD = """\
from spy import probe, w
import base64, configparser, copy, html, json, operator, urllib.parse
from collections import ChainMap, OrderedDict, defaultdict, deque, namedtuple
from enum import Enum, IntEnum
class Color(Enum):
    RED = 1
    BLUE = 2
class Word(str, Enum):
    YES = 'y'
    NO = 'n'
Point = namedtuple('Point', 'a b')
i, j = 2, 5
s, t = 'ab-c', 'x'
v = 'abc-' + w
l, m = [1, 2, 3], ['a', 'b']
d, e = {'a': 1, 'b': 2}, {'k': 'v'}
p = (1, 'z')
q = {1, 2}
c = Color.RED
g = Word.YES
n = Point(1, 'n')
k = deque([1])
o = defaultdict(list)
z = ChainMap({'a': 9}, d)
y = configparser.RawConfigParser()
y.read_string('[a]\\nk = v\\n[b]\\nk = w')
x = None
"""

NAMES = ("i", "j", "s", "t", "v", "l", "m", "d", "e", "p", "q", "c", "g", "n", "k", "o", "x")

UNKNOWNS = ("", "a", "abc-", "x-y", " 1 ", "-", "ab", "<b>", "%s{}")

INTS = ["0", "1", "2", "-1", "3", "7", "i", "j"]
STRINGS = ["''", "'a'", "'ab'", "'-'", "'b-'", "'abc'", "s", "t", "v", "w", "g"]
KEYS = ["'a'", "'b'", "'k'", "'z'", "t", "s", "i"]


@st.composite
def expression(draw: st.DrawFn, kind: str, depth: int = 2, shared: bool = False) -> str:
    """An expression that is mostly of a kind; `shared` says that what it gives may hold what others hold."""
    if kind == "any" and not shared and depth:
        return f"copy.deepcopy({draw(expression(kind, depth, True))})"
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        leaves = {
            "int": INTS, "str": STRINGS, "list": ["l", "m", "[]", "[1, 2]", "['a']", "list(p)"], "dict": ["d", "e", "{}", "{'a': 1}"], "key": KEYS,
            "bool": ["True", "False", "i", "s", "l", "d", "x is None", "w"], "any": [*INTS, *STRINGS, "l", "d", "p", "q", "x", "c", "n", "None", "True", "k"],
            "tuple": ["p", "(1, 2)", "()", "n"], "set": ["q", "{1}", "set()"],
        }  # fmt: skip
        return draw(st.sampled_from(leaves[kind]))
    pieces = HOLE.split(draw(st.sampled_from(TEMPLATES[kind])))
    return "".join(
        draw(expression(piece, depth - 1, shared)) if place % 2 else piece
        for place, piece in enumerate(pieces)
    )


TEMPLATES: dict[str, list[str]] = {
    "int": [
        "(<int> + <int>)", "(<int> - <int>)", "(<int> * <int>)", "(<int> // <int>)", "(<int> % <int>)", "-<int>", "len(<str>)", "len(<list>)", "len(<dict>)", "len(q)", "<list>[<int>]", "<dict>.get(<key>, <int>)",
        "<str>.find(<str>)", "<str>.count(<str>)", "<list>.index(<any>)", "<list>.count(<any>)", "int(<any>)", "abs(<int>)", "min(<int>, <int>)", "max(<list>)", "sum(<list>)", "(<int> if <bool> else <int>)", "sum(x for x in <list>)",
        "(<int> & <int>)", "(<int> | <int>)", "c.value", "n.a", "d['a']", "z['a']", "z.get(<key>, <int>)", "ord(<str>)", "sum(a * b for a, b in zip(l, l))", "len([a for a in <list> if a != <any>])", "operator.itemgetter(0)(<list>)",
    ],
    "str": [
        "(<str> + <str>)", "(<str> * <int>)", "<str>[<int>]", "<str>[<int>:<int>]", "<str>[:<int>]", "<str>[<int>:]", "<str>[::<int>]", "<str>[-<int>:]", "<str>.upper()", "<str>.lower()", "<str>.strip()", "<str>.strip(<str>)", "<str>.lstrip(<str>)", "<str>.rstrip()",
        "<str>.replace(<str>, <str>)", "<str>.split(<str>)[<int>]", "<str>.split(<str>, <int>)[<int>]", "<str>.rsplit(<str>, 1)[<int>]", "<str>.split()[<int>]", "<str>.partition(<str>)[<int>]", "<str>.rpartition(<str>)[<int>]", "<str>.title()", "<str>.center(<int>, '*')",
        "<str>.removeprefix(<str>)", "<str>.removesuffix(<str>)", "<str>.join(<list>)", "<str>.join(<str>)", "<str>.join(m)", "f'{<any>}'", "f'<{<str>}>{<int>:3}|'", "f'{<any>!r}'", "f'{<str>:>5}'", "f'{<str>!s:<4}.'", "('%s' % <any>)", "('%s-%s' % (<any>, <str>))", "('a%db' % <int>)", "('%(k)s' % <dict>)",
        "'{}'.format(<any>)", "'{0}-{0}'.format(<str>)", "'{a}{b}'.format(a=<str>, b=<any>)", "'{:>4}'.format(<str>)", "str(<any>)", "repr(<any>)", "(<str> if <bool> else <str>)", "(<str> or <str>)", "(<str> and <str>)", "<str>.encode().decode()", "<str>.zfill(<int>)", "<str>.swapcase()", "<str>.capitalize()", "<str>.casefold()",
        "json.dumps(<any>)", "html.escape(<str>)", "urllib.parse.quote(<str>)", "urllib.parse.unquote(<str>)", "c.name", "g.value", "g.name", "y.get(<str>, 'k')", "y.get('a', 'k')", "y['a'].get(<key>, <str>)", "chr(97 + <int>)", "'-'.join(str(a) for a in <list>)", "''.join(reversed(<str>))", "n.b", "<str>.expandtabs(<int>)",
        "base64.b64encode(<str>.encode()).decode()", "'-'.join(sorted(<str>))", "m[<int>]",
    ],
    "list": [
        "(<list> + <list>)", "(<list> * <int>)", "<list>[<int>:<int>]", "<list>[::<int>]", "<list>[<int>:]", "[<any>, <any>]", "[*<list>, <any>]", "list(<list>)", "list(<dict>)", "list(<str>)", "sorted(<list>)", "list(reversed(<list>))", "<str>.split(<str>)", "<str>.split()", "list(<dict>.items())", "list(<dict>.values())",
        "[x for x in <list> if x]", "[x for x in <list> if x != <any>]", "[(a, b) for a in <list> for b in <list>]", "[a for a in <str>]", "list(range(<int>))", "list(enumerate(<list>))", "list(zip(<list>, <str>))", "list(map(str, <list>))", "list(filter(None, <list>))", "<list>.copy()", "list(<tuple>)", "sorted(<list>, key=str)",
        "sorted(<set>)", "copy.deepcopy(<list>)", "json.loads(json.dumps(<list>))", "list(k)", "[a.value for a in Color]", "y.sections()", "list(z)", "[a for a, *b in [<list>, <list>]]", "sorted(<list>, reverse=True)", "[<int> for a in <list>]", "list(n)", "o[<key>]",
    ],
    "dict": [
        "{<key>: <any>}", "{**<dict>, <key>: <any>}", "(<dict> | <dict>)", "dict(<dict>)", "dict(zip(<list>, <list>))", "{a: b for a, b in <dict>.items()}", "{a: <any> for a in <list>}", "<dict>.copy()", "dict(<dict>, a=<any>)", "dict.fromkeys(<str>, <any>)", "copy.copy(<dict>)", "dict(y['a'])", "dict(<dict>.items())",
        "dict(z)", "n._asdict()", "json.loads(json.dumps(<dict>))", "{b: a for a, b in <dict>.items()}", "OrderedDict(<dict>)",
    ],
    "tuple": ["(<any>, <any>)", "(<tuple> + <tuple>)", "tuple(<list>)", "<tuple>[<int>:]", "divmod(<int>, <int>)", "<str>.partition(<str>)", "n._replace(a=<any>)", "Point(<any>, <any>)"],
    "set": ["{<any>, <any>}", "set(<list>)", "set(<str>)", "(<set> | <set>)", "(<set> & <set>)", "(<set> - <set>)", "{a for a in <list>}", "<set>.union(<list>)"],
    "bool": [
        "(<int> < <int>)", "(<int> == <int>)", "(<str> == <str>)", "(<any> in <list>)", "(<str> in <str>)", "(<key> in <dict>)", "(<any> in <set>)", "<str>.startswith(<str>)", "<str>.endswith(<str>)", "(not <bool>)", "(<bool> and <bool>)", "(<bool> or <bool>)", "isinstance(<any>, str)", "isinstance(<any>, (int, list))",
        "(<int> <= <int> < <int>)", "(<list> == <list>)", "(<any> is None)", "(<any> != <any>)", "<str>.isdigit()", "<str>.isalpha()", "any(<list>)", "all(<list>)", "(c is Color.BLUE)", "(c == Color.RED)", "(g == <str>)", "('a' in y)", "y.has_option('a', <key>)", "(<dict> == <dict>)", "(<any> in z)", "isinstance(c, Color)",
        "(<tuple> == <tuple>)", "<str>.startswith((<str>, <str>))", "(<any> in <tuple>)", "(len(<str>) > <int>)", "bool(<any>)", "(<any> not in <list>)",
    ],
    "key": ["<str>", "<int>", "(<int>, <str>)", "<str>[:1]"],
    "any": ["<int>", "<str>", "<list>", "<dict>", "<tuple>", "<bool>", "<set>", "(<any> if <bool> else <any>)", "(<any> or <any>)", "<list>[<int>]", "<dict>.get(<key>)", "<dict>[<key>]", "<tuple>[<int>]", "next(iter(<list>))", "Color(<int>)", "Word(<str>)", "<list>.pop()", "d.setdefault(<key>, <any>)", "d.pop(<key>, <any>)"],
}  # fmt: skip

HOLE = re.compile(f"<({'|'.join(TEMPLATES)})>")
"""A place for an expression."""

STATEMENTS = [
    "i = <int>", "j = <int>", "i += <int>", "s = <str>", "t = <str>", "s += <str>", "v = <str>", "v += <str>", "l = <list>", "m = <list>", "l.append(<any>)", "l.insert(<int>, <any>)", "l.extend(<list>)", "x = l.pop()", "x = l.pop(<int>)", "l.remove(<any>)", "l.reverse()", "l.sort()", "l.clear()", "l[<int>] = <any>",
    "l[<int>:<int>] = <list>", "l[<int>:] = <str>", "del l[<int>]", "del l[<int>:<int>]", "l += <list>", "l *= 2", "m = l", "d = <dict>", "e = <dict>", "d[<key>] = <any>", "d[<key>] = <any>", "d.update(<dict>)", "d.update(a=<any>)", "x = d.pop(<key>)", "x = d.pop(<key>, <any>)", "x = d.setdefault(<key>, <any>)",
    "del d[<key>]", "d |= <dict>", "x = d.popitem()", "e = d", "p = <tuple>", "q = <set>", "q.add(<any>)", "q.discard(<any>)", "q |= <set>", "q -= <set>", "x = <any>", "x = <any>", "i, j = j, i", "s, t = t, s", "x, *m = <list>", "*m, x = <list>", "x, i = <tuple>", "a, b = <str>", "x = a = <any>", "c = Color.BLUE", "g = Word.NO", "c = Color(<int>)",
    "n = Point(<any>, <any>)", "k.append(<any>)", "k.appendleft(<any>)", "x = k.popleft()", "x = k.pop()", "o[<key>].append(<any>)", "x = o[<key>]", "z[<key>] = <any>", "x = z[<key>]", "y.set('a', 'k', <str>)", "y.set('a', <str>, <str>)", "y['b']['k'] = <str>", "x = y.get('a', 'k')", "x = y['b']['k']", "x = y.items('a')", "l[0], l[1] = l[1], l[0]", "x = [l, l]",
    "d['n'] = l", "x = (yy := <any>)", "x = <bool>", "x = <bool>", "x = <str>", "x = <list>", "x = <dict>", "x = <set>", "x = <tuple>", "l = [*l, *m]", "x = l[-1] if l else None", "i -= 1", "t = s[::-1]", "x = {**d, **e}", "x = d.items()", "x = d.keys()", "x = iter(l)", "x = next(x)", "x = list(x)", "x = copy.copy(l)", "x = copy.deepcopy(d)",
    "l = sorted(l)", "m = [str(a) for a in l]", "d = {str(a): a for a in l}", "x = z.maps", "del x", "s = s.split('-')[0]", "s = v[:3]", "t = v.split('-')[0]", "x = v.partition('-')", "x = v.rsplit('-', 1)", "x = v.split('-', 1)", "v = v.upper()", "v = v.replace('a', 'q')", "v = v.strip()", "v = v[1:]", "v = v[:-1]", "v = f'{v}!'", "v = 'q' + v", "v = v.encode().decode()",
]  # fmt: skip


APART = [one for one in STATEMENTS if one not in ("x = [l, l]", "d['n'] = l", "x = o[<key>]", "x = z.maps")]
"""Statements after which no container is held by two others."""


@st.composite
def filled(draw: st.DrawFn, template: str, shared: bool = False) -> str:
    """A statement with its holes filled."""
    pieces = HOLE.split(template)
    return "".join(
        draw(expression(piece, 2, shared)) if place % 2 else piece for place, piece in enumerate(pieces)
    )


def indented(lines: list[str]) -> list[str]:
    return [f"    {line}" for line in lines]


@st.composite
def block(draw: st.DrawFn, depth: int, count: int, shared: bool = False) -> list[str]:
    lines: list[str] = []
    for _ in range(draw(st.integers(1, count))):
        lines += draw(statement(depth, shared))
    return lines


@st.composite
def statement(draw: st.DrawFn, depth: int, shared: bool = False) -> list[str]:
    kind = draw(st.sampled_from(["simple"] * 9 + (["if", "for", "while", "match"] if depth else [])))
    if kind == "simple":
        return [draw(filled(draw(st.sampled_from(STATEMENTS if shared else APART)), shared)), "probe()"]
    body = indented(draw(block(depth - 1, 2)))
    other = indented(draw(block(depth - 1, 2)))
    if kind == "if":
        return [f"if {draw(expression('bool'))}:", *body, *(["else:", *other] if draw(st.booleans()) else [])]
    if kind == "for":
        source = draw(
            st.sampled_from(
                [
                    "<list>",
                    "<str>",
                    "range(3)",
                    "d",
                    "<dict>.items()",
                    "enumerate(<list>)",
                    "zip(l, m)",
                    "[1, 2]",
                    "Color",
                    "reversed(<list>)",
                    "list(l)",
                ]
            )
        )
        leave = draw(
            st.sampled_from(
                [
                    [],
                    [
                        f"if {draw(expression('bool'))}:",
                        "    " + draw(st.sampled_from(["break", "continue"])),
                    ],
                ]
            )
        )
        target = "aa, bb" if "items" in source or "enum" in source or "zip" in source else "aa"
        return [
            f"for {target} in {draw(filled(source))}:",
            *indented(leave),
            *body,
            *(["else:", *other] if draw(st.booleans()) else []),
        ]
    if kind == "while":
        return [
            f"while {draw(st.sampled_from(['i < 6', 'l', 'len(s) < 6', 'i > 0 and j']))}:",
            *body,
            f"    {draw(st.sampled_from(['i += 1', 'l.pop()', 's += t', 'break', 'i -= 1']))}",
            "    probe()",
        ]
    patterns = ["1", "'ab' | 'x'", "[aa, *bb]", "[aa, bb]", "{'a': aa, **bb}", "int(aa)", "str()", "None", "True", "Color.RED", "(1, aa)", "[]", "Point(aa, bb)", "list()", "{'k': 'v'}", "aa if aa == 1", "str() as aa", "Word.YES", "[_, _, *_]", "{}"]  # fmt: skip
    lines = [f"match {draw(expression('any'))}:"]
    for pattern in draw(st.lists(st.sampled_from(patterns), min_size=1, max_size=3)):
        lines += [f"    case {pattern}:", *indented(indented(draw(block(0, 1))))]
    return [*lines, *(["    case _:", *indented(indented(draw(block(0, 1))))] if draw(st.booleans()) else [])]


def number(lines: list[str]) -> str:
    """The program; each probe gets a number and the names."""
    body = []
    for place, line in enumerate(lines):
        body.append(line.replace("probe()", f"probe({place}, {', '.join(NAMES)})"))
    return HEAD + "\n".join(body) + "\n"


class Enough(Exception):
    """A program runs for too long."""


def run(source: str, unknown: str) -> list[tuple[Any, ...]]:
    """What a program hands to `probe`, as frozen copies."""
    seen: list[tuple[Any, ...]] = []

    def probe(place: int, *values: Any) -> None:
        if len(seen) > 200 or any(isinstance(one, (str, list, dict)) and len(one) > 200 for one in values):
            raise Enough
        seen.append((place, *(freeze(value) for value in values)))

    steps = iter(range(100))

    def step() -> bool:
        if next(steps, None) is None:
            raise Enough
        return True

    scope: dict[str, Any] = {"probe": probe, "step": step, "w": unknown, "__name__": __name__}
    bounded = source.replace("from spy import probe, w\n", "").replace("while ", "while step() and ")
    try:
        code = compile(bounded, "generated", "exec")
    except SyntaxError:
        return seen  # quotes within quotes of an f-string, before Python 3.12
    with contextlib.suppress(Exception):  # a fault ends the program; what came before still counts
        exec(code, scope)  # our own program
    return seen


class Frozen:
    """A thing that cannot be looked at without being changed."""


def freeze(value: Any, levels: int = 6) -> Any:
    if levels == 0:
        return Frozen()
    if isinstance(value, (dict, collections.ChainMap)):
        twin = {key: freeze(item, levels - 1) for key, item in value.items()}
        return collections.OrderedDict(twin) if isinstance(value, collections.OrderedDict) else twin
    if isinstance(value, list):
        return [freeze(item, levels - 1) for item in value]
    if isinstance(value, tuple) and type(value) is tuple:
        return tuple(freeze(item, levels - 1) for item in value)
    if isinstance(value, tuple):
        return type(value)(*(freeze(item, levels - 1) for item in value))
    if isinstance(value, collections.deque):
        return collections.deque(freeze(item, levels - 1) for item in value)
    if isinstance(value, (set, frozenset)):
        return frozenset(value)
    if isinstance(value, (str, bytes, int, float, complex, type(None), enum.Enum)):
        return value
    if isinstance(value, (type({}.keys()), type({}.values()), type({}.items()))):
        return tuple(freeze(item, levels - 1) for item in value), "view"
    return Frozen()


def covers(value: Value, thing: Any) -> bool:
    """Whether an abstract value allows a concrete one."""
    if isinstance(value, Unknown) or isinstance(thing, Frozen):
        return True
    if isinstance(value, Choice):
        return any(covers(option, thing) for option in value.values)
    if isinstance(value, Named):
        return isinstance(thing, enum.Enum) and thing.name == value.name and thing.value == value.value
    if isinstance(value, Member):
        return isinstance(thing, enum.Enum) and thing.name == value.name
    if isinstance(value, Const):
        same = type(value.value) is type(thing) and value.value == thing
        return same or (isinstance(thing, float) and isinstance(value.value, float) and math.isnan(thing))
    if isinstance(value, Text):
        if not isinstance(thing, (str, bytes)):
            return False
        head, tail = (edge if edge else thing[:0] for edge in (value.head, value.tail))
        return thing.startswith(head) and thing.endswith(tail) and len(thing) >= value.least  # type: ignore[arg-type]
    if isinstance(value, List):
        return covers_list(value, thing)
    if isinstance(value, Dict):
        if not isinstance(thing, dict):
            return False
        if type(value) is Mapping and (value.kind == "OrderedDict") is not isinstance(
            thing, collections.OrderedDict
        ):
            return False
        known = {key: item for key, item in value.entries.items() if key is not REST}
        if value.complete and list(known) != list(thing):
            return False
        return all(key in thing and covers(item, thing[key]) for key, item in known.items())
    return True


def covers_list(value: List, thing: Any) -> bool:
    kinds = {"list": list, "tuple": tuple, "set": frozenset, "deque": collections.deque}
    if value.kind == "view":
        if not (isinstance(thing, tuple) and thing[1:] == ("view",)):
            return False
        thing = thing[0]
    elif value.kind not in kinds or not isinstance(thing, kinds[value.kind]):
        return value.kind in ("iterator", "range")
    if value.kind != "set":
        for place in range(min(value.fixed, len(value.items))):
            if place >= len(thing) or not covers(value.items[place], thing[place]):
                return False
    if not all(any(covers(item, one) for one in thing) for item in value.items):
        return False
    if value.complete and value.kind != "set" and len(value.items) != len(thing):
        return False
    return not value.complete or all(any(covers(item, one) for item in value.items) for one in thing)


def check(source: str) -> None:
    """At every probe of every run, the names are what the evaluator says of them."""
    try:
        ast.parse(source)
    except SyntaxError:
        return  # quotes within quotes of an f-string, before Python 3.12
    claims: dict[int, list[list[Value]]] = {}

    class Spy(Recorder):
        def called(self, event: Call) -> None:
            if event.path == "spy.probe":
                place, *values = event.arguments.positional
                assert isinstance(place, Const)
                shared = copy(List(values))
                assert isinstance(shared, List)
                claims.setdefault(place.value, []).append(shared.items)

    engine, _ = interpret(source, recorder=Spy())
    assert not engine.failures
    for unknown in UNKNOWNS:
        for place, *things in run(source, unknown):
            said = claims.get(place, [])
            assert any(
                all(covers(value, thing) for value, thing in zip(values, things)) for values in said
            ), (
                f"w = {unknown!r}: probe {place} is {dict(zip(NAMES, things))}, the evaluator says "
                f"{[dict(zip(NAMES, values)) for values in said]}\n{source}"
            )


@given(block(2, 6))
@settings(max_examples=150, derandomize=True, suppress_health_check=list(HealthCheck), deadline=None)
def test_claims_hold_on_every_way(lines: list[str]) -> None:
    check(number(["probe()", *lines, "probe()"]))


@given(block(0, 10, shared=True))
@settings(max_examples=250, derandomize=True, suppress_health_check=list(HealthCheck), deadline=None)
def test_claims_hold_one_after_the_other(lines: list[str]) -> None:
    check(number(["probe()", *lines, "probe()"]))
