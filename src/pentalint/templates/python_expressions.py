"""Python expressions inside templates (Mako, Chameleon, SimpleTemplate) as flows."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from pentalint.templates.flows import (
    NOTHING,
    Flow,
    attribute,
    constant,
    join,
    mix,
    named,
    sequence,
    silent,
)
from pentalint.templates.functions import call
from pentalint.templates.words import words

_WORDS = re.compile(
    r"""'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|(?<![\w.])([^\W\d]\w*(?:\.[^\W\d]\w*)*)(?!\w*\s*=(?!=))"""
)
_KEYWORDS = words(
    "and or not in is if else for lambda None True False print import from as with while def class",
    "return pass end try except finally raise yield del global nonlocal assert break continue elif none",
    "true false self",
)
_LONGEST = 20_000

Locals = Mapping[str, Flow]


@lru_cache(maxsize=2048)
def read_expression(text: str) -> Flow:
    """The flow of an expression. One that does not parse counts as all the names in it."""
    code = text.strip()
    if not code:
        return NOTHING
    if len(code) <= _LONGEST:
        try:
            return flow_of(ast.parse(f"({code}\n)", mode="eval").body, {})
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            pass
    return guess(code)


def guess(text: str) -> Flow:
    """All the names in a text that no parser understands."""
    names = dict.fromkeys(found.group(1) for found in _WORDS.finditer(text[:_LONGEST]) if found.group(1))
    return join(named(name) for name in names if name.split(".")[0] not in _KEYWORDS)


def flow_of(node: ast.expr, known: Locals) -> Flow:
    """The flow of a parsed expression; `known` are names bound inside of it.

    Raises RecursionError when it is nested too deeply.
    """
    if isinstance(node, ast.Name):
        return known.get(node.id) or named(node.id)
    if isinstance(node, ast.Constant):
        return constant(node.value) if isinstance(node.value, str) else silent(NOTHING)
    if isinstance(node, ast.Attribute):
        return attribute(flow_of(node.value, known), node.attr)
    if isinstance(node, ast.Subscript):
        return _subscript(node, known)
    if isinstance(node, ast.Call):
        return _call(node, known)
    if isinstance(node, ast.BinOp):
        return _operation(node, known)
    if isinstance(node, ast.BoolOp):
        flows = [flow_of(value, known) for value in node.values]
        return join(flows) if isinstance(node.op, ast.Or) else join([*map(silent, flows[:-1]), flows[-1]])
    if isinstance(node, ast.IfExp):
        test = silent(flow_of(node.test, known))
        return join([flow_of(node.body, known), flow_of(node.orelse, known), test])
    return _other(node, known)


def _other(node: ast.expr, known: Locals) -> Flow:
    if isinstance(node, ast.JoinedStr):
        return join(flow_of(value, known) for value in node.values)
    if isinstance(node, ast.FormattedValue):
        return flow_of(node.value, known)
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        return sequence(flow_of(item, known) for item in node.elts)
    if isinstance(node, ast.Dict):
        return replace(join(flow_of(value, known) for value in node.values), markup=False)
    if isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)):
        return _comprehension(node, known)
    if isinstance(node, (ast.Starred, ast.Await, ast.NamedExpr)):
        return flow_of(node.value, known)
    if isinstance(node, ast.UnaryOp):
        return silent(flow_of(node.operand, known))
    if isinstance(node, ast.Compare):
        return silent(join(flow_of(value, known) for value in (node.left, *node.comparators)))
    if isinstance(node, ast.Lambda):
        return flow_of(node.body, known)
    return NOTHING


def _subscript(node: ast.Subscript, known: Locals) -> Flow:
    owner = flow_of(node.value, known)
    key = node.slice.value if isinstance(node.slice, ast.Constant) else None
    if isinstance(key, str) and isinstance(node.value, ast.Name) and node.value.id in ("context", "econtext"):
        return named(key)
    if isinstance(node.slice, ast.Slice):
        return owner
    return attribute(owner, str(key) if isinstance(key, (str, int)) else "")


def _operation(node: ast.BinOp, known: Locals) -> Flow:
    flows = [flow_of(node.left, known), flow_of(node.right, known)]
    if isinstance(node.op, (ast.Add, ast.Mod, ast.BitOr)):
        return mix(flows)
    return join(flows) if isinstance(node.op, ast.Mult) else silent(join(flows))


def _call(node: ast.Call, known: Locals) -> Flow:
    positional = [flow_of(argument, known) for argument in node.args]
    keywords = [(word.arg or "", flow_of(word.value, known)) for word in node.keywords]
    if isinstance(node.func, ast.Attribute):
        receiver = flow_of(node.func.value, known)
        return call(
            dotted(node.func) or f".{node.func.attr}", _receiver(node.func, receiver), positional, keywords
        )
    if isinstance(node.func, ast.Name):
        return call(node.func.id, None, positional, keywords)
    return join([flow_of(node.func, known), call("", None, positional, keywords)])


def _receiver(function: ast.Attribute, flow: Flow) -> Flow | None:
    """What a method is called on; none for a function of a module or a namespace of helpers."""
    if function.attr in ("escape", "dumps", "quote", "quote_plus", "urlencode", "literal", "Markup"):
        return None
    return flow


def _comprehension(node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, known: Locals) -> Flow:
    inside = dict(known)
    for generator in node.generators:
        flow = loop_flow(generator.iter, inside)
        for names, value in targets(generator.target, flow):
            inside.update(dict.fromkeys(names, value))
    if isinstance(node, ast.DictComp):
        return flow_of(node.value, inside)
    return flow_of(node.elt, inside)


def loop_flow(node: ast.expr, known: Locals) -> Flow:
    """What a loop over an expression binds; `enumerate` gives a number first."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
        first = flow_of(node.args[0], known)
        if node.func.id == "enumerate":
            return replace(first, parts=(silent(NOTHING), replace(first, parts=())))
        if node.func.id == "zip":
            flows = tuple(flow_of(one, known) for one in node.args)
            return replace(join(flows), parts=flows)
    return replace(flow_of(node, known), parts=())


def targets(node: ast.expr, flow: Flow) -> list[tuple[tuple[str, ...], Flow]]:
    """The names an assignment target binds, with what each of them gets."""
    if isinstance(node, ast.Name):
        return [((node.id,), flow)]
    if isinstance(node, (ast.Tuple, ast.List)):
        parts = (
            flow.parts if len(flow.parts) == len(node.elts) else (replace(flow, parts=()),) * len(node.elts)
        )
        return [pair for item, part in zip(node.elts, parts) for pair in targets(item, part)]
    if isinstance(node, ast.Starred):
        return targets(node.value, flow)
    return []


def dotted(node: ast.expr) -> str:
    """`a.b.c` of names and attributes, "" for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""
