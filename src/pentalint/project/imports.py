"""What a file imports, where, and under which condition.

The statements themselves are read one by one, so a file that does not parse as a whole (Python 2, syntax
errors, templates) still says what it imports; the condition comes from the tree when there is one, from
indentation when not.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable, Collection, Iterable, Iterator
from enum import Enum
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from pentalint.dataclass import dataclass
from pentalint.syntax.statements import import_statements

if TYPE_CHECKING:
    from pentalint.evaluate.values import Function

_KEEP = bytes(byte if chr(byte).isalnum() or byte == 0x5F or byte >= 0x80 else 0x20 for byte in range(256))


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


@dataclass(frozen=True, slots=True)
class Import:
    """One imported name. `import a.b as c` has module "a.b", name "" and bound "c"; `from .x import y` has
    level 1, module "x", name "y"; a star has name "*" and binds "*"."""

    path: str
    line: int
    module: str
    name: str
    bound: str
    level: int
    context: Context

    @property
    def dotted(self) -> str:
        """What is imported, as a dotted name without relative dots."""
        return f"{self.module}.{self.name}" if self.name and self.name != "*" else self.module

    @property
    def text(self) -> str:
        """The import as it would be written, for a ledger."""
        target = "." * self.level + self.module
        if self.context in (Context.dynamic, Context.test):
            return f'{"importorskip" if self.context is Context.test else "import_module"}("{target}")'
        if not self.name:
            return f"import {target}"
        return f"from {target} import {self.name}"


@lru_cache(maxsize=8192)
def words(data: bytes) -> frozenset[bytes]:
    """The identifiers in a file: the cheapest question it answers. Detection, the prefilter and the search for
    settings ask it of every file, so the answer is kept."""
    return _shared(data)


_WORDS: dict[bytes, bytes] = {}


@cache
def body_words(function: Function) -> frozenset[bytes]:
    """The identifiers in the source of a function. The prefilters ask for them up to seven times, so they are kept, for as
    long as no other project is planned (`pipeline`)."""
    return _shared(function.text.encode("utf-8", "replace"))


def _shared(data: bytes) -> frozenset[bytes]:
    """The identifiers in some text, and whatever else looks like one; a word that many texts have is kept once."""
    found = data.translate(_KEEP).split()
    return frozenset(map(_WORDS.setdefault, found, found))


def names_one_of(wanted: Collection[bytes]) -> Callable[[Function], bool]:
    """The test whether a function has one of some words in its text."""
    found = frozenset(wanted)
    return lambda function: not found.isdisjoint(body_words(function))


def read_imports(path: str, data: bytes, roots: frozenset[bytes]) -> tuple[Import, ...]:
    """The imports of a file whose statement names one of `roots`, in the order of the file."""
    statements = import_statements(data, roots)
    contexts = _contexts(data, {found.line for found in statements if found.indent})
    found = [
        entry
        for statement in statements
        for entry in _entries(
            path, statement.line, statement.node, contexts.get(statement.line, Context.module)
        )
    ]
    found.extend(_dynamic(path, data, roots))
    return tuple(sorted(found, key=lambda entry: entry.line))


def _entries(path: str, line: int, node: ast.Import | ast.ImportFrom, context: Context) -> Iterator[Import]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            bound = alias.asname or alias.name.partition(".")[0]
            yield Import(path, line, alias.name, "", bound, 0, context)
        return
    for alias in node.names:
        yield Import(
            path, line, node.module or "", alias.name, alias.asname or alias.name, node.level, context
        )


_DYNAMIC = re.compile(
    rb"""(?m)^([^\S\n]*)(?:[^#\n'"]*[^#\n'"\w.])?"""
    rb"""((?:[\w.]+\.)?import_module|__import__|(?:pytest\.)?importorskip)\(\s*['"]([\w.]+)['"]"""
)


def _dynamic(path: str, data: bytes, roots: frozenset[bytes]) -> Iterator[Import]:
    if b"import_module" not in data and b"__import__" not in data and b"importorskip" not in data:
        return
    for match in _DYNAMIC.finditer(data):
        if match.group(3).partition(b".")[0] in roots:
            skip = match.group(2).endswith(b"importorskip")
            module = match.group(3).decode()
            line = data.count(b"\n", 0, match.start(2)) + 1
            yield Import(path, line, module, "", "", 0, Context.test if skip else Context.dynamic)


def _contexts(data: bytes, lines: set[int]) -> dict[int, Context]:
    """The context of the import statements that start in `lines`."""
    if not lines:
        return {}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return _by_indentation(data, lines)
    found: dict[int, Context] = {}
    for line, context in _visit(tree.body, Context.module):
        if line in lines:
            found[line] = context
    return found


def _stronger(outer: Context, inner: Context) -> Context:
    return inner if _RANK[inner] > _RANK[outer] else outer


def _visit(body: Iterable[ast.stmt], context: Context) -> Iterator[tuple[int, Context]]:
    stack = [(statement, context) for statement in body]
    while stack:
        statement, context = stack.pop()
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


def _by_indentation(data: bytes, lines: set[int]) -> dict[int, Context]:
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
