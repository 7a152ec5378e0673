"""Where an application looks for its files: its root path and its instance folder, as Flask finds them."""

from __future__ import annotations

import ast
import posixpath

from pentalint.dataclass import dataclass
from pentalint.evaluate.modules import Module
from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.values import Const
from pentalint.match.operations import Operation


@dataclass(frozen=True, slots=True)
class Home:
    """Directories of the project, None for one that is not known. `relative` is where the names of configuration files start
    from."""

    root: str | None = None
    instance: str | None = None
    relative: str | None = None


def home_of(made: Operation, engine: Interpreter) -> Home:
    """The directories of an application, from the arguments it is made with."""
    arguments = made.arguments
    if arguments is None:
        return Home()
    home = named(made, engine)
    root = instance = None
    if home is not None and arguments.get("root_path") is None:
        root = posixpath.dirname(home.path)
    if home is not None and arguments.get("instance_path") is None:
        parts = len(home.name.split(".")) if home.name else 0
        top = posixpath.dirname(home.path)
        for _ in range(parts - (0 if home.is_package else 1)):
            top = posixpath.dirname(top)
        instance = posixpath.join(top, "instance")
    chosen = arguments.get("instance_relative_config")
    relative = root
    if chosen is not None:
        value = engine.force(chosen)
        relative = (instance if value.value else root) if isinstance(value, Const) else None
    return Home(root, instance, relative)


def named(made: Operation, engine: Interpreter) -> Module | None:
    """The module an application is named after: `__name__`, its package's, or one by name."""
    module = made.frame.module
    node = made.node
    first: ast.expr | None = None
    if isinstance(node, ast.Call):
        first = node.args[0] if node.args else None
        for keyword in node.keywords:
            first = keyword.value if keyword.arg == "import_name" else first
    if isinstance(first, ast.Name) and first.id == "__name__":
        return module
    if isinstance(first, ast.Subscript) and "__name__" in {
        inner.id for inner in ast.walk(first) if isinstance(inner, ast.Name)
    }:
        return engine.index.find(module.name.partition(".")[0], module)  # `__name__.split(".")[0]`
    if isinstance(first, ast.Name) and first.id == "__package__":
        return engine.index.find(module.package, module)
    value = (
        engine.force(made.arguments.positional[0]) if made.arguments and made.arguments.positional else None
    )
    if isinstance(value, Const) and isinstance(value.value, str):
        return engine.index.find(value.value, module)
    return None
