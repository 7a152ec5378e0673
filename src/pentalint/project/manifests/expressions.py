"""What an expression of a setup script may be, as far as literals and simple operations on them say.

Nothing is run. What cannot be told stays in the value as `unknown`, so that it is reported and not lost.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator

from pentalint.project.manifests.values import Item, Value, split_text, text, union

_PASS = frozenset(
    {"list", "tuple", "set", "frozenset", "sorted", "filter", "map", "reversed", "dict", "OrderedDict", "str"}
)
_SAME = frozenset(
    {"copy", "strip", "rstrip", "lstrip", "read", "readlines", "items", "keys", "encode", "decode"}
)
_DEPTH = 40
_LENIENT = frozenset({"filter", "map", "sum"})
"""Calls whose other arguments (a function, a start value) say nothing about the strings."""


class Expressions:
    """Expressions over the names of one script.

    `exists` says whether a path, relative to the script, is a list of requirements in the project.
    """

    def __init__(self, exists: Callable[[str], bool]) -> None:
        self.names: dict[str, Value] = {}
        self.functions: dict[str, ast.AST] = {}
        self.exists = exists
        self._depth = 0
        self._expanding: set[str] = set()

    def resolve(self, node: ast.expr) -> Value:
        """What an expression may be."""
        self._depth += 1
        try:
            if self._depth > _DEPTH:
                return Value(unknown=[node.lineno])
            return self._resolve(node)
        finally:
            self._depth -= 1

    def _resolve(self, node: ast.expr) -> Value:
        if isinstance(node, ast.Constant):
            return self._constant(node)
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            return self._join(node.elts)
        if isinstance(node, ast.Dict):
            return self._table(node)
        if isinstance(node, ast.Name):
            known = self.names.get(node.id)
            return known if known is not None else Value(unknown=[node.lineno])
        if isinstance(node, ast.BinOp):
            return self._operation(node)
        if isinstance(node, ast.IfExp):
            return union(self.resolve(node.body), self.resolve(node.orelse)).conditional()
        if isinstance(node, ast.BoolOp):
            return self._join(node.values).conditional()
        if isinstance(node, ast.Starred):
            return self.resolve(node.value)
        if isinstance(node, ast.JoinedStr):
            return self._formatted(node)
        if isinstance(node, ast.Subscript):
            return self._subscript(node)
        if isinstance(node, ast.ListComp | ast.GeneratorExp | ast.SetComp):
            return self._comprehension(node)
        if isinstance(node, ast.Call):
            return self._call(node)
        return self._read_from(node)

    def _constant(self, node: ast.Constant) -> Value:
        if isinstance(node.value, str):
            return Value([Item(node.value, node.lineno)], string=True)
        return Value() if node.value is None else Value(unknown=[node.lineno])

    def _join(self, nodes: Iterable[ast.expr]) -> Value:
        joined = Value()
        for node in nodes:
            joined = joined.plus(self.resolve(node))
        return joined

    def _table(self, node: ast.Dict) -> Value:
        table = Value()
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:
                table = table.plus(self.resolve(value))
            elif name := text(self.resolve(key)):
                table.entries[name] = self.resolve(value)
            elif isinstance(key, ast.Constant) and key.value == "":
                table.entries[""] = self.resolve(value)
            else:
                table.unknown.append(key.lineno)
        return table

    def _operation(self, node: ast.BinOp) -> Value:
        # Long chains of `+` are walked in a loop: their depth is not bounded by anything.
        operands: list[ast.expr] = []
        left: ast.expr = node
        while isinstance(left, ast.BinOp) and isinstance(left.op, ast.Add):
            operands.append(left.right)
            left = left.left
        if not operands:
            return self._percent(node)
        values = [self.resolve(operand) for operand in (left, *reversed(operands))]
        if all(value.string for value in values):
            joined = "".join(item.text for value in values for item in value.items)
            return Value([Item(joined, values[0].items[0].line)] if joined else [], string=True)
        total = Value()
        for value in values:
            total = total.plus(value)
        return total

    def _percent(self, node: ast.BinOp) -> Value:
        left = self.resolve(node.left)
        if not isinstance(node.op, ast.Mod) or not text(left):
            return self._read_from(node)
        values = self.resolve(node.right)
        try:
            filled = text(left) % tuple(item.text for item in values.items)
        except (TypeError, ValueError):
            return _name_only(text(left), node.lineno)
        if not values.known:
            return _name_only(text(left), node.lineno)
        return Value([Item(filled, node.lineno)], string=True)

    def _formatted(self, node: ast.JoinedStr) -> Value:
        parts: list[str] = []
        for part in node.values:
            value = self.resolve(part.value if isinstance(part, ast.FormattedValue) else part)
            if not text(value):
                return _name_only("".join(parts), node.lineno)
            parts.append(text(value))
        return Value([Item("".join(parts), node.lineno)], string=True)

    def _subscript(self, node: ast.Subscript) -> Value:
        value = self.resolve(node.value)
        if isinstance(node.slice, ast.Slice):
            return value
        key = text(self.resolve(node.slice))
        return value.entries.get(key, Value(unknown=[node.lineno]))

    def _comprehension(self, node: ast.ListComp | ast.GeneratorExp | ast.SetComp) -> Value:
        """A filter or a light touch (`strip`) over something that is known is taken to keep everything."""
        source = self.resolve(node.generators[0].iter)
        touched = {inner.attr for inner in ast.walk(node.elt) if isinstance(inner, ast.Attribute)}
        if (source.items or source.files) and touched <= {
            "strip",
            "rstrip",
            "lstrip",
            "split",
            "req",
            "requirement",
        }:
            return source
        return self._read_from(node)

    def _call(self, node: ast.Call) -> Value:
        function = node.func
        if isinstance(function, ast.Attribute):
            method = self._method(function, node)
            if method is not None:
                return method
        name = callee(node)
        if name in {"list", "tuple", "set", "dict"} and not node.args:
            table = Value()
            for keyword in node.keywords:
                value = self.resolve(keyword.value)
                table = table.plus(Value(entries={keyword.arg: value}) if keyword.arg else value)
            return table
        if name.rpartition(".")[2] in _PASS or name == "sum" or name.endswith(("chain", "from_iterable")):
            joined = self._join(node.args)
            if joined.items or joined.files or joined.entries:
                return Value(
                    joined.items, joined.entries, joined.files, joined.unknown if name not in _LENIENT else []
                )
        return self._read_from(node)

    def _method(self, function: ast.Attribute, node: ast.Call) -> Value | None:
        if function.attr in {"split", "splitlines"}:
            value = self.resolve(function.value)
            return split_text(value, function.attr, node) if value.string or value.files else None
        if function.attr == "values":
            table = self.resolve(function.value)
            joined = Value(unknown=table.unknown)
            for value in table.entries.values():
                joined = joined.plus(value)
            return joined if table.entries else None
        if function.attr == "format" and text(self.resolve(function.value)):
            return _name_only(text(self.resolve(function.value)), node.lineno)
        if function.attr in _SAME:
            value = self.resolve(function.value)
            return value if value.items or value.files or value.entries else None
        if function.attr == "join" and len(node.args) > 1:
            return None
        return None

    def _read_from(self, node: ast.expr) -> Value:
        """An expression that may read a file: the project's files its literals name, else unknown."""
        found = list(self._files(node, 0))
        if found:
            return Value(files=[(node.lineno, path) for path in dict.fromkeys(found)])
        return Value(unknown=[node.lineno])

    def _files(self, node: ast.AST, depth: int) -> Iterator[str]:
        if depth > 3:
            return
        for inner in ast.walk(node):
            if isinstance(inner, ast.Constant) and isinstance(inner.value, str) and self.exists(inner.value):
                yield inner.value
            elif isinstance(inner, ast.Call):
                joined = "/".join(
                    argument.value
                    for argument in inner.args
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
                )
                if "/" in joined and self.exists(joined):
                    yield joined
            elif isinstance(inner, ast.Name):
                known = self.names.get(inner.id)
                if known is not None:
                    yield from (path for _, path in known.files)
                    yield from (item.text for item in known.items if self.exists(item.text))
                elif inner.id in self.functions and inner.id not in self._expanding:
                    self._expanding.add(inner.id)
                    yield from self._files(self.functions[inner.id], depth + 1)
                    self._expanding.discard(inner.id)


def _name_only(beginning: str, line: int) -> Value:
    """A requirement whose version is filled in from elsewhere: what it names is known, the rest is not."""
    named = re.match(r"\s*([A-Za-z0-9][\w.-]*(?:\[[\w, -]*\])?)\s*[=<>~!]", beginning)
    return Value([Item(named.group(1), line)] if named else [], unknown=[line])


def callee(call: ast.Call) -> str:
    """The dotted name a call is made on, "" when it is not a name."""
    parts: list[str] = []
    node: ast.expr = call.func
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""
