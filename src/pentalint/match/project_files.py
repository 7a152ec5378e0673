"""Files that configuration is loaded from: where a name leads, what they hold, and the variables that environment files set."""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any

from pentalint.dataclass import dataclass
from pentalint.evaluate.modules import Module
from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.values import Const, Ref, Text, Value
from pentalint.model import File, Role
from pentalint.syntax.ini import Fault
from pentalint.syntax.source import Source

Documents = Callable[[str, str], "Mapping[str, tuple[Any, int]] | None"]
"""(kind, text) -> the entries of a document with their lines; None when it is not read."""

KINDS = {
    "json.load": "json",
    "simplejson.load": "json",
    "tomllib.load": "toml",
    "tomli.load": "toml",
    "toml.load": "toml",
    "yaml.safe_load": "yaml",
    "yaml.load": "yaml",
    "yaml.full_load": "yaml",
}
"""The functions that read a document, with its kind."""

SAME = ("os.path.abspath()", "os.path.realpath()", "os.path.normpath()", "os.fspath()", "builtins.str()")


@dataclass(frozen=True, slots=True)
class Variable:
    """An environment variable that a file of the project sets, and where."""

    name: str
    value: str
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Stub:
    """A file that is no Python, as something findings can point into."""

    module: Module

    def node(self, line: int) -> ast.AST:
        """The text of a line."""
        source = self.module.source
        text = source.lines[line - 1] if source is not None and 0 < line <= len(source.lines) else ""
        start = len(text) - len(text.lstrip())
        begin, end = len(text[:start].encode()), len(text.rstrip().encode())
        return ast.Constant(value=None, lineno=line, col_offset=begin, end_lineno=line, end_col_offset=end)


@dataclass(slots=True)
class ProjectFiles:
    """The files of the project by path, with what is known of those that are no modules. `faults` are what keeps a framework
    from loading one."""

    paths: frozenset[str] = frozenset()
    read: Callable[[str], bytes] = lambda path: b""
    documents: Documents = lambda kind, text: None
    variables: tuple[Variable, ...] = ()
    stubs: dict[str, Stub] = field(default_factory=dict)
    faults: dict[str, Fault] = field(default_factory=dict)
    modules: dict[str, Module] = field(default_factory=dict)

    def kind_of(self, reader: str) -> str:
        """The kind of document a function reads; "" for one that is not known."""
        return KINDS.get(reader, "")

    def text(self, path: str) -> str:
        return self.read(path).decode("utf-8-sig", "replace").replace("\r\n", "\n")

    def document(self, path: str, kind: str) -> Mapping[str, tuple[Any, int]] | None:
        """The entries of a document; None when it cannot be read."""
        return self.documents(kind, self.text(path))

    def stub(self, path: str) -> Stub:
        """A file as something findings can point into."""
        found = self.stubs.get(path)
        if found is None:
            source = Source(path, self.text(path), ast.Module([], []), "utf-8", "none")
            module = Module("", path, File(path, Role.settings), False, state=2, source=source)
            found = self.stubs[path] = Stub(module)
        return found

    def module(self, path: str, engine: Interpreter) -> Module | None:
        """A file evaluated as Python; None when it is not."""
        known = engine.index.modules.get(path) or self.modules.get(path)
        if known is None:
            known = self.modules[path] = Module("config", path, File(path, Role.settings), False)
        engine.load(known)
        return known if known.state != 3 else None

    # -- where a name leads --------------------------------------------------------------------------------------------

    def locate(
        self, value: Value, home: str, start: str | None, root: str | None, instance: str | None
    ) -> str | None:
        """The path in the project that a file name means, None when there is none. A relative name starts from `start`;
        `home` is the file that says it, `root` and `instance` are the directories of the application."""
        known = resolve(value, home, root, instance)
        if known is None:
            return self.only(tail(value))
        if known.startswith("/"):
            known = known.lstrip("/")
        elif start is not None:
            known = posixpath.join(start, known)
        else:
            return self.only(known)
        known = posixpath.normpath(known)
        return known if known in self.paths else None

    def only(self, ending: str) -> str | None:
        """The one file whose path ends so; None when there is none, or more."""
        ending = posixpath.normpath(ending) if ending else ""
        if not ending or ending.startswith(".."):
            return None
        found = [path for path in self.paths if path == ending or path.endswith(f"/{ending}")]
        return found[0] if len(found) == 1 else None


def resolve(value: Value, home: str, root: str | None, instance: str | None) -> str | None:
    """A file name as text: one that begins with `/` starts from the root of the project. None when it is not known."""

    def inner(value: Value) -> str | None:
        return resolve(value, home, root, instance)

    if isinstance(value, Const):
        text = value.value
        return text if isinstance(text, str) and text and not text.startswith("/") else None
    if isinstance(value, Text) and value.how in ("+", "f-string"):
        shown = [part.value if isinstance(part, Const) else inner(part) for part in value.parts]
        return "".join(map(str, shown)) if all(isinstance(part, str) for part in shown) else None
    if not isinstance(value, Ref):
        return None
    if value.path == "__file__":
        return f"/{home}"
    if value.path == "flask.Flask().root_path":
        return None if root is None else f"/{root}"
    if value.path == "flask.Flask().instance_path":
        return None if instance is None else f"/{instance}"
    if value.arguments is None:
        return None
    given = value.arguments.positional
    if value.path in SAME and given:
        return inner(given[0])
    if value.path == "os.path.dirname()" and given:
        found = inner(given[0])
        return None if found is None else posixpath.dirname(found)
    if value.path == "os.path.join()" and given:
        parts = [inner(part) for part in given]
        return None if None in parts else posixpath.join(*(part for part in parts if part is not None))
    return None


def tail(value: Value) -> str:
    """The end of a file name whose beginning is not known."""
    if isinstance(value, Ref) and value.path == "os.path.join()" and value.arguments is not None:
        parts: list[str] = []
        for part in reversed(value.arguments.positional):
            if not (isinstance(part, Const) and isinstance(part.value, str)):
                break
            parts.insert(0, part.value.lstrip("/"))
        return "/".join(parts)
    if isinstance(value, Text) and isinstance(value.tail, str) and "/" in value.tail:
        return value.tail.partition("/")[2]
    return ""
