"""What a call does: API calls become events and paths, project functions are evaluated, built-in methods are folded."""

from __future__ import annotations

import ast

from pentalint.evaluate.applications import apply_builtin, apply_library
from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.attributes import Attributes, has_decorator, own
from pentalint.evaluate.chains import Chain
from pentalint.evaluate.dictionaries import keep, put
from pentalint.evaluate.elements import widen
from pentalint.evaluate.enumerations import FLAGS, distinct, member_by_value
from pentalint.evaluate.events import Call, Frame, Write
from pentalint.evaluate.folding import rest_of
from pentalint.evaluate.helpers import aloud, apply_helper, changes, is_made
from pentalint.evaluate.library import LIBRARY
from pentalint.evaluate.methods import ADDING, MUTATORS, copy, forget, method, soften
from pentalint.evaluate.models import Model
from pentalint.evaluate.modules import Module
from pentalint.evaluate.namespaces import OPENING, is_namespace, is_this_module, set_name, update_names
from pentalint.evaluate.parsers import Parser
from pentalint.evaluate.records import Record, record_of
from pentalint.evaluate.sections import Section
from pentalint.evaluate.slices import set_place
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
    lift,
)

DEPTH = 40
"""Project functions are followed through this many calls; deeper results are unknown."""

STATEFUL = (Parser.CHANGES | Section.CHANGES | Chain.CHANGES) - MUTATORS
"""Methods that change an API object whose state is kept."""


SPECIAL = ("builtins.", "functools.partial()")
"""How the paths begin of which calls do more than give a path."""


