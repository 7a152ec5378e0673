"""The interpreter of settings for judging them: what the project does not hold may be there all the same."""

from __future__ import annotations

import ast
from typing import Any

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.events import Frame
from pentalint.evaluate.helpers import changes
from pentalint.evaluate.methods import forget
from pentalint.evaluate.models import Model
from pentalint.evaluate.values import TRUE, UNKNOWN, Bound, Dict, Function, List, Ref, Value, options
from pentalint.settings.disk import file_names, rooted
from pentalint.settings.interpreter import SettingsInterpreter
from pentalint.settings.objects import AbsentModule

OVERRIDING = frozenset({"override", "overwrite"})
"""Arguments by which the variables of a file replace those that are set."""

FROM_FILES = frozenset({"read_env", "load_dotenv", "read_dotenv"})
"""Functions that set the variables of a file."""

REPLACING = frozenset({"os.environ.update", "os.environ.pop", "os.environ.popitem", "os.environ.clear"})
"""Methods by which a program changes its own environment."""


CALLS = 1_000
"""Calls of the project's functions that are followed for one deployment: `check` looks at every project, and most need fewer
than a hundred."""


class Cautious(SettingsInterpreter):
    """`pentalint settings` takes files and modules that are not in the project not to be there, and says so. A finding must
    hold wherever the project is deployed: here they may be there, and may say anything."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, world="set", **named)
        self.most = CALLS

    # -- what is not in the project --------------------------------------------------------------------------------

    def exists(self, text: str) -> Value:
        return TRUE if super().exists(text) is TRUE else UNKNOWN

    def missing(self, body: list[ast.stmt], frame: Frame) -> str | None:
        return None  # the import may succeed

    def open(self, frame: Frame, reason: str) -> None:
        super().open(frame, reason)
        frame.module.maybe_star = True

    def include_absent(self, reason: str, frame: Frame) -> None:
        super().include_absent(reason, frame)
        self.open(frame, reason)

    def call_builtin(self, name: str, arguments: Arguments, node: ast.Call, frame: Frame) -> Value | None:
        target = arguments.positional[0] if arguments.positional else None
        if name == "dir" and isinstance(target, AbsentModule):
            return UNKNOWN
        return super().call_builtin(name, arguments, node, frame)

    def taken_in(self, path: str, arguments: Arguments, node: ast.Call, frame: Frame) -> Value | None:
        if path.rpartition(".")[2] in FROM_FILES and not OVERRIDING.isdisjoint(arguments.keywords):
            self.given = {}  # what a file says holds instead
        return super().taken_in(path, arguments, node, frame)

    def call_api(self, callee: Ref, arguments: Arguments, node: ast.Call, frame: Frame) -> Value:
        found = super().call_api(callee, arguments, node, frame)
        if callee.path in REPLACING:
            self.given = {}
        return found

    def set_item(self, target: Value, key: Value, value: Value, node: ast.AST, frame: Frame) -> None:
        if isinstance(target, Ref) and target.path == "os.environ":
            self.given = {}
        super().set_item(target, key, value, node, frame)

    def call_model(
        self, receiver: Model, name: str, arguments: Arguments, node: ast.Call, frame: Frame
    ) -> Value:
        names = file_names(arguments) if name == "read" else []
        found = super().call_model(receiver, name, arguments, node, frame)
        if names is not None and any(self.exists(rooted(one)) is not TRUE for one in names):
            receiver.forget()
        return found

    # -- calls that may not happen ---------------------------------------------------------------------------------

    def invoke(self, callee: Value, arguments: Arguments, node: ast.Call, frame: Frame) -> Value:
        function = callee.function if isinstance(callee, Bound) else callee
        before = self.doubtful
        if isinstance(function, Function):
            uncertain = bool(frame.branches or frame.conditional or frame.loops > frame.rounds)
            self.doubtful = before or uncertain
            if self.doubtful and changes(function.node):
                self.forget_given(arguments)
        try:
            return super().invoke(callee, arguments, node, frame)
        finally:
            self.doubtful = before

    def forget_given(self, arguments: Arguments) -> None:
        """What a call that may not happen would change is not known after it."""
        for value in (*arguments.positional, *arguments.keywords.values()):
            for option in options(self.force(value)):
                if isinstance(option, (List, Dict)):
                    forget(option)
