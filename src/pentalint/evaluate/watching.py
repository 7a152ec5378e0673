"""A tracer that keeps what it sees on one line: what each expression may be, what it carries, and why a flow ends there."""

from __future__ import annotations

import ast

from pentalint.evaluate.events import Frame
from pentalint.evaluate.prefixes import deciding
from pentalint.evaluate.taint import ALL, Taint, taints_of
from pentalint.evaluate.tracing import Tracer
from pentalint.evaluate.values import Const, Unknown, Value

SHORT = 90
"""Expressions and values are cut to this many characters."""


class Watcher(Tracer):
    """Watches line `line` of the file `path`. `seen` are the expressions there, in source order, with what they were
    each time; `ends` are sentences about the sinks on it."""

    path = ""
    line = 0
    seen: dict[tuple[int, int, str], dict[str, None]]
    ends: dict[str, None]

    def eval(self, node: ast.expr, frame: Frame) -> Value:
        value = super().eval(node, frame)
        if self.here(node, frame) and not isinstance(node, ast.Constant):
            key = (node.col_offset, -(node.end_col_offset or 0), short(ast.unparse(node)))
            self.seen.setdefault(key, {})[said(value)] = None
        return value

    def here(self, node: ast.AST, frame: Frame) -> bool:
        """Whether a node begins on the line that is watched."""
        return getattr(node, "lineno", 0) == self.line and frame.module.path == self.path

    def check(
        self, kind: str, value: Value, callee: str, place: ast.AST | None, node: ast.AST, frame: Frame
    ) -> None:
        if self.here(node, frame):
            self.ends[self.outcome(kind, value, callee)] = None
        super().check(kind, value, callee, place, node, frame)

    def outcome(self, kind: str, value: Value, callee: str) -> str:
        """What becomes of a value in a sink, in a sentence."""
        taints = taints_of(value)
        if not taints:
            return f"{callee} is a sink for {kind}; nothing that is known to come from outside reaches it"
        if not taints_of(deciding(kind, value)):
            return f"{callee} is a sink for {kind}; what comes from outside stands where it cannot choose the target"
        reasons = []
        for taint in taints:
            if (taint.origin.kind, kind) not in self.model.wanted:
                reasons.append(f"no selected rule asks about {taint.origin.kind} here")
            elif taint.harms(kind):
                reasons.append(f"{taint.origin.path} reaches it: a finding")
            else:
                reasons.append(f"{taint.origin.path} {why_harmless(taint, kind)}")
        return f"{callee} is a sink for {kind}; " + "; ".join(dict.fromkeys(reasons))

    def report(self) -> list[str]:
        """The lines to print, outermost expressions first."""
        lines = []
        for (_, _, text), values in sorted(self.seen.items()):
            lines.append(f"{text}")
            lines.extend(f"    {value}" for value in values)
        lines.extend(self.ends)
        if self.path in self.exhausted:
            lines.append("a budget ran out in this file: calls beyond it are unknown")
        return lines


def why_harmless(taint: Taint, kind: str) -> str:
    """Why data cannot do harm in a kind of sink."""
    if kind in taint.origin.safe:
        return "cannot harm it by nature"
    if kind in taint.cleared or ALL in taint.cleared:
        return "was made safe for it by a sanitizer"
    return "was made safe for it by a check"


def said(value: Value) -> str:
    """A value in words."""
    taints = taints_of(value)
    if not taints:
        if isinstance(value, Unknown) or repr(value) == "<?>":
            return "unknown, and not known to come from outside"
        return short(f"{'constant ' if isinstance(value, Const) else ''}{value!r}")
    parts = []
    for taint in taints:
        origin = taint.origin
        where = f"{origin.module.path}:{getattr(origin.node, 'lineno', 1)}"
        detail = f" ({origin.detail})" if origin.detail else ""
        safe = sorted(taint.cleared | taint.guarded | origin.safe)
        parts.append(
            f"{origin.kind}{detail} from {where}" + (f", safe for {', '.join(safe)}" if safe else "")
        )
    return "carries " + "; ".join(dict.fromkeys(parts))


def short(text: str) -> str:
    """A text on one line, cut."""
    text = " ".join(text.split())
    return text if len(text) <= SHORT else text[: SHORT - 1] + "…"
