"""The tracer: the interpreter once more, with data that came from outside marked as such.

It goes on where the interpreter stopped: same modules, same classes, same functions. What it adds is in several files,
each building on the one before: `tracer_values`, `tracer_forms` and `tracer_items` (attributes, fields, items and operators of
tainted data), `tracer_sinks` (what data must not reach), `tracer_builtins` and `tracer_apis` (calls of the language and of
libraries), `tracer_functions` (project functions followed with their arguments), `tracer_guards` (tests that make data safe),
`tracer_renderings` (variables of templates), and this one (statements, and where to begin)."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping

from pentalint.evaluate import expressions, statements
from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.attributes import has_decorator
from pentalint.evaluate.events import Frame, Listener
from pentalint.evaluate.flow_model import FlowModel, Source
from pentalint.evaluate.models import bare
from pentalint.evaluate.modules import Module
from pentalint.evaluate.rounds import Carried
from pentalint.evaluate.statements import NEVER_RETURNS, Interpreter
from pentalint.evaluate.taint import KEYS, NOTHING, changed, remember, string, taints_of
from pentalint.evaluate.tracer_forms import FILE
from pentalint.evaluate.tracer_functions import CALLS
from pentalint.evaluate.tracer_items import by_own_name, named_by
from pentalint.evaluate.tracer_renderings import TEMPLATE, TracerRenderings
from pentalint.evaluate.tracer_sinks import with_headers
from pentalint.evaluate.tracer_values import OPENED, instance_of
from pentalint.evaluate.values import (
    REST,
    UNKNOWN,
    Bound,
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
    truth,
)

EXCEPTION = Source("exception", "", NOTHING)
"""What an `except` clause catches."""


TESTS = frozenset({ast.Call, ast.Compare, ast.BoolOp, ast.UnaryOp})
"""The kinds of expressions that something is learned of when their outcome is tested later."""


ATTRIBUTE = "attribute:"
"""How what becomes of the value that a function returns begins when it is an attribute of an object that all who answer a
request share."""


class Tracer(TracerRenderings):
    """Follows data from where it enters. Make one with `continuing`."""

    @classmethod
    def continuing(cls, engine: Interpreter, model: FlowModel, listener: Listener) -> Tracer:
        """A tracer over what an interpreter knows. The two share their state: the interpreter's work must be done."""
        tracer = cls.__new__(cls)
        tracer.__dict__ = dict(engine.__dict__)
        tracer.start(engine, model)
        tracer.report_to(listener)
        return tracer

    # -- where to begin ------------------------------------------------------------------------------------------

    def enter(
        self,
        function: Function,
        tainted: Mapping[str, str] | None = None,
        types: Mapping[str, str] | None = None,
        returns: str = "",
        owner: Class | None = None,
        safe: Mapping[str, frozenset[str]] | None = None,
        calls: int = CALLS,
    ) -> None:
        """Evaluate a function as the framework calls it. `tainted`: parameter -> `from` of the user input it gets;
        `types`: parameter -> API path of its type; `returns`: what becomes of what it returns, as `match.entry` has it;
        `safe`: parameter -> kinds of sink its characters cannot harm. `calls` is the most calls that are followed."""
        self.spent = 0
        self.calls = calls
        self.latest.clear()
        self.made.clear()
        self.alive.clear()
        self.harmless.clear()
        self.depth = 0
        env = self.fresh(function)
        arguments = function.node.args
        names = [*arguments.posonlyargs, *arguments.args]
        cls = owner or function.owner
        if cls is not None and names and not has_decorator(function, "builtins.staticmethod"):
            if not has_decorator(function, "builtins.classmethod"):
                env[names[0].arg] = self.instance_of(cls)
        if cls is not None and cls is not function.owner:  # what the packs say of methods of that class
            listed = [name.arg for name in names]
            for name, path in self.typed_parameters(function, listed, True, cls).items():
                env[name] = Ref(path)
        if cls is not None and self.model.form_classes:
            self.give_forms(cls, env)
        for name, path in (types or {}).items():
            if name in env:
                env[name] = Ref(path)
        for name, detail in (tainted or {}).items():
            typed = env.get(name)
            if isinstance(typed, Ref) and self.spoken_of(typed.path) and name not in (types or {}):
                me = env.get(names[0].arg) if names else None
                form = me if isinstance(me, Instance) and typed.path in self.model.fields else None
                place = parameter_node(function, name)
                env[name] = self.tag(typed.path, None, (), place, frame_of(function), form)
            elif name in env:
                given = self.parameter(function, name, detail, (safe or {}).get(name, NOTHING))
                env[name] = given if cls is None else self.to_be_checked(cls, function, given)
        if function.decorators:
            self.enter_wrapper(function, env, names, cls, tainted or {}, types or {})
        frame = Frame(function.module, env, function, function.owner, function.closure)
        frame.entered = {}
        self.answering = frame
        if self.model.rendering_decorators:
            frame.renders = self.decorated_renderer(function)
        if returns.startswith(TEMPLATE):
            frame.renders = self.template_of(cls, returns)
        elif not returns.startswith(ATTRIBUTE):
            frame.sends = returns
        try:
            if isinstance(function.node, ast.Lambda):
                value = self.eval(function.node.body, frame)
                frame.returns.append(value)
                if frame.sends:
                    self.sent(value, function.node.body, frame)
            else:
                self.run_body(function.node.body, frame)
        except RecursionError:
            self.exhausted.add(function.module.path)
        if self.sharing and returns.startswith(ATTRIBUTE):
            self.share(returns.removeprefix(ATTRIBUTE), join_all(frame.returns))

    def enter_wrapper(
        self,
        function: Function,
        env: Mapping[str, Value],
        names: list[ast.arg],
        cls: Class | None,
        tainted: Mapping[str, str],
        types: Mapping[str, str],
    ) -> None:
        """What a framework calls is what the project's own decorators made of a function: one that reads data itself may hand it
        on. The function by itself is entered too, for what becomes of what it returns."""
        frame = frame_of(function)
        wrapper = self.wrapper(function, frame)
        if wrapper is None or not self.may_name(wrapper):
            return
        given = Arguments()
        receiver = names[0].arg if cls is not None and names else ""
        for name in [one.arg for one in names if one.arg == receiver or one.arg in types]:
            given.positional.append(env.get(name, UNKNOWN))
            given.nodes.append(ast.Constant(None))
        for name in tainted:
            given.keywords[name] = env.get(name, UNKNOWN)
            given.keyword_nodes[name] = function.node
        self.apply(function, None, given, function.node, frame)

    def parameter(self, function: Function, name: str, detail: str, safe: frozenset[str]) -> Value:
        """The value of a parameter that the framework fills with user input."""
        arguments = function.node.args
        node = parameter_node(function, name)
        if arguments.kwarg is not None and name == arguments.kwarg.arg and detail == "form":
            safe = safe | KEYS  # the application's own call names them
        taint = self.entering(Source("user-input", detail, safe), name, node, function.module)
        carried = self.named_item(Const(name), (taint,), node, frame_of(function))
        value: Value = Ref("builtins.str()", None, False, carried)
        if arguments.vararg is not None and name == arguments.vararg.arg:
            return List([value], "tuple", complete=False)
        if arguments.kwarg is not None and name == arguments.kwarg.arg:
            found = Dict(complete=False)
            remember(found, value)
            return found
        return value

    def instance_of(self, cls: Class) -> Instance:
        """The one instance of a class that its handlers share: what one sets another reads."""
        found = self.instances.get(cls)
        if found is None:
            found = self.instances[cls] = instance_of(cls)
            method = self.constructor(cls)
            if method is not None:
                self.apply(method, found, Arguments().opened(), method.node, Frame(method.module, {}))
        return found

    def load(self, module: Module) -> Module:
        return self.base.load(module)

    # -- dispatch ------------------------------------------------------------------------------------------------

    def eval(self, node: ast.expr, frame: Frame) -> Value:
        kind = type(node)
        if kind is ast.Name and not frame.globals_:  # 2 in 5 expressions are one, nearly all are local
            value = frame.env.get(node.id)  # type: ignore[attr-defined]
            if value is not None:
                return value
        return EXPRESSIONS[kind](self, node, frame)

    def run_body(self, body: list[ast.stmt], frame: Frame) -> bool:
        for statement in body:
            handler = STATEMENTS.get(type(statement))
            if handler is not None and handler(self, statement, frame) is False:
                return False
        return True

    def name(self, node: ast.Name, frame: Frame) -> Value:
        """The value of a name that is not local, or not known to be; nobody listens to uses of names here."""
        return self.lookup(node.id, frame)

    # -- expressions ---------------------------------------------------------------------------------------------

    def attribute_of(self, node: ast.Attribute, frame: Frame) -> Value:
        owner = self.eval(node.value, frame)
        kind = type(owner)
        if kind is Ref:
            value = self.ref_attribute(owner, node.attr, node, frame)  # type: ignore[arg-type]
            if owner.taint and node.attr in OPENED:  # type: ignore[union-attr]
                self.clear(owner, node.value, FILE, frame)  # else it has raised
        elif kind is Instance:
            value = bare(self.instance_attribute(owner, node.attr, node, frame))  # type: ignore[arg-type]
        else:
            value = self.attribute(owner, node.attr, node, frame)
        if frame.checked and type(value) is Ref and value.taint:
            put = frame.env.get(f"?:{self.spelled(node)}")
            return put if put is not None else self.guarded(node, value, frame)
        return value

    def subscription(self, node: ast.Subscript, frame: Frame) -> Value:
        if not frame.checked:
            return super().subscription(node, frame)
        put = frame.env.get(f"?:{self.spelled(node)}")
        return put if put is not None else self.guarded(node, super().subscription(node, frame), frame)

    def call(self, node: ast.Call, frame: Frame) -> Value:
        value = super().call(node, frame)
        if not frame.checked:
            return value
        called = node.func
        if type(called) is ast.Attribute and called.attr == "get" and node.args:
            key = node.args[0]  # `x["a"] = ...` before `x.get("a")`
            if type(key) is ast.Constant:
                put = frame.env.get(f"?:{self.spelled(called.value)}[{key.value!r}]")
                if put is not None:
                    return put
        return self.guarded(node, value, frame)

    def conditional(self, node: ast.IfExp, frame: Frame) -> Value:
        verdict = truth(self.force(self.eval(node.test, frame)))
        if verdict is not None:
            return self.eval(node.body if verdict else node.orelse, frame)
        return join(
            self.under(node.test, True, node.body, frame), self.under(node.test, False, node.orelse, frame)
        )

    def under(self, test: ast.expr, verdict: bool, node: ast.expr, frame: Frame) -> Value:
        """The value of an expression where a test came out one way."""
        saved = frame.env
        frame.env = dict(saved)
        self.narrow(test, verdict, frame)
        value = self.eval(node, frame)
        frame.env = saved
        return value

    def operands(self, node: ast.BoolOp, frame: Frame) -> Value:
        stops = isinstance(node.op, ast.Or)
        saved = frame.env
        result: Value | None = None
        for place, operand in enumerate(node.values):
            if place:
                if place == 1:
                    frame.env = dict(saved)
                self.narrow(node.values[place - 1], not stops, frame)
            value = self.force(self.eval(operand, frame))
            verdict = truth(value)
            if verdict is stops or place == len(node.values) - 1:
                result = value if result is None else join(result, value)
                break
            if verdict is None:
                candidate = self.when(value, stops)
                if candidate is not None:
                    result = candidate if result is None else join(result, candidate)
        if frame.env is not saved:
            for name, value in frame.env.items():
                if name not in saved:
                    saved[name] = value  # `x and (y := x)`
            frame.env = saved
        return UNKNOWN if result is None else result

    def comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, frame: Frame
    ) -> Value:
        """As ever: what is kept has passed the conditions."""
        saved, before = dict(frame.env), self.place
        result = super().comprehension(node, frame)
        frame.env.clear()
        frame.env.update(saved)
        self.place = before
        return result

    def comprehend(
        self,
        node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp,
        place: int,
        source: Value,
        result: List | Dict,
        budget: list[int],
        frame: Frame,
    ) -> None:
        self.place = (node.generators[place].iter, frame)
        super().comprehend(node, place, source, result, budget, frame)

    def tested(self, test: ast.expr, frame: Frame) -> bool | None:
        self.searching += 1  # what a comprehension keeps is looked for, not let in
        verdict = super().tested(test, frame)
        self.searching -= 1
        self.narrow(test, True, frame)
        return verdict

    def comprehend_rest(
        self,
        node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp,
        place: int,
        result: List | Dict,
        maybe: bool,
        budget: list[int],
        frame: Frame,
    ) -> None:
        """As ever; but what may be left out of a dictionary stands under its own key if it is not."""
        if maybe and isinstance(node, ast.DictComp) and isinstance(result, Dict):
            for key in self.keys_of(node, frame) if place + 1 == len(node.generators) else ():
                result.complete = False
                result.entries[key] = self.eval(node.value, frame)
                maybe = False
            if not maybe:
                return
        super().comprehend_rest(node, place, result, maybe, budget, frame)
        if (
            isinstance(node, ast.DictComp)
            and isinstance(result, Dict)
            and place + 1 == len(node.generators)
            and REST in result.entries
            and not named_by(self.force(self.eval(node.key, frame)))
        ):
            result.entries[REST] = changed(result.entries[REST], by_own_name)

    def keys_of(self, node: ast.DictComp, frame: Frame) -> list[str]:
        """The keys that one round of a comprehension may give: that of an element that is known, or, where a condition asks
        for members of a list, those."""
        key = self.force(self.eval(node.key, frame))
        if isinstance(key, Const):
            return [key.value] if isinstance(key.value, str) else []
        for test in node.generators[-1].ifs:
            if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.In):
                members = self.force(self.eval(test.comparators[0], frame))
                if ast.dump(test.left) == ast.dump(node.key) and isinstance(members, List) and members.exact:
                    names = [one.value for one in members.items if isinstance(one, Const)]
                    if len(names) == len(members.items):
                        return [name for name in names if isinstance(name, str)]
        return []

    def yielded(self, node: ast.Yield | ast.YieldFrom, frame: Frame) -> Value:
        value: Value = Const(None) if node.value is None else self.eval(node.value, frame)
        if isinstance(node, ast.YieldFrom):
            value = self.element(self.force(value))
        frame.yields.append(value)
        if frame.sends:
            self.sent(value, node, frame)
        return UNKNOWN

    def dictionary(self, node: ast.Dict, frame: Frame) -> Value:
        result = super().dictionary(node, frame)
        if not isinstance(result, Dict) or result.complete:
            return result
        chosen = True  # by the program: all keys
        for key, item in zip(node.keys, node.values):
            if key is None:
                value = self.force(self.eval(item, frame))
                if isinstance(value, Ref) and value.taint:
                    remember(result, string(value.taint))
                chosen = False
            elif not constant(key):
                named = named_by(self.force(self.eval(key, frame)))
                if named:
                    remember(result, string(named))
                    chosen = False
        if chosen and REST in result.entries:
            result.entries[REST] = changed(result.entries[REST], by_own_name)
        return result

    def sequence(self, node: ast.List | ast.Tuple | ast.Set, frame: Frame) -> Value:
        result = super().sequence(node, frame)
        if isinstance(result, List) and not result.complete:
            for element in node.elts:
                if isinstance(element, ast.Starred):
                    value = self.force(self.eval(element.value, frame))
                    if isinstance(value, Ref) and value.taint:
                        result.items.append(self.element(value))
        return result

    def lambda_(self, node: ast.Lambda, frame: Frame) -> Value:
        return Function(node, frame.module, frame.qualname, None, frame)

    def bind(self, name: str, value: Value, node: ast.AST, frame: Frame) -> None:
        super().bind(name, value, node, frame)
        frame.env.pop(f"?={name}", None)
        if frame.checked:
            for key in [key for key in frame.env if key.startswith((f"?:{name}[", f"?:{name}."))]:
                del frame.env[key]

    # -- statements ----------------------------------------------------------------------------------------------

    def returned(self, node: ast.Return, frame: Frame) -> bool:
        value: Value = Const(None) if node.value is None else self.eval(node.value, frame)
        frame.returns.append(value)
        self.note_verdicts(value, node.value, frame)
        if frame.sends and node.value is not None:
            self.sent(value, node, frame)
        self.rendered_return(value, node, frame)
        return False

    def sent(self, value: Value, node: ast.AST, frame: Frame) -> None:
        """What a handler returns is sent as HTML (or where the visitor is sent), unless it is no text, or comes with another
        content type."""
        value = self.force(value)
        if isinstance(value, List) and value.kind == "tuple" and value.items:
            if with_headers(value):
                return
            value = self.force(value.items[0])
        for option in options(value):
            if frame.sends == "html" and isinstance(option, List) and of_markup(option):
                for part in option.items:
                    self.sent(part, node, frame)
            elif isinstance(option, (Text, Ref)) and not (isinstance(option, Ref) and is_response(option)):
                for kind in ("html", "response") if frame.sends == "html" else (frame.sends,):
                    self.check(kind, option, "return", None, node, frame)

    def expression(self, node: ast.Expr, frame: Frame) -> bool:
        self.unused.add(node.value)
        value = self.eval(node.value, frame)
        return not (isinstance(value, Ref) and (value.path in NEVER_RETURNS or value.path in self.model.ends))

    def assignment(self, node: ast.Assign, frame: Frame) -> None:
        """As ever; and the test that a name now holds the outcome of is remembered."""
        super().assignment(node, frame)
        target = node.targets[0]
        if type(target) is ast.Name:
            if type(node.value) in TESTS:
                frame.env[f"?={target.id}"] = Const(node.value)
        elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Call):
            for place, part in enumerate(target.elts):
                if isinstance(part, ast.Name):
                    index = ast.Subscript(node.value, ast.Constant(place), ast.Load())
                    frame.env[f"?={part.id}"] = Const(index)

    def assign(self, target: ast.expr, value: Value, node: ast.AST, frame: Frame) -> None:
        """As ever; and what is put under a constant key of an object that holds data is what is there from then on."""
        if type(target) is ast.Name:
            self.bind(target.id, value, node, frame)
            return
        super().assign(target, value, node, frame)
        if (
            isinstance(target, ast.Subscript)
            and isinstance(target.slice, ast.Constant)
            and isinstance(target.value, ast.Name)
            and isinstance(self.lookup(target.value.id, frame), Ref)
        ):
            frame.checked = True
            frame.env[f"?:{self.spelled(target)}"] = value
        elif isinstance(target, ast.Attribute):
            self.assigned_attribute(target, value, frame)

    def assigned_attribute(self, target: ast.Attribute, value: Value, frame: Frame) -> None:
        """An attribute of an API object is what is put there; and a response may get its content type."""
        owner = self.force(self.eval(target.value, frame))
        if not isinstance(owner, Ref):
            return
        if isinstance(owner.base, Dict):
            owner.base.entries[target.attr] = value  # of a namespace
        path = f"{owner.path}.{target.attr}"
        if self.sharing and owner.path in self.model.shared:
            self.share(path, value)
        if path in self.model.types:
            self.typed(value, owner, frame)
        if isinstance(target.value, ast.Name) and (path in self.shared or self.spoken_of(path)):
            frame.checked = True
            frame.env[f"?:{self.spelled(target)}"] = value

    def share(self, path: str, value: Value) -> None:
        """Data that is put on an object which all who answer a request share is what others find there."""
        value = self.force(value)
        if not carries(value) or self.spoken_of(path):
            return
        self.outward += 1
        known = self.shared.get(path)
        self.shared[path] = value if known is None else join(known, value)
        self.members.clear()
        self.inherited.clear()

    def raised(self, node: ast.Raise, frame: Frame) -> bool:
        super().raised(node, frame)
        return False

    def function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, frame: Frame) -> None:
        owner = frame.cls if frame.in_class_body else None
        made = Function(node, frame.module, f"{frame.qualname}.{node.name}", owner, frame)
        made.decorators = self.decorators(node.decorator_list, frame)
        yields = self.generators.get(node)
        if yields is None:  # a definition within a function is met each time that function is evaluated
            yields = any(isinstance(inner, (ast.Yield, ast.YieldFrom)) for inner in ast.walk(node))
            self.generators[node] = yields
        made.yields = yields
        self.bind(node.name, made, node, frame)

    def for_(self, node: ast.For | ast.AsyncFor, frame: Frame) -> bool:
        before, self.place = self.place, (node.iter, frame)
        try:
            falls = super().for_(node, frame)
        finally:
            self.place = before
        for container in pruned(node):
            self.clear(self.force(self.eval(container, frame)), container, KEYS, frame)
        return falls

    def loop_body(self, body: list[ast.stmt], frame: Frame, found: Carried | None = None) -> bool:
        """One round of a loop, and more while a round puts tainted data where the next would meet it."""
        rounds = 1 if frame.loops else 3
        for _ in range(rounds):
            before = dict(frame.env)
            fell = super().loop_body(body, frame, found)
            if not fell or not any(
                value is not before.get(name)
                and type(value) is not Const
                and taints_of(value) != taints_of(before.get(name, UNKNOWN))
                for name, value in frame.env.items()
            ):
                break
        return fell

    def with_(self, node: ast.With | ast.AsyncWith, frame: Frame) -> bool:
        for item in node.items:
            value = self.entered_context(
                self.force(self.eval(item.context_expr, frame)), item.context_expr, frame
            )
            if item.optional_vars is not None:
                self.assign(item.optional_vars, value, item.context_expr, frame)
        return self.run_body(node.body, frame)

    def entered_context(self, value: Value, node: ast.expr, frame: Frame) -> Value:
        """What `with value as name` binds."""
        if isinstance(value, Instance):
            for name in ("__enter__", "__aenter__"):
                method = self.instance_attribute(value, name, node, frame)
                if isinstance(method, Bound):
                    return self.apply(method.function, value, Arguments(), node, frame)
        if isinstance(value, Ref) and value.path == "contextlib.closing()" and value.arguments is not None:
            return join_all(value.arguments.positional)
        return value

    def swallowed(self, node: ast.Try, frame: Frame) -> tuple[str, ...]:
        """Which exceptions are caught nobody asks here: each handler is looked at once less."""
        return ()

    def exception(self, handler: ast.ExceptHandler, frame: Frame) -> Value:
        value = super().exception(handler, frame)
        if isinstance(value, Unknown) or not any(kind == "exception" for kind, _ in self.model.wanted):
            return value
        taint = self.entering(EXCEPTION, "exception", handler.type or handler, frame.module)
        return join_all(
            Ref(one.path, None, False, self.cleaned(one.path, None, (taint,)))
            for one in options(value)
            if isinstance(one, Ref)
        )


