"""`flow = {from, to}`: untrusted data in a place where it does harm. Compiles what packs say of data flow, and
turns the flows that the tracer finds into matches, each with its trace."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from pentalint.evaluate.flow_model import Callback, Cleaner, Flow, FlowModel, Guard, Sink, Source, Test
from pentalint.evaluate.modules import Module
from pentalint.evaluate.rendering import Renderer
from pentalint.evaluate.taint import Origin, Taint
from pentalint.match.conditions import ConditionError
from pentalint.match.patterns import Compiler
from pentalint.match.place import Place, header_span
from pentalint.model import Span, Step
from pentalint.rule import FlowModel as PackFlow

_PATH = re.compile(r"^(?P<path>.*?)(?:\((?P<keys>[^()]+)\))?(?P<sign> ==?)?$")
"""A path of the data flow sections: what it names, the arguments, and ` =` or ` ==`."""

SHORT = 60
"""Source expressions quoted in messages are cut to this many characters."""

_ENTERS = {
    "user-input": "user input enters",
    "host": "the Host header enters",
    "stored": "stored data is read",
    "secret": "a secret is read",
    "exception": "the exception is caught",
}


class FlowPattern:
    """`flow.from` (kinds of source, `kind:detail` for one kind of user input), `flow.not-from`, `flow.to` (kinds of sink)."""

    def __init__(self, table: Mapping[str, Any], compiler: Compiler) -> None:
        flow = table["flow"]
        for key in flow:
            if key not in ("from", "to", "not-from"):
                raise ConditionError(f"`flow.{key}` is not a key; from, to, not-from")
        self.sources = frozenset(listed(flow, "from"))
        self.excluded = frozenset(listed(flow, "not-from") if "not-from" in flow else ())
        self.sinks = frozenset(listed(flow, "to"))

    def wants(self, kind: str, origin: Origin) -> bool:
        """Whether a flow of this origin into this kind of sink is meant."""
        named = {origin.kind, f"{origin.kind}:{origin.detail}"}
        return kind in self.sinks and not named.isdisjoint(self.sources) and named.isdisjoint(self.excluded)

    def match(self, flow: Flow) -> Place | None:
        """The place of a flow, with its trace."""
        origin = flow.taint.origin
        if not self.wants(flow.kind, origin):
            return None
        place = Place(flow.module, flow.node, flow.scope, origin.detail, None, flow.callee)
        place.steps = trace(flow)
        place.source = source_text(origin)
        return place


def listed(table: Mapping[str, Any], key: str) -> list[str]:
    """The strings under a key. Raises `ConditionError` when there are none."""
    found = table.get(key)
    names = [found] if isinstance(found, str) else found
    if not names or not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ConditionError(f"`flow.{key}` must be a kind, or a list of kinds")
    return names


def trace(flow: Flow) -> tuple[Step, ...]:
    """Source, steps and sink of a flow, in the order in which the data takes them."""
    return distinct((*trace_of(flow.taint), step(flow.module, flow.node, f"reaches {flow.callee}")))


def trace_of(last: Taint) -> tuple[Step, ...]:
    """Source and steps of data, in the order in which it takes them."""
    steps: list[Step] = []
    taint: Taint | None = last
    while taint is not None:
        if taint.note and taint.module is not None and taint.node is not None:
            steps.append(step(taint.module, taint.node, taint.note))
        taint = taint.parent
    origin = last.origin
    detail = f" ({origin.detail})" if origin.detail else ""
    steps.append(step(origin.module, origin.node, _ENTERS[origin.kind] + detail))
    steps.reverse()
    return distinct(tuple(steps))


def distinct(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Steps without immediate repetitions."""
    return tuple(one for place, one in enumerate(steps) if place == 0 or one != steps[place - 1])


def step(module: Module, node: ast.AST, note: str) -> Step:
    """One hop of a trace."""
    if module.source is None or not hasattr(node, "lineno"):
        return Step(module.path, Span(1, 1, 1, 1), note)
    return Step(module.path, header_span(node, module.source.span(node)), note)


def source_text(origin: Origin) -> str:
    """The expression through which data enters, as messages quote it."""
    if isinstance(origin.node, ast.expr):
        text = " ".join(ast.unparse(origin.node).split())
    elif isinstance(origin.node, ast.arg):
        text = origin.node.arg
    else:
        text = origin.path
    return text if len(text) <= SHORT else text[: SHORT - 1] + "…"


