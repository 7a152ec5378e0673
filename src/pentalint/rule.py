"""What a file under `rules/` says, typed: pure data. `packs/` reads the files, `match/` gives the tables meaning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from functools import lru_cache
from typing import Any

from pentalint.dataclass import dataclass
from pentalint.model import Confidence, Persona, Role, Severity

CATEGORIES = ("security", "correctness", "structure", "performance", "upgrade")

MAIN_ROLES = (Role.app, Role.settings, Role.command, Role.script)
"""The roles a rule applies to unless it says otherwise: code that runs when the application is deployed."""

FINDING_MARK = "finding"
"""A line of an example that ends in a comment of this word must be reported; every other line must not."""


@lru_cache(maxsize=1024)
def covers(specifier: str, version: str) -> bool:
    """Whether a version satisfies a PEP 440 specifier ("" is met by all). Raises `ValueError` for what is none."""
    from packaging.specifiers import SpecifierSet  # it costs start-up time, and most runs need no version
    from packaging.version import Version

    return not specifier or SpecifierSet(specifier).contains(Version(version), prereleases=True)


@dataclass(frozen=True, slots=True)
class Example:
    """A `bad`, `good` or `gaps` example. `# file: path` lines split it into several files."""

    code: str

    @property
    def files(self) -> dict[str, str]:
        """Path -> text. The text of an example without `# file:` lines is `app.py`."""
        parts: dict[str, list[str]] = {}
        current = "app.py"
        for line in self.code.splitlines(keepends=True):
            stripped = line.strip().removesuffix("-->").strip()
            name = next(
                (
                    stripped[len(mark) :].strip()
                    for mark in ("# file:", "; file:", "{# file:", "<!-- file:")
                    if stripped.startswith(mark)
                ),
                None,
            )
            if name is not None:
                current = name.removesuffix("#}").strip()
                parts.setdefault(current, [])
            else:
                parts.setdefault(current, []).append(line)
        return {
            path: "".join(lines)
            for path, lines in parts.items()
            if path != "app.py" or "".join(lines).strip()
        }


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `match` is the table the file says, checked for shape by `packs.schema` and compiled by `match`.

    `applies` is a PEP 440 specifier on the version of `distribution` (the framework unless stated); "" means
    every version. `deployment` says which settings modules and configuration files are judged: "production" or "any".
    """

    id: str
    pack: str
    slug: str
    summary: str
    category: str
    severity: Severity
    confidence: Confidence
    match: Mapping[str, Any]
    why: str
    fix: str
    bad: tuple[Example, ...]
    good: tuple[Example, ...]
    persona: Persona = Persona.default
    message: str = ""
    cwe: tuple[int, ...] = ()
    owasp: tuple[str, ...] = ()
    applies: str = ""
    distribution: str = ""
    roles: tuple[Role, ...] = MAIN_ROLES
    references: tuple[str, ...] = ()
    equivalents: tuple[str, ...] = ()
    gaps: tuple[Example, ...] = ()
    deployment: str = "production"
    since: str = "0.1.0"

    @property
    def looks_at_templates(self) -> bool:
        """Whether a finding may stand in a template without any data that was followed there."""
        return any("template" in table for table in (self.match, *self.match.get("any", ())))

    @property
    def security(self) -> bool:
        """Whether the rule is about security (SARIF gives those a score)."""
        return self.category == "security"


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a framework's settings are by default in the versions of a PEP 440 specifier ("": all): name -> plain value."""

    versions: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Removed:
    """A setting that is read no longer. `since` is the PEP 440 specifier of the versions without it, those of `distribution`
    ("": the framework); `instead` the setting that took its place, "" for none; `now` the values that change nothing, for
    they are what happens anyway."""

    name: str
    since: str
    instead: str = ""
    now: tuple[Any, ...] = ()
    distribution: str = ""

    @property
    def version(self) -> str:
        """The first version without it."""
        return self.since.removeprefix(">=")


@dataclass(frozen=True, slots=True)
class SettingsModel:
    """How a framework's settings are recognised (see docs/rules.md, "Settings").

    `markers`: names of which two at module or class level make a settings module; `containers`: API paths
    whose items are settings (`flask.Flask().config`); `attributes`: API path -> setting name; `loaders`:
    callee path -> how it loads (`object`, `mapping`, `sections`, `keywords`); `class_attributes`: class
    attribute names that hold a settings dictionary (`_cp_config`); `files`: base names (globs) of configuration
    files whose entries are settings and whose values are Python literals; `versions`: the series of the framework
    that are judged when nothing says which is used; `silences`: the setting that lists ids of the framework's own
    checks that are not to be reported; `defaults`: what settings are that nobody sets; `removed`: settings that are read no
    longer; `bundles`: setting name -> value ->
    the settings that this value brings where they are not set beside it; `object`: what holds the settings
    (`flask.Flask()`) when they are followed in the order in which they are loaded, and `present` the names it has
    from the start, which `setdefault` leaves alone.
    """

    markers: tuple[str, ...] = ()
    containers: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    loaders: Mapping[str, str] = field(default_factory=dict)
    class_attributes: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    silences: str = ""
    defaults: tuple[Defaults, ...] = ()
    removed: tuple[Removed, ...] = ()
    bundles: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    object: str = ""
    present: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FlowModel:
    """What a pack says of data flow (see docs/rules.md, "Data flow"); paths as written, compiled by `match.flows`.

    `sources`: tables of `kind`, `from`, `paths`, `safe`. `sinks`, `sanitizers`, `guards`: kind of sink -> paths, or tables of
    a path with conditions. `renders`: tables of calls that render templates. `propagators`: lists of paths by what they
    do. `entry_points`: tables that say which functions a framework calls, and with what.
    """

    sources: tuple[Mapping[str, Any], ...] = ()
    sinks: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    sanitizers: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    guards: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    propagators: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    entry_points: tuple[Mapping[str, Any], ...] = ()
    renders: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Pack:
    """One directory of `rules/`: what a framework's names mean, and its rules."""

    id: str
    title: str
    distributions: tuple[str, ...]
    aliases: Mapping[str, str]
    signatures: Mapping[str, tuple[str, ...]]
    inherits: Mapping[str, tuple[str, ...]]
    updates: Mapping[str, str]
    parameters: tuple[Mapping[str, Any], ...]
    groups: Mapping[str, tuple[str, ...]]
    settings: SettingsModel
    rules: tuple[Rule, ...]
    flow: FlowModel = field(default_factory=FlowModel)
