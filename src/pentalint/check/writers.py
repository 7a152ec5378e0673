"""The functions a framework calls that put attributes on an object which all who answer one request share (`flask.g`)."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from pentalint.evaluate.modules import Module
from pentalint.evaluate.statements import own_name
from pentalint.evaluate.tracing import ATTRIBUTE
from pentalint.evaluate.values import Class, Function, Ref
from pentalint.match.entry import Entry
from pentalint.project.imports import body_words

REQUEST = "request"
"""The name of the parameter, or the attribute of a view, that holds the request where it is handed over."""


def writers(entries: Sequence[Entry], modules: Iterable[Module], shared: Collection[str]) -> list[Entry]:
    """Those of the entry points that do so, or that call a function which does, in order: one of a module, or of their class."""
    found = {function for module in modules for function in writing(module, shared)} if shared else set()
    found |= {entry.function for entry in entries if entry.returns.startswith(ATTRIBUTE)}
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
    held = body_words(entry.function)
    return not functions.isdisjoint(held) or (
        owner is not None and owner in methods and not methods[owner].isdisjoint(held)
    )


def writing(module: Module, shared: Collection[str]) -> list[Function]:
    """The functions of a module that assign to an attribute of such an object."""
    if module.source is None:
        return []
    names = {name for name, value in module.env.items() if isinstance(value, Ref) and value.path in shared}
    names.add(REQUEST)
    if not written(module.source.text, names):
        return []
    return [
        function
        for function in module.functions
        if written(function.text, names) and assigns(function, names)
    ]


_ASSIGNED = re.compile(r"\.\w+\s*(?::[^=\n]*)?=(?!=)")
_WORD = re.compile(r"\w")


def written(text: str, names: Iterable[str]) -> bool:
    """Whether an attribute of something with one of these names seems to be assigned. (One pattern for it all takes ten times
    as long: it is tried at each character, where `find` looks for the whole name.)"""
    for name in names:
        at = text.find(f"{name}.")
        while at >= 0:
            if _ASSIGNED.match(text, at + len(name)) and not (at and _WORD.match(text[at - 1])):
                return True
            at = text.find(f"{name}.", at + 1)
    return False


def assigns(function: Function, names: Collection[str]) -> bool:
    """Whether a function assigns to an attribute of something with one of these names."""
    return any(
        isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and own_name(node.value) in names
        for node in ast.walk(function.node)
    )
