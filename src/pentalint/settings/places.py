"""Where in an application settings hold: below which path, for which handler."""

from __future__ import annotations

import ast

from pentalint.evaluate.events import Call, Frame
from pentalint.evaluate.values import Const, Ref, Value
from pentalint.settings.written import body_of


def text(value: Value | None) -> str:
    """The text of a constant; "" for anything else."""
    return value.value if isinstance(value, Const) and isinstance(value.value, str) else ""


def script_name(how: str, event: Call) -> str:
    """Where an application is mounted, without a slash at its end; "" at the root, or where that is not known."""
    if how == "merged":
        maker = event.receiver.base if isinstance(event.receiver, Ref) else None
        given = maker.arguments if isinstance(maker, Ref) else None
    else:
        given = event.arguments if how in ("sections", "paths") else None
    name = given.get("1=script_name") if given is not None else None
    if not isinstance(name, Const) or not isinstance(name.value, str) or not name.value.strip("/"):
        return ""
    return "/" + name.value.strip("/")


def decorated(node: ast.AST, frame: Frame) -> str:
    """The name of the function or class of a frame's body that a call decorates; "" for none."""
    for statement in body_of(frame):
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            if node in statement.decorator_list:
                return statement.name
    return ""
