"""The tracer's guards: what a test that came out one way says of the data in it. See `tracing`."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.branches import join_environments
from pentalint.evaluate.characters import emptied_kinds, safe_kinds
from pentalint.evaluate.events import Frame
from pentalint.evaluate.prefixes import ADDRESSES
from pentalint.evaluate.taint import (
    BARE,
    EVERY,
    NOTHING,
    STRINGS,
    UNROOTED,
    Origin,
    Taint,
    changed,
    common,
    taints_of,
)
from pentalint.evaluate.tracer_functions import Applied
from pentalint.evaluate.tracer_receivers import TracerReceivers
from pentalint.evaluate.tracer_values import ANYTHING
from pentalint.evaluate.values import (
    UNKNOWN,
    Bound,
    Class,
    Const,
    Dict,
    Function,
    Instance,
    List,
    Ref,
    Value,
    join_all,
    options,
    truth,
)

TRANSPARENT = frozenset({"lower", "upper", "strip", "casefold", "lstrip", "rstrip", "title", "capitalize"})
"""String methods that do not hide what was compared."""

BELOW = frozenset({"startswith", "is_relative_to"})
"""Methods that say what a string starts with, or which directory a path lies below."""

OWN_HOST = frozenset({"redirect"})
"""What is safe with the host that the request names: who sends it chooses the host, but a victim's browser names ours."""

UNSET = "?unset"
"""The name under which a frame keeps that a list of what is allowed is empty."""

_AFTER_IN = re.compile(r"in\b(?=((?:[\s(\\]|#[^\n]*\n)*)(\w+)((?:[\s\\]*\.[\s\\]*\w+)*)(\s*#)?)")
"""What follows an `in`: what begins with this name is iterated over, or something is looked for in it."""

_BLANK = re.compile(r"[\s\\]+")

_HOST = re.compile(r"^(?:https?:)?//[^/]+/")

REGEX = {
    "re.fullmatch": True,
    "re.match": False,
    "re.search": False,
    "re.compile().fullmatch": True,
    "re.compile().match": False,
    "re.compile().search": False,
}
"""Regular expression tests, and whether they match the whole string whatever the pattern says."""

NUMBERS = frozenset(
    {"builtins.int", "builtins.float", "builtins.bool", "decimal.Decimal", "uuid.UUID", "datetime.date"}
)

_DOMAIN = re.compile(r"\\\.[a-z]{2,}(?:\)\??)*(?:\$|\\Z)+$")
"""How a regular expression ends that only lets hosts of some domain through."""

ANSWER = re.compile(r"(Response|Exception|Error|Redirect)$")
"""Classes of libraries that no data of a request is an object of."""


