"""A call that loads settings, and what it sets."""

from __future__ import annotations

import ast

from pentalint.dataclass import dataclass
from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.events import Frame
from pentalint.evaluate.modules import Module
from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.values import Class, Value
from pentalint.match.deployment import is_deployed
from pentalint.match.project_files import ProjectFiles
from pentalint.match.settings import Setting


@dataclass(frozen=True, slots=True)
class Batch:
    """What a loader sets in one case. `opened` says why it may set more, "" when it does not; `origin` is the class or
    module it is read from; `variables` are the environment variables that may make it set more when they are set where the
    program runs."""

    settings: tuple[Setting, ...] = ()
    opened: str = ""
    origin: Class | Module | None = None
    variables: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Load:
    """A call of a loader: how, the argument that matters, and where it stands."""

    how: str
    key: str
    arguments: Arguments
    node: ast.AST
    frame: Frame

    def argument(self, engine: Interpreter) -> Value | None:
        """The argument that matters; None when it is absent."""
        value = self.arguments.get(self.key)
        return None if value is None else engine.force(value)

    def setting(self, name: str, value: Value, module: Module, node: ast.AST) -> Setting:
        """A setting this call writes by itself."""
        return Setting(
            name, "", value, module, node, self.frame.qualname, is_deployed(module.path), self.frame
        )


@dataclass(slots=True)
class Surroundings:
    """What loaders look at besides the call: the files of the project, and the directories that relative names start
    from (the application's own and its instance folder)."""

    files: ProjectFiles
    root: str | None = None
    instance: str | None = None
    relative: str | None = None
