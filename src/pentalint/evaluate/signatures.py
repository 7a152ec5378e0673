"""The parameters of project functions: how arguments meet them, and whether the body changes what it is given."""

from __future__ import annotations

import ast

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.blocks import statements, targets
from pentalint.evaluate.taint import elements, remember, string, taints_of
from pentalint.evaluate.values import REST, Dict, List, Unknown, Value

_CHANGING = frozenset(
    "append add insert extend update remove pop clear setdefault sort reverse discard popitem set write".split()  # noqa: SIM905
)


class Signature:
    """The parameters of a function. `mutates`: the body assigns to attributes or items of something, or calls a
    method that changes containers, so that a second call has effects of its own."""

    __slots__ = ("_arguments", "_known", "_names", "mutates")

    def __init__(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> None:
        self._arguments = node.args
        self._names = [parameter.arg for parameter in (*node.args.posonlyargs, *node.args.args)]
        self._known = frozenset({*self._names, *(parameter.arg for parameter in node.args.kwonlyargs)})
        self.mutates = changes(node)

    def bind(self, arguments: Arguments, receiver: Value | None) -> dict[str, Value]:
        """Parameter name -> the value it gets; parameters that get nothing are left out."""
        names = self._names
        values = [receiver, *arguments.positional] if receiver is not None else list(arguments.positional)
        found: dict[str, Value] = dict(zip(names, values))
        if self._arguments.vararg is not None:
            rest = values[len(names) :]
            spare = arguments.spare.get("*")
            items = [*rest, *([spare] if spare is not None and not isinstance(spare, Unknown) else [])]
            found[self._arguments.vararg.arg] = List(items, "tuple", not arguments.open_positional)
        known = self._known
        extra: dict[str, Value] = {}
        for name, value in arguments.keywords.items():
            if name in known:
                found[name] = value
            else:
                extra[name] = value
        if not (arguments.spare or self._arguments.kwarg is not None):
            return found
        star = arguments.spare.get("**")
        if star is not None and not isinstance(star, Unknown):
            for name in known - found.keys():
                under = value_under(star, name)
                if under is not None:
                    found[name] = under
        if arguments.open_positional and "*" in arguments.spare:
            for name in names[len(values) :]:
                found.setdefault(name, elements_of(arguments.spare["*"]))
        if self._arguments.kwarg is not None:
            others = Dict(extra)
            if arguments.open_keyword:
                others.complete = False
                left = None if star is None or isinstance(star, Unknown) else value_under(star, REST)
                if left is not None:
                    remember(others, left)
            found[self._arguments.kwarg.arg] = others
        return found


def value_under(star: Value, name: object) -> Value | None:
    """What a spread value may give a parameter; None when it gives nothing that is known."""
    if isinstance(star, Dict):
        return star.entries.get(name, star.entries.get(REST))
    return elements_of(star)


def elements_of(value: Value) -> Value:
    """What an element of a spread value may be."""
    if isinstance(value, (List, Dict)):
        return elements(value)
    return string(taints_of(value))


def changes(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> bool:
    """Whether a body may change an object it did not make."""
    if isinstance(node, ast.Lambda):
        return False
    for statement in statements(node.body):
        if any(isinstance(target, (ast.Attribute, ast.Subscript)) for target in targets(statement)):
            return True
        value = getattr(statement, "value", None)
        if (
            isinstance(value, ast.Call)
            and isinstance(value.func, ast.Attribute)
            and value.func.attr in _CHANGING
        ):
            return True
    return False
