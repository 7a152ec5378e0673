"""What the evaluator claims is what Python does: random programs are evaluated, and run with every answer to their open questions.

Left out, because the evaluator does not follow them: second rounds of loops, changes through parameters, effects of a function's
second call, and changes in a branch of a container that has a second name, what `finally` sees of
an exception nobody catches.
"""

from __future__ import annotations

import itertools
from typing import Any

from evaluation import Recorder, interpret
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pentalint.evaluate.events import Call
from pentalint.evaluate.methods import copy
from pentalint.evaluate.values import Choice, Const, Dict, List, Unknown, Value

NAMES = ("a", "b")

SIMPLE = st.sampled_from(
    [
        "a = 1", "a = 2", "a = None", "a = b", "b = a", "b = 'x'", "b = 3", "a, b = b, a", "a = b or 4", "b = a and 5",
        "a = 6 if a else b", "b = not a", "l.append(a)", "l = [b]", "l = [*l, a]", "d['k'] = a", "d['m'] = b", "d = {'k': b}",
        "d = dict(d, k=a)", "a = d.get('k')", "b = l[-1] if l else 7", "d.pop('k', None)", "l.clear()",
        "a = len(l)", "a = i()", "d.update(m=a)", "del d['k']", "d.setdefault('k', b)", "a = [x for x in l]",
        "pass", "x.f = a", "a = x.f", "probe(a, b, l, d)", "k = {**d, 'z': a}", "a = k.get('z', b)", "b = (c := a)",
    ]
)  # fmt: skip

TESTS = st.sampled_from(
    ["q()", "a", "not a", "a is None", "a is not None", "b and q()", "a or q()", "not q()", "a == 1", "l", "'k' in d", "q() and a is None"]
)  # fmt: skip


def indented(lines: list[str]) -> list[str]:
    return [f"    {line}" for line in lines]


@st.composite
def block(draw: st.DrawFn, depth: int = 2, loop: bool = False) -> list[str]:
    lines: list[str] = []
    for _ in range(draw(st.integers(1, 3))):
        lines += draw(statement(depth, loop))
    return lines


@st.composite
def statement(draw: st.DrawFn, depth: int, loop: bool) -> list[str]:
    kinds = ["simple"] * 3 + (
        ["if", "else", "elif", "loop", "while", "try", "with", "match"] if depth else []
    )
    kinds += ["leave"] if loop else []
    kind = draw(st.sampled_from(kinds))
    if kind == "simple":
        return [draw(SIMPLE)]
    if kind == "leave":
        return [
            f"if {draw(TESTS)}:",
            f"    {draw(st.sampled_from(['break', 'continue', 'return 1', 'raise E']))}",
        ]
    body = indented(draw(block(depth - 1, loop)))
    other = indented(draw(block(depth - 1, loop)))
    if kind == "if":
        return [f"if {draw(TESTS)}:", *body]
    if kind == "else":
        return [f"if {draw(TESTS)}:", *body, "else:", *other]
    if kind == "elif":
        last = indented(draw(block(depth - 1, loop)))
        return [f"if {draw(TESTS)}:", *body, f"elif {draw(TESTS)}:", *other, "else:", *last]
    if kind in ("loop", "while"):
        body = indented(draw(block(depth - 1, True)))
        head = "for n in once():" if kind == "loop" else "while once():"
        if kind == "while":
            body = [line.replace("continue", "break") for line in body]
            body.append("    break")  # one round: the evaluator looks at one
        return [head, *body, *(["else:", *other] if draw(st.booleans()) else [])]
    if kind == "try":
        return ["try:", *body, "    t()", "except E:", *other]
    if kind == "with":
        return ["with w():", *body]
    return ["match q():", "    case True:", *indented(body), "    case _:", *indented(other)]


HEAD = """\
from spy import probe, q, once, t, w, new
class E(Exception): pass
a = None
b = 3
l = []
d = {'k': 1}
k = {}
x = new()
x.f = 0
def i():
    if q():
        return 1
"""


class Stop(Exception):
    """A program asks more questions than there are answers."""


def run(source: str, answers: tuple[bool, ...]) -> list[tuple[Any, ...]]:
    """What a generated program hands to `probe`, with these answers to its questions."""
    left = list(answers)
    seen: list[tuple[Any, ...]] = []

    def q() -> bool:
        if not left:
            raise Stop
        return left.pop()

    class Manager:
        def __enter__(self) -> Manager:
            return self

        def __exit__(self, *arguments: object) -> bool:
            return False

    class New:
        f: Any

    scope: dict[str, Any] = {}

    def raising() -> None:
        if q():
            raise scope["E"]

    code = source.replace("from spy import probe, q, once, t, w, new\n", "")
    scope.update(
        probe=lambda *values: seen.append(tuple(freeze(value) for value in values)),
        q=q,
        once=lambda: [1] if q() else [],
        t=raising,
        w=Manager,
        new=New,
    )
    try:
        exec(compile(code, "generated", "exec"), scope)  # our own generated program
    except Stop:
        pass
    except Exception:  # an uncaught error ends a program; what came before still counts
        pass
    return seen


def freeze(value: Any) -> Any:
    if isinstance(value, list):
        return [freeze(item) for item in value]
    if isinstance(value, dict):
        return {key: freeze(item) for key, item in value.items()}
    return value


def covers(value: Value, thing: Any) -> bool:
    """Whether an abstract value allows a concrete one."""
    if isinstance(value, Unknown):
        return True
    if isinstance(value, Choice):
        return any(covers(option, thing) for option in value.values)
    if isinstance(value, Const):
        return type(value.value) is type(thing) and value.value == thing
    if isinstance(value, List):
        if not isinstance(thing, list):
            return False
        if not value.complete:
            return True
        return len(value.items) == len(thing) and all(
            covers(item, other) for item, other in zip(value.items, thing)
        )
    if isinstance(value, Dict):
        if not isinstance(thing, dict):
            return False
        return all(key in thing and covers(item, thing[key]) for key, item in value.entries.items()) and (
            not value.complete or value.entries.keys() == thing.keys()
        )
    return True


def check(source: str) -> None:
    """Every probe of every run is among what the evaluator said of that probe."""
    claims: dict[int, list[list[Value]]] = {}

    class Spy(Recorder):
        def called(self, event: Call) -> None:
            if event.path == "spy.probe":
                number, *values = event.arguments.positional
                assert isinstance(number, Const)
                claims.setdefault(number.value, []).append([copy(value) for value in values])

    interpret(source, recorder=Spy())
    for answers in itertools.product([False, True], repeat=6):
        for number, *things in run(source, answers):
            said = claims.get(number, [])
            assert any(
                all(covers(value, thing) for value, thing in zip(values, things)) for values in said
            ), f"probe {number} is {things}, the evaluator says {said}\n{source}"


def program(lines: list[str], *, function: bool) -> str:
    """A whole program; each `probe` gets a number."""
    body = [*lines, "probe(a, b, l, d)"]
    if function:
        body = ["def main():", *indented(["a, b, l, d, k = None, 3, [], {'k': 1}, {}", *body]), "main()"]
    text = "\n".join(body)
    parts = text.split("probe(a")
    return (
        HEAD
        + "".join(part if place == 0 else f"probe({place}, a{part}" for place, part in enumerate(parts))
        + "\n"
    )


@given(block(), st.booleans())
@settings(max_examples=300, derandomize=True, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_claims_hold(lines: list[str], function: bool) -> None:
    source = program(lines, function=function)
    if not function and any(line.strip().startswith("return") for line in lines):
        return
    check(source)
