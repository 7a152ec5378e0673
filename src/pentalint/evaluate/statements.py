"""What statements do: assignments, branches and joins, loops, definitions. The whole interpreter, assembled."""

from __future__ import annotations

import ast
from collections.abc import Callable

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.attributes import own
from pentalint.evaluate.branches import Branches
from pentalint.evaluate.core import qualify
from pentalint.evaluate.events import ClassDefined, Frame
from pentalint.evaluate.methods import forget, remove_item
from pentalint.evaluate.models import Model
from pentalint.evaluate.modules import Module
from pentalint.evaluate.slices import set_slice
from pentalint.evaluate.values import (
    UNKNOWN,
    Builtin,
    Class,
    Const,
    Decorator,
    Dict,
    Function,
    List,
    Ref,
    Value,
    join_all,
    options,
)


class Interpreter(Branches):
    """Evaluates modules and functions and tells the listener what happens. See `core` for the parts."""

    def analyse(self, module: Module, wanted: Callable[[Function], bool]) -> None:
        """Evaluate a module, then each of its functions for which `wanted` holds, and those defined within."""
        self.load(module)
        place = 0
        while place < len(module.functions):
            function = module.functions[place]
            place += 1
            if function.state == 0 and wanted(function):
                self.uncertain = False
                self.evaluate(function)

    def run_body(self, body: list[ast.stmt], frame: Frame) -> bool:
        for statement in body:
            try:
                handler = HANDLERS[type(statement)]
            except KeyError:  # `pass`, and what only type checkers see
                continue
            if handler(self, statement, frame) is False:
                return False
        return True

    # -- simple statements ---------------------------------------------------------------------------------------

    def expression(self, node: ast.Expr, frame: Frame) -> bool:
        note_use(node.value, "discarded", frame)
        value = self.eval(node.value, frame)
        return not (isinstance(value, Ref) and value.path in NEVER_RETURNS)

    def assignment(self, node: ast.Assign, frame: Frame) -> None:
        frame.target = node.targets[0]
        value = self.eval(node.value, frame)
        frame.target = None
        for target in node.targets:
            self.assign(target, value, node, frame)

    def annotated_assignment(self, node: ast.AnnAssign, frame: Frame) -> None:
        if node.value is not None:
            frame.target = node.target
            value = self.eval(node.value, frame)
            frame.target = None
            self.assign(node.target, value, node, frame)

    def augmented(self, node: ast.AugAssign, frame: Frame) -> None:
        target = node.target
        load = ast.copy_location(as_load(target), target)
        current = self.eval(load, frame)
        right = self.eval(node.value, frame)
        if isinstance(target, ast.Name) and any(
            in_place(node.op, option) for option in options(self.force(current))
        ):
            self.detach(target, frame)
            changed = [
                self.changed(node, load, option, right, frame)
                for option in options(self.force(self.eval(load, frame)))
            ]
            self.assign(target, join_all(changed), node, frame)
            return
        self.assign(target, self.combine(node.op, current, right), node, frame)

    def changed(self, node: ast.AugAssign, load: ast.expr, value: Value, right: Value, frame: Frame) -> Value:
        """What an augmented assignment makes of a value: a list, set or dictionary is itself changed, for all its names."""
        method = in_place(node.op, value)
        if not method:
            return self.combine(node.op, value, right)
        if method == "repeat" and isinstance(value, List):
            made = self.combine(node.op, value, right)
            if isinstance(made, List) and frame.loops <= frame.rounds:
                value.items, value.complete, value.fixed = made.items, made.complete, made.fixed
            else:
                forget(value)
            return value
        arguments = Arguments()
        arguments.add(right, node.value)
        call = ast.Call(ast.Attribute(load, method, ast.Load()), [node.value], [])
        self.call_builtin_method(Builtin(value, method), arguments, ast.copy_location(call, node), frame)
        return value

    def delete(self, node: ast.Delete, frame: Frame) -> None:
        for target in node.targets:
            if isinstance(target, ast.Name):
                frame.env.pop(target.id, None)
            elif isinstance(target, ast.Subscript):
                self.delete_item(target, frame)
            elif isinstance(target, ast.Attribute):
                self.eval(target.value, frame)

    def delete_item(self, target: ast.Subscript, frame: Frame) -> None:
        """`del x[key]`."""
        self.detach(target.value, frame)
        container = self.force(self.eval(target.value, frame))
        sliced = isinstance(target.slice, ast.Slice)
        key = (
            self.force(self.eval(target.slice, frame)) if not isinstance(target.slice, ast.Slice) else UNKNOWN
        )
        bounds = self.bounds(target.slice, frame) if isinstance(target.slice, ast.Slice) else None
        for option in options(container):
            if isinstance(option, Model):
                option.forget() if frame.loops > frame.rounds else option.delete_item(key)
            if isinstance(option, (List, Dict)) and self.may_change(option, target.value, frame):
                if frame.loops > frame.rounds:
                    forget(option)
                elif sliced and isinstance(option, List):
                    set_slice(option, bounds, None)
                else:
                    remove_item(option, key)

    def returned(self, node: ast.Return, frame: Frame) -> bool:
        if node.value is None:
            frame.returns.append(Const(None))
        else:
            note_use(node.value, "returned", frame)
            frame.returns.append(self.eval(node.value, frame))
        return False

    def raised(self, node: ast.Raise, frame: Frame) -> bool:
        if node.exc is not None:
            note_use(node.exc, "raised", frame)
            self.eval(node.exc, frame)
        if node.cause is not None:
            self.eval(node.cause, frame)
        if frame.raises:
            frame.raises[-1].append(frame.env)  # a handler may go on from here
        return False

    def asserted(self, node: ast.Assert, frame: Frame) -> None:
        note_use(node.test, "asserted", frame)
        self.eval(node.test, frame)
        if node.msg is not None:
            self.eval(node.msg, frame)

    def left(self, node: ast.stmt, frame: Frame) -> bool:
        """`break`, `continue`: what holds here may hold after the loop, or at the end of its round."""
        states = frame.breaks if isinstance(node, ast.Break) else frame.continues
        if states:
            states[-1].append(frame.env)
        return False

    def global_(self, node: ast.Global, frame: Frame) -> None:
        if frame.function is None:
            return
        if frame.module.state == 1:
            frame.globals_ = frame.globals_.union(node.names)
            return
        for name in node.names:  # too late to be seen by others
            frame.env[name] = own(frame.module.env.get(name, UNKNOWN))

    def nonlocal_(self, node: ast.Nonlocal, frame: Frame) -> None:
        frame.nonlocals = frame.nonlocals.union(node.names)

    # -- definitions ---------------------------------------------------------------------------------------------

    def function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, frame: Frame) -> None:
        owner = frame.cls if frame.in_class_body else None
        function = Function(node, frame.module, qualify(frame, node.name), owner, frame)
        function.decorators = self.decorators(node.decorator_list, frame)
        for default in [*node.args.defaults, *node.args.kw_defaults]:
            if default is not None:
                self.eval(default, frame)
        value: Value = function
        for decorator in reversed(function.decorators):
            value = self.decorate(value, decorator)
        if not (frame.in_class_body and is_accessor(node)):
            self.bind(node.name, value, node, frame)
        frame.pending.append(function)
        self.define(function, frame)

    def decorate(self, value: Value, decorator: Decorator) -> Value:
        """What a decorator leaves under the name: the function itself, but for those the evaluator knows better."""
        return value

    def decorators(self, nodes: list[ast.expr], frame: Frame) -> tuple[Decorator, ...]:
        """Evaluate decorators, outermost first; calls among them are events like any other."""
        found: list[Decorator] = []
        for node in nodes:
            if isinstance(node, ast.Call):
                frame.uses[node] = "decorator"
                callee = self.eval(node.func, frame)
                arguments = self.arguments(node, frame)
                callee = self.force(callee)
                value = self.invoke(callee, arguments, node, frame)
                found.append(Decorator(node, last_name(node.func), self.paths(callee), arguments, value))
            else:
                value = self.force(self.eval(node, frame))
                found.append(Decorator(node, last_name(node), self.paths(value), None, value))
        return tuple(found)

    def paths(self, value: Value) -> tuple[str, ...]:
        """The API paths a callable may be; a project function or class is its dotted name, for rules that name none."""
        found: list[str] = []
        for option in options(value):
            if isinstance(option, Ref):
                found.append(option.path)
            elif isinstance(option, Class):
                found.extend(name for name in self.linear(option) if isinstance(name, str))
        return tuple(found)

    def class_(self, node: ast.ClassDef, frame: Frame) -> None:
        cls = Class(node, frame.module, qualify(frame, node.name))
        cls.decorators = self.decorators(node.decorator_list, frame)
        bases: list[Value] = []
        for base in node.bases:
            if isinstance(base, ast.Starred):
                spread = self.force(self.eval(base.value, frame))
                bases.extend(spread.items if isinstance(spread, List) else [UNKNOWN])
            else:
                bases.append(self.force(self.eval(base, frame)))
        cls.bases = tuple(bases)
        for keyword in node.keywords:
            self.eval(keyword.value, frame)
        inner = Frame(frame.module, cls.members, frame.function, cls, frame, in_class_body=True)
        self.bind(node.name, cls, node, frame)
        self.run_body(node.body, inner)
        if inner.env is not cls.members:
            cls.members = inner.env
        frame.pending.extend(inner.pending)
        self.listener.declared(ClassDefined(cls, frame))


