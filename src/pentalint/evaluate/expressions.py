"""The value of every expression form. Operator chains are walked in a loop, not by recursion."""

from __future__ import annotations

import ast
from collections.abc import Callable

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.comparisons import judged
from pentalint.evaluate.dictionaries import Mapping, disorder, has_key, put, take_pairs, widen_with
from pentalint.evaluate.elements import add_items, loosen, widen
from pentalint.evaluate.enumerations import Member, Named
from pentalint.evaluate.events import Frame, Use
from pentalint.evaluate.iterators import read_later
from pentalint.evaluate.lists import extend
from pentalint.evaluate.models import Model
from pentalint.evaluate.operations import binary, compare, is_text, slice_of, subscript, text, unary
from pentalint.evaluate.targets import Targets
from pentalint.evaluate.templates import written
from pentalint.evaluate.values import (
    ITEMS,
    REST,
    UNKNOWN,
    Choice,
    Class,
    Const,
    Dict,
    Function,
    Instance,
    List,
    Ref,
    Text,
    Unknown,
    Value,
    join,
    join_all,
    options,
    same,
    truth,
)
from pentalint.evaluate.walks import Iterator, Walk, walk

ONE_BY_ONE = 64
"""A comprehension looks at the elements of an iterable one by one when there are at most this many."""

ROUNDS = 256
"""Elements that one comprehension looks at one by one, those of all its generators together."""

CONVERSIONS = {114: "r", 115: "s", 97: "a"}
"""The conversions of f-strings by the numbers the syntax tree has for them."""

COMPREHENDED: dict[type[ast.AST], str] = {
    ast.ListComp: "list",
    ast.SetComp: "set",
    ast.GeneratorExp: "iterator",
}
"""What each kind of comprehension makes."""

SEQUENCES: dict[type[ast.AST], str] = {ast.List: "list", ast.Tuple: "tuple", ast.Set: "set"}
"""What each kind of display makes."""


