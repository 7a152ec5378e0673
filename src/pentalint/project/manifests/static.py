"""The values a setup script's statements give to names, as far as literals and simple operations on them say.

Nothing is run. A value is a string, a list of strings with their lines, a table, or a file that is read;
what cannot be told stays in the value as `unknown`, so that it is reported and not lost.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator

from pentalint.project.manifests.values import Item, Value, split_text, text, union

try:
    from pentalint.syntax.statements import module_statements
except ImportError:

    def module_statements(data):
        try:
            return ast.parse(data)
        except (SyntaxError, ValueError):
            return None


_PASS = frozenset(
    {"list", "tuple", "set", "frozenset", "sorted", "filter", "map", "reversed", "dict", "OrderedDict", "str"}
)
_SAME = frozenset(
    {"copy", "strip", "rstrip", "lstrip", "read", "readlines", "items", "keys", "encode", "decode"}
)
_DEPTH = 40


class Static:
    """The names of one script. `exists` says whether a path relative to the script is a file of the
    project."""

    def __init__(self, tree: ast.Module, exists: Callable[[str], bool]) -> None:
        self.names: dict[str, Value] = {}
        self.functions: dict[str, ast.AST] = {}
        self.exists = exists
        self._depth = 0
        self._expanding: set[str] = set()
        self.calls: list[tuple[ast.Call, dict[str, Value]]] = []
        self.run(tree.body)

    def run(self, body: Iterable[ast.stmt], conditional: bool = False) -> None:
        """Take the effect of statements on names, in order; a call is kept with the names as they are
        then."""
        for statement in body:
            self._statement(statement, conditional)

    def _statement(self, node: ast.stmt, conditional: bool) -> None:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            self.functions[node.name] = node
            if any(
                isinstance(inner, ast.Call) and _callee(inner).endswith("setup") for inner in ast.walk(node)
            ):
                self.run(node.body, conditional)
        elif isinstance(node, ast.If):
            branch = conditional or not _is_main(node.test)
            self._branches([node.body, node.orelse], branch)
        elif isinstance(node, ast.Try):
            self._branches(
                [node.body, *(handler.body for handler in node.handlers), node.orelse], conditional
            )
            self.run(node.finalbody, conditional)
        elif isinstance(node, ast.With):
            for item in node.items:
                if isinstance(item.optional_vars, ast.Name):
                    self.names[item.optional_vars.id] = self.resolve(item.context_expr)
            self.run(node.body, conditional)
        elif isinstance(node, ast.For | ast.While):
            self.run(node.body, True)
        else:
            self._simple(node, conditional)
        if not isinstance(
            node, ast.If | ast.Try | ast.With | ast.For | ast.While | ast.FunctionDef | ast.ClassDef
        ):
            self._note_calls(node)

    def _branches(self, bodies: list[list[ast.stmt]], conditional: bool) -> None:
        """Either branch may have run: a name holds what any of them gives it."""
        before = dict(self.names)
        after: list[dict[str, Value]] = []
        for body in bodies:
            self.names = dict(before)
            self.run(body, conditional)
            after.append(self.names)
        merged = dict(before)
        for names in after:
            for name, value in names.items():
                if value is before.get(name):
                    continue
                if name in merged and merged[name] is not before.get(name):
                    merged[name] = union(merged[name], value)
                else:
                    merged[name] = value
        self.names = merged

    def _simple(self, node: ast.stmt, conditional: bool) -> None:
        if isinstance(node, ast.Assign):
            value = self.resolve(node.value)
            for target in node.targets:
                self._assign(target, value, conditional)
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            self._assign(node.target, self.resolve(node.value), conditional)
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name | ast.Subscript):
            self._extend(node.target, self.resolve(node.value), conditional)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            self._mutation(node.value, conditional)

    def _assign(self, target: ast.expr, value: Value, conditional: bool) -> None:
        value = value.conditional() if conditional else value
        if isinstance(target, ast.Name):
            before = self.names.get(target.id)
            # In a branch, what was there before may still hold.
            self.names[target.id] = union(before, value) if conditional and before else value
        elif isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
            key = text(self.resolve(target.slice))
            table = self.names.get(target.value.id, Value())
            self.names[target.value.id] = table.plus(Value(entries={key: value}) if key else Value())

    def _extend(self, target: ast.expr, value: Value, conditional: bool) -> None:
        value = value.conditional() if conditional else value
        if isinstance(target, ast.Name):
            self.names[target.id] = self.names.get(target.id, Value()).plus(value)
        elif isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
            key = text(self.resolve(target.slice))
            table = self.names.get(target.value.id, Value())
            held = table.entries.get(key, Value()).plus(value)
            self.names[target.value.id] = table.plus(Value(entries={key: held}) if key else Value())

    def _mutation(self, call: ast.Call, conditional: bool) -> None:
        """`names.append("x")`, `.extend([...])`, `.insert(0, "x")`, `.update({...})`."""
        function = call.func
        if not isinstance(function, ast.Attribute) or not call.args:
            return
        if function.attr in {"append", "extend", "update", "add"}:
            self._extend(function.value, self.resolve(call.args[0]), conditional)
        elif function.attr == "insert" and len(call.args) > 1:
            self._extend(function.value, self.resolve(call.args[1]), conditional)

    def _note_calls(self, node: ast.AST) -> None:
        for inner in ast.walk(node):
            if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name | ast.Attribute):
                if _callee(inner).endswith("setup"):
                    self.calls.append((inner, dict(self.names)))

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
            return Value(unknown=[node.lineno])
        return (
            Value([Item(filled, node.lineno)], string=True) if values.known else Value(unknown=[node.lineno])
        )

    def _formatted(self, node: ast.JoinedStr) -> Value:
        parts = []
        for part in node.values:
            value = self.resolve(part.value if isinstance(part, ast.FormattedValue) else part)
            if not text(value):
                return Value(unknown=[node.lineno])
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
        name = _callee(node)
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
            return Value(unknown=[node.lineno])
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


_LENIENT = frozenset({"filter", "map", "sum"})
"""Calls whose other arguments (a function, a start value) say nothing about the strings."""


def _callee(call: ast.Call) -> str:
    """The dotted name a call is made on, "" when it is not a name."""
    parts: list[str] = []
    node: ast.expr = call.func
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


callee = _callee


def _is_main(test: ast.expr) -> bool:
    return isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and test.left.id == "__name__"