def carries(value: Value) -> bool:
    """Whether there is data from outside in a value, or in the attributes of an object of the project's."""
    return bool(taints_of(value)) or any(
        taints_of(held)
        for option in options(value)
        if isinstance(option, Instance)
        for held in option.attributes.values()
    )


def pruned(loop: ast.For | ast.AsyncFor) -> Iterator[ast.expr]:
    """The dictionaries from which a loop takes every key that is not in a list: `for k in list(d): if k not in x: del d[k]`."""
    if len(loop.body) != 1 or not isinstance(loop.target, ast.Name) or not isinstance(loop.body[0], ast.If):
        return
    found = loop.body[0]
    tests = found.test.values if isinstance(found.test, ast.BoolOp) else [found.test]
    if isinstance(found.test, ast.BoolOp) and not isinstance(found.test.op, ast.And):
        return
    for test in tests:
        named = (
            isinstance(test, ast.Compare)
            and isinstance(test.left, ast.Name)
            and test.left.id == loop.target.id
        )
        if not named or not isinstance(test, ast.Compare) or not isinstance(test.ops[0], ast.NotIn):
            return
    for statement in found.body:
        if isinstance(statement, ast.Delete):
            yield from (one.value for one in statement.targets if isinstance(one, ast.Subscript))
        elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            method = statement.value.func
            if isinstance(method, ast.Attribute) and method.attr == "pop":
                yield method.value


