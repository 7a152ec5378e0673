"""The tracer's sinks: calls and assignments that tainted data must not reach. See `tracing`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from pentalint.evaluate.arguments import Arguments, split_key
from pentalint.evaluate.events import Frame
from pentalint.evaluate.flow_model import Flow, Sink
from pentalint.evaluate.prefixes import deciding
from pentalint.evaluate.statements import own_name
from pentalint.evaluate.taint import (
    SEGMENT,
    Taint,
    taints_of,
)
from pentalint.evaluate.tracer_items import TracerItems
from pentalint.evaluate.tracer_values import ANYTHING
from pentalint.evaluate.values import (
    REST,
    UNKNOWN,
    Class,
    Const,
    Dict,
    Instance,
    List,
    Ref,
    Text,
    Unknown,
    Value,
    options,
)

MARKUP = re.compile("html|xml|svg", re.IGNORECASE)
"""Content types in which a browser runs scripts."""

TRIED = frozenset({"format-string", "xpath"})
"""Kinds of sink that do harm by what comes out of them."""

_DATABASE = re.compile(
    r"cursor|conn|db|database|session|engine|sql|query|transact|pool|psycopg|postgres|oracle|snowflake|clickhouse",
    re.IGNORECASE,
)
"""Names of objects of libraries that may run SQL, where the packs know no more than the method's name."""

COMPILERS = (".Template", ".from_string")
"""What reads a template and does not render it yet."""


