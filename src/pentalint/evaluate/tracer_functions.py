"""The tracer's calls of project functions and classes: followed with what they are given. See `tracing`."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.attributes import has_decorator
from pentalint.evaluate.calls import Calls, never_returns
from pentalint.evaluate.effects import ELEMENTS, SHAPED, Effects, TooMuch, Twin
from pentalint.evaluate.events import Frame
from pentalint.evaluate.methods import copy
from pentalint.evaluate.signatures import Signature, value_under
from pentalint.evaluate.taint import BARE, MOST, changed, derived, taints_of
from pentalint.evaluate.tracer_apis import TracerApis
from pentalint.evaluate.tracer_values import ANYTHING, instance_of, one_of
from pentalint.evaluate.values import (
    NONE,
    UNKNOWN,
    Bound,
    Builtin,
    Choice,
    Class,
    Const,
    Dict,
    Function,
    Instance,
    Lazy,
    List,
    Ref,
    Text,
    Unknown,
    Value,
    join_all,
    options,
)

CALL_DEPTH = 20
"""Project functions are followed through this many calls."""

RECURSION = 5
"""So often a function is evaluated again for calls of itself: what it does with data it has shown by then."""

CALLS = 500
"""Calls of project functions that one entry point may lead to."""

SHAPES = 24
"""One function is evaluated for at most this many different kinds of arguments; for further ones, its result is
taken to carry what they do if it ever did."""

TEXT = "builtins.str()"
"""The path of a string."""

PLAIN = frozenset({Const, Unknown})
"""Kinds of values that make no difference to a function."""

CONTEXTS = ("contextlib.contextmanager", "contextlib.asynccontextmanager")


class Applied:
    """What a call of a project function came to: its result, and the kinds its arguments are known to be safe for
    after it returned (`after`), or when it returned what is true (`held`) or false (`failed`); `parts` are the last two for
    each place of the tuple it returned. `effects` are what it changed in its arguments, where that is to be repeated for
    others."""

    __slots__ = ("after", "effects", "failed", "held", "parts", "value")

    def __init__(self, value: Value) -> None:
        self.value = value
        self.after: dict[str, frozenset[str]] = {}
        self.held: dict[str, frozenset[str]] = {}
        self.failed: dict[str, frozenset[str]] = {}
        self.parts: list[tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]] = []
        self.effects: Effects | None = None

    def giving(self, value: Value) -> Applied:
        """The same with another result."""
        twin = Applied(value)
        twin.after, twin.held, twin.failed, twin.parts = self.after, self.held, self.failed, self.parts
        return twin


RECURSING = Applied(UNKNOWN)
"""The outcome of a call that is on its way."""


class TracerFunctions(TracerApis):
    """Calls of the project's own functions and classes."""

    def invoke(self, callee: Value, arguments: Arguments, node: ast.Call, frame: Frame) -> Value:
        if not self.tracing:
            return super().invoke(callee, arguments, node, frame)
        if type(callee) is Ref:  # four in five
            self.latest[node] = (callee, arguments, None)
            dull = self.dull.get(callee.path) if not callee.taint else None
            return Ref(dull, arguments) if dull else self.call_api(callee, arguments, node, frame)
        if isinstance(callee, Lazy):
            callee = self.force(callee)
        if isinstance(callee, Function):
            return self.apply(callee, None, arguments, node, frame)
        if isinstance(callee, Bound):
            return self.apply(callee.function, callee.receiver, arguments, node, frame)
        if type(callee) is Choice:
            found = self.dull_call(callee, arguments, node)
            if found is not None:
                return found
        if isinstance(callee, (Class, Ref)):
            self.latest[node] = (callee, arguments, None)
        return super().invoke(callee, arguments, node, frame)

    def dull_call(self, callee: Choice, arguments: Arguments, node: ast.Call) -> Value | None:
        """A call of one of several API objects of which the packs have nothing to say; None for any other."""
        found: list[Value] = []
        last: Ref | None = None
        for option in callee.values:
            if type(option) is Unknown:
                found.append(UNKNOWN)
                continue
            path = self.dull.get(option.path) if type(option) is Ref and not option.taint else None
            if path is None:
                return None
            last = option  # type: ignore[assignment]
            found.append(Ref(path, arguments))
        if last is not None:
            self.latest[node] = (last, arguments, None)
        return one_of(found)

    # -- project classes and functions ---------------------------------------------------------------------------

    def construct(self, cls: Class, arguments: Arguments, node: ast.Call, frame: Frame) -> Value:
        if not self.tracing:
            return super().construct(cls, arguments, node, frame)
        instance = instance_of(cls, arguments)
        method = self.constructor(cls)
        if method is None:
            for path in [ancestor for ancestor in self.linear(cls) if isinstance(ancestor, str)]:
                self.check_call(path, cls, arguments, node, frame)
        if method is None:
            self.fill(instance, arguments)
            self.finish(instance, node, frame)
        elif any(map(self.matters, arguments.every())):
            self.apply(method, instance, arguments, node, frame)
        else:
            instance.attributes = {name: copy(value) for name, value in self.blank(cls).attributes.items()}
            given = self.signature(method).bind(arguments, instance)
            fields = self.fields_given.get(method.node)
            if fields is None:
                fields = self.fields_given[method.node] = kept_as_given(method.node)
            for name, parameter in fields.items():
                if isinstance(given.get(parameter), Const):
                    instance.attributes[name] = given[parameter]
        return instance

    def fill(self, instance: Instance, arguments: Arguments) -> None:
        """The attributes of a dataclass or named tuple: its annotated names take the arguments in order."""
        names = [
            statement.target.id
            for statement in instance.cls.node.body
            if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)
        ]
        for name, value in zip(names, arguments.positional):
            instance.attributes[name] = value
        for name, value in arguments.keywords.items():
            if name in names:
                instance.attributes[name] = value
        star = arguments.spare.get("**")
        if star is None or not self.matters(star):
            return
        for name in names:
            under = value_under(star, name)
            if under is not None:
                instance.attributes.setdefault(name, under)

    def finish(self, instance: Instance, node: ast.Call, frame: Frame) -> None:
        """What a dataclass does once its fields are filled."""
        if "__post_init__" in instance.cls.text:
            method = self.instance_attribute(instance, "__post_init__", node, frame)
            if isinstance(method, Bound):
                self.apply(method.function, instance, Arguments(), node, frame)

    def super_of(self, node: ast.Call, frame: Frame) -> Value:
        found = super().super_of(node, frame)
        function = frame.function
        if (
            isinstance(found, Instance)
            and function is not None
            and isinstance(function.node, (ast.FunctionDef, ast.AsyncFunctionDef))
        ):
            names = [*function.node.args.posonlyargs, *function.node.args.args]
            me = frame.env.get(names[0].arg) if names else None
            if isinstance(me, Instance):
                found.attributes = me.attributes
                found.traced = me.traced
        return found

    def result(self, function: Function) -> Value:
        if not self.tracing:
            return super().result(function)
        return self.apply(function, None, Arguments().opened(), function.node, Frame(function.module, {}))

    def field(self, cls: Class, name: str) -> Value | None:
        """What methods assign on `self` when nothing is known of the instance: as without tracing."""
        if not cls.assigns(name):
            return cls.fields.get(name)
        self.tracing, before = False, self.tracing
        try:
            return super().field(cls, name)
        finally:
            self.tracing = before

    def set_field(self, target: Instance, name: str, value: Value, frame: Frame) -> None:
        if self.tracing:
            super().set_field(target, name, value, frame)
        else:
            Calls.set_field(self, target, name, value, frame)

    def apply(
        self, function: Function, receiver: Value | None, arguments: Arguments, node: ast.AST, frame: Frame
    ) -> Value:
        wrapper = self.wrapper(function, frame)
        if wrapper is not None:
            if receiver is not None:
                bound = Arguments()
                bound.positional = [receiver, *arguments.positional]
                bound.nodes = [ast.Constant(None), *arguments.nodes]
                bound.keywords, bound.keyword_nodes = arguments.keywords, arguments.keyword_nodes
                bound.open_positional, bound.open_keyword = arguments.open_positional, arguments.open_keyword
                bound.spare = arguments.spare
                arguments = bound
            return self.apply(wrapper, None, arguments, node, frame)
        if self.is_plain(function, receiver, arguments):
            return self.apply_bare(function, receiver, arguments, node, frame)
        signature = self.signature(function)
        given = signature.bind(arguments, receiver)
        if not (arguments.open_positional or arguments.open_keyword):
            for name, value in self.defaults(function).items():
                given.setdefault(name, value)
        if any(map(self.matters, given.values())) or (
            signature.mutates
            and any(isinstance(value, (List, Dict, Instance)) for value in given.values())
            and self.may_name(function)
        ):
            key: object = (function, *(shape(value) for value in given.values()))
        else:
            return self.apply_bare(function, receiver, arguments, node, frame)
        result, followed = self.follow(function, receiver, arguments, given, key, node, frame)
        if not followed:
            return result
        known = {taint.origin for value in given.values() for taint in taints_of(value)}
        for option in options(result) if known else ():
            for taint in taints_of(option):
                if taint.origin in known:
                    self.note_passing(function, option, taint.cleared | taint.guarded)
        if any(taint.origin not in known for taint in taints_of(result)):
            return self.stepped(result, f"returned by {function.name}()", node, frame)
        return result

    def follow(
        self,
        function: Function,
        receiver: Value | None,
        arguments: Arguments,
        given: dict[str, Value],
        key: object,
        node: ast.AST,
        frame: Frame,
    ) -> tuple[Value, bool]:
        """The value of a call of a kind, and whether it was followed: it may be on its way, or a budget be spent."""
        applied = self.comes_to(function, given, key, node, frame)
        if applied is RECURSING:
            return self.validated(function, given, UNKNOWN, frame), False
        if applied is None:
            return self.validated(function, given, self.passed_through(function, given), frame), False
        if isinstance(node, ast.Call):
            self.latest[node] = (
                Bound(function, receiver) if receiver is not None else function,
                arguments,
                applied,
            )
            self.returned_from(given, applied, frame)
        return self.validated(function, given, applied.value, frame), True

    def is_plain(self, function: Function, receiver: Value | None, arguments: Arguments) -> bool:
        """Whether nothing that a function is given matters, told without looking at which parameter gets what. Where it changes
        what it is given, or more may be given, that has to be looked at."""
        if arguments.spare or (self.signature(function).mutates and self.naming.get(function) is not False):
            return False
        matters = self.matters
        for value in arguments.positional:
            if type(value) not in PLAIN and matters(value):
                return False
        for value in arguments.keywords.values():
            if type(value) not in PLAIN and matters(value):
                return False
        if receiver is not None and matters(receiver):
            return False
        found = self.plain_defaults.get(function)
        if found is None:
            found = self.plain_defaults[function] = not any(map(matters, self.defaults(function).values()))
        return found

    def apply_bare(
        self, function: Function, receiver: Value | None, arguments: Arguments, node: ast.AST, frame: Frame
    ) -> Value:
        """The same for a function that is given nothing which matters (3 in 10 calls in pretix): what came of that once, it
        comes to again, and nothing can be passed through."""
        given = self.bare_arguments(function, receiver)
        key = (function, *given.values())
        result, followed = self.follow(function, receiver, arguments, given, key, node, frame)
        if not followed:
            return result
        if type(result) not in BARE and taints_of(result):
            return self.stepped(result, f"returned by {function.name}()", node, frame)
        return result

    def comes_to(
        self, function: Function, given: dict[str, Value], key: object, node: ast.AST, frame: Frame
    ) -> Applied | None:
        """What a call comes to: as one of the same kind did, or evaluated. None when a budget is spent, `RECURSING` when it is on
        its way, or too deep."""
        applied = self.memo.get(key)
        if applied is not None:
            if applied.effects is None:
                return applied
            value = applied.effects.repeat(given.values(), self.is_shared)
            if value is not None:
                return applied.giving(value)
        elif key in self.memo or self.depth >= CALL_DEPTH or self.running.get(function, 0) > RECURSION:
            return RECURSING
        return self.evaluated(function, given, key, node, frame)

    def validated(self, function: Function, given: dict[str, Value], result: Value, frame: Frame) -> Value:
        """The result of a function whose name says that it lets only safe data through, however it comes to that."""
        named = self.named_validators.get(function.name)
        if named is None:  # the patterns are tried once for each name
            named = self.named_validators[function.name] = tuple(
                kinds for pattern, kinds in self.model.validators if pattern.search(function.name) is not None
            )
        for kinds in named:
            for value in given.values():
                self.clear(value, None, kinds, frame)
            result = changed(result, lambda one, kinds=kinds: one.checked(kinds))  # type: ignore[misc]
        return result

    def may_name(self, function: Function) -> bool:
        """Whether a function may name a source, so that what it changes may be tainted afterwards."""
        found = self.naming.get(function)
        if found is None:
            found = self.naming[function] = self.names_source(function)
        return found

    def matters(self, value: Value, depth: int = 2) -> bool:
        """Whether it makes a difference to a function what it is given: data from outside, an object such data is read
        from, or a function to be called."""
        kind = type(value)
        if kind is Ref:  # half of all
            return bool(value.taint) or value.path in self.model.carriers  # type: ignore[union-attr]
        if kind in PLAIN:
            return False
        if isinstance(value, (Const, Unknown)):
            return False
        if isinstance(value, Ref):
            return bool(value.taint) or value.path in self.model.carriers
        if isinstance(value, (Function, Bound, Class)):
            return True
        if isinstance(value, Instance):
            if value.cls not in self.carrying:
                self.carrying[value.cls] = any(
                    f"{name}()" in self.model.carriers for name in self.ancestors(value.cls)
                )
            if self.carrying[value.cls]:
                return True
            parts: Iterable[Value] = value.attributes.values()
        elif isinstance(value, List):
            parts = value.items
        elif isinstance(value, Dict):
            parts = value.entries.values()
        elif isinstance(value, Choice):
            parts = value.values
        elif isinstance(value, Text):
            parts = value.parts
        else:
            return isinstance(value, Builtin) and bool(taints_of(value))
        if depth > 0:
            for part in parts:
                if type(part) not in PLAIN and self.matters(part, depth - 1):
                    return True
        return False

    def bare_arguments(self, function: Function, receiver: Value | None) -> dict[str, Value]:
        """What a function is evaluated for, once, when nothing it is given matters: `self` alone."""
        names = [*function.node.args.posonlyargs, *function.node.args.args]
        if not isinstance(receiver, Instance) or not names:
            return {} if receiver is None or not names else {names[0].arg: receiver}
        return {names[0].arg: self.blank(receiver.cls)}

    def blank(self, cls: Class) -> Instance:
        """An instance of a class made with arguments of which nothing is known."""
        found = self.blanks.get(cls)
        if found is None:
            found = self.blanks[cls] = instance_of(cls)
            method = self.constructor(cls)
            if method is not None:
                self.apply(method, found, Arguments().opened(), method.node, Frame(method.module, {}))
        return found

    def constructor(self, cls: Class) -> Function | None:
        """The `__init__` a project class has, or inherits from one."""
        for ancestor in self.linear(cls):
            if isinstance(ancestor, Class) and "__init__" in ancestor.members:
                method = self.force(ancestor.members["__init__"])
                return method if isinstance(method, Function) else None
        return None

    def note_passing(self, function: Function, value: Value, safe: frozenset[str]) -> None:
        """Remember that a function gave back what it was given: as what, and safe for which kinds of sink."""
        path = value.path if isinstance(value, Ref) else TEXT
        before = self.passing.get(function)
        if before is not None:
            path, safe = path if path == before[0] else TEXT, safe & before[1]
        self.passing[function] = (path, safe)

    def passed_through(self, function: Function, given: dict[str, Value]) -> Value:
        """The result of a function that is not evaluated once more."""
        path, cleared = self.passing.get(function, (TEXT, None))
        taints = [one for value in given.values() for one in taints_of(value) if one.origin.kind != "secret"]
        if cleared is None or not taints:
            return UNKNOWN  # what a secret becomes on a way that is not followed is seldom the secret
        return Ref(path, None, False, derived(taints[:MOST], cleared))

    def evaluated(
        self, function: Function, given: dict[str, Value], key: object, node: ast.AST, frame: Frame
    ) -> Applied | None:
        """Evaluate a function's body for arguments of a new kind; None when a budget is spent."""
        count = self.shapes.get(function, 0)
        if self.spent >= self.calls or count >= SHAPES:
            self.exhausted.add(function.module.path)
            return None
        self.shapes[function] = count + 1
        self.spent += 1
        effects = self.effects_on(function, given) if self.signature(function).mutates else None
        outward = self.outward
        self.memo[key] = None
        self.depth += 1
        outermost = function not in self.running
        self.running[function] = self.running.get(function, 0) + 1
        try:
            applied = self.run(function, given, node, frame)
        finally:
            if outermost:
                del self.running[function]
            self.depth -= 1
            del self.memo[key]
        if effects is None:
            self.memo[key] = applied
        elif isinstance(effects, Effects) and outward == self.outward:
            try:
                effects.close(applied.value, self.is_shared)
            except TooMuch:
                return applied
            applied.effects = effects
            self.memo[key] = applied
        return applied

    def effects_on(self, function: Function, given: dict[str, Value]) -> Effects | bool | None:
        """What is about to be changed of some arguments: None when nothing can be, False when that can not be repeated."""
        if not any(isinstance(value, (Instance, List, Dict)) for value in given.values()):
            return None
        if len(given) == 1 and any(self.is_blank(value) for value in given.values()):
            return None  # it has been changed once, and stands for all
        if function.closure is not None and function.closure.function is not None:
            return False  # it may change names of the function around it
        try:
            return Effects(given.values())
        except TooMuch:
            return False

    def is_shared(self, instance: Instance) -> bool:
        """Whether an instance stands for all that handlers share, or for any of its class."""
        return instance is self.instances.get(instance.cls) or self.is_blank(instance)

    def is_blank(self, value: Value) -> bool:
        """Whether a value stands for any instance of its class."""
        return isinstance(value, Instance) and value is self.blanks.get(value.cls)

    def run(self, function: Function, given: dict[str, Value], node: ast.AST, caller: Frame) -> Applied:
        """Evaluate a function's body."""
        copies: list[Twin] = []
        env = self.fresh(function)
        for name, value in given.items():
            if not isinstance(value, Unknown):
                typed = env.get(name)
                if (
                    isinstance(typed, Ref)
                    and typed.path.endswith("()")
                    and isinstance(value, Ref)
                    and value.path[:1] == ANYTHING
                ):
                    value = Ref(typed.path, typed.arguments, False, value.taint)
                if taints_of(value):
                    given_as = self.stepped(value, f"passed to {function.name}() as {name}", node, caller)
                    if given_as is not value and isinstance(value, (List, Dict)):
                        copies.append(Twin(value, given_as))
                    value = given_as
                env[name] = value
        inner = Frame(function.module, env, function, function.owner, function.closure)
        inner.entered = {name: env[name] for name in given if taints_of(env.get(name, UNKNOWN))}
        self.decide_returns(function, inner)
        applied = Applied(UNKNOWN)
        try:
            if isinstance(function.node, ast.Lambda):
                applied.value = self.eval(function.node.body, inner)
            else:
                falls = self.run_body(function.node.body, inner)
                if falls:
                    inner.returns.append(NONE)
                    self.note_verdicts(NONE, None, inner)
                if inner.yields or function.yields:
                    applied.value = List(list(inner.yields), complete=False)
                    if has_decorator(function, *CONTEXTS):
                        applied.value = join_all(inner.yields)
                elif not inner.returns and never_returns(function):
                    applied.value = Ref("sys.exit()")
                else:
                    applied.value = join_all(inner.returns)
        except RecursionError:
            self.exhausted.add(function.module.path)
        for copy_ in copies:
            copy_.give_back()
        self.conclude(applied, inner)
        return applied

    def signature(self, function: Function) -> Signature:
        """The signature of a function, read once however often a statement makes it."""
        found = self.signatures.get(function.node)
        if found is None:
            found = self.signatures[function.node] = Signature(function.node)
        return found

    def defaults(self, function: Function) -> dict[str, Value]:
        """Parameter -> what it is when a call leaves it out."""
        found = self.omitted.get(function)
        if found is None:
            arguments = function.node.args
            outer = function.closure or Frame(function.module, function.module.env)
            names = [*arguments.posonlyargs, *arguments.args]
            pairs = [
                *zip(reversed(names), reversed(arguments.defaults)),
                *zip(arguments.kwonlyargs, arguments.kw_defaults),
            ]
            found = {
                parameter.arg: self.eval(default, outer)
                for parameter, default in pairs
                if default is not None
            }
            self.omitted[function] = found
        return found

    def basic(self, function: Function) -> dict[str, Value]:
        """The parameters of a function as packs, annotations and defaults give them."""
        found = self.basics.get(function)
        if found is None:
            env = self.parameters(function)
            for name, value in self.defaults(function).items():
                if isinstance(env.get(name), Unknown) and not (
                    isinstance(value, Const) and value.value is None
                ):
                    env[name] = join_all([value, UNKNOWN])
            found = self.basics[function] = env
        return found

    def fresh(self, function: Function) -> dict[str, Value]:
        """The parameters of a function for one evaluation: instances are its own."""
        return {
            name: instance_of(value.cls) if isinstance(value, Instance) else value
            for name, value in self.basic(function).items()
        }

    def wrapper(self, function: Function, frame: Frame) -> Function | None:
        """What the project's own decorators made of a function, when they replaced it by another."""
        if not function.decorators or function in self.bare:
            return None
        found = self.wrappers.get(function, self)
        if found is not self:
            return found if isinstance(found, Function) else None
        self.wrappers[function] = None
        if not any(isinstance(self.force(one.value), (Function, Choice)) for one in function.decorators):
            return None
        bare = Function(function.node, function.module, function.qualname, function.owner, function.closure)
        bare.decorators, bare.yields = function.decorators, function.yields
        self.bare.add(bare)
        value: Value = bare
        for decorator in reversed(function.decorators):
            for option in options(self.force(decorator.value)):
                if isinstance(option, Function):
                    given = Arguments()
                    given.add(value, decorator.node)
                    made = self.apply(option, None, given, decorator.node, frame)
                    if isinstance(made, Function):
                        value = made
        if value is not bare and isinstance(value, Function):
            self.wrappers[function] = value
            return value
        return None

    # -- provided by tracer_guards ---------------------------------------------------------------------------------

    def decide_returns(self, function: Function, frame: Frame) -> None:
        raise NotImplementedError

    def note_verdicts(self, value: Value, node: ast.expr | None, frame: Frame) -> None:
        raise NotImplementedError

    def conclude(self, applied: Applied, frame: Frame) -> None:
        raise NotImplementedError

    def returned_from(self, given: dict[str, Value], applied: Applied, frame: Frame) -> None:
        raise NotImplementedError


