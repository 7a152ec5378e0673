"""The statements of a block without the expressions in them: for what only statements can say, in a fraction of a walk over all
nodes."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

_BLOCKS: dict[type[ast.stmt], tuple[str, ...]] = {
    ast.If: ("body", "orelse"),
    ast.For: ("body", "orelse"),
    ast.AsyncFor: ("body", "orelse"),
    ast.While: ("body", "orelse"),
    ast.With: ("body",),
    ast.AsyncWith: ("body",),
    ast.Try: ("body", "orelse", "finalbody"),
    ast.FunctionDef: ("body",),
    ast.AsyncFunctionDef: ("body",),
    ast.ClassDef: ("body",),
    ast.Match: (),
}
"""The statements that hold others, and the attributes that these are in; handlers and cases hold more."""
if hasattr(ast, "TryStar"):
    _BLOCKS[ast.TryStar] = _BLOCKS[ast.Try]

_ASSIGNING = frozenset(
    [ast.Assign, ast.AnnAssign, ast.AugAssign, ast.For, ast.AsyncFor, ast.With, ast.AsyncWith]
)
"""The statements that `targets` knows: one in four, so it pays to ask for that first."""


def statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Every statement in a block, those of nested blocks and definitions included, in no particular order."""
    pending = list(body)
    while pending:
        statement = pending.pop()
        yield statement
        blocks = _BLOCKS.get(type(statement))
        if blocks is None:
            continue
        for name in blocks:
            pending.extend(getattr(statement, name))
        parts = getattr(statement, "handlers", None) or getattr(statement, "cases", None)
        for part in parts or ():
            pending.extend(part.body)


def jumps(statement: ast.stmt) -> bool:
    """Whether a test decides if what follows it in a loop is run."""
    return isinstance(statement, ast.If) and any(
        isinstance(inner, (ast.Continue, ast.Break)) for inner in statements([statement])
    )


def targets(statement: ast.stmt) -> Iterable[ast.expr]:
    """What a statement assigns to, by `=` of any kind, `for` and `with`; of tuples and lists, their elements."""
    if type(statement) not in _ASSIGNING:
        return ()
    if isinstance(statement, ast.Assign):
        pending = list(statement.targets)
    elif isinstance(statement, (ast.AnnAssign, ast.AugAssign, ast.For, ast.AsyncFor)):
        pending = [statement.target]
    else:
        assert isinstance(statement, (ast.With, ast.AsyncWith))
        pending = [item.optional_vars for item in statement.items if item.optional_vars is not None]
    if len(pending) == 1 and isinstance(pending[0], (ast.Name, ast.Attribute, ast.Subscript)):
        return pending
    found: list[ast.expr] = []
    while pending:
        target = pending.pop()
        if isinstance(target, (ast.Tuple, ast.List)):
            pending.extend(target.elts)
        elif isinstance(target, ast.Starred):
            pending.append(target.value)
        else:
            found.append(target)
    return found
