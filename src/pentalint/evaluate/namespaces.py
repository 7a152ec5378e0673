"""Names that a module gives itself around assignment: `globals()[...]`, `locals().update(...)`, `setattr` on the module, `exec`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.events import Frame
from pentalint.evaluate.values import Const, Dict, Ref, Value

if TYPE_CHECKING:
    from pentalint.evaluate.calls import Calls

NAMESPACES = frozenset({"builtins.globals()", "builtins.locals()", "builtins.vars()"})
"""What gives the names of a module, in its body."""

OPENING = frozenset({"builtins.exec", "split_settings.tools.include"})
"""Calls after which any name may have any value."""


def is_namespace(value: Value, frame: Frame) -> bool:
    """Whether a value is the names of the module whose body is being evaluated."""
    return (
        isinstance(value, Ref)
        and value.path in NAMESPACES
        and frame.function is None
        and not frame.in_class_body
        and (value.arguments is None or not value.arguments.positional)
    )


def set_name(engine: Calls, key: Value, value: Value, node: ast.AST, frame: Frame) -> None:
    """`globals()[key] = value`."""
    if isinstance(key, Const) and isinstance(key.value, str):
        engine.bind(key.value, value, node, frame)
    else:
        engine.open_names(frame)


def update_names(engine: Calls, arguments: Arguments, node: ast.AST, frame: Frame) -> None:
    """`globals().update(...)`."""
    for given in arguments.positional:
        source = engine.force(given)
        if not isinstance(source, Dict):
            engine.open_names(frame)
            continue
        if not source.complete:
            engine.open_names(frame)
        for name, value in source.entries.items():
            if isinstance(name, str):
                path, where = source.nodes.get(name, (frame.module.path, node))
                engine.bind(name, value, where if path == frame.module.path else node, frame)
    if arguments.open_keyword or arguments.open_positional:
        engine.open_names(frame)
    for name, value in arguments.keywords.items():
        engine.bind(name, value, arguments.keyword_nodes[name], frame)


def is_this_module(node: ast.expr) -> bool:
    """Whether an expression is `sys.modules[__name__]`."""
    return (
        isinstance(node, ast.Subscript)
        and isinstance(node.slice, ast.Name)
        and node.slice.id == "__name__"
        and ast.unparse(node.value).endswith("modules")
    )
