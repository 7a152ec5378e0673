"""Tests on the configuration itself, decided by what it holds at that time: `"A" in app.config`, `app.config["A"]`,
`app.config.get("A")`, `type(app.config["A"]) is tuple`."""

from __future__ import annotations

import ast
from collections.abc import Container

from pentalint.evaluate.events import Frame
from pentalint.evaluate.values import NONE, Const, Dict, List, Value, options, truth
from pentalint.match.applications import Application
from pentalint.match.bodies import bodies, side_of
from pentalint.match.operations import Operation, Operations


class Verdicts:
    """What the tests around an operation say. `containers` are the paths of configuration objects, `present` the names they hold
    from the start. Where something else may have been loaded nothing is decided, unless that is taken not to be there
    (`log.trusting`), nor by a value that the environment may change."""

    def __init__(self, log: Operations, containers: Container[str], present: Container[str]) -> None:
        self.engine = log.interpreter
        self.containers = containers
        self.present = present
        self.trusting = log.trusting
        self.depends = log.depends

    def reached(self, operation: Operation, application: Application) -> bool | None:
        """Whether the tests around an operation let it happen; None when some of them are not decided."""
        tests = operation.frame.tests
        found = [self.holds(test, operation, application) for test in tests]
        if False in found:
            return False
        return True if tests and None not in found and len(operation.way) <= len(found) else None

    def holds(self, test: ast.expr, operation: Operation, application: Application) -> bool | None:
        """Whether a test comes out as it has to for a statement to be reached; None when that is not known."""
        place = operation.frame.function or operation.frame.module
        needed = side_of(test, getattr(operation.node, "lineno", 0), bodies(place))
        if needed is None:
            return None
        value = self.verdict(test, operation.frame, application)
        return None if value is None else value is needed

    def verdict(self, test: ast.expr, frame: Frame, application: Application) -> bool | None:
        """What a test comes to; None for any that is not about the configuration, or not decided."""
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            inner = self.verdict(test.operand, frame, application)
            return None if inner is None else not inner
        if isinstance(test, ast.Compare) and len(test.ops) == 1:
            return self.compared(test.left, test.ops[0], test.comparators[0], frame, application)
        value = self.read(test, frame, application)
        return None if value is None else truth(value)

    def compared(
        self, left: ast.expr, op: ast.cmpop, right: ast.expr, frame: Frame, application: Application
    ) -> bool | None:
        """A comparison with the configuration, or of the type of a setting."""
        if isinstance(op, (ast.In, ast.NotIn)) and isinstance(left, ast.Constant):
            if isinstance(left.value, str) and self.engine.named(right, frame) in self.containers:
                there = self.there(left.value, application)
                return None if there is None else there is isinstance(op, ast.In)
        if (
            isinstance(op, (ast.Is, ast.IsNot, ast.Eq, ast.NotEq))
            and isinstance(left, ast.Call)
            and left.args
        ):
            if self.engine.named(left.func, frame) == "builtins.type":
                value = self.read(left.args[0], frame, application)
                kind = None if value is None else kind_of(value)
                wanted = self.engine.named(right, frame)
                if kind is not None and wanted.startswith("builtins."):
                    return (f"builtins.{kind}" == wanted) is isinstance(op, (ast.Is, ast.Eq))
        return None

    def there(self, name: str, application: Application) -> bool | None:
        """Whether a setting is set."""
        known = application.settings.get(name)
        if name in self.present or (known is not None and not known.absent):
            return True
        more = application.unfollowed if self.trusting else application.opened
        return None if known is not None or more or application.variables else False

    def read(self, node: ast.expr, frame: Frame, application: Application) -> Value | None:
        """The only value that a read of a setting can give; None when there are several, or none is known."""
        name, default = self.name_read(node, frame)
        known = application.settings.get(name)
        if not name or self.there(name, application) is None:
            return None
        if known is None:
            return default if name not in self.present else None
        if known.absent or len(known.settings) != 1 or (known.unfollowed if self.trusting else known.opened):
            return None
        if known.variables or self.depends(known.settings[0]):
            return None
        value = self.engine.force(known.settings[0].value)
        return value if len(options(value)) == 1 else None

    def name_read(self, node: ast.expr, frame: Frame) -> tuple[str, Value | None]:
        """The setting that an expression reads, and what it gives where that is not set."""
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            if self.engine.named(node.value, frame) in self.containers:
                return str(node.slice.value), None
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
            if len(node.args) == 1 and isinstance(node.args[0], ast.Constant):
                if self.engine.named(node.func.value, frame) in self.containers:
                    return str(node.args[0].value), NONE
        return "", None


def kind_of(value: Value) -> str | None:
    """The name of a value's type."""
    if isinstance(value, Const):
        return type(value.value).__name__
    if isinstance(value, List):
        return value.kind if value.kind in ("list", "tuple", "set") else None
    return "dict" if isinstance(value, Dict) else None
