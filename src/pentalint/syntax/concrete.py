"""The libcst road: text to the same `ast` tree, for files whose grammar this interpreter does not know."""

from __future__ import annotations

import ast
import sys
import threading
from collections.abc import Callable
from typing import NamedTuple

from pentalint.syntax.guard import refusal, without_form_feeds

_STACK_BYTES = 256 << 20
"""Stack of the parsing thread: libcst's recursion needs up to 30 KB for each nested token that the guard lets
pass.
"""

_RECURSION = 30_000
"""Python frames the converter may use: the guard's limit on nesting, times the frames of one level."""


class Trouble(NamedTuple):
    """Why there is no tree, and the line (1-based)."""

    message: str
    line: int


def parse_module(text: str) -> ast.Module | Trouble:
    """Parse with libcst and convert. Never raises for any text, and never ends the process."""
    data = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "surrogatepass")
    refused = refusal(data)
    if refused is not None:
        return Trouble(f"{refused.reason}: split the code or exclude the file", refused.line)
    return on_large_stack(lambda: _parse(data))


def _parse(data: bytes) -> ast.Module | Trouble:
    from libcst import ParserSyntaxError, parse_module

    from pentalint.syntax.converter import convert
    from pentalint.syntax.cursor import Mismatch

    try:
        return convert(parse_module(without_form_feeds(data).decode("utf-8")), data)
    except ParserSyntaxError as error:
        return Trouble(f"syntax error in line {error.raw_line}", error.raw_line)
    except Mismatch as error:
        line = data.count(b"\n", 0, error.offset) + 1
        return Trouble(f"syntax error in line {line}: {error}", line)
    except (RecursionError, MemoryError):
        return Trouble(
            "the code is nested too deeply to be parsed: split the expression or exclude the file", 1
        )


def on_large_stack(work: Callable[[], ast.Module | Trouble]) -> ast.Module | Trouble:
    """Run `work` in a thread whose stack libcst cannot overflow within the guard's limits."""
    results: list[ast.Module | Trouble] = []

    def body() -> None:
        try:
            results.append(work())
        except BaseException as error:  # a panic of libcst's native part is no Exception
            reason = str(error).partition("\n")[0] or type(error).__name__
            results.append(Trouble(f"the file cannot be parsed ({reason}): correct it or exclude it", 1))

    before = threading.stack_size()
    limit = sys.getrecursionlimit()
    try:
        threading.stack_size(_STACK_BYTES)
        sys.setrecursionlimit(max(limit, _RECURSION))
        thread = threading.Thread(target=body, name="pentalint-libcst")
        thread.start()
        thread.join()
    except (RuntimeError, ValueError):
        return Trouble(f"no memory for a stack of {_STACK_BYTES >> 20} MB, which parsing this file needs", 1)
    finally:
        threading.stack_size(before)
        sys.setrecursionlimit(limit)
    return results[0]
