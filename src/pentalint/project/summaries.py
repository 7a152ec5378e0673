"""What the names at the top of one module mean, as far as detection needs it: read once from the tree, and without any node."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import field
from typing import Any

from pentalint.dataclass import dataclass
from pentalint.syntax.source import Source


@dataclass(frozen=True, slots=True)
class Use:
    """A place where a dotted name is called ("call"), decorates ("decorator") or is read and assigned
    ("name")."""

    line: int
    name: str
    kind: str
    keywords: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Module:
    """`bindings` maps a local name to (level, dotted name); `stars` are the star imports in order;
    `classes` maps a class to the dotted names of its bases; `assigned` are module-level names with their
    lines, and `members` those of each class body; `uses` are calls and decorators in the order of the
    file."""

    path: str
    bindings: dict[str, tuple[int, str]] = field(default_factory=dict)
    stars: list[tuple[int, str]] = field(default_factory=list)
    classes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    assigned: dict[str, int] = field(default_factory=dict)
    members: dict[str, dict[str, int]] = field(default_factory=dict)
    uses: list[Use] = field(default_factory=list)
    scripts: list[tuple[int, int]] = field(default_factory=list)

    def demo(self, line: int) -> bool:
        """Whether a line only runs when the module is run as a script."""
        return any(start <= line <= end for start, end in self.scripts)


def summarise(source: Source) -> Module:
    """The summary of a file."""
    module = Module(source.path)
    for statement in _statements(source.tree.body):
        _toplevel(statement, module)
    for node in _nodes(source.tree):
        use = _USES.get(type(node))
        if use is not None:
            use(node, module)
    module.uses.sort(key=lambda use: (use.line, use.name))
    return module


def _statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Module-level statements, those inside `if`, `try`, `with` and loops included, in order."""
    # A stack, because an `elif` ladder nests as deep as it is long.
    stack: list[ast.stmt | ast.ExceptHandler] = list(reversed(list(body)))
    while stack:
        statement = stack.pop()
        if isinstance(statement, ast.stmt):
            yield statement
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        inner = [
            node
            for name in ("body", "handlers", "orelse", "finalbody")
            for node in getattr(statement, name, ())
        ]
        stack.extend(node for node in reversed(inner) if isinstance(node, (ast.stmt, ast.ExceptHandler)))


_PLAIN = frozenset(
    {
        "arg",
        "asname",
        "attr",
        "conversion",
        "ctx",
        "id",
        "kind",
        "level",
        "module",
        "names",
        "op",
        "ops",
        "type_comment",
    }
)
"""Fields of nodes that hold nothing a summary is made of."""

_FIELDS: dict[type[ast.AST], tuple[str, ...]] = {ast.Constant: (), ast.Name: ()}
"""The other fields by type of node, filled as types are met."""


def _nodes(tree: ast.AST) -> list[ast.AST]:
    """What `ast.walk` gives, in its order, without names, constants and operators: in a third of the time."""
    found = [tree]
    for node in found:
        kind = type(node)
        fields = _FIELDS.get(kind)
        if fields is None:
            fields = _FIELDS[kind] = tuple(name for name in kind._fields if name not in _PLAIN)
        for name in fields:
            value = getattr(node, name, None)
            if type(value) is list:
                found += [item for item in value if type(item) not in _LEAVES]
            elif isinstance(value, ast.AST) and type(value) not in _LEAVES:
                found.append(value)
    return found


_LEAVES = frozenset({ast.Constant, ast.Name, ast.alias, str, int, type(None)})
"""Types of what a field holds that is looked into no further."""


def _toplevel(statement: ast.stmt, module: Module) -> None:
    if isinstance(statement, ast.ClassDef):
        members: dict[str, int] = {}
        for inner in statement.body:
            for name in _targets(inner):
                members[name] = inner.lineno
            if isinstance(inner, (ast.FunctionDef, ast.AsyncFunctionDef)):
                members[inner.name] = inner.lineno
        module.members[statement.name] = members
        return
    if isinstance(statement, ast.If) and isinstance(statement.test, ast.Compare):
        if dotted(statement.test.left) == "__name__":
            module.scripts.append((statement.lineno, statement.end_lineno or statement.lineno))
    for name in _targets(statement):
        module.assigned.setdefault(name, statement.lineno)
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target, value = statement.targets[0], dotted(statement.value)
        if isinstance(target, ast.Name) and value and value != target.id:
            module.bindings.setdefault(target.id, (-1, value))


def _targets(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, ast.Assign):
        for target in statement.targets:
            for node in target.elts if isinstance(target, (ast.Tuple, ast.List)) else [target]:
                if isinstance(node, ast.Name):
                    yield node.id
    elif isinstance(statement, (ast.AnnAssign, ast.AugAssign)) and isinstance(statement.target, ast.Name):
        yield statement.target.id


def _import(node: ast.Import, module: Module) -> None:
    for alias in node.names:
        if alias.asname:
            module.bindings[alias.asname] = (0, alias.name)
        else:
            root = alias.name.partition(".")[0]
            module.bindings[root] = (0, root)


def _import_from(node: ast.ImportFrom, module: Module) -> None:
    for alias in node.names:
        if alias.name == "*":
            module.stars.append((node.level, node.module or ""))
            continue
        target = f"{node.module}.{alias.name}" if node.module else alias.name
        module.bindings[alias.asname or alias.name] = (node.level, target)


def _call(node: ast.Call, module: Module) -> None:
    name = dotted(node.func)
    if not name and isinstance(node.func, ast.Attribute):
        name = f"().{node.func.attr}"
    if name:
        keywords = frozenset([keyword.arg for keyword in node.keywords if keyword.arg])
        module.uses.append(Use(node.lineno, name, "call", keywords))


def _definition(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, module: Module) -> None:
    for decorator in node.decorator_list:
        if name := dotted(decorator):
            module.uses.append(Use(decorator.lineno, name, "decorator"))
    if isinstance(node, ast.ClassDef):
        module.classes[node.name] = tuple(name for base in node.bases if (name := dotted(base)))


_USES: dict[type[ast.AST], Callable[[Any, Module], None]] = {
    ast.Import: _import,
    ast.ImportFrom: _import_from,
    ast.Call: _call,
    ast.FunctionDef: _definition,
    ast.AsyncFunctionDef: _definition,
    ast.ClassDef: _definition,
}
"""What a summary takes from the nodes of a type."""


def dotted(node: ast.expr) -> str:
    """`a.b.c` for a chain of names, "" for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    parts.append(node.id)
    return ".".join(reversed(parts))
