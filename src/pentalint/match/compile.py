"""A rule's `match` table compiled: its patterns, and the project facts they depend on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from pentalint.dataclass import dataclass
from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.values import Function
from pentalint.match.conditions import ConditionError
from pentalint.match.config_files import ConfigPattern
from pentalint.match.definitions import ClassPattern, DecoratorPattern, FunctionPattern, compile_function_test
from pentalint.match.deployments import SettingsPattern
from pentalint.match.flows import FlowPattern
from pentalint.match.patterns import CallPattern, Compiler, OrderPattern, UsePattern, WritePattern
from pentalint.match.settings import SettingPattern
from pentalint.match.templates import TemplatePattern
from pentalint.rule import Rule

Pattern = (
    CallPattern
    | WritePattern
    | UsePattern
    | OrderPattern
    | DecoratorPattern
    | FunctionPattern
    | ClassPattern
    | SettingPattern
    | SettingsPattern
    | ConfigPattern
    | FlowPattern
    | TemplatePattern
)

KINDS = (
    "call",
    "write",
    "use",
    "import",
    "setting",
    "settings",
    "missing",
    "decorator",
    "function",
    "class",
    "order",
    "requirement",
    "config",
    "flow",
    "template",
    "own",
)
"""The kinds of match. Exactly one of them in each match table. `own` marks what this program reports about
files and comments themselves: such a rule has no pattern."""

SHARED = (
    "where",
    "where-any",
    "where-none",
    "at",
    "used",
    "within",
    "outside",
    "module",
    "project",
    "project-not",
    "given",
    "scope-not",
    "check",
)

OWN: dict[str, tuple[str, ...]] = {
    "call": ("prefixed",),
    "decorator": (
        "above",
        "below",
        "with",
        "without",
        "named",
        "except",
        "called",
        "ancestor",
        "on",
        "function",
    ),
    "class": (
        "attributes",
        "inherited",
        "methods",
        "lacks-methods",
        "bases-order",
        "decorator",
        "without",
        "name",
        "direct",
        "method-decorator",
        "ancestor-decorator",
    ),
    "write": ("how",),
    "requirement": ("versions", "specifier", "scopes"),
    "config": ("files", "not-files", "not-sections", "beside", "shadowed", "refers", "written"),
    "missing": ("open",),
    "settings": (
        "versions",
        "set",
        "unset",
        "overlap",
        "removed",
        "takes-all-of",
        "named",
        "resembles",
        "known",
    ),
}
"""Keys that only some kinds have."""


@dataclass(slots=True)
class Requirements:
    """`requirement = NAMES`: judged on the unit's manifests by `check`. `versions` and `specifier` as the rule
    says them."""

    names: tuple[str, ...]
    versions: str = ""
    specifier: str = ""
    scopes: tuple[str, ...] = ()


@dataclass(slots=True)
class MissingSetting:
    """`missing.setting` without `given`: judged per settings module."""

    names: tuple[str, ...]


@dataclass(slots=True)
class Compiled:
    """One alternative of a rule: a pattern, whether it yields a hit or a fact, the facts a hit needs, and the id of the
    framework's own check that reports the same."""

    rule: Rule
    pattern: Pattern | Requirements | MissingSetting
    fact: str = ""
    facts: tuple[tuple[str, bool], ...] = ()
    once: str = ""
    check: str = ""


SCOPED = "@"
"""How the names of facts about one function (or one module's body) begin; all others are about a unit."""


@dataclass(slots=True)
class _State:
    rule: Rule
    compiler: Compiler
    found: list[Compiled] = field(default_factory=list)
    count: int = 0


def compile_rule(rule: Rule, groups: Mapping[str, tuple[str, ...]]) -> list[Compiled]:
    """The rule's alternatives and fact patterns. Raises `ConditionError` with a sentence for anything the
    language has not."""
    compiler = Compiler(groups, lambda table: function_test(table, compiler))
    state = _State(rule, compiler)
    table = dict(rule.match)
    alternatives = table.pop("any", None)
    if alternatives is None:
        _alternative(table, state)
    else:
        for alternative in alternatives:
            _alternative({**table, **alternative}, state)
    return state.found


def function_test(table: Mapping[str, Any], compiler: Compiler) -> Any:
    """A `function` condition on a value."""
    test = compile_function_test(table, compiler)

    def check(function: Function, engine: Interpreter) -> bool:
        return test(function, engine)

    return check


