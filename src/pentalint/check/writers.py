"""The functions a framework calls that put attributes on an object which all who answer one request share (`flask.g`)."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from pentalint.evaluate.modules import Module
from pentalint.evaluate.statements import own_name
from pentalint.evaluate.values import Class, Function, Ref
from pentalint.match.entry import Entry
from pentalint.project.imports import body_words

REQUEST = "request"
"""The name of the parameter, or the attribute of a view, that holds the request where it is handed over."""


def writers(entries: Sequence[Entry], modules: Iterable[Module], shared: Collection[str]) -> list[Entry]:
    """Those of the entry points that do so, or that call a function which does, in order: one of a module, or of their class."""
    found = {function for module in modules for function in writing(module, shared)} if shared else set()
    if not found:
        return []
    functions = {function.name.encode() for function in found if function.owner is None}
    methods: dict[Class, set[bytes]] = {}
    for function in found:
        if function.owner is not None:
            methods.setdefault(function.owner, set()).add(function.name.encode())
    return [entry for entry in entries if entry.function in found or calls(entry, functions, methods)]


def calls(entry: Entry, functions: set[bytes], methods: Mapping[Class, set[bytes]]) -> bool:
    """Whether an entry point names one of some functions, or one of the methods of its class."""
    owner = entry.function.owner or entry.cls
    names = functions if owner is None else functions | methods.get(owner, set())
    return not names.isdisjoint(body_words(entry.function))


def writing(module: Module, shared: Collection[str]) -> list[Function]:
    """The functions of a module that assign to an attribute of such an object."""
    if module.source is None:
        return []
    names = {name for name, value in module.env.items() if isinstance(value, Ref) and value.path in shared}
    names.add(REQUEST)
    written = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(names)))})\.\w+\s*(?::[^=\n]*)?=(?!=)")
    if written.search(module.source.text) is None:
        return []
    return [
        function
        for function in module.functions
        if written.search(function.text) and assigns(function, names)
    ]


def assigns(function: Function, names: Collection[str]) -> bool:
    """Whether a function assigns to an attribute of something with one of these names."""
    return any(
        isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and own_name(node.value) in names
        for node in ast.walk(function.node)
    )