class Expressions(Targets):
    """Dispatch by node type."""

    def eval(self, node: ast.expr, frame: Frame) -> Value:
        try:
            handler = HANDLERS[type(node)]
        except KeyError:
            return UNKNOWN
        return handler(self, node, frame)

    def constant(self, node: ast.Constant, frame: Frame) -> Value:
        return Const(node.value)

    def name(self, node: ast.Name, frame: Frame) -> Value:
        value = self.lookup(node.id, frame)
        if type(value) is Ref and value.path in self.listener.use_paths and not bound(node.id, frame):
            self.listener.used(Use(value.path, node, frame))  # a built-in, or brought by a star import
        return value

    def attribute_of(self, node: ast.Attribute, frame: Frame) -> Value:
        return self.attribute(self.eval(node.value, frame), node.attr, node, frame)

    def joined(self, node: ast.JoinedStr, frame: Frame) -> Value:
        pieces: list[Value] = [Const("")]
        parts: list[Value] = []
        for piece in node.values:
            value = self.eval(piece, frame)
            if isinstance(piece, ast.FormattedValue):
                value = self.force(value)
                shown = written(value, CONVERSIONS.get(piece.conversion, ""), self.format_of(piece, frame))
                pieces.append(shown)
                parts.append(value if isinstance(shown, Unknown) and not isinstance(value, Const) else shown)
            else:
                pieces.append(value)
                parts.append(value)
        return text(tuple(parts), "f-string", pieces)

    def format_of(self, node: ast.FormattedValue, frame: Frame) -> str | None:
        """The format specification of a piece of an f-string; None when it is not known."""
        spec = node.format_spec
        if spec is None:
            return ""
        if isinstance(spec, ast.JoinedStr) and all(isinstance(part, ast.Constant) for part in spec.values):
            return "".join(str(part.value) for part in spec.values if isinstance(part, ast.Constant))
        value = self.eval(spec, frame)
        return value.value if isinstance(value, Const) and isinstance(value.value, str) else None

    def formatted(self, node: ast.FormattedValue, frame: Frame) -> Value:
        if node.format_spec is not None:
            self.eval(node.format_spec, frame)
        return self.eval(node.value, frame)

    def binary_chain(self, node: ast.BinOp, frame: Frame) -> Value:
        chain: list[ast.BinOp] = []
        current: ast.expr = node
        while isinstance(current, ast.BinOp):
            chain.append(current)
            current = current.left
        value = self.eval(current, frame)
        for link in reversed(chain):
            value = self.combine(link.op, value, self.eval(link.right, frame))
        return value

    def combine(self, op: ast.operator, left: Value, right: Value) -> Value:
        """`left op right`, alternative by alternative."""
        left, right = self.force(left), self.force(right)
        if isinstance(left, Choice):
            return join_all(self.combine(op, option, right) for option in left.values)
        if isinstance(right, Choice):
            return join_all(binary(op, left, option) for option in right.values)
        return binary(op, left, right)

    def unary_operation(self, node: ast.UnaryOp, frame: Frame) -> Value:
        return unary(node.op, self.force(self.eval(node.operand, frame)))

    def boolean(self, node: ast.BoolOp, frame: Frame) -> Value:
        """`and`, `or`: an operand that decides stops the evaluation of the rest, which stands under its test."""
        outer = frame.tests
        result = self.operands(node, frame)
        frame.tests = outer
        return result

    def operands(self, node: ast.BoolOp, frame: Frame) -> Value:
        stops = isinstance(node.op, ast.Or)
        result: Value | None = None
        for place, operand in enumerate(node.values):
            if place:
                frame.tests = (*frame.tests, node.values[place - 1])
            value = self.force(self.eval(operand, frame) if result is None else self.maybe(operand, frame))
            verdict = truth(value)
            last = place == len(node.values) - 1
            if verdict is stops or last:
                return value if result is None else join(result, value)
            if verdict is None:
                candidate = self.when(value, stops)
                if stops and type(candidate) is Ref and not candidate.taint:
                    candidate = Ref(candidate.path, candidate.arguments, True, base=candidate.base)
                if candidate is not None:
                    result = candidate if result is None else join(result, candidate)
        return UNKNOWN

    def when(self, value: Value, verdict: bool) -> Value | None:
        """The part of a value that can have this truth; None when none can."""
        if not isinstance(value, Choice):
            return value
        kept = [option for option in value.values if truth(option) in (None, verdict)]
        return join_all(kept) if kept else None

    def comparison(self, node: ast.Compare, frame: Frame) -> Value:
        left = self.force(self.eval(node.left, frame))
        if len(node.ops) == 1:
            return self.compared(node.ops[0], left, self.force(self.eval(node.comparators[0], frame)))
        verdict: Value = Const(True)
        for op, comparator in zip(node.ops, node.comparators):
            right = self.force(self.eval(comparator, frame))
            step = self.compared(op, left, right)
            if truth(step) is False:
                verdict = step
            elif truth(step) is None and truth(verdict) is not False:
                verdict = UNKNOWN
            left = right
        return verdict

    def compared(self, op: ast.cmpop, left: Value, right: Value) -> Value:
        """`left op right`; whether something is in an enumeration or an API object whose state is kept."""
        if isinstance(op, (ast.In, ast.NotIn)):
            if isinstance(right, Model):
                return judged(right.holds(left), isinstance(op, ast.In))
            if isinstance(right, Class) and isinstance(left, (Member, Named)):
                right = self.iterated(right)
        if not isinstance(left, Choice) and not isinstance(right, Choice):
            return compare(op, left, right)
        found: Value | None = None
        for one in options(left):
            for other in options(right):
                step = compare(op, one, other)
                if isinstance(step, Unknown) or (found is not None and not same(found, step)):
                    return UNKNOWN
                found = step
        return UNKNOWN if found is None else found

    def conditional(self, node: ast.IfExp, frame: Frame) -> Value:
        verdict = truth(self.force(self.eval(node.test, frame)))
        if verdict is True:
            return self.eval(node.body, frame)
        if verdict is False:
            return self.eval(node.orelse, frame)
        outer = frame.tests
        frame.tests = (*outer, node.test)
        value = join(self.maybe(node.body, frame), self.maybe(node.orelse, frame))
        frame.tests = outer
        return value

    def maybe(self, node: ast.expr, frame: Frame) -> Value:
        """The value of an expression that may not be evaluated: what it changes may stay as it was."""
        if isinstance(node, (ast.Constant, ast.Name)):
            return self.eval(node, frame)
        before, conditional = dict(frame.env), frame.conditional
        frame.conditional = True
        value = self.eval(node, frame)
        frame.conditional = conditional
        for name, after in frame.env.items():
            earlier = before.get(name, after)
            if earlier is not after:
                frame.env[name] = join(earlier, after)
        return value

    def named(self, node: ast.expr, frame: Frame) -> str:
        """The API path an expression names, found without evaluating it (and so without events); "" for
        anything else."""
        if isinstance(node, ast.Name):
            value = self.lookup(node.id, frame)
            return value.path if isinstance(value, Ref) else ""
        if isinstance(node, ast.Attribute):
            base = self.named(node.value, frame)
            path = f"{base}.{node.attr}" if base else ""
        elif isinstance(node, ast.Call):
            base = self.named(node.func, frame)
            path = f"{base}()" if base else ""
        else:
            return ""
        return self.aliases.get(path, path)

    def sequence(self, node: ast.List | ast.Tuple | ast.Set, frame: Frame) -> Value:
        kind = SEQUENCES[type(node)]
        result = List((), kind)
        result.home = frame
        for element in node.elts:
            if type(element) is ast.Starred:
                extend(result, self.iterated(self.eval(element.value, frame)))
            elif kind == "set":
                add_items(result, (self.eval(element, frame),))
            else:
                result.items.append(self.eval(element, frame))
        return result

    def dictionary(self, node: ast.Dict, frame: Frame) -> Value:
        result = Dict()
        result.home = frame
        path = frame.module.path
        for key, item in zip(node.keys, node.values):
            value = self.eval(item, frame)
            if key is None:
                taken = self.mapping(value)
                result.take(taken, replacing=False) if not isinstance(taken, List) else take_pairs(
                    result, taken
                )
                continue
            constant = put(result, self.force(self.eval(key, frame)), value)
            if constant is not REST:
                result.nodes[constant] = (path, KeyValue(key, item))
        return result

    def subscription(self, node: ast.Subscript, frame: Frame) -> Value:
        container = self.force(self.eval(node.value, frame))
        if isinstance(container, (Class, Model, Mapping)) and not isinstance(node.slice, ast.Slice):
            found = self.stateful_item(container, self.force(self.eval(node.slice, frame)), node, frame)
            if found is not None:
                return found
        if isinstance(node.slice, ast.Slice):
            bounds = [
                None if bound is None else self.force(self.eval(bound, frame))
                for bound in (node.slice.lower, node.slice.upper, node.slice.step)
            ]
            if isinstance(container, Ref):
                return container
            return slice_of(container, *bounds)
        index = self.force(self.eval(node.slice, frame))
        if isinstance(container, Ref):
            self.note_item(container.path, index, node, frame)
            return self.api_item(container.path, index)
        if isinstance(container, Choice):
            return join_all(
                self.api_item(option.path, index) if isinstance(option, Ref) else subscript(option, index)
                for option in container.values
            )
        if isinstance(container, Class):
            return container  # a generic alias
        if isinstance(container, Instance):
            for ancestor in self.linear(container.cls):
                if isinstance(ancestor, str):
                    return self.api_item(f"{ancestor}()", index)
        return subscript(container, index)

    def stateful_item(
        self, container: Class | Model | Mapping, index: Value, node: ast.Subscript, frame: Frame
    ) -> Value | None:
        """A member of an enumeration by name, an item of an API object whose state is kept, an entry that a `defaultdict`
        makes; None for what is like any other item."""
        if isinstance(container, Class):
            members = self.enumeration(container)
            name = index.value if isinstance(index, Const) else None
            return None if members is None else members.get(str(name), UNKNOWN)
        if isinstance(container, Model):
            return container.item(index)
        default = container.default
        if default is None or has_key(container, index):
            return None
        if frame.branches or frame.loops > frame.rounds or has_key(container, index) is None:
            container.complete = False
            return None
        call = ast.Call(ast.Name("default", ast.Load()), [], [])
        made = self.invoke(self.force(default), Arguments(), ast.copy_location(call, node), frame)
        put(container, index, made)
        return made

    def item_under(self, container: Ref, key: Value, node: ast.AST, frame: Frame) -> Value:
        """The item of an API object under a key that a pattern names."""
        return self.api_item(container.path, key)

    def note_item(self, path: str, index: Value, node: ast.Subscript, frame: Frame) -> None:
        """Tell the matchers of an item that is read under a constant key."""
        if isinstance(node.ctx, ast.Load) and isinstance(index, Const) and isinstance(index.value, str):
            exact = f"{path}[{index.value}]"
            if exact in self.listener.use_paths:
                self.listener.used(Use(exact, node, frame))

    def walrus(self, node: ast.NamedExpr, frame: Frame) -> Value:
        value = self.eval(node.value, frame)
        self.bind(node.target.id, value, node, frame)
        return value

    def lambda_(self, node: ast.Lambda, frame: Frame) -> Value:
        function = Function(node, frame.module, frame.qualname, None, frame)
        frame.pending.append(function)
        return function

    def awaited(self, node: ast.Await, frame: Frame) -> Value:
        if isinstance(node.value, ast.Call) and node in frame.uses:
            frame.uses[node.value] = frame.uses[node]
        elif isinstance(node.value, ast.Call):
            frame.uses[node.value] = "awaited"
        return self.eval(node.value, frame)

    def yielded(self, node: ast.Yield | ast.YieldFrom, frame: Frame) -> Value:
        if node.value is not None:
            self.eval(node.value, frame)
        if frame.function is not None:
            frame.function.yields = True
        return UNKNOWN

    def starred(self, node: ast.Starred, frame: Frame) -> Value:
        return self.eval(node.value, frame)

    def comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, frame: Frame
    ) -> Value:
        """Element by element over short known iterables, else evaluated once for an unknown element."""
        saved = dict(frame.env)
        result: List | Dict
        if isinstance(node, ast.DictComp):
            result = Dict()
        else:
            result = List([], COMPREHENDED[type(node)])
        try:
            source = self.iterated(self.eval(node.generators[0].iter, frame))
            sources = read_later([source]) if isinstance(node, ast.GeneratorExp) else []
            self.comprehend(node, 0, source, result, [ROUNDS // frame.turns], frame)
            if isinstance(node, ast.GeneratorExp) and isinstance(result, List):
                return Iterator(Walk(result.items, result.complete, result.fixed, result.rest), sources)
            if isinstance(result, List) and result.kind == "set" and len(result.items) > ITEMS:
                loosen(result)
            return result
        finally:
            for target in bound_names(node):
                if target in saved:
                    frame.env[target] = saved[target]
                else:
                    frame.env.pop(target, None)

    def comprehend(
        self,
        node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp,
        place: int,
        source: Value,
        result: List | Dict,
        budget: list[int],
        frame: Frame,
    ) -> None:
        """Add to the result what one generator of a comprehension and those after it give. `budget` is how many
        elements may still be looked at one by one."""
        generator = node.generators[place]
        found = walk(source) if isinstance(source, (List, Dict, Const)) else None
        known = found is not None and found.complete and len(found.items) <= min(ONE_BY_ONE, budget[0])
        if known and found is not None and not generator.is_async:
            budget[0] -= len(found.items)
            if not found.exact:
                disorder(result)
            turns = frame.turns
            frame.turns = turns * max(1, len(found.items))
            for item in found.items:
                self.assign(generator.target, item, generator.target, frame)
                verdicts = [self.tested(test, frame) for test in generator.ifs]
                if False not in verdicts:
                    self.comprehend_rest(node, place, result, None in verdicts, budget, frame)
            frame.turns = turns
            return
        frame.loops += 1
        self.assign(
            generator.target,
            self.element(source) if found is None else found.element(),
            generator.target,
            frame,
        )
        for test in generator.ifs:
            self.tested(test, frame)
        budget[0] = 0
        self.comprehend_rest(node, place, result, True, budget, frame)
        frame.loops -= 1

    def tested(self, test: ast.expr, frame: Frame) -> bool | None:
        """Whether a condition of a comprehension holds; what follows is evaluated as if it did."""
        return truth(self.force(self.eval(test, frame)))

    def comprehend_rest(
        self,
        node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp,
        place: int,
        result: List | Dict,
        maybe: bool,
        budget: list[int],
        frame: Frame,
    ) -> None:
        """What follows for one element of a generator: the next generator, or the element of the result. `maybe` says that
        it may not come to that, or more than once."""
        if place + 1 < len(node.generators):
            source = self.iterated(self.eval(node.generators[place + 1].iter, frame))
            part: List | Dict = result
            if maybe:
                part = List([], result.kind) if isinstance(result, List) else Dict()
            self.comprehend(node, place + 1, source, part, budget, frame)
            if maybe:
                widen_with(result, part)
            return
        if isinstance(node, ast.DictComp):
            key = self.force(self.eval(node.key, frame))
            value = self.eval(node.value, frame)
            assert isinstance(result, Dict)
            put(result, UNKNOWN if maybe else key, value)
            return
        value = self.eval(node.elt, frame)
        assert isinstance(result, List)
        if maybe:
            widen(result, value)
        else:
            add_items(result, (value,))


def bound(name: str, frame: Frame) -> bool:
    """Whether a name has a binding of its own here: then what it stands for was read or imported there."""
    outer: Frame | None = frame
    while outer is not None:
        if name in outer.env:
            return True
        outer = outer.parent
    return name in frame.module.env


class KeyValue(ast.AST):
    """The place of one dictionary entry: from its key to its value."""

    def __init__(self, key: ast.expr, value: ast.expr) -> None:
        super().__init__()
        self.lineno = key.lineno
        self.col_offset = key.col_offset
        self.end_lineno = value.end_lineno
        self.end_col_offset = value.end_col_offset
        self.value = value


def bound_names(node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> list[str]:
    """The names a comprehension binds, which do not leak."""
    return [
        name.id
        for generator in node.generators
        for name in ast.walk(generator.target)
        if isinstance(name, ast.Name)
    ]


HANDLERS: dict[type[ast.AST], Callable[..., Value]] = {
    ast.Constant: Expressions.constant,
    ast.Name: Expressions.name,
    ast.Attribute: Expressions.attribute_of,
    ast.Call: Expressions.call,
    ast.JoinedStr: Expressions.joined,
    ast.FormattedValue: Expressions.formatted,
    ast.BinOp: Expressions.binary_chain,
    ast.UnaryOp: Expressions.unary_operation,
    ast.BoolOp: Expressions.boolean,
    ast.Compare: Expressions.comparison,
    ast.IfExp: Expressions.conditional,
    ast.List: Expressions.sequence,
    ast.Tuple: Expressions.sequence,
    ast.Set: Expressions.sequence,
    ast.Dict: Expressions.dictionary,
    ast.Subscript: Expressions.subscription,
    ast.NamedExpr: Expressions.walrus,
    ast.Lambda: Expressions.lambda_,
    ast.Await: Expressions.awaited,
    ast.Yield: Expressions.yielded,
    ast.YieldFrom: Expressions.yielded,
    ast.Starred: Expressions.starred,
    ast.ListComp: Expressions.comprehension,
    ast.SetComp: Expressions.comprehension,
    ast.GeneratorExp: Expressions.comprehension,
    ast.DictComp: Expressions.comprehension,
}

__all__ = ["Expressions", "Text", "is_text"]