class TracerSinks(TracerItems):
    """What is reported."""

    def check_call(
        self, path: str, callee: Ref | Class, arguments: Arguments, node: ast.Call, frame: Frame
    ) -> None:
        """Report tainted arguments of a call that is a sink."""
        self.made[id(arguments)] = node
        self.alive.append(arguments)
        for sink in self.sinks_of(path):
            signature = self.knowledge.signatures.get(path, ())
            asked = with_self(arguments, callee) if sink.about_self else arguments
            if sink.test is not None and not sink.test(asked, signature, self):
                continue
            if node in self.unused and tried(sink.kind, path):
                continue
            if sink.unless and self.defines(callee, sink.unless, frame):
                continue
            if sink.kind == "url" and isinstance(callee, Ref) and isinstance(callee.base, Instance):
                continue  # a client class of the project's own decides what it fetches
            for key in sink.keys:
                if key == "self":
                    values: list[Value] = [callee] if isinstance(callee, Ref) else []
                else:
                    values = self.selected((key,), path, arguments)
                for value in values:
                    place = arguments.node(key, signature) if split_key(key)[0] is not None else None
                    self.check(sink.kind, self.force(value), path, place, node, frame)
        if path in self.model.turns:
            self.turn(path, arguments, node, frame)
        if isinstance(callee, Ref) and callee.taint:
            self.check_method(path.rpartition(".")[2], callee, node, frame)

    def defines(self, callee: Ref | Class, name: str, frame: Frame) -> bool:
        """Whether the project's own class that is made, or whose constructor calls that of a library, has a method of its own."""
        owner: object = callee
        if isinstance(callee, Ref):
            owner = frame.function.owner if frame.function and callee.path.endswith("().__init__") else None
        return isinstance(owner, Class) and self.declared(owner, name) is not None

    def turn(self, path: str, arguments: Arguments, node: ast.Call, frame: Frame) -> None:
        """Where a call makes something else of the object whose method it is, the object's name stands for that from now on."""
        holder = node.func.value if isinstance(node.func, ast.Attribute) else None
        for into, test in self.model.turns[path]:
            if isinstance(holder, (ast.Name, ast.Attribute)) and (
                test is None or test(arguments, self.knowledge.signatures.get(path, ()), self)
            ):
                self.assign(holder, Ref(into), node, frame)

    def check_method(self, name: str, receiver: Value, node: ast.Call, frame: Frame) -> None:
        """Report a method of tainted data that is a sink whatever the object: `text.format(...)`."""
        for sink in self.model.sinks.get(f"{ANYTHING}.{name}", ()):
            if node in self.unused and tried(sink.kind, name):
                continue
            if "self" in sink.keys and sink.test is None:
                self.check(sink.kind, receiver, f"{ANYTHING}.{name}", None, node, frame)

    def sinks_of(self, path: str) -> tuple[Sink, ...]:
        """The sinks a call is: under its own path, as the same method of an ancestor, or, for an object of which
        the packs say nothing, by the method's name."""
        found = self.sink_cache.get(path)
        if found is None:
            sinks = self.model.sinks
            owner, _, member = path.rpartition("().")
            names = [f"{name}().{member}" for name in self.knowledge.ancestors(owner)] if owner else [path]
            names.extend(self.knowledge.ancestors(path)[1:] if not owner else [])
            collected = [sink for name in dict.fromkeys(names) for sink in sinks.get(name, ())]
            holder = path.rpartition(".")[0]
            last = path.rpartition(".")[2]
            database = last != "execute" or path[:1] == ANYTHING or _DATABASE.search(holder) is not None
            if not collected and ("()" in holder or "." in holder) and holder not in self.model.objects:
                named = sinks.get(f"{ANYTHING}.{last}", ())
                collected.extend(sink for sink in named if database or sink.kind != "sql")
            found = self.sink_cache[path] = tuple(collected)
        return found

    def check(
        self, kind: str, value: Value, callee: str, place: ast.AST | None, node: ast.AST, frame: Frame
    ) -> None:
        """Report the taints of a value that reach a sink of a kind and can do harm there."""
        if isinstance(value, Instance):
            return  # an object of the project's own: what becomes of it there its methods say
        if kind == "html" and isinstance(value, List) and value.kind == "tuple" and value.items:
            if with_headers(value):
                return  # body, status and headers: those decide what it is
            value = self.force(value.items[0])
        value = deciding(kind, value)
        for taint in leading_out(taints_of(value)) if kind == "path" else taints_of(value):
            if (taint.origin.kind, kind) in self.model.wanted and taint.harms(kind):
                self.flows.append(Flow(kind, callee, frame.module, node, frame.qualname, taint))

    def check_comparison(
        self, value: Value, other: Value, place: ast.expr, node: ast.Compare, frame: Frame
    ) -> None:
        """Report tainted data that is compared with what only `compare_digest` should: `place` is where the other stands."""
        if self.searching or not taints_of(value) or isinstance(other, Const) or is_column(place):
            return
        met: dict[str, str] = {}
        for option in options(other):
            if isinstance(option, Ref):
                met.update((kind, option.path) for kind in self.model.comparisons.get(option.path, ()))
        name = name_of(place, other)
        if isinstance(other, Ref) and other.path.startswith("urllib.parse."):
            name = ""  # a part of an address, which is no secret of this program
        if name and not any(taint.origin.kind == "user-input" for taint in taints_of(other)):
            met.update((kind, name) for pattern, kind in self.model.compared_names if pattern.search(name))
        for kind, what in met.items():
            self.check(kind, value, what, None, node, frame)

    def selected(self, keys: Iterable[str], path: str, arguments: Arguments) -> list[Value]:
        """The arguments under keys of the path language; `*` is all of them."""
        signature = self.knowledge.signatures.get(path, ())
        found: list[Value] = []
        for key in keys:
            if key == "*":
                found.extend(arguments.every())
            elif key == "**":
                spare = arguments.spare.get("**")
                if spare is not None:
                    found.append(spare.entries.get(REST, UNKNOWN) if isinstance(spare, Dict) else spare)
            elif key.endswith("[0]"):
                value = arguments.get(key[:-3], signature)
                for option in options(self.force(value)) if value is not None else ():
                    if not isinstance(option, List):
                        found.append(option)
                    elif option.items and option.complete:
                        found.append(option.items[0])
            else:
                value = arguments.get(key, signature)
                if value is not None and not isinstance(value, Unknown):
                    found.append(value)
                elif isinstance(value, Unknown) and arguments.spare and not stated(arguments, key, signature):
                    found.extend(arguments.spare.values())
        return found

    def write(
        self, path: str, value: Value, node: ast.AST, frame: Frame, receiver: Value | None = None
    ) -> None:
        path = self.aliases.get(path, path)
        owner, _, member = path.rpartition("().")
        names = [f"{name}().{member}" for name in self.knowledge.ancestors(owner)] if owner else [path]
        if path in self.model.types:
            self.typed(value, None, frame)
        for name in names:
            for sink in self.model.writes.get(name, ()):
                self.check(sink.kind, self.force(value), name, None, node, frame)

    def assigned_item(self, target: Ref, key: Value, value: Value, node: ast.AST, frame: Frame) -> None:
        name = key.value if isinstance(key, Const) and isinstance(key.value, str) else None
        owner, dot, member = target.path.rpartition("().")
        names = (
            [f"{one}().{member}" for one in self.knowledge.ancestors(owner)]
            if dot
            else self.knowledge.ancestors(target.path.removesuffix("()"))
        )
        names = [f"{one}()" for one in names] if not dot and target.path.endswith("()") else names
        if name is not None and f"{target.path}[{name.title()}]" in self.model.types:
            self.typed(value, target, frame)
        for base in names:
            sinks = self.model.writes.get(f"{base}[]", ())
            if name is not None:
                sinks = (
                    *self.model.writes.get(f"{base}[{name}]", ()),
                    *self.model.writes.get(f"{base}[{name.title()}]", ()),
                ) or sinks
            for sink in sinks:
                met = key if "key" in sink.keys else self.force(value)
                self.check(sink.kind, met, f"{base}[{name or ''}]", None, node, frame)

    def typed(self, value: Value, target: Ref | None, frame: Frame) -> None:
        """The response gets a content type: what the handler returns, or what it was made of, is HTML only if that
        says so."""
        self.outward += 1
        value = self.force(value)
        if not_html(value):
            place = self.made.get(id(target.arguments)) if target is not None and target.arguments else None
            if place is not None:
                self.flows = [flow for flow in self.flows if flow.node is not place or flow.kind != "html"]
                return
            if self.hook and target is None and not (frame.branches or frame.conditional):
                self.quieted.add(self.hook)
            frame.sends = ""
            if self.answering is not None:
                self.answering.sends = ""


