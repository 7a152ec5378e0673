"""The value of every expression form. Operator chains are walked in a loop, not by recursion."""

from __future__ import annotations

import ast
from collections.abc import Callable

from pentalint.evaluate.arguments import constant_key
from pentalint.evaluate.events import Frame, Use
from pentalint.evaluate.operations import binary, compare, is_text, slice_of, subscript, text, unary
from pentalint.evaluate.targets import Targets
from pentalint.evaluate.values import (
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
    Value,
    join,
    join_all,
    truth,
)


class Expressions(Targets):
    """Dispatch by node type."""

    def eval(self, node: ast.expr, frame: Frame) -> Value:
        handler = HANDLERS.get(type(node))
        return handler(self, node, frame) if handler is not None else UNKNOWN

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
        parts: list[Value] = []
        for piece in node.values:
            value = self.eval(piece, frame)
            if isinstance(piece, ast.FormattedValue):
                if isinstance(value, Const) and piece.format_spec is None and piece.conversion in (-1, 115):
                    value = Const(str(value.value))
                elif isinstance(value, Const):
                    value = UNKNOWN
            parts.append(value)
        if all(isinstance(part, Const) for part in parts):
            return text((Const(""), *parts), "+")
        return text(tuple(parts), "f-string")

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
            value = self.force(self.eval(operand, frame))
            verdict = truth(value)
            last = place == len(node.values) - 1
            if verdict is stops or last:
                return value if result is None else join(result, value)
            if verdict is None:
                candidate = self.when(value, stops)
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
            return compare(node.ops[0], left, self.force(self.eval(node.comparators[0], frame)))
        verdict: Value = Const(True)
        for op, comparator in zip(node.ops, node.comparators):
            right = self.force(self.eval(comparator, frame))
            step = compare(op, left, right)
            if truth(step) is False:
                verdict = step
            elif truth(step) is None and truth(verdict) is not False:
                verdict = UNKNOWN
            left = right
        return verdict

    def conditional(self, node: ast.IfExp, frame: Frame) -> Value:
        verdict = truth(self.force(self.eval(node.test, frame)))
        if verdict is True:
            return self.eval(node.body, frame)
        if verdict is False:
            return self.eval(node.orelse, frame)
        outer = frame.tests
        frame.tests = (*outer, node.test)
        value = join(self.eval(node.body, frame), self.eval(node.orelse, frame))
        frame.tests = outer
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
        kind = {ast.List: "list", ast.Tuple: "tuple", ast.Set: "set"}[type(node)]
        result = List([], kind)
        result.home = frame
        for element in node.elts:
            if isinstance(element, ast.Starred):
                value = self.force(self.eval(element.value, frame))
                if isinstance(value, List):
                    result.items.extend(value.items)
                    result.complete = result.complete and value.complete
                else:
                    result.complete = False
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
                result.take(self.force(value))
                continue
            try:
                constant = constant_key(self.force(self.eval(key, frame)))
                result.entries[constant] = value
                result.nodes[constant] = (path, KeyValue(key, item))
            except (ValueError, TypeError):
                result.complete = False
        return result

    def subscription(self, node: ast.Subscript, frame: Frame) -> Value:
        container = self.force(self.eval(node.value, frame))
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
        """Evaluated once for an unknown element; over a short known list, element by element."""
        saved = dict(frame.env)
        first = node.generators[0]
        source = self.force(self.eval(first.iter, frame))
        known = (
            isinstance(source, List)
            and source.complete
            and len(source.items) <= 64
            and len(node.generators) == 1
            and isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp))
        )
        try:
            if known:
                assert isinstance(source, List) and not isinstance(node, ast.DictComp)
                return self.comprehend(node, source, frame)
            frame.loops += 1
            self.assign(first.target, self.element(source), first.target, frame)
            for test in first.ifs:
                self.eval(test, frame)
            for generator in node.generators[1:]:
                inner = self.force(self.eval(generator.iter, frame))
                self.assign(generator.target, self.element(inner), generator.target, frame)
                for test in generator.ifs:
                    self.eval(test, frame)
            if isinstance(node, ast.DictComp):
                self.eval(node.key, frame)
                self.eval(node.value, frame)
                result: Value = Dict(complete=False)
            else:
                self.eval(node.elt, frame)
                result = List([], "set" if isinstance(node, ast.SetComp) else "list", complete=False)
            frame.loops -= 1
            return result
        finally:
            for target in bound_names(node):
                if target in saved:
                    frame.env[target] = saved[target]
                else:
                    frame.env.pop(target, None)

    def comprehend(
        self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp, source: List, frame: Frame
    ) -> Value:
        """A comprehension over known elements."""
        first = node.generators[0]
        result = List([], "set" if isinstance(node, ast.SetComp) else "list")
        for item in source.items:
            self.assign(first.target, item, first.target, frame)
            verdicts = [truth(self.force(self.eval(test, frame))) for test in first.ifs]
            if False in verdicts:
                continue
            if None in verdicts:
                result.complete = False
                continue
            result.items.append(self.eval(node.elt, frame))
        return result


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
