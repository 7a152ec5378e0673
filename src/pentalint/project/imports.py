"""What a file imports, where, and under which condition.

The statements themselves are read one by one, so a file that does not parse as a whole (Python 2, syntax
errors, templates) still says what it imports; the condition comes from the tree when there is one, from
indentation when not.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from pentalint.dataclass import dataclass
from pentalint.project.contexts import Context, contexts_of
from pentalint.syntax.statements import import_statements

if TYPE_CHECKING:
    from pentalint.evaluate.values import Function
    from pentalint.syntax.source import Source

_KEEP = bytes(byte if chr(byte).isalnum() or byte == 0x5F or byte >= 0x80 else 0x20 for byte in range(256))


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
def body_words(function: Function) -> tuple[bytes, ...]:
    """The identifiers in the source of a function, each once. The prefilters ask for them up to seven times, so they are kept,
    for as long as no other project is planned (`pipeline`): as a tuple, for sets of all functions took 40 MB."""
    return tuple(_shared(function.text.encode("utf-8", "replace")))


def _shared(data: bytes) -> frozenset[bytes]:
    """The identifiers in some text, and whatever else looks like one; a word that many texts have is kept once."""
    found = data.translate(_KEEP).split()
    return frozenset(map(_WORDS.setdefault, found, found))


def names_one_of(wanted: Collection[bytes]) -> Callable[[Function], bool]:
    """The test whether a function has one of some words in its text."""
    found = frozenset(wanted)
    return lambda function: not found.isdisjoint(body_words(function))


def read_imports(
    path: str,
    data: bytes,
    roots: frozenset[bytes],
    source: Callable[[str, bytes], Source | None] | None = None,
) -> tuple[Import, ...]:
    """The imports of a file whose statement names one of `roots`, in the order of the file. `source` gives the parsed file when
    somebody else needs its tree as well."""
    statements = import_statements(data, roots)
    lines = sorted({found.line for found in statements if found.indent})
    contexts = contexts_of(path, data, lines, source) if lines else {}
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


_NAMED = re.compile(rb"""(?:import_module|__import__|importorskip)\(\s*['"]""")
"""A call that imports by a name as written, with what may stand before it on its line left out."""

_DYNAMIC = re.compile(
    rb"""(?m)^([^\S\n]*)(?:[^#\n'"]*[^#\n'"\w.])?"""
    rb"""((?:[\w.]+\.)?import_module|__import__|(?:pytest\.)?importorskip)\(\s*['"]([\w.]+)['"]"""
)


def _dynamic(path: str, data: bytes, roots: frozenset[bytes]) -> Iterator[Import]:
    if b"import_module" not in data and b"__import__" not in data and b"importorskip" not in data:
        return
    for match in _dynamic_calls(data):
        if match.group(3).partition(b".")[0] in roots:
            skip = match.group(2).endswith(b"importorskip")
            module = match.group(3).decode()
            line = data.count(b"\n", 0, match.start(2)) + 1
            yield Import(path, line, module, "", "", 0, Context.test if skip else Context.dynamic)


def _dynamic_calls(data: bytes) -> Iterator[re.Match[bytes]]:
    """What `_DYNAMIC.finditer` finds, with only the lines tried that have such a call: trying all takes fifty times as long."""
    end = 0
    for named in _NAMED.finditer(data):
        start = data.rfind(b"\n", 0, named.start()) + 1
        if start >= end and (match := _DYNAMIC.match(data, start)):
            end = match.end()
            yield match
