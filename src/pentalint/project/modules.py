"""What the names at the top of a project's modules mean, as far as detection needs it.

A `Module` is read once from the tree and holds no node. `Modules` finds modules by dotted name and follows
a name through aliases, re-exports and star imports until it leaves the project or ends at a class.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import field

from pentalint.dataclass import dataclass
from pentalint.model import Failure
from pentalint.syntax.source import Source, read_source

_DEPTH = 8
"""How many modules a name is followed through."""


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
        _use(node, module)
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
            if isinstance(value, list):
                found.extend(
                    [item for item in value if isinstance(item, ast.AST) and type(item) not in _LEAVES]
                )
            elif isinstance(value, ast.AST) and type(value) not in _LEAVES:
                found.append(value)
    return found


_LEAVES = frozenset({ast.Constant, ast.Name, ast.alias})


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


def _use(node: ast.AST, module: Module) -> None:
    if isinstance(node, ast.Import):
        for alias in node.names:
            if alias.asname:
                module.bindings[alias.asname] = (0, alias.name)
            else:
                root = alias.name.partition(".")[0]
                module.bindings[root] = (0, root)
    elif isinstance(node, ast.ImportFrom):
        for alias in node.names:
            if alias.name == "*":
                module.stars.append((node.level, node.module or ""))
                continue
            target = f"{node.module}.{alias.name}" if node.module else alias.name
            module.bindings[alias.asname or alias.name] = (node.level, target)
    elif isinstance(node, ast.Call):
        name = dotted(node.func)
        if not name and isinstance(node.func, ast.Attribute):
            name = f"().{node.func.attr}"
        if name:
            keywords = frozenset(keyword.arg for keyword in node.keywords if keyword.arg)
            module.uses.append(Use(node.lineno, name, "call", keywords))
    elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        for decorator in node.decorator_list:
            if name := dotted(decorator):
                module.uses.append(Use(decorator.lineno, name, "decorator"))
        if isinstance(node, ast.ClassDef):
            module.classes[node.name] = tuple(name for base in node.bases if (name := dotted(base)))


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


class Modules:
    """The modules of a project, read when asked for. `aliases` maps the path of a vendored copy to the name
    it goes by. `sources` keeps the files that were parsed, for whoever needs their trees later."""

    def __init__(
        self,
        paths: Iterable[str],
        read: Callable[[str], bytes],
        aliases: dict[str, str] | None = None,
        sources: dict[str, Source] | None = None,
    ) -> None:
        self._read = read
        self._aliases = aliases or {}
        self._sources = {} if sources is None else sources
        self._known: dict[str, Module | None] = {}
        self._paths: dict[str, list[str]] = {}
        self._found: dict[tuple[str, str, int], str | None] = {}
        for path in paths:
            stem = path[: -len(".py")].split("/")
            tail = stem[-2] if stem[-1] == "__init__" and len(stem) > 1 else stem[-1]
            self._paths.setdefault(tail, []).append(path)

    def load(self, path: str, data: bytes | None = None) -> Module | None:
        """The module of a file, None when it does not parse."""
        if path not in self._known:
            source = read_source(path, self._read(path) if data is None else data)
            if isinstance(source, Failure):
                self._known[path] = None  # reported by whoever checks the file
            else:
                self._sources[path] = source
                self._known[path] = summarise(source)
        return self._known[path]

    def find(self, name: str, importer: str = "", level: int = 0) -> str | None:
        """The path of the module `name` as `importer` sees it: the nearest file whose path ends that way."""
        key = (name, importer.rpartition("/")[0], level)
        if key not in self._found:
            self._found[key] = self._find(name, importer, level)
        return self._found[key]

    def _find(self, name: str, importer: str, level: int) -> str | None:
        if level:
            base = importer.split("/")[:-level]
            parts = [*base, *(name.split(".") if name else [])]
            if not parts:
                return None
            stem = "/".join(parts)
            options = (f"{stem}.py", f"{stem}/__init__.py")
            return next((path for path in self._paths.get(parts[-1], ()) if path in options), None)
        candidates = self._paths.get(name.rpartition(".")[2])
        if not candidates:
            return None
        stem = name.replace(".", "/")
        options = (f"{stem}.py", f"{stem}/__init__.py")
        found = [
            path
            for path in candidates
            if path in options or path.endswith(tuple(f"/{option}" for option in options))
        ]
        return min(found, key=lambda path: (-_shared(path, importer), path.count("/"), path), default=None)

    def resolve(self, module: Module, name: str, wanted: Callable[[str], bool], depth: int = 0) -> str | None:
        """The first dotted name outside the project that `name` stands for in `module` and that is `wanted`.

        A class stands for its bases, so an instance of a local subclass is found as its framework class.
        """
        if depth > _DEPTH:
            return None
        head, _, rest = name.partition(".")
        if head in module.classes:
            return None if rest else self._bases(module, head, wanted, depth)
        if head in module.bindings:
            level, target = module.bindings[head]
            full = f"{target}.{rest}" if rest else target
            if level < 0:
                return (
                    None
                    if target.partition(".")[0] == head
                    else self.resolve(module, full, wanted, depth + 1)
                )
            return self._outside(module, full, level, wanted, depth)
        for level, target in module.stars:
            found = self._outside(module, f"{target}.{name}" if target else name, level, wanted, depth)
            if found:
                return found
        return None

    def _bases(self, module: Module, name: str, wanted: Callable[[str], bool], depth: int) -> str | None:
        for base in module.classes[name]:
            # `class Configurator(Configurator)` refers to the imported one.
            bound = module.bindings.get(base) if base == name else None
            if bound is not None and bound[0] >= 0:
                found = self._outside(module, bound[1], bound[0], wanted, depth)
            elif base == name:
                continue
            else:
                found = self.resolve(module, base, wanted, depth + 1)
            if found:
                return found
        return None

    def _outside(
        self, module: Module, target: str, level: int, wanted: Callable[[str], bool], depth: int
    ) -> str | None:
        if level == 0 and wanted(target):
            return target
        parts = target.split(".")
        for cut in range(len(parts), -1 if level else 0, -1):
            path = self.find(".".join(parts[:cut]), module.path, level)
            if path is None or path == module.path:
                continue
            rest = ".".join(parts[cut:])
            if path in self._aliases:
                full = f"{self._aliases[path]}.{rest}" if rest else self._aliases[path]
                return full if wanted(full) else None
            inner = self.load(path)
            return self.resolve(inner, rest, wanted, depth + 1) if inner and rest else None
        return None


def _shared(path: str, other: str) -> int:
    """How many leading directories two paths share."""
    count = 0
    for one, two in zip(path.split("/")[:-1], other.split("/")[:-1], strict=False):
        if one != two:
            break
        count += 1
    return count
