"""The tracer's calls: sinks, sanitizers and propagators of APIs, and project functions followed with what they are
given. See `tracing`."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable

from pentalint.evaluate.applications import apply_library
from pentalint.evaluate.arguments import Arguments, split_key
from pentalint.evaluate.attributes import has_decorator
from pentalint.evaluate.calls import Calls, never_returns
from pentalint.evaluate.characters import emptied_kinds
from pentalint.evaluate.events import Frame
from pentalint.evaluate.flow_model import Flow, Sink
from pentalint.evaluate.methods import copy
from pentalint.evaluate.prefixes import deciding
from pentalint.evaluate.signatures import signature_of
from pentalint.evaluate.taint import MOST, NOTHING, STRUCTURED, Taint, changed, derived, elements, string, taints_of
from pentalint.evaluate.tracer_values import ANYTHING, TracerValues, alternatives, instance_of
from pentalint.evaluate.values import (
    NONE,
    REST,
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
)

CALL_DEPTH = 20
"""Project functions are followed through this many calls."""

CALLS = 500
"""Calls of project functions that one entry point may lead to."""

SHAPES = 24
"""One function is evaluated for at most this many different kinds of arguments; for further ones, its result is
taken to carry what they do if it ever did."""

MARKUP = re.compile("html|xml|svg", re.IGNORECASE)
"""Content types in which a browser runs scripts."""

JOINERS = frozenset({"os.path.join", "posixpath.join", "pathlib.Path", "pathlib.PurePath"})
"""What makes paths of parts: a part that cannot leave its directory does not make the whole leave it."""

PARSERS = frozenset({"loads", "load", "safe_load", "literal_eval", "decode", "parse"})
"""Functions that make data structures of text."""

CONTENTS = ("file-content", "body")
"""The kinds of user input that are contents, not names."""

CONTEXTS = ("contextlib.contextmanager", "contextlib.asynccontextmanager")

CONVERTERS = frozenset({"builtins.int", "builtins.float", "uuid.UUID"})
"""What raises for text that is more than a number or an identifier."""

ITERATED = frozenset(["map", "filter", "enumerate", "zip", "reversed", "iter", "next"])
"""Built-in functions that hand on the elements of what they are given."""

PURE = frozenset(
    """startswith endswith find rfind index rindex count isalpha isalnum isdigit isdecimal isnumeric isascii isidentifier
    islower isupper isspace isprintable istitle __len__ __contains__ bit_length""".split()  # noqa: SIM905
)
"""Methods whose result tells little of the string."""


class Applied:
    """What a call of a project function came to: its result, and the kinds its arguments are known to be safe for
    after it returned (`after`), or when it returned what is true (`held`) or false (`failed`)."""

    __slots__ = ("after", "failed", "held", "kept", "value")

    def __init__(self, value: Value, kept: object = None) -> None:
        self.value = value
        self.kept = kept
        self.after: dict[str, frozenset[str]] = {}
        self.held: dict[str, frozenset[str]] = {}
        self.failed: dict[str, frozenset[str]] = {}


class TracerCalls(TracerValues):
    """Calls with tainted arguments."""

    tracing: bool
    memo: dict[object, Applied | None]
    shapes: dict[int, int]
    latest: dict[ast.AST, tuple[Value, Arguments, Applied | None]]
    spent: int
    calls: int
    exhausted: set[str]
    naming: dict[Function, bool]
    names_source: Callable[[Function], bool]

    # -- dispatch ------------------------------------------------------------------------------------------------

    def invoke(self, callee: Value, arguments: Arguments, node: ast.Call, frame: Frame) -> Value:
        if not self.tracing:
            return super().invoke(callee, arguments, node, frame)
        if isinstance(callee, Lazy):
            callee = self.force(callee)
        if isinstance(callee, Function):
            return self.apply(callee, None, arguments, node, frame)
        if isinstance(callee, Bound):
            return self.apply(callee.function, callee.receiver, arguments, node, frame)
        if isinstance(callee, (Class, Ref)):
            self.latest[node] = (callee, arguments, None)
        return super().invoke(callee, arguments, node, frame)

    def call_api(self, callee: Ref, arguments: Arguments, node: ast.Call, frame: Frame) -> Value:
        path = callee.path
        if path in self.model.undone and isinstance(node.func, ast.Attribute):
            self.flows = [flow for flow in self.flows if flow.node is not node.func.value]
        self.check_call(path, callee, arguments, node, frame)
        if path.startswith("builtins."):
            known = self.call_known(path[9:], arguments, node, frame)
            if known is not None:
                return known
        elif path == "functools.partial()" and callee.arguments is not None:
            return self.call_partial(callee.arguments, arguments, node, frame)
        elif f"{path}()" not in self.model.sources:
            known = apply_library(self, callee, arguments, node, frame)
            if known is not None:
                return known
        if path[:1] == ANYTHING:
            result = path if path == ANYTHING else f"{path}()"
            taint = self.cleaned(result, arguments, derived(callee.taint)) if callee.taint else ()
            into = self.model.into.get(path)
            if into is not None:
                self.soak(callee, into, arguments, node, frame)
            taint = (*taint, *self.passed(path, path, arguments))[:MOST]
            if result in self.model.sources:
                return self.tag(result, arguments, taint, node, frame)
            return Ref(ANYTHING if not taint else result, arguments, False, taint)
        if path.startswith(("builtins.str.", "builtins.bytes.")):
            return string(derived(self.given(("*",), path, arguments)))
        if path in CONVERTERS and arguments.positional:
            value = self.force(arguments.positional[0])
            if taints_of(value):
                self.clear(value, arguments.nodes[0], frozenset({"all"}), frame)  # else it has raised
        if path in ("re.sub", "re.compile().sub"):
            return self.substituted(callee, arguments)
        taint = derived(callee.taint, replaced_kinds(path, arguments)) if callee.taint else ()
        if not taint and f"{path}()" in self.model.cleaners:
            taint = derived(self.given(("*",), path, arguments))
        name = f"{ANYTHING}.{path.rpartition('.')[2]}"
        for asked in (path, name) if callee.taint or "()." in path else (path,):
            own = self.known(asked, self.model.calls)
            if own is not None:
                structured = frozenset({STRUCTURED}) if path.rpartition(".")[2] in PARSERS else NOTHING
                taint = (*taint, *derived(self.passed(own, path, arguments), structured))[:MOST]
            own = self.known(asked, self.model.into)
            if own is not None:
                self.soak(callee, self.model.into[own], arguments, node, frame)
        if path.endswith((".get", ".pop", ".getone", ".getunicode")) and arguments.positional:
            key = self.force(arguments.positional[0])
            exact = f"{path.rpartition('.')[0]}[{key.value}]" if isinstance(key, Const) else ""
            owner = node.func.value if isinstance(node.func, ast.Attribute) else None
            if self.model.items:
                taint = self.named_item(key, taint, node, frame)
            if exact and self.known(exact, self.model.sources) is not None:
                return self.tag(exact, arguments, taint, node, frame)
            if exact and taint and isinstance(callee.base, Instance) and owner is not None:
                if self.clean_field(Ref(path.rpartition(".")[0], base=callee.base), key):
                    return Ref(f"{path}()", arguments)
        result = f"{path}()"
        if len(result) > 300:
            return Ref(ANYTHING, arguments, False, taint)
        return self.tag(self.aliases.get(result, result), arguments, taint, node, frame)

    def substituted(self, callee: Ref, arguments: Arguments) -> Value:
        """`re.sub`: what the replacement and the string carry, safe for what it takes all harmful characters out of."""
        given = arguments.positional
        if callee.path == "re.sub":
            pattern, given = (given[0] if given else None), given[1:]
        else:
            pattern = callee.arguments.get("0=pattern") if callee.arguments is not None else None
        if len(given) < 2:
            return string(derived(self.given(("*",), "re.sub", arguments)))
        replacement, text = self.force(given[0]), self.force(given[1])
        pattern = self.force(pattern) if pattern is not None else UNKNOWN
        kinds = NOTHING
        if isinstance(pattern, Const) and isinstance(pattern.value, str):
            shown = replacement.value if isinstance(replacement, Const) and isinstance(replacement.value, str) else ""
            kinds = emptied_kinds(pattern.value, shown)
        return string((*derived(taints_of(text), kinds), *derived(taints_of(replacement)))[:MOST])

    def passed(self, name: str, path: str, arguments: Arguments) -> tuple[Taint, ...]:
        """The taints that a call passes on to its result, as the packs say of it under a name."""
        found: tuple[Taint, ...] = ()
        for keys, test in self.model.calls.get(name, ()):
            if test is None or test(arguments, self.knowledge.signatures.get(path, ()), self):
                found = (*found, *self.given(keys, path, arguments))
        return found[:MOST]

    def given(self, keys: tuple[str, ...], path: str, arguments: Arguments) -> tuple[Taint, ...]:
        """The taints of the arguments that a propagator passes on."""
        found: list[Taint] = []
        for value in self.selected(keys, path, arguments):
            value = self.force(value)
            found.extend(taints_of(deciding("path", value) if path in JOINERS else value))
        if path in self.model.contents:
            found = [taint for taint in found if taint.origin.detail in CONTENTS]
        return tuple(found[:MOST])

    def selected(self, keys: Iterable[str], path: str, arguments: Arguments) -> list[Value]:
        """The arguments under keys of the path language; `*` is all of them."""
        signature = self.knowledge.signatures.get(path, ())
        found: list[Value] = []
        for key in keys:
            if key == "*":
                found.extend(arguments.every())
            elif key == "**":
                spare = arguments.spare.get("**")
                if spare is not None:
                    found.append(spare.entries.get(REST, UNKNOWN) if isinstance(spare, Dict) else spare)
            elif key.endswith("[0]"):
                value = arguments.get(key[:-3], signature)
                for option in alternatives(self.force(value)) if value is not None else ():
                    if not isinstance(option, List):
                        found.append(option)
                    elif option.items and option.complete:
                        found.append(option.items[0])
            else:
                value = arguments.get(key, signature)
                if value is not None and not isinstance(value, Unknown):
                    found.append(value)
                elif isinstance(value, Unknown) and arguments.spare:
                    found.extend(arguments.spare.values())
        return found

    def soak(
        self, callee: Ref, keys: tuple[str, ...], arguments: Arguments, node: ast.Call, frame: Frame
    ) -> None:
        """A call that puts its arguments into the object it is a method of."""
        taint = derived(self.given(keys, callee.path, arguments))
        target = node.func.value if isinstance(node.func, ast.Attribute) else None
        if taint and isinstance(target, (ast.Name, ast.Attribute)):
            before = self.force(self.eval(target, frame))
            if isinstance(before, Ref):
                self.assign(target, Ref(before.path, before.arguments, False, (*before.taint, *taint)[:MOST]), node, frame)

    # -- sinks ---------------------------------------------------------------------------------------------------

    def check_call(
        self, path: str, callee: Ref | Class, arguments: Arguments, node: ast.Call, frame: Frame
    ) -> None:
        """Report tainted arguments of a call that is a sink."""
        for sink in self.sinks_of(path):
            signature = self.knowledge.signatures.get(path, ())
            if sink.test is not None and not sink.test(arguments, signature, self):
                continue
            for key in sink.keys:
                if key == "self":
                    values: list[Value] = [callee] if isinstance(callee, Ref) else []
                else:
                    values = self.selected((key,), path, arguments)
                for value in values:
                    place = arguments.node(key, signature) if split_key(key)[0] is not None else None
                    self.check(sink.kind, self.force(value), path, place, node, frame)
        if isinstance(callee, Ref) and callee.taint:
            self.check_method(path.rpartition(".")[2], callee, node, frame)

    def check_method(self, name: str, receiver: Value, node: ast.Call, frame: Frame) -> None:
        """Report a method of tainted data that is a sink whatever the object: `text.format(...)`."""
        for sink in self.model.sinks.get(f"{ANYTHING}.{name}", ()):
            if "self" in sink.keys and sink.test is None:
                self.check(sink.kind, receiver, f"{ANYTHING}.{name}", None, node, frame)

    def sinks_of(self, path: str) -> tuple[Sink, ...]:
        """The sinks a call is: under its own path, as the same method of an ancestor, or, for an object of which
        the packs say nothing, by the method's name."""
        found = self.sink_cache.get(path)
        if found is None:
            sinks = self.model.sinks
            owner, _, member = path.rpartition("().")
            names = [f"{name}().{member}" for name in self.knowledge.ancestors(owner)] if owner else [path]
            names.extend(self.knowledge.ancestors(path)[1:] if not owner else [])
            collected = [sink for name in dict.fromkeys(names) for sink in sinks.get(name, ())]
            holder = path.rpartition(".")[0]
            if not collected and ("()" in holder or "." in holder) and holder not in self.model.objects:
                collected.extend(sinks.get(f"{ANYTHING}.{path.rpartition('.')[2]}", ()))
            found = self.sink_cache[path] = tuple(collected)
        return found

    def check(
        self, kind: str, value: Value, callee: str, place: ast.AST | None, node: ast.AST, frame: Frame
    ) -> None:
        """Report the taints of a value that reach a sink of a kind and can do harm there."""
        if isinstance(value, Instance):
            return  # an object of the project's own: what becomes of it there its methods say
        value = deciding(kind, value)
        for taint in taints_of(value):
            if (taint.origin.kind, kind) in self.model.wanted and taint.harms(kind):
                self.flows.append(Flow(kind, callee, frame.module, node, frame.qualname, taint))

    def write(self, path: str, value: Value, node: ast.AST, frame: Frame) -> None:
        path = self.aliases.get(path, path)
        owner, _, member = path.rpartition("().")
        names = [f"{name}().{member}" for name in self.knowledge.ancestors(owner)] if owner else [path]
        if path in self.model.types:
            self.typed(value, frame)
        for name in names:
            for sink in self.model.writes.get(name, ()):
                self.check(sink.kind, self.force(value), name, None, node, frame)

    def assigned_item(self, target: Ref, key: Value, value: Value, node: ast.AST, frame: Frame) -> None:
        name = key.value if isinstance(key, Const) and isinstance(key.value, str) else None
        owner, dot, member = target.path.rpartition("().")
        names = [f"{one}().{member}" for one in self.knowledge.ancestors(owner)] if dot else self.knowledge.ancestors(target.path.removesuffix("()"))
        names = [f"{one}()" for one in names] if not dot and target.path.endswith("()") else names
        if name is not None and f"{target.path}[{name.title()}]" in self.model.types:
            self.typed(value, frame)
        for base in names:
            sinks = self.model.writes.get(f"{base}[]", ())
            if name is not None:
                sinks = (*self.model.writes.get(f"{base}[{name}]", ()), *self.model.writes.get(f"{base}[{name.title()}]", ())) or sinks
            for sink in sinks:
                met = key if "key" in sink.keys else self.force(value)
                self.check(sink.kind, met, f"{base}[{name or ''}]", None, node, frame)

    def typed(self, value: Value, frame: Frame) -> None:
        """The response gets a content type: what the handler returns is HTML only if that says so."""
        value = self.force(value)
        if isinstance(value, Const) and isinstance(value.value, str) and not MARKUP.search(value.value):
            frame.sends = ""

    # -- built-ins -----------------------------------------------------------------------------------------------

    def call_known(self, name: str, arguments: Arguments, node: ast.Call, frame: Frame) -> Value | None:
        """Built-in functions whose result the tracer computes itself; None for what the packs describe."""
        given = arguments.positional
        if name == "getattr" and len(given) > 2 and isinstance(given[1], Const) and isinstance(given[1].value, str):
            found = self.attribute(self.force(given[0]), given[1].value, node, frame)
            return join_all([found, given[2]])
        if name in ITERATED and given:
            known = self.call_builtin(name, arguments, node, frame)
            if (isinstance(known, List) and known.exact) or (name == "next" and isinstance(known, Const)):
                return known
            given = arguments.positional
        if name in ("map", "filter") and len(given) == 2:
            inner = Arguments()
            inner.positional.append(self.element(self.force(given[1])))
            value = self.invoke(self.force(given[0]), inner, node, frame)
            return List([value if name == "map" else inner.positional[0]], complete=False)
        if name == "str" and len(given) == 1:
            value = self.force(given[0])
            if isinstance(value, Instance):
                return self.shown(value, node, frame)
            if isinstance(value, Text):
                return value
        if name in ("enumerate", "zip", "reversed", "iter"):
            return self.paired(name, [self.force(value) for value in given])
        if name == "next" and given:
            return self.element(self.force(given[0]))
        arguments.positional = [self.force(value) for value in given]
        known = self.call_builtin(name, arguments, node, frame)
        if isinstance(known, Unknown):
            return None
        return known

    def paired(self, name: str, given: list[Value]) -> Value:
        """`enumerate`, `zip`, `reversed`, `iter`: their elements keep what the iterables' elements carry."""
        items = [self.element(value) for value in given]
        if not items:
            return List([], complete=False)
        if name == "enumerate":
            return List([List([UNKNOWN, items[0]], "tuple")], complete=False)
        if name == "zip":
            return List([List(items, "tuple")], complete=False)
        return given[0] if isinstance(given[0], List) else List([items[0]], complete=False)

    def call_builtin_method(
        self, callee: Builtin, arguments: Arguments, node: ast.Call, frame: Frame
    ) -> Value:
        receiver, name = callee.receiver, callee.name
        if isinstance(receiver, Text):
            self.check_method(name, receiver, node, frame)
        arguments.positional = [self.force(value) for value in arguments.positional]
        result = super().call_builtin_method(callee, arguments, node, frame)
        if isinstance(receiver, (List, Dict)):
            if name == "items" and isinstance(receiver, Dict) and not receiver.complete:
                return List([List([UNKNOWN, elements(receiver)], "tuple")], complete=False)
            if isinstance(result, Unknown) and name in ("get", "pop", "setdefault", "popitem", "popleft"):
                return elements(receiver)
            return result
        if name == "replace" and isinstance(receiver, Text):
            kinds = replaced_kinds(name, arguments)
            return changed(result, lambda one: Taint(one.origin, one, one.cleared | kinds, one.guarded)) if kinds else result
        if name in PURE or isinstance(result, Const) or taints_of(result):
            return result
        taint = (*taints_of(receiver), *(one for value in arguments.every() for one in taints_of(value)))
        return string(self.cleaned(f"{ANYTHING}.{name}()", arguments, derived(taint))) if taint else result

    # -- project classes and functions ---------------------------------------------------------------------------

    def construct(self, cls: Class, arguments: Arguments, node: ast.Call, frame: Frame) -> Value:
        if not self.tracing:
            return super().construct(cls, arguments, node, frame)
        instance = instance_of(cls, arguments)
        method = self.constructor(cls)
        api = [ancestor for ancestor in self.linear(cls) if isinstance(ancestor, str)]
        if method is None or api:
            for path in api:
                self.check_call(path, cls, arguments, node, frame)
        if method is None:
            self.fill(instance, arguments)
        elif any(map(self.matters, arguments.every())):
            self.apply(method, instance, arguments, node, frame)
        else:
            instance.attributes = {name: copy(value) for name, value in self.blank(cls).attributes.items()}
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

    def super_of(self, node: ast.Call, frame: Frame) -> Value:
        found = super().super_of(node, frame)
        function = frame.function
        if isinstance(found, Instance) and function is not None and isinstance(function.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            names = [*function.node.args.posonlyargs, *function.node.args.args]
            me = frame.env.get(names[0].arg) if names else None
            if isinstance(me, Instance):
                found.attributes = me.attributes
                found.traced = me.traced
        return found

    def result(self, function: Function) -> Value:
        if not self.tracing:
            return super().result(function)
        return self.apply(function, None, Arguments(), function.node, Frame(function.module, {}))

    def field(self, cls: Class, name: str) -> Value | None:
        """What methods assign on `self` when nothing is known of the instance: as without tracing."""
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
        signature = signature_of(function)
        given = signature.bind(arguments, receiver)
        if any(map(self.matters, given.values())) or (
            signature.mutates
            and any(isinstance(value, (List, Dict, Instance)) for value in given.values())
            and self.may_name(function)
        ):
            key: object = (id(function), *(shape(value) for value in given.values()))
        else:
            given = self.bare_arguments(function, receiver)
            key = (id(function), *map(id, given.values()))
        applied = self.memo.get(key)
        if applied is None:
            if key in self.memo or self.depth >= CALL_DEPTH:
                return UNKNOWN  # recursion
            applied = self.evaluated(function, given, key, node, frame)
            if applied is None:
                return self.passed_through(function, given)
        if isinstance(node, ast.Call):
            self.latest[node] = (Bound(function, receiver) if receiver is not None else function, arguments, applied)
            self.returned_from(given, applied, frame)
        result = applied.value
        known = {taint.origin for value in given.values() for taint in taints_of(value)}
        if known and any(taint.origin in known for taint in taints_of(result)):
            self.passing.add(id(function))
        if any(taint.origin not in known for taint in taints_of(result)):
            return self.stepped(result, f"returned by {function.name}()", node, frame)
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
        if isinstance(value, (Const, Unknown)):
            return False
        if isinstance(value, Ref):
            return bool(value.taint) or value.path in self.model.carriers
        if isinstance(value, (Function, Bound, Class)):
            return True
        if isinstance(value, Instance):
            if value.cls not in self.carrying:
                self.carrying[value.cls] = any(f"{name}()" in self.model.carriers for name in self.ancestors(value.cls))
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
            return False
        return depth > 0 and any(self.matters(part, depth - 1) for part in parts)

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
                self.apply(method, found, Arguments(), method.node, Frame(method.module, {}))
        return found

    def constructor(self, cls: Class) -> Function | None:
        """The `__init__` a project class has, or inherits from one."""
        for ancestor in self.linear(cls):
            if isinstance(ancestor, Class) and "__init__" in ancestor.members:
                method = self.force(ancestor.members["__init__"])
                return method if isinstance(method, Function) else None
        return None

    def passed_through(self, function: Function, given: dict[str, Value]) -> Value:
        """The result of a function that is not evaluated once more."""
        if id(function) not in self.passing:
            return UNKNOWN
        return string(derived(tuple(one for value in given.values() for one in taints_of(value))[:MOST]))

    def evaluated(
        self, function: Function, given: dict[str, Value], key: object, node: ast.AST, frame: Frame
    ) -> Applied | None:
        """Evaluate a function's body for arguments of a new kind; None when a budget is spent."""
        count = self.shapes.get(id(function), 0)
        if self.spent >= self.calls or count >= SHAPES:
            self.exhausted.add(function.module.path)
            return None
        self.shapes[id(function)] = count + 1
        self.spent += 1
        mutable = any(isinstance(value, (Instance, List, Dict)) for value in given.values())
        self.memo[key] = None
        self.depth += 1
        try:
            applied = self.run(function, given, node, frame)
        finally:
            self.depth -= 1
            del self.memo[key]
        if not (mutable and signature_of(function).mutates):
            self.memo[key] = applied
        return applied

    def run(self, function: Function, given: dict[str, Value], node: ast.AST, caller: Frame) -> Applied:
        """Evaluate a function's body."""
        env = self.fresh(function)
        for name, value in given.items():
            if not isinstance(value, Unknown):
                typed = env.get(name)
                if isinstance(typed, Ref) and typed.path.endswith("()") and isinstance(value, Ref) and value.path[:1] == ANYTHING:
                    value = Ref(typed.path, typed.arguments, False, value.taint)
                if taints_of(value):
                    value = self.stepped(value, f"passed to {function.name}() as {name}", node, caller)
                env[name] = value
        inner = Frame(function.module, env, function, function.owner, function.closure)
        inner.entered = {name: env[name] for name in given if taints_of(env.get(name, UNKNOWN))}
        self.decide_returns(function, inner)
        applied = Applied(UNKNOWN, function)
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
        self.conclude(applied, inner)
        return applied

    def basic(self, function: Function) -> dict[str, Value]:
        """The parameters of a function as packs, annotations and defaults give them."""
        found = self.basics.get(id(function))
        if found is None:
            env = self.parameters(function)
            arguments = function.node.args
            outer = function.closure or Frame(function.module, function.module.env)
            names = [*arguments.posonlyargs, *arguments.args]
            defaults = [*zip(reversed(names), reversed(arguments.defaults)), *zip(arguments.kwonlyargs, arguments.kw_defaults)]
            for parameter, default in defaults:
                if default is not None and isinstance(env.get(parameter.arg), Unknown):
                    value = self.eval(default, outer)
                    if not (isinstance(value, Const) and value.value is None):
                        env[parameter.arg] = join_all([value, UNKNOWN])
            self.kept.append(function)
            found = self.basics[id(function)] = env
        return found

    def fresh(self, function: Function) -> dict[str, Value]:
        """The parameters of a function for one evaluation: instances are its own."""
        return {
            name: instance_of(value.cls) if isinstance(value, Instance) else value
            for name, value in self.basic(function).items()
        }

    def wrapper(self, function: Function, frame: Frame) -> Function | None:
        """What the project's own decorators made of a function, when they replaced it by another."""
        if not function.decorators or id(function) in self.bare:
            return None
        found = self.wrappers.get(id(function), self)
        if found is not self:
            return found if isinstance(found, Function) else None
        self.wrappers[id(function)] = None
        self.kept.append(function)
        if not any(isinstance(self.force(one.value), (Function, Choice)) for one in function.decorators):
            return None
        bare = Function(function.node, function.module, function.qualname, function.owner, function.closure)
        bare.decorators, bare.yields = function.decorators, function.yields
        self.bare.add(id(bare))
        self.kept.append(bare)
        value: Value = bare
        for decorator in reversed(function.decorators):
            for option in alternatives(self.force(decorator.value)):
                if isinstance(option, Function):
                    given = Arguments()
                    given.add(value, decorator.node)
                    made = self.apply(option, None, given, decorator.node, frame)
                    if isinstance(made, Function):
                        value = made
        if value is not bare and isinstance(value, Function):
            self.wrappers[id(function)] = value
            return value
        return None

    # -- provided by tracer_guards ---------------------------------------------------------------------------------

    def clear(self, value: Value, node: ast.expr | None, kinds: frozenset[str], frame: Frame) -> None:
        raise NotImplementedError

    def decide_returns(self, function: Function, frame: Frame) -> None:
        raise NotImplementedError

    def note_verdicts(self, value: Value, node: ast.expr | None, frame: Frame) -> None:
        raise NotImplementedError

    def conclude(self, applied: Applied, frame: Frame) -> None:
        raise NotImplementedError

    def returned_from(self, given: dict[str, Value], applied: Applied, frame: Frame) -> None:
        raise NotImplementedError


def replaced_kinds(name: str, arguments: Arguments) -> frozenset[str]:
    """The kinds of sink that `replace` makes a string safe for: those with a single harmful character, which it takes out."""
    given = arguments.positional
    if not name.endswith("replace") or len(given) < 2:
        return NOTHING
    old, new = given[0], given[1]
    if isinstance(old, Const) and isinstance(new, Const) and isinstance(old.value, str) and isinstance(new.value, str):
        return emptied_kinds(re.escape(old.value), new.value)
    return NOTHING


def shape(value: Value, depth: int = 3) -> object:
    """What of an argument makes a difference to a function: equal shapes give equal results."""
    if isinstance(value, Const):
        return (type(value.value), value.value)
    if isinstance(value, Unknown):
        return None
    if isinstance(value, Ref):
        if value.taint:
            return (value.path, *((id(one.origin), one.cleared, one.guarded) for one in value.taint))
        return value.path
    if depth <= 0:
        return id(value)
    if isinstance(value, Text):
        return ("text", *(shape(part, depth - 1) for part in value.parts[:12]))
    if isinstance(value, Choice):
        return ("choice", *(shape(option, depth - 1) for option in value.values))
    if isinstance(value, List):
        rest = None if value.rest is None else shape(value.rest, depth - 1)
        return (value.kind, value.complete, rest, *(shape(item, depth - 1) for item in value.items[:30]))
    if isinstance(value, Dict):
        return ("dict", value.complete, *((key if isinstance(key, str) else None, shape(item, depth - 1)) for key, item in list(value.entries.items())[:30]))
    if isinstance(value, Instance):
        attributes = tuple((name, shape(item, depth - 2)) for name, item in value.attributes.items())
        return (id(value.cls), attributes)
    if isinstance(value, Bound):
        return (id(value.function), shape(value.receiver, depth - 1))
    return id(value)
