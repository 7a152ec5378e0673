"""Evaluation that may recurse as deep as the sources nest."""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Callable
from typing import TypeVar

STACK = 256 * 1024 * 1024
"""Bytes of stack the evaluation thread gets: deep expressions are legal, and Python 3.10 recurses on the C stack."""

RECURSION = 12_000
"""Python frames the evaluation may use; beyond that a file is reported as too deep."""

Answer = TypeVar("Answer")


def on_deep_stack(function: Callable[[], Answer]) -> Answer:
    """The answer of a function that may recurse as deep as the sources nest, run in a thread of its own. What it
    raises is raised here."""
    outcome: list[Answer | BaseException] = []

    def body() -> None:
        try:
            outcome.append(function())
        except BaseException as error:
            outcome.append(error)

    previous = threading.stack_size(STACK)
    limit = sys.getrecursionlimit()
    collecting = gc.isenabled()
    gc.disable()  # trees are acyclic, and collections over hundreds of thousands of live values cost a quarter of the time
    sys.setrecursionlimit(RECURSION)
    try:
        thread = threading.Thread(target=body, name="pentalint-evaluate")
        thread.start()
        thread.join()
    finally:
        threading.stack_size(previous)
        sys.setrecursionlimit(limit)
        if collecting:
            gc.enable()
    result = outcome[0]
    if isinstance(result, BaseException):
        raise result
    return result
