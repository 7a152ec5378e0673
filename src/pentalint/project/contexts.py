"""Under which condition a statement of a file runs: told by the tree when there is one, by indentation when not."""

from __future__ import annotations

import ast
import re
import warnings
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pentalint.syntax.source import Source


class Context(str, Enum):
    """When an import runs: always, on a call, only for type checkers, if installed, behind a guard, never,
    by name."""

    module = "module"
    lazy = "lazy"
    typing = "typing"
    optional = "optional"
    guarded = "guarded"
    dead = "dead"
    dynamic = "dynamic"
    test = "test"


_RANK = {
    Context.dead: 5,
    Context.typing: 4,
    Context.optional: 3,
    Context.guarded: 2,
    Context.lazy: 1,
    Context.module: 0,
}


def contexts_of(
    path: str, data: bytes, lines: list[int], source: Callable[[str, bytes], Source | None] | None
) -> dict[int, Context]:
    """The context of the import statements that start in `lines`, which are sorted."""
    if source is not None:
        parsed = source(path, data)
        tree = parsed.tree if parsed is not None and parsed.parser == "ast" else None
    else:
        tree = _parse(data)
    if tree is None:
        return _by_indentation(data, lines)
    found: dict[int, Context] = {}
    for line, context in _visit(tree.body, Context.module, lines):
        if line in lines:
            found[line] = context
    return found


def _parse(data: bytes) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _stronger(outer: Context, inner: Context) -> Context:
    return inner if _RANK[inner] > _RANK[outer] else outer


def _visit(body: Iterable[ast.stmt], context: Context, lines: list[int]) -> Iterator[tuple[int, Context]]:
    """The imports within some statements, each with its line. Statements that none of `lines` is in are left out."""
    stack = [(statement, context) for statement in body]
    while stack:
        statement, context = stack.pop()
        place = bisect_left(lines, statement.lineno)
        if place == len(lines) or lines[place] > (statement.end_lineno or 0):
            continue
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            yield statement.lineno, context
        for inner, condition in _bodies(statement):
            stack.extend((child, _stronger(context, condition)) for child in inner)


def _bodies(statement: ast.stmt) -> Iterator[tuple[list[ast.stmt], Context]]:
    """The blocks of a compound statement, each with the condition it runs under."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
        yield statement.body, Context.lazy
    elif isinstance(statement, ast.If):
        condition, otherwise = _condition(statement.test)
        yield statement.body, condition
        yield statement.orelse, otherwise
    elif isinstance(statement, ast.Try) or type(statement).__name__ == "TryStar":
        yield from _try(statement)  # type: ignore[arg-type]
    elif isinstance(statement, ast.Match):
        yield from ((case.body, Context.module) for case in statement.cases)
    else:
        for name in ("body", "orelse"):
            yield getattr(statement, name, []), Context.module


def _try(statement: ast.Try) -> Iterator[tuple[list[ast.stmt], Context]]:
    """A failing import that is only reported better (`raise`, `sys.exit`) is no optional import."""
    catching = [handler for handler in statement.handlers if _catches_import(handler.type)]
    optional = any(not _leaves(handler.body) for handler in catching)
    yield statement.body, Context.optional if optional else Context.module
    for handler in statement.handlers:
        yield handler.body, Context.optional if handler in catching else Context.module
    yield statement.orelse, Context.optional if optional else Context.module
    yield statement.finalbody, Context.module


_IMPORT_ERRORS = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})


def _catches_import(kind: ast.expr | None) -> bool:
    kinds = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    return any(one is None or _last(one) in _IMPORT_ERRORS for one in kinds)


def _leaves(body: list[ast.stmt]) -> bool:
    last = body[-1]
    if isinstance(last, ast.Raise):
        return True
    return (
        isinstance(last, ast.Expr)
        and isinstance(last.value, ast.Call)
        and _last(last.value.func) in {"exit", "_exit", "abort"}
    )


def _last(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _condition(test: ast.expr) -> tuple[Context, Context]:
    """Under what the body of an `if` runs, and its `else`."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        body, otherwise = _condition(test.operand)
        return otherwise, body
    if isinstance(test, ast.Constant):
        return (Context.module, Context.dead) if test.value else (Context.dead, Context.module)
    if _last(test) in {"TYPE_CHECKING", "MYPY"}:
        return Context.typing, Context.module
    names = {_last(node) for node in ast.walk(test) if isinstance(node, (ast.Name, ast.Attribute))}
    if names & {"find_spec", "find_loader", "version_info", "PY2", "PY3", "VERSION"}:
        return Context.guarded, Context.guarded
    return Context.module, Context.module


_HEADER = re.compile(
    rb"(?:async\s+)?(def|class|if|elif|else|try|except|finally|for|while|with|match|case)\b(.*)"
)


def _by_indentation(data: bytes, lines: Iterable[int]) -> dict[int, Context]:
    """The same for a file that does not parse: the headers above a line that are indented less than it and
    each other."""
    text = data.splitlines()
    return {line: _above(text, line - 1) for line in lines if line <= len(text)}


def _above(text: list[bytes], at: int) -> Context:
    context = Context.module
    indent = _indent(text[at])
    for line in reversed(text[:at]):
        stripped = line.strip()
        if not stripped or stripped.startswith(b"#") or _indent(line) >= indent:
            continue
        indent = _indent(line)
        if header := _HEADER.match(stripped):
            context = _stronger(context, _header(header.group(1), header.group(2)))
        if indent == 0:
            break
    return context


def _header(word: bytes, rest: bytes) -> Context:
    if word == b"def":
        return Context.lazy
    if word in (b"try", b"except"):
        return Context.optional
    if word == b"if":
        if re.match(rb"\s*(?:[\w.]+\.)?(?:TYPE_CHECKING|MYPY)\s*:", rest):
            return Context.typing
        if re.match(rb"\s*(?:False|0)\s*:", rest):
            return Context.dead
        if re.search(rb"find_spec|version_info|\bPY[23]\b", rest):
            return Context.guarded
    return Context.module


def _indent(line: bytes) -> int:
    expanded = line.expandtabs()
    return len(expanded) - len(expanded.lstrip())