class TracerGuards(TracerReceivers):
    """Narrowing of taints by tests, in the function that tests and in those that call it."""

    # -- narrowing -----------------------------------------------------------------------------------------------

    def narrow(self, test: ast.expr, verdict: bool, frame: Frame) -> None:
        if not self.tracing:
            super().narrow(test, verdict, frame)
            return
        narrowed = NARROWED.get(type(test))
        if narrowed is not None:  # of others nothing is learned
            narrowed(self, test, verdict, frame)

    def narrow_named_expression(self, test: ast.NamedExpr, verdict: bool, frame: Frame) -> None:
        """`(name := value)`."""
        self.narrow(test.target, verdict, frame)
        self.narrow(test.value, verdict, frame)

    def narrow_awaited(self, test: ast.Await, verdict: bool, frame: Frame) -> None:
        """`await value`."""
        self.narrow(test.value, verdict, frame)

    def narrow_compared(self, test: ast.Compare, verdict: bool, frame: Frame) -> None:
        """A comparison: what it says of data, and of a name that may be None."""
        by_none = type(test.left) is ast.Name and type(test.comparators[0]) is ast.Constant
        if by_none or self.harmless.get(test) is not frame:
            self.narrow_comparison(test, verdict, frame)
            if by_none:
                super().narrow(test, verdict, frame)

    def narrow_boolean(self, test: ast.BoolOp, verdict: bool, frame: Frame) -> None:
        """`or` that came out true, `and` that came out false, leave open which of the operands decided."""
        if isinstance(test.op, ast.Or) is verdict:
            self.narrow_either(test.values, verdict, frame)
        else:
            super().narrow(test, verdict, frame)

    def narrow_negated(self, test: ast.UnaryOp, verdict: bool, frame: Frame) -> None:
        """`not value`."""
        if isinstance(test.op, ast.Not):
            self.narrow(test.operand, not verdict, frame)

    def narrow_item(self, test: ast.Subscript, verdict: bool, frame: Frame) -> None:
        """`call()[place]`."""
        if isinstance(test.value, ast.Call):
            self.narrow_part(test.value, test.slice, verdict, frame)

    def narrow_attribute(self, test: ast.Attribute, verdict: bool, frame: Frame) -> None:
        """`value.name`."""
        if not verdict:
            self.leave_unset(test, frame)
            value = self.force(self.eval(test, frame))
            if taints_of(value):
                self.clear_parent(value, frame)  # an address without a host

    def narrow_variable(self, test: ast.Name, verdict: bool, frame: Frame) -> None:
        """A name: and what was put under it last, where that was a test."""
        made = frame.env.pop(f"?={test.id}", None)  # `x = f() or x` speaks of what it was before
        if isinstance(made, Const):
            self.narrow(made.value, verdict, frame)
            frame.env[f"?={test.id}"] = made
        if not verdict:
            self.leave_unset(test, frame)
            self.clear(self.force(self.lookup(test.id, frame)), None, EVERY, frame)  # it is empty
        super().narrow(test, verdict, frame)

    def comparison(self, node: ast.Compare, frame: Frame) -> Value:
        """As ever; and a test that there is nothing to learn from is remembered."""
        if len(node.ops) != 1:
            return super().comparison(node, frame)
        left = self.force(self.eval(node.left, frame))
        right = self.force(self.eval(node.comparators[0], frame))
        if taints_of(left) or taints_of(right):
            self.harmless.pop(node, None)
            if isinstance(node.ops[0], (ast.Eq, ast.NotEq)):
                self.check_comparison(left, right, node.comparators[0], node, frame)
                self.check_comparison(right, left, node.left, node, frame)
        else:
            self.harmless[node] = frame
        return self.compared(node.ops[0], left, right)

    def narrow_either(self, tests: list[ast.expr], verdict: bool, frame: Frame) -> None:
        """One of several tests came out as `verdict`, those before it the other way: what each of them leaves."""
        saved = frame.env
        outcomes = []
        for place, test in enumerate(tests):
            frame.env = dict(saved)
            for other in tests[:place]:
                self.narrow(other, not verdict, frame)
            self.narrow(test, verdict, frame)
            outcomes.append(frame.env)
        frame.env = saved
        joined = join_environments(outcomes)
        saved.clear()
        saved.update(joined)

    def narrow_call(self, test: ast.Call, verdict: bool, frame: Frame) -> None:
        """A call as a test: a guard the packs name, a regular expression, or a project function that returns a verdict."""
        if (
            isinstance(test.func, ast.Name)
            and test.func.id in ("all", "any", "bool", "len")
            and len(test.args) == 1
        ):
            self.narrow_each(test, verdict, frame)
            return
        if verdict and isinstance(test.func, ast.Attribute) and test.func.attr == "get" and test.args:
            self.narrow_entry(test.func.value, test.args[0], frame)
        noted = self.latest.get(test)
        if noted is None:
            if isinstance(test.func, ast.Attribute):
                self.narrow_method(test, verdict, frame)
            return
        callee, arguments, applied = noted
        if applied is not None:
            kinds = applied.held if verdict else applied.failed
            function = callee.function if isinstance(callee, Bound) else callee
            if isinstance(function, Function) and verdict:
                self.narrow_named(function.name, arguments, frame)
            if isinstance(function, Function) and kinds:
                receiver = callee.receiver if isinstance(callee, Bound) else None
                self.returned_with(function, receiver, arguments, kinds, test, frame)
        elif isinstance(callee, Ref):
            tells = self.telling.get(callee.path)
            if tells is None:
                tells = self.telling[callee.path] = self.tells(callee.path)
            if tells:
                if verdict:
                    self.narrow_named(callee.path.rpartition(".")[2], arguments, frame)
                self.narrow_result(callee, arguments, test, verdict, frame)
            if isinstance(test.func, ast.Attribute):
                self.narrow_method(test, verdict, frame)

    def tells(self, path: str) -> bool:
        """Whether anything is learned of a call of an API that is a test: of 7 in 10 there is not (pretix)."""
        name = path.rpartition(".")[2]
        return (
            path == "builtins.isinstance"
            or path in REGEX
            or self.known(path, self.model.guards) is not None
            or any(pattern.search(name) is not None for pattern, _ in self.model.verdicts)
        )

    def narrow_part(self, call: ast.Call, place: ast.expr, verdict: bool, frame: Frame) -> None:
        """One place of the tuple that a project function returned, as a test."""
        callee, arguments, applied = self.latest.get(call) or (None, None, None)
        index = place.value if isinstance(place, ast.Constant) else None
        if applied is None or arguments is None or not isinstance(index, int):
            return
        function = callee.function if isinstance(callee, Bound) else callee
        if isinstance(function, Function) and 0 <= index < len(applied.parts):
            kinds = applied.parts[index][0 if verdict else 1]
            receiver = callee.receiver if isinstance(callee, Bound) else None
            self.returned_with(function, receiver, arguments, kinds, call, frame)

    def leave_unset(self, test: ast.Name | ast.Attribute, frame: Frame) -> None:
        """A list that the function looks through is empty: whoever configured it asked for no check."""
        function = frame.function
        if function is None:
            return
        node = function.node
        listed = self.lists.get(node)
        if listed is None:
            if node not in self.after_in:
                self.after_in[node] = after_in(function.text)
            named, written = self.after_in[node], dotted(test)
            if named is not None and written and written not in named:
                if f"{written.partition('.')[0]}." not in named:
                    return  # 9 in 10 times: a walk over the function can be done without
            listed = self.lists[node] = looked_through(node)
        if listed and self.spelled(test) in listed:
            if not taints_of(self.force(self.eval(test, frame))):
                frame.env[UNSET] = Const(True)

    def narrow_entry(self, container: ast.expr, key: ast.expr, frame: Frame) -> None:
        """Something was found under a key: so the key is one of those known."""
        value = self.force(self.eval(key, frame))
        if taints_of(value) and not taints_of(self.force(self.eval(container, frame))):
            self.clear(value, key, EVERY, frame)

    def narrow_named(self, name: str, arguments: Arguments, frame: Frame) -> None:
        """A function whose name says what its verdict means, however it comes to it."""
        named = self.named_verdicts.get(name)
        if named is None:  # the patterns are tried once for each name
            named = self.named_verdicts[name] = tuple(
                kinds for pattern, kinds in self.model.verdicts if pattern.search(name) is not None
            )
        for kinds in named:
            for value in arguments.every():
                self.clear(self.force(value), None, kinds, frame)

    def narrow_each(self, test: ast.Call, verdict: bool, frame: Frame) -> None:
        """`bool(test)`, and `all(test for c in x)`: what holds of every character holds of the string."""
        inner = test.args[0]
        if isinstance(test.func, ast.Name) and test.func.id in ("bool", "len"):
            self.narrow(inner, verdict, frame)
            return
        if verdict and test.func.id == "any" and isinstance(inner, ast.GeneratorExp):  # type: ignore[attr-defined]
            self.narrow(inner.elt, True, frame)
            return
        wanted = "all" if verdict else "any"
        if not (
            isinstance(test.func, ast.Name) and test.func.id == wanted and isinstance(inner, ast.GeneratorExp)
        ):
            return
        generator = inner.generators[0]
        tested = inner.elt
        operator = ast.In if verdict else ast.NotIn
        member = (
            isinstance(tested, ast.Compare)
            and isinstance(tested.ops[0], operator)
            and not taints_of(self.force(self.eval(tested.comparators[0], frame)))
        )
        plain = (
            isinstance(tested, ast.Call)
            and isinstance(tested.func, ast.Attribute)
            and tested.func.attr in ("isalnum", "isdigit", "isalpha")
        )
        if member or plain:
            self.clear(self.force(self.eval(generator.iter, frame)), generator.iter, EVERY, frame)

    def narrow_method(self, test: ast.Call, verdict: bool, frame: Frame) -> None:
        """A method of the tested string itself: `x.isdigit()`, `x.startswith(...)`."""
        assert isinstance(test.func, ast.Attribute)
        if not verdict:
            return
        name = test.func.attr
        kinds: frozenset[str] = NOTHING
        for guard in self.model.guards.get(f"{ANYTHING}.{name}", ()):
            if guard.key == "self":
                kinds |= guard.kinds
        below = name in BELOW and bool(test.args)
        if not kinds and not below:
            return  # of most methods nothing is learned: the object need not be evaluated once more (1 in 12 expressions)
        value = self.force(self.eval(test.func.value, frame))
        if not taints_of(value):
            return
        if below:
            kinds |= self.below(value, test, name, frame)
        if kinds:
            if "path" in kinds:  # the path that was made absolute speaks for the one it was made of
                self.clear_origins({taint.origin for taint in taints_of(value)}, kinds, frame)
            self.clear(value, test.func.value, kinds, frame)

    def below(self, value: Value, test: ast.Call, name: str, frame: Frame) -> frozenset[str]:
        """What it says that a string starts with another, or a path lies below one."""
        first = test.args[0]
        hosts = taints_of(self.force(self.eval(first, frame))) if isinstance(first, ast.Attribute) else ()
        if hosts and all(taint.origin.kind == "host" for taint in hosts):
            return OWN_HOST
        if isinstance(first, ast.Constant) and isinstance(first.value, str) and _HOST.match(first.value):
            return frozenset({"url", "redirect"})
        if isinstance(first, ast.Constant) and first.value == "/":
            if all(UNROOTED in taint.cleared for taint in taints_of(value)):
                return EVERY  # it cannot come to this
        if name == "is_relative_to" or all("path-normalised" in taint.cleared for taint in taints_of(value)):
            return frozenset({"path", "archive"})
        return NOTHING

    def narrow_result(
        self, callee: Ref, arguments: Arguments, test: ast.Call | None, verdict: bool, frame: Frame
    ) -> None:
        """A call of an API as a test."""
        path = callee.path
        signature = self.knowledge.signatures.get(path, ())
        if path == "builtins.isinstance" and len(arguments.positional) == 2:
            tested = self.force(arguments.positional[0])
            excluded = self.excluded(tested, self.force(arguments.positional[1]), verdict)
            self.clear(join_all(excluded), first(arguments), EVERY, frame)
        if path in REGEX:
            if verdict or path.endswith("search"):
                self.narrow_regex(callee, arguments, REGEX[path], verdict, frame)
            return
        for guard in self.model.guards.get(self.known(path, self.model.guards) or "", ()):
            if guard.key == "self" or not verdict:
                continue
            if guard.test is not None and not guard.test(arguments, signature, self):
                continue
            value = arguments.get(guard.key, signature)
            if value is not None:
                node = arguments.node(guard.key, signature)
                if guard.kinds <= ADDRESSES:
                    origins = {taint.origin for taint in taints_of(self.force(value))}
                    self.clear_origins(origins, guard.kinds, frame)
                self.clear(
                    self.force(value), node if isinstance(node, ast.expr) else None, guard.kinds, frame
                )

    def excluded(self, value: Value, wanted: Value, verdict: bool) -> list[Value]:
        """What a value cannot be when it is of one of some classes, or of none of them: text of a request is of no class that
        somebody has written, and nothing else than text."""
        classes = [self.force(one) for one in (wanted.items if isinstance(wanted, List) else [wanted])]
        carrying = [one for one in options(value) if taints_of(one)]
        if verdict and all(isinstance(one, Ref) and one.path in NUMBERS for one in classes):
            return carrying
        carrying = [
            one for one in carrying if all(taint.origin.kind == "user-input" for taint in taints_of(one))
        ]
        if not verdict:
            texts = any(isinstance(one, Ref) and one.path == "builtins.str" for one in classes)
            return [
                one for one in carrying if texts and all(t.origin.detail in STRINGS for t in taints_of(one))
            ]
        if all(isinstance(one, Ref) and (one.path in NUMBERS or ANSWER.search(one.path)) for one in classes):
            return carrying
        if all(isinstance(one, Ref) and one.path in ("builtins.str", "builtins.bytes") for one in classes):
            boxes: list[Value] = [one for one in carrying if isinstance(one, (List, Dict, Instance))]
            return boxes if len(boxes) == len(carrying) else []
        if all(isinstance(one, Class) for one in classes):
            return [one for one in carrying if isinstance(one, Ref) and one.path[:1] != ANYTHING]
        return []

    def narrow_regex(
        self, callee: Ref, arguments: Arguments, whole: bool, verdict: bool, frame: Frame
    ) -> None:
        """A regular expression that matched, by the characters it lets through; or one that was found nowhere."""
        given = list(arguments.positional)
        nodes = list(arguments.nodes)
        if callee.path.startswith("re.compile()"):
            pattern = callee.arguments.get("0=pattern") if callee.arguments is not None else None
        else:
            pattern = given.pop(0) if given else None
            nodes = nodes[1:]
        if given and isinstance(pattern, Const) and isinstance(pattern.value, str):
            kinds = safe_kinds(pattern.value, whole) if verdict else emptied_kinds(pattern.value, "")
            value = self.force(given[0])
            if kinds:
                self.clear(value, nodes[0] if nodes else None, kinds, frame)
            if verdict and _DOMAIN.search(pattern.value if not whole else f"{pattern.value}$"):
                self.clear_parent(value, frame)

    def narrow_comparison(self, test: ast.Compare, verdict: bool, frame: Frame) -> None:
        """Membership in a collection, or equality with something that is not tainted."""
        if len(test.ops) != 1:
            return
        op, left, right = test.ops[0], test.left, test.comparators[0]
        if self.harmless.get(test) is frame:
            pass  # neither side was tainted when the test was evaluated
        elif isinstance(op, (ast.In, ast.NotIn)):
            if isinstance(op, ast.In) is verdict:
                self.narrow_member(left, right, frame)
            elif isinstance(left, ast.Constant) and isinstance(left.value, str):
                kinds = (
                    frozenset({"path"}) if left.value == ".." else emptied_kinds(re.escape(left.value), "")
                )
                if kinds:
                    self.clear(self.force(self.eval(right, frame)), right, kinds, frame)
        elif (
            isinstance(op, (ast.Eq, ast.NotEq, ast.Is, ast.IsNot))
            and isinstance(op, (ast.Eq, ast.Is)) is verdict
        ):
            value, with_ = self.force(self.eval(left, frame)), self.force(self.eval(right, frame))
            self.narrow_equal(value, left, with_, frame)
            if taints_of(value):  # what it says of the one may say something of the other
                value, with_ = self.force(self.eval(left, frame)), self.force(self.eval(right, frame))
            self.narrow_equal(with_, right, value, frame)
        if isinstance(left, ast.Name) and isinstance(right, ast.Constant) and right.value is None:
            made = frame.env.get(f"?={left.id}")
            if isinstance(made, Const) and isinstance(made.value, ast.Call):
                self.narrow(made.value, isinstance(op, (ast.IsNot, ast.NotEq)) is verdict, frame)

    def narrow_equal(self, value: Value, node: ast.expr, other: Value, frame: Frame) -> None:
        """A value was found equal to another."""
        if isinstance(other, Const) and other.value is None:
            return
        if taints_of(value) and not taints_of(other):
            self.clear_compared(value, node, frame)
        elif taints_of(value):
            self.clear_unchanged(value, node, other, frame)
            if all(taint.origin.kind == "host" for taint in taints_of(other)):
                self.clear_parent(value, frame, OWN_HOST)

    def clear_unchanged(self, value: Value, node: ast.expr, other: Value, frame: Frame) -> None:
        """`x == basename(x)`: what a sanitizer leaves as it is was safe already."""
        mine = frozenset(taints_of(value))
        made = [taint for taint in taints_of(other) if taint.after(mine)]
        if made:
            kinds = frozenset.intersection(*(taint.cleared for taint in made))
            if kinds:
                self.clear(value, node, kinds, frame)

    def narrow_member(self, left: ast.expr, right: ast.expr, frame: Frame) -> None:
        """`left in right`."""
        value = self.force(self.eval(left, frame))
        container = self.force(self.eval(right, frame))
        if isinstance(container, Const):
            return  # part of a string says little
        if taints_of(value) and not taints_of(container):
            self.clear_compared(value, left, frame)
        elif isinstance(right, ast.Attribute) and right.attr == "parents":
            self.clear(self.force(self.eval(right.value, frame)), right.value, frozenset({"path"}), frame)

    def clear_compared(self, value: Value, node: ast.expr, frame: Frame) -> None:
        """A value was found equal to something harmless."""
        self.clear_parent(value, frame)
        while (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in TRANSPARENT
        ):
            node = node.func.value
            value = self.force(self.eval(node, frame))
        self.clear(value, node, EVERY, frame)

    def clear_parent(self, value: Value, frame: Frame, among: frozenset[str] | None = None) -> None:
        """A value was compared that speaks for the data it was taken from, as a host does for an address: for all kinds
        of sink the packs say, or for those `among` them."""
        for option in options(value):
            if isinstance(option, Ref):
                path = option.path
                while path.endswith("()") and path[:-2].rpartition(".")[2] in TRANSPARENT:
                    path = path.rpartition(".")[0]
                for name in (path, f"{ANYTHING}.{path.rpartition('.')[2]}"):
                    kinds = self.model.compared.get(name)
                    kinds = kinds & among if kinds is not None and among is not None else kinds
                    if kinds:
                        self.clear_origins({taint.origin for taint in option.taint}, kinds, frame)

    # -- clearing ------------------------------------------------------------------------------------------------

    def clear(self, value: Value, node: ast.expr | None, kinds: frozenset[str], frame: Frame) -> None:
        """A check has shown a value to be safe for kinds: so is every name that holds it or what was made of it."""
        known = frozenset(taints_of(value))
        if not known:
            return
        origins = {taint.origin for taint in known}

        def change(taint: Taint) -> Taint:
            if taint.origin in origins and not kinds <= taint.guarded and taint.after(known):
                return taint.checked(kinds)
            return taint

        self.rewrite(change, frame)
        if isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
            frame.checked = True
            key = f"?{self.spelled(node)}"
            before = frame.env.get(key)
            merged = kinds | (before.value if isinstance(before, Const) else NOTHING)
            frame.env[key] = Const(merged)

    def spelled(self, node: ast.expr) -> str:
        """An expression as text: under it a frame keeps what a test has shown of it."""
        found = self.spellings.get(node)
        if found is None:
            found = self.spellings[node] = dotted(node) or ast.unparse(node)
        return found

    def clear_origins(self, origins: set[Origin], kinds: frozenset[str], frame: Frame) -> None:
        """A check of a part has shown all data of some origins to be safe for kinds."""

        def change(taint: Taint) -> Taint:
            if taint.origin in origins and not kinds <= taint.guarded:
                return taint.checked(kinds)
            return taint

        self.rewrite(change, frame)

    def rewrite(self, change: Callable[[Taint], Taint], frame: Frame) -> None:
        """Replace taints in every local name, and in the attributes of `self`."""
        known: dict[Taint, Taint] = {}

        def change_once(taint: Taint) -> Taint:
            found = known.get(taint)
            if found is None:
                found = known[taint] = change(taint)
            return found

        for name, value in frame.env.items():
            kind = type(value)
            if kind not in BARE and (kind is not Ref or value.taint):  # type: ignore[union-attr]
                frame.env[name] = changed(value, change_once)

    def guarded(self, node: ast.expr, value: Value, frame: Frame) -> Value:
        """The value of an expression that a test has spoken of in these words."""
        found = frame.env.get(f"?{self.spelled(node)}")
        if isinstance(found, Const) and taints_of(value):
            return changed(value, lambda taint: taint.checked(found.value))
        return value

    # -- verdicts of project functions ---------------------------------------------------------------------------

    def decide_returns(self, function: Function, frame: Frame) -> None:
        frame.verdicts = [] if frame.entered else None

    def note_verdicts(self, value: Value, node: ast.expr | None, frame: Frame) -> None:
        """At a `return`: what is known of the arguments then, if what is returned is true, and if it is false."""
        if frame.verdicts is None:
            return
        frame.verdicts.append(self.shown_by(value, node, frame))
        items = value.items if isinstance(value, List) else []
        if isinstance(node, ast.Tuple) and len(items) == len(node.elts):
            frame.parts.append([self.shown_by(item, part, frame) for item, part in zip(items, node.elts)])

    def shown_by(
        self, value: Value, node: ast.expr | None, frame: Frame
    ) -> list[dict[str, frozenset[str]] | None]:
        """What is known of the arguments: always, if a value is true, and if it is false; None for what does not occur."""
        known = truth(value)
        after = self.safe_now(frame)
        if UNSET in frame.env and (node is None or (isinstance(node, ast.Constant) and known is not False)):
            return [None, None, None]
        outcome: list[dict[str, frozenset[str]] | None] = [after, None, None]
        for place, verdict in ((1, True), (2, False)):
            if known is (not verdict):
                continue
            if node is None or isinstance(node, ast.Constant):
                outcome[place] = after
                continue
            saved = frame.env
            frame.env = dict(saved)
            self.narrow(node, verdict, frame)
            outcome[place] = self.safe_now(frame)
            frame.env = saved
        return outcome

    def safe_now(self, frame: Frame) -> dict[str, frozenset[str]]:
        """Parameter -> the kinds that checks have shown it to be safe for."""
        found: dict[str, frozenset[str]] = {}
        for name, before in frame.entered.items():
            value = frame.env.get(name, UNKNOWN)
            origins = {taint.origin for taint in taints_of(before)}
            now = [taint.guarded for taint in taints_of(value) if taint.origin in origins]
            if now:
                found[name] = common(now)
        return found

    def conclude(self, applied: Applied, frame: Frame) -> None:
        """What all returns of a function agree on."""
        if not frame.verdicts:
            return
        for place, target in ((0, applied.after), (1, applied.held), (2, applied.failed)):
            target.update(agreed([one[place] for one in frame.verdicts], frame.entered))
        if len(frame.parts) == len(frame.verdicts):
            for ways in zip(*frame.parts):
                held, failed = (agreed([one[place] for one in ways], frame.entered) for place in (1, 2))
                applied.parts.append((held, failed))

    def returned_from(self, given: dict[str, Value], applied: Applied, frame: Frame) -> None:
        """A function came back: what its checks let through is safe."""
        for name, kinds in applied.after.items():
            value = given.get(name)
            if value is not None and any(not kinds <= taint.guarded for taint in taints_of(value)):
                self.clear(value, None, kinds, frame)

    def returned_with(
        self,
        function: Function,
        receiver: Value | None,
        arguments: Arguments,
        kinds: dict[str, frozenset[str]],
        test: ast.Call,
        frame: Frame,
    ) -> None:
        """A project function returned the verdict a branch depends on."""
        given = self.signature(function).bind(arguments, receiver)
        for name, safe in kinds.items():
            value = given.get(name)
            if value is None:
                continue
            node: ast.expr | None = None
            for place, item in enumerate(arguments.positional):
                if item is value and place < len(arguments.nodes):
                    node = arguments.nodes[place]
            self.clear(self.force(value), node, safe, frame)