def is_column(node: ast.expr) -> bool:
    """Whether an expression is written as the column of a model or table, whose comparison makes a condition for a query, or as
    what a record held before: that is asked for to see whether something changed."""
    if not isinstance(node, ast.Attribute) or node.attr.isupper():
        return False
    owner = own_name(node.value)
    return owner[:1].isupper() or owner in ("c", "columns", "instance")


def name_of(node: ast.expr, value: Value) -> str:
    """The last name of an expression, or the key of the item that a value was read from: `config["API_KEY"]`."""
    if (
        isinstance(value, Ref)
        and value.arguments is not None
        and value.path.endswith(("[]", "get()", "getenv()"))
    ):
        key = value.arguments.positional[0] if value.arguments.positional else UNKNOWN
        if isinstance(key, Const) and isinstance(key.value, str):
            return key.value
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return str(node.slice.value)
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "get"
        and node.args
    ):
        return str(node.args[0].value) if isinstance(node.args[0], ast.Constant) else ""
    return own_name(node)


def leading_out(taints: tuple[Taint, ...]) -> tuple[Taint, ...]:
    """The taints of a path that may lead out of its directory: one segment of a URL by itself does not lead far."""
    several = len({taint.origin for taint in taints if SEGMENT in taint.cleared}) > 1
    return tuple(taint for taint in taints if several or SEGMENT not in taint.cleared)


def tried(kind: str, path: str) -> bool:
    """Whether a call whose result is thrown away only tries whether something can be read: it shows nothing to anybody, but a
    template that is rendered, a command or a statement does what it does."""
    return kind in TRIED or (kind == "template-source" and path.endswith(COMPILERS))


def with_self(arguments: Arguments, callee: Ref | Class) -> Arguments:
    """The arguments of a method, with the object it is called on as `self`."""
    twin = Arguments()
    twin.positional, twin.keywords, twin.spare = (
        arguments.positional,
        dict(arguments.keywords),
        arguments.spare,
    )
    twin.open_positional, twin.open_keyword = arguments.open_positional, arguments.open_keyword
    twin.keywords["self"] = callee.base if isinstance(callee, Ref) and callee.base is not None else callee
    return twin


def stated(arguments: Arguments, key: str, signature: tuple[str, ...]) -> bool:
    """Whether a call itself names the argument under a key, so that no `**` can."""
    position, keyword = split_key(key)
    if position is None and keyword in signature:
        position = signature.index(keyword)
    return keyword in arguments.keywords or (position is not None and position < len(arguments.positional))


def with_headers(value: List) -> bool:
    """Whether a tuple holds a body with the headers of the response."""
    return len(value.items) > 2 or any(
        isinstance(option, Dict) for part in value.items[1:] for option in options(part)
    )


def not_html(value: Value) -> bool:
    """Whether a content type is one in which a browser runs no scripts, or a disposition one that it saves; of several that
    it may be, none is HTML."""
    if isinstance(value, Text) and str(value.head).lower().startswith("attachment"):
        return True
    types = options(value)
    texts = [one.value for one in types if isinstance(one, Const) and isinstance(one.value, str)]
    if len(texts) != len(types):
        return False
    if all(text.lower().startswith("attachment") for text in texts):
        return True
    return not MARKUP.search(texts[0]) if len(texts) == 1 else not any("html" in text for text in texts)
