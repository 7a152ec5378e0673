"""URLs that are named once and used by name elsewhere, below the prefixes of the functions that name them (`names` tables)."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from pentalint.dataclass import dataclass
from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.events import Call, Frame
from pentalint.evaluate.knowledge import Knowledge
from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.values import Choice, Const, Function, Package, Ref, Value
from pentalint.match.entry_tables import EntryTables, PlaceTable
from pentalint.match.handlers import dotted, looked_up
from pentalint.match.registrations import UNKNOWN_PART, texts
from pentalint.match.url_owners import joined

DEPTH = 10
"""Includes within includes are followed this deep."""


@dataclass(slots=True, eq=False)
class Named:
    """A pattern under a name: where it was named, with which arguments."""

    table: PlaceTable
    path: str
    arguments: Arguments
    node: ast.Call
    frame: Frame
    owner: Value | None


@dataclass(slots=True, eq=False)
class Include:
    """A function that is called to name patterns below a prefix."""

    target: Value
    prefix: Value | None
    node: ast.Call
    frame: Frame
    owner: Value | None = None


MOST_WAYS = 20
"""More ways to one function than this are not told apart."""


class Names:
    """Knows the named patterns of a project. `call_paths` are the calls to be told of."""

    def __init__(self, tables: EntryTables, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.by_call = {path: table for table in tables.of("names") for path in table.paths}
        self.by_include = {
            path: (table, key)
            for table in tables.of("names")
            for path, key in table.keys.get("includes", {}).items()
        }
        self.call_paths = frozenset(self.by_call) | frozenset(self.by_include)
        self.context_names = {name for table in tables.of("names") for name in table.keys.get("contexts", ())}
        self.defined: list[Named] = []
        self.includes: list[Include] = []
        self._before: dict[Function, list[str]] = {}
        self._reached: dict[int, frozenset[Function]] = {}

    def reached(self, include: Include, engine: Interpreter) -> frozenset[Function]:
        """The functions an inclusion calls, and those they hand the configurator to."""
        found = self._reached.get(id(include))
        if found is None:
            targets = list(self.targets(include, engine))
            more = [one for target in targets for one in helpers(target, engine)]
            found = self._reached[id(include)] = frozenset((*targets, *more))
        return found

    def called(self, event: Call) -> None:
        """A call that names a pattern, or that includes a function which may."""
        table = self.by_call.get(event.path)
        if table is not None:
            owner = event.receiver.base if isinstance(event.receiver, Ref) else None
            self.defined.append(Named(table, event.path, event.arguments, event.node, event.frame, owner))
        include = self.by_include.get(event.path)
        if include is not None:
            table, key = include
            target = event.arguments.get(key, self.knowledge.signatures.get(event.path, ()))
            if target is not None:
                prefix = event.arguments.get(
                    table.text("prefix"), self.knowledge.signatures.get(event.path, ())
                )
                owner = event.receiver.base if isinstance(event.receiver, Ref) else None
                self.includes.append(Include(target, prefix, event.node, event.frame, owner))

    def urls(
        self, name: str, framework: str, engine: Interpreter
    ) -> list[tuple[str, tuple[str, ...], Named]]:
        """Pattern, HTTP methods and definition of what has a name: one for each way to it."""
        found = []
        for named in self.defined:
            if named.table.framework != framework:
                continue
            signature = self.knowledge.signatures.get(named.path, ())
            names = texts(named.arguments.get(named.table.paths[named.path], signature), engine)
            if name not in names:
                continue
            rules = texts(named.arguments.get(named.table.text("rule"), signature), engine)
            verbs = texts(named.arguments.get(named.table.text("verbs-argument"), signature), engine)
            rule = rules[names.index(name)] if len(rules) == len(names) else (rules or [UNKNOWN_PART])[0]
            verbs = [verb for verb in verbs if verb != UNKNOWN_PART]
            for prefix in self.prefixes(named, engine):
                before = f"/{prefix.strip('/')}" if prefix.strip("/") else ""
                text = f"{before}/{rule.lstrip('/')}"
                found.append((text, tuple(sorted(verb.upper() for verb in verbs)), named))
        return found

    def prefixes(self, named: Named, engine: Interpreter) -> list[str]:
        """What stands before a pattern: for each way by which the function that names it is included."""
        local = self.contexts(named.node, named.frame, engine)
        function = outermost(named.frame)
        if function is None:
            return [local]
        return [joined(before, local) for before in self.before(function, engine, 0)] or [local]

    def before(self, function: Function, engine: Interpreter, depth: int) -> list[str]:
        """The prefixes a function is called below, each once; those of a function that calls itself stop there."""
        known = self._before.get(function)
        if known is not None:
            return known
        self._before[function] = []
        found: dict[str, None] = {}
        for include in self.includes:
            if depth > DEPTH or function not in self.reached(include, engine):
                continue
            own = texts(include.prefix, engine)[:1] if include.prefix is not None else []
            local = self.contexts(include.node, include.frame, engine)
            prefix = joined(local, own[0] if own else "")
            outer = outermost(include.frame)
            above = (
                self.before(outer, engine, depth + 1) if outer is not None and outer is not function else []
            )
            found.update(dict.fromkeys(joined(before, prefix) for before in above or [""]))
        self._before[function] = list(found)[:MOST_WAYS]
        return self._before[function]

    def targets(self, include: Include, engine: Interpreter) -> Iterator[Function]:
        """The functions an include calls."""
        value = engine.force(include.target)
        if isinstance(value, Const) and isinstance(value.value, str):
            value = dotted(value.value, engine, include.frame)
        for option in value.values if isinstance(value, Choice) else (value,):
            option = engine.force(option)
            if isinstance(option, Package):
                option = engine.force(engine.member(option.module, "includeme"))
            if isinstance(option, Function):
                yield option

    def contexts(self, node: ast.Call, frame: Frame, engine: Interpreter) -> str:
        """The prefixes of the `with` statements around a call in its function."""
        function = frame.function
        if function is None or isinstance(function.node, ast.Lambda):
            return ""
        found = ""
        for statement in ast.walk(function.node):
            if not isinstance(statement, ast.With) or not (
                statement.lineno <= node.lineno <= (statement.end_lineno or statement.lineno)
            ):
                continue
            for item in statement.items:
                call = item.context_expr
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.args:
                    if call.func.attr in self.context_names:
                        found = joined(found, written(call.args[0], frame, engine))
        return found


def written(node: ast.expr, frame: Frame, engine: Interpreter) -> str:
    """The text of a constant or of a name that holds one."""
    value = Const(node.value) if isinstance(node, ast.Constant) else looked_up(node, frame, engine)
    found = texts(value, engine)
    return found[0] if found else UNKNOWN_PART


def outermost(frame: Frame) -> Function | None:
    """The function at module or class level that a frame lies in."""
    return frame.function.outermost if frame.function is not None else None


def helpers(function: Function, engine: Interpreter) -> list[Function]:
    """The project's functions that a function hands its first parameter to, and those they hand it to."""
    found: list[Function] = []
    pending = [function]
    while pending and len(found) < 50:
        current = pending.pop()
        if isinstance(current.node, ast.Lambda) or not current.node.args.args:
            continue
        first = current.node.args.args[0].arg
        frame = Frame(current.module, {}, current, current.owner, current.closure)
        for node in ast.walk(current.node):
            if isinstance(node, ast.Call) and any(
                isinstance(one, ast.Name) and one.id == first for one in node.args
            ):
                callee = looked_up(node.func, frame, engine)
                if isinstance(callee, Function) and callee not in found and callee is not function:
                    found.append(callee)
                    pending.append(callee)
    return found
