"""What the interpreter tells the matchers. An event is handed over as it happens and is not kept."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Any, Protocol

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.modules import Module
from pentalint.evaluate.values import Class, Decorator, Function, Value


@dataclass(slots=True, eq=False)
class Frame:
    """Where evaluation is: the module, the function or class body, its names, and what surrounds the statement.

    `parent` is the enclosing frame for name look-up; `branches` counts enclosing statements that may not run
    and `way` names them: what has the shorter way as its beginning lies on every path to here; `tests` are the
    conditions they depend on, `handling` the exceptions whose handlers this lies in; `conditional` says that
    the call that led here may not happen; `loops` counts the enclosing loops, `rounds` those whose every round is
    evaluated, and `turns` how many rounds these make together; `catches` holds, for each enclosing `try`, the
    exception paths its handlers swallow; `uses` says what becomes of a call's value, and `target` what an assignment whose value
    is being evaluated assigns to.

    When data flow is traced: `yields` are the values yielded, `entered` the tainted arguments by name, `verdicts` what is
    known of them at each return and `parts` the same for each place of the tuple returned there, `sends` the kind of response
    that is made of what is returned, `renders` the renderer and the template it is for, and `checked` says that names hold
    what a test has shown of an expression.
    """

    module: Module
    env: dict[str, Value]
    function: Function | None = None
    cls: Class | None = None
    parent: Frame | None = None
    in_class_body: bool = False
    branches: int = 0
    conditional: bool = False
    way: tuple[int, ...] = ()
    tests: tuple[ast.expr, ...] = ()
    handling: tuple[str, ...] = ()
    loops: int = 0
    rounds: int = 0
    turns: int = 1
    catches: tuple[tuple[str, ...], ...] = ()
    globals_: frozenset[str] = frozenset()
    nonlocals: frozenset[str] = frozenset()
    returns: list[Value] = field(default_factory=list)
    uses: dict[ast.AST, str] = field(default_factory=dict)
    target: ast.expr | None = None
    continues: list[list[dict[str, Value]]] = field(default_factory=list)
    breaks: list[list[dict[str, Value]]] = field(default_factory=list)
    raises: list[list[dict[str, Value]]] = field(default_factory=list)
    pending: list[Function] = field(default_factory=list)
    yields: list[Value] = field(default_factory=list)
    entered: dict[str, Value] = field(default_factory=dict)
    verdicts: list[list[dict[str, frozenset[str]] | None]] | None = None
    parts: list[list[list[dict[str, frozenset[str]] | None]]] = field(default_factory=list)
    sends: str = ""
    renders: Any = None
    checked: bool = False

    @property
    def qualname(self) -> str:
        """The qualified name of the enclosing function or class, "" at module level."""
        if self.function is not None:
            return self.function.qualname
        return self.cls.qualname if self.cls is not None else ""


@dataclass(slots=True, eq=False)
class Call:
    """A call of an API path. `used`: discarded, returned, raised, awaited or "" for any other use."""

    path: str
    node: ast.Call
    arguments: Arguments
    frame: Frame
    used: str = ""
    receiver: Value | None = None


@dataclass(slots=True, eq=False)
class Write:
    """An assignment to an attribute or item of an API path (`flask.Flask().config[DEBUG]`); `key` is the
    item's, if constant; `how` is assign, or update when a call such as `update()` or `setdefault()` does it;
    `receiver` is the object it belongs to, where that is known."""

    path: str
    node: ast.AST
    value: Value
    frame: Frame
    key: str = ""
    how: str = "assign"
    receiver: Value | None = None


@dataclass(slots=True, eq=False)
class Use:
    """A path that is read, or imported (`how`: read, import, star)."""

    path: str
    node: ast.AST
    frame: Frame
    how: str = "read"


@dataclass(slots=True, eq=False)
class FunctionDefined:
    """A function or method definition with its decorators, outermost first."""

    function: Function
    frame: Frame


@dataclass(slots=True, eq=False)
class ClassDefined:
    """A class whose body has been evaluated."""

    cls: Class
    frame: Frame


@dataclass(slots=True, eq=False)
class ModuleDone:
    """A module's body has been evaluated; its namespace is final."""

    module: Module


class Listener(Protocol):
    """The matchers. The path sets let the interpreter skip events nobody asked for.

    `call_paths`, `write_paths` and `use_paths` are the exact paths rules name; `known_paths` holds every path
    that any rule or pack mentions, which is what a star import of an API is believed to bring.
    """

    call_paths: frozenset[str]
    write_paths: frozenset[str]
    use_paths: frozenset[str]
    known_paths: frozenset[str]

    def knows(self, root: str) -> bool: ...
    def called(self, event: Call) -> None: ...
    def wrote(self, event: Write) -> None: ...
    def used(self, event: Use) -> None: ...
    def defined(self, event: FunctionDefined) -> None: ...
    def declared(self, event: ClassDefined) -> None: ...
    def finished(self, event: ModuleDone) -> None: ...


class Silent:
    """A listener that hears nothing, for others to build on."""

    call_paths: frozenset[str] = frozenset()
    write_paths: frozenset[str] = frozenset()
    use_paths: frozenset[str] = frozenset()
    known_paths: frozenset[str] = frozenset()

    def knows(self, root: str) -> bool:
        """Nothing is certain after `import *` from a library."""
        return False

    def called(self, event: Call) -> None: ...
    def wrote(self, event: Write) -> None: ...
    def used(self, event: Use) -> None: ...
    def defined(self, event: FunctionDefined) -> None: ...
    def declared(self, event: ClassDefined) -> None: ...
    def finished(self, event: ModuleDone) -> None: ...


__all__ = [
    "Call",
    "ClassDefined",
    "Decorator",
    "Frame",
    "FunctionDefined",
    "Listener",
    "ModuleDone",
    "Silent",
    "Use",
    "Write",
]