NEVER_RETURNS = frozenset({"sys.exit()", "os._exit()", "builtins.exit()", "builtins.quit()"})
"""Calls after which control does not go on."""


def note_use(node: ast.expr, how: str, frame: Frame) -> None:
    """Record what becomes of the value of a call, through conditionals and `and`/`or`."""
    if isinstance(node, (ast.Call, ast.Await)):
        frame.uses[node] = how
    elif isinstance(node, ast.IfExp):
        note_use(node.body, how, frame)
        note_use(node.orelse, how, frame)
    elif isinstance(node, ast.BoolOp):
        for operand in node.values:
            note_use(operand, how, frame)


IN_PLACE: dict[str, dict[type[ast.operator], str]] = {
    "list": {ast.Add: "extend", ast.Mult: "repeat"},
    "deque": {ast.Add: "extend", ast.Mult: "repeat"},
    "set": {
        ast.BitOr: "update",
        ast.BitAnd: "intersection_update",
        ast.Sub: "difference_update",
        ast.BitXor: "symmetric_difference_update",
    },
    "dict": {ast.BitOr: "update"},
}
"""The methods that augmented assignments to containers stand for."""


def in_place(op: ast.operator, value: Value) -> str:
    """The method with which an augmented assignment changes a value, "" when it makes another one."""
    kind = "dict" if isinstance(value, Dict) else value.kind if isinstance(value, List) else ""
    return IN_PLACE.get(kind, {}).get(type(op), "")