def agreed(
    ways: Sequence[dict[str, frozenset[str]] | None], names: Iterable[str]
) -> dict[str, frozenset[str]]:
    """What all returns say of the arguments, those left out that do not occur."""
    found = {}
    for name in names:
        kinds = common([way.get(name, NOTHING) for way in ways if way is not None])
        if kinds:
            found[name] = kinds
    return found


def after_in(text: str) -> frozenset[str] | None:
    """The names and attributes that an `in` stands before in a text, and perhaps others; `name.` for all attributes of a name,
    where brackets or comments are between. None when that cannot be read off the text."""
    if not text or not text.isascii():
        return None
    found: set[str] = set()
    for lead, name, rest, comment in _AFTER_IN.findall(text):
        found.add(_BLANK.sub("", name + rest) if rest else name)
        if comment or "(" in lead:
            found.add(f"{name}.")
    return frozenset(found)


def looked_through(function: ast.AST) -> frozenset[str]:
    """The names and attributes that a function iterates over, or asks what is in them."""
    found = set()
    left: list[Any] = [function]
    while left:  # less is gone through than with `ast.walk`: no leaves, and in any order
        node = left.pop()
        for held in vars(node).values():
            kind = type(held)
            if kind is list:
                left.extend([one for one in held if type(one) not in LEAVES])
            elif kind not in LEAVES:
                left.append(held)
        listed: list[ast.expr] = []
        if isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)):
            listed = [node.iter]
        elif isinstance(node, ast.Compare):
            listed = [at for op, at in zip(node.ops, node.comparators) if isinstance(op, (ast.In, ast.NotIn))]
        for one in listed:
            if isinstance(one, (ast.Name, ast.Attribute)):
                found.add(dotted(one) or ast.unparse(one))
    return frozenset(found)


LEAVES = frozenset({int, bool, str, type(None), ast.Name, ast.Constant, ast.Load, ast.Store, ast.Del})
"""What a syntax tree holds that holds no expressions."""


def dotted(node: ast.expr) -> str:
    """A name, or a chain of attributes of one, as `ast.unparse` writes it in 30 times the time; "" for other expressions."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    return ".".join((node.id, *reversed(names))) if isinstance(node, ast.Name) else ""


def first(arguments: Arguments) -> ast.expr | None:
    """The node of the first argument."""
    return arguments.nodes[0] if arguments.nodes else None


NARROWED: dict[type[ast.AST], Callable[..., None]] = {
    ast.NamedExpr: TracerGuards.narrow_named_expression,
    ast.Await: TracerGuards.narrow_awaited,
    ast.Call: TracerGuards.narrow_call,
    ast.Compare: TracerGuards.narrow_compared,
    ast.BoolOp: TracerGuards.narrow_boolean,
    ast.UnaryOp: TracerGuards.narrow_negated,
    ast.Subscript: TracerGuards.narrow_item,
    ast.Attribute: TracerGuards.narrow_attribute,
    ast.Name: TracerGuards.narrow_variable,
}
"""How a test of each kind narrows."""
