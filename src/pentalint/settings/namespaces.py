"""`globals()` as a value."""

from __future__ import annotations

from pentalint.evaluate.modules import Module
from pentalint.evaluate.values import Ref


class Namespace(Ref):
    """The names of a module, as a dictionary that is written to."""

    __slots__ = ("module",)

    def __init__(self, module: Module) -> None:
        super().__init__("builtins.globals()")
        self.module = module