def as_load(target: ast.Name | ast.Attribute | ast.Subscript) -> ast.expr:
    """The target of an augmented assignment as an expression to read."""
    if isinstance(target, ast.Name):
        return ast.Name(target.id, ast.Load())
    if isinstance(target, ast.Attribute):
        return ast.Attribute(target.value, target.attr, ast.Load())
    return ast.Subscript(target.value, target.slice, ast.Load())


def last_name(node: ast.expr) -> str:
    """The last part of a dotted expression: `login_required` of `auth.login_required`."""
    return last_name(node.func) if isinstance(node, ast.Call) else own_name(node)


def own_name(node: ast.AST) -> str:
    """The name of a variable or attribute; "" for any other expression."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def is_accessor(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a function is the setter or deleter of the property above it, whose name goes on to give what that returns."""
    return any(
        isinstance(decorator, ast.Attribute)
        and decorator.attr in ("setter", "deleter")
        and isinstance(decorator.value, ast.Name)
        and decorator.value.id == node.name
        for decorator in node.decorator_list
    )


HANDLERS: dict[type[ast.stmt], Callable[..., bool | None]] = {
    ast.Expr: Interpreter.expression,
    ast.Assign: Interpreter.assignment,
    ast.AnnAssign: Interpreter.annotated_assignment,
    ast.AugAssign: Interpreter.augmented,
    ast.Delete: Interpreter.delete,
    ast.Return: Interpreter.returned,
    ast.Raise: Interpreter.raised,
    ast.Assert: Interpreter.asserted,
    ast.Break: Interpreter.left,
    ast.Continue: Interpreter.left,
    ast.Global: Interpreter.global_,
    ast.Nonlocal: Interpreter.nonlocal_,
    ast.Import: Interpreter.import_names,
    ast.ImportFrom: Interpreter.import_from,
    ast.If: Interpreter.if_,
    ast.For: Interpreter.for_,
    ast.AsyncFor: Interpreter.for_,
    ast.While: Interpreter.while_,
    ast.Try: Interpreter.try_,
    ast.With: Interpreter.with_,
    ast.AsyncWith: Interpreter.with_,
    ast.Match: Interpreter.match_,
    ast.FunctionDef: Interpreter.function,
    ast.AsyncFunctionDef: Interpreter.function,
    ast.ClassDef: Interpreter.class_,
}
if hasattr(ast, "TryStar"):
    HANDLERS[ast.TryStar] = Interpreter.try_
