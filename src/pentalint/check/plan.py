"""Who judges what: for every file the rules that apply, by unit, file role and configuration."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field

from pentalint.check.hierarchy import Hierarchy, hierarchy
from pentalint.config import Config
from pentalint.dataclass import dataclass
from pentalint.errors import ConfigError, RuleError
from pentalint.evaluate.knowledge import Knowledge, ParameterType
from pentalint.match.compile import Compiled, compile_rule
from pentalint.match.conditions import ConditionError, paths_of
from pentalint.model import File, Requirement, Role, Unit
from pentalint.packs.select import Selection, matches
from pentalint.project.excludes import Excludes
from pentalint.rule import Pack, Rule
from pentalint.syntax.source import Source

MODULES = (".py", ".pyw", ".pyi")
"""Files that may be imported."""


@dataclass(slots=True)
class Plan:
    """Everything one process needs to check its share of the files.

    `selections` by unit path; `compiled` are the selected rules' patterns; `reported` are the paths findings
    may point into (None: all). `requirements` are the manifests' mentions, `vendored` the top files of copied
    frameworks with their import names, `sources` the files that detection has parsed already,
    `watched` the file and line to be explained, `named` the files that the command line names themselves."""

    root: str
    files: tuple[File, ...]
    units: tuple[Unit, ...]
    selections: Mapping[str, Selection]
    packs: Mapping[str, Pack]
    knowledge: Knowledge
    compiled: tuple[Compiled, ...]
    config: Config
    requirements: tuple[Requirement, ...] = ()
    reported: frozenset[str] | None = None
    prefilter: bool = True
    vendored: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)
    watched: tuple[str, int] | None = None
    named: tuple[str, ...] = ()
    _units: list[str] = field(default_factory=list)
    _roles: dict[str, Role] = field(default_factory=dict)
    _active: dict[tuple[str, Role], frozenset[str]] = field(default_factory=dict)
    _aware: dict[tuple[str, bool], frozenset[str]] = field(default_factory=dict)
    _unit_cache: dict[str, str] = field(default_factory=dict)
    _patterns: dict[str, Excludes] = field(default_factory=dict)
    _hierarchy: Hierarchy | None = None

    def __post_init__(self) -> None:
        self._units = deepest_first(unit.path for unit in self.units)
        self._roles = {file.path: file.role for file in self.files}

    def unit_of(self, path: str) -> str:
        """The deepest unit a file lies in."""
        directory = path.rpartition("/")[0]
        found = self._unit_cache.get(directory)
        if found is None or path in self._units:
            found = unit_of(path, self._units)
            if found != path:
                self._unit_cache[directory] = found
        return found

    def role_of(self, path: str) -> Role:
        return self._roles.get(path, Role.app)

    def frameworks(self, path: str) -> frozenset[str]:
        """The frameworks whose packs apply to a file."""
        selection = self.selections.get(self.unit_of(path))
        return frozenset(selection.frameworks) if selection is not None else frozenset()

    def versions(self, path: str, framework: str) -> tuple[str, ...]:
        """The versions of a framework that a file may be run with."""
        selection = self.selections.get(self.unit_of(path))
        return selection.versions.get(framework, ()) if selection is not None else ()

    def unread(self, path: str) -> Mapping[str, str]:
        """The settings that what a file is run with does not read, with the version that stopped reading them."""
        selection = self.selections.get(self.unit_of(path))
        return selection.unread if selection is not None else {}

    def active(self, path: str) -> frozenset[str]:
        """The ids of the rules that judge a file."""
        role = self.role_of(path)
        unit = self.unit_of(path)
        found = self._active.get((unit, role))
        if found is None:
            selection = self.selections.get(unit)
            rules = selection.rules if selection is not None else ()
            found = frozenset(rule.id for rule in rules if role in rule.roles)
            self._active[(unit, role)] = found
        return found

    def aware(self, path: str) -> frozenset[str]:
        """The ids of the rules that may take facts about the unit from a file: tests and documentation tell none."""
        unit, main = self.unit_of(path), self.role_of(path).main
        found = self._aware.get((unit, main))
        if found is None:
            selection = self.selections.get(unit)
            rules = selection.rules if selection is not None and main else ()
            found = frozenset(rule.id for rule in rules)
            self._aware[(unit, main)] = found
        return found

    def hierarchy(self, read: Callable[[str], bytes]) -> Hierarchy:
        """What the files that may be imported say about names, found once."""
        if self._hierarchy is None:
            self._hierarchy = hierarchy(
                {file.path: read(file.path) for file in self.files if file.path.endswith(MODULES)}
            )
        return self._hierarchy

    def ignored(self, rule: Rule, path: str) -> bool:
        """Whether `per-file-ignores` takes a rule away from a file. Raises `ConfigError` for what is not a pattern."""
        for pattern, selectors in self.config.per_file_ignores:
            found = self._patterns.get(pattern)
            if found is None:
                found = self._patterns[pattern] = file_pattern(pattern)
            if any(matches(selector, rule) for selector in selectors) and found.excluded(path):
                return True
        return False


def file_pattern(pattern: str) -> Excludes:
    """A pattern of `per-file-ignores`, as .gitignore understands it. Raises `ConfigError`."""
    try:
        return Excludes.of([pattern])
    except ConfigError:
        raise ConfigError(f"per-file-ignores: `{pattern}` is not a .gitignore pattern; correct it") from None


def deepest_first(paths: Iterable[str]) -> list[str]:
    """Unit paths such that the first one that holds a file is its unit: the root, which holds every file, comes last."""
    return sorted(paths, key=lambda path: (path != ".", len(path)), reverse=True)


def unit_of(path: str, units: Sequence[str]) -> str:
    """The first of `units` (deepest first) that a file lies in; a script that is a unit of its own is its path."""
    return next((unit for unit in units if unit in (path, ".") or path.startswith(f"{unit}/")), ".")


def knowledge_of(packs: Sequence[Pack]) -> Knowledge:
    """The facts of several packs merged. Raises `RuleError` for an unknown group in a parameter's decorators."""
    aliases: dict[str, str] = {}
    signatures: dict[str, tuple[str, ...]] = {}
    inherits: dict[str, tuple[str, ...]] = {}
    updates: dict[str, str] = {}
    parameters: list[ParameterType] = []
    for pack in packs:
        aliases.update(pack.aliases)
        signatures.update(pack.signatures)
        inherits.update(pack.inherits)
        updates.update(pack.updates)
        parameters.extend(parameter_type(table, pack) for table in pack.parameters)
    return Knowledge(resolved(aliases), signatures, inherits, updates, tuple(parameters))


