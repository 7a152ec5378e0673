"""What a module stops with an error for is what a deployment sets: `raise`, `assert`, `sys.exit`, in the module or in a function
that it calls."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.events import Frame
from pentalint.evaluate.values import Value, truth
from pentalint.settings.catching import Catching


class Stopping(Catching):
    """`sure` says that the call that is followed is certain to be made, and that nothing catches its errors."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.sure = True

    def invoke(self, callee: Value, arguments: Arguments, node: ast.Call, frame: Frame) -> Value:
        before = self.sure
        self.sure = before and is_certain(frame)
        try:
            return super().invoke(callee, arguments, node, frame)
        finally:
            self.sure = before

    def raised(self, node: ast.Raise, frame: Frame) -> bool:
        goes_on = super().raised(node, frame)
        return self.passes(frame.tests, node, frame) or goes_on

    def expression(self, node: ast.Expr, frame: Frame) -> bool:
        goes_on = super().expression(node, frame)
        return goes_on or self.passes(frame.tests, node, frame)

    def asserted(self, node: ast.Assert, frame: Frame) -> None:
        super().asserted(node, frame)
        if truth(self.force(self.eval(node.test, frame))) is False:
            self.passes((node.test,), node, frame)

    def passes(self, tests: Sequence[ast.expr], node: ast.stmt, frame: Frame) -> bool:
        """Note what a statement that is certain to stop the module asks for. True in the module itself, where more is set than is
        known here, so that it goes on."""
        in_module = frame.function is None
        if frame.in_class_body or not self.sure or not is_certain(frame):
            return False
        if not in_module and (not self.level or self.world != "unset"):
            return False
        place = self.place(node, frame)
        names = self.asked_for(tests, frame)
        if not in_module and not names and self.latest is not None and self.latest.name not in self.given:
            names = [self.latest.name]
        for name in names:
            self.refuse(name, place)
        if in_module and not names:
            self.remark(f"{place} raises an error with what is known here; a deployment sets more")
        return in_module

    def asked_for(self, tests: Sequence[ast.expr], frame: Frame) -> list[str]:
        """The variables that keep the innermost test from an error: those that it reads by name, else those that the names in it
        depend on; switches only where there is nothing else, for they say what is asked, not what is missing."""
        for test in reversed(tests):
            reads, blame, direct, latest = self.reads, self.blame, self.direct, self.latest
            self.reads, self.direct = {}, set()
            self.eval(test, frame)
            found = [
                one
                for name, one in self.reads.items()
                if one.default is not None and one.given is None and (not self.direct or name in self.direct)
            ]
            self.reads, self.blame, self.direct, self.latest = reads, blame, direct, latest
            texts = [one for one in found if one.default not in ("True", "False")]
            if found:
                return [one.name for one in texts or found]
        return []


def is_certain(frame: Frame) -> bool:
    """Whether what a frame comes to is certain to be run, and nothing catches its errors."""
    return not frame.branches and not frame.catches
