"""The statements of a block without the expressions in them: for what only statements can say, in a fraction of a walk over all
nodes."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

_BLOCKS = ("body", "orelse", "finalbody")

_SIMPLE = frozenset(
    [ast.Expr, ast.Assign, ast.Return, ast.AugAssign, ast.AnnAssign, ast.Raise, ast.Pass, ast.Assert]
)
"""The most common statements that hold no others."""


def statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Every statement in a block, those of nested blocks and definitions included, in no particular order."""
    pending = list(body)
    while pending:
        statement = pending.pop()
        yield statement
        if type(statement) in _SIMPLE:
            continue
        for name in _BLOCKS:
            inner = getattr(statement, name, None)
            if inner:
                pending.extend(inner)
        parts = getattr(statement, "handlers", None) or getattr(statement, "cases", None)
        for part in parts or ():
            pending.extend(part.body)


def jumps(statement: ast.stmt) -> bool:
    """Whether a test decides if what follows it in a loop is run."""
    return isinstance(statement, ast.If) and any(
        isinstance(inner, (ast.Continue, ast.Break)) for inner in statements([statement])
    )


def targets(statement: ast.stmt) -> Iterator[ast.expr]:
    """What a statement assigns to, by `=` of any kind, `for` and `with`; of tuples and lists, their elements."""
    if isinstance(statement, ast.Assign):
        pending = list(statement.targets)
    elif isinstance(statement, (ast.AnnAssign, ast.AugAssign, ast.For, ast.AsyncFor)):
        pending = [statement.target]
    elif isinstance(statement, (ast.With, ast.AsyncWith)):
        pending = [item.optional_vars for item in statement.items if item.optional_vars is not None]
    else:
        return
    while pending:
        target = pending.pop()
        if isinstance(target, (ast.Tuple, ast.List)):
            pending.extend(target.elts)
        elif isinstance(target, ast.Starred):
            pending.append(target.value)
        else:
            yield target