def resolved(aliases: Mapping[str, str]) -> dict[str, str]:
    """Aliases of aliases followed to the end (a cycle stops at its second visit)."""
    found: dict[str, str] = {}
    for name, target in aliases.items():
        seen = {name}
        while target in aliases and target not in seen:
            seen.add(target)
            target = aliases[target]
        found[name] = target
    return found


def parameter_type(table: Mapping[str, object], pack: Pack) -> ParameterType:
    """One `[[parameters]]` table."""
    groups = pack.groups
    try:
        function = table.get("function")
        return ParameterType(
            type=str(table["type"]),
            framework=pack.id,
            name=str(table.get("name", "")),
            index=index if isinstance(index := table.get("index"), int) else None,
            function=re.compile(str(function)) if function else None,
            decorators=frozenset(paths_of(table.get("decorators", []), groups)),
            subclass=frozenset(paths_of(table.get("subclass", []), groups)),
            imports=str(table.get("imports", "")),
        )
    except ConditionError as error:
        raise RuleError(f"{pack.id}/pack.toml: `parameters`: {error}.") from None


def used(plan: Plan) -> list[Pack]:
    """The packs whose facts hold in the project: those of the frameworks in use anywhere, and `web`; sorted."""
    frameworks = {name for selection in plan.selections.values() for name in selection.frameworks}
    return [plan.packs[name] for name in sorted((frameworks | {"web"}) & set(plan.packs))]


def groups_of(pack: Pack, packs: Mapping[str, Pack]) -> dict[str, tuple[str, ...]]:
    """The named lists a pack's rules may use: its own and `web`'s."""
    shared = packs["web"].groups if "web" in packs else {}
    return {**shared, **pack.groups}


def compile_rules(rules: Sequence[Rule], packs: Mapping[str, Pack]) -> tuple[Compiled, ...]:
    """The patterns of rules. Raises `RuleError` naming the rule file for what the language does not have."""
    found: list[Compiled] = []
    for rule in rules:
        if "own" in rule.match:
            continue  # reported by this program about itself: unreadable files, suppressions
        try:
            found.extend(compile_rule(rule, groups_of(packs[rule.pack], packs)))
        except (ConditionError, KeyError, TypeError, AttributeError, ValueError, re.error) as error:
            detail = f"`{error.args[0]}` is missing" if isinstance(error, KeyError) else str(error)
            raise RuleError(f"{rule.id}.toml: {detail}.") from None
    return tuple(found)


def used_packs(plan: Plan) -> list[str]:
    """The packs of the frameworks in use anywhere, sorted."""
    return sorted(
        {name for selection in plan.selections.values() for name in selection.frameworks} & set(plan.packs)
    )
