"""Errors that settings modules catch: local settings and files that are not there, variables that are not set, packages that may
not be installed."""

from __future__ import annotations

import ast
import sys

from pentalint.evaluate.branches import join_environments, only_imports
from pentalint.evaluate.events import Frame
from pentalint.evaluate.values import Const, Ref, Value
from pentalint.settings.environment import read_of
from pentalint.settings.libraries import Libraries

ANY_FAULT = frozenset(["", "Exception", "BaseException"])

KEY_FAULTS = ANY_FAULT | {"KeyError", "LookupError"}

FILE_FAULTS = ANY_FAULT | {"OSError", "IOError", "EnvironmentError", "FileNotFoundError"}

READ_FAULTS = ANY_FAULT | {
    "ValueError",
    "django.core.exceptions.ImproperlyConfigured",
    "environ.ImproperlyConfigured",
    "environs.EnvError",
    "environs.EnvNotSetError",
    "environs.exceptions.EnvError",
    "environs.exceptions.EnvNotSetError",
    "decouple.UndefinedValueError",
}
"""What the libraries that read variables raise for one that is not set (environs: a `ValueError`)."""


TEXT_METHODS = frozenset("strip lstrip rstrip split lower upper title replace startswith endswith".split())  # noqa: SIM905
"""Methods of strings that raise no `KeyError`."""

IMPORT_FAULTS = ANY_FAULT | {"ImportError", "ModuleNotFoundError"}


class Catching(Libraries):
    """`try` as it goes where the project is deployed, with nothing set but what the project sets."""

    def try_(self, node: ast.Try, frame: Frame) -> bool:
        """Local settings that are not in the project are not there: the handler runs, and that is said."""
        place, missing = next(
            ((place, name) for place, one in enumerate(node.body) if (name := self.missing([one], frame))),
            (0, None),
        )
        faults = IMPORT_FAULTS
        if missing is None:
            if node.handlers and self.finds_variables(node, frame):
                goes_on = self.run_body(node.body, frame) and self.run_body(node.orelse, frame)
                return self.run_body(node.finalbody, frame) and goes_on
            found = next(
                ((at, lacks) for at, one in enumerate(node.body) if (lacks := self.lacks(one, frame))), None
            )
            if found is None:
                return super().try_(node, frame)
            place, faults = found
        if place and not self.run_body(node.body[:place], frame):
            return False
        for handler in node.handlers:
            if not faults.isdisjoint(self.handled(handler, frame)):
                if missing is not None:
                    where = f"{frame.module.path}:{node.body[place].lineno}"
                    self.remark(
                        f"{missing}, imported at {where}, is not in the project; where it is there, it may set anything"
                    )
                return self.run_body(handler.body, frame) and self.run_body(node.finalbody, frame)
        return super().try_(node, frame)

    def after_try(
        self, node: ast.Try, outcomes: list[dict[str, Value]], at_fault: dict[str, Value]
    ) -> dict[str, Value]:
        """Whether a package can be imported, nobody knows: settings are what they are with it, or without it."""
        merged = super().after_try(node, outcomes, at_fault)
        packages = [name for name in imported(node.body) if self.index.find(name) is None]
        if len(outcomes) > 1 and only_imports(node.body) and packages:
            reason = f"it depends on whether `{packages[0]}` can be imported"
            for name, value in join_environments(outcomes).items():
                if name.isupper() and merged.get(name) is not value:
                    merged[name] = value
                    self.reasons.setdefault((self.host(self.current), name), reason)
        return merged

    def finds_variables(self, node: ast.Try, frame: Frame) -> bool:
        """Whether a `try` can only fail for a variable that is not set, and all it reads are set."""
        found = False
        for handler in node.handlers:
            if not set(self.handled(handler, frame)) <= {"KeyError", "LookupError"}:
                return False
        for inner in (one for statement in node.body for one in ast.walk(statement)):
            if isinstance(inner, ast.Subscript) and isinstance(inner.ctx, ast.Load):
                name = self.variable_read(inner, frame)
                if name is None or self.is_set(name) is not True:
                    return False
                found = True
            elif (isinstance(inner, ast.Call) and not raises_no_key_error(inner.func)) or isinstance(
                inner, ast.Raise
            ):
                return False
        return found

    def lacks(self, statement: ast.stmt, frame: Frame) -> frozenset[str]:
        """What a plain statement raises because it reads a variable that has to be set and is not, or opens a file that is not
        there; empty when it does not."""
        if isinstance(statement, ast.With):
            missing = any(self.lacks_file(item.context_expr, frame) for item in statement.items)
            return FILE_FAULTS if missing else frozenset()
        plain = isinstance(statement, (ast.Assign, ast.AnnAssign, ast.Return, ast.Expr))
        if self.world != "unset" or not plain:
            return frozenset()
        for inner in ast.walk(statement):
            if isinstance(inner, ast.Subscript) and isinstance(inner.ctx, ast.Load):
                name = self.variable_read(inner, frame)
                if name is not None and self.is_set(name) is False:
                    return KEY_FAULTS
            elif isinstance(inner, ast.Call) and self.demands(inner, frame):
                return READ_FAULTS
            elif isinstance(inner, ast.Call) and self.lacks_file(inner, frame):
                return FILE_FAULTS
        return frozenset()

    def lacks_file(self, node: ast.expr, frame: Frame) -> bool:
        """Whether a call opens a file that is taken not to be there."""
        if not isinstance(node, ast.Call):
            return False
        method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        opens = method == "open" or self.named(node.func, frame).rpartition(".")[2] == "open"
        return opens and self.opens_nothing(self.force(self.eval(node, frame)))

    def variable_read(self, node: ast.Subscript, frame: Frame) -> str | None:
        """The variable that `os.environ[...]` reads; None for any other item."""
        if self.named(node.value, frame) != "os.environ":
            return None
        key = self.force(self.eval(node.slice, frame))
        return key.value if isinstance(key, Const) and isinstance(key.value, str) else None

    def demands(self, node: ast.Call, frame: Frame) -> bool:
        """Whether a call of a library reads a variable that is not set, without a default."""
        callee = self.force(self.eval(node.func, frame))
        if not isinstance(callee, Ref) or callee.path.startswith("os."):
            return False
        read = read_of(callee, self.arguments(node, frame))
        return read is not None and read.default is None and self.is_set(read.name) is False


def raises_no_key_error(function: ast.expr) -> bool:
    """Whether calling it is a conversion, or a method of strings that finds or changes text."""
    if isinstance(function, ast.Name):
        return function.id in ("int", "float", "bool", "str")
    return isinstance(function, ast.Attribute) and function.attr in TEXT_METHODS


def imported(body: list[ast.stmt]) -> list[str]:
    """The modules that statements import by their full name, those of the standard library aside."""
    found = [alias.name for one in body if isinstance(one, ast.Import) for alias in one.names]
    found += [one.module for one in body if isinstance(one, ast.ImportFrom) and one.module and not one.level]
    return [name for name in found if name.partition(".")[0] not in sys.stdlib_module_names]
