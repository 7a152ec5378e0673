"""What control flow does: branches and joins, loops, exceptions, context managers, `match`."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace

from pentalint.evaluate.blocks import statements
from pentalint.evaluate.events import Frame
from pentalint.evaluate.expressions import Expressions
from pentalint.evaluate.methods import MUTATORS
from pentalint.evaluate.patterns import Bindings, captured, match_pattern
from pentalint.evaluate.rounds import (
    ROUNDS,
    Carried,
    begin_round,
    carried,
    may_repeat,
    surprises,
    untouched,
)
from pentalint.evaluate.values import (
    UNKNOWN,
    UNSET,
    Class,
    Const,
    Dict,
    List,
    Ref,
    Value,
    join,
    join_all,
    options,
    truth,
)
from pentalint.evaluate.walks import walk

TYPE_CHECKING = frozenset({"typing.TYPE_CHECKING", "typing_extensions.TYPE_CHECKING"})
"""Conditions whose body only type checkers see. Its names still serve annotations, so it is evaluated."""

FALLBACK = frozenset({"ImportError", "ModuleNotFoundError", "AttributeError"})
"""Exceptions whose handlers hold the other way of getting a name."""

ANY = frozenset({"", "Exception", "BaseException"})
"""What catches everything; after a body of imports that is meant for their failure."""


EXACT = 200
"""A loop over more known elements than this is run once, for any of them."""


class Branches(Expressions):
    """Statements that hold statements."""

    ways = 0
    exact = False
    """Whether loops over known elements are run once for each: for the few places where it matters which go together."""

    def branches(self, bodies: list[Callable[[], bool]], frame: Frame, *, may_skip: bool) -> bool:
        """Run alternatives from the same state and join what they leave. True when one of them reaches the end."""
        before = frame.env
        outcomes: list[dict[str, Value]] = [before] if may_skip else []
        frame.branches += 1
        way = frame.way
        for body in bodies:
            self.set_env(frame, dict(before))
            frame.way = (*way, self.next_way())
            if body():
                outcomes.append(frame.env)
        frame.way = way
        frame.branches -= 1
        self.set_env(frame, join_environments(outcomes) if outcomes else dict(before))
        return bool(outcomes)

    def next_way(self) -> int:
        """A fresh number for a branch."""
        self.ways += 1
        return self.ways

    def if_(self, node: ast.If, frame: Frame) -> bool:
        """A ladder of `elif` is one choice among many, walked in a loop. A test on a plain name narrows it in
        each branch."""
        bodies: list[Callable[[], bool]] = []
        failed: list[ast.expr] = []
        current: ast.If | None = node
        may_skip = False
        while current is not None:
            value = self.force(self.eval(current.test, frame))
            verdict = truth(value)
            if verdict is not False or (isinstance(value, Ref) and value.path in TYPE_CHECKING):
                bodies.append(self.body_of(current.body, frame, current.test, tuple(failed)))
            if verdict is True:
                break
            failed.append(current.test)
            if len(current.orelse) == 1 and isinstance(current.orelse[0], ast.If):
                current = current.orelse[0]
                continue
            if current.orelse:
                bodies.append(self.body_of(current.orelse, frame, None, tuple(failed)))
            else:
                may_skip = True
            current = None
        if not bodies:
            return True
        if len(bodies) == 1 and not may_skip:
            return bodies[0]()
        if may_skip:
            bodies.append(self.body_of([], frame, None, tuple(failed)))
        return self.branches(bodies, frame, may_skip=False)

    def body_of(
        self,
        body: list[ast.stmt],
        frame: Frame,
        holds: ast.expr | None = None,
        failed: tuple[ast.expr, ...] = (),
    ) -> Callable[[], bool]:
        """A branch to run later: first what its tests say of names, then its statements."""

        def run() -> bool:
            for test in failed[-4:]:
                self.narrow(test, False, frame)
            if holds is not None:
                self.narrow(holds, True, frame)
            outer = frame.tests
            frame.tests = (*outer, *failed, *(() if holds is None else (holds,)))
            fell = self.run_body(body, frame)
            frame.tests = outer
            return fell

        return run

    def narrow(self, test: ast.expr, verdict: bool, frame: Frame) -> None:
        """What a test that came out as `verdict` says of the names in it: `x`, `not x`, `x is None`, `x is not
        None`, `x and y`."""
        kind = type(test)
        if kind is ast.Call or kind is ast.Attribute:
            return  # half of all tests
        if isinstance(test, ast.Name):
            self.narrow_name(test.id, verdict, False, frame)
        elif isinstance(test, ast.UnaryOp):
            if isinstance(test.op, ast.Not):
                self.narrow(test.operand, not verdict, frame)
        elif isinstance(test, ast.BoolOp):
            if isinstance(test.op, ast.And) is verdict:
                for operand in test.values:
                    self.narrow(operand, verdict, frame)
        elif (
            isinstance(test, ast.Compare)
            and isinstance(test.left, ast.Name)
            and len(test.ops) == 1
            and isinstance(test.comparators[0], ast.Constant)
            and test.comparators[0].value is None
            and isinstance(test.ops[0], (ast.Is, ast.IsNot, ast.Eq, ast.NotEq))
        ):
            is_none = isinstance(test.ops[0], (ast.Is, ast.Eq)) is verdict
            self.narrow_name(test.left.id, not is_none, True, frame)

    def narrow_name(self, name: str, verdict: bool, none_only: bool, frame: Frame) -> None:
        """Keep the alternatives of a local or module name that fit; a value shown to be true is `guarded`."""
        env = frame.env
        value = env.get(name)
        if value is None or value is UNKNOWN:  # which may be anything afterwards too
            return
        if type(value) is Ref:  # most are one
            if verdict and not value.guarded:
                env[name] = Ref(value.path, value.arguments, True, value.taint, value.base)
            return
        kept: list[Value] = []
        for option in options(value):
            is_none = isinstance(option, Const) and option.value is None
            fits = (is_none is not verdict) if none_only else truth(option) in (None, verdict)
            if none_only and not isinstance(option, (Const, List, Dict)):
                fits = True
            if fits:
                if verdict and type(option) is Ref:  # one of another kind knows more than its path
                    option = Ref(option.path, option.arguments, True, option.taint, option.base)
                kept.append(option)
        if kept:
            env[name] = join_all(kept)

    def for_(self, node: ast.For | ast.AsyncFor, frame: Frame) -> bool:
        """Round by round over a short known iterable, else one round for any element."""
        source = self.iterated(self.eval(node.iter, frame))
        if self.exact and isinstance(source, List) and len(source.items) <= EXACT:
            return self.each_round(source, node, frame)
        if isinstance(source, (List, Dict, Const)) and isinstance(node, ast.For):
            found = walk(source, look=True)
            if found is not None and found.exact and not found.items:
                return self.run_body(node.orelse, frame)
            if found is not None and found.exact and len(found.items) <= ROUNDS:
                if may_repeat(self.carried(node).size, len(found.items), frame.turns):
                    walk(source)
                    return self.rounds_of(node, source, found.items, frame)
        return self.any_round(node, self.element(source), frame)

    def carried(self, node: ast.For | ast.AsyncFor | ast.While) -> Carried:
        """What a loop assigns and changes, read once."""
        found = self._carried.get(node)
        if found is None:
            found = self._carried[node] = carried(node.body)
        return found

    def any_round(self, node: ast.For | ast.AsyncFor, element: Value, frame: Frame) -> bool:
        """One round of a `for` that stands for all."""
        found = self.carried(node)

        def body() -> bool:
            begin_round(found, frame.env)
            self.assign(node.target, element, node.target, frame)
            return self.loop_body(node.body, frame, found)

        return self.loop(body, node, frame, may_skip=True)

    def rounds_of(self, node: ast.For, source: Value, items: list[Value], frame: Frame) -> bool:
        """Each round of a `for`, one after the other; what follows a `break` that may be taken is not certain to run."""
        frame.breaks.append([])
        ended = True
        turns = frame.turns
        frame.turns = turns * len(items)
        for item in items:
            self.assign(node.target, item, node.target, frame)
            ended = self.next_round(node.body, frame)
            if not ended or not untouched(source, items):
                break
        frame.turns = turns
        broken = frame.breaks.pop()
        if ended and not untouched(source, items):
            ended = self.any_round(node, UNKNOWN, frame)  # the loop walks over what it changes
            return self.meet(ended, broken, frame)
        return self.leave(node, ended, broken, frame)

    def next_round(self, body: list[ast.stmt], frame: Frame) -> bool:
        """One more round of a loop whose rounds are followed one by one."""
        way, maybe = frame.way, bool(frame.breaks[-1])
        frame.way = (*way, self.next_way())
        frame.branches += maybe
        frame.rounds += 1
        ended = self.round_(body, frame)
        frame.rounds -= 1
        frame.branches -= maybe
        frame.way = way
        return ended

    def each_round(self, source: List, node: ast.For | ast.AsyncFor, frame: Frame) -> bool:
        """A loop over known elements, one after the other; `break` and `else` are not looked at."""
        frame.breaks.append([])
        for item in source.items:
            self.assign(node.target, self.force(item), node.target, frame)
            self.loop_body(node.body, frame)
        frame.breaks.pop()
        return True

    def while_(self, node: ast.While, frame: Frame) -> bool:
        """Round by round while the test is known to hold, else one round for any."""
        verdict = truth(self.force(self.eval(node.test, frame)))
        if verdict is False:
            return self.run_body(node.orelse, frame)
        endless = isinstance(node.test, ast.Constant)
        broken: list[dict[str, Value]] = []
        if verdict is True and not endless and may_repeat(self.carried(node).size, ROUNDS, frame.turns):
            frame.breaks.append(broken)
            frame.turns *= ROUNDS
            ended, count = True, 0
            while ended and verdict is True and count < ROUNDS:
                ended = self.next_round(node.body, frame)
                verdict = truth(self.force(self.eval(node.test, frame))) if ended else None
                count += 1
            frame.turns //= ROUNDS
            frame.breaks.pop()
            if not ended or verdict is False:
                return self.leave(node, ended, broken, frame)
            verdict = None
        found = self.carried(node)

        def body() -> bool:
            begin_round(found, frame.env)
            return self.loop_body(node.body, frame, found)

        may_skip = verdict is None
        return self.meet(self.loop(body, node, frame, may_skip=may_skip, endless=endless), broken, frame)

    def loop(
        self,
        body: Callable[[], bool],
        node: ast.For | ast.AsyncFor | ast.While,
        frame: Frame,
        *,
        may_skip: bool,
        endless: bool = False,
    ) -> bool:
        """One round of a loop, then its `else`; the states at `break` go round the `else`. An endless loop is
        only left by `break`."""
        frame.breaks.append([])
        ended = self.branches([body], frame, may_skip=may_skip)
        broken = frame.breaks.pop()
        if endless and (broken or not any(isinstance(inner, ast.Break) for inner in statements([node]))):
            ended = False
        return self.leave(node, ended, broken, frame)

    def leave(
        self,
        node: ast.For | ast.AsyncFor | ast.While,
        ended: bool,
        broken: list[dict[str, Value]],
        frame: Frame,
    ) -> bool:
        """What follows the last round: the `else`, unless a `break` was met."""
        if ended and node.orelse:
            ended = (
                self.branches([self.body_of(node.orelse, frame)], frame, may_skip=False)
                if broken
                else self.run_body(node.orelse, frame)
            )
        return self.meet(ended, broken, frame)

    def meet(self, ended: bool, broken: list[dict[str, Value]], frame: Frame) -> bool:
        """Go on from the end of a loop and from the states at its `break`s."""
        outcomes = [*([frame.env] if ended else []), *broken]
        if outcomes:
            self.set_env(frame, join_environments(outcomes))
        return bool(outcomes)

    def loop_body(self, body: list[ast.stmt], frame: Frame, found: Carried | None = None) -> bool:
        """One round of a loop that stands for all its rounds."""
        before = dict(frame.env)
        ended = self.round_(body, frame)
        if not ended or found is None:
            return ended
        more = surprises(found, before, frame.env)
        if more:
            first = frame.env
            found = replace(found, changed=found.changed.union(more))
            self.set_env(frame, dict(before))
            begin_round(found, frame.env)
            if self.round_(body, frame):
                first = join_environments([first, frame.env])
            self.set_env(frame, first)
        return True

    def round_(self, body: list[ast.stmt], frame: Frame) -> bool:
        """One round of a loop; the states at `continue` join the state at its end."""
        frame.loops += 1
        frame.continues.append([])
        fell = self.run_body(body, frame)
        outcomes = frame.continues.pop()
        frame.loops -= 1
        if fell:
            outcomes.append(frame.env)
        if not outcomes:
            return False
        self.set_env(frame, join_environments(outcomes))
        return True

    def try_(self, node: ast.Try, frame: Frame) -> bool:
        """The body, then each handler from what held before or after it, then `else` and `finally`."""
        before = dict(frame.env)
        outer = frame.catches
        frame.catches = (*outer, self.swallowed(node, frame))
        frame.branches += 1
        frame.raises.append([])
        fell = self.run_body(node.body, frame)
        raised = frame.raises.pop()
        frame.branches -= 1
        frame.catches = outer
        after = frame.env
        if fell and node.orelse:
            fell = self.run_body(node.orelse, frame)
        outcomes = [frame.env] if fell else []
        at_fault = join_environments([before, after, *raised])
        for handler in node.handlers:
            self.set_env(frame, dict(at_fault))
            if handler.name:
                self.bind(handler.name, self.exception(handler, frame), handler, frame)
            frame.branches += 1
            kinds = self.handled(handler, frame)
            if not FALLBACK.isdisjoint(kinds) or (only_imports(node.body) and not ANY.isdisjoint(kinds)):
                frame.catches = (
                    *outer,
                    self.swallowed(node, frame),
                )  # a fall-back import is as guarded as the first choice
            way, handling = frame.way, frame.handling
            frame.way = (*way, self.next_way())
            frame.handling = (*handling, *kinds)
            if self.run_body(handler.body, frame):
                outcomes.append(frame.env)
            frame.way, frame.handling = way, handling
            frame.catches = outer
            frame.branches -= 1
        self.set_env(frame, self.after_try(node, outcomes, at_fault))
        alive = bool(outcomes)
        if node.finalbody and not self.run_body(node.finalbody, frame):
            return False
        return alive

    def after_try(
        self, node: ast.Try, outcomes: list[dict[str, Value]], at_fault: dict[str, Value]
    ) -> dict[str, Value]:
        """An import that may fail leaves its names as they are when it succeeds: that is what is deployed."""
        if not outcomes:
            return dict(at_fault)
        if len(outcomes) > 1 and only_imports(node.body):
            merged = dict(outcomes[0])
            for other in outcomes[1:]:
                for name, value in other.items():
                    merged.setdefault(name, value)
            return merged
        return join_environments(outcomes)

    def swallowed(self, node: ast.Try, frame: Frame) -> tuple[str, ...]:
        """The exception paths that handlers of this `try` catch without raising again; `!path` for those that do raise.
        "" is a bare `except:`."""
        found: list[str] = []
        for handler in node.handlers:
            raises = any(isinstance(inner, ast.Raise) for inner in statements(handler.body))
            for path in self.handled(handler, frame):
                found.append(f"!{path}" if raises else path)
        return tuple(found)

    def handled(self, handler: ast.ExceptHandler, frame: Frame) -> list[str]:
        if handler.type is None:
            return [""]
        value = self.force(self.eval(handler.type, frame))
        paths: list[str] = []
        for item in value.items if isinstance(value, List) else options(value):
            item = self.force(item)
            if isinstance(item, Ref):
                paths.append(item.path.removeprefix("builtins."))
            elif isinstance(item, Class):
                paths.extend(sorted(self.ancestors(item)))
        return paths

    def exception(self, handler: ast.ExceptHandler, frame: Frame) -> Value:
        """What `except X as name` binds."""
        if handler.type is None:
            return UNKNOWN
        value = self.force(self.eval(handler.type, frame))
        items = value.items if isinstance(value, List) else options(value)
        refs = [Ref(f"{item.path}()") for item in items if isinstance(item, Ref)]
        return join_all(refs)

    def with_(self, node: ast.With | ast.AsyncWith, frame: Frame) -> bool:
        for item in node.items:
            value = self.eval(item.context_expr, frame)
            if item.optional_vars is not None:
                self.assign(item.optional_vars, value, item.context_expr, frame)
        self.run_body(node.body, frame)
        return not always_leaves(node.body)

    def match_(self, node: ast.Match, frame: Frame) -> bool:
        """Cases that certainly do not match are not taken, nor those after one that does."""
        subject = self.force(self.eval(node.subject, frame))
        cases: list[tuple[ast.match_case, Bindings, bool]] = []
        may_skip = True
        for case in node.cases:
            verdict, bindings = match_pattern(self, case.pattern, subject, frame)
            if verdict is False:
                continue
            sure = verdict is True and case.guard is None
            if verdict is True and case.guard is not None:
                held = self.guard(case.guard, bindings, frame)
                if held is False:
                    continue
                sure = held is True
            cases.append((case, bindings, sure))
            if sure:
                may_skip = False
                break
        if len(cases) == 1 and not may_skip:
            return self.case_body(*cases[0], frame)()
        for case, _, _ in cases:
            for name in captured(case.pattern):
                frame.env.setdefault(name, UNKNOWN)
        return self.branches([self.case_body(*case, frame) for case in cases], frame, may_skip=may_skip)

    def guard(self, guard: ast.expr, bindings: Bindings, frame: Frame) -> bool | None:
        """Whether the guard of a case that matches holds. What it binds besides stays in the branch."""
        for inner in ast.walk(guard):
            method = (
                inner.func.attr
                if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute)
                else ""
            )
            if method in MUTATORS or isinstance(inner, ast.Await):
                return None  # it is evaluated once, in the branch
        before = frame.env
        self.set_env(frame, {**before, **bindings})
        verdict = truth(self.force(self.eval(guard, frame)))
        self.set_env(frame, before)
        return verdict

    def case_body(
        self, case: ast.match_case, bindings: Bindings, sure: bool, frame: Frame
    ) -> Callable[[], bool]:
        """A case to run later: its names, its guard, its statements."""

        def body() -> bool:
            for name, value in bindings.items():
                self.bind(name, value, case.pattern, frame)
            if case.guard is not None:
                self.eval(case.guard, frame)
            return self.run_body(case.body, frame)

        return body


def join_environments(outcomes: list[dict[str, Value]]) -> dict[str, Value]:
    """The names after branches meet. A name that only some branches set is unset after the others: for an
    upper-case name, which may be a setting that has a default elsewhere, that is one more possibility; any
    other name would not be usable then."""
    merged = dict(outcomes[0])
    for other in outcomes[1:]:
        left_out = 0
        for name, value in other.items():
            mine = merged.get(name)
            if mine is None:
                if name[0] != "?":  # what a test has shown holds only where it was made
                    merged[name] = join(value, UNSET) if name.isupper() else value
                else:
                    left_out += 1
            elif mine is not value:
                merged[name] = join(mine, value)
        if len(merged) + left_out > len(other):  # else the other has all names: most branches do
            for name in merged.keys() - other.keys():
                if name.isupper():
                    merged[name] = join(merged[name], UNSET)
                elif name[0] == "?":
                    del merged[name]
    return merged


def only_imports(body: list[ast.stmt]) -> bool:
    return all(isinstance(statement, (ast.Import, ast.ImportFrom)) for statement in body)


def always_leaves(body: list[ast.stmt]) -> bool:
    """Whether a block ends by leaving it."""
    return bool(body) and isinstance(body[-1], (ast.Return, ast.Raise, ast.Continue, ast.Break))
