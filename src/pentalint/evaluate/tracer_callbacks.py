"""The tracer's callbacks: project functions that are given to a library, which calls them: threads, executors, task queues.
See `tracing`."""

from __future__ import annotations

import ast

from pentalint.evaluate.arguments import Arguments, split_key
from pentalint.evaluate.events import Frame
from pentalint.evaluate.flow_model import Callback
from pentalint.evaluate.taint import elements
from pentalint.evaluate.tracer_functions import TracerFunctions
from pentalint.evaluate.values import (
    Bound,
    Const,
    Decorator,
    Dict,
    Function,
    Instance,
    List,
    Ref,
    Value,
    join_all,
    options,
)


class TracerCallbacks(TracerFunctions):
    """Calls that a library makes."""

    def attribute(self, value: Value, name: str, node: ast.AST, frame: Frame) -> Value:
        if type(value) is Function and self.model.tasks and name not in value.attributes:
            made = self.task(value)
            if made is not None:
                return self.attribute(made, name, node, frame)
        return super().attribute(value, name, node, frame)

    def task(self, function: Function) -> Ref | None:
        """What a decorator of a task queue makes of a function; None for any other."""
        made = self.decorated_task(function)
        return Ref(self.model.tasks[made[0]], base=function) if made is not None else None

    def decorated_task(self, function: Function) -> tuple[str, Decorator] | None:
        """The path under which the packs know a decorator that makes a task of a function, and the decorator."""
        for decorator in function.decorators:
            for path in decorator.paths:
                known = self.known(path, self.model.tasks)
                if known is not None:
                    return known, decorator
        return None

    def call_api(self, callee: Ref, arguments: Arguments, node: ast.Call, frame: Frame) -> Value:
        result = super().call_api(callee, arguments, node, frame)
        if not self.model.callbacks:
            return result
        known = self.known(callee.path, self.model.callbacks)
        if known is None:
            return result
        callback = self.model.callbacks[known]
        functions = self.called_back(callback, callee, arguments, node, frame)
        if not functions:
            return result
        if callback.gives == "function":
            return join_all(functions)
        given = self.handed_over(callback, callee.path, arguments, node)
        found = [self.invoke(function, given, node, frame) for function in functions]
        if not callback.gives:
            return result
        return List([join_all(found)], complete=False) if callback.gives == "results" else join_all(found)

    def called_back(
        self, callback: Callback, callee: Ref, arguments: Arguments, node: ast.Call, frame: Frame
    ) -> list[Value]:
        """The functions of the project that a library calls."""
        if callback.method:
            method = (
                self.instance_attribute(callee.base, callback.method, node, frame)
                if isinstance(callee.base, Instance)
                else None
            )
            return [method] if isinstance(method, Bound) else []
        if callback.function == "self":
            if not isinstance(callee.base, Function):
                return []
            made = self.decorated_task(callee.base)
            bound = made[1].arguments.keywords.get("bind") if made is not None and made[1].arguments else None
            if made is not None and isinstance(bound, Const) and bound.value is True:
                return [Bound(callee.base, Ref(self.model.tasks[made[0]]))]
            return [callee.base]
        value = arguments.get(callback.function, self.knowledge.signatures.get(callee.path, ()))
        found = [] if value is None else [self.force(option) for option in options(self.force(value))]
        return [one for one in found if isinstance(one, (Function, Bound))]

    def handed_over(self, callback: Callback, path: str, arguments: Arguments, node: ast.Call) -> Arguments:
        """What a library calls a function with."""
        given = Arguments()
        signature = self.knowledge.signatures.get(path, ())
        if callback.rest is not None:
            given.positional, given.nodes = (
                arguments.positional[callback.rest :],
                arguments.nodes[callback.rest :],
            )
            own = split_key(callback.function)[1]
            for name, value in arguments.keywords.items():
                if name != own:
                    given.name(name, value, arguments.keyword_nodes[name])
            given.open_positional, given.open_keyword = arguments.open_positional, arguments.open_keyword
            given.spare = dict(arguments.spare)
        if callback.arguments:
            value = self.force(arguments.get(callback.arguments, signature) or List([], "tuple"))
            given.spread(value, node)
        if callback.keywords:
            value = self.force(arguments.get(callback.keywords, signature) or Dict())
            given.unpack(value, node)
        for key in callback.each:
            value = self.force(arguments.get(key, signature) or List([], "tuple"))
            given.add(elements(value) if isinstance(value, List) else self.element(value), node)
        return given
