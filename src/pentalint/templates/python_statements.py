"""Python statements inside templates: which names they bind, what they call and write."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from textwrap import dedent

from pentalint.dataclass import dataclass
from pentalint.templates.flows import NOTHING, Flow, join
from pentalint.templates.outputs import Value
from pentalint.templates.python_expressions import (
    dotted,
    flow_of,
    guess,
    loop_flow,
    read_expression,
    targets,
)

_LONGEST = 50_000
_ASSIGNMENT = re.compile(r"^[ \t]*([^\W\d]\w*)[ \t]*=(?!=)[ \t]*(.+)$", re.MULTILINE)
_LOOP = re.compile(r"for\s+(\S.*?)\s+in\s+(\S.*?):?\s*$", re.DOTALL)
_WRITERS = frozenset({"context.write", "_stdout.append", "_printlist"})

Parameters = tuple[tuple[str, tuple[Value, ...]], ...]


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that code does: `kind` is set, loop, call or write. `adds` says that it may not happen."""

    kind: str
    names: tuple[str, ...]
    flow: Flow
    adds: bool = False


def read_code(code: str) -> list[Act]:
    """What a block of statements does, in order. Code that does not parse is read line by line for assignments."""
    text = dedent(code.replace("\r\n", "\n").strip("\n"))
    if len(text) <= _LONGEST:
        # A block of a template may begin in the line of its mark, and be indented behind it.
        for form in (text, dedent(text.partition("\n")[2]) if text[:1] not in " \t" else text.strip()):
            try:
                first = read_code(text.partition("\n")[0]) if form != text and "\n" in text else []
                return first + list(_acts(ast.parse(form).body, False))
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                continue
    lines = [(found.group(1), found.group(2)) for found in _ASSIGNMENT.finditer(text[:_LONGEST])]
    return [Act("set", (name,), read_expression(value), True) for name, value in lines]


def read_loop(header: str) -> tuple[list[tuple[tuple[str, ...], Flow]], Flow]:
    """What `for a, b in items:` binds, and the flow of its calls."""
    try:
        body = ast.parse(f"{header.strip().rstrip(':')}: pass").body
        if len(body) == 1 and isinstance(body[0], (ast.For, ast.AsyncFor)):
            flow = loop_flow(body[0].iter, {})
            return targets(body[0].target, flow), flow
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        pass
    found = _LOOP.match(header.strip()[:_LONGEST])
    if found is None:
        return [], NOTHING
    flow = guess(found.group(2))
    return [(tuple(re.findall(r"[^\W\d]\w*", found.group(1))), flow)], flow


def read_parameters(signature: str) -> tuple[str, Parameters]:
    """The name and the parameters of `name(a, b=1)`; only a name when the rest does not parse."""
    name = signature.partition("(")[0].strip()
    try:
        body = ast.parse(f"def {signature if '(' in signature else name + '()'}: pass").body
        if not body or not isinstance(body[0], ast.FunctionDef):
            return name, ()
        arguments = body[0].args
        names = [one.arg for one in (*arguments.posonlyargs, *arguments.args)]
        blank: list[ast.expr | None] = [None] * (len(names) - len(arguments.defaults))
        defaults = [*blank, *arguments.defaults]
        found = [(one, flow_of(value, {}).values if value else ()) for one, value in zip(names, defaults)]
        for argument, value in zip(arguments.kwonlyargs, arguments.kw_defaults):
            found.append((argument.arg, flow_of(value, {}).values if value else ()))
        return name, tuple(found)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return name, ()


def _acts(body: list[ast.stmt], adds: bool) -> Iterator[Act]:
    for node in body:
        if isinstance(node, ast.Assign):
            flow = flow_of(node.value, {})
            yield Act("call", (), flow)
            for target in node.targets:
                yield from _assigned(target, flow, adds)
        elif isinstance(node, (ast.AugAssign, ast.AnnAssign)):
            flow = flow_of(node.value, {}) if node.value else NOTHING
            yield from _assigned(node.target, flow, adds or isinstance(node, ast.AugAssign))
        elif isinstance(node, ast.Expr):
            yield from _expression(node.value, adds)
        elif isinstance(node, (ast.For, ast.AsyncFor)):
            for names, flow in targets(node.target, loop_flow(node.iter, {})):
                yield Act("loop", names, flow, adds)
            yield from _acts([*node.body, *node.orelse], True)
        elif isinstance(node, (ast.If, ast.While)):
            yield Act("call", (), flow_of(node.test, {}))
            yield from _acts([*node.body, *node.orelse], True)
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            yield from _acts(node.body, adds)
        elif isinstance(node, ast.Try):
            handlers = [inner for handler in node.handlers for inner in handler.body]
            yield from _acts([*node.body, *handlers, *node.orelse, *node.finalbody], True)


def _assigned(target: ast.expr, flow: Flow, adds: bool) -> Iterator[Act]:
    if isinstance(target, (ast.Subscript, ast.Attribute)):
        path = dotted(target.value)
        if path:
            yield Act("set", (path.split(".")[0],), flow, True)
        return
    for names, value in targets(target, flow):
        yield Act("set", names, value, adds)


def _expression(node: ast.expr, adds: bool) -> Iterator[Act]:
    flow = flow_of(node, {})
    yield Act("call", (), flow)
    if not isinstance(node, ast.Call):
        return
    path = dotted(node.func)
    if path in _WRITERS and node.args:
        yield Act("write", (), flow_of(node.args[0], {}))
    elif path.endswith((".append", ".update", ".extend", ".add", ".insert")):
        several = join(flow_of(value, {}) for value in (*node.args, *(word.value for word in node.keywords)))
        yield Act("set", (path.split(".")[0],), several, True)
    elif path == "setdefault" and len(node.args) > 1 and isinstance(node.args[0], ast.Constant):
        yield Act("set", (str(node.args[0].value),), flow_of(node.args[1], {}), True)