def kind_of(table: Mapping[str, Any]) -> str:
    """The one kind of a match table. Raises `ConditionError` when there is none, or two."""
    kinds = [key for key in KINDS if key in table]
    if "class" in kinds and "decorator" in kinds:
        kinds.remove("decorator")
    if "decorator" in kinds and "function" in kinds:
        kinds.remove("function")
    if len(kinds) != 1:
        raise ConditionError(
            f"a match needs exactly one of {', '.join(KINDS)}; it has {', '.join(kinds) or 'none'}"
        )
    return kinds[0]


def check_keys(table: Mapping[str, Any], kind: str) -> None:
    """Raise `ConditionError` for a key the kind does not have."""
    known = {kind, *SHARED, *OWN.get(kind, ())}
    for key in table:
        if key not in known:
            raise ConditionError(
                f"`match.{key}` means nothing with `{kind}`; known: {', '.join(sorted(known))}"
            )


def _alternative(table: Mapping[str, Any], state: _State) -> None:
    kind = kind_of(table)
    check_keys(table, kind)
    facts = [
        *((fact, True) for fact in _facts(table.get("project"), state)),
        *((fact, False) for fact in _facts(table.get("project-not"), state)),
        *((fact, False) for fact in _facts(table.get("scope-not"), state, SCOPED)),
    ]
    check = table.get("check", "")
    if kind != "missing":
        pattern = make(kind, table, state.compiler, state.rule.applies)
        state.found.append(Compiled(state.rule, pattern, "", tuple(facts), "", check))
        return
    absent = table["missing"]
    given = table.get("given")
    opened = [(fact, False) for fact in _facts(table.get("open"), state)]
    if given is None:
        if set(absent) != {"setting"}:
            raise ConditionError("`missing` needs `given` (only `missing.setting` can stand alone)")
        names = tuple(state.compiler.paths(absent["setting"]))
        state.found.append(Compiled(state.rule, MissingSetting(names), "", (*facts, *opened), "", check))
        return
    missing = [(fact, False) for fact in _facts(absent, state)]
    for part in given if isinstance(given, list) else [given]:
        inner = kind_of(part)
        check_keys(part, inner)
        state.found.append(
            Compiled(
                state.rule,
                make(inner, part, state.compiler),
                "",
                (*facts, *missing, *opened),
                state.rule.id,
                check,
            )
        )


def _facts(table: Any, state: _State, prefix: str = "") -> list[str]:
    """Compile `project`, `project-not`, `scope-not`, `missing` or `open` tables to fact patterns; their names.

    A table with several kinds (`missing.call`, `missing.setting`) is several facts.
    """
    names: list[str] = []
    for part in [] if table is None else table if isinstance(table, list) else [table]:
        kinds = [key for key in KINDS if key in part]
        split = len(kinds) > 1 and not (
            {"class", "decorator"} <= set(kinds) or {"decorator", "function"} <= set(kinds)
        )
        for single in [{kind: part[kind]} for kind in kinds] if split else [part]:
            kind = kind_of(single)
            check_keys(single, kind)
            name = f"{prefix}{state.rule.id}#{state.count}"
            state.count += 1
            state.found.append(Compiled(state.rule, make(kind, single, state.compiler), name))
            names.append(name)
    return names


def make(
    kind: str, table: Mapping[str, Any], compiler: Compiler, applies: str = ""
) -> Pattern | Requirements:
    """The pattern of one kind."""
    if kind == "call":
        return CallPattern(table, compiler)
    if kind == "write":
        return WritePattern(table, compiler)
    if kind in ("use", "import"):
        return UsePattern(table, compiler)
    if kind == "order":
        return OrderPattern(table, compiler)
    if kind == "decorator":
        return DecoratorPattern(table, compiler)
    if kind == "function":
        return FunctionPattern(table, compiler)
    if kind == "class":
        return ClassPattern(table, compiler)
    if kind == "setting":
        return SettingPattern(table, compiler)
    if kind == "settings":
        return SettingsPattern(table, compiler, applies)
    if kind == "config":
        return ConfigPattern(table, compiler)
    if kind == "flow":
        return FlowPattern(table, compiler)
    if kind == "template":
        return TemplatePattern(table, compiler)
    if kind == "requirement":
        return Requirements(
            tuple(compiler.paths(table["requirement"])),
            table.get("versions", ""),
            table.get("specifier", ""),
            tuple(table.get("scopes", ())),
        )
    raise ConditionError(f"`{kind}` cannot stand here")
