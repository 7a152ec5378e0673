"""The tracer's receivers: methods of the project called on objects of which only the kind is known, or nothing. See `tracing`."""

from __future__ import annotations

import ast

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.events import Frame
from pentalint.evaluate.taint import taints_of
from pentalint.evaluate.tracer_callbacks import TracerCallbacks
from pentalint.evaluate.tracer_values import ANYTHING
from pentalint.evaluate.values import Class, Function, Ref, Value, join_all

SEVERAL = 3
"""A method that more classes of the project define under one name is not followed: one of them is meant, not all."""


class TracerReceivers(TracerCallbacks):
    """Where data goes into a method that the packs say nothing of, the project may define it: on its own subclasses of the
    receiver's class (a model, a manager), or, when nothing is known of the receiver, under a name of several words that is only
    there once."""

    def call_api(self, callee: Ref, arguments: Arguments, node: ast.Call, frame: Frame) -> Value:
        result = super().call_api(callee, arguments, node, frame)
        path = callee.path
        found = self.meant(path)
        if not found or not any(map(self.enters, arguments.every())):
            return result
        values = [
            self.apply(function, self.blank(function.owner), arguments, node, frame)
            for function in found
            if function.owner is not None
        ]
        value = join_all(values)
        return value if taints_of(value) else result

    def enters(self, value: Value) -> bool:
        """Whether a value carries data from outside that a method may do harm with."""
        return any(taint.origin.kind != "secret" for taint in taints_of(self.force(value)))

    def meant_by(self, path: str) -> bool:
        return bool(self.meant(path))

    def meant(self, path: str) -> tuple[Function, ...]:
        """The methods of the project that may be meant by that of an object of an API; none when there are many, or the packs
        have something to say of it."""
        found = self.meanings.get(path)
        if found is None:
            holder, _, name = path.rpartition(".")
            listed = self.all_methods().get(name, ()) if holder.endswith("()") or holder == ANYTHING else ()
            if holder == ANYTHING:
                found = tuple(listed) if len(listed) == 1 and "_" in name.strip("_") else ()
                known = bool(found) and not self.unknown_to_all(path)
            else:
                kind = holder.removesuffix("()")
                kinds = {kind, *self.model.kin.get(kind, ())}
                found = tuple(
                    one
                    for one in listed
                    if isinstance(one.owner, Class) and kinds & self.ancestors(one.owner)
                )
                known = bool(found) and not self.nothing_known(path, f"{path}()")
            if known or len(found) > SEVERAL:
                found = ()
            self.meanings[path] = found
        return found

    def all_methods(self) -> dict[str, list[Function]]:
        """The methods of the project's classes by name."""
        if self.methods is None:
            self.methods = {}
            for module in self.index.modules.values():
                for function in module.functions:
                    if function.owner is not None and not function.name.startswith("__"):
                        self.methods.setdefault(function.name, []).append(function)
        return self.methods