# -- what packs say ----------------------------------------------------------------------------------------------------


def compile_model(
    flows: Iterable[PackFlow], compiler: Compiler, aliases: Mapping[str, str], patterns: Iterable[FlowPattern]
) -> FlowModel:
    """The data flow facts of several packs, under canonical paths. Raises `ConditionError` for a path it cannot read."""
    model = FlowModel()
    for flow in flows:
        for table in flow.sources:
            safe = frozenset(table.get("safe", ()))
            source = Source(table["kind"], table.get("from", ""), safe, table.get("within", False))
            if "items" in table:
                model.items = (*model.items, (re.compile(table["items"]), source))
            for path in table.get("paths", ()):
                model.sources[aliases.get(path, path)] = source
        for kind, items in flow.sinks.items():
            for item in items:
                add_sink(model, kind, item, compiler, aliases)
        for kind, items in flow.sanitizers.items():
            for item in items:
                path, _, _, test = parsed(item, compiler, aliases)
                known = model.cleaners.get(path, ())
                model.cleaners[path] = (*known, Cleaner(frozenset({kind}), test))
        for kind, items in flow.guards.items():
            for item in items:
                add_guard(model, kind, item, compiler, aliases)
        for item in (*flow.propagators.get("calls", ()), *flow.propagators.get("contents", ())):
            path, keys, _, test = parsed(item, compiler, aliases)
            model.calls[path] = (*model.calls.get(path, ()), (keys or ("*",), test))
        for item in flow.propagators.get("into", ()):
            path, keys, _, _ = parsed(item, compiler, aliases)
            model.into[path] = tuple(dict.fromkeys((*model.into.get(path, ()), *(keys or ("*",)))))
        model.ends |= {parsed(item, compiler, aliases)[0] for item in flow.propagators.get("ends", ())}
        for table in flow.renders:
            renderer = Renderer(
                table.get("template", "0"),
                tuple(table.get("variables", ("**",))),
                table.get("language", ""),
                table.get("autoescape"),
                table.get("text", False),
                table.get("made", False),
                table.get("marks", ""),
            )
            for path in table.get("calls", ()):
                model.renderers[aliases.get(path, path)] = renderer
            for path in table.get("decorators", ()):
                model.rendering_decorators[aliases.get(path, path)] = renderer
        model.contents |= {
            parsed(item, compiler, aliases)[0] for item in flow.propagators.get("contents", ())
        }
        for item in flow.propagators.get("lookups", ()):
            path = parsed(item, compiler, aliases)[0]
            model.lookups[path] = path
        model.escaping |= {
            parsed(item, compiler, aliases)[0] for item in flow.propagators.get("escaping", ())
        }
        for item in flow.propagators.get("types", ()):
            path, keys, _, test = parsed(item, compiler, aliases)
            if keys:
                model.typing[path] = (keys[0], test)
            else:
                model.types |= {path}
        model.undone |= {parsed(item, compiler, aliases)[0] for item in flow.propagators.get("undone", ())}
        for item in flow.propagators.get("turns", ()):
            path, _, _, test = parsed(item, compiler, aliases)
            model.turns[path] = (*model.turns.get(path, ()), (item["into"], test))
        for item in flow.propagators.get("callbacks", ()):
            model.callbacks[aliases.get(item["path"], item["path"])] = callback_of(item)
        for item in flow.propagators.get("tasks", ()):
            model.tasks[aliases.get(item["path"], item["path"])] = item["into"]
        for item in flow.propagators.get("kin", ()):
            model.kin[item["path"]] = (*model.kin.get(item["path"], ()), item["into"])
        for item in flow.propagators.get("dictionaries", ()):
            path = parsed(item, compiler, aliases)[0]
            model.dictionaries[path] = path
        model.shared |= {parsed(item, compiler, aliases)[0] for item in flow.propagators.get("shared", ())}
        model.fields.update({path: path for path in flow.propagators.get("fields", ())})
        model.form_classes = (*model.form_classes, *flow.propagators.get("form-classes", ()))
        for item in flow.propagators.get("clean-fields", ()):
            path, _, _, test = parsed(item, compiler, aliases)
            model.clean_fields[path] = (*model.clean_fields.get(path, ()), test)
    model.clean_endings = tuple(
        sorted({path.rpartition(".")[2] for path, tests in model.clean_fields.items() if None in tests})
    )
    named = (*model.sinks, *model.sources, *model.cleaners, *model.calls, *model.into)
    model.objects = frozenset(path.removesuffix("()").rpartition(".")[0] for path in named)
    pairs = set()
    for pattern in patterns:
        kinds = {name.partition(":")[0] for name in pattern.sources}
        pairs |= {(kind, sink) for kind in kinds for sink in pattern.sinks}
    model.wanted = frozenset(pairs)
    wanted_sources = {kind for kind, _ in pairs}
    model.sources = {path: source for path, source in model.sources.items() if source.kind in wanted_sources}
    model.carriers = frozenset(prefix for path in model.sources for prefix in prefixes(path))
    model.items = tuple(item for item in model.items if item[1].kind in wanted_sources)
    return model


