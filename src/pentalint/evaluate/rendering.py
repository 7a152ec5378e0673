"""Calls that render templates: what of their arguments is tainted, under which name the template knows it."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass

from pentalint.evaluate.modules import Module
from pentalint.evaluate.taint import Taint


@dataclass(frozen=True, slots=True)
class Renderer:
    """How a call renders: its `template` argument (a name, or with `text` the template itself), the arguments that hold
    variables (`**`: its keywords), the `language` when the file's name does not say, and whether the environment
    escapes (None: as the file's name says). `made` says that the template was named by the call that made the object; a text with
    one of the characters `marks` in it is the template itself."""

    template: str
    variables: tuple[str, ...]
    language: str
    autoescape: bool | None
    text: bool = False
    made: bool = False
    marks: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Rendering:
    """One call with tainted variables: the template's `name`, or its `text`."""

    name: str
    text: str | None
    variables: Mapping[str, tuple[Taint, ...]]
    language: str
    autoescape: bool | None
    module: Module
    node: ast.AST
