"""The interpreter of a plan."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from pentalint.check.plan import Plan
from pentalint.evaluate.events import Listener
from pentalint.evaluate.statements import Interpreter

Engine = TypeVar("Engine", bound=Interpreter)


def make_engine(
    kind: Callable[..., Engine], plan: Plan, read: Callable[[str], bytes], listener: Listener, **more: Any
) -> Engine:
    """An interpreter of the given kind over the files of a plan. `more` is handed to it, over what the plan says."""
    found: dict[str, Any] = {
        "parser": plan.config.parser,
        "frameworks": plan.frameworks,
        "vendored": plan.vendored,
        "sources": plan.sources if plan.config.parser == "auto" else None,
    }
    return kind(plan.files, read, plan.knowledge, listener, **(found | more))