def parameter_node(function: Function, name: str) -> ast.AST:
    """Where a parameter is written."""
    arguments = function.node.args
    stars = [one for one in (arguments.vararg, arguments.kwarg) if one is not None]
    for parameter in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *stars):
        if parameter.arg == name:
            return parameter
    return function.node


def frame_of(function: Function) -> Frame:
    """A frame in the module of a function."""
    return Frame(function.module, {})


def constant(node: ast.expr) -> bool:
    """Whether a key is written as a constant."""
    return isinstance(node, ast.Constant)


def is_response(value: Ref) -> bool:
    """Whether a value is a response object, whose body was judged where it was made, or a dictionary, which is sent as JSON."""
    return value.path.endswith(("Response()", "builtins.dict()")) or not value.taint


def of_markup(value: List) -> bool:
    """Whether a list holds the parts of a page: where a list is sent as JSON it seldom has tags in it."""
    return value.kind != "tuple" and any(
        isinstance(part, Const) and isinstance(part.value, (str, bytes)) and "<" in str(part.value)
        for part in value.items
    )


class Handlers(dict[type[ast.AST], Callable[..., Value]]):
    """How each kind of expression is evaluated; what is none of them is unknown."""

    def __missing__(self, kind: type[ast.AST]) -> Callable[..., Value]:
        return lambda tracer, node, frame: UNKNOWN


