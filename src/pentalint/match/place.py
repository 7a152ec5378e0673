"""Where something matched, as plain data: what a finding is made from."""

from __future__ import annotations

import ast
from dataclasses import field

from pentalint.dataclass import dataclass
from pentalint.evaluate.modules import Module
from pentalint.evaluate.values import Value, plain
from pentalint.model import Span, Step

VALUE_LIMIT = 60
"""Values quoted in messages are cut to this many characters."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One match of one rule. `facts` are project facts that must hold (or not) for it to stand; of all hits of
    a unit with the same non-empty `once`, the first stands. `details` fill the placeholders of the rule's message. `check`
    is the id under which the framework's own checks report the same, `deployment` whose settings it is about."""

    rule: str
    path: str
    span: Span
    scope: str
    code: str
    details: dict[str, str] = field(default_factory=dict)
    facts: tuple[tuple[str, bool], ...] = ()
    once: str = ""
    steps: tuple[Step, ...] = ()
    check: str = ""
    deployment: str = ""


def scope_key(path: str, scope: str) -> str:
    """What stands for one function (or a module's body) where facts about units have the unit."""
    return f"{path}::{scope}"


@dataclass(slots=True)
class Place:
    """A match before it is plain data: the module, the node to point at, and what the message may quote."""

    module: Module
    node: ast.AST
    scope: str
    name: str = ""
    value: Value | None = None
    callee: str = ""
    span: Span | None = None
    source: str = ""
    steps: tuple[Step, ...] = ()
    note: str = ""
    because: str = ""
    deployment: str = ""
    version: str = ""

    def hit(self, rule: str, facts: tuple[tuple[str, bool], ...], once: str, check: str = "") -> Hit | None:
        """The plain hit; None when the module's source is gone (it failed to parse)."""
        source = self.module.source
        if source is None:
            return None
        span = self.span or header_span(self.node, source.span(self.node))
        details = {
            "name": self.name,
            "value": f"{shown(self.value)}{self.note}",
            "callee": self.callee,
            "scope": self.scope,
            "source": self.source,
            "version": self.version,
        }
        if self.because:
            details["because"] = self.because
        code = source.segment(span)
        return Hit(
            rule,
            self.module.path,
            span,
            self.scope,
            code,
            details,
            facts,
            once,
            self.steps,
            check,
            self.deployment,
        )


def header_span(node: ast.AST, span: Span) -> Span:
    """The part of a definition worth pointing at: `def name` or `class Name`, not its body; else the first line at most
    of very long expressions stays whole."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        keyword = {ast.FunctionDef: "def ", ast.AsyncFunctionDef: "async def ", ast.ClassDef: "class "}[
            type(node)
        ]
        end = span.column + len(keyword) + len(node.name)
        return Span(span.line, span.column, span.line, end)
    return span


def shown(value: Value | None) -> str:
    """A value as a message quotes it."""
    if value is None:
        return ""
    try:
        text = repr(plain(value))  # as the program would write it
    except ValueError:
        text = repr(value)
    return text if len(text) <= VALUE_LIMIT else text[: VALUE_LIMIT - 1] + "…"