def prefixes(path: str) -> list[str]:
    """The paths of the objects that one is reached from, without plain modules: `web.Request()` of `web.Request().args`."""
    found = []
    for match in re.finditer(r"\(\)|\[[^\]]*\]|\.", path):
        found.append(path[: match.start()])
        if match[0] != ".":
            found.append(path[: match.end()])
    return [prefix for prefix in found if prefix != path]


def parsed(
    item: Any, compiler: Compiler, aliases: Mapping[str, str]
) -> tuple[str, tuple[str, ...], str, Test | None]:
    """An item of a data flow section: canonical path, argument keys, sign, and conditions."""
    text = item if isinstance(item, str) else item["path"]
    match = _PATH.match(text.strip())
    if match is None or not match["path"]:
        raise ConditionError(f"`{text}` is not a path")
    keys = tuple(key.strip() for key in (match["keys"] or "").split(",") if key.strip())
    test: Test | None = None
    if isinstance(item, dict):
        unknown = set(item) - {"path", "where", "where-any", "where-none", "into", "unless-defined"}
        if unknown:
            raise ConditionError(
                f"`{text}`: `{sorted(unknown)[0]}` is not a key; path, where, where-any, where-none, into, unless-defined"
            )
        test = compiler.arguments({key: value for key, value in item.items() if key.startswith("where")})
    path = match["path"]
    return aliases.get(path, path), keys, (match["sign"] or "").strip(), test


def callback_of(item: Mapping[str, Any]) -> Callback:
    """An entry of `callbacks`. Raises `ConditionError`."""
    given = {key: value for key, value in item.items() if key != "path"}
    unknown = given.keys() - {one.name for one in fields(Callback)}
    if unknown:
        raise ConditionError(f"`{item['path']}`: `{sorted(unknown)[0]}` is not a key of a callback")
    return Callback(**{**given, "each": tuple(given.get("each", ()))})


def add_sink(model: FlowModel, kind: str, item: Any, compiler: Compiler, aliases: Mapping[str, str]) -> None:
    """One entry of `[sinks]`: what is called or assigned to, or (` ==`, or `~` and a pattern of names) compared with."""
    if isinstance(item, str) and item.startswith("~"):
        model.compared_names = (*model.compared_names, (re.compile(item[1:]), kind))
        return
    path, keys, sign, test = parsed(item, compiler, aliases)
    if sign == "==":
        model.comparisons[path] = (*model.comparisons.get(path, ()), kind)
        return
    target = model.writes if sign == "=" else model.sinks
    tables = (
        []
        if isinstance(item, str)
        else [item.get("where", {}), *item.get("where-any", ()), *item.get("where-none", ())]
    )
    about_self = any("self" in table for table in tables)
    unless = "" if isinstance(item, str) else item.get("unless-defined", "")
    target[path] = (*target.get(path, ()), Sink(kind, keys or ("*",), test, about_self, unless))


def add_guard(model: FlowModel, kind: str, item: Any, compiler: Compiler, aliases: Mapping[str, str]) -> None:
    """One entry of `[guards]`."""
    if isinstance(item, str) and item.startswith("!~"):
        model.validators = (*model.validators, (re.compile(item[2:]), frozenset({kind})))
        return
    if isinstance(item, str) and item.startswith("~"):
        model.verdicts = (*model.verdicts, (re.compile(item[1:]), frozenset({kind})))
        return
    raising = isinstance(item, str) and item.startswith("!")
    path, keys, sign, test = parsed(item.removeprefix("!") if raising else item, compiler, aliases)
    if sign == "==":
        model.compared[path] = model.compared.get(path, frozenset()) | {kind}
        return
    table = model.raising if raising else model.guards
    for key in keys or ("0",):
        table[path] = (*table.get(path, ()), Guard(frozenset({kind}), key, test))
