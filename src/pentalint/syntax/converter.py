"""A libcst module to the `ast` module the standard parser would have built, with the same positions.

It targets the classes of the running interpreter: a construct this `ast` has no node for becomes the nearest
one it has (`type X = Y` an assignment, a t-string an f-string, `except*` an `except`; type parameters are
dropped before 3.12).
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from pentalint.syntax.convert_displays import DISPLAYS
from pentalint.syntax.convert_expressions import EXPRESSIONS
from pentalint.syntax.convert_statements import statements
from pentalint.syntax.convert_strings import STRINGS
from pentalint.syntax.cursor import Cursor

if TYPE_CHECKING:
    import libcst as cst

_HANDLERS = {**EXPRESSIONS, **DISPLAYS, **STRINGS}


def convert(module: cst.Module, data: bytes) -> ast.Module:
    """The `ast` tree of a libcst module parsed from `data` (UTF-8, LF newlines).

    Raises `cursor.Mismatch` when the tree is not one of this text, or the text is not valid Python after all.
    """
    cursor = Cursor(data, _HANDLERS)
    return ast.Module(body=statements(cursor, module.body), type_ignores=[])


def convert_statement(node: cst.SimpleStatementLine, data: bytes) -> ast.stmt:
    """The first statement of one logical line parsed from `data`, positioned as if `data` were the file."""
    return statements(Cursor(data, _HANDLERS), [node])[0]