EXPRESSIONS = Handlers(expressions.HANDLERS)
EXPRESSIONS |= {
    ast.Name: Tracer.name,
    ast.Attribute: Tracer.attribute_of,
    ast.Compare: Tracer.comparison,
    ast.Subscript: Tracer.subscription,
    ast.Call: Tracer.call,
    ast.FormattedValue: Tracer.formatted,
    ast.IfExp: Tracer.conditional,
    ast.Lambda: Tracer.lambda_,
    ast.Dict: Tracer.dictionary,
    ast.List: Tracer.sequence,
    ast.Tuple: Tracer.sequence,
    ast.Set: Tracer.sequence,
    ast.Yield: Tracer.yielded,
    ast.YieldFrom: Tracer.yielded,
    ast.ListComp: Tracer.comprehension,
    ast.SetComp: Tracer.comprehension,
    ast.GeneratorExp: Tracer.comprehension,
    ast.DictComp: Tracer.comprehension,
}

STATEMENTS: dict[type[ast.stmt], Callable[..., bool | None]] = {
    **statements.HANDLERS,
    ast.Assign: Tracer.assignment,
    ast.Expr: Tracer.expression,
    ast.Return: Tracer.returned,
    ast.Raise: Tracer.raised,
    ast.FunctionDef: Tracer.function,
    ast.AsyncFunctionDef: Tracer.function,
    ast.For: Tracer.for_,
    ast.AsyncFor: Tracer.for_,
    ast.With: Tracer.with_,
    ast.AsyncWith: Tracer.with_,
}
