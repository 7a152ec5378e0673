"""The values that the statements of a setup script give to names, in order and branch by branch."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable

from pentalint.project.manifests.expressions import Expressions, callee
from pentalint.project.manifests.values import Value, text, union


class Static(Expressions):
    """The names that the statements of one script define, and its calls of anything named `setup`."""

    def __init__(self, tree: ast.Module, exists: Callable[[str], bool]) -> None:
        super().__init__(exists)
        self.calls: list[tuple[ast.Call, dict[str, Value]]] = []
        self.run(tree.body)

    def run(self, body: Iterable[ast.stmt], conditional: bool = False) -> None:
        """Take the effect of statements on names, in order; a call is kept with the names of that moment."""
        for statement in body:
            self._statement(statement, conditional)

    def _statement(self, node: ast.stmt, conditional: bool) -> None:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            self.functions[node.name] = node
            if any(
                isinstance(inner, ast.Call) and callee(inner).endswith("setup") for inner in ast.walk(node)
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
                if callee(inner).endswith("setup"):
                    self.calls.append((inner, dict(self.names)))


def _is_main(test: ast.expr) -> bool:
    return isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and test.left.id == "__name__"