def kept_as_given(constructor: ast.AST) -> dict[str, str]:
    """Attribute -> the parameter that a constructor puts there as it is, once and in any case."""
    if not isinstance(constructor, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return {}
    found: dict[str, str] = {}
    written: list[str] = []
    me = constructor.args.args[0].arg if constructor.args.args else ""
    for node in ast.walk(constructor):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            written.append(node.attr)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            written.append(f"={node.id}")
    for statement in constructor.body:
        target = statement.targets[0] if isinstance(statement, ast.Assign) else None
        if (
            isinstance(statement, ast.Assign)
            and isinstance(target, ast.Attribute)
            and isinstance(target.value, ast.Name)
            and target.value.id == me
            and isinstance(statement.value, ast.Name)
            and written.count(target.attr) == 1
            and f"={statement.value.id}" not in written
        ):
            found[target.attr] = statement.value.id
    return found


def shape(value: Value, depth: int = SHAPED) -> object:
    """What of an argument makes a difference to a function: equal shapes give equal results."""
    kind = type(value)
    if kind is Ref and not value.taint:  # type: ignore[union-attr]  # half of all
        return value.path  # type: ignore[union-attr]
    if kind is Unknown:
        return None
    if isinstance(value, Const):
        return (type(value.value), value.value)
    if isinstance(value, Ref):
        if value.taint:
            return (value.path, *((one.origin, one.cleared, one.guarded) for one in value.taint))
        return value.path
    if depth <= 0:
        return value
    if isinstance(value, Text):
        return ("text", *(shape(part, depth - 1) for part in value.parts[:12]))
    if isinstance(value, Choice):
        return ("choice", *(shape(option, depth - 1) for option in value.values))
    if isinstance(value, List):
        rest = None if value.rest is None else shape(value.rest, depth - 1)
        return (
            value.kind,
            value.complete,
            rest,
            *(shape(item, depth - 1) for item in value.items[:ELEMENTS]),
        )
    if isinstance(value, Dict):
        return (
            "dict",
            value.complete,
            *(
                (key if isinstance(key, str) else None, shape(item, depth - 1))
                for key, item in list(value.entries.items())[:ELEMENTS]
            ),
        )
    if isinstance(value, Instance):
        attributes = tuple((name, shape(item, depth - 2)) for name, item in value.attributes.items())
        return (value.cls, attributes)
    if isinstance(value, Bound):
        return (value.function, shape(value.receiver, depth - 1))
    return value