class Calls(Attributes):
    """Calls of every kind of value."""

    depth = 0
    uncertain = False

    def call(self, node: ast.Call, frame: Frame) -> Value:
        """The value of a call expression."""
        function = node.func
        if type(function) is ast.Attribute:
            attribute = function.attr
            if attribute in MUTATORS:
                self.detach(function.value, frame, adding=attribute in ADDING)
                self.note_change(function.value, node, frame)
            elif attribute in STATEFUL:
                self.detach(function.value, frame, models_only=True)
        elif type(function) is ast.Name and function.id == "super" and frame.function is not None:
            callee = self.lookup("super", frame)
            if isinstance(callee, Ref) and callee.path == "builtins.super":
                return self.super_of(node, frame)
        callee = self.eval(function, frame)
        arguments = self.arguments(node, frame)
        if type(callee) is Lazy:
            callee = self.force(callee)
        return self.invoke(callee, arguments, node, frame)

    def arguments(self, node: ast.Call, frame: Frame) -> Arguments:
        """Evaluate the arguments in source order. Two in five are constants, which nothing need be called for."""
        arguments = Arguments()
        for argument in node.args:
            kind = type(argument)
            if kind is ast.Constant:
                arguments.add(Const(argument.value), argument)  # type: ignore[attr-defined]
            elif kind is ast.Starred:
                starred = self.force(self.eval(argument.value, frame))  # type: ignore[attr-defined]
                arguments.spread(starred, argument)
            else:
                arguments.add(self.eval(argument, frame), argument)
        if node.keywords:
            keywords, nodes = arguments.keywords, arguments.keyword_nodes
            for keyword in node.keywords:
                given, name = keyword.value, keyword.arg
                value = Const(given.value) if type(given) is ast.Constant else self.eval(given, frame)
                if name is None:
                    arguments.unpack(self.unpacked(value, keyword.value, frame), keyword.value)
                else:
                    keywords[name] = value
                    nodes[name] = keyword
        return arguments

    def invoke(self, callee: Value, arguments: Arguments, node: ast.Call, frame: Frame) -> Value:
        """Call a value."""
        kind = type(callee)  # the most common ones by a glance
        if kind is Unknown:
            return UNKNOWN
        if kind is Ref or isinstance(callee, Ref):
            return self.call_api(callee, arguments, node, frame)  # type: ignore[arg-type]
        if isinstance(callee, Function):
            self.note_call(callee, arguments, node, frame)
            applied = apply_helper(self, callee, arguments, frame)
            if applied is not None and changes(callee.node) and not is_made(applied):
                return applied  # what it changes is not to be changed twice
            self.uncertain = bool(frame.branches or frame.conditional)
            result = self.result(callee)  # for all to hear, also where the helper has been followed
            return result if applied is None or is_made(applied) else applied
        if isinstance(callee, Bound):
            self.note_call(callee.function, arguments, node, frame)
            self.uncertain = bool(frame.branches or frame.conditional)
            return self.result(callee.function)
        if isinstance(callee, Class):
            return self.construct(callee, arguments, node, frame)
        if isinstance(callee, Builtin):
            return self.call_builtin_method(callee, arguments, node, frame)
        if isinstance(callee, Choice):
            one_name = isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name)
            return join_all(
                self.invoke(
                    self.force(option if one_name else uncertain(option, arguments)), arguments, node, frame
                )
                for option in callee.values
            )
        if isinstance(callee, Instance):
            caller = self.instance_attribute(callee, "__call__", node, frame)
            return (
                self.invoke(caller, arguments, node, frame) if isinstance(caller, (Bound, Ref)) else UNKNOWN
            )
        return UNKNOWN

    def note_call(self, function: Function, arguments: Arguments, node: ast.Call, frame: Frame) -> None:
        """A call of the project's own function; parameters stay unknown here, results are memoised per function."""
        if self.invoked is not None:
            self.invoked(function, arguments, node, frame)

    def call_api(self, callee: Ref, arguments: Arguments, node: ast.Call, frame: Frame) -> Value:
        """A call that leaves the project."""
        path = callee.path
        listener = self.listener
        asked = self._asked.get((path, id(listener.call_paths)))  # nearly always known, and empty
        for wanted in self.asked(path, listener.call_paths) if asked is None else asked:
            listener.called(Call(wanted, node, arguments, frame, frame.uses.get(node, ""), callee))
        result = self._results.get(path)
        if result is not None:
            return Ref(result, arguments, False, (), callee)
        if path.startswith("builtins."):
            known = self.call_builtin(path[9:], arguments, node, frame)
            if known is not None:
                return known
        elif path == "functools.partial()" and callee.arguments is not None:
            return self.call_partial(callee.arguments, arguments, node, frame)
        elif path in LIBRARY:
            known = apply_library(self, callee, arguments, node, frame)
            if known is not None:
                return known
        target = self.knowledge.updates.get(path)
        if path in OPENING and frame.function is None:
            self.open_names(frame)
        if path.endswith(").update") and callee.base is not None and is_namespace(callee.base, frame):
            update_names(self, arguments, node, frame)
        elif target is not None:
            self.update_items(target, arguments, node, frame)
        elif path.endswith((".update", ".setdefault")):
            self.set_items(path, arguments, node, frame)
        result = f"{path}()"
        result = self.aliases.get(result, result)
        if not (path in LIBRARY or path in OPENING or target is not None or path.startswith(SPECIAL)):
            if not path.endswith((".update", ".setdefault")):
                self._results[path] = result  # nothing but its path matters: it is found out once
        return Ref(result, arguments, base=callee)

    def asked(self, path: str, wanted: frozenset[str]) -> tuple[str, ...]:
        """The paths some rule asks for that an API path is: itself, or the same member of a class its class
        inherits from."""
        key = (path, id(wanted))
        found = self._asked.get(key)
        if found is None:
            owner, _, member = path.rpartition("().")
            names = [f"{name}().{member}" for name in self.knowledge.ancestors(owner)] if owner else [path]
            found = self._asked[key] = tuple(name for name in names if name in wanted)
        return found

    def call_builtin(self, name: str, arguments: Arguments, node: ast.Call, frame: Frame) -> Value | None:
        """Built-in functions that the evaluator understands."""
        if name == "getattr" and len(arguments.positional) >= 2:
            attribute = arguments.positional[1]
            if isinstance(attribute, Const) and isinstance(attribute.value, str):
                target = self.force(arguments.positional[0])
                if len(arguments.positional) > 2 and isinstance(target, Ref):
                    found: Value = self.ref(
                        f"{target.path}.{attribute.value}"
                    )  # a guarded read is no use of the name
                else:
                    found = self.attribute(target, attribute.value, node, frame)
                return join_all([found, arguments.positional[2]]) if len(arguments.positional) > 2 else found
        if name == "setattr" and len(arguments.positional) == 3:
            attribute = arguments.positional[1]
            if isinstance(attribute, Const) and isinstance(attribute.value, str):
                if frame.function is None and is_this_module(node.args[0]):
                    self.bind(attribute.value, arguments.positional[2], node, frame)
                    return NONE
                self.set_attribute(
                    arguments.positional[0], attribute.value, arguments.positional[2], node, frame
                )
                return NONE
        result = apply_builtin(self, name, arguments, node, frame)
        if isinstance(result, Dict):
            for key, keyword in arguments.keyword_nodes.items():
                result.nodes[key] = (frame.module.path, keyword)
        return result

    def call_partial(self, given: Arguments, more: Arguments, node: ast.Call, frame: Frame) -> Value:
        """`functools.partial(f, ...)(...)`."""
        if not given.positional:
            return UNKNOWN
        merged = Arguments()
        merged.positional = [*given.positional[1:], *more.positional]
        merged.nodes = [*given.nodes[1:], *more.nodes]
        merged.keywords = {**given.keywords, **more.keywords}
        merged.keyword_nodes = {**given.keyword_nodes, **more.keyword_nodes}
        merged.open_positional = given.open_positional or more.open_positional
        merged.open_keyword = given.open_keyword or more.open_keyword
        return self.invoke(self.force(given.positional[0]), merged, node, frame)

    def call_builtin_method(
        self, callee: Builtin, arguments: Arguments, node: ast.Call, frame: Frame
    ) -> Value:
        """A method of a known string or container."""
        receiver = callee.receiver
        if isinstance(receiver, Model):
            return self.call_model(receiver, callee.name, arguments, node, frame)
        if isinstance(receiver, Record):
            known = receiver.call(callee.name, arguments)
            if known is not None:
                return known
        if (
            isinstance(receiver, (List, Dict))
            and callee.name in MUTATORS
            and isinstance(node.func, ast.Attribute)
            and not self.may_change(receiver, node.func.value, frame)
        ):
            receiver = copy(receiver)
        if frame.loops > frame.rounds and callee.name in MUTATORS and isinstance(receiver, (List, Dict)):
            receiver.complete = False  # a loop may run any number of times
            kept = ADDING | {"clear"} if isinstance(receiver, List) else ADDING | {"clear", "pop"}
            if callee.name not in kept:
                forget(receiver)
        if callee.name == "update" and isinstance(receiver, Dict):
            for key, keyword in arguments.keyword_nodes.items():
                receiver.nodes[key] = (frame.module.path, keyword)
        if isinstance(receiver, Dict):
            arguments.positional = [self.mapping(item) for item in arguments.positional]
        elif callee.name in ("extend", "update") or isinstance(receiver, (Const, Text)):
            arguments.positional = [self.iterated(item) for item in arguments.positional]
        return method(receiver, callee.name, arguments)

    def call_model(
        self, receiver: Model, name: str, arguments: Arguments, node: ast.Call, frame: Frame
    ) -> Value:
        """A method of an API object whose state is kept: a call of the API like any other, with a result that may be
        known."""
        found = self.call_api(Ref(f"{receiver.path}.{name}"), arguments, node, frame)
        arguments.positional = [self.force(item) for item in arguments.positional]
        if name in receiver.CHANGES and frame.loops > frame.rounds:
            receiver.forget()
        known = receiver.call(name, arguments)
        return found if known is None or isinstance(known, Unknown) else known

    def iterated(self, value: Value) -> Value:
        """A value to iterate over: a list of its members for an enumeration, of its keys for an API object whose state
        is kept."""
        value = self.force(value)
        if isinstance(value, Class):
            members = self.enumeration(value)
            if members is not None and self.ancestors(value).isdisjoint(FLAGS):
                return List(distinct(members))
        elif isinstance(value, Model):
            found = value.keys()
            if found is not None:
                return found.listed("view")
        return value

    def unpacked(self, value: Value, node: ast.AST, frame: Frame) -> Value:
        """What `**` spreads over the parameters of a call."""
        return self.force(value)

    def mapping(self, value: Value) -> Value:
        """What `dict`, `update` and `**` take: the items of an API object whose state is kept."""
        value = self.force(value)
        rows = value.call("items", Arguments()) if isinstance(value, Model) else None
        return value if rows is None else rows

    def construct(self, cls: Class, arguments: Arguments, node: ast.Call, frame: Frame) -> Value:
        """An instance of a project class; the constructors of its API ancestors count as called."""
        wanted = self.listener.call_paths
        members = self.enumeration(cls) if cls.enumerates else None
        if members is not None:
            return member_by_value(members, arguments)
        record = record_of(self, cls, arguments)
        if record is not None:
            return record
        if self.invoked is not None:
            for ancestor in self.linear(cls):
                constructor = ancestor.members.get("__init__") if isinstance(ancestor, Class) else None
                if isinstance(constructor, Function):
                    self.invoked(constructor, arguments, node, frame)
                    break
        if any(isinstance(one, Class) and "__init__" in one.members for one in self.linear(cls)):
            arguments = arguments.opened()  # the project's own constructor may add to them
        for path in sorted(self.ancestors(cls) & wanted):
            self.listener.called(Call(path, node, arguments, frame, frame.uses.get(node, ""), cls))
        return Instance(cls, arguments, frame)

    def super_of(self, node: ast.Call, frame: Frame) -> Value:
        """`super()`: the next class in line after the one that defines the method."""
        function = frame.function
        owner = function.owner if function is not None else None
        if owner is None:
            return UNKNOWN
        rest = self.linear(owner)[1:]
        for ancestor in rest:
            if isinstance(ancestor, Class):
                return Instance(ancestor)
            return Ref(f"{ancestor}()")
        return UNKNOWN

    def default(self, node: ast.expr) -> Value:
        """The default of a parameter, where it is written as a literal."""
        try:
            return lift(ast.literal_eval(node))
        except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
            return UNKNOWN

    # -- results of project functions ------------------------------------------------------------------------------

    def result(self, function: Function) -> Value:
        """What a project function returns, evaluated once; recursion gives unknown."""
        if function.state == 2:
            return own(function.result) if function.result is not None else UNKNOWN
        if function.state == 1 or self.depth >= DEPTH:
            return UNKNOWN
        self.depth += 1
        try:
            self.evaluate(function)
        finally:
            self.depth -= 1
        return own(function.result) if function.result is not None else UNKNOWN

    def evaluate(self, function: Function) -> None:
        """Evaluate a function's body with its parameters as the packs, annotations and `self` say."""
        if function.state:
            return
        function.state = 1
        frame = Frame(
            function.module,
            self.parameters(function),
            function,
            function.owner,
            function.closure,
            conditional=self.uncertain,
        )
        if not self.helping:
            self.evaluate_body(function, frame)
            return
        with aloud(self):
            self.evaluate_body(function, frame)

    def evaluate_body(self, function: Function, frame: Frame) -> None:
        """Evaluate a function's body in a frame, and keep what it returns."""
        node = function.node
        try:
            if isinstance(node, ast.Lambda):
                frame.uses[node.body] = "returned"
                function.result = self.eval(node.body, frame)
                function.returns = (function.result,)
            else:
                falls = self.run_body(node.body, frame)
                if falls:
                    frame.returns.append(NONE)
                function.returns = tuple(frame.returns)
                if not frame.returns and not function.yields and never_returns(function):
                    frame.returns.append(Ref("sys.exit()"))
                function.result = List([], complete=False) if function.yields else join_all(frame.returns)
        except RecursionError:
            function.result = UNKNOWN
        function.module.functions.extend(frame.pending)
        if has_decorator(function, "contextlib.contextmanager", "contextlib.asynccontextmanager"):
            function.result = UNKNOWN
        function.state = 2

    def parameters(self, function: Function) -> dict[str, Value]:
        """The values of a function's parameters. Provided by `statements`."""
        raise NotImplementedError

    # -- writes ------------------------------------------------------------------------------------------------

    def set_attribute(self, target: Value, name: str, value: Value, node: ast.AST, frame: Frame) -> None:
        """`target.name = value`."""
        target = self.force(target)
        for option in target.values if isinstance(target, Choice) else (target,):
            if isinstance(option, Ref):
                if isinstance(option, Model):
                    option.set_attribute(name, value)
                self.write(f"{option.path}.{name}", value, node, frame, option)
            elif isinstance(option, Instance):
                self.set_field(option, name, value, frame)
                cls = option.cls
                for ancestor in self.linear(cls):
                    if isinstance(ancestor, str):
                        self.write(f"{ancestor}().{name}", value, node, frame, option)
            elif isinstance(option, Function) and in_progress(option.module, frame):
                option.attributes[name] = value
            elif isinstance(option, Class) and in_progress(option.module, frame):
                option.members[name] = value

    def set_field(self, target: Instance, name: str, value: Value, frame: Frame) -> None:
        """`target.name = value` on an instance: by a method for all instances, by the frame that made it for this one.
        Others change it when nobody can say: that is nothing to rely on."""
        cls = target.cls
        mine = frame.cls is not None and (frame.cls in self.linear(cls) or cls in self.linear(frame.cls))
        if target.home is None and (mine or in_progress(cls.module, frame)):
            cls.fields[name] = join_all([cls.fields[name], value]) if name in cls.fields else value
        elif target.home is frame:
            before = target.attributes.get(name, UNKNOWN)
            target.attributes[name] = join_all([before, value]) if frame.branches else value

    def set_item(self, target: Value, key: Value, value: Value, node: ast.AST, frame: Frame) -> None:
        """`target[key] = value`."""
        target = self.force(target)
        if isinstance(target, Ref):
            if is_namespace(target, frame):
                set_name(self, key, value, node, frame)
            if isinstance(target, Model):
                self.set_stateful(target, key, value, frame)
            name = key.value if isinstance(key, Const) and isinstance(key.value, str) else None
            self.write_item(target.path, name, value, node, frame, receiver=target)
        elif isinstance(target, Dict):
            constant = put(target, key, value)
            if constant is not REST:
                target.nodes[constant] = (frame.module.path, node)
        elif isinstance(target, List):
            set_place(target, key, value)
        elif isinstance(target, Choice):
            for option in target.values:
                self.set_item(option, key, value, node, frame)
        elif isinstance(target, Instance):
            for ancestor in self.linear(target.cls):
                if isinstance(ancestor, str):
                    self.set_item(Ref(f"{ancestor}()"), key, value, node, frame)

    def set_stateful(self, target: Model, key: Value, value: Value, frame: Frame) -> None:
        """`target[key] = value` for an API object whose state is kept."""
        if frame.loops > frame.rounds:
            target.forget()
        target.set_item(key, value)

    def write(
        self, path: str, value: Value, node: ast.AST, frame: Frame, receiver: Value | None = None
    ) -> None:
        """Tell the matchers of an assignment to an API path."""
        path = self.aliases.get(path, path)
        for wanted in self.asked(path, self.listener.write_paths):
            self.listener.wrote(Write(wanted, node, value, frame, receiver=receiver))

    def write_item(
        self,
        target: str,
        key: str | None,
        value: Value,
        node: ast.AST,
        frame: Frame,
        how: str = "assign",
        receiver: Value | None = None,
    ) -> None:
        """Tell the matchers of an item set on an API object: under its own path, and as any element."""
        wanted = self.listener.write_paths
        if key is not None:
            path = f"{target}[{key}]"
            if path in wanted:
                self.listener.wrote(Write(path, node, value, frame, key, how, receiver))
        path = f"{target}[]"
        if path in wanted:
            self.listener.wrote(Write(path, node, value, frame, key or "", how, receiver))

    def update_items(self, target: str, arguments: Arguments, node: ast.AST, frame: Frame) -> None:
        """A call that sets items of `target` from its keywords and dictionary arguments."""
        for value in arguments.positional:
            value = self.force(value)
            if isinstance(value, Dict):
                for key, item in value.entries.items():
                    if isinstance(key, str):
                        place = value.nodes.get(key)
                        where = place[1] if place is not None and place[0] == frame.module.path else node
                        self.write_item(target, key, item, where, frame, "update")
        for key, item in arguments.keywords.items():
            self.write_item(target, key, item, arguments.keyword_nodes[key], frame, "update")

    def set_items(self, path: str, arguments: Arguments, node: ast.AST, frame: Frame) -> None:
        """`api.update({...})` and `api.setdefault(key, value)`."""
        target, _, name = path.rpartition(".")
        if name == "update":
            self.update_items(target, arguments, node, frame)
        elif len(arguments.positional) == 2:
            key, value = arguments.positional
            item = key.value if isinstance(key, Const) and isinstance(key.value, str) else None
            self.write_item(target, item, value, node, frame, "update")

    def note_change(self, container: ast.expr, node: ast.AST, frame: Frame) -> None:
        """A module's body changes a container it holds under a name: that is where the name got its final value."""
        while isinstance(container, (ast.Subscript, ast.Attribute)):
            container = container.value
        if frame.function is None and not frame.in_class_body and isinstance(container, ast.Name):
            if container.id in frame.module.origins:
                frame.module.origins[container.id] = (frame.module.path, node)

    def may_change(self, container: List | Dict, node: ast.expr, frame: Frame) -> bool:
        """Whether a change of the container under `node` is to be seen by others: one held by an attribute
        only where it was made."""
        while isinstance(node, ast.Subscript):
            node = node.value
        return isinstance(node, ast.Name) or frame.module.state == 1 or container.home is frame

    def detach(self, node: ast.expr, frame: Frame, models_only: bool = False, adding: bool = False) -> None:
        """Give a branch its own copy of the container it is about to change. Provided by `expressions`."""
        raise NotImplementedError


def uncertain(callee: Value, arguments: Arguments) -> Value:
    """A method that may not be the one called: what it changes is a copy, and what it would change may be changed."""
    if not (
        isinstance(callee, Builtin) and callee.name in MUTATORS and isinstance(callee.receiver, (List, Dict))
    ):
        return callee
    receiver = callee.receiver
    twin = copy(receiver)
    soften(receiver) if callee.name in ADDING else forget(receiver)
    if isinstance(receiver, List):
        widen(receiver, rest_of(arguments.every()))
    else:
        for value in arguments.every():
            keep(receiver, value)
    return Builtin(twin, callee.name)


def in_progress(module: Module, frame: Frame) -> bool:
    """Whether a frame may change what a module holds: it is the module's own, and its body is being evaluated.
    Later changes would show or not, depending on what else has been evaluated."""
    return module is frame.module and module.state == 1


def never_returns(function: Function) -> bool:
    """Whether a function whose every path raises is meant to: a method may be overridden, and a stub only says
    it is missing."""
    if function.owner is not None or function.is_async:
        return False
    return not any(
        isinstance(node, ast.Name) and node.id in ("NotImplementedError", "NotImplemented")
        for node in ast.walk(function.node)
    )
